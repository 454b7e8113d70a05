// One mapping of aws-auth as an access entry, or why there is none.
//
// What EKS refuses in access entries: user names and groups under reserved prefixes, principals
// that are neither role nor user, groups that the session decides. What aws-auth never matches has
// no entry either: that would let somebody in who is not. Source: Amazon EKS user guide, "Create
// access entries" (2026-01); aws-iam-authenticator v0.7.18; spec/eks.md 1 and 2. Thread safety:
// pure functions.
#ifndef WHOMAY_LIB_QUERY_MIGRATE_MAPPING_H_
#define WHOMAY_LIB_QUERY_MIGRATE_MAPPING_H_

#include <optional>
#include <string>
#include <string_view>

#include "query/world.h"
#include "whomay/migrate.h"

namespace whomay::query {

struct Migrated {
  std::optional<MigrateAnswer::Entry> entry;
  std::string reason;  // else: why there is none
  bool loses = false;  // and somebody is let in by it now
};

// `cluster_account`: "" where it is not known. `fargate`: the role is one of a Fargate profile's.
Migrated MigrateMapping(const World& world, const facts::AwsAuthEntry& mapping,
                        std::string_view cluster_account, bool fargate);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_MIGRATE_MAPPING_H_

// AwsAuthMapper: whom an aws-auth ConfigMap maps to which user name and groups.
//
//   const AwsAuthMapper mapper(aws_auth, facts.holes);
//   for (const Mapping& m : mapper.Find(caller).mappings) { … }
//
// Two ways to ask. MapIdentity() is aws-iam-authenticator itself: one STS answer, all answers that
// it may give. Find() is for principals out of files: sessions left open, ARNs and sections with
// holes; user names keep the templates that the session decides. Semantics: aws-iam-authenticator
// v0.7.18, pkg/mapper/configmap and pkg/server (doMapping): mapRoles before mapUsers before
// mapAccounts, no type check; ARNs compare by Unicode folding, whole; of equal keys the last entry
// stands, among different keys that fold alike Go's map order decides ("one of"). `whomay-replay
// aws-auth` holds it to recorded answers. The mapper refers to the AwsAuth and the HoleTable.
// Thread safety: immutable, safe for concurrent use.
#ifndef WHOMAY_LIB_EKS_AWS_AUTH_MAPPER_H_
#define WHOMAY_LIB_EKS_AWS_AUTH_MAPPER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/tri.h"
#include "eks/caller.h"
#include "facts/eks.h"
#include "facts/hole.h"

namespace whomay::eks {

// What the open-source server can be told; EKS offers neither.
struct MapperOptions {
  bool sso_role_match = false;                      // feature gate SSORoleMatch
  std::vector<std::string_view> reserved_prefixes;  // of user names
};

enum class MappedBy : uint8_t { kRole, kUser, kAccount, kOpenSection };

// One way in which a caller may be mapped.
struct Mapping {
  MappedBy by = MappedBy::kRole;
  uint32_t index =
      0;  // into AwsAuth::roles, users or accounts; of kOpenSection 0, 1 or 2: which section
  // kTrue: it is this one. kUnknown: this one or another, or none (Mappings::mapped).
  Tri certainty = Tri::kTrue;
  // False: this mapping refuses the caller (401) without trying another: a session that is no
  // instance's under {{EC2PrivateDNSName}}, a reserved user name.
  bool accepted = true;
  std::string username;
  std::vector<std::string> groups;
  // It works only for sessions named as an EC2 instance, and the caller's session is open.
  bool needs_instance_session = false;
  // The hole that leaves it open; kNone where Go's map order does.
  facts::HoleId hole = facts::HoleId::kNone;
};

struct Mappings {
  std::vector<Mapping> mappings;  // alternatives, in the order in which they are tried
  // Does some mapping stand for the caller, accepted or not? kUnknown: holes decide.
  Tri mapped = Tri::kFalse;
};

class AwsAuthMapper {
 public:
  AwsAuthMapper(const facts::AwsAuth& aws_auth, const facts::HoleTable& holes,
                MapperOptions options = {});

  Mappings Find(const Caller& caller) const;

  // All answers that the authenticator may give to one caller, equal ones once: none when nobody
  // maps it, several where Go's map order decides. `private_dns_name` stands for EC2.
  using DnsLookup = std::function<std::optional<std::string>(std::string_view instance)>;
  std::vector<Mapping> MapIdentity(const Identity& identity,
                                   const DnsLookup& private_dns_name) const;

 private:
  // The entries of mapRoles or mapUsers that are left after equal keys fell out.
  struct Section {
    std::vector<std::pair<std::string, uint32_t>> by_fold;  // (folded ARN, entry), sorted
    std::vector<uint32_t> holed;                            // entries whose ARN holds a hole
    std::vector<std::pair<std::string, uint32_t>> sso;  // (lower-case ARN up to the star, entry)
  };
  struct Match {
    uint32_t entry;
    Tri certainty;
  };
  struct Question;

  static Section Compile(const std::vector<facts::AwsAuthEntry>& entries, bool roles, bool sso);
  std::vector<Match> MatchSection(const Section& section,
                                  const std::vector<facts::AwsAuthEntry>& entries,
                                  const Question& question) const;
  std::vector<Match> MatchAccounts(std::string_view account) const;
  void Render(const std::vector<facts::AwsAuthEntry>& entries, const Question& question,
              Mapping& mapping) const;
  Mappings Ask(const Question& question) const;

  const facts::AwsAuth& aws_auth_;
  const facts::HoleTable& holes_;
  MapperOptions options_;
  Section roles_;
  Section users_;
};

}  // namespace whomay::eks

#endif  // WHOMAY_LIB_EKS_AWS_AUTH_MAPPER_H_

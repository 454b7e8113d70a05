// What a World holds that no input does: AWS managed policies and Kubernetes' bootstrap objects.
// Internal to world*.cc.
#ifndef WHOMAY_LIB_QUERY_WORLD_BUILTIN_H_
#define WHOMAY_LIB_QUERY_WORLD_BUILTIN_H_

#include <deque>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "facts/facts.h"
#include "iam/policy.h"
#include "query/world.h"
#include "source/source.h"

namespace whomay::query {

struct World::Builtin {
  source::SourceSet sources;
  facts::Facts facts;
  std::deque<facts::PolicyDocument> documents;
  std::deque<iam::Policy> policies;
  absl::flat_hash_map<std::string, const iam::Policy*> by_arn;  // null: not in the table
  // Kubernetes' own objects, by the version of the table.
  absl::flat_hash_map<std::string, std::unique_ptr<facts::Facts>> rbac;
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_WORLD_BUILTIN_H_

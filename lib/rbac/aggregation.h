// Aggregated ClusterRoles: which rules the clusterroleaggregation controller fills in.
//
// Semantics: syncClusterRole of clusterroleaggregation_controller.go, brought to rest (spec:
// rbac.md 2.7). Without a cycle a role has the union of its members' rules, or its own where that
// is empty. In a cycle, or behind one, rules that every order of syncs ends with are certain, those
// that some order ends with are possible (aggregation_cycles.h); where there are any of these the
// result is not determined.
#ifndef WHOMAY_LIB_RBAC_AGGREGATION_H_
#define WHOMAY_LIB_RBAC_AGGREGATION_H_

#include <cstdint>
#include <span>
#include <vector>

#include "facts/kubernetes.h"
#include "rbac/policy.h"

namespace whomay::rbac {

// A rule as written: role and rule of the input, and the number of its content (equal rules, equal
// numbers).
struct WrittenRule {
  uint32_t role;
  uint32_t rule;
  uint32_t content;
};

struct Aggregated {
  std::vector<WrittenRule> rules;     // certain
  std::vector<WrittenRule> possible;  // the role may have these as well
  Unknown unknown = Unknown::kNo;     // why there are possible ones
  facts::HoleId hole = facts::HoleId::kNone;
  facts::HoleId open = facts::HoleId::kNone;  // a member's rules are not known at all
};

// One for each role. `roles` are the stored roles, `contents[i][j]` numbers roles[i]->rules[j].
// Roles that aggregate nothing have their own rules. More than source::kMaxAggregatedRules in all,
// and what is left is Unknown::kLimit.
std::vector<Aggregated> Aggregate(std::span<const facts::RbacRole* const> roles,
                                  const std::vector<std::vector<uint32_t>>& contents,
                                  uint32_t content_count, const facts::HoleTable* holes);

}  // namespace whomay::rbac

#endif  // WHOMAY_LIB_RBAC_AGGREGATION_H_

// "Is any of it granted?" asked of EKS access policies, as rbac::Policy::AuthorizeAny is of RBAC.
//
// Rules match as RBAC's do, the open fields of the question aside; a policy whose scope is
// namespaces grants some namespace. Source of the semantics: eks/access_policy.h, rbac/match.h.
// Thread safety: pure functions.
#ifndef WHOMAY_LIB_QUERY_ACCESS_POLICY_ANY_H_
#define WHOMAY_LIB_QUERY_ACCESS_POLICY_ANY_H_

#include <cstdint>
#include <span>

#include "eks/access_policy.h"
#include "facts/facts.h"
#include "rbac/policy.h"

namespace whomay::query {

// One policy, scope aside.
Tri AnyOfAccessPolicy(const data::AccessPolicy& policy, const rbac::Request& request,
                      const rbac::Any& any);

// `associations`: indexes into facts.access_policies; the strongest decision stands.
eks::PolicyDecision AnyOfAccessPolicies(const facts::Facts& facts,
                                        std::span<const uint32_t> associations,
                                        const rbac::Request& request, const rbac::Any& any);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_ACCESS_POLICY_ANY_H_

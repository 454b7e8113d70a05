// Access policies: what EKS's own authorizer allows beside RBAC.
//
//   const PolicyDecision d = AuthorizeAccessPolicies(facts, outcome.access_policies, request);
//
// It allows or has no opinion, never denies; policies belong to the principal, not to the user
// name, and do not count while impersonating. Namespace scope grants in the namespaces that its
// globs match and nothing cluster-wide; `get namespaces/x` is a request in namespace x (as the API
// server sends it). Rules match as RBAC's do (spec/rbac.md 2.2). Source:
// lib/data/eks_access_policies.h. Thread safety: pure functions.
#ifndef WHOMAY_LIB_EKS_ACCESS_POLICY_H_
#define WHOMAY_LIB_EKS_ACCESS_POLICY_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "base/tri.h"
#include "data/eks_access_policies.h"
#include "facts/facts.h"
#include "rbac/policy.h"

namespace whomay::eks {

struct Outcome;

// By ARN of any partition (arn:aws-cn:eks::aws:cluster-access-policy/NAME) or by name; nullptr when
// the table has none of that name.
const data::AccessPolicy* FindAccessPolicy(std::string_view arn_or_name);

struct PolicyDecision {
  enum class Why : uint8_t {
    kDecided,
    kNotPublished,  // AWS does not publish the policy's rules (reason access-policy-not-published)
    kHole,          // `hole`: the policy's ARN, the scope or a namespace is not known until apply
  };
  Tri allowed = Tri::kFalse;
  Why why = Why::kDecided;
  facts::HoleId hole = facts::HoleId::kNone;
  uint32_t association = 0xFFFFFFFF;  // facts.access_policies
  uint32_t rule = 0xFFFFFFFF;         // of the policy; none where its rules are not published
};

// `associations`: indexes into facts.access_policies.
PolicyDecision AuthorizeAccessPolicies(const facts::Facts& facts,
                                       std::span<const uint32_t> associations,
                                       const rbac::Request& request);
// Everything that an outcome of authentication brings: certain and possible associations, and what
// EKS associates itself (`association` is then none).
PolicyDecision AuthorizeAccessPolicies(const facts::Facts& facts, const Outcome& outcome,
                                       const rbac::Request& request);
// One policy at cluster scope.
PolicyDecision AuthorizeAccessPolicy(const data::AccessPolicy& policy,
                                     const rbac::Request& request);

// Does the rule match, scope aside?
bool RuleMatches(const data::AccessPolicyRule& rule, const rbac::Request& request);
// May the association's scope hold the request? kUnknown where holes decide.
Tri InScope(const facts::Facts& facts, const facts::AccessPolicyAssociation& association,
            const rbac::Request& request);

}  // namespace whomay::eks

#endif  // WHOMAY_LIB_EKS_ACCESS_POLICY_H_

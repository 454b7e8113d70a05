#include "query/access_policy_any.h"

#include "data/eks_access_policies.h"
#include "rbac/match.h"

namespace whomay::query {
namespace {

using Scope = facts::AccessPolicyAssociation::Scope;
using Why = eks::PolicyDecision::Why;

facts::PolicyRule ToRule(const data::AccessPolicyRule& from) {
  facts::PolicyRule rule;
  rule.verbs.assign(from.verbs.begin(), from.verbs.end());
  rule.api_groups.assign(from.api_groups.begin(), from.api_groups.end());
  rule.resources.assign(from.resources.begin(), from.resources.end());
  rule.resource_names.assign(from.resource_names.begin(), from.resource_names.end());
  rule.non_resource_urls.assign(from.non_resource_urls.begin(), from.non_resource_urls.end());
  return rule;
}

Tri InAnyScope(const facts::Facts& facts, const facts::AccessPolicyAssociation& association,
               const rbac::Request& request, const rbac::Any& any) {
  if (association.scope != Scope::kNamespaces) {
    return association.scope == Scope::kCluster ? Tri::kTrue : Tri::kUnknown;
  }
  if (any.url || !request.url.empty()) {
    return Tri::kFalse;
  }
  return any.namespace_name ? ToTri(!association.namespaces.empty())
                            : eks::InScope(facts, association, request);
}

}  // namespace

Tri AnyOfAccessPolicy(const data::AccessPolicy& policy, const rbac::Request& request,
                      const rbac::Any& any) {
  if (!policy.rules_known) {
    return Tri::kUnknown;
  }
  Tri found = Tri::kFalse;
  for (const data::AccessPolicyRule& rule : policy.rules) {
    const Tri match = rbac::MatchRule(ToRule(rule), request, any, nullptr);
    found = Or(found, rule.names_unpublished && !any.name ? And(match, Tri::kUnknown) : match);
  }
  return found;
}

eks::PolicyDecision AnyOfAccessPolicies(const facts::Facts& facts,
                                        std::span<const uint32_t> associations,
                                        const rbac::Request& request, const rbac::Any& any) {
  eks::PolicyDecision best;
  for (const uint32_t i : associations) {
    const facts::AccessPolicyAssociation& association = facts.access_policies[i];
    const Tri scope = InAnyScope(facts, association, request, any);
    const data::AccessPolicy* policy = eks::FindAccessPolicy(association.policy_arn);
    eks::PolicyDecision decision;
    decision.association = i;
    if (policy == nullptr) {
      decision.allowed = And(scope, Tri::kUnknown);
      decision.why = facts::HasHole(association.policy_arn) ? Why::kHole : Why::kNotPublished;
    } else {
      const Tri rules = AnyOfAccessPolicy(*policy, request, any);
      decision.allowed = And(scope, rules);
      if (decision.allowed == Tri::kUnknown) {
        decision.why = rules == Tri::kUnknown ? Why::kNotPublished : Why::kHole;
      }
    }
    if (decision.allowed > best.allowed) {
      best = decision;
    }
  }
  return best;
}

}  // namespace whomay::query

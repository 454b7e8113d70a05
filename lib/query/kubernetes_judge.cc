#include "query/kubernetes_judge.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "data/eks_access_policies.h"
#include "eks/access_policy.h"
#include "eks/nodes.h"
#include "query/access_policy_any.h"
#include "rbac/match.h"

namespace whomay::query {
namespace {

using iam::Reason;

std::string PolicyName(std::string_view arn) {
  return std::string(arn.substr(arn.rfind('/') == std::string_view::npos ? 0 : arn.rfind('/') + 1));
}

std::string ListOf(const std::vector<Str>& words) {
  return Join(std::vector<std::string_view>(words.begin(), words.end()), ",");
}

}  // namespace

KubernetesJudge::KubernetesJudge(Walk& walk, uint32_t cluster, const rbac::Request& request,
                                 const rbac::Any& any)
    : walk_(walk), world_(walk.world()), cluster_(cluster), request_(request), any_(any) {
  asks_any_ = any.verb || any.group || any.resource || any.subresource || any.namespace_name ||
              any.name || any.url;
  resolved_ = world_.cluster(cluster).rbac->Resolve(request_);
}

rbac::Identity KubernetesJudge::IdentityOf(const KubernetesSession& session) const {
  rbac::Identity identity;
  identity.username = session.username;
  identity.groups.assign(session.groups.begin(), session.groups.end());
  return identity;
}

facts::Origin KubernetesJudge::OriginOf(const rbac::Grant& grant) const {
  const ClusterEngine& engine = world_.cluster(cluster_);
  if (grant.binding == rbac::kNone) {
    return {};
  }
  return engine.bindings[grant.binding]->origin;
}

std::string KubernetesJudge::Describe(const World& world, uint32_t cluster,
                                      const rbac::Grant& grant) {
  if (grant.binding == rbac::kNone) {
    return "group system:masters (everything, whatever the bindings say)";
  }
  const facts::RbacBinding& binding = *world.cluster(cluster).bindings[grant.binding];
  const std::string_view kind = binding.cluster_binding ? "ClusterRoleBinding " : "RoleBinding ";
  const std::string_view ns = binding.namespace_name;
  return Concat({kind, ns, ns.empty() ? "" : "/", binding.name, " to ", binding.role_kind, " ",
                 binding.role_name});
}

Tri KubernetesJudge::Bound(const KubernetesSession& session, uint32_t* role) const {
  const rbac::Policy& rbac = *world_.cluster(cluster_).rbac;
  Tri allowed = Tri::kFalse;
  for (const auto& [scope, index] : session.bound) {
    const bool here = scope == "*" || (request_.url.empty() && !any_.url &&
                                       (any_.namespace_name || request_.namespace_name == scope));
    if (!here || allowed == Tri::kTrue) {
      continue;
    }
    const rbac::RoleRules rules = rbac.rules(index);
    Tri fits = rules.open == facts::HoleId::kNone ? Tri::kFalse : Tri::kUnknown;
    for (const rbac::EffectiveRule& rule : rules.rules) {
      fits = Or(fits, And(rule.certain, rbac::MatchRule(*rule.rule, request_, any_, rbac.holes())));
    }
    if (Or(allowed, fits) != allowed) {
      allowed = fits;
      *role = index;
    }
  }
  return allowed;
}

Held KubernetesJudge::Judge(StateId id) {
  Held held;
  const graph::Node& node = walk_.node(walk_.state(id).node);
  if (!Walk::IsKubernetes(node.kind) || node.cluster != cluster_) {
    return held;
  }
  const KubernetesSession& session = walk_.kubernetes(id);
  const ClusterEngine& engine = world_.cluster(cluster_);
  FormulaStore& formulas = walk_.workspace().formulas;
  held.reason = "forbidden";
  held.edge = "rbac";

  if (session.admin_of == "*" || (!session.admin_of.empty() && request_.url.empty() &&
                                  request_.namespace_name == session.admin_of)) {
    held.open = Formula::kTrue;
    held.grant = session.admin_of == "*" ? std::string("any role, cluster-wide")
                                         : Concat({"any role in namespace ", session.admin_of});
    return held;
  }
  const rbac::ResolvedIdentity identity = engine.rbac->Resolve(IdentityOf(session));
  const rbac::Decision decision = asks_any_ ? engine.rbac->AuthorizeAny(identity, request_, any_)
                                            : engine.rbac->Authorize(identity, resolved_);
  if (decision.allowed != Tri::kFalse) {
    held.grant = Describe(world_, cluster_, decision.grant);
    held.origin = OriginOf(decision.grant);
    if (decision.allowed == Tri::kTrue) {
      held.open = Formula::kTrue;
      // The likely groups of a type that EKS does not document: what rests on them is not certain.
      if (session.undocumented) {
        held.open = walk_.HoleFormula(facts::HoleId::kNone, Reason::kUndocumented,
                                      Concat({"the groups of ", session.username}));
      }
    } else {
      const Reason reason = decision.unknown == rbac::Unknown::kUndetermined ? Reason::kUndetermined
                            : decision.unknown == rbac::Unknown::kLimit      ? Reason::kLimit
                                                                             : Reason::kHole;
      held.open = walk_.HoleFormula(decision.hole, reason, held.grant);
    }
  }
  if (held.open == Formula::kTrue) {
    return held;
  }
  const auto or_with = [&](Formula open, std::string_view edge, std::string grant,
                           const facts::Origin& origin) {
    if (open == Formula::kFalse) {
      return;
    }
    if (held.open == Formula::kFalse || open == Formula::kTrue) {
      held.edge = edge;
      held.grant = std::move(grant);
      held.origin = origin;
    }
    held.open = formulas.Or(held.open, open);
  };
  if (uint32_t role = rbac::kNone; !session.bound.empty()) {
    const Tri allowed = Bound(session, &role);
    if (allowed != Tri::kFalse) {
      const facts::RbacRole& bound = *engine.roles[role];
      std::string text = Concat({bound.cluster_role ? "ClusterRole " : "Role ", bound.name,
                                 ", bound by the caller itself"});
      const Formula open = allowed == Tri::kTrue
                               ? Formula::kTrue
                               : walk_.HoleFormula(bound.rules_open, Reason::kHole, text);
      or_with(open, "rbac", std::move(text), bound.origin);
    }
  }
  if (!session.implicit_policy.empty()) {
    const data::AccessPolicy* implicit = eks::FindAccessPolicy(session.implicit_policy);
    const Tri allowed = implicit == nullptr ? Tri::kUnknown
                        : asks_any_         ? AnyOfAccessPolicy(*implicit, request_, any_)
                                    : eks::AuthorizeAccessPolicy(*implicit, request_).allowed;
    if (allowed != Tri::kFalse) {
      or_with(allowed == Tri::kTrue
                  ? Formula::kTrue
                  : walk_.HoleFormula(facts::HoleId::kNone, Reason::kUndocumented,
                                      Concat({"rules of ", session.implicit_policy})),
              "access-policy", Concat({session.implicit_policy, " (associated by EKS itself)"}),
              session.origin);
    }
  }
  for (const bool possible : {false, true}) {
    const std::vector<uint32_t>& list =
        possible ? session.possible_access_policies : session.access_policies;
    if (list.empty()) {
      continue;
    }
    const eks::PolicyDecision policy =
        asks_any_ ? AnyOfAccessPolicies(world_.facts(), list, request_, any_)
                  : eks::AuthorizeAccessPolicies(world_.facts(), list, request_);
    if (policy.allowed == Tri::kFalse) {
      continue;
    }
    const facts::AccessPolicyAssociation& association =
        world_.facts().access_policies[policy.association];
    Formula open = Formula::kTrue;
    if (policy.allowed == Tri::kUnknown || possible) {
      open = policy.why == eks::PolicyDecision::Why::kNotPublished
                 ? walk_.HoleFormula(facts::HoleId::kNone, Reason::kUndocumented,
                                     Concat({"rules of ", association.policy_arn}))
                 : walk_.HoleFormula(policy.hole, Reason::kHole,
                                     Concat({"access policy ", association.policy_arn}));
      if (policy.why == eks::PolicyDecision::Why::kNotPublished) {
        held.reason = "access-policy-not-published";
      }
    }
    or_with(open, "access-policy", PolicyName(association.policy_arn), association.origin);
  }
  if (session.username_open || session.groups_open) {
    or_with(walk_.HoleFormula(session.hole, Reason::kHole,
                              Concat({"user name and groups of ", node.name})),
            "rbac", "user name or groups that are not known until apply", session.origin);
  }
  if (session.node && eks::NodeAuthorizer(request_) == Tri::kUnknown) {
    or_with(walk_.HoleFormula(facts::HoleId::kNone, Reason::kUndocumented, "node authorizer"),
            "rbac", "the Node authorizer (objects that the node's pods use)", session.origin);
    held.reason = "node-authorizer";
  }
  return held;
}

void KubernetesJudge::Trace(StateId id, std::vector<CanAnswer::Grant>& grants) {
  const graph::Node& node = walk_.node(walk_.state(id).node);
  if (!Walk::IsKubernetes(node.kind) || node.cluster != cluster_) {
    return;
  }
  const KubernetesSession& session = walk_.kubernetes(id);
  const ClusterEngine& engine = world_.cluster(cluster_);
  const rbac::ResolvedIdentity identity = engine.rbac->Resolve(IdentityOf(session));
  constexpr size_t kMaxTraced = 50;
  if (std::find(session.groups.begin(), session.groups.end(), rbac::kMasters) !=
      session.groups.end()) {
    CanAnswer::Grant& grant = grants.emplace_back();
    grant.text = "group system:masters: everything, whatever the bindings say";
    grant.full = true;
  }
  for (const rbac::Match& match : engine.rbac->Matches(identity, request_, kMaxTraced)) {
    CanAnswer::Grant& grant = grants.emplace_back();
    grant.full = match.blocked_by == rbac::Match::BlockedBy::kNothing;
    switch (match.blocked_by) {
      case rbac::Match::BlockedBy::kNothing:
        break;
      case rbac::Match::BlockedBy::kNamespace:
        grant.blocked_by = "namespace";
        break;
      case rbac::Match::BlockedBy::kName:
        grant.blocked_by = "name";
        break;
      case rbac::Match::BlockedBy::kVerb:
        grant.blocked_by = "verb";
        break;
      case rbac::Match::BlockedBy::kResource:
        grant.blocked_by = "resource";
        break;
    }
    grant.text = Describe(world_, cluster_, match.grant);
    if (match.grant.role != rbac::kNone && match.grant.rule != rbac::kNone) {
      const rbac::RoleRules role = engine.rbac->rules(match.grant.role);
      if (match.grant.rule < role.rules.size()) {
        const facts::PolicyRule& rule = *role.rules[match.grant.rule].rule;
        grant.text += Concat({": ", ListOf(rule.verbs), " on ",
                              rule.non_resource_urls.empty() ? ListOf(rule.resources)
                                                             : ListOf(rule.non_resource_urls)});
        if (!rule.resource_names.empty()) {
          grant.text += Concat({" named ", ListOf(rule.resource_names)});
        }
      }
    }
    if (match.grant.binding != rbac::kNone) {
      grant.origin = world_.OriginOf(engine.bindings[match.grant.binding]->origin);
    }
  }
  for (const uint32_t i : session.access_policies) {
    const uint32_t one[] = {i};
    const eks::PolicyDecision policy =
        asks_any_ ? AnyOfAccessPolicies(world_.facts(), one, request_, any_)
                  : eks::AuthorizeAccessPolicies(world_.facts(), one, request_);
    const facts::AccessPolicyAssociation& association = world_.facts().access_policies[i];
    CanAnswer::Grant& grant = grants.emplace_back();
    grant.full = policy.allowed == Tri::kTrue;
    grant.text = Concat({"access policy ", PolicyName(association.policy_arn)});
    if (association.scope == facts::AccessPolicyAssociation::Scope::kNamespaces) {
      grant.text += Concat({" in namespaces ", ListOf(association.namespaces)});
    }
    if (!grant.full) {
      grant.blocked_by = eks::InScope(world_.facts(), association, request_) == Tri::kFalse
                             ? "namespace"
                             : "resource";
    }
    grant.origin = world_.OriginOf(association.origin);
  }
}

void KubernetesJudge::Hint(StateId id, std::vector<std::string>& hints) {
  const graph::Node& node = walk_.node(walk_.state(id).node);
  if (!Walk::IsKubernetes(node.kind) || node.cluster != cluster_) {
    return;
  }
  const KubernetesSession& session = walk_.kubernetes(id);
  const ClusterEngine& engine = world_.cluster(cluster_);
  const rbac::ResolvedIdentity identity = engine.rbac->Resolve(IdentityOf(session));
  constexpr size_t kMaxHints = 5;
  for (const rbac::Match& match : engine.rbac->NearMisses(identity, request_, 20)) {
    std::string hint;
    if (match.blocked_by == rbac::Match::BlockedBy::kNamespace && !match.namespace_name.empty()) {
      hint = Concat({"allowed in namespace ", match.namespace_name});
    } else if (match.blocked_by == rbac::Match::BlockedBy::kName &&
               match.grant.role != rbac::kNone) {
      const rbac::RoleRules role = engine.rbac->rules(match.grant.role);
      if (match.grant.rule < role.rules.size()) {
        const std::vector<Str>& names = role.rules[match.grant.rule].rule->resource_names;
        hint = Concat(
            {names.size() == 1 ? "allowed for the object named " : "allowed for the objects named ",
             ListOf(names)});
      }
    }
    if (!hint.empty() && hints.size() < kMaxHints &&
        std::find(hints.begin(), hints.end(), hint) == hints.end()) {
      hints.push_back(std::move(hint));
    }
  }
  for (const uint32_t i : session.access_policies) {
    const facts::AccessPolicyAssociation& association = world_.facts().access_policies[i];
    const data::AccessPolicy* policy = eks::FindAccessPolicy(association.policy_arn);
    if (policy == nullptr ||
        association.scope != facts::AccessPolicyAssociation::Scope::kNamespaces ||
        hints.size() >= kMaxHints) {
      continue;
    }
    for (const Str ns : association.namespaces) {
      rbac::Request elsewhere = request_;
      elsewhere.namespace_name = ns;
      const uint32_t one[] = {i};
      std::string hint = Concat({"allowed in namespace ", ns});
      if (eks::AuthorizeAccessPolicies(world_.facts(), one, elsewhere).allowed == Tri::kTrue &&
          std::find(hints.begin(), hints.end(), hint) == hints.end()) {
        hints.push_back(std::move(hint));
      }
    }
  }
}

}  // namespace whomay::query

#include "eks/access_policy.h"

#include <algorithm>

#include "base/glob.h"
#include "eks/arn_match.h"
#include "eks/authenticator.h"

namespace whomay::eks {
namespace {

using data::AccessPolicy;
using data::AccessPolicyRule;
using facts::AccessPolicyAssociation;
using facts::HoleId;

bool Contains(std::span<const std::string_view> list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}
bool ContainsOrStar(std::span<const std::string_view> list, std::string_view text) {
  return Contains(list, "*") || Contains(list, text);
}

// `resource/subresource`, `*/subresource` or the resource alone, as one text in the rule.
bool ResourceMatches(std::span<const std::string_view> list, const rbac::Request& request) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view entry) {
    if (entry == "*") {
      return true;
    }
    if (request.subresource.empty()) {
      return entry == request.resource;
    }
    const size_t size = request.subresource.size();
    if (entry.size() <= size || entry[entry.size() - size - 1] != '/' ||
        entry.substr(entry.size() - size) != request.subresource) {
      return false;
    }
    const std::string_view resource = entry.substr(0, entry.size() - size - 1);
    return resource == "*" || resource == request.resource;
  });
}

bool UrlMatches(std::span<const std::string_view> list, std::string_view url) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view entry) {
    if (entry == "*" || entry == url) {
      return true;
    }
    if (entry.empty() || entry.back() != '*') {
      return false;
    }
    const std::string_view prefix = entry.substr(0, entry.find_last_not_of('*') + 1);
    return url.substr(0, prefix.size()) == prefix;
  });
}

// What one policy says, scope aside.
PolicyDecision Ask(const AccessPolicy& policy, const rbac::Request& request) {
  PolicyDecision decision;
  if (!policy.rules_known) {
    decision.allowed = Tri::kUnknown;
    decision.why = PolicyDecision::Why::kNotPublished;
    return decision;
  }
  for (uint32_t i = 0; i < policy.rules.size(); ++i) {
    if (!RuleMatches(policy.rules[i], request)) {
      continue;
    }
    decision.rule = i;
    if (!policy.rules[i].names_unpublished) {
      decision.allowed = Tri::kTrue;
      decision.why = PolicyDecision::Why::kDecided;
      return decision;
    }
    decision.allowed = Tri::kUnknown;
    decision.why = PolicyDecision::Why::kNotPublished;
  }
  return decision;
}

}  // namespace

const AccessPolicy* FindAccessPolicy(std::string_view arn_or_name) {
  constexpr std::string_view kMark = "cluster-access-policy/";
  const size_t mark = arn_or_name.find(kMark);
  const std::string_view name =
      mark == std::string_view::npos ? arn_or_name : arn_or_name.substr(mark + kMark.size());
  const std::span<const AccessPolicy> all = data::EksAccessPolicies();
  const auto found = std::partition_point(
      all.begin(), all.end(), [&](const AccessPolicy& policy) { return policy.name < name; });
  return found != all.end() && found->name == name ? &*found : nullptr;
}

bool RuleMatches(const AccessPolicyRule& rule, const rbac::Request& request) {
  if (!ContainsOrStar(rule.verbs, request.verb)) {
    return false;
  }
  if (!request.url.empty()) {
    return UrlMatches(rule.non_resource_urls, request.url);
  }
  return ContainsOrStar(rule.api_groups, request.group) &&
         ResourceMatches(rule.resources, request) &&
         (rule.resource_names.empty() || Contains(rule.resource_names, request.name));
}

Tri InScope(const facts::Facts& facts, const AccessPolicyAssociation& association,
            const rbac::Request& request) {
  using Scope = AccessPolicyAssociation::Scope;
  if (association.scope == Scope::kCluster) {
    return Tri::kTrue;
  }
  const bool namespaced = request.url.empty() && !request.namespace_name.empty();
  if (association.scope == Scope::kUnknown) {
    return Tri::kUnknown;
  }
  Tri in_scope = Tri::kFalse;
  for (const facts::Str pattern : association.namespaces) {
    if (!namespaced || in_scope == Tri::kTrue) {
      break;
    }
    // `?` is no wildcard here: the user guide knows `*` only.
    Glob glob;
    for (size_t at = 0; at < pattern.size();) {
      const size_t star = pattern.find('*', at);
      glob.AppendLiteral(pattern.substr(at, star - at));
      if (star == std::string_view::npos) {
        break;
      }
      glob.AppendStar();
      at = star + 1;
    }
    const HoleId whole = facts::WholeHole(pattern);
    Tri match = Tri::kUnknown;
    if (whole != HoleId::kNone || facts::HasHole(pattern)) {
      match = facts.holes.Equal(pattern, request.namespace_name);
      // A hole may hold a `*` itself, unless its candidates are known.
      if (match == Tri::kFalse &&
          facts.holes[FirstHole(pattern)].kind != facts::Hole::Kind::kChoice) {
        match = Tri::kUnknown;
      }
    } else {
      match = glob.MatchOpen(request.namespace_name);
    }
    in_scope = Or(in_scope, match);
  }
  return in_scope;
}

PolicyDecision AuthorizeAccessPolicy(const AccessPolicy& policy, const rbac::Request& request) {
  return Ask(policy, request);
}

PolicyDecision AuthorizeAccessPolicies(const facts::Facts& facts,
                                       std::span<const uint32_t> associations,
                                       const rbac::Request& request) {
  PolicyDecision best;
  const auto consider = [&](PolicyDecision decision, uint32_t association) {
    if (decision.allowed > best.allowed) {
      best = decision;
      best.association = association;
    }
  };
  for (const uint32_t i : associations) {
    const AccessPolicyAssociation& association = facts.access_policies[i];
    const Tri in_scope = InScope(facts, association, request);
    if (in_scope == Tri::kFalse) {
      continue;
    }
    const AccessPolicy* policy = FindAccessPolicy(association.policy_arn);
    PolicyDecision decision;
    if (facts::HasHole(association.policy_arn)) {
      decision.allowed = Tri::kUnknown;
      decision.why = PolicyDecision::Why::kHole;
      decision.hole = FirstHole(association.policy_arn);
    } else if (policy == nullptr) {
      // A policy newer than the table.
      decision.allowed = Tri::kUnknown;
      decision.why = PolicyDecision::Why::kNotPublished;
    } else {
      decision = Ask(*policy, request);
    }
    if (decision.allowed == Tri::kTrue && in_scope == Tri::kUnknown) {
      decision.allowed = Tri::kUnknown;
      decision.why = PolicyDecision::Why::kHole;
      for (const facts::Str pattern : association.namespaces) {
        if (facts::HasHole(pattern)) {
          decision.hole = FirstHole(pattern);
        }
      }
    }
    consider(decision, i);
    if (best.allowed == Tri::kTrue) {
      break;
    }
  }
  return best;
}

PolicyDecision AuthorizeAccessPolicies(const facts::Facts& facts, const Outcome& outcome,
                                       const rbac::Request& request) {
  PolicyDecision best = AuthorizeAccessPolicies(facts, outcome.access_policies, request);
  if (best.allowed != Tri::kTrue && !outcome.implicit_policy.empty()) {
    const PolicyDecision implicit =
        AuthorizeAccessPolicy(*FindAccessPolicy(outcome.implicit_policy), request);
    best = implicit.allowed > best.allowed ? implicit : best;
  }
  if (best.allowed == Tri::kFalse) {
    PolicyDecision possible =
        AuthorizeAccessPolicies(facts, outcome.possible_access_policies, request);
    if (possible.allowed == Tri::kTrue) {
      possible.allowed = Tri::kUnknown;
      possible.why = PolicyDecision::Why::kHole;
      possible.hole = FirstHole(facts.access_policies[possible.association].principal_arn);
    }
    best = possible;
  }
  return best;
}

}  // namespace whomay::eks

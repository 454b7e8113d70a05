#include "rbac/escalation.h"

#include <algorithm>

#include "base/strings.h"
#include "rbac/labels.h"

namespace whomay::rbac {
namespace {

constexpr std::string_view kRbacGroup = "rbac.authorization.k8s.io";
constexpr std::string_view kAuthenticationGroup = "authentication.k8s.io";
constexpr std::string_view kServiceAccountPrefix = "system:serviceaccount:";

// What the identity itself has in a namespace (RulesFor), certain rules and others.
struct OwnRules {
  std::vector<const facts::PolicyRule*> certain;
  std::vector<const facts::PolicyRule*> possible;  // the certain ones included
  bool anything = false;                           // it may have any right
};

OwnRules RulesIn(const Policy& policy, const ResolvedIdentity& identity,
                 std::string_view namespace_name) {
  OwnRules own;
  for (const Holding& holding : policy.Rules(identity)) {
    Tri applies = holding.applies;
    if (!holding.cluster_wide) {
      applies =
          namespace_name.empty()
              ? Tri::kFalse
              : And(applies, EqualTexts(holding.namespace_name, namespace_name, policy.holes()));
    }
    if (applies == Tri::kFalse) {
      continue;
    }
    own.anything = own.anything || holding.role.open != facts::HoleId::kNone ||
                   holding.role.unknown == Unknown::kLimit;
    for (const EffectiveRule& rule : holding.role.rules) {
      own.possible.push_back(rule.rule);
      if (And(applies, rule.certain) == Tri::kTrue) {
        own.certain.push_back(rule.rule);
      }
    }
  }
  return own;
}

// Covered by what is certain: yes. Not even covered by what is possible: no.
Coverage CoversIn(const Policy& policy, const OwnRules& own, RuleList wanted) {
  Coverage certain = Covers(own.certain, wanted, policy.holes());
  if (certain.covered != Tri::kFalse) {
    return certain;
  }
  if (own.anything || (own.possible.size() > own.certain.size() &&
                       Covers(own.possible, wanted, policy.holes()).covered != Tri::kFalse)) {
    certain.covered = Tri::kUnknown;
    certain.undecided.insert(certain.undecided.end(), certain.uncovered.begin(),
                             certain.uncovered.end());
    certain.uncovered.clear();
  }
  return certain;
}

bool IsMaster(const Identity& identity) {
  return std::find(identity.groups.begin(), identity.groups.end(), kMasters) !=
         identity.groups.end();
}

Escalation ByVerb(const Policy& policy, const ResolvedIdentity& resolved, const Identity& identity,
                  const Request& request) {
  Escalation escalation;
  if (IsMaster(identity)) {
    escalation.allowed = Tri::kTrue;
    escalation.by = Escalation::By::kMasters;
    return escalation;
  }
  escalation.verb = policy.Authorize(resolved, policy.Resolve(request));
  escalation.allowed = escalation.verb.allowed;
  if (escalation.allowed != Tri::kFalse) {
    escalation.by = Escalation::By::kVerb;
  }
  return escalation;
}

void ByCovering(Coverage coverage, Escalation& escalation) {
  if (coverage.covered > escalation.allowed) {
    escalation.allowed = coverage.covered;
    escalation.by = Escalation::By::kCovers;
  }
  escalation.coverage = std::move(coverage);
}

// What an aggregationRule takes: `*` on `*.*` and on all URLs.
std::vector<facts::PolicyRule> FullAuthority() {
  facts::PolicyRule resources, urls;
  resources.verbs = {"*"};
  resources.api_groups = {"*"};
  resources.resources = {"*"};
  urls.verbs = {"*"};
  urls.non_resource_urls = {"*"};
  return {resources, urls};
}

}  // namespace

Escalation MayBind(const Policy& policy, const Identity& identity, const BindingWanted& wanted) {
  const ResolvedIdentity resolved = policy.Resolve(identity);
  const bool cluster_role = wanted.role_kind == "ClusterRole";
  Request bind;
  bind.verb = "bind";
  bind.group = kRbacGroup;
  bind.resource = cluster_role ? "clusterroles" : "roles";
  bind.namespace_name = wanted.binding_namespace;
  bind.name = wanted.role_name;
  Escalation escalation = ByVerb(policy, resolved, identity, bind);
  if (escalation.allowed == Tri::kTrue) {
    return escalation;
  }
  const uint32_t role = policy.FindRole(cluster_role, wanted.binding_namespace, wanted.role_name);
  if (role == kNone) {
    escalation.role_missing = true;
    return escalation;
  }
  const RoleRules rules = policy.rules(role);
  std::vector<const facts::PolicyRule*> certain, possible;
  for (const EffectiveRule& rule : rules.rules) {
    possible.push_back(rule.rule);
    if (rule.certain == Tri::kTrue) {
      certain.push_back(rule.rule);
    }
  }
  const OwnRules own = RulesIn(policy, resolved, wanted.binding_namespace);
  Coverage coverage = CoversIn(policy, own, certain);
  const bool open = rules.open != facts::HoleId::kNone || rules.unknown == Unknown::kLimit;
  if (coverage.covered == Tri::kTrue &&
      (open || CoversIn(policy, own, possible).covered != Tri::kTrue)) {
    coverage.covered = Tri::kUnknown;
  }
  ByCovering(std::move(coverage), escalation);
  return escalation;
}

Escalation MayWriteRole(const Policy& policy, const Identity& identity, const RoleWanted& wanted) {
  const ResolvedIdentity resolved = policy.Resolve(identity);
  Request escalate;
  escalate.verb = "escalate";
  escalate.group = kRbacGroup;
  escalate.resource = wanted.cluster_role ? "clusterroles" : "roles";
  escalate.namespace_name = wanted.cluster_role ? std::string_view() : wanted.namespace_name;
  escalate.name = wanted.request_name;
  Escalation escalation = ByVerb(policy, resolved, identity, escalate);
  if (escalation.allowed == Tri::kTrue) {
    return escalation;
  }
  static const std::vector<facts::PolicyRule> full = FullAuthority();
  std::vector<const facts::PolicyRule*> rules;
  for (const facts::PolicyRule& rule : wanted.rules) {
    rules.push_back(&rule);
  }
  if (wanted.cluster_role && wanted.aggregates) {
    for (const facts::PolicyRule& rule : full) {
      rules.push_back(&rule);
    }
  }
  const OwnRules own = RulesIn(policy, resolved, escalate.namespace_name);
  ByCovering(CoversIn(policy, own, rules), escalation);
  return escalation;
}

WriteDecision CanWriteBinding(const Policy& policy, const Identity& identity, std::string_view verb,
                              std::string_view name, const BindingWanted& wanted) {
  WriteDecision decision;
  Request request;
  request.verb = verb;
  request.group = kRbacGroup;
  request.resource = wanted.binding_namespace.empty() ? "clusterrolebindings" : "rolebindings";
  request.namespace_name = wanted.binding_namespace;
  request.name = name;
  decision.request = policy.Authorize(identity, request);
  decision.escalation = MayBind(policy, identity, wanted);
  decision.allowed = And(decision.request.allowed, decision.escalation.allowed);
  return decision;
}

WriteDecision CanWriteRole(const Policy& policy, const Identity& identity, std::string_view verb,
                           const RoleWanted& wanted) {
  WriteDecision decision;
  Request request;
  request.verb = verb;
  request.group = kRbacGroup;
  request.resource = wanted.cluster_role ? "clusterroles" : "roles";
  request.namespace_name = wanted.cluster_role ? std::string_view() : wanted.namespace_name;
  request.name = wanted.request_name;
  decision.request = policy.Authorize(identity, request);
  decision.escalation = MayWriteRole(policy, identity, wanted);
  decision.allowed = And(decision.request.allowed, decision.escalation.allowed);
  return decision;
}

ImpersonationRequests RequestsToImpersonate(const Impersonation& wanted) {
  ImpersonationRequests result;
  const auto add = [&](std::string_view group, std::string_view resource,
                       std::string_view name) -> Request& {
    Request& request = result.requests.emplace_back();
    request.verb = "impersonate";
    request.group = group;
    request.resource = resource;
    request.name = name;
    return request;
  };
  // serviceaccount.SplitUsername: exactly a valid namespace and a valid name.
  bool service_account = false;
  if (wanted.username.starts_with(kServiceAccountPrefix)) {
    const std::vector<std::string_view> parts =
        Split(wanted.username.substr(kServiceAccountPrefix.size()), ':');
    if (parts.size() == 2 && IsDns1123Label(parts[0]) && IsDns1123Subdomain(parts[1])) {
      service_account = true;
      add("", "serviceaccounts", parts[1]).namespace_name = parts[0];
    }
  }
  if (!service_account) {
    add("", "users", wanted.username);
  }
  for (const std::string_view group : wanted.groups) {
    add("", "groups", group);
  }
  if (!wanted.uid.empty()) {
    add(kAuthenticationGroup, "uids", wanted.uid);
  }
  result.kept.reserve(wanted.extra.size());
  for (const auto& [key, value] : wanted.extra) {
    result.kept.push_back(AsciiLower(key));
    add(kAuthenticationGroup, "userextras", value).subresource = result.kept.back();
  }
  return result;
}

Decision MayImpersonate(const Policy& policy, const Identity& identity,
                        const Impersonation& wanted) {
  const ResolvedIdentity resolved = policy.Resolve(identity);
  Decision weakest;
  weakest.allowed = Tri::kTrue;
  bool first = true;
  const ImpersonationRequests needed = RequestsToImpersonate(wanted);
  for (const Request& request : needed.requests) {
    const Decision decision = policy.Authorize(resolved, policy.Resolve(request));
    if (first || decision.allowed < weakest.allowed) {
      weakest = decision;
    }
    first = false;
  }
  return weakest;
}

}  // namespace whomay::rbac

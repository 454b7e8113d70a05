// RBAC: bindings to everybody, wildcards, rules that cannot work.
// Source: Kubernetes documentation, "RBAC good practices"; CIS Amazon EKS Benchmark 4.1; spec rbac.
#include <algorithm>
#include <string>

#include "base/strings.h"
#include "findings/report.h"

namespace whomay::findings {
namespace {

using facts::RbacBinding;
using facts::RbacRole;
using facts::Str;

bool Holds(const std::vector<Str>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// Roles that Kubernetes itself gives to everybody.
bool IsPublic(Str role) {
  return role == "system:public-info-viewer" || role == "system:discovery" ||
         role == "system:basic-user" || role == "system:service-account-issuer-discovery";
}

void Subject(Reporter& to, const RbacBinding& binding, const facts::Subject& subject) {
  const std::string what = Concat({binding.role_kind, " ", binding.role_name});
  const bool everything = binding.role_name == "cluster-admin";
  const auto say = [&](std::string_view rule, std::string message) -> Finding& {
    return to.Say(rule, std::string(binding.origin.object), binding.origin, std::move(message),
                  Concat({binding.cluster, "|", subject.kind, "|", subject.name}), &subject.span);
  };
  if (IsPublic(binding.role_name)) {
    return;
  }
  if (subject.name == "system:anonymous" || subject.name == "system:unauthenticated") {
    say("rbac-anonymous", Concat({"gives ", what, " to callers that nobody has authenticated"}));
  } else if (subject.kind == "Group" && subject.name == "system:authenticated") {
    Finding& finding =
        say("rbac-authenticated", Concat({"gives ", what,
                                          " to whoever may authenticate: every mapped AWS "
                                          "principal and every ServiceAccount"}));
    finding.severity = everything ? FindingSeverity::kHigh : finding.severity;
  } else if (subject.kind == "Group" && subject.name == "system:serviceaccounts") {
    Finding& finding =
        say("rbac-all-service-accounts",
            Concat({"gives ", what, " to every ServiceAccount, and so to every pod"}));
    finding.severity = everything ? FindingSeverity::kHigh : finding.severity;
  } else if (subject.kind == "Group" && subject.name.substr(0, 23) == "system:serviceaccounts:") {
    say("rbac-all-service-accounts",
        Concat(
            {"gives ", what, " to every ServiceAccount of namespace ", subject.name.substr(23)}));
  } else if (subject.kind == "Group" && subject.name == "system:masters" &&
             binding.name != "cluster-admin") {
    say("rbac-masters-subject",
        "names system:masters, a group that may do everything whatever the bindings say");
  } else if (subject.kind == "ServiceAccount" && subject.name == "default") {
    say("rbac-default-service-account",
        Concat({"gives ", what, " to the ServiceAccount `default`: to every pod of namespace ",
                subject.namespace_name.empty() ? binding.namespace_name : subject.namespace_name,
                " that names none"}));
  } else if (subject.kind == "User" && subject.name.substr(0, 22) == "system:serviceaccount:") {
    say("rbac-user-is-service-account",
        Concat({"names the ServiceAccount ", subject.name.substr(22), " as a User"}));
  }
  if (everything && binding.cluster_binding && !IsSystemName(subject.name) &&
      !(subject.kind == "ServiceAccount" && subject.namespace_name == "kube-system")) {
    say("rbac-cluster-admin", Concat({"makes ", subject.kind, " ", to.Show(subject.name),
                                      " administrator of the cluster"}));
  }
}

void Rule(Reporter& to, const RbacRole& role, const facts::PolicyRule& rule, size_t index) {
  const auto say = [&](std::string_view id, std::string message) {
    to.Say(id, std::string(role.origin.object), role.origin, std::move(message),
           Concat({role.cluster, "|", std::to_string(index)}), &rule.span);
  };
  const bool verbs = Holds(rule.verbs, "*");
  const bool resources = Holds(rule.resources, "*");
  const bool groups = Holds(rule.api_groups, "*");
  if (verbs && resources && groups) {
    say("rbac-wildcard-all",
        role.cluster_role ? "every verb on every resource: what cluster-admin has"
                          : "every verb on every resource of the namespace, its RBAC included");
  } else if (verbs && resources) {
    say("rbac-wildcard", "every verb on every resource of its API groups, those to come included");
  } else if (resources && groups) {
    say("rbac-wildcard", Concat({Join(rule.verbs, ", "),
                                 " on every resource of every API group, secrets included"}));
  }
  if (!rule.resource_names.empty() && !resources) {
    std::vector<Str> dead;
    for (const std::string_view verb : {"create", "deletecollection"}) {
      if (Holds(rule.verbs, verb)) {
        dead.push_back(verb);
      }
    }
    const bool subresources = std::all_of(rule.resources.begin(), rule.resources.end(),
                                          [](Str text) { return text.find('/') != Str::npos; });
    if (!dead.empty() && !subresources) {
      say("rbac-names-without-effect",
          Concat({Join(dead, ", "),
                  " with resourceNames grants nothing: such a request carries no "
                  "name"}));
    }
  }
}

}  // namespace

void CheckRbac(Reporter& to) {
  for (uint32_t c = 0; c < to.graph().clusters.size(); ++c) {
    const graph::Cluster& cluster = to.graph().clusters[c];
    if (!to.Wanted(c)) {
      continue;
    }
    for (const uint32_t i : cluster.bindings) {
      const RbacBinding& binding = to.facts().bindings[i];
      const bool system = binding.builtin || binding.refused || !to.graph().InWorld(binding) ||
                          (IsSystemName(binding.name) && binding.name != "cluster-admin");
      for (const facts::Subject& subject : binding.subjects) {
        if (!system && !(binding.name == "cluster-admin" && subject.name == "system:masters")) {
          Subject(to, binding, subject);
        }
      }
    }
    for (const uint32_t i : cluster.roles) {
      const RbacRole& role = to.facts().roles[i];
      if (role.builtin || role.refused || IsSystemName(role.name) || !to.graph().InWorld(role)) {
        continue;
      }
      for (size_t rule = 0; rule < role.rules.size(); ++rule) {
        Rule(to, role, role.rules[rule], rule);
      }
    }
  }
}

}  // namespace whomay::findings

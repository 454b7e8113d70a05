// RBAC that the API server takes and that does not mean what it says: names that nothing has, rules
// that no request can match, roles and bindings that grant nothing.
// Source: Kubernetes' RBAC authorizer and registry validation; spec rbac 2.2, 2.3, 2.11.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "base/strings.h"
#include "findings/report.h"
#include "query/resource_names.h"

namespace whomay::findings {
namespace {

using facts::PolicyRule;
using facts::RbacBinding;
using facts::RbacRole;
using facts::Str;

constexpr std::array<std::string_view, 19> kVerbs = {
    "*",        "approve", "attest",      "bind", "create", "delete", "deletecollection",
    "escalate", "get",     "impersonate", "list", "patch",  "proxy",  "put",
    "post",     "head",    "options",     "sign", "update"};
constexpr std::array<std::string_view, 4> kMoreVerbs = {"use", "watch", "assign", "request"};

bool Holds(const std::vector<Str>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool HasUpper(Str text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool IsKnownVerb(Str verb) {
  return std::find(kVerbs.begin(), kVerbs.end(), verb) != kVerbs.end() ||
         std::find(kMoreVerbs.begin(), kMoreVerbs.end(), verb) != kMoreVerbs.end() ||
         verb.find(':') != Str::npos || facts::HasHole(verb);
}

class Lint {
 public:
  Lint(Reporter& to, uint32_t c)
      : to_(to), cluster_(to.graph().clusters[c]), engine_(to.world().cluster(c)) {
    for (const query::ResourceRow& row : engine_.resources->rows()) {
      if (row.custom == nullptr) {  // of other groups the inputs may hold some resources only
        groups_.insert(row.group);
      }
    }
    for (const uint32_t i : cluster_.service_accounts) {
      const facts::ServiceAccount& account = to.facts().service_accounts[i];
      accounts_.insert({account.namespace_name, account.name});
    }
    for (const uint32_t i : cluster_.workloads) {
      const facts::Workload& workload = to.facts().workloads[i];
      accounts_.insert({workload.namespace_name, workload.service_account});
    }
  }

  void Run() {
    for (const uint32_t i : cluster_.roles) {
      const RbacRole& role = to_.facts().roles[i];
      if (!role.builtin && !role.refused && !IsSystemName(role.name) && to_.graph().InWorld(role)) {
        Role(role);
      }
    }
    for (const uint32_t i : cluster_.bindings) {
      const RbacBinding& binding = to_.facts().bindings[i];
      if (!binding.builtin && !binding.refused && !IsSystemName(binding.name) &&
          to_.graph().InWorld(binding)) {
        Binding(binding);
      }
    }
  }

 private:
  void Say(std::string_view rule, const facts::KubernetesObject& object, std::string message,
           std::string_view detail, const source::Span* span = nullptr) {
    to_.Say(rule, std::string(object.origin.object), object.origin, std::move(message),
            Concat({object.cluster, "|", detail}), span);
  }

  void Role(const RbacRole& role) {
    if (role.rules.empty() && !role.has_aggregation_rule &&
        role.rules_open == facts::HoleId::kNone) {
      Say("rbac-empty", role, "has no rules, and so grants nothing", "rules");
    }
    if (role.has_aggregation_rule && !role.rules.empty()) {
      Say("rbac-aggregated-rules", role,
          "has rules of its own beside an aggregationRule: the controller writes over them",
          "rules");
    }
    for (size_t i = 0; i < role.rules.size(); ++i) {
      Rule(role, role.rules[i], std::to_string(i));
    }
  }

  void Rule(const RbacRole& role, const PolicyRule& rule, const std::string& index) {
    for (const Str verb : rule.verbs) {
      if (!IsKnownVerb(verb)) {
        Say("rbac-unknown-name", role,
            Concat({"no request has the verb `", verb, "`",
                    HasUpper(verb) ? ": verbs are written in lower case" : ""}),
            Concat({index, "|", verb}), &rule.span);
      }
    }
    Strong(role, rule, index);
    Names(role, rule, index);
    for (const Str group : rule.api_groups) {
      // Groups of custom resources and of further API servers are domains: they have a dot.
      const bool bare = group.find_first_of(".*") == Str::npos && !group.empty() &&
                        !facts::HasHole(group) && group != "extensions" &&
                        groups_.count(group) == 0;
      if (bare || HasUpper(group) || group.find('/') != Str::npos) {
        Say("rbac-unknown-name", role,
            Concat({"no API group is called `", group, "`",
                    group == "core"                ? ": the core group is written \"\""
                    : group.find('/') != Str::npos ? ": a group is written without version"
                                                   : ""}),
            Concat({index, "|", group}), &rule.span);
      }
    }
    for (const Str resource : rule.resources) {
      Resource(role, rule, resource, index);
    }
  }

  void Resource(const RbacRole& role, const PolicyRule& rule, Str resource,
                const std::string& index) {
    const std::string detail = Concat({index, "|", resource});
    if (facts::HasHole(resource) || resource == "*") {
      return;
    }
    const size_t slash = resource.find('/');
    const Str name = resource.substr(0, slash);
    if (name != "*" && slash != Str::npos && resource.substr(slash + 1) == "*") {
      Say("rbac-subresource-wildcard", role,
          Concat({"`", resource, "` is compared as it stands: it gives no subresource of ", name}),
          detail, &rule.span);
      return;
    }
    if (resource == "*/*") {
      Say("rbac-subresource-wildcard", role,
          "`*/*` gives nothing: `*` alone stands for resources and subresources", detail,
          &rule.span);
      return;
    }
    if (name == "*" || HasUpper(name)) {
      if (HasUpper(name)) {
        Say("rbac-unknown-name", role,
            Concat({"no resource is called `", name, "`: plurals in lower case are"}), detail,
            &rule.span);
      }
      return;
    }
    // Only groups that are known whole can say that a name is wrong.
    const bool known_groups = std::all_of(rule.api_groups.begin(), rule.api_groups.end(),
                                          [&](Str group) { return groups_.count(group) > 0; });
    if (!known_groups || rule.api_groups.empty()) {
      return;
    }
    const auto rows = engine_.resources->rows();
    const bool found = std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
      return row.plural == name && Holds(rule.api_groups, row.group);
    });
    if (found || Old(name) || Virtual(rule, name)) {
      return;
    }
    const auto elsewhere =
        std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.plural == name; });
    const auto spelled = std::find_if(rows.begin(), rows.end(), [&](const auto& row) {
      return row.singular == name && Holds(rule.api_groups, row.group);
    });
    std::string hint;
    if (spelled != rows.end()) {
      hint = Concat({": it is called `", spelled->plural, "`"});
    } else if (elsewhere != rows.end()) {
      hint = Concat({": it is in the group \"", elsewhere->group, "\""});
    }
    Say("rbac-unknown-name", role,
        Concat({"none of the rule's API groups has a resource `", name, "`", hint}), detail,
        &rule.span);
  }

  // Resources that only authorisation knows.
  static bool Virtual(const PolicyRule& rule, Str name) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kVirtual = {
        {{"", "users"},
         {"", "groups"},
         {"", "uids"},
         {"", "userextras"},
         {"authentication.k8s.io", "users"},
         {"authentication.k8s.io", "groups"},
         {"authentication.k8s.io", "nodes"},
         {"authentication.k8s.io", "uids"},
         {"authentication.k8s.io", "userextras"},
         {"certificates.k8s.io", "signers"}}};
    return std::any_of(kVirtual.begin(), kVirtual.end(), [&](const auto& one) {
      return one.second == std::string_view(name) && Holds(rule.api_groups, one.first);
    });
  }
  // Resources that servers of other versions have under these groups.
  static bool Old(Str name) {
    constexpr std::array<std::string_view, 22> kOld = {"podsecuritypolicies",
                                                       "ingresses",
                                                       "deployments",
                                                       "replicasets",
                                                       "daemonsets",
                                                       "networkpolicies",
                                                       "endpointslices",
                                                       "events",
                                                       "cronjobs",
                                                       "poddisruptionbudgets",
                                                       "podpresets",
                                                       "componentstatuses",
                                                       "mutatingadmissionpolicies",
                                                       "mutatingadmissionpolicybindings",
                                                       "clustertrustbundles",
                                                       "podcertificaterequests",
                                                       "devicetaintrules",
                                                       "leasecandidates",
                                                       "storageversions",
                                                       "storageversionmigrations",
                                                       "podschedulingcontexts",
                                                       "resourceclasses"};
    return std::find(kOld.begin(), kOld.end(), name) != kOld.end();
  }

  void Strong(const RbacRole& role, const PolicyRule& rule, const std::string& index) {
    const bool every_verb = Holds(rule.verbs, "*"), anything = Holds(rule.resources, "*");
    const bool all_names = rule.resource_names.empty() || Holds(rule.resource_names, "*");
    if ((every_verb && anything) || !all_names) {
      return;  // rbac-wildcard speaks of the former
    }
    const auto in_group = [&](std::string_view group) {
      return Holds(rule.api_groups, "*") || Holds(rule.api_groups, group);
    };
    const bool roles =
        in_group("rbac.authorization.k8s.io") &&
        (anything || Holds(rule.resources, "roles") || Holds(rule.resources, "clusterroles"));
    const bool people = in_group("") && (anything || Holds(rule.resources, "users") ||
                                         Holds(rule.resources, "groups") ||
                                         Holds(rule.resources, "serviceaccounts"));
    for (const std::string_view verb : {"escalate", "bind", "impersonate"}) {
      const bool impersonate = verb == "impersonate";
      if (!(impersonate ? people : roles) || !(every_verb || Holds(rule.verbs, verb))) {
        continue;
      }
      Say("rbac-strong-verbs", role,
          Concat({"`", every_verb ? "*" : verb, "` without names",
                  every_verb ? Concat({", which includes `", verb, "`"}) : "", ": ",
                  impersonate      ? "its holder can act as anybody"
                  : verb == "bind" ? "its holder can hand out any role"
                                   : "its holder can write more into roles than it has"}),
          Concat({index, "|", verb}), &rule.span);
    }
  }

  void Names(const RbacRole& role, const PolicyRule& rule, const std::string& index) {
    for (const Str name : rule.resource_names) {
      if (name == "*" || name.empty()) {
        Say("rbac-dead-names", role,
            name.empty() ? "an empty resourceName matches requests without a name only"
                         : "resourceNames know no wildcards: `*` is a name that nothing has",
            Concat({index, "|names|", name}), &rule.span);
      }
    }
    if (!rule.resource_names.empty() && !Holds(rule.verbs, "*")) {
      for (const std::string_view verb : {"list", "watch"}) {
        if (Holds(rule.verbs, verb) && !Holds(rule.verbs, "get")) {
          Say("rbac-dead-names", role,
              Concat({"`", verb,
                      "` with resourceNames is granted only to requests with the field "
                      "selector metadata.name=NAME"}),
              Concat({index, "|names|", verb}), &rule.span);
          return;
        }
      }
    }
  }

  void Binding(const RbacBinding& binding) {
    if (binding.subjects.empty() && binding.subjects_open == facts::HoleId::kNone) {
      Say("rbac-empty", binding, "has no subjects, and so grants nothing", "subjects");
    }
    if (!binding.cluster_binding && binding.role_name == "cluster-admin") {
      Say("rbac-namespace-admin", binding,
          Concat({"gives everything in namespace ", binding.namespace_name,
                  ", its RBAC and Secrets included"}),
          "role");
    }
    for (const facts::Subject& subject : binding.subjects) {
      Subject(binding, subject);
    }
    if (!binding.cluster_binding) {
      Dead(binding);
    }
  }

  void Subject(const RbacBinding& binding, const facts::Subject& subject) {
    const std::string detail =
        Concat({subject.kind, "|", subject.namespace_name, "|", subject.name});
    if (facts::HasHole(subject.name) || facts::HasHole(subject.namespace_name)) {
      return;
    }
    if (subject.kind != "ServiceAccount" && !subject.namespace_name.empty()) {
      Say("rbac-subject-namespace", binding,
          Concat({"the namespace of ", subject.kind, " ", subject.name, " is ignored"}), detail,
          &subject.span);
    }
    if (subject.kind == "User" && subject.name.substr(0, 7) == "system:" &&
        IsGroupName(subject.name)) {
      Say("rbac-user-named-like-group", binding,
          Concat({"`", subject.name, "` is a group, and the subject is a User"}), detail,
          &subject.span);
    }
    const Str ns = subject.namespace_name.empty() ? binding.namespace_name : subject.namespace_name;
    if (subject.kind == "ServiceAccount" && subject.name != "default" && !accounts_.empty() &&
        ns != "kube-system" && accounts_.count({ns, subject.name}) == 0 && HoldsNamespace(ns)) {
      Say("rbac-subject-missing", binding,
          Concat({"no file makes the ServiceAccount ", ns, "/", subject.name,
                  ": whoever may create it has the role"}),
          detail, &subject.span);
    }
  }

  static bool IsGroupName(Str name) {
    constexpr std::array<std::string_view, 6> kGroups = {
        "system:masters",         "system:nodes",           "system:authenticated",
        "system:unauthenticated", "system:serviceaccounts", "system:bootstrappers"};
    return std::find(kGroups.begin(), kGroups.end(), name) != kGroups.end() ||
           name.substr(0, 23) == "system:serviceaccounts:";
  }

  // Do the inputs hold ServiceAccounts of the namespace at all?
  bool HoldsNamespace(Str ns) const {
    const auto at = accounts_.lower_bound({ns, {}});
    return at != accounts_.end() && at->first == ns;
  }

  // What lies in no namespace is never granted by a RoleBinding.
  void Dead(const RbacBinding& binding) {
    for (const RbacRole* role : engine_.roles) {
      const bool bound = role->name == binding.role_name &&
                         role->cluster_role == (binding.role_kind == "ClusterRole") &&
                         (role->cluster_role || role->namespace_name == binding.namespace_name);
      if (!bound || role->builtin) {
        continue;
      }
      for (const PolicyRule& rule : role->rules) {
        std::string dead;
        for (const Str resource : rule.resources) {
          const Str name = resource.substr(0, resource.find('/'));
          if (IsClusterScoped(rule, name)) {
            dead += Concat({dead.empty() ? "" : ", ", resource});
          }
        }
        if (role->cluster_role) {
          for (const Str url : rule.non_resource_urls) {
            dead += Concat({dead.empty() ? "" : ", ", url});
          }
        }
        if (!dead.empty()) {
          Say("rbac-dead-scope", binding,
              Concat({dead, " of ", role->origin.object,
                      " lie in no namespace: a RoleBinding gives nothing of them"}),
              dead);
        }
      }
    }
  }

  bool IsClusterScoped(const PolicyRule& rule, Str name) const {
    if (name == "namespaces") {
      return false;  // a namespace object is asked for in itself
    }
    bool any = false;
    for (const query::ResourceRow& row : engine_.resources->rows()) {
      if (row.plural == name && Holds(rule.api_groups, row.group)) {
        if (row.namespaced) {
          return false;
        }
        any = true;
      }
    }
    return any;
  }

  Reporter& to_;
  const graph::Cluster& cluster_;
  const query::ClusterEngine& engine_;
  std::set<std::string_view> groups_;
  std::set<std::pair<Str, Str>> accounts_;
};

}  // namespace

void CheckRbacLint(Reporter& to) {
  for (uint32_t c = 0; c < to.graph().clusters.size(); ++c) {
    if (to.Wanted(c)) {
      Lint(to, c).Run();
    }
  }
}

}  // namespace whomay::findings

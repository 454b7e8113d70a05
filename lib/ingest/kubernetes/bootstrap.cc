#include "ingest/kubernetes/bootstrap.h"

#include "base/strings.h"
#include "ingest/kubernetes/rbac_objects.h"

namespace whomay::ingest {
namespace {

using facts::Facts;
using facts::Str;

std::vector<Str> Keep(std::span<const std::string_view> texts, Facts& facts) {
  std::vector<Str> kept;
  kept.reserve(texts.size());
  for (const std::string_view text : texts) {
    kept.push_back(facts.Keep(text));
  }
  return kept;
}

std::vector<std::pair<Str, Str>> Keep(std::span<const data::BootstrapLabel> labels, Facts& facts) {
  std::vector<std::pair<Str, Str>> kept;
  kept.reserve(labels.size());
  for (const data::BootstrapLabel& label : labels) {
    kept.emplace_back(facts.Keep(label.key), facts.Keep(label.value));
  }
  return kept;
}

void Fill(std::string_view kind, std::string_view namespace_name, std::string_view name,
          Str cluster, Facts& facts, facts::KubernetesObject& record) {
  record.cluster = cluster;
  record.namespace_name = facts.Keep(namespace_name);
  record.name = facts.Keep(name);
  record.origin.object = facts.Keep(
      Concat({kind, " ", namespace_name, namespace_name.empty() ? "" : "/", name, " (built in)"}));
}

facts::PolicyRule ToFact(const data::BootstrapRule& rule, Facts& facts) {
  facts::PolicyRule fact;
  fact.verbs = Keep(rule.verbs, facts);
  fact.api_groups = Keep(rule.api_groups, facts);
  fact.resources = Keep(rule.resources, facts);
  fact.resource_names = Keep(rule.resource_names, facts);
  fact.non_resource_urls = Keep(rule.non_resource_urls, facts);
  return fact;
}

void AddRole(const data::BootstrapRole& role, Str cluster, Facts& facts) {
  facts::RbacRole fact;
  fact.builtin = true;
  fact.cluster_role = role.cluster_role;
  Fill(role.cluster_role ? "ClusterRole" : "Role", role.namespace_name, role.name, cluster, facts,
       fact);
  fact.labels = Keep(role.labels, facts);
  fact.rules.reserve(role.rules.size());
  for (const data::BootstrapRule& rule : role.rules) {
    fact.rules.push_back(ToFact(rule, facts));
  }
  if (!role.aggregates.empty()) {
    fact.has_aggregation_rule = true;
    fact.selectors.emplace_back().match_labels = Keep(role.aggregates, facts);
  }
  facts.roles.push_back(std::move(fact));
}

void AddBinding(const data::BootstrapBinding& binding, Str cluster, Facts& facts) {
  facts::RbacBinding fact;
  fact.builtin = true;
  fact.cluster_binding = binding.cluster_binding;
  Fill(binding.cluster_binding ? "ClusterRoleBinding" : "RoleBinding", binding.namespace_name,
       binding.name, cluster, facts, fact);
  fact.role_kind = facts.Keep(binding.role_kind);
  fact.role_name = facts.Keep(binding.role_name);
  fact.role_api_group = facts.Keep(kRbacGroup);
  fact.subjects.reserve(binding.subjects.size());
  for (const data::BootstrapSubject& subject : binding.subjects) {
    facts::Subject& added = fact.subjects.emplace_back();
    added.kind = facts.Keep(subject.kind);
    added.api_group = facts.Keep(subject.kind == "ServiceAccount" ? "" : kRbacGroup);
    added.namespace_name = facts.Keep(subject.namespace_name);
    added.name = facts.Keep(subject.name);
  }
  facts.bindings.push_back(std::move(fact));
}

}  // namespace

void AddBootstrapRbac(const data::BootstrapRbac& bootstrap, Str cluster, Facts& facts) {
  facts.roles.reserve(facts.roles.size() + bootstrap.roles.size());
  facts.bindings.reserve(facts.bindings.size() + bootstrap.bindings.size());
  for (const data::BootstrapRole* role : bootstrap.roles) {
    AddRole(*role, cluster, facts);
  }
  for (const data::BootstrapBinding* binding : bootstrap.bindings) {
    AddBinding(*binding, cluster, facts);
  }
}

}  // namespace whomay::ingest

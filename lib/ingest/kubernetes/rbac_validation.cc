// What the API server finds wrong with a role or a binding: pkg/apis/rbac/validation/validation.go
// and, for selectors, apimachinery/pkg/apis/meta/v1/validation and meta/v1.LabelSelectorAsSelector.
#include "base/strings.h"
#include "facts/hole.h"
#include "ingest/kubernetes/go_text.h"
#include "ingest/kubernetes/names.h"
#include "ingest/kubernetes/rbac_objects.h"

namespace whomay::ingest {
namespace {

using facts::HoleId;
using facts::Str;
using syntax::Value;

std::string Indexed(std::string_view list, size_t index) {
  return Concat({list, "[", std::to_string(index), "]"});
}

void ValidateRule(const facts::PolicyRule& rule, const Value& value, bool namespaced,
                  const std::string& field, ValidationErrors& errors) {
  // A list that is a hole may hold anything.
  const auto empty = [&](const std::vector<Str>& texts, std::string_view name) {
    return texts.empty() && !value.Get(name).is_string();
  };
  const auto required = [&](std::string_view name, std::string_view detail) {
    errors.push_back(Required(Concat({field, ".", name}), detail, rule.span));
  };
  if (value.is_string()) {
    return;
  }
  if (empty(rule.verbs, "verbs")) {
    required("verbs", "verbs must contain at least one value");
  }
  if (!rule.non_resource_urls.empty()) {
    const std::string path = Concat({field, ".nonResourceURLs"});
    const std::string shown = GoJson(rule.non_resource_urls);
    if (namespaced) {
      errors.push_back(
          Invalid(path, shown, "namespaced rules cannot apply to non-resource URLs", rule.span));
    }
    if (!rule.api_groups.empty() || !rule.resources.empty() || !rule.resource_names.empty()) {
      errors.push_back(Invalid(path, shown,
                               "rules cannot apply to both regular resources and non-resource URLs",
                               rule.span));
    }
    return;
  }
  if (value.Get("nonResourceURLs").is_string()) {
    return;
  }
  if (empty(rule.api_groups, "apiGroups")) {
    required("apiGroups", "resource rules must supply at least one api group");
  }
  if (empty(rule.resources, "resources")) {
    required("resources", "resource rules must supply at least one resource");
  }
}

void ValidateRequirement(const facts::LabelRequirement& requirement, const std::string& field,
                         source::Span span, ValidationErrors& errors) {
  const std::string_view op = requirement.op;
  if (op == "In" || op == "NotIn") {
    if (requirement.values.empty()) {
      errors.push_back(Required(Concat({field, ".values"}),
                                "must be specified when `operator` is 'In' or 'NotIn'", span));
    }
  } else if (op == "Exists" || op == "DoesNotExist") {
    if (!requirement.values.empty()) {
      errors.push_back(
          Forbidden(Concat({field, ".values"}),
                    "may not be specified when `operator` is 'Exists' or 'DoesNotExist'", span));
    }
  } else if (!facts::HasHole(op)) {
    errors.push_back(
        Invalid(Concat({field, ".operator"}), GoJson(op), "not a valid selector operator", span));
  }
  if (!facts::HasHole(requirement.key)) {
    for (const std::string& complaint : QualifiedName(requirement.key)) {
      errors.push_back(Invalid(Concat({field, ".key"}), GoQuote(requirement.key), complaint, span));
    }
  }
  for (size_t i = 0; i < requirement.values.size(); ++i) {
    if (facts::HasHole(requirement.values[i])) {
      continue;
    }
    for (const std::string& complaint : LabelValue(requirement.values[i])) {
      errors.push_back(Invalid(Indexed(Concat({field, ".values"}), i),
                               GoQuote(requirement.values[i]), complaint, span));
    }
  }
}

void ValidateAggregation(const facts::RbacRole& role, const Value& object,
                         ValidationErrors& errors) {
  constexpr std::string_view kField = "aggregationRule.clusterRoleSelectors";
  const Value rule = object.Get("aggregationRule");
  const Value selectors = rule.Get("clusterRoleSelectors");
  if (role.selectors.empty() && !rule.is_string() && !selectors.is_string()) {
    errors.push_back(Required(kField,
                              "at least one clusterRoleSelector required if aggregationRule is "
                              "non-nil",
                              rule.span()));
  }
  size_t index = 0;
  for (const Value value : selectors.elements()) {
    const facts::LabelSelector& selector = role.selectors[index];
    const std::string field = Indexed(kField, index++);
    const size_t before = errors.size();
    ValidateLabels(ReadStringMap(value.Get("matchLabels")), Concat({field, ".matchLabels"}),
                   errors);
    for (size_t i = 0; i < selector.match_expressions.size(); ++i) {
      ValidateRequirement(selector.match_expressions[i],
                          Indexed(Concat({field, ".matchExpressions"}), i), value.span(), errors);
    }
    // The same selector does not compile then (the printed value is Go's nil).
    if (errors.size() > before) {
      errors.push_back(Invalid(field, "null", "invalid label selector.", value.span()));
    }
  }
}

void ValidateSubject(const facts::Subject& subject, bool namespaced, const std::string& field,
                     ValidationErrors& errors) {
  const auto path = [&](std::string_view name) { return Concat({field, ".", name}); };
  if (subject.name.empty()) {
    errors.push_back(Required(path("name"), "", subject.span));
  }
  if (facts::HasHole(subject.kind)) {
    return;
  }
  if (subject.kind == "ServiceAccount") {
    if (!subject.name.empty() && !facts::HasHole(subject.name)) {
      for (const std::string& complaint : Dns1123Subdomain(subject.name)) {
        errors.push_back(Invalid(path("name"), GoQuote(subject.name), complaint, subject.span));
      }
    }
    if (!subject.api_group.empty() && !facts::HasHole(subject.api_group)) {
      errors.push_back(NotSupported(path("apiGroup"), subject.api_group, {""}, subject.span));
    }
    if (!namespaced && subject.namespace_name.empty()) {
      errors.push_back(Required(path("namespace"), "", subject.span));
    }
  } else if (subject.kind == "User" || subject.kind == "Group") {
    if (subject.api_group != kRbacGroup && !facts::HasHole(subject.api_group)) {
      errors.push_back(
          NotSupported(path("apiGroup"), subject.api_group, {kRbacGroup}, subject.span));
    }
  } else {
    errors.push_back(NotSupported(path("kind"), subject.kind, {"ServiceAccount", "User", "Group"},
                                  subject.span));
  }
}

void ValidateRoleRef(const facts::RbacBinding& binding, const Value& role_ref,
                     ValidationErrors& errors) {
  const source::Span span = role_ref.span();
  if (role_ref.is_string()) {
    return;  // a hole
  }
  if (binding.role_api_group != kRbacGroup && !facts::HasHole(binding.role_api_group)) {
    errors.push_back(NotSupported("roleRef.apiGroup", binding.role_api_group, {kRbacGroup}, span));
  }
  const bool known = binding.role_kind == "ClusterRole" ||
                     (!binding.cluster_binding && binding.role_kind == "Role");
  if (!known && !facts::HasHole(binding.role_kind)) {
    std::vector<std::string_view> kinds = {"ClusterRole"};
    if (!binding.cluster_binding) {
      kinds.insert(kinds.begin(), "Role");
    }
    errors.push_back(NotSupported("roleRef.kind", binding.role_kind, kinds, span));
  }
  if (binding.role_name.empty()) {
    errors.push_back(Required("roleRef.name", "", span));
  } else if (!facts::HasHole(binding.role_name)) {
    for (const std::string& complaint : PathSegmentName(binding.role_name)) {
      errors.push_back(Invalid("roleRef.name", GoQuote(binding.role_name), complaint, span));
    }
  }
}

}  // namespace

ValidationErrors Validate(const ObjectMeta& meta, const facts::RbacRole& role,
                          const Value& object) {
  ValidationErrors errors;
  ValidateObjectMeta(meta, !role.cluster_role, errors);
  size_t index = 0;
  for (const Value rule : object.Get("rules").elements()) {
    ValidateRule(role.rules[index], rule, !role.cluster_role, Indexed("rules", index), errors);
    ++index;
  }
  if (role.has_aggregation_rule) {
    ValidateAggregation(role, object, errors);
  }
  return errors;
}

ValidationErrors Validate(const ObjectMeta& meta, const facts::RbacBinding& binding,
                          const Value& object) {
  ValidationErrors errors;
  ValidateObjectMeta(meta, !binding.cluster_binding, errors);
  ValidateRoleRef(binding, object.Get("roleRef"), errors);
  size_t index = 0, subject = 0;
  for (const Value value : object.Get("subjects").elements()) {
    if (!value.is_string()) {
      ValidateSubject(binding.subjects[subject++], !binding.cluster_binding,
                      Indexed("subjects", index), errors);
    }
    ++index;
  }
  return errors;
}

}  // namespace whomay::ingest

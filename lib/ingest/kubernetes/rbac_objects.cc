#include "ingest/kubernetes/rbac_objects.h"

#include <array>

#include "base/strings.h"
#include "facts/hole.h"
#include "ingest/kubernetes/schemas.h"

namespace whomay::ingest {
namespace {

using facts::Facts;
using facts::HoleId;
using facts::Str;
using syntax::Value;

HoleId FirstHole(std::string_view text) {
  for (const facts::Piece& piece : facts::Pieces(text)) {
    if (piece.hole != HoleId::kNone) {
      return piece.hole;
    }
  }
  return HoleId::kNone;
}

// The texts of a list; a list that is a text with a hole goes to `open` instead.
std::vector<Str> ReadTexts(const Value& list, Facts& facts, HoleId& open) {
  if (list.is_string()) {
    open = FirstHole(list.text());
  }
  std::vector<Str> texts;
  texts.reserve(list.size());
  for (const Value element : list.elements()) {
    texts.push_back(facts.Keep(element.text()));  // null is ""
  }
  return texts;
}

facts::PolicyRule ReadRule(const Value& value, Facts& facts, HoleId& open) {
  facts::PolicyRule rule;
  if (value.is_string()) {
    open = FirstHole(value.text());
  }
  rule.span = value.span();
  rule.verbs = ReadTexts(value.Get("verbs"), facts, open);
  rule.api_groups = ReadTexts(value.Get("apiGroups"), facts, open);
  rule.resources = ReadTexts(value.Get("resources"), facts, open);
  rule.resource_names = ReadTexts(value.Get("resourceNames"), facts, open);
  rule.non_resource_urls = ReadTexts(value.Get("nonResourceURLs"), facts, open);
  return rule;
}

facts::LabelSelector ReadSelector(const Value& value, Facts& facts, HoleId& open) {
  facts::LabelSelector selector;
  for (const MapEntry& entry : ReadStringMap(value.Get("matchLabels"))) {
    selector.match_labels.emplace_back(facts.Keep(entry.key), facts.Keep(entry.value));
  }
  for (const Value expression : value.Get("matchExpressions").elements()) {
    facts::LabelRequirement requirement;
    requirement.key = facts.Keep(expression.Get("key").text());
    requirement.op = facts.Keep(expression.Get("operator").text());
    requirement.values = ReadTexts(expression.Get("values"), facts, open);
    selector.match_expressions.push_back(std::move(requirement));
  }
  return selector;
}

// The last member with this key in any case: so the server, unlike kubectl, finds kind and
// apiVersion (apimachinery/pkg/runtime/serializer/json/meta.go).
Value GetFolded(const Value& object, std::string_view key) {
  Value found;
  for (const Value member : object.members()) {
    if (EqualsIgnoreAsciiCase(member.key(), key) && !member.is_null()) {
      found = member;
      if (!member.is_string()) {
        break;  // which none of them may be
      }
    }
  }
  return found;
}

void ReadNames(const Value& object, bool namespaced, Facts& facts,
               facts::KubernetesObject& record) {
  const ObjectMeta meta = ReadObjectMeta(object);
  record.name = facts.Keep(meta.name);
  record.namespace_name = namespaced ? facts.Keep(meta.namespace_name) : Str();
}

}  // namespace

RbacKind RbacKindOf(std::string_view kind) {
  struct Row {
    std::string_view name;
    RbacKind kind;
  };
  constexpr std::array<Row, 4> kRows = {{{"Role", RbacKind::kRole},
                                         {"ClusterRole", RbacKind::kClusterRole},
                                         {"RoleBinding", RbacKind::kRoleBinding},
                                         {"ClusterRoleBinding", RbacKind::kClusterRoleBinding}}};
  for (const Row& row : kRows) {
    if (row.name == kind) {
      return row.kind;
    }
  }
  return RbacKind::kNone;
}

const Schema& SchemaOf(RbacKind kind) {
  switch (kind) {
    case RbacKind::kRole:
      return kRoleSchema;
    case RbacKind::kClusterRole:
      return kClusterRoleSchema;
    case RbacKind::kRoleBinding:
      return kRoleBindingSchema;
    default:
      return kClusterRoleBindingSchema;
  }
}

facts::RbacRole ReadRole(const Value& object, bool cluster_role, Facts& facts) {
  facts::RbacRole role;
  role.cluster_role = cluster_role;
  ReadNames(object, !cluster_role, facts, role);
  for (const MapEntry& entry : ReadStringMap(object.Get("metadata").Get("labels"))) {
    role.labels.emplace_back(facts.Keep(entry.key), facts.Keep(entry.value));
  }
  const Value rules = object.Get("rules");
  if (rules.is_string()) {
    role.rules_open = FirstHole(rules.text());
  }
  role.rules.reserve(rules.size());
  for (const Value rule : rules.elements()) {
    role.rules.push_back(ReadRule(rule, facts, role.rules_open));
  }
  const Value aggregation = cluster_role ? object.Get("aggregationRule") : Value();
  role.has_aggregation_rule = aggregation.is_object() || aggregation.is_string();
  if (aggregation.is_string()) {
    role.rules_open = FirstHole(aggregation.text());
  }
  const Value selectors = aggregation.Get("clusterRoleSelectors");
  if (selectors.is_string()) {
    role.rules_open = FirstHole(selectors.text());
  }
  for (const Value selector : selectors.elements()) {
    role.selectors.push_back(ReadSelector(selector, facts, role.rules_open));
  }
  return role;
}

facts::RbacBinding ReadBinding(const Value& object, bool cluster_binding, Facts& facts) {
  facts::RbacBinding binding;
  binding.cluster_binding = cluster_binding;
  ReadNames(object, !cluster_binding, facts, binding);
  const Value role_ref = object.Get("roleRef");
  // A reference that is a hole may be to any role.
  const auto role_text = [&](std::string_view field) {
    return facts.Keep(role_ref.is_string() ? role_ref.text() : role_ref.Get(field).text());
  };
  binding.role_kind = role_text("kind");
  binding.role_name = role_text("name");
  const std::string_view role_group = role_ref.Get("apiGroup").text();
  binding.role_api_group = facts.Keep(role_group.empty() ? kRbacGroup : role_group);
  const Value subjects = object.Get("subjects");
  if (subjects.is_string()) {
    binding.subjects_open = FirstHole(subjects.text());
  }
  binding.subjects.reserve(subjects.size());
  for (const Value value : subjects.elements()) {
    if (value.is_string()) {
      binding.subjects_open = FirstHole(value.text());
      continue;
    }
    facts::Subject subject;
    subject.span = value.span();
    subject.kind = facts.Keep(value.Get("kind").text());
    subject.name = facts.Keep(value.Get("name").text());
    subject.namespace_name = facts.Keep(value.Get("namespace").text());
    subject.api_group = facts.Keep(value.Get("apiGroup").text());
    if (subject.api_group.empty() && (subject.kind == "User" || subject.kind == "Group")) {
      subject.api_group = facts.Keep(kRbacGroup);
    }
    binding.subjects.push_back(subject);
  }
  return binding;
}

RbacCheck CheckRbacObject(const Value& object) {
  RbacCheck check;
  const Value api_version = GetFolded(object, "apiVersion"), kind_value = GetFolded(object, "kind");
  const std::string_view kind_name = kind_value.text();
  const RbacKind kind = RbacKindOf(kind_name);
  if (!kind_value.is_string() || kind_name.empty()) {
    check.decode_error = "Object 'Kind' is missing";
  } else if (!api_version.is_string() || api_version.text().empty()) {
    check.decode_error = "Object 'apiVersion' is missing";
  } else if (kind == RbacKind::kNone || api_version.text() != Concat({kRbacGroup, "/v1"})) {
    check.decode_error = Concat(
        {"no kind \"", kind_name, "\" is registered for version \"", api_version.text(), "\""});
  }
  if (!check.decode_error.empty()) {
    return check;
  }
  DecodeResult decoded = Decode(object, SchemaOf(kind));
  check.decode_error = std::move(decoded.error);
  check.unknown_fields = std::move(decoded.unknown_fields);
  if (!check.decode_error.empty()) {
    return check;
  }
  Facts facts;
  const ObjectMeta meta = ReadObjectMeta(object);
  if (kind == RbacKind::kRole || kind == RbacKind::kClusterRole) {
    check.errors = Validate(meta, ReadRole(object, kind == RbacKind::kClusterRole, facts), object);
  } else {
    check.errors =
        Validate(meta, ReadBinding(object, kind == RbacKind::kClusterRoleBinding, facts), object);
  }
  return check;
}

}  // namespace whomay::ingest

#include "ingest/kubernetes/object_meta.h"

#include <algorithm>

#include "base/strings.h"
#include "facts/hole.h"
#include "ingest/kubernetes/go_text.h"
#include "ingest/kubernetes/names.h"

namespace whomay::ingest {
namespace {

using syntax::Value;

constexpr size_t kMaxAnnotationBytes = size_t{256} << 10;
constexpr size_t kMaxFieldManagerBytes = 128;
constexpr size_t kMaxSubresourceBytes = 256;

void AddAll(const Complaints& complaints, std::string_view field, std::string_view value,
            source::Span span, ValidationErrors& errors) {
  for (const std::string& complaint : complaints) {
    errors.push_back(Invalid(field, GoQuote(value), complaint, span));
  }
}

void ValidateNames(const ObjectMeta& meta, bool namespaced, ValidationErrors& errors) {
  const Complaints generate_name = PathSegmentName(meta.generate_name);
  AddAll(generate_name, "metadata.generateName", meta.generate_name, meta.Place("generateName"),
         errors);
  if (meta.name.empty() && !meta.generate_name.empty() && generate_name.empty()) {
    // The server makes a name up before it validates (registry/rest.BeforeCreate).
  } else if (meta.name.empty()) {
    errors.push_back(
        Required("metadata.name", "name or generateName is required", meta.Place("name")));
  } else if (!facts::HasHole(meta.name)) {
    AddAll(PathSegmentName(meta.name), "metadata.name", meta.name, meta.Place("name"), errors);
  }
  if (!namespaced || facts::HasHole(meta.namespace_name)) {
    return;  // a cluster-scoped object's namespace is cleared before anything is checked
  }
  if (meta.namespace_name.empty()) {
    errors.push_back(Required("metadata.namespace", "", meta.Place("namespace")));
  } else {
    AddAll(Dns1123Label(meta.namespace_name), "metadata.namespace", meta.namespace_name,
           meta.Place("namespace"), errors);
  }
}

void ValidateAnnotations(const Value& annotations, ValidationErrors& errors) {
  constexpr std::string_view kField = "metadata.annotations";
  size_t size = 0;
  for (const MapEntry& entry : ReadStringMap(annotations)) {
    size += entry.key.size() + entry.value.size();
    AddAll(QualifiedName(AsciiLower(entry.key)), kField, entry.key, entry.span, errors);
  }
  if (size > kMaxAnnotationBytes) {
    errors.push_back({Concat({kField, ": Too long: may not be more than ",
                              std::to_string(kMaxAnnotationBytes), " bytes"}),
                      annotations.span()});
  }
}

// Whether apiVersion has a version: "v1", "apps/v1", but not "", "/", "apps/", "a/b/c".
std::string_view VersionOf(std::string_view api_version, std::string_view& group) {
  group = {};
  const size_t slash = api_version.find('/');
  if (slash == std::string_view::npos) {
    return api_version;
  }
  if (api_version.find('/', slash + 1) != std::string_view::npos) {
    return {};
  }
  group = api_version.substr(0, slash);
  return api_version.substr(slash + 1);
}

// The reference as json.Marshal prints it.
std::string OwnerJson(const Value& owner) {
  std::string json = Concat({"{\"apiVersion\":", GoJson(owner.Get("apiVersion").text()),
                             ",\"kind\":", GoJson(owner.Get("kind").text()),
                             ",\"name\":", GoJson(owner.Get("name").text()),
                             ",\"uid\":", GoJson(owner.Get("uid").text())});
  for (const std::string_view field : {"controller", "blockOwnerDeletion"}) {
    const Value flag = owner.Get(field);
    if (flag.kind() == syntax::Kind::kBool) {
      json += Concat({",\"", field, "\":", flag.text()});
    }
  }
  return json += '}';
}

void ValidateOwner(const Value& owner, ValidationErrors& errors) {
  const std::string_view api_version = owner.Get("apiVersion").text();
  const std::string_view kind = owner.Get("kind").text();
  std::string_view group;
  const std::string_view version = VersionOf(api_version, group);
  const auto add = [&](std::string_view field, std::string_view value, std::string_view detail) {
    errors.push_back(
        Invalid(Concat({"metadata.ownerReferences", field}), value, detail, owner.span()));
  };
  if (version.empty()) {
    add(".apiVersion", GoQuote(api_version), "version must not be empty");
  }
  if (kind.empty()) {
    add(".kind", GoQuote(kind), "must not be empty");
  }
  for (const std::string_view field : {"name", "uid"}) {
    const std::string_view text = owner.Get(field).text();
    if (text.empty()) {
      add(Concat({".", field}), GoQuote(text), "must not be empty");
    }
  }
  if (group.empty() && version == "v1" && kind == "Event") {
    add("", OwnerJson(owner), "/v1, Kind=Event is disallowed from being an owner");
  }
}

void ValidateOwners(const Value& owners, ValidationErrors& errors) {
  std::string first_controller;
  for (const Value owner : owners.elements()) {
    ValidateOwner(owner, errors);
    if (!owner.Get("controller").is_true()) {
      continue;
    }
    const std::string controller =
        Concat({owner.Get("kind").text(), "/", owner.Get("name").text()});
    if (first_controller.empty()) {
      first_controller = controller;
      continue;
    }
    std::string json = "[";
    for (const Value each : owners.elements()) {
      json += Concat({json.size() > 1 ? "," : "", OwnerJson(each)});
    }
    errors.push_back(
        Invalid("metadata.ownerReferences", Concat({json, "]"}),
                Concat({"Only one reference can have Controller set to true. Found \"true\" in "
                        "references for ",
                        first_controller, " and ", controller}),
                owner.span()));
  }
}

constexpr std::string_view kOrphan = "orphan";
constexpr std::string_view kForeground = "foregroundDeletion";

void ValidateFinalizers(const Value& finalizers, ValidationErrors& errors) {
  constexpr std::string_view kField = "metadata.finalizers";
  bool orphan = false, foreground = false;
  std::vector<std::string_view> texts;
  for (const Value finalizer : finalizers.elements()) {
    texts.push_back(finalizer.text());
    AddAll(QualifiedName(finalizer.text()), kField, finalizer.text(), finalizer.span(), errors);
    orphan |= finalizer.text() == kOrphan;
    foreground |= finalizer.text() == kForeground;
  }
  if (orphan && foreground) {
    errors.push_back(
        Invalid(kField, GoJson(texts),
                Concat({"finalizer ", kOrphan, " and ", kForeground, " cannot be both set"}),
                finalizers.span()));
  }
}

// A second check, behind all others of the metadata (pkg/apis/core/validation).
void ValidateStandardFinalizers(const Value& finalizers, ValidationErrors& errors) {
  size_t index = 0;
  for (const Value finalizer : finalizers.elements()) {
    const std::string field = Concat({"metadata.finalizers[", std::to_string(index++), "]"});
    const std::string_view text = finalizer.text();
    if (text.find('/') == std::string_view::npos && text != kOrphan && text != kForeground &&
        text != "kubernetes") {
      errors.push_back(Invalid(
          field, GoQuote(text),
          "name is neither a standard finalizer name nor is it fully qualified", finalizer.span()));
    }
  }
}

void ValidateManagedFields(const Value& entries, ValidationErrors& errors) {
  size_t index = 0;
  for (const Value entry : entries.elements()) {
    const std::string field = Concat({"metadata.managedFields[", std::to_string(index++), "]"});
    const std::string_view operation = entry.Get("operation").text();
    if (operation != "Apply" && operation != "Update") {
      errors.push_back(Invalid(Concat({field, ".operation"}), GoJson(operation),
                               "must be `Apply` or `Update`", entry.span()));
    }
    const std::string_view type = entry.Get("fieldsType").text();
    if (!type.empty() && type != "FieldsV1") {
      errors.push_back(Invalid(Concat({field, ".fieldsType"}), GoQuote(type), "must be `FieldsV1`",
                               entry.span()));
    }
    const auto too_long = [&](std::string_view name, size_t limit) {
      if (entry.Get(name).text().size() > limit) {
        errors.push_back({Concat({field, ".", name, ": Too long: may not be more than ",
                                  std::to_string(limit), " bytes"}),
                          entry.span()});
      }
    };
    too_long("manager", kMaxFieldManagerBytes);
    const std::string_view manager = entry.Get("manager").text();
    for (const Unprintable& each : FindUnprintable(manager)) {
      errors.push_back(Invalid(Concat({field, ".manager"}), GoQuote(manager),
                               Concat({"invalid character ", each.name, " (at position ",
                                       std::to_string(each.offset), ")"}),
                               entry.span()));
    }
    too_long("subresource", kMaxSubresourceBytes);
  }
}

}  // namespace

ValidationError Invalid(std::string_view field, std::string_view quoted, std::string_view detail,
                        source::Span span) {
  return {Concat({field, ": Invalid value: ", quoted, ": ", detail}), span};
}

ValidationError Required(std::string_view field, std::string_view detail, source::Span span) {
  return {Concat({field, ": Required value", detail.empty() ? "" : ": ", detail}), span};
}

ValidationError Forbidden(std::string_view field, std::string_view detail, source::Span span) {
  return {Concat({field, ": Forbidden: ", detail}), span};
}

ValidationError NotSupported(std::string_view field, std::string_view value,
                             std::vector<std::string_view> supported, source::Span span) {
  std::string list;
  for (const std::string_view each : supported) {
    list += Concat({list.empty() ? "" : ", ", GoQuote(each)});
  }
  return {Concat({field, ": Unsupported value: ", GoQuote(value), ": supported values: ", list}),
          span};
}

source::Span ObjectMeta::Place(std::string_view field) const {
  const Value found = value.Get(field);
  return found ? found.span() : value ? value.span() : object;
}

ObjectMeta ReadObjectMeta(const Value& object) {
  ObjectMeta meta;
  meta.value = object.Get("metadata");
  meta.object = object.span();
  if (meta.value.is_string()) {  // a hole: nothing of it is known
    meta.name = meta.namespace_name = meta.value.text();
    return meta;
  }
  meta.name = meta.value.Get("name").text();
  meta.generate_name = meta.value.Get("generateName").text();
  meta.namespace_name = meta.value.Get("namespace").text();
  meta.stored =
      !meta.value.Get("uid").text().empty() || !meta.value.Get("resourceVersion").text().empty();
  return meta;
}

std::vector<MapEntry> ReadStringMap(const Value& map) {
  std::vector<MapEntry> entries;
  for (const Value member : map.members()) {
    entries.push_back({member.key(), member.text(), member.span()});
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const MapEntry& a, const MapEntry& b) { return a.key < b.key; });
  // Of equal keys the last stands.
  std::vector<MapEntry> last;
  for (const MapEntry& entry : entries) {
    if (!last.empty() && last.back().key == entry.key) {
      last.back() = entry;
    } else {
      last.push_back(entry);
    }
  }
  return last;
}

void ValidateLabels(const std::vector<MapEntry>& labels, std::string_view field,
                    ValidationErrors& errors) {
  for (const MapEntry& label : labels) {
    if (!facts::HasHole(label.key)) {
      AddAll(QualifiedName(label.key), field, label.key, label.span, errors);
    }
    if (!facts::HasHole(label.value)) {
      AddAll(LabelValue(label.value), field, label.value, label.span, errors);
    }
  }
}

void ValidateObjectMeta(const ObjectMeta& meta, bool namespaced, ValidationErrors& errors) {
  ValidateNames(meta, namespaced, errors);
  const Value generation = meta.value.Get("generation");
  if (generation.text().starts_with('-') &&
      generation.text().find_first_not_of("-0") != std::string_view::npos) {
    errors.push_back(Invalid("metadata.generation", generation.text(),
                             "must be greater than or equal to 0", generation.span()));
  }
  ValidateLabels(ReadStringMap(meta.value.Get("labels")), "metadata.labels", errors);
  ValidateAnnotations(meta.value.Get("annotations"), errors);
  ValidateOwners(meta.value.Get("ownerReferences"), errors);
  const Value finalizers = meta.value.Get("finalizers");
  ValidateFinalizers(finalizers, errors);
  ValidateManagedFields(meta.value.Get("managedFields"), errors);
  ValidateStandardFinalizers(finalizers, errors);
}

}  // namespace whomay::ingest

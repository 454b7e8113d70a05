#include "ingest/kubernetes/objects.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/strings.h"
#include "facts/hole.h"
#include "ingest/kubernetes/object_context.h"
#include "ingest/kubernetes/rbac_objects.h"
#include "ingest/kubernetes/schemas.h"
#include "source/limits.h"

namespace whomay::ingest {
namespace {

using source::Severity;
using syntax::Value;

// The kinds outside RBAC. v1.34 serves them as GROUP/v1 only; older versions are read like it.
struct KindRow {
  std::string_view kind;
  std::string_view group;
  std::string_view old_group;     // where some began; "-" for none
  std::string_view old_versions;  // with blanks between
  bool namespaced;
  void (*read)(ObjectContext&);
  // Of workloads.
  std::string_view workload = {};
  const Schema* schema = nullptr;
};
constexpr std::string_view kNone = "-";
constexpr std::string_view kOldApps = "v1beta1 v1beta2";
constexpr KindRow kKinds[] = {
    {"ServiceAccount", "", kNone, "", true, ReadServiceAccount},
    {"Namespace", "", kNone, "", false, ReadNamespace},
    {"Secret", "", kNone, "", true, ReadSecret},
    {"ConfigMap", "", kNone, "", true, ReadConfigMap},
    {"CustomResourceDefinition", "apiextensions.k8s.io", kNone, "v1beta1", false,
     ReadCustomResourceDefinition},
    {"Pod", "", kNone, "", true, nullptr, "pod", &kPodSchema},
    {"ReplicationController", "", kNone, "", true, nullptr, "replicationcontroller",
     &kPodControllerSchema},
    {"Deployment", "apps", "extensions", kOldApps, true, nullptr, "deployment",
     &kPodControllerSchema},
    {"DaemonSet", "apps", "extensions", kOldApps, true, nullptr, "daemonset",
     &kPodControllerSchema},
    {"ReplicaSet", "apps", "extensions", kOldApps, true, nullptr, "replicaset",
     &kPodControllerSchema},
    {"StatefulSet", "apps", kNone, kOldApps, true, nullptr, "statefulset", &kPodControllerSchema},
    {"Job", "batch", kNone, "", true, nullptr, "job", &kPodControllerSchema},
    {"CronJob", "batch", kNone, "v1beta1 v2alpha1", true, nullptr, "cronjob", &kCronJobSchema},
};

const KindRow* FindKind(std::string_view kind, bool exactly) {
  for (const KindRow& row : kKinds) {
    if (exactly ? row.kind == kind : EqualsIgnoreAsciiCase(row.kind, kind)) {
      return &row;
    }
  }
  return nullptr;
}

// Groups that hold kinds of ours: what is spelled almost like them there is a mistake, elsewhere it
// is somebody's custom resource.
bool IsOurGroup(std::string_view group) {
  for (const KindRow& row : kKinds) {
    if (row.group == group || row.old_group == group) {
      return true;
    }
  }
  return group == kRbacGroup;
}

constexpr std::string_view kKustomizeGroup = "kustomize.config.k8s.io";

// One object to read: an item of a list takes kind and version from the list where it has neither.
struct Item {
  Value object;
  std::string_view api_version;
  std::string_view kind;
};

std::string_view GroupOf(std::string_view api_version) {
  const size_t slash = api_version.find('/');
  return slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
}

class ObjectReader {
 public:
  ObjectReader(const KubernetesOptions& options, facts::Facts& facts,
               source::Diagnostics& diagnostics)
      : options_(options), facts_(facts), diagnostics_(diagnostics) {}

  void Read(const Value& root) {
    std::vector<std::pair<Item, int>> pending = {{{root, {}, {}}, 0}};
    while (!pending.empty()) {
      const auto [item, depth] = std::move(pending.back());
      pending.pop_back();
      if (depth > source::kMaxDepth || !IsList(item)) {
        ReadOne(item);
        continue;
      }
      // Items in the order in which they stand.
      const size_t first = pending.size();
      for (const Value element : item.object.Get("items").elements()) {
        pending.push_back({ItemOf(item, element), depth + 1});
      }
      std::reverse(pending.begin() + static_cast<ptrdiff_t>(first), pending.end());
    }
  }

 private:
  static std::string_view ApiVersionOf(const Item& item) {
    const Value value = item.object.Get("apiVersion");
    return value.is_string() && !value.text().empty() ? value.text() : item.api_version;
  }
  static std::string_view KindOf(const Item& item) {
    const Value value = item.object.Get("kind");
    return value.is_string() && !value.text().empty() ? value.text() : item.kind;
  }

  // As kubectl: whatever has `items` is a list (unstructured.detectList), save the kinds we know.
  static bool IsList(const Item& item) {
    if (!item.object.Get("items").is_array()) {
      return false;
    }
    const std::string_view kind = KindOf(item);
    return kind.ends_with("List") && !item.object.Get("apiVersion").text().empty();
  }

  static Item ItemOf(const Item& list, const Value& element) {
    Item item{element, {}, {}};
    if (element.Get("kind").text().empty() && element.Get("apiVersion").text().empty()) {
      item.kind = KindOf(list).substr(0, KindOf(list).size() - 4);
      item.api_version = ApiVersionOf(list);
    }
    return item;
  }

  void ReadOne(const Item& item) {
    const std::string_view kind = KindOf(item), api_version = ApiVersionOf(item);
    if (!item.object.is_object() || kind.empty() || api_version.empty()) {
      return NoObject(item, kind, api_version);
    }
    if (kind == "List") {
      return BrokenList(item.object);
    }
    const std::string_view group = GroupOf(api_version);
    if (kind == "Kustomization" || group == kKustomizeGroup) {
      return Skip(item.object, "kubernetes.kustomize",
                  "skipped: a kustomization; read the output of `kubectl kustomize` instead");
    }
    if (item.object.Get("$patch")) {
      return Skip(item.object, "kubernetes.kustomize",
                  "skipped: a patch; read the output of `kubectl kustomize` instead");
    }
    if (group == kRbacGroup) {
      return ReadRbac(item.object, kind, api_version);
    }
    if (const KindRow* row = FindKind(kind, /*exactly=*/true);
        row != nullptr && (row->group == group || row->old_group == group)) {
      return ReadKind(*row, item.object, api_version);
    }
    // kubectl refuses a kind that no server has; to us it would be lost in silence.
    if (IsOurGroup(group) && (FindKind(kind, /*exactly=*/false) != nullptr || IsRbacKind(kind))) {
      ObjectContext context(item.object, kind, false, options_, facts_, diagnostics_);
      UnknownKind(context, kind, api_version);
    }
  }

  static bool IsRbacKind(std::string_view kind) {
    const std::string lower = AsciiLower(kind);
    return lower == "role" || lower == "clusterrole" || lower == "rolebinding" ||
           lower == "clusterrolebinding";
  }

  void ReadKind(const KindRow& row, const Value& object, std::string_view api_version) {
    ObjectContext context(object, row.kind, row.namespaced, options_, facts_, diagnostics_);
    const std::string_view version = api_version.substr(api_version.find('/') + 1);
    const bool current = version == "v1" && GroupOf(api_version) == row.group;
    const std::vector<std::string_view> old = Split(row.old_versions, ' ');
    if (!current && std::find(old.begin(), old.end(), version) == old.end()) {
      return UnknownKind(context, row.kind, api_version);
    }
    if (!current) {
      OldVersion(context, api_version, row.group);
    }
    if (row.read != nullptr) {
      row.read(context);
    } else {
      ReadWorkload(context, row.workload, *row.schema);
    }
  }

  // From a cluster: it was served there, and what it says is lost.
  void UnknownKind(ObjectContext& context, std::string_view kind, std::string_view api_version) {
    if (context.meta().stored) {
      diagnostics_.MarkIncomplete();
    }
    context.Error("kubernetes.unknown-kind", context.object().span(),
                  Concat({"no kind \"", kind, "\" is registered for version \"", api_version,
                          "\": nothing of it counts"}));
  }

  void OldVersion(ObjectContext& context, std::string_view api_version, std::string_view group) {
    context.Warn(
        "kubernetes.old-version", context.object().Get("apiVersion").span(),
        Concat({api_version, " is served no more: read as ", group, group.empty() ? "v1" : "/v1"}));
  }

  // A List that IsList() does not take: without items it holds nothing.
  void BrokenList(const Value& object) {
    const Value items = object.Get("items");
    if (items && !items.is_null()) {
      diagnostics_.AddLoss("kubernetes.undecodable", items.span(),
                           "the items of a List are no list: nothing of it counts", "List");
    }
  }

  void NoObject(const Item& item, std::string_view kind, std::string_view api_version) {
    if (kind.empty() && LooksLikeKustomization(item.object)) {
      return Skip(item.object, "kubernetes.kustomize",
                  "skipped: a kustomization or a patch; read the output of `kubectl kustomize` "
                  "instead");
    }
    diagnostics_.AddLoss(
        "kubernetes.undecodable", item.object.span(),
        !item.object.is_object()
            ? "not a Kubernetes object: nothing of it counts"
            : Concat({"not a Kubernetes object, it has no ", kind.empty() ? "kind" : "apiVersion",
                      " that is a text: nothing of it counts"}),
        std::string(kind.empty() ? api_version : kind));
  }

  void Skip(const Value& object, std::string code, std::string message) {
    diagnostics_.Add(std::move(code), Severity::kNote, object.span(), std::move(message));
  }

  void ReadRbac(const Value& object, std::string_view kind_name, std::string_view api_version) {
    const RbacKind kind = RbacKindOf(kind_name);
    ObjectContext context(object, kind_name, IsNamespaced(kind), options_, facts_, diagnostics_);
    const std::string_view version = api_version.substr(kRbacGroup.size() + 1);
    if (kind == RbacKind::kNone || (version != "v1" && version != "v1beta1")) {
      return UnknownKind(context, kind_name, api_version);
    }
    if (version == "v1beta1") {
      OldVersion(context, api_version, kRbacGroup);
    }
    if (!context.Decodes(SchemaOf(kind)) || HasTemplates(context)) {
      return;
    }
    context.DefaultNamespace();
    if (kind == RbacKind::kRole || kind == RbacKind::kClusterRole) {
      facts::RbacRole role = ReadRole(object, kind == RbacKind::kClusterRole, facts_);
      Store(context, std::move(role), facts_.roles);
    } else {
      facts::RbacBinding binding =
          ReadBinding(object, kind == RbacKind::kClusterRoleBinding, facts_);
      Store(context, std::move(binding), facts_.bindings);
    }
  }

  template <typename Fact>
  void Store(ObjectContext& context, Fact fact, std::vector<Fact>& into) {
    context.Fill(fact);
    ObjectMeta meta = context.meta();
    meta.namespace_name = context.namespace_name();
    for (const ValidationError& error : Validate(meta, fact, context.object())) {
      fact.refused = !meta.stored;
      context.Refuse(error);
    }
    into.push_back(std::move(fact));
  }

  // Unrendered names, roles, subjects or rules say nothing.
  static bool HasTemplates(ObjectContext& context) {
    const Value& object = context.object();
    const Value role_ref = object.Get("roleRef");
    for (const std::string_view text : {context.meta().name, context.meta().namespace_name,
                                        role_ref.Get("name").text(), role_ref.Get("kind").text()}) {
      if (context.IsTemplate(text)) {
        return true;
      }
    }
    for (const Value subject : object.Get("subjects").elements()) {
      for (const Value member : subject.members()) {
        if (context.IsTemplate(member.text())) {
          return true;
        }
      }
    }
    for (const Value rule : object.Get("rules").elements()) {
      for (const Value list : rule.members()) {
        for (const Value text : list.elements()) {
          if (context.IsTemplate(text.text())) {
            return true;
          }
        }
      }
    }
    return false;
  }

  const KubernetesOptions& options_;
  facts::Facts& facts_;
  source::Diagnostics& diagnostics_;
};

}  // namespace

void ReadObject(const Value& object, const KubernetesOptions& options, facts::Facts& facts,
                source::Diagnostics& diagnostics) {
  ObjectReader(options, facts, diagnostics).Read(object);
}

bool IsWantedKind(std::string_view kind) {
  // A kind of RBAC spelled otherwise, or in the plural, is to be reported.
  const std::string lower = AsciiLower(kind);
  return kind.empty() || kind.ends_with("List") || kind == "Kustomization" ||
         FindKind(kind, /*exactly=*/false) != nullptr || lower.find("role") != std::string::npos ||
         lower.find("binding") != std::string::npos;
}

bool LooksLikeKustomization(const Value& value) {
  if (value.is_array()) {
    const Value first = value.At(0);
    return first.Get("op").is_string() && first.Get("path").is_string();
  }
  if (value.Get("kind").text() == "Kustomization" ||
      GroupOf(value.Get("apiVersion").text()) == kKustomizeGroup) {
    return true;
  }
  if (value.Get("kind") || value.Get("apiVersion")) {
    return false;
  }
  constexpr std::array<std::string_view, 7> kFields = {
      "resources",          "bases",          "patches", "patchesStrategicMerge", "patchesJson6902",
      "configMapGenerator", "secretGenerator"};
  return std::any_of(kFields.begin(), kFields.end(),
                     [&](std::string_view field) { return value.Get(field).is_array(); });
}

bool LooksLikeKubernetes(const Value& value) {
  return value.Get("kind").is_string() && !value.Get("kind").text().empty() &&
         value.Get("apiVersion").is_string() && !value.Get("apiVersion").text().empty();
}

}  // namespace whomay::ingest

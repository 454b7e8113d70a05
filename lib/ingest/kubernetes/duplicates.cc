// Objects given twice: the later stands.
#include <algorithm>
#include <tuple>

#include "base/strings.h"
#include "ingest/kubernetes/objects.h"

namespace whomay::ingest {
namespace {

using facts::KubernetesObject;

struct Entry {
  int kind;  // tells kinds apart, nothing else
  const KubernetesObject* object;
};

auto Key(const Entry& entry) {
  return std::tie(entry.kind, entry.object->cluster, entry.object->namespace_name,
                  entry.object->name);
}

}  // namespace

void ReportDuplicateObjects(const facts::Facts& facts, source::Diagnostics& diagnostics) {
  std::vector<Entry> entries;
  for (const facts::RbacRole& role : facts.roles) {
    if (!role.builtin) {
      entries.push_back({role.cluster_role ? 0 : 1, &role});
    }
  }
  for (const facts::RbacBinding& binding : facts.bindings) {
    if (!binding.builtin) {
      entries.push_back({binding.cluster_binding ? 2 : 3, &binding});
    }
  }
  for (const facts::ServiceAccount& account : facts.service_accounts) {
    entries.push_back({4, &account});
  }
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tuple_cat(Key(a), std::tie(a.object->order)) <
           std::tuple_cat(Key(b), std::tie(b.object->order));
  });
  for (size_t i = 0; i + 1 < entries.size(); ++i) {
    const KubernetesObject &earlier = *entries[i].object, &later = *entries[i + 1].object;
    if (Key(entries[i]) != Key(entries[i + 1]) || (earlier.worlds & later.worlds) == 0) {
      continue;
    }
    diagnostics
        .Add("kubernetes.duplicate", source::Severity::kWarning, earlier.origin.span,
             Concat({earlier.origin.object, " is given again later, and that one stands"}),
             std::string(earlier.origin.object))
        .related.push_back({later.origin.span, "stands"});
  }
}

}  // namespace whomay::ingest

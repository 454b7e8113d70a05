#include "rbac/compiled.h"

#include <algorithm>
#include <cstring>

#include "rbac/labels.h"

namespace whomay::rbac {

std::string_view Compiled::Keep(std::initializer_list<std::string_view> pieces) {
  constexpr size_t kBlock = 1 << 16;
  size_t size = 0;
  for (const std::string_view piece : pieces) {
    size += piece.size();
  }
  if (size > text_left) {
    text_left = std::max(kBlock, size);
    texts.push_back(std::make_unique<char[]>(text_left));
    text_next = texts.back().get();
  }
  char* const begin = text_next;
  for (const std::string_view piece : pieces) {
    if (!piece.empty()) {
      std::memcpy(text_next, piece.data(), piece.size());
      text_next += piece.size();
    }
  }
  text_left -= size;
  return {begin, size};
}

Tri Compiled::Equal(std::string_view a, std::string_view b) const {
  return EqualTexts(a, b, holes);
}

uint32_t Compiled::FindRole(bool cluster_role, std::string_view namespace_name,
                            std::string_view name) const {
  const uint32_t name_id = object_names.Find(name);
  const uint32_t namespace_id = cluster_role ? 0 : object_namespaces.Find(namespace_name);
  // A Role without a namespace is never found.
  if (name_id == kNoName || namespace_id == kNoName || (!cluster_role && namespace_id == 0)) {
    return kNone;
  }
  const std::pair<uint64_t, uint32_t> key(ObjectKey(cluster_role, namespace_id, name_id), 0);
  const auto at = std::lower_bound(role_keys.begin(), role_keys.end(), key);
  return at != role_keys.end() && at->first == key.first ? at->second : kNone;
}

}  // namespace whomay::rbac

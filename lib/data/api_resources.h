// The resources that a Kubernetes API server serves by default: groups in the order of discovery,
// names, verbs, subresources.
//
// Source and date: api_resources.inc, made by generators/api_resources.py. No aggregated APIs
// (metrics.k8s.io) and no custom resources are in it.
// Thread safety: constants; nothing runs at start-up.
#ifndef WHOMAY_LIB_DATA_API_RESOURCES_H_
#define WHOMAY_LIB_DATA_API_RESOURCES_H_

#include <span>
#include <string_view>

namespace whomay::data {

struct ApiSubresource {
  std::string_view name;
  std::string_view kind;
  std::span<const std::string_view> verbs;
};

struct ApiResource {
  std::string_view group;  // "" is the core group
  int group_order = 0;     // place of the group in discovery; of equal names the earlier one counts
  std::span<const std::string_view> versions;
  std::string_view plural;
  std::string_view singular;
  std::string_view kind;
  std::span<const std::string_view> short_names;
  std::span<const std::string_view> categories;
  bool namespaced = false;
  std::span<const std::string_view> verbs;
  std::span<const ApiSubresource> subresources;
};

// By group order, then plural.
std::span<const ApiResource> ApiResources();

}  // namespace whomay::data

#endif  // WHOMAY_LIB_DATA_API_RESOURCES_H_

// Kubernetes versions as people and clouds write them.
#ifndef WHOMAY_LIB_DATA_KUBERNETES_VERSION_H_
#define WHOMAY_LIB_DATA_KUBERNETES_VERSION_H_

#include <compare>
#include <optional>
#include <string_view>

namespace whomay::data {

struct KubernetesVersion {
  int major = 0;
  int minor = 0;

  auto operator<=>(const KubernetesVersion&) const = default;
};

// Of "1.31", "v1.31.2", "1.31+", "v1.29.6-eks-3af4770"; nothing for other texts.
std::optional<KubernetesVersion> ParseKubernetesVersion(std::string_view text);

}  // namespace whomay::data

#endif  // WHOMAY_LIB_DATA_KUBERNETES_VERSION_H_

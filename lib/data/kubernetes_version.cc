#include "data/kubernetes_version.h"

#include <charconv>

namespace whomay::data {

std::optional<KubernetesVersion> ParseKubernetesVersion(std::string_view text) {
  if (!text.empty() && (text.front() == 'v' || text.front() == 'V')) {
    text.remove_prefix(1);
  }
  KubernetesVersion version;
  const char* const end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, version.major);
  if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') {
    return std::nullopt;
  }
  const auto minor = std::from_chars(major.ptr + 1, end, version.minor);
  if (minor.ec != std::errc() || version.major < 0 || version.minor < 0) {
    return std::nullopt;
  }
  return version;
}

}  // namespace whomay::data

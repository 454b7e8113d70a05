#include "data/bootstrap_rbac.h"

#include <iterator>

#include "data/kubernetes_version.h"

namespace whomay::data {
namespace {

#include "data/bootstrap_rbac.inc"

}  // namespace

std::span<const BootstrapRbac> BootstrapVersions() { return kVersions; }

const BootstrapRbac& BootstrapFor(std::string_view version) {
  const std::optional<KubernetesVersion> wanted = ParseKubernetesVersion(version);
  if (!wanted) {
    return *std::rbegin(kVersions);
  }
  const BootstrapRbac* found = std::begin(kVersions);
  for (const BootstrapRbac& each : kVersions) {
    if (ParseKubernetesVersion(each.version) <= wanted) {
      found = &each;
    }
  }
  return *found;
}

}  // namespace whomay::data

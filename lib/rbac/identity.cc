#include <algorithm>
#include <string>

#include "rbac/policy.h"

namespace whomay::rbac {
namespace {

constexpr std::string_view kServiceAccountPrefix = "system:serviceaccount:";
constexpr std::string_view kAnonymous = "system:anonymous";
constexpr std::string_view kAuthenticated = "system:authenticated";
constexpr std::string_view kUnauthenticated = "system:unauthenticated";

void AddOnce(std::vector<std::string_view>& groups, std::string_view group) {
  if (std::find(groups.begin(), groups.end(), group) == groups.end()) {
    groups.push_back(group);
  }
}

}  // namespace

// apiserver/pkg/authentication: group/authenticated_group_adder.go, serviceaccount/util.go.
Identity WithImplicitGroups(std::string_view username, std::span<const std::string_view> groups,
                            bool service_account) {
  Identity identity;
  identity.username = username;
  identity.groups.assign(groups.begin(), groups.end());
  if (service_account && username.starts_with(kServiceAccountPrefix)) {
    const std::string_view rest = username.substr(kServiceAccountPrefix.size());
    const std::string_view space = rest.substr(0, rest.find(':'));
    identity.made =
        std::make_shared<const std::string>("system:serviceaccounts:" + std::string(space));
    AddOnce(identity.groups, "system:serviceaccounts");
    AddOnce(identity.groups, *identity.made);
  }
  if (username == kAnonymous) {
    AddOnce(identity.groups, kUnauthenticated);
    return identity;
  }
  // One who says that he is unauthenticated does not become authenticated.
  if (std::find(groups.begin(), groups.end(), kUnauthenticated) == groups.end()) {
    AddOnce(identity.groups, kAuthenticated);
  }
  return identity;
}

}  // namespace whomay::rbac

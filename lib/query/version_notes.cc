#include "query/version_notes.h"

#include <optional>

#include "base/strings.h"
#include "data/kubernetes_version.h"

namespace whomay::query {
namespace {

constexpr data::KubernetesVersion kStreamsNeedCreate{1, 35};
constexpr data::KubernetesVersion kConstrainedImpersonation{1, 36};

bool IsStream(const rbac::Request& request) {
  return request.group.empty() && request.resource == "pods" &&
         (request.subresource == "exec" || request.subresource == "attach" ||
          request.subresource == "portforward");
}

}  // namespace

void AddVersionNotes(std::string_view version, const rbac::Request& request,
                     std::vector<std::string>& notes) {
  const std::optional<data::KubernetesVersion> known = data::ParseKubernetesVersion(version);
  const bool before = !known || *known < kStreamsNeedCreate;
  const bool since = !known || *known >= kStreamsNeedCreate;
  if (IsStream(request) && (request.verb == "get" || request.verb == "create")) {
    const std::string what = Concat({"pods/", request.subresource});
    if (request.verb == "create" && before) {
      notes.push_back(Concat({"before Kubernetes 1.35, get ", what,
                              " is enough for this as well (WebSockets): ask for it, too"}));
    }
    if (request.verb == "get" && before) {
      notes.push_back(Concat({"before Kubernetes 1.35, get ", what,
                              " is enough to use it (WebSockets), without create"}));
    }
    if (request.verb == "get" && since) {
      notes.push_back(Concat({"since Kubernetes 1.35, using it takes create ", what, " as well"}));
    }
  }
  if (request.verb == "impersonate" && known && *known >= kConstrainedImpersonation) {
    notes.push_back(
        "since Kubernetes 1.36, the verbs impersonate:… with impersonate-on:… let impersonate "
        "within limits as well: ask for them, too");
  }
}

}  // namespace whomay::query

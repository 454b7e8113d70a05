#include "eks/nodes.h"

#include <algorithm>

namespace whomay::eks {
namespace {

using Kind = facts::NodeGroup::Kind;

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

std::vector<ImdsEdge> ImdsEdges(const facts::Facts& facts, const facts::Cluster* cluster,
                                std::span<const uint32_t> node_groups) {
  std::vector<ImdsEdge> edges;
  for (const uint32_t i : node_groups) {
    const facts::NodeGroup& group = facts.node_groups[i];
    if (group.kind == Kind::kFargate || group.role_arn.empty()) {
      continue;
    }
    edges.push_back({i, group.role_arn, group.imds_from_pods, Tri::kTrue, group.imds_why});
  }
  if (cluster != nullptr && cluster->auto_mode && !cluster->auto_mode_node_role.empty()) {
    edges.push_back({0xFFFFFFFF, cluster->auto_mode_node_role, Tri::kFalse, Tri::kTrue, {}});
  }
  return edges;
}

std::vector<facts::Str> PodIdentityNodeRoles(const facts::Facts& facts,
                                             const facts::Cluster* cluster,
                                             std::span<const uint32_t> node_groups) {
  std::vector<facts::Str> roles;
  for (const ImdsEdge& edge : ImdsEdges(facts, cluster, node_groups)) {
    if (std::find(roles.begin(), roles.end(), edge.role_arn) == roles.end()) {
      roles.push_back(edge.role_arn);
    }
  }
  return roles;
}

Tri NodeAuthorizer(const rbac::Request& request) {
  if (!request.url.empty() || !request.group.empty() || request.name.empty()) {
    return Tri::kFalse;
  }
  if (request.resource == "serviceaccounts" && request.subresource == "token") {
    return request.verb == "create" ? Tri::kUnknown : Tri::kFalse;
  }
  const bool reads = IsOneOf(request.verb, {"get", "list", "watch"});
  const bool of_pods = IsOneOf(request.resource, {"secrets", "configmaps", "persistentvolumeclaims",
                                                  "persistentvolumes", "pods"});
  return reads && of_pods && request.subresource.empty() ? Tri::kUnknown : Tri::kFalse;
}

}  // namespace whomay::eks

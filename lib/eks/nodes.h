// Nodes: whose credentials their pods can reach, and what the Node authorizer has a say in.
//
// Source: Amazon EKS user guide ("Restrict access to the instance profile"), kubernetes.io "Using
// Node Authorization"; spec/eks.md 6. Thread safety: pure functions.
#ifndef WHOMAY_LIB_EKS_NODES_H_
#define WHOMAY_LIB_EKS_NODES_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/tri.h"
#include "facts/facts.h"
#include "rbac/policy.h"

namespace whomay::eks {

// A way from the pods of a cluster to the role of its nodes, through the instance metadata service.
struct ImdsEdge {
  uint32_t node_group = 0xFFFFFFFF;  // facts.node_groups; none: Auto Mode's own nodes
  facts::Str role_arn;
  // For pods off the host network, and for those on it.
  Tri from_pods = Tri::kUnknown;
  Tri from_host_network = Tri::kTrue;
  facts::Str why;  // of kUnknown: what was not read
};
// `cluster` may be null. Fargate has no instance metadata: no edge. Edges that nothing can use are
// left out; those for pods on the host network stay even under a hop limit of 1.
std::vector<ImdsEdge> ImdsEdges(const facts::Facts& facts, const facts::Cluster* cluster,
                                std::span<const uint32_t> node_groups);

// The roles under which nodes run that can serve Pod Identity (no Fargate), once each.
std::vector<facts::Str> PodIdentityNodeRoles(const facts::Facts& facts,
                                             const facts::Cluster* cluster,
                                             std::span<const uint32_t> node_groups);

// May the Node authorizer grant this to a node, for objects of its own pods? kUnknown for those
// requests (a named get, list or watch of secrets, configmaps, claims, volumes or pods; a token of
// a named ServiceAccount), kFalse for all else, which RBAC decides.
Tri NodeAuthorizer(const rbac::Request& request);

}  // namespace whomay::eks

#endif  // WHOMAY_LIB_EKS_NODES_H_

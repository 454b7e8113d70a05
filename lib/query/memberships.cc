#include "query/memberships.h"

#include <utility>

#include "base/strings.h"

namespace whomay::query {

using graph::Node;
using graph::NodeKind;

std::vector<Membership> MembershipsOf(Ask& ask, StateId state) {
  std::vector<Membership> found;
  Walk& walk = ask.walk();
  const Node& node = walk.node(walk.state(state).node);
  const graph::Graph& graph = ask.world().graph();
  if (node.kind == NodeKind::kIamUser) {
    for (const graph::Edge& edge : graph.out.of(walk.state(state).node)) {
      if (edge.kind == graph::EdgeKind::kMemberOf) {
        found.push_back(
            {ShowNode(walk, edge.to), "iam-group",
             ask.world().OriginOf(ask.world().facts().memberships[edge.detail].origin)});
      }
    }
  }
  if (node.kind == NodeKind::kKubernetesUser || node.kind == NodeKind::kServiceAccount) {
    const KubernetesSession& session = walk.kubernetes(state);
    for (const Str group : session.groups) {
      std::string name = Concat({"group:", group});
      if (graph.clusters.size() > 1 && node.cluster != kNone) {
        name += Concat({"@", graph.clusters[node.cluster].name});
      }
      found.push_back({std::move(name), "k8s-group", ask.world().OriginOf(session.origin)});
    }
  }
  return found;
}

}  // namespace whomay::query

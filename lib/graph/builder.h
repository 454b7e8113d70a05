// Builder: the state while a Graph is made. Internal to lib/graph; use graph.h's Build().
//
// The order matters: clusters first (everything in Kubernetes is tied to one), then what is
// declared, then what is mentioned only, then the edges, which need all nodes.
#ifndef WHOMAY_LIB_GRAPH_BUILDER_H_
#define WHOMAY_LIB_GRAPH_BUILDER_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/graph.h"
#include "source/diagnostic.h"

namespace whomay::graph {

class Builder {
 public:
  Builder(std::shared_ptr<const facts::Facts> facts, facts::Worlds world,
          const BuildOptions& options, source::Diagnostics& diagnostics);
  Graph Build();

 private:
  // clusters.cc
  void CollectClusters();
  uint32_t ClusterOf(Str key, const facts::Origin& origin);
  uint32_t UntiedCluster();
  template <typename RecordType>
  void Tie(const std::vector<RecordType>& records, std::vector<uint32_t> Cluster::* list,
           bool untied);
  void TieAll(bool untied);
  void DropReplacedObjects();

  // principals.cc
  NodeId AddNode(const std::string& key, Node node);
  NodeId Iam(facts::IamKind kind, Str arn, const facts::Origin& origin);
  NodeId Mention(Str arn, const facts::Origin& origin);
  void AddDeclaredPrincipals();
  void AddMentionedPrincipals();
  std::vector<std::pair<NodeId, facts::HoleId>> Resolve(const facts::IamRef& ref,
                                                        const facts::Origin& origin);
  void AttachPolicies();
  void AddMemberships();
  void AddAccount(Str account);

  // kubernetes_nodes.cc
  NodeId ServiceAccountNode(uint32_t cluster, Str ns, Str name, const facts::Origin& origin);
  NodeId KubernetesNode(NodeKind kind, uint32_t cluster, Str name, const facts::Origin& origin);
  void AddKubernetesNodes();
  void AddClusterNodes(uint32_t cluster);
  void AddWorkload(uint32_t cluster, uint32_t workload);
  void AddSubjects(uint32_t cluster);

  // trust_edges.cc
  void AddTrustEdges();
  void AddTrustStatement(NodeId role, const facts::Statement& statement, uint32_t index);
  void AddAwsPrincipal(NodeId role, Str value, uint32_t statement, const facts::Origin& origin);
  void AddFederatedPrincipal(NodeId role, Str value, const facts::Statement& statement,
                             uint32_t index, const facts::Origin& origin);
  void AddServiceAccountTrust(NodeId role, uint32_t cluster, Str issuer,
                              const facts::Statement& statement, uint32_t index,
                              const facts::Origin& origin);
  Str ProviderUrl(Str provider_arn) const;
  void AddAssumableMentions();
  void AddPodIdentityEdges();

  void AddEdge(NodeId from, NodeId to, EdgeKind kind, uint32_t detail) {
    edges_.emplace_back(from, Edge{to, kind, detail});
  }
  Str Keep(std::string_view text) { return graph_.names.Keep(text); }

  Graph graph_;
  const facts::Facts& facts_;
  const BuildOptions& options_;
  source::Diagnostics& diagnostics_;
  std::vector<std::pair<NodeId, Edge>> edges_;
  uint32_t untied_ = kNone;
};

}  // namespace whomay::graph

#endif  // WHOMAY_LIB_GRAPH_BUILDER_H_

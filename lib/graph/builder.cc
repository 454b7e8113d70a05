#include "graph/builder.h"

#include <utility>

#include "graph/keys.h"

namespace whomay::graph {

Builder::Builder(std::shared_ptr<const facts::Facts> facts, facts::Worlds world,
                 const BuildOptions& options, source::Diagnostics& diagnostics)
    : facts_(*facts), options_(options), diagnostics_(diagnostics) {
  graph_.facts = std::move(facts);
  graph_.world = world;
}

Graph Builder::Build() {
  CollectClusters();
  TieAll(/*untied=*/false);
  TieAll(/*untied=*/true);
  if (graph_.clusters.empty() && !facts_.custom_resources.empty()) {
    UntiedCluster();
  }
  DropReplacedObjects();
  for (uint32_t i = 0; i < facts_.oidc_providers.size(); ++i) {
    if (graph_.InWorld(facts_.oidc_providers[i])) {
      graph_.oidc_providers.push_back(i);
      AddAccount(facts_.oidc_providers[i].account);
    }
  }
  for (uint32_t i = 0; i < facts_.resource_policies.size(); ++i) {
    if (graph_.InWorld(facts_.resource_policies[i])) {
      graph_.resource_policies.push_back(i);
      AddAccount(facts_.resource_policies[i].account);
    }
  }
  AddDeclaredPrincipals();
  AddMentionedPrincipals();
  AttachPolicies();
  AddMemberships();
  AddAssumableMentions();
  AddKubernetesNodes();
  AddTrustEdges();
  AddPodIdentityEdges();

  graph_.out = EdgeList(graph_.nodes.size(), edges_);
  for (auto& [from, edge] : edges_) {
    std::swap(from, edge.to);
  }
  graph_.in = EdgeList(graph_.nodes.size(), std::move(edges_));
  return std::move(graph_);
}

Graph Build(std::shared_ptr<const facts::Facts> facts, facts::Worlds world,
            const BuildOptions& options, source::Diagnostics& diagnostics) {
  return Builder(std::move(facts), world, options, diagnostics).Build();
}

}  // namespace whomay::graph

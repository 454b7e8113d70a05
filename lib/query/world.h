// World: one world of the inputs, compiled: the graph, the policies of every identity, and the
// engines of every cluster. What questions are asked of.
//
// Immutable once built. Thread safety: safe for concurrent use.
#ifndef WHOMAY_LIB_QUERY_WORLD_H_
#define WHOMAY_LIB_QUERY_WORLD_H_

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/aws_actions.h"
#include "eks/authenticator.h"
#include "facts/facts.h"
#include "graph/graph.h"
#include "iam/evaluate.h"
#include "iam/policy.h"
#include "rbac/policy.h"
#include "source/diagnostic.h"
#include "source/source.h"
#include "whomay/answer.h"

namespace whomay::query {

class ResourceNames;

using facts::Str;
using graph::kNone;
using graph::NodeId;

struct WorldOptions {
  bool builtin_rbac = true;
  std::string kubernetes_version;  // of clusters that do not say theirs
};

// All policies of one identity, ready to be asked. `origins[i]` belongs to `policies[i]`.
struct CompiledIdentity {
  std::vector<const iam::Policy*> policies;
  std::vector<const graph::IdentityPolicy*> attached;
  std::vector<iam::Missing> missing;
  bool has_boundary = false;
  std::vector<const iam::Policy*> boundary;
  std::vector<iam::Missing> boundary_missing;
};

// The RBAC of one cluster, and what the indexes of its grants mean.
struct ClusterEngine {
  ClusterEngine();
  ClusterEngine(ClusterEngine&&) noexcept;
  ~ClusterEngine();

  std::unique_ptr<const ResourceNames> resources;  // what its resources are called
  std::unique_ptr<const rbac::Policy> rbac;
  std::vector<const facts::RbacRole*> roles;        // as rbac::Grant::role counts them
  std::vector<const facts::RbacBinding*> bindings;  // as rbac::Grant::binding does
  std::unique_ptr<const eks::Authenticator> authenticator;
  std::string version;
};

// The policy of a resource.
struct CompiledResource {
  const facts::ResourcePolicy* record = nullptr;
  std::unique_ptr<const iam::Policy> policy;
};

// A control policy level: the organization's root, an OU, or the account itself.
struct OrganizationLevels {
  std::vector<std::vector<const iam::Policy*>> service_control;
  std::vector<std::vector<const iam::Policy*>> resource_control;
};

class World {
 public:
  ~World();
  static std::shared_ptr<const World> Build(std::shared_ptr<const source::SourceSet> sources,
                                            std::shared_ptr<const facts::Facts> facts,
                                            whomay::World which, bool complete,
                                            const WorldOptions& options,
                                            source::Diagnostics& diagnostics);

  whomay::World which() const { return which_; }
  bool complete() const { return complete_; }
  const source::SourceSet& sources() const { return *sources_; }
  const facts::Facts& facts() const { return *facts_; }
  // To build another world of the same, or nearly the same.
  const std::shared_ptr<const source::SourceSet>& shared_sources() const { return sources_; }
  const std::shared_ptr<const facts::Facts>& shared_facts() const { return facts_; }
  const WorldOptions& options() const { return options_; }
  const facts::HoleTable& holes() const { return facts_->holes; }
  const graph::Graph& graph() const { return graph_; }

  const CompiledIdentity* identity(NodeId node) const;
  // Null when the role has none, or is only mentioned.
  const iam::Policy* trust(NodeId role) const;
  const iam::Policy* policy(facts::PolicyId id) const;
  // What somebody has who may give himself any policy.
  const iam::Policy& allow_everything() const { return *allow_everything_; }
  // Could some policy of the identity allow the action, in lower case, on something? Cheap, and
  // never wrongly no: true of nodes that are no identity, and where policies are not given.
  bool MayAllow(NodeId node, std::string_view action) const;
  const ClusterEngine& cluster(uint32_t index) const { return clusters_[index]; }
  const std::vector<CompiledResource>& resource_policies() const { return resource_policies_; }
  const OrganizationLevels& organization(std::string_view account) const;
  bool has_organization() const { return !organization_.empty(); }

  const data::AwsActions& actions() const { return actions_; }
  // Every condition key that some policy names, once, in lower case, sorted.
  const std::vector<std::string>& condition_keys() const { return condition_keys_; }

  // For answers: the fact's file, line, column and address.
  Origin OriginOf(const facts::Origin& origin) const;

 private:
  World() = default;
  void CompileIdentities();
  void CompileAttached(const graph::IdentityPolicy& attached,
                       std::vector<const iam::Policy*>& policies,
                       std::vector<iam::Missing>& missing,
                       std::vector<const graph::IdentityPolicy*>* kept);
  void CompileResources();
  void CompileOrganization();
  void CompileClusters(const WorldOptions& options, source::Diagnostics& diagnostics);

  whomay::World which_ = whomay::World::kAfter;
  bool complete_ = true;
  WorldOptions options_;
  std::shared_ptr<const source::SourceSet> sources_;
  std::shared_ptr<const facts::Facts> facts_;
  graph::Graph graph_;

  std::vector<std::unique_ptr<const iam::Policy>> policies_;  // by PolicyId; null until needed
  facts::PolicyDocument everything_;
  std::unique_ptr<const iam::Policy> allow_everything_;
  std::vector<std::unique_ptr<const iam::Policy>> trusts_;  // by node
  std::vector<CompiledIdentity> identities_;                // as graph_.identities
  std::vector<CompiledResource> resource_policies_;
  std::vector<ClusterEngine> clusters_;
  absl::flat_hash_map<std::string, OrganizationLevels> organization_;
  OrganizationLevels no_levels_;
  data::AwsActions actions_;
  std::vector<std::string> condition_keys_;

  // Kubernetes' own objects, by the version of the table.
  absl::flat_hash_map<std::string, std::unique_ptr<facts::Facts>> bootstrap_;
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_WORLD_H_

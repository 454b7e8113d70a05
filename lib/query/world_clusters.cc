// The engines of every cluster: RBAC with Kubernetes' own objects, authentication, resource names.
#include <algorithm>
#include <utility>

#include "data/bootstrap_rbac.h"
#include "eks/diagnose.h"
#include "ingest/kubernetes/bootstrap.h"
#include "query/resource_names.h"
#include "query/world.h"

namespace whomay::query {

ClusterEngine::ClusterEngine() = default;
ClusterEngine::ClusterEngine(ClusterEngine&&) noexcept = default;
ClusterEngine::~ClusterEngine() = default;

void World::CompileClusters(const WorldOptions& options, source::Diagnostics& diagnostics) {
  options_ = options;
  const graph::Graph& graph = graph_;
  // Without any cluster there is still Kubernetes' own RBAC to ask about; the graph then has none,
  // and questions say so.
  for (const graph::Cluster& cluster : graph.clusters) {
    ClusterEngine& engine = clusters_.emplace_back();
    if (cluster.record != kNone) {
      engine.version = std::string(facts_->clusters[cluster.record].version);
    }
    if (engine.version.empty() || facts::HasHole(engine.version)) {
      engine.version = options.kubernetes_version;
    }
    rbac::BuildOptions build;
    build.holes = &facts_->holes;
    rbac::PolicyBuilder builder(build);
    if (options.builtin_rbac) {
      const data::BootstrapRbac& bootstrap = data::BootstrapFor(engine.version);
      std::unique_ptr<facts::Facts>& objects = bootstrap_[std::string(bootstrap.version)];
      if (objects == nullptr) {
        objects = std::make_unique<facts::Facts>();
        ingest::AddBootstrapRbac(bootstrap, {}, *objects);
      }
      for (const facts::RbacRole& role : objects->roles) {
        builder.Add(role, static_cast<uint32_t>(engine.roles.size()));
        engine.roles.push_back(&role);
      }
      for (const facts::RbacBinding& binding : objects->bindings) {
        builder.Add(binding, static_cast<uint32_t>(engine.bindings.size()));
        engine.bindings.push_back(&binding);
      }
    }
    for (const uint32_t i : cluster.roles) {
      builder.Add(facts_->roles[i], static_cast<uint32_t>(engine.roles.size()));
      engine.roles.push_back(&facts_->roles[i]);
    }
    for (const uint32_t i : cluster.bindings) {
      builder.Add(facts_->bindings[i], static_cast<uint32_t>(engine.bindings.size()));
      engine.bindings.push_back(&facts_->bindings[i]);
    }
    engine.rbac = std::make_unique<const rbac::Policy>(builder.Build());
    for (const uint32_t binding : engine.rbac->dangling()) {
      const facts::RbacBinding& dangling = *engine.bindings[binding];
      if (!dangling.builtin) {
        diagnostics.Add("rbac.dangling", source::Severity::kWarning, dangling.origin.span,
                        std::string(dangling.role_kind) + " " + std::string(dangling.role_name) +
                            " is in no input: this binding grants nothing",
                        std::string(dangling.origin.object));
      }
    }
    std::vector<const facts::CustomResource*> custom;
    for (const facts::CustomResource& resource : facts_->custom_resources) {
      custom.push_back(&resource);
    }
    engine.resources = std::make_unique<const ResourceNames>(custom, engine.roles);

    eks::ClusterFacts of;
    of.facts = facts_.get();
    of.cluster = cluster.record;
    of.access_entries = cluster.access_entries;
    of.access_policies = cluster.access_policies;
    of.node_groups = cluster.node_groups;
    of.aws_auth = cluster.aws_auths.empty() ? eks::kNone : cluster.aws_auths.back();
    // Only a cluster that some file ties to AWS lets AWS principals in.
    if (cluster.record != kNone || !cluster.access_entries.empty() || !cluster.aws_auths.empty() ||
        !cluster.node_groups.empty()) {
      engine.authenticator = std::make_unique<const eks::Authenticator>(of);
      eks::DiagnoseCluster(of, cluster.pod_identities, diagnostics);
    }
  }
}

}  // namespace whomay::query

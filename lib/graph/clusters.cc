// Which clusters there are, and what belongs to each.
#include <algorithm>

#include "graph/builder.h"
#include "graph/keys.h"

namespace whomay::graph {
namespace {

using facts::HasHole;

// One cluster may be a resource in one place and a data source in another.
bool SameCluster(const facts::HoleTable& holes, const facts::Cluster& a, const Cluster& b) {
  if (!a.arn.empty() && !b.arn.empty() && holes.Equal(a.arn, b.arn) == Tri::kTrue) {
    return true;
  }
  const bool accounts_fit =
      a.account.empty() || b.account.empty() || holes.Equal(a.account, b.account) != Tri::kFalse;
  return accounts_fit && !a.name.empty() && a.name == b.name;
}

}  // namespace

void Builder::CollectClusters() {
  for (uint32_t i = 0; i < facts_.clusters.size(); ++i) {
    const facts::Cluster& record = facts_.clusters[i];
    if (!graph_.InWorld(record)) {
      continue;
    }
    const auto same = std::find_if(
        graph_.clusters.begin(), graph_.clusters.end(),
        [&](const Cluster& known) { return SameCluster(facts_.holes, record, known); });
    Cluster& cluster = same == graph_.clusters.end() ? graph_.clusters.emplace_back() : *same;
    if (cluster.record == kNone) {
      cluster.record = i;
      cluster.name = HasHole(record.name) ? Keep(facts_.holes.Display(record.name)) : record.name;
      cluster.arn = record.arn;
      cluster.account = record.account;
    }
    if (cluster.issuer.empty()) {
      cluster.issuer = record.issuer;
    }
  }
}

uint32_t Builder::ClusterOf(Str key, const facts::Origin& origin) {
  if (key.empty()) {
    return UntiedCluster();
  }
  uint32_t possible = kNone;
  int count = 0;
  for (uint32_t i = 0; i < graph_.clusters.size(); ++i) {
    const Cluster& cluster = graph_.clusters[i];
    const Str name = cluster.record == kNone ? cluster.name : facts_.clusters[cluster.record].name;
    const Tri equal = Or(facts_.holes.Equal(key, name),
                         cluster.arn.empty() ? Tri::kFalse : facts_.holes.Equal(key, cluster.arn));
    if (equal == Tri::kTrue) {
      return i;
    }
    if (equal == Tri::kUnknown) {
      possible = i;
      ++count;
    }
  }
  if (count == 1) {
    return possible;
  }
  if (count > 1) {
    diagnostics_.AddLoss("graph.cluster-unknown", origin.span,
                         Concat({"the cluster that this belongs to is not known: ",
                                 facts_.holes.Display(key), "; left out"}),
                         std::string(origin.address));
    return kNone;
  }
  Cluster& mentioned = graph_.clusters.emplace_back();
  mentioned.name = HasHole(key) ? Keep(facts_.holes.Display(key)) : key;
  const Arn arn = ParseArn(key);
  if (arn.valid && arn.service == "eks") {
    mentioned.arn = key;
    mentioned.account = arn.account;
    mentioned.name = arn.resource.substr(arn.resource.find('/') + 1);
  }
  return static_cast<uint32_t>(graph_.clusters.size() - 1);
}

uint32_t Builder::UntiedCluster() {
  if (untied_ != kNone) {
    return untied_;
  }
  if (graph_.clusters.size() == 1) {
    return untied_ = 0;
  }
  if (graph_.clusters.size() > 1) {
    diagnostics_.Add("graph.unassigned", source::Severity::kWarning, {},
                     "several clusters are loaded, and some manifests name none: they belong to "
                     "the cluster `unassigned`; tie them with -f CLUSTER=PATH");
  }
  Cluster& cluster = graph_.clusters.emplace_back();
  cluster.name = graph_.clusters.size() > 1 ? "unassigned" : Keep(options_.default_cluster_name);
  return untied_ = static_cast<uint32_t>(graph_.clusters.size() - 1);
}

template <typename RecordType>
void Builder::Tie(const std::vector<RecordType>& records, std::vector<uint32_t> Cluster::* list,
                  bool untied) {
  for (uint32_t i = 0; i < records.size(); ++i) {
    if (!graph_.InWorld(records[i]) || records[i].cluster.empty() != untied) {
      continue;
    }
    const uint32_t cluster = ClusterOf(records[i].cluster, records[i].origin);
    if (cluster != kNone) {
      (graph_.clusters[cluster].*list).push_back(i);
    }
  }
}

void Builder::TieAll(bool untied) {
  Tie(facts_.access_entries, &Cluster::access_entries, untied);
  Tie(facts_.access_policies, &Cluster::access_policies, untied);
  Tie(facts_.pod_identities, &Cluster::pod_identities, untied);
  Tie(facts_.addons, &Cluster::addons, untied);
  Tie(facts_.node_groups, &Cluster::node_groups, untied);
  Tie(facts_.aws_auths, &Cluster::aws_auths, untied);
  Tie(facts_.roles, &Cluster::roles, untied);
  Tie(facts_.bindings, &Cluster::bindings, untied);
  Tie(facts_.service_accounts, &Cluster::service_accounts, untied);
  Tie(facts_.workloads, &Cluster::workloads, untied);
  Tie(facts_.token_secrets, &Cluster::token_secrets, untied);
  Tie(facts_.namespaces, &Cluster::namespaces, untied);
}

namespace {

// Of objects of one key the last stands (ingest/kubernetes says so of each earlier one). `key`
// makes a text of the record.
template <typename RecordType, typename Key>
void KeepLast(const std::vector<RecordType>& records, std::vector<uint32_t>& list, Key key) {
  absl::flat_hash_map<std::string, uint32_t> last;
  for (const uint32_t i : list) {
    last[key(records[i])] = i;
  }
  list.erase(std::remove_if(list.begin(), list.end(),
                            [&](uint32_t i) { return last[key(records[i])] != i; }),
             list.end());
}

}  // namespace

void Builder::DropReplacedObjects() {
  const auto name_key = [](const facts::KubernetesObject& object) {
    return Concat({object.namespace_name, "/", object.name});
  };
  for (Cluster& cluster : graph_.clusters) {
    KeepLast(facts_.service_accounts, cluster.service_accounts, name_key);
    KeepLast(facts_.workloads, cluster.workloads,
             [&](const facts::Workload& w) { return Concat({w.kind, ":", name_key(w)}); });
    KeepLast(facts_.roles, cluster.roles, [&](const facts::RbacRole& r) {
      return Concat({r.cluster_role ? "c" : "r", ":", name_key(r)});
    });
    KeepLast(facts_.bindings, cluster.bindings, [&](const facts::RbacBinding& b) {
      return Concat({b.cluster_binding ? "c" : "r", ":", name_key(b)});
    });
    // A ConfigMap written in parts (kubernetes_config_map_v1_data owns only its keys) is joined by
    // its reader; of two whole ones the last stands.
    if (cluster.aws_auths.size() > 1) {
      const uint32_t last = cluster.aws_auths.back();
      auto& diagnostic = diagnostics_.Add("kubernetes.replaced", source::Severity::kWarning,
                                          facts_.aws_auths[last].origin.span,
                                          "aws-auth is given twice; this one stands",
                                          std::string(facts_.aws_auths[last].origin.address));
      diagnostic.related.push_back(
          {facts_.aws_auths[cluster.aws_auths.front()].origin.span, "the one that it replaces"});
      cluster.aws_auths = {last};
    }
  }
}

}  // namespace whomay::graph

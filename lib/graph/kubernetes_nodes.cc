// Kubernetes identities: ServiceAccounts, workloads, and the users and groups that bindings name.
#include "graph/builder.h"
#include "graph/keys.h"

namespace whomay::graph {
namespace {
constexpr std::string_view kServiceAccountUser = "system:serviceaccount:";
}

NodeId Builder::ServiceAccountNode(uint32_t cluster, Str ns, Str name,
                                   const facts::Origin& origin) {
  const size_t before = graph_.nodes.size();
  Node node;
  node.kind = NodeKind::kServiceAccount;
  node.cluster = cluster;
  node.namespace_name = ns;
  node.local_name = name;
  node.name = Keep(Concat({"sa:", ns, "/", name}));
  node.pattern = ns.find('*') != Str::npos || ns.find('?') != Str::npos ||
                 name.find('*') != Str::npos || name.find('?') != Str::npos;
  node.origin = origin;
  const bool pattern = node.pattern;
  const NodeId id = AddNode(KubernetesKey("sa", cluster, ns, name), std::move(node));
  if (graph_.nodes.size() > before) {
    Cluster& of = graph_.clusters[cluster];
    (pattern ? of.patterns : of.service_account_nodes).push_back(id);
  }
  return id;
}

NodeId Builder::KubernetesNode(NodeKind kind, uint32_t cluster, Str name,
                               const facts::Origin& origin) {
  const std::string_view word = kind == NodeKind::kKubernetesUser ? "user" : "group";
  Node node;
  node.kind = kind;
  node.cluster = cluster;
  node.local_name = name;
  node.name = Keep(
      Concat({word, ":", facts::HasHole(name) ? facts_.holes.Display(name) : std::string(name)}));
  node.origin = origin;
  return AddNode(KubernetesKey(word, cluster, "", name), std::move(node));
}

void Builder::AddKubernetesNodes() {
  for (uint32_t i = 0; i < graph_.clusters.size(); ++i) {
    AddClusterNodes(i);
  }
}

void Builder::AddClusterNodes(uint32_t cluster) {
  // Workloads first: they know the ServiceAccounts that nobody declares; vectors of the cluster
  // grow.
  const Cluster& of = graph_.clusters[cluster];
  for (const uint32_t i : of.service_accounts) {
    const facts::ServiceAccount& record = facts_.service_accounts[i];
    const NodeId id =
        ServiceAccountNode(cluster, record.namespace_name, record.name, record.origin);
    Node& node = graph_.nodes[Index(id)];
    node.declared = true;
    node.record = i;
    node.origin = record.origin;
  }
  // Every namespace has a ServiceAccount `default` (kube-controller-manager, serviceaccounts
  // controller).
  for (const uint32_t i : of.namespaces) {
    const facts::Namespace& record = facts_.namespaces[i];
    ServiceAccountNode(cluster, record.name, "default", record.origin);
  }
  for (const uint32_t i : std::vector<uint32_t>(of.service_accounts)) {
    const facts::ServiceAccount& record = facts_.service_accounts[i];
    ServiceAccountNode(cluster, record.namespace_name, "default", record.origin);
  }
  Node any_pod;
  any_pod.kind = NodeKind::kWorkload;
  any_pod.cluster = cluster;
  any_pod.pattern = true;
  any_pod.namespace_name = any_pod.local_name = "*";
  any_pod.name = "pod:*/*";
  graph_.clusters[cluster].any_pod =
      AddNode(KubernetesKey("pod", cluster, "*", "*"), std::move(any_pod));
  for (const uint32_t i : graph_.clusters[cluster].workloads) {
    AddWorkload(cluster, i);
  }
  for (const uint32_t i : graph_.clusters[cluster].pod_identities) {
    const facts::PodIdentityAssociation& association = facts_.pod_identities[i];
    if (!facts::HasHole(association.namespace_name) &&
        !facts::HasHole(association.service_account)) {
      ServiceAccountNode(cluster, association.namespace_name, association.service_account,
                         association.origin);
    }
  }
  AddSubjects(cluster);
}

void Builder::AddWorkload(uint32_t cluster, uint32_t index) {
  const facts::Workload& workload = facts_.workloads[index];
  Node node;
  node.kind = NodeKind::kWorkload;
  node.cluster = cluster;
  node.declared = true;
  node.record = index;
  node.namespace_name = workload.namespace_name;
  node.local_name = workload.name;
  node.name = Keep(Concat({workload.kind, ":", workload.namespace_name, "/", workload.name}));
  node.origin = workload.origin;
  const NodeId id =
      AddNode(KubernetesKey(workload.kind, cluster, workload.namespace_name, workload.name),
              std::move(node));
  if (facts::HasHole(workload.service_account)) {
    diagnostics_.AddLoss("graph.service-account-unknown", workload.origin.span,
                         Concat({"which ServiceAccount ", graph_.nodes[Index(id)].name,
                                 " runs as is not known until apply; the edge is left out"}),
                         std::string(workload.origin.address));
    return;
  }
  AddEdge(id,
          ServiceAccountNode(cluster, workload.namespace_name, workload.service_account,
                             workload.origin),
          EdgeKind::kRunsAs, index);
}

void Builder::AddSubjects(uint32_t cluster) {
  for (const uint32_t i : std::vector<uint32_t>(graph_.clusters[cluster].bindings)) {
    const facts::RbacBinding& binding = facts_.bindings[i];
    if (binding.refused) {
      continue;
    }
    for (const facts::Subject& subject : binding.subjects) {
      facts::Origin origin = binding.origin;
      origin.span = subject.span;
      if (subject.kind == "ServiceAccount") {
        const Str ns =
            subject.namespace_name.empty() ? binding.namespace_name : subject.namespace_name;
        if (!ns.empty()) {
          ServiceAccountNode(cluster, ns, subject.name, origin);
        }
      } else if (subject.kind == "Group") {
        KubernetesNode(NodeKind::kKubernetesGroup, cluster, subject.name, origin);
      } else if (subject.kind == "User" &&
                 subject.name.substr(0, kServiceAccountUser.size()) == kServiceAccountUser) {
        const Str rest = subject.name.substr(kServiceAccountUser.size());
        const size_t colon = rest.find(':');
        if (colon != Str::npos && rest.find(':', colon + 1) == Str::npos) {
          ServiceAccountNode(cluster, rest.substr(0, colon), rest.substr(colon + 1), origin);
        }
      } else if (subject.kind == "User") {
        KubernetesNode(NodeKind::kKubernetesUser, cluster, subject.name, origin);
      }
    }
  }
}

}  // namespace whomay::graph

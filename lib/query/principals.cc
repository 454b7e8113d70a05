#include "query/principals.h"

#include <algorithm>
#include <utility>

#include "base/arn.h"
#include "base/strings.h"
#include "graph/keys.h"

namespace whomay::query {
namespace {

using graph::Node;
using graph::NodeKind;

constexpr std::string_view kWorkloadKinds[] = {"pod",         "deployment", "daemonset",
                                               "statefulset", "replicaset", "replicationcontroller",
                                               "job",         "cronjob"};

absl::Status Invalid(std::string text) { return absl::InvalidArgumentError(AsAbsl(text)); }
absl::Status Unknown(std::string text) { return absl::NotFoundError(AsAbsl(text)); }

// Cuts "@CLUSTER" off when it names a loaded cluster.
absl::StatusOr<uint32_t> CutCluster(std::string_view& text, const Walk& walk) {
  const size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    const uint32_t named = walk.world().graph().FindCluster(text.substr(at + 1));
    if (named != kNone) {
      text = text.substr(0, at);
      return named;
    }
  }
  return FindQuestionCluster(walk.options().cluster, walk.world());
}

Node Stranger(NodeKind kind, Walk& walk, std::string_view name) {
  Node node;
  node.kind = kind;
  node.name = walk.texts().Keep(name);
  return node;
}

// An identity of Kubernetes, or a workload: "user:…", "group:…", "sa:…", "deployment:…".
absl::StatusOr<NodeId> FindKubernetes(std::string_view kind, std::string_view rest, Walk& walk,
                                      std::vector<std::string>& notes) {
  absl::StatusOr<uint32_t> cluster = CutCluster(rest, walk);
  if (!cluster.ok()) {
    return cluster.status();
  }
  const graph::Graph& graph = walk.world().graph();
  Node node;
  node.cluster = *cluster;
  if (kind == "user" || kind == "group") {
    const NodeId found = SubjectNode(kind, *cluster, "", rest, walk);
    if (kind == "user" && walk.node(found).kind == NodeKind::kServiceAccount) {
      notes.push_back(Concat({"read as ", walk.Show(found), ", whose user name this is"}));
    }
    return found;
  }
  const size_t slash = rest.find('/');
  if (slash == std::string_view::npos) {
    return Invalid(
        Concat({kind, ":", rest, " names no namespace: write ", kind, ":NAMESPACE/NAME"}));
  }
  const std::string_view ns = rest.substr(0, slash), name = rest.substr(slash + 1);
  const NodeId known = graph.Find(graph::KubernetesKey(kind, *cluster, ns, name));
  if (known != NodeId::kNone) {
    return known;
  }
  if (kind != "sa") {
    return Unknown(Concat({"no ", kind, " ", ns, "/", name, " among the inputs"}));
  }
  node.kind = NodeKind::kServiceAccount;
  node.namespace_name = walk.texts().Keep(ns);
  node.local_name = walk.texts().Keep(name);
  node.pattern = rest.find('*') != std::string_view::npos;
  node.name = walk.texts().Keep(Concat({"sa:", ns, "/", name}));
  notes.push_back(Concat(
      {"no file declares the ServiceAccount ", ns, "/", name, "; answered for one of that name"}));
  return walk.AddNode(node);
}

absl::StatusOr<NodeId> FindAwsArn(std::string_view text, Walk& walk,
                                  std::vector<std::string>& notes) {
  const graph::Graph& graph = walk.world().graph();
  const Arn arn = ParseArn(text);
  if (!arn.valid) {
    return Invalid(Concat({text, " is not a whole ARN"}));
  }
  const IamName name(arn.resource);
  if (arn.service == "sts" && (name.kind == "assumed-role")) {
    const std::string_view rest = arn.resource.substr(std::string_view("assumed-role/").size());
    const size_t slash = rest.find('/');
    if (slash == std::string_view::npos) {
      return Invalid(Concat({text, " names no session: arn:…:assumed-role/ROLE/SESSION"}));
    }
    Node node = Stranger(NodeKind::kRoleSession, walk, text);
    node.arn = node.name;
    node.account = walk.texts().Keep(arn.account);
    node.namespace_name = walk.texts().Keep(rest.substr(0, slash));
    node.local_name = walk.texts().Keep(rest.substr(slash + 1));
    return walk.AddNode(node);
  }
  const NodeId known = graph.FindArn(text);
  if (known != NodeId::kNone) {
    if (graph.node(known).arn != text) {
      notes.push_back(Concat({"read as ", graph.node(known).name,
                              ": names are unique in an account, whatever their path and case"}));
    }
    return known;
  }
  NodeKind kind = NodeKind::kIamUser;
  if (arn.service == "iam" && arn.resource == "root") {
    kind = NodeKind::kAwsRoot;
  } else if (arn.service == "iam" && name.kind == "role") {
    kind = NodeKind::kIamRole;
  } else if (arn.service == "iam" && name.kind == "group") {
    kind = NodeKind::kIamGroup;
  } else if (!(arn.service == "iam" && name.kind == "user") &&
             !(arn.service == "sts" && name.kind == "federated-user")) {
    return Invalid(Concat({text, " names no principal"}));
  }
  Node node = Stranger(kind, walk, text);
  node.arn = node.name;
  node.account = walk.texts().Keep(arn.account);
  node.local_name = walk.texts().Keep(name.name);
  notes.push_back(Concat({"no file names ", text, ": what its own policies allow is not known"}));
  return walk.AddNode(node);
}

// Unique short forms: the last part of a name, an address; AWS principals before Kubernetes
// identities.
absl::StatusOr<NodeId> FindShort(std::string_view text, Walk& walk) {
  const graph::Graph& graph = walk.world().graph();
  std::vector<NodeId> aws, kubernetes;
  for (uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    const auto id = static_cast<NodeId>(i);
    if (node.origin.address == text && node.record != kNone) {
      return id;
    }
    if (node.local_name != text) {
      continue;
    }
    const bool iam = node.kind == NodeKind::kIamUser || node.kind == NodeKind::kIamRole ||
                     node.kind == NodeKind::kIamGroup;
    if (iam) {
      aws.push_back(id);
    } else if (node.kind != NodeKind::kAwsService && node.kind != NodeKind::kFederated) {
      kubernetes.push_back(id);
    }
  }
  const std::vector<NodeId>& found = aws.empty() ? kubernetes : aws;
  if (found.size() == 1) {
    return found.front();
  }
  if (found.empty()) {
    return Unknown(Concat({"no principal is called ", text,
                           "; `whomay list principals` shows those that the inputs name"}));
  }
  std::vector<std::string> names;
  for (const NodeId id : found) {
    names.push_back(ShowNode(walk, id));
  }
  std::sort(names.begin(), names.end());
  constexpr size_t kMaxCandidates = 10;
  const size_t all = names.size();
  if (all > kMaxCandidates) {
    names.resize(kMaxCandidates);
    names.push_back("…");
  }
  return Invalid(Concat({text, " is ambiguous: ", Join(names, ", ")}));
}

}  // namespace

absl::StatusOr<uint32_t> FindQuestionCluster(std::string_view name, const World& world) {
  const graph::Graph& graph = world.graph();
  if (!name.empty()) {
    const uint32_t found = graph.FindCluster(name);
    if (found == kNone) {
      std::vector<std::string_view> names;
      for (const graph::Cluster& cluster : graph.clusters) {
        names.push_back(cluster.name);
      }
      return Unknown(Concat({"no cluster is called ", name, "; the inputs have: ",
                             names.empty() ? std::string("none") : Join(names, ", ")}));
    }
    return found;
  }
  if (graph.clusters.size() <= 1) {
    return graph.clusters.empty() ? kNone : 0;
  }
  std::vector<std::string_view> names;
  for (const graph::Cluster& cluster : graph.clusters) {
    names.push_back(cluster.name);
  }
  return Invalid(
      Concat({"several clusters are loaded (", Join(names, ", "), "): say which with --cluster"}));
}

NodeId SubjectNode(std::string_view kind, uint32_t cluster, std::string_view ns,
                   std::string_view name, Walk& walk) {
  constexpr std::string_view kServiceAccountUser = "system:serviceaccount:";
  if (kind == "user" && name.starts_with(kServiceAccountUser)) {
    const std::string_view rest = name.substr(kServiceAccountUser.size());
    const size_t colon = rest.find(':');
    if (colon != std::string_view::npos) {
      kind = "sa";
      ns = rest.substr(0, colon);
      name = rest.substr(colon + 1);
    }
  }
  if (kind != "sa") {
    ns = {};
  }
  const NodeId known = walk.world().graph().Find(graph::KubernetesKey(kind, cluster, ns, name));
  if (known != NodeId::kNone) {
    return known;
  }
  Node node;
  node.cluster = cluster;
  node.kind = kind == "user"    ? NodeKind::kKubernetesUser
              : kind == "group" ? NodeKind::kKubernetesGroup
                                : NodeKind::kServiceAccount;
  node.namespace_name = walk.texts().Keep(ns);
  node.local_name = walk.texts().Keep(name);
  node.name =
      walk.texts().Keep(kind == "sa" ? Concat({"sa:", ns, "/", name}) : Concat({kind, ":", name}));
  return walk.AddNode(std::move(node));
}

std::string ShowNode(const Walk& walk, NodeId id) {
  const Node& node = walk.node(id);
  if (node.cluster == kNone || walk.world().graph().clusters.size() < 2) {
    return std::string(node.name);
  }
  return Concat({node.name, "@", walk.world().graph().clusters[node.cluster].name});
}

absl::StatusOr<NodeId> FindPrincipal(std::string_view text, Walk& walk,
                                     std::vector<std::string>& notes) {
  const graph::Graph& graph = walk.world().graph();
  if (text == "*") {
    return graph.everyone;
  }
  if (text.substr(0, 4) == "arn:") {
    return FindAwsArn(text, walk, notes);
  }
  const size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view kind = text.substr(0, colon), rest = text.substr(colon + 1);
    const bool workload = std::find(std::begin(kWorkloadKinds), std::end(kWorkloadKinds), kind) !=
                          std::end(kWorkloadKinds);
    if (kind == "user" || kind == "group" || kind == "sa" || workload) {
      return FindKubernetes(kind, rest, walk, notes);
    }
    if (kind == "account") {
      const NodeId known = graph.Find(graph::AccountKey(rest));
      if (known != NodeId::kNone) {
        return known;
      }
      Node node = Stranger(NodeKind::kAwsAccount, walk, text);
      node.account = walk.texts().Keep(rest);
      return walk.AddNode(node);
    }
    if (kind == "service") {
      const NodeId known = graph.Find(graph::ServiceKey(rest));
      if (known != NodeId::kNone) {
        return known;
      }
      Node node = Stranger(NodeKind::kAwsService, walk, text);
      node.local_name = walk.texts().Keep(rest);
      return walk.AddNode(node);
    }
    if (kind == "federated") {
      const size_t hash = rest.find('#');
      if (hash == std::string_view::npos) {
        return Invalid(Concat({text, " names no subject: write federated:PROVIDER-ARN#SUBJECT"}));
      }
      const NodeId known =
          graph.Find(graph::FederatedKey(rest.substr(0, hash), rest.substr(hash + 1)));
      if (known != NodeId::kNone) {
        return known;
      }
      Node node = Stranger(NodeKind::kFederated, walk, text);
      node.arn = walk.texts().Keep(rest.substr(0, hash));
      node.account = ParseArn(node.arn).account;
      node.local_name = walk.texts().Keep(rest.substr(hash + 1));
      return walk.AddNode(node);
    }
  }
  return FindShort(text, walk);
}

}  // namespace whomay::query

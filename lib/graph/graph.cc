#include "graph/graph.h"

#include "graph/keys.h"

namespace whomay::graph {

std::string_view Name(NodeKind kind) {
  switch (kind) {
    case NodeKind::kAwsAccount:
      return "aws-account";
    case NodeKind::kAwsRoot:
      return "aws-root";
    case NodeKind::kIamUser:
      return "iam-user";
    case NodeKind::kIamGroup:
      return "iam-group";
    case NodeKind::kIamRole:
      return "iam-role";
    case NodeKind::kRoleSession:
      return "role-session";
    case NodeKind::kAwsService:
      return "aws-service";
    case NodeKind::kFederated:
      return "federated";
    case NodeKind::kKubernetesUser:
      return "k8s-user";
    case NodeKind::kKubernetesGroup:
      return "k8s-group";
    case NodeKind::kServiceAccount:
      return "service-account";
    case NodeKind::kWorkload:
      return "workload";
    case NodeKind::kEveryone:
      return "everyone";
  }
  return "";
}

std::string_view Name(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::kMemberOf:
      return "member-of";
    case EdgeKind::kRunsAs:
      return "runs-as";
    case EdgeKind::kAssumeRole:
      return "assume-role";
    case EdgeKind::kWebIdentity:
      return "web-identity";
    case EdgeKind::kSaml:
      return "saml";
    case EdgeKind::kPodIdentity:
      return "pod-identity";
  }
  return "";
}

EdgeList::EdgeList(size_t nodes, std::vector<std::pair<NodeId, Edge>> edges)
    : begins_(nodes + 1, 0), edges_(edges.size()) {
  for (const auto& [from, edge] : edges) {
    ++begins_[Index(from) + 1];
  }
  for (size_t i = 0; i < nodes; ++i) {
    begins_[i + 1] += begins_[i];
  }
  std::vector<uint32_t> next(begins_.begin(), begins_.end() - 1);
  for (const auto& [from, edge] : edges) {
    edges_[next[Index(from)]++] = edge;
  }
}

NodeId Graph::Find(std::string_view key) const {
  const auto found = by_key.find(AsAbsl(key));
  return found == by_key.end() ? NodeId::kNone : found->second;
}

NodeId Graph::FindIam(facts::IamKind kind, std::string_view account, std::string_view name) const {
  return Find(IamKey(KindWord(kind), account, name));
}

NodeId Graph::FindServiceAccount(uint32_t cluster, std::string_view ns,
                                 std::string_view name) const {
  return Find(KubernetesKey("sa", cluster, ns, name));
}

NodeId Graph::FindArn(std::string_view text) const {
  const Arn arn = ParseArn(text);
  if (!arn.valid) {
    return NodeId::kNone;
  }
  const IamName name(arn.resource);
  if (arn.service == "iam" && arn.resource == "root") {
    return Find(RootKey(arn.account));
  }
  if (arn.service == "iam" && name.kind == "user") {
    return FindUser(arn);
  }
  if (arn.service == "iam" && (name.kind == "role" || name.kind == "group")) {
    return Find(IamKey(name.kind, arn.account, name.name));
  }
  return NodeId::kNone;
}

NodeId Graph::FindUser(const Arn& arn) const {
  const NodeId by_path = Find(UserPathKey(arn.account, arn.resource));
  if (by_path != NodeId::kNone) {
    return by_path;
  }
  const NodeId by_name = Find(IamKey("user", arn.account, IamName(arn.resource).name));
  return by_name != NodeId::kNone && IsOtherUser(by_name, arn) ? NodeId::kNone : by_name;
}

bool Graph::IsOtherUser(NodeId known, const Arn& arn) const {
  return node(known).record == kNone && !facts::HasHole(node(known).arn) &&
         AsciiLower(ParseArn(node(known).arn).resource) != AsciiLower(arn.resource);
}

uint32_t Graph::FindCluster(std::string_view name_or_arn) const {
  for (uint32_t i = 0; i < clusters.size(); ++i) {
    if (clusters[i].name == name_or_arn ||
        (!clusters[i].arn.empty() && clusters[i].arn == name_or_arn)) {
      return i;
    }
  }
  return kNone;
}

uint32_t Graph::FindClusterByIssuer(std::string_view issuer) const {
  for (uint32_t i = 0; i < clusters.size(); ++i) {
    if (!issuer.empty() && clusters[i].issuer == issuer) {
      return i;
    }
  }
  return kNone;
}

}  // namespace whomay::graph

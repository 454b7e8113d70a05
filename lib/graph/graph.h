// Graph: one world of the facts, joined. Immutable once built.
//
// Nodes are everything that can act; edges say who can become whom. An edge here is a *candidate*:
// the inverted index by which a walk finds what to judge. Whether it is open, closed, or open under
// a residual is judged when it is walked (lib/query/walk.h), for the session that walks it; so a
// trust in an account is one edge from the account's node, however many principals the account has.
//
// Thread safety: safe for concurrent use.
#ifndef WHOMAY_LIB_GRAPH_GRAPH_H_
#define WHOMAY_LIB_GRAPH_GRAPH_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "base/arn.h"
#include "base/interner.h"
#include "facts/facts.h"
#include "source/diagnostic.h"

namespace whomay::graph {

using facts::Str;

inline constexpr uint32_t kNone = 0xFFFFFFFF;
enum class NodeId : uint32_t { kNone = 0xFFFFFFFF };
constexpr uint32_t Index(NodeId id) { return static_cast<uint32_t>(id); }

enum class NodeKind : uint8_t {
  kAwsAccount,  // account:ID, all principals of the account
  kAwsRoot,
  kIamUser,
  kIamGroup,
  kIamRole,
  kRoleSession,  // made by questions only
  kAwsService,
  kFederated,
  kKubernetesUser,
  kKubernetesGroup,
  kServiceAccount,  // one, or all that a pattern admits
  kWorkload,
  kEveryone,
};
// "iam-role", "k8s-user" …: the kinds of the JSON contracts.
std::string_view Name(NodeKind kind);

struct Node {
  NodeKind kind = NodeKind::kIamUser;
  bool declared = false;     // a file declares it (else it is only mentioned or implied)
  bool pattern = false;      // stands for all that match (`sa:*/mailer`, `federated:…#repo:x:*`)
  uint32_t cluster = kNone;  // of Kubernetes identities
  // As it is shown: an ARN, or the Terraform address while that is unknown; `user:NAME` …, without
  // @CLUSTER.
  Str name;
  Str arn;  // of AWS principals; may hold holes
  Str account;
  Str namespace_name;
  Str local_name;  // name without decoration: role name, user name, ServiceAccount name, subject
  // Index into the facts of its kind: principals, service_accounts, workloads; kNone if not
  // declared.
  uint32_t record = kNone;
  facts::Origin origin;
};

enum class EdgeKind : uint8_t {
  kMemberOf,
  kRunsAs,
  kAssumeRole,
  kWebIdentity,
  kSaml,
  kPodIdentity,
};
std::string_view Name(EdgeKind kind);

struct Edge {
  NodeId to = NodeId::kNone;
  EdgeKind kind = EdgeKind::kMemberOf;
  // What the edge rests on: memberships[], workloads[], pod_identities[], node_groups[]; of trusts
  // the statement's index within the role's trust policy.
  uint32_t detail = kNone;
};

// Edges by node, compressed: those of node n stand between begins[n] and begins[n + 1].
class EdgeList {
 public:
  EdgeList() = default;
  EdgeList(size_t nodes, std::vector<std::pair<NodeId, Edge>> edges);
  std::span<const Edge> of(NodeId node) const {
    const uint32_t n = Index(node);
    if (n + 1 >= begins_.size()) {
      return {};
    }
    return {edges_.data() + begins_[n], begins_[n + 1] - begins_[n]};
  }
  size_t size() const { return edges_.size(); }

 private:
  std::vector<uint32_t> begins_;
  std::vector<Edge> edges_;
};

// What belongs to one cluster, as indexes into the facts.
struct Cluster {
  Str name;  // as shown
  Str arn;
  Str account;
  Str issuer;
  uint32_t record = kNone;  // facts.clusters
  std::vector<uint32_t> access_entries, access_policies, pod_identities, addons, node_groups,
      aws_auths;
  std::vector<uint32_t> roles, bindings, service_accounts, workloads, token_secrets, namespaces;
  NodeId any_pod = NodeId::kNone;  // `pod:*/*`: what every pod of the cluster reaches (IMDS)
  std::vector<NodeId> service_account_nodes;
  std::vector<NodeId> patterns;  // ServiceAccounts that trust policies admit by a glob
};

// A policy of an identity and how it comes to be his.
struct IdentityPolicy {
  facts::PolicyId document = facts::PolicyId::kNone;
  Str policy_arn;  // managed policies; may be a hole; with document kNone the text is not known
  facts::Origin origin;            // of the attachment or the inline policy
  NodeId through = NodeId::kNone;  // the group that brings it
  // The attachment exists only for some filling of this hole.
  facts::HoleId maybe = facts::HoleId::kNone;
};

// An IAM user, role or group with all that decides about it.
struct AwsIdentity {
  std::vector<IdentityPolicy> policies;
  bool policies_known = true;  // false: only mentioned; its policies are not given
  IdentityPolicy boundary;     // policy_arn empty: none
  std::vector<NodeId> groups;  // of users
};

struct Graph {
  std::shared_ptr<const facts::Facts> facts;
  facts::Worlds world = facts::kAfter;
  Interner names;  // names that no fact holds

  std::vector<Node> nodes;
  EdgeList out;
  EdgeList in;

  std::vector<Cluster> clusters;
  std::vector<AwsIdentity> identities;  // by position in `identity_of`
  std::vector<uint32_t> identity_of;    // node -> identities[], kNone for others
  absl::flat_hash_map<std::string_view, std::vector<NodeId>> by_name;  // every spelling
  absl::flat_hash_map<std::string_view, uint32_t>
      managed_policies;                  // ARN -> facts.managed_policies
  std::vector<uint32_t> oidc_providers;  // facts.oidc_providers of this world
  std::vector<uint32_t> resource_policies;
  std::vector<Str> accounts;  // every account that the files name

  const Node& node(NodeId id) const { return nodes[Index(id)]; }
  bool InWorld(const facts::Record& record) const { return (record.worlds & world) != 0; }
  // The IAM principal of this kind and name in an account (names are unique there in any case).
  NodeId FindIam(facts::IamKind kind, std::string_view account, std::string_view name) const;
  NodeId FindServiceAccount(uint32_t cluster, std::string_view ns, std::string_view name) const;
  NodeId Find(std::string_view key) const;
  // The principal that an ARN names. A role, a group and a declared user are found whatever the
  // path is written as, since names are unique in an account; of a user that texts only mention the
  // path is part of what they say: a cluster's mapping of user/a is not one of user/team/a.
  NodeId FindArn(std::string_view arn) const;
  NodeId FindUser(const Arn& arn) const;
  // `arn` names another user than `known`, which no file declares, as far as their paths tell.
  bool IsOtherUser(NodeId known, const Arn& arn) const;
  // The cluster of a name, an ARN or an issuer; kNone if it is not one of these.
  uint32_t FindCluster(std::string_view name_or_arn) const;
  uint32_t FindClusterByIssuer(std::string_view issuer) const;
  const AwsIdentity* identity(NodeId id) const {
    return identity_of[Index(id)] == kNone ? nullptr : &identities[identity_of[Index(id)]];
  }

  // Nodes by what they are: "iam-role|ACCOUNT|name" …, see keys.h.
  absl::flat_hash_map<std::string, NodeId> by_key;
  NodeId everyone = NodeId::kNone;
};

struct BuildOptions {
  std::string_view default_cluster_name = "cluster";
};

// Joins the records of one world. What does not fit together is a diagnostic.
Graph Build(std::shared_ptr<const facts::Facts> facts, facts::Worlds world,
            const BuildOptions& options, source::Diagnostics& diagnostics);

}  // namespace whomay::graph

#endif  // WHOMAY_LIB_GRAPH_GRAPH_H_

// Walk: from an identity to the identities that it can take on, one step at a time.
//
// A *state* is a node with a session: what taking on an identity adds to it (session name, tags
// that go along, a session policy; of a Kubernetes identity its user name and groups, which belong
// to the session and not to the name). Sessions are interned; nearly all are the empty one. A
// *transition* is an edge that was judged for the state that walks it: open for certain, or open
// under a formula; closed ones do not appear.
//
// Source of the semantics: spec eks 1, 4–6; spec iam 2.6; design 2, 10, 11.
// Thread safety: none; one walk per question, over a shared World.
#ifndef WHOMAY_LIB_QUERY_WALK_H_
#define WHOMAY_LIB_QUERY_WALK_H_

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "iam/atoms.h"
#include "iam/context.h"
#include "query/world.h"
#include "whomay/analyzer.h"

namespace whomay::query {

class Escalation;

enum class StateId : uint32_t { kNone = 0xFFFFFFFF };

// What a role's (or user's) credentials carry beside the identity itself.
struct AwsSession {
  Str name;                // of the session; "" when any is possible
  bool chained = false;    // came by assuming from another role
  bool assumed = false;    // came by assuming: temporary credentials
  bool instance = false;   // through IMDS: the session is an EC2 instance's
  bool admin = false;      // by escalation: any policy that it likes (a boundary still limits)
  bool unbounded = false;  // by escalation: its permissions boundary is gone
  bool no_mfa = false;     // can never carry MFA (services, web identity, Pod Identity, nodes)
  Str provider;            // federated provider that issued it
  std::vector<std::pair<Str, Str>> tags;  // transitive session tags; an empty value is open
  facts::PolicyId session_policy = facts::PolicyId::kNone;
  Str only_action;  // the state may only call this (a web identity token)
};

// As whom the API server knows a caller.
struct KubernetesSession {
  Str username;
  std::vector<Str> groups;  // implicit ones included, sorted
  bool service_account = false;
  bool impersonated = false;  // by impersonation: no token, so no way into AWS
  Str admin_of;               // by escalation: everything in this namespace, `*` for the cluster
  // By escalation: roles that it bound to itself, with where (a namespace, `*` for the cluster).
  std::vector<std::pair<Str, uint32_t>> bound;  // index of ClusterEngine::roles
  bool group_only = false;  // asked about a group: "somebody who is in it, and no more"
  bool username_open = false, groups_open = false, undocumented = false, node = false;
  facts::HoleId hole = facts::HoleId::kNone;
  std::vector<uint32_t> access_policies;           // facts.access_policies
  std::vector<uint32_t> possible_access_policies;  // count only for some filling
  Str implicit_policy;                             // associated by EKS itself, cluster scope
  facts::Origin origin;                            // of the mapping
};

struct State {
  NodeId node = NodeId::kNone;
  uint32_t aws = 0;         // index of its AwsSession
  uint32_t kubernetes = 0;  // index of its KubernetesSession
};

// How the edges of abuses are named.
inline constexpr std::string_view kEscalate = "escalate:";
inline bool IsEscalation(std::string_view edge) {
  return edge.substr(0, kEscalate.size()) == kEscalate;
}

struct Transition {
  StateId to = StateId::kNone;
  std::string_view edge;  // "aws-auth", "assume-role" …
  Formula open = Formula::kTrue;
  facts::Origin origin;
  // What the caller chooses in its own call to make it so.
  std::vector<iam::ReadableCondition> chosen;
  bool identity_hop = true;  // not with --direct
  bool instance_only = false;
};

// Why a principal is not (certainly) known to a cluster.
struct Authenticated {
  uint32_t cluster = kNone;
  eks::Authentication answer;
  bool asked = false;  // false: no AWS principal, or no cluster that maps any
};

class Walk {
 public:
  Walk(const World& world, const QuestionOptions& options);
  Walk(const Walk&) = delete;
  ~Walk();

  const World& world() const { return world_; }
  const QuestionOptions& options() const { return options_; }
  iam::Workspace& workspace() { return workspace_; }
  Interner& texts() { return texts_; }

  // Nodes of the world, and those that only the question names.
  const graph::Node& node(NodeId id) const;
  NodeId AddNode(graph::Node node);
  std::string_view Show(NodeId id) const { return node(id).name; }

  // The states in which a principal is asked about; several where its session is open in Kubernetes
  // (`user:NAME` is asked once per mapping that yields it).
  std::vector<StateId> Start(NodeId node);
  StateId Intern(NodeId node, AwsSession aws, KubernetesSession kubernetes);
  StateId AwsState(NodeId node, AwsSession session) { return Intern(node, std::move(session), {}); }
  const State& state(StateId id) const { return states_[static_cast<uint32_t>(id)]; }
  size_t state_count() const { return states_.size(); }
  const AwsSession& aws(StateId id) const { return aws_sessions_[state(id).aws]; }
  const KubernetesSession& kubernetes(StateId id) const {
    return kubernetes_sessions_[state(id).kubernetes];
  }

  // Where it goes from here; memorised.
  const std::vector<Transition>& Next(StateId id);
  // How a cluster knows an AWS principal; memorised.
  const Authenticated& Authenticate(StateId id, uint32_t cluster);
  // Users of a cluster that AWS principals become, each with the states that they come in as.
  const std::vector<std::pair<NodeId, std::vector<StateId>>>& MappedUsers(uint32_t cluster);
  // Condition keys of the world's policies that requests for the action can never carry.
  const std::vector<std::string>& AbsentKeys(std::string_view action);
  // The context of the state and action that were judged last (aws_judge.h).
  struct CallerContext {
    StateId state = StateId::kNone;
    std::string action;
    std::shared_ptr<const iam::Context> context;
  };
  CallerContext& caller_context() { return caller_context_; }
  // A formula that is true exactly for some filling of the hole, told apart by `about`.
  Formula HoleFormula(facts::HoleId hole, iam::Reason reason, std::string_view about);
  // f, if it rests on few holes; else what of it is certain whatever fills them, or what is
  // possible for some filling and one hole of its own, told apart by `about`. Decided alone it is
  // what f is; together with others of the same holes it can be unknown where f would be decided,
  // never otherwise.
  Formula Coarse(Formula f, std::string_view about);
  // The variable of that one hole.
  uint32_t SomeOf(std::string_view about, iam::Reason reason);

  // Is this a state that speaks to AWS, or to a cluster's API server?
  static bool IsAws(graph::NodeKind kind);
  static bool IsKubernetes(graph::NodeKind kind);

  // What was taken for granted on the way, each once.
  void Assume(std::string code, std::string text, const facts::Origin* origin = nullptr);
  std::vector<Assumption>& assumptions() { return assumptions_; }
  // source::kMaxJudgedEdges was hit: there may be further ways.
  bool limit_hit() const { return limit_hit_; }

  void AddImds(uint32_t cluster, bool host_network, std::vector<Transition>& next);

 private:
  void FromAws(StateId id, std::vector<Transition>& next);
  void FromServiceAccount(StateId id, std::vector<Transition>& next);
  void FromWorkload(StateId id, std::vector<Transition>& next);
  void FromFederated(StateId id, std::vector<Transition>& next);
  void AddAuthentications(StateId id, std::vector<Transition>& next);
  void AddAssumptions(StateId id, NodeId candidates_of, std::vector<Transition>& next);
  void AddWebIdentity(StateId id, NodeId role, std::vector<Transition>& next);
  void AddPodIdentity(StateId id, const graph::Edge& edge, std::vector<Transition>& next);
  bool MayJudge();
  Formula NodesMayFetch(uint32_t cluster);
  StateId KubernetesState(uint32_t cluster, const eks::Outcome& outcome);

  const World& world_;
  const QuestionOptions& options_;
  iam::Workspace workspace_;
  Interner texts_;
  std::deque<graph::Node> extra_nodes_;
  std::vector<State> states_;
  std::deque<AwsSession> aws_sessions_;
  std::deque<KubernetesSession> kubernetes_sessions_;
  absl::flat_hash_map<std::string, StateId> by_key_;
  absl::flat_hash_map<std::string, uint32_t> session_keys_;
  std::deque<std::vector<Transition>> next_;  // by state
  std::vector<uint8_t> expanded_;             // by state
  absl::flat_hash_map<uint64_t, std::unique_ptr<Authenticated>> authenticated_;
  absl::flat_hash_map<uint32_t, std::vector<std::pair<NodeId, std::vector<StateId>>>> mapped_users_;
  absl::flat_hash_map<std::string, std::vector<std::string>> absent_keys_;
  CallerContext caller_context_;
  std::unique_ptr<Escalation> escalation_;  // made when it is asked for
  std::vector<Assumption> assumptions_;
  size_t judged_ = 0;
  bool limit_hit_ = false;
  absl::flat_hash_map<std::string, bool> assumed_;
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_WALK_H_

// Escalation: the edges that abuse a permission in order to become somebody else (--escalate).
//
// The primitives are data (data/escalation_primitives.h); here each is evaluated for one state:
// every permission that it takes, on the object that it is about. One Escalation serves a walk: it
// remembers what does not depend on the state. Source: spec rbac 3, spec iam 3.
// Thread safety: as its Walk.
#ifndef WHOMAY_LIB_QUERY_ESCALATION_H_
#define WHOMAY_LIB_QUERY_ESCALATION_H_

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/escalation_primitives.h"
#include "query/walk.h"
#include "rbac/policy.h"

namespace whomay::query {

class AwsEscalation;

class Escalation {
 public:
  explicit Escalation(Walk& walk);
  ~Escalation();
  Escalation(const Escalation&) = delete;  // part of one walk

  // Appends what the state could become by abusing its permissions.
  void Add(StateId state, std::vector<Transition>& next);
  // From a pod that somebody starts in a namespace: any ServiceAccount there, the node's role.
  void FromNewPod(StateId state, std::vector<Transition>& next);
  // May the state of a cluster's caller start a pod in the namespace, or with none in some?
  Formula RunsPods(StateId state, std::string_view ns);

 private:
  friend class AwsEscalation;

  // What a cluster holds, by namespace.
  struct Place {
    std::vector<NodeId> accounts;   // ServiceAccounts that exist
    std::vector<NodeId> mentioned;  // that bindings or trust policies name, and no file makes
    std::vector<NodeId> admitted;   // that trust policies would admit, and no file names
    std::vector<std::pair<Str, NodeId>> workloads;  // kind, node
    bool has_default = false;
    // Is there a workload of the kind? Always of none.
    bool Holds(std::string_view kind) const {
      return kind.empty() || std::any_of(workloads.begin(), workloads.end(),
                                         [kind](const auto& one) { return one.first == kind; });
    }
  };
  struct Cluster {
    std::map<Str, Place> places;
  };
  struct Open {
    Formula formula = Formula::kFalse;
    facts::Origin origin;  // of the grant
  };
  // A caller of a cluster; `plain` if RBAC alone decides about it.
  struct Caller {
    StateId state = StateId::kNone;
    uint32_t cluster = kNone;
    rbac::ResolvedIdentity identity;
    bool plain = false;
    Open everything;  // every verb on every resource, cluster-wide
    // Of plain ones: where bindings of a namespace give it anything; elsewhere only what it holds
    // cluster-wide counts.
    std::set<Str> namespaces;
  };

  const Cluster& ClusterOf(uint32_t cluster);
  void AddAdmitted(uint32_t cluster, Cluster& to);
  // What no file says, and what has to be so for an edge to be there.
  Formula Unless(std::string_view about);
  // Whether a ServiceAccount is there that no file makes.
  Formula Exists(NodeId account);
  Caller CallerOf(StateId state);
  bool MayHold(const Caller& caller, const data::KubernetesPrimitive& primitive,
               bool cluster_wide = false) const;
  // Namespaces in which it could hold all that the primitive takes.
  std::vector<std::pair<Str, const Place*>> PlacesOf(const Caller& caller,
                                                     const data::KubernetesPrimitive& primitive);
  Open Allows(const Caller& caller, const rbac::Request& request);
  Open AllowsNeed(const Caller& caller, const data::KubernetesNeed& need,
                  const rbac::Request& request);
  Open Holds(const Caller& caller, const data::KubernetesPrimitive& primitive, Str ns, Str name);

  void AddKubernetes(StateId state, std::vector<Transition>& next);
  void AddPrimitive(const Caller& caller, const data::KubernetesPrimitive& primitive,
                    std::vector<Transition>& next);
  void InNamespaces(const Caller& caller, const data::KubernetesPrimitive& primitive,
                    std::vector<Transition>& next);
  void ClusterWide(const Caller& caller, const data::KubernetesPrimitive& primitive,
                   std::vector<Transition>& next);
  void Impersonate(const Caller& caller, const data::KubernetesPrimitive& primitive,
                   std::vector<Transition>& next);
  void AwsAuth(const Caller& caller, const data::KubernetesPrimitive& primitive,
               std::vector<Transition>& next);
  void Administer(const Caller& caller, const data::KubernetesPrimitive& primitive, Str scope,
                  const Open& open, std::vector<Transition>& next);
  void ByName(const Caller& caller, const data::KubernetesPrimitive& primitive, Str ns,
              NodeId account, Formula exists, std::vector<Transition>& next);
  void IntoPods(const Caller& caller, std::string_view id, const Place& place, const Open& open,
                std::vector<Transition>& next);
  void AddNewAccount(const Caller& caller, std::vector<Transition>& next);
  void Certificates(const Caller& caller, const data::KubernetesPrimitive& primitive,
                    std::vector<Transition>& next);
  void As(const Caller& caller, const data::KubernetesPrimitive& primitive, NodeId who,
          const Open& open, std::vector<Transition>& next);
  void LegacyTokens(const Caller& caller, const data::KubernetesPrimitive& primitive,
                    std::vector<Transition>& next);
  std::vector<uint32_t> Bindable(const Caller& caller, const data::KubernetesPrimitive& primitive);
  void BindRoles(const Caller& caller, std::vector<Transition>& next);
  void RewriteRoles(const Caller& caller, const data::KubernetesPrimitive& primitive,
                    std::vector<Transition>& next);
  void NodeOfNewPod(const graph::Node& pod, std::vector<Transition>& next);
  void OutOfPod(StateId state, std::vector<Transition>& next);
  void FromNode(StateId state, std::vector<Transition>& next);
  Formula RunsPodsIn(const Caller& caller, Str ns, const Place& place);

  StateId PodState(NodeId pod);
  StateId AccountState(NodeId account);
  StateId NewPod(uint32_t cluster, Str ns);
  StateId Masters(uint32_t cluster);

  // One edge for all ways of one primitive to one target: their union.
  void Push(std::string_view id, StateId from, StateId to, const Open& open,
            std::vector<Transition>& next);

  Walk& walk_;
  const World& world_;
  std::map<uint32_t, Cluster> clusters_;
  std::map<NodeId, StateId> plain_states_;
  std::map<std::pair<std::string_view, StateId>, size_t> pushed_;  // of the state in hand
  std::unique_ptr<AwsEscalation> aws_;
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_ESCALATION_H_

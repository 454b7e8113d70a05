// AwsEscalation: the AWS side of escalation edges: what an IAM identity can make of its
// permissions, in its own account and in the clusters that the inputs hold. Part of Escalation.
#ifndef WHOMAY_LIB_QUERY_ESCALATION_AWS_H_
#define WHOMAY_LIB_QUERY_ESCALATION_AWS_H_

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "query/aws_judge.h"
#include "query/escalation.h"

namespace whomay::query {

class AwsEscalation {
 public:
  explicit AwsEscalation(Escalation& of) : of_(of), walk_(of.walk_), world_(of.world_) {
    IndexCarriers();
  }

  void Add(StateId state, std::vector<Transition>& next);

 private:
  // A key of the request as the caller sets it; none: the request does not have it.
  struct Key {
    std::string_view name;
    std::vector<std::string_view> values;
    bool multi = false;
  };

  bool MayHold(std::string_view action);
  bool MayHoldAll(std::span<const std::string_view> actions);
  Formula Allows(std::string_view action, std::string_view resource, std::string_view account,
                 const std::vector<Key>& keys, bool generic = false);
  Formula Ask(std::string_view action, const AwsTarget& target, const std::vector<Key>& keys,
              bool generic = false);
  // The action on at least one resource.
  Formula Anywhere(std::string_view action);
  Formula AllAnywhere(std::span<const std::string_view> actions);
  // Does the role of an instance let the agent of Systems Manager work?
  Formula AgentWorks(StateId instance);
  // All actions of the primitive on one target.
  Formula OnTarget(const data::AwsPrimitive& primitive, NodeId target, Str resource);
  std::vector<Key> KeysFor(std::string_view action, NodeId target);

  void OnSelf(const data::AwsPrimitive& primitive);
  void OnOwnPolicies(const data::AwsPrimitive& primitive);
  void OnGroups(const data::AwsPrimitive& primitive);
  void OnPrincipals(const data::AwsPrimitive& primitive);
  void OnNewRole(const data::AwsPrimitive& primitive);
  void OnProviders(const data::AwsPrimitive& primitive);
  bool DeclaredProvider(std::string_view arn) const;
  void OnMemberRoots(const data::AwsPrimitive& primitive);
  void OnPermissionSets(const data::AwsPrimitive& primitive);
  Tri Manages(std::string_view account) const;
  std::vector<Str> RewritablePolicies(NodeId of) const;
  void OnClusters(const data::AwsPrimitive& primitive);
  void OnCluster(const data::AwsPrimitive& primitive, uint32_t cluster);
  void OnNodes(const data::AwsPrimitive& primitive);
  Formula Passed(const data::AwsPrimitive& primitive, NodeId role);
  Formula ServiceAssumes(std::string_view service, NodeId role);
  void OnPodIdentity(const data::AwsPrimitive& primitive, uint32_t cluster);
  Str EksResource(std::string_view action, const graph::Cluster& cluster);
  Formula RunsPods(uint32_t cluster, std::string_view ns);
  Formula ActionsOnCluster(const data::AwsPrimitive& primitive, uint32_t cluster, Str group);

  // What carries a role, with what is known of it.
  struct Carried {
    const facts::Carrier* carrier = nullptr;
    const facts::AwsResource* resource = nullptr;  // for its tags; may be null
    bool has_policy = false;                       // on the carrier itself
    std::vector<NodeId> roles;                     // one, or candidates of `one_of`
    facts::HoleId one_of = facts::HoleId::kNone;
  };
  void IndexCarriers();
  void SetRoles(Carried& carried) const;
  NodeId RoleOf(const facts::IamRef& role) const;
  NodeId RoleOf(const facts::Carrier& carrier) const;
  void OnCarriers();
  Formula OnCarrier(const data::CarrierPrimitive& primitive, const Carried& carried);
  void AsCarried(const data::CarrierPrimitive& primitive, const Carried& carried, NodeId role,
                 Formula open);

  void Become(const data::AwsPrimitive& primitive, NodeId target, Formula open);
  void Push(const data::AwsPrimitive& primitive, StateId to, Formula open);
  void PushOpen(std::string_view id, std::string_view action, StateId to, Formula open);
  Formula Unless(std::string_view about) { return of_.Unless(about); }
  Formula And(Formula a, Formula b) { return walk_.workspace().formulas.And(a, b); }

  Escalation& of_;
  Walk& walk_;
  const World& world_;
  std::map<std::pair<std::string_view, NodeId>, Formula> service_assumes_;
  std::map<std::string_view, std::vector<Carried>> carriers_;  // by kind
  // Of the state in hand.
  StateId state_ = StateId::kNone;
  NodeId self_ = NodeId::kNone;
  std::vector<Transition>* next_ = nullptr;
  std::map<std::string_view, bool> may_hold_;
  std::map<std::string_view, Formula> anywhere_;
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_ESCALATION_AWS_H_

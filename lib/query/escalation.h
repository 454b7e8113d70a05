// Escalation: the edges that abuse a permission in order to become somebody else (--escalate).
//
// The primitives are data (data/escalation_primitives.h); here each is evaluated for one state:
// every permission that it takes, on the object that it is about. Source: spec rbac 3, spec iam 3.
// Thread safety: as its Walk.
#ifndef WHOMAY_LIB_QUERY_ESCALATION_H_
#define WHOMAY_LIB_QUERY_ESCALATION_H_

#include <string>
#include <string_view>
#include <vector>

#include "data/escalation_primitives.h"
#include "query/walk.h"
#include "rbac/policy.h"

namespace whomay::query {

class Escalation {
 public:
  explicit Escalation(Walk& walk) : walk_(walk), world_(walk.world()) {}

  // Appends what the state could become by abusing its permissions.
  void Add(StateId state, std::vector<Transition>& next);
  // From a pod that somebody starts in a namespace: any ServiceAccount there, the node's role.
  void FromNewPod(StateId state, std::vector<Transition>& next);

 private:
  void AddKubernetes(StateId state, std::vector<Transition>& next);
  void AddAws(StateId state, std::vector<Transition>& next);
  void Gain(StateId state, const data::KubernetesPrimitive& primitive, Str ns, Formula open,
            std::vector<Transition>& next);
  Formula Holds(StateId state, const data::KubernetesPrimitive& primitive, Str ns, Str name);
  Formula Allows(StateId state, const rbac::Request& request);
  Formula AllowsAws(StateId state, std::string_view action, std::string_view resource);
  // Every action on its target; for passed roles: iam:PassRole, the service's trust, the launch.
  Formula HoldsAws(StateId state, const data::AwsPrimitive& primitive, NodeId target, Str resource);
  void Push(std::string_view id, StateId to, Formula open, std::vector<Transition>& next);
  const std::vector<Str>& Namespaces(uint32_t cluster);

  Walk& walk_;
  const World& world_;
  std::vector<Str> namespaces_;
  uint32_t namespaces_of_ = kNone;
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_ESCALATION_H_

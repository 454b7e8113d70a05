// RoleWriteJudge: may one create this binding, this role? The request is one half of the answer;
// the other is the API server's escalation check: nobody hands out rights that he has not himself,
// unless `bind` or `escalate` allows it.
//
//   whomay can P create rolebindings -n shop --role-ref ClusterRole/admin
//   whomay can P create clusterroles --role-ref ClusterRole/admin      a role with admin's rules
//
// Of a binding the named role is the one that it refers to; of a role, the one whose rules it gets.
// The check asks every authorizer about the verbs, but about the rules that one has only RBAC: what
// EKS access policies grant cannot be handed out, save by AmazonEKSClusterAdminPolicy, whose verb
// `*` includes both. Without a namespace a RoleBinding or Role is asked about in all namespaces.
// Source of the semantics: spec rbac 2.9, eks 2.4; lib/rbac/escalation.h. Thread safety: as a Walk.
#ifndef WHOMAY_LIB_QUERY_ROLE_WRITE_H_
#define WHOMAY_LIB_QUERY_ROLE_WRITE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/kubernetes_judge.h"
#include "rbac/escalation.h"

namespace whomay::query {

struct RoleRef {
  bool cluster_role = false;
  std::string name;

  std::string ToString() const;  // "ClusterRole/admin"
};
// "ClusterRole/admin"; the kind in any case, its plural too.
absl::StatusOr<RoleRef> ReadRoleRef(std::string_view text);

class RoleWriteJudge : public KubernetesJudge {
 public:
  // The request's texts must outlive the judge. InvalidArgument if it writes no role or binding, or
  // the role cannot be meant; NotFound if the rules of a role that nobody holds are asked for.
  static absl::StatusOr<std::unique_ptr<RoleWriteJudge>> Make(Walk& walk, uint32_t cluster,
                                                              const rbac::Request& request,
                                                              const RoleRef& ref,
                                                              std::vector<std::string>& notes);

  Held Judge(StateId state) override;
  void Trace(StateId state, std::vector<CanAnswer::Grant>& grants) override;
  void Hint(StateId state, std::vector<std::string>& hints) override;

 private:
  RoleWriteJudge(Walk& walk, uint32_t cluster, const rbac::Request& request, RoleRef ref,
                 bool binding);
  void NoteRole(std::vector<std::string>& notes) const;
  void TakeRules();
  rbac::Request VerbRequest() const;
  rbac::Escalation Check(StateId state) const;
  std::string Lacking(const rbac::Escalation& escalation) const;

  Walk& walk_;
  RoleRef ref_;
  bool binding_;             // else a role is written
  bool aggregates_ = false;  // the role that is updated has an aggregationRule
  // Of the role to write: what it gets for certain, and all that it may get.
  std::vector<facts::PolicyRule> rules_, possible_rules_;
  bool open_ = false;                      // and more that is not known
  std::unique_ptr<KubernetesJudge> verb_;  // on bind or escalate
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_ROLE_WRITE_H_

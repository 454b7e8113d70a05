// KubernetesJudge: RBAC, EKS access policies and what the Node authorizer may do, for one request
// to one cluster. Source of the semantics: spec rbac 2; spec eks 2.4, 3; design 5 ("Nodes").
#ifndef WHOMAY_LIB_QUERY_KUBERNETES_JUDGE_H_
#define WHOMAY_LIB_QUERY_KUBERNETES_JUDGE_H_

#include <string>

#include "query/judge.h"
#include "rbac/policy.h"

namespace whomay::query {

class KubernetesJudge : public PermissionJudge {
 public:
  // The request's texts must outlive the judge.
  KubernetesJudge(Walk& walk, uint32_t cluster, const rbac::Request& request, const rbac::Any& any);

  Held Judge(StateId state) override;
  void Trace(StateId state, std::vector<CanAnswer::Grant>& grants) override;
  void Hint(StateId state, std::vector<std::string>& hints) override;

  // "RoleBinding shop/support -> Role support", for people.
  static std::string Describe(const World& world, uint32_t cluster, const rbac::Grant& grant);

  uint32_t cluster() const { return cluster_; }
  const rbac::Request& request() const { return request_; }
  const rbac::Any& any() const { return any_; }
  bool asks_any() const { return asks_any_; }
  // Whether the resource may lie in namespaces.
  bool namespaced() const { return namespaced_; }
  void set_namespaced(bool namespaced) { namespaced_ = namespaced; }

 private:
  rbac::Identity IdentityOf(const KubernetesSession& session) const;
  facts::Origin OriginOf(const rbac::Grant& grant) const;
  // What roles give that the session bound to itself.
  Tri Bound(const KubernetesSession& session, uint32_t* role) const;

  Walk& walk_;
  const World& world_;
  uint32_t cluster_;
  rbac::Request request_;
  rbac::Any any_;
  bool asks_any_ = false;
  bool namespaced_ = true;
  rbac::ResolvedRequest resolved_;
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_KUBERNETES_JUDGE_H_

// Answers made by hand, for the tests of every format.
#ifndef WHOMAY_TESTS_UNIT_REPORT_ANSWERS_H_
#define WHOMAY_TESTS_UNIT_REPORT_ANSWERS_H_

#include "whomay/answer.h"

namespace whomay::report {

inline Condition Mfa() {
  return {
      "aws:MultiFactorAuthPresent", "Bool", {"true"}, "aws:MultiFactorAuthPresent is true", false};
}

// Lea becomes shop-support, which aws-auth maps into a group that a RoleBinding names.
inline Path SupportPath() {
  return {{
      {"assume-role",
       "arn:aws:iam::111122223333:user/people/lea",
       "arn:aws:iam::111122223333:role/shop-support",
       {"plan.json", 1, 70211, "aws_iam_role.support"},
       {}},
      {"aws-auth",
       "arn:aws:iam::111122223333:role/shop-support",
       "user:support:{{SessionName}}",
       {"plan.json", 1, 90400, "kubernetes_config_map.aws_auth"},
       {}},
      {"member-of",
       "user:support:{{SessionName}}",
       "group:shop-support",
       {"plan.json", 1, 90400, "kubernetes_config_map.aws_auth"},
       {}},
      {"rbac",
       "group:shop-support",
       "RoleBinding shop/support",
       {"manifests/rbac.yaml", 21, 1, "Role shop/support"},
       {}},
  }};
}

inline Permission GetPods() {
  Permission permission;
  permission.cluster = "shop";
  permission.verb = "get";
  permission.resource = "pods";
  permission.name_space = "shop";
  return permission;
}

inline Permission ReadOrders() {
  Permission permission;
  permission.plane = Permission::Plane::kAws;
  permission.action = "s3:GetObject";
  permission.resource_arn = "arn:aws:s3:::orders/*";
  return permission;
}

inline CanAnswer LeaGetsPods() {
  CanAnswer answer;
  answer.principal = "arn:aws:iam::111122223333:user/people/lea";
  answer.permission = GetPods();
  answer.decision = Decision::kAllowed;
  answer.paths = {SupportPath()};
  return answer;
}

inline CanAnswer Denied() {
  CanAnswer answer;
  answer.principal = "user:petra";
  answer.permission = GetPods();
  answer.permission.name_space = "";
  answer.decision = Decision::kDenied;
  answer.reason = "forbidden";
  answer.hints = {"allowed in namespace shop"};
  answer.assumptions = {{"absent", "no Namespace objects of cluster shop among the inputs", {}}};
  answer.incomplete = true;
  answer.grants = {{{"manifests/rbac.yaml", 71, 1, "RoleBinding shop/viewers"},
                    "RoleBinding shop/viewers: get,list,watch pods",
                    false,
                    "namespace"}};
  return answer;
}

inline WhoAnswer WhoGetsPods() {
  WhoAnswer answer;
  answer.permission = GetPods();
  Grantee lea;
  lea.principal = "arn:aws:iam::111122223333:user/people/lea";
  lea.kind = "iam-user";
  lea.paths = {SupportPath()};
  Grantee mira;
  mira.principal = "arn:aws:iam::111122223333:user/people/mira";
  mira.kind = "iam-user";
  mira.decision = Decision::kConditional;
  mira.conditions = {Mfa()};
  Grantee stranger;
  stranger.principal = "arn:aws:iam::111122223333:role/old";
  stranger.kind = "iam-role";
  stranger.decision = Decision::kUnknown;
  stranger.reason = "policies-not-given";
  Grantee follower;
  follower.principal = "user:somebody";
  follower.kind = "k8s-user";
  follower.only_through = "group:system:authenticated";
  Grantee controller;
  controller.principal = "sa:kube-system/namespace-controller";
  controller.kind = "service-account";
  controller.paths = {{{{"rbac",
                         controller.principal,
                         "ClusterRoleBinding n to ClusterRole n",
                         {"", 0, 0, "ClusterRoleBinding n (built in)"},
                         {}}}}};
  Grantee hole;
  hole.principal = "*";
  hole.kind = "hole";
  hole.decision = Decision::kUnknown;
  hole.reason = "hole";
  hole.origin = {"plan.json", 1, 90400, "kubernetes_config_map.aws_auth"};
  answer.grantees = {hole, stranger, lea, mira, controller, follower};
  return answer;
}

}  // namespace whomay::report

#endif  // WHOMAY_TESTS_UNIT_REPORT_ANSWERS_H_

// Every rule of this table with a text on which it must speak, and one on which it must not.
#include <gmock/gmock.h>

#include "inputs.h"

namespace whomay {
namespace {

using testing::Contains;
using testing::Not;

struct Case {
  const char* rule;
  std::string bad;
  std::string good;
};

std::string AwsAuth(const std::string& role_line, const std::string& more = {}) {
  return R"(apiVersion: v1
kind: ConfigMap
metadata: {name: aws-auth, namespace: kube-system}
data:
  mapRoles: |
    - rolearn: )" +
         role_line + "\n" + more +
         R"(---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: team}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: team}]
)";
}

std::string Mapped(const std::string& arn, const std::string& username = "dev",
                   const std::string& group = "team") {
  return AwsAuth(arn, "      username: '" + username + "'\n      groups: [" + group + "]\n");
}

std::string Binding(const std::string& subject, const std::string& role = "edit") {
  return R"(apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: b}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: )" +
         role + "}\nsubjects:\n- " + subject + "\n";
}
std::string Group(const std::string& name) {
  return "{apiGroup: rbac.authorization.k8s.io, kind: Group, name: '" + name + "'}";
}

std::string Role(const std::string& rule) {
  return R"(apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: r}
rules:
- )" + rule +
         "\n";
}

// An account dump with one role: its trust statement and its own policy's.
std::string Account(const std::string& trust, const std::string& allow = {}) {
  std::string policies;
  if (!allow.empty()) {
    policies = R"({"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[)" +
               allow + "]}}";
  }
  return R"({"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":[{
"Path":"/","RoleName":"app","RoleId":"AROA1","Arn":"arn:aws:iam::111122223333:role/app",
"AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[)" +
         trust + R"(]},"InstanceProfileList":[],"RolePolicyList":[)" + policies +
         R"(],"AttachedManagedPolicies":[]}]})";
}
std::string Trust(const std::string& principal, const std::string& condition = {},
                  const std::string& action = "sts:AssumeRole") {
  return R"({"Effect":"Allow","Principal":)" + principal + R"(,"Action":")" + action + "\"" +
         (condition.empty() ? "" : ",\"Condition\":" + condition) + "}";
}

constexpr const char* kIssuer = "oidc.eks.eu-west-1.amazonaws.com/id/ABC";
std::string Irsa(const std::string& op, const std::string& sub,
                 const std::string& issuer = kIssuer) {
  const std::string provider =
      R"({"Federated":"arn:aws:iam::111122223333:oidc-provider/)" + std::string(kIssuer) + "\"}";
  const std::string subject =
      sub.empty() ? "" : ",\"" + op + R"(":{")" + issuer + R"(:sub":")" + sub + "\"}";
  return Account(Trust(provider,
                       R"({"StringEqualsIgnoreCase":{")" + std::string(kIssuer) +
                           R"(:aud":"sts.amazonaws.com"})" + subject + "}",
                       "sts:AssumeRoleWithWebIdentity"));
}

std::vector<Case> Cases() {
  const std::string role = "arn:aws:iam::111122223333:role/dev";
  const std::string good = Mapped(role);
  const std::string service = Account(Trust(R"({"Service":"ec2.amazonaws.com"})"));
  const std::string exact = Irsa("StringEquals", "system:serviceaccount:shop:app");
  const auto allow = [](const std::string& action) {
    return Account(Trust(R"({"Service":"ec2.amazonaws.com"})"),
                   R"({"Effect":"Allow",)" + action + R"(,"Resource":"*"})");
  };
  return {
      {"aws-auth-role-path", Mapped("arn:aws:iam::111122223333:role/team/dev"), good},
      {"aws-auth-session-arn", Mapped("arn:aws:sts::111122223333:assumed-role/dev/x"), good},
      {"aws-auth-root", Mapped("arn:aws:iam::111122223333:root"), good},
      {"aws-auth-wildcard", Mapped("arn:aws:iam::111122223333:role/dev-*"), good},
      {"aws-auth-bad-arn", Mapped("'arn:aws:iam::111122223333:role/dev '"), good},
      {"aws-auth-masters", Mapped(role, "dev", "system:masters"), good},
      {"aws-auth-no-username", AwsAuth(role, "      groups: [team]\n"), good},
      {"aws-auth-system-user", Mapped(role, "system:serviceaccount:shop:app"), good},
      {"aws-auth-node-groups", Mapped(role, "system:node:{{EC2PrivateDNSName}}"),
       Mapped(role, "system:node:{{EC2PrivateDNSName}}", "system:nodes")},
      {"aws-auth-type", AwsAuth(role, "      username: dev\n      groups: team\n"), good},
      {"aws-auth-broken", AwsAuth(role, "      username: {{SessionName}}\n"), good},
      {"group-unbound", Mapped(role, "dev", "Team"), good},
      {"session-username", Mapped(role, "dev:{{SessionName}}"), good},
      {"session-username-open", Mapped(role, "{{SessionName}}"),
       Mapped(role, "dev:{{SessionName}}")},
      {"rbac-anonymous", Binding(Group("system:unauthenticated")), Binding(Group("team"))},
      {"rbac-authenticated", Binding(Group("system:authenticated")), Binding(Group("team"))},
      {"rbac-all-service-accounts", Binding(Group("system:serviceaccounts")),
       Binding("{kind: ServiceAccount, name: a, namespace: b}")},
      {"rbac-default-service-account",
       Binding("{kind: ServiceAccount, name: default, namespace: b}"),
       Binding("{kind: ServiceAccount, name: a, namespace: b}")},
      {"rbac-cluster-admin", Binding(Group("team"), "cluster-admin"), Binding(Group("team"))},
      {"rbac-dangling", Binding(Group("team"), "nobody-made-it"), Binding(Group("team"))},
      {"rbac-wildcard-all", Role("{apiGroups: ['*'], resources: ['*'], verbs: ['*']}"),
       Role("{apiGroups: [''], resources: [pods], verbs: [get]}")},
      {"rbac-wildcard", Role("{apiGroups: [apps], resources: ['*'], verbs: ['*']}"),
       Role("{apiGroups: [apps], resources: [deployments], verbs: ['*']}")},
      {"rbac-names-without-effect",
       Role("{apiGroups: [''], resources: [pods], verbs: [create], resourceNames: [a]}"),
       Role("{apiGroups: [''], resources: [pods], verbs: [get], resourceNames: [a]}")},
      {"rbac-refused", Role("{apiGroups: [''], resources: [pods], verbs: []}"),
       Role("{apiGroups: [''], resources: [pods], verbs: [get]}")},
      {"trust-everyone", Account(Trust(R"({"AWS":"*"})")),
       Account(Trust(R"({"AWS":"*"})", R"({"StringEquals":{"aws:PrincipalOrgID":"o-1"}})"))},
      {"trust-other-account", Account(Trust(R"({"AWS":"arn:aws:iam::999999999999:root"})")),
       Account(Trust(R"({"AWS":"arn:aws:iam::999999999999:root"})",
                     R"({"StringEquals":{"sts:ExternalId":"x"}})"))},
      {"pod-identity-no-tag-session", Account(Trust(R"({"Service":"pods.eks.amazonaws.com"})")),
       service},
      {"pod-identity-no-conditions", Account(Trust(R"({"Service":"pods.eks.amazonaws.com"})")),
       Account(Trust(R"({"Service":"pods.eks.amazonaws.com"})",
                     R"({"StringEquals":{"aws:SourceAccount":"111122223333"}})"))},
      {"oidc-no-sub", Irsa("", ""), exact},
      {"irsa-wildcard-namespace", Irsa("StringLike", "system:serviceaccount:*:app"), exact},
      {"irsa-wildcard-namespace", Irsa("StringLike", "system:serviceaccount:dev*"),
       Irsa("StringLike", "system:serviceaccount:dev:app")},
      {"irsa-wildcard-name", Irsa("StringLike", "system:serviceaccount:shop:*"), exact},
      {"irsa-literal-star", Irsa("StringEquals", "system:serviceaccount:shop:*"), exact},
      {"irsa-negated-sub", Irsa("StringNotEquals", "system:serviceaccount:shop:app"), exact},
      {"irsa-wrong-issuer",
       Irsa("StringEquals", "system:serviceaccount:shop:app",
            "oidc.eks.eu-west-1.amazonaws.com/id/X"),
       exact},
      {"irsa-condition-void",
       Irsa("StringEqualsIfExists", "system:serviceaccount:shop:app",
            "oidc.eks.eu-west-1.amazonaws.com/id/X"),
       exact},
      {"iam-admin", allow(R"("Action":"*")"), allow(R"("Action":"s3:GetObject")")},
      {"iam-service-wildcard", allow(R"("Action":"eks:*")"), allow(R"("Action":"eks:List*")")},
      {"iam-not-action", allow(R"("NotAction":"iam:*")"), allow(R"("Action":"s3:GetObject")")},
      {"iam-pass-any-role", allow(R"("Action":"iam:PassRole")"),
       allow(R"("Action":"iam:GetRole")")},
      {"iam-assume-any-role", allow(R"("Action":"sts:AssumeRole")"),
       allow(R"("Action":"sts:GetCallerIdentity")")},
      {"escalation-aws-admin", allow(R"("Action":"iam:PutRolePolicy")"),
       allow(R"("Action":"iam:GetRole")")},
      {"escalation-cluster-admin",
       Role("{apiGroups: [''], resources: [groups], verbs: [impersonate]}") + "---\n" +
           Binding("{kind: ServiceAccount, name: a, namespace: b}", "r"),
       Role("{apiGroups: [''], resources: [pods], verbs: [get]}") + "---\n" +
           Binding("{kind: ServiceAccount, name: a, namespace: b}", "r")},
  };
}

TEST(Rules, SpeakAndKeepSilent) {
  for (const Case& one : Cases()) {
    EXPECT_THAT(RulesOf(CheckTexts({one.bad})), Contains(one.rule)) << one.bad;
    EXPECT_THAT(RulesOf(CheckTexts({one.good})), Not(Contains(one.rule))) << one.good;
  }
}

TEST(Rules, AreSortedAndWhole) {
  std::string_view before;
  for (const RuleInfo& rule : Rules()) {
    EXPECT_LT(before, rule.id);
    before = rule.id;
    EXPECT_EQ(FindRule(rule.id), &rule);
    EXPECT_FALSE(rule.title.empty() || rule.explanation.empty() || rule.remediation.empty());
    EXPECT_EQ(rule.reference.substr(0, 8), "https://") << rule.id;
    EXPECT_LE(rule.explanation.size(), 1000u) << rule.id;
  }
  EXPECT_EQ(FindRule("no-such-rule"), nullptr);
}

// Nothing on a cluster that has only what Kubernetes gives it.
TEST(Rules, NothingHighOnBootstrap) {
  const CheckAnswer answer = CheckTexts({R"(apiVersion: v1
kind: ServiceAccount
metadata: {name: app, namespace: shop}
)"});
  for (const Finding& finding : answer.findings) {
    EXPECT_LT(finding.severity, FindingSeverity::kHigh) << finding.rule << " " << finding.subject;
  }
}

}  // namespace
}  // namespace whomay

// Every rule of this table with a text on which it must speak, and one on which it must not.
#include <gmock/gmock.h>

#include <array>

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

// StringEquals and StringLike on the subject, in one statement.
std::string Both(const std::string& equals, const std::string& like) {
  const std::string issuer(kIssuer);
  return Account(Trust(R"({"Federated":"arn:aws:iam::111122223333:oidc-provider/)" + issuer + "\"}",
                       R"({"StringEquals":{")" + issuer + R"(:aud":"sts.amazonaws.com",")" +
                           issuer + R"(:sub":")" + equals + R"("},"StringLike":{")" + issuer +
                           R"(:sub":")" + like + R"("}})",
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
      {"aws-auth-broken", AwsAuth(role, "      \tusername: dev\n"), good},  // a tab
      {"aws-auth-broken", AwsAuth(role, "     username: dev\n"), good},     // one blank off
      {"aws-auth-bad-arn", Mapped("|\n        arn:aws:iam::111122223333:role/dev"), good},
      {"aws-auth-bad-arn", Mapped("'<arn:aws:iam::111122223333:role/dev>'"), good},
      {"aws-auth-bad-arn", Mapped("arn:aws:iam::111122223333:instance-profile/dev"), good},
      {"aws-auth-type", AwsAuth(role, "      username: dev\n      groups: [on, team]\n"), good},
      {"aws-auth-type", AwsAuth(role, "      username: 1234\n      groups: [team]\n"), good},
      {"aws-auth-type", AwsAuth(role, "      username: yes\n      groups: [team]\n"), good},
      // A ClusterRole's name; a binding's subject that is a User of that name.
      {"group-unbound", Mapped(role, "dev", "cluster-admin"), good},
      {"group-unbound",
       Mapped(role, "dev", "ops") + "---\n" +
           Binding("{apiGroup: rbac.authorization.k8s.io, kind: User, name: ops}"),
       Mapped(role, "dev", "ops") + "---\n" + Binding(Group("ops"))},
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
      {"trust-everyone", Account(Trust("\"*\"", {}, "sts:AssumeRoleWithWebIdentity")), exact},
      {"trust-everyone",
       Account(Trust(R"({"Federated":"*"})", {}, "sts:AssumeRoleWithWebIdentity")), exact},
      {"irsa-conditions-and", Both("system:serviceaccount:shop:app", "system:serviceaccount:dev:*"),
       Both("system:serviceaccount:shop:app", "system:serviceaccount:shop:*")},
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
      {"irsa-wildcard-namespace", Irsa("StringLike", "system:serviceaccount:dev-*:*"), exact},
      {"irsa-wildcard-namespace", Irsa("StringLike", "system:serviceaccount:*"), exact},
      {"irsa-wildcard-namespace", Irsa("ForAnyValue:StringLike", "system:serviceaccount:*:app"),
       exact},
      {"irsa-wildcard-name", Irsa("StringLike", "system:serviceaccount:shop:*"), exact},
      {"irsa-literal-star", Irsa("StringEquals", "system:serviceaccount:shop:*"), exact},
      {"irsa-negated-sub", Irsa("StringNotEquals", "system:serviceaccount:shop:app"), exact},
      {"irsa-wrong-issuer",
       Irsa("StringEquals", "system:serviceaccount:shop:app",
            "oidc.eks.eu-west-1.amazonaws.com/id/X"),
       exact},
      {"irsa-condition-void",
       Irsa("ForAllValues:StringEquals", "system:serviceaccount:shop:app",
            "oidc.eks.eu-west-1.amazonaws.com/id/X"),
       exact},
      {"irsa-condition-void",
       Irsa("StringNotEquals", "system:serviceaccount:shop:app",
            "oidc.eks.eu-west-1.amazonaws.com/id/X"),
       exact},
      {"irsa-condition-void",
       Irsa("StringNotLike", "system:serviceaccount:shop:*",
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

// --- Inputs of several files
// ------------------------------------------------------------------------

struct Files {
  const char* rule;
  std::vector<std::string> bad;
  std::vector<std::string> good;
};

// `terraform show -json` of a state.
std::string State(const std::vector<std::string>& resources) {
  std::string all;
  for (const std::string& one : resources) {
    all += (all.empty() ? "" : ",") + one;
  }
  return R"({"format_version":"1.0","terraform_version":"1.9.0","values":{"root_module":{"resources":[)" +
         all + "]}}}";
}
std::string Resource(const std::string& type, const std::string& values) {
  return R"({"address":")" + type + R"(.x","mode":"managed","type":")" + type +
         R"(","name":"x","provider_name":"registry.terraform.io/hashicorp/aws","schema_version":0,"values":{)" +
         values + "}}";
}
std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  return out + "\"";
}
// A plan that makes one resource.
std::string Plan(const std::string& type, const std::string& values) {
  return R"({"format_version":"1.2","terraform_version":"1.9.0","planned_values":{"root_module":{}},"resource_changes":[{"address":")" +
         type + R"(.x","mode":"managed","type":")" + type +
         R"(","name":"x","provider_name":"registry.terraform.io/hashicorp/aws","change":{"actions":["create"],"before":null,"after":{)" +
         values +
         R"(},"after_unknown":{},"before_sensitive":false,"after_sensitive":{}}}],"configuration":{"root_module":{}}})";
}
constexpr const char* kProviderArn =
    "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC";
std::string EksCluster(const std::string& mode = "API_AND_CONFIG_MAP") {
  return Resource(
      "aws_eks_cluster",
      R"("name":"shop","id":"shop","arn":"arn:aws:eks:eu-west-1:111122223333:cluster/shop","version":"1.31",)"
      R"("role_arn":"arn:aws:iam::111122223333:role/cluster","access_config":[{"bootstrap_cluster_creator_admin_permissions":false,"authentication_mode":")" +
          mode +
          R"("}],"identity":[{"oidc":[{"issuer":"https://oidc.eks.eu-west-1.amazonaws.com/id/ABC"}]}])");
}
std::string Provider() {
  return Resource(
      "aws_iam_openid_connect_provider",
      std::string(R"("arn":")") + kProviderArn +
          R"(","url":"oidc.eks.eu-west-1.amazonaws.com/id/ABC","client_id_list":["sts.amazonaws.com"])");
}
std::string WebTrust(const std::string& subject, const std::string& audience = "sts.amazonaws.com",
                     const std::string& provider = kProviderArn) {
  const std::string issuer = provider.substr(provider.find("oidc-provider/") + 14);
  std::string conditions = "\"" + issuer + ":sub\":\"" + subject + "\"";
  if (!audience.empty()) {
    conditions += ",\"" + issuer + ":aud\":\"" + audience + "\"";
  }
  return Trust(R"({"Federated":")" + provider + "\"}", R"({"StringEquals":{)" + conditions + "}}",
               "sts:AssumeRoleWithWebIdentity");
}
std::string RoleOf(const std::string& trust, const std::string& name = "app") {
  return Resource("aws_iam_role",
                  R"("name":")" + name + R"(","id":")" + name +
                      R"(","path":"/","arn":"arn:aws:iam::111122223333:role/)" + name +
                      R"(","inline_policy":[],"managed_policy_arns":[],"assume_role_policy":)" +
                      Quoted(R"({"Version":"2012-10-17","Statement":[)" + trust + "]}"));
}
std::string Account(const char* name, const std::string& arn) {
  return std::string("apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: ") + name +
         "\n  namespace: shop\n" +
         (arn.empty() ? "" : "  annotations:\n    eks.amazonaws.com/role-arn: '" + arn + "'\n");
}
std::string Entry(const std::string& principal, const std::string& more = {}) {
  return R"({"accessEntry":{"clusterName":"shop","principalArn":")" + principal +
         R"(","accessEntryArn":"arn:aws:eks:eu-west-1:111122223333:access-entry/shop/x","type":"STANDARD")" +
         more + "}}";
}
std::string AccessPolicy(const std::string& principal) {
  return R"({"clusterName":"shop","principalArn":")" + principal +
         R"(","associatedAccessPolicies":[{"policyArn":"arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy","accessScope":{"type":"cluster","namespaces":[]}}]})";
}
std::string Association(const std::string& more = {}) {
  return R"({"association":{"clusterName":"shop","namespace":"shop","serviceAccount":"app","roleArn":"arn:aws:iam::111122223333:role/app","associationArn":"arn:aws:eks:eu-west-1:111122223333:podidentityassociation/shop/a-1","associationId":"a-1")" +
         more + "}}";
}
std::string PodTrust() {
  return R"({"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"}}})";
}
std::string AwsAuthIn(const std::string& data) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: aws-auth, namespace: "
         "kube-system}\ndata:\n" +
         data;
}
std::string Nodes(const std::string& ami, const std::string& policy) {
  return Resource(
             "aws_eks_node_group",
             R"("cluster_name":"shop","node_group_name":"n","node_role_arn":"arn:aws:iam::111122223333:role/app","ami_type":")" +
                 ami + R"(","launch_template":[])") +
         "," +
         Resource("aws_iam_role_policy_attachment",
                  R"("role":"app","policy_arn":"arn:aws:iam::aws:policy/)" + policy + "\"");
}
std::string BucketPolicy(const std::string& principal) {
  return Resource(
      "aws_s3_bucket_policy",
      R"("bucket":"orders","id":"orders","policy":)" +
          Quoted(
              R"({"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Principal":)" +
              principal + R"(,"Action":"s3:GetObject","Resource":"arn:aws:s3:::orders/*"}]})"));
}
std::string Bound(const std::string& rule, const std::string& subject = {}) {
  return Role(rule) + "---\n" +
         Binding(subject.empty() ? "{kind: ServiceAccount, name: a, namespace: b}" : subject, "r");
}

// An account that holds the role "dev" at / and at `path`.
std::string Namesakes(const std::string& path) {
  const auto role = [](const std::string& at) {
    return R"({"Path":")" + at + R"(","RoleName":"dev","RoleId":"AROA)" +
           std::to_string(at.size()) + R"(","Arn":"arn:aws:iam::111122223333:role)" + at +
           R"(dev","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[]},)"
           R"("InstanceProfileList":[],"RolePolicyList":[],"AttachedManagedPolicies":[]})";
  };
  return R"({"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":[)" +
         role("/") + (path == "/" ? "" : "," + role(path)) + "]}";
}

std::vector<Files> AwsAuthFiles() {
  const std::string dev = "arn:aws:iam::111122223333:role/dev";
  const std::string line = "    - rolearn: " + dev + "\n      username: dev\n";
  const std::string good = AwsAuthIn("  mapRoles: |\n" + line);
  const std::string user_with_path =
      R"({"UserDetailList":[{"Path":"/team/","UserName":"ada","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/team/ada","GroupList":[],"AttachedManagedPolicies":[]}],"GroupDetailList":[],"RoleDetailList":[],"Policies":[]})";
  const auto user = [](const std::string& arn) {
    return AwsAuthIn("  mapUsers: |\n    - userarn: " + arn + "\n      username: ada\n");
  };
  const std::string nodes_line =
      "    - rolearn: arn:aws:iam::111122223333:role/app\n"
      "      username: system:node:{{EC2PrivateDNSName}}\n"
      "      groups: [system:bootstrappers, system:nodes]\n";
  const std::string self_managed = State({
      EksCluster(),
      RoleOf(Trust(R"({"Service":"ec2.amazonaws.com"})")),
      Resource("aws_iam_instance_profile", R"("name":"p","role":"app")"),
      Resource("aws_launch_template",
               R"("name":"t","iam_instance_profile":[{"name":"p"}],"metadata_options":[])"),
      Resource(
          "aws_autoscaling_group",
          R"("name":"n","tag":[{"key":"kubernetes.io/cluster/shop","value":"owned"}],"launch_template":[{"name":"t"}])"),
  });
  return {
      {"aws-auth-sso",
       {AwsAuthIn("  mapRoles: |\n    - sso: {permissionSetName: Admin, accountID: "
                  "'111122223333'}\n      username: a\n")},
       {good}},
      {"aws-auth-partition",
       {State({EksCluster()}),
        AwsAuthIn("  mapRoles: |\n    - rolearn: arn:aws-us-gov:iam::111122223333:role/dev\n      "
                  "username: dev\n")},
       {State({EksCluster()}), good}},
      {"aws-auth-user-path",
       {user_with_path, user("arn:aws:iam::111122223333:user/ada")},
       {user_with_path, user("arn:aws:iam::111122223333:user/team/ada")}},
      {"aws-auth-account", {AwsAuthIn("  mapAccounts: |\n    - '111122223333'\n")}, {good}},
      {"aws-auth-dropped", {AwsAuthIn("  mapRoles: |\n" + line + "    - userarn: x\n")}, {good}},
      // Group items at the margin of the entries.
      {"aws-auth-dropped",
       {AwsAuthIn("  mapRoles: |\n" + line + "      groups:\n    - a\n")},
       {good}},
      {"aws-auth-duplicate",
       {AwsAuthIn("  mapRoles: |\n" + line + "    - rolearn: " + dev +
                  "\n      username: dev2\n      groups: [x]\n")},
       {good}},
      {"aws-auth-ambiguous-role", {Namesakes("/team/"), good}, {Namesakes("/"), good}},
      {"aws-auth-leftover",
       {AwsAuthIn("  mapRoles: |\n" + line + "    ...\n    - rolearn: x\n")},
       {good}},
      {"aws-auth-leftover",
       {AwsAuthIn("  mapRoles: |\n    [{rolearn: '" + dev +
                  "', username: dev}]\n    - rolearn: x\n")},
       {good}},
      {"aws-auth-broken",
       {AwsAuthIn("  mapRoles: |\n" + line +
                  "  mapUsers: |\n    - userarn: a\n    \tusername: b\n")},
       {good}},
      {"aws-auth-key-case",
       {AwsAuthIn("  mapRoles: |\n" + line + "      groups: [a]\n      Groups: [b]\n")},
       {good}},
      {"aws-auth-leftover",
       {AwsAuthIn("  mapRoles: |\n" + line + "    ---\n    - rolearn: x\n")},
       {good}},
      {"aws-auth-place", {AwsAuthIn("  maproles: |\n" + line)}, {good}},
      {"aws-auth-merge",
       {AwsAuthIn("  mapRoles: |\n    - &a {rolearn: " + dev +
                  ", username: dev}\n    - rolearn: arn:aws:iam::111122223333:role/ops\n      <<: "
                  "*a\n")},
       {AwsAuthIn("  mapRoles: |\n    - &a {rolearn: " + dev +
                  ", username: dev}\n    - <<: *a\n      rolearn: "
                  "arn:aws:iam::111122223333:role/ops\n")}},
      {"aws-auth-node-missing",
       {self_managed, good},
       {self_managed, AwsAuthIn("  mapRoles: |\n" + line + nodes_line)}},
      {"authentication-mode",
       {State({EksCluster("API")}), good},
       {State({EksCluster("API_AND_CONFIG_MAP")}), good}},
  };
}

std::vector<Files> AccessEntryFiles() {
  const std::string dev = "arn:aws:iam::111122223333:role/dev";
  const std::string cluster = State({EksCluster()});
  // Its creator gets no entry, so that there are none but those of the files.
  const std::string made = Plan(
      "aws_eks_cluster",
      R"("name":"shop","arn":"arn:aws:eks:eu-west-1:111122223333:cluster/shop","access_config":[{"authentication_mode":"API","bootstrap_cluster_creator_admin_permissions":false}])");
  const std::string groups = R"(,"kubernetesGroups":["team"])";
  const std::string good = Entry(dev, groups);
  return {
      {"access-entry-duplicate",
       {cluster, good, Entry(dev, R"(,"kubernetesGroups":["other"])")},
       {cluster, good}},
      {"access-entry-empty", {cluster, Entry(dev)}, {cluster, Entry(dev), AccessPolicy(dev)}},
      {"access-entry-refused",
       {cluster, Entry(dev, R"(,"kubernetesGroups":["system:masters"])")},
       {cluster, good}},
      {"access-entry-refused",
       {cluster, Entry(dev, R"(,"username":"system:dev")")},
       {cluster, good}},
      {"access-entry-shadows-aws-auth",
       {cluster, good,
        AwsAuthIn("  mapRoles: |\n    - rolearn: " + dev +
                  "\n      username: dev\n      groups: [system:masters]\n")},
       {cluster, good}},
      {"access-policy-without-entry",
       {made, AccessPolicy(dev)},
       {made, Entry(dev), AccessPolicy(dev)}},
  };
}

std::vector<Files> IrsaFiles() {
  const std::string arn = "arn:aws:iam::111122223333:role/app";
  const std::string trusted = WebTrust("system:serviceaccount:shop:app");
  const std::string state = State({EksCluster(), Provider(), RoleOf(trusted)});
  const std::string account = Account("app", arn);
  const std::string other =
      "arn:aws:iam::999999999999:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC";
  const std::string github =
      "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
  const auto like = [&](const std::string& subject) {
    return Account(Trust(
        R"({"Federated":")" + github + "\"}",
        R"({"StringLike":{"token.actions.githubusercontent.com:sub":")" + subject +
            R"("},"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}})",
        "sts:AssumeRoleWithWebIdentity"));
  };
  return {
      {"irsa-no-trust",
       {State({EksCluster(), Provider(), RoleOf(WebTrust("system:serviceaccount:shop:other"))}),
        account},
       {state, account}},
      {"irsa-no-annotation", {state, Account("app", "")}, {state, account}},
      {"irsa-service-account-missing", {state, Account("cart", "")}, {state, account}},
      {"irsa-role-missing",
       {State({EksCluster(), Provider(), RoleOf(trusted, "application")}), account},
       {state, account}},
      {"irsa-bad-annotation",
       {state, Account("app", "arn:aws:iam::1111222233333:role/app")},
       {state, account}},
      {"irsa-provider-account",
       {State({EksCluster(), Provider(),
               RoleOf(WebTrust("system:serviceaccount:shop:app", "sts.amazonaws.com", other))})},
       {state}},
      {"irsa-provider-missing", {State({EksCluster(), RoleOf(trusted)})}, {state}},
      {"irsa-wrong-audience",
       {State({EksCluster(), Provider(),
               RoleOf(WebTrust("system:serviceaccount:shop:app", "sts.amazonaws.com.cn"))})},
       {state}},
      {"oidc-no-aud",
       {State({EksCluster(), Provider(), RoleOf(WebTrust("system:serviceaccount:shop:app", ""))})},
       {state}},
      {"oidc-wide-sub", {like("repo:*")}, {like("repo:acme/shop:*")}},
      {"both-mechanisms", {state, account, Association()}, {state, account}},
      {"pod-identity-no-agent",
       {State({EksCluster(), RoleOf(PodTrust())}), Association()},
       {State({EksCluster(), RoleOf(PodTrust()),
               Resource("aws_eks_addon",
                        R"("cluster_name":"shop","addon_name":"eks-pod-identity-agent")")}),
        Association()}},
      {"pod-identity-refused",
       {State({EksCluster(), RoleOf(PodTrust())}),
        Association(
            R"(,"policy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}","disableSessionTags":false)")},
       {State({EksCluster(), RoleOf(PodTrust())}), Association()}},
      {"node-role-reachable",
       {State({EksCluster(), RoleOf(Trust(R"({"Service":"ec2.amazonaws.com"})")),
               Nodes("AL2_x86_64", "AmazonS3FullAccess")})},
       {State({EksCluster(), RoleOf(Trust(R"({"Service":"ec2.amazonaws.com"})")),
               Nodes("AL2_x86_64", "AmazonEKSWorkerNodePolicy")})}},
      {"resource-policy-public",
       {State({BucketPolicy("\"*\"")})},
       {State({BucketPolicy(R"({"AWS":"arn:aws:iam::111122223333:root"})")})}},
      {"trust-not-principal",
       {Account(
           R"({"Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"})")},
       {Account(Trust(R"({"AWS":"arn:aws:iam::111122223333:root"})"))}},
  };
}

std::vector<Files> RbacFiles() {
  const std::string get = "{apiGroups: [''], resources: [pods], verbs: [get]}";
  const std::string good = Bound(get);
  const auto role = [](const std::string& resources, const std::string& verbs,
                       const std::string& group = "") {
    return Role("{apiGroups: ['" + group + "'], resources: [" + resources + "], verbs: [" + verbs +
                "]}");
  };
  const auto in_namespace = [](const std::string& kind, const std::string& name) {
    return "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, "
           "namespace: shop}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: " +
           kind + ", name: " + name +
           "}\nsubjects: [{kind: ServiceAccount, name: a, namespace: b}]\n";
  };
  return {
      {"rbac-masters-subject", {Binding(Group("system:masters"))}, {Binding(Group("team"))}},
      {"rbac-user-is-service-account",
       {Binding("{apiGroup: rbac.authorization.k8s.io, kind: User, name: "
                "'system:serviceaccount:b:a'}")},
       {good}},
      {"rbac-user-named-like-group",
       {Binding("{apiGroup: rbac.authorization.k8s.io, kind: User, name: 'system:masters'}")},
       {Binding("{apiGroup: rbac.authorization.k8s.io, kind: User, name: 'ada'}")}},
      {"rbac-subject-namespace",
       {Binding("{apiGroup: rbac.authorization.k8s.io, kind: Group, name: team, namespace: b}")},
       {Binding(Group("team"))}},
      {"rbac-subject-missing",
       {Account("cart", "") + "---\n" +
        Binding("{kind: ServiceAccount, name: crat, namespace: shop}")},
       {Account("cart", "") + "---\n" +
        Binding("{kind: ServiceAccount, name: cart, namespace: shop}")}},
      {"rbac-empty",
       {"apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: "
        "[]\n"},
       {good}},
      {"rbac-aggregated-rules",
       {good.substr(0, good.find("---")) +
        "aggregationRule: {clusterRoleSelectors: [{matchLabels: {a: b}}]}\n"},
       {good}},
      {"rbac-unknown-name", {role("pod", "get")}, {role("pods", "get")}},
      {"rbac-unknown-name", {role("pods", "GET")}, {role("pods", "get")}},
      {"rbac-unknown-name", {role("pods", "get", "core")}, {role("pods", "get")}},
      {"rbac-unknown-name",
       {role("deployments", "get", "apps/v1")},
       {role("deployments", "get", "apps")}},
      // Groups of custom resources are domains, so these are slips.
      {"rbac-unknown-name",
       {role("deployments", "get", "app")},
       {role("deployments", "get", "apps")}},
      {"rbac-unknown-name",
       {role("roles", "get", "rbac")},
       {role("widgets", "get", "example.com")}},
      {"rbac-unknown-name",
       {role("signer", "approve", "certificates.k8s.io")},
       {role("signers", "approve", "certificates.k8s.io")}},
      {"kubernetes-duplicate", {good + "---\n" + role("pods", "list")}, {good}},
      {"rbac-subresource-wildcard", {role("'*/*'", "get")}, {role("'*'", "get")}},
      {"rbac-subresource-wildcard", {role("'pods/*'", "get")}, {role("'pods/log'", "get")}},
      {"rbac-dead-names",
       {Role("{apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: ['*']}")},
       {Role("{apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: [db]}")}},
      {"rbac-strong-verbs",
       {role("clusterroles", "bind", "rbac.authorization.k8s.io")},
       {Role("{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind], "
             "resourceNames: [view]}")}},
      // Verb * includes bind and escalate.
      {"rbac-strong-verbs",
       {role("clusterroles, clusterrolebindings", "'*'", "rbac.authorization.k8s.io")},
       {role("clusterroles", "get, create, update", "rbac.authorization.k8s.io")}},
      {"rbac-strong-verbs",
       {role("serviceaccounts", "impersonate")},
       {role("serviceaccounts", "get")}},
      {"rbac-strong-verbs", {role("users, groups", "'*'")}, {role("users", "bind")}},
      {"rbac-dead-names",
       {Role("{apiGroups: [''], resources: [secrets], verbs: [list, watch], resourceNames: [db]}")},
       {Role("{apiGroups: [''], resources: [secrets], verbs: [get, list], resourceNames: [db]}")}},
      {"rbac-dead-names",
       {Role("{apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: ['']}")},
       {Role("{apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: [db]}")}},
      {"rbac-dead-scope",
       {Role("{nonResourceURLs: [/metrics], verbs: [get]}") + in_namespace("ClusterRole", "r")},
       {Role("{nonResourceURLs: [/metrics], verbs: [get]}")}},
      {"rbac-dead-scope",
       {role("nodes", "get") + in_namespace("ClusterRole", "r")},
       {role("pods", "get") + in_namespace("ClusterRole", "r")}},
      {"rbac-namespace-admin",
       {in_namespace("ClusterRole", "cluster-admin")},
       {in_namespace("ClusterRole", "edit")}},
  };
}

// A role bound to a team, cluster-wide or in a namespace; its rules as (group, resource, verbs).
std::string Holds(const std::vector<std::array<std::string, 3>>& rules,
                  const std::string& ns = {}) {
  std::string text = R"(apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: r}
rules:
)";
  for (const auto& [group, resource, verbs] : rules) {
    text += "- {apiGroups: ['" + group + "'], resources: ['" + resource + "'], verbs: [" + verbs +
            "]}\n";
  }
  return text + "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: " +
         (ns.empty() ? "ClusterRoleBinding\nmetadata: {name: b}"
                     : "RoleBinding\nmetadata: {name: b, namespace: " + ns + "}") +
         "\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: r}\nsubjects: "
         "[{apiGroup: rbac.authorization.k8s.io, kind: Group, name: team}]\n";
}

std::string NamedSigner(const std::string& name) {
  return R"(apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: r}
rules:
- {apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests], verbs: [create]}
- {apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests/approval], verbs: [patch]}
- {apiGroups: [certificates.k8s.io], resources: [signers], verbs: [approve], resourceNames: [)" +
         name + R"(]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: b}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: r}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: team}]
)";
}

std::vector<Files> PrimitiveFiles() {
  const std::string certificates = "certificates.k8s.io", requests = "certificatesigningrequests";
  const auto signer = [&](const std::string& name) {
    return Holds({{certificates, requests, "create"},
                  {certificates, requests + "/approval", "update"}}) +
           "---\n" +
           R"(apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: signer}
rules:
- {apiGroups: [certificates.k8s.io], resources: [signers], verbs: [approve], resourceNames: [')" +
           name + R"(']}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: signer}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: signer}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: team}]
)";
  };
  const std::array<std::string, 3> pods = {"", "pods", "create"};
  return {
      {"primitive-secrets",
       {Holds({{"", "secrets", "list"}})},
       {Holds({{"", "secrets", "list"}}, "shop")}},
      {"primitive-certificates",
       {signer("kubernetes.io/kube-apiserver-client")},
       {signer("issuers.cert-manager.io/*")}},
      {"primitive-certificates",
       {signer("kubernetes.io/*")},
       {Holds({{certificates, requests, "create"}, {certificates, "signers", "approve"}})}},
      {"primitive-certificates",
       {Holds({{certificates, requests + "/status", "update"}, {certificates, "signers", "sign"}})},
       {Holds({{certificates, "signers", "sign"}})}},
      // All in one role, the signer's rule last.
      {"primitive-certificates",
       {Holds({{certificates, requests, "create"},
               {certificates, requests + "/approval", "update"},
               {"", "pods", "get"},
               {certificates, "signers", "approve"}})},
       {Holds({{certificates, requests, "create"},
               {certificates, requests + "/approval", "update"},
               {certificates, "signers", "attest"}})}},
      {"primitive-certificates",
       {NamedSigner("kubernetes.io/kube-apiserver-client")},
       {NamedSigner("kubernetes.io/kubelet-serving")}},
      {"primitive-nodes",
       {Holds({{"", "nodes", "patch"}})},
       {Holds({{"", "nodes", "get, delete"}})}},
      {"primitive-host-volumes",
       {Holds({{"", "persistentvolumes", "create"},
               {"", "persistentvolumeclaims", "create"},
               {"apps", "deployments", "create"}})},
       {Holds({{"", "persistentvolumes", "create"}, {"", "persistentvolumeclaims", "create"}})}},
      {"primitive-pod-security",
       {Holds({{"", "namespaces", "patch"}, pods}, "shop")},
       {Holds({{"", "namespaces", "get"}, pods}, "shop")}},
      {"primitive-bootstrap-tokens",
       {Holds({{"", "secrets", "create"}}, "kube-system")},
       {Holds({{"", "secrets", "create"}}, "shop")}},
      {"primitive-pod-binding",
       {Holds({{"", "pods/binding", "create"}, pods}, "shop")},
       {Holds({pods}, "shop")}},
      {"primitive-traffic",
       {Holds({{"discovery.k8s.io", "endpointslices", "update"}}, "shop")},
       {Holds({{"discovery.k8s.io", "endpointslices", "list"}}, "shop")}},
      {"primitive-aggregation",
       {Holds({{"rbac.authorization.k8s.io", "clusterroles", "patch"}})},
       {Holds({{"rbac.authorization.k8s.io", "clusterroles", "patch"}}, "shop")}},
      {"primitive-deputy",
       {Holds({{"argoproj.io", "applications", "create"}}, "argocd")},
       {Holds({{"argoproj.io", "applications", "get"}}, "argocd")}},
      // Administrators and the system's own hold all of it; other rules speak of the former.
      {"primitive-secrets",
       {Holds({{"", "secrets", "list"}})},
       {Binding(Group("team"), "cluster-admin")}},
      {"primitive-secrets",
       {Holds({{"", "secrets", "get"}})},
       {Binding("{kind: ServiceAccount, name: generic-garbage-collector, namespace: kube-system}",
                "r") +
        "---\n" + Role("{apiGroups: [''], resources: [pods], verbs: [get]}")}},
  };
}

std::vector<Files> EscalationFiles() {
  const std::string state =
      State({EksCluster(), Provider(), RoleOf(WebTrust("system:serviceaccount:shop:app"))});
  const std::string account = Account("app", "arn:aws:iam::111122223333:role/app");
  const std::string pod =
      "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec: "
      "{serviceAccountName: app, containers: [{name: a, image: b}]}\n";
  const std::string exec =
      Bound("{apiGroups: [''], resources: [pods/exec], verbs: [create]}", Group("support"));
  const std::string create =
      Bound("{apiGroups: [''], resources: [pods], verbs: [create]}", Group("team"));
  const std::string read =
      Bound("{apiGroups: [''], resources: [pods], verbs: [get]}", Group("team"));
  const auto bounded = [](const std::string& more) {
    return R"({"UserDetailList":[],"GroupDetailList":[],"Policies":[{"PolicyName":"limit","Arn":"arn:aws:iam::111122223333:policy/limit","DefaultVersionId":"v1","PolicyVersionList":[{"VersionId":"v1","IsDefaultVersion":true,"Document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}}]}],"RoleDetailList":[
{"Path":"/","RoleName":"small","RoleId":"AROA1","Arn":"arn:aws:iam::111122223333:role/small","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[]},"InstanceProfileList":[],"RolePolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":")" +
           more +
           R"(","Resource":"arn:aws:iam::111122223333:role/big"}]}}],"AttachedManagedPolicies":[],"PermissionsBoundary":{"PermissionsBoundaryType":"Policy","PermissionsBoundaryArn":"arn:aws:iam::111122223333:policy/limit"}},
{"Path":"/","RoleName":"big","RoleId":"AROA2","Arn":"arn:aws:iam::111122223333:role/big","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[]},"InstanceProfileList":[],"RolePolicyList":[],"AttachedManagedPolicies":[]}]})";
  };
  return {
      {"escalation-role", {state, account + pod, exec}, {state, account + pod, read}},
      {"escalation-deploy", {state, account + pod, create}, {state, account + pod, read}},
      {"escalation-past-boundary",
       {bounded("iam:UpdateAssumeRolePolicy")},
       {bounded("iam:GetRole")}},
  };
}

void ExpectFiles(const std::vector<Files>& all) {
  for (const Files& one : all) {
    EXPECT_THAT(RulesOf(CheckTexts(one.bad)), Contains(one.rule)) << one.bad.back();
    EXPECT_THAT(RulesOf(CheckTexts(one.good)), Not(Contains(one.rule)))
        << one.rule << one.good.back();
  }
}

TEST(Rules, OfAwsAuth) { ExpectFiles(AwsAuthFiles()); }
TEST(Rules, OfAccessEntries) { ExpectFiles(AccessEntryFiles()); }
TEST(Rules, OfServiceAccountsAndTrusts) { ExpectFiles(IrsaFiles()); }
TEST(Rules, OfRbac) { ExpectFiles(RbacFiles()); }
TEST(Rules, OfPrimitives) { ExpectFiles(PrimitiveFiles()); }
// What takes two bindings tells both.
TEST(Rules, PrimitivesHavePaths) {
  for (const Finding& finding : CheckTexts({PrimitiveFiles()[1].bad.front()}).findings) {
    if (finding.rule == "primitive-certificates") {
      EXPECT_EQ(finding.subject, "group:team");
      ASSERT_EQ(finding.path.steps.size(), 2u);
      EXPECT_EQ(finding.path.steps[1].to, "ClusterRoleBinding signer to ClusterRole signer");
      EXPECT_GT(finding.path.steps[1].origin.line, 1);
      return;
    }
  }
  FAIL() << "not found";
}
TEST(Rules, OfEscalation) { ExpectFiles(EscalationFiles()); }

// A rule without a case on which it speaks and one on which it does not is not finished.
TEST(Rules, AllHaveTheirCases) {
  // Tested with the configuration that makes them (check_test.cc), or with thousands of principals.
  std::set<std::string_view> cased = {"assertion", "assertion-undecided", "escalation-not-checked"};
  for (const Case& one : Cases()) {
    cased.insert(one.rule);
  }
  for (const auto& files : {AwsAuthFiles(), AccessEntryFiles(), IrsaFiles(), RbacFiles(),
                            PrimitiveFiles(), EscalationFiles()}) {
    for (const Files& one : files) {
      cased.insert(one.rule);
    }
  }
  for (const RuleInfo& rule : Rules()) {
    EXPECT_EQ(cased.count(rule.id), 1u) << rule.id << " has no case";
  }
  for (const std::string_view id : cased) {
    EXPECT_NE(FindRule(id), nullptr) << id;
  }
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

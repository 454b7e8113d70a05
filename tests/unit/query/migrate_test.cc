// Mappings of aws-auth and the access entries that replace them; the proof by diff.
#include "whomay/migrate.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace whomay {
namespace {

constexpr std::string_view kCluster =
    R"({"cluster":{"name":"c","arn":"arn:aws:eks:eu-west-1:111122223333:cluster/c","version":"1.34",
     "accessConfig":{"authenticationMode":"API_AND_CONFIG_MAP"}}})";

std::string Role(const std::string& path, const std::string& name) {
  return R"({"Path":")" + path + R"(","RoleName":")" + name + R"(","RoleId":"AROA)" + name +
         R"(","Arn":"arn:aws:iam::111122223333:role)" + path + name +
         R"(","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[]},"InstanceProfileList":[],"RolePolicyList":[],"AttachedManagedPolicies":[]})";
}

std::string Account() {
  return R"({"UserDetailList":[{"Path":"/","UserName":"one","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/one","GroupList":[],"UserPolicyList":[],"AttachedManagedPolicies":[]}],"GroupDetailList":[],"Policies":[],"RoleDetailList":[)" +
         Role("/", "dev") + ',' + Role("/team/", "ops") + ',' + Role("/", "nodes") + "]}";
}

constexpr std::string_view kRbac =
    R"({"apiVersion":"v1","kind":"List","items":[
 {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"r","namespace":"a"},
  "rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]},
 {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"b","namespace":"a"},
  "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},
  "subjects":[{"kind":"Group","name":"devs","apiGroup":"rbac.authorization.k8s.io"},
              {"kind":"User","name":"system:robot","apiGroup":"rbac.authorization.k8s.io"}]}]})";

std::string AwsAuth(const std::string& data) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: aws-auth, namespace: "
         "kube-system}\ndata:\n" +
         data;
}

MigrateAnswer Migrate(const std::string& data, std::string_view cluster = kCluster) {
  Analyzer analyzer;
  EXPECT_TRUE(analyzer.AddText("cluster.json", std::string(cluster)).ok());
  EXPECT_TRUE(analyzer.AddText("account.json", Account()).ok());
  EXPECT_TRUE(analyzer.AddText("rbac.json", std::string(kRbac)).ok());
  EXPECT_TRUE(analyzer.AddText("aws-auth.yaml", AwsAuth(data)).ok());
  const absl::StatusOr<Analysis> analysis = std::move(analyzer).Analyze();
  EXPECT_TRUE(analysis.ok()) << analysis.status();
  absl::StatusOr<MigrateAnswer> answer =
      MigrateAwsAuth(analysis->snapshot(World::kAfter), QuestionOptions());
  EXPECT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->clusters.size(), 1u);
  return *std::move(answer);
}

std::string Mapped(const std::string& section, const std::string& lines) {
  return "  " + section + ": |\n" + lines;
}

// "TYPE ARN user=… groups=… policies=…", or "left: " and the reason's beginning.
std::string Text(const MigrateAnswer& answer) {
  std::string text;
  const auto joined = [](const std::vector<std::string>& list) {
    std::string all;
    for (const std::string& one : list) {
      all += (all.empty() ? "" : ",") + one.substr(one.rfind('/') + 1);
    }
    return all;
  };
  for (const MigrateAnswer::Entry& entry : answer.clusters.front().entries) {
    text += entry.type + ' ' + entry.principal + " user=" + entry.username +
            " groups=" + joined(entry.groups) + " policies=" + joined(entry.access_policies) + '\n';
  }
  for (const MigrateAnswer::Left& left : answer.clusters.front().left) {
    text += std::string(left.loses ? "loses: " : "left: ") + left.reason.substr(0, 24) + '\n';
  }
  return text;
}

TEST(Migrate, OneMapping) {
  constexpr char kArn[] = "arn:aws:iam::111122223333:";
  struct Case {
    std::string section, lines, text;
    bool proven;
  };
  const auto role = [&](const std::string& name, const std::string& more) {
    return "    - rolearn: " + std::string(kArn) + "role/" + name + "\n" + more;
  };
  const auto user = [&](const std::string& name, const std::string& more) {
    return "    - userarn: " + std::string(kArn) + name + "\n" + more;
  };
  const std::string arn = kArn;
  const std::vector<Case> cases = {
      {"mapRoles", role("dev", "      username: dev\n      groups: [devs, '', devs]\n"),
       "STANDARD " + arn + "role/dev user=dev groups=devs policies=\n", true},
      // The real ARN has the path.
      {"mapRoles", role("ops", "      username: ops:{{SessionName}}\n      groups: [devs]\n"),
       "STANDARD " + arn + "role/team/ops user=ops:{{SessionName}} groups=devs policies=\n", true},
      {"mapRoles", role("team/ops", "      username: ops\n      groups: [devs]\n"),
       "left: it has the role's path, \n", true},
      {"mapRoles", role("dev", "      username: 'd:{{AccountID}}'\n      groups: [devs]\n"),
       "STANDARD " + arn + "role/dev user=d:111122223333 groups=devs policies=\n", true},
      {"mapUsers", user("user/one", "      username: 'u:{{SessionName}}'\n      groups: [devs]\n"),
       "STANDARD " + arn + "user/one user=u: groups=devs policies=\n", true},
      {"mapUsers", user("user/one", "      username: one\n      groups: ['system:masters']\n"),
       "STANDARD " + arn + "user/one user=one groups= policies=AmazonEKSClusterAdminPolicy\n",
       true},
      // EKS's default name is no system: name, and the binding to that name is lost.
      {"mapUsers", user("user/one", "      username: system:robot\n"),
       "STANDARD " + arn + "user/one user= groups= policies=\n", false},
      // No colon before the session: the user is called otherwise.
      {"mapRoles", role("dev", "      username: '{{SessionName}}'\n      groups: [devs]\n"),
       "STANDARD " + arn + "role/dev user= groups=devs policies=\n", false},
      {"mapRoles", role("dev", "      username: dev\n      groups: ['g:{{SessionName}}']\n"),
       "STANDARD " + arn + "role/dev user=dev groups= policies=\n", true},
      {"mapRoles",
       role("nodes",
            "      username: system:node:{{EC2PrivateDNSName}}\n      groups: "
            "['system:bootstrappers', 'system:nodes']\n"),
       "EC2_LINUX " + arn + "role/nodes user= groups= policies=\n", true},
      {"mapRoles",
       role("nodes",
            "      username: system:node:{{SessionName}}\n      groups: ['system:nodes', "
            "'system:node-proxier']\n"),
       "FARGATE_LINUX " + arn + "role/nodes user= groups= policies=\n", false},
      {"mapUsers", user("root", "      username: r\n      groups: [devs]\n"),
       "loses: it lets in the account's\n", false},
      {"mapAccounts", "    - '111122223333'\n", "loses: every user and role of t\n", false},
      {"mapRoles",
       role("dev", "      username: a\n      groups: [none]\n") +
           role("DEV", "      username: b\n      groups: [devs]\n"),
       "STANDARD " + arn +
           "role/dev user=b groups=devs policies=\nleft: a later line of the same\n",
       true},
      {"mapRoles", "    - rolearn: arn:aws:sts::111122223333:assumed-role/dev/x\n",
       "left: no caller has an ARN lik\n", true},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.lines);
    const MigrateAnswer answer = Migrate(Mapped(one.section, one.lines));
    EXPECT_EQ(Text(answer), one.text);
    EXPECT_EQ(answer.proven(), one.proven);
    for (const DiffAnswer::Change& row : answer.proof.gained) {
      EXPECT_EQ(row.kind, "k8s-user") << row.principal;  // what was a name of the same principal
    }
  }
}

TEST(Migrate, ProofSaysWhoLoses) {
  const MigrateAnswer answer = Migrate(
      Mapped("mapUsers",
             "    - userarn: arn:aws:iam::111122223333:user/one\n      username: system:robot\n"));
  bool found = false;
  for (const DiffAnswer::Change& row : answer.proof.lost) {
    found = found || (row.principal == "arn:aws:iam::111122223333:user/one" &&
                      row.permission.ToString() == "get pods -n a");
  }
  EXPECT_TRUE(found);
}

TEST(Migrate, NothingIsMigratedWhereAwsAuthDoesNotCount) {
  const MigrateAnswer answer =
      Migrate(Mapped("mapUsers",
                     "    - userarn: arn:aws:iam::111122223333:user/one\n      username: one\n"),
              R"({"cluster":{"name":"c","arn":"arn:aws:eks:eu-west-1:111122223333:cluster/c",
               "accessConfig":{"authenticationMode":"API"}}})");
  EXPECT_TRUE(answer.clusters.front().entries.empty());
  EXPECT_EQ(answer.notes.size(), 1u);
  EXPECT_TRUE(answer.proven());
}

TEST(Migrate, NoConfigMapIsAnError) {
  Analyzer analyzer;
  ASSERT_TRUE(analyzer.AddText("account.json", Account()).ok());
  const absl::StatusOr<Analysis> analysis = std::move(analyzer).Analyze();
  ASSERT_TRUE(analysis.ok());
  EXPECT_FALSE(MigrateAwsAuth(analysis->snapshot(World::kAfter), {}).ok());
}

}  // namespace
}  // namespace whomay

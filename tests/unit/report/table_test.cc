#include "report/table.h"

#include <gtest/gtest.h>

#include "report/path.h"
#include "tests/unit/report/answers.h"

namespace whomay::report {
namespace {

TEST(TableTest, CanShowsDecisionAndPath) {
  EXPECT_EQ(
      Table(LeaGetsPods(), {}),
      R"(allowed: arn:aws:iam::111122223333:user/people/lea may get pods -n shop   (cluster shop)
  user lea → assume-role aws_iam_role.support plan.json:1 → role shop-support → aws-auth kubernetes_config_map.aws_auth → user:support:{{SessionName}} → member-of → group:shop-support → rbac RoleBinding shop/support manifests/rbac.yaml:21
)");
}

TEST(TableTest, ADenialSaysWhereItWouldBeAllowedAndThatInputIsMissing) {
  EXPECT_EQ(Table(Denied(), {.why = true}),
            R"(denied (forbidden): user:petra may not get pods   (cluster shop)
  MATCH  GRANT                                          BLOCKED BY  FROM
  near   RoleBinding shop/viewers: get,list,watch pods  namespace   manifests/rbac.yaml:71
  hint: allowed in namespace shop
  assumes: no Namespace objects of cluster shop among the inputs
INCOMPLETE: some of the input could not be read, so this answer may lack something.
)");
}

TEST(TableTest, WhoPutsTheStrongestFirstAndFoldsTheRest) {
  EXPECT_EQ(Table(WhoGetsPods(), {}),
            R"(who may get pods -n shop   (cluster shop)
  DECISION     KIND      PRINCIPAL
  allowed      iam-user  arn:aws:iam::111122223333:user/people/lea
    user lea → assume-role aws_iam_role.support plan.json:1 → role shop-support → aws-auth kubernetes_config_map.aws_auth → user:support:{{SessionName}} → member-of → group:shop-support → rbac RoleBinding shop/support manifests/rbac.yaml:21
  conditional  iam-user  arn:aws:iam::111122223333:user/people/mira  if aws:MultiFactorAuthPresent is true
  unknown      hole      *  hole
    kubernetes_config_map.aws_auth plan.json:1
  and 1 principal as every caller may, through group:system:authenticated (--expand lists them)
  and 1 component of Kubernetes itself, by built-in roles (--expand lists them)
  and 1 principal whose policies are not among the inputs: unknown (--expand lists them)
)");
  const std::string all = Table(WhoGetsPods(), {.expand = true});
  EXPECT_NE(all.find("user:somebody"), std::string::npos) << all;
  EXPECT_NE(all.find("role/old"), std::string::npos) << all;
  EXPECT_EQ(all.find("--expand"), std::string::npos) << all;
}

TEST(TableTest, NobodyIsSaid) {
  WhoAnswer answer;
  answer.permission = ReadOrders();
  answer.world = World::kBefore;
  EXPECT_EQ(Table(answer, {}), R"(who may s3:GetObject arn:aws:s3:::orders/*   (before the plan)
  nobody
)");
}

TEST(TableTest, WhatGroupsByScopeAndWritesResourcesAsKubectlUsersDo) {
  WhatAnswer answer;
  answer.principal = "user:petra";
  answer.kubernetes = {
      {"shop",
       "*",
       "user:petra",
       {{{"get"}, {}, {}, {}, {"/metrics"}, Decision::kAllowed, {}, "ClusterRoleBinding m"}}},
      {"shop",
       "shop",
       "user:petra",
       {{{"get", "list"},
         {"", "apps"},
         {"pods", "deployments/scale"},
         {"a"},
         {},
         Decision::kAllowed,
         {"r.yaml", 7, 1, "Role shop/x"},
         "RoleBinding shop/x"},
        {{"*"}, {"*"}, {"*"}, {}, {}, Decision::kUnknown, {}, ""}}}};
  answer.aws = {{"arn:aws:iam::1:role/x",
                 {"s3:GetObject"},
                 {"arn:aws:s3:::b/*"},
                 Decision::kConditional,
                 {Mfa()},
                 {"p.json", 4, 2, ""},
                 false},
                {"arn:aws:iam::1:role/x", {"s3:*"}, {"*"}, Decision::kAllowed, {}, {}, true}};
  EXPECT_EQ(Table(answer, {}), R"(what user:petra may do
in cluster shop
  every namespace and cluster scope as user:petra
    ClusterRoleBinding m
      VERBS  RESOURCES
      get    /metrics
  namespace shop as user:petra
    RoleBinding shop/x r.yaml:7
      VERBS     RESOURCES                                                   NAMES
      get,list  pods, deployments/scale, pods.apps, deployments.apps/scale  a
      VERBS           RESOURCES
      *      unknown  *
in AWS
  as arn:aws:iam::1:role/x
           ACTIONS       RESOURCES                                                            FROM
    allow  s3:GetObject  arn:aws:s3:::b/*  conditional if aws:MultiFactorAuthPresent is true  p.json:4
    deny   s3:*          *
)");
}

TEST(TableTest, WhoamiReachPathsList) {
  WhoamiAnswer whoami;
  whoami.principal = "UserTwo";
  whoami.kubernetes = {{"shop",
                        "yes",
                        "UserTwo",
                        {"eks-default", "system:authenticated"},
                        {"p.json", 9, 1, ""},
                        "aws-auth",
                        ""},
                       {"test", "no", "", {}, {}, "", "unauthenticated"}};
  whoami.aws = {{"arn:aws:iam::1:role/x", Decision::kConditional, "assume-role", {}, {Mfa()}}};
  EXPECT_EQ(Table(whoami, {}), R"(who UserTwo is
  CLUSTER  AUTHENTICATED         USERNAME  GROUPS                             BY        FROM
  shop     yes                   UserTwo   eks-default, system:authenticated  aws-auth  p.json:9
  test     no (unauthenticated)
  AWS PRINCIPAL          DECISION     BY
  arn:aws:iam::1:role/x  conditional  assume-role  if aws:MultiFactorAuthPresent is true
)");

  ReachAnswer reach;
  reach.principal = "sa:shop/a";
  reach.identities = {
      {"arn:aws:iam::1:role/x",
       "iam-role",
       Decision::kAllowed,
       "",
       {},
       {{{"web-identity", "sa:shop/a", "arn:aws:iam::1:role/x", {"p.json", 3, 1, ""}, {}}}}}};
  EXPECT_EQ(Table(reach, {}), R"(who sa:shop/a can become
  DECISION  KIND      PRINCIPAL
  allowed   iam-role  arn:aws:iam::1:role/x
    sa:shop/a → web-identity p.json:3 → role x
)");

  PathsAnswer paths;
  paths.from = "p";
  paths.to = "q";
  EXPECT_EQ(Table(paths, {}), "how p becomes q\n  not at all\n");
  paths.paths = {{Decision::kConditional, {Mfa()}, {{{"imds", "p", "q", {}, {}}}}}};
  paths.truncated = true;
  EXPECT_EQ(Table(paths, {}), R"(how p becomes q
  conditional if aws:MultiFactorAuthPresent is true
    p → imds → q
  there are more
)");

  ListAnswer list;
  EXPECT_EQ(Table(list, {}), "none\n");
  list.columns = {"account"};
  list.items = {{"x", "iam-role", {}, {"a.tf", 3, 1, ""}, {"111122223333"}}};
  EXPECT_EQ(Table(list, {}),
            "NAME  KIND      ACCOUNT       FROM\nx     iam-role  111122223333  a.tf:3\n");
}

TEST(PathTest, NamesTheAccountWhereItChanges) {
  const Path path = {{{"assume-role",
                       "arn:aws:sts::111122223333:assumed-role/local/s",
                       "arn:aws:iam::444455556666:role/warehouse/remote",
                       {},
                       Mfa()}}};
  EXPECT_EQ(PathLine(path, false),
            "session local/s → assume-role if aws:MultiFactorAuthPresent is true → role remote "
            "(444455556666)");
}

TEST(PathTest, LongNamesOfUsersAndProvidersAreShort) {
  const Path path = {{{"web-identity",
                       "federated:arn:aws:iam::111122223333:oidc-provider/ci.example#repo:a:main",
                       "arn:aws:iam::111122223333:role/ci",
                       {"p.json", 9, 1, ""},
                       {}},
                      {"access-entry",
                       "arn:aws:iam::111122223333:role/ci",
                       "user:arn:aws:sts::111122223333:assumed-role/ci/{{SessionName}}",
                       {"p.json", 12, 1, ""},
                       {}},
                      {"rbac",
                       "user:arn:aws:sts::111122223333:assumed-role/ci/{{SessionName}}",
                       "ClusterRoleBinding a to ClusterRole a",
                       {"", 0, 0, "ClusterRoleBinding a (built in)"},
                       {}}}};
  EXPECT_EQ(
      PathLine(path, false),
      "federated ci.example#repo:a:main → web-identity p.json:9 → role ci → access-entry "
      "p.json:12 → user:session ci/{{SessionName}} → rbac ClusterRoleBinding a to ClusterRole "
      "a (built in)");
}

TEST(PathTest, NamesFromFilesCannotSteerTheTerminal) {
  WhoAnswer answer;
  Grantee grantee;
  grantee.principal = "user:\x1b]0;evil\x07\u202e";
  grantee.paths = {
      {{{"rbac", grantee.principal, "RoleBinding a\nb", {"f\x1b.yaml", 2, 1, ""}, {}}}}};
  answer.grantees = {grantee};
  answer.hints = {"\x1b[2J"};
  const std::string table = Table(answer, {});
  EXPECT_EQ(table.find('\x1b'), std::string::npos);
  EXPECT_EQ(table.find('\x07'), std::string::npos);
  EXPECT_EQ(table.find("\u202e"), std::string::npos);
  EXPECT_NE(table.find("user:\\x1b]0;evil\\x07\\u202e"), std::string::npos) << table;
  EXPECT_NE(table.find("RoleBinding a\\nb f\\x1b.yaml:2"), std::string::npos) << table;
}

TEST(TableTest, ColourOnlyWhenAsked) {
  EXPECT_EQ(Table(WhoGetsPods(), {}).find('\x1b'), std::string::npos);
  EXPECT_NE(Table(WhoGetsPods(), {.color = true}).find("\x1b[32mallowed\x1b[0m"),
            std::string::npos);
}

}  // namespace
}  // namespace whomay::report

#include "report/json.h"

#include <gtest/gtest.h>

#include "report/json_writer.h"
#include "tests/unit/report/answers.h"

namespace whomay::report {
namespace {

TEST(JsonTest, CanHasTheContractsKeysInTheirOrder) {
  CanAnswer answer = LeaGetsPods();
  answer.paths[0].steps.resize(1);
  answer.paths[0].steps[0].condition = Mfa();
  EXPECT_EQ(Json(answer), R"({
  "schema": "whomay.can/1",
  "world": "after",
  "principal": "arn:aws:iam::111122223333:user/people/lea",
  "permission": {"plane": "kubernetes", "cluster": "shop", "verb": "get", "group": "", "resource": "pods", "subresource": "", "namespace": "shop", "name": ""},
  "decision": "allowed",
  "reason": "",
  "paths": [
    {
      "steps": [
        {"edge": "assume-role", "from": "arn:aws:iam::111122223333:user/people/lea", "to": "arn:aws:iam::111122223333:role/shop-support", "origin": {"file": "plan.json", "line": 1, "column": 70211, "address": "aws_iam_role.support"}, "condition": {"key": "aws:MultiFactorAuthPresent", "operator": "Bool", "values": ["true"], "text": "aws:MultiFactorAuthPresent is true", "chosen_by_caller": false}}
      ]
    }
  ],
  "conditions": [],
  "assumptions": [],
  "incomplete": false,
  "hints": [],
  "notes": []
}
)");
}

TEST(JsonTest, WhyAddsTheGrants) {
  EXPECT_EQ(Json(Denied(), /*why=*/true), R"({
  "schema": "whomay.can/1",
  "world": "after",
  "principal": "user:petra",
  "permission": {"plane": "kubernetes", "cluster": "shop", "verb": "get", "group": "", "resource": "pods", "subresource": "", "namespace": "", "name": ""},
  "decision": "denied",
  "reason": "forbidden",
  "paths": [],
  "conditions": [],
  "assumptions": [
    {"code": "absent", "text": "no Namespace objects of cluster shop among the inputs", "origin": null}
  ],
  "incomplete": true,
  "grants": [
    {"origin": {"file": "manifests/rbac.yaml", "line": 71, "column": 1, "address": "RoleBinding shop/viewers"}, "text": "RoleBinding shop/viewers: get,list,watch pods", "match": "near", "blocked_by": "namespace"}
  ],
  "hints": [
    "allowed in namespace shop"
  ],
  "notes": []
}
)");
}

struct PermissionCase {
  const char* what;
  Permission permission;
  const char* json;
};

Permission Url() {
  Permission permission;
  permission.cluster = "shop";
  permission.verb = "get";
  permission.url = "/metrics";
  return permission;
}

Permission Anywhere() {
  Permission permission = ReadOrders();
  permission.resource_arn.reset();
  permission.any = true;
  return permission;
}

TEST(JsonTest, PermissionsOfEveryPlane) {
  const PermissionCase cases[] = {
      {"AWS with a resource", ReadOrders(),
       R"({"plane": "aws", "action": "s3:GetObject", "resource": "arn:aws:s3:::orders/*"})"},
      {"AWS, no resource asked, any", Anywhere(),
       R"({"plane": "aws", "action": "s3:GetObject", "resource": null, "any": true})"},
      {"a URL", Url(),
       R"({"plane": "kubernetes", "cluster": "shop", "verb": "get", "url": "/metrics"})"},
  };
  for (const PermissionCase& c : cases) {
    CanAnswer answer;
    answer.permission = c.permission;
    EXPECT_NE(Json(answer).find(std::string("\"permission\": ") + c.json + ",\n"),
              std::string::npos)
        << c.what << '\n'
        << Json(answer);
  }
}

TEST(JsonTest, WhoIsCompleteAndKeepsTheOrder) {
  const std::string json = Json(WhoGetsPods());
  size_t last = 0;
  for (const char* principal :
       {"\"*\"", "role/old\"", "user/people/lea\"", "user/people/mira\"", "\"user:somebody\""}) {
    const size_t at = json.find(principal, last);
    ASSERT_NE(at, std::string::npos) << principal << '\n' << json;
    last = at;
  }
  EXPECT_NE(json.find(R"(      "principal": "*",
      "kind": "hole",
      "decision": "unknown",
      "direct": false,
      "paths": [],
      "conditions": [],
      "reason": "hole",
      "origin": {"file": "plan.json", "line": 1, "column": 90400, "address": "kubernetes_config_map.aws_auth"},)"),
            std::string::npos)
      << json;
}

TEST(JsonTest, WhatWhoamiReachPathsList) {
  WhatAnswer what;
  what.principal = "user:petra";
  what.kubernetes = {{"shop",
                      "*",
                      "user:petra",
                      {{{"get"}, {""}, {"pods"}, {}, {}, Decision::kAllowed, {}, "x"}}}};
  what.aws = {
      {"arn:aws:iam::1:role/x", {"s3:*"}, {"*"}, Decision::kConditional, {Mfa()}, {}, false}};
  EXPECT_EQ(Json(what), R"({
  "schema": "whomay.what/1",
  "world": "after",
  "principal": "user:petra",
  "kubernetes": [
    {
      "cluster": "shop",
      "namespace": "*",
      "as": "user:petra",
      "rules": [
        {"verbs": ["get"], "groups": [""], "resources": ["pods"], "names": [], "urls": [], "decision": "allowed", "origin": null, "through": "x"}
      ]
    }
  ],
  "aws": [
    {
      "as": "arn:aws:iam::1:role/x",
      "actions": ["s3:*"],
      "resources": ["*"],
      "decision": "conditional",
      "conditions": [
        {"key": "aws:MultiFactorAuthPresent", "operator": "Bool", "values": ["true"], "text": "aws:MultiFactorAuthPresent is true", "chosen_by_caller": false}
      ],
      "origin": null,
      "deny": false
    }
  ],
  "assumptions": [],
  "incomplete": false,
  "notes": []
}
)");

  WhoamiAnswer whoami;
  whoami.principal = "p";
  whoami.kubernetes = {
      {"shop", "yes", "UserTwo", {"eks-default", "system:authenticated"}, {}, "aws-auth", ""}};
  whoami.aws = {{"arn:aws:iam::1:role/x", Decision::kAllowed, "assume-role", {}, {}}};
  EXPECT_EQ(Json(whoami), R"({
  "schema": "whomay.whoami/1",
  "principal": "p",
  "kubernetes": [
    {"cluster": "shop", "authenticated": "yes", "username": "UserTwo", "groups": ["eks-default", "system:authenticated"], "origin": null, "via": "aws-auth", "reason": ""}
  ],
  "aws": [
    {"principal": "arn:aws:iam::1:role/x", "decision": "allowed", "edge": "assume-role", "origin": null, "conditions": []}
  ],
  "world": "after",
  "assumptions": [],
  "incomplete": false,
  "notes": []
}
)");

  ReachAnswer reach;
  reach.principal = "p";
  reach.identities = {{"q", "iam-role", Decision::kUnknown, "hole", {}, {}}};
  EXPECT_EQ(Json(reach), R"({
  "schema": "whomay.reach/1",
  "principal": "p",
  "identities": [
    {
      "principal": "q",
      "decision": "unknown",
      "path": {
        "steps": []
      },
      "kind": "iam-role",
      "reason": "hole",
      "conditions": []
    }
  ],
  "world": "after",
  "assumptions": [],
  "incomplete": false,
  "notes": []
}
)");

  PathsAnswer paths;
  paths.from = "p";
  paths.to = "q";
  paths.paths = {{Decision::kAllowed, {}, {{{"imds", "p", "q", {}, {}}}}}};
  paths.truncated = true;
  EXPECT_EQ(Json(paths), R"({
  "schema": "whomay.paths/1",
  "from": "p",
  "to": "q",
  "paths": [
    {
      "steps": [
        {"edge": "imds", "from": "p", "to": "q", "origin": null, "condition": null}
      ],
      "decision": "allowed",
      "conditions": []
    }
  ],
  "truncated": true,
  "world": "after",
  "incomplete": false,
  "notes": []
}
)");

  ListAnswer list;
  list.what = "principals";
  list.columns = {"account"};
  list.items = {{"x", "iam-role", {}, {"a.tf", 3, 1, ""}, {"111122223333"}},
                {"y", "k8s-user", "shop", {}, {}}};
  EXPECT_EQ(Json(list), R"({
  "schema": "whomay.list/1",
  "what": "principals",
  "items": [
    {"name": "x", "kind": "iam-role", "cluster": null, "origin": {"file": "a.tf", "line": 3, "column": 1, "address": ""}, "fields": {"account": "111122223333"}},
    {"name": "y", "kind": "k8s-user", "cluster": "shop", "origin": null, "fields": {"account": ""}}
  ],
  "incomplete": false,
  "notes": []
}
)");
}

struct TextCase {
  std::string_view text;
  std::string_view json;
};

// Whatever bytes a name holds, the output is JSON: the table is RFC 8259's, the bad UTF-8
// Unicode's.
TEST(JsonWriterTest, EscapesWhatJsonCannotHold) {
  using std::string_view_literals::operator""sv;
  const TextCase cases[] = {
      {"plain/text", "plain/text"},
      {"a\"b\\c", R"(a\"b\\c)"},
      {"\b\f\n\r\t", R"(\b\f\n\r\t)"},
      {"\0\x1f\x7f"sv, R"(\u0000\u001f\u007f)"},
      {"größe → 🙂", "größe → 🙂"},
      {"\xff", "\xEF\xBF\xBD"},
      {"\xc0\xaf", "\xEF\xBF\xBD\xEF\xBF\xBD"},                                  // overlong
      {"\xed\xa0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},                  // surrogate
      {"\xf4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},  // above U+10FFFF
      {"cut \xe2\x86", "cut \xEF\xBF\xBD\xEF\xBF\xBD"},
  };
  for (const TextCase& c : cases) {
    JsonWriter json;
    json.String(c.text);
    EXPECT_EQ(std::move(json).Take(), '"' + std::string(c.json) + "\"\n");
  }
}

}  // namespace
}  // namespace whomay::report

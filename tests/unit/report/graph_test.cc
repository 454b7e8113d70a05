#include "report/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "report/csv.h"

namespace whomay::report {
namespace {

using testing::HasSubstr;
using testing::Not;

// A name as a stranger would write it.
constexpr char kHostile[] = "user:\"x\" -->|</script><script>alert(1)</script>\\\n&";

GraphAnswer Small() {
  GraphAnswer graph;
  graph.nodes = {{"arn:aws:iam::111122223333:role/app", "iam-role", ""},
                 {kHostile, "k8s-user", "shop"}};
  GraphAnswer::Edge edge;
  edge.from = graph.nodes[0].name;
  edge.to = kHostile;
  edge.edge = "aws-auth";
  edge.decision = Decision::kConditional;
  edge.conditions = {{"aws:MultiFactorAuthPresent", "Bool", {"true"}, "MFA is <true>", false}};
  edge.origin = {"auth.yaml", 12, 3, "", "", 0};
  graph.edges = {edge};
  return graph;
}

TEST(Graph, Dot) {
  const std::string dot = Dot(Small());
  EXPECT_THAT(dot,
              HasSubstr("\"arn:aws:iam::111122223333:role/app\" [label=\"role app\", shape=box"));
  EXPECT_THAT(dot,
              HasSubstr("[label=\"aws-auth\", style=dashed, tooltip=\"auth.yaml:12, if MFA is"));
  EXPECT_THAT(dot, HasSubstr("user:\\\"x\\\" -->"));
  EXPECT_THAT(dot, HasSubstr("\\\\n&\""));  // the newline is written out, its backslash escaped
}

TEST(Graph, Mermaid) {
  const std::string mermaid = Mermaid(Small());
  EXPECT_THAT(mermaid, HasSubstr("flowchart LR\n  n0[\"role app\"]\n"));
  EXPECT_THAT(mermaid, HasSubstr("n0 -.->|\"aws-auth\"| n1\n"));
  EXPECT_THAT(mermaid, Not(HasSubstr("<script>")));
  EXPECT_THAT(mermaid, HasSubstr("user:#34;x#34; --#62;#124;"));
}

// Pictures leave out what every caller is, where nothing comes of it; programs get it.
TEST(Graph, GroupsOfEverybody) {
  GraphAnswer graph;
  const auto edge = [&](const std::string& from, const std::string& kind, const std::string& to) {
    graph.edges.push_back({from, to, kind, Decision::kAllowed, {}, {}});
  };
  edge("sa:a/b", "member-of", "group:system:authenticated");
  edge("sa:a/b", "member-of", "group:system:serviceaccounts:a@blue");
  edge("sa:a/b", "member-of", "group:system:serviceaccounts");
  edge("sa:a/b", "web-identity", "role:x");
  edge("user:u", "member-of", "group:system:authenticated-not");
  edge("group:system:serviceaccounts", "escalate:exec", "sa:c/d");
  std::set<std::string> names;
  for (const auto& one : graph.edges) {
    names.insert({one.from, one.to});
  }
  for (const std::string& name : names) {
    graph.nodes.push_back({name, "", ""});
  }
  for (const auto& picture : {Dot, Mermaid, Html}) {
    const std::string text = picture(graph);
    EXPECT_THAT(text, Not(HasSubstr("system:serviceaccounts:a")));
    EXPECT_THAT(text, Not(testing::ContainsRegex("system:authenticated[^-]")));
    EXPECT_THAT(text, HasSubstr("system:authenticated-not"));
    EXPECT_THAT(text, HasSubstr("sa:c/d"));  // something comes of that group
  }
  for (const auto& document : {GraphMl, Cytoscape}) {
    EXPECT_THAT(document(graph), HasSubstr("system:serviceaccounts:a@blue"));
  }
}

TEST(Graph, MermaidSaysWhatItLeavesOut) {
  GraphAnswer graph;
  for (int i = 0; i < 700; ++i) {
    graph.nodes.push_back({"n" + std::to_string(i), "", ""});
    graph.edges.push_back({"n0", "n" + std::to_string(i), "e", Decision::kAllowed, {}, {}});
  }
  const std::string text = Mermaid(graph);
  EXPECT_LT(text.size(), 50'000u);
  EXPECT_THAT(text, HasSubstr("and 201 ways more"));
}

TEST(Graph, GraphMl) {
  const std::string xml = GraphMl(Small());
  EXPECT_THAT(xml, HasSubstr("<edge source=\"n0\" target=\"n1\">"));
  EXPECT_THAT(xml, HasSubstr("<data key=\"condition\">if MFA is &lt;true&gt;</data>"));
  EXPECT_THAT(xml, HasSubstr("user:&quot;x&quot; --&gt;|&lt;/script&gt;"));
}

TEST(Graph, HtmlHoldsNamesAsDataOnly) {
  const std::string html = Html(Small());
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(html, HasSubstr("\\u003c/script>\\u003cscript>alert(1)"));
  EXPECT_THAT(html, Not(HasSubstr("src=")));  // nothing is fetched
  EXPECT_THAT(html, Not(HasSubstr("href=")));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
}

TEST(Graph, Json) {
  const std::string json = Json(Small());
  EXPECT_THAT(json, HasSubstr("\"schema\": \"whomay.graph/1\""));
  EXPECT_THAT(json, HasSubstr("\"decision\": \"conditional\""));
  EXPECT_THAT(json, HasSubstr("\"line\": 12"));
}

TEST(Graph, PathsOfAnAnswerAreJoined) {
  WhoAnswer answer;
  answer.permission.plane = Permission::Plane::kAws;
  answer.permission.action = "s3:GetObject";
  const Step assume = {"assume-role", "arn:aws:iam::1:user/a", "arn:aws:iam::1:role/r", {}, {}};
  const Step grant = {"identity-policy", "arn:aws:iam::1:role/r", "policy p", {}, {}};
  Grantee role, user;
  role.principal = "arn:aws:iam::1:role/r";
  role.kind = "iam-role";
  role.paths = {{{grant}}};
  user.principal = "arn:aws:iam::1:user/a";
  user.kind = "iam-user";
  user.paths = {{{assume, grant}}};
  answer.grantees = {role, user};
  const GraphAnswer graph = ToGraph(answer);
  ASSERT_EQ(graph.nodes.size(), 3u);  // the role once, and the permission
  EXPECT_EQ(graph.nodes[0].kind, "iam-role");
  EXPECT_EQ(graph.nodes[1].kind, "iam-user");
  EXPECT_EQ(graph.nodes[2].name, "s3:GetObject");
  EXPECT_EQ(graph.nodes[2].kind, "permission");
  ASSERT_EQ(graph.edges.size(), 2u);
  EXPECT_EQ(graph.edges[0].to, "s3:GetObject");
}

TEST(Csv, QuotesAndFormulas) {
  ListAnswer answer;
  answer.columns = {"role", "subjects"};
  ListAnswer::Item item;
  item.name = "=cmd|' /C calc'!A0";
  item.kind = "a \"b\", c";
  item.origin = {"x.yaml", 3, 1, "Role a/b", "", 0};
  item.fields = {"r"};  // one is missing: its cell is empty
  answer.items = {item};
  EXPECT_EQ(Csv(answer),
            "name,kind,cluster,file,line,address,role,subjects\r\n"
            "'=cmd|' /C calc'!A0,\"a \"\"b\"\", c\",,x.yaml,3,Role a/b,r,\r\n");
}

TEST(Csv, Matrix) {
  MatrixAnswer answer;
  answer.cluster = "shop";
  answer.verbs = {"get", "bind"};
  MatrixAnswer::Resource resource;
  resource.group = "apps";
  resource.resource = "deployments";
  resource.subresource = "scale";
  resource.rows = {{"user:a", "k8s-user", {Decision::kUnknown, std::nullopt}}};
  answer.resources = {resource};
  EXPECT_EQ(Csv(answer),
            "cluster,resource,name,principal,kind,get,bind\r\n"
            "shop,deployments.apps/scale,,user:a,k8s-user,unknown,\r\n");
}

}  // namespace
}  // namespace whomay::report

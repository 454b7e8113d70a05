// What `terraform graph` prints, as text and as what stands behind locals. The graphs' form is that
// of terraform 1.11 (-plan=FILE, -type=plan, and without a flag).
#include "ingest/terraform/dependency_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ingest/terraform/reading_fixture.h"

namespace whomay::ingest {
namespace {

using terraform::DependencyGraph;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// `terraform graph -plan=FILE` of edges "a -> b", a line each; nodes of resources besides.
std::string PlanGraph(const std::vector<std::string>& nodes,
                      const std::vector<std::pair<std::string, std::string>>& edges) {
  const auto quoted = [](const std::string& name) {
    std::string text = "\"[root] ";
    for (const char c : name) {
      text += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    }
    return text + "\"";
  };
  std::string text =
      "digraph {\n\tcompound = \"true\"\n\tnewrank = \"true\"\n\tsubgraph \"root\" {\n";
  for (const std::string& node : nodes) {
    text += "\t\t" + quoted(node) + " [label = \"x\", shape = \"box\"]\n";
  }
  for (const auto& [from, to] : edges) {
    text += "\t\t" + quoted(from) + " -> " + quoted(to) + "\n";
  }
  return text + "\t}\n}\n";
}

DependencyGraph ReadGraph(const std::string& text) {
  source::Diagnostics diagnostics;
  DependencyGraph graph = DependencyGraph::Read({}, text, diagnostics);
  EXPECT_TRUE(diagnostics.all().empty());
  return graph;
}

TEST(DependencyGraph, BehindLocals) {
  const DependencyGraph graph = ReadGraph(
      PlanGraph({"aws_iam_role.a", "aws_iam_role.a (expand)", "aws_iam_role.b[\"k.1\"]",
                 "aws_iam_role.b (expand)", "module.m[\"x\"].aws_iam_role.c"},
                {{"local.direct (expand)", "aws_iam_role.a"},
                 {"local.keyed (expand)", "aws_iam_role.b[\"k.1\"]"},
                 {"aws_iam_role.b[\"k.1\"]", "aws_iam_role.b (expand)"},
                 {"local.other (expand)", "local.direct (expand)"},
                 // Reduced: whether it names a too is not to be seen.
                 {"local.reduced (expand)", "aws_iam_role.d"},
                 {"aws_iam_role.d", "aws_iam_role.d (expand)"},
                 {"aws_iam_role.d (expand)", "aws_iam_role.a"},
                 {"aws_iam_role.a", "aws_iam_role.a (expand)"},
                 {"aws_iam_role.a (expand)", "provider[\"registry.terraform.io/hashicorp/aws\"]"},
                 {"local.output (expand)", "module.m.output.arn (expand)"},
                 {"module.m.output.arn (expand)", "module.m[\"x\"].aws_iam_role.c"},
                 {"module.m[\"x\"].aws_iam_role.c", "module.m.aws_iam_role.c (expand)"},
                 {"module.m.aws_iam_role.c (expand)", "module.m.local.name (expand)"},
                 {"module.m.local.name (expand)", "module.m.var.name (expand, reference)"},
                 {"module.m.var.name (expand, reference)", "data.aws_iam_role.given (expand)"},
                 {"module.m (close)", "aws_iam_role.a"}}));
  const struct {
    const char* module;
    const char* node;
    std::vector<std::string> behind;
  } cases[] = {
      {"", "local.direct", {"aws_iam_role.a"}},
      {"", "local.keyed", {"aws_iam_role.b[\"k.1\"]"}},
      {"", "local.other", {"aws_iam_role.a"}},
      {"", "local.reduced", {"aws_iam_role.a", "aws_iam_role.d"}},
      // What lies in the other module the root cannot name; that it may name itself.
      {"", "local.output", {"data.aws_iam_role.given", "module.m.arn"}},
      {"module.m", "local.name", {"var.name"}},
      {"module.n", "local.name", {}},
      {"", "local.none", {}},
  };
  for (const auto& one : cases) {
    bool gave_up = false;
    EXPECT_EQ(graph.Behind(one.module, one.node, &gave_up), one.behind) << one.node;
    EXPECT_FALSE(gave_up);
  }
  EXPECT_TRUE(graph.HasResource("module.m", "aws_iam_role.c"));
  EXPECT_FALSE(graph.HasResource("", "aws_iam_role.c"));
  EXPECT_TRUE(graph.HasInstance("aws_iam_role.b[\"k.1\"]"));
  EXPECT_FALSE(graph.HasInstance("aws_iam_role.b[\"k\"]"));
}

TEST(DependencyGraph, OfResourcesOnly) {
  const DependencyGraph graph = ReadGraph(
      "digraph G {\n  rankdir = \"RL\";\n  node [shape = rect, fontname = \"sans-serif\"];\n"
      "  \"aws_iam_role.a\" [label=\"aws_iam_role.a\"];\n"
      "  subgraph \"cluster_module.m\" {\n    label = \"module.m\"\n"
      "    \"module.m.aws_iam_role.b\" [label=\"aws_iam_role.b\"];\n  }\n"
      "  \"aws_iam_role.a\" -> \"module.m.aws_iam_role.b\";\n}\n");
  EXPECT_FALSE(graph.has_locals());
  bool gave_up = false;
  EXPECT_THAT(graph.Resources("", "aws_iam_role.a", &gave_up),
              ElementsAre("module.m.aws_iam_role.b"));
}

TEST(DependencyGraph, OtherGraphsAndBrokenOnes) {
  source::Diagnostics diagnostics;
  EXPECT_FALSE(DependencyGraph::Read({}, "digraph { a -> b }", diagnostics).is_terraform());
  EXPECT_FALSE(DependencyGraph::Read({}, "digraph", diagnostics).is_terraform());
  EXPECT_THAT(diagnostics.all(), IsEmpty());
  const DependencyGraph broken = DependencyGraph::Read(
      {}, "digraph { \"aws_iam_role.a\" -> \"local.b\" \"unclosed", diagnostics);
  EXPECT_TRUE(broken.is_terraform());
  ASSERT_THAT(diagnostics.all(), testing::SizeIs(1));
  EXPECT_EQ(diagnostics.all()[0].code, "terraform.graph");
  EXPECT_TRUE(diagnostics.incomplete());
  for (const auto& [text, looks] :
       {std::pair("digraph {", true), std::pair("\xEF\xBB\xBF\n strict digraph G{", true),
        std::pair("digraphs", false), std::pair("graph {", false), std::pair("", false)}) {
    EXPECT_EQ(DependencyGraph::LooksLike(text), looks) << text;
  }
}

// A plan whose attachment takes its role from a local.
std::string PlanThroughLocal() {
  return Plan(
      Create("aws_iam_role.a", "aws_iam_role", R"({"name":"ra"})", R"({"arn":true,"id":true})") +
          "," +
          Create("aws_iam_role.b", "aws_iam_role", R"({"name":"rb"})",
                 R"({"arn":true,"id":true})") +
          "," +
          Create("aws_iam_role_policy_attachment.x", "aws_iam_role_policy_attachment",
                 R"({"policy_arn":"p"})", R"({"role":true})"),
      R"({"resources":[{"address":"aws_iam_role.a","provider_config_key":"aws"},)"
      R"({"address":"aws_iam_role.b","provider_config_key":"aws"},)"
      R"({"address":"aws_iam_role_policy_attachment.x","provider_config_key":"aws",)"
      R"("expressions":{"role":{"references":["local.role"]}}}]})");
}

const std::vector<std::string> kNodes = {"aws_iam_role.a", "aws_iam_role.b",
                                         "aws_iam_role_policy_attachment.x",
                                         "aws_iam_role_policy_attachment.x (expand)"};

TEST(DependencyGraph, LocalsOfPlans) {
  const std::string kPrefix = "after: attach p to ";
  const std::string kArn = "arn:aws:iam::<account of provider aws>:role/";
  const struct {
    const char* what;
    std::string graph;
    std::string line;
    bool used;
  } cases[] = {
      {"one role behind it", PlanGraph(kNodes, {{"local.role (expand)", "aws_iam_role.a"}}),
       kPrefix + kArn + "ra", true},
      {"two",
       PlanGraph(kNodes, {{"local.role (expand)", "aws_iam_role.a"},
                          {"local.role (expand)", "aws_iam_role.b"}}),
       kPrefix + "<one of " + kArn + "ra " + kArn + "rb>", true},
      {"a text of other things", PlanGraph(kNodes, {{"local.role (expand)", "random_id.x"}}),
       kPrefix + "<?aws_iam_role_policy_attachment.x.role>", true},
      {"of another plan: a resource is missing",
       PlanGraph({"aws_iam_role.a", "aws_iam_role_policy_attachment.x"},
                 {{"local.role (expand)", "aws_iam_role.a"}}),
       kPrefix + "<?aws_iam_role_policy_attachment.x.role>", false},
      {"resources only",
       R"(digraph G { "aws_iam_role.a"; "aws_iam_role.b"; "aws_iam_role_policy_attachment.x" -> "aws_iam_role.b"; })",
       kPrefix + kArn + "rb", true},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    DependencyGraph graph = ReadGraph(one.graph);
    TerraformOptions options;
    options.graphs = {&graph};
    ReadResult result;
    ReadText(PlanThroughLocal(), result, options);
    EXPECT_THAT(result.Of("aws_iam_role_policy_attachment.x"), ElementsAre(one.line));
    EXPECT_EQ(graph.used, one.used);
  }
}

TEST(DependencyGraph, WithoutOneTheHoleNamesCandidates) {
  ReadResult result;
  ReadText(PlanThroughLocal(), result);
  const facts::HoleId hole = facts::WholeHole(result.facts.attachments[0].target.arn);
  ASSERT_NE(hole, facts::HoleId::kNone);
  EXPECT_THAT(std::string(result.facts.holes[hole].why),
              HasSubstr("there are aws_iam_role.a, aws_iam_role.b"));
  // What the plan says has no influence is none.
  std::string plan = PlanThroughLocal();
  plan.insert(plan.size() - 1,
              R"(,"relevant_attributes":[{"resource":"aws_iam_role.b","attribute":["arn"]}])");
  ReadResult relevant;
  ReadText(plan, relevant);
  EXPECT_THAT(
      std::string(
          relevant.facts.holes[facts::WholeHole(relevant.facts.attachments[0].target.arn)].why),
      HasSubstr("there is aws_iam_role.b"));
}

TEST(DependencyGraph, OfTerraformItself) {
  const std::string text =
      SharedFile("corpus/terraform/_generated+terraform-1.11.4/refs_modules.plan.dot");
  const std::string resources =
      SharedFile("corpus/terraform/_generated+terraform-1.11.4/refs_modules.dot");
  if (text.empty() || resources.empty()) {
    return;
  }
  bool gave_up = false;
  const DependencyGraph graph = ReadGraph(text);
  EXPECT_THAT(graph.Behind("", "local.role_id", &gave_up), ElementsAre("terraform_data.role"));
  EXPECT_THAT(graph.Behind("", "local.role_map", &gave_up),
              ElementsAre("terraform_data.many[\"a\"]", "terraform_data.many[\"b\"]", "var.names"));
  EXPECT_THAT(graph.Behind("module.m", "local.rid", &gave_up), ElementsAre("var.parent"));
  const DependencyGraph plain = ReadGraph(resources);
  EXPECT_FALSE(plain.has_locals());
  EXPECT_THAT(plain.Resources("", "terraform_data.r_local", &gave_up),
              ElementsAre("terraform_data.role"));
}

}  // namespace
}  // namespace whomay::ingest

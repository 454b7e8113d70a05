// Aggregated ClusterRoles.
#include "tests/unit/rbac/world.h"

namespace whomay::rbac {
namespace {

std::string Rule(std::string_view verb) {
  return Concat({R"([{"verbs":[")", verb, R"("],"apiGroups":[""],"resources":["pods"]}])"});
}

std::string Aggregating(std::string_view name, std::string_view label_selectors,
                        std::string_view rules, std::string_view labels = "{}") {
  return Concat(
      {R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":")",
       name, R"(","labels":)", labels, R"(},"aggregationRule":{"clusterRoleSelectors":)",
       label_selectors, R"(},"rules":)", rules, "}"});
}

std::string Labelled(std::string_view name, std::string_view rules, std::string_view labels) {
  return ClusterRole(name, rules, Concat({R"("labels":)", labels}));
}

Tri May(World& world, std::string_view verb) {
  return world.policy().Authorize(Alice(), Ask(Concat({verb, " pods"}))).allowed;
}

TEST(Aggregation, FillsInAtAnyDepthAndReplacesOwnRules) {
  World world({Aggregating("admin", R"([{"matchLabels":{"to":"admin"}}])", Rule("own")),
               Aggregating("edit", R"([{"matchLabels":{"to":"edit"}}])", "[]", R"({"to":"admin"})"),
               Labelled("leaf", Rule("get"), R"({"to":"edit"})"),
               ClusterBinding("b", kAlice, "admin")});
  EXPECT_EQ(May(world, "get"), Tri::kTrue);
  EXPECT_EQ(May(world, "own"), Tri::kFalse);
  const RoleRules rules = world.policy().rules(0);
  ASSERT_EQ(rules.rules.size(), 1u);
  EXPECT_EQ(rules.rules[0].role, 2u);  // written in the leaf
}

TEST(Aggregation, KeepsOwnRulesWhereNothingIsFound) {
  World world({Aggregating("a", R"([{"matchLabels":{"to":"a"}}])", Rule("own")),
               Labelled("empty", "[]", R"({"to":"a"})"), ClusterBinding("b", kAlice, "a")});
  EXPECT_EQ(May(world, "own"), Tri::kTrue);
}

TEST(Aggregation, Selectors) {
  struct {
    std::string_view selectors;
    std::string_view labels;
    bool selected;
  } const cases[] = {
      {R"([{"matchLabels":{"x":"1"}}])", R"({"x":"1"})", true},
      {R"([{"matchLabels":{"x":"1","y":"1"}}])", R"({"x":"1"})", false},
      {R"([{"matchLabels":{"z":"1"}},{"matchLabels":{"x":"1"}}])", R"({"x":"1"})", true},
      {R"([{}])", R"({})", true},
      {R"([{"matchExpressions":[{"key":"x","operator":"In","values":["2","1"]}]}])", R"({"x":"1"})",
       true},
      {R"([{"matchExpressions":[{"key":"x","operator":"NotIn","values":["1"]}]}])", R"({"x":"1"})",
       false},
      {R"([{"matchExpressions":[{"key":"x","operator":"NotIn","values":["1"]}]}])", R"({})", true},
      {R"([{"matchExpressions":[{"key":"x","operator":"Exists"}]}])", R"({"x":""})", true},
      {R"([{"matchExpressions":[{"key":"x","operator":"DoesNotExist"}]}])", R"({"x":""})", false},
      {R"([{"matchLabels":{"x":"1"},"matchExpressions":[{"key":"y","operator":"Exists"}]}])",
       R"({"x":"1"})", false},
      // One malformed selector ends it all.
      {R"([{"matchLabels":{"x":"1"}},{"matchExpressions":[{"key":"y","operator":"in","values":["1"]}]}])",
       R"({"x":"1"})", false},
      {R"([{"matchLabels":{"x":"1"}},{"matchLabels":{"a/b/c":"1"}}])", R"({"x":"1"})", false},
  };
  for (const auto& c : cases) {
    World world({Aggregating("a", c.selectors, "[]"), Labelled("leaf", Rule("get"), c.labels),
                 ClusterBinding("b", kAlice, "a")});
    world.count_refused = true;
    EXPECT_EQ(May(world, "get"), ToTri(c.selected)) << c.selectors << c.labels;
  }
}

TEST(Aggregation, CycleWithoutOwnRulesIsSettled) {
  World world({Aggregating("a", R"([{"matchLabels":{"to":"a"}}])", "[]", R"({"to":"b"})"),
               Aggregating("b", R"([{"matchLabels":{"to":"b"}}])", "[]", R"({"to":"a"})"),
               Labelled("leaf", Rule("get"), R"({"to":"b"})"), ClusterBinding("x", kAlice, "a")});
  EXPECT_EQ(May(world, "get"), Tri::kTrue);
  EXPECT_EQ(world.policy().rules(0).unknown, Unknown::kNo);
}

TEST(Aggregation, CycleWithOwnRulesIsNotDetermined) {
  World world({Aggregating("a", R"([{"matchLabels":{"to":"a"}}])", Rule("x"), R"({"to":"b"})"),
               Aggregating("b", R"([{"matchLabels":{"to":"b"}}])", Rule("y"), R"({"to":"a"})"),
               Labelled("leaf", Rule("get"), R"({"to":"b"})"),
               Aggregating("top", R"([{"matchLabels":{"to":"b"}}])", Rule("own")),
               ClusterBinding("x", kAlice, "top")});
  EXPECT_EQ(May(world, "get"), Tri::kTrue);  // comes from outside of the cycle
  EXPECT_EQ(May(world, "x"), Tri::kUnknown);
  EXPECT_EQ(May(world, "list"), Tri::kFalse);
  const Decision decision = world.policy().Authorize(Alice(), Ask("y pods"));
  EXPECT_EQ(decision.allowed, Tri::kUnknown);
  EXPECT_EQ(decision.unknown, Unknown::kUndetermined);
  EXPECT_EQ(decision.hole, facts::HoleId::kNone);
  // `who` says the same of the same.
  const std::vector<Grantee> grantees =
      world.policy().Grantees(world.policy().Resolve(Ask("y pods")));
  ASSERT_EQ(grantees.size(), 2u);
  EXPECT_EQ(grantees[1].name, "alice");
  EXPECT_EQ(grantees[1].decision.allowed, Tri::kUnknown);
}

// Rules of roles in a cycle are handed on or lost, as the order of syncs has it.
TEST(Aggregation, CycleIsJudgedOverAllOrders) {
  const auto pods = [](std::string_view name, std::string_view selected_by,
                       std::string_view rules) {
    return Aggregating(name, Concat({R"([{"matchLabels":{"to-)", name, R"(":"1"}}])"}), rules,
                       selected_by);
  };
  // Each selects the next, c selects a; b starts without rules.
  World world({pods("a", R"({"to-c":"1"})", Rule("x")), pods("b", R"({"to-a":"1"})", "[]"),
               pods("c", R"({"to-b":"1"})", Rule("y")), ClusterBinding("z", kAlice, "b")});
  EXPECT_EQ(May(world, "x"), Tri::kUnknown);
  EXPECT_EQ(May(world, "y"), Tri::kUnknown);
  EXPECT_EQ(May(world, "z"), Tri::kFalse);
  // Where all have the rule, or nobody else has any, no order loses it.
  World same({pods("a", R"({"to-b":"1"})", Rule("x")), pods("b", R"({"to-a":"1"})", Rule("x")),
              pods("d", R"({"to-e":"1"})", Rule("y")), pods("e", R"({"to-d":"1"})", "[]"),
              ClusterBinding("z", kAlice, "b"), ClusterBinding("w", kAlice, "e")});
  EXPECT_EQ(May(same, "x"), Tri::kTrue);
  EXPECT_EQ(May(same, "y"), Tri::kTrue);
}

// Thousands of roles that select everything: bounded work, and what was not worked out is unknown.
TEST(Aggregation, HasALimit) {
  std::vector<std::string> objects;
  for (int i = 0; i < 2'500; ++i) {
    const std::string number = std::to_string(i);
    objects.push_back(Aggregating(Concat({"r", number}), "[{}]", Rule(Concat({"v", number}))));
  }
  objects.push_back(ClusterBinding("x", kAlice, "r77"));
  objects.push_back(ClusterRole("plain", Rule("get")));
  objects.push_back(ClusterBinding("y", kAlice, "plain"));
  World world(objects);
  const Decision decision = world.policy().Authorize(Alice(), Ask("v5 pods"));
  EXPECT_EQ(decision.allowed, Tri::kUnknown);
  EXPECT_EQ(decision.unknown, Unknown::kLimit);
  EXPECT_EQ(May(world, "get"), Tri::kTrue);
}

TEST(Aggregation, UnknownLabelMakesTheMemberPossible) {
  World world({Aggregating("a", R"([{"matchLabels":{"to":"a"}}])", Rule("own")),
               Labelled("leaf", Rule("get"), R"({"to":"b"})"), ClusterBinding("x", kAlice, "a")});
  world.role("leaf").labels[0].second = world.Hole(facts::Hole::Kind::kOpen, "var.label");
  world.Rebuild();
  const Decision get = world.policy().Authorize(Alice(), Ask("get pods"));
  EXPECT_EQ(get.allowed, Tri::kUnknown);
  EXPECT_EQ(get.unknown, Unknown::kHole);
  EXPECT_NE(get.hole, facts::HoleId::kNone);
  EXPECT_EQ(May(world, "own"), Tri::kUnknown);
  EXPECT_EQ(May(world, "list"), Tri::kFalse);
}

TEST(Aggregation, MemberWithUnknownRulesMakesAllUnknown) {
  World world({Aggregating("a", R"([{"matchLabels":{"to":"a"}}])", "[]"),
               Labelled("leaf", Rule("get"), R"({"to":"a"})"), ClusterBinding("x", kAlice, "a")});
  facts::Hole hole;
  world.role("leaf").rules_open = world.facts.holes.Add(hole);
  world.Rebuild();
  EXPECT_EQ(May(world, "get"), Tri::kTrue);
  EXPECT_EQ(May(world, "anything"), Tri::kUnknown);
}

}  // namespace
}  // namespace whomay::rbac

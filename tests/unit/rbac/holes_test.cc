// What is not known until apply is decided unknown, with the hole, and nothing else is.
#include "tests/unit/rbac/world.h"

namespace whomay::rbac {
namespace {

using facts::Hole;

constexpr std::string_view kGetPods =
    R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}])";

World OneBinding() {
  return World({ClusterRole("r", kGetPods), Binding("shop", "b", kAlice, "ClusterRole", "r")});
}

Decision Decide(World& world, const Identity& identity, std::string_view request) {
  world.Rebuild();
  const Decision decision = world.policy().Authorize(identity, Ask(request));
  // A decision that is unknown names what it rests on.
  EXPECT_EQ(decision.allowed == Tri::kUnknown, decision.hole != facts::HoleId::kNone);
  return decision;
}

size_t UnknownRows(World& world, std::string_view request) {
  size_t rows = 0;
  for (const Grantee& grantee : world.policy().Grantees(world.policy().Resolve(Ask(request)))) {
    rows += grantee.decision.allowed == Tri::kUnknown ? 1 : 0;
  }
  return rows;
}

TEST(Holes, RulesNotKnown) {
  World world = OneBinding();
  world.role("r").rules_open = world.facts.holes.Add(Hole());
  EXPECT_EQ(Decide(world, Alice(), "get pods -n shop").allowed, Tri::kTrue);
  EXPECT_EQ(Decide(world, Alice(), "delete nodes -n shop").allowed, Tri::kUnknown);
  EXPECT_EQ(Decide(world, Alice(), "delete nodes -n other").allowed, Tri::kFalse);
  EXPECT_EQ(UnknownRows(world, "delete nodes -n shop"), 1u);
}

TEST(Holes, SubjectsNotKnown) {
  World world = OneBinding();
  world.facts.bindings[0].subjects_open = world.facts.holes.Add(Hole());
  EXPECT_EQ(Decide(world, Alice(), "get pods -n shop").allowed, Tri::kTrue);
  const Identity bob = WithImplicitGroups("bob", {}, false);
  EXPECT_EQ(Decide(world, bob, "get pods -n shop").allowed, Tri::kUnknown);
  EXPECT_EQ(Decide(world, bob, "list pods -n shop").allowed, Tri::kFalse);
  EXPECT_EQ(Decide(world, bob, "get pods").allowed, Tri::kFalse);
  const std::vector<Grantee> grantees =
      world.policy().Grantees(world.policy().Resolve(Ask("get pods -n shop")));
  ASSERT_EQ(grantees.size(), 3u);
  EXPECT_EQ(grantees[2].kind, Grantee::Kind::kAnybody);
}

TEST(Holes, SubjectName) {
  World world = OneBinding();
  world.facts.bindings[0].subjects[0].name = world.Hole(Hole::Kind::kOpen, "x");
  EXPECT_EQ(Decide(world, Alice(), "get pods -n shop").allowed, Tri::kUnknown);
  EXPECT_EQ(Decide(world, Alice(), "list pods -n shop").allowed, Tri::kFalse);
  const std::string_view groups[] = {"dev"};
  world.facts.bindings[0].subjects[0].kind = "Group";
  EXPECT_EQ(Decide(world, WithImplicitGroups("bob", groups, false), "get pods -n shop").allowed,
            Tri::kUnknown);
  EXPECT_EQ(Decide(world, {"nobody", {}}, "get pods -n shop").allowed, Tri::kFalse);
  // A ServiceAccount is called system:serviceaccount:shop:…, whatever the hole comes to.
  world.facts.bindings[0].subjects[0].kind = "ServiceAccount";
  EXPECT_EQ(Decide(world, Alice(), "get pods -n shop").allowed, Tri::kFalse);
  EXPECT_EQ(Decide(world, WithImplicitGroups("system:serviceaccount:shop:x", {}, true),
                   "get pods -n shop")
                .allowed,
            Tri::kUnknown);
  EXPECT_EQ(Decide(world, WithImplicitGroups("system:serviceaccount:other:x", {}, true),
                   "get pods -n shop")
                .allowed,
            Tri::kFalse);
}

TEST(Holes, SubjectIsOneOfTwo) {
  World world = OneBinding();
  world.facts.bindings[0].subjects[0].name =
      world.Hole(Hole::Kind::kChoice, "x", {"alice", "carol"});
  EXPECT_EQ(Decide(world, Alice(), "get pods -n shop").allowed, Tri::kUnknown);
  EXPECT_EQ(Decide(world, {"bob", {}}, "get pods -n shop").allowed, Tri::kFalse);
}

TEST(Holes, IdentityAndSubjectAreTheSameSymbol) {
  World world = OneBinding();
  const facts::Str symbol = world.Hole(Hole::Kind::kSymbol, "aws_iam_role.x.arn");
  const facts::Str other = world.Hole(Hole::Kind::kSymbol, "aws_iam_role.y.arn");
  world.facts.bindings[0].subjects[0].name = symbol;
  EXPECT_EQ(Decide(world, {symbol, {}}, "get pods -n shop").allowed, Tri::kTrue);
  EXPECT_EQ(Decide(world, {other, {}}, "get pods -n shop").allowed, Tri::kFalse);
  EXPECT_EQ(Decide(world, {"alice", {}}, "get pods -n shop").allowed, Tri::kUnknown);
}

TEST(Holes, IdentityMayBeTheSubject) {
  World world = OneBinding();
  const facts::Str open = world.Hole(Hole::Kind::kOpen, "username");
  EXPECT_EQ(Decide(world, {open, {}}, "get pods -n shop").allowed, Tri::kUnknown);
  EXPECT_EQ(Decide(world, {open, {}}, "list pods -n shop").allowed, Tri::kFalse);
  // A group that may be system:masters may do anything.
  EXPECT_EQ(Decide(world, {"bob", {open}}, "list pods -n shop").allowed, Tri::kUnknown);
}

TEST(Holes, NamespaceOfTheBinding) {
  World world = OneBinding();
  world.facts.bindings[0].namespace_name = world.Hole(Hole::Kind::kOpen, "var.namespace");
  EXPECT_EQ(Decide(world, Alice(), "get pods -n shop").allowed, Tri::kUnknown);
  EXPECT_EQ(Decide(world, Alice(), "get pods").allowed, Tri::kFalse);
  EXPECT_EQ(UnknownRows(world, "get pods -n shop"), 1u);
}

TEST(Holes, NamespaceOfTheRequest) {
  World world = OneBinding();
  Request request = Ask("get pods");
  request.namespace_name = world.Hole(Hole::Kind::kOpen, "var.namespace");
  const Decision decision = world.Rebuild().Authorize(Alice(), request);
  EXPECT_EQ(decision.allowed, Tri::kUnknown);
  EXPECT_NE(decision.hole, facts::HoleId::kNone);
}

TEST(Holes, RoleName) {
  World world({ClusterRole("r", kGetPods), ClusterRole("team-a", kGetPods),
               ClusterBinding("b", kAlice, "r")});
  world.facts.bindings[0].role_name =
      world.facts.Keep(Concat({"team-", world.Hole(Hole::Kind::kOpen, "suffix")}));
  EXPECT_EQ(Decide(world, Alice(), "get pods").allowed, Tri::kUnknown);
  EXPECT_EQ(Decide(world, Alice(), "list pods").allowed, Tri::kFalse);
  // No role fits any more.
  world.role("team-a").name = "other";
  EXPECT_EQ(Decide(world, Alice(), "get pods").allowed, Tri::kFalse);
  EXPECT_EQ(world.policy().dangling().size(), 1u);
}

TEST(Holes, NameOfTheRoleItself) {
  World world({ClusterRole("r", kGetPods), ClusterBinding("b", kAlice, "r")});
  world.role("r").name = world.Hole(Hole::Kind::kOpen, "generated");
  EXPECT_EQ(Decide(world, Alice(), "get pods").allowed, Tri::kUnknown);
  // The binding names it by the same hole.
  world.facts.bindings[0].role_name = world.role(world.facts.roles[0].name).name;
  EXPECT_EQ(Decide(world, Alice(), "get pods").allowed, Tri::kTrue);
}

TEST(Holes, TextsOfARule) {
  const auto with = [](auto change) {
    World world({ClusterRole("r", R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods"],
                                       "resourceNames":["x"]}])"),
                 ClusterBinding("b", kAlice, "r")});
    change(world, world.role("r").rules[0]);
    return std::pair(Decide(world, Alice(), "get pods x").allowed,
                     Decide(world, Alice(), "list secrets y").allowed);
  };
  const std::pair unknown(Tri::kUnknown, Tri::kFalse);
  EXPECT_EQ(with([](World& w, facts::PolicyRule& rule) {
              rule.verbs = {w.Hole(Hole::Kind::kOpen, "v")};
            }),
            unknown);
  EXPECT_EQ(with([](World& w, facts::PolicyRule& rule) {
              rule.api_groups = {w.Hole(Hole::Kind::kOpen, "g")};
            }),
            unknown);
  EXPECT_EQ(with([](World& w, facts::PolicyRule& rule) {
              rule.resource_names = {w.Hole(Hole::Kind::kOpen, "n")};
            }),
            unknown);
  EXPECT_EQ(with([](World& w, facts::PolicyRule& rule) {
              rule.resource_names = {"x", w.Hole(Hole::Kind::kOpen, "n")};
            }),
            std::pair(Tri::kTrue, Tri::kFalse));
  EXPECT_EQ(with([](World& w, facts::PolicyRule& rule) {
              rule.resources = {w.Hole(Hole::Kind::kOpen, "r")};
              rule.verbs = {"*"};
              rule.resource_names = {};
            }),
            std::pair(Tri::kUnknown, Tri::kUnknown));
}

}  // namespace
}  // namespace whomay::rbac

// Which rules apply to whom, and where.
#include "tests/unit/rbac/world.h"

namespace whomay::rbac {
namespace {

constexpr std::string_view kGetPods =
    R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods","nodes","namespaces"]},
        {"verbs":["get"],"nonResourceURLs":["/metrics"]}])";
constexpr std::string_view kPodsOnly =
    R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}])";
constexpr std::string_view kAccount = R"([{"kind":"ServiceAccount","name":"x"}])";
constexpr std::string_view kGroup =
    R"([{"kind":"Group","name":"dev","apiGroup":"rbac.authorization.k8s.io"}])";

Tri Decide(World& world, const Identity& identity, std::string_view request) {
  return world.policy().Authorize(identity, Ask(request)).allowed;
}

TEST(Bindings, RoleBindingGrantsInItsNamespaceOnly) {
  World world({ClusterRole("r", kGetPods), Binding("a", "b", kAlice, "ClusterRole", "r")});
  EXPECT_EQ(Decide(world, Alice(), "get pods -n a x"), Tri::kTrue);
  EXPECT_EQ(Decide(world, Alice(), "get pods -n b x"), Tri::kFalse);
  EXPECT_EQ(Decide(world, Alice(), "get pods"), Tri::kFalse);
  EXPECT_EQ(Decide(world, Alice(), "get nodes x"), Tri::kFalse);
  EXPECT_EQ(Decide(world, Alice(), "get namespaces -n a a"), Tri::kTrue);
  EXPECT_EQ(Decide(world, Alice(), "get /metrics"), Tri::kFalse);
}

TEST(Bindings, RoleIsTheOneOfTheBindingsNamespace) {
  World world({NamespacedRole("b", "r", kPodsOnly), Binding("a", "b", kAlice, "Role", "r"),
               ClusterRole("r", kGetPods), Binding("b", "b", kAlice, "Role", "r")});
  EXPECT_EQ(Decide(world, Alice(), "get pods -n a"), Tri::kFalse);
  EXPECT_EQ(Decide(world, Alice(), "get pods -n b"), Tri::kTrue);
  ASSERT_EQ(world.policy().dangling().size(), 1u);
  EXPECT_EQ(world.policy().dangling()[0], 0u);
}

TEST(Bindings, ServiceAccountSubjects) {
  World world({ClusterRole("r", kGetPods), Binding("a", "b", kAccount, "ClusterRole", "r")});
  EXPECT_EQ(
      Decide(world, WithImplicitGroups("system:serviceaccount:a:x", {}, true), "get pods -n a"),
      Tri::kTrue);
  EXPECT_EQ(
      Decide(world, WithImplicitGroups("system:serviceaccount:b:x", {}, true), "get pods -n a"),
      Tri::kFalse);
  // In a ClusterRoleBinding it is nobody, even if the server had stored it.
  World cluster({ClusterRole("r", kGetPods), ClusterBinding("b", kAccount, "r")});
  cluster.count_refused = true;
  EXPECT_EQ(Decide(cluster, WithImplicitGroups("system:serviceaccount:default:x", {}, true),
                   "get pods -n default"),
            Tri::kFalse);
  const std::vector<Grantee> grantees =
      cluster.policy().Grantees(cluster.policy().Resolve(Ask("get pods -n a")));
  EXPECT_EQ(grantees.size(), 1u);
}

TEST(Bindings, GroupsAndMasters) {
  World world({ClusterRole("r", kGetPods), ClusterBinding("b", kGroup, "r")});
  const std::string_view dev[] = {"dev"};
  const std::string_view masters[] = {kMasters};
  const Decision decision =
      world.policy().Authorize(WithImplicitGroups("bob", dev, false), Ask("get pods"));
  EXPECT_EQ(decision.allowed, Tri::kTrue);
  EXPECT_EQ(decision.grant.binding, 0u);
  EXPECT_EQ(decision.grant.subject, 0u);
  EXPECT_EQ(decision.grant.role, 0u);
  EXPECT_EQ(decision.grant.rule, 0u);
  EXPECT_EQ(Decide(world, WithImplicitGroups("dev", {}, false), "get pods"), Tri::kFalse);
  const Decision master = world.policy().Authorize(WithImplicitGroups("root", masters, false),
                                                   Ask("frobnicate everything"));
  EXPECT_EQ(master.allowed, Tri::kTrue);
  EXPECT_TRUE(master.masters);
  EXPECT_EQ(master.grant.binding, kNone);
}

TEST(Bindings, LaterObjectsAndFilesStand) {
  World world(
      {ClusterRole("r", kGetPods), ClusterBinding("b", kAlice, "r"), ClusterRole("r", "[]")});
  EXPECT_EQ(Decide(world, Alice(), "get pods"), Tri::kFalse);
  EXPECT_EQ(world.policy().FindRole(true, "", "r"), 1u);
  world.facts.roles[1].builtin = true;  // gives way, though it comes later
  world.Rebuild();
  EXPECT_EQ(Decide(world, Alice(), "get pods"), Tri::kTrue);
  world.facts.roles[0].refused = true;
  world.Rebuild();
  EXPECT_EQ(Decide(world, Alice(), "get pods"), Tri::kFalse);
}

TEST(Identity, ImplicitGroups) {
  const std::string_view unauthenticated[] = {"system:unauthenticated"};
  const std::string_view authenticated[] = {"system:authenticated"};
  using Groups = std::vector<std::string_view>;
  EXPECT_EQ(WithImplicitGroups("alice", {}, false).groups, Groups{"system:authenticated"});
  EXPECT_EQ(WithImplicitGroups("alice", authenticated, false).groups,
            Groups{"system:authenticated"});
  EXPECT_EQ(WithImplicitGroups("alice", unauthenticated, false).groups,
            Groups{"system:unauthenticated"});
  EXPECT_EQ(WithImplicitGroups("system:anonymous", {}, false).groups,
            Groups{"system:unauthenticated"});
  EXPECT_EQ(WithImplicitGroups("system:serviceaccount:a:x", {}, true).groups,
            (Groups{"system:serviceaccounts", "system:serviceaccounts:a", "system:authenticated"}));
  EXPECT_EQ(WithImplicitGroups("system:serviceaccount:a:x", {}, false).groups,
            Groups{"system:authenticated"});
}

TEST(Grantees, EachSubjectOnceAndAsNamed) {
  World world({ClusterRole("r", kGetPods), ClusterRole("s", kGetPods),
               ClusterBinding("b", kGroup, "r"), ClusterBinding("c", kGroup, "s"),
               Binding("a", "d", kAccount, "ClusterRole", "r"),
               Binding("b", "e", kAlice, "ClusterRole", "r")});
  const std::vector<Grantee> grantees =
      world.policy().Grantees(world.policy().Resolve(Ask("get pods -n a")));
  ASSERT_EQ(grantees.size(), 3u);
  EXPECT_EQ(grantees[0].name, kMasters);
  EXPECT_TRUE(grantees[0].decision.masters);
  EXPECT_EQ(grantees[1].name, "dev");
  EXPECT_EQ(grantees[2].kind, Grantee::Kind::kServiceAccount);
  EXPECT_EQ(grantees[2].namespace_name, "a");
  EXPECT_EQ(grantees[2].decision.grant.binding, 2u);
}

TEST(Any, AnyOfItIsLessThanAllOfIt) {
  World world({ClusterRole("r", kGetPods), Binding("a", "b", kAlice, "ClusterRole", "r")});
  const Policy& policy = world.policy();
  const ResolvedIdentity alice = policy.Resolve(Alice());
  Any any;
  any.verb = any.resource = any.group = any.namespace_name = true;
  EXPECT_EQ(policy.AuthorizeAny(alice, Request(), any).allowed, Tri::kTrue);
  any.namespace_name = false;
  EXPECT_EQ(policy.AuthorizeAny(alice, Request(), any).allowed, Tri::kFalse);
  EXPECT_EQ(policy.AuthorizeAny(alice, Ask("x x -n a"), any).allowed, Tri::kTrue);
  EXPECT_EQ(policy.AuthorizeAny(alice, Ask("x x -n b"), any).allowed, Tri::kFalse);
  any.resource = any.group = false;
  EXPECT_EQ(policy.AuthorizeAny(alice, Ask("x pods -n a"), any).allowed, Tri::kTrue);
  EXPECT_EQ(policy.AuthorizeAny(alice, Ask("x secrets -n a"), any).allowed, Tri::kFalse);
  any.namespace_name = true;
  EXPECT_EQ(policy.GranteesAny(Ask("x pods"), any).size(), 2u);
  EXPECT_EQ(policy.GranteesAny(Ask("x secrets"), any).size(), 1u);
}

TEST(Any, Subresources) {
  World world(
      {ClusterRole("r",
                   R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods/log","*/scale"]}])"),
       ClusterBinding("b", kAlice, "r")});
  const ResolvedIdentity alice = world.policy().Resolve(Alice());
  const auto any_of = [&](std::string_view request, bool resource, bool subresource) {
    Any any;
    any.resource = resource;
    any.subresource = subresource;
    return world.policy().AuthorizeAny(alice, Ask(request), any).allowed == Tri::kTrue;
  };
  EXPECT_FALSE(any_of("get x", true, false));
  EXPECT_TRUE(any_of("get x/log", true, false));
  EXPECT_TRUE(any_of("get x/scale", true, false));
  EXPECT_FALSE(any_of("get x/exec", true, false));
  EXPECT_TRUE(any_of("get x", true, true));
  EXPECT_TRUE(any_of("get pods", false, true));
  EXPECT_TRUE(any_of("get services", false, true));  // services/scale
}

TEST(Explain, NearMissesNameTheOnePartThatDoesNotFit) {
  World world({ClusterRole("r", R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods"]},
                                    {"verbs":["list"],"apiGroups":[""],"resources":["secrets"]},
                                    {"verbs":["get"],"apiGroups":[""],"resources":["secrets"],"resourceNames":["db"]}])"),
               Binding("shop", "b", kAlice, "ClusterRole", "r")});
  const Policy& policy = world.policy();
  const ResolvedIdentity alice = policy.Resolve(Alice());
  struct {
    std::string_view request;
    Match::BlockedBy blocked_by;
    uint32_t rule;
  } const cases[] = {
      {"get pods -n prod", Match::BlockedBy::kNamespace, 0},
      {"get secrets -n shop x", Match::BlockedBy::kName, 2},
      {"delete pods -n shop", Match::BlockedBy::kVerb, 0},
      {"get services -n shop", Match::BlockedBy::kResource, 0},
  };
  for (const auto& c : cases) {
    const std::vector<Match> misses = policy.NearMisses(alice, Ask(c.request), 10);
    ASSERT_FALSE(misses.empty()) << c.request;
    EXPECT_EQ(misses[0].blocked_by, c.blocked_by) << c.request;
    EXPECT_EQ(misses[0].grant.rule, c.rule) << c.request;
    EXPECT_EQ(misses[0].namespace_name, "shop") << c.request;
    EXPECT_EQ(policy.NearMisses(alice, Ask(c.request), 0).size(), 0u);
  }
  EXPECT_TRUE(policy.NearMisses(alice, Ask("delete services -n shop"), 10).empty());
  const std::vector<Match> full = policy.Matches(alice, Ask("get secrets -n shop db"), 10);
  ASSERT_FALSE(full.empty());
  EXPECT_EQ(full[0].blocked_by, Match::BlockedBy::kNothing);
  EXPECT_EQ(full[0].grant.rule, 2u);
}

TEST(Explain, RulesListEachBindingOnce) {
  World world({ClusterRole("r", kGetPods), NamespacedRole("a", "n", kPodsOnly),
               Binding("a", "x", kAlice, "Role", "n"),
               ClusterBinding(
                   "b", R"([{"kind":"Group","name":"dev"},{"kind":"User","name":"alice"}])", "r")});
  const std::string_view dev[] = {"dev"};
  const std::vector<Holding> holdings =
      world.policy().Rules(world.policy().Resolve(WithImplicitGroups("alice", dev, false)));
  ASSERT_EQ(holdings.size(), 2u);
  EXPECT_TRUE(holdings[0].cluster_wide);
  EXPECT_EQ(holdings[0].grant.subject, 0u);
  EXPECT_EQ(holdings[0].role.rules.size(), 2u);
  EXPECT_EQ(holdings[1].namespace_name, "a");
  EXPECT_EQ(holdings[1].grant.role, 1u);
}

}  // namespace
}  // namespace whomay::rbac

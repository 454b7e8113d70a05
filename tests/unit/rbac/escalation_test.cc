// Covers, writing RBAC objects, impersonation.
#include "rbac/escalation.h"

#include "tests/unit/rbac/world.h"

namespace whomay::rbac {
namespace {

facts::PolicyRule Rule(std::vector<facts::Str> verbs, std::vector<facts::Str> groups,
                       std::vector<facts::Str> resources, std::vector<facts::Str> names = {}) {
  facts::PolicyRule rule;
  rule.verbs = std::move(verbs);
  rule.api_groups = std::move(groups);
  rule.resources = std::move(resources);
  rule.resource_names = std::move(names);
  return rule;
}

facts::PolicyRule Urls(std::vector<facts::Str> verbs, std::vector<facts::Str> urls) {
  facts::PolicyRule rule;
  rule.verbs = std::move(verbs);
  rule.non_resource_urls = std::move(urls);
  return rule;
}

using Rules = std::vector<facts::PolicyRule>;

TEST(Covers, ReadsLiterally) {
  struct {
    Rules owner, wanted;
    bool covered;
  } const cases[] = {
      {{}, {}, true},
      {{Rule({"*"}, {"*"}, {"*"})}, {Rule({"*"}, {"*"}, {"*"})}, true},
      {{Rule({"get", "list"}, {""}, {"pods"})}, {Rule({"get"}, {""}, {"pods"})}, true},
      {{Rule({"get"}, {""}, {"pods"}), Rule({"list"}, {""}, {"pods"})},
       {Rule({"get", "list"}, {""}, {"pods"})},
       true},
      {{Rule({"get"}, {""}, {"pods"})}, {Rule({"*"}, {""}, {"pods"})}, false},
      {{Rule({"get"}, {""}, {"pods"})}, {Rule({"get"}, {""}, {"pods/log"})}, false},
      {{Rule({"get"}, {""}, {"*"})}, {Rule({"get"}, {""}, {"pods/log"})}, true},
      {{Rule({"get"}, {""}, {"*/log"})}, {Rule({"get"}, {""}, {"pods/log"})}, true},
      {{Rule({"get"}, {""}, {"*/log/x"})}, {Rule({"get"}, {""}, {"pods/log/x"})}, true},
      {{Rule({"get"}, {""}, {"*/log"})}, {Rule({"get"}, {""}, {"log"})}, false},
      {{Rule({"get"}, {""}, {"pods"}, {"a"})}, {Rule({"get"}, {""}, {"pods"})}, false},
      {{Rule({"get"}, {""}, {"pods"}, {"a"})}, {Rule({"get"}, {""}, {"pods"}, {"a"})}, true},
      {{Rule({"get"}, {""}, {"pods"})}, {Rule({"get"}, {""}, {"pods"}, {"a"})}, true},
      {{Urls({"get"}, {"/healthz/*"})}, {Urls({"get"}, {"/healthz/etcd"})}, true},
      {{Urls({"get"}, {"*"})}, {Urls({"get"}, {"/healthz/*"})}, true},
      {{Urls({"get"}, {"/healthz/*"})}, {Urls({"get"}, {"*"})}, false},
  };
  for (size_t i = 0; i < std::size(cases); ++i) {
    EXPECT_EQ(Covers(cases[i].owner, cases[i].wanted).covered, ToTri(cases[i].covered)) << i;
  }
  // An URL counts as unnamed.
  facts::PolicyRule named = Urls({"get"}, {"/x"});
  named.resource_names = {"a"};
  EXPECT_EQ(Covers(Rules{named}, Rules{Urls({"get"}, {"/x"})}).covered, Tri::kFalse);
}

TEST(Covers, ListsWhatIsMissingInOrder) {
  const Coverage coverage = Covers(Rules{Rule({"get"}, {""}, {"pods"})},
                                   Rules{Rule({"get", "list"}, {"", "apps"}, {"pods"})});
  ASSERT_EQ(coverage.uncovered.size(), 3u);
  EXPECT_EQ(coverage.uncovered[0].verb, "list");
  EXPECT_EQ(coverage.uncovered[1].verb, "get");
  EXPECT_EQ(coverage.uncovered[1].group, "apps");
  EXPECT_EQ(coverage.uncovered[2].verb, "list");
}

TEST(Covers, GivesUpOnTooMuch) {
  std::vector<std::string> names;
  facts::PolicyRule wide;
  for (int i = 0; i < 600; ++i) {
    names.push_back(std::to_string(i));
  }
  for (const std::string& name : names) {
    wide.verbs.push_back(name);
    wide.api_groups.push_back(name);
    wide.resources.push_back(name);
  }
  const Coverage coverage = Covers(Rules{Rule({"*"}, {"*"}, {"*"})}, Rules{wide});
  EXPECT_TRUE(coverage.limited);
  EXPECT_EQ(coverage.covered, Tri::kUnknown);
}

constexpr std::string_view kAdmin =
    R"([{"verbs":["*"],"apiGroups":["*"],"resources":["*"]},{"verbs":["*"],"nonResourceURLs":["*"]}])";

TEST(MayBind, BindInTheNamespaceCoversOrMasters) {
  World world(
      {ClusterRole("cluster-admin", kAdmin),
       ClusterRole("reader", R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}])"),
       ClusterRole(
           "binder",
           R"([{"verbs":["create"],"apiGroups":["rbac.authorization.k8s.io"],"resources":["rolebindings","clusterrolebindings"]},
                       {"verbs":["bind"],"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],"resourceNames":["cluster-admin"]}])"),
       Binding("a", "x", kAlice, "ClusterRole", "binder"),
       Binding("a", "y", kAlice, "ClusterRole", "reader")});
  const Policy& policy = world.policy();
  const auto can = [&](std::string_view space, std::string_view role) {
    return CanWriteBinding(policy, Alice(), "create", "", {space, "ClusterRole", role});
  };
  EXPECT_EQ(can("a", "cluster-admin").allowed, Tri::kTrue);
  EXPECT_EQ(can("a", "cluster-admin").escalation.by, Escalation::By::kVerb);
  EXPECT_EQ(can("", "cluster-admin").allowed, Tri::kFalse);
  EXPECT_EQ(can("b", "cluster-admin").allowed, Tri::kFalse);
  EXPECT_EQ(can("a", "reader").allowed, Tri::kTrue);
  EXPECT_EQ(can("a", "reader").escalation.by, Escalation::By::kCovers);
  EXPECT_EQ(can("a", "binder").allowed, Tri::kTrue);  // one's own rights may be handed on
  EXPECT_TRUE(can("a", "missing").escalation.role_missing);
  EXPECT_EQ(can("a", "missing").allowed, Tri::kFalse);
  const std::string_view masters[] = {kMasters};
  EXPECT_EQ(CanWriteBinding(policy, WithImplicitGroups("root", masters, false), "create", "",
                            {"", "ClusterRole", "missing"})
                .escalation.by,
            Escalation::By::kMasters);
}

TEST(MayWriteRole, EscalateCoversAndAggregation) {
  World world(
      {ClusterRole("cluster-admin", kAdmin),
       ClusterRole(
           "writer",
           R"([{"verbs":["create","update"],"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles","clusterroles"]},
                       {"verbs":["get"],"apiGroups":[""],"resources":["pods"]}])"),
       ClusterRole(
           "escalator",
           R"([{"verbs":["escalate"],"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles"],"resourceNames":["r"]}])"),
       ClusterBinding("x", kAlice, "writer"), Binding("a", "y", kAlice, "ClusterRole", "escalator"),
       ClusterBinding("z", R"([{"kind":"User","name":"carol"}])", "cluster-admin")});
  const Rules pods = {Rule({"get"}, {""}, {"pods"})};
  const Rules secrets = {Rule({"get"}, {""}, {"secrets"})};
  const auto can = [&](std::string_view user, RoleWanted wanted, std::string_view verb) {
    return CanWriteRole(world.policy(), WithImplicitGroups(user, {}, false), verb, wanted).allowed;
  };
  EXPECT_EQ(can("alice", {false, "a", "", pods}, "create"), Tri::kTrue);
  EXPECT_EQ(can("alice", {false, "a", "", secrets}, "create"), Tri::kFalse);
  EXPECT_EQ(can("alice", {false, "a", "r", secrets}, "update"), Tri::kTrue);
  EXPECT_EQ(can("alice", {false, "b", "r", secrets}, "update"), Tri::kFalse);
  EXPECT_EQ(can("alice", {true, "", "", pods, false}, "create"), Tri::kTrue);
  EXPECT_EQ(can("alice", {true, "", "", pods, true}, "create"), Tri::kFalse);
  EXPECT_EQ(can("carol", {true, "", "", secrets, true}, "create"), Tri::kTrue);
  EXPECT_EQ(can("bob", {false, "a", "", pods}, "create"), Tri::kFalse);
}

TEST(MayBind, UnknownRightsDecideNothing) {
  World world(
      {ClusterRole("reader", R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}])"),
       ClusterRole("open", "[]"), ClusterBinding("x", kAlice, "open")});
  world.role("open").rules_open = world.facts.holes.Add(facts::Hole());
  world.Rebuild();
  const BindingWanted reader{"", "ClusterRole", "reader"};
  EXPECT_EQ(MayBind(world.policy(), Alice(), reader).allowed, Tri::kUnknown);
  EXPECT_EQ(MayBind(world.policy(), {"bob", {}}, reader).allowed, Tri::kFalse);
}

TEST(Impersonation, EveryHeaderIsAskedOnItsOwn) {
  Impersonation wanted;
  wanted.username = "system:serviceaccount:shop:api";
  wanted.groups = {"dev", "system:masters"};
  wanted.uid = "17";
  wanted.extra = {{"Scopes", "view"}};
  const ImpersonationRequests asked = RequestsToImpersonate(wanted);
  ASSERT_EQ(asked.requests.size(), 5u);
  EXPECT_EQ(asked.requests[0].resource, "serviceaccounts");
  EXPECT_EQ(asked.requests[0].namespace_name, "shop");
  EXPECT_EQ(asked.requests[0].name, "api");
  EXPECT_EQ(asked.requests[2].resource, "groups");
  EXPECT_EQ(asked.requests[3].group, "authentication.k8s.io");
  EXPECT_EQ(asked.requests[4].subresource, "scopes");
  // No ServiceAccount's name: a user.
  for (const std::string_view name :
       {"alice", "system:serviceaccount:shop", "system:serviceaccount:a:b:c",
        "system:serviceaccount:Shop:api", "system:serviceaccount::api"}) {
    wanted.username = name;
    EXPECT_EQ(RequestsToImpersonate(wanted).requests[0].resource, "users") << name;
  }
}

TEST(Impersonation, GroupsAloneAreNotEnough) {
  World world(
      {ClusterRole("r", R"([{"verbs":["impersonate"],"apiGroups":[""],"resources":["groups"]}])"),
       ClusterRole(
           "s", R"([{"verbs":["impersonate"],"apiGroups":[""],"resources":["serviceaccounts"]}])"),
       ClusterBinding("x", kAlice, "r"), Binding("shop", "y", kAlice, "ClusterRole", "s")});
  Impersonation wanted;
  wanted.username = "bob";
  wanted.groups = {"system:masters"};
  EXPECT_EQ(MayImpersonate(world.policy(), Alice(), wanted).allowed, Tri::kFalse);
  wanted.username = "system:serviceaccount:shop:api";
  EXPECT_EQ(MayImpersonate(world.policy(), Alice(), wanted).allowed, Tri::kTrue);
  wanted.username = "system:serviceaccount:other:api";
  EXPECT_EQ(MayImpersonate(world.policy(), Alice(), wanted).allowed, Tri::kFalse);
}

}  // namespace
}  // namespace whomay::rbac

// One rule, one request: the table of spec rbac.md 2.12 and what it leaves open.
#include "tests/unit/rbac/world.h"

namespace whomay::rbac {
namespace {

struct Case {
  std::string_view rule;
  std::string_view request;
  bool allowed;
};

// The rule is alice's by a ClusterRoleBinding.
constexpr Case kRules[] = {
    {R"({"verbs":["get"],"apiGroups":[""],"resources":["pods"]})", "get pods/log x", false},
    {R"({"verbs":["get"],"apiGroups":[""],"resources":["pods/log"]})", "get pods/log x", true},
    {R"({"verbs":["get"],"apiGroups":[""],"resources":["*"]})", "get pods/log", true},
    {R"({"verbs":["*"],"apiGroups":[""],"resources":["pods/*"]})", "create pods/exec", false},
    {R"({"verbs":["*"],"apiGroups":[""],"resources":["pods/*"]})", "create pods/*", true},
    {R"({"verbs":["update"],"apiGroups":["*"],"resources":["*/scale"]})",
     "update deployments.apps/scale", true},
    {R"({"verbs":["update"],"apiGroups":["*"],"resources":["*/scale"]})", "update scale", false},
    {R"({"verbs":["update"],"apiGroups":["*"],"resources":["*/scale"]})", "update pods/xscale",
     false},
    {R"({"verbs":["update"],"apiGroups":["*"],"resources":["*/scale"]})", "update */scale", true},
    {R"({"verbs":["get"],"apiGroups":["core"],"resources":["pods"]})", "get pods", false},
    {R"({"verbs":["get"],"apiGroups":[""],"resources":["Pods"]})", "get pods", false},
    {R"({"verbs":["get"],"apiGroups":[""],"resources":["*/*"]})", "get pods/log", false},
    {R"({"verbs":["get"],"apiGroups":[""],"resources":["*/*"]})", "get pods", false},
    {R"({"verbs":["get","list"],"apiGroups":[""],"resources":["secrets"],"resourceNames":["a"]})",
     "get secrets a", true},
    {R"({"verbs":["get","list"],"apiGroups":[""],"resources":["secrets"],"resourceNames":["a"]})",
     "list secrets", false},
    {R"({"verbs":["get","list"],"apiGroups":[""],"resources":["secrets"],"resourceNames":["a"]})",
     "list secrets a", true},
    {R"({"verbs":["create"],"apiGroups":[""],"resources":["secrets"],"resourceNames":["a"]})",
     "create secrets", false},
    {R"({"verbs":["create"],"apiGroups":[""],"resources":["secrets"],"resourceNames":["a"]})",
     "create secrets a", true},
    {R"({"verbs":["create"],"apiGroups":[""],"resources":["serviceaccounts/token"],"resourceNames":["a"]})",
     "create serviceaccounts/token a", true},
    {R"({"verbs":["deletecollection"],"apiGroups":[""],"resources":["pods"],"resourceNames":["a"]})",
     "deletecollection pods", false},
    {R"({"verbs":["*"],"apiGroups":[""],"resources":["configmaps"],"resourceNames":[""]})",
     "list configmaps", true},
    {R"({"verbs":["*"],"apiGroups":[""],"resources":["configmaps"],"resourceNames":[""]})",
     "get configmaps a", false},
    {R"({"verbs":["get"],"apiGroups":[""],"resources":["secrets"],"resourceNames":["*"]})",
     "get secrets a", false},
    {R"({"verbs":["get"],"nonResourceURLs":["/healthz/*"]})", "get /healthz", false},
    {R"({"verbs":["get"],"nonResourceURLs":["/healthz/*"]})", "get /healthz/etcd", true},
    {R"({"verbs":["get"],"nonResourceURLs":["/api*"]})", "get /apis/x", true},
    {R"({"verbs":["get"],"nonResourceURLs":["/api***"]})", "get /apis/x", true},
    {R"({"verbs":["get"],"nonResourceURLs":["/a/*/b"]})", "get /a/x/b", false},
    {R"({"verbs":["get"],"nonResourceURLs":["/a/*/b"]})", "get /a/*/b", true},
    {R"({"verbs":["get"],"nonResourceURLs":["/version"]})", "get /version/", false},
    {R"({"verbs":["get"],"nonResourceURLs":["/version"]})", "get /version", true},
    {R"({"verbs":["get"],"nonResourceURLs":["*"]})", "get /metrics", true},
    {R"({"verbs":["GET"],"nonResourceURLs":["*"]})", "get /metrics", false},
    {R"({"verbs":["get*"],"apiGroups":[""],"resources":["pods"]})", "get pods", false},
    {R"({"verbs":["get"],"apiGroups":["*"],"resources":["pods"]})", "get pods.any.example", true},
    {R"({"verbs":["get"],"apiGroups":["*.example"],"resources":["pods"]})", "get pods.any.example",
     false},
    {R"({"verbs":["approve"],"apiGroups":["certificates.k8s.io"],"resources":["signers"],"resourceNames":["kubernetes.io/*"]})",
     "approve signers.certificates.k8s.io kubernetes.io/kube-apiserver-client", false},
    {R"({"verbs":["impersonate"],"apiGroups":["authentication.k8s.io"],"resources":["userextras/scopes"],"resourceNames":["view"]})",
     "impersonate userextras.authentication.k8s.io/scopes view", true},
    // Asking for a wildcard is asking for all of it.
    {R"({"verbs":["get"],"apiGroups":[""],"resources":["pods"]})", "* pods", false},
    {R"({"verbs":["*"],"apiGroups":["*"],"resources":["*"]})", "* *.*", true},
    {R"({"verbs":["get"],"apiGroups":[""],"resources":["*"]})", "get *", true},
    {R"({"verbs":["get"],"apiGroups":[""],"resources":["*"]})", "get *.*", false},
};

TEST(Rules, MatchAsKubernetesMatches) {
  for (const Case& c : kRules) {
    World world({ClusterRole("r", Concat({"[", c.rule, "]"})), ClusterBinding("b", kAlice, "r")});
    const Decision decision = world.policy().Authorize(Alice(), Ask(c.request));
    EXPECT_EQ(decision.allowed, ToTri(c.allowed)) << c.rule << " | " << c.request;
    EXPECT_EQ(world.policy().Grantees(world.policy().Resolve(Ask(c.request))).size(),
              c.allowed ? 2u : 1u)
        << c.rule << " | " << c.request;
  }
}

// Many groups and resources are scanned instead of multiplied out; verbs beyond the bits of a mask
// lie in an overflow. Neither is to be seen in an answer.
TEST(Rules, WideRulesAndManyVerbs) {
  std::string groups, resources, rules;
  for (int i = 0; i < 40; ++i) {
    groups += Concat({i > 0 ? "," : "", "\"g", std::to_string(i), "\""});
    resources += Concat({i > 0 ? "," : "", "\"r", std::to_string(i), "\""});
  }
  for (int i = 0; i < 100; ++i) {
    rules += Concat(
        {R"({"verbs":["v)", std::to_string(i), R"("],"apiGroups":["x"],"resources":["y"]},)"});
  }
  World world(
      {ClusterRole("wide", Concat({R"([{"verbs":["get"],"apiGroups":[)", groups,
                                   R"(],"resources":[)", resources, "]}]"})),
       ClusterRole("verbs", Concat({"[", rules, R"({"verbs":["v0","v99"],"apiGroups":["x"],)",
                                    R"("resources":["z"]}])"})),
       ClusterBinding("b", kAlice, "wide"), ClusterBinding("c", kAlice, "verbs")});
  const Policy& policy = world.policy();
  EXPECT_EQ(policy.Authorize(Alice(), Ask("get r39.g0")).allowed, Tri::kTrue);
  EXPECT_EQ(policy.Authorize(Alice(), Ask("get r0.g39")).allowed, Tri::kTrue);
  EXPECT_EQ(policy.Authorize(Alice(), Ask("get r40.g0")).allowed, Tri::kFalse);
  EXPECT_EQ(policy.Authorize(Alice(), Ask("get g0.r0")).allowed, Tri::kFalse);
  for (int i = 0; i < 100; ++i) {
    const std::string verb = Concat({"v", std::to_string(i)});
    Request request = Ask("get y.x");
    request.verb = verb;
    EXPECT_EQ(policy.Authorize(Alice(), request).allowed, Tri::kTrue) << verb;
    request.resource = "z";
    EXPECT_EQ(policy.Authorize(Alice(), request).allowed, ToTri(i == 0 || i == 99)) << verb;
  }
  EXPECT_EQ(policy.Authorize(Alice(), Ask("v100 y.x")).allowed, Tri::kFalse);
}

// A resource that holds a slash is, to the matcher, a resource and a subresource.
TEST(Rules, SlashesInTheResourceOfARequest) {
  World world(
      {ClusterRole("r", R"([{"verbs":["get"],"apiGroups":[""],"resources":["a/b","/x","c/"]},
                                    {"verbs":["watch"],"apiGroups":[""],"resources":["*/b"]}])"),
       ClusterBinding("b", kAlice, "r")});
  const auto allowed = [&](std::string_view verb, std::string_view resource,
                           std::string_view subresource) {
    Request request;
    request.verb = verb;
    request.resource = resource;
    request.subresource = subresource;
    return world.policy().Authorize(Alice(), request).allowed == Tri::kTrue;
  };
  EXPECT_TRUE(allowed("get", "a/b", ""));
  EXPECT_TRUE(allowed("get", "a", "b"));
  EXPECT_TRUE(allowed("get", "", "x"));
  EXPECT_TRUE(allowed("get", "/x", ""));
  EXPECT_TRUE(allowed("get", "c/", ""));
  EXPECT_FALSE(allowed("get", "c", ""));
  EXPECT_TRUE(allowed("watch", "a", "b"));
  EXPECT_FALSE(allowed("watch", "a/b", ""));  // no subresource: `*/b` is not looked at
  EXPECT_TRUE(allowed("watch", "a/x", "b"));
}

}  // namespace
}  // namespace whomay::rbac

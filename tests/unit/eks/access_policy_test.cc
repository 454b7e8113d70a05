#include "eks/access_policy.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <tuple>

#include "tests/unit/eks/cluster_fixture.h"

namespace whomay::eks {
namespace {

size_t Tuples(std::string_view name) {
  std::set<std::tuple<std::string_view, std::string_view, std::string_view>> tuples;
  for (const data::AccessPolicyRule& rule : FindAccessPolicy(name)->rules) {
    for (const std::string_view group : rule.api_groups) {
      for (const std::string_view resource : rule.resources) {
        for (const std::string_view verb : rule.verbs) {
          tuples.emplace(group, resource, verb);
        }
      }
    }
  }
  return tuples.size();
}

TEST(AccessPolicyTable, AsPublished) {
  EXPECT_EQ(data::EksAccessPolicies().size(), 36u);
  EXPECT_EQ(Tuples("AmazonEKSViewPolicy"), 168u);
  EXPECT_EQ(Tuples("AmazonEKSEditPolicy"), 372u);
  EXPECT_EQ(Tuples("AmazonEKSAdminPolicy"), 389u);
  std::string_view before;
  for (const data::AccessPolicy& policy : data::EksAccessPolicies()) {
    EXPECT_LT(before, policy.name);
    EXPECT_EQ(policy.rules_known, !policy.rules.empty()) << policy.name;
    EXPECT_EQ(FindAccessPolicy(policy.name), &policy);
    before = policy.name;
  }
}

TEST(FindAccessPolicy, ByArnOfAnyPartition) {
  EXPECT_NE(FindAccessPolicy("arn:aws-cn:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"),
            nullptr);
  EXPECT_EQ(FindAccessPolicy("arn:aws:eks::aws:cluster-access-policy/amazoneksviewpolicy"),
            nullptr);
  EXPECT_EQ(FindAccessPolicy("arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"), nullptr);
  EXPECT_EQ(FindAccessPolicy(""), nullptr);
}

TEST(RuleMatches, AsRbac) {
  const data::AccessPolicy& view = *FindAccessPolicy("AmazonEKSAdminViewPolicy");
  const auto allows = [](const data::AccessPolicy& policy, const rbac::Request& request) {
    return AuthorizeAccessPolicy(policy, request).allowed;
  };
  EXPECT_EQ(allows(view, {"get", "", "pods", "exec", "x", "p", ""}), Tri::kTrue)
      << "`*` covers subresources";
  EXPECT_EQ(allows(view, {"get", "", "", "", "", "", "/metrics"}), Tri::kFalse);
  const data::AccessPolicy& scale = *FindAccessPolicy("AmazonARCRegionSwitchScalingPolicy");
  EXPECT_EQ(allows(scale, {"update", "apps", "deployments", "scale", "x", "d", ""}), Tri::kTrue);
  EXPECT_EQ(allows(scale, {"update", "apps", "deployments", "", "x", "d", ""}), Tri::kFalse);
  EXPECT_EQ(allows(scale, {"update", "apps", "deployments", "status", "x", "d", ""}), Tri::kFalse);
  EXPECT_EQ(allows(scale, {"update", "apps", "scale", "", "x", "d", ""}), Tri::kFalse);
  const data::AccessPolicy& argo = *FindAccessPolicy("AmazonEKSArgoCDClusterPolicy");
  EXPECT_EQ(allows(argo, {"get", "", "", "", "", "", "/apis/apps/v1"}), Tri::kTrue);
  EXPECT_EQ(allows(argo, {"get", "", "", "", "", "", "/apiserver"}), Tri::kFalse);
  const std::string_view crds = "customresourcedefinitions", group = "apiextensions.k8s.io";
  EXPECT_EQ(allows(argo, {"delete", group, crds, "", "", "applications.argoproj.io", ""}),
            Tri::kTrue);
  EXPECT_EQ(allows(argo, {"delete", group, crds, "", "", "x.example.com", ""}), Tri::kFalse);
  EXPECT_EQ(allows(argo, {"list", group, crds, "", "", "", ""}), Tri::kFalse);
}

TEST(RuleMatches, WhatAwsDoesNotNameIsUnknown) {
  const data::AccessPolicy& kro = *FindAccessPolicy("AmazonEKSKROPolicy");
  const PolicyDecision update =
      AuthorizeAccessPolicy(kro, {"update", "coordination.k8s.io", "leases", "", "x", "any", ""});
  EXPECT_EQ(update.allowed, Tri::kUnknown);
  EXPECT_EQ(update.why, PolicyDecision::Why::kNotPublished);
  EXPECT_EQ(AuthorizeAccessPolicy(kro, {"get", "coordination.k8s.io", "leases", "", "x", "any", ""})
                .allowed,
            Tri::kTrue);
  EXPECT_EQ(AuthorizeAccessPolicy(*FindAccessPolicy("AmazonEKSEventPolicy"),
                                  {"get", "", "pods", "", "x", "", ""})
                .allowed,
            Tri::kUnknown);
}

class Associations : public testing::Test, public ClusterFixture {
 protected:
  PolicyDecision Decide(const rbac::Request& request) {
    std::vector<uint32_t> all;
    for (uint32_t i = 0; i < facts.access_policies.size(); ++i) {
      all.push_back(i);
    }
    return AuthorizeAccessPolicies(facts, all, request);
  }
  const rbac::Request list_pods_{"list", "", "pods", "", "shop", "", ""};
};

TEST_F(Associations, UnionNamesTheFirstThatGrants) {
  Associate("x", "AmazonEKSSecretReaderPolicy");
  Associate("x", "AmazonEKSEventPolicy", {"shop"});
  EXPECT_EQ(Decide(list_pods_).why, PolicyDecision::Why::kNotPublished);
  Associate("x", "AmazonEKSViewPolicy", {"other", "sh*p"});
  const PolicyDecision decision = Decide(list_pods_);
  EXPECT_EQ(decision.allowed, Tri::kTrue);
  EXPECT_EQ(decision.association, 2u);
  EXPECT_LT(decision.rule, 10u);
}

TEST_F(Associations, NamespaceGlobs) {
  struct Case {
    std::string_view pattern, ns;
    bool matches;
  };
  constexpr Case kCases[] = {{"shop", "shop", true},  {"shop", "Shop", false},
                             {"*", "shop", true},     {"*", "", false},
                             {"s*", "shop", true},    {"*op", "shop", true},
                             {"s*x", "shop", false},  {"sh?p", "shop", false},
                             {"s*o*p", "shop", true}, {"", "shop", false}};
  for (const Case& c : kCases) {
    facts.access_policies.clear();
    Associate("x", "AmazonEKSViewPolicy", {c.pattern});
    rbac::Request request = list_pods_;
    request.namespace_name = c.ns;
    EXPECT_EQ(Decide(request).allowed, ToTri(c.matches)) << c.pattern << " " << c.ns;
  }
}

TEST_F(Associations, HolesAreUnknown) {
  Associate("x", "AmazonEKSViewPolicy", {Hole()});
  EXPECT_EQ(Decide(list_pods_).allowed, Tri::kUnknown);
  EXPECT_EQ(Decide(list_pods_).why, PolicyDecision::Why::kHole);
  EXPECT_NE(Decide(list_pods_).hole, facts::HoleId::kNone);
  rbac::Request create = list_pods_;
  create.verb = "create";
  EXPECT_EQ(Decide(create).allowed, Tri::kFalse) << "no scope makes the view policy write";
  rbac::Request everywhere = list_pods_;
  everywhere.namespace_name = "";
  EXPECT_EQ(Decide(everywhere).allowed, Tri::kFalse) << "no namespace scope is cluster-wide";
  facts.access_policies.clear();
  Associate("x", "AmazonEKSViewPolicy").policy_arn = Hole();
  EXPECT_EQ(Decide(create).allowed, Tri::kUnknown);
  facts.access_policies.clear();
  Associate("x", "AmazonEKSViewPolicy").scope = facts::AccessPolicyAssociation::Scope::kUnknown;
  EXPECT_EQ(Decide(everywhere).allowed, Tri::kUnknown);
  EXPECT_EQ(Decide(create).allowed, Tri::kFalse);
}

TEST_F(Associations, APolicyNewerThanTheTable) {
  Associate("x", "AmazonEKSBrandNewPolicy");
  EXPECT_EQ(Decide(list_pods_).why, PolicyDecision::Why::kNotPublished);
}

}  // namespace
}  // namespace whomay::eks

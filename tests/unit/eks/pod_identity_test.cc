#include "eks/pod_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "eks/nodes.h"
#include "iam/context.h"

namespace whomay::eks {
namespace {

using iam::Context;
using testing::ElementsAre;
using testing::IsEmpty;
using By = PodIdentityAgent::By;

class PodIdentityTest : public testing::Test {
 protected:
  PodIdentityTest() {
    cluster_.name = "demo";
    cluster_.arn = "arn:aws:eks:us-west-2:123456789012:cluster/demo";
    association_.namespace_name = "shop";
    association_.service_account = "mailer";
    association_.role_arn = "arn:aws:iam::123456789012:role/mailer";
  }
  facts::Facts facts_;
  facts::Cluster cluster_;
  facts::PodIdentityAssociation association_;
};

TEST_F(PodIdentityTest, Agent) {
  const uint32_t first[] = {0};
  EXPECT_EQ(FindPodIdentityAgent(facts_, &cluster_, {}, {}).present, Tri::kFalse);
  facts_.addons.emplace_back().name = "vpc-cni";
  EXPECT_EQ(FindPodIdentityAgent(facts_, &cluster_, first, {}).present, Tri::kFalse);
  facts_.addons[0].name = "eks-pod-identity-agent";
  EXPECT_EQ(FindPodIdentityAgent(facts_, nullptr, first, {}).by, By::kAddon);
  facts::Workload& workload = facts_.workloads.emplace_back();
  workload.name = "eks-pod-identity-agent";
  workload.kind = "deployment";
  EXPECT_EQ(FindPodIdentityAgent(facts_, &cluster_, {}, first).present, Tri::kFalse);
  workload.kind = "daemonset";
  EXPECT_EQ(FindPodIdentityAgent(facts_, &cluster_, {}, first).by, By::kDaemonSet);
  cluster_.auto_mode = true;
  EXPECT_EQ(FindPodIdentityAgent(facts_, &cluster_, {}, {}).by, By::kAutoMode);
}

TEST_F(PodIdentityTest, FirstHopCarriesSixTags) {
  const PodIdentityHop hop = FirstHop(association_, &cluster_);
  EXPECT_THAT(hop.actions, ElementsAre("sts:AssumeRole", "sts:TagSession"));
  ASSERT_EQ(hop.tags.size(), 6u);
  Context context = Context::Complete();
  hop.Fill(context);
  EXPECT_THAT(context.Find("aws:RequestTag/kubernetes-namespace").values, ElementsAre("shop"));
  EXPECT_THAT(context.Find("aws:RequestTag/eks-cluster-arn").values, ElementsAre(cluster_.arn));
  EXPECT_EQ(context.Find("aws:RequestTag/kubernetes-pod-uid").state, Context::State::kOpen);
  EXPECT_TRUE(context.Find("aws:RequestTag/kubernetes-pod-uid").always_present);
  EXPECT_EQ(context.Find("aws:RequestTag/team").state, Context::State::kAbsent);
  EXPECT_EQ(context.Find("aws:TagKeys").values.size(), 6u);
  EXPECT_THAT(context.Find("aws:SourceAccount").values, ElementsAre("123456789012"));
  EXPECT_THAT(context.Find("aws:SourceArn").values, ElementsAre(cluster_.arn));
  EXPECT_EQ(context.Find("aws:PrincipalTag/kubernetes-namespace").state, Context::State::kAbsent)
      << "the caller is a service";
  Context session = Context::Complete();
  hop.FillPrincipalTags(session);
  EXPECT_THAT(session.Find("aws:PrincipalTag/kubernetes-service-account").values,
              ElementsAre("mailer"));
}

TEST_F(PodIdentityTest, WithoutTags) {
  association_.disable_session_tags = true;
  const PodIdentityHop hop = FirstHop(association_, &cluster_);
  EXPECT_THAT(hop.actions, ElementsAre("sts:AssumeRole"));
  EXPECT_THAT(hop.tags, IsEmpty());
  Context context = Context::Complete();
  hop.Fill(context);
  EXPECT_EQ(context.Find("aws:RequestTag/kubernetes-namespace").state, Context::State::kAbsent);
  EXPECT_EQ(context.Find("aws:TagKeys").state, Context::State::kAbsent);
}

TEST_F(PodIdentityTest, TargetRole) {
  association_.target_role_arn = "arn:aws:iam::012345678901:role/target";
  PodIdentityHop hop = TargetHop(association_, &cluster_);
  EXPECT_THAT(hop.actions, ElementsAre("sts:AssumeRole", "sts:TagSession"));
  EXPECT_EQ(hop.tags.size(), 6u);
  EXPECT_FALSE(hop.external_id_open);
  association_.disable_session_tags = true;
  EXPECT_TRUE(TargetHop(association_, &cluster_).external_id_open);
  association_.external_id = "abc";
  hop = TargetHop(association_, &cluster_);
  Context context = Context::Complete();
  hop.Fill(context);
  EXPECT_THAT(context.Find("sts:ExternalId").values, ElementsAre("abc"));
  EXPECT_EQ(context.Find("aws:SourceArn").state, Context::State::kAbsent);
}

TEST_F(PodIdentityTest, WhatEksRefuses) {
  EXPECT_EQ(WhyAssociationRefused(association_, &cluster_), "");
  association_.session_policy = static_cast<facts::PolicyId>(0);
  EXPECT_NE(WhyAssociationRefused(association_, &cluster_), "");
  association_.disable_session_tags = true;
  EXPECT_EQ(WhyAssociationRefused(association_, &cluster_), "");
  association_.role_arn = "arn:aws:iam::999999999999:role/mailer";
  EXPECT_NE(WhyAssociationRefused(association_, &cluster_), "");
  EXPECT_EQ(WhyAssociationRefused(association_, nullptr), "");
}

TEST(ImdsEdges, ByKindOfNode) {
  facts::Facts facts;
  const auto add = [&](facts::NodeGroup::Kind kind, std::string_view role, Tri open) {
    facts::NodeGroup& group = facts.node_groups.emplace_back();
    group.kind = kind;
    group.role_arn = role;
    group.imds_from_pods = open;
  };
  add(facts::NodeGroup::Kind::kManaged, "r0", Tri::kTrue);
  add(facts::NodeGroup::Kind::kFargate, "r1", Tri::kTrue);
  add(facts::NodeGroup::Kind::kSelfManaged, "r2", Tri::kUnknown);
  add(facts::NodeGroup::Kind::kKarpenter, "r0", Tri::kFalse);
  facts::Cluster cluster;
  cluster.auto_mode = true;
  cluster.auto_mode_node_role = "r3";
  const uint32_t all[] = {0, 1, 2, 3};
  const std::vector<ImdsEdge> edges = ImdsEdges(facts, &cluster, all);
  ASSERT_EQ(edges.size(), 4u);
  EXPECT_EQ(edges[0].from_pods, Tri::kTrue);
  EXPECT_EQ(edges[1].role_arn, "r2");
  EXPECT_EQ(edges[1].from_pods, Tri::kUnknown);
  EXPECT_EQ(edges[2].from_pods, Tri::kFalse);
  EXPECT_EQ(edges[2].from_host_network, Tri::kTrue) << "a hop limit does not stop the host's own";
  EXPECT_EQ(edges[3].role_arn, "r3");
  EXPECT_EQ(edges[3].from_pods, Tri::kFalse);
  EXPECT_THAT(PodIdentityNodeRoles(facts, &cluster, all), ElementsAre("r0", "r2", "r3"));
}

TEST(NodeAuthorizer, NamedReadsOfWhatPodsUse) {
  EXPECT_EQ(NodeAuthorizer({"get", "", "secrets", "", "shop", "db", ""}), Tri::kUnknown);
  EXPECT_EQ(NodeAuthorizer({"watch", "", "configmaps", "", "shop", "c", ""}), Tri::kUnknown);
  EXPECT_EQ(NodeAuthorizer({"get", "", "persistentvolumes", "", "", "pv", ""}), Tri::kUnknown);
  EXPECT_EQ(NodeAuthorizer({"create", "", "serviceaccounts", "token", "shop", "s", ""}),
            Tri::kUnknown);
  EXPECT_EQ(NodeAuthorizer({"list", "", "secrets", "", "shop", "", ""}), Tri::kFalse);
  EXPECT_EQ(NodeAuthorizer({"update", "", "secrets", "", "shop", "db", ""}), Tri::kFalse);
  EXPECT_EQ(NodeAuthorizer({"get", "apps", "secrets", "", "shop", "db", ""}), Tri::kFalse);
  EXPECT_EQ(NodeAuthorizer({"get", "", "pods", "log", "shop", "p", ""}), Tri::kFalse);
  EXPECT_EQ(NodeAuthorizer({"get", "", "", "", "", "", "/api"}), Tri::kFalse);
}

}  // namespace
}  // namespace whomay::eks

#include "ingest/eks/cli_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "syntax/json.h"

namespace whomay::ingest {
namespace {

using testing::ElementsAre;

class CliJsonTest : public testing::Test {
 protected:
  bool Read(std::string json) {
    const auto size = static_cast<uint32_t>(json.size());
    const source::FileId file = sources_.Add("out.json", std::move(json));
    const syntax::Tree tree = syntax::ParseJson(sources_, {file, 0, size}, diagnostics_);
    if (!LooksLikeEksCli(tree.root())) {
      return false;
    }
    ReadEksCli(tree.root(), sources_, facts_, diagnostics_);
    return true;
  }
  source::SourceSet sources_;
  facts::Facts facts_;
  source::Diagnostics diagnostics_;
};

TEST_F(CliJsonTest, DescribeCluster) {
  ASSERT_TRUE(Read(R"({"cluster": {"name": "demo", "version": "1.33",
    "arn": "arn:aws:eks:eu-west-1:012345678901:cluster/demo",
    "roleArn": "arn:aws:iam::012345678901:role/c", "resourcesVpcConfig": {},
    "identity": {"oidc": {"issuer": "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC"}},
    "accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"},
    "computeConfig": {"enabled": true, "nodePools": [], "nodeRoleArn": "arn:aws:iam::012345678901:role/n"}}})"));
  ASSERT_EQ(facts_.clusters.size(), 1u);
  const facts::Cluster& cluster = facts_.clusters[0];
  EXPECT_EQ(cluster.name, "demo");
  EXPECT_EQ(cluster.account, "012345678901");
  EXPECT_EQ(cluster.region, "eu-west-1");
  EXPECT_EQ(cluster.issuer, "oidc.eks.eu-west-1.amazonaws.com/id/ABC");
  EXPECT_EQ(cluster.mode, facts::AuthenticationMode::kApiAndConfigMap);
  EXPECT_EQ(cluster.creator_is_admin, Tri::kUnknown);
  EXPECT_TRUE(cluster.auto_mode);
  EXPECT_EQ(cluster.auto_mode_node_role, "arn:aws:iam::012345678901:role/n");
  EXPECT_FALSE(diagnostics_.incomplete());
}

TEST_F(CliJsonTest, EntriesFillWhatListsLeaveOpen) {
  const std::string list = R"({"accessEntries": ["arn:aws:iam::012345678901:role/a",
                                                 "arn:aws:iam::012345678901:role/b"]})";
  const std::string entry = R"({"accessEntry": {"clusterName": "demo", "type": "STANDARD",
    "principalArn": "arn:aws:iam::012345678901:role/a", "kubernetesGroups": ["ops"],
    "username": "arn:aws:sts::012345678901:assumed-role/a/{{SessionName}}"}})";
  for (const bool list_first : {true, false}) {
    facts_.access_entries.clear();
    ASSERT_TRUE(Read(list_first ? list : entry));
    ASSERT_TRUE(Read(list_first ? entry : list));
    ASSERT_EQ(facts_.access_entries.size(), 2u);
    for (const facts::AccessEntry& known : facts_.access_entries) {
      const bool described = known.principal_arn == "arn:aws:iam::012345678901:role/a";
      EXPECT_EQ(known.groups_open, !described);
      EXPECT_EQ(known.groups.size(), described ? 1u : 0u);
    }
  }
}

TEST_F(CliJsonTest, AssociatedPolicies) {
  ASSERT_TRUE(Read(R"({"clusterName": "demo", "principalArn": "arn:aws:iam::012345678901:role/a",
    "associatedAccessPolicies": [
      {"policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
       "accessScope": {"type": "namespace", "namespaces": ["a", "b-*"]}},
      {"policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy",
       "accessScope": {"type": "cluster", "namespaces": []}},
      {"policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy"}]})"));
  ASSERT_EQ(facts_.access_policies.size(), 3u);
  using Scope = facts::AccessPolicyAssociation::Scope;
  EXPECT_EQ(facts_.access_policies[0].scope, Scope::kNamespaces);
  EXPECT_THAT(facts_.access_policies[0].namespaces, ElementsAre("a", "b-*"));
  EXPECT_EQ(facts_.access_policies[1].scope, Scope::kCluster);
  EXPECT_EQ(facts_.access_policies[2].scope, Scope::kUnknown);
}

TEST_F(CliJsonTest, PodIdentity) {
  const std::string list = R"({"associations": [{"clusterName": "demo", "namespace": "shop",
    "serviceAccount": "mailer", "associationId": "a-1"}]})";
  ASSERT_TRUE(Read(list));
  ASSERT_EQ(facts_.pod_identities.size(), 1u);
  EXPECT_TRUE(facts::HasHole(facts_.pod_identities[0].role_arn)) << "a list does not say the role";
  ASSERT_TRUE(Read(R"({"association": {"clusterName": "demo", "namespace": "shop",
    "serviceAccount": "mailer", "associationId": "a-1",
    "roleArn": "arn:aws:iam::012345678901:role/m", "disableSessionTags": true,
    "targetRoleArn": "arn:aws:iam::999999999999:role/t", "externalId": "x",
    "policy": "{\"Version\":\"2012-10-17\",\"Statement\":[]}"}})"));
  ASSERT_TRUE(Read(list));
  ASSERT_EQ(facts_.pod_identities.size(), 1u);
  const facts::PodIdentityAssociation& association = facts_.pod_identities[0];
  EXPECT_EQ(association.role_arn, "arn:aws:iam::012345678901:role/m");
  EXPECT_EQ(association.target_role_arn, "arn:aws:iam::999999999999:role/t");
  EXPECT_EQ(association.external_id, "x");
  EXPECT_TRUE(association.disable_session_tags);
  EXPECT_NE(association.session_policy, facts::PolicyId::kNone);
}

TEST_F(CliJsonTest, NodesAndAddons) {
  ASSERT_TRUE(Read(R"([
    {"nodegroup": {"nodegroupName": "a", "clusterName": "demo", "nodeRole": "r", "amiType": "AL2_x86_64"}},
    {"nodegroup": {"nodegroupName": "b", "clusterName": "demo", "nodeRole": "r", "amiType": "AL2023_x86_64_STANDARD"}},
    {"nodegroup": {"nodegroupName": "c", "clusterName": "demo", "nodeRole": "r", "amiType": "AL2_x86_64",
                   "launchTemplate": {"id": "lt-1"}}},
    {"fargateProfile": {"fargateProfileName": "f", "clusterName": "demo", "podExecutionRoleArn": "p"}},
    {"addon": {"addonName": "eks-pod-identity-agent", "clusterName": "demo"}},
    {"addons": ["vpc-cni"]}])"));
  ASSERT_EQ(facts_.node_groups.size(), 4u);
  EXPECT_EQ(facts_.node_groups[0].imds_from_pods, Tri::kTrue);
  EXPECT_EQ(facts_.node_groups[1].imds_from_pods, Tri::kFalse);
  EXPECT_EQ(facts_.node_groups[2].imds_from_pods, Tri::kUnknown);
  EXPECT_NE(facts_.node_groups[2].imds_why, "");
  EXPECT_EQ(facts_.node_groups[3].kind, facts::NodeGroup::Kind::kFargate);
  ASSERT_EQ(facts_.addons.size(), 2u);
  EXPECT_EQ(facts_.addons[0].name, "eks-pod-identity-agent");
}

TEST_F(CliJsonTest, OtherDocumentsAreNotOurs) {
  for (const std::string_view json :
       {R"({"kind": "List"})", R"({"cluster": "x"})", R"({"cluster": {"server": "x"}})", R"([])",
        R"({"accessEntries": [{}]})", R"({"Statement": []})", R"(5)", R"({"association": 1})"}) {
    EXPECT_FALSE(Read(std::string(json))) << json;
  }
}

TEST_F(CliJsonTest, WhatIsWrongIsALoss) {
  ASSERT_TRUE(Read(R"({"accessEntries": ["arn:aws:iam::012345678901:role/a"], "nextToken": "x"})"));
  EXPECT_TRUE(diagnostics_.incomplete()) << "further pages";
  EXPECT_EQ(diagnostics_.all().back().code, "eks.more-pages");
  ASSERT_TRUE(Read(R"({"accessEntry": {"principalArn": 5, "kubernetesGroups": [7]}})"));
  EXPECT_EQ(diagnostics_.all().back().code, "eks.value");
}

}  // namespace
}  // namespace whomay::ingest

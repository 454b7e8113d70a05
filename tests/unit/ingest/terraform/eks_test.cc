#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ingest/terraform/reading_fixture.h"

namespace whomay::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Eks, ModesAndCreators) {
  const char* caller =
      R"("prior_state":{"values":{"root_module":{"resources":[{"address":"data.aws_caller_identity.me","mode":"data",)"
      R"("type":"aws_caller_identity","values":{"account_id":"111122223333",)"
      R"("arn":"arn:aws:sts::111122223333:assumed-role/deploy/ci"}}]}}})";
  const struct {
    const char* what;
    const char* values;
    const char* marks;
    const char* expressions;
    const char* mode;
  } cases[] = {
      {"no block: the API's default", "{\"name\":\"c\"}", R"({"access_config":true})", "{}",
       "mode CONFIG_MAP creator-admin yes arn:aws:iam::111122223333:role/deploy"},
      {"flag false",
       R"({"name":"c","access_config":[{"authentication_mode":"API","bootstrap_cluster_creator_admin_permissions":false}]})",
       "{}", "{}", "mode API creator-admin no "},
      {"flag not set",
       R"({"name":"c","access_config":[{"authentication_mode":"API_AND_CONFIG_MAP"}]})",
       R"({"access_config":[{"bootstrap_cluster_creator_admin_permissions":true}]})",
       R"({"access_config":[{"authentication_mode":{"constant_value":"API_AND_CONFIG_MAP"}}]})",
       "mode API_AND_CONFIG_MAP creator-admin yes arn:aws:iam::111122223333:role/deploy"},
      {"mode through a local", R"({"name":"c","access_config":[{}]})",
       R"({"access_config":[{"authentication_mode":true}]})",
       R"({"access_config":[{"authentication_mode":{"references":["local.mode"]}}]})",
       "mode ? creator-admin"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    ReadResult result;
    ReadText(Plan(Create("aws_eks_cluster.c", "aws_eks_cluster", one.values, one.marks),
                  std::string(R"({"resources":[{"address":"aws_eks_cluster.c","expressions":)") +
                      one.expressions + "}]}",
                  caller),
             result);
    EXPECT_THAT(result.Of("aws_eks_cluster.c"), ElementsAre(HasSubstr(one.mode)));
  }
}

TEST(Eks, StatesDoNotSayWhoIsAdministrator) {
  ReadResult result;
  ReadText(
      R"({"format_version":"1.0","values":{"root_module":{"resources":[{"address":"aws_eks_cluster.c","mode":"managed",)"
      R"("type":"aws_eks_cluster","values":{"name":"c","arn":"arn:aws:eks:eu-west-1:111122223333:cluster/c",)"
      R"("access_config":[{"authentication_mode":"API","bootstrap_cluster_creator_admin_permissions":true}],)"
      R"("identity":[{"oidc":[{"issuer":"https://oidc.example/id/1"}]}],"compute_config":[{"enabled":true,)"
      R"("node_role_arn":"arn:aws:iam::111122223333:role/auto"}]}},)"
      R"({"address":"data.aws_eks_cluster.c","mode":"data","type":"aws_eks_cluster","values":{"name":"c"}},)"
      R"({"address":"data.aws_eks_cluster.other","mode":"data","type":"aws_eks_cluster","values":{"name":"other",)"
      R"("arn":"arn:aws:eks:eu-west-1:111122223333:cluster/other"}}]}}})",
      result);
  ASSERT_THAT(result.facts.clusters, SizeIs(2));
  EXPECT_EQ(result.facts.clusters[0].creator_is_admin, Tri::kUnknown);
  EXPECT_EQ(result.facts.clusters[0].issuer, "oidc.example/id/1");
  EXPECT_TRUE(result.facts.clusters[0].auto_mode);
  EXPECT_EQ(result.facts.clusters[0].auto_mode_node_role, "arn:aws:iam::111122223333:role/auto");
  EXPECT_EQ(result.facts.clusters[1].name, "other");
  EXPECT_EQ(result.facts.clusters[1].mode, facts::AuthenticationMode::kUnknown);
}

TEST(Eks, UnknownGroupsOfEntries) {
  const struct {
    const char* what;
    const char* expression;  // of kubernetes_groups
    const char* groups;
  } cases[] = {
      {"not configured", "", "groups [] assumed-unset"},
      {"only each.value",
       R"(,"kubernetes_groups":{"references":["each.value.kubernetes_groups","each.value"]})",
       "groups [] assumed-unset"},
      {"a local", R"(,"kubernetes_groups":{"references":["local.groups"]})", "groups [...]"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    ReadResult result;
    ReadText(
        Plan(
            Create(
                "aws_eks_access_entry.e", "aws_eks_access_entry",
                R"({"cluster_name":"c","principal_arn":"arn:aws:iam::111122223333:role/r","user_name":"u"})",
                R"({"kubernetes_groups":true})"),
            std::string(
                R"({"resources":[{"address":"aws_eks_access_entry.e","expressions":{"cluster_name":)"
                R"({"constant_value":"c"})") +
                one.expression + "}}]}"),
        result);
    EXPECT_THAT(result.Of("aws_eks_access_entry.e"), ElementsAre(HasSubstr(one.groups)));
  }
}

TEST(Eks, EntriesFollowTheirPrincipal) {
  // The association takes its principal from the entry, the entry from the role.
  ReadResult result;
  ReadText(
      Plan(
          Create("aws_iam_role.r", "aws_iam_role", R"({"name":"r"})", R"({"arn":true})") + "," +
              Create("aws_eks_access_entry.e", "aws_eks_access_entry", R"({"cluster_name":"c"})",
                     R"({"principal_arn":true})") +
              "," +
              Create(
                  "aws_eks_access_policy_association.a", "aws_eks_access_policy_association",
                  R"({"cluster_name":"c","policy_arn":"arn:aws:eks::aws:cluster-access-policy/P",)"
                  R"("access_scope":[{"type":"namespace","namespaces":["dev-*"]}]})",
                  R"({"principal_arn":true})"),
          R"({"resources":[{"address":"aws_iam_role.r"},{"address":"aws_eks_access_entry.e","expressions":)"
          R"({"principal_arn":{"references":["aws_iam_role.r.arn","aws_iam_role.r"]}}},)"
          R"({"address":"aws_eks_access_policy_association.a","expressions":{"principal_arn":{"references":)"
          R"(["aws_eks_access_entry.e.principal_arn","aws_eks_access_entry.e"]}}}]})"),
      result);
  EXPECT_THAT(result.Of("aws_eks_access_policy_association.a"),
              ElementsAre("after: access-policy c arn:aws:iam::<account of the provider>:role/r "
                          "arn:aws:eks::aws:cluster-access-policy/P @namespaces [dev-*]"));
}

TEST(Eks, WhetherPodsReachTheNodesRole) {
  const auto group = [](const char* values, const char* launch_template) {
    return Plan(
        Create("aws_eks_node_group.g", "aws_eks_node_group", values) +
            (launch_template[0] == '\0'
                 ? std::string()
                 : "," + Create("aws_launch_template.t", "aws_launch_template", launch_template)),
        "{}");
  };
  const struct {
    const char* what;
    std::string plan;
    const char* imds;
  } cases[] = {
      {"Amazon Linux 2", group(R"({"cluster_name":"c","ami_type":"AL2_x86_64"})", ""), "imds yes"},
      {"Amazon Linux 2023",
       group(R"({"cluster_name":"c","ami_type":"AL2023_x86_64_STANDARD"})", ""), "imds no"},
      {"no type, before 1.30", group(R"({"cluster_name":"c","version":"1.29"})", ""), "imds yes"},
      {"no type, from 1.30 on", group(R"({"cluster_name":"c","version":"1.30"})", ""), "imds no"},
      {"nothing known", group(R"({"cluster_name":"c"})", ""), "imds ? neither"},
      {"Bottlerocket", group(R"({"cluster_name":"c","ami_type":"BOTTLEROCKET_x86_64"})", ""),
       "imds ? the default"},
      {"template with limit 1",
       group(R"({"cluster_name":"c","launch_template":[{"name":"t"}]})",
             R"({"name":"t","metadata_options":[{"http_put_response_hop_limit":1}]})"),
       "imds no"},
      {"template with limit 2",
       group(
           R"({"cluster_name":"c","ami_type":"AL2023_x86_64_STANDARD","launch_template":[{"name":"t"}]})",
           R"({"name":"t","metadata_options":[{"http_put_response_hop_limit":2}]})"),
       "imds yes"},
      {"template with the service off",
       group(
           R"({"cluster_name":"c","launch_template":[{"name":"t"}]})",
           R"({"name":"t","metadata_options":[{"http_endpoint":"disabled","http_put_response_hop_limit":2}]})"),
       "imds no"},
      {"template with an image of its own",
       group(R"({"cluster_name":"c","launch_template":[{"name":"t"}]})",
             R"({"name":"t","image_id":"ami-1"})"),
       "imds yes"},
      {"template that was not read",
       group(R"({"cluster_name":"c","launch_template":[{"name":"t"}]})", ""),
       "imds ? its launch template was not read"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    ReadResult result;
    ReadText(one.plan, result);
    EXPECT_THAT(result.Of("aws_eks_node_group.g"), ElementsAre(HasSubstr(one.imds)));
  }
}

TEST(Eks, AddonsFargateAndSelfManagedNodes) {
  ReadResult result;
  ReadText(
      Plan(
          Create(
              "aws_eks_addon.a", "aws_eks_addon",
              R"({"cluster_name":"c","addon_name":"aws-ebs-csi-driver","pod_identity_association":)"
              R"([{"role_arn":"arn:aws:iam::111122223333:role/ebs","service_account":"ebs-csi-controller-sa"}]})") +
          "," +
          Create(
              "aws_eks_fargate_profile.f", "aws_eks_fargate_profile",
              R"({"cluster_name":"c","fargate_profile_name":"f","pod_execution_role_arn":"arn:aws:iam::111122223333:role/f"})") +
          "," +
          Create(
              "aws_autoscaling_group.n", "aws_autoscaling_group",
              R"({"name":"n","tag":[{"key":"kubernetes.io/cluster/c","value":"owned"}],"launch_template":[{"name":"t"}]})") +
          "," +
          Create(
              "aws_launch_template.t", "aws_launch_template",
              R"({"name":"t","iam_instance_profile":[{"name":"p"}],"metadata_options":[{"http_put_response_hop_limit":2}]})") +
          "," +
          Create("aws_iam_instance_profile.p", "aws_iam_instance_profile",
                 R"({"name":"p","role":"r"})") +
          "," +
          Create("aws_iam_role.r", "aws_iam_role",
                 R"({"name":"r","arn":"arn:aws:iam::111122223333:role/r"})") +
          "," +
          Create("aws_autoscaling_group.other", "aws_autoscaling_group",
                 R"({"name":"x","tag":[]})")),
      result);
  EXPECT_THAT(result.Of("aws_eks_addon.a"),
              ElementsAre("after: pod-identity c kube-system/ebs-csi-controller-sa "
                          "arn:aws:iam::111122223333:role/ebs",
                          "after: addon c aws-ebs-csi-driver "));
  EXPECT_THAT(result.Of("aws_eks_fargate_profile.f"),
              ElementsAre("after: nodes fargate c f arn:aws:iam::111122223333:role/f imds no "));
  EXPECT_THAT(
      result.Of("aws_autoscaling_group.n"),
      ElementsAre("after: nodes self-managed c n arn:aws:iam::111122223333:role/r imds yes "));
  EXPECT_THAT(result.Of("aws_autoscaling_group.other"), IsEmpty());
}

// EKS makes the access entry of a capability's role itself.
TEST(Eks, CapabilitiesHaveAccessEntries) {
  const auto capability = [](const char* type, const char* more = "") {
    return Create(
        "aws_eks_capability.c", "aws_eks_capability",
        std::string(R"({"cluster_name":"x","role_arn":"arn:aws:iam::1:role/r","type":")") + type +
            "\"" + more + "}");
  };
  const char* const entry = "after: entry x arn:aws:iam::1:role/r STANDARD user  groups []";
  const char* const policy =
      "after: access-policy x arn:aws:iam::1:role/r "
      "arn:aws:eks::aws:cluster-access-policy/";
  ReadResult ack, argo, declared;
  ReadText(Plan(capability("ACK")), ack);
  EXPECT_THAT(ack.Of("aws_eks_capability.c"),
              ElementsAre(entry, std::string(policy) + "AmazonEKSACKPolicy @cluster []"));
  ReadText(Plan(capability("ARGOCD", R"(,"configuration":[{"argo_cd":[{"namespace":"cd"}]}])")),
           argo);
  EXPECT_THAT(argo.Of("aws_eks_capability.c"),
              ElementsAre(entry, std::string(policy) + "AmazonEKSArgoCDClusterPolicy @cluster []",
                          std::string(policy) + "AmazonEKSArgoCDPolicy @namespaces [cd]"));
  ReadText(Plan(capability("KRO") + "," +
                Create("aws_eks_access_entry.e", "aws_eks_access_entry",
                       R"({"cluster_name":"x","principal_arn":"arn:aws:iam::1:role/r",)"
                       R"("kubernetes_groups":["g"]})")),
           declared);
  EXPECT_EQ(declared.facts.access_entries.size(), 1u);
}

}  // namespace
}  // namespace whomay::ingest

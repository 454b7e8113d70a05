#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ingest/terraform/reading_fixture.h"

namespace whomay::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

TEST(Kubernetes, ObjectsOfTheProvider) {
  const struct {
    const char* address;
    const char* type;
    const char* values;
    const char* line;
  } cases[] = {
      {"kubernetes_role.r", "kubernetes_role",
       R"({"metadata":[{"name":"r","namespace":"n"}],"rule":[{"api_groups":[""],"resources":["pods"],"verbs":["get"],)"
       R"("resource_names":[]}]})",
       "after: role @ n/r {[get] [] [pods] [] []}"},
      {"kubernetes_cluster_role_v1.r", "kubernetes_cluster_role_v1",
       R"({"metadata":[{"name":"r"}],"rule":[{"verbs":["get"],"non_resource_urls":["/metrics"]}],"aggregation_rule":[]})",
       "after: clusterrole @ /r {[get] [] [] [] [/metrics]}"},
      {"kubernetes_cluster_role.a", "kubernetes_cluster_role",
       R"({"metadata":[{"name":"a"}],"aggregation_rule":[{"cluster_role_selectors":[{"match_labels":{"x":"y"}}]}]})",
       "after: clusterrole @ /a aggregated"},
      // A User's namespace is the provider's default, and means nothing.
      {"kubernetes_role_binding.b", "kubernetes_role_binding",
       R"({"metadata":[{"name":"b","namespace":"n"}],"role_ref":[{"api_group":"rbac.authorization.k8s.io","kind":"Role",)"
       R"("name":"r"}],"subject":[{"kind":"User","name":"u","namespace":"default"},{"kind":"Group","name":"g",)"
       R"("namespace":"default"},{"kind":"ServiceAccount","name":"s","namespace":"m"},)"
       R"({"kind":"ServiceAccount","name":"d"}]})",
       "after: binding @ n/b to Role/r of User:/u Group:/g ServiceAccount:m/s "
       "ServiceAccount:default/d"},
      {"kubernetes_cluster_role_binding_v1.b", "kubernetes_cluster_role_binding_v1",
       R"({"metadata":[{"name":"b"}],"role_ref":[{"kind":"ClusterRole","name":"view"}],"subject":[{"kind":"Group","name":"g"}]})",
       "after: clusterbinding @ /b to ClusterRole/view of Group:/g"},
      {"kubernetes_service_account.s", "kubernetes_service_account",
       R"({"metadata":[{"name":"s","annotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::1:role/x"}}]})",
       "after: serviceaccount @ default/s arn:aws:iam::1:role/x"},
      {"kubernetes_deployment_v1.d", "kubernetes_deployment_v1",
       R"({"metadata":[{"name":"d","namespace":"n"}],"spec":[{"template":[{"spec":[{"service_account_name":"s"}]}]}]})",
       "after: deployment @ n/d as s"},
      {"kubernetes_pod.p", "kubernetes_pod",
       R"({"metadata":[{"name":"p","namespace":"n"}],"spec":[{}]})", "after: pod @ n/p as default"},
      {"kubernetes_cron_job_v1.c", "kubernetes_cron_job_v1",
       R"({"metadata":[{"name":"c","namespace":"n"}],"spec":[{"job_template":[{"spec":[{"template":[{"spec":)"
       R"([{"service_account_name":"s"}]}]}]}]}]})",
       "after: cronjob @ n/c as s"},
      {"kubernetes_namespace.n", "kubernetes_namespace", R"({"metadata":[{"name":"n"}]})",
       "after: namespace @ /n"},
      {"kubernetes_manifest.m", "kubernetes_manifest",
       R"({"manifest":{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"r","namespace":"n"},)"
       R"("rules":[{"apiGroups":["apps"],"resources":["deployments"],"verbs":["*"]}]}})",
       "after: role @ n/r {[*] [apps] [deployments] [] []}"},
      {"kubectl_manifest.m", "kubectl_manifest",
       R"({"yaml_body":"apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: s\n  namespace: ns\n"})",
       "after: serviceaccount @ ns/s "},
      {"kubernetes_annotations.a", "kubernetes_annotations",
       R"({"api_version":"v1","kind":"ServiceAccount","metadata":[{"name":"s","namespace":"n"}],"annotations":)"
       R"({"eks.amazonaws.com/role-arn":"arn:aws:iam::1:role/x"}})",
       "after: serviceaccount @ n/s arn:aws:iam::1:role/x"},
      {"helm_release.h", "helm_release",
       R"({"namespace":"n","name":"h","values":["serviceAccount:\n  name: s\n  annotations:\n)"
       R"(    eks.amazonaws.com/role-arn: arn:aws:iam::1:role/x\n"]})",
       "after: serviceaccount @ n/s arn:aws:iam::1:role/x"},
      {"helm_release.set", "helm_release",
       R"({"namespace":"n","name":"h","set":[{"name":"controller.serviceAccount.name","value":"s"},{"name":)"
       R"("controller.serviceAccount.annotations.eks\\.amazonaws\\.com/role-arn","value":"arn:aws:iam::1:role/x"}]})",
       "after: serviceaccount @ n/s arn:aws:iam::1:role/x"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.address);
    ReadResult result;
    ReadText(Plan(Create(one.address, one.type, one.values)), result);
    EXPECT_THAT(result.Of(one.address), ElementsAre(one.line));
    for (const source::Diagnostic& diagnostic : result.diagnostics.all()) {
      ADD_FAILURE() << diagnostic.code << " " << diagnostic.message;
    }
  }
}

TEST(Kubernetes, ClustersOfProviders) {
  const auto plan = [](const char* provider) {
    return std::string(R"({"format_version":"1.2","resource_changes":[)") +
           Create("kubernetes_namespace.n", "kubernetes_namespace",
                  R"({"metadata":[{"name":"n"}]})") +
           "," +
           Create("aws_eks_cluster.a", "aws_eks_cluster", R"({"name":"a"})",
                  R"({"endpoint":true,"arn":true})") +
           "," +
           Create("aws_eks_cluster.b", "aws_eks_cluster", R"({"name":"b"})",
                  R"({"endpoint":true,"arn":true})") +
           R"(],"configuration":{"provider_config":{"kubernetes":{"expressions":)" + provider +
           R"(}},"root_module":{"resources":[{"address":"kubernetes_namespace.n","provider_config_key":"kubernetes"}]}}})";
  };
  const struct {
    const char* provider;
    const char* cluster;
  } cases[] = {
      {R"({"host":{"references":["aws_eks_cluster.b.endpoint","aws_eks_cluster.b"]}})", "b"},
      {R"({"exec":[{"args":{"references":["aws_eks_cluster.a.name","aws_eks_cluster.a"]}}]})", "a"},
      {R"({"config_path":{"constant_value":"~/.kube/config"}})", ""},
      {R"({"host":{"references":["aws_eks_cluster.a.endpoint"]},"token":{"references":["aws_eks_cluster.b.id"]}})",
       "<one of a b>"},
  };
  for (const auto& one : cases) {
    ReadResult result;
    ReadText(plan(one.provider), result);
    EXPECT_THAT(result.Of("kubernetes_namespace.n"),
                ElementsAre(std::string("after: namespace @") + one.cluster + " /n"));
  }
}

TEST(Kubernetes, UnknownAnnotationsAreFollowed) {
  ReadResult result;
  ReadText(
      Plan(
          Create("aws_iam_role.r", "aws_iam_role", R"({"name":"r"})", R"({"arn":true})") + "," +
              Create("kubernetes_service_account.s", "kubernetes_service_account",
                     R"({"metadata":[{"name":"s","namespace":"n","annotations":{}}]})",
                     R"({"metadata":[{"annotations":{"eks.amazonaws.com/role-arn":true}}]})") +
              "," +
              Create(
                  "kubernetes_manifest.m", "kubernetes_manifest",
                  R"({"manifest":{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"t","namespace":"n",)"
                  R"("annotations":{}}}})",
                  R"({"manifest":{"metadata":{"annotations":{"eks.amazonaws.com/role-arn":true}}}})"),
          R"({"resources":[{"address":"aws_iam_role.r"},{"address":"kubernetes_service_account.s","expressions":)"
          R"({"metadata":[{"annotations":{"references":["aws_iam_role.r.arn","aws_iam_role.r"]}}]}},)"
          R"({"address":"kubernetes_manifest.m","expressions":{"manifest":{"references":["aws_iam_role.r.arn"]}}}]})"),
      result);
  const std::string arn = "arn:aws:iam::<account of the provider>:role/r";
  EXPECT_THAT(result.Of("kubernetes_service_account.s"),
              ElementsAre("after: serviceaccount @ n/s " + arn));
  EXPECT_THAT(result.Of("kubernetes_manifest.m"),
              ElementsAre("after: serviceaccount @ n/t " + arn));
}

TEST(Kubernetes, AwsAuthInItsThreeForms) {
  const char* values =
      R"({"metadata":[{"name":"aws-auth","namespace":"kube-system"}],"data":{"mapRoles":)"
      R"("- rolearn: arn:aws:iam::111122223333:role/r\n  username: u\n  groups: [g]\n"}})";
  for (const char* type :
       {"kubernetes_config_map", "kubernetes_config_map_v1", "kubernetes_config_map_v1_data"}) {
    ReadResult result;
    ReadText(Plan(Create(std::string(type) + ".a", type, values)), result);
    EXPECT_THAT(
        result.Of(std::string(type) + ".a"),
        ElementsAre("after: aws-auth  {arn:aws:iam::111122223333:role/r u [g]} accounts []"));
    ASSERT_EQ(result.facts.aws_auths[0].roles.size(), 1u);
    EXPECT_TRUE(result.sources.Locate(result.facts.aws_auths[0].roles[0].span).line > 0);
  }
}

TEST(Kubernetes, UnknownAwsAuthIsOpen) {
  ReadResult all, one, other;
  ReadText(
      Plan(
          Create("kubernetes_config_map.a", "kubernetes_config_map",
                 R"({"metadata":[{"name":"aws-auth","namespace":"kube-system"}]})",
                 R"({"data":true})"),
          R"({"resources":[{"address":"kubernetes_config_map.a","expressions":{"data":{"references":["local.d"]}}}]})"),
      all);
  EXPECT_THAT(all.Of("kubernetes_config_map.a"),
              ElementsAre(AllOf(HasSubstr("roles-open"), HasSubstr("users-open"),
                                HasSubstr("accounts-open"))));
  ReadText(
      Plan(
          Create(
              "kubernetes_config_map.a", "kubernetes_config_map",
              R"({"metadata":[{"name":"aws-auth","namespace":"kube-system"}],"data":{"mapAccounts":"- \"111122223333\""}})",
              R"({"data":{"mapRoles":true}})"),
          R"({"resources":[{"address":"kubernetes_config_map.a","expressions":{"data":{"references":["local.d"]}}}]})"),
      one);
  EXPECT_THAT(one.Of("kubernetes_config_map.a"),
              ElementsAre(AllOf(HasSubstr("accounts [111122223333] roles-open"),
                                Not(HasSubstr("users-open")))));
  ReadText(
      Plan(Create(
          "kubernetes_config_map.a", "kubernetes_config_map",
          R"({"metadata":[{"name":"other","namespace":"kube-system"}],"data":{"mapRoles":"x"}})")),
      other);
  EXPECT_THAT(other.Of("kubernetes_config_map.a"), IsEmpty());
}

// An annotation of a resource of its own belongs to the ServiceAccount of the same plan, in its
// worlds; it is no second object.
TEST(Kubernetes, AnnotationsOfAccountsThatThePlanMakes) {
  const char* const metadata = R"("metadata":[{"name":"s","namespace":"n"}])";
  const std::string account = R"({"address":"kubernetes_service_account.s","mode":"managed",)"
                              R"("type":"kubernetes_service_account","values":{)" +
                              std::string(metadata) + "}}";
  const std::string annotation =
      Create("kubernetes_annotations.a", "kubernetes_annotations",
             std::string(R"({"api_version":"v1","kind":"ServiceAccount",)") + metadata +
                 R"(,"annotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::1:role/r"}})");
  ReadResult added, made, alone;
  ReadText(Plan(annotation, "{}",
                R"("prior_state":{"values":{"root_module":{"resources":[)" + account + "]}}}"),
           added);
  EXPECT_THAT(added.Of("kubernetes_service_account.s"),
              UnorderedElementsAre("before: serviceaccount @ n/s ",
                                   "after: serviceaccount @ n/s arn:aws:iam::1:role/r"));
  EXPECT_THAT(added.Of("kubernetes_annotations.a"), IsEmpty());
  ReadText(Plan(annotation + "," +
                Create("kubernetes_service_account.s", "kubernetes_service_account",
                       std::string("{") + metadata + "}")),
           made);
  EXPECT_THAT(made.Of("kubernetes_service_account.s"),
              ElementsAre("after: serviceaccount @ n/s arn:aws:iam::1:role/r"));
  EXPECT_THAT(made.facts.service_accounts, SizeIs(1));
  ReadText(Plan(annotation), alone);
  EXPECT_THAT(alone.Of("kubernetes_annotations.a"),
              ElementsAre("after: serviceaccount @ n/s arn:aws:iam::1:role/r"));
}

TEST(Kubernetes, OverrideNamespaceCountsMoreThanTheManifest) {
  ReadResult result;
  ReadText(Plan(Create("kubectl_manifest.m", "kubectl_manifest",
                       R"({"override_namespace":"o","yaml_body":"apiVersion: v1\nkind: )"
                       R"(ServiceAccount\nmetadata: {name: s, namespace: web}\n"})")),
           result);
  EXPECT_THAT(result.Of("kubectl_manifest.m"), ElementsAre("after: serviceaccount @ o/s "));
}

// Every way in which a release's values name a ServiceAccount and its role.
TEST(Helm, ValuesNameAccountsAndRoles) {
  const std::string role = "arn:aws:iam::111122223333:role/r";
  const std::string key = R"(annotations.eks\\.amazonaws\\.com/role-arn)";
  const auto set = [](const std::vector<std::pair<std::string, std::string>>& values) {
    std::string text;
    for (const auto& [name, value] : values) {
      text += (text.empty() ? "" : ",") + std::string(R"({"name":")") + name + R"(","value":")" +
              value + "\"}";
    }
    return "\"set\":[" + text + "]";
  };
  const auto yaml = [](const std::string& text) { return "\"values\":[\"" + text + "\"]"; };
  const struct {
    const char* what;
    std::string attributes;
    std::string account;  // "" for none
  } cases[] = {
      {"set", set({{"serviceAccount.name", "s"}, {"serviceAccount." + key, role}}), "s"},
      {"set of a part",
       set({{"controller.serviceAccount.name", "s"}, {"controller.serviceAccount." + key, role}}),
       "s"},
      {"set of one of several",
       set({{"serviceAccounts.server.name", "s"}, {"serviceAccounts.server." + key, role}}), "s"},
      {"parts apart", set({{"a.serviceAccount.name", "s"}, {"b.serviceAccount." + key, role}}), ""},
      {"values",
       yaml(R"(serviceAccount:\n  name: s\n  annotations:\n    eks.amazonaws.com/role-arn: )" +
            role + R"(\n)"),
       "s"},
      {"values of one of several",
       yaml(R"(serviceAccounts:\n  server:\n    name: s\n    annotations:\n      )"
            R"(eks.amazonaws.com/role-arn: )" +
            role + R"(\n  other:\n    name: t\n)"),
       "s"},
      {"values as JSON, by jsonencode",
       yaml(R"({\"x\":{\"serviceAccount\":{\"name\":\"s\",\"annotations\":)"
            R"({\"eks.amazonaws.com/role-arn\":\")" +
            role + R"(\"}}}})"),
       "s"},
      {"set counts more than values",
       yaml(R"(serviceAccount: {name: t}\n)") + "," +
           set({{"serviceAccount.name", "s"}, {"serviceAccount." + key, role}}),
       "s"},
      {"no name", set({{"serviceAccount." + key, role}}), ""},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    ReadResult result;
    ReadText(Plan(Create("helm_release.h", "helm_release",
                         R"({"name":"h","namespace":"web",)" + one.attributes + "}")),
             result);
    EXPECT_TRUE(result.diagnostics.all().empty());
    if (one.account.empty()) {
      EXPECT_THAT(result.facts.service_accounts, IsEmpty());
    } else {
      EXPECT_THAT(result.Of("helm_release.h"),
                  ElementsAre("after: serviceaccount @ web/" + one.account + " " + role));
    }
  }
  ReadResult open;
  ReadText(Plan(Create("helm_release.h", "helm_release", R"({"name":"h"})", R"({"values":true})")),
           open);
  EXPECT_TRUE(open.Has("terraform.helm-values"));
}

TEST(Kubernetes, LabelsThatAreAddedToClusterRolesAreALoss) {
  const auto labels = [](const char* kind) {
    return Plan(Create("kubernetes_labels.l", "kubernetes_labels",
                       std::string(R"({"kind":")") + kind + R"(","metadata":[{"name":"x"}],)" +
                           R"("labels":{"rbac.authorization.k8s.io/aggregate-to-view":"true"}})"));
  };
  ReadResult role, other;
  ReadText(labels("ClusterRole"), role);
  EXPECT_TRUE(role.Has("terraform.labels"));
  EXPECT_TRUE(role.diagnostics.incomplete());
  ReadText(labels("Namespace"), other);
  EXPECT_TRUE(other.diagnostics.all().empty());
}

}  // namespace
}  // namespace whomay::ingest

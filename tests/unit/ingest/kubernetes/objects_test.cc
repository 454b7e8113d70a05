#include "ingest/kubernetes/objects.h"

#include <gtest/gtest.h>

#include "data/bootstrap_rbac.h"
#include "ingest/kubernetes/bootstrap.h"
#include "tests/unit/ingest/kubernetes/reading.h"

namespace whomay::ingest {
namespace {

using Codes = std::vector<std::string>;

constexpr char kBinding[] = R"("roleRef":{"kind":"ClusterRole","name":"view"})";

std::string RoleBinding(std::string_view metadata, std::string_view version = "v1") {
  return R"({"apiVersion":"rbac.authorization.k8s.io/)" + std::string(version) +
         R"(","kind":"RoleBinding","metadata":)" + std::string(metadata) + "," + kBinding + "}";
}

TEST(ReadObject, SaysWhatIsWrong) {
  const struct {
    std::string_view name;
    std::string object;
    Codes codes;
    size_t bindings;
    bool incomplete;
  } cases[] = {
      {"fine", RoleBinding(R"({"name":"a","namespace":"n"})"), {}, 1, false},
      {"no namespace", RoleBinding(R"({"name":"a"})"), {"kubernetes.default-namespace"}, 1, false},
      {"v1beta1",
       RoleBinding(R"({"name":"a","namespace":"n"})", "v1beta1"),
       {"kubernetes.old-version"},
       1,
       false},
      {"v2",
       RoleBinding(R"({"name":"a","namespace":"n"})", "v2"),
       {"kubernetes.unknown-kind"},
       0,
       false},
      {"v1alpha1 from a cluster",
       RoleBinding(R"({"name":"a","namespace":"n","uid":"1"})", "v1alpha1"),
       {"kubernetes.unknown-kind"},
       0,
       true},
      {"wrong type",
       RoleBinding(R"({"name":["a"],"namespace":"n"})"),
       {"kubernetes.undecodable"},
       0,
       true},
      {"unknown field",
       RoleBinding(R"({"name":"a","namespace":"n","Labels":{}})"),
       {"kubernetes.unknown-field"},
       1,
       false},
      {"kind in lower case",
       R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"rolebinding","metadata":{}})",
       {"kubernetes.unknown-kind"},
       0,
       false},
      {"RBAC kind in the core group",
       R"({"apiVersion":"v1","kind":"Role","metadata":{"name":"a"}})",
       {"kubernetes.unknown-kind"},
       0,
       false},
      {"group without version",
       R"({"apiVersion":"rbac.authorization.k8s.io","kind":"RoleBinding","metadata":{"name":"a"}})",
       {"kubernetes.unknown-kind"},
       0,
       false},
      {"workload in lower case",
       R"({"apiVersion":"apps/v1","kind":"deployment","metadata":{}})",
       {"kubernetes.unknown-kind"},
       0,
       false},
      {"workload of another group",
       R"({"apiVersion":"batch/v1","kind":"Deployment","metadata":{}})",
       {"kubernetes.unknown-kind"},
       0,
       false},
      {"workload of no version",
       R"({"apiVersion":"apps/v9","kind":"Deployment","metadata":{}})",
       {"kubernetes.unknown-kind"},
       0,
       false},
      {"items no list",
       R"({"apiVersion":"v1","kind":"List","items":{"a":1}})",
       {"kubernetes.undecodable"},
       0,
       true},
      {"no items", R"({"apiVersion":"v1","kind":"List","items":null})", {}, 0, false},
      {"generated name", RoleBinding(R"({"generateName":"a-","namespace":"ns"})"), {}, 1, false},
      {"no name", RoleBinding(R"({"namespace":"ns"})"), {"kubernetes.refused"}, 1, false},
      {"ServiceAccount without a name",
       R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"namespace":"ns"}})",
       {"kubernetes.refused"},
       0,
       false},
      {"no kind", R"({"apiVersion":"v1","metadata":{}})", {"kubernetes.undecodable"}, 0, true},
      {"no apiVersion", R"({"kind":"Role","metadata":{}})", {"kubernetes.undecodable"}, 0, true},
      {"no object", R"(["a"])", {"kubernetes.undecodable"}, 0, true},
      {"another group's RoleBinding",
       R"({"apiVersion":"authorization.openshift.io/v1","kind":"RoleBinding","metadata":{}})",
       {},
       0,
       false},
      {"template",
       RoleBinding(R"({"name":"{{ .Release.Name }}-a","namespace":"n"})"),
       {"kubernetes.template"},
       0,
       false},
      {"kustomization",
       R"({"apiVersion":"kustomize.config.k8s.io/v1beta1","kind":"Kustomization"})",
       {"kubernetes.kustomize"},
       0,
       false},
      {"kustomization without a kind",
       R"({"resources":["a.yaml"]})",
       {"kubernetes.kustomize"},
       0,
       false},
      {"patch",
       R"({"apiVersion":"v1","kind":"ServiceAccount","$patch":"delete","metadata":{}})",
       {"kubernetes.kustomize"},
       0,
       false},
      {"JSON patch", R"([{"op":"add","path":"/x","value":1}])", {"kubernetes.kustomize"}, 0, false},
      {"other kinds", R"({"apiVersion":"v1","kind":"Secret","data":{"a":1}})", {}, 0, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Reading reading(c.object);
    EXPECT_EQ(reading.codes(), c.codes) << reading.message(0);
    EXPECT_EQ(reading.facts.bindings.size(), c.bindings);
    EXPECT_EQ(reading.diagnostics.incomplete(), c.incomplete);
  }
}

TEST(ReadObject, GeneratedNamesNeverMeet) {
  const std::string binding = RoleBinding(R"({"generateName":"a-","namespace":"ns"})");
  const Reading reading(R"({"apiVersion":"v1","kind":"List","items":[)" + binding + "," + binding +
                        "]}");
  ASSERT_EQ(reading.facts.bindings.size(), 2u);
  EXPECT_NE(reading.facts.bindings[0].name, reading.facts.bindings[1].name);
  EXPECT_FALSE(reading.facts.bindings[0].refused);
}

TEST(ReadObject, NamesThatTheServerRefuses) {
  const struct {
    const char* metadata;
    bool refused;
  } cases[] = {{R"({"name":"Bad_Name","namespace":"ns"})", true},
               {R"({"name":"a.b","namespace":"NS"})", true},
               {R"({"name":"Bad_Name","namespace":"ns","uid":"1"})", false},
               {R"({"name":"a.b","namespace":"ns"})", false}};
  for (const auto& c : cases) {
    const Reading reading(std::string(R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":)") +
                          c.metadata + "}");
    ASSERT_EQ(reading.facts.service_accounts.size(), 1u);
    EXPECT_EQ(reading.facts.service_accounts[0].refused, c.refused) << c.metadata;
  }
}

TEST(ReadObject, DefaultNamespaceIsTheCallers) {
  KubernetesOptions options;
  options.default_namespace = "shop";
  options.cluster = "prod";
  options.address = "kubernetes_manifest.x";
  options.worlds = facts::kAfter;
  const Reading reading(RoleBinding(R"({"name":"a"})"), options);
  ASSERT_EQ(reading.facts.bindings.size(), 1u);
  const facts::RbacBinding& binding = reading.facts.bindings[0];
  EXPECT_EQ(binding.namespace_name, "shop");
  EXPECT_EQ(binding.cluster, "prod");
  EXPECT_EQ(binding.origin.address, "kubernetes_manifest.x");
  EXPECT_EQ(binding.origin.object, "RoleBinding shop/a");
  EXPECT_EQ(binding.worlds, facts::kAfter);
  EXPECT_TRUE(binding.origin.span.known());
}

TEST(ReadObject, ListsInOrderAndNested) {
  const std::string item = R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":)";
  const Reading reading(R"({"apiVersion":"v1","kind":"List","items":[)" + item + R"("a"}},
      {"apiVersion":"v1","kind":"List","items":[)" +
                        item + R"("b"}},)" + item + R"("c"}}]},
      )" + item + R"("d"}},{"apiVersion":"v1","kind":"NamespaceList","items":[
      {"metadata":{"name":"e"}},)" +
                        item + R"("f"}}]}]})");
  EXPECT_EQ(reading.codes(), Codes{});
  std::string names;
  uint32_t order = 0;
  for (const facts::Namespace& each : reading.facts.namespaces) {
    names += each.name;
    EXPECT_GT(each.order, order);
    order = each.order;
  }
  EXPECT_EQ(names, "abcdef");
}

TEST(ReadObject, ListItemsHaveNoKindOfTheirOwnOnlyInTypedLists) {
  const Reading typed(R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleList",
      "items":[{"metadata":{"name":"a","namespace":"n"}}]})");
  EXPECT_EQ(typed.facts.roles.size(), 1u);
  const Reading broken(R"({"apiVersion":"v1","kind":"List","items":[{"metadata":{"name":"a"}}]})");
  EXPECT_EQ(broken.codes(), Codes{"kubernetes.undecodable"});
}

TEST(ReadObject, ServiceAccounts) {
  const Reading reading(R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"s",
      "namespace":"n","annotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::1:role/r",
      "eks.amazonaws.com/audience":"aud"}},"automountServiceAccountToken":false})");
  ASSERT_EQ(reading.facts.service_accounts.size(), 1u);
  const facts::ServiceAccount& account = reading.facts.service_accounts[0];
  EXPECT_EQ(account.role_arn, "arn:aws:iam::1:role/r");
  EXPECT_EQ(account.audience, "aud");
  EXPECT_EQ(account.automount_token, Tri::kFalse);
  EXPECT_EQ(reading.parsed.sources.text(account.role_arn_span), "\"arn:aws:iam::1:role/r\"");
}

TEST(ReadObject, Workloads) {
  const struct {
    const char* version;
    const char* kind;
    const char* spec;
    std::string_view found_kind, account;
    bool host_network;
  } cases[] = {
      {"v1", "Pod", R"({"serviceAccountName":"s"})", "pod", "s", false},
      {"v1", "Pod", R"({"serviceAccount":"old","hostNetwork":true})", "pod", "old", true},
      {"v1", "Pod", R"({"serviceAccount":"old","serviceAccountName":"new"})", "pod", "new", false},
      {"v1", "Pod", R"({"serviceAccountName":""})", "pod", "default", false},
      {"v1", "Pod", "null", "pod", "default", false},
      {"apps/v1", "Deployment", R"({"template":{"spec":{"serviceAccountName":"s"}}})", "deployment",
       "s", false},
      {"extensions/v1beta1", "DaemonSet", R"({"template":{"spec":{"hostNetwork":true}}})",
       "daemonset", "default", true},
      {"apps/v1", "StatefulSet", R"({"template":{"spec":{}}})", "statefulset", "default", false},
      {"apps/v1", "ReplicaSet", R"({"template":null})", "replicaset", "default", false},
      {"v1", "ReplicationController", R"({"template":{"spec":{"serviceAccountName":"s"}}})",
       "replicationcontroller", "s", false},
      {"batch/v1", "Job", R"({"template":{"spec":{"serviceAccountName":"s"}}})", "job", "s", false},
      {"batch/v1", "CronJob",
       R"({"jobTemplate":{"spec":{"template":{"spec":{"serviceAccountName":"s"}}}}})", "cronjob",
       "s", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.kind);
    const Reading reading(std::string(R"({"apiVersion":")") + c.version + R"(","kind":")" + c.kind +
                          R"(","metadata":{"name":"w","namespace":"n"},"spec":)" + c.spec + "}");
    const bool old = std::string_view(c.version).find("beta") != std::string_view::npos;
    EXPECT_EQ(reading.codes(), old ? Codes{"kubernetes.old-version"} : Codes{});
    ASSERT_EQ(reading.facts.workloads.size(), 1u);
    const facts::Workload& workload = reading.facts.workloads[0];
    EXPECT_EQ(workload.kind, c.found_kind);
    EXPECT_EQ(workload.service_account, c.account);
    EXPECT_EQ(workload.host_network, c.host_network);
  }
}

TEST(ReadObject, PodsThatHoldTheirNode) {
  const struct {
    const char* spec;
    Tri holds;
  } cases[] = {
      {R"({"containers":[{}]})", Tri::kFalse},
      {R"({"hostNetwork":true})", Tri::kFalse},
      {R"({"containers":[{"securityContext":{"privileged":false}}]})", Tri::kFalse},
      {R"({"containers":[{},{"securityContext":{"privileged":true}}]})", Tri::kTrue},
      {R"({"initContainers":[{"securityContext":{"privileged":true}}]})", Tri::kTrue},
      {R"({"hostPID":true})", Tri::kUnknown},
      {R"({"hostPID":true,"containers":[{"securityContext":{"privileged":true}}]})", Tri::kTrue},
      {R"({"containers":[{"securityContext":{"capabilities":{"add":["NET_ADMIN"]}}}]})",
       Tri::kFalse},
      {R"({"containers":[{"securityContext":{"capabilities":{"add":["SYS_ADMIN"]}}}]})",
       Tri::kTrue},
      {R"({"containers":[{"securityContext":{"capabilities":{"add":["CAP_SYS_MODULE"]}}}]})",
       Tri::kTrue},
      {R"({"containers":[{"securityContext":{"capabilities":{"drop":["ALL"]}}}]})", Tri::kFalse},
      {R"({"volumes":[{"hostPath":{"path":"/"}}]})", Tri::kTrue},
      {R"({"volumes":[{"hostPath":{"path":"/var/lib"}}]})", Tri::kTrue},  // above the kubelet's
      {R"({"volumes":[{"hostPath":{"path":"/var/lib/kubelet/"}}]})", Tri::kTrue},
      {R"({"volumes":[{"hostPath":{"path":"/var/lib/kubelet-plugins"}}]})", Tri::kFalse},
      {R"({"volumes":[{"hostPath":{"path":"/run/x/docker.sock"}}]})", Tri::kTrue},
      {R"({"volumes":[{"hostPath":{"path":"/var/log"}}]})", Tri::kUnknown},
      {R"({"volumes":[{"hostPath":{"path":"/etc/localtime"}}]})", Tri::kFalse},
      {R"({"volumes":[{"emptyDir":{}}]})", Tri::kFalse},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.spec);
    const Reading reading(
        std::string(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":)") + c.spec +
        "}");
    ASSERT_EQ(reading.facts.workloads.size(), 1u);
    EXPECT_EQ(reading.facts.workloads[0].holds_node, c.holds);
  }
}

TEST(ReadObject, OfSecretsOnlyWhoseTokenTheyHold) {
  const struct {
    const char* object;
    const char* account;  // "": no token
  } cases[] = {
      {R"("type":"kubernetes.io/service-account-token","metadata":{"name":"s","namespace":"n",)"
       R"("annotations":{"kubernetes.io/service-account.name":"robot"}},"data":{"token":"c2VjcmV0"})",
       "robot"},
      {R"("type":"Opaque","metadata":{"name":"s","namespace":"n",)"
       R"("annotations":{"kubernetes.io/service-account.name":"robot"}},"data":{"token":"c2VjcmV0"})",
       ""},
      {R"("type":"kubernetes.io/service-account-token","metadata":{"name":"s","namespace":"n"})",
       ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.object);
    const Reading reading(std::string(R"({"apiVersion":"v1","kind":"Secret",)") + c.object + "}");
    EXPECT_EQ(reading.codes(), Codes{});
    ASSERT_EQ(reading.facts.token_secrets.size(), *c.account == 0 ? 0u : 1u);
    if (*c.account != 0) {
      EXPECT_EQ(reading.facts.token_secrets[0].service_account, c.account);
      EXPECT_EQ(reading.facts.token_secrets[0].namespace_name, "n");
    }
  }
}

TEST(ReadObject, WorkloadsOfOtherGroupsAreOthers) {
  const Reading reading(
      R"({"apiVersion":"apps.example.com/v1","kind":"Deployment","metadata":{"name":"w"}})");
  EXPECT_TRUE(reading.facts.workloads.empty());
  EXPECT_EQ(reading.codes(), Codes{});
}

TEST(ReadObject, AwsAuthIsHandedOn) {
  const struct {
    const char* object;
    int calls;
    Codes codes;
  } cases[] = {
      {R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"aws-auth",
          "namespace":"kube-system"},"data":{"mapRoles":"- x","mapUsers":null}})",
       1,
       {}},
      {R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"aws-auth","namespace":"k"}})",
       1,
       {}},
      {R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"aws-auth",
          "namespace":"kube-system"},"data":{"mapRoles":[{"rolearn":"x"}]}})",
       0,
       {"kubernetes.undecodable"}},
      {R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"aws-auth"},"data":[]})",
       0,
       {"kubernetes.undecodable"}},
      {R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"other"},"data":{"mapRoles":1}})",
       0,
       {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.object);
    int calls = 0;
    KubernetesOptions options;
    options.aws_auth = [&](const AwsAuthConfigMap& map) {
      ++calls;
      EXPECT_TRUE(map.namespace_name == "kube-system" || !map.data);
      EXPECT_TRUE(map.origin.span.known());
      EXPECT_TRUE(!map.data || map.data.Get("mapRoles").text() == "- x");
    };
    const Reading reading(c.object, options);
    EXPECT_EQ(calls, c.calls);
    EXPECT_EQ(reading.codes(), c.codes);
  }
}

TEST(ReadObject, CustomResourceDefinitions) {
  const Reading reading(
      R"({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
      "metadata":{"name":"widgets.example.com"},"spec":{"group":"example.com","scope":"Cluster",
      "names":{"plural":"widgets","kind":"Widget","shortNames":["wd"]},"versions":[
      {"name":"v1","served":true,"subresources":{"status":{},"scale":{"x":1}}},
      {"name":"v0","served":false,"subresources":{"status":{}}},
      {"name":"v2","served":true,"subresources":{"status":{}}}]}})");
  EXPECT_EQ(reading.codes(), Codes{});
  ASSERT_EQ(reading.facts.custom_resources.size(), 1u);
  const facts::CustomResource& resource = reading.facts.custom_resources[0];
  EXPECT_EQ(resource.group, "example.com");
  EXPECT_EQ(resource.plural, "widgets");
  EXPECT_EQ(resource.singular, "widget");
  EXPECT_EQ(resource.kind, "Widget");
  EXPECT_FALSE(resource.namespaced);
  EXPECT_EQ(resource.short_names, std::vector<facts::Str>{"wd"});
  EXPECT_EQ(resource.versions, (std::vector<facts::Str>{"v1", "v2"}));
  EXPECT_EQ(resource.subresources, (std::vector<facts::Str>{"status", "scale"}));
}

TEST(ReadObject, SecretsNeverShow) {
  // Whatever stands in a Secret, wrong types included, neither facts nor diagnostics may hold it.
  const Reading reading(R"({"apiVersion":"v1","kind":"List","items":[
      {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"k":"c2VjcmV0"},
       "stringData":["c2VjcmV0"]}]})");
  EXPECT_EQ(reading.codes(), Codes{});
  EXPECT_FALSE(reading.facts.strings.Find("c2VjcmV0"));
}

TEST(ReportDuplicateObjects, TheEarlierIsNamed) {
  const std::string role = R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role",
      "metadata":{"name":"a","namespace":")";
  Reading reading(R"({"apiVersion":"v1","kind":"List","items":[)" + role + R"(x"}},)" + role +
                  R"(y"}},)" + role + R"(x"}}]})");
  source::Diagnostics diagnostics;
  ReportDuplicateObjects(reading.facts, diagnostics);
  ASSERT_EQ(diagnostics.all().size(), 1u);
  const source::Diagnostic& found = diagnostics.all()[0];
  EXPECT_EQ(found.code, "kubernetes.duplicate");
  EXPECT_EQ(found.span.begin, reading.facts.roles[0].origin.span.begin);
  ASSERT_EQ(found.related.size(), 1u);
  EXPECT_EQ(found.related[0].span.begin, reading.facts.roles[2].origin.span.begin);

  // Before and after of a plan are no duplicates.
  reading.facts.roles[0].worlds = facts::kBefore;
  reading.facts.roles[2].worlds = facts::kAfter;
  source::Diagnostics none;
  ReportDuplicateObjects(reading.facts, none);
  EXPECT_TRUE(none.all().empty());
}

TEST(AddBootstrapRbac, GivesWayToEverything) {
  facts::Facts facts;
  AddBootstrapRbac(data::BootstrapFor("1.34"), "prod", facts);
  EXPECT_EQ(facts.roles.size(), 75u);
  EXPECT_EQ(facts.bindings.size(), 56u);
  const facts::RbacRole* edit = nullptr;
  for (const facts::RbacRole& role : facts.roles) {
    EXPECT_TRUE(role.builtin);
    EXPECT_EQ(role.order, 0u);
    EXPECT_EQ(role.cluster, "prod");
    EXPECT_EQ(role.worlds, facts::kBothWorlds);
    edit = role.name == "edit" ? &role : edit;
  }
  ASSERT_NE(edit, nullptr);
  EXPECT_TRUE(edit->has_aggregation_rule);
  ASSERT_EQ(edit->selectors.size(), 1u);
  EXPECT_EQ(edit->selectors[0].match_labels[0].first,
            "rbac.authorization.k8s.io/aggregate-to-edit");
  EXPECT_EQ(edit->labels.size(), 2u);
  for (const facts::RbacBinding& binding : facts.bindings) {
    for (const facts::Subject& subject : binding.subjects) {
      EXPECT_EQ(subject.api_group.empty(), subject.kind == "ServiceAccount");
    }
  }
}

TEST(IsWantedKind, SkipsOnlyWhatSaysNothing) {
  for (const char* kind :
       {"Role", "List", "RoleBindingList", "rolebinding", "ClusterRoles", "Pod", "ConfigMap", "",
        "Kustomization", "deployment", "CustomResourceDefinition", "Secret"}) {
    EXPECT_TRUE(IsWantedKind(kind)) << kind;
  }
  for (const char* kind : {"Service", "Ingress", "Widget", "PodDisruptionBudget"}) {
    EXPECT_FALSE(IsWantedKind(kind)) << kind;
  }
}

}  // namespace
}  // namespace whomay::ingest

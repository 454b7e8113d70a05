#include "query/kubernetes_permission.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/strings.h"
#include "query/resource_names.h"

namespace whomay::query {
namespace {

// "verb group/resource/subresource ns:name", "verb URL", or "error: …".
std::string Shown(const ReadPermission& read) {
  const KubernetesPermission& p = read.permission;
  if (!read.ok()) {
    return Concat({"error: ", read.error});
  }
  if (!p.url.empty()) {
    return Concat({p.verb, " ", p.url});
  }
  return Concat({p.verb, " ", p.group, "|", p.resource, "|", p.subresource, " ", p.namespace_name,
                 ":", p.name});
}

std::vector<std::string> Words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

struct Case {
  std::string words;
  std::string shown;
  std::vector<std::string> notes;  // a part of each, in order
};

void Check(const std::vector<Case>& cases) {
  const ResourceNames names;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.words);
    const ReadPermission read = ReadKubernetesPermission(Words(c.words), {}, names);
    EXPECT_EQ(Shown(read), c.shown);
    const std::vector<std::string>& notes = read.permission.notes;
    EXPECT_EQ(notes.size(), c.notes.size()) << Join(notes, "\n");
    for (size_t i = 0; i < std::min(notes.size(), c.notes.size()); ++i) {
      EXPECT_NE(notes[i].find(c.notes[i]), std::string::npos) << notes[i];
    }
  }
}

TEST(KubernetesPermission, AsKubectl) {
  Check({
      {"get secrets", "get |secrets| :", {}},
      {"list deployments.apps -n prod", "list apps|deployments| prod:", {}},
      {"get secret db-password -n prod", "get |secrets| prod:db-password", {}},
      {"get pods -n=shop", "get |pods| shop:", {}},
      {"get pods --namespace=shop", "get |pods| shop:", {}},
      {"-n shop get pods", "get |pods| shop:", {}},
      {"get pods --subresource log web -n shop", "get |pods|log shop:web", {}},
      {"* pods", "* |pods| :", {}},
      {"get /metrics", "get /metrics", {}},
      {"get /*", "get /*", {}},
      {"impersonate users bob", "impersonate |users| :bob", {}},
      {"impersonate users/bob", "impersonate |users| :bob", {}},
      {"impersonate group", "impersonate |groups| :", {"takes a user"}},
      {"impersonate groups/system:masters",
       "impersonate |groups| :system:masters",
       {"takes a user"}},
      {"impersonate sa app -n shop", "impersonate |serviceaccounts| shop:app", {}},
      {"impersonate serviceaccounts/app -n shop", "impersonate |serviceaccounts| shop:app", {}},
      {"create serviceaccounts/token app -n shop", "create |serviceaccounts|token shop:app", {}},
      {"impersonate uids", "impersonate authentication.k8s.io|uids| :", {"takes a user"}},
      {"impersonate userextras/scopes a",
       "impersonate authentication.k8s.io|userextras|scopes :a",
       {"takes a user"}},
      {"impersonate userextras.authentication.k8s.io/a/b",
       "impersonate authentication.k8s.io|userextras|a/b :",
       {"takes a user"}},
      {"approve signers/example.com/a", "approve certificates.k8s.io|signers| :example.com/a", {}},
      {"approve signers kubernetes.io/kube-apiserver-client",
       "approve certificates.k8s.io|signers| :kubernetes.io/kube-apiserver-client",
       {}},
      {"sign signers.certificates.k8s.io", "sign certificates.k8s.io|signers| :", {}},
      {"impersonate:user-info users.authentication.k8s.io bob",
       "impersonate:user-info authentication.k8s.io|users| :bob",
       {"no resource"}},
      {"bind clusterroles view", "bind rbac.authorization.k8s.io|clusterroles| :view", {}},
  });
}

TEST(KubernetesPermission, OtherThanKubectlOnPurpose) {
  Check({
      {"create pods/exec -n prod", "create |pods|exec prod:", {}},
      {"patch deployments/scale", "patch apps|deployments|scale :", {}},
      {"get */scale", "get *|*|scale :", {}},
      {"get pods/", "get |pods| :", {}},
      {"get nodes -n shop", "get |nodes| :", {"live in no namespace"}},
      {"get pods -A -n shop", "get |pods| :", {}},
      {"get namespace shop", "get |namespaces| shop:shop", {"lies in it"}},
      {"delete ns shop -n other",
       "delete |namespaces| shop:shop",
       {"-n other is dropped", "lies in it"}},
      {"get namespaces/status shop", "get |namespaces|status shop:shop", {"lies in it"}},
      // As the API server asks for the header Impersonate-User.
      {"impersonate users system:serviceaccount:shop:app",
       "impersonate |serviceaccounts| shop:app",
       {"asks for system:serviceaccount:shop:app as"}},
      {"impersonate users/system:serviceaccount:shop",
       "impersonate |users| :system:serviceaccount:shop",
       {}},
      {"list namespaces shop", "list |namespaces| :shop", {}},
      {"list namespaces -n shop", "list |namespaces| :", {"-n shop is dropped"}},
      {"list deployments.extensions", "list extensions|deployments| :", {"near: deployments.apps"}},
      {"get foos.example.com -n shop", "get example.com|foos| shop:", {"no resource"}},
      {"get jobs.bat", "get bat|jobs| :", {"near: jobs.batch"}},
      {"* *", "* *|*| :", {}},
      {"get *.apps", "get apps|*| :", {}},
      {"get *.apps/scale", "get apps|*|scale :", {}},
      {"get *.", "get |*| :", {}},
      {"get *.example.com", "get example.com|*| :", {"no resources of a group"}},
      {"get pods.", "get |pods| :", {}},
      {"get pods.*", "get *|pods| :", {"no resource"}},
      {"get /version -n shop", "get /version", {"in no namespace"}},
  });
}

TEST(KubernetesPermission, NotesWhatAUserMayHaveMeant) {
  Check({
      {"get events", "get |events| :", {"events.events.k8s.io"}},
      {"get pods/web", "get |pods|web :", {"write \"get pods web\""}},
      {"GET pods", "GET |pods| :", {"letter by letter"}},
      {"exec pods", "exec |pods| :", {"create pods/exec"}},
      {"frobnicate pods", "frobnicate |pods| :", {"no verb of Kubernetes"}},
      {"list /logs", "list /logs", {"HTTP methods"}},
      {"get all", "get |all| :", {"it is a category"}},
      {"get pods,services", "get |pods,services| :", {"one resource at a time"}},
      {"get secrts", "get |secrts| :", {"near: secrets"}},
  });
}

TEST(KubernetesPermission, WrongUsage) {
  Check({
      {"", "error: a permission is VERB RESOURCE[.GROUP][/SUBRESOURCE] [NAME], or VERB /URL", {}},
      {"get",
       "error: a permission is VERB RESOURCE[.GROUP][/SUBRESOURCE] [NAME], or VERB /URL",
       {}},
      {"get pods a b",
       "error: a permission is VERB RESOURCE[.GROUP][/SUBRESOURCE] [NAME], or VERB /URL",
       {}},
      {"get pods -n", "error: -n takes a value", {}},
      {"get pods --all",
       "error: unknown flag --all in a permission; a permission is VERB "
       "RESOURCE[.GROUP][/SUBRESOURCE] [NAME], or VERB /URL",
       {}},
      {"get pods/log --subresource=exec", "error: two subresources: log and exec", {}},
      {"get pods/web/log",
       "error: \"pods/web/log\": a subresource has no slash; a name is a word of "
       "its own, pods/SUBRESOURCE NAME",
       {}},
      {"get /version x", "error: a URL takes no name: x", {}},
      {"get /version --subresource=log", "error: a URL takes no --subresource", {}},
  });
}

TEST(KubernetesPermission, FlagsOfTheCaller) {
  const ResourceNames names;
  const std::vector<std::string> words = {"get", "pods"};
  EXPECT_EQ(Shown(ReadKubernetesPermission(words, {.namespace_name = "shop"}, names)),
            "get |pods| shop:");
  EXPECT_EQ(
      Shown(ReadKubernetesPermission(
          words, {.namespace_name = "shop", .all_namespaces = true, .subresource = "log"}, names)),
      "get |pods|log :");
  const std::vector<std::string> one = {"get  secrets -n prod"};
  EXPECT_EQ(Shown(ReadKubernetesPermission(one, {}, names)), "get |secrets| prod:");
  const std::vector<std::string> dashed = {"--", "get", "pods", "-x"};
  EXPECT_EQ(Shown(ReadKubernetesPermission(dashed, {}, names)), "get |pods| :-x");
}

TEST(KubernetesPermission, WhetherItLivesInNamespaces) {
  const ResourceNames names;
  const struct {
    std::string words;
    Tri namespaced;
    bool all_groups;
  } cases[] = {{"get pods", Tri::kTrue, false},
               {"get nodes", Tri::kFalse, false},
               {"get foos.example.com", Tri::kUnknown, false},
               {"impersonate users", Tri::kFalse, false},
               {"get /x", Tri::kFalse, false},
               {"get *", Tri::kUnknown, true},
               {"get *.apps", Tri::kUnknown, false}};
  for (const auto& c : cases) {
    const ReadPermission read = ReadKubernetesPermission(Words(c.words), {}, names);
    EXPECT_EQ(read.permission.namespaced, c.namespaced) << c.words;
    EXPECT_EQ(read.permission.all_groups, c.all_groups) << c.words;
  }
}

TEST(KubernetesPermission, VirtualNamesGiveWayToDefinitions) {
  facts::CustomResource users;
  users.group = "management.example.com";
  users.plural = "users";
  users.singular = "user";
  users.kind = "User";
  const facts::CustomResource* const custom[] = {&users};
  const ResourceNames names(custom);
  EXPECT_EQ(Shown(ReadKubernetesPermission(Words("list users"), {}, names)),
            "list management.example.com|users| :");
  EXPECT_EQ(Shown(ReadKubernetesPermission(Words("impersonate users"), {}, names)),
            "impersonate |users| :");
}

TEST(KubernetesPermission, IsAwsAction) {
  for (const char* word : {"s3:GetObject", "iam:*", "sts:AssumeRole"}) {
    EXPECT_TRUE(IsAwsAction(word)) << word;
  }
  for (const char* word : {"get", "impersonate:user-info", "impersonate-on:user-info:get", "*",
                           "impersonate-on:x", ""}) {
    EXPECT_FALSE(IsAwsAction(word)) << word;
  }
}

}  // namespace
}  // namespace whomay::query

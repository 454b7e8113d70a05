// `kubectl get clusterroles,clusterrolebindings,roles,rolebindings,sa,pods,cm -A -o json|yaml`: a
// whole cluster in one List. What a dump holds is stored, even if the API server would refuse it.
#include <gtest/gtest.h>

#include <string>

#include "whomay/whomay.h"

namespace whomay {
namespace {

// `stored` marks the objects as kubectl get does.
std::string Dump(bool stored) {
  const auto metadata = [stored](const std::string& name, const std::string& ns) {
    return R"("metadata":{"name":")" + name + '"' +
           (ns.empty() ? "" : R"(,"namespace":")" + ns + '"') +
           (stored
                ? R"(,"uid":"6f1d0c9e-0000-4000-8000-)" +
                      std::to_string(100000000000 + name.size()) +
                      R"(","resourceVersion":"7","creationTimestamp":"2024-05-01T10:00:00Z","managedFields":[{"manager":"kubectl","operation":"Update","fieldsV1":{"f:metadata":{}}}])"
                : "") +
           "}";
  };
  const std::string rbac = R"("apiVersion":"rbac.authorization.k8s.io/v1",)";
  return R"({"apiVersion":"v1","items":[)"
         // The rule without verbs is refused on creation; its neighbour counts all the same.
         "{" +
         rbac + R"("kind":"ClusterRole",)" + metadata("odd", "") +
         R"(,"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]},{"apiGroups":[""],"resources":["secrets"],"verbs":[]}]},)"
         "{" +
         rbac + R"("kind":"ClusterRoleBinding",)" + metadata("odd", "") +
         R"(,"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"odd"},"subjects":[{"kind":"ServiceAccount","name":"app","namespace":"shop"}]},)"
         "{" +
         rbac + R"("kind":"Role",)" + metadata("even", "shop") +
         R"(,"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["list"]}]},)"
         "{" +
         rbac + R"("kind":"RoleBinding",)" + metadata("even", "shop") +
         R"(,"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"even"},"subjects":[{"kind":"ServiceAccount","name":"app"}]},)"
         R"({"apiVersion":"v1","kind":"ServiceAccount",)" +
         metadata("app", "shop") +
         "},"
         R"({"apiVersion":"v1","kind":"Pod",)" +
         metadata("app-1", "shop") +
         R"(,"spec":{"serviceAccountName":"app","containers":[{"name":"a","image":"a"}]},"status":{"phase":"Running"}},)"
         R"({"apiVersion":"v1","kind":"ConfigMap",)" +
         metadata("aws-auth", "kube-system") +
         R"(,"data":{"mapUsers":"- userarn: arn:aws:iam::111122223333:user/ops\n  username: ops\n  groups: [system:masters]\n"}})"
         R"(],"kind":"List","metadata":{"resourceVersion":""}})";
}

Decision Can(const Snapshot& snapshot, std::string_view principal, const Snapshot::Words& words) {
  const auto answer = snapshot.Can(principal, words, {});
  EXPECT_TRUE(answer.ok()) << answer.status();
  return answer.ok() ? answer->decision : Decision::kUnknown;
}

TEST(ClusterDump, StoredObjectsCount) {
  for (const bool stored : {true, false}) {
    SCOPED_TRACE(stored ? "a dump" : "a manifest");
    Analyzer analyzer{AnalyzerOptions()};
    ASSERT_TRUE(analyzer.AddText("all.json", Dump(stored)).ok());
    const auto analysis = std::move(analyzer).Analyze();
    ASSERT_TRUE(analysis.ok()) << analysis.status();
    const Snapshot& snapshot = analysis->snapshot(World::kAfter);
    EXPECT_EQ(Can(snapshot, "sa:shop/app", {"get", "pods"}),
              stored ? Decision::kAllowed : Decision::kDenied);
    EXPECT_EQ(Can(snapshot, "sa:shop/app", {"get", "secrets"}), Decision::kDenied);
    EXPECT_EQ(Can(snapshot, "pod:shop/app-1", {"list", "configmaps", "-n", "shop"}),
              Decision::kAllowed);
    EXPECT_EQ(Can(snapshot, "arn:aws:iam::111122223333:user/ops", {"delete", "nodes"}),
              Decision::kAllowed);
    bool diagnosed = false;
    for (const Diagnostic& diagnostic : analysis->diagnostics()) {
      diagnosed = diagnosed || diagnostic.message.find("verbs") != std::string::npos;
    }
    EXPECT_TRUE(diagnosed) << "the rule without verbs is reported either way";
  }
}

}  // namespace
}  // namespace whomay

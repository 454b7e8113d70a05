// Questions about RBAC as users of other tools ask them, from the words to what is printed: matrix,
// list bindings, the rights to bind and write roles, several clusters, whole dumps.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/run.h"

namespace whomay::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kShop = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules:
- {apiGroups: [''], resources: [pods], verbs: [get, list]}
- {apiGroups: [''], resources: [secrets], resourceNames: [tls], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: ada}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: gone, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: nowhere}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: ada}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: binder}
rules:
- {apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [create]}
- {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], resourceNames: [view], verbs: [bind]}
- {apiGroups: [rbac.authorization.k8s.io], resources: [roles], resourceNames: [reader], verbs: [bind]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: binders, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: binder}
subjects: [{kind: ServiceAccount, name: binder, namespace: shop}]
)";

struct Outcome {
  int exit_code = 0;
  std::string out, err;
};

class RbacQuestions : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("whomay_rbac_questions_" + std::to_string(getpid()));
    fs::create_directories(folder_);
    Write("shop.yaml", kShop);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, std::string_view text) {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  std::string At(const std::string& name) const { return (folder_ / name).string(); }

  Outcome Ask(std::vector<std::string> words, const std::vector<std::string>& files) {
    words.insert(words.end(), {"--no-builtin-rbac", "--color", "never"});
    for (const std::string& file : files) {
      words.insert(words.end(), {"-f", file});
    }
    const std::vector<std::string_view> args(words.begin(), words.end());
    std::istringstream in;
    std::ostringstream out, err;
    const int exit_code = cli::Run(args, in, out, err);
    return {exit_code, out.str(), err.str()};
  }
  Outcome Shop(std::vector<std::string> words) { return Ask(std::move(words), {At("shop.yaml")}); }

 private:
  fs::path folder_;
};

TEST_F(RbacQuestions, MatrixAsATable) {
  const Outcome all = Shop({"matrix", "pods", "secrets tls", "-n", "shop", "--verbs", "get,list"});
  EXPECT_EQ(all.exit_code, 0) << all.err;
  EXPECT_EQ(all.out,
            "who may do what in namespace shop   (cluster cluster)\n"
            "pods\n"
            "  PRINCIPAL             GET  LIST\n"
            "  group:system:masters  yes  yes\n"
            "  user:ada              yes  yes\n"
            "secrets tls\n"
            "  PRINCIPAL             GET  LIST\n"
            "  group:system:masters  yes  yes\n"
            "  user:ada              yes  -\n");
  const Outcome one = Shop({"matrix", "pods", "secrets", "-n", "shop", "--subject", "user:ada",
                            "--verbs", "get", "--verbs", "delete"});
  EXPECT_EQ(one.out,
            "what user:ada may do in namespace shop   (cluster cluster)\n"
            "  RESOURCE  GET  DELETE\n"
            "  pods      yes  -\n"
            "  nothing with 1 resource (--expand lists them)\n");
}

TEST_F(RbacQuestions, MatrixAsJson) {
  const Outcome answer =
      Shop({"matrix", "pods", "-n", "shop", "--verbs", "get,delete", "-o", "json"});
  EXPECT_EQ(answer.exit_code, 0) << answer.err;
  for (
      const std::string_view part :
      {R"("schema": "whomay.matrix/1")", R"("cluster": "cluster")", R"("namespace": "shop")",
       R"("subject": null)", R"("verbs": ["get", "delete"])", R"("resource": "pods")",
       R"({"principal": "user:ada", "kind": "k8s-user", "decisions": {"get": "allowed", "delete": "denied"}})"}) {
    EXPECT_NE(answer.out.find(part), std::string::npos) << part << '\n' << answer.out;
  }
}

// Also those that grant nothing: their role may come.
TEST_F(RbacQuestions, BindingsOfASubject) {
  const Outcome answer = Shop({"list", "bindings", "--subject", "user:ada"});
  EXPECT_EQ(answer.exit_code, 0) << answer.err;
  EXPECT_NE(answer.out.find("shop/readers"), std::string::npos) << answer.out;
  EXPECT_NE(answer.out.find("shop/gone"), std::string::npos) << answer.out;
  EXPECT_EQ(answer.out.find("binders"), std::string::npos) << answer.out;
  EXPECT_EQ(Shop({"list", "roles", "--subject", "user:ada"}).exit_code, 2);
}

TEST_F(RbacQuestions, RightsToBind) {
  const struct {
    std::string principal, flag, role;
    int exit_code;
  } cases[] = {
      {"sa:shop/binder", "--clusterrole", "view", 0},
      {"sa:shop/binder", "--clusterrole", "binder", 0},  // holds all of it
      {"sa:shop/binder", "--role", "reader", 0},
      {"sa:shop/binder", "--role-ref", "Role/reader", 0},
      {"sa:shop/binder", "--role", "other", 1},
      {"user:ada", "--role", "reader", 1},
  };
  for (const auto& c : cases) {
    const Outcome answer =
        Shop({"can", c.principal, "create", "rolebindings", "-n", "shop", c.flag, c.role});
    EXPECT_EQ(answer.exit_code, c.exit_code)
        << c.principal << ' ' << c.flag << ' ' << c.role << '\n'
        << answer.out << answer.err;
  }
  EXPECT_EQ(Shop({"can", "user:ada", "create", "rolebindings", "-n", "shop", "--role", "a",
                  "--clusterrole", "b"})
                .exit_code,
            2);
}

TEST_F(RbacQuestions, SeveralClustersAreAnsweredEach) {
  const std::string east = "east=" + At("shop.yaml");
  const std::string west = "west=" + Write("west.yaml", R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: everything}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: all}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: bob}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: all}
rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]
)");
  const Outcome who = Ask({"who", "get", "pods", "-n", "shop"}, {east, west});
  EXPECT_EQ(who.exit_code, 0) << who.err;
  const size_t in_east = who.out.find("in cluster east"), in_west = who.out.find("in cluster west");
  ASSERT_NE(in_east, std::string::npos) << who.out;
  ASSERT_NE(in_west, std::string::npos) << who.out;
  EXPECT_LT(who.out.find("user:ada@east"), in_west);
  EXPECT_GT(who.out.find("user:bob@west"), in_west);
  const Outcome json = Ask({"who", "get", "pods", "-n", "shop", "-o", "json"}, {east, west});
  for (const std::string_view part :
       {R"("schema": "whomay.who/1")", R"("cluster": null)", R"("clusters": ["east", "west"])",
        R"("principal": "user:bob@west")", R"("cluster": "west")"}) {
    EXPECT_NE(json.out.find(part), std::string::npos) << part << '\n' << json.out;
  }
  const Outcome one = Ask({"who", "get", "pods", "-n", "shop", "--cluster", "west"}, {east, west});
  EXPECT_EQ(one.out.find("ada"), std::string::npos) << one.out;
  // The others: each cluster's part.
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"what", "user:bob"},
                                             {"whoami", "user:bob"},
                                             {"reach", "sa:shop/binder"},
                                             {"paths", "user:bob", "group:system:authenticated"},
                                             {"list", "bindings", "--subject", "user:bob"},
                                             {"matrix", "pods", "-n", "shop"}}) {
    const Outcome answer = Ask(words, {east, west});
    EXPECT_EQ(answer.exit_code, 0) << words.front() << '\n' << answer.err;
    EXPECT_NE(answer.out.find("west"), std::string::npos) << words.front() << '\n' << answer.out;
  }
  const Outcome can = Ask({"can", "user:bob", "get", "pods"}, {east, west});
  EXPECT_EQ(can.exit_code, 2);
  EXPECT_NE(can.err.find("east, west"), std::string::npos) << can.err;
}

// kubectl get … -A -o yaml, in one file and in a folder with one file a kind.
TEST_F(RbacQuestions, DumpsAsYamlAndAsAFolder) {
  constexpr std::string_view kStored =
      "creationTimestamp: \"2024-05-01T10:00:00Z\"\n    resourceVersion: \"7\"\n"
      "    uid: 6f1d0c9e-0000-4000-8000-000000000001";
  const auto list = [](const std::string& items) {
    return "apiVersion: v1\nitems:\n" + items + "kind: List\nmetadata:\n  resourceVersion: \"\"\n";
  };
  const std::string stored(kStored);
  const std::string role =
      "- apiVersion: rbac.authorization.k8s.io/v1\n  kind: Role\n  metadata:\n    " + stored +
      "\n    name: reader\n    namespace: shop\n  rules:\n  - apiGroups:\n    - \"\"\n"
      "    resources:\n    - pods\n    verbs:\n    - get\n";
  const std::string binding =
      "- apiVersion: rbac.authorization.k8s.io/v1\n  kind: RoleBinding\n  metadata:\n    " +
      stored +
      "\n    name: readers\n    namespace: shop\n  roleRef:\n"
      "    apiGroup: rbac.authorization.k8s.io\n    kind: Role\n    name: reader\n  subjects:\n"
      "  - kind: ServiceAccount\n    name: app\n    namespace: shop\n";
  const std::string pod =
      "- apiVersion: v1\n  kind: Pod\n  metadata:\n    " + stored +
      "\n    name: app-1\n    namespace: shop\n  spec:\n    containers:\n    - image: a\n"
      "      name: a\n    serviceAccountName: app\n  status:\n    phase: Running\n";
  const std::string one = Write("all.yaml", list(pod + role + binding));
  Write("dump/roles.yaml", list(role));
  Write("dump/more/rolebindings.yaml", list(binding));
  Write("dump/pods.yaml", list(pod));
  for (const std::string& input : {one, At("dump")}) {
    const Outcome answer = Ask({"can", "pod:shop/app-1", "get", "pods", "-n", "shop"}, {input});
    EXPECT_EQ(answer.exit_code, 0) << input << '\n' << answer.out << answer.err;
    EXPECT_EQ(answer.err, "") << input;
    EXPECT_EQ(Ask({"can", "pod:shop/app-1", "list", "pods", "-n", "shop"}, {input}).exit_code, 1);
  }
}

}  // namespace
}  // namespace whomay::cli

#include "cli/run.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/config.h"
#include "cli/inputs.h"

namespace whomay::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kManifest = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: ada}]
)";

struct Outcome {
  int exit_code = 0;
  std::string out, err;
};

Outcome Call(const std::vector<std::string_view>& args, std::string_view in = {}) {
  std::istringstream input{std::string(in)};
  std::ostringstream out, err;
  const int exit_code = Run(args, input, out, err);
  return {exit_code, out.str(), err.str()};
}

class RunTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("whomay_run_test_" + std::to_string(getpid()));
    fs::create_directories(folder_);
    before_ = fs::current_path();
    fs::current_path(folder_);
    Write("rbac.yaml", kManifest);
  }
  void TearDown() override {
    fs::current_path(before_);
    fs::remove_all(folder_);
  }
  static void Write(const fs::path& name, std::string_view text) {
    fs::create_directories(fs::absolute(name).parent_path());
    std::ofstream(name, std::ios::binary) << text;
  }

 private:
  fs::path folder_, before_;
};

TEST_F(RunTest, ExitCodesOfCan) {
  EXPECT_EQ(Call({"can", "user:ada", "get", "pods", "-n", "shop", "-f", "rbac.yaml"}).exit_code, 0);
  EXPECT_EQ(Call({"can", "user:ada", "get", "pods", "-f", "rbac.yaml"}).exit_code, 1);
  EXPECT_EQ(Call({"why", "user:ada", "get", "pods", "-f", "rbac.yaml"}).exit_code, 0);
}

TEST_F(RunTest, AnswersGoToOutAndAllElseToErr) {
  const Outcome table = Call({"can", "user:ada", "get", "pods", "-n", "shop", "-f", "rbac.yaml"});
  EXPECT_EQ(table.out.rfind("allowed: user:ada may get pods -n shop", 0), 0u) << table.out;
  EXPECT_NE(table.out.find("RoleBinding shop/readers"), std::string::npos) << table.out;
  const Outcome json =
      Call({"who", "get", "pods", "-n", "shop", "-o", "json", "--stats", "-f", "rbac.yaml"});
  EXPECT_EQ(json.out.rfind("{\n  \"schema\": \"whomay.who/1\",\n", 0), 0u) << json.out;
  EXPECT_NE(json.err.find("peak memory"), std::string::npos) << json.err;
}

TEST_F(RunTest, StandardInputOnce) {
  const Outcome piped =
      Call({"can", "user:ada", "get", "pods", "-n", "shop", "-f", "-"}, kManifest);
  EXPECT_EQ(piped.exit_code, 0) << piped.err;
  EXPECT_NE(piped.out.find("<stdin>:"), std::string::npos) << piped.out;
  EXPECT_EQ(Call({"list", "roles", "-f", "-", "-f", "-"}, kManifest).exit_code, 2);
}

TEST_F(RunTest, WhatCannotBeAnsweredExitsWithTwoAndSaysWhy) {
  for (const std::vector<std::string_view>& args : std::vector<std::vector<std::string_view>>{
           {"who", "get", "pods"},                        // no inputs
           {"who", "get", "pods", "-f", "missing.yaml"},  // unreadable
           {"list", "unheard-of", "-f", "rbac.yaml"},     // nothing of that name
           {"who", "get", "pods", "-f", "empty.yaml"},    // not there either
       }) {
    const Outcome outcome = Call(args);
    EXPECT_EQ(outcome.exit_code, 2) << args.back();
    EXPECT_EQ(outcome.out, "") << args.back();
    EXPECT_EQ(outcome.err.rfind("whomay: ", 0), 0u) << outcome.err;
  }
}

// One input, and nothing left of it: no question can be answered.
TEST_F(RunTest, BrokenAsAWholeExitsWithTwoAndThePlace) {
  struct Case {
    const char* text;
    const char* place;
  };
  for (const Case& one : {
           Case{R"({"format_version": "1.2", "planned_values": {)", "broken:1:46: error: not JSON"},
           Case{"kind: Role\napiVersion: rbac.authorization.k8s.io/v1\nrules: [",
                "broken:3:9: error: not YAML"},
           Case{R"({"Version": "2012-10-17", "Statement": [)", "broken:1:41: not JSON"},
           Case{R"({"a": )", "broken:1:7: not JSON"},
       }) {
    Write("broken", one.text);
    for (const std::vector<std::string_view>& args : std::vector<std::vector<std::string_view>>{
             {"check", "-f", "broken"},
             {"can", "user:ada", "get", "pods", "-f", "broken"},
             {"diff", "--before", "broken", "--after", "rbac.yaml"}}) {
      const Outcome outcome = Call(args);
      EXPECT_EQ(outcome.exit_code, 2) << args.front() << one.text << outcome.out;
      EXPECT_EQ(outcome.out, "");
      EXPECT_NE(outcome.err.find(one.place), std::string::npos) << outcome.err;
    }
  }
}

TEST_F(RunTest, IncompleteIsSaidAndWithStrictExitsWithThree) {
  Write("broken.yaml", std::string(kManifest) + "---\nkind: Role\nmetadata: {name: [\n");
  const std::vector<std::string_view> args = {"can", "user:ada", "get", "pods",
                                              "-n",  "shop",     "-f",  "broken.yaml"};
  const Outcome lax = Call(args);
  EXPECT_EQ(lax.exit_code, 0) << lax.err;
  EXPECT_NE(lax.out.find("INCOMPLETE"), std::string::npos) << lax.out;
  EXPECT_NE(lax.err.find("broken.yaml:"), std::string::npos) << lax.err;
  std::vector<std::string_view> strict = args;
  strict.push_back("--strict");
  EXPECT_EQ(Call(strict).exit_code, 3);
}

TEST_F(RunTest, ConfigurationNamesTheInputs) {
  Write("repo/.git/HEAD", "");
  Write("repo/k8s/rbac.yaml", kManifest);
  Write("repo/.whomay.yaml", "inputs:\n- path: k8s\n  cluster: prod\n");
  Write("repo/deep/er/x", "");
  fs::current_path("repo/deep/er");
  const Outcome outcome = Call({"can", "user:ada", "get", "pods", "-n", "shop", "-o", "json"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("\"cluster\": \"prod\""), std::string::npos) << outcome.out;
  fs::current_path("../../..");
  EXPECT_EQ(Call({"can", "user:ada", "get", "pods"}).exit_code, 2);
  EXPECT_EQ(Call({"can", "user:ada", "get", "pods", "-n", "shop", "--config", "repo/.whomay.yaml"})
                .exit_code,
            0);
}

// The code counts for the inputs that it is named beside, and gives way to the command line.
TEST_F(RunTest, ConfigurationNamesTheSourceRoot) {
  Write(
      "repo/plan.json",
      R"({"format_version":"1.2","resource_changes":[{"address":"aws_iam_user.u","mode":"managed",)"
      R"("type":"aws_iam_user","name":"u","change":{"actions":["create"],"before":null,"after":)"
      R"({"name":"u"},"after_unknown":{"arn":true}}},{"address":"aws_iam_user_policy.p","mode":)"
      R"("managed","type":"aws_iam_user_policy","name":"p","change":{"actions":["create"],)"
      R"("before":null,"after":{"name":"p","user":"u"},"after_unknown":{"policy":true}}}],)"
      R"("configuration":{"root_module":{"resources":[{"address":"aws_iam_user_policy.p",)"
      R"("expressions":{"policy":{}}}]}}})");
  const auto code = [](const std::string& action) {
    return "resource \"aws_iam_user_policy\" \"p\" {\n policy = jsonencode({Statement = [{Effect = "
           "\"Allow\", Action = \"" +
           action + "\", Resource = \"*\"}]})\n}\n";
  };
  Write("repo/code/main.tf", code("s3:GetObject"));
  Write("repo/other/main.tf", code("sqs:SendMessage"));
  Write("repo/.whomay.yaml", "inputs: [plan.json]\nsource_root: code/\n");
  const std::vector<std::string_view> ask = {"can", "aws_iam_user.u", "s3:GetObject", "--config",
                                             "repo/.whomay.yaml"};
  EXPECT_EQ(Call(ask).exit_code, 0) << Call(ask).err;
  std::vector<std::string_view> other = ask;
  other.insert(other.end(), {"--source-root", "repo/other"});
  EXPECT_EQ(Call(other).exit_code, 1);
  EXPECT_EQ(Call({"can", "aws_iam_user.u", "s3:GetObject", "-f", "repo/plan.json"}).exit_code, 3);
  Write("repo/.whomay.yaml", "inputs: [plan.json]\nsource_root: nowhere\n");
  const Outcome none = Call(ask);
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_NE(none.err.find("repo/nowhere: the source root is no folder"), std::string::npos)
      << none.err;
}

struct ConfigCase {
  std::string_view text;
  std::string_view error;  // "" when it is read
};

TEST(ConfigTest, UnknownKeysAndWrongShapesAreErrorsWithTheirPlace) {
  const ConfigCase cases[] = {
      {"", ""},
      {"inputs: []\n", ""},
      {"inputs:\n- a.json\n- {path: b, cluster: c}\n", ""},
      {"inputs: [a]\ninput: [b]\n", "c/.whomay.yaml:2:1: unknown key 'input'"},
      {"inputs: a.json\n", "c/.whomay.yaml:1:1: inputs is a list"},
      {"source_root: terraform/\n", ""},
      {"source_root: [a]\n", "c/.whomay.yaml:1:14: source_root is a folder"},
      {"- a.json\n", "c/.whomay.yaml:1:1: the configuration is a map"},
      {"inputs:\n- {cluster: c}\n", "c/.whomay.yaml:2:3: an input is a path"},
      {"inputs:\n- {path: b, name: c}\n", "c/.whomay.yaml:2:13: an input has path and cluster"},
  };
  for (const ConfigCase& c : cases) {
    const auto config = ParseConfig("c/.whomay.yaml", std::string(c.text));
    if (c.error.empty()) {
      EXPECT_TRUE(config.ok()) << c.text << config.status();
    } else {
      ASSERT_FALSE(config.ok()) << c.text;
      const auto message = config.status().message();
      EXPECT_EQ(std::string_view(message.data(), message.size()).substr(0, c.error.size()),
                c.error);
    }
  }
}

TEST(ConfigTest, PathsAreRelativeToTheConfiguration) {
  const auto config =
      ParseConfig("a/b/.whomay.yaml", "inputs: [../x.json, /y, {path: z, cluster: c}]");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->inputs[0].path, "a/x.json");
  EXPECT_EQ(config->inputs[1].path, "/y");
  EXPECT_EQ(config->inputs[2].path, "a/b/z");
  EXPECT_EQ(config->inputs[2].cluster, "c");
}

struct InputCase {
  std::string_view text, path, cluster;
};

TEST_F(RunTest, AClusterPrefixOnlyWhereItCanBeOne) {
  Write("odd=name.yaml", "");
  const InputCase cases[] = {
      {"plan.json", "plan.json", ""},
      {"prod=manifests/", "manifests/", "prod"},
      {"prod_1-x=-", "-", "prod_1-x"},
      {"odd=name.yaml", "odd=name.yaml", ""},  // a file has the whole text as its name
      {"./a=b", "./a=b", ""},                  // no cluster is called ./a
      {"=x", "=x", ""},
      {"a=b=c", "b=c", "a"},
  };
  for (const InputCase& c : cases) {
    const InputPath input = ParseInputPath(c.text);
    EXPECT_EQ(input.path, c.path) << c.text;
    EXPECT_EQ(input.cluster, c.cluster) << c.text;
  }
}

}  // namespace
}  // namespace whomay::cli

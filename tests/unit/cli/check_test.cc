// check as its users run it: configurations, suppressions, baselines, repositories of every kind.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "cli/check_config.h"
#include "cli/run.h"
#include "source/diagnostic.h"
#include "syntax/json.h"

namespace whomay::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

// Ada may read Secrets of the shop; everybody may do everything with a ClusterRole.
constexpr std::string_view kManifest = R"(apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [''], resources: [secrets], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: User, name: ada}
- {apiGroup: rbac.authorization.k8s.io, kind: Group, name: team}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: all}
rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]
)";

struct Outcome {
  int exit_code = 0;
  std::string out, err;
};

Outcome Call(const std::vector<std::string_view>& args) {
  std::istringstream input;
  std::ostringstream out, err;
  const int exit_code = Run(args, input, out, err);
  return {exit_code, out.str(), err.str()};
}

class CheckTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("whomay_check_test_" + std::to_string(getpid()));
    fs::create_directories(folder_ / ".git");
    before_ = fs::current_path();
    fs::current_path(folder_);
  }
  void TearDown() override {
    fs::current_path(before_);
    fs::remove_all(folder_);
  }
  static void Write(const fs::path& name, std::string_view text) {
    fs::create_directories(fs::absolute(name).parent_path());
    std::ofstream(name, std::ios::binary) << text;
  }
  // With `more` behind the inputs of the configuration.
  static Outcome With(const std::string& more, const std::vector<std::string_view>& args = {}) {
    Write("rbac.yaml", kManifest);
    Write(".whomay.yaml", "inputs: [rbac.yaml]\n" + more);
    std::vector<std::string_view> words = {"check"};
    words.insert(words.end(), args.begin(), args.end());
    return Call(words);
  }

 private:
  fs::path folder_, before_;
};

TEST_F(CheckTest, ThresholdDecidesTheExitCode) {
  EXPECT_EQ(With("").exit_code, 1);  // rbac-wildcard-all is of severity medium
  EXPECT_EQ(With("threshold: high\n").exit_code, 0);
  EXPECT_EQ(With("threshold: medium\n").exit_code, 1);
  EXPECT_EQ(With("threshold: medium\n", {"--threshold", "high"}).exit_code, 0);
  EXPECT_EQ(With("threshold: high\n", {"--threshold", "low"}).exit_code, 1);
}

struct AssertionCase {
  std::string text;      // of one assertion
  int exit_code;         // with threshold high
  std::string_view out;  // a part of it
};

TEST_F(CheckTest, Assertions) {
  const std::string secrets = "{permission: get secrets -n shop, ";
  const AssertionCase cases[] = {
      {secrets + "only: ['user:ada', 'group:*']}", 0, ""},
      {secrets + "only: ['user:ada']}", 1,
       "group:team: must not be allowed to get secrets -n shop"},
      {secrets + "only: []}", 1, "user:ada: must not be allowed"},
      {secrets + "never: ['user:a*']}", 1, "user:ada: must not be allowed"},
      {secrets + "never: ['user:b*', 'sa:*']}", 0, ""},
      {secrets + "at_least: ['user:ada', 'group:team']}", 0, ""},
      {secrets + "at_least: ['user:bob']}", 1, "user:bob: must be allowed to"},
      {secrets + "principal: 'user:ada', expect: allowed}", 0, ""},
      {secrets + "principal: 'user:ada', expect: denied}", 1, "should be denied, and is allowed"},
      {"{permission: delete secrets -n shop, principal: 'user:ada', expect: denied}", 0, ""},
      // Namespace and cluster beside the permission.
      {"{permission: get secrets, namespace: shop, never: ['user:ada']}", 1, "get secrets -n shop"},
      {"{permission: get secrets, namespace: other, never: ['user:ada']}", 0, ""},
      {"{permission: get secrets, cluster: elsewhere, never: ['user:ada']}", 1, "cannot be judged"},
      // Kubernetes' own controllers count where they are named.
      {secrets + "never: ['sa:kube-system/*']}", 0, ""},
      {secrets + "never: ['sa:kube-system/namespace-controller']}", 1,
       "sa:kube-system/namespace-c"},
      // What cannot be judged is broken.
      {"{permission: get secrets -n shop, principal: nobody-knows, expect: denied}", 1,
       "cannot be judged"},
      {"{permission: frobnicate, never: ['*']}", 1, "cannot be judged"},
      {secrets + "name: the shop's own, never: ['user:ada']}", 1, "(the shop's own)"},
  };
  for (const AssertionCase& one : cases) {
    const Outcome outcome = With("threshold: high\nassertions:\n- " + one.text + "\n");
    EXPECT_EQ(outcome.exit_code, one.exit_code) << one.text << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr(std::string(one.out))) << one.text;
  }
}

TEST_F(CheckTest, AssertionsOfOneAccountAndWithContext) {
  Write("account.json", R"({"UserDetailList":[
{"Path":"/","UserName":"ada","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/ada","GroupList":[],"AttachedManagedPolicies":[],
 "UserPolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}}]}
],"GroupDetailList":[],"RoleDetailList":[],"Policies":[]})");
  const auto with = [](const std::string& assertion) {
    Write(".whomay.yaml",
          "inputs: [account.json]\nthreshold: high\nassertions:\n- {permission: "
          "'s3:GetObject arn:aws:s3:::b/x', " +
              assertion + "}\n");
    return Call({"check"}).exit_code;
  };
  EXPECT_EQ(with("only: []"), 1);
  EXPECT_EQ(with("only: [], account: '111122223333'"), 1);
  EXPECT_EQ(with("only: [], account: '444455556666'"), 0);
  EXPECT_EQ(with("principal: ada, expect: conditional"), 0);
  EXPECT_EQ(with("principal: ada, expect: allowed"), 1);
  EXPECT_EQ(
      with("principal: ada, expect: allowed, context: {'aws:MultiFactorAuthPresent': 'true'}"), 0);
  EXPECT_EQ(
      with("principal: ada, expect: denied, context: {'aws:MultiFactorAuthPresent': ['false']}"),
      0);
}

struct ErrorCase {
  std::string_view text;
  std::string_view error;
};

TEST_F(CheckTest, AssertionsOverSeveralClusters) {
  const std::string bob(kManifest.substr(
      0, kManifest.find("---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n")));
  Write("blue.yaml", bob);
  std::string green = bob;
  green.replace(green.find("name: ada"), 9, "name: eve");
  Write("green.yaml", green);
  struct Case {
    const char* assertion;
    std::vector<const char*> said;  // nothing: it holds
  };
  for (const Case& one : {
           // Patterns with and without the cluster.
           Case{"permission: get secrets -n shop, only: ['user:*', 'group:*', 'sa:*']", {}},
           Case{"permission: get secrets -n shop, only: ['user:ada@blue', 'user:eve', 'group:*']",
                {}},
           Case{"permission: get secrets -n shop, only: ['user:ada', 'group:*']",
                {"user:eve@green: must not"}},
           Case{"permission: get secrets -n shop, never: ['user:ada']",
                {"user:ada@blue: must not"}},
           Case{"permission: get secrets -n shop, cluster: green, never: ['user:ada']", {}},
           // In each cluster.
           Case{"permission: get secrets -n shop, at_least: ['group:team']", {}},
           Case{"permission: get secrets -n shop, at_least: ['user:ada']",
                {"user:ada: must be allowed to get secrets -n shop, and is not in cluster green"}},
           Case{"permission: get secrets -n shop, cluster: blue, at_least: ['user:ada']", {}},
           Case{"permission: get secrets -n shop, principal: 'group:team', expect: allowed", {}},
           Case{"permission: get secrets -n shop, principal: 'user:ada', expect: allowed",
                {"and is denied in cluster green"}},
           Case{"permission: get secrets -n shop, principal: 'user:ada', cluster: blue, expect: "
                "allowed",
                {}},
           Case{"permission: get nonsense.thing.., principal: 'nobody', expect: allowed",
                {"cannot be judged"}},
       }) {
    Write(".whomay.yaml",
          std::string("threshold: high\ninputs: [{path: blue.yaml, cluster: blue}, {path: "
                      "green.yaml, cluster: green}]\nassertions:\n- {") +
              one.assertion + "}\n");
    const Outcome outcome = Call({"check"});
    EXPECT_EQ(outcome.exit_code, one.said.empty() ? 0 : 1)
        << one.assertion << outcome.out << outcome.err;
    for (const char* said : one.said) {
      EXPECT_THAT(outcome.out, HasSubstr(said)) << one.assertion;
    }
  }
}

TEST_F(CheckTest, WrongConfigurationsAreErrorsWithTheirPlace) {
  const ErrorCase cases[] = {
      {"treshold: high\n", ".whomay.yaml:2:1: unknown key 'treshold'; there are assertions, "},
      {"threshold: severe\n", ".whomay.yaml:2:12: threshold is note, low, medium or high"},
      {"baseline: [a]\n", ".whomay.yaml:2:11: baseline is a path"},
      {"suppress: {}\n", ".whomay.yaml:2:1: suppress is a list"},
      {"suppress:\n- {rule: rbac-wildcard}\n", ".whomay.yaml:3:3: a suppression gives its reason"},
      {"suppress:\n- {reason: x}\n", ".whomay.yaml:3:3: a suppression names its rule"},
      {"suppress:\n- {rule: rbac-wildcrd, reason: x}\n",
       ".whomay.yaml:3:3: there is no rule 'rbac-wildcrd'"},
      {"suppress:\n- {rule: rbac-wildcard, reason: x, until: y}\n",
       ".whomay.yaml:3:36: unknown key 'until': a suppression has address, "},
      {"suppress:\n- {rule: rbac-wildcard, reason: x, expires: soon}\n",
       ".whomay.yaml:3:3: expires is a date"},
      {"assertions:\n- {permission: get pods, nevr: [a]}\n",
       ".whomay.yaml:3:26: unknown key 'nevr': an assertion has account, "},
      {"assertions:\n- {permission: get pods, never: a}\n",
       ".whomay.yaml:3:26: 'never' of an assertion has a value of another type"},
      {"assertions:\n- {permission: get pods}\n",
       ".whomay.yaml:3:3: an assertion says only, never, at_least or expect"},
      {"assertions:\n- {never: [a]}\n", ".whomay.yaml:3:3: an assertion names its permission"},
      {"assertions:\n- {permission: get pods, principal: a}\n",
       ".whomay.yaml:3:3: principal and expect go together"},
      {"assertions:\n- {permission: get pods, principal: a, expect: maybe}\n",
       ".whomay.yaml:3:3: expect is allowed, denied, conditional or unknown"},
      {"assertions:\n- {permission: get pods, never: [a], context: {k: {}}}\n",
       ".whomay.yaml:3:51: values of a context key are texts"},
  };
  for (const ErrorCase& one : cases) {
    const Outcome outcome = With(std::string(one.text));
    EXPECT_EQ(outcome.exit_code, 2) << one.text;
    EXPECT_EQ(outcome.err.rfind("whomay: " + std::string(one.error), 0), 0u)
        << one.text << outcome.err;
  }
}

TEST_F(CheckTest, SuppressionsOfTheConfiguration) {
  const std::string rule = "suppress:\n- {rule: rbac-wildcard-all, reason: an operator";
  EXPECT_EQ(With(rule + "}\n").exit_code, 0);
  EXPECT_THAT(With(rule + "}\n").out, HasSubstr("1 suppressed"));
  EXPECT_EQ(With(rule + ", subject: 'ClusterRole all'}\n").exit_code, 0);
  EXPECT_EQ(With(rule + ", subject: 'ClusterRole other'}\n").exit_code, 1);
  EXPECT_EQ(With(rule + ", address: 'ClusterRole a*'}\n").exit_code, 0);
  EXPECT_EQ(With(rule + ", address: 'Role *'}\n").exit_code, 1);
  EXPECT_EQ(With("suppress:\n- {rule: 'rbac-*', reason: x}\n").exit_code, 0);
  // They expire, loudly.
  EXPECT_EQ(With(rule + ", expires: 2999-01-01}\n").exit_code, 0);
  const Outcome expired = With(rule + ", expires: 2020-01-01}\n");
  EXPECT_EQ(expired.exit_code, 1);
  EXPECT_THAT(expired.out, HasSubstr("expired on 2020-01-01"));
  // One that fits nothing is said.
  const Outcome stale = With("threshold: high\nsuppress:\n- {rule: iam-admin, reason: x}\n");
  EXPECT_THAT(stale.out, HasSubstr("fits nothing any more: iam-admin"));
  // They stay visible for machines.
  EXPECT_THAT(With(rule + "}\n", {"-o", "json"}).out, HasSubstr("\"reason\": \"an operator\""));
  EXPECT_THAT(With(rule + "}\n", {"-o", "sarif"}).out, HasSubstr("\"suppressions\": ["));
}

TEST_F(CheckTest, SuppressionsInTheText) {
  const std::string role =
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: all\n";
  const std::string rules = "rules:\n- {apiGroups: ['*'], resources: ['*'], verbs: ['*']}\n";
  struct Case {
    std::string text;
    int exit_code;
    std::string_view out;
  };
  const Case cases[] = {
      {role + rules, 1, ""},
      {"# whomay:ignore rbac-wildcard-all: an operator\n" + role + rules, 0, "1 suppressed"},
      {role + "rules:  # whomay:ignore rbac-wildcard-all: an operator\n" + rules.substr(7), 0, ""},
      {role + "  annotations: {whomay.dev/ignore: \"rbac-wildcard-all: an operator\"}\n" + rules, 0,
       "1 suppressed"},
      {role + "  annotations:\n    whomay.dev/ignore: \"rbac-wildcard-all: an operator\"\n" + rules,
       0, ""},
      // JSON on one line: the neighbour's annotation is not this one's.
      {R"({"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a","annotations":{"whomay.dev/ignore":"rbac-wildcard-all: mine"}}},{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"all"},"rules":[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]}]})",
       1, ""},
      {R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"all","annotations":{"whomay.dev/ignore":"iam-admin: x; rbac-wildcard-all: an operator"}},"rules":[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]})",
       0, "1 suppressed"},
      {"# whomay:ignore rbac-wildcard-all\n" + role + rules, 1, "without a reason does not count"},
      {"# whomay:ignore rbac-wildcard: another rule\n" + role + rules, 1, ""},
      {"# whomay:ignore rbac-wildcard-*: an operator\n" + role + rules, 0, "1 suppressed"},
      {"# whomay:ignore rbac-wildcard-all until 2999-12-31: an operator\n" + role + rules, 0,
       "1 suppressed"},
      {"# whomay:ignore rbac-wildcard-all until 2020-12-31: an operator\n" + role + rules, 1,
       "suppresses rbac-wildcard-all expired on 2020-12-31"},
      {"# whomay:ignore rbac-wildcard-all until soon: an operator\n" + role + rules, 1,
       "until no date"},
      {role + "  annotations: {whomay.dev/ignore: \"rbac-wildcard-all until 2020-01-01: old\"}\n" +
           rules,
       1, "expired on 2020-01-01"},
      {"# whomay:ignore : everything\n" + role + rules, 1, ""},
      // A comment of the neighbour's.
      {"# whomay:ignore rbac-wildcard-all: mine\napiVersion: v1\nkind: Namespace\nmetadata: {name: "
       "a}\n---\n" +
           role + rules,
       1, ""},
  };
  for (const Case& one : cases) {
    Write("role.yaml", one.text);
    const Outcome outcome = Call({"check", "-f", "role.yaml"});
    EXPECT_EQ(outcome.exit_code, one.exit_code) << one.text << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr(std::string(one.out))) << one.text;
  }
}

TEST_F(CheckTest, ABaselineHoldsWhatIsThereAndNothingNew) {
  EXPECT_EQ(With("baseline: base.json\n", {"--write-baseline", "base.json"}).exit_code, 0);
  const Outcome held = With("baseline: base.json\n");
  EXPECT_EQ(held.exit_code, 0) << held.out;
  // Lines move, and it holds.
  Write("rbac.yaml", "# moved\n\n" + std::string(kManifest));
  EXPECT_EQ(Call({"check"}).exit_code, 0);
  // A new finding is not in it.
  Write("rbac.yaml", std::string(kManifest) +
                         "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
                         "metadata: {name: more}\n"
                         "rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]\n");
  const Outcome more = Call({"check"});
  EXPECT_EQ(more.exit_code, 1);
  EXPECT_THAT(more.out, HasSubstr("ClusterRole more"));
  EXPECT_THAT(more.out, Not(HasSubstr("ClusterRole all:")));
  // What is mended is said.
  Write("rbac.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n");
  EXPECT_THAT(Call({"check"}).out, HasSubstr("baseline fits nothing any more: rbac-wildcard-all"));
  // Written twice it is the same, without times and lines.
  Write("rbac.yaml", kManifest);
  Call({"check", "--write-baseline", "again.json"});
  std::ifstream a("base.json"), b("again.json");
  const std::string one{std::istreambuf_iterator<char>(a), {}},
      two{std::istreambuf_iterator<char>(b), {}};
  EXPECT_EQ(one, two);
  EXPECT_THAT(one, HasSubstr("\"schema\": \"whomay.baseline/1\""));
  Write("base.json", "{}");
  EXPECT_EQ(Call({"check"}).exit_code, 2);
}

// --- Repositories
// ---------------------------------------------------------------------------------

TEST_F(CheckTest, WithoutConfigurationTheWholeFolderIsRead) {
  Write("deploy/rbac.yaml", kManifest);
  Write("notes.txt", "nothing");
  const Outcome outcome = Call({"check"});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  EXPECT_EQ(outcome.out.rfind("deploy/rbac.yaml:", 0), 0u) << outcome.out;  // no "./"
  EXPECT_THAT(Call({"check", "-o", "github"}).out, HasSubstr("file=deploy/rbac.yaml,"));
  EXPECT_THAT(Call({"check", "-o", "github", "-f", "./deploy/rbac.yaml"}).out,
              HasSubstr("file=deploy/rbac.yaml,"));
}

TEST_F(CheckTest, AConfigurationWithoutInputsIsForTheWholeFolder) {
  Write("deploy/rbac.yaml", kManifest);
  Write(".whomay.yaml", "threshold: high\n");
  const Outcome outcome = Call({"check"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("deploy/rbac.yaml:"));
  EXPECT_EQ(Call({"who", "get", "pods"}).exit_code, 2);  // only check takes the folder
}

TEST_F(CheckTest, AFolderWithoutAnythingToReadIsAnError) {
  Write("README.md", "# Nothing to see\n");
  EXPECT_EQ(Call({"check"}).exit_code, 2);
}

TEST_F(CheckTest, HelmChartsAreSkippedAndSaid) {
  Write("rbac.yaml", kManifest);
  Write("chart/Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n");
  Write("chart/values.yaml", "name: x\n");
  Write("chart/templates/role.yaml",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: {{ "
        ".Values.name "
        "}}\nrules:\n{{- if .Values.wide }}\n- {apiGroups: ['*'], resources: ['*'], verbs: "
        "['*']}\n{{- end }}\n");
  const Outcome outcome = Call({"check", "-v"});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  EXPECT_THAT(outcome.out, Not(HasSubstr("chart/templates")));
  EXPECT_THAT(outcome.err, HasSubstr("helm template"));
}

TEST_F(CheckTest, KustomizePatchesAreSkippedAndSaid) {
  Write("base/rbac.yaml", kManifest);
  Write(
      "base/kustomization.yaml",
      "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [rbac.yaml]\n");
  Write(
      "overlays/prod/kustomization.yaml",
      "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../../base]\n"
      "patches:\n- path: role.yaml\n");
  Write("overlays/prod/role.yaml",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: all}\n"
        "rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]\n");
  const Outcome outcome = Call({"check", "-v"});
  // The base counts, the patch does not: it is no object of its own.
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("base/rbac.yaml:"));
  EXPECT_THAT(outcome.err, HasSubstr("kubectl kustomize"));
}

// Nothing checked is not clean: what a repository of charts or overlays alone gives.
TEST_F(CheckTest, ChartsAndOverlaysAloneAreAnError) {
  struct Case {
    const char* file;
    const char* text;
    const char* said;
  };
  for (const Case& one : {
           Case{"templates/role.yaml", "kind: Role\nmetadata:\n  name: {{ .Release.Name }}\n",
                "helm template"},
           Case{"templates/all.yaml", "{{- include \"common.all\" . }}\n", "helm template"},
           Case{
               "templates/binding.yaml",
               "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata:\n  name: {{ "
               "include \"web.name\" . }}\n",
               "helm template"},
           Case{"kustomization.yaml", "resources: [https://charts.invalid/x]\n",
                "kubectl kustomize"},
       }) {
    Write(one.file, one.text);
    const Outcome outcome = Call({"check"});
    EXPECT_EQ(outcome.exit_code, 2) << one.text << outcome.out;
    EXPECT_THAT(outcome.err, HasSubstr("left out: 1 file of")) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(one.said));
    fs::remove(one.file);
  }
}

TEST_F(CheckTest, WhatIsLeftOutIsCounted) {
  Write("rbac.yaml", kManifest);
  Write("chart/templates/a.yaml", "kind: Role\nmetadata:\n  name: {{ .Values.a }}\n");
  Write("chart/templates/b.yaml", "{{ define \"b\" }}b{{ end }}\n");
  Write("base/kustomization.yaml", "resources: []\n");
  // Braces of others: no template of Helm's, and no manifest.
  Write(".github/workflows/ci.yaml", "on: push\njobs: {a: {steps: [{run: \"${{ env.X }}\"}]}}\n");
  const Outcome outcome = Call({"check"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("left out: 2 files of Helm templates; give what `helm "
                                     "template` prints (-v lists them)"));
  EXPECT_THAT(outcome.err, HasSubstr("left out: 1 file of kustomize"));
  EXPECT_THAT(Call({"check", "-v"}).err, Not(HasSubstr("left out")));  // each is listed
}

// A policy cut off half way, found in a folder: what it grants is lost, not passed over in silence.
TEST_F(CheckTest, BrokenDocumentsOfOursAreLosses) {
  Write("rbac.yaml", kManifest);
  Write("tsconfig.json", "{ // of another tool\n}\n");
  EXPECT_EQ(Call({"check", "--strict", "--threshold", "high"}).exit_code, 0);
  for (const char* text :
       {R"({"Version": "2012-10-17", "Statement": [{"Effect": "Al)",
        R"({"RoleDetailList": [{"RoleName": )", R"({"accessEntry": {"clusterName": "shop", )"}) {
    Write("iam/broken.json", text);
    const Outcome outcome = Call({"check", "--strict", "--threshold", "high"});
    EXPECT_EQ(outcome.exit_code, 3) << text;
    EXPECT_THAT(outcome.err, HasSubstr("iam/broken.json:1:")) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("could not be read"));
  }
}

// --- The schema for editors
// -------------------------------------------------------------------------------

std::set<std::string> KeysOf(const syntax::Value& object) {
  std::set<std::string> keys;
  for (const syntax::Value member : object.Get("properties").members()) {
    keys.emplace(member.key());
  }
  return keys;
}

TEST(ConfigSchema, KnowsTheReadersKeys) {
  std::ifstream file(WHOMAY_SOURCE_DIR "/schemas/whomay.yaml.schema.json");
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  const source::FileId id =
      sources.Add("schema", std::string{std::istreambuf_iterator<char>(file), {}});
  const syntax::Tree tree = syntax::ParseJson(
      sources, {id, 0, static_cast<uint32_t>(sources.bytes(id).size())}, diagnostics);
  ASSERT_TRUE(tree.root());
  const syntax::Value parts = tree.root().Get("$defs");
  const auto keys = [](std::span<const std::string_view> known) {
    return std::set<std::string>(known.begin(), known.end());
  };
  EXPECT_EQ(KeysOf(tree.root()), keys(ConfigKeys()));
  EXPECT_EQ(KeysOf(parts.Get("input")), keys(InputKeys()));
  EXPECT_EQ(KeysOf(parts.Get("suppression")), keys(SuppressionKeys()));
  EXPECT_EQ(KeysOf(parts.Get("assertion")), keys(AssertionKeys()));
}

}  // namespace
}  // namespace whomay::cli

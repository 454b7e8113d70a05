// What must not change an answer: the order of inputs, how they are cut into files, YAML or JSON.
// And what may change it in one direction only: a new allow never shrinks `who`, a new deny never
// grows it.
#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "whomay/analyzer.h"

namespace whomay {
namespace {

struct Input {
  std::string name;
  std::string text;
};

std::string Load(const std::string& path) {
  std::ifstream in(std::string(WHOMAY_SOURCE_DIR) + "/examples/shop/" + path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Every principal that may, with its decision.
using Rows = std::map<std::string, std::string>;

Rows Who(const std::vector<Input>& inputs, const std::vector<std::string>& permission) {
  Analyzer analyzer;
  for (const Input& input : inputs) {
    EXPECT_TRUE(analyzer.AddText(input.name, input.text).ok());
  }
  absl::StatusOr<Analysis> analysis = std::move(analyzer).Analyze();
  EXPECT_TRUE(analysis.ok()) << analysis.status();
  Rows rows;
  if (!analysis.ok()) {
    return rows;
  }
  const absl::StatusOr<WhoAnswer> answer =
      analysis->snapshot(World::kAfter).Who(permission, QuestionOptions());
  EXPECT_TRUE(answer.ok()) << answer.status();
  if (answer.ok()) {
    for (const Grantee& grantee : answer->grantees) {
      rows[grantee.principal + " " + grantee.kind] = Name(grantee.decision);
    }
  }
  return rows;
}

const std::vector<std::vector<std::string>>& Questions() {
  static const std::vector<std::vector<std::string>> questions = {
      {"get", "secrets", "-n", "shop"},
      {"create", "pods/exec", "-n", "shop"},
      {"list", "pods"},
      {"get", "/metrics"},
      {"s3:GetObject", "arn:aws:s3:::example-shop-orders/x"},
      {"ses:SendEmail"},
      {"eks:CreateAccessEntry"},
  };
  return questions;
}

std::vector<Input> Shop() {
  return {{"plan.json", Load("change/plan.json")},
          {"deployments.yaml", Load("manifests/deployments.yaml")},
          {"namespaces.yaml", Load("manifests/namespaces.yaml")},
          {"rbac.yaml", Load("manifests/rbac.yaml")},
          {"serviceaccounts.yaml", Load("manifests/serviceaccounts.yaml")}};
}

TEST(Metamorphic, OrderOfInputsDoesNotMatter) {
  std::vector<Input> inputs = Shop();
  std::vector<Rows> before;
  for (const auto& question : Questions()) {
    before.push_back(Who(inputs, question));
    EXPECT_FALSE(before.back().empty()) << question.front();
  }
  std::reverse(inputs.begin(), inputs.end());
  for (size_t i = 0; i < Questions().size(); ++i) {
    EXPECT_EQ(before[i], Who(inputs, Questions()[i])) << Questions()[i].front();
  }
}

TEST(Metamorphic, HowManifestsAreCutIntoFilesDoesNotMatter) {
  const std::vector<Input> inputs = Shop();
  std::string all;
  for (size_t i = 1; i < inputs.size(); ++i) {
    all += (i > 1 ? "---\n" : "") + inputs[i].text;
  }
  const std::vector<Input> joined = {inputs[0], {"all.yaml", all}};
  for (const auto& question : Questions()) {
    EXPECT_EQ(Who(inputs, question), Who(joined, question)) << question.front();
  }
}

TEST(Metamorphic, JsonIsYaml) {
  const std::string yaml =
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: a}\n"
      "rules:\n- apiGroups: ['']\n  resources: [pods, pods/log]\n  verbs: [get, list]\n---\n"
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: "
      "a}\n"
      "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}\n"
      "subjects:\n- {kind: User, name: dana, apiGroup: rbac.authorization.k8s.io}\n"
      "- {kind: ServiceAccount, name: bot}\n";
  const std::string json =
      R"({"apiVersion":"v1","kind":"List","items":[
 {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"b","namespace":"a"},
  "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},
  "subjects":[{"kind":"User","name":"dana","apiGroup":"rbac.authorization.k8s.io"},{"kind":"ServiceAccount","name":"bot"}]},
 {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"r","namespace":"a"},
  "rules":[{"apiGroups":[""],"resources":["pods","pods/log"],"verbs":["get","list"]}]}]})";
  const Rows rows = Who({{"a.yaml", yaml}}, {"get", "pods/log", "-n", "a"});
  EXPECT_EQ(rows, Who({{"a.json", json}}, {"get", "pods/log", "-n", "a"}));
  EXPECT_EQ(rows.count("user:dana k8s-user"), 1u);
  EXPECT_EQ(rows.count("sa:a/bot service-account"), 1u);
}

// A small account dump, with one more statement in the user's inline policy.
std::string Account(const std::string& further) {
  return R"({"UserDetailList":[
 {"Path":"/","UserName":"dana","UserId":"AIDAEXAMPLE1","Arn":"arn:aws:iam::111122223333:user/dana","GroupList":[],
  "UserPolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[
   {"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b/*"})" +
         further + R"(]}}],"AttachedManagedPolicies":[]},
 {"Path":"/","UserName":"eli","UserId":"AIDAEXAMPLE2","Arn":"arn:aws:iam::111122223333:user/eli","GroupList":[],
  "UserPolicyList":[],"AttachedManagedPolicies":[]}],
 "GroupDetailList":[],"RoleDetailList":[],"Policies":[]})";
}

TEST(Metamorphic, AllowsGrowAndDeniesShrink) {
  const std::vector<std::vector<std::string>> questions = {{"s3:GetObject", "arn:aws:s3:::b/k"},
                                                           {"s3:PutObject", "arn:aws:s3:::b/k"},
                                                           {"s3:GetObject"},
                                                           {"s3:ListBucket"},
                                                           {"iam:ListRoles"}};
  const auto allowed = [](const Rows& rows) {
    std::set<std::string> names;
    for (const auto& [name, decision] : rows) {
      if (decision == "allowed") {
        names.insert(name);
      }
    }
    return names;
  };
  const std::vector<std::string> bodies = {
      R"("Action":"s3:*","Resource":"*")", R"("Action":"*","Resource":"arn:aws:s3:::b/*")",
      R"("NotAction":"iam:*","Resource":"*")",
      R"("Action":"s3:GetObject","NotResource":"arn:aws:s3:::b/k")"};
  for (const auto& question : questions) {
    const std::set<std::string> base = allowed(Who({{"a.json", Account("")}}, question));
    for (const std::string& body : bodies) {
      const std::set<std::string> more =
          allowed(Who({{"a.json", Account(R"(,{"Effect":"Allow",)" + body + "}")}}, question));
      const std::set<std::string> less =
          allowed(Who({{"a.json", Account(R"(,{"Effect":"Deny",)" + body + "}")}}, question));
      EXPECT_TRUE(std::includes(more.begin(), more.end(), base.begin(), base.end())) << body;
      EXPECT_TRUE(std::includes(base.begin(), base.end(), less.begin(), less.end())) << body;
    }
  }
  EXPECT_EQ(allowed(Who({{"a.json", Account("")}}, questions[0])),
            std::set<std::string>{"arn:aws:iam::111122223333:user/dana iam-user"});
}

}  // namespace
}  // namespace whomay

// Nothing secret reaches any output: no value that Terraform marks sensitive, no Secret's data, no
// access key, no token (design 11).
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "whomay/analyzer.h"

namespace whomay {
namespace {

constexpr char kPlanted[] = "PLANTED-7f3a9c";

std::string Plan() {
  const std::string secret = kPlanted;
  return R"({"format_version":"1.2","terraform_version":"1.9.0","resource_changes":[
 {"address":"aws_iam_access_key.k","mode":"managed","type":"aws_iam_access_key","name":"k","provider_name":"registry.terraform.io/hashicorp/aws",
  "change":{"actions":["create"],"before":null,"after":{"user":"dana","secret":")" +
         secret + R"(","ses_smtp_password_v4":")" + secret +
         R"("},"after_unknown":{"id":true},"after_sensitive":{"secret":true}}},
 {"address":"aws_iam_user.dana","mode":"managed","type":"aws_iam_user","name":"dana","provider_name":"registry.terraform.io/hashicorp/aws",
  "change":{"actions":["create"],"before":null,"after":{"name":"dana","path":"/","tags":{"token":")" +
         secret +
         R"("}},"after_unknown":{"arn":true},"after_sensitive":{"tags":true}}},
 {"address":"kubernetes_secret.s","mode":"managed","type":"kubernetes_secret","name":"s","provider_name":"registry.terraform.io/hashicorp/kubernetes",
  "change":{"actions":["create"],"before":null,"after":{"metadata":[{"name":"s","namespace":"default"}],"data":{"password":")" +
         secret +
         R"("}},"after_unknown":{},"after_sensitive":{"data":true}}}],
 "configuration":{"root_module":{}}})";
}

std::string Manifests() {
  const std::string secret = kPlanted;
  return "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: default}\nstringData:\n"
         "  password: " +
         secret + "\n  broken: [" + secret +
         "\n---\n"
         "apiVersion: v1\nkind: Secret\nmetadata: {name: db2, namespace: default}\ndata: {p: " +
         secret +
         "}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: default}\ndata: "
         "{token: " +
         secret +
         "}\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: bot, namespace: "
         "default}\n";
}

void ExpectClean(const std::string& text, const char* where) {
  EXPECT_EQ(text.find(kPlanted), std::string::npos) << where << ": " << text;
}

TEST(Secrets, ReachNoAnswerAndNoDiagnostic) {
  Analyzer analyzer;
  ASSERT_TRUE(analyzer.AddText("plan.json", Plan()).ok());
  ASSERT_TRUE(analyzer.AddText("all.yaml", Manifests()).ok());
  absl::StatusOr<Analysis> analysis = std::move(analyzer).Analyze();
  ASSERT_TRUE(analysis.ok()) << analysis.status();
  for (const Diagnostic& diagnostic : analysis->diagnostics()) {
    ExpectClean(diagnostic.message, "message");
    ExpectClean(diagnostic.excerpt, "excerpt");
    ExpectClean(diagnostic.origin.address, "address");
  }
  const Snapshot& snapshot = analysis->snapshot(World::kAfter);
  const QuestionOptions options;
  for (const char* what :
       {"principals", "roles", "bindings", "clusters", "policies", "holes", "inputs"}) {
    const absl::StatusOr<ListAnswer> list = snapshot.List(what, options);
    ASSERT_TRUE(list.ok()) << list.status();
    for (const ListAnswer::Item& item : list->items) {
      ExpectClean(item.name, what);
      for (const std::string& field : item.fields) {
        ExpectClean(field, what);
      }
    }
  }
  const absl::StatusOr<WhatAnswer> all = snapshot.What("dana", options);
  ASSERT_TRUE(all.ok()) << all.status();
  for (const WhatAnswer::AwsGrant& grant : all->aws) {
    for (const Condition& condition : grant.conditions) {
      ExpectClean(condition.text, "what");
    }
  }
}

}  // namespace
}  // namespace whomay

#include "ingest/terraform/document.h"

#include <gtest/gtest.h>

#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/json.h"
#include "tests/unit/ingest/terraform/reading_fixture.h"

namespace whomay::ingest::terraform {
namespace {

TEST(SniffText, Kinds) {
  const struct {
    std::string text;
    TextKind kind;
  } cases[] = {
      {std::string("PK\x03\x04\x14tfplan", 11), TextKind::kBinaryPlan},
      {std::string("PK\x03\x04\x14other", 10), TextKind::kUnknown},
      {"{\"remote_plan_format\":1,\"run_id\":\"run-x\"}", TextKind::kBookmark},
      {"\x1b[0m\x1b[1mTerraform used the selected providers", TextKind::kHumanOutput},
      {"\nTerraform will perform the following actions:\n", TextKind::kHumanOutput},
      {"{\"@level\":\"info\",\"@message\":\"x\",\"type\":\"version\"}\n{}", TextKind::kUiStream},
      {"[command]/usr/bin/terraform-bin show -json p\n{\"format_version\":\"1.2\"}\n::debug::x\n",
       TextKind::kWrapped},
      {"{\"format_version\":\"1.2\"}", TextKind::kJson},
      {" \n{\"version\":4,\"lineage\":\"x\"}", TextKind::kJson},
      {"{\"kind\":\"Role\"}", TextKind::kUnknown},
      {"apiVersion: v1", TextKind::kUnknown},
      {"", TextKind::kUnknown},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(SniffText(one.text), one.kind) << one.text;
  }
}

TEST(Recognize, KindsAndVersions) {
  const struct {
    const char* text;
    DocumentKind kind;
    bool refused;
  } cases[] = {
      {R"({"format_version":"0.1","planned_values":{}})", DocumentKind::kPlan, false},
      {R"({"format_version":"1.99","resource_changes":[]})", DocumentKind::kPlan, false},
      {R"({"format_version":"2.0","resource_changes":[]})", DocumentKind::kNone, true},
      {R"({"format_version":"1.0","values":{}})", DocumentKind::kState, false},
      {R"({"format_version":"1.0"})", DocumentKind::kState, false},
      {R"({"version":4,"lineage":"x","resources":[]})", DocumentKind::kRawState, false},
      {R"({"version":3,"lineage":"x","modules":[]})", DocumentKind::kNone, true},
      {R"({"format_version":"1.0","provider_schemas":{}})", DocumentKind::kNone, true},
      {R"({"plan_format_version":"1.2","provider_schemas":{},"resource_changes":[]})",
       DocumentKind::kPlan, false},
      {R"({"terraform_version":"1.0","planned_values":{}})", DocumentKind::kPlan, false},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.text);
    source::SourceSet sources;
    source::Diagnostics diagnostics;
    const source::FileId file = sources.Add("f", one.text);
    const syntax::Tree tree = syntax::ParseJson(
        sources, {file, 0, static_cast<uint32_t>(std::string_view(one.text).size())}, diagnostics);
    const std::vector<Document> documents = Recognize(tree.root());
    ASSERT_EQ(documents.size(), 1u);
    EXPECT_EQ(documents[0].kind, one.kind);
    EXPECT_EQ(!documents[0].why_not.empty(), one.refused);
  }
}

constexpr char kUser[] =
    R"({"address":"aws_iam_user.u","type":"aws_iam_user","mode":"managed","change":{"actions":["create"],)"
    R"("before":null,"after":{"name":"u"},"after_unknown":{"arn":true}}})";

TEST(ReadTerraform, UnwrapsAndConcatenates) {
  const std::string plan = Plan(kUser);
  for (const std::string& text :
       {R"({"mock":{"valid":{"tfplan":)" + plan + "}}}",
        plan + "\n" + R"({"format_version":"1.0"})",
        "[command]terraform-bin show -json x\n" + plan + "\n::set-output name=x::y\n",
        "\xEF\xBB\xBF" + plan}) {
    ReadResult result;
    ReadText(text, result);
    EXPECT_EQ(result.facts.principals.size(), 1u) << text.substr(0, 40);
    EXPECT_FALSE(result.diagnostics.incomplete());
  }
}

TEST(ReadTerraform, RefusalsSayWhatToRun) {
  for (const std::string& text :
       {std::string("PK\x03\x04\x14tfplan", 11), std::string("{\"remote_plan_format\":1}"),
        std::string("\x1b[1mPlan: 1 to add"),
        std::string("{\"@level\":\"info\",\"type\":\"version\"}\n")}) {
    ReadResult result;
    ReadText(text, result);
    ASSERT_EQ(result.diagnostics.all().size(), 1u);
    EXPECT_EQ(result.diagnostics.all()[0].code, "terraform.not-json");
    EXPECT_NE(result.diagnostics.all()[0].message.find("terraform show -json"), std::string::npos);
    EXPECT_TRUE(result.diagnostics.incomplete());
    EXPECT_TRUE(result.facts.inputs.empty());
    EXPECT_TRUE(LooksLikeTerraform(text));
  }
}

// Of what no reader takes.
TEST(ReadTerraform, OutputsOfOtherCommandsAndCodeAreKnown) {
  const struct {
    const char* name;
    const char* text;
    const char* says;  // "" where it is none of Terraform's
  } cases[] = {
      {"main.tf", "locals {}", "as --source-root"},
      {"a/main.tf.json", "{}", "as --source-root"},
      {"prod.auto.tfvars", "a = 1", "as --source-root"},
      {".terraform.lock.hcl", "", "as --source-root"},
      {"v.json", R"({"terraform_version":"1.9.0","platform":"x","provider_selections":{}})",
       "terraform version -json"},
      {"v.json", R"({"format_version":"1.0","valid":true,"error_count":0})",
       "terraform validate -json"},
      {"o.json", R"({"a":{"sensitive":false,"type":"string","value":"x"}})",
       "terraform output -json"},
      {"s.txt", "# aws_x.y:\nresource \"aws_x\" \"y\" {\n}\n", "prints it for people"},
      {"other.json", R"({"format_version":"1.0","items":[]})", ""},
      {"other.yaml", "a: 1", ""},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    const std::string_view says = WhyNotTerraform(one.name, one.text);
    EXPECT_EQ(says.empty(), *one.says == '\0');
    EXPECT_NE(says.find(one.says), std::string_view::npos) << says;
  }
}

// A word of Terraform's in a file of somebody else's makes it no plan: nothing is said of it here.
TEST(ReadTerraform, FilesOfOthersAreLeftToOthers) {
  for (const char* text :
       {R"({"lineage":7,"rows":[]})", R"({"format_version":"1.0","a":1,"b":2})"}) {
    ReadResult result;
    EXPECT_FALSE(ReadText(text, result)) << text;
    EXPECT_TRUE(result.diagnostics.all().empty());
    EXPECT_TRUE(result.facts.inputs.empty());
  }
}

TEST(ReadTerraform, IncompletePlans) {
  for (const char* more : {R"("errored":true)", R"("complete":false)",
                           R"("deferred_changes":[{"reason":"x","resource_change":{}}])"}) {
    ReadResult result;
    ReadText(Plan(kUser, "{}", more), result);
    ASSERT_EQ(result.facts.inputs.size(), 1u);
    EXPECT_FALSE(result.facts.inputs[0].complete) << more;
    EXPECT_FALSE(result.facts.inputs[0].why.empty());
    EXPECT_TRUE(result.diagnostics.incomplete());
    EXPECT_EQ(result.facts.principals.size(), 1u);
  }
}

}  // namespace
}  // namespace whomay::ingest::terraform

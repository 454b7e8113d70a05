// Real documents: everything parses, and what is diagnosed is listed here.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "data/aws_managed_policies.h"
#include "ingest/iam/iam.h"
#include "tests/unit/ingest/iam/iam_fixture.h"

namespace whomay::ingest {
namespace {

namespace fs = std::filesystem;

// The folder of shared data, or an empty path where there is none.
fs::path SharedFolder(const char* folder) {
  const char* shared = std::getenv("WHOMAY_SHARED");
  const fs::path path =
      (shared != nullptr ? fs::path(shared) : fs::path(WHOMAY_SOURCE_DIR) / "../shared") / folder;
  if (fs::is_directory(path)) {
    return path;
  }
  std::cerr << "SKIPPED: no folder " << path << "\n";
  return {};
}

std::string FileText(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

using CorpusTest = IamTest;

TEST_F(CorpusTest, AwsManagedPoliciesAreAllAsAwsStoresThem) {
  for (const data::ManagedPolicyText& policy : data::AllManagedPolicies()) {
    SCOPED_TRACE(policy.name);
    const facts::PolicyDocument document = ReadPolicy(policy.document, PolicyUse::kIdentity);
    EXPECT_TRUE(document.readable);
    EXPECT_FALSE(document.statements.empty());
  }
  EXPECT_FALSE(diagnostics_.incomplete());
  for (const source::Diagnostic& diagnostic : diagnostics_.all()) {
    ADD_FAILURE() << diagnostic.code << ": " << diagnostic.message;
  }
}

TEST_F(CorpusTest, OrganizationPoliciesParse) {
  const fs::path folder = SharedFolder("corpus/organizations");
  if (folder.empty()) {
    return;
  }
  int files = 0;
  int unreadable = 0;
  int refused = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") {
      continue;
    }
    const std::string path = entry.path().string();
    SCOPED_TRACE(path);
    const std::string text = FileText(entry.path());
    const PolicyUse use = path.find("vpc_endpoint") != std::string::npos ? PolicyUse::kResource
                          : text.find("Principal\"") != std::string::npos
                              ? PolicyUse::kResourceControl
                              : PolicyUse::kServiceControl;
    diagnostics_ = {};
    const facts::PolicyDocument document = ReadPolicy(text, use);
    EXPECT_EQ(document.readable, Codes().empty() || Codes()[0] != "json.syntax");
    unreadable += document.readable ? 0 : 1;
    refused += document.readable && document.refused ? 1 : 0;
    ++files;
  }
  EXPECT_GT(files, 100);
  EXPECT_EQ(unreadable, 1);  // deny-service-specific-credential-by-type.json lacks a comma
  EXPECT_LE(refused, 4);     // "<action>", "<third-party-resource>", an RCP without Resource
}

TEST_F(CorpusTest, PolicyPairsParse) {
  const fs::path folder = SharedFolder("corpus/no_new_access");
  if (folder.empty()) {
    return;
  }
  std::ifstream lines(folder / "pairs.jsonl");
  int policies = 0;
  for (std::string line; std::getline(lines, line);) {
    const syntax::Tree tree = syntax::ParseJson(sources_, AddFile("pairs", line), diagnostics_);
    for (const syntax::Value member : tree.root().members()) {
      if (LooksLikePolicy(member)) {
        const facts::PolicyDocument document =
            ReadPolicyDocument(member, {.use = PolicyUse::kAny}, facts_, diagnostics_);
        EXPECT_TRUE(document.readable);
        ++policies;
      }
    }
  }
  EXPECT_GT(policies, 200);
  EXPECT_THAT(Codes(), testing::IsEmpty());
}

TEST_F(CorpusTest, AccountDumpsParse) {
  const fs::path folder = SharedFolder("corpus/terraform/salesforce+cloudsplaining");
  if (folder.empty()) {
    return;
  }
  IamReader reader(sources_, facts_, diagnostics_);
  int dumps = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      SCOPED_TRACE(entry.path().string());
      syntax::Tree tree = syntax::ParseJson(
          sources_, AddFile(entry.path().string(), FileText(entry.path())), diagnostics_);
      EXPECT_EQ(IamInputOf(tree.root()), IamInput::kAccountDump);
      reader.Read(std::move(tree));
      ++dumps;
    }
  }
  reader.Finish();
  EXPECT_GE(dumps, 5);
  EXPECT_GT(facts_.principals.size(), 50u);
  EXPECT_GT(facts_.managed_policies.size(), 50u);
  // AWSLambdaReadOnlyAccess was withdrawn in 2021.
  EXPECT_THAT(Codes(), testing::ElementsAre("policy.aws-managed-not-known"));
}

}  // namespace
}  // namespace whomay::ingest

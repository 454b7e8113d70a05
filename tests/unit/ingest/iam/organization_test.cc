#include "ingest/iam/organization.h"

#include <gmock/gmock.h>

#include <map>

#include "ingest/iam/iam.h"
#include "syntax/yaml.h"
#include "tests/unit/ingest/iam/iam_fixture.h"

namespace whomay::ingest {
namespace {

using facts::OrganizationPolicy;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class OrganizationTest : public IamTest {
 protected:
  // JSON is YAML.
  void Read(std::string text, const LoadFile& load = nullptr) {
    IamReader reader(sources_, facts_, diagnostics_, load);
    reader.Read(syntax::ParseJson(sources_, AddFile("org/organization.yaml", std::move(text)),
                                  diagnostics_));
    reader.Finish();
  }
  // "TARGET: POLICY" for each attachment, those of AWS's own RCP left out.
  std::vector<std::string> Attachments() const {
    std::vector<std::string> all;
    for (const facts::OrganizationAttachment& attachment : facts_.organization_attachments) {
      if (attachment.policy != "RCPFullAWSAccess") {
        all.push_back(std::string(attachment.target) + ": " + std::string(attachment.policy));
      }
    }
    return all;
  }
  const OrganizationPolicy& Policy(std::string_view name) const {
    for (const OrganizationPolicy& policy : facts_.organization_policies) {
      if (policy.name == name) {
        return policy;
      }
    }
    ADD_FAILURE() << name;
    return facts_.organization_policies[0];
  }
};

constexpr char kDenyAll[] =
    R"({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})";

TEST_F(OrganizationTest, LaysPoliciesOnTheTree) {
  AddFile("org/scp/leave.json", kDenyAll);
  const LoadFile load = [](std::string_view path) -> std::optional<std::string> {
    if (path == "org/rcp/perimeter.json") {
      return R"({"Version": "2012-10-17", "Statement": [
          {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}]})";
    }
    return std::nullopt;
  };
  Read(R"({"organization": {"id": "o-abc", "root": "r-1", "management_account": "111111111111",
      "scps": ["FullAWSAccess", "scp/leave.json"], "rcps": ["./rcp/perimeter.json"],
      "units": {"ou-a": {}, "ou-b": {"parent": "ou-a", "scps": ["FullAWSAccess", "scp/leave.json"]}},
      "accounts": {"222222222222": {"unit": "ou-b"}, "333333333333": {"scps": [
        {"name": "own", "policy": {"Version": "2012-10-17", "Statement": [
          {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}}]}}}})",
       load);
  EXPECT_THAT(Codes(), IsEmpty());
  EXPECT_THAT(Attachments(),
              UnorderedElementsAre(
                  "r-1: FullAWSAccess", "r-1: org/scp/leave.json", "r-1: org/rcp/perimeter.json",
                  "ou-a: FullAWSAccess", "ou-b: FullAWSAccess", "ou-b: org/scp/leave.json",
                  "222222222222: FullAWSAccess", testing::StartsWith("333333333333: own#"),
                  "111111111111: FullAWSAccess"));
  std::map<std::string_view, std::string_view> parents;
  for (const facts::OrganizationNode& node : facts_.organization_nodes) {
    parents[node.id] = node.parent;
    EXPECT_EQ(node.management_account, node.id == "111111111111");
  }
  EXPECT_THAT(parents, UnorderedElementsAre(testing::Pair("r-1", ""), testing::Pair("ou-a", "r-1"),
                                            testing::Pair("ou-b", "ou-a"),
                                            testing::Pair("222222222222", "ou-b"),
                                            testing::Pair("333333333333", "r-1"),
                                            testing::Pair("111111111111", "r-1")));
  EXPECT_EQ(facts_.organization_nodes[0].organization, "o-abc");
  EXPECT_EQ(Policy("leave").type, OrganizationPolicy::Type::kServiceControl);
  EXPECT_EQ(Policy("perimeter").type, OrganizationPolicy::Type::kResourceControl);
  EXPECT_THAT(facts_.policy(Policy("perimeter").document).statements[0].actions,
              ElementsAre("s3:*"));
  // RCPFullAWSAccess sits on every node.
  EXPECT_EQ(facts_.organization_attachments.size(), 9u + 6u);
}

TEST_F(OrganizationTest, APolicyFileThatSitsSomewhereIsNoPolicyOfItsOwn) {
  IamReader reader(sources_, facts_, diagnostics_);
  reader.Read(syntax::ParseJson(sources_, AddFile("org/o.yaml", R"({"organization": {"scps":
                                    ["FullAWSAccess", "../org/deny.json"]}})"),
                                diagnostics_));
  reader.Read(syntax::ParseJson(sources_, AddFile("org/deny.json", kDenyAll), diagnostics_));
  reader.Read(syntax::ParseJson(sources_, AddFile("org/other.json", kDenyAll), diagnostics_));
  reader.Finish();
  EXPECT_THAT(Codes(), IsEmpty());
  ASSERT_EQ(facts_.managed_policies.size(), 1u);
  EXPECT_EQ(facts_.managed_policies[0].name, "other");
}

TEST_F(OrganizationTest, IsReadFromYaml) {
  AddFile("org/deny.json", kDenyAll);
  const source::Span file = AddFile("org/organization.yaml",
                                    "# who binds whom\n"
                                    "organization:\n"
                                    "  management_account: 111111111111\n"
                                    "  scps: [FullAWSAccess, deny.json]\n"
                                    "  units:\n"
                                    "    ou-a:\n"
                                    "    ou-b: {parent: ou-a}\n"
                                    "  accounts:\n"
                                    "    222222222222: {unit: ou-b}\n"
                                    "    \"012345678901\":\n");
  IamReader reader(sources_, facts_, diagnostics_);
  reader.Read(syntax::ParseOwnYaml(sources_, file.file, diagnostics_));
  reader.Finish();
  EXPECT_THAT(Codes(), IsEmpty());
  std::vector<std::string_view> ids;
  for (const facts::OrganizationNode& node : facts_.organization_nodes) {
    ids.push_back(node.id);
  }
  EXPECT_THAT(ids, UnorderedElementsAre("root", "ou-a", "ou-b", "222222222222", "012345678901",
                                        "111111111111"));
  EXPECT_THAT(Attachments(), testing::Contains("root: org/deny.json"));
}

TEST_F(OrganizationTest, SaysWhatIsWrong) {
  struct Case {
    const char* organization;
    const char* code;
    bool incomplete;
  };
  const Case kCases[] = {
      {R"({"scp": []})", "organization.element", true},
      {R"({"scps": "x.json"})", "organization.value", true},
      {R"({"scps": ["FullAWSAccess", true]})", "organization.value", true},
      {R"({"scps": ["FullAWSAccess", "none.json"]})", "organization.policy", true},
      {R"({"units": {"a": {"parent": "b"}}})", "organization.unit", true},
      {R"({"units": {"a": {"parent": "b"}, "b": {"parent": "a"}}})", "organization.unit", true},
      {R"({"accounts": {"222222222222": {"unit": "b"}}})", "organization.unit", true},
      {R"({"accounts": {"2222": {}}})", "organization.account", true},
      {R"({"scps": [{"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}]})",
       "organization.no-allow", false},
      {R"({"scps": []})", "organization.no-allow", false},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.organization);
    facts_.organization_policies.clear();
    diagnostics_ = {};
    Read(std::string(R"({"organization": )") + c.organization + "}");
    ASSERT_FALSE(Codes().empty());
    EXPECT_EQ(Codes()[0], c.code);
    EXPECT_EQ(diagnostics_.incomplete(), c.incomplete);
  }
}

TEST_F(OrganizationTest, LoadsNothingFromOtherFolders) {
  std::vector<std::string> asked;
  const LoadFile load = [&](std::string_view path) -> std::optional<std::string> {
    asked.emplace_back(path);
    return std::nullopt;
  };
  Read(R"({"organization": {"scps": ["/etc/passwd", "../x.json", "a/../../y.json", "a/b.json"]}})",
       load);
  EXPECT_THAT(asked, ElementsAre("org/a/b.json"));
  EXPECT_THAT(Codes(), ElementsAre("organization.policy", "organization.policy",
                                   "organization.policy", "organization.policy"));
  // What they say is unknown, not nothing.
  for (const OrganizationPolicy& policy : facts_.organization_policies) {
    if (policy.id != "RCPFullAWSAccess") {
      EXPECT_NE(facts_.policy(policy.document).open, facts::HoleId::kNone) << policy.id;
    }
  }
}

}  // namespace
}  // namespace whomay::ingest

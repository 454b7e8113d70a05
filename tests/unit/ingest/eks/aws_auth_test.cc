#include "ingest/eks/aws_auth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "syntax/yaml.h"

namespace whomay::ingest {
namespace {

using facts::HoleId;
using testing::ElementsAre;
using testing::IsEmpty;

class AwsAuthTest : public testing::Test {
 protected:
  // "arn user [groups]" of each entry.
  static std::vector<std::string> Show(const std::vector<facts::AwsAuthEntry>& entries) {
    std::vector<std::string> shown;
    for (const facts::AwsAuthEntry& entry : entries) {
      std::string text = std::string(entry.arn) + " " + std::string(entry.username) + " [";
      for (size_t i = 0; i < entry.groups.size(); ++i) {
        text += (i > 0 ? "," : "") + std::string(entry.groups[i]);
      }
      shown.push_back(text + "]");
    }
    return shown;
  }
  facts::AwsAuth Read(std::string_view roles, std::string_view users = {},
                      std::string_view accounts = {}) {
    AwsAuthSections sections;
    sections.roles = SectionOf(sources_, roles, {});
    sections.users = SectionOf(sources_, users, {});
    sections.accounts = SectionOf(sources_, accounts, {});
    return ReadAwsAuth(sections, {}, sources_, facts_, diagnostics_);
  }
  std::vector<std::string> Roles(std::string_view text) { return Show(Read(text).roles); }

  void ReadManifest(std::string text) {
    file_ = sources_.Add("aws-auth.yaml", std::move(text));
    const syntax::Stream stream = syntax::ReadKubernetesStream(sources_, file_, {}, diagnostics_);
    KubernetesOptions options;
    options.aws_auth = [&](const AwsAuthConfigMap& config_map) {
      ReadAwsAuthConfigMap(config_map, sources_, facts_, diagnostics_);
    };
    for (const syntax::StreamDocument& document : stream.documents) {
      ReadObject(document.tree.root(), options, facts_, diagnostics_);
    }
  }
  const source::Diagnostic* Find(std::string_view code) const {
    const auto found = std::find_if(diagnostics_.all().begin(), diagnostics_.all().end(),
                                    [&](const source::Diagnostic& d) { return d.code == code; });
    return found == diagnostics_.all().end() ? nullptr : &*found;
  }

  source::SourceSet sources_;
  facts::Facts facts_;
  source::Diagnostics diagnostics_;
  source::FileId file_ = source::FileId::kNone;
};

// spec/eks.md 1.2, the truth table.
TEST_F(AwsAuthTest, FieldsOfOneEntry) {
  struct Case {
    std::string_view field, entry;  // below `- rolearn: r`
  };
  constexpr Case kCases[] = {
      {"groups: system:masters", "r  []"},
      {"groups: {a: b}", "r  []"},
      {"groups: '[a, b]'", "r  []"},
      {"groups:", "r  []"},
      {"groups: [a, 1, b]", "r  [a,,b]"},
      {"groups: [a, null, b]", "r  [a,,b]"},
      {"groups: [a, [x], b]", "r  [a,,b]"},
      {"groups: [a: b, c]", "r  [,c]"},
      {"groups: [a:b]", "r  [a:b]"},
      {"groups: [yes, y, on]", "r  [,,]"},
      {"groups: [2001-01-01, 1:20, =]", "r  [2001-01-01,1:20,=]"},
      {"username: 123", "r  []"},
      {"username: yes", "r  []"},
      {"username: [a]", "r  []"},
      {"username: x:{{SessionName}}", "r x:{{SessionName}} []"},
      {"username: x]", "r x] []"},
      {"username: |\n    x", "r x\n []"},
      {"Username: a\n  username: b", "r b []"},
      {"username: b\n  Username: a", "r b []"},
      {"username: b\n  USERNAME: 5", "r b []"},
      {"GROUPS: [a, b]\n  groups: [z, 1]", "r  [z,b]"},
      {"unknown: {x: [1]}", "r  []"},
      {"userarn: arn", "r  []"},
  };
  for (const Case& c : kCases) {
    EXPECT_THAT(Roles("- rolearn: r\n  " + std::string(c.field) + "\n"),
                ElementsAre(std::string(c.entry)))
        << c.field;
  }
}

TEST_F(AwsAuthTest, WhatEmptiesTheSection) {
  for (const std::string_view text :
       {"", "  \n", "''", "\"\"", "null", "~", "[]", "# only\n", "{}", "text",
        "- rolearn: r\n\tusername: x\n", "- rolearn: r\n  username: {{SessionName}}\n",
        "- rolearn: r\n  username: a: b\n", "- rolearn: r\n  x: .inf\n", "|\n- rolearn: r\n",
        "'- rolearn: r'"}) {
    EXPECT_THAT(Roles(text), IsEmpty()) << text;
  }
  EXPECT_FALSE(diagnostics_.incomplete()) << "the cluster reads nothing either";
}

TEST_F(AwsAuthTest, EntriesAreDroppedOneByOne) {
  EXPECT_THAT(
      Roles("- rolearn: a\n- text\n- null\n- {userarn: b}\n- [c]\n- {rolearn: 5}\n"
            "- {rolearn: d, sso: {}}\n- {sso: {permissionSetName: S, accountID: 123456789012}}\n"
            "- {rolearn: e}\n"),
      ElementsAre("a  []", "e  []"));
  EXPECT_EQ(std::count_if(diagnostics_.all().begin(), diagnostics_.all().end(),
                          [](const auto& d) { return d.code == "aws-auth.dropped"; }),
            7);
}

TEST_F(AwsAuthTest, Accounts) {
  EXPECT_THAT(Read("", "", "[012345678901, \"123456789012\", 1e3, true, ~, '', [x], {a: b}, .inf]")
                  .accounts,
              ElementsAre("012345678901", "123456789012", "1e3", "true", "", "", ".inf"));
  EXPECT_THAT(Read("", "", "123456789012").accounts, IsEmpty());
  EXPECT_THAT(Read("", "", "- a\n- [x]\n- !!int b\n- c\n").accounts, ElementsAre("a", "", "", ""))
      << "the decoder gives up half-way; the list has room for all four";
  EXPECT_THAT(Read("", "", "a,b").accounts, IsEmpty());
}

TEST_F(AwsAuthTest, SectionsAreIndependent) {
  const facts::AwsAuth aws_auth = Read("- [", "- userarn: u\n", "- '1'\n");
  EXPECT_THAT(aws_auth.roles, IsEmpty());
  EXPECT_EQ(aws_auth.users.size(), 1u);
  EXPECT_EQ(aws_auth.accounts.size(), 1u);
  EXPECT_NE(Find("aws-auth.empty-section"), nullptr);
}

TEST_F(AwsAuthTest, OnlyTheFirstValueIsRead) {
  EXPECT_THAT(Roles("- rolearn: a\n---\n- rolearn: b\n"), ElementsAre("a  []"));
  ASSERT_NE(Find("aws-auth.leftover"), nullptr);
  EXPECT_THAT(Roles("[{rolearn: a}]\n- rolearn: b\n"), ElementsAre("a  []"));
}

TEST_F(AwsAuthTest, ReportsWhatIsLostAtItsPlace) {
  ReadManifest(
      "apiVersion: v1\n"
      "kind: ConfigMap\n"
      "metadata:\n"
      "  name: aws-auth\n"
      "  namespace: kube-system\n"
      "data:\n"
      "  mapRoles: |\n"
      "    - rolearn: a\n"
      "      groups: scalar\n"
      "    - username: nobody\n"
      "  maproles: ''\n");
  ASSERT_EQ(facts_.aws_auths.size(), 1u);
  ASSERT_EQ(facts_.aws_auths[0].roles.size(), 1u);
  EXPECT_EQ(sources_.Locate(facts_.aws_auths[0].roles[0].span).line, 8u);
  const source::Diagnostic* type = Find("aws-auth.type");
  ASSERT_NE(type, nullptr);
  EXPECT_EQ(sources_.Locate(type->span).line, 9u);
  EXPECT_EQ(sources_.Locate(type->span).column, 15u);
  const source::Diagnostic* dropped = Find("aws-auth.dropped");
  ASSERT_NE(dropped, nullptr);
  EXPECT_EQ(sources_.Locate(dropped->span).line, 10u);
  const source::Diagnostic* key = Find("aws-auth.unknown-key");
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(sources_.Locate(key->span).line, 11u);
}

TEST_F(AwsAuthTest, DuplicatesNameTheEntryThatCounts) {
  EXPECT_EQ(Roles("- rolearn: ARN\n- rolearn: arn\n").size(), 2u) << "both stand, the last counts";
  ASSERT_NE(Find("aws-auth.duplicate"), nullptr);
  EXPECT_EQ(Find("aws-auth.duplicate")->related.size(), 1u);
}

TEST_F(AwsAuthTest, ManifestsThatAreNoAwsAuth) {
  ReadManifest(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: aws-auth, namespace: default}\n"
      "data: {mapRoles: '- rolearn: a'}\n");
  EXPECT_THAT(facts_.aws_auths, IsEmpty());
  EXPECT_NE(Find("aws-auth.namespace"), nullptr);
  ReadManifest(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: aws-auth, namespace: kube-system}\n"
      "data:\n  mapRoles:\n  - rolearn: a\n");
  EXPECT_THAT(facts_.aws_auths, IsEmpty())
      << "the forgotten bar: the server refuses the whole object";
}

TEST_F(AwsAuthTest, Holes) {
  facts::Hole hole;
  hole.what = "aws_iam_role.node.arn";
  const facts::Str arn = facts_.AddHole(hole);
  facts::AwsAuth aws_auth = Read("- rolearn: " + std::string(arn) +
                                 "\n  username: u\n  groups: [g-" + std::string(arn) + "]\n");
  EXPECT_THAT(Show(aws_auth.roles),
              ElementsAre(std::string(arn) + " u [g-" + std::string(arn) + "]"));
  EXPECT_EQ(aws_auth.roles_open, HoleId::kNone) << "each hole is a part of one text";
  aws_auth = Read(arn, "- userarn: u\n");
  EXPECT_EQ(aws_auth.roles_open, facts::WholeHole(arn));
  EXPECT_EQ(aws_auth.users.size(), 1u);
  EXPECT_EQ(aws_auth.users_open, HoleId::kNone);
  // A hole where entries stand could bring any.
  aws_auth = Read("- rolearn: a\n- " + std::string(arn) + "\n");
  EXPECT_EQ(aws_auth.roles.size(), 1u);
  EXPECT_EQ(aws_auth.roles_open, facts::WholeHole(arn));
  aws_auth = Read("- rolearn: a\n" + std::string(arn) + "\n");
  EXPECT_EQ(aws_auth.roles_open, facts::WholeHole(arn));
}

TEST_F(AwsAuthTest, OurLimitsAreNotTheClusters) {
  std::string deep = "- rolearn: a\n  x: ";
  deep += std::string(1000, '[') + std::string(1000, ']') + "\n";
  const facts::AwsAuth aws_auth = Read(deep);
  if (aws_auth.roles.empty()) {
    EXPECT_NE(aws_auth.roles_open, HoleId::kNone) << "the authenticator reads depth 10,000";
    EXPECT_TRUE(diagnostics_.incomplete());
  }
}

}  // namespace
}  // namespace whomay::ingest

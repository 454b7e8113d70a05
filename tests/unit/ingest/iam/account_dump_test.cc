#include "ingest/iam/account_dump.h"

#include <gmock/gmock.h>

#include "ingest/iam/iam.h"
#include "tests/unit/ingest/iam/iam_fixture.h"

namespace whomay::ingest {
namespace {

using facts::IamKind;
using facts::Statement;
using testing::ElementsAre;
using testing::IsEmpty;

class AccountDumpTest : public IamTest {
 protected:
  void Read(std::vector<std::string> pages) {
    AccountDumps dumps(sources_, facts_, diagnostics_);
    for (std::string& page : pages) {
      const syntax::Tree tree =
          syntax::ParseJson(sources_, AddFile("dump.json", std::move(page)), diagnostics_);
      EXPECT_TRUE(LooksLikeAccountDump(tree.root()));
      dumps.Read(tree.root());
    }
    dumps.Finish();
  }
};

constexpr char kDump[] = R"({
 "UserDetailList": [
  {"Path": "/ops/", "UserName": "alice", "UserId": "AIDAEXAMPLE",
   "Arn": "arn:aws:iam::123456789012:user/ops/alice",
   "UserPolicyList": [{"PolicyName": "inline", "PolicyDocument":
     {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}}],
   "GroupList": ["Admins"],
   "AttachedManagedPolicies": [{"PolicyName": "P", "PolicyArn": "arn:aws:iam::123456789012:policy/P"}],
   "PermissionsBoundary": {"PermissionsBoundaryType": "Policy",
     "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/PowerUserAccess"},
   "Tags": [{"Key": "team", "Value": "ops"}]}],
 "GroupDetailList": [
  {"Path": "/", "GroupName": "Admins", "Arn": "arn:aws:iam::123456789012:group/Admins",
   "GroupPolicyList": [], "AttachedManagedPolicies": [
     {"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]}],
 "RoleDetailList": [
  {"Path": "/", "RoleName": "node", "Arn": "arn:aws:iam::123456789012:role/node",
   "AssumeRolePolicyDocument": "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22ec2.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D",
   "InstanceProfileList": [{"InstanceProfileName": "node-profile",
     "Arn": "arn:aws:iam::123456789012:instance-profile/node-profile", "Roles": []}],
   "RolePolicyList": [], "AttachedManagedPolicies": []}],
 "Policies": [
  {"PolicyName": "P", "Arn": "arn:aws:iam::123456789012:policy/P", "Path": "/",
   "DefaultVersionId": "v2", "PolicyVersionList": [
    {"VersionId": "v1", "IsDefaultVersion": false, "Document":
      {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}},
    {"VersionId": "v2", "IsDefaultVersion": true, "Document":
      {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}}]}],
 "IsTruncated": false
})";

TEST_F(AccountDumpTest, DeclaresPrincipalsWithAllTheirPolicies) {
  Read({kDump});
  EXPECT_THAT(Codes(), IsEmpty());
  ASSERT_EQ(facts_.principals.size(), 3u);
  const facts::IamPrincipal& alice = facts_.principals[0];
  EXPECT_EQ(alice.kind, IamKind::kUser);
  EXPECT_EQ(alice.arn, "arn:aws:iam::123456789012:user/ops/alice");
  EXPECT_EQ(alice.account, "123456789012");
  EXPECT_EQ(alice.path, "/ops/");
  EXPECT_EQ(alice.name, "alice");
  EXPECT_EQ(alice.policies, facts::Policies::kDeclared);
  EXPECT_EQ(alice.boundary, "arn:aws:iam::aws:policy/PowerUserAccess");
  ASSERT_EQ(alice.tags.size(), 1u);
  EXPECT_EQ(alice.tags[0].value, "ops");
  EXPECT_EQ(sources_.Locate(alice.origin.span).line, 3u);

  ASSERT_EQ(facts_.memberships.size(), 1u);
  EXPECT_EQ(facts_.memberships[0].group.name, "Admins");
  EXPECT_EQ(facts_.memberships[0].user.arn, alice.arn);
  ASSERT_EQ(facts_.inline_policies.size(), 1u);
  EXPECT_EQ(facts_.inline_policies[0].name, "inline");
  EXPECT_THAT(facts_.policy(facts_.inline_policies[0].document).statements[0].actions,
              ElementsAre("s3:*"));
  ASSERT_EQ(facts_.attachments.size(), 2u);
  EXPECT_EQ(facts_.attachments[0].target.kind, IamKind::kUser);
  EXPECT_EQ(facts_.attachments[1].target.kind, IamKind::kGroup);

  const facts::IamPrincipal& role = facts_.principals[2];
  EXPECT_EQ(role.kind, IamKind::kRole);
  ASSERT_NE(role.trust, facts::PolicyId::kNone);
  EXPECT_EQ(facts_.policy(role.trust).statements[0].principals[0].value, "ec2.amazonaws.com");
  ASSERT_EQ(facts_.instance_profiles.size(), 1u);
  EXPECT_EQ(facts_.instance_profiles[0].role.arn, role.arn);

  // The default version stands, not the newest or the first.
  ASSERT_EQ(facts_.managed_policies.size(), 1u);
  const facts::PolicyDocument& managed = facts_.policy(facts_.managed_policies[0].document);
  EXPECT_EQ(managed.statements[0].effect, Statement::Effect::kDeny);
}

TEST_F(AccountDumpTest, PagesBelongTogether) {
  const std::string more = R"({"UserDetailList": [{"UserName": "a", "Arn":
      "arn:aws:iam::111111111111:user/a"}], "IsTruncated": true, "Marker": "x"})";
  const std::string last = R"({"UserDetailList": [{"UserName": "b", "Arn":
      "arn:aws:iam::111111111111:user/b"}], "IsTruncated": false})";
  const std::string other = R"({"UserDetailList": [{"UserName": "c", "Arn":
      "arn:aws:iam::222222222222:user/c"}], "IsTruncated": false})";
  Read({more, last});
  EXPECT_THAT(Codes(), IsEmpty());
  EXPECT_EQ(facts_.principals.size(), 2u);
  Read({more, other});
  EXPECT_THAT(Codes(), ElementsAre("iam-dump.pages"));
  EXPECT_TRUE(diagnostics_.incomplete());
}

TEST_F(AccountDumpTest, AGroupThatNobodyHoldsIsMentioned) {
  Read({R"({"UserDetailList": [{"UserName": "a", "Arn": "arn:aws-cn:iam::111111111111:user/a",
            "GroupList": ["dev", "dev"]}]})"});
  ASSERT_EQ(facts_.principals.size(), 2u);
  EXPECT_EQ(facts_.principals[1].arn, "arn:aws-cn:iam::111111111111:group/dev");
  EXPECT_EQ(facts_.principals[1].policies, facts::Policies::kMentioned);
}

TEST_F(AccountDumpTest, LosesNothingInSilence) {
  struct Case {
    const char* dump;
    const char* code;
  };
  const Case kCases[] = {
      {R"({"UserDetailList": [{"UserName": "a"}]})", "iam-dump.name"},
      {R"({"UserDetailList": [7]})", "iam-dump.name"},
      {R"({"UserDetailList": [{"UserName": "a", "Arn": "arn:aws:iam::1:user/a",
           "AttachedManagedPolicies": [{"PolicyName": "x"}]}]})",
       "iam-dump.value"},
      {R"({"UserDetailList": [{"UserName": "a", "Arn": "arn:aws:iam::1:user/a",
           "GroupList": "x"}]})",
       "iam-dump.value"},
      {R"({"UserDetailList": [{"UserName": "a", "Arn": "arn:aws:iam::1:user/a",
           "UserPolicyList": [{"PolicyName": "x"}]}]})",
       "policy.not-a-policy"},
      {R"({"RoleDetailList": [{"RoleName": "a", "Arn": "arn:aws:iam::1:role/a"}]})",
       "iam-dump.value"},
      {R"({"Policies": [{"PolicyName": "a", "Arn": "arn:aws:iam::1:policy/a",
           "DefaultVersionId": "v3", "PolicyVersionList": [{"VersionId": "v2"}]}]})",
       "iam-dump.no-default"},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.dump);
    diagnostics_ = {};
    Read({c.dump});
    EXPECT_THAT(Codes(), ElementsAre(c.code));
    EXPECT_TRUE(diagnostics_.incomplete());
  }
}

TEST_F(AccountDumpTest, KindsAreToldApart) {
  struct Case {
    const char* text;
    IamInput kind;
  };
  const Case kCases[] = {
      {kDump, IamInput::kAccountDump},
      {R"({"Policies": [{"PolicyName": "x", "Arn": "y"}]})", IamInput::kNone},  // list-policies
      {R"({"Statement": []})", IamInput::kPolicy},
      {R"({"organization": {}})", IamInput::kOrganization},
      {R"({"organization": {}, "apiVersion": "v1"})", IamInput::kNone},
      {R"({"organization": "x"})", IamInput::kNone},
      {R"({"kind": "Role"})", IamInput::kNone},
      {"[]", IamInput::kNone},
  };
  for (const Case& c : kCases) {
    const syntax::Tree tree = syntax::ParseJson(sources_, AddFile("x.json", c.text), diagnostics_);
    EXPECT_EQ(IamInputOf(tree.root()), c.kind) << c.text;
  }
}

TEST_F(AccountDumpTest, AwsManagedPoliciesInUseAreAdded) {
  IamReader reader(sources_, facts_, diagnostics_);
  std::string dump = kDump;
  const std::string name = "policy/AdministratorAccess";
  reader.Read(syntax::ParseJson(sources_, AddFile("dump.json", dump), diagnostics_));
  dump.replace(dump.find(name), name.size(), "policy/NotYetKnown");
  reader.Read(syntax::ParseJson(sources_, AddFile("other.json", dump), diagnostics_));
  reader.Finish();
  EXPECT_THAT(Codes(), ElementsAre("policy.aws-managed-not-known"));
  std::vector<std::string_view> arns;
  for (const facts::ManagedPolicy& policy : facts_.managed_policies) {
    arns.push_back(policy.arn);
    EXPECT_FALSE(facts_.policy(policy.document).statements.empty());
  }
  EXPECT_THAT(arns, testing::UnorderedElementsAre("arn:aws:iam::123456789012:policy/P",
                                                  "arn:aws:iam::123456789012:policy/P",
                                                  "arn:aws:iam::aws:policy/AdministratorAccess",
                                                  "arn:aws:iam::aws:policy/PowerUserAccess"));
}

TEST_F(AccountDumpTest, APolicyFileBelongsToNobody) {
  IamReader reader(sources_, facts_, diagnostics_);
  reader.Read(syntax::ParseJson(
      sources_,
      AddFile("policies/read.json",
              R"({"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}})"),
      diagnostics_));
  reader.Read(syntax::ParseJson(
      sources_,
      AddFile("trust.json", R"({"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"},
                                 "Action": "sts:AssumeRole"}})"),
      diagnostics_));
  reader.Finish();
  EXPECT_THAT(Codes(), IsEmpty());
  ASSERT_EQ(facts_.managed_policies.size(), 2u);
  EXPECT_EQ(facts_.managed_policies[0].name, "read");
  EXPECT_EQ(facts_.managed_policies[0].arn, "policies/read.json");
  EXPECT_EQ(facts_.managed_policies[0].account, "");
  EXPECT_TRUE(facts_.attachments.empty());
  ASSERT_EQ(facts_.inputs.size(), 2u);
  EXPECT_EQ(facts_.inputs[0].kind, "iam-policy");
  EXPECT_EQ(facts_.inputs[1].kind, "iam-trust-policy");
}

}  // namespace
}  // namespace whomay::ingest

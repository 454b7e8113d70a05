// Shares, identity providers of clusters, `…_exclusive`, and types that are said not to be
// evaluated.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ingest/terraform/reading_fixture.h"

namespace whomay::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kSubnet[] = "arn:aws:ec2:eu-west-1:111122223333:subnet/s";

std::string Share(const std::string& principal) {
  const std::string share = R"("resource_share_arn":"arn:aws:ram:eu-west-1:111122223333:share/1")";
  return Plan(Create("aws_ram_resource_association.r", "aws_ram_resource_association",
                     R"({"resource_arn":")" + std::string(kSubnet) + "\"," + share + "}") +
              "," +
              Create("aws_ram_principal_association.p", "aws_ram_principal_association",
                     R"({"principal":")" + principal + "\"," + share + "}") +
              "," +
              Create("aws_ram_principal_association.other", "aws_ram_principal_association",
                     R"({"principal":"999999999999","resource_share_arn":"arn:other"})"));
}

TEST(Outside, SharesAdmitTheirPrincipalsToWhatNoPlanTells) {
  const struct {
    const char* principal;
    facts::PrincipalEntry::Type type;
    const char* value;
    const char* key;
    const char* condition;
  } cases[] = {
      {"444455556666", facts::PrincipalEntry::Type::kAws, "444455556666", "", ""},
      {"arn:aws:organizations::111122223333:organization/o-abc", facts::PrincipalEntry::Type::kAny,
       "*", "aws:PrincipalOrgID", "o-abc"},
      {"arn:aws:organizations::111122223333:ou/o-abc/ou-ab-cd", facts::PrincipalEntry::Type::kAny,
       "*", "aws:PrincipalOrgPaths", "o-abc/*ou-ab-cd/*"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.principal);
    ReadResult result;
    ReadText(Share(one.principal), result);
    ASSERT_THAT(result.facts.resource_policies, SizeIs(1));
    const facts::ResourcePolicy& policy = result.facts.resource_policies[0];
    EXPECT_EQ(policy.resource, kSubnet);
    EXPECT_EQ(policy.service, "ec2");
    EXPECT_EQ(policy.account, "111122223333");
    const facts::Statement& statement = result.facts.policy(policy.document).statements[0];
    EXPECT_TRUE(statement.actions_open);
    ASSERT_THAT(statement.principals, SizeIs(1));
    EXPECT_EQ(statement.principals[0].type, one.type);
    EXPECT_EQ(statement.principals[0].value, one.value);
    ASSERT_EQ(statement.conditions.size(), one.key[0] == '\0' ? 0u : 1u);
    if (one.key[0] != '\0') {
      EXPECT_EQ(statement.conditions[0].key, one.key);
      EXPECT_THAT(statement.conditions[0].values, ElementsAre(one.condition));
    }
  }
}

TEST(Outside, IdentityProvidersOfClusters) {
  const struct {
    const char* oidc;
    const char* says;
  } cases[] = {
      {R"({"issuer_url":"https://login.example.com","client_id":"c"})",
       "user:https://login.example.com#<sub>;"},
      {R"({"issuer_url":"https://login.example.com","username_claim":"email"})", "user:<email>;"},
      {R"({"issuer_url":"https://i","username_claim":"name","username_prefix":"-"})",
       "user:<name>;"},
      {R"({"issuer_url":"https://i","username_prefix":"oidc:","groups_claim":"groups",)"
       R"("groups_prefix":"g:"})",
       "user:oidc:<sub> in group:g:<groups>;"},
  };
  for (const auto& one : cases) {
    ReadResult result;
    ReadText(Plan(Create("aws_eks_identity_provider_config.i", "aws_eks_identity_provider_config",
                         R"({"cluster_name":"c1","oidc":[)" + std::string(one.oidc) + "]}")),
             result);
    ASSERT_TRUE(result.Has("eks.identity-provider"));
    EXPECT_THAT(result.diagnostics.all()[0].message, HasSubstr(one.says));
    EXPECT_THAT(result.diagnostics.all()[0].message, HasSubstr("cluster c1"));
    EXPECT_FALSE(result.diagnostics.incomplete());
  }
}

TEST(Outside, TypesThatAreNotEvaluatedAreSaidOnce) {
  ReadResult result;
  ReadText(Plan(Create("aws_iot_policy.a", "aws_iot_policy", R"({"name":"a"})") + "," +
                Create("aws_iot_policy.b", "aws_iot_policy", R"({"name":"b"})")),
           result);
  ASSERT_THAT(result.diagnostics.all(), SizeIs(1));
  EXPECT_EQ(result.diagnostics.all()[0].code, "terraform.not-evaluated");
  EXPECT_EQ(result.diagnostics.all()[0].path, "aws_iot_policy.a");
}

TEST(Outside, ExclusiveResourcesRemoveWhatTheyDoNotName) {
  const auto role = [](const char* exclusive) {
    return Plan(
        R"({"address":"aws_iam_role.r","mode":"managed","type":"aws_iam_role","change":{)"
        R"("actions":["no-op"],"before":null,"after":{"name":"r","arn":"arn:aws:iam::111122223333:role/r",)"
        R"("assume_role_policy":"{}","managed_policy_arns":["arn:aws:iam::aws:policy/Kept",)"
        R"("arn:aws:iam::aws:policy/Gone"],"inline_policy":[{"name":"kept","policy":"{}"},)"
        R"({"name":"gone","policy":"{}"}]},"after_unknown":{}}})" +
        std::string(exclusive));
  };
  const std::string attachments =
      "," + Create("aws_iam_role_policy_attachments_exclusive.e",
                   "aws_iam_role_policy_attachments_exclusive",
                   R"({"role_name":"r","policy_arns":["arn:aws:iam::aws:policy/Kept"]})");
  const std::string inlines =
      "," + Create("aws_iam_role_policies_exclusive.e", "aws_iam_role_policies_exclusive",
                   R"({"role_name":"r","policy_names":["kept"]})");
  const std::string open =
      "," + Create("aws_iam_role_policies_exclusive.e", "aws_iam_role_policies_exclusive",
                   R"({"role_name":"r","policy_names":["kept",null]})",
                   R"({"policy_names":[false,true]})");
  const struct {
    std::string exclusive;
    facts::Worlds managed, inline_policy;  // of what is not named
  } cases[] = {
      {"", facts::kBothWorlds, facts::kBothWorlds},
      {attachments, facts::kBefore, facts::kBothWorlds},
      {inlines, facts::kBothWorlds, facts::kBefore},
      {open, facts::kBothWorlds, facts::kBothWorlds},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.exclusive);
    ReadResult result;
    ReadText(role(one.exclusive.c_str()), result);
    int seen = 0;
    for (const facts::PolicyAttachment& attachment : result.facts.attachments) {
      if (attachment.origin.address == "aws_iam_role.r") {
        EXPECT_EQ(attachment.worlds, attachment.policy_arn == "arn:aws:iam::aws:policy/Gone"
                                         ? one.managed
                                         : facts::kBothWorlds);
        ++seen;
      }
    }
    for (const facts::InlinePolicy& policy : result.facts.inline_policies) {
      EXPECT_EQ(policy.worlds, policy.name == "gone" ? one.inline_policy : facts::kBothWorlds);
      ++seen;
    }
    EXPECT_EQ(seen, 4);
  }
}

// What other resources attach to users, groups and roles, and an `…_exclusive` resource of this
// apply does not name.
TEST(Outside, ExclusiveResourcesOfEveryKindOfPrincipal) {
  const auto prior = [](const std::string& address, const std::string& type,
                        const std::string& values) {
    return R"({"address":")" + address + R"(","mode":"managed","type":")" + type +
           R"(","values":)" + values + "}";
  };
  for (const std::string kind : {"user", "group", "role"}) {
    SCOPED_TRACE(kind);
    const std::string inline_type = "aws_iam_" + kind + "_policy";
    const std::string attachment_type = inline_type + "_attachment";
    const auto inline_policy = [&](const std::string& name) {
      return "{\"" + kind + R"(":"p","name":")" + name + R"(","policy":"{}"})";
    };
    const auto attachment = [&](const std::string& arn) {
      return "{\"" + kind + R"(":"p","policy_arn":")" + arn + "\"}";
    };
    const std::string changes =
        Create("aws_iam_" + kind + "_policies_exclusive.e",
               "aws_iam_" + kind + "_policies_exclusive",
               "{\"" + kind + R"(_name":"p","policy_names":["kept"]})") +
        "," +
        Create("aws_iam_" + kind + "_policy_attachments_exclusive.e",
               "aws_iam_" + kind + "_policy_attachments_exclusive",
               "{\"" + kind + R"(_name":"p","policy_arns":["arn:kept"]})") +
        "," + Create(inline_type + ".new", inline_type, inline_policy("new")) + "," +
        Create(attachment_type + ".new", attachment_type, attachment("arn:new"));
    ReadResult result;
    ReadText(
        Plan(changes, "{}",
             R"("prior_state":{"values":{"root_module":{"resources":[)" +
                 prior(inline_type + ".kept", inline_type, inline_policy("kept")) + "," +
                 prior(inline_type + ".gone", inline_type, inline_policy("gone")) + "," +
                 prior(attachment_type + ".kept", attachment_type, attachment("arn:kept")) + "," +
                 prior(attachment_type + ".gone", attachment_type, attachment("arn:gone")) +
                 "]}}}"),
        result);
    EXPECT_THAT(result.Of(inline_type + ".kept"), ElementsAre(HasSubstr("both: inline kept")));
    EXPECT_THAT(result.Of(inline_type + ".gone"), ElementsAre(HasSubstr("before: inline gone")));
    EXPECT_THAT(result.Of(attachment_type + ".kept"),
                ElementsAre(HasSubstr("both: attach arn:kept")));
    EXPECT_THAT(result.Of(attachment_type + ".gone"),
                ElementsAre(HasSubstr("before: attach arn:gone")));
    // Both are made by this apply.
    ASSERT_THAT(result.facts.inline_policies, SizeIs(3));
    EXPECT_NE(result.facts.policy(result.facts.inline_policies.back().document).open,
              facts::HoleId::kNone);
    EXPECT_THAT(result.Of(attachment_type + ".new"),
                ElementsAre(HasSubstr("after: attach <?" + attachment_type + ".new.policy_arn")));
    EXPECT_THAT(result.Of("aws_iam_" + kind + "_policy_attachments_exclusive.e"), SizeIs(1));
  }
}

TEST(Outside, LastingTokensOfServiceAccounts) {
  const auto secret = [](const char* type) {
    return Plan(Create("kubernetes_secret_v1.s", "kubernetes_secret_v1",
                       std::string(R"({"type":")") + type +
                           R"(","data":{"token":"never shown"},"metadata":[{"name":"t",)"
                           R"("namespace":"n","annotations":)"
                           R"({"kubernetes.io/service-account.name":"robot"}}]})"));
  };
  ReadResult token, other;
  ReadText(secret("kubernetes.io/service-account-token"), token);
  ASSERT_THAT(token.diagnostics.all(), SizeIs(1));
  EXPECT_EQ(token.diagnostics.all()[0].code, "terraform.service-account-token");
  EXPECT_THAT(token.diagnostics.all()[0].message, HasSubstr("ServiceAccount robot"));
  ReadText(secret("Opaque"), other);
  EXPECT_THAT(other.diagnostics.all(), SizeIs(0));
}

}  // namespace
}  // namespace whomay::ingest

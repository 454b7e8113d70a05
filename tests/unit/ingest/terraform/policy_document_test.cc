// Documents rebuilt from a deferred data.aws_iam_policy_document, and policies followed to them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ingest/terraform/reading_fixture.h"

namespace whomay::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The trust policy of a role whose document has these arguments.
std::string Rebuilt(const std::string& values, const std::string& marks,
                    const std::string& expressions = "{}", const std::string& more = "",
                    const std::string& more_config = "") {
  ReadResult result;
  TerraformOptions options;
  options.accounts[""] = "111122223333";
  ReadText(
      Plan(
          Create("data.aws_iam_policy_document.d", "aws_iam_policy_document", values,
                 marks.substr(0, marks.size() - 1) + (marks.size() > 2 ? "," : "") +
                     R"("json":true})") +
              "," +
              Create("aws_iam_policy.p", "aws_iam_policy", R"({"name":"p"})",
                     R"({"arn":true,"policy":true})") +
              more,
          R"({"resources":[{"address":"data.aws_iam_policy_document.d","provider_config_key":"aws","expressions":)" +
              expressions +
              R"(},{"address":"aws_iam_policy.p","provider_config_key":"aws","expressions":{"policy":)"
              R"({"references":["data.aws_iam_policy_document.d.json","data.aws_iam_policy_document.d"]}}})" +
              more_config + "]}"),
      result, options);
  const facts::ManagedPolicy& policy = result.facts.managed_policies[0];
  return FactsText(result.facts).Policy(policy.document);
}

TEST(PolicyDocument, RebuiltExactly) {
  const struct {
    const char* what;
    const char* values;
    const char* document;
  } cases[] = {
      {"defaults",
       R"({"statement":[{"actions":["s3:Get*"],"resources":["*"],"effect":null,"sid":null}]})",
       "{Allow do [s3:Get*] on [*]}"},
      {"negated elements",
       R"({"statement":[{"not_actions":["iam:*"],"not_resources":["arn:aws:s3:::x"],"effect":"Deny"}]})",
       "{Deny not-do [iam:*] not-on [arn:aws:s3:::x]}"},
      {"policy variables where the provider writes them, not in actions",
       R"({"statement":[{"actions":["a:&{x}"],"resources":["arn:aws:s3:::&{aws:username}/*"]}]})",
       "{Allow do [a:&{x}] on [arn:aws:s3:::${aws:username}/*]}"},
      {"principals",
       R"({"statement":[{"actions":["x:y"],"principals":[{"type":"*","identifiers":["*"]},)"
       R"({"type":"AWS","identifiers":["*","123456789012"]},{"type":"Service","identifiers":["a.b"]},)"
       R"({"type":"CanonicalUser","identifiers":["79a5"]}]}]})",
       "{Allow by any:* aws:* aws:123456789012 service:a.b canonical:79a5 do [x:y]}"},
      {"not_principals",
       R"({"statement":[{"effect":"Deny","actions":["x:y"],"not_principals":[{"type":"AWS","identifiers":["a"]}]}]})",
       "{Deny not-by aws:a do [x:y]}"},
      {"equal conditions are one",
       R"({"statement":[{"actions":["x:y"],"condition":[{"test":"StringEquals","variable":"k","values":["a"]},)"
       R"({"test":"StringLike","variable":"k","values":["c"]},)"
       R"({"test":"StringEquals","variable":"k","values":["b&{x}"]}]}]})",
       "{Allow do [x:y] if StringEquals k [a, b${x}] if StringLike k [c]}"},
      {"sources, own statements, overrides: by Sid, in place",
       R"({"source_policy_documents":[)"
       R"("{\"Statement\":[{\"Sid\":\"A\",\"Effect\":\"Allow\",\"Action\":\"a:1\",\"Resource\":\"*\"},)"
       R"({\"Sid\":\"B\",\"Effect\":\"Allow\",\"Action\":\"b:1\",\"Resource\":\"*\"}]}"],)"
       R"("statement":[{"sid":"A","actions":["a:2"],"resources":["*"]},{"actions":["c:1"],"resources":["*"]}],)"
       R"("override_policy_documents":[)"
       R"("{\"Statement\":[{\"Sid\":\"B\",\"Effect\":\"Deny\",\"Action\":\"b:3\",\"Resource\":\"*\"}]}"]})",
       "{Allow do [a:2] on [*]}{Deny do [b:3] on [*]}{Allow do [c:1] on [*]}"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    EXPECT_EQ(Rebuilt(one.values, "{}"), one.document);
  }
}

TEST(PolicyDocument, UnknownParts) {
  // Unknown actions, values, effect: the statement stays, with holes.
  EXPECT_EQ(
      Rebuilt(R"({"statement":[{"actions":[null],"resources":["*"],"condition":[{"test":"Bool",)"
              R"("variable":"k","values":[null]}]}]})",
              R"({"statement":[{"actions":[true],"condition":[{"values":[true]}]}]})",
              R"({"statement":[{"actions":{"references":["local.a"]},"condition":[{"values":)"
              R"({"references":["local.v"]}}]}]})"),
      "{Allow do [<?data.aws_iam_policy_document.d.statement[0].actions[0]>] on [*] if Bool k "
      "[<?data.aws_iam_policy_document.d.statement[0].condition[0].values[0]>]}");
  EXPECT_EQ(
      Rebuilt(
          R"({"statement":[{"resources":["*"]}]})",
          R"({"statement":[{"actions":true,"effect":true}]})",
          R"({"statement":[{"actions":{"references":["local.a"]},"effect":{"references":["local.e"]}}]})"),
      "{Unknown do [...] on [*]}");
  EXPECT_THAT(
      Rebuilt(R"({})", R"({"statement":true})", R"({"statement":{"references":["local.s"]}})"),
      HasSubstr("open<data.aws_iam_policy_document.d.statement"));
  EXPECT_THAT(Rebuilt(R"({})", R"({"source_policy_documents":true})",
                      R"({"source_policy_documents":{"references":["local.s"]}})"),
              HasSubstr("open<data.aws_iam_policy_document.d.source_policy_documents"));
}

TEST(PolicyDocument, ResourcesByReference) {
  const auto resources = [](const char* reference, const char* type, const char* name_attribute) {
    const std::string address = std::string(type) + ".r";
    return Rebuilt(R"({"statement":[{"actions":["x:y"],"resources":[null]}]})",
                   R"({"statement":[{"resources":[true]}]})",
                   std::string(R"({"statement":[{"resources":{"references":[")") + address + "." +
                       reference + R"("]}}]})",
                   "," + Create(address, type, std::string(R"({")") + name_attribute + R"(":"n"})",
                                R"({"arn":true,"id":true,"key_id":true})"),
                   R"(,{"address":")" + address + R"(","provider_config_key":"aws"})");
  };
  // Nothing stands below a role, a key, a topic: exactly it.
  EXPECT_EQ(resources("arn", "aws_iam_role", "name"),
            "{Allow do [x:y] on [arn:aws:iam::111122223333:role/n]}");
  EXPECT_EQ(resources("arn", "aws_sns_topic", "name"),
            "{Allow do [x:y] on [arn:aws:sns:eu-west-1:111122223333:n]}");
  // A bucket may be meant with what is in it: an unknown tail.
  EXPECT_EQ(resources("arn", "aws_s3_bucket", "bucket"),
            "{Allow do [x:y] on "
            "[arn:aws:s3:::n<?data.aws_iam_policy_document.d.statement[0].resources[0]>]}");
  // The name of a role is no ARN: what is made of it is not known.
  EXPECT_EQ(resources("unique_id", "aws_iam_role", "name"),
            "{Allow do [x:y] on [<?data.aws_iam_policy_document.d.statement[0].resources[0]>]}");
}

TEST(PolicyDocument, WebIdentityConditionsByTheShapeOfTheirValues) {
  const char* values =
      R"({"statement":[{"actions":["sts:AssumeRoleWithWebIdentity"],"principals":[{"type":"Federated",)"
      R"("identifiers":[null]}],"condition":[{"test":"StringEquals","values":["sts.amazonaws.com"]},)"
      R"({"test":"StringLike","values":["system:serviceaccount:a:*"]},{"test":"StringEquals","values":["x"]}]}]})";
  const char* marks =
      R"({"statement":[{"principals":[{"identifiers":[true]}],"condition":[{"variable":true,"values":[false]},)"
      R"({"variable":true,"values":[false]},{"variable":true,"values":[false]}]}]})";
  const std::string document = Rebuilt(
      values, marks,
      R"({"statement":[{"principals":[{"identifiers":{"references":["aws_iam_openid_connect_provider.o.arn"]}}],)"
      R"("condition":[{"variable":{"references":["local.issuer"]}}]}]})",
      "," +
          Create("aws_iam_openid_connect_provider.o", "aws_iam_openid_connect_provider", "{}",
                 R"({"arn":true,"url":true})") +
          "," +
          Create("aws_eks_cluster.c", "aws_eks_cluster", R"({"name":"c"})",
                 R"({"arn":true,"identity":true})"),
      R"(,{"address":"aws_iam_openid_connect_provider.o","provider_config_key":"aws","expressions":{"url":)"
      R"({"references":["aws_eks_cluster.c.identity[0].oidc[0].issuer","aws_eks_cluster.c.identity[0]"]}}})");
  const std::string issuer = "<aws_eks_cluster.c.identity[0].oidc[0].issuer>";
  EXPECT_EQ(document,
            "{Allow by federated:arn:aws:iam::111122223333:oidc-provider/" + issuer +
                " do [sts:AssumeRoleWithWebIdentity] if StringEquals " + issuer +
                ":aud [sts.amazonaws.com] if StringLike " + issuer +
                ":sub [system:serviceaccount:a:*] if StringEquals "
                "<?data.aws_iam_policy_document.d.statement[0].condition[2].variable> [x]}");
}

TEST(PolicyDocument, DynamicBlocksComeFromTheModulesArguments) {
  // The module's document has no expressions at all; its call says which provider it is given.
  ReadResult result;
  ReadText(
      Plan(
          Create(
              "module.irsa.data.aws_iam_policy_document.d[0]", "aws_iam_policy_document",
              R"({"statement":[{"actions":["sts:AssumeRoleWithWebIdentity"],"principals":[{"type":"Federated",)"
              R"("identifiers":[null]}],"condition":[{"test":"StringEquals","values":["system:serviceaccount:a:b"]}]}]})",
              R"({"json":true,"statement":[{"principals":[{"identifiers":[true]}],"condition":[{"variable":true}]}]})") +
              "," +
              Create("module.irsa.aws_iam_role.r[0]", "aws_iam_role", R"({"name":"r"})",
                     R"({"arn":true,"assume_role_policy":true})") +
              "," +
              Create("aws_iam_openid_connect_provider.o", "aws_iam_openid_connect_provider",
                     R"({"url":"https://issuer.example/id/1/"})", R"({"arn":true})"),
          R"({"resources":[{"address":"aws_iam_openid_connect_provider.o"}],"module_calls":{"irsa":{"expressions":)"
          R"({"providers":{"references":["aws_iam_openid_connect_provider.o.arn"]},"name":{"constant_value":"r"}},)"
          R"("module":{"resources":[{"address":"data.aws_iam_policy_document.d"},{"address":"aws_iam_role.r",)"
          R"("expressions":{"assume_role_policy":{"references":["data.aws_iam_policy_document.d[0].json"]}}}]}}}})"),
      result);
  EXPECT_THAT(
      result.Of("module.irsa.aws_iam_role.r[0]"),
      ElementsAre(HasSubstr(
          "federated:arn:aws:iam::<account of the provider>:oidc-provider/issuer.example/id/1 do "
          "[sts:AssumeRoleWithWebIdentity] if StringEquals issuer.example/id/1:sub "
          "[system:serviceaccount:a:b]")));
}

TEST(PolicyDocument, ProvidersByTheirIssuersUrl) {
  // "arn:…:oidc-provider/${replace(cluster issuer, "https://", "")}", as some modules write it.
  ReadResult result;
  ReadText(
      Plan(
          Create(
              "data.aws_iam_policy_document.d", "aws_iam_policy_document",
              R"({"statement":[{"actions":["sts:AssumeRoleWithWebIdentity"],"principals":[{"type":"Federated",)"
              R"("identifiers":[null]}]}]})",
              R"({"json":true,"statement":[{"principals":[{"identifiers":[true]}]}]})") +
              "," +
              Create("aws_iam_role.r", "aws_iam_role", R"({"name":"r"})",
                     R"({"arn":true,"assume_role_policy":true})") +
              "," +
              Create("aws_eks_cluster.c", "aws_eks_cluster", R"({"name":"c"})",
                     R"({"arn":true,"identity":true})"),
          R"({"resources":[{"address":"data.aws_iam_policy_document.d","expressions":{"statement":[{"principals":)"
          R"([{"identifiers":{"references":["local.account_id","aws_eks_cluster.c.identity[0].oidc[0].issuer"]}}]}]}},)"
          R"({"address":"aws_iam_role.r","expressions":{"assume_role_policy":{"references":)"
          R"(["data.aws_iam_policy_document.d.json"]}}},{"address":"aws_eks_cluster.c"}]})"),
      result);
  EXPECT_THAT(
      result.Of("aws_iam_role.r"),
      ElementsAre(HasSubstr("federated:arn:aws:iam::<account of the provider>:oidc-provider/"
                            "<aws_eks_cluster.c.identity[0].oidc[0].issuer>")));
}

TEST(PolicyDocument, InlineJsonOfUnknownPartsIsOpen) {
  ReadResult result;
  ReadText(
      Plan(
          Create("aws_iam_policy.p", "aws_iam_policy", R"({"name":"p"})",
                 R"({"arn":true,"policy":true})") +
              "," + Create("aws_kms_key.k", "aws_kms_key", "{}", R"({"arn":true,"policy":true})"),
          R"({"resources":[{"address":"aws_kms_key.k"},{"address":"aws_iam_policy.p","expressions":{"policy":)"
          R"({"references":["aws_kms_key.k.arn","aws_kms_key.k"]}}}]})"),
      result);
  EXPECT_THAT(result.Of("aws_iam_policy.p"),
              ElementsAre(HasSubstr("open<aws_iam_policy.p.policy: made of aws_kms_key.k.arn")));
  // The key itself is made without a policy: KMS gives it the default one.
  EXPECT_THAT(
      result.Of("aws_kms_key.k"),
      ElementsAre(
          HasSubstr("{Allow by aws:arn:aws:iam::<account of the provider>:root do [kms:*] on [*]}"),
          HasSubstr("resource kms")));
}

TEST(PolicyDocument, PositionsLeadIntoThePlan) {
  ReadResult result;
  const std::string plan = Plan(Create(
      "aws_iam_policy.p", "aws_iam_policy",
      R"({"name":"p","policy":"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"a:b\",\"Resource\":\"*\"}]}"})"));
  ReadText(plan, result);
  const facts::PolicyDocument& document =
      result.facts.policy(result.facts.managed_policies[0].document);
  ASSERT_EQ(document.statements.size(), 1u);
  const source::Location at = result.sources.Locate(document.statements[0].span);
  EXPECT_EQ(at.file, "plan.json");
  EXPECT_EQ(at.column, plan.find(R"({\"Effect)") + 1);
}

}  // namespace
}  // namespace whomay::ingest

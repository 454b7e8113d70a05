#include "eks/irsa.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/strings.h"
#include "iam/context.h"

namespace whomay::eks {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Why = ProviderCheck::Why;

std::vector<std::string> Show(std::string_view subject, bool glob) {
  std::vector<std::string> shown;
  for (const SubjectPattern& pattern : ServiceAccountsOf(subject, glob)) {
    shown.push_back(pattern.namespace_name + "/" + pattern.name + (pattern.pattern ? " *" : ""));
  }
  return shown;
}

TEST(ServiceAccountsOf, ExactSubjects) {
  EXPECT_THAT(Show("system:serviceaccount:shop:mailer", false), ElementsAre("shop/mailer"));
  EXPECT_THAT(Show("system:serviceaccount:*:mailer", false), ElementsAre("*/mailer"))
      << "a literal star: no such namespace, and no pattern";
  EXPECT_THAT(Show("system:serviceaccount:shop", false), IsEmpty());
  EXPECT_THAT(Show("system:serviceaccount:a:b:c", false), IsEmpty());
  EXPECT_THAT(Show("System:serviceaccount:shop:mailer", false), IsEmpty());
}

TEST(ServiceAccountsOf, Patterns) {
  EXPECT_THAT(Show("system:serviceaccount:shop:mailer", true), ElementsAre("shop/mailer"));
  EXPECT_THAT(Show("system:serviceaccount:*:mailer", true), testing::Contains("*/mailer *"));
  EXPECT_THAT(Show("system:serviceaccount:shop:*", true), testing::Contains("shop/* *"));
  EXPECT_THAT(Show("system:serviceaccount:dev*", true), ElementsAre("dev*/* *"));
  EXPECT_THAT(Show("system:serviceaccount:team-*-reader", true), ElementsAre("team-*/*-reader *"));
  EXPECT_THAT(Show("system:serviceaccount:a?b", true), ElementsAre("a/b"));
  EXPECT_THAT(Show("*", true), ElementsAre("*/* *"));
  EXPECT_THAT(Show("*:mailer", true), testing::Contains("*/mailer *"));
  EXPECT_THAT(Show("repo:acme/shop:*", true), IsEmpty());
}

class ProviderTest : public testing::Test {
 protected:
  ProviderTest() {
    facts::OidcProvider& provider = facts_.oidc_providers.emplace_back();
    provider.account = "123456789012";
    provider.url = kIssuer;
    provider.client_ids = {"sts.amazonaws.com"};
  }
  ProviderCheck Check(std::string_view account = "123456789012", std::string_view issuer = kIssuer,
                      std::string_view audience = kDefaultAudience) {
    const uint32_t all[] = {0};
    return CheckProvider(facts_, all, account, issuer, audience);
  }
  static constexpr std::string_view kIssuer = "oidc.eks.us-west-2.amazonaws.com/id/ABC";
  facts::Facts facts_;
};

TEST_F(ProviderTest, WhatStsChecks) {
  EXPECT_EQ(Check().accepted, Tri::kTrue);
  EXPECT_EQ(Check("123456789012", "https://oidc.eks.us-west-2.amazonaws.com/id/ABC/").accepted,
            Tri::kTrue);
  EXPECT_EQ(Check("012345678901").why, Why::kNoProvider) << "it must be in the role's account";
  EXPECT_EQ(Check("123456789012", "oidc.eks.us-west-2.amazonaws.com/id/XYZ").why, Why::kNoProvider);
  EXPECT_EQ(Check("123456789012", "oidc.eks.us-west-2.amazonaws.com/id/abc").why, Why::kNoProvider)
      << "URLs compare with case";
  const ProviderCheck audience = Check("123456789012", kIssuer, "https://kubernetes.default.svc");
  EXPECT_EQ(audience.accepted, Tri::kFalse);
  EXPECT_EQ(audience.why, Why::kAudience);
  EXPECT_EQ(audience.provider, 0u);
}

TEST_F(ProviderTest, BeforeApply) {
  facts::Hole hole;
  hole.kind = facts::Hole::Kind::kSymbol;
  hole.what = "aws_eks_cluster.this.identity";
  const facts::Str issuer = facts_.AddHole(hole);
  facts_.oidc_providers[0].url = issuer;
  EXPECT_EQ(Check("123456789012", issuer).accepted, Tri::kTrue) << "one symbol is equal to itself";
  EXPECT_EQ(Check().accepted, Tri::kUnknown);
  EXPECT_EQ(Check().why, Why::kHole);
  facts_.oidc_providers[0].client_ids_open = true;
  EXPECT_EQ(Check("123456789012", issuer, "other").accepted, Tri::kUnknown);
}

TEST(TokenClaims, FillTheContext) {
  const TokenClaims claims("https://oidc.eks/id/ABC", "shop", "mailer", kDefaultAudience);
  iam::Context context = iam::Context::Complete();
  claims.Fill(context);
  EXPECT_THAT(context.Find("oidc.eks/id/abc:SUB").values,
              ElementsAre("system:serviceaccount:shop:mailer"));
  EXPECT_THAT(context.Find("OIDC.eks/id/ABC:aud").values, ElementsAre("sts.amazonaws.com"));
  EXPECT_EQ(context.Find("oidc.eks/id/ABC:email").state, iam::Context::State::kAbsent);
  EXPECT_EQ(context.Find("oidc.eks/id/XYZ:sub").state, iam::Context::State::kAbsent);
}

TEST(CredentialsOf, AnAssociationWinsOverTheAnnotation) {
  facts::ServiceAccount account;
  EXPECT_EQ(CredentialsOf(&account, false), Credentials::kNode);
  EXPECT_EQ(CredentialsOf(nullptr, false), Credentials::kNode);
  account.role_arn = "arn:aws:iam::123456789012:role/x";
  EXPECT_EQ(CredentialsOf(&account, false), Credentials::kWebIdentity);
  EXPECT_EQ(CredentialsOf(&account, true), Credentials::kPodIdentity);
}

}  // namespace
}  // namespace whomay::eks

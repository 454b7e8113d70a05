#include "eks/caller.h"

#include <gtest/gtest.h>

#include <string>

#include "data/unicode_case.h"

namespace whomay::eks {
namespace {

TEST(CanonicalArn, AsTheAuthenticatorHasIt) {
  struct Case {
    std::string_view arn;
    std::string_view canonical;  // empty: refused
  };
  constexpr Case kCases[] = {
      {"arn:aws:sts::123456789012:assumed-role/dev/alice", "arn:aws:iam::123456789012:role/dev"},
      {"arn:aws:sts:eu-west-1:123456789012:assumed-role/dev/alice",
       "arn:aws:iam::123456789012:role/dev"},
      // All between the first and the last slash is the name.
      {"arn:aws:sts::123456789012:assumed-role/team/dev/alice",
       "arn:aws:iam::123456789012:role/team/dev"},
      {"arn:aws:sts::123456789012:assumed-role/dev", ""},
      {"arn:aws:iam::123456789012:user/team/dana", "arn:aws:iam::123456789012:user/team/dana"},
      {"arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:root"},
      {"arn:aws:iam::123456789012:role/team/dev", "arn:aws:iam::123456789012:role/team/dev"},
      {"arn:aws:sts::123456789012:federated-user/x", "arn:aws:sts::123456789012:federated-user/x"},
      {"arn:aws-eusc:iam::123456789012:user/x", "arn:aws-eusc:iam::123456789012:user/x"},
      {"arn:aws-moon:iam::123456789012:user/x", ""},
      {"arn:AWS:iam::123456789012:user/x", ""},
      {"ARN:aws:iam::123456789012:user/x", ""},
      {"arn:aws:iam::123456789012:ROOT", ""},
      {"arn:aws:iam::123456789012:group/x", ""},
      {"arn:aws:s3:::bucket", ""},
      {"arn:aws:iam::123456789012", ""},
      {"", ""},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(CanonicalArn(c.arn).value_or(""), c.canonical) << c.arn;
  }
}

TEST(IdentifyCaller, UserIdOfARoleHasTwoParts) {
  const std::string arn = "arn:aws:sts::123456789012:assumed-role/dev/alice";
  EXPECT_FALSE(IdentifyCaller({arn, "AROAX", "123456789012", ""}));
  EXPECT_FALSE(IdentifyCaller({arn, "AROAX:a:b", "123456789012", ""}));
  const auto odd = IdentifyCaller({arn, ":bob", "999999999999", ""});
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->id, "");
  EXPECT_EQ(odd->session, "bob") << "the UserId's, not the ARN's";
  EXPECT_EQ(odd->account, "999999999999") << "STS's account, not the ARN's";
  const auto user = IdentifyCaller({"arn:aws:iam::123456789012:user/x", "a:b:c", "1", ""});
  ASSERT_TRUE(user);
  EXPECT_EQ(user->id, "a:b:c");
  EXPECT_EQ(user->session, "");
}

TEST(CallerFromArn, RolesLoseTheirPathForTheAuthenticatorOnly) {
  const auto role = CallerFromArn("arn:aws:iam::123456789012:role/team/dev");
  ASSERT_TRUE(role);
  EXPECT_EQ(role->arn, "arn:aws:iam::123456789012:role/team/dev");
  EXPECT_EQ(role->canonical, "arn:aws:iam::123456789012:role/dev");
  EXPECT_TRUE(role->path_known);
  EXPECT_FALSE(role->session) << "any session";
  const auto session = CallerFromArn("arn:aws:sts::123456789012:assumed-role/dev/alice");
  ASSERT_TRUE(session);
  EXPECT_EQ(session->canonical, "arn:aws:iam::123456789012:role/dev");
  EXPECT_FALSE(session->path_known);
  EXPECT_EQ(session->session, "alice");
  EXPECT_EQ(session->account, "123456789012");
  const auto user = CallerFromArn("arn:aws:iam::123456789012:user/team/dana");
  ASSERT_TRUE(user);
  EXPECT_EQ(user->canonical, "arn:aws:iam::123456789012:user/team/dana");
  EXPECT_EQ(user->session, "");
  EXPECT_FALSE(CallerFromArn("arn:aws:iam::123456789012:group/x"));
}

TEST(PartitionsMeet, BySharedStsDomains) {
  EXPECT_TRUE(PartitionsMeet("aws", "aws-us-gov"));
  EXPECT_TRUE(PartitionsMeet("aws-cn", "aws-cn"));
  EXPECT_FALSE(PartitionsMeet("aws-cn", "aws"));
  EXPECT_FALSE(PartitionsMeet("aws-iso", "aws-iso-b"));
  EXPECT_TRUE(PartitionsMeet("", "aws")) << "not known";
}

TEST(GoCase, LowerAndFoldDifferAsInGo) {
  EXPECT_EQ(data::GoLower("\xE2\x84\xAA"), "k") << "U+212A, the Kelvin sign";
  EXPECT_EQ(data::GoLower("\xC5\xBF"), "\xC5\xBF") << "U+017F, the long s, is lower case";
  EXPECT_EQ(data::GoLower("\xC4\xB0"), "i") << "U+0130";
  EXPECT_TRUE(data::GoEqualFold("\xC5\xBF", "S"));
  EXPECT_TRUE(data::GoEqualFold("\xE2\x84\xAA", "k"));
  EXPECT_FALSE(data::GoEqualFold("\xC4\xB0", "i")) << "U+0130 has no simple folding";
  EXPECT_FALSE(data::GoEqualFold("\xC3\x9F", "ss")) << "simple folding keeps the length";
  EXPECT_TRUE(data::GoEqualFold("\xC3\x9F", "\xE1\xBA\x9E")) << "U+00DF and U+1E9E";
  EXPECT_TRUE(data::GoEqualFold("\xCF\x83", "\xCF\x82")) << "the two small sigmas";
  EXPECT_TRUE(data::GoEqualFold("\xF0\x90\x90\x80", "\xF0\x90\x90\xA8")) << "Deseret";
  EXPECT_EQ(data::GoLower("A\xFF\xC3"), "a\xEF\xBF\xBD\xEF\xBF\xBD") << "bytes that are no UTF-8";
  EXPECT_EQ(data::GoValidUtf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace whomay::eks

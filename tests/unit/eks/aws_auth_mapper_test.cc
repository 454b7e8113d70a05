#include "eks/aws_auth_mapper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "facts/facts.h"

namespace whomay::eks {
namespace {

using facts::AwsAuth;
using facts::AwsAuthEntry;
using facts::Hole;
using facts::HoleId;

constexpr std::string_view kDev = "arn:aws:iam::123456789012:role/dev";
constexpr std::string_view kDana = "arn:aws:iam::123456789012:user/dana";

AwsAuthEntry Entry(std::string_view arn, std::string_view username,
                   std::vector<std::string_view> groups = {}) {
  AwsAuthEntry entry;
  entry.arn = arn;
  entry.username = username;
  entry.groups.assign(groups.begin(), groups.end());
  return entry;
}

std::string Show(const Mapping& mapping) {
  constexpr std::string_view kBy[] = {"role", "user", "account", "open"};
  return std::string(kBy[static_cast<size_t>(mapping.by)]) + std::to_string(mapping.index) +
         (mapping.accepted ? " " + mapping.username : " refused") +
         (mapping.certainty == Tri::kTrue ? "" : "?");
}
std::vector<std::string> Show(const Mappings& mappings) {
  std::vector<std::string> shown;
  for (const Mapping& mapping : mappings.mappings) {
    shown.push_back(Show(mapping));
  }
  return shown;
}

class AwsAuthMapperTest : public testing::Test {
 protected:
  std::vector<std::string> Ask(std::string_view arn) {
    const AwsAuthMapper mapper(aws_auth_, facts_.holes, options_);
    const Mappings mappings = mapper.Find(*CallerFromArn(arn));
    mapped_ = mappings.mapped;
    return Show(mappings);
  }
  std::string_view Symbol(std::string_view what, std::string_view family) {
    Hole hole;
    hole.kind = Hole::Kind::kSymbol;
    hole.what = facts_.Keep(what);
    hole.family = family;
    return facts_.AddHole(std::move(hole));
  }

  facts::Facts facts_;
  AwsAuth aws_auth_;
  MapperOptions options_;
  Tri mapped_ = Tri::kFalse;
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(AwsAuthMapperTest, ArnsMatchWholeAndWithoutRegardToCase) {
  struct Case {
    std::string_view mapped, caller;
    bool matches;
  };
  constexpr Case kCases[] = {
      {kDev, "arn:aws:sts::123456789012:assumed-role/dev/alice", true},
      {"ARN:AWS:IAM::123456789012:ROLE/DEV", "arn:aws:sts::123456789012:assumed-role/dev/a", true},
      {kDev, "arn:aws:iam::123456789012:role/team/dev", true},
      {"arn:aws:iam::123456789012:role/team/dev", "arn:aws:iam::123456789012:role/team/dev", false},
      {"arn:aws:sts::123456789012:assumed-role/dev/alice",
       "arn:aws:sts::123456789012:assumed-role/dev/alice", false},
      {"arn:aws:iam::123456789012:role/*", kDev, false},
      {" arn:aws:iam::123456789012:role/dev", kDev, false},
      {"arn:aws:iam::123456789012:role/dev\n", kDev, false},
      {"arn:aws:iam::123456789012:user/team/dana", "arn:aws:iam::123456789012:user/team/dana",
       true},
      {kDana, "arn:aws:iam::123456789012:user/team/dana", false},
      {"arn:aws:iam::123456789012:root", kDana, false},
      {"arn:aws-cn:iam::123456789012:role/dev", kDev, false},
      {"arn:aws:iam::123456789012:role/de\xE2\x84\xAA", "arn:aws:iam::123456789012:role/dek", true},
  };
  for (const Case& c : kCases) {
    aws_auth_.roles = {Entry(c.mapped, "x")};
    EXPECT_EQ(!Ask(c.caller).empty(), c.matches) << c.mapped << " " << c.caller;
    EXPECT_EQ(mapped_, ToTri(c.matches));
  }
}

TEST_F(AwsAuthMapperTest, RolesBeforeUsersBeforeAccountsWithoutTypeCheck) {
  aws_auth_.roles = {Entry(kDana, "as-role")};
  aws_auth_.users = {Entry(kDana, "as-user"), Entry(kDev, "role-under-users")};
  aws_auth_.accounts = {"123456789012"};
  EXPECT_THAT(Ask(kDana), ElementsAre("role0 as-role"));
  EXPECT_THAT(Ask(kDev), ElementsAre("user1 role-under-users"));
  EXPECT_THAT(Ask("arn:aws:iam::123456789012:root"),
              ElementsAre("account0 arn:aws:iam::123456789012:root"));
  EXPECT_THAT(Ask("arn:aws:sts::123456789012:assumed-role/Other/alice"),
              ElementsAre("account0 arn:aws:iam::123456789012:role/Other"));
  EXPECT_THAT(Ask("arn:aws-cn:iam::123456789012:user/x"),
              ElementsAre("account0 arn:aws-cn:iam::123456789012:user/x"))
      << "no partition check";
  EXPECT_THAT(Ask("arn:aws:iam::999999999999:user/x"), IsEmpty());
}

TEST_F(AwsAuthMapperTest, DuplicatesAndRandomOrder) {
  aws_auth_.roles = {Entry(kDev, "first"), Entry("arn:aws:iam::123456789012:ROLE/dev", "second")};
  EXPECT_THAT(Ask(kDev), ElementsAre("role1 second"));
  aws_auth_.roles.clear();
  aws_auth_.users = {Entry(kDana, "one"), Entry(kDana, "two"),
                     Entry("arn:aws:iam::123456789012:user/DANA", "three")};
  EXPECT_THAT(Ask(kDana), ElementsAre("user1 two?", "user2 three?"));
  EXPECT_EQ(mapped_, Tri::kTrue) << "one of the two";
}

TEST_F(AwsAuthMapperTest, ARefusedSessionTriesNothingElse) {
  aws_auth_.roles = {Entry(kDev, "system:node:{{EC2PrivateDNSName}}", {"system:nodes"})};
  aws_auth_.accounts = {"123456789012"};
  EXPECT_THAT(Ask("arn:aws:sts::123456789012:assumed-role/dev/alice"),
              ElementsAre("role0 refused"));
  EXPECT_THAT(Ask("arn:aws:sts::123456789012:assumed-role/dev/i-0123456789abcdef0"),
              ElementsAre("role0 system:node:{{EC2PrivateDNSName}}"));
  const AwsAuthMapper mapper(aws_auth_, facts_.holes);
  const Mappings any = mapper.Find(*CallerFromArn(kDev));
  ASSERT_EQ(any.mappings.size(), 1u);
  EXPECT_TRUE(any.mappings[0].needs_instance_session);
}

TEST_F(AwsAuthMapperTest, ReservedPrefixes) {
  options_.reserved_prefixes = {"", "system:"};
  aws_auth_.roles = {Entry(kDev, "{{SessionName}}")};
  EXPECT_THAT(Ask("arn:aws:sts::123456789012:assumed-role/dev/system:x"),
              ElementsAre("role0 refused"));
  EXPECT_THAT(Ask("arn:aws:sts::123456789012:assumed-role/dev/System:x"),
              ElementsAre("role0 System:x"));
}

TEST_F(AwsAuthMapperTest, SsoNeedsItsGate) {
  AwsAuthEntry entry = Entry("", "sso");
  entry.sso = {true, "Admin", "123456789012", ""};
  aws_auth_.roles = {entry};
  const std::string_view caller =
      "arn:aws:sts::123456789012:assumed-role/awsreservedsso_ADMIN_0123/alice";
  EXPECT_THAT(Ask(caller), IsEmpty());
  options_.sso_role_match = true;
  EXPECT_THAT(Ask(caller), ElementsAre("role0 sso"));
  EXPECT_THAT(Ask("arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin/a"), IsEmpty());
  aws_auth_.roles[0].sso.partition = "aws";
  EXPECT_THAT(Ask(caller), IsEmpty()) << "an explicit partition is forgotten upstream";
}

TEST_F(AwsAuthMapperTest, HolesInMappings) {
  const std::string_view node = Symbol("aws_iam_role.node.arn", "aws_iam_role.arn");
  const std::string_view other = Symbol("aws_iam_role.other.arn", "aws_iam_role.arn");
  aws_auth_.roles = {Entry(node, "node")};
  Caller caller;
  caller.kind = CallerKind::kRole;
  caller.arn = caller.canonical = std::string(node);
  const AwsAuthMapper mapper(aws_auth_, facts_.holes);
  EXPECT_THAT(Show(mapper.Find(caller)), ElementsAre("role0 node"));
  caller.arn = caller.canonical = std::string(other);
  EXPECT_THAT(Show(mapper.Find(caller)), IsEmpty()) << "two roles have two ARNs";
  EXPECT_THAT(Ask(kDev), ElementsAre("role0 node?"));
  EXPECT_EQ(mapped_, Tri::kUnknown);
  EXPECT_THAT(Ask(kDana), IsEmpty()) << "a role's ARN is no user's";
  // A role with a path is never seen by its ARN.
  caller.arn = std::string(node);
  caller.canonical = "arn:aws:iam::123456789012:role/node";
  EXPECT_THAT(Show(mapper.Find(caller)), IsEmpty());
}

TEST_F(AwsAuthMapperTest, HolesWithALiteralBeginning) {
  const std::string text =
      "arn:aws:iam::123456789012:role/node-" + std::string(Symbol("suffix", ""));
  aws_auth_.roles = {Entry(text, "node")};
  EXPECT_THAT(Ask("arn:aws:iam::123456789012:role/node-2024"), ElementsAre("role0 node?"));
  EXPECT_THAT(Ask("arn:aws:iam::123456789012:role/NODE-2024"), ElementsAre("role0 node?"));
  EXPECT_THAT(Ask(kDev), IsEmpty());
}

TEST_F(AwsAuthMapperTest, AnOpenSectionMayMapAnybody) {
  Hole hole;
  hole.what = "mapUsers";
  aws_auth_.users_open = facts_.holes.Add(hole);
  aws_auth_.roles = {Entry(kDev, "dev")};
  aws_auth_.accounts = {"123456789012"};
  EXPECT_THAT(Ask(kDev), ElementsAre("role0 dev")) << "mapRoles comes first";
  EXPECT_THAT(Ask(kDana), ElementsAre("open1 ?", "account0 arn:aws:iam::123456789012:user/dana?"));
  EXPECT_EQ(mapped_, Tri::kTrue) << "by one or the other";
  EXPECT_THAT(Ask("arn:aws:iam::999999999999:user/x"), ElementsAre("open1 ?"));
  EXPECT_EQ(mapped_, Tri::kUnknown);
  aws_auth_.accounts_open = aws_auth_.users_open;
  EXPECT_THAT(Ask("arn:aws:iam::999999999999:user/x"), ElementsAre("open1 ?")) << "one hole, once";
  EXPECT_EQ(mapped_, Tri::kUnknown);
  // What stands before the open section in the search can still be taken over by it.
  aws_auth_.roles_open = facts_.holes.Add(hole);
  EXPECT_THAT(Ask(kDev), ElementsAre("role0 dev?", "open0 ?"));
  EXPECT_EQ(mapped_, Tri::kTrue);
}

}  // namespace
}  // namespace whomay::eks

#include "iam/region.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/iam/policies.h"

namespace whomay::iam {
namespace {

using testing::ElementsAre;
using Over = ResourceQuestion::Over;

class Regions : public testing::Test {
 protected:
  RegionAnswer Ask(const std::vector<StatementText>& identity, Over over,
                   std::vector<std::string> shapes = {"arn:*:s3:::*/*"},
                   std::string action = "s3:GetObject") {
    const Policy* const policy = policies_.Add(identity);
    const Policy* const set[] = {policy};
    Layers layers;
    layers.identity = {set, {}};
    layers.has_boundary = boundary_ != nullptr;
    const Policy* const boundary[] = {boundary_};
    layers.boundary = {boundary, {}};
    if (boundary_ == nullptr) {
      layers.boundary = {};
    }
    Request request;
    request.caller.arn = "arn:aws:iam::111122223333:user/alice";
    request.caller.account = "111122223333";
    request.action = action;
    request.context = &context_;
    ResourceQuestion question;
    question.over = over;
    question.shapes = std::move(shapes);
    return EvaluateRegion(request, layers, question, workspace_);
  }
  Decision Of(const RegionAnswer& answer) {
    return Decide(answer.result.allowed, workspace_).decision;
  }

  Policies policies_;
  Workspace workspace_;
  Context context_;
  const Policy* boundary_ = nullptr;
};

TEST_F(Regions, OneResourceOrEvery) {
  const std::vector<StatementText> logs = {Allow("s3:Get*", "arn:aws:s3:::logs/*")};
  RegionAnswer any = Ask(logs, Over::kAny);
  EXPECT_EQ(any.result.allowed, Formula::kTrue);
  EXPECT_THAT(any.patterns, ElementsAre("arn:aws:s3:::logs/*"));
  EXPECT_TRUE(any.result.grant);
  EXPECT_EQ(Ask(logs, Over::kEvery).result.allowed, Formula::kFalse);
  EXPECT_EQ(Ask(logs, Over::kEvery).result.reason, Reason::kImplicitDeny);
  EXPECT_EQ(Ask({Allow("s3:*", "*")}, Over::kEvery).result.allowed, Formula::kTrue);
  EXPECT_EQ(Ask({Allow("s3:*", "arn:aws:s3:::*")}, Over::kEvery).result.allowed, Formula::kTrue);
  EXPECT_EQ(Ask({Allow("ec2:*", "*")}, Over::kAny).result.allowed, Formula::kFalse);
}

// The action is asked on objects; a statement on the bucket gives nothing.
TEST_F(Regions, ShapesCount) {
  EXPECT_EQ(Ask({Allow("s3:*", "arn:aws:s3:::logs")}, Over::kAny).result.allowed, Formula::kFalse);
  EXPECT_EQ(Ask({Allow("s3:*", "arn:aws:s3:::logs")}, Over::kAny, {"arn:*:s3:::*"}).result.allowed,
            Formula::kTrue);
  // Queues of another account have policies of their own, which nobody gave.
  EXPECT_EQ(Ask({Allow("sqs:*", "arn:aws:sqs:*:999999999999:*")}, Over::kAny, {"arn:*:sqs:*:*:*"},
                "sqs:SendMessage")
                .result.allowed,
            Formula::kFalse);
}

TEST_F(Regions, DeniesAndBoundariesCut) {
  EXPECT_EQ(Ask({Allow("s3:*", "arn:aws:s3:::logs/*"), Deny("s3:*", "arn:aws:s3:::l*")}, Over::kAny)
                .result.allowed,
            Formula::kFalse);
  EXPECT_EQ(Ask({Allow("s3:*", "arn:aws:s3:::l*"), Deny("s3:*", "arn:aws:s3:::logs/*")}, Over::kAny)
                .result.allowed,
            Formula::kTrue);
  EXPECT_EQ(
      Ask({Allow("s3:*", "*"), Deny("s3:*", "arn:aws:s3:::logs/a")}, Over::kEvery).result.allowed,
      Formula::kFalse);
  StatementText but;
  but.actions = {"s3:*"};
  but.resources = {"arn:aws:s3:::secret/*"};
  but.not_resource = true;
  EXPECT_EQ(Ask({but}, Over::kAny).result.allowed, Formula::kTrue);
  EXPECT_EQ(Ask({but, Allow("s3:*", "arn:aws:s3:::secret/*")}, Over::kEvery).result.allowed,
            Formula::kTrue);
  boundary_ = policies_.Add({Allow("s3:*", "arn:aws:s3:::*/public/*")});
  EXPECT_EQ(Ask({Allow("s3:*", "arn:aws:s3:::logs/*")}, Over::kAny).result.allowed, Formula::kTrue);
  const RegionAnswer none = Ask({Allow("s3:*", "arn:aws:s3:::logs/private")}, Over::kAny);
  EXPECT_EQ(none.result.allowed, Formula::kFalse);
  EXPECT_EQ(none.result.reason, Reason::kBoundary);
}

TEST_F(Regions, ConditionsStay) {
  const std::vector<ConditionText> mfa = {{"Bool", "aws:MultiFactorAuthPresent", {"true"}}};
  EXPECT_EQ(Of(Ask({Allow("s3:*", "arn:aws:s3:::logs/*", mfa)}, Over::kAny)),
            Decision::kConditional);
  // What one class needs the other excludes: together they cover all.
  const std::vector<ConditionText> no_mfa = {
      {"BoolIfExists", "aws:MultiFactorAuthPresent", {"false"}}};
  EXPECT_EQ(
      Of(Ask({Allow("s3:*", "arn:aws:s3:::a/*", mfa), Allow("s3:*", "arn:aws:s3:::b/*", no_mfa)},
             Over::kAny)),
      Decision::kAllowed);
}

TEST_F(Regions, HolesAndVariables) {
  facts::Hole hole;
  hole.kind = facts::Hole::Kind::kSymbol;
  hole.what = "aws_s3_bucket.b.arn";
  const std::string arn(policies_.facts.AddHole(hole));
  // Whatever the bucket will be called, its objects can be read.
  EXPECT_EQ(Of(Ask({Allow("s3:*", arn + "/*")}, Over::kAny)), Decision::kAllowed);
  EXPECT_EQ(Of(Ask({Allow("s3:*", "*"), Deny("s3:*", arn + "/*")}, Over::kAny)),
            Decision::kAllowed);
  EXPECT_EQ(Of(Ask({Allow("s3:*", "*"), Deny("s3:*", arn + "/*")}, Over::kEvery)),
            Decision::kDenied);
  EXPECT_EQ(Of(Ask({Allow("s3:*", arn + "/*"), Deny("s3:*", "arn:aws:s3:::prod/*")}, Over::kAny)),
            Decision::kUnknown);
  const std::vector<StatementText> home = {Allow("s3:*", "arn:aws:s3:::home/${aws:username}/*")};
  context_.Set("aws:username", {"alice"});
  EXPECT_EQ(Of(Ask(home, Over::kAny)), Decision::kAllowed);
  context_.SetAbsent("aws:username");
  EXPECT_EQ(Of(Ask(home, Over::kAny)), Decision::kDenied);
}

TEST_F(Regions, ManyPatternsAreBounded) {
  std::vector<StatementText> many;
  for (int i = 0; i < 14; ++i) {
    const std::string letter(1, static_cast<char>('a' + i));
    many.push_back(Allow("s3:*", "arn:aws:s3:::*" + letter + "*" + letter + "*/*"));
  }
  const RegionAnswer answer = Ask(many, Over::kEvery);
  EXPECT_EQ(answer.result.allowed, Formula::kLimit);
  EXPECT_EQ(Of(answer), Decision::kUnknown);
}

}  // namespace
}  // namespace whomay::iam

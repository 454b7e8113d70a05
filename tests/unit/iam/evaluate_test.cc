#include "iam/evaluate.h"

#include <string>
#include <vector>

#include "data/aws_actions.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "iam/service_facts.h"
#include "tests/unit/iam/policies.h"

namespace whomay::iam {
namespace {

using Kind = Caller::Kind;

constexpr char kAccount[] = "111122223333";
constexpr char kAlice[] = "arn:aws:iam::111122223333:user/alice";
constexpr char kRole[] = "arn:aws:iam::111122223333:role/team/app";
constexpr char kTarget[] = "arn:aws:iam::111122223333:role/target";
constexpr char kObject[] = "arn:aws:s3:::logs/a";

class Evaluates : public testing::Test {
 protected:
  Evaluates() {
    request_.caller.kind = Kind::kUser;
    request_.caller.arn = kAlice;
    request_.caller.account = kAccount;
    request_.action = "s3:GetObject";
    request_.resource = kObject;
    request_.resource_account = kAccount;
    request_.context = &context_;
    request_.holes = &policies_.facts.holes;
  }

  void By(Kind kind, std::string_view arn, std::string_view account = kAccount) {
    request_.caller.kind = kind;
    request_.caller.arn = arn;
    request_.caller.account = account;
  }
  void Assume(std::string_view role = kTarget) {
    request_.action = "sts:AssumeRole";
    request_.resource = role;
  }
  void Identity(const std::vector<StatementText>& statements) {
    identity_ = {policies_.Add(statements)};
    layers_.identity.policies = identity_;
  }
  void Resource(const std::vector<StatementText>& statements) {
    resource_ = {policies_.AddTrust(statements)};
    layers_.resource.policies = resource_;
  }
  void Boundary(const std::vector<StatementText>& statements) {
    boundary_ = {policies_.Add(statements)};
    layers_.boundary.policies = boundary_;
    layers_.has_boundary = true;
  }
  void Session(const std::vector<StatementText>& statements) {
    session_ = {policies_.Add(statements)};
    layers_.session.policies = session_;
    layers_.has_session_policy = true;
  }
  void Scp(const std::vector<StatementText>& statements) {
    scp_ = {policies_.Add(statements)};
    levels_ = {PolicySet{scp_, {}}};
    layers_.scps = levels_;
  }
  Result Ask() { return Evaluate(request_, layers_, workspace_); }
  Verdict Decided() { return Decide(Ask().allowed, workspace_); }
  std::string Hole(facts::Hole::Kind kind, std::string what, std::string family = "") {
    facts::Hole hole;
    hole.kind = kind;
    hole.what = policies_.facts.Keep(what);
    hole.family = policies_.facts.Keep(family);
    return std::string(policies_.facts.AddHole(hole));
  }

  Policies policies_;
  Context context_ = Context::Complete();
  Request request_;
  Layers layers_;
  Workspace workspace_;

 private:
  std::vector<const Policy*> identity_, resource_, boundary_, session_, scp_;
  std::vector<PolicySet> levels_;
};

TEST_F(Evaluates, NothingIsDenied) {
  EXPECT_EQ(Ask().allowed, Formula::kFalse);
  EXPECT_EQ(Ask().reason, Reason::kImplicitDeny);
}

TEST_F(Evaluates, GrantsAndDeniesAreNamed) {
  Identity({Allow("s3:Put*", "*"), Allow("s3:Get*", "arn:aws:s3:::logs/*")});
  EXPECT_EQ(Ask().allowed, Formula::kTrue);
  EXPECT_EQ(Ask().grant.layer, LayerKind::kIdentity);
  EXPECT_EQ(Ask().grant.statement, 1u);
  Identity({Allow("*", "*"), Deny("s3:*", "arn:aws:s3:::logs/a")});
  EXPECT_EQ(Ask().reason, Reason::kExplicitDeny);
  EXPECT_EQ(Ask().deny.statement, 1u);
}

TEST_F(Evaluates, TheLayerInTheWayIsNamed) {
  Identity({Allow("*", "*")});
  Boundary({Allow("ec2:*", "*")});
  EXPECT_EQ(Ask().reason, Reason::kBoundary);
  layers_.has_boundary = false;
  Scp({Allow("ec2:*", "*")});
  EXPECT_EQ(Ask().reason, Reason::kScp);
  layers_.scps = {};
  By(Kind::kRole, kRole);
  Session({Allow("ec2:*", "*")});
  EXPECT_EQ(Ask().reason, Reason::kSessionPolicy);
}

// A grant to the user passes the boundary by, one to the session's role does not.
TEST_F(Evaluates, BoundariesAndDirectGrants) {
  Boundary({Allow("ec2:*", "*")});
  StatementText grant = Allow("s3:*", "*");
  grant.principals = {std::string("AWS:") + kAlice};
  Resource({grant});
  EXPECT_EQ(Ask().allowed, Formula::kTrue);
  EXPECT_TRUE(Ask().by_resource);
  By(Kind::kRole, kRole);
  grant.principals = {std::string("AWS:") + kRole};
  Resource({grant});
  EXPECT_EQ(Ask().reason, Reason::kBoundary);
  By(Kind::kSession, "arn:aws:sts::111122223333:assumed-role/app/s");
  grant.principals = {"AWS:arn:aws:sts::111122223333:assumed-role/app/s"};
  Resource({grant});
  EXPECT_EQ(Ask().allowed, Formula::kTrue);
}

TEST_F(Evaluates, TrustInTheSameAccount) {
  Assume();
  Identity({Allow("sts:AssumeRole", "*")});
  Resource({Trust("AWS:arn:aws:iam::111122223333:user/bob")});
  EXPECT_EQ(Ask().reason, Reason::kTrustDenied);  // the identity's policy alone never suffices
  Resource({Trust("AWS:arn:aws:iam::111122223333:root")});
  EXPECT_EQ(Ask().allowed, Formula::kTrue);
  EXPECT_FALSE(Ask().by_resource);
  Identity({Allow("s3:*", "*")});
  EXPECT_EQ(Ask().reason, Reason::kImplicitDeny);  // the account is trusted, alice has nothing
  Resource({Trust(std::string("AWS:") + kAlice)});
  EXPECT_EQ(Ask().allowed, Formula::kTrue);
  Identity({Deny("sts:*", "*")});
  EXPECT_EQ(Ask().reason, Reason::kExplicitDeny);
}

TEST_F(Evaluates, TrustAcrossAccounts) {
  By(Kind::kUser, "arn:aws:iam::444455556666:user/eve", "444455556666");
  Assume();
  Resource({Trust("AWS:arn:aws:iam::444455556666:user/eve")});
  EXPECT_EQ(Ask().reason, Reason::kImplicitDeny);
  Identity({Allow("sts:*", kTarget)});
  EXPECT_EQ(Ask().allowed, Formula::kTrue);
  Resource({Trust("AWS:444455556666", "sts:AssumeRole",
                  {{"StringEquals", "sts:ExternalId", {"secret"}}})});
  EXPECT_EQ(Ask().allowed, Formula::kFalse);
  Context::Key open;
  context_.Set("sts:ExternalId", open);
  const Verdict verdict = Decided();
  EXPECT_EQ(verdict.decision, Decision::kConditional);
  ASSERT_EQ(verdict.conditions.size(), 1u);
  EXPECT_EQ(verdict.conditions[0].text, "sts:ExternalId is secret");
}

TEST_F(Evaluates, ARoleTrustsItselfOnlyIfItSaysSo) {
  By(Kind::kRole, kTarget);
  Assume();
  Identity({Allow("sts:AssumeRole", "*")});
  Resource({Trust("AWS:arn:aws:iam::111122223333:role/other")});
  EXPECT_EQ(Ask().allowed, Formula::kFalse);
  Resource({Trust(std::string("AWS:") + kTarget)});
  EXPECT_EQ(Ask().allowed, Formula::kTrue);
}

TEST_F(Evaluates, RolePathsAndSessions) {
  Assume();
  Resource({Trust("AWS:arn:aws:iam::111122223333:role/other/app")});
  By(Kind::kRole, kRole);
  EXPECT_EQ(Ask().allowed, Formula::kFalse);
  // The session's ARN does not say the path.
  By(Kind::kSession, "arn:aws:sts::111122223333:assumed-role/app/s");
  EXPECT_EQ(Ask().allowed, Formula::kTrue);
  request_.caller.role_arn = kRole;
  EXPECT_EQ(Ask().allowed, Formula::kFalse);
  request_.caller.role_arn = "";
  Resource({Trust("AWS:arn:aws:sts::111122223333:assumed-role/app/deploy")});
  EXPECT_EQ(Ask().allowed, Formula::kFalse);
  // A role asked without a session is asked with any that it can have.
  By(Kind::kRole, kRole);
  EXPECT_EQ(Ask().allowed, Formula::kFalse);
  request_.caller.session = Caller::Session::kAny;
  const Verdict verdict = Decided();
  EXPECT_EQ(verdict.decision, Decision::kAllowed);
  ASSERT_EQ(verdict.conditions.size(), 1u);
  EXPECT_TRUE(verdict.conditions[0].chosen_by_caller);
  EXPECT_EQ(verdict.conditions[0].values, std::vector<std::string>{"deploy"});
}

TEST_F(Evaluates, WebIdentitiesNeedTheTrustAlone) {
  constexpr char kProvider[] =
      "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC";
  By(Kind::kWebIdentity, kProvider, "");
  request_.action = "sts:AssumeRoleWithWebIdentity";
  request_.resource = kTarget;
  const std::string sub = "oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub";
  const std::vector<ConditionText> mailers = {
      {"StringLike", sub, {"system:serviceaccount:*:mailer"}}};
  Resource(
      {Trust(std::string("Federated:") + kProvider, "sts:AssumeRoleWithWebIdentity", mailers)});
  context_.Set("OIDC.eks.eu-west-1.amazonaws.com/id/ABC:sub",
               {"system:serviceaccount:shop:mailer"});
  EXPECT_EQ(Ask().allowed, Formula::kTrue);
  context_.Set(sub, {"system:serviceaccount:shop:other"});
  EXPECT_EQ(Ask().reason, Reason::kTrustDenied);
  // Subjects known by a pattern only.
  Context::Key pattern;
  pattern.within = "system:serviceaccount:shop:*";
  pattern.always_present = true;
  context_.Set(sub, pattern);
  EXPECT_EQ(Decided().decision, Decision::kConditional);
  pattern.within = "system:serviceaccount:*:mailer";
  context_.Set(sub, pattern);
  EXPECT_EQ(Decided().decision, Decision::kAllowed);
  pattern.within = "system:serviceaccount:shop:web";
  context_.Set(sub, pattern);
  EXPECT_EQ(Decided().decision, Decision::kDenied);
  By(Kind::kWebIdentity,
     "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/ID/ABC");
  EXPECT_EQ(Ask().allowed, Formula::kFalse);  // the issuer's case counts
}

TEST_F(Evaluates, Services) {
  By(Kind::kService, "pods.eks.amazonaws.com", "");
  Resource({Trust("Service:pods.eks.amazonaws.com"),
            Trust("Service:pods.eks.amazonaws.com", "sts:TagSession",
                  {{"StringEquals", "aws:RequestTag/kubernetes-namespace", {"shop"}}})});
  Assume();
  EXPECT_EQ(Ask().allowed, Formula::kTrue);
  request_.action = "sts:TagSession";
  EXPECT_EQ(Ask().allowed, Formula::kFalse);
  context_.Set("aws:RequestTag/kubernetes-namespace", {"shop"});
  EXPECT_EQ(Ask().allowed, Formula::kTrue);
  Scp({Deny("*", "*")});
  EXPECT_EQ(Ask().allowed, Formula::kTrue);  // SCPs are the caller's account's
}

TEST_F(Evaluates, WhateverThePoliciesSay) {
  struct Case {
    const char* name;
    Kind kind;
    const char* caller;
    const char* action;
    const char* resource;
    bool allowed;
  };
  Identity({Allow("*", "*")});
  for (const Case& c : std::vector<Case>{
           {"root acts", Kind::kRoot, "arn:aws:iam::111122223333:root", "s3:GetObject", kObject,
            true},
           {"root assumes nothing", Kind::kRoot, "arn:aws:iam::111122223333:root", "sts:AssumeRole",
            kTarget, false},
           {"AWS's own policy", Kind::kUser, kAlice, "iam:CreatePolicyVersion",
            "arn:aws:iam::aws:policy/AdministratorAccess", false},
           {"own policy", Kind::kUser, kAlice, "iam:CreatePolicyVersion",
            "arn:aws:iam::111122223333:policy/p", true},
           {"service-linked role", Kind::kUser, kAlice, "iam:AttachRolePolicy",
            "arn:aws:iam::111122223333:role/aws-service-role/eks.amazonaws.com/x", false},
           {"pass own role", Kind::kUser, kAlice, "iam:PassRole", kTarget, true},
           {"pass another account's", Kind::kUser, kAlice, "iam:PassRole",
            "arn:aws:iam::444455556666:role/x", false},
           {"federated user, no session policy", Kind::kFederatedUser,
            "arn:aws:sts::111122223333:federated-user/f", "s3:GetObject", kObject, false},
       }) {
    By(c.kind, c.caller);
    request_.action = c.action;
    request_.resource = c.resource;
    EXPECT_EQ(Ask().allowed, c.allowed ? Formula::kTrue : Formula::kFalse) << c.name;
  }
  Identity({Deny("*", "*")});
  By(Kind::kUser, kAlice);
  request_.action = "sts:GetCallerIdentity";
  EXPECT_EQ(Ask().allowed, Formula::kTrue);
}

// "Will always deny any IAM principal that has a permissions boundary" (User Guide, NotPrincipal).
TEST_F(Evaluates, NotPrincipalAndBoundaries) {
  Identity({Allow("*", "*")});
  StatementText but = Deny("s3:*", "*");
  but.principals = {std::string("AWS:") + kAlice};
  but.not_principal = true;
  Resource({but});
  EXPECT_EQ(Ask().allowed, Formula::kTrue);
  Boundary({Allow("*", "*")});
  EXPECT_EQ(Ask().reason, Reason::kExplicitDeny);
}

TEST_F(Evaluates, KeysNeedTheirPolicy) {
  request_.action = "kms:Decrypt";
  request_.resource = "arn:aws:kms:eu-west-1:111122223333:key/1";
  Identity({Allow("kms:*", "*")});
  Resource({});
  EXPECT_EQ(Ask().reason, Reason::kImplicitDeny);
  StatementText account = Allow("kms:*", "*");
  account.principals = {"AWS:111122223333"};
  Resource({account});
  EXPECT_EQ(Ask().allowed, Formula::kTrue);
  request_.resource = "arn:aws:kms:eu-west-1:111122223333:alias/a";
  Resource({});
  EXPECT_EQ(Ask().allowed, Formula::kTrue);  // aliases have no policy
}

TEST_F(Evaluates, MissingPoliciesMayAllowAndDeny) {
  const Missing missing[] = {
      {Reason::kManagedPolicyNotKnown, facts::HoleId::kNone, "arn:aws:iam::aws:policy/Unheard"}};
  layers_.identity.missing = missing;
  EXPECT_EQ(Decided().decision, Decision::kUnknown);
  EXPECT_EQ(Decided().reason, Reason::kManagedPolicyNotKnown);
  Identity({Allow("*", "*")});
  EXPECT_EQ(Decided().decision, Decision::kUnknown);  // it may deny
  Identity({Deny("*", "*")});
  EXPECT_EQ(Decided().decision, Decision::kDenied);
  Identity({});
  Boundary({Allow("ec2:*", "*")});
  EXPECT_EQ(Decided().decision, Decision::kDenied);  // whatever it allows, the boundary does not
}

TEST_F(Evaluates, HolesInPrincipals) {
  Assume();
  // A role whose name is not known until apply is itself, and may be another.
  const std::string name = Hole(facts::Hole::Kind::kSymbol, "aws_iam_role.a.name", "role name");
  const std::string arn = "arn:aws:iam::111122223333:role/" + name;
  Resource({Trust("AWS:" + arn)});
  By(Kind::kRole, arn);
  EXPECT_EQ(Ask().allowed, Formula::kTrue);
  By(Kind::kRole, kRole);
  EXPECT_EQ(Decided().decision, Decision::kUnknown);
  By(Kind::kUser, kAlice);
  EXPECT_EQ(Decided().decision, Decision::kDenied);
  const std::string other = "arn:aws:iam::111122223333:role/" +
                            Hole(facts::Hole::Kind::kSymbol, "aws_iam_role.b.name", "role name");
  By(Kind::kRole, other);
  EXPECT_EQ(Decided().decision, Decision::kDenied);  // two roles have two names
  // A text that nothing is known of.
  Resource({Trust("AWS:" + Hole(facts::Hole::Kind::kOpen, "var.trusted"))});
  By(Kind::kUser, kAlice);
  EXPECT_EQ(Decided().decision, Decision::kUnknown);
  EXPECT_EQ(Decided().reason, Reason::kHole);
  EXPECT_EQ(Decided().holes.size(), 1u);
}

TEST_F(Evaluates, ChoicesAreOneOfTheirCandidates) {
  facts::Hole choice;
  choice.kind = facts::Hole::Kind::kChoice;
  choice.what = "var.bucket";
  choice.candidates = {"logs", "data"};
  const std::string hole(policies_.facts.AddHole(choice));
  Identity({Allow("s3:*", "arn:aws:s3:::" + hole + "/*")});
  EXPECT_EQ(Decided().decision, Decision::kUnknown);
  request_.resource = "arn:aws:s3:::other/a";
  EXPECT_EQ(Decided().decision, Decision::kDenied);
}

TEST_F(Evaluates, TracesSayWhatIsInTheWay) {
  Identity({Allow("s3:*", "*", {{"Bool", "aws:MultiFactorAuthPresent", {"true"}}}),
            Allow("s3:*", "arn:aws:s3:::other/*"), Allow("ec2:*", "*"), Allow("s3:Get*", "*")});
  const std::vector<StatementTrace> traces = Trace(request_, layers_, workspace_);
  ASSERT_EQ(traces.size(), 4u);
  using Blocked = StatementTrace::Blocked;
  EXPECT_EQ(traces[0].blocked, Blocked::kCondition);
  EXPECT_EQ(traces[1].blocked, Blocked::kResource);
  EXPECT_EQ(traces[2].blocked, Blocked::kAction);
  EXPECT_EQ(traces[3].match, Tri::kTrue);
  Identity({Allow("ec2:*", "arn:aws:ec2:::x")});
  EXPECT_TRUE(Trace(request_, layers_, workspace_).empty());  // two elements fail: not near
}

TEST(ServiceFacts, ResourceControlServicesAreTheCatalogues) {
  const data::AwsActions actions;
  std::vector<std::string_view> expected;
  for (const std::string_view prefix : actions.services()) {
    if (actions.FindService(prefix)->rcp) {
      expected.push_back(prefix);
    }
  }
  const auto have = ResourceControlServices();
  EXPECT_THAT(std::vector<std::string_view>(have.begin(), have.end()),
              testing::ElementsAreArray(expected));
}

}  // namespace
}  // namespace whomay::iam

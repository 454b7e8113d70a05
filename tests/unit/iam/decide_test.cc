#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "iam/atoms.h"

namespace whomay::iam {
namespace {

struct Maker {
  Workspace& workspace;

  Formula Key(std::string key, Operator op, std::vector<std::string> values,
              Atom::Kind kind = Atom::Kind::kCondition, SetMode set = SetMode::kNone) {
    Atom atom;
    atom.kind = kind;
    atom.op = op;
    atom.set = set;
    atom.key = std::move(key);
    atom.values = std::move(values);
    return workspace.Variable(std::move(atom));
  }
  Formula Absent(std::string key) { return Key(std::move(key), Operator::kNull, {}); }
  Formula Hole(std::string what, Reason reason = Reason::kHole) {
    Atom atom;
    atom.kind = Atom::Kind::kHole;
    atom.free = true;
    atom.key = std::move(what);
    atom.reason = reason;
    return workspace.Variable(std::move(atom));
  }
};

class Decides : public testing::Test {
 protected:
  Verdict Of(Formula formula) { return Decide(formula, workspace_); }
  Workspace workspace_;
  FormulaStore& store_ = workspace_.formulas;
  Maker make_{workspace_};
};

TEST_F(Decides, ComplementaryConditionsCancel) {
  const Formula yes = make_.Key("aws:MultiFactorAuthPresent", Operator::kBool, {"true"});
  const Formula no = make_.Key("AWS:multifactorauthpresent", Operator::kBool, {"false"});
  const Formula absent = make_.Absent("aws:MultiFactorAuthPresent");
  EXPECT_EQ(Of(store_.Or(yes, store_.Not(yes))).decision, Decision::kAllowed);
  // Absent is neither.
  EXPECT_EQ(Of(store_.Or(yes, no)).decision, Decision::kConditional);
  EXPECT_EQ(Of(store_.Or(yes, store_.Or(no, absent))).decision, Decision::kAllowed);
  EXPECT_EQ(Of(store_.And(yes, no)).decision, Decision::kDenied);
  EXPECT_EQ(Of(store_.And(yes, absent)).decision, Decision::kDenied);
}

TEST_F(Decides, OneValueOfAKey) {
  const Formula a = make_.Key("k:v", Operator::kStringEquals, {"a"});
  const Formula ab = make_.Key("k:v", Operator::kStringEquals, {"a", "b"});
  const Formula b = make_.Key("k:v", Operator::kStringEquals, {"b"});
  const Formula like = make_.Key("k:v", Operator::kStringLike, {"a\xFB"});
  const Formula fold = make_.Key("k:v", Operator::kStringEqualsIgnoreCase, {"A"});
  EXPECT_EQ(Of(store_.And(a, b)).decision, Decision::kDenied);
  EXPECT_EQ(Of(store_.And(a, store_.Not(ab))).decision, Decision::kDenied);
  EXPECT_EQ(Of(store_.And(a, store_.Not(like))).decision, Decision::kDenied);
  EXPECT_EQ(Of(store_.And(a, store_.Not(fold))).decision, Decision::kDenied);
  EXPECT_EQ(Of(store_.And(like, store_.Not(a))).decision, Decision::kConditional);
  EXPECT_EQ(Of(store_.And(fold, store_.Not(a))).decision, Decision::kConditional);  // "A"
  EXPECT_EQ(Of(store_.Implies(ab, store_.Or(a, b))).decision, Decision::kAllowed);
}

TEST_F(Decides, OrderedTypes) {
  const Formula less = make_.Key("n", Operator::kNumericLessThan, {"10"});
  const Formula more = make_.Key("n", Operator::kNumericGreaterThan, {"10.0"});
  const Formula at = make_.Key("n", Operator::kNumericEquals, {"10"});
  const Formula at_least = make_.Key("n", Operator::kNumericGreaterThanEquals, {"10"});
  EXPECT_EQ(Of(store_.And(less, more)).decision, Decision::kDenied);
  EXPECT_EQ(Of(store_.And(at_least, store_.Not(store_.Or(at, more)))).decision, Decision::kDenied);
  EXPECT_EQ(Of(store_.Or(less, at_least)).decision, Decision::kConditional);  // may be absent
  EXPECT_EQ(Of(store_.Or(make_.Absent("n"), store_.Or(less, at_least))).decision,
            Decision::kAllowed);
  const Formula before = make_.Key("d", Operator::kDateLessThan, {"2024-01-01T00:00:00Z"});
  const Formula after = make_.Key("d", Operator::kDateGreaterThan, {"2024-01-01T01:00:00+02:00"});
  // 23:00 of the day before: between the two there is an hour.
  EXPECT_EQ(Of(store_.And(before, after)).decision, Decision::kConditional);
  const Formula ten = make_.Key("ip", Operator::kIpAddress, {"10.0.0.0/8"});
  const Formula inside = make_.Key("ip", Operator::kIpAddress, {"10.1.0.0/16"});
  const Formula halves = make_.Key("ip", Operator::kIpAddress, {"10.0.0.0/9", "10.128.0.0/9"});
  const Formula v6 = make_.Key("ip", Operator::kIpAddress, {"::/0"});
  EXPECT_EQ(Of(store_.And(inside, store_.Not(ten))).decision, Decision::kDenied);
  EXPECT_EQ(Of(store_.And(ten, store_.Not(inside))).decision, Decision::kConditional);
  EXPECT_EQ(Of(store_.And(ten, store_.Not(halves))).decision, Decision::kDenied);
  EXPECT_EQ(Of(store_.And(ten, v6)).decision, Decision::kDenied);
}

TEST_F(Decides, SetsOfValues) {
  const auto any = [&](const char* v) {
    return make_.Key("t", Operator::kStringEquals, {v}, Atom::Kind::kCondition,
                     SetMode::kForAnyValue);
  };
  const Formula all_a = make_.Key("t", Operator::kStringEquals, {"a"}, Atom::Kind::kCondition,
                                  SetMode::kForAllValues);
  EXPECT_EQ(Of(store_.And(any("a"), any("b"))).decision, Decision::kConditional);
  EXPECT_EQ(Of(store_.And(all_a, any("b"))).decision, Decision::kDenied);
  EXPECT_EQ(Of(store_.And(all_a, store_.Not(any("a")))).decision, Decision::kConditional);  // none
  EXPECT_EQ(Of(store_.And(any("a"), make_.Absent("t"))).decision, Decision::kDenied);
  EXPECT_EQ(Of(store_.And(store_.Not(all_a), make_.Absent("t"))).decision, Decision::kDenied);
}

TEST_F(Decides, WhatTheCallerChoosesFits) {
  const Formula session =
      make_.Key("sts:RoleSessionName", Operator::kStringEquals, {"ops"}, Atom::Kind::kChosen);
  const Formula mfa = make_.Key("aws:MultiFactorAuthPresent", Operator::kBool, {"true"});
  const Verdict chosen = Of(session);
  EXPECT_EQ(chosen.decision, Decision::kAllowed);
  ASSERT_EQ(chosen.conditions.size(), 1u);
  EXPECT_TRUE(chosen.conditions[0].chosen_by_caller);
  EXPECT_EQ(chosen.conditions[0].text, "sts:RoleSessionName is ops");
  EXPECT_EQ(Of(store_.Not(session)).decision, Decision::kAllowed);
  const Verdict both = Of(store_.And(session, mfa));
  EXPECT_EQ(both.decision, Decision::kConditional);
  ASSERT_EQ(both.conditions.size(), 2u);
  EXPECT_EQ(both.conditions[0].text, "aws:MultiFactorAuthPresent is true");
  EXPECT_TRUE(both.conditions[1].chosen_by_caller);
  const Formula other =
      make_.Key("sts:RoleSessionName", Operator::kStringEquals, {"dev"}, Atom::Kind::kChosen);
  EXPECT_EQ(Of(store_.And(session, other)).decision, Decision::kDenied);
}

TEST_F(Decides, HolesMakeUnknown) {
  const Formula hole = make_.Hole("policy", Reason::kManagedPolicyNotKnown);
  const Formula mfa = make_.Key("aws:MultiFactorAuthPresent", Operator::kBool, {"true"});
  EXPECT_EQ(Of(hole).decision, Decision::kUnknown);
  EXPECT_EQ(Of(hole).reason, Reason::kManagedPolicyNotKnown);
  EXPECT_EQ(Of(store_.And(hole, mfa)).decision, Decision::kUnknown);
  EXPECT_EQ(Of(store_.And(hole, mfa)).conditions.size(), 1u);
  EXPECT_EQ(Of(store_.Or(hole, mfa)).decision, Decision::kConditional);
  EXPECT_EQ(Of(store_.Or(hole, store_.Not(hole))).decision, Decision::kAllowed);
  EXPECT_EQ(Of(Formula::kLimit).reason, Reason::kLimit);
}

TEST_F(Decides, HolesReadAsWhatIsMissing) {
  Atom missing;
  missing.kind = Atom::Kind::kHole;
  missing.free = true;
  missing.key = "internal";
  missing.text = "the text of p allows s3:GetObject";
  EXPECT_EQ(Readable(missing, true).text, missing.text);
  EXPECT_EQ(Readable(missing, true).key, "");
  Atom key;  // a key of the request that the files ought to decide
  key.kind = Atom::Kind::kHole;
  key.op = Operator::kStringEquals;
  key.key = "aws:ResourceTag/team";
  key.values = {"a", "b"};
  EXPECT_EQ(Readable(key, true).text, "aws:ResourceTag/team is a or b");
  EXPECT_EQ(Readable(key, false).op, "StringNotEquals");
}

TEST_F(Decides, ResidualsAreShortAndReadable) {
  const Formula org = make_.Key("aws:PrincipalOrgID", Operator::kStringEquals, {"o-1"});
  const Formula mfa = make_.Key("aws:MultiFactorAuthPresent", Operator::kBool, {"true"});
  const Formula ip = make_.Key("aws:SourceIp", Operator::kIpAddress, {"10.0.0.0/8"});
  const Verdict verdict = Of(store_.Or(store_.And(org, mfa), store_.Not(ip)));
  EXPECT_EQ(verdict.decision, Decision::kConditional);
  ASSERT_EQ(verdict.conditions.size(), 1u);
  EXPECT_EQ(verdict.conditions[0].op, "NotIpAddress");
  EXPECT_EQ(verdict.conditions[0].text, "aws:SourceIp is not in 10.0.0.0/8");
  ASSERT_EQ(verdict.alternatives.size(), 1u);
  EXPECT_EQ(verdict.alternatives[0].size(), 2u);
  const Verdict denied_unless = Of(store_.Not(mfa));
  EXPECT_EQ(denied_unless.conditions[0].op, "BoolIfExists");
  EXPECT_EQ(denied_unless.conditions[0].values, std::vector<std::string>{"false"});
}

}  // namespace
}  // namespace whomay::iam

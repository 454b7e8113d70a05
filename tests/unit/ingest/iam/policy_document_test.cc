#include "ingest/iam/policy_document.h"

#include <gmock/gmock.h>

#include "syntax/tree_core.h"
#include "tests/unit/ingest/iam/iam_fixture.h"

namespace whomay::ingest {
namespace {

using facts::PrincipalEntry;
using facts::Statement;
using testing::ElementsAre;
using testing::IsEmpty;
using Effect = Statement::Effect;

using PolicyDocumentTest = IamTest;

TEST_F(PolicyDocumentTest, ReadsEveryElement) {
  const facts::PolicyDocument document = ReadPolicy(R"({
    "Version": "2012-10-17", "Id": "x",
    "Statement": [
      {"Sid": "One", "Effect": "Allow", "Principal": {"AWS": ["123456789012", "*"],
        "Service": "ec2.amazonaws.com", "Federated": "arn:aws:iam::123456789012:saml-provider/x",
        "CanonicalUser": "79a5"},
       "Action": ["s3:Get*", "s3:PutObject"], "Resource": "*",
       "Condition": {"StringLike": {"aws:PrincipalTag/team": ["a", "b"], "aws:x": "c"},
                     "Bool": {"aws:SecureTransport": true},
                     "NumericLessThan": {"s3:max-keys": [10, 2.50]}}},
      {"Effect": "Deny", "NotPrincipal": "*", "NotAction": "iam:*",
       "NotResource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]}
    ]})");
  EXPECT_THAT(Codes(), IsEmpty());
  EXPECT_TRUE(document.readable);
  EXPECT_FALSE(document.refused);
  EXPECT_EQ(document.version, "2012-10-17");
  ASSERT_EQ(document.statements.size(), 2u);

  const Statement& allow = document.statements[0];
  EXPECT_EQ(allow.sid, "One");
  EXPECT_EQ(allow.effect, Effect::kAllow);
  EXPECT_TRUE(allow.has_principal && allow.has_action && allow.has_resource);
  EXPECT_FALSE(allow.not_principal || allow.not_action || allow.not_resource);
  ASSERT_EQ(allow.principals.size(), 5u);
  EXPECT_EQ(allow.principals[0].type, PrincipalEntry::Type::kAws);
  EXPECT_EQ(allow.principals[1].type, PrincipalEntry::Type::kAws);
  EXPECT_EQ(allow.principals[1].value, "*");
  EXPECT_EQ(allow.principals[2].type, PrincipalEntry::Type::kService);
  EXPECT_EQ(allow.principals[3].type, PrincipalEntry::Type::kFederated);
  EXPECT_EQ(allow.principals[4].type, PrincipalEntry::Type::kCanonicalUser);
  EXPECT_THAT(allow.actions, ElementsAre("s3:Get*", "s3:PutObject"));
  EXPECT_THAT(allow.resources, ElementsAre("*"));
  ASSERT_EQ(allow.conditions.size(), 4u);
  EXPECT_EQ(allow.conditions[0].op, "StringLike");
  EXPECT_EQ(allow.conditions[0].key, "aws:PrincipalTag/team");
  EXPECT_THAT(allow.conditions[0].values, ElementsAre("a", "b"));
  EXPECT_THAT(allow.conditions[2].values, ElementsAre("true"));
  EXPECT_THAT(allow.conditions[3].values, ElementsAre("10", "2.50"));

  const Statement& deny = document.statements[1];
  EXPECT_EQ(deny.effect, Effect::kDeny);
  EXPECT_TRUE(deny.not_principal && deny.not_action && deny.not_resource);
  EXPECT_EQ(deny.principals[0].type, PrincipalEntry::Type::kAny);
  EXPECT_THAT(deny.actions, ElementsAre("iam:*"));
  EXPECT_THAT(deny.resources, ElementsAre("arn:aws:s3:::b", "arn:aws:s3:::b/*"));
}

TEST_F(PolicyDocumentTest, TakesASingleStatement) {
  const facts::PolicyDocument document =
      ReadPolicy(R"({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})",
                 PolicyUse::kIdentity);
  EXPECT_THAT(Codes(), IsEmpty());
  EXPECT_EQ(document.version, "");
  EXPECT_EQ(document.statements.size(), 1u);
}

struct Wrong {
  const char* name;
  PolicyUse use;
  const char* statement;  // the members of one statement
  std::vector<std::string> codes;
  Effect effect;
  bool open;  // an element is open
};

TEST_F(PolicyDocumentTest, SaysWhatAwsRefusesInAStatement) {
  const std::vector<Wrong> kCases = {
      {"no effect",
       PolicyUse::kIdentity,
       R"("Action": "*", "Resource": "*")",
       {"policy.effect"},
       Effect::kUnknown,
       false},
      {"effect in lower case",
       PolicyUse::kIdentity,
       R"("Effect": "allow", "Action": "*", "Resource": "*")",
       {"policy.element-case"},
       Effect::kAllow,
       false},
      {"another effect",
       PolicyUse::kIdentity,
       R"("Effect": "Permit", "Action": "*", "Resource": "*")",
       {"policy.effect"},
       Effect::kUnknown,
       false},
      {"both action elements",
       PolicyUse::kIdentity,
       R"("Effect": "Allow", "Action": "s3:*", "NotAction": "iam:*", "Resource": "*")",
       {"policy.exclusive"},
       Effect::kUnknown,
       true},
      {"both resource elements",
       PolicyUse::kIdentity,
       R"("Effect": "Allow", "Action": "s3:*", "NotResource": "*", "Resource": "*")",
       {"policy.exclusive"},
       Effect::kUnknown,
       true},
      {"no action",
       PolicyUse::kIdentity,
       R"("Effect": "Allow", "Resource": "*")",
       {"policy.missing"},
       Effect::kAllow,
       true},
      {"no resource",
       PolicyUse::kIdentity,
       R"("Effect": "Allow", "Action": "s3:*")",
       {"policy.missing"},
       Effect::kAllow,
       true},
      {"no resource in a resource policy",
       PolicyUse::kResource,
       R"("Effect": "Allow", "Principal": "*", "Action": "ecr:*")",
       {},
       Effect::kAllow,
       false},
      {"no principal",
       PolicyUse::kTrust,
       R"("Effect": "Allow", "Action": "sts:AssumeRole")",
       {"policy.missing"},
       Effect::kAllow,
       true},
      {"principal in an identity policy",
       PolicyUse::kIdentity,
       R"("Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*")",
       {"policy.misplaced"},
       Effect::kAllow,
       false},
      {"principal in an SCP",
       PolicyUse::kServiceControl,
       R"("Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*")",
       {"policy.misplaced"},
       Effect::kDeny,
       false},
      {"resource in a trust policy",
       PolicyUse::kTrust,
       R"("Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*")",
       {"policy.misplaced"},
       Effect::kAllow,
       false},
      {"another service in a trust policy",
       PolicyUse::kTrust,
       R"("Effect": "Allow", "Principal": "*", "Action": ["sts:TagSession", "s3:GetObject"])",
       {"policy.action"},
       Effect::kAllow,
       false},
      {"NotPrincipal in a trust policy",
       PolicyUse::kTrust,
       R"("Effect": "Deny", "NotPrincipal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole")",
       {"policy.misplaced"},
       Effect::kDeny,
       false},
      {"unknown element",
       PolicyUse::kIdentity,
       R"("Effect": "Allow", "Action": "*", "Resource": "*", "Resources": "x")",
       {"policy.element"},
       Effect::kAllow,
       false},
      {"element in another case",
       PolicyUse::kIdentity,
       R"("effect": "Deny", "action": "*", "Resource": "*")",
       {"policy.element-case", "policy.element-case"},
       Effect::kDeny,
       false},
      {"element twice",
       PolicyUse::kIdentity,
       R"("Effect": "Deny", "Effect": "Allow", "Action": "*", "Resource": "*")",
       {"policy.duplicate-element"},
       Effect::kAllow,
       false},
      {"empty actions",
       PolicyUse::kIdentity,
       R"("Effect": "Allow", "Action": [], "Resource": "*")",
       {"policy.empty"},
       Effect::kAllow,
       false},
      {"a number as action",
       PolicyUse::kIdentity,
       R"("Effect": "Allow", "Action": ["s3:*", 7], "Resource": "*")",
       {"policy.value"},
       Effect::kAllow,
       true},
      {"null as resource",
       PolicyUse::kIdentity,
       R"("Effect": "Allow", "Action": "s3:*", "Resource": null)",
       {"policy.value"},
       Effect::kAllow,
       true},
      {"action without service",
       PolicyUse::kIdentity,
       R"("Effect": "Allow", "Action": ["GetObject", "s3:a:b", "s*:x", "s3:"], "Resource": "*")",
       {"policy.action", "policy.action", "policy.action", "policy.action"},
       Effect::kAllow,
       false},
      {"resource that is no ARN",
       PolicyUse::kIdentity,
       R"("Effect": "Allow", "Action": "*", "Resource": ["bucket", "arn:aws:s3:::b", "arn:aws:*"])",
       {"policy.resource"},
       Effect::kAllow,
       false},
      {"Sid with a blank",
       PolicyUse::kIdentity,
       R"("Sid": "a b", "Effect": "Allow", "Action": "*", "Resource": "*")",
       {"policy.sid"},
       Effect::kAllow,
       false},
      {"unknown operator",
       PolicyUse::kIdentity,
       R"("Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringIs": {"a:b": "c"}})",
       {"policy.condition"},
       Effect::kAllow,
       false},
      {"operators of all kinds",
       PolicyUse::kIdentity,
       R"("Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {
          "forallvalues:stringlikeifexists": {"a:b": "c"}, "ForAnyValue:ArnLike": {"a:b": "c"},
          "NotIpAddressIfExists": {"a:b": "c"}, "Null": {"a:b": "true"}})",
       {},
       Effect::kAllow,
       false},
      {"Null takes no IfExists",
       PolicyUse::kIdentity,
       R"("Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"NullIfExists": {"a:b": "c"}})",
       {"policy.condition"},
       Effect::kAllow,
       false},
  };
  for (const Wrong& c : kCases) {
    SCOPED_TRACE(c.name);
    diagnostics_ = {};
    const facts::PolicyDocument document = ReadPolicy(
        std::string(R"({"Version": "2012-10-17", "Statement": [{)") + c.statement + "}]}", c.use);
    EXPECT_THAT(Codes(), testing::ElementsAreArray(c.codes));
    EXPECT_TRUE(document.readable);
    EXPECT_EQ(document.refused, !c.codes.empty());
    ASSERT_EQ(document.statements.size(), 1u);
    const Statement& statement = document.statements[0];
    EXPECT_EQ(statement.effect, c.effect);
    EXPECT_EQ(statement.actions_open || statement.resources_open || statement.principals_open,
              c.open);
  }
}

TEST_F(PolicyDocumentTest, SaysWhichPrincipalsAwsRefuses) {
  struct Case {
    const char* principal;
    PrincipalEntry::Type type;
    bool refused;
  };
  const Case kCases[] = {
      {R"("*")", PrincipalEntry::Type::kAny, false},
      {R"(["*"])", PrincipalEntry::Type::kAny, false},
      {R"({"AWS": "*"})", PrincipalEntry::Type::kAws, false},
      {R"({"*": "*"})", PrincipalEntry::Type::kAny, false},
      {R"({"AWS": "arn:aws:iam::123456789012:root"})", PrincipalEntry::Type::kAws, false},
      {R"({"AWS": "arn:aws:sts::123456789012:assumed-role/r/s"})", PrincipalEntry::Type::kAws,
       false},
      {R"({"AWS": "AROAEXAMPLEEXAMPLEID"})", PrincipalEntry::Type::kAws, false},
      {R"({"AWS": "AROAEXAMPLEEXAMPLEID:session"})", PrincipalEntry::Type::kAws, false},
      {R"({"AWS": "arn:aws:iam::123456789012:role/*"})", PrincipalEntry::Type::kAws, true},
      {R"({"AWS": "12345"})", PrincipalEntry::Type::kAws, true},
      {R"({"AWS": "arn:aws:s3:::bucket"})", PrincipalEntry::Type::kAws, true},
      {R"({"aws": "123456789012"})", PrincipalEntry::Type::kAws, true},
      {R"("arn:aws:iam::123456789012:root")", PrincipalEntry::Type::kUnknown, true},
      {R"({"Group": "x"})", PrincipalEntry::Type::kUnknown, true},
      {R"({"Federated": "*"})", PrincipalEntry::Type::kFederated, false},
      {R"({"Service": ""})", PrincipalEntry::Type::kService, true},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.principal);
    const facts::PolicyDocument document =
        ReadPolicy(std::string(R"({"Statement": [{"Effect": "Allow", "Principal": )") +
                       c.principal + R"(, "Action": "s3:*", "Resource": "*"}]})",
                   PolicyUse::kResource);
    EXPECT_EQ(document.refused, c.refused);
    ASSERT_EQ(document.statements.size(), 1u);
    ASSERT_EQ(document.statements[0].principals.size(), 1u);
    EXPECT_EQ(document.statements[0].principals[0].type, c.type);
  }
}

TEST_F(PolicyDocumentTest, IsUnreadableWhereNoPolicyCanBeMade) {
  for (const char* text :
       {"", "  ", "[]", "\"x\"", "{}", R"({"Statement": 3})", "{\"Statement\": [",
        R"({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, 7]})", "null",
        "{\"Statement\": []} x"}) {
    SCOPED_TRACE(text);
    diagnostics_ = {};
    const facts::PolicyDocument document = ReadPolicy(text);
    EXPECT_FALSE(document.readable);
    EXPECT_TRUE(diagnostics_.incomplete());
    EXPECT_FALSE(diagnostics_.all().empty());
  }
}

TEST_F(PolicyDocumentTest, KeepsTheLastOfDoubles) {
  const facts::PolicyDocument document = ReadPolicy(R"({"Statement": [{
    "Effect": "Allow", "Action": "*", "Resource": "*",
    "Condition": {"StringEquals": {"a:x": "1"},
                  "StringEquals": {"a:y": "2", "a:y": "3"},
                  "StringLike": {"a:y": "4"}}}]})");
  EXPECT_THAT(Codes(true),
              ElementsAre("policy.duplicate-element 4:19", "policy.duplicate-element 4:48"));
  ASSERT_EQ(document.statements[0].conditions.size(), 2u);
  EXPECT_EQ(document.statements[0].conditions[0].key, "a:y");
  EXPECT_THAT(document.statements[0].conditions[0].values, ElementsAre("3"));
  EXPECT_EQ(document.statements[0].conditions[1].op, "StringLike");
}

TEST_F(PolicyDocumentTest, DuplicateSidsAreRefusedOnce) {
  const facts::PolicyDocument document = ReadPolicy(
      R"({"Version": "2012-10-17", "Statement": [
        {"Sid": "A", "Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Sid": "A", "Effect": "Deny", "Action": "*", "Resource": "*"}]})",
      PolicyUse::kIdentity);
  EXPECT_THAT(Codes(true), ElementsAre("policy.sid 3:17"));
  EXPECT_EQ(document.statements.size(), 2u);
}

TEST_F(PolicyDocumentTest, PlacesInEmbeddedTextsLeadToTheOuterFile) {
  // The Effect is wrong; behind the escapes it stands in column 53 of line 2.
  const source::Span file = AddFile("plan.json",
                                    "{\n \"policy\": \"{\\n\\\"Statement\\\":[{\\\"Effect\\\":"
                                    "\\\"Bad\\\",\\\"Action\\\":\\\"*\\\"}]}\"\n}");
  const syntax::Tree tree = syntax::ParseJson(sources_, file, diagnostics_);
  const facts::PolicyDocument document =
      ReadPolicyText(tree.root().Get("policy"), {}, sources_, facts_, diagnostics_);
  ASSERT_THAT(Codes(), ElementsAre("policy.effect"));
  const source::Span span = sources_.Outermost(diagnostics_.all()[0].span);
  EXPECT_EQ(span.file, file.file);
  EXPECT_EQ(sources_.text(span), "\\\"Bad\\\"");
  EXPECT_TRUE(document.readable);
  EXPECT_EQ(sources_.Outermost(document.statements[0].span).file, file.file);
}

TEST_F(PolicyDocumentTest, ReadsPercentEncodedTexts) {
  const source::Span file =
      AddFile("dump.json",
              "{\"d\": \"%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A"
              "%22s3%3AGet%2A%22%2C%22Resource%22%3A%22%2A%22%2C%22Nope%22%3A1%7D%5D%7D\"}");
  const syntax::Tree tree = syntax::ParseJson(sources_, file, diagnostics_);
  const facts::PolicyDocument document =
      ReadPolicyText(tree.root().Get("d"), {}, sources_, facts_, diagnostics_);
  ASSERT_EQ(document.statements.size(), 1u);
  EXPECT_THAT(document.statements[0].actions, ElementsAre("s3:Get*"));
  ASSERT_THAT(Codes(), ElementsAre("policy.element"));
  EXPECT_EQ(sources_.text(sources_.Outermost(diagnostics_.all()[0].span)), "%22Nope%22");
}

// A copy of the value in which the text "@" is a hole.
void CopyWithHole(const syntax::Value& value, const std::string& hole,
                  syntax::TreeBuilder& builder) {
  const auto [file, begin, end] = value.span();
  if (!value.key().empty()) {
    builder.OwnKey(value.key(), value.key_span().begin, value.key_span().end);
  }
  if (value.is_string()) {
    builder.OwnText(syntax::Kind::kString, value.text() == "@" ? hole : value.text(), begin, end);
    return;
  }
  builder.Begin(value.kind(), begin);
  for (const syntax::Value child : value.is_array() ? value.elements() : value.members()) {
    CopyWithHole(child, hole, builder);
  }
  builder.End(end);
}

TEST_F(PolicyDocumentTest, HolesOpenWhatTheyStandFor) {
  struct Case {
    const char* text;
    const char* open;  // what is open in the document or its statement
  };
  const Case kCases[] = {
      {R"("@")", "document"},
      {R"({"Statement": "@"})", "document"},
      {R"({"Statement": ["@"]})", "document"},
      {R"({"Statement": [{"Effect": "@", "Action": "*", "Resource": "*"}]})", "effect"},
      {R"({"Statement": [{"Effect": "Allow", "Principal": "@", "Action": "*", "Resource": "*"}]})",
       "principals"},
      {R"({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": "@"}]})",
       "conditions"},
      {R"({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*",
          "Condition": {"Bool": "@"}}]})",
       "conditions"},
      {R"({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": ["@"]}]})", "resource"},
      {R"({"Statement": [{"Effect": "Allow", "Action": "@", "Resource": "*"}]})", "action"},
      {R"({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "@"}, "Action": "*",
          "Resource": "*"}]})",
       "principal"},
  };
  const facts::HoleId id = facts_.holes.Add({});
  const std::string hole = facts::HoleText(id);
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.text);
    const source::Span span = AddFile("x", c.text);
    const syntax::Tree plain = syntax::ParseJson(sources_, span, diagnostics_);
    syntax::TreeBuilder builder(span.file, sources_.bytes(span.file), 100);
    CopyWithHole(plain.root(), hole, builder);
    const syntax::Tree tree = builder.Finish();
    const facts::PolicyDocument document =
        ReadPolicyText(tree.root(), {.use = PolicyUse::kAny}, sources_, facts_, diagnostics_);
    EXPECT_THAT(Codes(), IsEmpty());
    EXPECT_TRUE(document.readable && !document.refused);
    const std::string open = c.open;
    EXPECT_EQ(document.open, open == "document" ? id : facts::HoleId::kNone);
    if (document.statements.empty()) {
      continue;
    }
    const Statement& statement = document.statements[0];
    EXPECT_EQ(statement.effect, open == "effect" ? Effect::kUnknown : Effect::kAllow);
    EXPECT_EQ(statement.principals_open, open == "principals");
    EXPECT_EQ(statement.conditions_open, open == "conditions");
    EXPECT_EQ(statement.actions[0] == hole, open == "action");
    EXPECT_EQ(statement.resources[0] == hole, open == "resource");
    if (open == "principal") {
      EXPECT_EQ(statement.principals.at(0).value, hole);
    }
  }
}

TEST_F(PolicyDocumentTest, IsRecognisedByItsContent) {
  struct Case {
    const char* text;
    bool policy;
  };
  const Case kCases[] = {
      {R"({"Statement": []})", true},
      {R"({"Version": "2012-10-17", "Statement": {"Effect": "Allow"}})", true},
      {R"({"Statement": ["x"]})", false},
      {R"({"Statement": "x"})", false},
      {R"({"apiVersion": "v1", "Statement": []})", false},
      {R"([{"Statement": []}])", false},
      {R"({})", false},
  };
  for (const Case& c : kCases) {
    const syntax::Tree tree = syntax::ParseJson(sources_, AddFile("x.json", c.text), diagnostics_);
    EXPECT_EQ(LooksLikePolicy(tree.root()), c.policy) << c.text;
  }
}

TEST_F(PolicyDocumentTest, WideDocumentsTakeTimeInProportion) {
  std::string text =
      R"({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {)";
  for (int i = 0; i < 100'000; ++i) {
    text += (i == 0 ? "" : ",") + std::string("\"StringLike\": {\"k\": \"v\"}");
  }
  text += "}}]}";
  const facts::PolicyDocument document = ReadPolicy(text);
  EXPECT_EQ(document.statements[0].conditions.size(), 1u);
}

}  // namespace
}  // namespace whomay::ingest

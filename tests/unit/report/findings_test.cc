#include "report/findings.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "answers.h"

namespace whomay::report {
namespace {

using testing::HasSubstr;
using testing::Not;

CheckAnswer Answer() {
  CheckAnswer answer;
  Finding one;
  one.rule = "escalation-past-boundary";
  one.severity = FindingSeverity::kHigh;
  one.message = "can become <roles> & \"more\"\n100%";
  one.subject = "arn:aws:iam::111122223333:role/shop-support";
  one.origin = {"a b/plan.json", 1, 70211, "aws_iam_role.people[\"support\"]"};
  one.path = SupportPath();
  one.fingerprint = "0123456789abcdef";
  Finding two = one;
  two.rule = "rbac-wildcard";
  two.severity = FindingSeverity::kLow;
  two.path = {};
  two.suppressed = true;
  two.suppressed_by = "comment";
  two.reason = "the operator's own";
  answer.findings = {one, two};
  answer.failed = true;
  return answer;
}

TEST(Findings, TableHidesWhatIsSuppressed) {
  const std::string text = FindingsTable(Answer(), false, false);
  EXPECT_THAT(text, HasSubstr("a b/plan.json:1:70211: high: "));
  EXPECT_THAT(text, HasSubstr("[escalation-past-boundary]"));
  EXPECT_THAT(text, HasSubstr("findings: 1 high; 1 suppressed"));
  EXPECT_THAT(text, Not(HasSubstr("[rbac-wildcard]")));
  EXPECT_THAT(FindingsTable(Answer(), false, true), HasSubstr("suppressed by comment: the op"));
}

TEST(Findings, JsonKeepsThem) {
  const std::string text = FindingsJson(Answer());
  EXPECT_EQ(text.rfind("{\n  \"schema\": \"whomay.check/1\",", 0), 0u) << text;
  EXPECT_THAT(text, HasSubstr("\"suppressed_by\": \"comment\""));
  EXPECT_THAT(text, HasSubstr("\"fingerprint\": \"0123456789abcdef\""));
}

// Where Terraform's code was given, that is where a reviewer mends it.
TEST(Findings, PlacesAreThoseOfTheCodeWhereItIsKnown) {
  CheckAnswer answer = Answer();
  answer.findings.resize(1);
  answer.findings[0].origin.source_file = "terraform/people.tf";
  answer.findings[0].origin.source_line = 72;
  EXPECT_THAT(FindingsTable(answer, false, false), HasSubstr("terraform/people.tf:72:1: high: "));
  const std::string sarif = Sarif(answer, {});
  EXPECT_THAT(sarif, HasSubstr("{\"uri\": \"terraform/people.tf\"}"));
  EXPECT_THAT(sarif, HasSubstr("\"startLine\": 72, \"startColumn\": 1"));
  EXPECT_THAT(sarif, HasSubstr("aws_iam_role.people"));
  EXPECT_THAT(GithubAnnotations(answer), HasSubstr("file=terraform/people.tf,line=72,col=1,"));
  EXPECT_THAT(Junit(answer), HasSubstr("file=\"terraform/people.tf\" line=\"72\""));
}

TEST(Findings, SarifHasWhatGitHubAsksFor) {
  Diagnostic diagnostic;
  diagnostic.code = "yaml.syntax";
  diagnostic.message = "broken";
  diagnostic.origin = {"x.yaml", 3, 4, ""};
  CheckAnswer answer = Answer();
  answer.incomplete = true;
  const std::string text = Sarif(answer, {diagnostic});
  for (const char* part :
       {"\"version\": \"2.1.0\"", "\"uri\": \"a%20b/plan.json\"", "\"startLine\": 1",
        "\"startColumn\": 70211", "\"primaryLocationLineHash\": \"0123456789abcdef:1\"",
        "\"security-severity\": \"8.0\"", "\"executionSuccessful\": false",
        "\"id\": \"yaml.syntax\"",
        "\"fullyQualifiedName\": \"aws_iam_role.people[\\\"support\\\"]\"", "\"codeFlows\": [",
        "\"kind\": \"inSource\"", "\"shortDescription\"", "\"ruleIndex\": 1"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

// GitHub refuses a run with more results than that.
TEST(Findings, SarifKeepsToWhatGitHubTakes) {
  CheckAnswer answer;
  answer.findings.resize(25'001);
  for (Finding& finding : answer.findings) {
    finding.rule = "rbac-wildcard";
    finding.subject = "s";
    finding.message = "m";
  }
  const std::string text = Sarif(answer, {});
  size_t results = 0;
  for (size_t at = text.find("\"ruleIndex\""); at != std::string::npos;
       at = text.find("\"ruleIndex\"", at + 1)) {
    ++results;
  }
  EXPECT_EQ(results, 25'000u);
  EXPECT_THAT(text, HasSubstr("1 further findings are left out"));
}

TEST(Findings, JunitIsXml) {
  const std::string text = Junit(Answer());
  EXPECT_THAT(text, HasSubstr("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\""));
  EXPECT_THAT(text, HasSubstr("can become &lt;roles&gt; &amp; &quot;more&quot;&#10;100%"));
  EXPECT_THAT(text, HasSubstr("<skipped message=\"the operator's own\"/>"));
  // A run without findings is a passing test, not an empty report.
  EXPECT_THAT(Junit({}), HasSubstr("tests=\"1\" failures=\"0\""));
}

TEST(Findings, GithubEscapesCommands) {
  const std::string text = GithubAnnotations(Answer());
  EXPECT_EQ(
      text.rfind("::error file=a b/plan.json,line=1,col=70211,title=escalation-past-bound", 0), 0u)
      << text;
  EXPECT_THAT(text, HasSubstr("100%25"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST(Findings, MarkdownCannotBeSteered) {
  EXPECT_THAT(FindingsMarkdown(Answer()), HasSubstr("can become \\<roles\\>"));
  EXPECT_THAT(FindingsMarkdown(Answer()), HasSubstr("1 suppressed."));
  EXPECT_THAT(FindingsMarkdown({}), HasSubstr("no findings"));
}

TEST(Findings, RulesAreExplained) {
  const RuleInfo* rule = FindRule("irsa-wildcard-namespace");
  ASSERT_NE(rule, nullptr);
  EXPECT_THAT(RuleText(*rule, false), HasSubstr("What to do: "));
  EXPECT_THAT(RuleList(Rules(), false), HasSubstr("irsa-wildcard-namespace"));
  EXPECT_THAT(RulesJson({rule, 1}), HasSubstr("\"schema\": \"whomay.rules/1\""));
  EXPECT_THAT(RulesMarkdown({rule, 1}), HasSubstr("## irsa-wildcard-namespace"));
}

}  // namespace
}  // namespace whomay::report

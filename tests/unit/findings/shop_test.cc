// The bundled example: its three mistakes are found, and nothing that its README calls intended is
// as grave.
#include <algorithm>

#include "inputs.h"

namespace whomay {
namespace {

using Findings = std::set<std::pair<std::string, std::string>>;

CheckAnswer Shop(const std::string& terraform = "state.json", World world = World::kAfter) {
  const std::string folder = WHOMAY_SOURCE_DIR "/examples/shop/";
  Analyzer analyzer;
  EXPECT_TRUE(analyzer.AddPath(folder + terraform).ok());
  EXPECT_TRUE(analyzer.AddPath(folder + "manifests").ok());
  const absl::StatusOr<Analysis> analysis = std::move(analyzer).Analyze();
  EXPECT_TRUE(analysis.ok()) << analysis.status();
  return Check(*analysis, world, {});
}

Findings HighOf(const CheckAnswer& answer) {
  Findings high;
  for (const Finding& finding : answer.findings) {
    if (finding.severity == FindingSeverity::kHigh) {
      high.emplace(finding.rule, finding.subject);
    }
  }
  return high;
}

std::string Role(const char* name) { return std::string("arn:aws:iam::111122223333:role/") + name; }

// The three mistakes of its README.
Findings Mistakes() {
  return {{"irsa-wildcard-namespace", Role("shop-mailer")},
          {"escalation-cluster-admin", Role("shop-ci")},
          {"escalation-past-boundary", Role("shop-support")}};
}

TEST(Shop, ItsMistakesAndNothingElseIsHigh) {
  const CheckAnswer answer = Shop();
  EXPECT_EQ(HighOf(answer), Mistakes());
  EXPECT_TRUE(answer.failed);
  for (const Finding& finding : answer.findings) {
    if (finding.rule.rfind("escalation-", 0) == 0) {
      EXPECT_FALSE(finding.path.steps.empty()) << finding.subject;
    }
  }
}

// Nothing is made yet: aws-auth is not known before apply, so that support is only the group that
// the bindings name.
TEST(Shop, ItsFirstPlan) {
  Findings expected = Mistakes();
  expected.erase({"escalation-past-boundary", Role("shop-support")});
  expected.emplace("escalation-role", "group:shop-support");
  EXPECT_EQ(HighOf(Shop("plan.json")), expected);
}

// What the change adds: developers start pods in the shop.
TEST(Shop, ItsChange) {
  EXPECT_EQ(HighOf(Shop("change/plan.json", World::kBefore)), Mistakes());
  Findings expected = Mistakes();
  expected.emplace("escalation-past-boundary", Role("shop-developer"));
  EXPECT_EQ(HighOf(Shop("change/plan.json")), expected);
}

TEST(Shop, FingerprintsStayAndDiffer) {
  const CheckAnswer one = Shop();
  const CheckAnswer two = Shop();
  ASSERT_EQ(one.findings.size(), two.findings.size());
  std::set<std::string> all;
  for (size_t i = 0; i < one.findings.size(); ++i) {
    EXPECT_EQ(one.findings[i].fingerprint, two.findings[i].fingerprint);
    EXPECT_TRUE(all.insert(one.findings[i].fingerprint).second) << one.findings[i].message;
  }
}

}  // namespace
}  // namespace whomay

// The bundled example: its three mistakes are found, and nothing that its README calls intended is
// as grave.
#include <algorithm>

#include "inputs.h"

namespace whomay {
namespace {

CheckAnswer Shop() {
  const std::string folder = WHOMAY_SOURCE_DIR "/examples/shop/";
  Analyzer analyzer;
  EXPECT_TRUE(analyzer.AddPath(folder + "state.json").ok());
  EXPECT_TRUE(analyzer.AddPath(folder + "manifests").ok());
  const absl::StatusOr<Analysis> analysis = std::move(analyzer).Analyze();
  EXPECT_TRUE(analysis.ok()) << analysis.status();
  return Check(*analysis, World::kAfter, {});
}

TEST(Shop, ItsMistakesAndNothingElseIsHigh) {
  const CheckAnswer answer = Shop();
  const std::string account = "arn:aws:iam::111122223333:role/";
  std::set<std::pair<std::string, std::string>> high;
  for (const Finding& finding : answer.findings) {
    if (finding.severity == FindingSeverity::kHigh) {
      high.emplace(finding.rule, finding.subject);
    }
  }
  const std::set<std::pair<std::string, std::string>> mistakes = {
      {"irsa-wildcard-namespace", account + "shop-mailer"},
      {"escalation-cluster-admin", account + "shop-ci"},
      {"escalation-past-boundary", account + "shop-support"},
  };
  EXPECT_EQ(high, mistakes);
  EXPECT_TRUE(answer.failed);
  for (const Finding& finding : answer.findings) {
    if (finding.rule.rfind("escalation-", 0) == 0) {
      EXPECT_FALSE(finding.path.steps.empty()) << finding.subject;
    }
  }
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

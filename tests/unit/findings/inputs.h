// One check over texts, for tests.
#ifndef WHOMAY_TESTS_UNIT_FINDINGS_INPUTS_H_
#define WHOMAY_TESTS_UNIT_FINDINGS_INPUTS_H_

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "whomay/analyzer.h"
#include "whomay/findings.h"

namespace whomay {

inline CheckAnswer CheckTexts(const std::vector<std::string>& texts,
                              const CheckOptions& options = {}) {
  Analyzer analyzer;
  int n = 0;
  for (const std::string& text : texts) {
    EXPECT_TRUE(analyzer.AddText("input" + std::to_string(n++), text).ok());
  }
  const absl::StatusOr<Analysis> analysis = std::move(analyzer).Analyze();
  EXPECT_TRUE(analysis.ok()) << analysis.status();
  return analysis.ok() ? Check(*analysis, World::kAfter, options) : CheckAnswer();
}

inline std::set<std::string> RulesOf(const CheckAnswer& answer) {
  std::set<std::string> rules;
  for (const Finding& finding : answer.findings) {
    rules.insert(finding.rule);
  }
  return rules;
}

}  // namespace whomay

#endif  // WHOMAY_TESTS_UNIT_FINDINGS_INPUTS_H_

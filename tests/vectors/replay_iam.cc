// IAM decisions: one request with its policies a line, and what a reference engine decided.
//
// Untagged lines must agree with `expect`. Lines tagged with `oracle_doubt` must agree with
// `aws_expect` where it stands; without one they are open questions and pass whatever the answer is
// (WHOMAY_REPLAY_OPEN=1 prints those answers that differ from `expect`).
#include <cstdlib>
#include <string>

#include "base/strings.h"
#include "tests/vectors/iam_case.h"
#include "tests/vectors/replay.h"

namespace whomay::replay {

Outcome ReplayIam(const syntax::Value& line, const Options&) {
  const std::string_view answer = iam_case::Decide(line);
  const std::string_view doubt = line.Get("oracle_doubt").text();
  const std::string_view aws = line.Get("aws_expect").text();
  const std::string_view recorded = line.Get("expect").text();
  const std::string_view expected = doubt.empty() ? recorded : aws;
  Outcome outcome;
  if (expected.empty() || answer == expected) {
    outcome.passed = 1;
    if (std::getenv("WHOMAY_REPLAY_OPEN") != nullptr && expected.empty() && answer != recorded) {
      outcome.differences.push_back(
          Concat({"open (", doubt, "): ", answer, ", the engine ", recorded}));
    }
    return outcome;
  }
  outcome.failed = 1;
  outcome.differences.push_back(
      Concat({answer, ", expected ", expected, doubt.empty() ? "" : " of AWS (", doubt,
              doubt.empty() ? "" : ")"}));
  return outcome;
}

}  // namespace whomay::replay

// The commands check and rules. Thread safety: pure functions over the file system.
#ifndef WHOMAY_LIB_CLI_CHECK_H_
#define WHOMAY_LIB_CLI_CHECK_H_

#include "absl/status/statusor.h"
#include "cli/arguments.h"
#include "cli/questions.h"
#include "whomay/analyzer.h"

namespace whomay::cli {

// Findings and assertions of the configuration; exit code 1 if some fail the check.
absl::StatusOr<Reply> CheckCommand(const Analysis& analysis, const Arguments& arguments,
                                   bool color);

// All rules, or the one that is named; NotFound if there is none.
absl::StatusOr<Reply> RulesCommand(const Arguments& arguments, bool color);

}  // namespace whomay::cli

#endif  // WHOMAY_LIB_CLI_CHECK_H_

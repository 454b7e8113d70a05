// The commands that ask a snapshot. Thread safety: pure functions.
#ifndef WHOMAY_LIB_CLI_QUESTIONS_H_
#define WHOMAY_LIB_CLI_QUESTIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/arguments.h"
#include "whomay/analyzer.h"

namespace whomay::cli {

struct Reply {
  std::string text;
  int exit_code = 0;
  bool incomplete = false;
};

// The answer to the command's question, written as `arguments` say.
absl::StatusOr<Reply> Ask(const Snapshot& snapshot, const Arguments& arguments, bool color);

}  // namespace whomay::cli

#endif  // WHOMAY_LIB_CLI_QUESTIONS_H_

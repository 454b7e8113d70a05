// whomay diff: one plan's two worlds, or two sets of inputs. Thread safety: pure functions over the
// file system.
#ifndef WHOMAY_LIB_CLI_DIFF_H_
#define WHOMAY_LIB_CLI_DIFF_H_

#include <iosfwd>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/arguments.h"
#include "cli/inputs.h"
#include "cli/questions.h"

namespace whomay::cli {

// `common`: the inputs of -f or of the configuration, which belong to both sides.
struct DiffReply {
  Reply reply;
  std::vector<Diagnostic> diagnostics;
};
absl::StatusOr<DiffReply> Diff(const Arguments& arguments, const std::vector<InputPath>& common,
                               std::istream& in, bool color);

}  // namespace whomay::cli

#endif  // WHOMAY_LIB_CLI_DIFF_H_

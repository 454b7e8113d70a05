// `whomay migrate aws-auth`.
#ifndef WHOMAY_LIB_CLI_MIGRATE_H_
#define WHOMAY_LIB_CLI_MIGRATE_H_

#include "absl/status/statusor.h"
#include "cli/arguments.h"
#include "cli/questions.h"

namespace whomay::cli {

absl::StatusOr<Reply> MigrateCommand(const Snapshot& snapshot, const Arguments& arguments,
                                     const QuestionOptions& options, bool color);

}  // namespace whomay::cli

#endif  // WHOMAY_LIB_CLI_MIGRATE_H_

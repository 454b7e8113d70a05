#include "cli/migrate.h"

#include "absl/status/status.h"
#include "report/migrate_report.h"
#include "whomay/migrate.h"

namespace whomay::cli {

absl::StatusOr<Reply> MigrateCommand(const Snapshot& snapshot, const Arguments& arguments,
                                     const QuestionOptions& options, bool color) {
  if (arguments.words != std::vector<std::string>{"aws-auth"}) {
    return absl::InvalidArgumentError("what is migrated is `aws-auth`: whomay migrate aws-auth");
  }
  const absl::StatusOr<MigrateAnswer> answer = MigrateAwsAuth(snapshot, options);
  if (!answer.ok()) {
    return answer.status();
  }
  Reply reply;
  reply.incomplete = answer->incomplete;
  switch (arguments.format) {
    case Format::kJson:
      reply.text = report::Json(*answer);
      break;
    case Format::kTerraform:
      reply.text = report::Terraform(*answer);
      break;
    case Format::kCli:
      reply.text = report::AwsCli(*answer);
      break;
    default:
      reply.text = report::Table(*answer, {.color = color, .expand = arguments.expand});
  }
  return reply;
}

}  // namespace whomay::cli

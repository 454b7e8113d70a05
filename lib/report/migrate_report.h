// What replaces an aws-auth ConfigMap: as a table for people, as JSON (whomay.migrate/1), as
// Terraform (resources of hashicorp/aws), as calls of the AWS command line.
//
// Terraform is written as `terraform fmt` leaves it, and texts so that no template or shell reads
// anything into them. Thread safety: pure functions.
#ifndef WHOMAY_LIB_REPORT_MIGRATE_REPORT_H_
#define WHOMAY_LIB_REPORT_MIGRATE_REPORT_H_

#include <string>
#include <string_view>

#include "report/table.h"
#include "whomay/migrate.h"

namespace whomay::report {

std::string Table(const MigrateAnswer& answer, const TableOptions& options);
std::string Json(const MigrateAnswer& answer);
std::string Terraform(const MigrateAnswer& answer);
std::string AwsCli(const MigrateAnswer& answer);

// A text as a Terraform string, with its quotes.
std::string TerraformString(std::string_view text);
// A text as one word of a POSIX shell.
std::string ShellWord(std::string_view text);
// "Nobody gains or loses anything." or what of it is not so.
std::string ProofText(const MigrateAnswer& answer);

}  // namespace whomay::report

#endif  // WHOMAY_LIB_REPORT_MIGRATE_REPORT_H_

// A path in one line: "user lea → assume-role iam.tf.json:12 → role support → …".
//
// Principals stand in short form, since the row around the path has them whole. Thread safety: pure
// functions.
#ifndef WHOMAY_LIB_REPORT_PATH_H_
#define WHOMAY_LIB_REPORT_PATH_H_

#include <string>
#include <string_view>

#include "whomay/answer.h"

namespace whomay::report {

std::string PathLine(const Path& path, bool color);

// The place where a reader mends it: Terraform's code where it was given, else the input.
struct Place {
  const std::string& file;
  int line = 0;
  int column = 0;
};
Place PlaceOf(const Origin& origin);

// "rbac.yaml:12"; with the Terraform address in front where a line does not tell the place (JSON
// documents are often one line).
std::string PlaceText(const Origin& origin);

// "role shop-support" of an IAM role's ARN, "session NAME/SESSION", …; other spellings as they are.
// The account is named when it is not `home`.
std::string ShortPrincipal(std::string_view principal, std::string_view home);

// The AWS account of an ARN, "" for other texts.
std::string_view AccountOf(std::string_view principal);

}  // namespace whomay::report

#endif  // WHOMAY_LIB_REPORT_PATH_H_

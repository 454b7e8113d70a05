// A diff as a comment on a pull request (GitHub-flavoured Markdown).
//
// Texts come from files that strangers wrote: none of them can end its code span, open a tag or
// mention anybody. Thread safety: pure functions.
#ifndef WHOMAY_LIB_REPORT_DIFF_MARKDOWN_H_
#define WHOMAY_LIB_REPORT_DIFF_MARKDOWN_H_

#include <string>

#include "whomay/answer.h"

namespace whomay::report {

std::string Markdown(const DiffAnswer& answer);

}  // namespace whomay::report

#endif  // WHOMAY_LIB_REPORT_DIFF_MARKDOWN_H_

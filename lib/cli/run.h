// The command line as a function: arguments and streams in, exit code out.
//
// Exit codes: 0 done (can: allowed); 1 can: denied; 2 usage, unreadable input, or a question that
// cannot be answered; 3 can: conditional or unknown, and with --strict any question whose analysis
// is incomplete. Answers go to `out`, all else to `err`. Colour only when `out` is the terminal's
// std::cout and NO_COLOR is not set. Thread safety: reentrant; streams are the caller's.
#ifndef WHOMAY_LIB_CLI_RUN_H_
#define WHOMAY_LIB_CLI_RUN_H_

#include <iosfwd>
#include <span>
#include <string_view>

namespace whomay::cli {

int Run(std::span<const std::string_view> args, std::istream& in, std::ostream& out,
        std::ostream& err);

}  // namespace whomay::cli

#endif  // WHOMAY_LIB_CLI_RUN_H_

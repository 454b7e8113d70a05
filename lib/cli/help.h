// The texts of --help. Thread safety: pure functions.
#ifndef WHOMAY_LIB_CLI_HELP_H_
#define WHOMAY_LIB_CLI_HELP_H_

#include <string>
#include <string_view>

#include "cli/arguments.h"

namespace whomay::cli {

std::string MainHelp();
// Examples and spellings, under a command's options.
std::string CommandFooter(const CommandHelp& command);
// "'x' is no command; the commands are: …"
std::string NoSuchCommand(std::string_view name);

}  // namespace whomay::cli

#endif  // WHOMAY_LIB_CLI_HELP_H_

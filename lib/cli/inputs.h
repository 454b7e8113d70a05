// From -f to an Analyzer. Thread safety: pure functions over the file system.
#ifndef WHOMAY_LIB_CLI_INPUTS_H_
#define WHOMAY_LIB_CLI_INPUTS_H_

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "whomay/analyzer.h"

namespace whomay::cli {

struct InputPath {
  std::string path;  // "-" is standard input
  std::string cluster;
};

// [CLUSTER=]PATH. CLUSTER= counts only if it is a possible cluster name and no file has the whole
// text as its name.
InputPath ParseInputPath(std::string_view text);

// Hands every input to the analyzer. Standard input may be named once.
absl::Status AddInputs(const std::vector<InputPath>& inputs, std::istream& in, Analyzer& analyzer);

}  // namespace whomay::cli

#endif  // WHOMAY_LIB_CLI_INPUTS_H_

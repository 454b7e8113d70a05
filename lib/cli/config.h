// .whomay.yaml: the inputs of a repository, so that questions need no -f.
//
//   inputs:
//   - plan.json                 # relative to the configuration's folder
//   - path: manifests/
//     cluster: shop
//   source_root: terraform/     # as --source-root, for these inputs
//   threshold: medium           # of check; see check_config.h for these
//   baseline: .whomay-baseline.json
//   suppress: […]
//   assertions: […]
//
// Unknown keys are errors with their place. Thread safety: pure functions over the file system.
#ifndef WHOMAY_LIB_CLI_CONFIG_H_
#define WHOMAY_LIB_CLI_CONFIG_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/inputs.h"
#include "whomay/findings.h"

namespace whomay::cli {

struct Config {
  std::vector<InputPath> inputs;  // paths as the working directory sees them
  std::string source_root;        // likewise; "" for none
  CheckOptions check;
  std::string baseline;  // path as the working directory sees it
};

// `text` as the configuration at `path`.
absl::StatusOr<Config> ParseConfig(std::string_view path, std::string text);

// The configuration at `path`; when that is empty, the nearest .whomay.yaml from the working
// directory upwards to the root of the git work tree; NotFound if there is none.
absl::StatusOr<Config> LoadConfig(std::string_view path);

}  // namespace whomay::cli

#endif  // WHOMAY_LIB_CLI_CONFIG_H_

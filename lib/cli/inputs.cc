#include "cli/inputs.h"

#include <algorithm>
#include <filesystem>
#include <istream>
#include <iterator>
#include <utility>

#include "base/strings.h"

namespace whomay::cli {
namespace {

constexpr size_t kMaxClusterName = 100;

// As EKS names clusters: letters, digits, - and _, a letter or digit first.
bool PossibleClusterName(std::string_view name) {
  const auto alphanumeric = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return !name.empty() && name.size() <= kMaxClusterName && alphanumeric(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return alphanumeric(c) || c == '-' || c == '_'; });
}

}  // namespace

InputPath ParseInputPath(std::string_view text) {
  const size_t equals = text.find('=');
  std::error_code ignored;
  if (equals == std::string_view::npos || !PossibleClusterName(text.substr(0, equals)) ||
      std::filesystem::exists(std::filesystem::path(text), ignored)) {
    return {std::string(text), {}};
  }
  return {std::string(text.substr(equals + 1)), std::string(text.substr(0, equals))};
}

absl::Status AddInputs(const std::vector<InputPath>& inputs, std::istream& in, Analyzer& analyzer) {
  bool stdin_read = false;
  for (const InputPath& input : inputs) {
    absl::Status added;
    if (input.path != "-") {
      added = analyzer.AddPath(input.path, input.cluster);
    } else if (std::exchange(stdin_read, true)) {
      added =
          absl::InvalidArgumentError("-f - may be given once: standard input is read to its end");
    } else {
      std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
      added = analyzer.AddText("<stdin>", std::move(text), input.cluster);
    }
    if (!added.ok()) {
      return added;
    }
  }
  return absl::OkStatus();
}

}  // namespace whomay::cli

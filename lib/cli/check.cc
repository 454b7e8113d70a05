#include "cli/check.h"

#include <ctime>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/strings.h"
#include "cli/check_config.h"
#include "cli/config.h"
#include "report/findings.h"

namespace whomay::cli {
namespace {

std::string Today() {
  const std::time_t now = std::time(nullptr);
  std::tm day{};
  gmtime_r(&now, &day);
  char text[16];
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d", &day));
}

absl::Status AddBaseline(const std::string& path, CheckOptions& options) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::InvalidArgumentError(AsAbsl(Concat({"cannot read the baseline ", path})));
  }
  absl::StatusOr<std::vector<Suppression>> baseline =
      ParseBaseline(path, {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
  if (!baseline.ok()) {
    return baseline.status();
  }
  for (Suppression& one : *baseline) {
    options.suppressions.push_back(std::move(one));
  }
  return absl::OkStatus();
}

// The configuration's, with what the command line says instead.
absl::StatusOr<CheckOptions> Options(const Arguments& arguments) {
  absl::StatusOr<Config> config = LoadConfig(arguments.config);
  if (!config.ok() && !(absl::IsNotFound(config.status()) && arguments.config.empty())) {
    return config.status();
  }
  CheckOptions options = config.ok() ? std::move(config->check) : CheckOptions();
  options.today = Today();
  options.cluster = arguments.question.cluster;
  for (const auto severity : {FindingSeverity::kNote, FindingSeverity::kLow,
                              FindingSeverity::kMedium, FindingSeverity::kHigh}) {
    if (arguments.threshold == Name(severity)) {
      options.threshold = severity;
    }
  }
  const std::string baseline = !arguments.baseline.empty() ? arguments.baseline
                               : config.ok()               ? config->baseline
                                                           : std::string();
  // A baseline that is being written for the first time is not there yet.
  if (!baseline.empty() && (arguments.write_baseline != baseline || std::ifstream(baseline))) {
    if (const absl::Status added = AddBaseline(baseline, options); !added.ok()) {
      return added;
    }
  }
  return options;
}

std::string Written(const CheckAnswer& answer, const Analysis& analysis, const Arguments& arguments,
                    bool color) {
  switch (arguments.format) {
    case Format::kJson:
      return report::FindingsJson(answer);
    case Format::kSarif:
      return report::Sarif(answer, analysis.diagnostics());
    case Format::kJunit:
      return report::Junit(answer);
    case Format::kGithub:
      return report::GithubAnnotations(answer);
    case Format::kMarkdown:
      return report::FindingsMarkdown(answer);
    default:  // a table: Parse refuses the others
      break;
  }
  return report::FindingsTable(answer, color, arguments.expand);
}

}  // namespace

absl::StatusOr<Reply> CheckCommand(const Analysis& analysis, const Arguments& arguments,
                                   bool color) {
  const absl::StatusOr<CheckOptions> options = Options(arguments);
  if (!options.ok()) {
    return options.status();
  }
  const CheckAnswer answer = Check(analysis, arguments.world, *options);
  if (!arguments.write_baseline.empty()) {
    std::ofstream file(arguments.write_baseline, std::ios::binary | std::ios::trunc);
    file << WriteBaseline(answer) << std::flush;
    if (!file) {
      return absl::UnavailableError(
          AsAbsl(Concat({"cannot write the baseline ", arguments.write_baseline})));
    }
  }
  const int exit_code = answer.failed && arguments.write_baseline.empty() ? 1 : 0;
  return Reply{Written(answer, analysis, arguments, color), exit_code, answer.incomplete};
}

absl::StatusOr<Reply> RulesCommand(const Arguments& arguments, bool color) {
  std::span<const RuleInfo> rules = Rules();
  if (!arguments.words.empty()) {
    const RuleInfo* rule = FindRule(arguments.words.front());
    if (rule == nullptr) {
      return absl::NotFoundError(
          AsAbsl(Concat({"no rule '", arguments.words.front(), "'; `whomay rules` lists them"})));
    }
    rules = {rule, 1};
  }
  if (arguments.format == Format::kJson) {
    return Reply{report::RulesJson(rules)};
  }
  if (arguments.format == Format::kMarkdown) {
    return Reply{report::RulesMarkdown(rules)};
  }
  return Reply{rules.size() == 1 ? report::RuleText(rules.front(), color)
                                 : report::RuleList(rules, color)};
}

}  // namespace whomay::cli

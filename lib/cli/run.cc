#include "cli/run.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/strings.h"
#include "cli/arguments.h"
#include "cli/check.h"
#include "cli/config.h"
#include "cli/diff.h"
#include "cli/inputs.h"
#include "cli/progress.h"
#include "cli/questions.h"
#include "report/text.h"
#include "whomay/analyzer.h"

namespace whomay::cli {
namespace {

constexpr int kExitFailed = 2;
constexpr int kExitUndecided = 3;
// Diagnostics of one severity that are shown without --verbose.
constexpr int kMaxShown = 10;

using Clock = std::chrono::steady_clock;

bool WantsColor(Color color, const std::ostream& out, const std::ostream& standard,
                int descriptor) {
  if (color != Color::kAuto) {
    return color == Color::kAlways;
  }
  const char* no_color = std::getenv("NO_COLOR");
  return &out == &standard && (no_color == nullptr || *no_color == '\0') && isatty(descriptor) == 1;
}

int Fail(std::ostream& err, const absl::Status& status) {
  const absl::string_view message = status.message();
  err << "whomay: " << std::string_view(message.data(), message.size()) << '\n';
  return kExitFailed;
}

// Those of the command line, else those of the configuration, whose source root then counts too.
absl::StatusOr<std::vector<InputPath>> FindInputs(Arguments& arguments) {
  std::vector<InputPath> inputs;
  for (const std::string& file : arguments.files) {
    inputs.push_back(ParseInputPath(file));
  }
  if (!inputs.empty()) {
    return inputs;
  }
  absl::StatusOr<Config> config = LoadConfig(arguments.config);
  const bool none = absl::IsNotFound(config.status());
  if (!none && !config.ok()) {
    return config.status();
  }
  if (!none && arguments.analyzer.source_root.empty()) {
    arguments.analyzer.source_root = std::move(config->source_root);
  }
  if ((none || config->inputs.empty()) && arguments.command == "check") {
    return std::vector<InputPath>{{".", {}}};  // the whole folder, as a hook without configuration
  }
  if (none) {
    return absl::InvalidArgumentError(
        "no inputs: give -f PATH, or list them under 'inputs' in .whomay.yaml");
  }
  if (config->inputs.empty()) {
    return absl::InvalidArgumentError("the configuration lists no inputs; give -f PATH");
  }
  return std::move(config->inputs);
}

// Charts and overlays that were found and are none of Kubernetes' objects yet: without this line a
// reader would take them for checked.
void PrintLeftOut(const std::vector<Diagnostic>& diagnostics, std::ostream& err) {
  std::set<std::string_view> templates, kustomize;
  for (const Diagnostic& one : diagnostics) {
    if (one.code == "kubernetes.template") {
      templates.insert(one.origin.file);
    } else if (one.code == "kubernetes.kustomize") {
      kustomize.insert(one.origin.file);
    }
  }
  const auto files = [](size_t n, std::string_view what) {
    return std::to_string(n).append(n == 1 ? " file" : " files").append(what);
  };
  if (!templates.empty()) {
    err << "whomay: left out: " << files(templates.size(), " of Helm templates")
        << "; give what `helm template` prints (-v lists them)\n";
  }
  if (!kustomize.empty()) {
    err << "whomay: left out: " << files(kustomize.size(), " of kustomize")
        << "; give what `kubectl kustomize` prints (-v lists them)\n";
  }
}

// Errors and warnings, a few of each; with --verbose all, notes too, with carets.
void PrintDiagnostics(const std::vector<Diagnostic>& diagnostics, bool verbose, bool color,
                      std::ostream& err) {
  std::array<int, 3> shown = {};
  int hidden = 0;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (verbose) {
      err << report::Text(diagnostic, true, color);
    } else if (diagnostic.severity != Diagnostic::Severity::kNote) {
      if (shown[static_cast<size_t>(diagnostic.severity)]++ < kMaxShown) {
        err << report::Text(diagnostic, false, color);
      } else {
        ++hidden;
      }
    }
  }
  if (hidden > 0) {
    err << "whomay: and " << hidden << " more; " << report::Summary(diagnostics)
        << " in all (-v shows them)\n";
  }
  if (!verbose) {
    PrintLeftOut(diagnostics, err);
  }
}

struct Times {
  Clock::time_point begin, read, answered;
};

void PrintStats(const Times& times, const Analysis& analysis, std::ostream& err) {
  const auto ms = [](Clock::duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
  };
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  err << "whomay: read in " << ms(times.read - times.begin) << " ms, answered in "
      << ms(times.answered - times.read) << " ms, peak memory " << usage.ru_maxrss / 1024 << " MB";
  const std::string summary = report::Summary(analysis.diagnostics());
  err << (summary.empty() ? "" : ", ") << summary << '\n';
}

// diff reads more than one world, and may do with the inputs that it names itself.
int AnswerDiff(Arguments& arguments, std::istream& in, std::ostream& out, std::ostream& err) {
  std::vector<InputPath> inputs;
  const bool named = !arguments.words.empty() || !arguments.before.empty();
  if (!named || !arguments.files.empty() || !arguments.config.empty()) {
    absl::StatusOr<std::vector<InputPath>> found = FindInputs(arguments);
    if (!found.ok()) {
      return Fail(err, found.status());
    }
    inputs = *std::move(found);
  }
  const absl::StatusOr<DiffReply> diff =
      Diff(arguments, inputs, in, WantsColor(arguments.color, out, std::cout, STDOUT_FILENO));
  if (!diff.ok()) {
    return Fail(err, diff.status());
  }
  PrintDiagnostics(diff->diagnostics, arguments.verbose,
                   WantsColor(arguments.color, err, std::cerr, STDERR_FILENO), err);
  out << diff->reply.text << std::flush;
  if (!out) {
    return Fail(err, absl::UnavailableError("the answer could not be written"));
  }
  return arguments.strict && diff->reply.incomplete ? kExitUndecided : diff->reply.exit_code;
}

absl::StatusOr<Analysis> ReadInputs(const Arguments& arguments,
                                    const std::vector<InputPath>& inputs, std::istream& in,
                                    std::ostream& err) {
  ProgressLine progress(err, &err == &std::cerr && isatty(STDERR_FILENO) == 1);
  AnalyzerOptions options = arguments.analyzer;
  options.progress = progress.callback();
  Analyzer analyzer(std::move(options));
  if (absl::Status added = AddInputs(inputs, in, analyzer); !added.ok()) {
    return added;
  }
  return std::move(analyzer).Analyze();
}

int Answer(Arguments& arguments, std::istream& in, std::ostream& out, std::ostream& err) {
  Times times;
  times.begin = Clock::now();
  const absl::StatusOr<std::vector<InputPath>> inputs = FindInputs(arguments);
  if (!inputs.ok()) {
    return Fail(err, inputs.status());
  }
  const absl::StatusOr<Analysis> analysis = ReadInputs(arguments, *inputs, in, err);
  if (!analysis.ok()) {
    return Fail(err, analysis.status());
  }
  PrintDiagnostics(analysis->diagnostics(), arguments.verbose,
                   WantsColor(arguments.color, err, std::cerr, STDERR_FILENO), err);
  if (!analysis->nothing_read().empty()) {
    return Fail(err, absl::InvalidArgumentError(AsAbsl(analysis->nothing_read())));
  }
  const Snapshot& snapshot = analysis->snapshot(arguments.world);
  times.read = Clock::now();
  const bool color = WantsColor(arguments.color, out, std::cout, STDOUT_FILENO);
  const absl::StatusOr<Reply> reply = arguments.command == "check"
                                          ? CheckCommand(*analysis, arguments, color)
                                          : Ask(snapshot, arguments, color);
  times.answered = Clock::now();
  if (!reply.ok()) {
    return Fail(err, reply.status());
  }
  out << reply->text << std::flush;
  if (arguments.stats) {
    PrintStats(times, *analysis, err);
  }
  if (!out) {
    return Fail(err, absl::UnavailableError("the answer could not be written"));
  }
  const bool incomplete = reply->incomplete || !analysis->complete();
  return arguments.strict && incomplete ? kExitUndecided : reply->exit_code;
}

// The rules need no inputs.
int AnswerRules(const Arguments& arguments, std::ostream& out, std::ostream& err) {
  const absl::StatusOr<Reply> reply =
      RulesCommand(arguments, WantsColor(arguments.color, out, std::cout, STDOUT_FILENO));
  if (!reply.ok()) {
    return Fail(err, reply.status());
  }
  out << reply->text << std::flush;
  return reply->exit_code;
}

}  // namespace

int Run(std::span<const std::string_view> args, std::istream& in, std::ostream& out,
        std::ostream& err) {
  Parsed parsed = Parse(args);
  if (!parsed.run) {
    (parsed.exit_code == 0 ? out : err) << parsed.text << std::flush;
    return parsed.exit_code;
  }
  if (parsed.arguments.command == "rules") {
    return AnswerRules(parsed.arguments, out, err);
  }
  return parsed.arguments.command == "diff" ? AnswerDiff(parsed.arguments, in, out, err)
                                            : Answer(parsed.arguments, in, out, err);
}

}  // namespace whomay::cli

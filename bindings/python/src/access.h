// Access and Answer: the library as the Python module sees it, without a word of Python.
//
// Access reads inputs and answers questions by name; Answer keeps a typed answer and writes it as
// the command line would. The Python package builds its typed results from Answer::Json(), so that
// there is one contract for all faces. Thread safety: an Access is immutable once loaded and may be
// asked by many threads; Answers are plain values.
#ifndef WHOMAY_BINDINGS_PYTHON_SRC_ACCESS_H_
#define WHOMAY_BINDINGS_PYTHON_SRC_ACCESS_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "whomay/analyzer.h"
#include "whomay/findings.h"
#include "whomay/graph.h"
#include "whomay/migrate.h"

namespace whomay::cli {
struct Config;
}

namespace whomay::python {

// A path, or a text with a name for messages; `cluster` ties manifests to that cluster.
struct Input {
  bool is_text = false;
  std::string name;  // a path, or the text's name
  std::string text;
  std::string cluster;
};

// What `check` found, with the analysis whose diagnostics SARIF tells too.
struct Checked {
  CheckAnswer answer;
  std::shared_ptr<const Analysis> analysis;
};

class Answer {
 public:
  // A further question adds its answer here, its row to kQuestions in access.cc, its class to
  // whomay/results.py and its method to Questions in whomay/analysis.py.
  using Value =
      std::variant<CanAnswer, WhoAnswer, WhatAnswer, WhoamiAnswer, ReachAnswer, PathsAnswer,
                   MatrixAnswer, ListAnswer, DiffAnswer, MigrateAnswer, GraphAnswer, Checked>;

  Answer(Value value, bool why) : value_(std::move(value)), why_(why) {}

  // The JSON contract (whomay.can/1, …).
  std::string Json() const;
  // As the command line prints it.
  std::string Table(bool color, bool expand) const;
  // As the command line writes it with `-o format`; InvalidArgument where it has no such format.
  // "baseline" is what `check --write-baseline` writes.
  absl::StatusOr<std::string> Report(std::string_view format) const;

 private:
  Value value_;
  bool why_;
};

// A configuration (.whomay.yaml): inputs, and what `check` demands and lets pass.
class Configuration {
 public:
  // The file at `path`; "": the nearest one upwards, NotFound if there is none.
  static absl::StatusOr<Configuration> Load(const std::string& path);
  // `text` (YAML, and so JSON) as the configuration at `path`.
  static absl::StatusOr<Configuration> Parse(const std::string& path, const std::string& text);

  // (path, cluster), as the working directory sees them.
  const std::vector<std::pair<std::string, std::string>>& inputs() const { return inputs_; }
  // As the working directory sees them; "": none.
  const std::string& source_root() const { return source_root_; }
  const std::string& baseline() const { return baseline_; }

  // Suppresses what the baseline holds; `path` is for messages.
  absl::Status AddBaseline(const std::string& path, const std::string& text);
  // The suppressions and assertions of another one besides.
  void Add(const Configuration& other);

  CheckOptions& options() { return options_; }
  const CheckOptions& options() const { return options_; }

 private:
  static absl::StatusOr<Configuration> Of(absl::StatusOr<cli::Config> config);
  std::vector<std::pair<std::string, std::string>> inputs_;
  std::string source_root_;
  std::string baseline_;
  CheckOptions options_;
};

class Access {
 public:
  static absl::StatusOr<Access> Load(const std::vector<Input>& inputs,
                                     const AnalyzerOptions& options);

  // `question` is the command of that name; `words` are its words: a principal, then a
  // permission's.
  absl::StatusOr<Answer> Ask(std::string_view question, const std::vector<std::string>& words,
                             const QuestionOptions& options, World world) const;

  // Access gained and lost from this one's `from` to `to` of `other` (this very one for a plan).
  absl::StatusOr<Answer> Diff(World from, const Access& other, World to,
                              const QuestionOptions& options) const;
  Answer Check(World world, const CheckOptions& options) const;

  const std::vector<Diagnostic>& diagnostics() const { return analysis_->diagnostics(); }
  bool complete() const { return analysis_->complete(); }
  bool has_two_worlds() const { return analysis_->has_two_worlds(); }
  const std::string& nothing_read() const { return analysis_->nothing_read(); }

 private:
  explicit Access(Analysis analysis)
      : analysis_(std::make_shared<const Analysis>(std::move(analysis))) {}
  std::shared_ptr<const Analysis> analysis_;
};

// All rules as JSON (whomay.rules/1).
std::string RulesJson();
// One rule as `whomay rules ID` prints it; "" if there is none.
std::string RuleText(std::string_view id);

// One diagnostic as lines for a terminal.
std::string ShowDiagnostic(const Diagnostic& diagnostic);

// The command line in this process: arguments after the program's name; the exit code.
int RunCommand(const std::vector<std::string>& arguments);

}  // namespace whomay::python

#endif  // WHOMAY_BINDINGS_PYTHON_SRC_ACCESS_H_

// Access and Answer: the library as the Python module sees it, without a word of Python.
//
// Access reads inputs and answers questions by name; Answer keeps a typed answer and writes it as
// the command line would. The Python package builds its typed results from Answer::Json(), so that
// there is one contract for all faces. Thread safety: an Access is immutable once loaded and may be
// asked by many threads; Answers are plain values.
#ifndef WHOMAY_BINDINGS_PYTHON_SRC_ACCESS_H_
#define WHOMAY_BINDINGS_PYTHON_SRC_ACCESS_H_

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "whomay/analyzer.h"

namespace whomay::python {

// A path, or a text with a name for messages; `cluster` ties manifests to that cluster.
struct Input {
  bool is_text = false;
  std::string name;  // a path, or the text's name
  std::string text;
  std::string cluster;
};

class Answer {
 public:
  using Value = std::variant<CanAnswer, WhoAnswer, WhatAnswer, WhoamiAnswer, ReachAnswer,
                             PathsAnswer, MatrixAnswer, ListAnswer>;

  Answer(Value value, bool why) : value_(std::move(value)), why_(why) {}

  // The JSON contract (whomay.can/1, …).
  std::string Json() const;
  // As the command line prints it.
  std::string Table(bool color, bool expand) const;

 private:
  Value value_;
  bool why_;
};

class Access {
 public:
  static absl::StatusOr<Access> Load(const std::vector<Input>& inputs,
                                     const AnalyzerOptions& options);

  // `question` is the command of that name; `words` are its words: a principal, then a
  // permission's.
  absl::StatusOr<Answer> Ask(std::string_view question, const std::vector<std::string>& words,
                             const QuestionOptions& options, World world) const;

  const std::vector<Diagnostic>& diagnostics() const { return analysis_.diagnostics(); }
  bool complete() const { return analysis_.complete(); }
  bool has_two_worlds() const { return analysis_.has_two_worlds(); }

 private:
  explicit Access(Analysis analysis) : analysis_(std::move(analysis)) {}
  Analysis analysis_;
};

// One diagnostic as lines for a terminal.
std::string ShowDiagnostic(const Diagnostic& diagnostic);

// The command line in this process: arguments after the program's name; the exit code.
int RunCommand(const std::vector<std::string>& arguments);

}  // namespace whomay::python

#endif  // WHOMAY_BINDINGS_PYTHON_SRC_ACCESS_H_

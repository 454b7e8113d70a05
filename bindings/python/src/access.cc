#include "access.h"

#include <array>
#include <iostream>
#include <span>

#include "cli/run.h"
#include "report/json.h"
#include "report/table.h"
#include "report/text.h"

namespace whomay::python {
namespace {

using Words = std::vector<std::string>;
using Asked = absl::StatusOr<Answer> (*)(const Snapshot&, const Words&, const QuestionOptions&);

struct Question {
  std::string_view name;
  size_t principals;  // words that come before the permission's
  Asked ask;
};

template <typename Value>
absl::StatusOr<Answer> Wrap(absl::StatusOr<Value> value, bool why = false) {
  if (!value.ok()) {
    return value.status();
  }
  return Answer(*std::move(value), why);
}

Words After(const Words& words, size_t n) {
  return {words.begin() + static_cast<std::ptrdiff_t>(n), words.end()};
}

absl::StatusOr<Answer> Can(const Snapshot& s, const Words& w, const QuestionOptions& o) {
  return Wrap(s.Can(w[0], After(w, 1), o));
}
absl::StatusOr<Answer> Why(const Snapshot& s, const Words& w, const QuestionOptions& o) {
  QuestionOptions traced = o;
  traced.trace = true;
  return Wrap(s.Can(w[0], After(w, 1), traced), true);
}
absl::StatusOr<Answer> Who(const Snapshot& s, const Words& w, const QuestionOptions& o) {
  return Wrap(s.Who(w, o));
}
absl::StatusOr<Answer> What(const Snapshot& s, const Words& w, const QuestionOptions& o) {
  return Wrap(s.What(w[0], o));
}
absl::StatusOr<Answer> Whoami(const Snapshot& s, const Words& w, const QuestionOptions& o) {
  return Wrap(s.Whoami(w[0], o));
}
absl::StatusOr<Answer> Reach(const Snapshot& s, const Words& w, const QuestionOptions& o) {
  return Wrap(s.Reach(w[0], o));
}
absl::StatusOr<Answer> Paths(const Snapshot& s, const Words& w, const QuestionOptions& o) {
  return Wrap(s.Paths(w[0], w[1], o));
}
absl::StatusOr<Answer> Matrix(const Snapshot& s, const Words& w, const QuestionOptions& o) {
  return Wrap(s.Matrix(w, o));
}
absl::StatusOr<Answer> List(const Snapshot& s, const Words& w, const QuestionOptions& o) {
  return Wrap(s.List(w[0], o));
}

constexpr std::array<Question, 9> kQuestions = {{{"can", 1, Can},
                                                 {"why", 1, Why},
                                                 {"who", 0, Who},
                                                 {"what", 1, What},
                                                 {"whoami", 1, Whoami},
                                                 {"reach", 1, Reach},
                                                 {"paths", 2, Paths},
                                                 {"matrix", 0, Matrix},
                                                 {"list", 1, List}}};

}  // namespace

std::string Answer::Json() const {
  return std::visit(
      [&](const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, CanAnswer>) {
          return report::Json(value, why_);
        } else {
          return report::Json(value);
        }
      },
      value_);
}

std::string Answer::Table(bool color, bool expand) const {
  const report::TableOptions options{.color = color, .expand = expand, .why = why_};
  return std::visit([&](const auto& value) { return report::Table(value, options); }, value_);
}

absl::StatusOr<Access> Access::Load(const std::vector<Input>& inputs,
                                    const AnalyzerOptions& options) {
  Analyzer analyzer(options);
  for (const Input& input : inputs) {
    const absl::Status added = input.is_text
                                   ? analyzer.AddText(input.name, input.text, input.cluster)
                                   : analyzer.AddPath(input.name, input.cluster);
    if (!added.ok()) {
      return added;
    }
  }
  absl::StatusOr<Analysis> analysis = std::move(analyzer).Analyze();
  if (!analysis.ok()) {
    return analysis.status();
  }
  return Access(*std::move(analysis));
}

absl::StatusOr<Answer> Access::Ask(std::string_view question, const Words& words,
                                   const QuestionOptions& options, World world) const {
  for (const Question& known : kQuestions) {
    if (known.name == question) {
      if (words.size() < known.principals) {
        return absl::InvalidArgumentError("the question names too few principals");
      }
      return known.ask(analysis_.snapshot(world), words, options);
    }
  }
  return absl::InvalidArgumentError("no such question");
}

std::string ShowDiagnostic(const Diagnostic& diagnostic) {
  return report::Text(diagnostic, true, false);
}

int RunCommand(const std::vector<std::string>& arguments) {
  const std::vector<std::string_view> words(arguments.begin(), arguments.end());
  const int code = cli::Run(words, std::cin, std::cout, std::cerr);
  std::cout.flush();
  return code;
}

}  // namespace whomay::python

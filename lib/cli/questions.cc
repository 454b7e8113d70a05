#include "cli/questions.h"

#include <array>
#include <utility>

#include "base/strings.h"
#include "report/json.h"
#include "report/table.h"

namespace whomay::cli {
namespace {

struct Asked {
  const Snapshot& snapshot;
  const Arguments& arguments;
  report::TableOptions table;

  const std::string& word(size_t i) const { return arguments.words[i]; }
  // The words from the i-th on: a permission.
  Snapshot::Words Rest(size_t i) const {
    return {arguments.words.begin() + static_cast<std::ptrdiff_t>(i), arguments.words.end()};
  }
  const QuestionOptions& options() const { return arguments.question; }
};

template <typename Answer>
absl::StatusOr<Reply> Written(const Asked& asked, const absl::StatusOr<Answer>& answer) {
  if (!answer.ok()) {
    return answer.status();
  }
  const bool json = asked.arguments.format == Format::kJson;
  return Reply{json ? report::Json(*answer) : report::Table(*answer, asked.table), 0,
               answer->incomplete};
}

int ExitCode(Decision decision) {
  switch (decision) {
    case Decision::kAllowed:
      return 0;
    case Decision::kDenied:
      return 1;
    case Decision::kConditional:
    case Decision::kUnknown:
      break;
  }
  return 3;
}

absl::StatusOr<Reply> CanOrWhy(const Asked& asked, bool why) {
  QuestionOptions options = asked.options();
  options.trace = why;
  const auto answer = asked.snapshot.Can(asked.word(0), asked.Rest(1), options);
  if (!answer.ok()) {
    return answer.status();
  }
  report::TableOptions table = asked.table;
  table.why = why;
  const bool json = asked.arguments.format == Format::kJson;
  return Reply{json ? report::Json(*answer, why) : report::Table(*answer, table),
               why ? 0 : ExitCode(answer->decision), answer->incomplete};
}

using Question = absl::StatusOr<Reply> (*)(const Asked&);

constexpr std::array<std::pair<std::string_view, Question>, 9> kQuestions = {{
    {"who", [](const Asked& a) { return Written(a, a.snapshot.Who(a.Rest(0), a.options())); }},
    {"can", [](const Asked& a) { return CanOrWhy(a, false); }},
    {"why", [](const Asked& a) { return CanOrWhy(a, true); }},
    {"what", [](const Asked& a) { return Written(a, a.snapshot.What(a.word(0), a.options())); }},
    {"whoami",
     [](const Asked& a) { return Written(a, a.snapshot.Whoami(a.word(0), a.options())); }},
    {"reach", [](const Asked& a) { return Written(a, a.snapshot.Reach(a.word(0), a.options())); }},
    {"paths",
     [](const Asked& a) {
       return Written(a, a.snapshot.Paths(a.word(0), a.word(1), a.options()));
     }},
    {"matrix",
     [](const Asked& a) { return Written(a, a.snapshot.Matrix(a.Rest(0), a.options())); }},
    {"list", [](const Asked& a) { return Written(a, a.snapshot.List(a.word(0), a.options())); }},
}};

}  // namespace

absl::StatusOr<Reply> Ask(const Snapshot& snapshot, const Arguments& arguments, bool color) {
  const Asked asked{snapshot, arguments, {.color = color, .expand = arguments.expand}};
  for (const auto& [name, question] : kQuestions) {
    if (name == arguments.command) {
      return question(asked);
    }
  }
  return absl::InternalError(AsAbsl(Concat({"no question for command ", arguments.command})));
}

}  // namespace whomay::cli

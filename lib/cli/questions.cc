#include "cli/questions.h"

#include <array>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/strings.h"
#include "cli/migrate.h"
#include "report/csv.h"
#include "report/graph.h"
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

// A graph in one of the formats of pictures; nothing for other formats.
std::optional<std::string> Picture(const GraphAnswer& graph, Format format) {
  switch (format) {
    case Format::kDot:
      return report::Dot(graph);
    case Format::kMermaid:
      return report::Mermaid(graph);
    case Format::kGraphMl:
      return report::GraphMl(graph);
    case Format::kCytoscape:
      return report::Cytoscape(graph);
    case Format::kHtml:
      return report::Html(graph);
    default:
      return std::nullopt;
  }
}

template <typename Answer>
std::string Text(const Answer& answer, Format format, const report::TableOptions& table) {
  if constexpr (requires { report::Csv(answer); }) {
    if (format == Format::kCsv) {
      return report::Csv(answer);
    }
  }
  if constexpr (std::is_same_v<Answer, GraphAnswer>) {
    if (std::optional<std::string> picture = Picture(answer, format)) {
      return *std::move(picture);
    }
  } else if constexpr (requires { report::ToGraph(answer); }) {
    if (std::optional<std::string> picture = Picture(report::ToGraph(answer), format)) {
      return *std::move(picture);
    }
  }
  return format == Format::kJson ? report::Json(answer) : report::Table(answer, table);
}

template <typename Answer>
absl::StatusOr<Reply> Written(const Asked& asked, const absl::StatusOr<Answer>& answer) {
  if (!answer.ok()) {
    return answer.status();
  }
  return Reply{Text(*answer, asked.arguments.format, asked.table), 0, answer->incomplete};
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
  const Format format = asked.arguments.format;
  return Reply{format == Format::kJson ? report::Json(*answer, why) : Text(*answer, format, table),
               why ? 0 : ExitCode(answer->decision), answer->incomplete};
}

using Question = absl::StatusOr<Reply> (*)(const Asked&);

constexpr std::array<std::pair<std::string_view, Question>, 11> kQuestions = {{
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
    {"graph",
     [](const Asked& a) {
       const std::string of = a.arguments.words.empty() ? std::string() : a.word(0);
       return Written(a, Graph(a.snapshot, of, a.options()));
     }},
    {"matrix",
     [](const Asked& a) { return Written(a, a.snapshot.Matrix(a.Rest(0), a.options())); }},
    {"migrate",
     [](const Asked& a) {
       return MigrateCommand(a.snapshot, a.arguments, a.options(), a.table.color);
     }},
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

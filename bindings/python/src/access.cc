#include "access.h"

#include <array>
#include <iostream>
#include <span>

#include "base/strings.h"
#include "cli/check_config.h"
#include "cli/config.h"
#include "cli/run.h"
#include "report/csv.h"
#include "report/diff_markdown.h"
#include "report/findings.h"
#include "report/graph.h"
#include "report/json.h"
#include "report/migrate_report.h"
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

absl::StatusOr<Answer> Migrate(const Snapshot& s, const Words&, const QuestionOptions& o) {
  return Wrap(MigrateAwsAuth(s, o));
}

absl::StatusOr<Answer> GraphOf(const Snapshot& s, const Words& w, const QuestionOptions& o) {
  return Wrap(Graph(s, w.empty() ? std::string() : w[0], o));
}

constexpr std::array<Question, 11> kQuestions = {{{"can", 1, Can},
                                                  {"why", 1, Why},
                                                  {"who", 0, Who},
                                                  {"what", 1, What},
                                                  {"whoami", 1, Whoami},
                                                  {"reach", 1, Reach},
                                                  {"paths", 2, Paths},
                                                  {"matrix", 0, Matrix},
                                                  {"list", 1, List},
                                                  {"migrate", 0, Migrate},
                                                  {"graph", 0, GraphOf}}};

using Picture = std::string (*)(const GraphAnswer&);
constexpr std::array<std::pair<std::string_view, Picture>, 5> kPictures = {
    {{"dot", report::Dot},
     {"mermaid", report::Mermaid},
     {"graphml", report::GraphMl},
     {"cytoscape", report::Cytoscape},
     {"html", report::Html}}};

// A graph, or the paths of an answer as one; "" where the format is none of these, or the answer
// has no paths.
std::string PictureOf(const Answer::Value& value, std::string_view format) {
  for (const auto& [name, draw] : kPictures) {
    if (name != format) {
      continue;
    }
    return std::visit(
        [draw = draw](const auto& answer) {
          using Kind = std::decay_t<decltype(answer)>;
          if constexpr (std::is_same_v<Kind, GraphAnswer>) {
            return draw(answer);
          } else if constexpr (requires { report::ToGraph(answer); }) {
            return draw(report::ToGraph(answer));
          } else {
            return std::string();
          }
        },
        value);
  }
  return {};
}

std::string CsvOf(const Answer::Value& value) {
  return std::visit(
      [](const auto& answer) {
        if constexpr (requires { report::Csv(answer); }) {
          return report::Csv(answer);
        } else {
          return std::string();
        }
      },
      value);
}

}  // namespace

std::string Answer::Json() const {
  return std::visit(
      [&](const auto& value) {
        using Kind = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Kind, CanAnswer>) {
          return report::Json(value, why_);
        } else if constexpr (std::is_same_v<Kind, Checked>) {
          return report::FindingsJson(value.answer);
        } else {
          return report::Json(value);
        }
      },
      value_);
}

std::string Answer::Table(bool color, bool expand) const {
  const report::TableOptions options{.color = color, .expand = expand, .why = why_};
  return std::visit(
      [&](const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, Checked>) {
          return report::FindingsTable(value.answer, color, expand);
        } else {
          return report::Table(value, options);
        }
      },
      value_);
}

absl::StatusOr<std::string> Answer::Report(std::string_view format) const {
  if (format == "json") {
    return Json();
  }
  if (format == "table") {
    return Table(false, false);
  }
  if (std::string text = format == "csv" ? CsvOf(value_) : PictureOf(value_, format);
      !text.empty()) {
    return text;
  }
  if (const auto* diff = std::get_if<DiffAnswer>(&value_);
      diff != nullptr && format == "markdown") {
    return report::Markdown(*diff);
  }
  const auto* migrate = std::get_if<MigrateAnswer>(&value_);
  if (migrate != nullptr && format == "terraform") {
    return report::Terraform(*migrate);
  }
  if (migrate != nullptr && format == "cli") {
    return report::AwsCli(*migrate);
  }
  if (const auto* checked = std::get_if<Checked>(&value_)) {
    constexpr std::array<std::pair<std::string_view, std::string (*)(const Checked&)>, 5> kFormats =
        {{{"sarif",
           [](const Checked& c) { return report::Sarif(c.answer, c.analysis->diagnostics()); }},
          {"junit", [](const Checked& c) { return report::Junit(c.answer); }},
          {"github", [](const Checked& c) { return report::GithubAnnotations(c.answer); }},
          {"markdown", [](const Checked& c) { return report::FindingsMarkdown(c.answer); }},
          {"baseline", [](const Checked& c) { return cli::WriteBaseline(c.answer); }}}};
    for (const auto& [name, write] : kFormats) {
      if (name == format) {
        return write(*checked);
      }
    }
  }
  return absl::InvalidArgumentError(AsAbsl(Concat({"this answer has no format ", format})));
}

absl::StatusOr<Configuration> Configuration::Load(const std::string& path) {
  return Of(cli::LoadConfig(path));
}

absl::StatusOr<Configuration> Configuration::Parse(const std::string& path,
                                                   const std::string& text) {
  return Of(cli::ParseConfig(path, text));
}

absl::StatusOr<Configuration> Configuration::Of(absl::StatusOr<cli::Config> config) {
  if (!config.ok()) {
    return config.status();
  }
  Configuration result;
  for (const cli::InputPath& input : config->inputs) {
    result.inputs_.emplace_back(input.path, input.cluster);
  }
  result.source_root_ = std::move(config->source_root);
  result.baseline_ = std::move(config->baseline);
  result.options_ = std::move(config->check);
  return result;
}

absl::Status Configuration::AddBaseline(const std::string& path, const std::string& text) {
  absl::StatusOr<std::vector<Suppression>> baseline = cli::ParseBaseline(path, text);
  if (!baseline.ok()) {
    return baseline.status();
  }
  options_.suppressions.insert(options_.suppressions.end(), baseline->begin(), baseline->end());
  return absl::OkStatus();
}

void Configuration::Add(const Configuration& other) {
  const CheckOptions& more = other.options_;
  options_.suppressions.insert(options_.suppressions.end(), more.suppressions.begin(),
                               more.suppressions.end());
  options_.assertions.insert(options_.assertions.end(), more.assertions.begin(),
                             more.assertions.end());
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
      return known.ask(analysis_->snapshot(world), words, options);
    }
  }
  return absl::InvalidArgumentError("no such question");
}

absl::StatusOr<Answer> Access::Diff(World from, const Access& other, World to,
                                    const QuestionOptions& options) const {
  absl::StatusOr<DiffAnswer> answer =
      whomay::Diff(analysis_->snapshot(from), other.analysis_->snapshot(to), options);
  if (answer.ok()) {
    answer->incomplete = answer->incomplete || !complete() || !other.complete();
  }
  return Wrap(std::move(answer));
}

Answer Access::Check(World world, const CheckOptions& options) const {
  return Answer(Checked{whomay::Check(*analysis_, world, options), analysis_}, false);
}

std::string RulesJson() { return report::RulesJson(Rules()); }

std::string RuleText(std::string_view id) {
  const RuleInfo* rule = FindRule(id);
  return rule == nullptr ? std::string() : report::RuleText(*rule, false);
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

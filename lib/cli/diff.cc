#include "cli/diff.h"

#include <istream>
#include <iterator>
#include <sstream>
#include <string>
#include <utility>

#include "base/strings.h"
#include "report/diff_markdown.h"
#include "report/json.h"
#include "report/table.h"
#include "report/text.h"

namespace whomay::cli {
namespace {

absl::StatusOr<Analysis> Read(const Arguments& arguments, const std::vector<InputPath>& inputs,
                              std::istream& in) {
  Analyzer analyzer(arguments.analyzer);
  if (const absl::Status added = AddInputs(inputs, in, analyzer); !added.ok()) {
    return added;
  }
  absl::StatusOr<Analysis> analysis = std::move(analyzer).Analyze();
  if (!analysis.ok() || analysis->nothing_read().empty()) {
    return analysis;
  }
  for (const Diagnostic& one : analysis->diagnostics()) {
    if (one.severity == Diagnostic::Severity::kError) {
      return absl::InvalidArgumentError(
          AsAbsl(Concat({report::Text(one, false, false), "whomay: ", analysis->nothing_read()})));
    }
  }
  return absl::InvalidArgumentError(AsAbsl(analysis->nothing_read()));
}

std::vector<InputPath> With(std::vector<InputPath> inputs, const std::vector<std::string>& more) {
  for (const std::string& path : more) {
    inputs.push_back(ParseInputPath(path));
  }
  return inputs;
}

std::string NamesOf(const std::vector<std::string>& paths) { return Join(paths, ", "); }

// Equal ones of both sides once.
void Append(const std::vector<Diagnostic>& from, std::vector<Diagnostic>& to) {
  const size_t before = to.size();
  for (const Diagnostic& one : from) {
    bool known = false;
    for (size_t i = 0; i < before && !known; ++i) {
      known = to[i].code == one.code && to[i].message == one.message &&
              to[i].origin.file == one.origin.file && to[i].origin.line == one.origin.line &&
              to[i].origin.column == one.origin.column;
    }
    if (!known) {
      to.push_back(one);
    }
  }
}

DiffReply Written(DiffAnswer answer, const Arguments& arguments, bool color) {
  DiffReply reply;
  switch (arguments.format) {
    case Format::kJson:
      reply.reply.text = report::Json(answer);
      break;
    case Format::kMarkdown:
      reply.reply.text = report::Markdown(answer);
      break;
    default:  // a table: Parse refuses the others
      reply.reply.text =
          report::Table(answer, {.color = color, .expand = arguments.expand, .why = false});
  }
  reply.reply.exit_code = arguments.fail_on_gained && answer.gains() ? 1 : 0;
  reply.reply.incomplete = answer.incomplete;
  return reply;
}

absl::StatusOr<DiffReply> OfPlan(const Arguments& arguments, const std::vector<InputPath>& inputs,
                                 std::istream& in, bool color) {
  const absl::StatusOr<Analysis> analysis = Read(arguments, inputs, in);
  if (!analysis.ok()) {
    return analysis.status();
  }
  if (!analysis->has_two_worlds()) {
    return absl::InvalidArgumentError(
        "nothing here has a before and an after: give a Terraform plan (`terraform show -json "
        "PLANFILE`), or two inputs by --before and --after");
  }
  absl::StatusOr<DiffAnswer> answer = Diff(analysis->snapshot(World::kBefore),
                                           analysis->snapshot(World::kAfter), arguments.question);
  if (!answer.ok()) {
    return answer.status();
  }
  answer->incomplete = answer->incomplete || !analysis->complete();
  DiffReply reply = Written(*std::move(answer), arguments, color);
  Append(analysis->diagnostics(), reply.diagnostics);
  return reply;
}

absl::StatusOr<DiffReply> OfTwo(const Arguments& arguments, const std::vector<InputPath>& common,
                                std::istream& in, bool color) {
  const absl::StatusOr<Analysis> before = Read(arguments, With(common, arguments.before), in);
  if (!before.ok()) {
    return before.status();
  }
  const absl::StatusOr<Analysis> after = Read(arguments, With(common, arguments.after), in);
  if (!after.ok()) {
    return after.status();
  }
  // Of a plan what apply would make: its prior state is what a plan alone is compared with.
  absl::StatusOr<DiffAnswer> answer =
      Diff(before->snapshot(World::kAfter), after->snapshot(World::kAfter), arguments.question);
  if (!answer.ok()) {
    return answer.status();
  }
  answer->before = NamesOf(arguments.before);
  answer->after = NamesOf(arguments.after);
  answer->incomplete = answer->incomplete || !before->complete() || !after->complete();
  DiffReply reply = Written(*std::move(answer), arguments, color);
  Append(before->diagnostics(), reply.diagnostics);
  Append(after->diagnostics(), reply.diagnostics);
  return reply;
}

}  // namespace

absl::StatusOr<DiffReply> Diff(const Arguments& arguments, const std::vector<InputPath>& common,
                               std::istream& in, bool color) {
  const bool two = !arguments.before.empty() || !arguments.after.empty();
  if (two && (arguments.before.empty() || arguments.after.empty())) {
    return absl::InvalidArgumentError("--before and --after go together");
  }
  if (two && !arguments.words.empty()) {
    return absl::InvalidArgumentError(
        "a plan has its own before and after: give either PLAN, or --before and --after");
  }
  return two ? OfTwo(arguments, common, in, color)
             : OfPlan(arguments, With(common, arguments.words), in, color);
}

}  // namespace whomay::cli

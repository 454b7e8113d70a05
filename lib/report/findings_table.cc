#include <algorithm>
#include <array>

#include "report/findings.h"
#include "report/path.h"
#include "report/text.h"

namespace whomay::report {
namespace {

// Columns of explanations.
constexpr size_t kColumns = 96;

Style StyleOf(FindingSeverity severity) {
  switch (severity) {
    case FindingSeverity::kHigh:
      return Style::kRed;
    case FindingSeverity::kMedium:
      return Style::kYellow;
    default:
      return Style::kDim;
  }
}

std::string Where(const Origin& origin) {
  const Place at = PlaceOf(origin);
  if (at.file.empty()) {
    return origin.address;
  }
  std::string place = at.file;
  if (at.line > 0) {
    place += ':' + std::to_string(at.line) + ':' + std::to_string(at.column);
  }
  return place;
}

// Words in lines of kColumns, each line indented.
std::string Wrapped(std::string_view text, size_t indent) {
  std::string out(indent, ' ');
  size_t column = indent;
  while (!text.empty()) {
    const size_t space = std::min(text.find(' '), text.size());
    if (column > indent && column + 1 + space > kColumns) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += text.substr(0, space);
    column += space;
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return out + '\n';
}

void Write(const Finding& finding, bool color, std::string& out) {
  const std::string place = Where(finding.origin);
  if (!place.empty()) {
    out += Styled(Printable(place), Style::kBold, color) + ": ";
  }
  out += Styled(Name(finding.severity), StyleOf(finding.severity), color) + ": ";
  out += Printable(finding.subject) + ": " + Printable(finding.message);
  out += Styled(" [" + finding.rule + "]", Style::kDim, color) + '\n';
  if (!finding.origin.file.empty() && !finding.origin.address.empty() &&
      finding.origin.address != finding.subject) {
    out += "    at " + Printable(finding.origin.address) + '\n';
  }
  if (!finding.path.steps.empty()) {
    out += "    " + PathLine(finding.path, color) + '\n';
  }
  if (finding.suppressed) {
    out += "    suppressed by " + finding.suppressed_by + ": " + Printable(finding.reason) + '\n';
  }
}

}  // namespace

std::string SeverityCounts(const CheckAnswer& answer) {
  std::array<size_t, 4> counts = {};
  for (const Finding& finding : answer.findings) {
    counts[static_cast<size_t>(finding.severity)] += finding.suppressed ? 0 : 1;
  }
  std::string out;
  for (size_t i = counts.size(); i-- > 0;) {
    if (counts[i] > 0) {
      out += (out.empty() ? "" : ", ") + std::to_string(counts[i]) + ' ' +
             Name(static_cast<FindingSeverity>(i));
    }
  }
  return out;
}

std::string FindingsTable(const CheckAnswer& answer, bool color, bool expand) {
  std::string out;
  size_t suppressed = 0;
  for (const Finding& finding : answer.findings) {
    suppressed += finding.suppressed ? 1 : 0;
    if (!finding.suppressed || expand) {
      Write(finding, color, out);
    }
  }
  const std::string counts = SeverityCounts(answer);
  out += out.empty() ? "" : "\n";
  out += counts.empty() ? std::string("no findings") : "findings: " + counts;
  if (suppressed > 0) {
    out += "; " + std::to_string(suppressed) + " suppressed" + (expand ? "" : " (--expand)");
  }
  if (answer.assertions > 0) {
    out += "; " + Count(answer.assertions, "assertion") + " judged";
  }
  out += '\n';
  for (const std::string& note : answer.notes) {
    out += "note: " + Printable(note) + '\n';
  }
  if (answer.incomplete) {
    out += "note: some input could not be read; there may be more\n";
  }
  return out;
}

std::string RuleList(std::span<const RuleInfo> rules, bool color) {
  Grid grid({"RULE", "SEVERITY", "WHAT"});
  for (const RuleInfo& rule : rules) {
    grid.Row({{std::string(rule.id)},
              {Name(rule.severity), StyleOf(rule.severity)},
              {std::string(rule.title)}});
  }
  return grid.ToString(0, color);
}

std::string RuleText(const RuleInfo& rule, bool color) {
  std::string out = Styled(rule.id, Style::kBold, color) + ": " + std::string(rule.title) + " (" +
                    Name(rule.severity) + ")\n\n";
  out += Wrapped(rule.explanation, 2) + "\n";
  out += Wrapped("What to do: " + std::string(rule.remediation), 2);
  out += "  See: " + std::string(rule.reference) + '\n';
  return out;
}

}  // namespace whomay::report

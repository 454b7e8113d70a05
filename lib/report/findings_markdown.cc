// Markdown for comments on pull requests, and the pages of docs/rules.
#include <string>

#include "report/findings.h"
#include "report/path.h"
#include "report/text.h"

namespace whomay::report {
namespace {

// Text that Markdown shall not read: it comes from files that strangers wrote.
std::string Plain(std::string_view text) {
  std::string out;
  for (const char c : Printable(text)) {
    if (std::string_view("\\`*_{}[]<>#|!~").find(c) != std::string_view::npos) {
      out += '\\';
    }
    out += c;
    if (c == '@') {
      out += "\u200B";  // no mention of anybody
    }
  }
  return out;
}

}  // namespace

std::string FindingsMarkdown(const CheckAnswer& answer) {
  const std::string counts = SeverityCounts(answer);
  std::string out = "## whomay: " + (counts.empty() ? std::string("no findings") : counts) + "\n";
  size_t suppressed = 0;
  bool table = false;
  for (const Finding& finding : answer.findings) {
    if (finding.suppressed) {
      ++suppressed;
      continue;
    }
    if (!table) {
      out += "\n| severity | rule | subject | what | where |\n| --- | --- | --- | --- | --- |\n";
      table = true;
    }
    out += "| " + std::string(Name(finding.severity)) + " | " + finding.rule + " | " +
           Plain(finding.subject) + " | " + Plain(finding.message);
    if (!finding.path.steps.empty()) {
      out += "<br>" + Plain(PathLine(finding.path, false));
    }
    out += " | " + (finding.origin.known() ? Plain(PlaceText(finding.origin)) : "") + " |\n";
  }
  if (suppressed > 0) {
    out += "\n" + std::to_string(suppressed) + " suppressed.\n";
  }
  if (answer.incomplete) {
    out += "\nSome input could not be read; there may be more.\n";
  }
  for (const std::string& note : answer.notes) {
    out += "\n- " + Plain(note) + "\n";
  }
  return out;
}

std::string RulesMarkdown(std::span<const RuleInfo> rules) {
  std::string out = "# Rules\n\nWritten by `whomay rules -o markdown`.\n";
  for (const RuleInfo& rule : rules) {
    out += "\n## " + std::string(rule.id) + "\n\n**" + std::string(rule.title) + "** (" +
           Name(rule.severity) + ")\n\n" + std::string(rule.explanation) +
           "\n\nWhat to do: " + std::string(rule.remediation) + "\n\nSee <" +
           std::string(rule.reference) + ">.\n";
  }
  return out;
}

}  // namespace whomay::report

// GitHub's workflow commands: annotations on the files of a pull request.
// Source: GitHub, "Workflow commands for GitHub Actions"; escapes as in actions/toolkit's
// command.ts.
#include <string>

#include "report/findings.h"
#include "report/path.h"
#include "report/text.h"

namespace whomay::report {
namespace {

// A property's value ends at `,` and `:`, data at a line's end.
std::string Escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '%':
        out += "%25";
        break;
      case '\r':
        out += "%0D";
        break;
      case '\n':
        out += "%0A";
        break;
      case ':':
        out += property ? "%3A" : ":";
        break;
      case ',':
        out += property ? "%2C" : ",";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

std::string GithubAnnotations(const CheckAnswer& answer) {
  std::string out;
  for (const Finding& finding : answer.findings) {
    if (finding.suppressed) {
      continue;
    }
    const bool fails = finding.severity >= answer.threshold;
    out += fails ? (finding.severity == FindingSeverity::kHigh ? "::error " : "::warning ")
                 : "::notice ";
    if (const Place place = PlaceOf(finding.origin); !place.file.empty()) {
      // Relative to the repository's root, as GitHub names files.
      const std::string_view file = place.file;
      out +=
          "file=" + Escaped(Printable(file.substr(file.substr(0, 2) == "./" ? 2 : 0)), true) + ',';
      if (place.line > 0) {
        out += "line=" + std::to_string(place.line) + ",col=" + std::to_string(place.column) + ',';
      }
    }
    out += "title=" + Escaped(finding.rule, true) + "::";
    std::string text = Printable(finding.subject) + ": " + Printable(finding.message);
    if (!finding.path.steps.empty()) {
      text += '\n' + PathLine(finding.path, false);
    }
    out += Escaped(text, false) + '\n';
  }
  return out;
}

}  // namespace whomay::report

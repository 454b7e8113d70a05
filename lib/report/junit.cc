// JUnit XML as CI systems read it: one test case for each finding, class its rule, name its
// subject.
#include <string>

#include "report/findings.h"
#include "report/path.h"
#include "report/utf8.h"

namespace whomay::report {
namespace {

// XML 1.0 has no control characters but tab, line feed and carriage return, and no way to write
// them.
std::string Xml(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = DecodeUtf8(text, at);
    const std::string_view bytes = text.substr(at, point.size);
    at += point.size;
    const bool control = point.value < 0x20 && point.value != '\t' && point.value != '\n';
    if (!point.valid || control || point.value == 0x7F || point.value == 0xFFFE ||
        point.value == 0xFFFF) {
      out += "\xEF\xBF\xBD";
    } else if (bytes == "&") {
      out += "&amp;";
    } else if (bytes == "<") {
      out += "&lt;";
    } else if (bytes == ">") {
      out += "&gt;";
    } else if (bytes == "\"") {
      out += "&quot;";
    } else if (bytes == "\n" || bytes == "\t") {
      out += bytes == "\n" ? "&#10;" : "&#9;";
    } else {
      out += bytes;
    }
  }
  return out;
}

}  // namespace

std::string Junit(const CheckAnswer& answer) {
  size_t failures = 0, skipped = 0;
  std::string cases;
  for (const Finding& finding : answer.findings) {
    cases += "    <testcase classname=\"" + Xml(finding.rule) + "\" name=\"" +
             Xml(finding.subject) + "\"";
    if (const Place place = PlaceOf(finding.origin); !place.file.empty()) {
      cases += " file=\"" + Xml(place.file) + "\" line=\"" + std::to_string(place.line) + "\"";
    }
    cases += ">\n";
    if (finding.suppressed) {
      ++skipped;
      cases += "      <skipped message=\"" + Xml(finding.reason) + "\"/>\n";
    } else if (finding.severity >= answer.threshold) {
      ++failures;
      cases += "      <failure type=\"" + std::string(Name(finding.severity)) + "\" message=\"" +
               Xml(finding.message) + "\"/>\n";
    } else {
      cases += "      <system-out>" + Xml(finding.message) + "</system-out>\n";
    }
    cases += "    </testcase>\n";
  }
  size_t tests = answer.findings.size(), errors = 0;
  if (answer.incomplete) {
    ++tests;
    ++errors;
    cases +=
        "    <testcase classname=\"whomay\" name=\"inputs\">\n      <error message=\"some input "
        "could not be read\"/>\n    </testcase>\n";
  }
  if (tests == 0) {
    tests = 1;
    cases = "    <testcase classname=\"whomay\" name=\"check\"/>\n";
  }
  const std::string counts = "tests=\"" + std::to_string(tests) + "\" failures=\"" +
                             std::to_string(failures) + "\" errors=\"" + std::to_string(errors) +
                             "\" skipped=\"" + std::to_string(skipped) + "\"";
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites " + counts +
         ">\n  <testsuite name=\"whomay\" " + counts + ">\n" + cases +
         "  </testsuite>\n</testsuites>\n";
}

}  // namespace whomay::report

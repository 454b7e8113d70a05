// What `whomay check` and `whomay rules` print, one file a format: findings_table.cc,
// findings_json.cc, sarif.cc, junit.cc, github.cc, markdown.cc.
//
// Equal answers give equal bytes: no timestamps, no absolute names beyond those of the inputs.
// Suppressed findings stay visible in JSON, SARIF and JUnit. Thread safety: pure functions.
#ifndef WHOMAY_LIB_REPORT_FINDINGS_H_
#define WHOMAY_LIB_REPORT_FINDINGS_H_

#include <span>
#include <string>
#include <vector>

#include "whomay/diagnostic.h"
#include "whomay/findings.h"

namespace whomay::report {

// "path:line:col: high: message [rule]", the path in one line below, and a summary.
std::string FindingsTable(const CheckAnswer& answer, bool color, bool expand);
// whomay.check/1
std::string FindingsJson(const CheckAnswer& answer);
// SARIF 2.1.0 (OASIS), with what GitHub asks for besides; diagnostics become notifications.
std::string Sarif(const CheckAnswer& answer, const std::vector<Diagnostic>& diagnostics);
// One test case for each rule and subject.
std::string Junit(const CheckAnswer& answer);
// Workflow commands: ::error file=,line=::message
std::string GithubAnnotations(const CheckAnswer& answer);
// A comment for a pull request.
std::string FindingsMarkdown(const CheckAnswer& answer);

// The rules as a list, and each explained; as pages for docs/rules.
std::string RuleList(std::span<const RuleInfo> rules, bool color);
std::string RuleText(const RuleInfo& rule, bool color);
std::string RulesJson(std::span<const RuleInfo> rules);
std::string RulesMarkdown(std::span<const RuleInfo> rules);

// "2 high, 1 low"; of those that are not suppressed.
std::string SeverityCounts(const CheckAnswer& answer);

}  // namespace whomay::report

#endif  // WHOMAY_LIB_REPORT_FINDINGS_H_

// Findings: what is wrong with the access that the inputs give, by rules and by the user's own
// assertions.
//
//   whomay::CheckOptions options;
//   whomay::CheckAnswer answer = whomay::Check(*analysis, whomay::World::kAfter, options);
//   return answer.failed ? 1 : 0;
//
// A finding's fingerprint depends on its rule, its subject and what tells it from others of the
// same subject, never on lines or file names, so that baselines survive edits. Findings are sorted
// by severity, rule, subject. Errors: none; wrong input stands among the analysis' diagnostics.
// Thread safety: plain values and pure functions.
#ifndef WHOMAY_FINDINGS_H_
#define WHOMAY_FINDINGS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "whomay/analyzer.h"
#include "whomay/answer.h"
#include "whomay/export.h"

namespace whomay {

enum class FindingSeverity : uint8_t { kNote, kLow, kMedium, kHigh };
// "note", "low", "medium", "high".
WHOMAY_API const char* Name(FindingSeverity severity);

// A rule, explained. Ids are stable.
struct RuleInfo {
  std::string_view id;
  FindingSeverity severity = FindingSeverity::kMedium;
  std::string_view title;        // one line
  std::string_view explanation;  // one paragraph: what happens, and why it is a problem
  std::string_view remediation;
  std::string_view reference;  // an address
};
// All rules, sorted by id.
WHOMAY_API std::span<const RuleInfo> Rules();
// Null if there is none of this id.
WHOMAY_API const RuleInfo* FindRule(std::string_view id);

struct Finding {
  std::string rule;
  FindingSeverity severity = FindingSeverity::kMedium;
  std::string message;
  std::string subject;  // whose access it is about: a principal, an object's address
  Origin origin;
  Path path;                // how it comes about, where it takes steps; else empty
  std::string fingerprint;  // 16 hexadecimal digits
  // Somebody said that this is as it should be.
  bool suppressed = false;
  std::string suppressed_by;  // "configuration", "comment", "annotation", "baseline"
  std::string reason;
};

// "This is as it should be": all that is set must fit. Texts are globs (`*`, `?`).
struct Suppression {
  std::string rule;         // an id, or a glob of ids
  std::string subject;      // "" fits all
  std::string address;      // Terraform address or "KIND NAMESPACE/NAME"; "" fits all
  std::string fingerprint;  // of baselines; "" fits all
  std::string reason;       // mandatory in every file that brings suppressions
  std::string expires;      // "2027-01-31": it counts up to that day; "" for ever
  std::string by = "configuration";
  Origin origin;
};

// What the user demands of one permission. Principals are globs over the names in answers, or over
// the part of an ARN behind "arn:aws:iam::ACCOUNT:" ("role/shop-*").
struct Assertion {
  std::string name;
  std::vector<std::string> permission;  // its words
  std::string cluster;
  std::string name_space;         // as -n
  std::string account;            // `only` and `never` look at principals of this AWS account alone
  std::vector<std::string> only;  // nobody else may
  std::vector<std::string> never;     // none of these may
  std::vector<std::string> at_least;  // these may
  // An expected decision: of `principal` for `permission`.
  std::string principal;
  std::string decision;
  bool escalate = false;
  std::map<std::string, std::vector<std::string>> context;  // IAM request context, as --context
  Origin origin;
};

struct CheckOptions {
  // Findings at or above fail the check.
  FindingSeverity threshold = FindingSeverity::kMedium;
  std::vector<Suppression> suppressions;
  std::vector<Assertion> assertions;
  std::string today;    // "2026-11-24"; empty: suppressions never expire
  std::string cluster;  // rules look at this cluster only
};

struct CheckAnswer {
  World world = World::kAfter;
  FindingSeverity threshold = FindingSeverity::kMedium;
  std::vector<Finding> findings;  // suppressed ones among them
  size_t assertions = 0;          // how many were judged
  std::vector<std::string> notes;
  bool incomplete = false;
  bool failed = false;  // some finding at or above the threshold is not suppressed
};

WHOMAY_API CheckAnswer Check(const Analysis& analysis, World world, const CheckOptions& options);

}  // namespace whomay

#endif  // WHOMAY_FINDINGS_H_

// A behaviour case: one folder with inputs and a case.yaml that asks questions about them. The
// format is described in CONTRIBUTING.md.
#ifndef WHOMAY_TESTS_CASES_CASE_FILE_H_
#define WHOMAY_TESTS_CASES_CASE_FILE_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "whomay/analyzer.h"

namespace whomay::cases {

struct Input {
  std::string path;  // absolute
  std::string cluster;
};

// The decisions that are accepted, and for whom or what.
struct Expected {
  std::vector<Decision> accepted;
  std::vector<std::string> items;  // permissions of `can`, principals of the others
};

// Of `whoami`: what one cluster must say; only the keys given count.
struct ExpectedIdentity {
  std::map<std::string, std::string> fields;  // cluster, authenticated, username, via, reason
  bool has_groups = false;
  std::vector<std::string> groups;
};

struct Question {
  std::string kind;     // can, who, whoami, reach
  std::string subject;  // a principal, or the permission of `who`
  std::vector<Expected> expected;
  std::string reason;  // of what is denied or unknown
  bool has_identities = false;
  std::vector<ExpectedIdentity> identities;
  std::vector<std::string> variants;  // all when empty
  QuestionOptions options;
  int line = 0;
};

struct Variant {
  std::string name;  // "" when there is but one
  std::vector<Input> inputs;
  World world = World::kAfter;
};

struct Case {
  std::string file;
  std::vector<Variant> variants;
  AnalyzerOptions options;
  std::map<std::string, std::string> aliases;  // another spelling -> the one that the case writes
  std::vector<std::string> diagnostics;        // codes that must be there
  bool complete = true;
  std::vector<Question> questions;
  std::vector<std::string> errors;  // what is wrong with case.yaml itself
};

Case ReadCase(const std::string& file, const std::string& source_dir);

// Cut at blanks; '…' keeps blanks and stands for an empty word when there is nothing inside.
std::vector<std::string> Words(std::string_view text);

}  // namespace whomay::cases

#endif  // WHOMAY_TESTS_CASES_CASE_FILE_H_

// A diff as a reviewer reads it: principals that gain (or lose) the same stand in one block, who
// has it only through another of them is named under that one, and rules that differ in verbs or
// resources alone are one line.
//
// Thread safety: pure functions.
#ifndef WHOMAY_LIB_REPORT_DIFF_BLOCKS_H_
#define WHOMAY_LIB_REPORT_DIFF_BLOCKS_H_

#include <map>
#include <string>
#include <vector>

#include "whomay/answer.h"

namespace whomay::report {

struct DiffLine {
  std::string where;  // "namespace shop", "every namespace and cluster scope", "AWS"
  std::string what;   // "get, list on pods, deployments.apps"; "s3:GetObject on arn:…"
  std::vector<std::string> except;  // the same, of what is not in it
  Decision decision = Decision::kAllowed;
  Decision before = Decision::kDenied, after = Decision::kAllowed;
  std::string reason;
  std::vector<Condition> conditions, conditions_before;
  Path path;
};

struct DiffBlock {
  std::vector<std::string> heads;    // principals, whole
  std::vector<std::string> through;  // principals that have it through these, whole
  std::vector<DiffLine> lines;
};

struct DiffBlocks {
  std::vector<DiffBlock> blocks;
  // Rows that are there only because the principal is new (or gone): collective -> principals.
  std::map<std::string, std::vector<std::string>> only_through;
};

// `expand`: nothing is folded into a collective, no list is cut short.
DiffBlocks ToBlocks(const std::vector<DiffAnswer::Change>& rows, bool expand);

// "if aws:MultiFactorAuthPresent is true", "unknown: hole", "was unknown"; "" when simply allowed.
std::string DecisionText(const DiffLine& line, bool changed);

}  // namespace whomay::report

#endif  // WHOMAY_LIB_REPORT_DIFF_BLOCKS_H_

// DiffQuestion: one permission, asked of some principals in one world of a diff, exactly as `who`
// asks it. DiffPair: in both, and what differs.
//
// Thread safety: as its side.
#ifndef WHOMAY_LIB_QUERY_DIFF_QUESTION_H_
#define WHOMAY_LIB_QUERY_DIFF_QUESTION_H_

#include <memory>
#include <string>
#include <vector>

#include "query/closure.h"
#include "query/diff_side.h"
#include "query/judge.h"

namespace whomay::query {

class DiffQuestion {
 public:
  // `judge` may be null: then nobody may do it.
  DiffQuestion(DiffSide& side, std::unique_ptr<PermissionJudge> judge);
  void Add(const DiffSide::Principal& principal);
  void Solve() { closure_.Solve(); }
  Ask::Verdict Of(const DiffSide::Principal& principal);
  // Paths, and whether the principal has it only as everybody of its sort.
  void Explain(const DiffSide::Principal& principal, DiffAnswer::Change& change);

 private:
  std::string CollectiveOf(const DiffSide::Principal& principal, const Closure::Way& way);

  DiffSide& side_;
  std::unique_ptr<PermissionJudge> judge_;
  Closure closure_;
};

enum class DiffKind : uint8_t { kSame, kGained, kLost, kChanged };

struct DiffPair {
  DiffKind kind = DiffKind::kSame;
  Ask::Verdict before, after;
};

DiffPair Compare(Ask::Verdict before, Ask::Verdict after);
// The row of a principal, its permission and paths apart.
DiffAnswer::Change ToChange(const DiffPair& pair, const DiffSide::Principal& shown);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_DIFF_QUESTION_H_

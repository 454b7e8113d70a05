// diff between any two worlds.
// Thread safety: as AnswerDiff (ask.h).
#ifndef WHOMAY_LIB_QUERY_DIFF_H_
#define WHOMAY_LIB_QUERY_DIFF_H_

#include "absl/status/statusor.h"
#include "query/world.h"
#include "whomay/analyzer.h"

namespace whomay::query {

// `same_facts`: both worlds are of one reading, and share its texts and holes, whatever of its
// facts they leave out or add.
absl::StatusOr<DiffAnswer> CompareWorlds(const World& before, const World& after,
                                         const QuestionOptions& options, bool same_facts);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_DIFF_H_

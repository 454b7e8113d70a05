// What two resource patterns have in common, as patterns again.
//
// Exact: a text is matched by both iff one of the results matches it. Patterns are those of IAM: in
// the first five parts of an ARN wildcards do not cross a colon; `*` alone is everything. Thread
// safety: pure function.
#ifndef WHOMAY_LIB_QUERY_DIFF_MEET_H_
#define WHOMAY_LIB_QUERY_DIFF_MEET_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whomay::query {

// Beyond this many patterns, or steps to find them, there is no answer.
inline constexpr size_t kMaxMeetPatterns = 8;
inline constexpr size_t kMaxMeetSteps = 4096;

std::optional<std::vector<std::string>> MeetPatterns(std::string_view a, std::string_view b);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_DIFF_MEET_H_

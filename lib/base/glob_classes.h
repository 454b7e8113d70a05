// Classes of texts under a set of globs: which of them one text can match together, with a text of
// each class. {"a*", "*b"} has four: neither, the first only, the second only, both ("ab").
//
//   const GlobClasses classes = ClassesOf({{a.code(), false}, {b.code(), false}}, kMaxGlobStates);
//   for (const GlobClass& one : classes.all) { one.Has(0); one.witness; }
//
// Exact: every class that has a text is found, unless the search gives up (`complete` false). The
// search walks the product of the globs' position automata, one text at a time, shortest first.
// Holes in the globs (facts/hole.h) are symbols of their own. Case: a folding glob takes ASCII
// letters in both cases. Source of the method: minterms of symbolic automata; spec/iam.md 6.1.
// Thread safety: pure functions.
#ifndef WHOMAY_LIB_BASE_GLOB_CLASSES_H_
#define WHOMAY_LIB_BASE_GLOB_CLASSES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whomay {

inline constexpr size_t kMaxGlobStates = 20'000;
inline constexpr size_t kMaxGlobClasses = 2'000;

struct GlobCode {
  std::string_view code;  // Glob::code(), and the two tokens below
  bool folds = false;
  // Wildcards that stop at a colon, in the first five parts of an ARN.
  static constexpr char kStarInPart = '\xFD';
  static constexpr char kAnyInPart = '\xF9';
};

struct GlobClass {
  std::vector<uint64_t> members;  // bit i: the texts of this class match glob i
  std::string witness;
  bool Has(size_t glob) const { return (members[glob / 64] >> (glob % 64) & 1) != 0; }
};

struct GlobClasses {
  std::vector<GlobClass> all;
  bool complete = true;
};

// Only classes of texts that match every glob of `within` (indexes); texts of `without` characters
// are left out ("without" holds single bytes, such as ":").
GlobClasses ClassesOf(std::span<const GlobCode> globs, std::span<const size_t> within = {},
                      std::string_view without = {}, size_t max_states = kMaxGlobStates);

}  // namespace whomay

#endif  // WHOMAY_LIB_BASE_GLOB_CLASSES_H_

// Theory: how atoms of one subject hang together. A key has one value (or is absent), so "team is
// a" and "team is b" exclude each other, "team is a" implies "team matches a*"; a hole has one
// text; a set of values satisfies ForAllValues and ForAnyValue as its members do.
//
// For every subject the possible settings of its atoms are enumerated: over classes of texts
// (base/glob_classes.h), over the intervals between the numbers, dates and addresses that occur,
// over true and false. Where that is too much (kMaxTheoryAtoms, kMaxTheorySettings) the atoms count
// as independent: an answer may then stay conditional or unknown, and is never wrong. Thread
// safety: that of the workspace.
#ifndef WHOMAY_LIB_IAM_THEORY_H_
#define WHOMAY_LIB_IAM_THEORY_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "iam/atoms.h"

namespace whomay::iam {

inline constexpr size_t kMaxTheoryAtoms = 48;       // of one subject
inline constexpr size_t kMaxTheorySettings = 1024;  // of one subject
inline constexpr size_t kMaxSearchedLiterals = 12;  // of one subject

// Possible settings of the atoms of one subject: bit i is atom i.
using Settings = std::set<uint64_t>;

// Those with a value (or a non-empty set of values) there, for atoms of one type of operator; empty
// if they are too many. Bits of other atoms are 0.
Settings PresentSettings(const std::vector<const Atom*>& atoms, const std::vector<size_t>& which);

}  // namespace whomay::iam

#endif  // WHOMAY_LIB_IAM_THEORY_H_

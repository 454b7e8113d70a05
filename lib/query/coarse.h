// CoarseSum: what Walk::Coarse makes of a disjunction, without making the disjunction itself.
//
// A state of a large input comes to a grant in hundreds of ways, each under conditions and unknown
// texts of its own; their disjunction has no small diagram in any order of the variables. But what
// of it is certain, and what is possible, is the disjunction of what is certain and possible of its
// parts, as long as no unknown text stands in two of them: then one part's fillings say nothing of
// another's. So parts that share one are joined, and the rest is done part by part. The result is
// the function that Walk::Coarse gives for the whole disjunction.
//
//   CoarseSum sum(walk);
//   sum.Clear();
//   for (…) sum.Add(formulas.And(transition.open, achieve(transition.to)));
//   achieve = sum.Sum(state);
//
// Formulas of one FormulaStore::Mark only. Thread safety: as its Walk.
#ifndef WHOMAY_LIB_QUERY_COARSE_H_
#define WHOMAY_LIB_QUERY_COARSE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "query/walk.h"

namespace whomay::query {

class CoarseSum {
 public:
  explicit CoarseSum(Walk& walk) : walk_(walk) {}

  void Clear() { terms_.clear(); }
  void Add(Formula term) {
    if (term != Formula::kFalse) {
      terms_.push_back(term);
    }
  }
  // Of what was added since Clear, as Walk::Coarse gives it for "ways from" the state.
  Formula Sum(StateId state);

 private:
  struct Part {
    Formula always = Formula::kFalse;  // true whatever the unknown texts are
    // The same, and true for some of them, of those that are possible at all.
    Formula certain = Formula::kFalse, possible = Formula::kFalse;
  };
  using Holes = std::vector<uint32_t>;  // variables, ascending

  // What is in the terms of holes; those of different texts, if they are few.
  const Holes& HolesOf(Formula f);
  bool FewHoles(uint32_t own);
  const Part& PartOf(Formula f);
  Formula PossibleTexts(const Holes& holes);
  void Join();
  uint32_t TextOf(uint32_t hole);
  Formula SumOfParts(uint32_t own);

  Walk& walk_;
  std::vector<Formula> terms_;
  absl::flat_hash_map<StateId, uint32_t> own_;
  absl::flat_hash_map<Formula, Holes> holes_;
  absl::flat_hash_map<Formula, Part> parts_;
  absl::flat_hash_map<Holes, Formula> axioms_;  // of atoms of one text
  absl::flat_hash_map<std::string, uint32_t> texts_;
  std::vector<uint32_t> text_of_;                      // by variable
  std::vector<std::pair<uint32_t, uint32_t>> holder_;  // by text: of which Join, which term
  uint32_t joins_ = 0;
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_COARSE_H_

// Formulas: Boolean functions over numbered variables, kept as reduced ordered decision diagrams,
// so that equality, tautology and satisfiability are exact and cost nothing.
//
// A residual ("allowed iff MFA is present and the trust policy's unknown value admits the caller")
// is such a formula; its variables are the conditions and holes of the policy (iam/atoms.h).
//
//   FormulaStore store;
//   const Formula mfa = store.Variable(0), hole = store.Variable(1);
//   const Formula f = store.Or(store.And(mfa, hole), store.Not(mfa));
//   store.ForAll(f, [](uint32_t v) { return v == 1; });   // what is left to mfa: not mfa
//
// Formulas are plain numbers, equal exactly if the functions are, and belong to the store that made
// them. The store stops growing at kMaxFormulaNodes: from then on every new function is Limit(),
// which absorbs like "unknown" and which limit_hit() reports. Depth is the number of variables;
// nothing recurses over it.
// Thread safety: none; one store per question.
#ifndef WHOMAY_LIB_BASE_FORMULA_H_
#define WHOMAY_LIB_BASE_FORMULA_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace whomay {

enum class Formula : uint32_t { kFalse = 0, kTrue = 1 };

class FormulaStore;  // to be written by its owner, see the class comment

}  // namespace whomay

#endif  // WHOMAY_LIB_BASE_FORMULA_H_

// Formulas over many holes made coarse, so that long walks over inputs that leave much open stay
// small.
#include <string>
#include <vector>

#include "base/strings.h"
#include "query/walk.h"

namespace whomay::query {
namespace {

// Unknown texts that one formula tells apart; what rests on more is a question of "some of them".
constexpr size_t kMaxHoles = 8;

}  // namespace

Formula Walk::Coarse(Formula f, std::string_view about) {
  if (f == Formula::kTrue || f == Formula::kFalse) {
    return f;
  }
  iam::Atom some;
  some.kind = iam::Atom::Kind::kHole;
  some.reason = f == Formula::kLimit ? iam::Reason::kLimit : iam::Reason::kHole;
  some.values = {Concat({"some of ", about})};
  some.text = std::string(about);
  const uint32_t own = static_cast<uint32_t>(workspace_.atoms.Intern(std::move(some)));
  if (f == Formula::kLimit) {
    return workspace_.formulas.Variable(own);
  }
  std::vector<uint32_t> holes;
  bool coarse = false;
  for (const uint32_t variable : workspace_.formulas.Support(f)) {
    if (workspace_.atoms.at(variable).kind == iam::Atom::Kind::kHole) {
      holes.push_back(variable);
      // What was coarse once stays so: a walk that adds to it would else never come to rest.
      coarse = coarse || variable == own;
    }
  }
  if (holes.size() <= kMaxHoles && !coarse) {
    return f;
  }
  FormulaStore& formulas = workspace_.formulas;
  Formula axioms = iam::Axioms(holes, workspace_);
  if (axioms == Formula::kLimit) {
    axioms = Formula::kTrue;
  }
  const Formula certain = formulas.ForAll(formulas.Implies(axioms, f), holes);
  const Formula possible = formulas.Exists(formulas.And(axioms, f), holes);
  return formulas.Or(certain, formulas.And(possible, formulas.Variable(own)));
}

}  // namespace whomay::query

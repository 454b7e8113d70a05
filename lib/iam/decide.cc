// From a formula over atoms to a decision, and to the conditions that a person reads.
#include <algorithm>

#include "iam/atoms.h"

namespace whomay::iam {
namespace {

using Literals = std::vector<FormulaStore::Literal>;

// Variables of one kind of atoms, ascending, and what is true of them.
struct Part {
  std::vector<uint32_t> variables;
  Formula axioms = Formula::kTrue;
};

class Decider {
 public:
  Decider(Formula formula, Workspace& workspace)
      : workspace_(workspace), formulas_(workspace.formulas), formula_(formula) {
    for (const uint32_t variable : formulas_.Support(formula)) {
      part(workspace.atoms.at(variable).kind).variables.push_back(variable);
    }
    for (Part* const one : {&conditions_, &chosen_, &holes_}) {
      one->axioms = Axioms(one->variables, workspace);
      if (one->axioms == Formula::kLimit) {
        one->axioms = Formula::kTrue;  // independent: less is then certain, nothing is wrong
      }
    }
  }

  Verdict Run();

 private:
  Part& part(Atom::Kind kind) {
    return kind == Atom::Kind::kHole ? holes_ : kind == Atom::Kind::kChosen ? chosen_ : conditions_;
  }
  Formula Some(Formula f, const Part& part) {
    return formulas_.Exists(formulas_.And(part.axioms, f), part.variables);
  }
  Formula Every(Formula f, const Part& part) {
    return formulas_.ForAll(formulas_.Implies(part.axioms, f), part.variables);
  }
  bool Possible(Formula f) { return f != Formula::kFalse; }
  Literals Shortest(Formula f, Formula goal, Formula axioms);
  Formula Conjunction(const Literals& literals);
  std::vector<ReadableCondition> Read(const Literals& literals);
  void AddConditions(Formula residual, Verdict& verdict);
  Literals Choice(Formula given);
  void SayWhatIsMissing(Formula possible, Verdict& verdict);

  Workspace& workspace_;
  FormulaStore& formulas_;
  Formula formula_;
  Part conditions_, chosen_, holes_;
};

Formula Decider::Conjunction(const Literals& literals) {
  Formula all = Formula::kTrue;
  for (const FormulaStore::Literal& literal : literals) {
    const Formula variable = formulas_.Variable(literal.variable);
    all = formulas_.And(all, literal.value ? variable : formulas_.Not(variable));
  }
  return all;
}

// Literals of one way to make f true, those left out that the goal can do without.
Literals Decider::Shortest(Formula f, Formula goal, Formula axioms) {
  Literals literals = formulas_.Cube(f);
  // Denials go first: "team is a" says more than "team is not b".
  std::stable_sort(literals.begin(), literals.end(),
                   [](const auto& a, const auto& b) { return a.value < b.value; });
  for (size_t i = 0; i < literals.size();) {
    Literals rest = literals;
    rest.erase(rest.begin() + static_cast<ptrdiff_t>(i));
    const Formula given = formulas_.And(Conjunction(rest), axioms);
    if (formulas_.Implies(given, goal) == Formula::kTrue) {
      literals = std::move(rest);
    } else {
      ++i;
    }
  }
  std::sort(literals.begin(), literals.end(),
            [](const auto& a, const auto& b) { return a.variable < b.variable; });
  return literals;
}

std::vector<ReadableCondition> Decider::Read(const Literals& literals) {
  std::vector<ReadableCondition> conditions;
  for (const FormulaStore::Literal& literal : literals) {
    conditions.push_back(Readable(workspace_.atoms.at(literal.variable), literal.value));
  }
  return conditions;
}

// What the caller chooses so that the formula holds wherever `given` does; nothing if no one choice
// serves everywhere.
Literals Decider::Choice(Formula given) {
  if (chosen_.variables.empty()) {
    return {};
  }
  const Formula wanted = Every(Every(formulas_.Implies(given, formula_), holes_), conditions_);
  const Formula choices = formulas_.And(wanted, chosen_.axioms);
  return Possible(choices) && choices != Formula::kLimit ? Shortest(choices, wanted, chosen_.axioms)
                                                         : Literals();
}

void Decider::AddConditions(Formula residual, Verdict& verdict) {
  std::vector<std::vector<ReadableCondition>> found;
  Formula left = formulas_.And(residual, conditions_.axioms);
  while (Possible(left) && left != Formula::kLimit) {
    if (found.size() == kMaxResiduals) {
      verdict.more = true;
      break;
    }
    const Literals literals = Shortest(left, residual, conditions_.axioms);
    const Formula one = Conjunction(literals);
    found.push_back(Read(literals));
    for (ReadableCondition& choice : Read(Choice(one))) {
      found.back().push_back(std::move(choice));
    }
    left = formulas_.And(left, formulas_.Not(one));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.size() < b.size(); });
  if (!found.empty()) {
    verdict.conditions = std::move(found.front());
    found.erase(found.begin());
  }
  verdict.alternatives = std::move(found);
}

void Decider::SayWhatIsMissing(Formula possible, Verdict& verdict) {
  verdict.reason = Reason::kHole;
  int best = Rank(Reason::kNone);
  for (const uint32_t variable : formulas_.Support(possible)) {
    const Atom& atom = workspace_.atoms.at(variable);
    if (atom.kind != Atom::Kind::kHole) {
      continue;
    }
    if (Rank(atom.reason) < best) {
      best = Rank(atom.reason);
      verdict.reason = atom.reason;
    }
    if (atom.hole != facts::HoleId::kNone) {
      verdict.holes.push_back(atom.hole);
    }
  }
  std::sort(verdict.holes.begin(), verdict.holes.end());
  verdict.holes.erase(std::unique(verdict.holes.begin(), verdict.holes.end()), verdict.holes.end());
}

Verdict Decider::Run() {
  Verdict verdict;
  const auto limit = [&verdict] {
    verdict.decision = Decision::kUnknown;
    verdict.reason = Reason::kLimit;
    return verdict;
  };
  if (formula_ == Formula::kFalse || formula_ == Formula::kTrue) {
    verdict.decision = formula_ == Formula::kTrue ? Decision::kAllowed : Decision::kDenied;
    return verdict;
  }
  if (formula_ == Formula::kLimit) {
    return limit();
  }
  const Formula chosen = Some(formula_, chosen_);  // of conditions and holes
  const Formula possible = Some(chosen, holes_);   // of conditions: for some filling
  const Formula certain = Every(chosen, holes_);   // for all
  const Formula any = Some(possible, conditions_);
  const Formula all = Every(certain, conditions_);
  const Formula sure = Some(certain, conditions_);
  for (const Formula f : {any, all, sure}) {
    if (f == Formula::kLimit) {
      return limit();
    }
  }
  if (any == Formula::kFalse) {
    return verdict;
  }
  if (all == Formula::kTrue) {
    verdict.decision = Decision::kAllowed;
    verdict.conditions = Read(Choice(Formula::kTrue));
    return verdict;
  }
  if (sure == Formula::kTrue) {
    verdict.decision = Decision::kConditional;
    AddConditions(certain, verdict);
    return verdict;
  }
  verdict.decision = Decision::kUnknown;
  SayWhatIsMissing(chosen, verdict);
  if (Every(possible, conditions_) != Formula::kTrue) {
    verdict.conditions =
        Read(Shortest(formulas_.And(possible, conditions_.axioms), possible, conditions_.axioms));
  }
  return verdict;
}

}  // namespace

Verdict Decide(Formula formula, Workspace& workspace) { return Decider(formula, workspace).Run(); }

}  // namespace whomay::iam

// Formulas over many holes made coarse, so that long walks over inputs that leave much open stay
// small.
#include "query/coarse.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/strings.h"

namespace whomay::query {
namespace {

// Unknown texts that one formula tells apart; what rests on more is a question of "some of them".
constexpr size_t kMaxHoles = 8;

bool IsHole(uint32_t variable, const iam::Workspace& workspace) {
  return workspace.atoms.at(variable).kind == iam::Atom::Kind::kHole;
}

// Which possible texts there are, as a formula; independent ones where that is too much to say.
Formula Possible(std::span<const uint32_t> holes, iam::Workspace& workspace) {
  const Formula axioms = iam::Axioms(holes, workspace);
  return axioms == Formula::kLimit ? Formula::kTrue : axioms;
}

Formula WithOwn(Formula certain, Formula possible, uint32_t own, FormulaStore& formulas) {
  return formulas.Or(certain, formulas.And(possible, formulas.Variable(own)));
}

}  // namespace

uint32_t Walk::SomeOf(std::string_view about, iam::Reason reason) {
  iam::Atom some;
  some.kind = iam::Atom::Kind::kHole;
  some.reason = reason;
  some.values = {Concat({"some of ", about})};
  some.text = std::string(about);
  return static_cast<uint32_t>(workspace_.atoms.Intern(std::move(some)));
}

Formula Walk::Coarse(Formula f, std::string_view about) {
  if (f == Formula::kTrue || f == Formula::kFalse) {
    return f;
  }
  if (f == Formula::kLimit) {
    return workspace_.formulas.Variable(SomeOf(about, iam::Reason::kLimit));
  }
  const uint32_t own = SomeOf(about, iam::Reason::kHole);
  std::vector<uint32_t> holes;
  bool coarse = false;
  for (const uint32_t variable : workspace_.formulas.Support(f)) {
    if (IsHole(variable, workspace_)) {
      holes.push_back(variable);
      // What was coarse once stays so: a walk that adds to it would else never come to rest.
      coarse = coarse || variable == own;
    }
  }
  if (holes.size() <= kMaxHoles && !coarse) {
    return f;
  }
  FormulaStore& formulas = workspace_.formulas;
  const Formula axioms = Possible(holes, workspace_);
  const Formula certain = formulas.ForAll(formulas.Implies(axioms, f), holes);
  const Formula possible = formulas.Exists(formulas.And(axioms, f), holes);
  return WithOwn(certain, possible, own, formulas);
}

Formula CoarseSum::Sum(StateId state) {
  std::sort(terms_.begin(), terms_.end());
  terms_.erase(std::unique(terms_.begin(), terms_.end()), terms_.end());
  if (terms_.empty() || terms_.front() == Formula::kTrue) {
    return terms_.empty() ? Formula::kFalse : Formula::kTrue;
  }
  const auto about = [state] {
    return Concat({"ways from ", std::to_string(static_cast<uint32_t>(state))});
  };
  if (terms_.back() == Formula::kLimit) {
    return walk_.Coarse(Formula::kLimit, about());
  }
  const auto [own, added] = own_.try_emplace(state);
  if (added) {
    own->second = walk_.SomeOf(about(), iam::Reason::kHole);
  }
  Formula sum = Formula::kFalse;
  if (FewHoles(own->second)) {
    for (const Formula term : terms_) {
      sum = walk_.workspace().formulas.Or(sum, term);
    }
  } else {
    Join();
    sum = SumOfParts(own->second);
  }
  return sum == Formula::kLimit ? walk_.Coarse(sum, about()) : sum;
}

const CoarseSum::Holes& CoarseSum::HolesOf(Formula f) {
  const auto [at, added] = holes_.try_emplace(f);
  if (added) {
    for (const uint32_t variable : walk_.workspace().formulas.Support(f)) {
      if (IsHole(variable, walk_.workspace())) {
        at->second.push_back(variable);
      }
    }
  }
  return at->second;
}

// So few that nothing has to be made coarse.
bool CoarseSum::FewHoles(uint32_t own) {
  std::vector<uint32_t> all;
  for (const Formula term : terms_) {
    for (const uint32_t hole : HolesOf(term)) {
      if (hole == own) {
        return false;
      }
      if (std::find(all.begin(), all.end(), hole) == all.end()) {
        if (all.size() == kMaxHoles) {
          return false;
        }
        all.push_back(hole);
      }
    }
  }
  return true;
}

const CoarseSum::Part& CoarseSum::PartOf(Formula f) {
  const auto [at, added] = parts_.try_emplace(f);
  Part& part = at->second;
  if (!added) {
    return part;
  }
  const Holes& holes = HolesOf(f);
  if (holes.empty()) {
    part = {f, f, f};
    return part;
  }
  FormulaStore& formulas = walk_.workspace().formulas;
  const Formula axioms = PossibleTexts(holes);
  part.always = formulas.ForAll(f, holes);
  part.certain = formulas.ForAll(formulas.Implies(axioms, f), holes);
  part.possible = formulas.Exists(formulas.And(axioms, f), holes);
  return part;
}

// Which possible texts there are. Most atoms name no text and are independent; those of one text
// stand together in many formulas.
Formula CoarseSum::PossibleTexts(const Holes& holes) {
  std::map<uint32_t, Holes> by_text;
  for (const uint32_t hole : holes) {
    if (!walk_.workspace().atoms.at(hole).key.empty()) {
      by_text[TextOf(hole)].push_back(hole);
    }
  }
  Formula all = Formula::kTrue;
  for (const auto& [text, atoms] : by_text) {
    const auto [at, added] = axioms_.try_emplace(atoms, Formula::kTrue);
    if (added) {
      at->second = Possible(atoms, walk_.workspace());
    }
    all = walk_.workspace().formulas.And(all, at->second);
  }
  return all;
}

// Atoms of one text hang together (iam/theory.h); those that name none stand alone.
uint32_t CoarseSum::TextOf(uint32_t hole) {
  if (hole >= text_of_.size()) {
    text_of_.resize(hole + 1, kNone);
  }
  if (text_of_[hole] == kNone) {
    const iam::Atom& atom = walk_.workspace().atoms.at(hole);
    const std::string text = atom.key.empty()
                                 ? std::to_string(hole)
                                 : Concat({AsciiLower(atom.key), "\n", atom.scope, "\n"});
    text_of_[hole] = texts_.try_emplace(text, static_cast<uint32_t>(texts_.size())).first->second;
    holder_.resize(texts_.size());
  }
  return text_of_[hole];
}

// Makes one term of those that have an unknown text in common.
void CoarseSum::Join() {
  ++joins_;
  std::vector<uint32_t> root(terms_.size());
  const auto root_of = [&](uint32_t term) {
    while (root[term] != term) {
      term = root[term] = root[root[term]];
    }
    return term;
  };
  for (uint32_t i = 0; i < terms_.size(); ++i) {
    root[i] = i;
    for (const uint32_t hole : HolesOf(terms_[i])) {
      auto& [join, holder] = holder_[TextOf(hole)];
      if (join == joins_) {
        root[root_of(i)] = root_of(holder);
      } else {
        join = joins_;
        holder = i;
      }
    }
  }
  FormulaStore& formulas = walk_.workspace().formulas;
  std::vector<Formula> joined(terms_.size(), Formula::kFalse);
  for (uint32_t i = 0; i < terms_.size(); ++i) {
    Formula& whole = joined[root_of(i)];
    whole = formulas.Or(whole, terms_[i]);
  }
  Clear();
  for (const Formula term : joined) {
    Add(term);
  }
}

Formula CoarseSum::SumOfParts(uint32_t own) {
  FormulaStore& formulas = walk_.workspace().formulas;
  if (std::find(terms_.begin(), terms_.end(), Formula::kLimit) != terms_.end()) {
    return Formula::kLimit;
  }
  // behind[i]: what the terms from i on make sure of, whatever the unknown texts are.
  std::vector<Formula> behind(terms_.size() + 1, Formula::kFalse);
  for (size_t i = terms_.size(); i-- > 0;) {
    behind[i] = formulas.Or(behind[i + 1], PartOf(terms_[i]).always);
  }
  Formula before = Formula::kFalse, certain = Formula::kFalse, possible = Formula::kFalse;
  size_t holes = 0;
  bool coarse = false;
  for (size_t i = 0; i < terms_.size(); ++i) {
    const Formula always = PartOf(terms_[i]).always;
    // Where the others are true anyway, this one's texts do not matter.
    Formula& term = terms_[i];
    term = formulas.Or(term, formulas.Or(before, behind[i + 1]));
    before = formulas.Or(before, always);
    const Holes& left = HolesOf(term);
    holes += left.size();
    // What was coarse once stays so: a walk that adds to it would else never come to rest.
    coarse = coarse || std::binary_search(left.begin(), left.end(), own);
    const Part& part = PartOf(term);
    certain = formulas.Or(certain, part.certain);
    possible = formulas.Or(possible, part.possible);
  }
  if (holes > kMaxHoles || coarse) {
    return WithOwn(certain, possible, own, formulas);
  }
  Formula sum = Formula::kFalse;
  for (const Formula term : terms_) {
    sum = formulas.Or(sum, term);
  }
  return sum;
}

}  // namespace whomay::query

// Atoms: what a decision may still depend on, as the numbered variables of formulas
// (base/formula.h).
//
// An atom is one statement about the request or about what the files do not say: "the key
// aws:MultiFactorAuthPresent is true", "this hole's text matches that pattern", "the text of policy
// P, which nobody gave, allows it". Its number in the table is its variable in every formula. Atoms
// of equal content are one atom. Operators are kept in their positive form: StringNotEquals is the
// negation of a StringEquals atom, an IfExists form is that or the key's absence (an atom of
// operator kNull), so that complementary conditions cancel.
//
// Atoms of one key are not independent (a key is not "a" and "b" at once): Decide() knows how
// (theory.h), and reads a formula into a decision.
// Thread safety: none; one table per question, beside its FormulaStore.
#ifndef WHOMAY_LIB_IAM_ATOMS_H_
#define WHOMAY_LIB_IAM_ATOMS_H_

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/formula.h"
#include "facts/hole.h"
#include "iam/reason.h"

namespace whomay::iam {

enum class AtomId : uint32_t {};

// Positive operators. kResource and kPrincipal stand for a match that rests on a key (a policy
// variable in a resource, the session's name); kOpaque for anything without inner structure.
enum class Operator : uint8_t {
  kStringEquals,
  kStringEqualsIgnoreCase,
  kStringLike,
  kNumericEquals,
  kNumericLessThan,
  kNumericLessThanEquals,
  kNumericGreaterThan,
  kNumericGreaterThanEquals,
  kDateEquals,
  kDateLessThan,
  kDateLessThanEquals,
  kDateGreaterThan,
  kDateGreaterThanEquals,
  kBool,
  kBinaryEquals,
  kIpAddress,
  kArnLike,
  kNull,  // the key is absent
  kResource,
  kPrincipal,
  kOpaque,
};

enum class SetMode : uint8_t { kNone, kForAllValues, kForAnyValue };

struct Atom {
  enum class Kind : uint8_t {
    kCondition,  // of the request's context: the world decides
    kChosen,     // what the caller chooses in its own call
    kHole,       // what the files do not say; `reason` tells what is missing
  };
  Kind kind = Kind::kCondition;
  SetMode set = SetMode::kNone;
  Operator op = Operator::kOpaque;
  std::string key;    // as first written; compared without case. Of holes: whose text it is
  std::string scope;  // which request's key, where several have one (context.h)
  std::vector<std::string>
      values;  // sorted; literal texts, for kStringLike and kArnLike glob codes
  // What a value of the key must match (glob code); empty: anything. Part of the theory only.
  std::string within;
  std::vector<std::string> candidates;  // all values that are possible; empty: anything
  bool free = false;            // nothing is known of how it hangs together with other atoms
  bool always_present = false;  // the key is never absent
  facts::HoleId hole = facts::HoleId::kNone;
  Reason reason = Reason::kNone;  // of holes
  std::string text;               // for people: "aws:MultiFactorAuthPresent is true"
};

class AtomTable {
 public:
  // The atom of this content (kind, set, op, key, scope, values, within, hole, reason), made if it
  // is new.
  AtomId Intern(Atom atom);
  const Atom& operator[](AtomId id) const { return atoms_[static_cast<uint32_t>(id)]; }
  const Atom& at(uint32_t variable) const { return atoms_[variable]; }
  size_t size() const { return atoms_.size(); }
  void Clear();

 private:
  std::deque<Atom> atoms_;
  std::unordered_map<std::string, uint32_t> by_content_;
};

// What one question gathers: formulas and what their variables mean. Results of questions that are
// to be combined (along a path, over paths) must come from one workspace.
struct Workspace {
  FormulaStore formulas;
  AtomTable atoms;

  Formula Variable(Atom atom) {
    return formulas.Variable(static_cast<uint32_t>(atoms.Intern(std::move(atom))));
  }
  void Clear() {
    formulas.Clear();
    atoms.Clear();
  }
};

// A condition as reports show it; negations are turned into the operator that says them.
struct ReadableCondition {
  std::string key;
  std::string op;  // "Bool", "StringNotEquals", "ForAnyValue:StringLike" …
  std::vector<std::string> values;
  std::string text;
  bool chosen_by_caller = false;
  friend bool operator==(const ReadableCondition&, const ReadableCondition&) = default;
};

enum class Decision : uint8_t { kDenied, kUnknown, kConditional, kAllowed };

// `allowed`:     true whatever conditions and holes turn out, the caller's choices chosen to fit.
// `conditional`: some setting of the conditions makes it true whatever fills the holes, some does
// not. `unknown`:     it depends on a hole (or a limit was hit). `denied`:      nothing makes it
// true.
struct Verdict {
  Decision decision = Decision::kDenied;
  Reason reason = Reason::kNone;  // of unknown: what is missing
  // A simplest conjunction that makes it true (of allowed: what the caller chooses; of unknown: the
  // holes' atoms left out unless nothing else is there).
  std::vector<ReadableCondition> conditions;
  // Further conjunctions, each sufficient, kMaxResiduals at most; `more` if there were others.
  std::vector<std::vector<ReadableCondition>> alternatives;
  bool more = false;
  std::vector<facts::HoleId> holes;  // that an unknown depends on
};

inline constexpr size_t kMaxResiduals = 8;

Verdict Decide(Formula formula, Workspace& workspace);

// f with what cannot be left out: true at exactly the possible settings of the atoms that f and the
// given others depend on (theory.h). kLimit if that is too large to say.
Formula Axioms(std::span<const uint32_t> variables, Workspace& workspace);

// The atom, or its negation, for people.
ReadableCondition Readable(const Atom& atom, bool value);

}  // namespace whomay::iam

#endif  // WHOMAY_LIB_IAM_ATOMS_H_

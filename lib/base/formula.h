// Formulas: Boolean functions over numbered variables, kept as reduced ordered decision diagrams,
// so that equality, tautology and satisfiability are exact and cost nothing.
//
// A residual ("allowed iff MFA is present and the trust policy's unknown value admits the caller")
// is such a formula; its variables are the conditions and holes of the policy (iam/atoms.h).
//
//   FormulaStore store;
//   const Formula mfa = store.Variable(0), hole = store.Variable(1);
//   const Formula f = store.Or(store.And(mfa, hole), store.Not(mfa));
//   const uint32_t holes[] = {1};
//   store.ForAll(f, holes);   // what is left to mfa: not mfa
//
// Formulas are plain numbers, equal exactly if the functions are, and belong to the store that made
// them. The store stops growing at `max_nodes` (kMaxFormulaNodes): from then on every new function
// is Formula::kLimit, which absorbs as Kleene's "unknown" does (false and limit is false) and which
// limit_hit() reports. Nothing recurses: the depth is the number of variables.
// Source of the method: R. E. Bryant, Graph-Based Algorithms for Boolean Function Manipulation,
// 1986. Thread safety: none; one store per question.
#ifndef WHOMAY_LIB_BASE_FORMULA_H_
#define WHOMAY_LIB_BASE_FORMULA_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace whomay {

enum class Formula : uint32_t { kFalse = 0, kTrue = 1, kLimit = 0xFFFFFFFF };

inline constexpr uint32_t kMaxFormulaNodes = 1u << 18;
inline constexpr uint32_t kMaxFormulaVariable = 0xFFFFFFF0u;

class FormulaStore {
 public:
  explicit FormulaStore(uint32_t max_nodes = kMaxFormulaNodes);
  FormulaStore(FormulaStore&&) = default;
  FormulaStore& operator=(FormulaStore&&) = default;
  FormulaStore(const FormulaStore&) = delete;  // formulas of one mean nothing in another
  FormulaStore& operator=(const FormulaStore&) = delete;

  // The function that is this variable's value.
  Formula Variable(uint32_t variable);
  static Formula Constant(bool value) { return value ? Formula::kTrue : Formula::kFalse; }

  Formula Not(Formula a) { return Ite(a, Formula::kFalse, Formula::kTrue); }
  Formula And(Formula a, Formula b) { return Ite(a, b, Formula::kFalse); }
  Formula Or(Formula a, Formula b) { return Ite(a, Formula::kTrue, b); }
  Formula Implies(Formula a, Formula b) { return Ite(a, b, Formula::kTrue); }
  // If c then t else e.
  Formula Ite(Formula c, Formula t, Formula e);

  // Whether some / every value of the variables (ascending) makes it true, as a function of the
  // rest.
  Formula Exists(Formula f, std::span<const uint32_t> variables);
  Formula ForAll(Formula f, std::span<const uint32_t> variables);
  // f with one variable fixed.
  Formula Restrict(Formula f, uint32_t variable, bool value);

  struct Literal {
    uint32_t variable;
    bool value;
    friend bool operator==(const Literal&, const Literal&) = default;
  };
  // The variables that f depends on, ascending.
  std::vector<uint32_t> Support(Formula f) const;
  // A conjunction of fewest literals on one way through the diagram that makes f true; f
  // satisfiable.
  std::vector<Literal> Cube(Formula f) const;
  // f under one full assignment.
  template <typename ValueOf>  // bool(uint32_t variable)
  bool Value(Formula f, ValueOf value_of) const {
    while (f > Formula::kTrue && f != Formula::kLimit) {
      const Node& node = nodes_[static_cast<uint32_t>(f)];
      f = value_of(node.variable) ? node.high : node.low;
    }
    return f == Formula::kTrue;
  }

  // A function could not be represented; formulas that are kLimit came of it.
  bool limit_hit() const { return limit_hit_; }
  size_t size() const { return nodes_.size(); }
  // Forgets every formula; the memory is kept for the next question.
  void Clear();
  // Forgets the formulas made since Mark() said so; the older ones stay what they are. For many
  // questions over what one walk has found.
  uint32_t Mark() const { return static_cast<uint32_t>(nodes_.size()); }
  void Rewind(uint32_t mark);

 private:
  struct Node {
    uint32_t variable;
    Formula low, high;  // for the variable false, true
  };
  struct Cached {
    Formula c = Formula::kLimit, t = Formula::kLimit, e = Formula::kLimit;
    Formula result = Formula::kFalse;
    uint32_t rewinds = 0;  // how many there had been
  };
  // A step of Ite.
  struct Frame {
    Formula c, t, e;
    uint32_t variable = 0;
    Formula high = Formula::kFalse;
    enum class Stage : uint8_t { kEnter, kHigh, kLow } stage = Stage::kEnter;
  };

  Formula Make(uint32_t variable, Formula low, Formula high);
  // The inner nodes that f is made of, children before parents.
  std::vector<uint32_t> Below(Formula f) const;
  // A node's place in what Below returned last.
  uint32_t PlaceOf(Formula inner) const { return places_[static_cast<uint32_t>(inner)].second; }
  Formula Quantify(Formula f, std::span<const uint32_t> variables, bool exists);
  // Whether no node is needed for it; then what it is.
  static bool Trivial(Formula c, Formula t, Formula e, Formula& result);
  uint32_t TopVariable(Formula f) const;
  Formula Branch(Formula f, uint32_t variable, bool value) const;
  Cached& CacheSlot(Formula c, Formula t, Formula e);
  bool FindCached(Formula c, Formula t, Formula e, Formula& result);
  size_t SlotOf(uint32_t variable, Formula low, Formula high) const;
  void GrowTable() { SetTable(table_.size() < 32 ? 64 : table_.size() * 2); }
  void SetTable(size_t size);

  std::vector<Node> nodes_;      // 0 and 1 are the constants
  std::vector<uint32_t> table_;  // hash-consing: open addressing, 0 is free
  std::vector<Cached> cache_;    // of Ite; direct mapped
  std::vector<Frame> stack_;     // of Ite
  uint32_t max_nodes_;
  uint32_t rewinds_ = 0;
  uint32_t oldest_mark_ = ~uint32_t{0};  // that was rewound to
  // Of the last Below: where a node stands in it, by node, where the number is that of the visit.
  mutable std::vector<std::pair<uint32_t, uint32_t>> places_;
  mutable uint32_t visit_ = 0;
  bool limit_hit_ = false;
};

}  // namespace whomay

#endif  // WHOMAY_LIB_BASE_FORMULA_H_

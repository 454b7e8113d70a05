#include "base/formula.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace whomay {
namespace {

constexpr uint32_t Index(Formula f) { return static_cast<uint32_t>(f); }
constexpr bool IsConstant(Formula f) { return f == Formula::kFalse || f == Formula::kTrue; }
constexpr bool IsInner(Formula f) { return !IsConstant(f) && f != Formula::kLimit; }

constexpr uint64_t Mix(uint64_t a, uint64_t b) {
  uint64_t hash = (a ^ (b * 0x9e3779b97f4a7c15u)) * 0xff51afd7ed558ccdu;
  return hash ^ (hash >> 32);
}

}  // namespace

FormulaStore::FormulaStore(uint32_t max_nodes) : max_nodes_(max_nodes) { Clear(); }

void FormulaStore::Clear() {
  nodes_.clear();
  nodes_.push_back({kMaxFormulaVariable, Formula::kFalse, Formula::kFalse});
  nodes_.push_back({kMaxFormulaVariable, Formula::kTrue, Formula::kTrue});
  std::fill(table_.begin(), table_.end(), 0);
  std::fill(cache_.begin(), cache_.end(), Cached());
  limit_hit_ = false;
}

Formula FormulaStore::Variable(uint32_t variable) {
  return Make(variable, Formula::kFalse, Formula::kTrue);
}

void FormulaStore::Rewind(uint32_t mark) {
  if (mark >= nodes_.size()) {
    return;
  }
  nodes_.resize(mark);
  size_t size = 64;
  while (size < nodes_.size() * size_t{4}) {
    size *= 2;
  }
  SetTable(size);
  limit_hit_ = false;
}

void FormulaStore::SetTable(size_t size) {
  table_.assign(size, 0);
  cache_.assign(size, Cached());
  for (uint32_t i = 2; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    size_t slot =
        Mix(node.variable, uint64_t{Index(node.low)} << 32 | Index(node.high)) & (size - 1);
    while (table_[slot] != 0) {
      slot = (slot + 1) & (size - 1);
    }
    table_[slot] = i;
  }
}

Formula FormulaStore::Make(uint32_t variable, Formula low, Formula high) {
  if (low == high) {
    return low;
  }
  if (low == Formula::kLimit || high == Formula::kLimit) {
    return Formula::kLimit;
  }
  if (nodes_.size() * 2 >= table_.size()) {
    GrowTable();
  }
  const size_t mask = table_.size() - 1;
  size_t slot = Mix(variable, uint64_t{Index(low)} << 32 | Index(high)) & mask;
  for (; table_[slot] != 0; slot = (slot + 1) & mask) {
    const Node& node = nodes_[table_[slot]];
    if (node.variable == variable && node.low == low && node.high == high) {
      return static_cast<Formula>(table_[slot]);
    }
  }
  if (nodes_.size() >= max_nodes_) {
    limit_hit_ = true;
    return Formula::kLimit;
  }
  table_[slot] = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back({variable, low, high});
  return static_cast<Formula>(nodes_.size() - 1);
}

bool FormulaStore::Trivial(Formula c, Formula t, Formula e, Formula& result) {
  if (c == Formula::kTrue || t == e) {
    result = t;
  } else if (c == Formula::kFalse) {
    result = e;
  } else if (c == Formula::kLimit || t == Formula::kLimit || e == Formula::kLimit) {
    result = Formula::kLimit;
  } else if (t == Formula::kTrue && e == Formula::kFalse) {
    result = c;
  } else {
    return false;
  }
  return true;
}

uint32_t FormulaStore::TopVariable(Formula f) const { return nodes_[Index(f)].variable; }

Formula FormulaStore::Branch(Formula f, uint32_t variable, bool value) const {
  const Node& node = nodes_[Index(f)];
  return node.variable != variable ? f : value ? node.high : node.low;
}

FormulaStore::Cached& FormulaStore::CacheSlot(Formula c, Formula t, Formula e) {
  return cache_[Mix(uint64_t{Index(c)} << 32 | Index(t), Index(e)) & (cache_.size() - 1)];
}

Formula FormulaStore::Ite(Formula condition, Formula then, Formula otherwise) {
  struct Frame {
    Formula c, t, e;
    uint32_t variable = 0;
    Formula high = Formula::kFalse;
    enum class Stage : uint8_t { kEnter, kHigh, kLow } stage = Stage::kEnter;
  };
  Formula result = Formula::kFalse;
  if (Trivial(condition, then, otherwise, result)) {
    return result;
  }
  std::vector<Frame> stack;
  stack.push_back({condition, then, otherwise});
  while (!stack.empty()) {
    Frame& frame = stack.back();
    switch (frame.stage) {
      case Frame::Stage::kEnter: {
        if (Trivial(frame.c, frame.t, frame.e, result)) {
          stack.pop_back();
          break;
        }
        const Cached& cached = CacheSlot(frame.c, frame.t, frame.e);
        if (cached.key_a == (uint64_t{Index(frame.c)} << 32 | Index(frame.t)) &&
            cached.key_b == Index(frame.e)) {
          result = cached.result;
          stack.pop_back();
          break;
        }
        const uint32_t v =
            std::min({TopVariable(frame.c), TopVariable(frame.t), TopVariable(frame.e)});
        frame.variable = v;
        frame.stage = Frame::Stage::kHigh;
        stack.push_back(
            {Branch(frame.c, v, true), Branch(frame.t, v, true), Branch(frame.e, v, true)});
        break;
      }
      case Frame::Stage::kHigh: {
        const uint32_t v = frame.variable;
        frame.high = result;
        frame.stage = Frame::Stage::kLow;
        stack.push_back(
            {Branch(frame.c, v, false), Branch(frame.t, v, false), Branch(frame.e, v, false)});
        break;
      }
      case Frame::Stage::kLow: {
        result = Make(frame.variable, result, frame.high);
        CacheSlot(frame.c, frame.t, frame.e) = {uint64_t{Index(frame.c)} << 32 | Index(frame.t),
                                                Index(frame.e), result};
        stack.pop_back();
        break;
      }
    }
  }
  return result;
}

// Children are made before their parents: ascending numbers are an order from the leaves up. Costs
// what f is made of, not what the store holds.
std::vector<uint32_t> FormulaStore::Below(Formula f) const {
  std::vector<uint32_t> found;
  if (!IsInner(f)) {
    return found;
  }
  std::unordered_set<uint32_t> seen = {Index(f)};
  found.push_back(Index(f));
  for (size_t next = 0; next < found.size(); ++next) {
    const Node& node = nodes_[found[next]];
    for (const Formula child : {node.low, node.high}) {
      if (IsInner(child) && seen.insert(Index(child)).second) {
        found.push_back(Index(child));
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

Formula FormulaStore::Quantify(Formula f, std::span<const uint32_t> variables, bool exists) {
  if (!IsInner(f)) {
    return f;
  }
  std::unordered_map<uint32_t, Formula> made = {{0, Formula::kFalse}, {1, Formula::kTrue}};
  for (const uint32_t i : Below(f)) {
    const Node node = nodes_[i];  // a copy: the store grows below
    const Formula low = made[Index(node.low)], high = made[Index(node.high)];
    Formula result;
    if (std::binary_search(variables.begin(), variables.end(), node.variable)) {
      result = exists ? Or(low, high) : And(low, high);
    } else {
      result = Ite(Variable(node.variable), high, low);
    }
    made[i] = result;
  }
  return made[Index(f)];
}

Formula FormulaStore::Exists(Formula f, std::span<const uint32_t> variables) {
  return Quantify(f, variables, true);
}

Formula FormulaStore::ForAll(Formula f, std::span<const uint32_t> variables) {
  return Quantify(f, variables, false);
}

Formula FormulaStore::Restrict(Formula f, uint32_t variable, bool value) {
  if (!IsInner(f)) {
    return f;
  }
  std::unordered_map<uint32_t, Formula> made = {{0, Formula::kFalse}, {1, Formula::kTrue}};
  for (const uint32_t i : Below(f)) {
    const Node node = nodes_[i];
    const Formula low = made[Index(node.low)], high = made[Index(node.high)];
    made[i] = node.variable == variable ? (value ? high : low) : Make(node.variable, low, high);
  }
  return made[Index(f)];
}

std::vector<uint32_t> FormulaStore::Support(Formula f) const {
  std::vector<uint32_t> variables;
  for (const uint32_t i : Below(f)) {
    variables.push_back(nodes_[i].variable);
  }
  std::sort(variables.begin(), variables.end());
  variables.erase(std::unique(variables.begin(), variables.end()), variables.end());
  return variables;
}

std::vector<FormulaStore::Literal> FormulaStore::Cube(Formula f) const {
  constexpr uint32_t kNever = ~uint32_t{0} / 2;
  std::vector<Literal> cube;
  std::unordered_map<uint32_t, uint32_t> cost = {{0, kNever}, {1, 0}};
  for (const uint32_t i : Below(f)) {
    cost[i] = 1 + std::min(cost[Index(nodes_[i].low)], cost[Index(nodes_[i].high)]);
  }
  while (IsInner(f)) {
    const Node& node = nodes_[Index(f)];
    const bool high = cost[Index(node.high)] <= cost[Index(node.low)];
    cube.push_back({node.variable, high});
    f = high ? node.high : node.low;
  }
  return cube;
}

}  // namespace whomay

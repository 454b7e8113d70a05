#include "base/formula.h"

#include <algorithm>

namespace whomay {
namespace {

constexpr uint32_t Index(Formula f) { return static_cast<uint32_t>(f); }
constexpr bool IsConstant(Formula f) { return f == Formula::kFalse || f == Formula::kTrue; }
constexpr bool IsInner(Formula f) { return !IsConstant(f) && f != Formula::kLimit; }

// Results of Ite that are kept; more would be cleared, and missed in the processor's caches, more
// often than they help.
constexpr size_t kMaxCached = 1u << 16;

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
  rewinds_ = 0;
  oldest_mark_ = ~uint32_t{0};
  limit_hit_ = false;
}

Formula FormulaStore::Variable(uint32_t variable) {
  return Make(variable, Formula::kFalse, Formula::kTrue);
}

void FormulaStore::Rewind(uint32_t mark) {
  if (mark >= nodes_.size()) {
    return;
  }
  // The last one in goes out first: no other's way to its slot leads over that one's.
  while (nodes_.size() > mark) {
    const Node& node = nodes_.back();
    table_[SlotOf(node.variable, node.low, node.high)] = 0;
    nodes_.pop_back();
  }
  ++rewinds_;
  oldest_mark_ = std::min(oldest_mark_, mark);
  limit_hit_ = false;
}

void FormulaStore::SetTable(size_t size) {
  table_.assign(size, 0);
  cache_.assign(std::min(size, kMaxCached), Cached());
  for (uint32_t i = 2; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    table_[SlotOf(node.variable, node.low, node.high)] = i;
  }
}

// Where the node stands, or would be put.
size_t FormulaStore::SlotOf(uint32_t variable, Formula low, Formula high) const {
  const size_t mask = table_.size() - 1;
  size_t slot = Mix(variable, uint64_t{Index(low)} << 32 | Index(high)) & mask;
  for (; table_[slot] != 0; slot = (slot + 1) & mask) {
    const Node& node = nodes_[table_[slot]];
    if (node.variable == variable && node.low == low && node.high == high) {
      break;
    }
  }
  return slot;
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
  const size_t slot = SlotOf(variable, low, high);
  if (table_[slot] != 0) {
    return static_cast<Formula>(table_[slot]);
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

bool FormulaStore::FindCached(Formula c, Formula t, Formula e, Formula& result) {
  const Cached& cached = CacheSlot(c, t, e);
  if (cached.c != c || cached.t != t || cached.e != e) {
    return false;
  }
  // After a Rewind only what is older than any mark means the same as then.
  if (cached.rewinds != rewinds_ && Index(std::max({c, t, e, cached.result})) >= oldest_mark_) {
    return false;
  }
  result = cached.result;
  return true;
}

Formula FormulaStore::Ite(Formula condition, Formula then, Formula otherwise) {
  Formula result = Formula::kFalse;
  if (Trivial(condition, then, otherwise, result)) {
    return result;
  }
  if (table_.empty()) {
    GrowTable();
  }
  if (FindCached(condition, then, otherwise, result)) {
    return result;
  }
  std::vector<Frame>& stack = stack_;
  stack.assign(1, {condition, then, otherwise});
  while (!stack.empty()) {
    Frame& frame = stack.back();
    switch (frame.stage) {
      case Frame::Stage::kEnter: {
        if (Trivial(frame.c, frame.t, frame.e, result) ||
            FindCached(frame.c, frame.t, frame.e, result)) {
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
        CacheSlot(frame.c, frame.t, frame.e) = {frame.c, frame.t, frame.e, result, rewinds_};
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
  if (++visit_ == 0) {
    places_.clear();
    visit_ = 1;
  }
  places_.resize(nodes_.size());
  places_[Index(f)].first = visit_;
  found.push_back(Index(f));
  for (size_t next = 0; next < found.size(); ++next) {
    const Node& node = nodes_[found[next]];
    for (const Formula child : {node.low, node.high}) {
      if (IsInner(child) && places_[Index(child)].first != visit_) {
        places_[Index(child)].first = visit_;
        found.push_back(Index(child));
      }
    }
  }
  std::sort(found.begin(), found.end());
  for (uint32_t i = 0; i < found.size(); ++i) {
    places_[found[i]].second = i;
  }
  return found;
}

Formula FormulaStore::Quantify(Formula f, std::span<const uint32_t> variables, bool exists) {
  const std::vector<uint32_t> below = Below(f);
  std::vector<Formula> made;
  const auto made_of = [&](Formula child) { return IsInner(child) ? made[PlaceOf(child)] : child; };
  for (const uint32_t i : below) {
    const Node node = nodes_[i];  // a copy: the store grows below
    const Formula low = made_of(node.low), high = made_of(node.high);
    if (std::binary_search(variables.begin(), variables.end(), node.variable)) {
      made.push_back(exists ? Or(low, high) : And(low, high));
    } else {
      made.push_back(Ite(Variable(node.variable), high, low));
    }
  }
  return made_of(f);
}

Formula FormulaStore::Exists(Formula f, std::span<const uint32_t> variables) {
  return Quantify(f, variables, true);
}

Formula FormulaStore::ForAll(Formula f, std::span<const uint32_t> variables) {
  return Quantify(f, variables, false);
}

Formula FormulaStore::Restrict(Formula f, uint32_t variable, bool value) {
  const std::vector<uint32_t> below = Below(f);
  std::vector<Formula> made;
  const auto made_of = [&](Formula child) { return IsInner(child) ? made[PlaceOf(child)] : child; };
  for (const uint32_t i : below) {
    const Node node = nodes_[i];
    const Formula low = made_of(node.low), high = made_of(node.high);
    made.push_back(node.variable == variable ? (value ? high : low)
                                             : Make(node.variable, low, high));
  }
  return made_of(f);
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
  std::vector<uint32_t> cost;
  const auto cost_of = [&](Formula child) {
    return IsInner(child) ? cost[PlaceOf(child)] : child == Formula::kTrue ? 0 : kNever;
  };
  for (const uint32_t i : Below(f)) {
    cost.push_back(1 + std::min(cost_of(nodes_[i].low), cost_of(nodes_[i].high)));
  }
  while (IsInner(f)) {
    const Node& node = nodes_[Index(f)];
    const bool high = cost_of(node.high) <= cost_of(node.low);
    cube.push_back({node.variable, high});
    f = high ? node.high : node.low;
  }
  return cube;
}

}  // namespace whomay

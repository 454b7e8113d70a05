#include "rbac/aggregation_cycles.h"

#include <algorithm>
#include <bit>

#include "source/limits.h"

namespace whomay::rbac {
namespace {

using facts::HoleId;

// A set of rules for each node.
class RuleSets {
 public:
  RuleSets(size_t nodes, size_t words) : words_(words), bits_(nodes * words) {}
  std::span<uint64_t> operator[](uint32_t node) { return {bits_.data() + node * words_, words_}; }

 private:
  size_t words_;
  std::vector<uint64_t> bits_;
};

void Unite(std::span<uint64_t> to, std::span<const uint64_t> from) {
  for (size_t w = 0; w < to.size(); ++w) {
    to[w] |= from[w];
  }
}

std::vector<uint32_t> Numbers(std::span<const uint64_t> set, std::span<const uint64_t> without) {
  std::vector<uint32_t> numbers;
  for (size_t w = 0; w < set.size(); ++w) {
    for (uint64_t rest = without.empty() ? set[w] : set[w] & ~without[w]; rest != 0;
         rest &= rest - 1) {
      numbers.push_back(static_cast<uint32_t>(w * 64 + std::countr_zero(rest)));
    }
  }
  return numbers;
}

class Cycles {
 public:
  Cycles(std::span<const CycleNode> nodes, size_t words)
      : nodes_(nodes),
        words_(words),
        own_(nodes.size(), words),
        keeps_(nodes.size(), words),
        certain_(nodes.size(), words),
        reach_(nodes.size(), words),
        outcomes_(nodes.size()) {}

  bool Resolve(std::span<const std::vector<uint32_t>> components);
  std::vector<CycleOutcome> Outcomes();

 private:
  // Steps over the component until no node's set changes; false if that takes too much.
  void Start(uint32_t node);
  template <typename Step>
  bool Repeat(const std::vector<uint32_t>& component, Step step);
  bool Narrow(uint32_t node);
  bool Spread(uint32_t node);
  void Reach(const std::vector<uint32_t>& component);
  void Possible(uint32_t node, bool cycle);
  bool Decided(uint32_t node) const {
    return outcomes_[node].hole == HoleId::kNone && outcomes_[node].open == HoleId::kNone &&
           !outcomes_[node].limited;
  }

  std::span<const CycleNode> nodes_;
  size_t words_;
  RuleSets own_;
  RuleSets keeps_;    // T of the banner: by node, the rules for which it is in T
  RuleSets certain_;  // always
  RuleSets reach_;    // may stand there at some time
  std::vector<CycleOutcome> outcomes_;
  size_t work_ = 0;
};

template <typename Step>
bool Cycles::Repeat(const std::vector<uint32_t>& component, Step step) {
  for (bool changed = true; changed;) {
    changed = false;
    for (const uint32_t node : component) {
      work_ += (nodes_[node].members.size() + nodes_[node].maybe.size() + 1) * words_;
      if (work_ > source::kMaxCycleWords) {
        return false;
      }
      changed = step(node) || changed;
    }
    changed = changed && component.size() > 1;
  }
  return true;
}

// Takes the node out of T for the rules that a sync could lose. True if it changed.
bool Cycles::Narrow(uint32_t node) {
  const CycleNode& role = nodes_[node];
  if (!role.aggregates) {
    return false;
  }
  bool changed = false;
  const std::span<uint64_t> keeps = keeps_[node];
  for (size_t w = 0; w < words_; ++w) {
    uint64_t one = 0, all = role.limited ? 0 : ~uint64_t{0};
    for (const uint32_t member : role.members) {
      one |= keeps_[member][w] & own_[member][w];
      all &= keeps_[member][w];
    }
    for (const uint32_t member : role.maybe) {
      all &= keeps_[member][w];
    }
    const uint64_t left = keeps[w] & (one | all);
    changed = changed || left != keeps[w];
    keeps[w] = left;
  }
  return changed;
}

// Members hand on what they always have. True if the node got something.
bool Cycles::Spread(uint32_t node) {
  bool changed = false;
  const std::span<uint64_t> to = certain_[node];
  for (const uint32_t member : nodes_[node].members) {
    const std::span<const uint64_t> from = certain_[member];
    for (size_t w = 0; w < words_; ++w) {
      changed = changed || (from[w] & ~to[w]) != 0;
      to[w] |= from[w];
    }
  }
  return changed;
}

// What could ever stand in the roles of the component, and what keeps the outcome from being exact.
void Cycles::Reach(const std::vector<uint32_t>& component) {
  CycleOutcome shared;
  std::vector<uint64_t> reached(words_);
  const auto inherit = [&](bool limited, HoleId hole, HoleId open) {
    shared.limited = shared.limited || limited;
    shared.hole = shared.hole == HoleId::kNone ? hole : shared.hole;
    shared.open = shared.open == HoleId::kNone ? open : shared.open;
  };
  for (const uint32_t node : component) {
    const CycleNode& role = nodes_[node];
    inherit(role.limited, role.hole, role.open);
    Unite(reached, own_[node]);
    for (const auto* list : {&role.members, &role.maybe}) {
      for (const uint32_t member : *list) {
        const CycleOutcome& outcome = outcomes_[member];
        inherit(outcome.limited, outcome.hole, outcome.open);
        Unite(reached, reach_[member]);
      }
    }
  }
  for (const uint32_t node : component) {
    outcomes_[node] = shared;
    std::copy(reached.begin(), reached.end(), reach_[node].begin());
  }
}

// What the role ends with in some order; an upper bound where holes are involved. Into `keeps_`.
void Cycles::Possible(uint32_t node, bool cycle) {
  const std::span<uint64_t> possible = keeps_[node];
  const std::span<const uint64_t> from = cycle || !Decided(node) ? reach_[node] : certain_[node];
  std::copy(from.begin(), from.end(), possible.begin());
  if (!cycle && Decided(node)) {
    for (const uint32_t member : nodes_[node].members) {
      Unite(possible, keeps_[member]);
    }
  }
}

void Cycles::Start(uint32_t node) {
  for (const uint32_t rule : nodes_[node].own) {
    own_[node][rule / 64] |= uint64_t{1} << rule % 64;
  }
  const bool empty = nodes_[node].own.empty() && nodes_[node].open == HoleId::kNone;
  for (size_t w = 0; w < words_; ++w) {
    keeps_[node][w] = empty ? ~uint64_t{0} : own_[node][w];
  }
}

bool Cycles::Resolve(std::span<const std::vector<uint32_t>> components) {
  for (uint32_t node = 0; node < nodes_.size(); ++node) {
    Start(node);
  }
  for (const std::vector<uint32_t>& component : components) {
    if (!Repeat(component, [&](uint32_t node) { return Narrow(node); })) {
      return false;
    }
    for (const uint32_t node : component) {
      for (size_t w = 0; w < words_; ++w) {
        certain_[node][w] = keeps_[node][w] & own_[node][w];
      }
    }
    if (!Repeat(component, [&](uint32_t node) { return Spread(node); })) {
      return false;
    }
    Reach(component);
  }
  for (const std::vector<uint32_t>& component : components) {
    for (const uint32_t node : component) {
      Possible(node, component.size() > 1);
    }
  }
  return true;
}

std::vector<CycleOutcome> Cycles::Outcomes() {
  size_t rules = 0;
  for (uint32_t node = 0; node < nodes_.size(); ++node) {
    CycleOutcome& outcome = outcomes_[node];
    outcome.limited = outcome.limited || rules > source::kMaxAggregatedRules;
    if (nodes_[node].aggregates && rules <= source::kMaxAggregatedRules) {
      outcome.certain = Numbers(certain_[node], {});
      outcome.possible = Numbers(keeps_[node], certain_[node]);
      rules += outcome.certain.size() + outcome.possible.size();
    }
  }
  return std::move(outcomes_);
}

}  // namespace

std::vector<CycleOutcome> ResolveCycles(std::span<const CycleNode> nodes,
                                        std::span<const std::vector<uint32_t>> components,
                                        uint32_t rule_count) {
  const size_t words = (size_t{rule_count} + 63) / 64;
  if (nodes.size() * words > source::kMaxCycleState) {
    return {};
  }
  Cycles cycles(nodes, words);
  return cycles.Resolve(components) ? cycles.Outcomes() : std::vector<CycleOutcome>();
}

}  // namespace whomay::rbac

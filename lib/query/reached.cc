#include "query/reached.h"

#include <algorithm>
#include <string>

#include "base/strings.h"

namespace whomay::query {

Reached::Reached(Walk& walk, const std::vector<StateId>& starts, const Step& step, Holes holes) {
  FormulaStore& formulas = walk.workspace().formulas;
  std::deque<StateId> work;
  for (const StateId start : starts) {
    At(start).open = Formula::kTrue;
    work.push_back(start);
  }
  // Forward until nothing changes; formulas only grow.
  while (!work.empty()) {
    const StateId from = work.front();
    work.pop_front();
    const Entry here = At(from);
    if (here.hops >= static_cast<uint32_t>(walk.options().max_hops)) {
      continue;
    }
    for (const Transition& transition : walk.Next(from)) {
      const Formula counts = step(transition, here.hops);
      if (counts == Formula::kFalse) {
        continue;
      }
      Entry& there = At(transition.to);
      Formula open = formulas.Or(there.open, formulas.And(here.open, counts));
      if (holes == Holes::kCoarse) {
        open = walk.Coarse(
            open, Concat({"ways to ", std::to_string(static_cast<uint32_t>(transition.to))}));
      }
      if (open == there.open) {
        continue;
      }
      if (there.open == Formula::kFalse) {
        there.hops = here.hops + 1;
        there.before = from;
        there.by = &transition;
        order_.push_back(transition.to);
      }
      there.open = open;
      work.push_back(transition.to);
    }
  }
}

Closure::Way Reached::WayTo(StateId state) {
  Closure::Way way;
  way.end = state;
  way.open = At(state).open;
  for (StateId at = state; At(at).by != nullptr; at = At(at).before) {
    way.steps.emplace_back(At(at).before, At(at).by);
  }
  std::reverse(way.steps.begin(), way.steps.end());
  return way;
}

Reached::Entry& Reached::At(StateId state) {
  const auto n = static_cast<uint32_t>(state);
  if (n >= entries_.size()) {
    entries_.resize(n + 1);
  }
  return entries_[n];
}

}  // namespace whomay::query

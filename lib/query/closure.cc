#include "query/closure.h"

#include <algorithm>
#include <deque>
#include <string>
#include <utility>

#include "base/strings.h"

namespace whomay::query {
namespace {

// Partial ways looked at for one answer's paths; the paths are the simplest ones found within it.
constexpr size_t kMaxPartialWays = 4096;

}  // namespace

void Closure::Add(StateId start) {
  const auto n = static_cast<uint32_t>(start);
  if (n >= hops_.size()) {
    hops_.resize(n + 1, kNone);
  }
  if (hops_[n] == kNone) {
    hops_[n] = 0;
    order_.push_back(start);
  }
}

void Closure::Solve() {
  // Breadth first: order_ grows while it is walked, hop by hop.
  for (size_t i = 0; i < order_.size(); ++i) {
    const StateId from = order_[i];
    const uint32_t hops = hops_[static_cast<uint32_t>(from)];
    if (hops >= static_cast<uint32_t>(walk_.options().max_hops)) {
      continue;
    }
    for (const Transition& transition : walk_.Next(from)) {
      const auto n = static_cast<uint32_t>(transition.to);
      if (n >= hops_.size()) {
        hops_.resize(n + 1, kNone);
      }
      if (hops_[n] == kNone) {
        hops_[n] = hops + 1;
        order_.push_back(transition.to);
      }
    }
  }
  held_.resize(hops_.size());
  achieve_.assign(hops_.size(), Formula::kFalse);
  if (judge_ == nullptr) {
    return;
  }
  std::vector<std::vector<StateId>> before(hops_.size());
  for (const StateId from : order_) {
    const auto n = static_cast<uint32_t>(from);
    held_[n] = judge_->Judge(from);
    achieve_[n] = held_[n].open;
    if (hops_[n] >= static_cast<uint32_t>(walk_.options().max_hops)) {
      continue;
    }
    for (const Transition& transition : walk_.Next(from)) {
      before[static_cast<uint32_t>(transition.to)].push_back(from);
    }
  }
  // Runs back along the transitions. Formulas only grow, and there are finitely many: it ends.
  FormulaStore& formulas = walk_.workspace().formulas;
  std::deque<StateId> work(order_.rbegin(), order_.rend());
  std::vector<uint8_t> queued(hops_.size(), 1);
  while (!work.empty()) {
    const StateId at = work.front();
    work.pop_front();
    const auto n = static_cast<uint32_t>(at);
    queued[n] = 0;
    Formula all = held_[n].open;
    if (hops_[n] < static_cast<uint32_t>(walk_.options().max_hops)) {
      for (const Transition& transition : walk_.Next(at)) {
        all = formulas.Or(
            all, formulas.And(transition.open, achieve_[static_cast<uint32_t>(transition.to)]));
      }
    }
    all = walk_.Coarse(all, Concat({"ways from ", std::to_string(n)}));
    if (all == achieve_[n]) {
      continue;
    }
    achieve_[n] = all;
    for (const StateId from : before[n]) {
      const auto f = static_cast<uint32_t>(from);
      if (queued[f] == 0) {
        queued[f] = 1;
        work.push_back(from);
      }
    }
  }
}

std::vector<StateId> Closure::From(StateId start) const {
  std::vector<StateId> found = {start};
  std::vector<uint8_t> seen(hops_.size(), 0);
  seen[static_cast<uint32_t>(start)] = 1;
  for (size_t i = 0; i < found.size(); ++i) {
    if (hops_[static_cast<uint32_t>(found[i])] >= static_cast<uint32_t>(walk_.options().max_hops)) {
      continue;
    }
    for (const Transition& transition : walk_.Next(found[i])) {
      const auto n = static_cast<uint32_t>(transition.to);
      if (n < seen.size() && seen[n] == 0) {
        seen[n] = 1;
        found.push_back(transition.to);
      }
    }
  }
  return found;
}

std::vector<Closure::Way> Closure::Ways(StateId start, size_t limit, bool* more) const {
  FormulaStore& formulas = walk_.workspace().formulas;
  std::vector<Way> found;
  std::deque<Way> partial;
  Way first;
  first.end = start;
  first.open = Formula::kTrue;
  partial.push_back(std::move(first));
  size_t looked_at = 0;
  // Shortest first; of one length those that hold for certain stand before the others.
  while (!partial.empty() && looked_at < kMaxPartialWays) {
    ++looked_at;
    const Way way = std::move(partial.front());
    partial.pop_front();
    const auto n = static_cast<uint32_t>(way.end);
    const Formula here = formulas.And(way.open, held_[n].open);
    if (here != Formula::kFalse) {
      Way whole = way;
      whole.open = here;
      found.push_back(std::move(whole));
      if (here == Formula::kTrue && found.size() >= limit) {
        break;
      }
    }
    if (way.steps.size() >= static_cast<size_t>(walk_.options().max_hops) ||
        hops_[n] >= static_cast<uint32_t>(walk_.options().max_hops)) {
      continue;
    }
    for (const Transition& transition : walk_.Next(way.end)) {
      if (achieve_[static_cast<uint32_t>(transition.to)] == Formula::kFalse) {
        continue;
      }
      const bool again = std::any_of(way.steps.begin(), way.steps.end(), [&](const auto& step) {
        return walk_.state(step.first).node == walk_.state(transition.to).node;
      });
      const Formula open = formulas.And(way.open, transition.open);
      if (again || open == Formula::kFalse) {
        continue;
      }
      Way longer = way;
      longer.steps.emplace_back(way.end, &transition);
      longer.end = transition.to;
      longer.open = open;
      partial.push_back(std::move(longer));
    }
  }
  std::stable_sort(found.begin(), found.end(), [&](const Way& a, const Way& b) {
    return (a.open == Formula::kTrue) > (b.open == Formula::kTrue);
  });
  if (more != nullptr) {
    *more = found.size() > limit || !partial.empty();
  }
  if (found.size() > limit) {
    found.resize(limit);
  }
  return found;
}

}  // namespace whomay::query

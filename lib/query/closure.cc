#include "query/closure.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "query/coarse.h"

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

void Closure::Gather() {
  // Breadth first: order_ grows while it is walked, hop by hop.
  for (; gathered_ < order_.size(); ++gathered_) {
    const StateId from = order_[gathered_];
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
}

void Closure::Solve() {
  Gather();
  held_.resize(hops_.size());
  achieve_.assign(hops_.size(), Formula::kFalse);
  if (judge_ == nullptr) {
    return;
  }
  std::vector<std::vector<Back>> before(hops_.size());
  for (const StateId from : order_) {
    const auto n = static_cast<uint32_t>(from);
    held_[n] = judge_->Judge(from);
    achieve_[n] = held_[n].open;
    if (hops_[n] >= static_cast<uint32_t>(walk_.options().max_hops)) {
      continue;
    }
    for (const Transition& transition : walk_.Next(from)) {
      before[static_cast<uint32_t>(transition.to)].push_back({from, transition.open});
    }
  }
  // Runs back along the transitions. Formulas only grow, and there are finitely many: it ends.
  FormulaStore& formulas = walk_.workspace().formulas;
  CoarseSum sum(walk_);
  std::deque<StateId> work(order_.rbegin(), order_.rend());
  std::vector<uint8_t> queued(hops_.size(), 1);
  while (!work.empty()) {
    const StateId at = work.front();
    work.pop_front();
    const auto n = static_cast<uint32_t>(at);
    queued[n] = 0;
    sum.Clear();
    sum.Add(held_[n].open);
    if (hops_[n] < static_cast<uint32_t>(walk_.options().max_hops)) {
      for (const Transition& transition : walk_.Next(at)) {
        sum.Add(formulas.And(transition.open, achieve_[static_cast<uint32_t>(transition.to)]));
      }
    }
    const Formula all = sum.Sum(at);
    if (all == achieve_[n]) {
      continue;
    }
    achieve_[n] = all;
    for (const Back& back : before[n]) {
      const auto f = static_cast<uint32_t>(back.from);
      if (queued[f] == 0) {
        queued[f] = 1;
        work.push_back(back.from);
      }
    }
  }
  distance_ = Distances(Only::kAny, before);
  certain_distance_ = Distances(Only::kCertain, before);
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

std::vector<uint32_t> Closure::Distances(Only only,
                                         const std::vector<std::vector<Back>>& before) const {
  const auto counts = [only](Formula f) {
    return only == Only::kCertain ? f == Formula::kTrue : f != Formula::kFalse;
  };
  std::vector<uint32_t> distance(hops_.size(), kNone);
  std::vector<StateId> reached;
  for (const StateId state : order_) {
    if (counts(held_[static_cast<uint32_t>(state)].open)) {
      distance[static_cast<uint32_t>(state)] = 0;
      reached.push_back(state);
    }
  }
  for (size_t i = 0; i < reached.size(); ++i) {
    const auto to = static_cast<uint32_t>(reached[i]);
    for (const Back& back : before[to]) {
      uint32_t& at = distance[static_cast<uint32_t>(back.from)];
      if (at == kNone && counts(back.open)) {
        at = distance[to] + 1;
        reached.push_back(back.from);
      }
    }
  }
  return distance;
}

// Ways of one length after the other, those of one length in the order of their transitions: what a
// breadth-first search finds, without keeping what it has not finished, and without entering what
// is too far from any grant.
class Closure::WaySearch {
 public:
  WaySearch(const Closure& closure, Only only, StateId start)
      : closure_(closure),
        only_(only),
        start_(start),
        max_hops_(static_cast<uint32_t>(closure.walk_.options().max_hops)),
        distance_(only == Only::kCertain ? closure.certain_distance_ : closure.distance_) {}

  // The first ways, at most `limit`.
  std::vector<Way> Find(size_t limit) {
    const uint32_t nearest = DistanceOf(start_);
    if (nearest == kNone || limit == 0) {
      return {};
    }
    // A length that was not looked through to its end is the last: there would be ever more.
    for (length_ = nearest; length_ <= max_hops_; ++length_) {
      deeper_ = false;
      if (!FindOfLength(limit) || !deeper_) {
        break;
      }
    }
    return std::move(found_);
  }

 private:
  struct Frame {
    StateId state;
    Formula open;
    size_t next = 0;  // transition
  };

  uint32_t DistanceOf(StateId state) const { return distance_[static_cast<uint32_t>(state)]; }

  // False when `limit` is reached or too much was looked at.
  bool FindOfLength(size_t limit) {
    stack_.assign(1, {start_, Formula::kTrue});
    for (size_t looked_at = 1; !stack_.empty();) {
      if (stack_.size() == length_ + 1 && stack_.back().next == 0 && Arrive(limit)) {
        return false;
      }
      if (!Step()) {
        stack_.pop_back();
      } else if (++looked_at > kMaxPartialWays) {
        return false;
      }
    }
    return true;
  }

  // The way that stands on the stack has the length asked for. True when it was the last wanted.
  bool Arrive(size_t limit) {
    const Frame& end = stack_.back();
    const Formula here = closure_.walk_.workspace().formulas.And(
        end.open, closure_.held_[static_cast<uint32_t>(end.state)].open);
    if (here == Formula::kFalse || (only_ == Only::kCertain && here != Formula::kTrue)) {
      return false;
    }
    Way& way = found_.emplace_back();
    way.end = end.state;
    way.open = here;
    for (size_t i = 0; i + 1 < stack_.size(); ++i) {
      const Frame& frame = stack_[i];
      way.steps.emplace_back(frame.state, &closure_.walk_.Next(frame.state)[frame.next - 1]);
    }
    return found_.size() >= limit;
  }

  // Goes on by the next transition that may lead to a grant within the length; false: none is left.
  bool Step() {
    const StateId from = stack_.back().state;
    if (stack_.size() > max_hops_ || closure_.hops_[static_cast<uint32_t>(from)] >= max_hops_) {
      return false;
    }
    const std::vector<Transition>& next = closure_.walk_.Next(from);
    while (stack_.back().next < next.size()) {
      const Transition& transition = next[stack_.back().next++];
      const uint32_t distance = DistanceOf(transition.to);
      const bool too_far = distance == kNone || stack_.size() + distance > length_;
      if (distance == kNone || (too_far && deeper_)) {
        continue;
      }
      const Formula open = Open(transition);
      if (open == Formula::kFalse) {
        continue;
      }
      if (too_far) {
        deeper_ = true;
        continue;
      }
      stack_.push_back({transition.to, open});
      return true;
    }
    return false;
  }

  // Under which the way on the stack goes on so; never where it has been.
  Formula Open(const Transition& transition) const {
    Walk& walk = closure_.walk_;
    if ((only_ == Only::kCertain && transition.open != Formula::kTrue) ||
        closure_.achieve(transition.to) == Formula::kFalse) {
      return Formula::kFalse;
    }
    const NodeId node = walk.state(transition.to).node;
    for (size_t i = 0; i + 1 < stack_.size(); ++i) {
      if (walk.state(stack_[i].state).node == node) {
        return Formula::kFalse;
      }
    }
    return walk.workspace().formulas.And(stack_.back().open, transition.open);
  }

  const Closure& closure_;
  const Only only_;
  const StateId start_;
  const uint32_t max_hops_;
  const std::vector<uint32_t>& distance_;
  uint32_t length_ = 0;
  bool deeper_ = false;  // there are ways that are longer
  std::vector<Frame> stack_;
  std::vector<Way> found_;
};

std::vector<Closure::Way> Closure::Ways(StateId start, size_t limit) const {
  const auto certain = [](const Way& way) { return way.open == Formula::kTrue; };
  std::vector<Way> found = WaySearch(*this, Only::kAny, start).Find(std::max<size_t>(limit, 1));
  // Behind ways that hang on something the next one that does not is worth more.
  if (found.size() >= limit && !certain(found.back())) {
    const auto already = static_cast<size_t>(std::count_if(found.begin(), found.end(), certain));
    std::vector<Way> more = WaySearch(*this, Only::kCertain, start).Find(already + 1);
    if (more.size() > already) {
      found.push_back(std::move(more.back()));
    }
  }
  std::stable_partition(found.begin(), found.end(), certain);
  // Who certainly has it as it is needs no abuse for it.
  const auto abuse = [](const Way& way) {
    return std::any_of(way.steps.begin(), way.steps.end(),
                       [](const auto& step) { return IsEscalation(step.second->edge); });
  };
  if (std::any_of(found.begin(), found.end(),
                  [&](const Way& way) { return certain(way) && !abuse(way); })) {
    found.erase(std::remove_if(found.begin(), found.end(), abuse), found.end());
  }
  if (found.size() > limit) {
    found.resize(limit);
  }
  return found;
}

}  // namespace whomay::query

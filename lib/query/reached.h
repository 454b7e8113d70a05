// Reached: every state that some states come to, with the formula of all ways there and the way
// that came first.
//
//   Reached reached(walk, walk.Start(node), [](const Transition& transition, uint32_t /*hops*/) {
//     return transition.open;
//   });
//   for (const StateId state : reached.order()) … reached.open(state), reached.WayTo(state)
//
// Unlike a Closure it asks no permission. Bounded by the walk's --max-hops.
// Thread safety: as its Walk.
#ifndef WHOMAY_LIB_QUERY_REACHED_H_
#define WHOMAY_LIB_QUERY_REACHED_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "query/closure.h"
#include "query/walk.h"

namespace whomay::query {

class Reached {
 public:
  // What of a transition counts; kFalse leaves it out. `hops`: how far its begin is from the
  // starts.
  using Step = std::function<Formula(const Transition& transition, uint32_t hops)>;
  // kCoarse: formulas over many holes are made coarse on the way (Walk::Coarse).
  enum class Holes : uint8_t { kExact, kCoarse };

  Reached(Walk& walk, const std::vector<StateId>& starts, const Step& step,
          Holes holes = Holes::kExact);

  // Without the starts, each state once, in the order in which they were come to.
  const std::vector<StateId>& order() const { return order_; }
  Formula open(StateId state) { return At(state).open; }
  // The first way; no steps for a start.
  Closure::Way WayTo(StateId state);

 private:
  struct Entry {
    Formula open = Formula::kFalse;
    uint32_t hops = 0;
    StateId before = StateId::kNone;
    const Transition* by = nullptr;
  };
  Entry& At(StateId state);

  std::deque<Entry> entries_;  // by state
  std::vector<StateId> order_;
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_REACHED_H_

// Closure: from which identities is a permission held, by which steps?
//
// All states that the given ones can come to are gathered, each is judged once, and the decisions
// run back along the transitions until nothing changes: achieve(s) = held(s) or, for some step s ->
// t, open(step) and achieve(t). One closure serves every candidate of a question (design 10).
// Thread safety: as its Walk.
#ifndef WHOMAY_LIB_QUERY_CLOSURE_H_
#define WHOMAY_LIB_QUERY_CLOSURE_H_

#include <vector>

#include "query/judge.h"
#include "query/walk.h"

namespace whomay::query {

class Closure {
 public:
  // `judge` may be null: then a closure only gathers states (reach).
  Closure(Walk& walk, PermissionJudge* judge) : walk_(walk), judge_(judge) {}

  void Add(StateId start);
  // Gathers all that the added states come to, within max_hops. What the walk keeps of it is then
  // complete: formulas made from here on may be forgotten when the answer stands.
  void Gather();
  // The same, and judges what was gathered.
  void Solve();

  Formula achieve(StateId state) const { return achieve_[static_cast<uint32_t>(state)]; }
  const Held& held(StateId state) const { return held_[static_cast<uint32_t>(state)]; }
  // States of `start`'s closure that any formula leads to, itself first.
  std::vector<StateId> From(StateId start) const;

  // One way from a start to a grant.
  struct Way {
    std::vector<std::pair<StateId, const Transition*>>
        steps;  // from which state, by which transition
    StateId end = StateId::kNone;
    Formula open = Formula::kFalse;
  };
  // The simplest ways, at most `limit`, those that hold for certain first.
  std::vector<Way> Ways(StateId start, size_t limit) const;

 private:
  // Only what holds for certain counts, or whatever may.
  enum class Only : uint8_t { kCertain, kAny };
  class WaySearch;
  // A transition, seen from where it leads.
  struct Back {
    StateId from;
    Formula open;
  };

  // Transitions from a state to the nearest grant, by state; kNone: it comes to none.
  std::vector<uint32_t> Distances(Only only, const std::vector<std::vector<Back>>& before) const;

  Walk& walk_;
  PermissionJudge* judge_;
  std::vector<StateId> order_;
  size_t gathered_ = 0;         // of order_
  std::vector<uint32_t> hops_;  // by state; kNone: not gathered
  std::vector<Held> held_;
  std::vector<Formula> achieve_;
  std::vector<uint32_t> distance_, certain_distance_;
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_CLOSURE_H_

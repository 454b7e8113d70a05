// can, why: may this principal do it?
#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "query/ask.h"

namespace whomay::query {
namespace {

// The nearer a reason, the earlier it stands (design 5: reason is that of the identity that came
// nearest).
constexpr std::string_view kNearness[] = {
    "forbidden",     "explicit-deny",   "boundary",     "scp",
    "rcp",           "session-policy",  "trust-denied", "no-provider",
    "implicit-deny", "unauthenticated", "invalid"};

size_t Nearness(std::string_view reason) {
  return static_cast<size_t>(std::find(std::begin(kNearness), std::end(kNearness), reason) -
                             std::begin(kNearness));
}

std::string DeniedReason(Ask& ask, const Closure& closure, const std::vector<StateId>& starts) {
  std::string_view nearest;
  for (const StateId start : starts) {
    for (const StateId state : closure.From(start)) {
      const std::string_view reason = closure.held(state).reason;
      if (!reason.empty() && (nearest.empty() || Nearness(reason) < Nearness(nearest))) {
        nearest = reason;
      }
    }
  }
  if (!nearest.empty()) {
    return std::string(nearest);
  }
  return ask.permission().plane == Permission::Plane::kKubernetes ? "unauthenticated"
                                                                  : "implicit-deny";
}

std::string UnknownReason(const Closure& closure, const std::vector<StateId>& starts,
                          std::string reason) {
  // Reasons that the engines of formulas do not know stand with what is held.
  for (const StateId start : starts) {
    for (const StateId state : closure.From(start)) {
      const std::string_view held = closure.held(state).reason;
      if (closure.held(state).open != Formula::kFalse &&
          (held == "access-policy-not-published" || held == "node-authorizer")) {
        return std::string(held);
      }
    }
  }
  return reason;
}

}  // namespace

absl::StatusOr<CanAnswer> AnswerCan(const World& world, std::string_view principal,
                                    const std::vector<std::string>& permission,
                                    const QuestionOptions& options) {
  Ask ask(world, options);
  absl::Status read = ask.Read(permission);
  if (!read.ok()) {
    return read;
  }
  absl::StatusOr<NodeId> node = FindPrincipal(principal, ask.walk(), ask.notes());
  if (!node.ok()) {
    return node.status();
  }
  CanAnswer answer;
  answer.world = world.which();
  answer.principal = ShowNode(ask.walk(), *node);
  answer.permission = ask.permission();
  answer.incomplete = !world.complete();

  const std::vector<StateId> starts = ask.walk().Start(*node);
  Closure closure(ask.walk(), &ask.judge());
  for (const StateId start : starts) {
    closure.Add(start);
  }
  closure.Solve();
  Formula all = Formula::kFalse;
  for (const StateId start : starts) {
    all = ask.walk().workspace().formulas.Or(all, closure.achieve(start));
  }
  const Ask::Verdict verdict = ask.Decide(all);
  answer.decision = verdict.decision;
  answer.conditions = verdict.conditions;
  if (answer.decision == Decision::kDenied) {
    answer.reason = DeniedReason(ask, closure, starts);
    for (const StateId start : starts) {
      for (const StateId state : closure.From(start)) {
        ask.judge().Hint(state, answer.hints);
      }
    }
  } else {
    if (answer.decision == Decision::kUnknown) {
      answer.reason = UnknownReason(closure, starts, verdict.reason);
      ask.AddFillHints(verdict.holes, answer.hints);
    }
    for (const StateId start : starts) {
      for (const Closure::Way& way : closure.Ways(start, static_cast<size_t>(options.max_paths))) {
        if (answer.paths.size() < static_cast<size_t>(options.max_paths)) {
          answer.paths.push_back(ask.PathOf(way, &closure));
        }
      }
    }
  }
  if (options.trace) {
    for (const StateId start : starts) {
      for (const StateId state : closure.From(start)) {
        ask.judge().Trace(state, answer.grants);
      }
    }
  }
  answer.assumptions = ask.Assumptions();
  answer.notes = ask.notes();
  return answer;
}

}  // namespace whomay::query

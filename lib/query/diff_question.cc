#include "query/diff_question.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "query/kubernetes_judge.h"

namespace whomay::query {
namespace {

using graph::NodeKind;

bool IsEveryoneLike(std::string_view group) {
  return group == "system:authenticated" || group == "system:unauthenticated" ||
         group.starts_with("system:serviceaccounts");
}

std::vector<std::string> TextsOf(const std::vector<Condition>& conditions) {
  std::vector<std::string> texts;
  for (const Condition& condition : conditions) {
    texts.push_back(condition.text);
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

}  // namespace

DiffQuestion::DiffQuestion(DiffSide& side, std::unique_ptr<PermissionJudge> judge)
    : side_(side), judge_(std::move(judge)), closure_(side.walk(), judge_.get()) {}

void DiffQuestion::Add(const DiffSide::Principal& principal) {
  for (const StateId start : principal.starts) {
    closure_.Add(start);
  }
}

Ask::Verdict DiffQuestion::Of(const DiffSide::Principal& principal) {
  Formula all = Formula::kFalse;
  if (judge_ != nullptr) {
    for (const StateId start : principal.starts) {
      all = side_.walk().workspace().formulas.Or(all, closure_.achieve(start));
    }
  }
  return side_.ask().Decide(all);
}

void DiffQuestion::Explain(const DiffSide::Principal& principal, DiffAnswer::Change& change) {
  const auto limit = static_cast<size_t>(side_.walk().options().max_paths);
  for (const StateId start : principal.starts) {
    for (const Closure::Way& way : closure_.Ways(start, limit)) {
      if (change.paths.size() >= limit) {
        return;
      }
      if (change.paths.empty()) {
        change.only_through = CollectiveOf(principal, way);
      }
      change.paths.push_back(side_.ask().PathOf(way, &closure_));
    }
  }
}

std::string DiffQuestion::CollectiveOf(const DiffSide::Principal& principal,
                                       const Closure::Way& way) {
  Walk& walk = side_.walk();
  const NodeKind kind = walk.node(principal.node).kind;
  if (kind == NodeKind::kKubernetesGroup ||
      (kind == NodeKind::kWorkload && walk.node(principal.node).pattern)) {
    return {};
  }
  for (const auto& [from, transition] : way.steps) {
    if (transition->edge == "imds") {
      return "pod:*/*";
    }
  }
  const auto* judge = dynamic_cast<const KubernetesJudge*>(judge_.get());
  if (judge == nullptr) {
    return {};
  }
  const KubernetesSession& session = walk.kubernetes(way.end);
  rbac::Identity identity;
  identity.username = session.username;
  identity.groups.assign(session.groups.begin(), session.groups.end());
  const ClusterEngine& engine = side_.world().cluster(judge->cluster());
  const rbac::Decision decision = engine.rbac->Authorize(identity, judge->request());
  if (decision.allowed != Tri::kTrue || decision.grant.binding == rbac::kNone ||
      decision.grant.subject == rbac::kNone) {
    return {};
  }
  const facts::Subject& subject =
      engine.bindings[decision.grant.binding]->subjects[decision.grant.subject];
  return subject.kind == "Group" && IsEveryoneLike(subject.name) ? Concat({"group:", subject.name})
                                                                 : std::string();
}

DiffPair Compare(Ask::Verdict before, Ask::Verdict after) {
  DiffPair pair;
  const bool was = before.decision != Decision::kDenied, is = after.decision != Decision::kDenied;
  if (was != is) {
    pair.kind = is ? DiffKind::kGained : DiffKind::kLost;
  } else if (is && (before.decision != after.decision ||
                    (before.decision == Decision::kConditional &&
                     TextsOf(before.conditions) != TextsOf(after.conditions)))) {
    pair.kind = DiffKind::kChanged;
  }
  pair.before = std::move(before);
  pair.after = std::move(after);
  return pair;
}

DiffAnswer::Change ToChange(const DiffPair& pair, const DiffSide::Principal& shown) {
  DiffAnswer::Change change;
  change.principal = shown.shown;
  change.kind = shown.kind;
  change.before = pair.before.decision;
  change.after = pair.after.decision;
  const Ask::Verdict& verdict = pair.kind == DiffKind::kLost ? pair.before : pair.after;
  change.decision = verdict.decision;
  change.reason = verdict.reason;
  change.conditions = verdict.conditions;
  if (pair.kind == DiffKind::kChanged) {
    change.conditions_before = pair.before.conditions;
  }
  return change;
}

}  // namespace whomay::query

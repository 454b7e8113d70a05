// reach, paths, whoami: whom a principal can become, and how.
#include <algorithm>
#include <deque>
#include <utility>

#include "base/strings.h"
#include "query/ask.h"
#include "query/memberships.h"
#include "query/reached.h"

namespace whomay::query {
namespace {

using graph::Node;
using graph::NodeKind;

// Partial ways that paths looks at before it says that there are more.
constexpr size_t kMaxPartialWays = 20'000;

}  // namespace

absl::StatusOr<ReachAnswer> AnswerReach(const World& world, std::string_view principal,
                                        const QuestionOptions& options) {
  Ask ask(world, options);
  absl::StatusOr<NodeId> node = FindPrincipal(principal, ask.walk(), ask.notes());
  if (!node.ok()) {
    return node.status();
  }
  ReachAnswer answer;
  answer.world = world.which();
  answer.principal = ShowNode(ask.walk(), *node);
  answer.incomplete = !world.complete();
  const std::vector<StateId> starts = ask.walk().Start(*node);
  Reached reached(
      ask.walk(), starts,
      [](const Transition& transition, uint32_t /*hops*/) { return transition.open; },
      Reached::Holes::kCoarse);
  const auto add = [&](ReachAnswer::Identity identity) {
    for (ReachAnswer::Identity& known : answer.identities) {
      if (known.principal == identity.principal) {
        if (known.decision < identity.decision) {
          known = std::move(identity);
        }
        return;
      }
    }
    answer.identities.push_back(std::move(identity));
  };
  std::vector<StateId> all = starts;
  all.insert(all.end(), reached.order().begin(), reached.order().end());
  for (const StateId state : all) {
    const Ask::Verdict verdict = ask.Decide(reached.open(state));
    if (verdict.decision == Decision::kDenied) {
      continue;
    }
    const Closure::Way way = reached.WayTo(state);
    ReachAnswer::Identity identity;
    identity.principal = ShowNode(ask.walk(), ask.walk().state(state).node);
    identity.kind = std::string(graph::Name(ask.walk().node(ask.walk().state(state).node).kind));
    identity.decision = verdict.decision;
    identity.reason = verdict.reason;
    identity.conditions = verdict.conditions;
    identity.path = ask.PathOf(way, nullptr);
    for (const Membership& membership : MembershipsOf(ask, state)) {
      ReachAnswer::Identity group = identity;
      group.principal = membership.group;
      group.kind = membership.kind;
      Step step;
      step.edge = "member-of";
      step.from = identity.principal;
      step.to = membership.group;
      step.origin = membership.origin;
      group.path.steps.push_back(std::move(step));
      add(std::move(group));
    }
    if (std::find(starts.begin(), starts.end(), state) == starts.end() &&
        identity.principal != answer.principal) {
      add(std::move(identity));
    }
  }
  std::sort(answer.identities.begin(), answer.identities.end(),
            [](const auto& a, const auto& b) { return a.principal < b.principal; });
  answer.assumptions = ask.Assumptions();
  answer.notes = ask.notes();
  return answer;
}

absl::StatusOr<PathsAnswer> AnswerPaths(const World& world, std::string_view from,
                                        std::string_view to, const QuestionOptions& options) {
  Ask ask(world, options);
  absl::StatusOr<NodeId> start = FindPrincipal(from, ask.walk(), ask.notes());
  if (!start.ok()) {
    return start.status();
  }
  absl::StatusOr<NodeId> end = FindPrincipal(to, ask.walk(), ask.notes());
  if (!end.ok()) {
    return end.status();
  }
  PathsAnswer answer;
  answer.world = world.which();
  answer.from = ShowNode(ask.walk(), *start);
  answer.to = ShowNode(ask.walk(), *end);
  answer.incomplete = !world.complete();
  Walk& walk = ask.walk();
  FormulaStore& formulas = walk.workspace().formulas;
  std::deque<Closure::Way> partial;
  for (const StateId state : walk.Start(*start)) {
    Closure::Way way;
    way.end = state;
    way.open = Formula::kTrue;
    partial.push_back(std::move(way));
  }
  const auto limit = static_cast<size_t>(std::max(options.max_paths, 1)) * 8;
  size_t looked_at = 0;
  while (!partial.empty() && looked_at++ < kMaxPartialWays && answer.paths.size() < limit) {
    const Closure::Way way = std::move(partial.front());
    partial.pop_front();
    const Node& here = walk.node(walk.state(way.end).node);
    std::vector<Membership> through;
    const bool is_end = walk.state(way.end).node == *end;
    if (!is_end) {
      for (Membership& membership : MembershipsOf(ask, way.end)) {
        if (membership.group == answer.to) {
          through.push_back(std::move(membership));
        }
      }
    }
    if ((is_end && !way.steps.empty()) || !through.empty()) {
      const Ask::Verdict verdict = ask.Decide(way.open);
      if (verdict.decision != Decision::kDenied) {
        PathsAnswer::Found& found = answer.paths.emplace_back();
        found.decision = verdict.decision;
        found.conditions = verdict.conditions;
        found.path = ask.PathOf(way, nullptr);
        if (!through.empty()) {
          found.path.steps.push_back({"member-of", ShowNode(walk, walk.state(way.end).node),
                                      through.front().group, through.front().origin, std::nullopt});
        }
      }
      continue;
    }
    static_cast<void>(here);
    if (way.steps.size() >= static_cast<size_t>(options.max_hops)) {
      continue;
    }
    for (const Transition& transition : walk.Next(way.end)) {
      const NodeId next = walk.state(transition.to).node;
      const bool again =
          next == *start || std::any_of(way.steps.begin(), way.steps.end(), [&](const auto& step) {
            return walk.state(step.first).node == next;
          });
      const Formula open = formulas.And(way.open, transition.open);
      if (again || open == Formula::kFalse) {
        continue;
      }
      Closure::Way longer = way;
      longer.steps.emplace_back(way.end, &transition);
      longer.end = transition.to;
      longer.open = open;
      partial.push_back(std::move(longer));
    }
  }
  answer.truncated = !partial.empty();
  std::stable_sort(answer.paths.begin(), answer.paths.end(),
                   [](const auto& a, const auto& b) { return a.decision > b.decision; });
  answer.notes = ask.notes();
  return answer;
}

namespace {

std::string_view ViaName(eks::Outcome::Via via) {
  switch (via) {
    case eks::Outcome::Via::kAccessEntry:
      return "access-entry";
    case eks::Outcome::Via::kImplicitEntry:
      return "access-entry made by EKS";
    case eks::Outcome::Via::kCreatorEntry:
      return "access-entry of the creator";
    case eks::Outcome::Via::kCreatorMapping:
      return "hidden mapping of the creator";
    default:
      return "aws-auth";
  }
}

std::string_view RefusalText(const eks::Authentication& answer) {
  switch (answer.refusal) {
    case eks::Authentication::Refusal::kSession:
      return "its mapping refuses this session";
    case eks::Authentication::Refusal::kPartition:
      return "it is of another partition";
    default:
      return "nothing maps it";
  }
}

void AddAuthentication(Ask& ask, StateId state, uint32_t cluster, WhoamiAnswer& answer) {
  const Authenticated& known = ask.walk().Authenticate(state, cluster);
  WhoamiAnswer::Kubernetes row;
  row.cluster = std::string(ask.world().graph().clusters[cluster].name);
  row.authenticated = known.answer.authenticated == Tri::kTrue    ? "yes"
                      : known.answer.authenticated == Tri::kFalse ? "no"
                                                                  : "unknown";
  if (row.authenticated == "no") {
    row.reason = std::string(RefusalText(known.answer));
    answer.kubernetes.push_back(std::move(row));
    return;
  }
  std::vector<facts::HoleId> holes;
  for (const eks::Outcome& outcome : known.answer.outcomes) {
    holes.push_back(outcome.hole);
    if (outcome.via == eks::Outcome::Via::kAwsAuthOpen) {
      row.reason = "aws-auth is not known until apply";
      row.origin = ask.world().OriginOf(outcome.origin);
      continue;
    }
    WhoamiAnswer::Kubernetes one = row;
    const std::vector<std::string_view> mapped(outcome.groups.begin(), outcome.groups.end());
    const rbac::Identity identity = rbac::WithImplicitGroups(outcome.username, mapped, false);
    one.username = ask.world().holes().Display(outcome.username);
    one.groups.assign(identity.groups.begin(), identity.groups.end());
    std::sort(one.groups.begin(), one.groups.end());
    one.via = std::string(ViaName(outcome.via));
    one.origin = ask.world().OriginOf(outcome.origin);
    answer.kubernetes.push_back(std::move(one));
    if (known.answer.authenticated == Tri::kTrue && outcome.certainty == Tri::kTrue) {
      return;
    }
    row.via = "";
  }
  if (answer.kubernetes.empty() || answer.kubernetes.back().cluster != row.cluster) {
    answer.kubernetes.push_back(std::move(row));
  }
}

}  // namespace

absl::StatusOr<WhoamiAnswer> AnswerWhoami(const World& world, std::string_view principal,
                                          const QuestionOptions& options) {
  Ask ask(world, options);
  absl::StatusOr<NodeId> node = FindPrincipal(principal, ask.walk(), ask.notes());
  if (!node.ok()) {
    return node.status();
  }
  Walk& walk = ask.walk();
  WhoamiAnswer answer;
  answer.world = world.which();
  answer.principal = ShowNode(walk, *node);
  answer.incomplete = !world.complete();
  NodeId identity = *node;
  std::vector<StateId> from = walk.Start(*node);
  const Node& of = walk.node(identity);
  if (of.kind == NodeKind::kWorkload) {
    // A workload is its ServiceAccount in Kubernetes, and the roles one hop from it (design 11).
    for (const graph::Edge& edge : world.graph().out.of(identity)) {
      if (edge.kind == graph::EdgeKind::kRunsAs) {
        const std::vector<StateId> more = walk.Start(edge.to);
        from.insert(from.end(), more.begin(), more.end());
      }
    }
  }
  for (const StateId state : from) {
    const Node& at = walk.node(walk.state(state).node);
    if (Walk::IsKubernetes(at.kind)) {
      const KubernetesSession& session = walk.kubernetes(state);
      WhoamiAnswer::Kubernetes row;
      row.cluster = at.cluster == kNone ? "" : std::string(world.graph().clusters[at.cluster].name);
      row.authenticated =
          session.group_only && at.local_name == "system:unauthenticated" ? "no" : "yes";
      row.username = std::string(session.username);
      row.groups.assign(session.groups.begin(), session.groups.end());
      row.origin = world.OriginOf(at.origin);
      row.via = at.kind == NodeKind::kServiceAccount ? "service-account" : "";
      answer.kubernetes.push_back(std::move(row));
    } else if (Walk::IsAws(at.kind) && at.kind != NodeKind::kAwsService &&
               at.kind != NodeKind::kEveryone) {
      for (uint32_t c = 0; c < world.graph().clusters.size(); ++c) {
        if (world.cluster(c).authenticator != nullptr &&
            (options.cluster.empty() || world.graph().clusters[c].name == options.cluster)) {
          AddAuthentication(ask, state, c, answer);
        }
      }
    }
    for (const Transition& transition : walk.Next(state)) {
      const Node& to = walk.node(walk.state(transition.to).node);
      if (to.kind != NodeKind::kIamRole) {
        continue;
      }
      const Ask::Verdict verdict = ask.Decide(transition.open);
      if (verdict.decision == Decision::kDenied) {
        continue;
      }
      WhoamiAnswer::Aws row;
      row.principal = ShowNode(walk, walk.state(transition.to).node);
      row.decision = verdict.decision;
      row.edge = std::string(transition.edge);
      row.origin = world.OriginOf(transition.origin);
      row.conditions = verdict.conditions;
      const bool known = std::any_of(answer.aws.begin(), answer.aws.end(), [&](const auto& other) {
        return other.principal == row.principal && other.edge == row.edge;
      });
      if (!known) {
        answer.aws.push_back(std::move(row));
      }
    }
  }
  std::sort(answer.kubernetes.begin(), answer.kubernetes.end(), [](const auto& a, const auto& b) {
    return std::tie(a.cluster, a.username, a.groups) < std::tie(b.cluster, b.username, b.groups);
  });
  std::sort(answer.aws.begin(), answer.aws.end(), [](const auto& a, const auto& b) {
    return std::tie(a.principal, a.edge) < std::tie(b.principal, b.edge);
  });
  answer.assumptions = ask.Assumptions();
  answer.notes = ask.notes();
  return answer;
}

}  // namespace whomay::query

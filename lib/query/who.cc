// who: of all principals that the files name, declare or imply, those that are not denied; and
// every collective as a row of its own.
#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "query/ask.h"
#include "query/kubernetes_judge.h"

namespace whomay::query {
namespace {

using graph::Node;
using graph::NodeKind;

// Groups that stand for everyone-like callers: rows that are there only through one of them fold.
bool IsEveryoneLike(std::string_view group) {
  return group == "system:authenticated" || group == "system:unauthenticated" ||
         group.substr(0, 22) == "system:serviceaccounts";
}

// The candidates: an over-approximation by the inverted indexes, verified forward one by one.
class Candidates {
 public:
  Candidates(Ask& ask, const KubernetesJudge* kubernetes)
      : ask_(ask), kubernetes_(kubernetes), escalate_(ask.walk().options().escalate) {}

  std::vector<NodeId> All() {
    const graph::Graph& graph = ask_.world().graph();
    if (kubernetes_ != nullptr) {
      AddSubjects();
      for (const auto& [user, states] : ask_.walk().MappedUsers(kubernetes_->cluster())) {
        found_.push_back(user);  // users that AWS principals become, as rows of their own
      }
    }
    for (uint32_t i = 0; i < graph.nodes.size(); ++i) {
      if (Worth(graph.nodes[i], static_cast<NodeId>(i))) {
        found_.push_back(static_cast<NodeId>(i));
      }
    }
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return std::move(found_);
  }
  // A binding whose subjects are not known until apply could let in anybody.
  const std::vector<rbac::Decision>& anybody() const { return anybody_; }

 private:
  void AddSubjects() {
    const ClusterEngine& engine = ask_.world().cluster(kubernetes_->cluster());
    const std::vector<rbac::Grantee> grantees =
        kubernetes_->asks_any()
            ? engine.rbac->GranteesAny(kubernetes_->request(), kubernetes_->any())
            : engine.rbac->Grantees(engine.rbac->Resolve(kubernetes_->request()));
    for (const rbac::Grantee& grantee : grantees) {
      if (grantee.kind == rbac::Grantee::Kind::kAnybody) {
        anybody_.push_back(grantee.decision);
        continue;
      }
      const std::string_view kind = grantee.kind == rbac::Grantee::Kind::kUser    ? "user"
                                    : grantee.kind == rbac::Grantee::Kind::kGroup ? "group"
                                                                                  : "sa";
      if (kind == "group" && grantee.name == "system:unauthenticated") {
        // The one member of that group.
        found_.push_back(
            SubjectNode("user", kubernetes_->cluster(), "", "system:anonymous", ask_.walk()));
      }
      if (kind == "group") {
        groups_.push_back(grantee.name);
        if (grantee.name.substr(0, 22) == "system:serviceaccounts" ||
            grantee.name == "system:authenticated") {
          service_accounts_ = true;
        }
      }
      found_.push_back(SubjectNode(kind, kubernetes_->cluster(), grantee.namespace_name,
                                   grantee.name, ask_.walk()));
    }
  }

  bool Worth(const Node& node, NodeId id) const {
    if (escalate_) {
      return true;  // whoever holds something else may make this of it
    }
    switch (node.kind) {
      case NodeKind::kServiceAccount:
      case NodeKind::kWorkload: {
        if (kubernetes_ == nullptr || service_accounts_) {
          return true;
        }
        // A plain one, with no way into AWS and not named by a grant, holds nothing.
        const graph::Graph& graph = ask_.world().graph();
        return node.cluster == kNone || !graph.out.of(id).empty() ||
               !graph.clusters[node.cluster].node_groups.empty() ||
               !graph.clusters[node.cluster].patterns.empty();
      }
      case NodeKind::kKubernetesUser:
      case NodeKind::kKubernetesGroup:
        return kubernetes_ != nullptr && service_accounts_ &&
               node.cluster == kubernetes_->cluster();
      case NodeKind::kEveryone:
        return kubernetes_ == nullptr;
      case NodeKind::kAwsAccount:
        return true;
      default:
        return true;
    }
  }

  Ask& ask_;
  const KubernetesJudge* kubernetes_;
  std::vector<NodeId> found_;
  std::vector<std::string_view> groups_;
  std::vector<rbac::Decision> anybody_;
  bool service_accounts_ = false;
  bool escalate_ = false;
};

class Who {
 public:
  Who(Ask& ask, WhoAnswer& answer)
      : ask_(ask), answer_(answer), closure_(ask.walk(), &ask.judge()) {}

  void Run() {
    const auto* kubernetes = dynamic_cast<const KubernetesJudge*>(&ask_.judge());
    Candidates candidates(ask_, kubernetes);
    std::vector<std::pair<NodeId, std::vector<StateId>>> rows;
    for (const NodeId candidate : candidates.All()) {
      rows.emplace_back(candidate, ask_.walk().Start(candidate));
      for (const StateId start : rows.back().second) {
        closure_.Add(start);
      }
    }
    closure_.Gather();
    FormulaStore& formulas = ask_.walk().workspace().formulas;
    const uint32_t mark = formulas.Mark();
    closure_.Solve();
    for (const auto& [node, starts] : rows) {
      AddRow(node, starts);
    }
    if (kubernetes != nullptr) {
      AddHoleRows(*kubernetes, candidates.anybody());
    }
    if (ask_.walk().limit_hit()) {
      Grantee row;
      row.principal = "*";
      row.kind = "hole";
      row.decision = Decision::kUnknown;
      row.reason = "limit";
      answer_.grantees.push_back(std::move(row));
    }
    std::sort(answer_.grantees.begin(), answer_.grantees.end(),
              [](const Grantee& a, const Grantee& b) {
                return std::tie(a.principal, a.kind) < std::tie(b.principal, b.kind);
              });
    formulas.Rewind(mark);
  }

 private:
  void AddRow(NodeId node, const std::vector<StateId>& starts) {
    Formula all = Formula::kFalse;
    for (const StateId start : starts) {
      all = ask_.walk().workspace().formulas.Or(all, closure_.achieve(start));
    }
    if (all == Formula::kFalse) {
      return;
    }
    const Ask::Verdict verdict = ask_.Decide(all);
    if (verdict.decision == Decision::kDenied) {
      return;
    }
    Walk& walk = ask_.walk();
    Grantee row;
    row.principal = ShowNode(walk, node);
    row.kind = std::string(graph::Name(walk.node(node).kind));
    row.decision = verdict.decision;
    row.reason = verdict.reason;
    row.conditions = verdict.conditions;
    row.origin = ask_.world().OriginOf(walk.node(node).origin);
    for (const StateId start : starts) {
      for (const Closure::Way& way :
           closure_.Ways(start, static_cast<size_t>(walk.options().max_paths))) {
        if (row.paths.size() >= static_cast<size_t>(walk.options().max_paths)) {
          break;
        }
        bool direct = true;
        for (const auto& [from, transition] : way.steps) {
          direct = direct && !transition->identity_hop;
        }
        row.direct = row.direct || direct;
        if (row.paths.empty()) {
          row.only_through = CollectiveOf(way);
        }
        row.paths.push_back(ask_.PathOf(way, &closure_));
      }
    }
    if (walk.node(node).kind == NodeKind::kKubernetesGroup) {
      row.only_through.clear();
    }
    answer_.grantees.push_back(std::move(row));
  }

  // The everyone-like group whose binding grants, if one does.
  std::string CollectiveOf(const Closure::Way& way) const {
    const auto* kubernetes = dynamic_cast<const KubernetesJudge*>(&ask_.judge());
    if (kubernetes == nullptr) {
      return {};
    }
    const ClusterEngine& engine = ask_.world().cluster(kubernetes->cluster());
    const KubernetesSession& session = ask_.walk().kubernetes(way.end);
    rbac::Identity identity;
    identity.username = session.username;
    identity.groups.assign(session.groups.begin(), session.groups.end());
    const rbac::Decision decision =
        kubernetes->asks_any() ? engine.rbac->AuthorizeAny(engine.rbac->Resolve(identity),
                                                           kubernetes->request(), kubernetes->any())
                               : engine.rbac->Authorize(identity, kubernetes->request());
    if (decision.allowed != Tri::kTrue || decision.grant.binding == rbac::kNone ||
        decision.grant.subject == rbac::kNone) {
      return {};
    }
    const facts::Subject& subject =
        engine.bindings[decision.grant.binding]->subjects[decision.grant.subject];
    return subject.kind == "Group" && IsEveryoneLike(subject.name)
               ? Concat({"group:", subject.name})
               : std::string();
  }

  // What could let in anybody: one row each.
  void AddHoleRows(const KubernetesJudge& kubernetes, const std::vector<rbac::Decision>& anybody) {
    const ClusterEngine& engine = ask_.world().cluster(kubernetes.cluster());
    const auto add = [&](facts::HoleId hole, const facts::Origin& origin) {
      Grantee row;
      row.principal = "*";
      row.kind = "hole";
      row.decision = Decision::kUnknown;
      row.reason = "hole";
      row.origin = ask_.world().OriginOf(
          hole == facts::HoleId::kNone ? origin : ask_.world().holes()[hole].origin);
      if (!row.origin.known()) {
        row.origin = ask_.world().OriginOf(origin);
      }
      answer_.grantees.push_back(std::move(row));
      ask_.AddFillHints({hole}, answer_.hints);
    };
    if (engine.authenticator != nullptr &&
        engine.authenticator->open_to_anybody() != facts::HoleId::kNone) {
      add(engine.authenticator->open_to_anybody(), {});
    }
    for (const rbac::Decision& decision : anybody) {
      if (decision.grant.binding != rbac::kNone) {
        add(decision.hole, engine.bindings[decision.grant.binding]->origin);
      }
    }
  }

  Ask& ask_;
  WhoAnswer& answer_;
  Closure closure_;
};

// Whoever has it in single namespaces or for named objects only is easily missed where a question
// means all of them.
void HintElsewhere(Ask& ask, const KubernetesJudge& kubernetes, WhoAnswer& answer) {
  const rbac::Request& request = kubernetes.request();
  if (!request.url.empty() || kubernetes.asks_any() || !answer.permission.role_ref.empty()) {
    return;
  }
  rbac::Any any;
  any.namespace_name = request.namespace_name.empty() && kubernetes.namespaced();
  any.name = request.name.empty();
  if (!any.namespace_name && !any.name) {
    return;
  }
  // What any of it asks for is compared as text, binding by binding: not in huge clusters.
  constexpr size_t kMaxBindings = 5'000;
  const ClusterEngine& engine = ask.world().cluster(kubernetes.cluster());
  if (engine.bindings.size() > kMaxBindings) {
    return;
  }
  std::vector<std::string> elsewhere;
  for (const rbac::Grantee& grantee : engine.rbac->GranteesAny(request, any)) {
    if (grantee.kind == rbac::Grantee::Kind::kAnybody || grantee.decision.allowed == Tri::kFalse) {
      continue;
    }
    const std::string_view kind = grantee.kind == rbac::Grantee::Kind::kUser    ? "user"
                                  : grantee.kind == rbac::Grantee::Kind::kGroup ? "group"
                                                                                : "sa";
    std::string shown = ShowNode(
        ask.walk(),
        SubjectNode(kind, kubernetes.cluster(), grantee.namespace_name, grantee.name, ask.walk()));
    if (std::none_of(answer.grantees.begin(), answer.grantees.end(),
                     [&](const Grantee& row) { return row.principal == shown; })) {
      elsewhere.push_back(std::move(shown));
    }
  }
  if (elsewhere.empty()) {
    return;
  }
  std::sort(elsewhere.begin(), elsewhere.end());
  constexpr size_t kMaxTold = 5;
  const size_t more = elsewhere.size() > kMaxTold ? elsewhere.size() - kMaxTold : 0;
  elsewhere.resize(elsewhere.size() - more);
  answer.hints.push_back(Concat(
      {any.namespace_name ? "in single namespaces or for single objects only: "
                          : "for single objects only: ",
       Join(elsewhere, ", "), more > 0 ? Concat({" and ", std::to_string(more), " more"}) : "",
       any.namespace_name ? " (--any lists them, -n NAMESPACE asks about one)"
                          : " (--any lists them)"}));
}

}  // namespace

absl::StatusOr<WhoAnswer> AnswerWho(Ask& ask, const std::vector<std::string>& permission) {
  absl::Status read = ask.Read(permission);
  if (!read.ok()) {
    return read;
  }
  WhoAnswer answer;
  answer.world = ask.world().which();
  answer.permission = ask.permission();
  answer.incomplete = !ask.world().complete();
  Who(ask, answer).Run();
  if (const auto* kubernetes = dynamic_cast<const KubernetesJudge*>(&ask.judge())) {
    HintElsewhere(ask, *kubernetes, answer);
  }
  answer.assumptions = ask.Assumptions();
  answer.notes = ask.notes();
  return answer;
}

absl::StatusOr<WhoAnswer> AnswerWho(const World& world, const std::vector<std::string>& permission,
                                    const QuestionOptions& options) {
  Ask ask(world, options);
  return AnswerWho(ask, permission);
}

}  // namespace whomay::query

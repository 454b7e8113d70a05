// Escalation: who holds a permission that makes more of him than the files say.
//
// For every principal, what it can become with escalation edges is held against what it ordinarily
// is. A principal is charged with what it holds itself: roles that it may assume are principals of
// their own. Source: spec rbac 3, spec iam 3; the edges are the Walk's (query/escalation.h).
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "base/strings.h"
#include "findings/report.h"
#include "query/ask.h"
#include "query/kubernetes_judge.h"
#include "query/reached.h"

namespace whomay::findings {
namespace {

using graph::Node;
using graph::NodeId;
using graph::NodeKind;
using query::IsEscalation;
using query::Reached;
using query::StateId;
using query::Transition;
using query::Walk;

// Principals looked at; beyond, the check says that it stopped.
constexpr size_t kMaxStarts = 4'000;
// Roles named in one message.
constexpr size_t kMaxNamed = 5;

// Steps by which a principal becomes another one that is looked at by itself.
bool IsHop(const Transition& transition) {
  return transition.identity_hop && !IsEscalation(transition.edge);
}

// The first abuse on a way; the way's end where it takes none.
auto FirstAbuse(const query::Closure::Way& way) {
  return std::find_if(way.steps.begin(), way.steps.end(),
                      [](const auto& step) { return IsEscalation(step.second->edge); });
}

// What of a step holds whatever the files leave open: findings rest on nothing else.
Formula Certain(const Transition& transition, iam::Workspace& workspace) {
  if (transition.open == Formula::kTrue || transition.open == Formula::kLimit) {
    return transition.open == Formula::kTrue ? Formula::kTrue : Formula::kFalse;
  }
  std::vector<uint32_t> holes;
  for (const uint32_t variable : workspace.formulas.Support(transition.open)) {
    if (workspace.atoms.at(variable).kind == iam::Atom::Kind::kHole) {
      holes.push_back(variable);
    }
  }
  const Formula certain = workspace.formulas.ForAll(transition.open, holes);
  return certain == Formula::kLimit ? Formula::kFalse : certain;
}

class Escalations {
 public:
  explicit Escalations(Reporter& to)
      : to_(to), options_(Options()), ask_(to.world(), options_), walk_(ask_.walk()) {
    rbac::Request everything;
    everything.verb = everything.group = everything.resource = "*";
    for (uint32_t c = 0; c < to.graph().clusters.size(); ++c) {
      judges_.push_back(
          std::make_unique<query::KubernetesJudge>(walk_, c, everything, rbac::Any{}));
    }
  }

  void Run() {
    FindSystemAccounts();
    const graph::Graph& graph = to_.graph();
    for (const auto pass :
         {&Escalations::IsPrincipal, &Escalations::IsUser, &Escalations::IsGroup}) {
      for (uint32_t n = 0; n < graph.nodes.size(); ++n) {
        if ((this->*pass)(graph.nodes[n], static_cast<NodeId>(n)) && ++looked_at_ <= kMaxStarts) {
          Look(static_cast<NodeId>(n));
        }
      }
    }
    if (looked_at_ > kMaxStarts) {
      to_.Say("escalation-not-checked", "*", {},
              Concat({"there are ", std::to_string(looked_at_),
                      " principals; escalation was looked "
                      "for in the first ",
                      std::to_string(kMaxStarts)}));
    }
  }

 private:
  static QuestionOptions Options() {
    QuestionOptions options;
    options.escalate = true;
    return options;
  }

  // Kubernetes' own controllers and EKS's add-ons, by the bindings that every cluster has.
  void FindSystemAccounts() {
    for (const graph::Cluster& cluster : to_.graph().clusters) {
      for (const uint32_t i : cluster.bindings) {
        const facts::RbacBinding& binding = to_.facts().bindings[i];
        for (const facts::Subject& subject : binding.subjects) {
          if (subject.kind == "ServiceAccount") {
            auto& accounts = IsSystemName(binding.name) ? system_ : bound_;
            accounts.insert(Concat(
                {subject.namespace_name.empty() ? binding.namespace_name : subject.namespace_name,
                 "/", subject.name}));
          }
        }
      }
    }
  }

  bool IsPrincipal(const Node& node, NodeId /*id*/) const {
    if (node.pattern) {
      return false;
    }
    if (node.kind == NodeKind::kServiceAccount) {
      const std::string name = Concat({node.namespace_name, "/", node.local_name});
      const bool system = node.namespace_name == "kube-system" && system_.count(name) > 0;
      return to_.Wanted(node.cluster) && !system && (node.declared || bound_.count(name) > 0);
    }
    return (node.kind == NodeKind::kIamUser || node.kind == NodeKind::kIamRole) && node.declared;
  }
  bool IsUser(const Node& node, NodeId id) const {
    return node.kind == NodeKind::kKubernetesUser && to_.Wanted(node.cluster) &&
           !IsSystemName(node.local_name) && seen_.count(id) == 0;
  }
  bool IsGroup(const Node& node, NodeId /*id*/) const {
    return node.kind == NodeKind::kKubernetesGroup && to_.Wanted(node.cluster) &&
           !IsSystemName(node.local_name) && carried_.count(std::string(node.local_name)) == 0;
  }

  // Decisions that a finding is made of.
  bool Holds(Formula formula) {
    const Decision decision = ask_.Decide(formula).decision;
    return decision == Decision::kAllowed || decision == Decision::kConditional;
  }

  Formula ClusterAdmin(StateId state, uint32_t cluster) {
    const Node& node = walk_.node(walk_.state(state).node);
    if (!Walk::IsKubernetes(node.kind) || node.cluster != cluster) {
      return Formula::kFalse;
    }
    const auto [at, added] = cluster_admin_.try_emplace(state, Formula::kFalse);
    if (added) {
      at->second = judges_[cluster]->Judge(state).open;
    }
    return at->second;
  }

  // Any action on anything: by escalation, or as a policy says it plainly.
  bool AwsAdmin(StateId state) const {
    const NodeId id = walk_.state(state).node;
    const query::CompiledIdentity* identity =
        graph::Index(id) < to_.graph().nodes.size() ? to_.world().identity(id) : nullptr;
    if (identity == nullptr || (identity->has_boundary && !walk_.aws(state).unbounded)) {
      return false;
    }
    if (walk_.aws(state).admin) {
      return true;
    }
    return std::any_of(
        identity->policies.begin(), identity->policies.end(), [](const iam::Policy* policy) {
          const auto& statements = policy->document().statements;
          return std::any_of(statements.begin(), statements.end(), [](const auto& statement) {
            const auto star = [](const std::vector<facts::Str>& texts) {
              return std::any_of(texts.begin(), texts.end(),
                                 [](facts::Str text) { return text == "*" || text == "*:*"; });
            };
            return statement.effect == facts::Statement::Effect::kAllow &&
                   statement.conditions.empty() && !statement.conditions_open &&
                   star(statement.actions) && star(statement.resources);
          });
        });
  }

  void Look(NodeId start) {
    const std::vector<StateId> starts = walk_.Start(start);
    Reached before(walk_, starts, [this](const Transition& transition, uint32_t /*hops*/) {
      return IsEscalation(transition.edge) ? Formula::kFalse
                                           : Certain(transition, walk_.workspace());
    });
    std::vector<StateId> ordinary = starts;
    ordinary.insert(ordinary.end(), before.order().begin(), before.order().end());
    std::set<NodeId> roles;
    std::set<uint32_t> admin_of;
    bool aws_admin = false;
    for (const StateId state : ordinary) {
      const NodeId id = walk_.state(state).node;
      seen_.insert(id);
      for (const facts::Str group : walk_.kubernetes(state).groups) {
        carried_.insert(std::string(group));
      }
      if (ask_.Decide(before.open(state)).decision == Decision::kDenied) {
        continue;
      }
      roles.insert(id);
      aws_admin = aws_admin || AwsAdmin(state);
      for (uint32_t c = 0; c < judges_.size(); ++c) {
        if (ClusterAdmin(state, c) != Formula::kFalse) {
          admin_of.insert(c);
        }
      }
    }
    Reached after(walk_, starts, [this](const Transition& transition, uint32_t hops) {
      return hops == 0 && IsHop(transition) ? Formula::kFalse
                                            : Certain(transition, walk_.workspace());
    });
    FormulaStore& formulas = walk_.workspace().formulas;
    std::vector<StateId> gained;
    for (const StateId state : after.order()) {
      if (const query::Closure::Way way = after.WayTo(state); FirstAbuse(way) == way.steps.end()) {
        continue;  // what it ordinarily is
      }
      const Node& node = walk_.node(walk_.state(state).node);
      for (uint32_t c = 0; c < judges_.size(); ++c) {
        const Formula open = formulas.And(after.open(state), ClusterAdmin(state, c));
        if (admin_of.count(c) == 0 && to_.Wanted(c) && open != Formula::kFalse && Holds(open)) {
          admin_of.insert(c);
          const facts::Str cluster = to_.graph().clusters[c].name;
          Say("escalation-cluster-admin", start, after, state,
              Concat({"can make itself administrator of cluster ", to_.Show(cluster)}),
              std::string(cluster));
        }
      }
      if (!aws_admin && AwsAdmin(state) && Holds(after.open(state))) {
        aws_admin = true;
        Say("escalation-aws-admin", start, after, state,
            Concat({"can give itself every permission in AWS, as ", to_.Show(node.name)}), {});
      }
      if (node.kind == NodeKind::kIamRole && roles.count(walk_.state(state).node) == 0 &&
          Holds(after.open(state))) {
        roles.insert(walk_.state(state).node);
        gained.push_back(state);
      }
    }
    if (!gained.empty()) {
      Roles(start, after, gained, aws_admin || !admin_of.empty());
    }
  }

  bool Bounded(NodeId id) const {
    if (graph::Index(id) >= to_.graph().nodes.size()) {
      return false;
    }
    const query::CompiledIdentity* identity = to_.world().identity(id);
    return identity != nullptr && identity->has_boundary;
  }

  void Roles(NodeId start, Reached& reach, const std::vector<StateId>& gained, bool admin) {
    std::vector<StateId> named = gained;
    const bool bounded = Bounded(start);
    if (bounded) {
      named.erase(std::remove_if(named.begin(), named.end(),
                                 [&](StateId state) { return Bounded(walk_.state(state).node); }),
                  named.end());
    }
    const bool escape = bounded && !named.empty();
    if (!escape) {
      if (admin) {
        return;  // said already, and everything follows from it
      }
      named = gained;
    }
    if (escape) {
      Say("escalation-past-boundary", start, reach, named.front(),
          Concat(
              {"has a permissions boundary, and can become roles that have none: ", ListOf(named)}),
          {});
      return;
    }
    // Who deploys in a namespace decides what runs there: its ServiceAccounts' roles come with
    // that.
    const auto deployed = std::stable_partition(
        named.begin(), named.end(), [&](StateId state) { return !Deploys(reach, state); });
    for (const auto& [rule, roles] :
         {std::pair("escalation-role", std::vector<StateId>(named.begin(), deployed)),
          std::pair("escalation-deploy", std::vector<StateId>(deployed, named.end()))}) {
      if (!roles.empty()) {
        Say(rule, start, reach, roles.front(), Concat({"can become ", ListOf(roles)}), {});
      }
    }
  }

  std::string ListOf(const std::vector<StateId>& roles) {
    std::string list;
    for (size_t i = 0; i < roles.size() && i < kMaxNamed; ++i) {
      list += list.empty() ? "" : ", ";
      list += to_.Show(walk_.node(walk_.state(roles[i]).node).name);
    }
    if (roles.size() > kMaxNamed) {
      list += Concat({" and ", std::to_string(roles.size() - kMaxNamed), " more"});
    }
    return list;
  }

  // Is the first abuse on the way one that needs no more than to start workloads of one's own in
  // that namespace?
  bool Deploys(Reached& reach, StateId end) {
    for (const auto& [from, step] : reach.WayTo(end).steps) {
      if (step->edge == "escalate:pass-role" || step->edge == "escalate:eks-pod-identity") {
        return true;  // a role handed to a service, and work for that service
      }
      if (IsEscalation(step->edge)) {
        const Node& into = walk_.node(walk_.state(step->to).node);
        return std::any_of(reach.order().begin(), reach.order().end(), [&](StateId state) {
          const Node& pod = walk_.node(walk_.state(state).node);
          return pod.kind == NodeKind::kWorkload && pod.pattern && pod.cluster == into.cluster &&
                 pod.namespace_name == into.namespace_name && pod.namespace_name != "*";
        });
      }
    }
    return false;
  }

  void Say(std::string_view rule, NodeId start, Reached& reach, StateId end, std::string message,
           std::string detail) {
    const query::Closure::Way way = reach.WayTo(end);
    const query::Ask::Verdict verdict = ask_.Decide(way.open);
    const auto step = FirstAbuse(way);
    message += Concat({" (", step->second->edge.substr(9), ")"});
    for (const Condition& condition : verdict.conditions) {
      message += Concat({", if ", condition.text});
    }
    const Node& node = walk_.node(start);
    Finding& finding = to_.Say(rule, to_.Show(query::ShowNode(walk_, start)), node.origin,
                               std::move(message), std::move(detail));
    finding.path = ask_.PathOf(way, nullptr);
    if (!finding.origin.known() && !finding.path.steps.empty()) {
      finding.origin = finding.path.steps.front().origin;
    }
  }

  Reporter& to_;
  QuestionOptions options_;
  query::Ask ask_;
  Walk& walk_;
  std::vector<std::unique_ptr<query::KubernetesJudge>> judges_;
  std::set<std::string> system_, bound_, carried_;
  std::set<NodeId> seen_;
  std::map<StateId, Formula> cluster_admin_;  // of the state's own cluster
  size_t looked_at_ = 0;
};

}  // namespace

void CheckEscalation(Reporter& to) { Escalations(to).Run(); }

}  // namespace whomay::findings

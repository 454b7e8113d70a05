// What each kind of identity can take on: the edges of the graph, judged for the state that walks
// them.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/arn.h"
#include "base/glob.h"
#include "base/strings.h"
#include "eks/nodes.h"
#include "eks/pod_identity.h"
#include "query/aws_judge.h"
#include "query/walk.h"
#include "source/limits.h"

namespace whomay::query {
namespace {

using graph::Edge;
using graph::EdgeKind;
using graph::Node;
using graph::NodeKind;
using iam::Reason;

Reason ReasonOf(eks::Outcome::Why why) {
  switch (why) {
    case eks::Outcome::Why::kCertain:
      return Reason::kNone;
    case eks::Outcome::Why::kUndetermined:
      return Reason::kUndetermined;
    case eks::Outcome::Why::kHole:
    case eks::Outcome::Why::kMode:
    case eks::Outcome::Why::kCreator:
      return Reason::kHole;
  }
  return Reason::kHole;
}

std::string_view EdgeName(eks::Outcome::Via via) {
  switch (via) {
    case eks::Outcome::Via::kAccessEntry:
    case eks::Outcome::Via::kImplicitEntry:
    case eks::Outcome::Via::kCreatorEntry:
      return "access-entry";
    default:
      return "aws-auth";
  }
}

}  // namespace

const Authenticated& Walk::Authenticate(StateId id, uint32_t cluster) {
  const uint64_t key = (uint64_t{static_cast<uint32_t>(id)} << 32) | cluster;
  std::unique_ptr<Authenticated>& slot = authenticated_[key];
  if (slot != nullptr) {
    return *slot;
  }
  slot = std::make_unique<Authenticated>();
  slot->cluster = cluster;
  const Node& node = this->node(state(id).node);
  const eks::Authenticator* authenticator = world_.cluster(cluster).authenticator.get();
  if (authenticator == nullptr) {
    return *slot;
  }
  std::string arn(node.arn);
  if (node.kind == NodeKind::kAwsAccount || node.kind == NodeKind::kIamGroup) {
    arn = Concat({"arn:aws:iam::", node.account, ":user/*"});  // somebody in it whom no file names
  } else if (node.kind == NodeKind::kEveryone) {
    arn = "arn:aws:iam::*:user/*";
  }
  const bool principal =
      node.record != kNone && (node.kind == NodeKind::kIamUser || node.kind == NodeKind::kIamRole);
  std::optional<eks::Caller> caller =
      principal ? eks::CallerFromPrincipal(world_.facts().principals[node.record])
                : eks::CallerFromArn(arn);
  if (!caller) {
    return *slot;
  }
  const AwsSession& session = aws(id);
  if (caller->kind == eks::CallerKind::kRole && !session.name.empty()) {
    caller->session = std::string(session.name);
  }
  slot->asked = true;
  slot->answer = authenticator->Authenticate(*caller);
  const std::string_view name = world_.graph().clusters[cluster].name;
  if (slot->answer.aws_auth_absent) {
    Assume("absent", Concat({"no aws-auth ConfigMap of cluster ", name, " among the inputs"}));
  }
  if (slot->answer.mode_assumed) {
    Assume("assumed-mode", Concat({"no file says how cluster ", name,
                                   " authenticates; taken as API_AND_CONFIG_MAP"}));
  }
  return *slot;
}

StateId Walk::KubernetesState(uint32_t cluster, const eks::Outcome& outcome) {
  KubernetesSession session;
  std::vector<std::string_view> groups(outcome.groups.begin(), outcome.groups.end());
  for (const std::string& group : options_.groups) {
    groups.push_back(group);
  }
  const rbac::Identity identity = rbac::WithImplicitGroups(outcome.username, groups, false);
  session.username = texts_.Keep(outcome.username);
  for (const std::string_view group : identity.groups) {
    session.groups.push_back(texts_.Keep(group));
  }
  std::sort(session.groups.begin(), session.groups.end());
  session.groups.erase(std::unique(session.groups.begin(), session.groups.end()),
                       session.groups.end());
  session.username_open = outcome.username_open || outcome.via == eks::Outcome::Via::kAwsAuthOpen;
  session.groups_open = outcome.groups_open || outcome.via == eks::Outcome::Via::kAwsAuthOpen;
  session.undocumented = outcome.undocumented;
  session.node = outcome.node;
  session.hole = outcome.hole;
  session.access_policies = outcome.access_policies;
  session.possible_access_policies = outcome.possible_access_policies;
  session.implicit_policy = texts_.Keep(outcome.implicit_policy);
  session.origin = outcome.origin;
  Node node;
  node.kind = NodeKind::kKubernetesUser;
  node.cluster = cluster;
  node.local_name = session.username;
  node.name = texts_.Keep(
      Concat({"user:", session.username_open ? std::string("(not known until apply)")
                                             : world_.holes().Display(session.username)}));
  node.origin = outcome.origin;
  for (const NodeId known : {world_.graph().Find(
           Concat({"k8s|", std::to_string(cluster), "|user|/", session.username}))}) {
    if (known != NodeId::kNone && !session.username_open) {
      return Intern(known, {}, std::move(session));
    }
  }
  return Intern(AddNode(node), {}, std::move(session));
}

void Walk::AddAuthentications(StateId id, std::vector<Transition>& next) {
  for (uint32_t c = 0; c < world_.graph().clusters.size(); ++c) {
    if (!MayJudge()) {
      return;
    }
    const Authenticated& known = Authenticate(id, c);
    // Outcomes are alternatives: each stands where those before it do not, so that what all of them
    // give is certain.
    Formula rest = Formula::kTrue;
    const size_t count = known.answer.outcomes.size();
    for (size_t i = 0; i < count; ++i) {
      const eks::Outcome& outcome = known.answer.outcomes[i];
      Transition transition;
      transition.edge = EdgeName(outcome.via);
      transition.origin = outcome.origin;
      transition.identity_hop = false;
      transition.open = rest;
      const bool exhaustive = known.answer.authenticated == Tri::kTrue && i + 1 == count;
      if (outcome.certainty != Tri::kTrue && !exhaustive) {
        const Formula chosen =
            HoleFormula(outcome.hole, ReasonOf(outcome.why),
                        Concat({node(state(id).node).name, " authenticates in ",
                                world_.graph().clusters[c].name, " by way ", std::to_string(i)}));
        transition.open = workspace_.formulas.And(rest, chosen);
        rest = workspace_.formulas.And(rest, workspace_.formulas.Not(chosen));
      }
      if (outcome.needs_instance_session && !aws(id).instance) {
        iam::ReadableCondition chosen;
        chosen.key = "sts:RoleSessionName";
        chosen.op = "StringLike";
        chosen.values = {"i-*"};
        chosen.text = "the session is named as an EC2 instance (i-…)";
        chosen.chosen_by_caller = true;
        transition.chosen.push_back(std::move(chosen));
      }
      transition.to = KubernetesState(c, outcome);
      next.push_back(std::move(transition));
    }
  }
}

// One more edge, or too many.
bool Walk::MayJudge() {
  limit_hit_ = limit_hit_ || ++judged_ > source::kMaxJudgedEdges ||
               workspace_.atoms.size() > source::kMaxOpenAtoms;
  return !limit_hit_;
}

void Walk::AddAssumptions(StateId id, NodeId candidates_of, std::vector<Transition>& next) {
  AwsJudge judge(*this);
  absl::flat_hash_set<NodeId> seen;
  for (const Transition& t : next) {
    if (t.edge == "assume-role") {
      seen.insert(state(t.to).node);
    }
  }
  NodeId last = NodeId::kNone;
  for (const Edge& edge : world_.graph().out.of(candidates_of)) {
    if (edge.kind != EdgeKind::kAssumeRole || edge.to == last || edge.to == state(id).node) {
      continue;  // several statements of one trust policy are judged at once
    }
    last = edge.to;
    if (seen.count(edge.to) > 0) {
      continue;
    }
    if (!MayJudge()) {
      return;
    }
    const iam::Result result = judge.Assume(id, edge.to);
    if (result.allowed == Formula::kFalse) {
      continue;
    }
    Transition transition;
    transition.edge = "assume-role";
    transition.open = ChooseToFit(result.allowed, workspace_, &transition.chosen);
    if (transition.open == Formula::kFalse) {
      continue;
    }
    const Node& from = node(state(id).node);
    AwsSession session;
    session.chained = from.kind == NodeKind::kIamRole || from.kind == NodeKind::kRoleSession;
    session.assumed = true;
    session.no_mfa = aws(id).no_mfa || from.kind == NodeKind::kAwsService;
    session.tags = aws(id).tags;
    transition.origin = node(edge.to).origin;
    if (result.grant) {
      const iam::Policy* trust = world_.trust(edge.to);
      if (trust != nullptr && result.grant.layer == iam::LayerKind::kResource) {
        transition.origin.span = trust->statements()[result.grant.statement].source->span;
      }
    }
    transition.to = AwsState(edge.to, std::move(session));
    next.push_back(std::move(transition));
  }
}

void Walk::FromAws(StateId id, std::vector<Transition>& next) {
  const Node node = this->node(state(id).node);
  if (node.kind != NodeKind::kAwsService) {
    AddAuthentications(id, next);
  }
  if (options_.direct) {
    return;
  }
  AddAssumptions(id, state(id).node, next);
  if (node.kind == NodeKind::kAwsService || node.kind == NodeKind::kEveryone) {
    return;
  }
  if (node.kind == NodeKind::kRoleSession) {
    const NodeId role =
        world_.graph().FindIam(facts::IamKind::kRole, node.account, node.namespace_name);
    if (role != NodeId::kNone) {
      AddAssumptions(id, role, next);
    }
  }
  // A trust in the account leaves the rest to the caller's own policies.
  const NodeId account = world_.graph().Find(Concat({"account|", node.account}));
  if (account != NodeId::kNone && account != state(id).node &&
      (aws(id).admin || world_.MayAllow(state(id).node, "sts:assumerole"))) {
    AddAssumptions(id, account, next);
  }
  AddAssumptions(id, world_.graph().everyone, next);
}

void Walk::AddWebIdentity(StateId id, NodeId role, std::vector<Transition>& next) {
  const Node& node = this->node(state(id).node);
  const graph::Cluster& cluster = world_.graph().clusters[node.cluster];
  const bool seen = std::any_of(next.begin(), next.end(), [&](const Transition& t) {
    return t.edge == "web-identity" && state(t.to).node == role;
  });
  if (seen || cluster.issuer.empty()) {
    return;
  }
  AwsJudge judge(*this);
  const Str subject =
      texts_.Keep(Concat({"system:serviceaccount:", node.namespace_name, ":", node.local_name}));
  const iam::Result result = judge.WebIdentity(role, subject, cluster.issuer, {});
  if (result.allowed == Formula::kFalse) {
    return;
  }
  Transition transition;
  transition.edge = "web-identity";
  transition.open = ChooseToFit(result.allowed, workspace_, &transition.chosen);
  if (transition.open == Formula::kFalse) {
    return;
  }
  transition.origin = this->node(role).origin;
  if (result.grant && world_.trust(role) != nullptr) {
    transition.origin.span = world_.trust(role)->statements()[result.grant.statement].source->span;
  }
  AwsSession session;
  session.assumed = true;
  session.no_mfa = true;
  transition.to = AwsState(role, std::move(session));
  next.push_back(std::move(transition));
}

void Walk::AddPodIdentity(StateId id, const Edge& edge, std::vector<Transition>& next) {
  const uint32_t cluster_index = node(state(id).node).cluster;
  const graph::Cluster& cluster = world_.graph().clusters[cluster_index];
  const facts::Facts& facts = world_.facts();
  const facts::Cluster* record =
      cluster.record == kNone ? nullptr : &facts.clusters[cluster.record];
  const facts::PodIdentityAssociation& association = facts.pod_identities[edge.detail];
  const eks::PodIdentityAgent agent =
      eks::FindPodIdentityAgent(facts, record, cluster.addons, cluster.workloads);
  if (agent.present == Tri::kFalse) {
    Assume("absent", Concat({"no Pod Identity agent of cluster ", cluster.name,
                             " among the inputs: its associations give nothing"}));
    return;
  }
  if (!eks::WhyAssociationRefused(association, record).empty()) {
    return;  // EKS would not take it; a diagnostic says so
  }
  FormulaStore& formulas = workspace_.formulas;
  Formula open = NodesMayFetch(cluster_index);
  if (agent.present == Tri::kUnknown) {
    open = formulas.And(open, HoleFormula(facts::HoleId::kNone, Reason::kHole,
                                          Concat({"a Pod Identity agent in ", cluster.name})));
  }
  AwsJudge judge(*this);
  const eks::PodIdentityHop first = eks::FirstHop(association, record);
  open = formulas.And(open, judge.Service(eks::kPodIdentityService, edge.to, first));
  const facts::HoleId whole = facts::WholeHole(association.role_arn);
  if (whole != facts::HoleId::kNone && facts.holes[whole].kind != facts::Hole::Kind::kSymbol) {
    open = formulas.And(open, HoleFormula(whole, Reason::kHole, node(edge.to).name));
  }
  Transition transition;
  transition.edge = "pod-identity";
  transition.origin = association.origin;
  AwsSession session;
  session.assumed = session.no_mfa = true;
  for (const eks::SessionTag& tag : first.tags) {
    session.tags.emplace_back(texts_.Keep(tag.key), tag.open ? Str() : texts_.Keep(tag.value));
  }
  NodeId role = edge.to;
  if (!association.target_role_arn.empty()) {
    const NodeId target = world_.graph().FindArn(association.target_role_arn);
    if (target == NodeId::kNone) {
      return;
    }
    const eks::PodIdentityHop second = eks::TargetHop(association, record);
    open = formulas.And(open, judge.AssumeWith(AwsState(role, session), target, second));
    session.chained = true;
    role = target;
  }
  session.session_policy = association.session_policy;
  transition.open = ChooseToFit(open, workspace_, &transition.chosen);
  if (transition.open == Formula::kFalse) {
    return;
  }
  transition.to = AwsState(role, std::move(session));
  next.push_back(std::move(transition));
}

// A node's role must be allowed to fetch the credentials of Pod Identity.
Formula Walk::NodesMayFetch(uint32_t cluster_index) {
  const graph::Cluster& cluster = world_.graph().clusters[cluster_index];
  const facts::Facts& facts = world_.facts();
  const facts::Cluster* record =
      cluster.record == kNone ? nullptr : &facts.clusters[cluster.record];
  const std::vector<Str> roles = eks::PodIdentityNodeRoles(facts, record, cluster.node_groups);
  if (roles.empty()) {
    Assume("absent", Concat({"no node group of cluster ", cluster.name,
                             " among the inputs; its nodes "
                             "are taken to serve Pod Identity"}));
    return Formula::kTrue;
  }
  AwsJudge judge(*this);
  Formula open = Formula::kFalse;
  for (const Str role : roles) {
    const NodeId node_role = world_.graph().FindArn(role);
    if (node_role == NodeId::kNone) {
      open = workspace_.formulas.Or(
          open, HoleFormula(facts::WholeHole(role), Reason::kHole, "the role of the nodes"));
      continue;
    }
    AwsSession instance;
    instance.assumed = instance.instance = instance.no_mfa = true;
    AwsTarget target;
    target.resource = cluster.arn.empty() ? Str("*") : cluster.arn;
    target.account = cluster.account;
    open = workspace_.formulas.Or(open, judge
                                            .Evaluate(AwsState(node_role, std::move(instance)),
                                                      eks::kPodIdentityNodeAction, target)
                                            .allowed);
  }
  return open;
}

// A pod's way to the node's role through the instance metadata service (design 11).
void Walk::AddImds(uint32_t cluster_index, bool host_network, std::vector<Transition>& next) {
  const graph::Cluster& cluster = world_.graph().clusters[cluster_index];
  const facts::Facts& facts = world_.facts();
  const facts::Cluster* record =
      cluster.record == kNone ? nullptr : &facts.clusters[cluster.record];
  for (const eks::ImdsEdge& edge : eks::ImdsEdges(facts, record, cluster.node_groups)) {
    const Tri reached = host_network ? edge.from_host_network : edge.from_pods;
    const NodeId role = world_.graph().FindArn(edge.role_arn);
    if (reached == Tri::kFalse || role == NodeId::kNone) {
      continue;
    }
    Transition transition;
    transition.edge = "imds";
    if (edge.node_group != kNone) {
      transition.origin = facts.node_groups[edge.node_group].origin;
    } else if (record != nullptr) {
      transition.origin = record->origin;
    }
    if (reached == Tri::kUnknown) {
      transition.open = HoleFormula(facts::HoleId::kNone, Reason::kHole,
                                    Concat({"whether pods reach the metadata service of ",
                                            node(role).name, "'s nodes: ", edge.why}));
    }
    AwsSession session;
    session.assumed = session.instance = session.no_mfa = true;
    transition.to = AwsState(role, std::move(session));
    next.push_back(std::move(transition));
  }
}

void Walk::FromServiceAccount(StateId id, std::vector<Transition>& next) {
  if (options_.direct) {
    return;
  }
  const Node node = this->node(state(id).node);
  if (node.cluster == kNone || kubernetes(id).impersonated) {
    return;
  }
  const graph::Cluster& cluster = world_.graph().clusters[node.cluster];
  for (const Edge& edge : world_.graph().out.of(state(id).node)) {
    if (edge.kind == EdgeKind::kWebIdentity) {
      AddWebIdentity(id, edge.to, next);
    } else if (edge.kind == EdgeKind::kPodIdentity) {
      AddPodIdentity(id, edge, next);
    }
  }
  // Roles that admit it by a pattern, or admit everybody: judged with its own subject.
  for (const NodeId pattern : cluster.patterns) {
    const Node& admits = world_.graph().node(pattern);
    if (pattern == state(id).node ||
        !Glob(Concat({admits.namespace_name, ":", admits.local_name}))
             .Match(Concat({node.namespace_name, ":", node.local_name}))) {
      continue;
    }
    for (const Edge& edge : world_.graph().out.of(pattern)) {
      if (edge.kind == EdgeKind::kWebIdentity) {
        AddWebIdentity(id, edge.to, next);
      }
    }
  }
  for (const Edge& edge : world_.graph().out.of(world_.graph().everyone)) {
    if (edge.kind == EdgeKind::kWebIdentity) {
      AddWebIdentity(id, edge.to, next);
    }
  }
  for (const Edge& edge : world_.graph().out.of(cluster.any_pod)) {
    if (edge.kind == EdgeKind::kPodIdentity) {
      AddPodIdentity(id, edge, next);
    }
  }
  AddImds(node.cluster, /*host_network=*/false, next);
}

void Walk::FromWorkload(StateId id, std::vector<Transition>& next) {
  if (options_.direct) {
    return;
  }
  const Node node = this->node(state(id).node);
  for (const Edge& edge : world_.graph().out.of(state(id).node)) {
    if (edge.kind != EdgeKind::kRunsAs) {
      continue;
    }
    const facts::Workload& workload = world_.facts().workloads[edge.detail];
    Transition transition;
    transition.edge = "runs-as";
    transition.origin = workload.origin;
    transition.to = Start(edge.to).front();
    next.push_back(std::move(transition));
  }
  if (node.cluster != kNone) {
    const bool host_network =
        node.record != kNone && world_.facts().workloads[node.record].host_network;
    AddImds(node.cluster, host_network, next);
  }
}

void Walk::FromFederated(StateId id, std::vector<Transition>& next) {
  if (options_.direct) {
    return;
  }
  const Node node = this->node(state(id).node);
  AwsJudge judge(*this);
  const auto add = [&](NodeId from) {
    for (const Edge& edge : world_.graph().out.of(from)) {
      if (edge.kind != EdgeKind::kWebIdentity && edge.kind != EdgeKind::kSaml) {
        continue;
      }
      const bool seen = std::any_of(next.begin(), next.end(), [&](const Transition& t) {
        return state(t.to).node == edge.to;
      });
      if (seen) {
        continue;
      }
      const iam::Result result = edge.kind == EdgeKind::kSaml
                                     ? judge.Saml(edge.to, node.arn)
                                     : judge.WebIdentity(edge.to, node.local_name, {}, node.arn);
      Transition transition;
      transition.edge = graph::Name(edge.kind);
      transition.open = ChooseToFit(result.allowed, workspace_, &transition.chosen);
      if (transition.open == Formula::kFalse) {
        continue;
      }
      transition.origin = this->node(edge.to).origin;
      if (result.grant && world_.trust(edge.to) != nullptr) {
        transition.origin.span =
            world_.trust(edge.to)->statements()[result.grant.statement].source->span;
      }
      AwsSession session;
      session.assumed = session.no_mfa = true;
      session.provider = node.arn;
      transition.to = AwsState(edge.to, std::move(session));
      next.push_back(std::move(transition));
    }
  };
  add(state(id).node);
  // Other subjects of the same provider that admit this one too.
  for (uint32_t i = 0; i < world_.graph().nodes.size(); ++i) {
    const Node& other = world_.graph().nodes[i];
    if (other.kind == NodeKind::kFederated && other.arn == node.arn && other.pattern &&
        other.name != node.name && Glob(other.local_name).Match(node.local_name)) {
      add(static_cast<NodeId>(i));
    }
  }
  add(world_.graph().everyone);
}

}  // namespace whomay::query

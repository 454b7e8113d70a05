// Escalation edges inside a cluster that are asked about one object by its name: roles to bind or
// to rewrite, Secrets that hold a token; and those from a node to its pods and back.
#include <algorithm>

#include "base/strings.h"
#include "query/escalation.h"

namespace whomay::query {
namespace {

using data::KubernetesPrimitive;
using graph::Node;
using graph::NodeKind;
using Kind = KubernetesPrimitive::Gain;

// Certificates for these signers are the API server's client certificates; a right to approve is
// given for one signer or for a domain (certificates.k8s.io, CertificateApproval admission).
constexpr std::string_view kSigners[] = {"kubernetes.io/kube-apiserver-client", "kubernetes.io/*"};

}  // namespace

// As a user, or as somebody of a group, who came by another way than a token.
void Escalation::As(const Caller& caller, const KubernetesPrimitive& primitive, NodeId who,
                    const Open& open, std::vector<Transition>& next) {
  const Node& node = walk_.node(who);
  KubernetesSession session;
  session.impersonated = true;
  session.groups = {"system:authenticated"};
  if (node.kind == NodeKind::kKubernetesUser) {
    session.username = node.local_name;
  } else {
    session.groups.push_back(node.local_name);
    std::sort(session.groups.begin(), session.groups.end());
    session.group_only = true;
  }
  Push(primitive.id, caller.state, walk_.Intern(who, {}, std::move(session)), open, next);
}

// A client certificate says its holder's name and groups; only system:masters is kept out of it
// (admission plugin CertificateSubjectRestriction).
void Escalation::Certificates(const Caller& caller, const KubernetesPrimitive& primitive,
                              std::vector<Transition>& next) {
  FormulaStore& formulas = walk_.workspace().formulas;
  Open open;
  for (const std::string_view signer : kSigners) {
    const Open one = Holds(caller, primitive, {}, signer);
    open.origin = one.formula == Formula::kFalse ? open.origin : one.origin;
    open.formula = formulas.Or(open.formula, one.formula);
  }
  const graph::Cluster& cluster = world_.graph().clusters[caller.cluster];
  if (open.formula != Formula::kFalse && cluster.record != kNone) {
    // EKS documents signers of its own only.
    open.formula = formulas.And(
        open.formula,
        walk_.HoleFormula(facts::HoleId::kNone, iam::Reason::kUndocumented,
                          Concat({"whether ", cluster.name, " signs client certificates"})));
  }
  for (uint32_t i = 0; i < world_.graph().nodes.size() && open.formula != Formula::kFalse; ++i) {
    const Node& node = world_.graph().nodes[i];
    const auto id = static_cast<NodeId>(i);
    const bool named =
        node.kind == NodeKind::kKubernetesUser ||
        (node.kind == NodeKind::kKubernetesGroup && node.local_name != rbac::kMasters);
    if (named && node.cluster == caller.cluster && id != walk_.state(caller.state).node &&
        !facts::HasHole(node.local_name)) {
      As(caller, primitive, id, open, next);
    }
  }
}

// Tokens in Secrets have no audience, so AWS does not take them.
void Escalation::LegacyTokens(const Caller& caller, const KubernetesPrimitive& primitive,
                              std::vector<Transition>& next) {
  const NodeId self = walk_.state(caller.state).node;
  for (const uint32_t i : world_.graph().clusters[caller.cluster].token_secrets) {
    const facts::TokenSecret& secret = world_.facts().token_secrets[i];
    const NodeId account = world_.graph().FindServiceAccount(caller.cluster, secret.namespace_name,
                                                             secret.service_account);
    if (account == NodeId::kNone || account == self) {
      continue;
    }
    Open open = Holds(caller, primitive, secret.namespace_name, secret.name);
    open.origin = open.formula == Formula::kFalse ? open.origin : secret.origin;
    KubernetesSession session = walk_.kubernetes(AccountState(account));
    session.impersonated = true;
    Push(primitive.id, caller.state, walk_.Intern(account, {}, std::move(session)), open, next);
  }
}

// The roles that it could bind somewhere, as far as their names go.
std::vector<uint32_t> Escalation::Bindable(const Caller& caller,
                                           const KubernetesPrimitive& primitive) {
  const ClusterEngine& engine = world_.cluster(caller.cluster);
  const bool cluster_roles = primitive.gain == Kind::kBoundClusterRole;
  const data::KubernetesNeed& bind = primitive.needs.front();
  rbac::Any anywhere;
  anywhere.namespace_name = true;
  std::vector<uint32_t> found;
  for (uint32_t role = 0; role < engine.roles.size(); ++role) {
    const facts::RbacRole& record = *engine.roles[role];
    if (record.cluster_role != cluster_roles || facts::HasHole(record.name)) {
      continue;
    }
    rbac::Request request;
    request.verb = bind.verbs.front();
    request.group = bind.group;
    request.resource = bind.resource;
    request.name = record.name;
    if (!caller.plain ||
        engine.rbac->AuthorizeAny(caller.identity, request, anywhere).allowed != Tri::kFalse) {
      found.push_back(role);
    }
  }
  return found;
}

// Roles that somebody may bind to himself, by name. Those that he certainly may come together, so
// that a walk need not bind one after another.
void Escalation::BindRoles(const Caller& caller, std::vector<Transition>& next) {
  if (!walk_.kubernetes(caller.state).bound.empty()) {
    return;
  }
  const ClusterEngine& engine = world_.cluster(caller.cluster);
  std::vector<std::pair<Str, uint32_t>> certain;
  Open all;
  all.formula = Formula::kTrue;
  const auto push = [&](std::vector<std::pair<Str, uint32_t>> bound, const Open& open) {
    KubernetesSession session = walk_.kubernetes(caller.state);
    std::sort(bound.begin(), bound.end());
    session.bound = std::move(bound);
    Push("bind", caller.state, walk_.Intern(walk_.state(caller.state).node, {}, std::move(session)),
         open, next);
  };
  const auto ask = [&](const KubernetesPrimitive& primitive, Str ns, uint32_t role) {
    const Open open = Holds(caller, primitive, ns, engine.roles[role]->name);
    const std::pair<Str, uint32_t> one = {primitive.cluster_wide ? Str("*") : ns, role};
    if (open.formula == Formula::kTrue) {
      certain.push_back(one);
      all.origin = open.origin;
    } else if (open.formula != Formula::kFalse) {
      push({one}, open);
    }
  };
  for (const KubernetesPrimitive& primitive : data::KubernetesPrimitives()) {
    const bool cluster_roles = primitive.gain == Kind::kBoundClusterRole;
    if ((!cluster_roles && primitive.gain != Kind::kBoundRole) || !MayHold(caller, primitive)) {
      continue;
    }
    const std::vector<uint32_t> roles = Bindable(caller, primitive);
    std::vector<Str> scopes(primitive.cluster_wide ? 1 : 0);
    for (const auto& [ns, place] : PlacesOf(caller, primitive)) {
      if (!primitive.cluster_wide && !roles.empty()) {
        scopes.push_back(ns);
      }
    }
    for (const Str ns : scopes) {
      if (cluster_roles && Holds(caller, primitive, ns, {}).formula != Formula::kFalse) {
        continue;  // any ClusterRole, cluster-admin included: Administer
      }
      for (const uint32_t role : roles) {
        if (cluster_roles || engine.roles[role]->namespace_name == ns) {
          ask(primitive, ns, role);
        }
      }
    }
  }
  if (!certain.empty()) {
    push(std::move(certain), all);
  }
}

// Everything, where a role that one may write into is bound to oneself.
void Escalation::RewriteRoles(const Caller& caller, const KubernetesPrimitive& primitive,
                              std::vector<Transition>& next) {
  const ClusterEngine& engine = world_.cluster(caller.cluster);
  for (const rbac::Holding& holding : engine.rbac->Rules(caller.identity)) {
    if (holding.grant.role == rbac::kNone || holding.applies != Tri::kTrue) {
      continue;
    }
    const facts::RbacRole& role = *engine.roles[holding.grant.role];
    if (role.cluster_role == primitive.cluster_wide) {
      const Open open = Holds(caller, primitive, role.namespace_name, role.name);
      if (open.formula != Formula::kFalse) {
        Administer(caller, primitive, holding.cluster_wide ? Str("*") : Str(holding.namespace_name),
                   open, next);
      }
    }
  }
}

// A pod that has its node in hand has the credentials of the node, whatever the metadata service
// lets through; Fargate has no such nodes.
void Escalation::OutOfPod(StateId state, std::vector<Transition>& next) {
  const Node node = walk_.node(walk_.state(state).node);
  if (node.record == kNone || node.cluster == kNone) {
    return;
  }
  const facts::Workload& workload = world_.facts().workloads[node.record];
  if (workload.holds_node == Tri::kFalse) {
    return;
  }
  Open open;
  open.origin = workload.origin;
  open.formula = workload.holds_node == Tri::kTrue
                     ? Formula::kTrue
                     : Unless(Concat({"whether ", node.name, " gets hold of its node"}));
  std::vector<Transition> nodes;
  walk_.AddImds(node.cluster, /*host_network=*/true, nodes);
  for (const Transition& to_node : nodes) {
    Push("node-escape", state, to_node.to, open, next);
  }
}

// Whoever is a node gets the tokens of the pods that run on it (Node authorizer); which do, no file
// says.
void Escalation::FromNode(StateId state, std::vector<Transition>& next) {
  const uint32_t cluster = walk_.node(walk_.state(state).node).cluster;
  for (const auto& [ns, place] : ClusterOf(cluster).places) {
    for (const auto& [kind, pod] : place.workloads) {
      Open open;
      open.origin = walk_.node(pod).origin;
      open.formula = Unless(Concat({"whether ", walk_.node(pod).name, " runs on a node of ",
                                    walk_.node(walk_.state(state).node).name}));
      Push("node-pods", state, PodState(pod), open, next);
    }
  }
}

}  // namespace whomay::query

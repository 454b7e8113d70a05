#include "query/escalation.h"

#include <algorithm>

#include "base/glob.h"
#include "base/strings.h"
#include "query/escalation_aws.h"
#include "query/kubernetes_judge.h"

namespace whomay::query {
namespace {

using data::KubernetesPrimitive;
using graph::Node;
using graph::NodeKind;
using Kind = KubernetesPrimitive::Gain;

constexpr std::string_view kSystem = "kube-system";

rbac::Request RequestOf(const data::KubernetesNeed& need, std::string_view verb, Str ns, Str name) {
  rbac::Request request;
  request.verb = verb;
  request.group = need.group;
  request.resource = need.resource;
  request.subresource = need.subresource;
  request.namespace_name = ns;
  request.name = need.name == data::KubernetesNeed::Name::kGiven ? name : Str();
  return request;
}

// Roles of one's choice: nothing new to somebody who holds everything.
bool GivesRules(Kind gain) {
  return gain == Kind::kNamespaceAdmin || gain == Kind::kClusterAdmin ||
         gain == Kind::kBoundClusterRole || gain == Kind::kBoundRole ||
         gain == Kind::kRewrittenRole;
}

// A name that the pattern admits.
std::string NameFor(std::string_view pattern) {
  std::string name;
  for (const char c : pattern) {
    name += c == '*' ? std::string("new") : c == '?' ? std::string("x") : std::string(1, c);
  }
  return name;
}

}  // namespace

Escalation::Escalation(Walk& walk)
    : walk_(walk), world_(walk.world()), aws_(std::make_unique<AwsEscalation>(*this)) {}
Escalation::~Escalation() = default;

const Escalation::Cluster& Escalation::ClusterOf(uint32_t cluster) {
  const auto [at, added] = clusters_.try_emplace(cluster);
  if (!added) {
    return at->second;
  }
  Cluster& made = at->second;
  const graph::Cluster& of = world_.graph().clusters[cluster];
  const facts::Facts& facts = world_.facts();
  made.places.try_emplace("default");
  made.places.try_emplace(kSystem);
  for (const uint32_t i : of.namespaces) {
    made.places.try_emplace(facts.namespaces[i].name);
  }
  for (const uint32_t i : of.bindings) {
    const facts::RbacBinding& binding = facts.bindings[i];
    if (!binding.cluster_binding && !binding.namespace_name.empty()) {
      made.places.try_emplace(binding.namespace_name);
    }
  }
  for (const uint32_t i : of.access_policies) {
    for (const Str ns : facts.access_policies[i].namespaces) {
      if (ns.find_first_of("*?") == Str::npos && !facts::HasHole(ns)) {
        made.places.try_emplace(ns);
      }
    }
  }
  for (const NodeId account : of.service_account_nodes) {
    const Node& node = world_.graph().node(account);
    Place& place = made.places[node.namespace_name];
    // `default` stands in every namespace, and what runs as a ServiceAccount shows that it exists.
    const auto into = world_.graph().in.of(account);
    const bool exists = node.declared || node.local_name == "default" ||
                        std::any_of(into.begin(), into.end(), [](const graph::Edge& edge) {
                          return edge.kind == graph::EdgeKind::kRunsAs;
                        });
    (exists ? place.accounts : place.mentioned).push_back(account);
    place.has_default = place.has_default || node.local_name == "default";
  }
  for (const uint32_t i : of.workloads) {
    const facts::Workload& workload = facts.workloads[i];
    Place& place = made.places[workload.namespace_name];
    const NodeId pod =
        world_.graph().Find(Concat({"k8s|", std::to_string(cluster), "|", workload.kind, "|",
                                    workload.namespace_name, "/", workload.name}));
    if (pod != NodeId::kNone) {
      place.workloads.emplace_back(workload.kind, pod);
    }
  }
  AddAdmitted(cluster, made);
  return made;
}

Formula Escalation::Unless(std::string_view about) {
  return walk_.HoleFormula(facts::HoleId::kNone, iam::Reason::kHole, about);
}

Formula Escalation::Exists(NodeId account) {
  return Unless(Concat({"whether ", walk_.node(account).name, " exists"}));
}

// ServiceAccounts that a trust policy would admit if somebody made them.
void Escalation::AddAdmitted(uint32_t cluster, Cluster& to) {
  for (const NodeId id : world_.graph().clusters[cluster].patterns) {
    const Node pattern = world_.graph().node(id);
    for (auto& [ns, place] : to.places) {
      if (!Glob(pattern.namespace_name).Match(ns)) {
        continue;
      }
      const std::string name = NameFor(pattern.local_name);
      const auto taken = [&](const std::vector<NodeId>& accounts) {
        return std::any_of(accounts.begin(), accounts.end(), [&](NodeId account) {
          return Glob(pattern.local_name).Match(walk_.node(account).local_name);
        });
      };
      if (taken(place.accounts) || taken(place.mentioned) || taken(place.admitted)) {
        continue;
      }
      Node account;
      account.kind = NodeKind::kServiceAccount;
      account.cluster = cluster;
      account.namespace_name = ns;
      account.local_name = walk_.texts().Keep(name);
      account.name = walk_.texts().Keep(Concat({"sa:", ns, "/", name}));
      place.admitted.push_back(walk_.AddNode(account));
    }
  }
}

StateId Escalation::PodState(NodeId pod) {
  const auto [at, added] = plain_states_.try_emplace(pod, StateId::kNone);
  if (added) {
    at->second = walk_.AwsState(pod, {});
  }
  return at->second;
}

StateId Escalation::AccountState(NodeId account) {
  const auto [at, added] = plain_states_.try_emplace(account, StateId::kNone);
  if (added) {
    at->second = walk_.Start(account).front();
  }
  return at->second;
}

StateId Escalation::NewPod(uint32_t cluster, Str ns) {
  Node pod;
  pod.kind = NodeKind::kWorkload;
  pod.pattern = true;
  pod.cluster = cluster;
  pod.namespace_name = ns;
  pod.local_name = "*";
  pod.name = walk_.texts().Keep(Concat({"pod:", ns, "/*"}));
  return PodState(walk_.AddNode(pod));
}

StateId Escalation::Masters(uint32_t cluster) {
  Node node;
  node.kind = NodeKind::kKubernetesGroup;
  node.cluster = cluster;
  node.local_name = rbac::kMasters;
  node.name = "group:system:masters";
  const NodeId known =
      world_.graph().Find(Concat({"k8s|", std::to_string(cluster), "|group|/", rbac::kMasters}));
  return AccountState(known == NodeId::kNone ? walk_.AddNode(node) : known);
}

void Escalation::Push(std::string_view id, StateId from, StateId to, const Open& open,
                      std::vector<Transition>& next) {
  if (open.formula == Formula::kFalse) {
    return;
  }
  const auto [at, added] = pushed_.try_emplace({id, to}, next.size());
  if (!added) {
    Transition& known = next[at->second];
    const Formula all = walk_.workspace().formulas.Or(known.open, open.formula);
    if (all != known.open) {
      known.open = walk_.Coarse(all, Concat({id, " ", std::to_string(static_cast<uint32_t>(from)),
                                             " ", std::to_string(static_cast<uint32_t>(to))}));
      if (all == Formula::kTrue) {
        known.origin = open.origin;
      }
    }
    return;
  }
  Transition transition;
  transition.edge = walk_.texts().Keep(Concat({kEscalate, id}));
  transition.to = to;
  transition.open = ChooseToFit(open.formula, walk_.workspace(), &transition.chosen);
  transition.origin =
      open.origin.span.known() ? open.origin : walk_.node(walk_.state(to).node).origin;
  next.push_back(std::move(transition));
}

void Escalation::Add(StateId state, std::vector<Transition>& next) {
  pushed_.clear();
  const Node& node = walk_.node(walk_.state(state).node);
  if (Walk::IsKubernetes(node.kind) && node.cluster != kNone) {
    AddKubernetes(state, next);
  } else if (node.kind == NodeKind::kWorkload) {
    OutOfPod(state, next);
  } else if (node.kind == NodeKind::kIamUser || node.kind == NodeKind::kIamRole ||
             node.kind == NodeKind::kIamGroup || node.kind == NodeKind::kRoleSession) {
    aws_->Add(state, next);
  }
}

Escalation::Caller Escalation::CallerOf(StateId state) {
  Caller caller;
  caller.state = state;
  caller.cluster = walk_.node(walk_.state(state).node).cluster;
  const KubernetesSession& session = walk_.kubernetes(state);
  rbac::Identity identity;
  identity.username = session.username;
  identity.groups.assign(session.groups.begin(), session.groups.end());
  caller.identity = world_.cluster(caller.cluster).rbac->Resolve(identity);
  caller.plain = session.admin_of.empty() && session.access_policies.empty() &&
                 session.possible_access_policies.empty() && session.implicit_policy.empty() &&
                 !session.username_open && !session.groups_open && !session.undocumented &&
                 session.bound.empty() && !session.node;
  rbac::Request everything;
  everything.verb = everything.group = everything.resource = "*";
  caller.everything = Allows(caller, everything);
  if (caller.plain) {
    for (const rbac::Holding& holding :
         world_.cluster(caller.cluster).rbac->Rules(caller.identity)) {
      // A namespace that is not known until apply may be any.
      caller.plain = caller.plain && !facts::HasHole(holding.namespace_name);
      if (!holding.cluster_wide) {
        caller.namespaces.insert(holding.namespace_name);
      }
    }
  }
  return caller;
}

// Could it hold all that the primitive takes on some name: in some namespace, or cluster-wide?
bool Escalation::MayHold(const Caller& caller, const KubernetesPrimitive& primitive,
                         bool cluster_wide) const {
  if (!caller.plain || caller.everything.formula == Formula::kTrue) {
    return true;
  }
  rbac::Any any;
  any.name = true;
  any.namespace_name = !cluster_wide;
  const rbac::Policy& rbac = *world_.cluster(caller.cluster).rbac;
  return std::all_of(primitive.needs.begin(), primitive.needs.end(), [&](const auto& need) {
    return std::any_of(need.verbs.begin(), need.verbs.end(), [&](std::string_view verb) {
      return rbac.AuthorizeAny(caller.identity, RequestOf(need, verb, {}, {}), any).allowed !=
             Tri::kFalse;
    });
  });
}

std::vector<std::pair<Str, const Escalation::Place*>> Escalation::PlacesOf(
    const Caller& caller, const KubernetesPrimitive& primitive) {
  std::vector<std::pair<Str, const Place*>> found;
  const bool everywhere = MayHold(caller, primitive, /*cluster_wide=*/true);
  for (const auto& [ns, place] : ClusterOf(caller.cluster).places) {
    if (everywhere || caller.namespaces.count(ns) > 0) {
      found.emplace_back(ns, &place);
    }
  }
  return found;
}

Escalation::Open Escalation::Allows(const Caller& caller, const rbac::Request& request) {
  Open open;
  const ClusterEngine& engine = world_.cluster(caller.cluster);
  if (caller.plain) {
    const rbac::Decision decision =
        engine.rbac->Authorize(caller.identity, engine.rbac->Resolve(request));
    if (decision.allowed != Tri::kUnknown) {
      open.formula = FormulaStore::Constant(decision.allowed == Tri::kTrue);
      if (decision.allowed == Tri::kTrue && decision.grant.binding != rbac::kNone) {
        open.origin = engine.bindings[decision.grant.binding]->origin;
      }
      return open;
    }
  }
  KubernetesJudge judge(walk_, caller.cluster, request, rbac::Any());
  const Held held = judge.Judge(caller.state);
  open.formula = held.open;
  open.origin = held.origin;
  return open;
}

Escalation::Open Escalation::AllowsNeed(const Caller& caller, const data::KubernetesNeed& need,
                                        const rbac::Request& request) {
  if (need.name != data::KubernetesNeed::Name::kAny) {
    return Allows(caller, request);
  }
  rbac::Any any;
  any.name = true;
  KubernetesJudge judge(walk_, caller.cluster, request, any);
  const Held held = judge.Judge(caller.state);
  return {held.open, held.origin};
}

Escalation::Open Escalation::Holds(const Caller& caller, const KubernetesPrimitive& primitive,
                                   Str ns, Str name) {
  if (caller.everything.formula == Formula::kTrue) {
    return caller.everything;
  }
  FormulaStore& formulas = walk_.workspace().formulas;
  Open all;
  all.formula = Formula::kTrue;
  for (const data::KubernetesNeed& need : primitive.needs) {
    Formula any = Formula::kFalse;
    for (const std::string_view verb : need.verbs) {
      const Open one = AllowsNeed(caller, need, RequestOf(need, verb, ns, name));
      any = formulas.Or(any, one.formula);
      if (one.formula != Formula::kFalse) {
        all.origin = one.origin;
      }
      if (any == Formula::kTrue) {
        break;
      }
    }
    all.formula = formulas.And(all.formula, any);
    if (all.formula == Formula::kFalse) {
      break;
    }
  }
  return all;
}

void Escalation::AddKubernetes(StateId state, std::vector<Transition>& next) {
  const Caller caller = CallerOf(state);
  // Who holds everything gains nothing by a second way to the same.
  std::set<Kind> gained;
  for (const KubernetesPrimitive& primitive : data::KubernetesPrimitives()) {
    if (caller.everything.formula == Formula::kTrue &&
        (GivesRules(primitive.gain) || !gained.insert(primitive.gain).second)) {
      continue;
    }
    if (MayHold(caller, primitive)) {
      AddPrimitive(caller, primitive, next);
    }
  }
  if (caller.everything.formula != Formula::kTrue) {
    BindRoles(caller, next);
  }
  if (walk_.kubernetes(state).node) {
    FromNode(state, next);
  }
}

void Escalation::AddPrimitive(const Caller& caller, const KubernetesPrimitive& primitive,
                              std::vector<Transition>& next) {
  switch (primitive.gain) {
    case Kind::kAwsAuth:
    case Kind::kNewAwsAuth:
      AwsAuth(caller, primitive, next);
      break;
    case Kind::kImpersonateUser:
    case Kind::kImpersonateGroup:
      Impersonate(caller, primitive, next);
      break;
    case Kind::kAnyCertificate:
      Certificates(caller, primitive, next);
      break;
    case Kind::kLegacyToken:
      LegacyTokens(caller, primitive, next);
      break;
    case Kind::kBoundClusterRole:
    case Kind::kBoundRole:
      break;  // all at once: BindRoles
    case Kind::kRewrittenRole:
      RewriteRoles(caller, primitive, next);
      break;
    default:
      if (primitive.cluster_wide) {
        ClusterWide(caller, primitive, next);
      } else {
        InNamespaces(caller, primitive, next);
      }
  }
}

void Escalation::AwsAuth(const Caller& caller, const KubernetesPrimitive& primitive,
                         std::vector<Transition>& next) {
  // Counts only where the cluster reads aws-auth.
  const graph::Cluster& of = world_.graph().clusters[caller.cluster];
  const bool reads = of.record == kNone ||
                     world_.facts().clusters[of.record].mode != facts::AuthenticationMode::kApi;
  const bool wanted = primitive.gain == Kind::kAwsAuth || of.aws_auths.empty();
  if (reads && wanted && world_.cluster(caller.cluster).authenticator != nullptr) {
    Push(primitive.id, caller.state, Masters(caller.cluster),
         Holds(caller, primitive, kSystem, "aws-auth"), next);
  }
}

void Escalation::ClusterWide(const Caller& caller, const KubernetesPrimitive& primitive,
                             std::vector<Transition>& next) {
  Open open = Holds(caller, primitive, {}, {});
  if (open.formula == Formula::kFalse) {
    return;
  }
  if (!primitive.unless.empty()) {
    open.formula = walk_.workspace().formulas.And(open.formula, Unless(primitive.unless));
  }
  if (primitive.gain == Kind::kClusterAdmin) {
    Administer(caller, primitive, "*", open, next);
    return;
  }
  for (const auto& [ns, place] : ClusterOf(caller.cluster).places) {
    IntoPods(caller, primitive.id, place, open, next);
  }
}

void Escalation::IntoPods(const Caller& caller, std::string_view id, const Place& place,
                          const Open& open, std::vector<Transition>& next) {
  for (const auto& [kind, pod] : place.workloads) {
    Push(id, caller.state, PodState(pod), open, next);
  }
}

// Everything in one namespace, or in the cluster.
void Escalation::Administer(const Caller& caller, const KubernetesPrimitive& primitive, Str scope,
                            const Open& open, std::vector<Transition>& next) {
  KubernetesSession session = walk_.kubernetes(caller.state);
  if (session.admin_of == "*" || session.admin_of == scope) {
    return;
  }
  session.admin_of = scope;
  Push(primitive.id, caller.state,
       walk_.Intern(walk_.state(caller.state).node, {}, std::move(session)), open, next);
}

// Permissions that are asked for one ServiceAccount's name.
void Escalation::ByName(const Caller& caller, const KubernetesPrimitive& primitive, Str ns,
                        NodeId account, Formula exists, std::vector<Transition>& next) {
  if (account == walk_.state(caller.state).node) {
    return;
  }
  Open open = Holds(caller, primitive, ns, walk_.node(account).local_name);
  if (open.formula == Formula::kFalse) {
    return;
  }
  StateId to = AccountState(account);
  if (primitive.gain == Kind::kImpersonateServiceAccount) {
    KubernetesSession session = walk_.kubernetes(to);
    session.impersonated = true;  // no token comes of it, so no way into AWS
    to = walk_.Intern(account, {}, std::move(session));
  } else {
    open.formula = walk_.workspace().formulas.And(open.formula, exists);
  }
  Push(primitive.id, caller.state, to, open, next);
}

void Escalation::InNamespaces(const Caller& caller, const KubernetesPrimitive& primitive,
                              std::vector<Transition>& next) {
  if (primitive.gain == Kind::kNewAccount) {
    AddNewAccount(caller, next);
    return;
  }
  const NodeId self = walk_.state(caller.state).node;
  for (const auto& [ns, at] : PlacesOf(caller, primitive)) {
    const Place& place = *at;
    if (!place.Holds(primitive.existing_kind)) {
      continue;
    }
    if (primitive.gain == Kind::kToken || primitive.gain == Kind::kImpersonateServiceAccount) {
      for (const NodeId account : place.accounts) {
        ByName(caller, primitive, ns, account, Formula::kTrue, next);
      }
      for (const NodeId account : place.mentioned) {
        ByName(caller, primitive, ns, account, Exists(account), next);
      }
      continue;
    }
    const Open open = Holds(caller, primitive, ns, {});
    if (open.formula == Formula::kFalse) {
      continue;
    }
    switch (primitive.gain) {
      case Kind::kRunPod:
        Push(primitive.id, caller.state, NewPod(caller.cluster, ns), open, next);
        break;
      case Kind::kIntoPods:
        IntoPods(caller, primitive.id, place, open, next);
        break;
      case Kind::kAnyToken:
        for (const NodeId account : place.accounts) {
          if (account != self) {
            Push(primitive.id, caller.state, AccountState(account), open, next);
          }
        }
        break;
      case Kind::kNamespaceAdmin:
        Administer(caller, primitive, ns, open, next);
        break;
      default:
        break;
    }
  }
}

void Escalation::Impersonate(const Caller& caller, const KubernetesPrimitive& primitive,
                             std::vector<Transition>& next) {
  const bool user = primitive.gain == Kind::kImpersonateUser;
  const NodeKind kind = user ? NodeKind::kKubernetesUser : NodeKind::kKubernetesGroup;
  const NodeId self = walk_.state(caller.state).node;
  for (uint32_t i = 0; i < world_.graph().nodes.size(); ++i) {
    const Node& node = world_.graph().nodes[i];
    const auto id = static_cast<NodeId>(i);
    if (node.kind != kind || node.cluster != caller.cluster || id == self) {
      continue;
    }
    const Open open = Holds(caller, primitive, {}, node.local_name);
    if (open.formula == Formula::kFalse) {
      continue;
    }
    As(caller, primitive, id, open, next);
  }
  if (!user) {
    Push(primitive.id, caller.state, Masters(caller.cluster),
         Holds(caller, primitive, {}, rbac::kMasters), next);
  }
}

// --- Pods and the ServiceAccounts that they may run as
// --------------------------------------------

Formula Escalation::RunsPodsIn(const Caller& caller, Str ns, const Place& place) {
  FormulaStore& formulas = walk_.workspace().formulas;
  Formula any = Formula::kFalse;
  for (const KubernetesPrimitive& primitive : data::KubernetesPrimitives()) {
    if (primitive.gain == Kind::kRunPod && place.Holds(primitive.existing_kind) &&
        any != Formula::kTrue) {
      any = formulas.Or(any, Holds(caller, primitive, ns, {}).formula);
    }
  }
  return any;
}

Formula Escalation::RunsPods(StateId state, std::string_view in) {
  const Caller caller = CallerOf(state);
  FormulaStore& formulas = walk_.workspace().formulas;
  Formula any = Formula::kFalse;
  for (const auto& [ns, place] : ClusterOf(caller.cluster).places) {
    if (any != Formula::kTrue && (in.empty() || in == ns)) {
      any = formulas.Or(any, RunsPodsIn(caller, ns, place));
    }
  }
  return walk_.Coarse(
      any, Concat({"pods of ", std::to_string(static_cast<uint32_t>(state)), " in ", in}));
}

// A ServiceAccount that a role trusts and that nobody made yet, and a pod that runs as it.
void Escalation::AddNewAccount(const Caller& caller, std::vector<Transition>& next) {
  for (const KubernetesPrimitive& primitive : data::KubernetesPrimitives()) {
    if (primitive.gain != Kind::kNewAccount) {
      continue;
    }
    for (const auto& [ns, at] : PlacesOf(caller, primitive)) {
      const Place& place = *at;
      if (place.mentioned.empty() && place.admitted.empty()) {
        continue;
      }
      Open open = Holds(caller, primitive, ns, {});
      if (open.formula != Formula::kFalse) {
        open.formula = walk_.workspace().formulas.And(open.formula, RunsPodsIn(caller, ns, place));
      }
      for (const auto* accounts : {&place.mentioned, &place.admitted}) {
        for (const NodeId account : *accounts) {
          Push(primitive.id, caller.state, AccountState(account), open, next);
        }
      }
    }
  }
}

// Pod Security admission keeps pods off the host network where the namespace's labels say so, save
// for exemptions of the API server's own configuration, which no file holds.
void Escalation::NodeOfNewPod(const Node& pod, std::vector<Transition>& next) {
  Formula open = Formula::kTrue;
  for (const uint32_t i : world_.graph().clusters[pod.cluster].namespaces) {
    const facts::Namespace& record = world_.facts().namespaces[i];
    for (const auto& [key, value] : record.labels) {
      if (record.name == pod.namespace_name && key == "pod-security.kubernetes.io/enforce" &&
          value != "privileged") {
        open = Unless(
            Concat({"whether Pod Security admission exempts a pod in namespace ", record.name}));
      }
    }
  }
  if (open != Formula::kTrue) {
    walk_.AddImds(pod.cluster, /*host_network=*/false, next);
  }
  std::vector<Transition> on_host;
  walk_.AddImds(pod.cluster, /*host_network=*/true, on_host);
  for (Transition& transition : on_host) {
    transition.open = walk_.workspace().formulas.And(transition.open, open);
    next.push_back(std::move(transition));
  }
}

void Escalation::FromNewPod(StateId state, std::vector<Transition>& next) {
  const Node node = walk_.node(walk_.state(state).node);
  NodeOfNewPod(node, next);
  const auto runs_as = [&](NodeId account, Formula exists) {
    Transition transition;
    transition.open = exists;
    transition.edge = "runs-as";
    transition.origin = walk_.node(account).origin;
    transition.to = AccountState(account);
    next.push_back(std::move(transition));
  };
  const auto& places = ClusterOf(node.cluster).places;
  const auto place = places.find(node.namespace_name);
  if (place != places.end()) {
    for (const NodeId account : place->second.accounts) {
      runs_as(account, Formula::kTrue);
    }
    for (const NodeId account : place->second.mentioned) {
      runs_as(account, Exists(account));
    }
  }
  if (place == places.end() || !place->second.has_default) {
    Node account;
    account.kind = NodeKind::kServiceAccount;
    account.cluster = node.cluster;
    account.namespace_name = node.namespace_name;
    account.local_name = "default";
    account.name = walk_.texts().Keep(Concat({"sa:", node.namespace_name, "/default"}));
    runs_as(walk_.AddNode(account), Formula::kTrue);
  }
}

}  // namespace whomay::query

#include "query/escalation.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "query/aws_judge.h"
#include "query/kubernetes_judge.h"

namespace whomay::query {
namespace {

using data::AwsPrimitive;
using data::KubernetesPrimitive;
using graph::Node;
using graph::NodeKind;

constexpr std::string_view kSystem = "kube-system";

}  // namespace

const std::vector<Str>& Escalation::Namespaces(uint32_t cluster) {
  if (namespaces_of_ == cluster) {
    return namespaces_;
  }
  namespaces_of_ = cluster;
  namespaces_ = {"default", "kube-system"};
  const graph::Cluster& of = world_.graph().clusters[cluster];
  const facts::Facts& facts = world_.facts();
  for (const uint32_t i : of.namespaces) {
    namespaces_.push_back(facts.namespaces[i].name);
  }
  for (const NodeId account : of.service_account_nodes) {
    namespaces_.push_back(world_.graph().node(account).namespace_name);
  }
  for (const uint32_t i : of.workloads) {
    namespaces_.push_back(facts.workloads[i].namespace_name);
  }
  std::sort(namespaces_.begin(), namespaces_.end());
  namespaces_.erase(std::unique(namespaces_.begin(), namespaces_.end()), namespaces_.end());
  return namespaces_;
}

void Escalation::Push(std::string_view id, StateId to, Formula open,
                      std::vector<Transition>& next) {
  if (open == Formula::kFalse) {
    return;
  }
  // One edge for all ways of one primitive to one target: their union.
  const Str edge = walk_.texts().Keep(Concat({"escalate:", id}));
  for (Transition& known : next) {
    if (known.to == to && known.edge == edge) {
      known.open = walk_.workspace().formulas.Or(known.open, open);
      return;
    }
  }
  Transition transition;
  transition.edge = edge;
  transition.to = to;
  transition.open = ChooseToFit(open, walk_.workspace(), &transition.chosen);
  transition.origin = walk_.node(walk_.state(to).node).origin;
  next.push_back(std::move(transition));
}

void Escalation::Add(StateId state, std::vector<Transition>& next) {
  const Node& node = walk_.node(walk_.state(state).node);
  if (Walk::IsKubernetes(node.kind) && node.cluster != kNone) {
    AddKubernetes(state, next);
  } else if (node.kind == NodeKind::kIamUser || node.kind == NodeKind::kIamRole ||
             node.kind == NodeKind::kIamGroup || node.kind == NodeKind::kRoleSession) {
    AddAws(state, next);
  }
}

// --- Kubernetes
// -------------------------------------------------------------------------------------

Formula Escalation::Allows(StateId state, const rbac::Request& request) {
  KubernetesJudge judge(walk_, walk_.node(walk_.state(state).node).cluster, request, rbac::Any());
  return judge.Judge(state).open;
}

Formula Escalation::Holds(StateId state, const KubernetesPrimitive& primitive, Str ns, Str name) {
  FormulaStore& formulas = walk_.workspace().formulas;
  Formula all = Formula::kTrue;
  for (const data::KubernetesNeed& need : primitive.needs) {
    Formula any = Formula::kFalse;
    for (const std::string_view verb : need.verbs) {
      rbac::Request request;
      request.verb = verb;
      request.group = need.group;
      request.resource = need.resource;
      request.subresource = need.subresource;
      request.namespace_name = ns;
      request.name = name;
      any = formulas.Or(any, Allows(state, request));
      if (any == Formula::kTrue) {
        break;
      }
    }
    all = formulas.And(all, any);
    if (all == Formula::kFalse) {
      break;
    }
  }
  return all;
}

void Escalation::AddKubernetes(StateId state, std::vector<Transition>& next) {
  const uint32_t cluster = walk_.node(walk_.state(state).node).cluster;
  const graph::Cluster& of = world_.graph().clusters[cluster];
  const facts::Facts& facts = world_.facts();
  for (const KubernetesPrimitive& primitive : data::KubernetesPrimitives()) {
    if (primitive.gain == KubernetesPrimitive::Gain::kAwsAuth) {
      // Counts only where the cluster reads aws-auth.
      const bool reads =
          of.record == kNone || facts.clusters[of.record].mode != facts::AuthenticationMode::kApi;
      if (reads && world_.cluster(cluster).authenticator != nullptr) {
        Gain(state, primitive, kSystem, Holds(state, primitive, kSystem, "aws-auth"), next);
      }
      continue;
    }
    if (primitive.cluster_wide) {
      if (primitive.gain != KubernetesPrimitive::Gain::kImpersonateUser &&
          primitive.gain != KubernetesPrimitive::Gain::kImpersonateGroup) {
        Gain(state, primitive, {}, Holds(state, primitive, {}, {}), next);
      } else {
        Gain(state, primitive, {}, Formula::kTrue, next);  // judged name by name
      }
      continue;
    }
    const std::vector<Str> namespaces = Namespaces(cluster);
    for (const Str ns : namespaces) {
      const bool stands = primitive.existing_kind.empty() ||
                          std::any_of(of.workloads.begin(), of.workloads.end(), [&](uint32_t i) {
                            return facts.workloads[i].kind == primitive.existing_kind &&
                                   facts.workloads[i].namespace_name == ns;
                          });
      if (!stands) {
        continue;
      }
      const bool by_name = primitive.gain == KubernetesPrimitive::Gain::kToken ||
                           primitive.gain == KubernetesPrimitive::Gain::kImpersonateServiceAccount;
      Gain(state, primitive, ns, by_name ? Formula::kTrue : Holds(state, primitive, ns, {}), next);
    }
  }
}

void Escalation::Gain(StateId state, const KubernetesPrimitive& primitive, Str ns, Formula open,
                      std::vector<Transition>& next) {
  if (open == Formula::kFalse) {
    return;
  }
  using Kind = KubernetesPrimitive::Gain;
  const NodeId self = walk_.state(state).node;
  const uint32_t cluster = walk_.node(self).cluster;
  const graph::Cluster& of = world_.graph().clusters[cluster];
  const auto each_account = [&](auto visit) {
    for (const NodeId account : of.service_account_nodes) {
      if (account != self && world_.graph().node(account).namespace_name == ns) {
        visit(account);
      }
    }
  };
  const auto masters = [&] {
    Node node;
    node.kind = NodeKind::kKubernetesGroup;
    node.cluster = cluster;
    node.local_name = rbac::kMasters;
    node.name = "group:system:masters";
    const NodeId known =
        world_.graph().Find(Concat({"k8s|", std::to_string(cluster), "|group|/", rbac::kMasters}));
    return walk_.Start(known == NodeId::kNone ? walk_.AddNode(std::move(node)) : known).front();
  };
  switch (primitive.gain) {
    case Kind::kRunPod: {
      Node pod;
      pod.kind = NodeKind::kWorkload;
      pod.pattern = true;
      pod.cluster = cluster;
      pod.namespace_name = ns;
      pod.local_name = "*";
      pod.name = walk_.texts().Keep(Concat({"pod:", ns, "/*"}));
      Push(primitive.id, walk_.AwsState(walk_.AddNode(std::move(pod)), {}), open, next);
      return;
    }
    case Kind::kIntoPods:
    case Kind::kIntoAllPods:
      for (uint32_t i = 0; i < of.workloads.size(); ++i) {
        const facts::Workload& workload = world_.facts().workloads[of.workloads[i]];
        if (primitive.gain == Kind::kIntoPods && workload.namespace_name != ns) {
          continue;
        }
        const NodeId pod =
            world_.graph().Find(Concat({"k8s|", std::to_string(cluster), "|", workload.kind, "|",
                                        workload.namespace_name, "/", workload.name}));
        if (pod != NodeId::kNone) {
          Push(primitive.id, walk_.AwsState(pod, {}), open, next);
        }
      }
      return;
    case Kind::kToken:
      each_account([&](NodeId account) {
        Push(primitive.id, walk_.Start(account).front(),
             Holds(state, primitive, ns, world_.graph().node(account).local_name), next);
      });
      return;
    case Kind::kAnyToken:
      each_account(
          [&](NodeId account) { Push(primitive.id, walk_.Start(account).front(), open, next); });
      return;
    case Kind::kImpersonateServiceAccount:
      each_account([&](NodeId account) {
        const Node& node = world_.graph().node(account);
        KubernetesSession session = walk_.kubernetes(walk_.Start(account).front());
        session.impersonated = true;  // no token comes of it, so no way into AWS
        Push(primitive.id, walk_.Intern(account, {}, std::move(session)),
             Holds(state, primitive, ns, node.local_name), next);
      });
      return;
    case Kind::kImpersonateUser:
    case Kind::kImpersonateGroup: {
      const NodeKind kind = primitive.gain == Kind::kImpersonateUser ? NodeKind::kKubernetesUser
                                                                     : NodeKind::kKubernetesGroup;
      for (uint32_t i = 0; i < world_.graph().nodes.size(); ++i) {
        const Node& node = world_.graph().nodes[i];
        const auto id = static_cast<NodeId>(i);
        if (node.kind != kind || node.cluster != cluster || id == self) {
          continue;
        }
        const Formula holds = Holds(state, primitive, {}, node.local_name);
        if (holds == Formula::kFalse) {
          continue;
        }
        KubernetesSession session;
        session.impersonated = true;
        session.username = kind == NodeKind::kKubernetesUser ? node.local_name : Str();
        session.groups = {"system:authenticated"};
        if (kind == NodeKind::kKubernetesGroup) {
          session.groups.push_back(node.local_name);
          std::sort(session.groups.begin(), session.groups.end());
          session.group_only = true;
        }
        Push(primitive.id, walk_.Intern(id, {}, std::move(session)), holds, next);
      }
      if (primitive.gain == Kind::kImpersonateGroup) {
        Push(primitive.id, masters(), Holds(state, primitive, {}, rbac::kMasters), next);
      }
      return;
    }
    case Kind::kNamespaceAdmin:
    case Kind::kClusterAdmin: {
      KubernetesSession session = walk_.kubernetes(state);
      const Str scope = primitive.gain == Kind::kClusterAdmin ? Str("*") : ns;
      if (session.admin_of == "*" || session.admin_of == scope) {
        return;
      }
      session.admin_of = scope;
      Push(primitive.id, walk_.Intern(self, {}, std::move(session)), open, next);
      return;
    }
    case Kind::kAwsAuth:
      Push(primitive.id, masters(), open, next);
      return;
  }
}

void Escalation::FromNewPod(StateId state, std::vector<Transition>& next) {
  const Node node = walk_.node(walk_.state(state).node);
  bool has_default = false;
  const auto runs_as = [&](NodeId account) {
    Transition transition;
    transition.edge = "runs-as";
    transition.origin = walk_.node(account).origin;
    transition.to = walk_.Start(account).front();
    next.push_back(std::move(transition));
  };
  for (const NodeId account : world_.graph().clusters[node.cluster].service_account_nodes) {
    const Node& of = world_.graph().node(account);
    if (of.namespace_name == node.namespace_name) {
      has_default = has_default || of.local_name == "default";
      runs_as(account);
    }
  }
  if (!has_default) {
    Node account;
    account.kind = NodeKind::kServiceAccount;
    account.cluster = node.cluster;
    account.namespace_name = node.namespace_name;
    account.local_name = "default";
    account.name = walk_.texts().Keep(Concat({"sa:", node.namespace_name, "/default"}));
    runs_as(walk_.AddNode(std::move(account)));
  }
}

// --- AWS
// --------------------------------------------------------------------------------------------

Formula Escalation::AllowsAws(StateId state, std::string_view action, std::string_view resource) {
  AwsJudge judge(walk_);
  AwsTarget target;
  target.resource = resource;
  return judge.Evaluate(state, action, target).allowed;
}

Formula Escalation::HoldsAws(StateId state, const AwsPrimitive& primitive, NodeId target,
                             Str resource) {
  FormulaStore& formulas = walk_.workspace().formulas;
  Formula all = Formula::kTrue;
  if (primitive.on == AwsPrimitive::On::kPassedRole) {
    AwsJudge judge(walk_);
    Node service;
    service.kind = NodeKind::kAwsService;
    service.local_name = primitive.service;
    service.name = walk_.texts().Keep(Concat({"service:", primitive.service}));
    AwsSession session;
    session.no_mfa = true;
    all = judge.Assume(walk_.AwsState(walk_.AddNode(std::move(service)), session), target).allowed;
    if (all == Formula::kFalse) {
      return all;
    }
    AwsTarget role;
    role.resource = resource;
    role.account = walk_.node(target).account;
    AwsJudge::Asked asked;
    judge.Prepare(state, "iam:PassRole", role, asked);
    asked.context.Set("iam:PassedToService", {primitive.service});
    all = formulas.And(all, iam::Evaluate(asked.request, asked.layers, walk_.workspace()).allowed);
  }
  for (const std::string_view action : primitive.actions) {
    if (all == Formula::kFalse) {
      break;
    }
    if (primitive.on == AwsPrimitive::On::kPassedRole) {
      AwsJudge judge(walk_);
      all = formulas.And(all, judge.Anywhere(state, action));
    } else {
      all = formulas.And(all, AllowsAws(state, action, resource));
    }
  }
  return all;
}

void Escalation::AddAws(StateId state, std::vector<Transition>& next) {
  const NodeId self = walk_.state(state).node;
  const Node node = walk_.node(self);
  if (walk_.aws(state).admin) {
    return;  // holds everything in its account already
  }
  const graph::Graph& graph = world_.graph();
  const auto become = [&](const AwsPrimitive& primitive, NodeId target, Formula open) {
    if (open == Formula::kFalse) {
      return;
    }
    AwsSession session;
    session.admin = primitive.gain != AwsPrimitive::Gain::kTarget;
    session.assumed = walk_.node(target).kind == NodeKind::kIamRole;
    Push(primitive.id, walk_.AwsState(target, std::move(session)), open, next);
  };
  const bool user = node.kind == NodeKind::kIamUser;
  const graph::AwsIdentity* identity =
      graph::Index(self) < graph.nodes.size() ? graph.identity(self) : nullptr;
  for (const AwsPrimitive& primitive : data::AwsPrimitives()) {
    switch (primitive.on) {
      case AwsPrimitive::On::kSelf:
        // The action's kind of principal is the caller's own.
        if ((primitive.actions.front().find("User") != std::string_view::npos) == user &&
            node.kind != NodeKind::kIamGroup) {
          become(primitive, self, HoldsAws(state, primitive, self, node.arn));
        }
        break;
      case AwsPrimitive::On::kOwnPolicy:
        for (const graph::IdentityPolicy& policy :
             identity == nullptr ? std::vector<graph::IdentityPolicy>() : identity->policies) {
          if (!policy.policy_arn.empty() && ParseArn(policy.policy_arn).account != "aws" &&
              policy.document != facts::PolicyId::kNone) {
            become(primitive, self, HoldsAws(state, primitive, self, policy.policy_arn));
          }
        }
        break;
      case AwsPrimitive::On::kOwnGroup:
        for (const NodeId group : identity == nullptr ? std::vector<NodeId>() : identity->groups) {
          become(primitive, self, HoldsAws(state, primitive, group, graph.node(group).arn));
        }
        break;
      case AwsPrimitive::On::kUser:
      case AwsPrimitive::On::kRole:
      case AwsPrimitive::On::kPassedRole:
      case AwsPrimitive::On::kAssumableRole:
        for (uint32_t i = 0; i < graph.nodes.size(); ++i) {
          const auto target = static_cast<NodeId>(i);
          const Node& other = graph.nodes[i];
          const NodeKind wanted =
              primitive.on == AwsPrimitive::On::kUser ? NodeKind::kIamUser : NodeKind::kIamRole;
          if (other.kind != wanted || target == self || other.account != node.account ||
              !other.declared) {
            continue;
          }
          if (primitive.on == AwsPrimitive::On::kAssumableRole) {
            const auto assumable = std::find_if(next.begin(), next.end(), [&](const Transition& t) {
              return t.edge == "assume-role" && walk_.state(t.to).node == target;
            });
            if (assumable == next.end()) {
              continue;
            }
            const Formula assume = assumable->open;
            become(primitive, target,
                   walk_.workspace().formulas.And(assume,
                                                  HoldsAws(state, primitive, target, other.arn)));
            continue;
          }
          become(primitive, target, HoldsAws(state, primitive, target, other.arn));
        }
        break;
      case AwsPrimitive::On::kCluster:
        for (uint32_t c = 0; c < graph.clusters.size(); ++c) {
          const graph::Cluster& cluster = graph.clusters[c];
          if (cluster.record == kNone || cluster.arn.empty() ||
              world_.facts().clusters[cluster.record].mode ==
                  facts::AuthenticationMode::kConfigMap) {
            continue;
          }
          KubernetesSession session;
          session.username = node.arn;
          session.groups = {"system:authenticated"};
          session.admin_of = "*";
          Node as;
          as.kind = NodeKind::kKubernetesUser;
          as.cluster = c;
          as.local_name = node.arn;
          as.name = walk_.texts().Keep(Concat({"user:", node.name}));
          Push(primitive.id, walk_.Intern(walk_.AddNode(std::move(as)), {}, std::move(session)),
               HoldsAws(state, primitive, self, cluster.arn), next);
        }
        break;
    }
  }
}

}  // namespace whomay::query

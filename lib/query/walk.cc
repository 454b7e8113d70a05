#include "query/walk.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "query/aws_judge.h"
#include "query/escalation.h"

namespace whomay::query {
namespace {

using graph::Node;
using graph::NodeKind;

void Append(std::string& key, std::string_view piece) {
  key += std::to_string(piece.size());
  key += ':';
  key += piece;
}

std::string Key(const AwsSession& session) {
  std::string key;
  Append(key, session.name);
  key += session.chained ? 'c' : '-';
  key += session.assumed ? 'a' : '-';
  key += session.instance ? 'i' : '-';
  key += session.no_mfa ? 'm' : '-';
  key += session.admin ? 'A' : '-';
  key += session.unbounded ? 'U' : '-';
  Append(key, session.provider);
  for (const auto& [name, value] : session.tags) {
    Append(key, name);
    Append(key, value);
  }
  key += std::to_string(static_cast<uint32_t>(session.session_policy));
  Append(key, session.only_action);
  return key;
}

std::string Key(const KubernetesSession& session) {
  std::string key;
  Append(key, session.username);
  for (const Str group : session.groups) {
    Append(key, group);
  }
  key += session.service_account ? 's' : '-';
  key += session.impersonated ? 'p' : '-';
  Append(key, session.admin_of);
  for (const auto& [scope, role] : session.bound) {
    Append(key, scope);
    key += std::to_string(role);
  }
  key += session.group_only ? 'g' : '-';
  key += session.username_open ? 'u' : '-';
  key += session.groups_open ? 'o' : '-';
  key += session.undocumented ? 'd' : '-';
  key += session.node ? 'n' : '-';
  Append(key, session.implicit_policy);
  key += std::to_string(static_cast<uint32_t>(session.hole));
  for (const auto* list : {&session.access_policies, &session.possible_access_policies}) {
    key += '|';
    for (const uint32_t policy : *list) {
      key += std::to_string(policy);
      key += ',';
    }
  }
  return key;
}

}  // namespace

Walk::Walk(const World& world, const QuestionOptions& options) : world_(world), options_(options) {
  aws_sessions_.emplace_back();
  kubernetes_sessions_.emplace_back();
  session_keys_["a" + Key(AwsSession())] = 0;
  session_keys_["k" + Key(KubernetesSession())] = 0;
}

Walk::~Walk() = default;

const Node& Walk::node(NodeId id) const {
  const uint32_t n = graph::Index(id);
  const size_t known = world_.graph().nodes.size();
  return n < known ? world_.graph().nodes[n] : extra_nodes_[n - known];
}

NodeId Walk::AddNode(Node node) {
  for (size_t i = 0; i < extra_nodes_.size(); ++i) {
    if (extra_nodes_[i].kind == node.kind && extra_nodes_[i].name == node.name &&
        extra_nodes_[i].cluster == node.cluster) {
      return static_cast<NodeId>(world_.graph().nodes.size() + i);
    }
  }
  extra_nodes_.push_back(std::move(node));
  return static_cast<NodeId>(world_.graph().nodes.size() + extra_nodes_.size() - 1);
}

StateId Walk::Intern(NodeId node, AwsSession aws, KubernetesSession kubernetes) {
  const auto session = [this](char kind, std::string key, auto& list, auto value) {
    key.insert(key.begin(), kind);
    const auto [at, added] = session_keys_.try_emplace(key, static_cast<uint32_t>(list.size()));
    if (added) {
      list.push_back(std::move(value));
    }
    return at->second;
  };
  State state;
  state.node = node;
  const std::string aws_key = Key(aws);
  state.aws = session('a', aws_key, aws_sessions_, std::move(aws));
  std::string kubernetes_key = Key(kubernetes);
  if (kubernetes.origin.span.known()) {
    // What mapped it is told in answers: each cluster has its own mapping.
    Append(kubernetes_key, std::to_string(this->node(node).cluster));
  }
  state.kubernetes = session('k', kubernetes_key, kubernetes_sessions_, std::move(kubernetes));
  const std::string key =
      Concat({std::to_string(graph::Index(node)), ".", std::to_string(state.aws), ".",
              std::to_string(state.kubernetes)});
  const auto [at, added] = by_key_.try_emplace(key, static_cast<StateId>(states_.size()));
  if (added) {
    states_.push_back(state);
    next_.emplace_back();
    expanded_.push_back(0);
  }
  return at->second;
}

bool Walk::IsAws(NodeKind kind) {
  switch (kind) {
    case NodeKind::kAwsAccount:
    case NodeKind::kAwsRoot:
    case NodeKind::kIamUser:
    case NodeKind::kIamGroup:
    case NodeKind::kIamRole:
    case NodeKind::kRoleSession:
    case NodeKind::kAwsService:
    case NodeKind::kEveryone:
      return true;
    default:
      return false;
  }
}

bool Walk::IsKubernetes(NodeKind kind) {
  return kind == NodeKind::kKubernetesUser || kind == NodeKind::kKubernetesGroup ||
         kind == NodeKind::kServiceAccount;
}

const std::vector<std::string>& Walk::AbsentKeys(std::string_view action) {
  const auto [at, added] = absent_keys_.try_emplace(AsciiLower(action));
  if (added) {
    if (const data::AwsAction* known = world_.actions().Find(action)) {
      for (const std::string& key : world_.condition_keys()) {
        if (world_.actions().MayCarry(*known, key) == Tri::kFalse) {
          at->second.push_back(key);
        }
      }
    }
  }
  return at->second;
}

Formula Walk::HoleFormula(facts::HoleId hole, iam::Reason reason, std::string_view about) {
  iam::Atom atom;
  atom.kind = iam::Atom::Kind::kHole;
  atom.hole = hole;
  atom.reason = reason;
  atom.values = {std::string(about)};
  atom.text = std::string(about);
  return workspace_.Variable(std::move(atom));
}

void Walk::Assume(std::string code, std::string text, const facts::Origin* origin) {
  if (!assumed_.try_emplace(Concat({code, "|", text}), true).second) {
    return;
  }
  Assumption& assumption = assumptions_.emplace_back();
  assumption.code = std::move(code);
  assumption.text = std::move(text);
  if (origin != nullptr && origin->span.known()) {
    assumption.origin = world_.OriginOf(*origin);
  }
}

// The states in which a principal is asked about.
std::vector<StateId> Walk::Start(NodeId id) {
  const Node node = this->node(id);  // a copy: nodes may grow
  KubernetesSession kubernetes;
  std::vector<StateId> states;
  const auto with_groups = [&](std::string_view username, std::vector<std::string_view> groups,
                               bool service_account) {
    for (const std::string& group : options_.groups) {
      groups.push_back(group);
    }
    const rbac::Identity identity = rbac::WithImplicitGroups(username, groups, service_account);
    kubernetes.username = texts_.Keep(identity.username);
    kubernetes.groups.clear();
    for (const std::string_view group : identity.groups) {
      kubernetes.groups.push_back(texts_.Keep(group));
    }
    std::sort(kubernetes.groups.begin(), kubernetes.groups.end());
    kubernetes.groups.erase(std::unique(kubernetes.groups.begin(), kubernetes.groups.end()),
                            kubernetes.groups.end());
  };
  switch (node.kind) {
    case NodeKind::kServiceAccount:
      with_groups(Concat({"system:serviceaccount:", node.namespace_name, ":", node.local_name}), {},
                  true);
      kubernetes.service_account = true;
      states.push_back(Intern(id, {}, kubernetes));
      break;
    case NodeKind::kKubernetesUser: {
      // Once with no group but the implicit ones, and once per mapping that yields the name: groups
      // belong to the session (design 11).
      with_groups(node.local_name, {}, false);
      kubernetes.node = node.local_name.substr(0, 12) == "system:node:";
      states.push_back(Intern(id, {}, kubernetes));
      if (node.cluster != kNone) {
        for (const auto& [user, mapped] : MappedUsers(node.cluster)) {
          if (this->node(user).name == node.name) {
            states.insert(states.end(), mapped.begin(), mapped.end());
          }
        }
      }
      break;
    }
    case NodeKind::kKubernetesGroup: {
      std::vector<std::string_view> groups = {node.local_name};
      kubernetes.group_only = true;
      if (node.local_name == "system:unauthenticated") {
        kubernetes.groups = {node.local_name};
      } else {
        with_groups("", groups, false);
      }
      kubernetes.username = "";
      states.push_back(Intern(id, {}, kubernetes));
      break;
    }
    default: {
      AwsSession session;
      session.no_mfa = node.kind == NodeKind::kAwsService;
      if (node.kind == NodeKind::kRoleSession) {
        // Its role, under this session's name.
        session.name = node.local_name;
        session.assumed = true;
        const NodeId role =
            world_.graph().FindIam(facts::IamKind::kRole, node.account, node.namespace_name);
        states.push_back(AwsState(role == NodeId::kNone ? id : role, std::move(session)));
      } else {
        session.assumed = node.kind == NodeKind::kIamRole;
        states.push_back(AwsState(id, std::move(session)));
      }
    }
  }
  std::sort(states.begin(), states.end());
  states.erase(std::unique(states.begin(), states.end()), states.end());
  return states;
}

const std::vector<std::pair<NodeId, std::vector<StateId>>>& Walk::MappedUsers(uint32_t cluster) {
  const auto known = mapped_users_.find(cluster);
  if (known != mapped_users_.end()) {
    return known->second;
  }
  std::vector<std::pair<NodeId, std::vector<StateId>>> users;
  for (uint32_t i = 0; i < world_.graph().nodes.size(); ++i) {
    const Node& aws = world_.graph().nodes[i];
    if (!IsAws(aws.kind) || aws.kind == NodeKind::kEveryone || aws.kind == NodeKind::kAwsAccount ||
        aws.kind == NodeKind::kIamGroup || aws.kind == NodeKind::kAwsService) {
      continue;
    }
    AwsSession session;
    session.assumed = aws.kind == NodeKind::kIamRole;
    const StateId state = AwsState(static_cast<NodeId>(i), std::move(session));
    for (const eks::Outcome& outcome : Authenticate(state, cluster).answer.outcomes) {
      if (outcome.username_open || outcome.via == eks::Outcome::Via::kAwsAuthOpen) {
        continue;
      }
      const StateId mapped = KubernetesState(cluster, outcome);
      const NodeId user = this->state(mapped).node;
      const auto at = std::find_if(users.begin(), users.end(),
                                   [user](const auto& entry) { return entry.first == user; });
      if (at == users.end()) {
        users.push_back({user, {mapped}});
      } else {
        at->second.push_back(mapped);
      }
    }
  }
  return mapped_users_[cluster] = std::move(users);
}

const std::vector<Transition>& Walk::Next(StateId id) {
  const auto n = static_cast<uint32_t>(id);
  if (expanded_[n] != 0) {
    return next_[n];
  }
  expanded_[n] = 1;
  std::vector<Transition> next;
  const NodeKind kind = node(state(id).node).kind;
  if (kind == NodeKind::kServiceAccount) {
    FromServiceAccount(id, next);
  } else if (kind == NodeKind::kWorkload) {
    FromWorkload(id, next);
  } else if (kind == NodeKind::kFederated) {
    FromFederated(id, next);
  } else if (IsAws(kind)) {
    FromAws(id, next);
  }
  if (options_.escalate) {
    if (escalation_ == nullptr) {
      escalation_ = std::make_unique<Escalation>(*this);
    }
    const Node& from = node(state(id).node);
    if (kind == NodeKind::kWorkload && from.pattern && from.namespace_name != "*") {
      escalation_->FromNewPod(id, next);
    } else {
      escalation_->Add(id, next);
    }
  }
  for (Transition& transition : next) {
    if (transition.open != Formula::kTrue) {
      transition.open =
          Coarse(transition.open, Concat({transition.edge, " ", std::to_string(n), " ",
                                          std::to_string(static_cast<uint32_t>(transition.to))}));
    }
  }
  next_[n] = std::move(next);
  return next_[n];
}

}  // namespace whomay::query

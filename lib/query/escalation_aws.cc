#include "query/escalation_aws.h"

#include <algorithm>
#include <set>

#include "base/arn.h"
#include "base/strings.h"

namespace whomay::query {
namespace {

using data::AwsPrimitive;
using graph::Node;
using graph::NodeKind;
using On = AwsPrimitive::On;
using Gain = AwsPrimitive::Gain;

constexpr std::string_view kAdminPolicy = "arn:aws:iam::aws:policy/AdministratorAccess";
// Names in patterns of roles that somebody may create, tried one by one.
constexpr size_t kMaxNewRoles = 32;

bool IsUserAction(const AwsPrimitive& primitive) {
  return primitive.actions.front().find("User") != std::string_view::npos;
}

}  // namespace

// --- Permissions
// ------------------------------------------------------------------------------------

bool AwsEscalation::MayHold(std::string_view action) {
  const auto [at, added] = may_hold_.try_emplace(action, true);
  if (added) {
    at->second = world_.MayAllow(self_, AsciiLower(action));
  }
  return at->second;
}

bool AwsEscalation::MayHoldAll(std::span<const std::string_view> actions) {
  return std::all_of(actions.begin(), actions.end(),
                     [&](std::string_view action) { return MayHold(action); });
}

Formula AwsEscalation::Allows(std::string_view action, std::string_view resource,
                              std::string_view account, const std::vector<Key>& keys,
                              bool generic) {
  AwsTarget target;
  target.resource = resource;
  target.account = account;
  return Ask(action, target, keys, generic);
}

Formula AwsEscalation::Ask(std::string_view action, const AwsTarget& target,
                           const std::vector<Key>& keys, bool generic) {
  if (!MayHold(action)) {
    return Formula::kFalse;
  }
  AwsJudge judge(walk_);
  AwsJudge::Asked asked;
  judge.Prepare(state_, action, target, asked);
  asked.request.generic_resource = generic;
  for (const Key& key : keys) {
    if (walk_.options().context.count(std::string(key.name)) > 0) {
      continue;  // the user says what it is
    }
    if (key.values.empty()) {
      asked.context.SetAbsent(key.name);
    } else {
      asked.context.Set(key.name, iam::Context::Known(key.values, key.multi));
    }
  }
  return iam::Evaluate(asked.request, asked.layers, walk_.workspace()).allowed;
}

Formula AwsEscalation::Anywhere(std::string_view action) {
  const auto [at, added] = anywhere_.try_emplace(action, Formula::kFalse);
  if (added && MayHold(action)) {
    AwsJudge judge(walk_);
    at->second = walk_.Coarse(judge.Anywhere(state_, action),
                              Concat({action, " by ", walk_.node(self_).name, " ",
                                      std::to_string(static_cast<uint32_t>(state_))}));
  }
  return at->second;
}

Formula AwsEscalation::AgentWorks(StateId instance) {
  AwsTarget any;
  any.resource = "*";
  any.no_resource = true;
  return AwsJudge(walk_).Evaluate(instance, "ssmmessages:CreateControlChannel", any).allowed;
}

Formula AwsEscalation::AllAnywhere(std::span<const std::string_view> actions) {
  Formula all = Formula::kTrue;
  for (const std::string_view action : actions) {
    all = all == Formula::kFalse ? all : And(all, Anywhere(action));
  }
  return all;
}

// What the caller puts into the request to get all out of it, and what the target's own facts are.
std::vector<AwsEscalation::Key> AwsEscalation::KeysFor(std::string_view action, NodeId target) {
  std::vector<Key> keys;
  if (action.find(":Attach") != std::string_view::npos) {
    keys.push_back({"iam:PolicyARN", {kAdminPolicy}});
  }
  // The boundary that the target has; a new one is not wanted.
  const CompiledIdentity* identity =
      graph::Index(target) < world_.graph().nodes.size() ? world_.identity(target) : nullptr;
  const graph::AwsIdentity* facts = identity == nullptr ? nullptr : world_.graph().identity(target);
  if (facts != nullptr && facts->policies_known &&
      action.find("Boundary") == std::string_view::npos &&
      facts->boundary.maybe == facts::HoleId::kNone &&
      !facts::HasHole(facts->boundary.policy_arn)) {
    keys.push_back({"iam:PermissionsBoundary", {}});
    if (!facts->boundary.policy_arn.empty()) {
      keys.back().values = {facts->boundary.policy_arn};
    }
  }
  return keys;
}

Formula AwsEscalation::OnTarget(const AwsPrimitive& primitive, NodeId target, Str resource) {
  Formula all = Formula::kTrue;
  for (const std::string_view action : primitive.actions) {
    if (all == Formula::kFalse) {
      break;
    }
    all = And(all, Allows(action, resource, {}, KeysFor(action, target)));
  }
  return all;
}

// --- Edges
// ------------------------------------------------------------------------------------------

void AwsEscalation::Push(const AwsPrimitive& primitive, StateId to, Formula open) {
  if (open == Formula::kFalse) {
    return;
  }
  if (primitive.uncertain) {
    open = And(open, Unless(Concat({primitive.id, ": what it gives is in no file"})));
  }
  PushOpen(primitive.id, primitive.actions.front(), to, open);
}

void AwsEscalation::PushOpen(std::string_view id, std::string_view action, StateId to,
                             Formula open) {
  if (open == Formula::kFalse) {
    return;
  }
  const auto from = static_cast<uint32_t>(state_);
  Escalation::Open edge;
  edge.formula = walk_.Coarse(open, Concat({id, " ", action, " ", std::to_string(from), " ",
                                            std::to_string(static_cast<uint32_t>(to))}));
  of_.Push(id, state_, to, edge, *next_);
}

void AwsEscalation::Become(const AwsPrimitive& primitive, NodeId target, Formula open) {
  AwsSession session;
  session.admin = primitive.gain == Gain::kAdmin || primitive.gain == Gain::kTargetAdmin;
  session.assumed = walk_.node(target).kind == NodeKind::kIamRole;
  session.unbounded = primitive.gain == Gain::kTargetUnbounded;
  if (target == self_) {
    session = walk_.aws(state_);
    session.admin = session.admin || primitive.gain == Gain::kAdmin;
    session.unbounded = session.unbounded || primitive.gain == Gain::kUnbounded;
  }
  Push(primitive, walk_.AwsState(target, std::move(session)), open);
}

void AwsEscalation::Add(StateId state, std::vector<Transition>& next) {
  if (walk_.aws(state).admin || !walk_.aws(state).only_action.empty()) {
    return;  // holds everything in its account already, or may do one thing only
  }
  state_ = state;
  self_ = walk_.state(state).node;
  next_ = &next;
  may_hold_.clear();
  anywhere_.clear();
  for (const AwsPrimitive& primitive : data::AwsPrimitives()) {
    if ((!primitive.service.empty() && !MayHold("iam:PassRole")) ||
        !MayHoldAll(primitive.actions)) {
      continue;
    }
    switch (primitive.on) {
      case On::kSelf:
        OnSelf(primitive);
        break;
      case On::kOwnPolicy:
        OnOwnPolicies(primitive);
        break;
      case On::kOwnGroup:
      case On::kOtherGroup:
        OnGroups(primitive);
        break;
      case On::kUser:
      case On::kRole:
      case On::kAssumableRole:
      case On::kAssumablePolicy:
      case On::kPassedRole:
        OnPrincipals(primitive);
        break;
      case On::kNewRole:
        OnNewRole(primitive);
        break;
      case On::kSamlProvider:
      case On::kOidcProvider:
      case On::kNewProvider:
        OnProviders(primitive);
        break;
      case On::kMemberRoot:
        OnMemberRoots(primitive);
        break;
      case On::kOwnPermissionSet:
      case On::kNewPermissionSet:
        OnPermissionSets(primitive);
        break;
      case On::kCluster:
      case On::kOwnEntry:
      case On::kConfigMapCluster:
      case On::kPodIdentity:
      case On::kAddon:
        OnClusters(primitive);
        break;
      case On::kNodes:
        OnNodes(primitive);
        break;
    }
  }
  OnCarriers();
}

// The action's kind of principal is the caller's own.
void AwsEscalation::OnSelf(const AwsPrimitive& primitive) {
  const Node node = walk_.node(self_);
  const CompiledIdentity* identity = world_.identity(self_);
  const bool bounded =
      identity != nullptr && identity->has_boundary && !walk_.aws(state_).unbounded;
  if (IsUserAction(primitive) != (node.kind == NodeKind::kIamUser) ||
      node.kind == NodeKind::kIamGroup || (primitive.gain == Gain::kUnbounded && !bounded)) {
    return;
  }
  Become(primitive, self_, OnTarget(primitive, self_, node.arn));
}

// Customer managed policies of an identity, its groups' included, whose text may be written anew.
std::vector<Str> AwsEscalation::RewritablePolicies(NodeId of) const {
  std::vector<Str> found;
  const graph::AwsIdentity* identity =
      graph::Index(of) < world_.graph().nodes.size() ? world_.graph().identity(of) : nullptr;
  if (identity == nullptr) {
    return found;
  }
  for (const graph::IdentityPolicy& policy : identity->policies) {
    if (!policy.policy_arn.empty() && ParseArn(policy.policy_arn).account != "aws" &&
        policy.document != facts::PolicyId::kNone) {
      found.push_back(policy.policy_arn);
    }
  }
  return found;
}

void AwsEscalation::OnOwnPolicies(const AwsPrimitive& primitive) {
  for (const Str policy : RewritablePolicies(self_)) {
    Become(primitive, self_, OnTarget(primitive, self_, policy));
  }
}

void AwsEscalation::OnGroups(const AwsPrimitive& primitive) {
  const Node node = walk_.node(self_);
  const graph::AwsIdentity* identity =
      graph::Index(self_) < world_.graph().nodes.size() ? world_.graph().identity(self_) : nullptr;
  if (identity == nullptr || node.kind != NodeKind::kIamUser) {
    return;
  }
  if (primitive.on == On::kOwnGroup) {
    for (const NodeId group : identity->groups) {
      Become(primitive, self_, OnTarget(primitive, group, world_.graph().node(group).arn));
    }
    return;
  }
  for (uint32_t i = 0; i < world_.graph().nodes.size(); ++i) {
    const Node& group = world_.graph().nodes[i];
    const auto id = static_cast<NodeId>(i);
    if (group.kind != NodeKind::kIamGroup || group.account != node.account || !group.declared ||
        std::find(identity->groups.begin(), identity->groups.end(), id) != identity->groups.end()) {
      continue;
    }
    Formula open = OnTarget(primitive, id, group.arn);
    if (world_.identity(self_)->has_boundary && open != Formula::kFalse) {
      // The group's policies, less what the user's boundary denies: not told apart here.
      open =
          And(open, walk_.HoleFormula(
                        facts::HoleId::kNone, iam::Reason::kUndetermined,
                        Concat({"what the boundary of ", node.name, " leaves of ", group.name})));
    }
    Push(primitive, walk_.AwsState(id, {}), open);
  }
}

Formula AwsEscalation::ServiceAssumes(std::string_view service, NodeId role) {
  const auto [at, added] = service_assumes_.try_emplace({service, role}, Formula::kFalse);
  if (added) {
    Node node;
    node.kind = NodeKind::kAwsService;
    node.local_name = service;
    node.name = walk_.texts().Keep(Concat({"service:", service}));
    AwsSession session;
    session.no_mfa = true;
    AwsJudge judge(walk_);
    at->second = judge.Assume(walk_.AwsState(walk_.AddNode(node), session), role).allowed;
  }
  return at->second;
}

// iam:PassRole on the role, which trusts the service, and what starts the service's work.
Formula AwsEscalation::Passed(const AwsPrimitive& primitive, NodeId role) {
  Formula all = ServiceAssumes(primitive.service, role);
  if (all != Formula::kFalse) {
    std::vector<Key> keys;
    if (!primitive.passed_to_open) {
      keys.push_back({"iam:PassedToService", {primitive.service}});
    }
    const Node& node = walk_.node(role);
    all = And(all, Allows("iam:PassRole", node.arn, node.account, keys));
  }
  return all == Formula::kFalse ? all : And(all, AllAnywhere(primitive.actions));
}

void AwsEscalation::OnPrincipals(const AwsPrimitive& primitive) {
  const Str account = walk_.node(self_).account;
  const NodeKind wanted = primitive.on == On::kUser ? NodeKind::kIamUser : NodeKind::kIamRole;
  for (uint32_t i = 0; i < world_.graph().nodes.size(); ++i) {
    const auto target = static_cast<NodeId>(i);
    const Node& other = world_.graph().nodes[i];
    if (other.kind != wanted || target == self_ || other.account != account || !other.declared) {
      continue;
    }
    if (primitive.on == On::kPassedRole) {
      Become(primitive, target, Passed(primitive, target));
      continue;
    }
    Formula open = Formula::kTrue;
    const CompiledIdentity* identity = world_.identity(target);
    if (primitive.gain == Gain::kTargetUnbounded &&
        (identity == nullptr || !identity->has_boundary)) {
      continue;
    }
    if (primitive.on == On::kAssumableRole || primitive.on == On::kAssumablePolicy) {
      const auto assumable = std::find_if(next_->begin(), next_->end(), [&](const Transition& t) {
        return t.edge == "assume-role" && walk_.state(t.to).node == target;
      });
      if (assumable == next_->end()) {
        continue;
      }
      open = assumable->open;
    }
    if (primitive.on == On::kAssumablePolicy) {
      for (const Str policy : RewritablePolicies(target)) {
        Become(primitive, target, And(open, OnTarget(primitive, target, policy)));
      }
      continue;
    }
    Become(primitive, target, And(open, OnTarget(primitive, target, other.arn)));
  }
}

// A role that nobody has yet, with any policy and a trust in the caller. Names are taken from the
// caller's own policies, so that all actions are asked about one and the same role.
void AwsEscalation::OnNewRole(const AwsPrimitive& primitive) {
  const Node node = walk_.node(self_);
  const CompiledIdentity* identity = world_.identity(self_);
  if (identity == nullptr || facts::HasHole(node.arn) || node.account.empty()) {
    return;
  }
  const std::string prefix =
      Concat({"arn:", ParseArn(node.arn).partition, ":iam::", node.account, ":role/"});
  std::set<std::string> names = {"new"};
  for (const iam::Policy* policy : identity->policies) {
    for (const iam::Statement& statement : policy->statements()) {
      for (const iam::ArnPattern& pattern : statement.resources) {
        const size_t role = pattern.text.find(":role/");
        if (role != Str::npos && !facts::HasHole(pattern.text) && names.size() < kMaxNewRoles) {
          std::string name;
          for (const char c : pattern.text.substr(role + 6)) {
            name += c == '*' ? std::string("new") : c == '?' ? std::string("x") : std::string(1, c);
          }
          names.insert(std::move(name));
        }
      }
    }
  }
  const std::vector<Key> keys = {{"iam:PermissionsBoundary", {}},
                                 {"iam:PolicyARN", {kAdminPolicy}}};
  FormulaStore& formulas = walk_.workspace().formulas;
  Formula any = Formula::kFalse;
  for (const std::string& name : names) {
    const std::string arn = prefix + name;
    if (any == Formula::kTrue || world_.graph().FindArn(arn) != NodeId::kNone) {
      continue;
    }
    Formula all = Formula::kTrue;
    for (const std::string_view action : primitive.actions) {
      all = all == Formula::kFalse
                ? all
                : And(all, Allows(action, arn, node.account, keys, /*generic=*/true));
    }
    any = formulas.Or(any, all);
  }
  Become(primitive, self_, any);
  if (identity->has_boundary && any != Formula::kFalse) {
    // The new role has no boundary, whatever the caller's is.
    AwsSession session = walk_.aws(state_);
    session.admin = session.unbounded = true;
    Push(primitive, walk_.AwsState(self_, std::move(session)), any);
  }
}

}  // namespace whomay::query

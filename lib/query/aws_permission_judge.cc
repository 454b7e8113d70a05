#include "query/aws_permission_judge.h"

#include <algorithm>
#include <utility>

#include "base/arn.h"
#include "base/glob.h"
#include "base/strings.h"

namespace whomay::query {
namespace {

using graph::Edge;
using graph::EdgeKind;
using graph::Node;
using graph::NodeKind;
using iam::Reason;

constexpr std::string_view kWebIdentityAction = "sts:AssumeRoleWithWebIdentity";
constexpr std::string_view kSamlAction = "sts:AssumeRoleWithSAML";

// "team/x" of "arn:aws:iam::1…:policy/team/x".
std::string_view PolicyName(std::string_view arn) {
  const size_t slash = arn.rfind('/');
  return slash == std::string_view::npos ? arn : arn.substr(slash + 1);
}

}  // namespace

AwsPermissionJudge::AwsPermissionJudge(Walk& walk, std::string action,
                                       std::optional<std::string> resource, bool any)
    : walk_(walk),
      world_(walk.world()),
      judge_(walk),
      action_(std::move(action)),
      resource_(std::move(resource)),
      any_(any) {}

Held AwsPermissionJudge::FromResult(StateId state, const iam::Result& result,
                                    const AwsTarget& target) {
  Held held;
  held.open = result.allowed;
  held.reason = iam::Code(result.reason);
  if (result.allowed == Formula::kFalse || !result.grant) {
    held.edge = "identity-policy";
    return held;
  }
  const NodeId node = walk_.state(state).node;
  if (result.grant.layer == iam::LayerKind::kResource) {
    const bool trust = target.policy != nullptr && ParseArn(target.resource).service == "iam";
    held.edge = trust ? "trust-policy" : "resource-policy";
    held.grant = Concat(
        {trust ? "trust policy of " : "policy of ", world_.holes().Display(target.resource)});
    if (target.policy != nullptr && result.grant.statement < target.policy->statements().size()) {
      held.origin = target.policy->document().origin;
      held.origin.span = target.policy->statements()[result.grant.statement].source->span;
    }
    return held;
  }
  held.edge = "identity-policy";
  const CompiledIdentity* identity = world_.identity(node);
  if (identity == nullptr || result.grant.policy >= identity->policies.size()) {
    return held;
  }
  const iam::Policy& policy = *identity->policies[result.grant.policy];
  const graph::IdentityPolicy& attached = *identity->attached[result.grant.policy];
  held.grant = attached.policy_arn.empty()
                   ? std::string("inline policy")
                   : Concat({"policy ", world_.holes().Display(PolicyName(attached.policy_arn))});
  held.origin = policy.document().origin;
  if (result.grant.statement < policy.statements().size()) {
    held.origin.span = policy.statements()[result.grant.statement].source->span;
  }
  if (!held.origin.span.known() || held.origin.address.empty()) {
    const facts::Origin& by = attached.origin;  // of AWS's own policies: where they are attached
    held.origin.address = held.origin.address.empty() ? by.address : held.origin.address;
    held.origin.span = held.origin.span.known() ? held.origin.span : by.span;
  }
  if (attached.through != NodeId::kNone) {
    held.grant += Concat({" of group ", walk_.node(attached.through).local_name});
  }
  return held;
}

Held AwsPermissionJudge::JudgeWebIdentity(StateId state, NodeId id) {
  const Node node = walk_.node(id);
  Held held;
  if (!EqualsIgnoreAsciiCase(action_, kWebIdentityAction)) {
    return held;  // a token is good for nothing else
  }
  held.edge = "trust-policy";
  held.reason = iam::Code(Reason::kTrustDenied);
  std::vector<NodeId> roles;
  if (resource_ && *resource_ != "*") {
    const NodeId role = world_.graph().FindArn(*resource_);
    if (role == NodeId::kNone) {
      return held;
    }
    roles.push_back(role);
  } else {
    for (uint32_t i = 0; i < world_.graph().nodes.size(); ++i) {
      if (world_.graph().nodes[i].kind == NodeKind::kIamRole &&
          world_.trust(static_cast<NodeId>(i)) != nullptr) {
        roles.push_back(static_cast<NodeId>(i));
      }
    }
  }
  for (const NodeId role : roles) {
    iam::Result result;
    if (node.kind == NodeKind::kServiceAccount) {
      if (node.cluster == kNone) {
        continue;
      }
      const graph::Cluster& cluster = world_.graph().clusters[node.cluster];
      const std::string subject =
          Concat({"system:serviceaccount:", node.namespace_name, ":", node.local_name});
      result = judge_.WebIdentity(role, walk_.texts().Keep(subject), cluster.issuer, {});
    } else {
      result = judge_.WebIdentity(role, node.local_name, {}, node.arn);
    }
    if (result.allowed == Formula::kFalse) {
      held.reason = iam::Code(result.reason);
      continue;
    }
    const AwsTarget target = judge_.RoleTarget(role);
    Held found = FromResult(state, result, target);
    found.open = walk_.workspace().formulas.Or(held.open, found.open);
    held = std::move(found);
  }
  return held;
}

iam::Result AwsPermissionJudge::EvaluateOn(StateId state, const AwsTarget& target) {
  iam::Result result = judge_.Evaluate(state, action_, target);
  if (result.allowed != Formula::kFalse || result.reason != Reason::kImplicitDeny ||
      !iam::NeedsDelegation(action_, target.resource) || target.policy == nullptr) {
    return result;
  }
  // Which side says no? If even a caller who may do everything is refused, the resource's policy
  // does.
  AwsJudge::Asked asked;
  judge_.Prepare(state, action_, target, asked);
  const iam::Missing anything[] = {{Reason::kPoliciesNotGiven, facts::HoleId::kNone, "anything"}};
  asked.layers.identity = {{}, anything};
  if (iam::EvaluateQuickly(asked.request, asked.layers) == Tri::kFalse) {
    result.reason = Reason::kTrustDenied;
  }
  return result;
}

// ARNs that stand for the resource patterns of the statements that name the action: on one of them
// it is allowed if on any at all.
std::vector<std::string> AwsPermissionJudge::Witnesses(StateId state) const {
  std::vector<std::string> witnesses;
  const std::string lower = AsciiLower(action_);
  const auto add = [&](const iam::Policy& policy) {
    for (const iam::Statement& statement : policy.statements()) {
      if (statement.effect == facts::Statement::Effect::kDeny) {
        continue;
      }
      const bool names =
          std::any_of(statement.actions.begin(), statement.actions.end(),
                      [&](const Glob& pattern) { return pattern.MatchOpen(lower) != Tri::kFalse; });
      if (names == statement.not_action && !statement.actions_open) {
        continue;
      }
      if (statement.not_resource || !statement.source->has_resource) {
        witnesses.push_back("*");
        continue;
      }
      for (const Str resource : statement.source->resources) {
        witnesses.push_back(std::string(resource));
      }
    }
  };
  if (const CompiledIdentity* identity = world_.identity(walk_.state(state).node)) {
    for (const iam::Policy* policy : identity->policies) {
      add(*policy);
    }
  }
  std::sort(witnesses.begin(), witnesses.end());
  witnesses.erase(std::unique(witnesses.begin(), witnesses.end()), witnesses.end());
  return witnesses;
}

iam::Result AwsPermissionJudge::EvaluateAnywhere(StateId state, AwsTarget& found) {
  const data::AwsAction* known = world_.actions().Find(action_);
  std::vector<AwsTarget> targets;
  const auto add = [&](std::string_view arn) {
    targets.push_back(judge_.TargetOf(walk_.texts().Keep(arn), state));
  };
  std::string_view evaluated;
  if (known != nullptr && known->wildcard_only()) {
    evaluated = data::EvaluatedArn(known->service->prefix, known->name);
    if (evaluated.empty()) {
      AwsTarget none;
      none.resource = "*";
      none.no_resource = true;
      targets.push_back(none);
    } else {
      add(data::ArnGlob(evaluated));
    }
  }
  std::vector<std::string> shapes = {"*"};
  if (known != nullptr && !known->wildcard_only()) {
    shapes = data::ResourcePatterns(*known);
  }
  for (const std::string& witness : Witnesses(state)) {
    if (known != nullptr && known->wildcard_only() && evaluated.empty()) {
      break;
    }
    if (witness == "*") {
      for (const std::string& shape : shapes) {
        add(shape);
      }
    } else if (evaluated.empty()) {
      add(witness);
    }
  }
  if (EqualsIgnoreAsciiCase(action_, "sts:AssumeRole")) {
    targets.clear();
    for (uint32_t i = 0; i < world_.graph().nodes.size(); ++i) {
      const Node& node = world_.graph().nodes[i];
      if (node.kind == NodeKind::kIamRole && world_.trust(static_cast<NodeId>(i)) != nullptr) {
        targets.push_back(judge_.RoleTarget(static_cast<NodeId>(i)));
      }
    }
  }
  for (const CompiledResource& resource : world_.resource_policies()) {
    if (resource.policy != nullptr &&
        AsciiLower(action_).substr(0, resource.record->service.size() + 1) ==
            Concat({resource.record->service, ":"})) {
      for (const facts::Statement& statement : resource.policy->document().statements) {
        for (const Str arn : statement.resources) {
          add(arn == "*" ? resource.record->resource : arn);
        }
      }
    }
  }
  if (targets.empty()) {
    for (const std::string& shape : shapes) {
      add(shape);
    }
  }
  iam::Result all;
  all.reason = Reason::kImplicitDeny;
  bool first = true;
  for (AwsTarget& target : targets) {
    const iam::Result result = EvaluateOn(state, target);
    if (result.allowed == Formula::kFalse) {
      if (all.allowed == Formula::kFalse && (first || result.reason < all.reason)) {
        all.reason = result.reason;
        all.deny = result.deny;
      }
      first = false;
      continue;
    }
    if (all.allowed == Formula::kFalse || result.allowed == Formula::kTrue) {
      all.grant = result.grant;
      all.by_resource = result.by_resource;
      found = target;
    }
    all.allowed = walk_.workspace().formulas.Or(all.allowed, result.allowed);
    const std::string shown = world_.holes().Display(target.resource);
    if (std::find(patterns_.begin(), patterns_.end(), shown) == patterns_.end()) {
      patterns_.push_back(shown);
    }
    first = false;
  }
  if (all.allowed != Formula::kFalse) {
    all.reason = Reason::kNone;
  }
  return all;
}

Held AwsPermissionJudge::JudgeAws(StateId state) {
  if (EqualsIgnoreAsciiCase(action_, kWebIdentityAction) ||
      EqualsIgnoreAsciiCase(action_, kSamlAction)) {
    // Unsigned calls: no AWS principal makes them, and no identity policy allows them.
    Held held;
    held.reason = iam::Code(Reason::kTrustDenied);
    return held;
  }
  if (!resource_) {
    AwsTarget found;
    const iam::Result result = EvaluateAnywhere(state, found);
    return FromResult(state, result, found);
  }
  AwsTarget target;
  const data::AwsAction* known = world_.actions().Find(action_);
  if (*resource_ == "*") {
    target.resource = "*";
    target.no_resource = known != nullptr && known->wildcard_only();
  } else {
    target = judge_.TargetOf(walk_.texts().Keep(*resource_), state);
  }
  return FromResult(state, EvaluateOn(state, target), target);
}

Held AwsPermissionJudge::Judge(StateId state) {
  const NodeId id = walk_.state(state).node;
  const NodeKind kind = walk_.node(id).kind;
  if (kind == NodeKind::kServiceAccount || kind == NodeKind::kFederated) {
    return JudgeWebIdentity(state, id);
  }
  return Walk::IsAws(kind) ? JudgeAws(state) : Held();
}

void AwsPermissionJudge::Trace(StateId state, std::vector<CanAnswer::Grant>& grants) {
  const NodeId id = walk_.state(state).node;
  if (!Walk::IsAws(walk_.node(id).kind)) {
    return;
  }
  AwsTarget target;
  if (resource_ && *resource_ != "*") {
    target = judge_.TargetOf(walk_.texts().Keep(*resource_), state);
  } else {
    const iam::Result result = EvaluateAnywhere(state, target);
    if (result.allowed == Formula::kFalse) {
      target.resource = "*";
    }
  }
  AwsJudge::Asked asked;
  judge_.Prepare(state, action_, target, asked);
  const CompiledIdentity* identity = world_.identity(id);
  for (const iam::StatementTrace& trace :
       iam::Trace(asked.request, asked.layers, walk_.workspace())) {
    CanAnswer::Grant& grant = grants.emplace_back();
    grant.full = trace.match == Tri::kTrue;
    switch (trace.blocked) {
      case iam::StatementTrace::Blocked::kNothing:
        break;
      case iam::StatementTrace::Blocked::kPrincipal:
        grant.blocked_by = "principal";
        break;
      case iam::StatementTrace::Blocked::kAction:
        grant.blocked_by = "action";
        break;
      case iam::StatementTrace::Blocked::kResource:
        grant.blocked_by = "resource";
        break;
      case iam::StatementTrace::Blocked::kCondition:
        grant.blocked_by = "condition";
        break;
    }
    std::string_view layer = "identity policy";
    const iam::Policy* policy = nullptr;
    facts::Origin origin;
    switch (trace.ref.layer) {
      case iam::LayerKind::kIdentity:
        if (identity != nullptr && trace.ref.policy < identity->policies.size()) {
          policy = identity->policies[trace.ref.policy];
          origin = identity->attached[trace.ref.policy]->origin;
        }
        break;
      case iam::LayerKind::kBoundary:
        layer = "permissions boundary";
        policy = identity != nullptr && trace.ref.policy < identity->boundary.size()
                     ? identity->boundary[trace.ref.policy]
                     : nullptr;
        break;
      case iam::LayerKind::kSession:
        layer = "session policy";
        break;
      case iam::LayerKind::kScp:
        layer = "service control policy";
        break;
      case iam::LayerKind::kRcp:
        layer = "resource control policy";
        break;
      case iam::LayerKind::kResource:
        layer = ParseArn(target.resource).service == "iam" ? "trust policy" : "resource policy";
        policy = target.policy;
        break;
    }
    if (policy != nullptr) {
      const facts::Origin& of = policy->document().origin;
      origin.address = of.address.empty() ? origin.address : of.address;
      origin.object = of.object;
    }
    if (trace.source != nullptr) {
      origin.span = trace.source->span;
      const std::vector<Str>& actions = trace.source->actions;
      grant.text =
          Concat({layer, ": ", trace.deny ? "Deny " : "Allow ",
                  trace.source->not_action ? "everything but " : "",
                  Join(std::vector<std::string_view>(actions.begin(), actions.end()), ", ")});
      if (trace.source->has_resource) {
        std::vector<std::string> shown;
        for (const Str resource : trace.source->resources) {
          shown.push_back(world_.holes().Display(resource));
        }
        grant.text += Concat(
            {" on ", trace.source->not_resource ? "everything but " : "", Join(shown, ", ")});
      }
    }
    if (trace.deny && grant.full) {
      grant.text += " (an explicit deny)";
    }
    grant.origin = world_.OriginOf(origin);
  }
}

void AwsPermissionJudge::Hint(StateId state, std::vector<std::string>& hints) {
  static_cast<void>(state);
  static_cast<void>(hints);
}

}  // namespace whomay::query

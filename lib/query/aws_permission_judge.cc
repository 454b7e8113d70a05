#include "query/aws_permission_judge.h"

#include <algorithm>
#include <utility>

#include "base/arn.h"
#include "base/glob.h"
#include "base/strings.h"
#include "iam/region.h"

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
      any_(any) {
  if (action_.find_first_of("*?") != std::string::npos) {
    for (const data::AwsAction* known : world_.actions().Match(action_)) {
      actions_.push_back(known->FullName());
    }
  }
  if (actions_.empty()) {
    actions_.push_back(action_);
  }
}

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
    const iam::Policy* const policy = target.PolicyAt(result.grant.policy);
    if (policy != nullptr && result.grant.statement < policy->statements().size()) {
      held.origin = policy->document().origin;
      held.origin.span = policy->statements()[result.grant.statement].source->span;
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
  const bool saml = node.arn.find(":saml-provider/") != Str::npos;
  if (!EqualsIgnoreAsciiCase(action_, saml ? kSamlAction : kWebIdentityAction)) {
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
      result = saml ? judge_.Saml(role, node.arn)
                    : judge_.WebIdentity(role, node.local_name, {}, node.arn);
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

iam::Result AwsPermissionJudge::EvaluateOn(StateId state, std::string_view action,
                                           const AwsTarget& target) {
  iam::Result result = judge_.Evaluate(state, action, target);
  if (result.allowed != Formula::kFalse || result.reason != Reason::kImplicitDeny ||
      !iam::NeedsDelegation(action, target.resource) || target.policy == nullptr) {
    return result;
  }
  // Which side says no? If even a caller who may do everything is refused, the resource's policy
  // does.
  AwsJudge::Asked asked;
  judge_.Prepare(state, action, target, asked);
  const iam::Missing anything[] = {{Reason::kPoliciesNotGiven, facts::HoleId::kNone, "anything"}};
  asked.layers.identity = {{}, anything};
  if (iam::EvaluateQuickly(asked.request, asked.layers) == Tri::kFalse) {
    result.reason = Reason::kTrustDenied;
  }
  return result;
}

// On at least one resource, or on every one, decided over the ARN patterns themselves; and on each
// resource that has a policy of its own.
iam::Result AwsPermissionJudge::EvaluateRegion(StateId state, std::string_view action, bool every,
                                               AwsTarget& found) {
  FormulaStore& formulas = walk_.workspace().formulas;
  const data::AwsAction* known = world_.actions().Find(action);
  const std::string_view evaluated = known == nullptr
                                         ? std::string_view()
                                         : data::EvaluatedArn(known->service->prefix, known->name);
  if (known != nullptr && known->wildcard_only() && evaluated.empty()) {
    found = AwsTarget();
    found.resource = "*";
    found.no_resource = true;
    return EvaluateOn(state, action, found);
  }
  iam::Result all;
  all.reason = Reason::kImplicitDeny;
  iam::ResourceQuestion question;
  question.over = every ? iam::ResourceQuestion::Over::kEvery : iam::ResourceQuestion::Over::kAny;
  if (!evaluated.empty()) {
    // A star in it is a star of the ARN: only patterns with a star there cover it.
    std::string arn(evaluated);
    std::replace(arn.begin(), arn.end(), '*', '\x01');
    question.shapes = {data::ArnGlob(arn)};
  } else if (known != nullptr) {
    question.shapes = data::ResourcePatterns(*known);
  }
  AwsTarget target;
  AwsJudge::Asked asked;
  const bool assume = EqualsIgnoreAsciiCase(action, "sts:AssumeRole");
  if (assume) {
    // Roles that no file holds may trust whoever is allowed to ask: as across accounts, both sides
    // must agree, and what the role's says nobody gave.
    target.account = "*";
    target.missing_policy = {Reason::kPoliciesNotGiven, facts::HoleId::kNone,
                             "trust policies of roles in no input"};
  }
  judge_.Prepare(state, action, target, asked);
  const iam::RegionAnswer region =
      iam::EvaluateRegion(asked.request, asked.layers, question, walk_.workspace());
  all = region.result;
  for (const std::string& pattern : region.patterns) {
    const std::string shown = world_.holes().Display(pattern);
    if (patterns_.size() < iam::kMaxRegionPatterns &&
        std::find(patterns_.begin(), patterns_.end(), shown) == patterns_.end()) {
      patterns_.push_back(shown);
    }
  }
  if (assume && !every) {
    for (uint32_t i = 0; i < world_.graph().nodes.size(); ++i) {
      const auto role = static_cast<NodeId>(i);
      if (world_.graph().nodes[i].kind == NodeKind::kIamRole && world_.trust(role) != nullptr) {
        Include(EvaluateOn(state, action, judge_.RoleTarget(role)), judge_.RoleTarget(role), found,
                all);
      }
    }
  }
  for (const AwsTarget& on : TargetsWithPolicies(action)) {
    const iam::Result result = EvaluateOn(state, action, on);
    if (!every) {
      Include(result, on, found, all);
    } else if (world_.holes().Equal(on.account, walk_.node(walk_.state(state).node).account) !=
               Tri::kFalse) {
      all.allowed = formulas.And(all.allowed, result.allowed);
      if (result.allowed == Formula::kFalse) {
        all.reason = result.reason;
      }
    }
  }
  return all;
}

// The resources of the action's service that have a policy, and what those policies name; the same
// for all who ask.
const std::vector<AwsTarget>& AwsPermissionJudge::TargetsWithPolicies(std::string_view action) {
  const std::string service = AsciiLower(action.substr(0, action.find(':')));
  const auto [at, added] = targets_.try_emplace(service);
  if (!added) {
    return at->second;
  }
  for (const CompiledResource& resource : world_.resource_policies()) {
    if (resource.policy == nullptr || resource.record->service != service) {
      continue;
    }
    std::vector<Str> arns = {resource.record->resource};
    for (const facts::Statement& statement : resource.policy->document().statements) {
      for (const Str arn : statement.resources) {
        if (arn != "*" && std::find(arns.begin(), arns.end(), arn) == arns.end()) {
          arns.push_back(arn);
        }
      }
    }
    for (const Str arn : arns) {
      at->second.push_back(judge_.TargetOf(arn));
    }
  }
  return at->second;
}

// One more resource on which it may be allowed.
void AwsPermissionJudge::Include(const iam::Result& result, const AwsTarget& target,
                                 AwsTarget& found, iam::Result& all) {
  if (result.allowed == Formula::kFalse) {
    if (all.allowed == Formula::kFalse && result.reason < all.reason) {
      all.reason = result.reason;
      all.deny = result.deny;
    }
    return;
  }
  if (all.allowed == Formula::kFalse ||
      (result.allowed == Formula::kTrue && all.allowed != Formula::kTrue)) {
    all.grant = result.grant;
    all.by_resource = result.by_resource;
    found = target;
  }
  all.allowed = walk_.workspace().formulas.Or(all.allowed, result.allowed);
  all.reason = Reason::kNone;
  const std::string shown = world_.holes().Display(target.resource);
  if (patterns_.size() < iam::kMaxRegionPatterns &&
      std::find(patterns_.begin(), patterns_.end(), shown) == patterns_.end()) {
    patterns_.push_back(shown);
  }
}

iam::Result AwsPermissionJudge::EvaluateAction(StateId state, std::string_view action,
                                               AwsTarget& found) {
  if (!resource_ || *resource_ == "*") {
    return EvaluateRegion(state, action, resource_.has_value(), found);
  }
  found = judge_.TargetOf(walk_.texts().Keep(*resource_));
  return EvaluateOn(state, action, found);
}

Held AwsPermissionJudge::JudgeAws(StateId state) {
  if (EqualsIgnoreAsciiCase(action_, kWebIdentityAction) ||
      EqualsIgnoreAsciiCase(action_, kSamlAction)) {
    // Unsigned calls: no AWS principal makes them, and no identity policy allows them.
    Held held;
    held.reason = iam::Code(Reason::kTrustDenied);
    return held;
  }
  AwsTarget found;
  if (actions_.size() == 1) {
    return FromResult(state, EvaluateAction(state, actions_.front(), found), found);
  }
  // A wildcard asks for all of it, or with --any for any of it.
  FormulaStore& formulas = walk_.workspace().formulas;
  Held all;
  all.open = FormulaStore::Constant(!any_);
  for (const std::string& action : actions_) {
    Held one = FromResult(state, EvaluateAction(state, action, found), found);
    one.open = any_ ? formulas.Or(all.open, one.open) : formulas.And(all.open, one.open);
    all = std::move(one);
    if (all.open == (any_ ? Formula::kTrue : Formula::kFalse)) {
      break;
    }
  }
  return all;
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
    target = judge_.TargetOf(walk_.texts().Keep(*resource_));
  } else {
    const iam::Result result = EvaluateAction(state, actions_.front(), target);
    if (result.allowed == Formula::kFalse) {
      target.resource = "*";
    }
  }
  AwsJudge::Asked asked;
  judge_.Prepare(state, actions_.front(), target, asked);
  const CompiledIdentity* identity = world_.identity(id);
  const bool closed = judge_.LeftOpen(state, target) == Formula::kFalse;
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
        policy = target.PolicyAt(trace.ref.policy);
        if (closed && grant.full && !trace.deny) {
          grant.full = false;
          grant.blocked_by = "public-access-block";
        }
        break;
    }
    if (policy != nullptr) {
      const facts::Origin& of = policy->document().origin;
      origin.address = of.address.empty() ? origin.address : of.address;
      origin.object = of.object;
    }
    if (trace.source != nullptr) {
      origin.span = trace.source->span;
      const auto shown = [this](const std::vector<Str>& texts) {
        std::vector<std::string> all;
        for (const Str text : texts) {
          all.push_back(world_.holes().Display(text));
        }
        return Join(all, ", ");
      };
      grant.text =
          Concat({layer, ": ", trace.deny ? "Deny " : "Allow ",
                  trace.source->not_action ? "everything but " : "", shown(trace.source->actions)});
      if (trace.source->has_resource) {
        grant.text += Concat({" on ", trace.source->not_resource ? "everything but " : "",
                              shown(trace.source->resources)});
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

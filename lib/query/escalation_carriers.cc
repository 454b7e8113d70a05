// Escalation edges over what carries a role already (facts::Carrier): a function's code, an
// instance's user data, a build's commands. Source: spec iam 3 C; data::CarrierPrimitives.
#include <algorithm>

#include "base/arn.h"
#include "base/strings.h"
#include "query/escalation_aws.h"

namespace whomay::query {
namespace {

using data::CarrierPrimitive;
using graph::Node;
using Takes = CarrierPrimitive::Takes;

}  // namespace

NodeId AwsEscalation::RoleOf(const facts::IamRef& role) const {
  const graph::Graph& graph = world_.graph();
  const NodeId by_arn = role.arn.empty() ? NodeId::kNone : graph.FindArn(role.arn);
  return by_arn != NodeId::kNone || role.name.empty()
             ? by_arn
             : graph.FindIam(facts::IamKind::kRole, role.account, role.name);
}

// … of a carrier, or behind an instance profile that another input holds.
NodeId AwsEscalation::RoleOf(const facts::Carrier& carrier) const {
  if (carrier.instance_profile.empty()) {
    return RoleOf(carrier.role);
  }
  for (const facts::InstanceProfile& profile : world_.facts().instance_profiles) {
    if (world_.graph().InWorld(profile) && profile.name == carrier.instance_profile &&
        profile.account == carrier.account) {
      return RoleOf(profile.role);
    }
  }
  return NodeId::kNone;
}

// The role that a carrier has, or those of which one is it.
void AwsEscalation::SetRoles(Carried& carried) const {
  const facts::Carrier& carrier = *carried.carrier;
  const NodeId role = RoleOf(carrier);
  const facts::HoleId whole = facts::WholeHole(carrier.role.arn);
  if (role != NodeId::kNone) {
    carried.roles.push_back(role);
  } else if (whole != facts::HoleId::kNone) {
    carried.one_of = whole;
    for (const Str candidate : world_.holes()[whole].candidates) {
      const NodeId one = world_.graph().FindArn(candidate);
      if (one != NodeId::kNone) {
        carried.roles.push_back(one);
      }
    }
  }
}

void AwsEscalation::IndexCarriers() {
  const facts::Facts& facts = world_.facts();
  std::map<Str, const facts::AwsResource*> resources;
  for (const facts::AwsResource& resource : facts.resources) {
    if (world_.graph().InWorld(resource)) {
      resources.emplace(resource.arn, &resource);
    }
  }
  std::set<Str> with_policy;
  for (const CompiledResource& resource : world_.resource_policies()) {
    with_policy.insert(resource.record->resource);
  }
  for (const facts::Carrier& carrier : facts.carriers) {
    if (!world_.graph().InWorld(carrier)) {
      continue;
    }
    Carried carried;
    carried.carrier = &carrier;
    const auto resource = resources.find(carrier.arn);
    carried.resource = resource == resources.end() ? nullptr : resource->second;
    carried.has_policy = with_policy.count(carrier.arn) > 0;
    SetRoles(carried);
    if (!carried.roles.empty()) {
      carriers_[carrier.kind].push_back(std::move(carried));
    }
  }
}

void AwsEscalation::OnCarriers() {
  for (const CarrierPrimitive& primitive : data::CarrierPrimitives()) {
    const auto of_kind = carriers_.find(primitive.kind);
    if (of_kind == carriers_.end() || !MayHoldAll(primitive.actions) ||
        !MayHoldAll(primitive.elsewhere)) {
      continue;
    }
    for (const Carried& carried : of_kind->second) {
      const Formula open = OnCarrier(primitive, carried);
      for (const NodeId role : carried.roles) {
        if (open != Formula::kFalse && role != self_) {
          AsCarried(primitive, carried, role, open);
        }
      }
    }
  }
}

void AwsEscalation::AsCarried(const CarrierPrimitive& primitive, const Carried& carried,
                              NodeId role, Formula open) {
  if (carried.one_of != facts::HoleId::kNone) {
    open = And(open, walk_.HoleFormula(
                         carried.one_of, iam::Reason::kHole,
                         Concat({carried.carrier->name, " carries ", walk_.node(role).name})));
  }
  AwsSession session;
  session.assumed = session.no_mfa = true;
  session.instance = primitive.kind.substr(0, 4) == "ec2:" || primitive.kind == "eks:nodegroup";
  const StateId to = walk_.AwsState(role, std::move(session));
  if (primitive.takes == Takes::kAgent) {
    open = And(open, AgentWorks(to));
  }
  PushOpen(primitive.id,
           primitive.actions.empty() ? primitive.elsewhere.front() : primitive.actions.front(), to,
           open);
}

// All that the primitive takes of one carrier.
Formula AwsEscalation::OnCarrier(const CarrierPrimitive& primitive, const Carried& carried) {
  const facts::Carrier& carrier = *carried.carrier;
  const Node& self = walk_.node(self_);
  // Another account's resource takes a policy on it that lets the caller in.
  if (carrier.account != self.account && !carried.has_policy) {
    return Formula::kFalse;
  }
  Formula all = Formula::kTrue;
  if (primitive.takes == Takes::kShell && carrier.shell != Tri::kTrue) {
    all = carrier.shell == Tri::kFalse
              ? Formula::kFalse
              : Unless(Concat({"whether ", carrier.name, " lets a shell in"}));
  }
  AwsTarget target;
  target.resource = carrier.arn;
  target.account = carrier.account;
  if (carried.has_policy) {
    AwsJudge judge(walk_);
    target = judge.TargetOf(carrier.arn);
  } else if (carried.resource != nullptr) {
    target.tags = carried.resource->tags;
    target.tags_known = true;
  }
  for (const std::string_view action : primitive.actions) {
    all = all == Formula::kFalse ? all : And(all, Ask(action, target, {}));
    if (all != Formula::kFalse && !primitive.document.empty()) {
      const std::string document =
          Concat({"arn:", ParseArn(self.arn).partition, ":ssm:", carrier.region, "::document/",
                  primitive.document});
      all = And(all, Allows(action, walk_.texts().Keep(document), self.account, {}));
    }
  }
  all = all == Formula::kFalse ? all : And(all, AllAnywhere(primitive.elsewhere));
  if (all != Formula::kFalse && !primitive.unless.empty()) {
    all = And(all, Unless(primitive.unless));
  }
  return all;
}

}  // namespace whomay::query

#include "iam/evaluate.h"

#include <algorithm>

#include "base/strings.h"
#include "iam/matcher.h"
#include "iam/service_facts.h"

namespace whomay::iam {
namespace {

using Kind = Caller::Kind;

// What one layer says of the request.
struct SetMatch {
  Formula allow = kNo;  // at whatever level the principal is named
  Formula deny = kNo;
  // Of resource policies: the allowing statements by the level at which they name the caller.
  PrincipalMatch levels;
  StatementRef granting, denying;
};

class Evaluation {
 public:
  Evaluation(const Request& request, const Layers& layers, Workspace* workspace)
      : request_(request), layers_(layers), matcher_(request, workspace) {
    matcher_.set_caller_has_boundary(layers.has_boundary);
  }

  Result Run();

 private:
  Logic& logic() { return matcher_.logic(); }
  SetMatch Match(const PolicySet& set, LayerKind layer, uint32_t level);
  void MatchPolicy(const Policy& policy, StatementRef ref, SetMatch& match);
  void MatchStatement(const Policy& policy, StatementRef ref, SetMatch& match);
  static void Remember(StatementRef& slot, Formula& best, StatementRef ref, Formula formula);
  Formula Levels(std::span<const PolicySet> levels, LayerKind layer);
  Formula SameAccount(Formula limits);
  Formula CrossAccount(Formula limits);
  Formula Grant(Formula limits);
  Reason WhyDenied();
  bool Impossible() const;

  const Request& request_;
  const Layers& layers_;
  Matcher matcher_;
  SetMatch identity_, resource_;
  Formula deny_ = kNo;
  StatementRef denying_;
  Formula boundary_ = kYes, session_ = kYes, scps_ = kYes, rcps_ = kYes;
  Formula same_account_ = kYes;
};

void Evaluation::MatchStatement(const Policy& policy, StatementRef ref, SetMatch& match) {
  const Statement& statement = policy.statements()[ref.statement];
  Formula fits = matcher_.Action(statement);
  if (fits != kNo) {
    fits = logic().And(fits, matcher_.Resource(statement, policy.on()));
  }
  PrincipalMatch principal{kYes, kNo, kNo};
  if (fits != kNo && (policy.on() == Policy::On::kResource || statement.has_principal)) {
    principal = matcher_.Principal(statement);
    if (principal.direct == kNo && principal.role == kNo && principal.account == kNo) {
      return;
    }
  }
  if (fits != kNo) {
    fits = logic().And(fits, matcher_.Conditions(statement));
  }
  if (fits == kNo) {
    return;
  }
  const Formula any = logic().And(
      fits, logic().Or(principal.direct, logic().Or(principal.role, principal.account)));
  Formula allows = ToFormula(statement.effect == facts::Statement::Effect::kAllow);
  if (statement.effect == facts::Statement::Effect::kUnknown) {
    allows = matcher_.Missing(Reason::kHole, facts::HoleId::kNone,
                              Concat({"the effect of a statement (", std::to_string(ref.policy),
                                      ".", std::to_string(ref.statement), ")"}),
                              "allows");
  }
  if (allows != kYes) {
    const Formula denies = logic().And(any, logic().Not(allows));
    if (!match.denying || match.deny != kYes) {
      match.denying = denies == kNo ? match.denying : ref;
    }
    match.deny = logic().Or(match.deny, denies);
  }
  if (allows != kNo) {
    if (!match.granting || (match.allow != kYes && any == kYes)) {
      match.granting = ref;
    }
    const Formula allowing = logic().And(fits, allows);
    match.allow = logic().Or(match.allow, logic().And(any, allows));
    const auto add = [&](Formula& level, Formula named) {
      level = logic().Or(level, logic().And(allowing, named));
    };
    add(match.levels.direct, principal.direct);
    add(match.levels.role, principal.role);
    add(match.levels.account, principal.account);
  }
}

void Evaluation::MatchPolicy(const Policy& policy, StatementRef ref, SetMatch& match) {
  matcher_.set_holes(policy.holes());
  policy.ForService(matcher_.service_hash(), [&](uint32_t index) {
    ref.statement = index;
    MatchStatement(policy, ref, match);
  });
}

SetMatch Evaluation::Match(const PolicySet& set, LayerKind layer, uint32_t level) {
  SetMatch match;
  const auto add_missing = [&](Reason reason, facts::HoleId hole, std::string_view what) {
    const Formula allows = matcher_.Missing(reason, hole, what, "allows");
    match.allow = logic().Or(match.allow, allows);
    match.levels.direct = logic().Or(match.levels.direct, allows);
    match.deny = logic().Or(match.deny, matcher_.Missing(reason, hole, what, "denies"));
  };
  for (uint32_t i = 0; i < set.policies.size(); ++i) {
    const Policy& policy = *set.policies[i];
    MatchPolicy(policy, {layer, level, i, StatementRef::kNone}, match);
    if (policy.open()) {
      const facts::PolicyDocument& document = policy.document();
      add_missing(
          document.readable ? Reason::kHole : Reason::kUnreadableInput, document.open,
          document.origin.address.empty() ? document.origin.object : document.origin.address);
    }
  }
  for (const Missing& missing : set.missing) {
    add_missing(missing.reason, missing.hole, missing.what);
  }
  deny_ = logic().Or(deny_, match.deny);
  if (match.denying && !denying_) {
    denying_ = match.denying;
  }
  return match;
}

Formula Evaluation::Levels(std::span<const PolicySet> levels, LayerKind layer) {
  Formula all = kYes;
  for (uint32_t i = 0; i < levels.size(); ++i) {
    all = logic().And(all, Match(levels[i], layer, i).allow);
  }
  return all;
}

// Role-level grants of the resource's policy are limited by boundary and session policy; grants to
// the user, the session, the federated user or everyone are not (User Guide, "Policy evaluation
// logic": "Evaluating identity-based policies with permissions boundaries").
Formula Evaluation::SameAccount(Formula limits) {
  const Formula trusts =
      NeedsDelegation(request_.action, request_.resource) ? resource_.levels.account : kYes;
  const Formula limited = logic().Or(resource_.levels.role, logic().And(trusts, identity_.allow));
  return logic().Or(resource_.levels.direct, logic().And(limited, limits));
}

Formula Evaluation::CrossAccount(Formula limits) {
  return logic().And(resource_.allow, logic().And(identity_.allow, limits));
}

Formula Evaluation::Grant(Formula limits) {
  if (!matcher_.is_aws_principal()) {
    return resource_.levels.direct;
  }
  if (same_account_ == kYes) {
    return SameAccount(limits);
  }
  if (same_account_ == kNo) {
    return CrossAccount(limits);
  }
  return logic().Ite(same_account_, SameAccount(limits), CrossAccount(limits));
}

Reason Evaluation::WhyDenied() {
  if (deny_ == kYes) {
    return Reason::kExplicitDeny;
  }
  const Formula unlimited = Grant(kYes);
  if (unlimited != kNo) {
    if (Grant(session_) != kNo && Grant(boundary_) == kNo) {
      return Reason::kBoundary;
    }
    if (scps_ == kNo) {
      return Reason::kScp;
    }
    if (rcps_ == kNo) {
      return Reason::kRcp;
    }
    if (Grant(boundary_) == kNo) {
      return Reason::kBoundary;
    }
    if (Grant(session_) == kNo) {
      return Reason::kSessionPolicy;
    }
  }
  const bool trust = NeedsDelegation(request_.action, request_.resource) &&
                     matcher_.service() == "sts" && resource_.allow == kNo;
  return trust ? Reason::kTrustDenied : Reason::kImplicitDeny;
}

Result Evaluation::Run() {
  Result result;
  if (matcher_.action() == "sts:getcalleridentity") {
    result.allowed = kYes;  // needs no permission, and no deny takes it away (STS API reference)
    return result;
  }
  const bool aws = matcher_.is_aws_principal();
  resource_ = Match(layers_.resource, LayerKind::kResource, 0);
  if (HasResourceControl(matcher_.service())) {
    rcps_ = Levels(layers_.rcps, LayerKind::kRcp);
  }
  if (aws) {
    identity_ = Match(layers_.identity, LayerKind::kIdentity, 0);
    scps_ = Levels(layers_.scps, LayerKind::kScp);
    if (layers_.has_boundary) {
      boundary_ = Match(layers_.boundary, LayerKind::kBoundary, 0).allow;
    }
    if (layers_.has_session_policy) {
      session_ = Match(layers_.session, LayerKind::kSession, 0).allow;
    }
    if (request_.caller.kind == Kind::kRoot) {
      identity_.allow = kYes;
    }
    if (request_.caller.kind == Kind::kFederatedUser && !layers_.has_session_policy) {
      // The session of GetFederationToken is the intersection with a policy that was not passed.
      identity_.allow = kNo;
    }
    matcher_.set_holes(request_.holes);
    same_account_ = matcher_.EqualAccounts(matcher_.resource_account(), request_.caller.account);
  }
  const Formula limits = logic().And(boundary_, session_);
  Formula allowed =
      logic().And(logic().And(Grant(limits), logic().Not(deny_)), logic().And(scps_, rcps_));
  if (IsImpossible(request_, matcher_.action())) {
    allowed = kNo;
  }
  result.allowed = allowed;
  if (allowed == kNo) {
    result.reason = WhyDenied();
    if (result.reason == Reason::kExplicitDeny) {
      result.deny = denying_;
    }
    return result;
  }
  const bool alone = !aws || (same_account_ != kNo &&
                              logic().Or(resource_.levels.direct, resource_.levels.role) != kNo &&
                              identity_.allow != kYes);
  result.by_resource = alone && resource_.granting;
  result.grant =
      result.by_resource || !identity_.granting ? resource_.granting : identity_.granting;
  return result;
}

}  // namespace

bool NeedsDelegation(std::string_view action, std::string_view resource) {
  const std::string_view service = action.substr(0, action.find(':'));
  if (EqualsIgnoreAsciiCase(service, "sts")) {
    return IsRoleAction(action);
  }
  if (EqualsIgnoreAsciiCase(service, "kms")) {
    const Arn arn = SplitArn(resource);
    return arn.valid ? arn.resource().substr(0, 4) == "key/" || facts::HasHole(arn.resource())
                     : facts::HasHole(resource);
  }
  return false;
}

Result Evaluate(const Request& request, const Layers& layers, Workspace& workspace) {
  const Result quick = Evaluation(request, layers, nullptr).Run();
  return quick.allowed != Formula::kLimit ? quick : Evaluation(request, layers, &workspace).Run();
}

Tri EvaluateQuickly(const Request& request, const Layers& layers) {
  const Formula allowed = Evaluation(request, layers, nullptr).Run().allowed;
  return allowed == kNo ? Tri::kFalse : allowed == kYes ? Tri::kTrue : Tri::kUnknown;
}

}  // namespace whomay::iam

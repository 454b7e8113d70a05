#include "query/aws_judge.h"

#include <algorithm>
#include <utility>

#include "base/arn.h"
#include "base/strings.h"
#include "data/aws_actions.h"
#include "iam/region.h"

namespace whomay::query {
namespace {

using facts::HasHole;
using graph::Node;
using graph::NodeKind;
using iam::Context;
using iam::Reason;

// Keys that a person or program may set as it likes in its own call (design 10: chosen to fit).
constexpr std::string_view kChosenKeys[] = {"sts:RoleSessionName", "sts:SourceIdentity",
                                            "sts:TransitiveTagKeys", "sts:DurationSeconds",
                                            "aws:TagKeys"};

Context::Key OpenButPresent() {
  Context::Key key;
  key.state = Context::State::kOpen;
  key.always_present = true;
  return key;
}

Context::Key MissingTags(Reason reason) {
  Context::Key key;
  key.state = Context::State::kHole;
  key.reason = reason;
  return key;
}

}  // namespace

Formula ChooseToFit(Formula f, iam::Workspace& workspace,
                    std::vector<iam::ReadableCondition>* chosen) {
  if (f == Formula::kTrue || f == Formula::kFalse || f == Formula::kLimit) {
    return f;
  }
  std::vector<uint32_t> variables;
  for (const uint32_t variable : workspace.formulas.Support(f)) {
    if (workspace.atoms.at(variable).kind == iam::Atom::Kind::kChosen) {
      variables.push_back(variable);
    }
  }
  if (variables.empty()) {
    return f;
  }
  const Formula possible = workspace.formulas.And(f, iam::Axioms(variables, workspace));
  if (possible == Formula::kFalse || possible == Formula::kLimit) {
    return possible;
  }
  if (chosen != nullptr) {
    for (const FormulaStore::Literal& literal : workspace.formulas.Cube(possible)) {
      const iam::Atom& atom = workspace.atoms.at(literal.variable);
      if (atom.kind == iam::Atom::Kind::kChosen) {
        chosen->push_back(iam::Readable(atom, literal.value));
      }
    }
  }
  return workspace.formulas.Exists(possible, variables);
}

iam::Caller AwsJudge::CallerOf(StateId id) {
  const Node& node = walk_.node(walk_.state(id).node);
  const AwsSession& session = walk_.aws(id);
  iam::Caller caller;
  caller.arn = node.arn;
  caller.account = node.account;
  switch (node.kind) {
    case NodeKind::kIamRole:
    case NodeKind::kRoleSession:
      if (!session.name.empty()) {
        const Arn arn = ParseArn(node.arn);
        caller.kind = iam::Caller::Kind::kSession;
        caller.role_arn = node.kind == NodeKind::kIamRole ? node.arn : Str();
        caller.arn = walk_.texts().Keep(
            Concat({"arn:", arn.partition, ":sts::", node.account, ":assumed-role/",
                    node.kind == NodeKind::kIamRole ? node.local_name : node.namespace_name, "/",
                    session.name}));
      } else {
        caller.kind = iam::Caller::Kind::kRole;
        caller.role_arn = node.arn;
        caller.session =
            session.instance ? iam::Caller::Session::kNobodys : iam::Caller::Session::kAny;
      }
      break;
    case NodeKind::kAwsRoot:
      caller.kind = iam::Caller::Kind::kRoot;
      break;
    case NodeKind::kAwsService:
      caller.kind = iam::Caller::Kind::kService;
      caller.arn = node.local_name;
      break;
    case NodeKind::kAwsAccount:
    case NodeKind::kIamGroup:
      // Somebody in it, and no more: no policy names him.
      caller.arn = walk_.texts().Keep(Concat({"arn:aws:iam::", node.account, ":user/*"}));
      break;
    case NodeKind::kEveryone:
      caller.arn = "arn:aws:iam::*:user/*";
      caller.account = "*";
      break;
    default:
      break;
  }
  return caller;
}

Context AwsJudge::CallerContext(StateId id, std::string_view action) {
  Context context;
  const Node& node = walk_.node(walk_.state(id).node);
  const AwsSession& session = walk_.aws(id);
  const bool role = node.kind == NodeKind::kIamRole || node.kind == NodeKind::kRoleSession;
  const bool service = node.kind == NodeKind::kAwsService;
  context.set_rest(Context::State::kOpen);
  for (const std::string& key : walk_.AbsentKeys(action)) {
    context.SetAbsent(key);
  }

  // The principal's.
  if (service) {
    context.Set("aws:PrincipalIsAWSService", {"true"});
    context.Set("aws:PrincipalServiceName", {node.local_name});
    for (const std::string_view key :
         {"aws:PrincipalArn", "aws:PrincipalAccount", "aws:username", "aws:PrincipalOrgID",
          "aws:PrincipalOrgPaths", "aws:userid"}) {
      context.SetAbsent(key);
    }
    context.SetPrefix("aws:PrincipalTag/", Context::State::kAbsent);
  } else {
    context.Set("aws:PrincipalIsAWSService", {"false"});
    context.SetAbsent("aws:PrincipalServiceName");
    context.SetAbsent("aws:PrincipalServiceNamesList");
    context.SetAbsent("aws:SourceArn");  // set on calls that a service makes for a resource
    context.SetAbsent("aws:SourceAccount");
    context.SetAbsent("aws:SourceOrgID");
    context.Set("aws:PrincipalArn", {node.arn.empty() ? CallerOf(id).arn : node.arn});
    context.Set("aws:PrincipalAccount", {node.account});
    context.Set("aws:PrincipalType", {role                              ? "AssumedRole"
                                      : node.kind == NodeKind::kAwsRoot ? "Account"
                                                                        : "User"});
    if (node.kind == NodeKind::kIamUser) {
      context.Set("aws:username", {node.local_name});
    } else {
      context.SetAbsent("aws:username");
    }
    const bool has_record =
        node.record != kNone && (role || node.kind == NodeKind::kIamUser) && node.declared;
    if (has_record) {
      const facts::IamPrincipal& principal = world_.facts().principals[node.record];
      if (principal.tags_open) {
        context.SetPrefix("aws:PrincipalTag/", MissingTags(Reason::kHole));
      } else {
        context.SetPrefix("aws:PrincipalTag/", Context::State::kAbsent);
      }
      for (const facts::Tag& tag : principal.tags) {
        context.Set(Concat({"aws:PrincipalTag/", tag.key}), {tag.value});
      }
    } else if (node.kind == NodeKind::kAwsRoot) {
      context.SetPrefix("aws:PrincipalTag/", Context::State::kAbsent);
    } else {
      context.SetPrefix("aws:PrincipalTag/", MissingTags(Reason::kPoliciesNotGiven));
    }
    for (const auto& [key, value] : session.tags) {
      context.Set(Concat({"aws:PrincipalTag/", key}),
                  value.empty() ? OpenButPresent() : Context::Known({value}));
    }
    if (session.assumed) {
      context.Set("aws:TokenIssueTime", OpenButPresent());
    }
    if (session.provider.empty()) {
      context.SetAbsent("aws:FederatedProvider");
    } else {
      context.Set("aws:FederatedProvider", {session.provider});
    }
    context.SetAbsent("aws:SourceIdentity");
  }
  if (session.no_mfa || service) {
    context.SetAbsent("aws:MultiFactorAuthPresent");
    context.SetAbsent("aws:MultiFactorAuthAge");
  }
  if (!session.instance) {
    context.SetAbsent("ec2:SourceInstanceARN");
    context.SetAbsent("aws:Ec2InstanceSourceVpc");
  }

  // The request's.
  context.Set("aws:SecureTransport", {"true"});  // the AWS CLI and SDKs speak TLS
  context.Set("aws:ViaAWSService", {"false"});
  context.SetAbsent("aws:CalledVia");
  context.SetAbsent("aws:CalledViaFirst");
  context.SetAbsent("aws:CalledViaLast");
  for (const std::string_view key : {"aws:CurrentTime", "aws:EpochTime", "aws:SourceIp"}) {
    context.Set(key, OpenButPresent());
  }
  Context::Key chosen;
  chosen.state = Context::State::kChosen;
  for (const std::string_view key : kChosenKeys) {
    context.Set(key, chosen);
  }
  context.SetPrefix("aws:RequestTag/", Context::State::kChosen);
  return context;
}

Context AwsJudge::ContextOf(StateId id, std::string_view action, const AwsTarget& target) {
  // Many resources are asked about with one caller and action.
  Walk::CallerContext& caller = walk_.caller_context();
  if (caller.context == nullptr || caller.state != id || caller.action != action) {
    caller = {id, std::string(action), std::make_shared<const Context>(CallerContext(id, action))};
  }
  Context context(caller.context);
  const Arn arn = ParseArn(target.resource);
  if (arn.valid && !arn.region.empty() && arn.region != "*" && !HasHole(arn.region)) {
    context.Set("aws:RequestedRegion", {arn.region});
  } else {
    Context::Key chosen;
    chosen.state = Context::State::kChosen;
    chosen.always_present = true;
    context.Set("aws:RequestedRegion", std::move(chosen));
  }
  if (!target.account.empty()) {
    context.Set("aws:ResourceAccount", {target.account});
  }
  SetResourceTags(target, context);
  for (const auto& [key, values] : walk_.options().context) {
    context.Set(key, Context::Known(std::vector<std::string_view>(values.begin(), values.end())));
  }
  return context;
}

void AwsJudge::Prepare(StateId id, std::string_view action, const AwsTarget& target, Asked& asked) {
  const NodeId node_id = walk_.state(id).node;
  const Node& node = walk_.node(node_id);
  const AwsSession& session = walk_.aws(id);
  asked.context = ContextOf(id, action, target);

  asked.request.caller = CallerOf(id);
  asked.request.action = action;
  asked.request.resource = target.resource;
  asked.request.no_resource = target.no_resource;
  asked.request.resource_account = target.account;
  asked.request.context = &asked.context;

  if (const CompiledIdentity* identity = world_.identity(node_id)) {
    asked.layers.identity = {identity->policies, identity->missing};
    if (session.admin) {
      asked.policies = identity->policies;
      asked.policies.push_back(&world_.allow_everything());
      asked.layers.identity = {asked.policies, identity->missing};
    }
    asked.layers.has_boundary = identity->has_boundary && !session.unbounded;
    asked.layers.boundary = {identity->boundary, identity->boundary_missing};
  } else if (node.kind != NodeKind::kAwsService && node.kind != NodeKind::kAwsRoot) {
    // An account's or everybody's members, and principals that only the question names.
    asked.missing.push_back({Reason::kPoliciesNotGiven, facts::HoleId::kNone, node.name});
    asked.layers.identity = {{}, asked.missing};
  }
  if (session.session_policy != facts::PolicyId::kNone) {
    asked.session_policies.push_back(world_.policy(session.session_policy));
    asked.layers.has_session_policy = true;
    asked.layers.session = {asked.session_policies, {}};
  }
  const auto levels = [](const std::vector<std::vector<const iam::Policy*>>& from,
                         std::vector<iam::PolicySet>& to) {
    for (const std::vector<const iam::Policy*>& level : from) {
      to.push_back({level, {}});
    }
  };
  if (world_.has_organization()) {
    if (node.kind != NodeKind::kAwsService && node.kind != NodeKind::kEveryone) {
      levels(world_.organization(node.account).service_control, asked.scps);
    }
    const std::string_view owner = target.account.empty() ? node.account : target.account;
    levels(world_.organization(owner).resource_control, asked.rcps);
  }
  asked.layers.scps = asked.scps;
  asked.layers.rcps = asked.rcps;
  if (target.policy != nullptr) {
    asked.resource_policies.push_back(target.policy);
    asked.resource_policies.insert(asked.resource_policies.end(), target.more_policies.begin(),
                                   target.more_policies.end());
  }
  if (target.missing_policy.reason != Reason::kNone) {
    asked.resource_missing.push_back(target.missing_policy);
  }
  asked.layers.resource = {asked.resource_policies, asked.resource_missing};
}

// Does the role's trust policy still mean a principal of the same name that the plan deletes and
// makes anew? (IAM user guide, "AWS JSON policy elements: Principal": ARNs are kept as unique ids.)
bool AwsJudge::TrustIsStale(NodeId principal, NodeId role) const {
  const Node& from = walk_.node(principal);
  const Node& to = walk_.node(role);
  if (from.record == kNone || to.record == kNone || !from.declared || !to.declared) {
    return false;
  }
  const facts::Facts& facts = world_.facts();
  return facts.principals[from.record].replaced && !facts.principals[to.record].trust_written;
}

iam::Result AwsJudge::Evaluate(StateId id, std::string_view action, const AwsTarget& target) {
  const AwsSession& session = walk_.aws(id);
  if (!session.only_action.empty() && !EqualsIgnoreAsciiCase(session.only_action, action)) {
    iam::Result denied;
    denied.reason = Reason::kImplicitDeny;
    return denied;
  }
  Asked asked;
  Prepare(id, action, target, asked);
  std::string stale;
  if (target.role != NodeId::kNone && TrustIsStale(walk_.state(id).node, target.role)) {
    // What the trust names is gone; an account that it names still counts.
    const Node& node = walk_.node(walk_.state(id).node);
    stale = Concat({node.arn, " (replaced)"});
    asked.request.caller.arn = asked.request.caller.role_arn = stale;
    walk_.Assume("replaced", Concat({"the plan replaces ", node.name, ": the trust policy of ",
                                     walk_.node(target.role).name,
                                     " keeps meaning the deleted one until it is written again"}));
  }
  iam::Result result = iam::Evaluate(asked.request, asked.layers, walk_.workspace());
  if (result.allowed != Formula::kFalse) {
    KeepOut(id, target, result);
  }
  return result;
}

Formula AwsJudge::Anywhere(StateId state, std::string_view action) {
  const data::AwsAction* known = world_.actions().Find(action);
  AwsTarget target;
  if (known != nullptr && known->wildcard_only()) {
    target.resource = "*";
    target.no_resource = true;
    return Evaluate(state, action, target).allowed;
  }
  iam::ResourceQuestion question;
  if (known != nullptr) {
    question.shapes = data::ResourcePatterns(*known);
  }
  Asked asked;
  Prepare(state, action, target, asked);
  return iam::EvaluateRegion(asked.request, asked.layers, question, walk_.workspace())
      .result.allowed;
}

iam::Result AwsJudge::Assume(StateId state, NodeId role) {
  const AwsTarget target = RoleTarget(role);
  iam::Result result = Evaluate(state, "sts:AssumeRole", target);
  if (result.allowed != Formula::kFalse && !walk_.aws(state).tags.empty()) {
    // Transitive session tags go along, which takes sts:TagSession on both sides (spec iam 2.6).
    const iam::Result tagging = Evaluate(state, "sts:TagSession", target);
    result.allowed = walk_.workspace().formulas.And(result.allowed, tagging.allowed);
    if (result.allowed == Formula::kFalse) {
      result.reason = tagging.reason;
    }
  }
  if (result.allowed == Formula::kFalse && result.reason == Reason::kImplicitDeny) {
    result.reason = Reason::kTrustDenied;
  }
  return result;
}

iam::Result AwsJudge::WebIdentity(NodeId role, std::string_view subject, std::string_view issuer,
                                  std::string_view only_provider) {
  iam::Workspace& workspace = walk_.workspace();
  const Node& node = walk_.node(role);
  const AwsTarget target = RoleTarget(role);
  iam::Result best;
  best.reason = Reason::kNoProvider;
  const facts::Facts& facts = world_.facts();
  for (const uint32_t i : world_.graph().oidc_providers) {
    const facts::OidcProvider& provider = facts.oidc_providers[i];
    // The provider object lies in the role's account, and its URL is the token's issuer.
    const Tri fits = And(facts.holes.Equal(provider.account, node.account),
                         only_provider.empty() ? facts.holes.Equal(provider.url, issuer)
                                               : facts.holes.Equal(provider.arn, only_provider));
    if (fits == Tri::kFalse) {
      continue;
    }
    Formula open = Formula::kFalse;
    std::vector<Str> audiences = provider.client_ids;
    if (provider.client_ids_open) {
      audiences.push_back("sts.amazonaws.com");
    }
    for (const Str audience : audiences) {
      Context context = Context::Complete();
      const std::string sub_key = Concat({provider.url, ":sub"});
      const std::string aud_key = Concat({provider.url, ":aud"});
      context.Set(aud_key, {audience});
      context.Set(sub_key, {subject});
      Context::Key chosen;
      chosen.state = Context::State::kChosen;
      chosen.always_present = true;
      context.Set("sts:RoleSessionName", chosen);
      context.Set("sts:DurationSeconds", chosen);
      context.Set("aws:RequestedRegion", chosen);
      context.Set("aws:SecureTransport", {"true"});
      context.Set("aws:FederatedProvider", {provider.arn});
      for (const std::string_view key : {"aws:CurrentTime", "aws:EpochTime", "aws:SourceIp"}) {
        context.Set(key, OpenButPresent());
      }
      for (const std::string_view key : {"aws:SourceVpc", "aws:SourceVpce", "aws:UserAgent"}) {
        Context::Key key_open;
        context.Set(key, key_open);
      }
      SetResourceTags(target, context);
      context.Set("aws:ResourceAccount", {node.account});
      iam::Request request;
      request.caller.kind = iam::Caller::Kind::kWebIdentity;
      request.caller.arn = provider.arn;
      request.caller.account = provider.account;
      request.action = "sts:AssumeRoleWithWebIdentity";
      request.resource = node.arn;
      request.resource_account = node.account;
      request.context = &context;
      iam::Layers layers;
      std::vector<const iam::Policy*> policies;
      std::vector<iam::Missing> missing;
      if (target.policy != nullptr) {
        policies.push_back(target.policy);
      } else {
        missing.push_back(target.missing_policy);
      }
      layers.resource = {policies, missing};
      std::vector<iam::PolicySet> rcps;
      for (const std::vector<const iam::Policy*>& level :
           world_.organization(node.account).resource_control) {
        rcps.push_back({level, {}});
      }
      layers.rcps = rcps;
      const iam::Result result = iam::Evaluate(request, layers, workspace);
      if (result.allowed == Formula::kFalse) {
        if (best.allowed == Formula::kFalse) {
          best.reason =
              result.reason == Reason::kImplicitDeny ? Reason::kTrustDenied : result.reason;
          best.deny = result.deny;
        }
        continue;
      }
      open = workspace.formulas.Or(open, result.allowed);
      best.grant = result.grant;
      best.by_resource = true;
    }
    if (provider.client_ids_open) {
      open = workspace.formulas.And(
          open, walk_.HoleFormula(facts::HoleId::kNone, Reason::kHole,
                                  Concat({"client ids of ", facts.holes.Display(provider.arn)})));
    }
    if (fits == Tri::kUnknown) {
      open = workspace.formulas.And(
          open, walk_.HoleFormula(facts::WholeHole(provider.url), Reason::kHole,
                                  Concat({facts.holes.Display(provider.url), " is the issuer ",
                                          facts.holes.Display(issuer)})));
    }
    best.allowed = workspace.formulas.Or(best.allowed, open);
  }
  if (best.allowed != Formula::kFalse) {
    best.reason = Reason::kNone;
  }
  return best;
}

iam::Result AwsJudge::Saml(NodeId role, std::string_view provider) {
  const Node& node = walk_.node(role);
  const AwsTarget target = RoleTarget(role);
  Context context;  // what the assertion says is the provider's to decide
  context.Set("saml:aud", {"https://signin.aws.amazon.com/saml"});
  context.Set("aws:SecureTransport", {"true"});
  context.Set("aws:ResourceAccount", {node.account});
  context.SetAbsent("aws:MultiFactorAuthPresent");
  context.SetPrefix("aws:PrincipalTag/", Context::State::kAbsent);
  SetResourceTags(target, context);
  iam::Request request;
  request.caller.kind = iam::Caller::Kind::kSaml;
  request.caller.arn = provider;
  request.caller.account = ParseArn(provider).account;
  request.action = "sts:AssumeRoleWithSAML";
  request.resource = node.arn;
  request.resource_account = node.account;
  request.context = &context;
  std::vector<const iam::Policy*> policies;
  std::vector<iam::Missing> missing;
  if (target.policy != nullptr) {
    policies.push_back(target.policy);
  } else {
    missing.push_back(target.missing_policy);
  }
  iam::Layers layers;
  layers.resource = {policies, missing};
  return iam::Evaluate(request, layers, walk_.workspace());
}

Formula AwsJudge::Service(std::string_view service, NodeId role, const eks::PodIdentityHop& hop) {
  const Node& node = walk_.node(role);
  const AwsTarget target = RoleTarget(role);
  Context context = Context::Complete();
  context.Set("aws:PrincipalIsAWSService", {"true"});
  context.Set("aws:PrincipalServiceName", {service});
  context.Set("aws:SecureTransport", {"true"});
  context.Set("aws:ResourceAccount", {node.account});
  for (const std::string_view open : {"aws:SourceOrgID", "aws:SourceOrgPaths"}) {
    context.Set(open, Context::Key());
  }
  for (const std::string_view key : {"aws:CurrentTime", "aws:EpochTime"}) {
    context.Set(key, OpenButPresent());
  }
  SetResourceTags(target, context);
  hop.Fill(context);
  std::vector<const iam::Policy*> policies;
  std::vector<iam::Missing> missing;
  if (target.policy != nullptr) {
    policies.push_back(target.policy);
  } else {
    missing.push_back(target.missing_policy);
  }
  iam::Layers layers;
  layers.resource = {policies, missing};
  std::vector<iam::PolicySet> rcps;
  for (const std::vector<const iam::Policy*>& level :
       world_.organization(node.account).resource_control) {
    rcps.push_back({level, {}});
  }
  layers.rcps = rcps;
  iam::Request request;
  request.caller.kind = iam::Caller::Kind::kService;
  request.caller.arn = service;
  request.resource = node.arn;
  request.resource_account = node.account;
  request.context = &context;
  Formula open = Formula::kTrue;
  for (const std::string_view action : hop.actions) {
    request.action = action;
    open = walk_.workspace().formulas.And(
        open, iam::Evaluate(request, layers, walk_.workspace()).allowed);
  }
  return open;
}

Formula AwsJudge::AssumeWith(StateId state, NodeId role, const eks::PodIdentityHop& hop) {
  const AwsTarget target = RoleTarget(role);
  Formula open = Formula::kTrue;
  for (const std::string_view action : hop.actions) {
    Asked asked;
    Prepare(state, action, target, asked);
    hop.Fill(asked.context);
    open = walk_.workspace().formulas.And(
        open, iam::Evaluate(asked.request, asked.layers, walk_.workspace()).allowed);
  }
  return open;
}

}  // namespace whomay::query

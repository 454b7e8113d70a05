// IAM decisions: one request with its policies a line, and what a reference engine decided.
//
// Untagged lines must agree with `expect`. Lines tagged with `oracle_doubt` must agree with
// `aws_expect` where it stands; without one they are open questions and pass whatever the answer is
// (WHOMAY_REPLAY_OPEN=1 prints those answers that differ from `expect`).
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

#include "base/strings.h"
#include "facts/facts.h"
#include "iam/evaluate.h"
#include "ingest/iam/policy_document.h"
#include "tests/vectors/replay.h"

namespace whomay::replay {
namespace {

using syntax::Value;
using Kind = iam::Caller::Kind;

// The policies of one line; addresses stay in place.
struct Policies {
  facts::Facts facts;
  source::Diagnostics diagnostics;
  std::deque<facts::PolicyDocument> documents;
  std::deque<iam::Policy> compiled;
  std::deque<std::vector<const iam::Policy*>> sets;

  const iam::Policy* Add(const Value& document, ingest::PolicyUse use) {
    documents.push_back(ingest::ReadPolicyDocument(document, {.use = use}, facts, diagnostics));
    const bool on_resource = use == ingest::PolicyUse::kResource;
    compiled.emplace_back(documents.back(), &facts.holes,
                          on_resource ? iam::Policy::On::kResource : iam::Policy::On::kPrincipal);
    return &compiled.back();
  }
  iam::PolicySet Set(const Value& named, ingest::PolicyUse use) {
    std::vector<const iam::Policy*>& set = sets.emplace_back();
    for (const Value policy : named.elements()) {
      set.push_back(Add(policy.Get("policy"), use));
    }
    return {set, {}};
  }
  std::vector<iam::PolicySet> Levels(const Value& levels, ingest::PolicyUse use) {
    std::vector<iam::PolicySet> made;
    for (const Value level : levels.elements()) {
      made.push_back(Set(level.Get("policies"), use));
    }
    return made;
  }
};

iam::Caller ReadCaller(const Value& principal) {
  iam::Caller caller;
  if (principal.is_object()) {
    if (const Value service = principal.Get("service")) {
      caller.kind = Kind::kService;
      caller.arn = service.text();
    } else if (const Value federated = principal.Get("federated")) {
      caller.kind = federated.text().find(":saml-provider/") != std::string_view::npos
                        ? Kind::kSaml
                        : Kind::kWebIdentity;
      caller.arn = federated.text();
    } else {
      caller.kind = Kind::kAnonymous;
    }
    return caller;
  }
  caller.arn = principal.text();
  const std::vector<std::string_view> parts = Split(caller.arn, ':');
  caller.account = parts[4];
  const std::string_view resource = parts[5];
  caller.kind = resource == "root"                       ? Kind::kRoot
                : resource.starts_with("user/")          ? Kind::kUser
                : resource.starts_with("role/")          ? Kind::kRole
                : resource.starts_with("assumed-role/")  ? Kind::kSession
                                                         : Kind::kFederatedUser;
  return caller;
}

void ReadContext(const Value& keys, iam::Context& context) {
  for (const Value key : keys.members()) {
    std::vector<std::string_view> values;
    for (const Value value : key.elements()) {
      values.push_back(value.text());
    }
    if (!key.is_array()) {
      values.push_back(key.text());
    }
    context.Set(key.key(), iam::Context::Known(std::move(values), key.is_array()));
  }
}

std::string_view Word(Tri allowed, iam::Reason reason) {
  switch (allowed) {
    case Tri::kTrue:
      return "Allowed";
    case Tri::kUnknown:
      return "Unknown";
    default:
      return reason == iam::Reason::kExplicitDeny ? "ExplicitlyDenied" : "ImplicitlyDenied";
  }
}

}  // namespace

Outcome ReplayIam(const Value& line, const Options&) {
  using ingest::PolicyUse;
  Policies policies;
  iam::Context context = iam::Context::Complete();
  ReadContext(line.Get("context"), context);
  iam::Request request;
  request.caller = ReadCaller(line.Get("principal"));
  request.action = line.Get("action").text();
  request.resource = line.Get("resource").text();
  request.no_resource = line.Get("wildcardOnlyAction").is_true();
  request.resource_account = line.Get("resourceAccount").text();
  request.context = &context;

  iam::Layers layers;
  layers.identity = policies.Set(line.Get("identityPolicies"), PolicyUse::kIdentity);
  layers.has_boundary = line.Get("permissionBoundaries").is_array();
  layers.boundary = policies.Set(line.Get("permissionBoundaries"), PolicyUse::kIdentity);
  layers.has_session_policy = line.Get("sessionPolicies").is_array();
  layers.session = policies.Set(line.Get("sessionPolicies"), PolicyUse::kIdentity);
  const std::vector<iam::PolicySet> scps =
      policies.Levels(line.Get("scps"), PolicyUse::kServiceControl);
  const std::vector<iam::PolicySet> rcps =
      policies.Levels(line.Get("rcps"), PolicyUse::kResourceControl);
  layers.scps = scps;
  layers.rcps = rcps;
  std::vector<const iam::Policy*> resource;
  if (line.Get("resourcePolicy").is_object()) {
    resource.push_back(policies.Add(line.Get("resourcePolicy"), PolicyUse::kResource));
  }
  layers.resource = {resource, {}};

  iam::Workspace workspace;
  const iam::Result result = iam::Evaluate(request, layers, workspace);
  const Tri allowed = result.allowed == Formula::kTrue    ? Tri::kTrue
                      : result.allowed == Formula::kFalse ? Tri::kFalse
                                                          : Tri::kUnknown;
  const std::string_view answer = Word(allowed, result.reason);
  const std::string_view doubt = line.Get("oracle_doubt").text();
  const std::string_view aws = line.Get("aws_expect").text();
  const std::string_view recorded = line.Get("expect").text();
  const std::string_view expected = doubt.empty() ? recorded : aws;
  Outcome outcome;
  if (expected.empty() || answer == expected) {
    outcome.passed = 1;
    if (std::getenv("WHOMAY_REPLAY_OPEN") != nullptr && expected.empty() && answer != recorded) {
      outcome.differences.push_back(
          Concat({"open (", doubt, "): ", answer, ", the engine ", recorded}));
    }
    return outcome;
  }
  outcome.failed = 1;
  outcome.differences.push_back(Concat({answer, ", expected ", expected,
                                        doubt.empty() ? "" : " of AWS (", doubt,
                                        doubt.empty() ? "" : ")"}));
  return outcome;
}

}  // namespace whomay::replay

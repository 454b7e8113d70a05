// One recorded IAM case (the form of the iam vectors: request, context, policies of every layer),
// read and decided with the library. Shared by whomay-replay and the differential test.
#ifndef WHOMAY_TESTS_VECTORS_IAM_CASE_H_
#define WHOMAY_TESTS_VECTORS_IAM_CASE_H_

#include <deque>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "facts/facts.h"
#include "iam/evaluate.h"
#include "ingest/iam/policy_document.h"
#include "source/diagnostic.h"
#include "syntax/tree.h"

namespace whomay::iam_case {

// The policies of one line; addresses stay in place.
struct Policies {
  facts::Facts facts;
  source::Diagnostics diagnostics;
  std::deque<facts::PolicyDocument> documents;
  std::deque<iam::Policy> compiled;
  std::deque<std::vector<const iam::Policy*>> sets;

  const iam::Policy* Add(const syntax::Value& document, ingest::PolicyUse use) {
    documents.push_back(ingest::ReadPolicyDocument(document, {.use = use}, facts, diagnostics));
    const bool on_resource = use == ingest::PolicyUse::kResource;
    compiled.emplace_back(documents.back(), &facts.holes,
                          on_resource ? iam::Policy::On::kResource : iam::Policy::On::kPrincipal);
    return &compiled.back();
  }
  iam::PolicySet Set(const syntax::Value& named, ingest::PolicyUse use) {
    std::vector<const iam::Policy*>& set = sets.emplace_back();
    for (const syntax::Value policy : named.elements()) {
      set.push_back(Add(policy.Get("policy"), use));
    }
    return {set, {}};
  }
  std::vector<iam::PolicySet> Levels(const syntax::Value& levels, ingest::PolicyUse use) {
    std::vector<iam::PolicySet> made;
    for (const syntax::Value level : levels.elements()) {
      made.push_back(Set(level.Get("policies"), use));
    }
    return made;
  }
};

inline iam::Caller ReadCaller(const syntax::Value& principal) {
  iam::Caller caller;
  if (principal.is_object()) {
    if (const syntax::Value service = principal.Get("service")) {
      caller.kind = iam::Caller::Kind::kService;
      caller.arn = service.text();
    } else if (const syntax::Value federated = principal.Get("federated")) {
      caller.kind = federated.text().find(":saml-provider/") != std::string_view::npos
                        ? iam::Caller::Kind::kSaml
                        : iam::Caller::Kind::kWebIdentity;
      caller.arn = federated.text();
    } else {
      caller.kind = iam::Caller::Kind::kAnonymous;
    }
    return caller;
  }
  caller.arn = principal.text();
  const std::vector<std::string_view> parts = Split(caller.arn, ':');
  caller.account = parts[4];
  const std::string_view resource = parts[5];
  caller.kind = resource == "root"                      ? iam::Caller::Kind::kRoot
                : resource.starts_with("user/")         ? iam::Caller::Kind::kUser
                : resource.starts_with("role/")         ? iam::Caller::Kind::kRole
                : resource.starts_with("assumed-role/") ? iam::Caller::Kind::kSession
                                                        : iam::Caller::Kind::kFederatedUser;
  return caller;
}

inline void ReadContext(const syntax::Value& keys, iam::Context& context) {
  for (const syntax::Value key : keys.members()) {
    std::vector<std::string_view> values;
    for (const syntax::Value value : key.elements()) {
      values.push_back(value.text());
    }
    if (!key.is_array()) {
      values.push_back(key.text());
    }
    context.Set(key.key(), iam::Context::Known(std::move(values), key.is_array()));
  }
}

inline std::string_view Word(Tri allowed, iam::Reason reason) {
  switch (allowed) {
    case Tri::kTrue:
      return "Allowed";
    case Tri::kUnknown:
      return "Unknown";
    default:
      return reason == iam::Reason::kExplicitDeny ? "ExplicitlyDenied" : "ImplicitlyDenied";
  }
}

// Allowed, ImplicitlyDenied, ExplicitlyDenied, or Unknown.
inline std::string_view Decide(const syntax::Value& line) {
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
  return Word(allowed, result.reason);
}

}  // namespace whomay::iam_case

#endif  // WHOMAY_TESTS_VECTORS_IAM_CASE_H_

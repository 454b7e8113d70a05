// IAM decisions over hostile policies: the input is one policy document. It is read, compiled, and
// asked as identity and as resource policy, with a context that is complete and with one that is
// open; what is decided without the context must hold with it.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "facts/facts.h"
#include "iam/evaluate.h"
#include "iam/region.h"
#include "ingest/iam/policy_document.h"
#include "source/diagnostic.h"
#include "source/source.h"

namespace {

using namespace whomay;  // NOLINT: a fuzz target

void Ask(const iam::Policy& policy, bool on_resource) {
  const iam::Policy* const set[] = {&policy};
  iam::Layers layers;
  (on_resource ? layers.resource : layers.identity).policies = set;
  iam::Request request;
  request.caller.kind = iam::Caller::Kind::kRole;
  request.caller.arn = "arn:aws:iam::111122223333:role/team/app";
  request.caller.account = "111122223333";
  request.caller.session = iam::Caller::Session::kAny;
  request.action = "s3:GetObject";
  request.resource = "arn:aws:s3:::b/a";
  request.resource_account = "111122223333";
  iam::Context open;
  request.context = &open;
  iam::Workspace workspace;
  const iam::Result result = iam::Evaluate(request, layers, workspace);
  const iam::Verdict verdict = iam::Decide(result.allowed, workspace);
  iam::Trace(request, layers, workspace);
  if (!on_resource) {
    iam::ResourceQuestion question;
    question.decision_only = true;
    iam::EvaluateRegion(request, layers, question, workspace);
  }
  // One filling: nothing is there. The session is named as nobody knows.
  request.caller.session = iam::Caller::Session::kNobodys;
  iam::Context none = iam::Context::Complete();
  request.context = &none;
  const Tri filled = iam::EvaluateQuickly(request, layers);
  if ((verdict.decision == iam::Decision::kDenied && filled == Tri::kTrue) ||
      (verdict.decision == iam::Decision::kAllowed && verdict.conditions.empty() &&
       filled == Tri::kFalse)) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 16'384) {
    return 0;
  }
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  facts::Facts facts;
  const source::FileId file =
      sources.Add("policy.json", std::string(reinterpret_cast<const char*>(data), size));
  const facts::PolicyDocument document = ingest::ReadPolicySpan(
      {file, 0, static_cast<uint32_t>(size)}, {}, sources, facts, diagnostics);
  for (const bool on_resource : {false, true}) {
    const iam::Policy policy(
        document, &facts.holes,
        on_resource ? iam::Policy::On::kResource : iam::Policy::On::kPrincipal);
    Ask(policy, on_resource);
  }
  return 0;
}

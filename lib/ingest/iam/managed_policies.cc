#include "ingest/iam/managed_policies.h"

#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/strings.h"
#include "data/aws_managed_policies.h"
#include "ingest/iam/policy_document.h"

namespace whomay::ingest {

bool AddAwsManagedPolicy(std::string_view arn, source::SourceSet& sources, facts::Facts& facts,
                         source::Diagnostics& diagnostics) {
  std::optional<data::ManagedPolicyText> text = data::FindManagedPolicy(arn);
  if (!text.has_value()) {
    return false;
  }
  const auto size = static_cast<uint32_t>(text->document.size());
  const source::FileId file =
      sources.Add(Concat({"AWS managed policy ", text->name, " ", text->version, " (built in)"}),
                  std::move(text->document));
  facts::ManagedPolicy policy;
  policy.origin.span = {file, 0, size};
  policy.origin.object = facts.Keep(Concat({"policy ", text->name}));
  policy.arn = facts.Keep(arn);
  policy.account = "aws";
  policy.name = facts.Keep(text->name);
  // What AWS stores itself needs no checks.
  const PolicyReading as{PolicyUse::kAny, policy.origin};
  policy.document = facts.Add(ReadPolicySpan(policy.origin.span, as, sources, facts, diagnostics));
  facts.managed_policies.push_back(std::move(policy));
  return true;
}

void AddAwsManagedPolicies(source::SourceSet& sources, facts::Facts& facts,
                           source::Diagnostics& diagnostics) {
  std::unordered_set<std::string_view> settled;
  for (const facts::ManagedPolicy& policy : facts.managed_policies) {
    settled.insert(policy.arn);
  }
  const auto want = [&](facts::Str arn, const facts::Origin& origin) {
    if (facts::HasHole(arn) || !data::IsAwsManagedPolicyArn(arn) || !settled.insert(arn).second ||
        AddAwsManagedPolicy(arn, sources, facts, diagnostics)) {
      return;
    }
    diagnostics.Add("policy.aws-managed-not-known", source::Severity::kWarning, origin.span,
                    Concat({"the text of ", arn, " is not built in: what rests on it is unknown"}),
                    std::string(origin.address.empty() ? origin.object : origin.address));
  };
  for (const facts::PolicyAttachment& attachment : facts.attachments) {
    want(attachment.policy_arn, attachment.origin);
  }
  for (const facts::IamPrincipal& principal : facts.principals) {
    want(principal.boundary, principal.origin);
  }
}

}  // namespace whomay::ingest

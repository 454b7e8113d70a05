#include "ingest/iam/iam.h"

#include <string>
#include <utility>

#include "base/strings.h"
#include "ingest/iam/managed_policies.h"
#include "ingest/iam/policy_document.h"

namespace whomay::ingest {

using syntax::Value;

IamInput IamInputOf(const Value& root) {
  return LooksLikeAccountDump(root)    ? IamInput::kAccountDump
         : LooksLikeOrganization(root) ? IamInput::kOrganization
         : LooksLikePolicy(root)       ? IamInput::kPolicy
                                       : IamInput::kNone;
}

IamReader::IamReader(source::SourceSet& sources, facts::Facts& facts,
                     source::Diagnostics& diagnostics, LoadFile load)
    : sources_(sources),
      facts_(facts),
      diagnostics_(diagnostics),
      load_(std::move(load)),
      dumps_(sources, facts, diagnostics) {}

void IamReader::Read(syntax::Tree tree) {
  kept_.push_back(std::move(tree));
  const Value root = kept_.back().root();
  const IamInput kind = IamInputOf(root);
  Read(kind, root);
  if (kind != IamInput::kOrganization) {
    kept_.pop_back();
  }
}

void IamReader::Read(IamInput kind, const Value& root) {
  switch (kind) {
    case IamInput::kPolicy:
      ReadPolicyFile(root);
      break;
    case IamInput::kAccountDump:
      AddInput(root, "iam-account");
      dumps_.Read(root);
      break;
    case IamInput::kOrganization:
      AddInput(root, "iam-organization");
      organizations_.push_back(root);
      break;
    case IamInput::kNone:
      break;
  }
}

void IamReader::AddInput(const Value& root, std::string_view kind) {
  facts::Input input;
  input.file = root.span().file;
  input.kind = facts_.Keep(kind);
  facts_.inputs.push_back(std::move(input));
}

void IamReader::ReadPolicyFile(const Value& root) {
  const facts::Str path = facts_.Keep(sources_.name(root.span().file));
  const size_t slash = path.rfind('/');
  facts::Str name = slash == facts::Str::npos ? path : path.substr(slash + 1);
  name = name.substr(0, name.rfind('.'));
  facts::ManagedPolicy policy;
  policy.name = facts_.Keep(name);
  policy.arn = path;
  policy.origin = {root.span(), {}, facts_.Keep(Concat({"policy ", name}))};
  facts::PolicyDocument document =
      ReadPolicyDocument(root, {PolicyUse::kAny, policy.origin}, facts_, diagnostics_);
  AddInput(root, LooksLikeTrustPolicy(document) ? "iam-trust-policy" : "iam-policy");
  policy.document = facts_.Add(std::move(document));
  facts_.managed_policies.push_back(std::move(policy));
}

void IamReader::Finish() {
  for (const Value& organization : organizations_) {
    ReadOrganization(organization, load_, sources_, facts_, diagnostics_);
  }
  organizations_.clear();
  kept_.clear();
  dumps_.Finish();
  AddAwsManagedPolicies(sources_, facts_, diagnostics_);
}

}  // namespace whomay::ingest

// The resource's side of a request: its policies, account, tags, and whom S3 Block Public Access
// keeps out.
#include "base/arn.h"
#include "base/strings.h"
#include "iam/public_policy.h"
#include "query/aws_judge.h"

namespace whomay::query {

using graph::Node;
using graph::NodeKind;
using iam::Context;
using iam::Reason;

// Is this the resource of that ARN, or a part of it (an object of a bucket, a function's version)?
Tri AwsJudge::IsAtOrBelow(std::string_view resource, Str base) const {
  const bool below = resource.size() > base.size() && resource.substr(0, base.size()) == base &&
                     (resource[base.size()] == '/' || resource[base.size()] == ':');
  return below ? Tri::kTrue : world_.holes().Equal(base, resource);
}

AwsTarget AwsJudge::RoleTarget(NodeId role) {
  const Node& node = walk_.node(role);
  AwsTarget target;
  target.role = role;
  target.resource = node.arn;
  target.account = node.account;
  target.policy = world_.trust(role);
  if (target.policy == nullptr) {
    // Only mentioned: its trust policy is not given.
    target.missing_policy = {Reason::kPoliciesNotGiven, facts::HoleId::kNone, node.name};
  }
  if (node.declared && node.record != kNone) {
    const facts::IamPrincipal& principal = world_.facts().principals[node.record];
    target.tags = principal.tags;
    target.tags_known = !principal.tags_open;
  }
  return target;
}

AwsTarget AwsJudge::TargetOf(std::string_view resource) {
  const Arn arn = ParseArn(resource);
  if (arn.valid && arn.service == "iam" && IamName(arn.resource).kind == "role") {
    const NodeId role = world_.graph().FindArn(resource);
    if (role != NodeId::kNone) {
      AwsTarget target = RoleTarget(role);
      target.resource = resource;
      return target;
    }
  }
  AwsTarget target;
  target.resource = resource;
  target.account = arn.account;
  for (const CompiledResource& candidate : world_.resource_policies()) {
    const facts::ResourcePolicy& record = *candidate.record;
    const Tri same = IsAtOrBelow(resource, record.resource);
    if (same == Tri::kFalse) {
      continue;
    }
    if (same == Tri::kTrue) {
      if (target.account.empty()) {
        target.account = record.account;
      }
      if (candidate.policy == nullptr) {
        target.missing_policy = {Reason::kHole, facts::HoleId::kNone, record.resource};
      } else if (target.policy == nullptr) {
        target.policy = candidate.policy.get();
      } else {
        target.more_policies.push_back(candidate.policy.get());
      }
      continue;
    }
    // A resource whose ARN is not known until apply could be the one that is asked about.
    target.missing_policy = {Reason::kHole, facts::WholeHole(record.resource), record.resource};
  }
  for (const facts::AwsResource& declared : world_.facts().resources) {
    if (!world_.graph().InWorld(declared) || declared.arn.empty()) {
      continue;
    }
    const std::string_view base = declared.arn;
    if (resource == base ||
        (resource.size() > base.size() && resource.substr(0, base.size()) == base &&
         resource[base.size()] == '/')) {
      if (target.account.empty()) {
        target.account = declared.account;
      }
      if (resource == base) {
        target.tags = declared.tags;
        target.tags_known = true;
      }
    }
  }
  if (arn.service == "s3" && target.policy != nullptr &&
      !world_.facts().public_access_blocks.empty()) {
    BlockPublicAccess(target);
  }
  return target;
}

// RestrictPublicBuckets, of the bucket or of its account (spec iam 2.4; Amazon S3 user guide,
// "Blocking public access"): where the policy is public it also ends what the policy gives to other
// accounts by name.
void AwsJudge::BlockPublicAccess(AwsTarget& target) {
  Tri is_public = iam::IsPublic(target.policy->document());
  for (const iam::Policy* policy : target.more_policies) {
    is_public = Or(is_public, iam::IsPublic(policy->document()));
  }
  for (const facts::PublicAccessBlock& block : world_.facts().public_access_blocks) {
    if (!world_.graph().InWorld(block)) {
      continue;
    }
    const Tri here = block.bucket.empty() ? world_.holes().Equal(block.account, target.account)
                                          : IsAtOrBelow(target.resource, block.bucket);
    const Tri closed = And(And(here, block.restrict_public_buckets), is_public);
    if (closed == Tri::kFalse) {
      continue;
    }
    target.block = &block.origin;
    target.own_account_only = walk_.workspace().formulas.Or(
        target.own_account_only,
        closed == Tri::kTrue
            ? Formula::kTrue
            : walk_.HoleFormula(facts::HoleId::kNone, Reason::kHole,
                                Concat({"public access to ", target.resource, " is blocked"})));
  }
}

Formula AwsJudge::LeftOpen(StateId id, const AwsTarget& target) {
  const Node& node = walk_.node(walk_.state(id).node);
  if (target.own_account_only == Formula::kFalse || node.kind == NodeKind::kAwsService) {
    return Formula::kTrue;
  }
  const Tri own = world_.holes().Equal(node.account, target.account);
  if (own == Tri::kTrue) {
    return Formula::kTrue;
  }
  FormulaStore& formulas = walk_.workspace().formulas;
  const Formula open = formulas.Not(target.own_account_only);
  return own == Tri::kFalse
             ? open
             : formulas.Or(open, walk_.HoleFormula(facts::HoleId::kNone, Reason::kAccountNotKnown,
                                                   Concat({node.name, " is of the account of ",
                                                           target.resource})));
}

void AwsJudge::KeepOut(StateId id, const AwsTarget& target, iam::Result& result) {
  result.allowed = walk_.workspace().formulas.And(result.allowed, LeftOpen(id, target));
  if (result.allowed == Formula::kFalse) {
    result.reason = Reason::kImplicitDeny;
    result.grant = {};
    walk_.Assume("public-access-block",
                 Concat({"S3 Block Public Access of ", world_.holes().Display(target.resource),
                         " keeps out other accounts, as its policy is public"}),
                 target.block);
  }
}

void AwsJudge::SetResourceTags(const AwsTarget& target, Context& context) {
  if (!target.tags_known) {
    return;
  }
  for (const std::string_view prefix : {"aws:ResourceTag/", "iam:ResourceTag/"}) {
    context.SetPrefix(prefix, Context::State::kAbsent);
    for (const facts::Tag& tag : target.tags) {
      context.Set(Concat({prefix, tag.key}), {tag.value});
    }
  }
}

}  // namespace whomay::query

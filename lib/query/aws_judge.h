// AwsJudge: may the identity of a state do this in AWS? Gathers the layers of policies that bear on
// it and the context that the files decide, and asks the IAM engine.
//
// Source of the semantics: spec iam 2.4, 2.6, 2.7. Thread safety: as its Walk.
#ifndef WHOMAY_LIB_QUERY_AWS_JUDGE_H_
#define WHOMAY_LIB_QUERY_AWS_JUDGE_H_

#include <string_view>
#include <vector>

#include "eks/pod_identity.h"
#include "iam/evaluate.h"
#include "query/walk.h"

namespace whomay::query {

// The resource's side of a request.
struct AwsTarget {
  std::string_view resource;  // ARN; may hold holes
  bool no_resource = false;   // the action has none
  std::string_view account;   // "" when the ARN says it, or the caller's counts
  const iam::Policy* policy = nullptr;
  // Further ones: the permissions of a Lambda function and the grants of a key are one each.
  std::vector<const iam::Policy*> more_policies;
  // The resource has a policy that nobody gave: its reason is set.
  iam::Missing missing_policy = {iam::Reason::kNone, facts::HoleId::kNone, {}};
  NodeId role = NodeId::kNone;  // where the resource is one and `policy` its trust policy
  std::span<const facts::Tag> tags;
  bool tags_known = false;
  // Where this holds, S3 Block Public Access keeps out all other accounts.
  Formula own_account_only = Formula::kFalse;
  const facts::Origin* block = nullptr;  // of the block that keeps them out

  const iam::Policy* PolicyAt(uint32_t index) const {
    return index == 0 ? policy : index <= more_policies.size() ? more_policies[index - 1] : nullptr;
  }
};

class AwsJudge {
 public:
  explicit AwsJudge(Walk& walk) : walk_(walk), world_(walk.world()) {}

  // The decision for one action on one resource, with the layers and context kept for Trace.
  struct Asked {
    iam::Context context;
    iam::Layers layers;
    iam::Request request;
    std::vector<iam::Missing> missing;  // of the identity, with the session's own
    std::vector<const iam::Policy*> policies;
    std::vector<const iam::Policy*> resource_policies;
    std::vector<iam::Missing> resource_missing;
    std::vector<const iam::Policy*> session_policies;
    std::vector<iam::PolicySet> scps, rcps;
  };
  // Fills `asked`; its parts refer to each other, so it stays where it is.
  void Prepare(StateId state, std::string_view action, const AwsTarget& target, Asked& asked);
  iam::Result Evaluate(StateId state, std::string_view action, const AwsTarget& target);

  // The action on at least one resource, policies of resources left aside.
  Formula Anywhere(StateId state, std::string_view action);

  // Everything the files hold about a resource ARN that a question names.
  AwsTarget TargetOf(std::string_view resource);
  // Under which S3 Block Public Access leaves a resource policy's grants to `state`: always, where
  // it is of the bucket's own account or nothing is blocked.
  Formula LeftOpen(StateId state, const AwsTarget& target);
  // A role as the target of sts actions.
  AwsTarget RoleTarget(NodeId role);

  // May the state take on the role by sts:AssumeRole (and TagSession where its tags go along)?
  iam::Result Assume(StateId state, NodeId role);
  // By a web identity token of `provider` with this subject, one of the provider's audiences.
  iam::Result WebIdentity(NodeId role, std::string_view subject, std::string_view issuer,
                          std::string_view only_provider);
  // By an assertion of a SAML provider.
  iam::Result Saml(NodeId role, std::string_view provider);
  // An AWS service in the name of a Pod Identity association: every action of the hop.
  Formula Service(std::string_view service, NodeId role, const eks::PodIdentityHop& hop);
  // The first role of an association on to its target.
  Formula AssumeWith(StateId state, NodeId role, const eks::PodIdentityHop& hop);

 private:
  // What the state brings along to any request for the action.
  iam::Context CallerContext(StateId state, std::string_view action);
  iam::Context ContextOf(StateId state, std::string_view action, const AwsTarget& target);
  bool TrustIsStale(NodeId principal, NodeId role) const;
  void BlockPublicAccess(AwsTarget& target);
  void KeepOut(StateId state, const AwsTarget& target, iam::Result& result);
  Tri IsAtOrBelow(std::string_view resource, Str base) const;
  static void SetResourceTags(const AwsTarget& target, iam::Context& context);
  iam::Caller CallerOf(StateId state);

  Walk& walk_;
  const World& world_;
};

// f with the atoms that the caller chooses made to fit; what he chooses goes to `chosen`.
Formula ChooseToFit(Formula f, iam::Workspace& workspace,
                    std::vector<iam::ReadableCondition>* chosen);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_AWS_JUDGE_H_

// Questions without one resource: is the action allowed on at least one resource, on every one?
//
//   ResourceQuestion question{.over = ResourceQuestion::Over::kAny, .shapes = {"arn:*:s3:::*/*"}};
//   const RegionAnswer answer = EvaluateRegion(request, layers, question, workspace);
//   answer.result.allowed; answer.patterns;      // "arn:aws:s3:::logs/*"
//
// Decided over the ARN patterns themselves: the patterns of all statements that could match the
// action (allow, boundary, SCP, RCP, session, deny) cut the ARNs of the given shapes into classes;
// of each class one ARN is evaluated. Exact while the classes can be enumerated
// (kMaxRegionClasses), else the answer is Formula::kLimit. Resources are those of the request's
// resource account (the caller's if it names none) without a policy of their own; layers.resource
// should be empty. Source of the method: spec/iam.md 6.1. Thread safety: that of the workspace.
#ifndef WHOMAY_LIB_IAM_REGION_H_
#define WHOMAY_LIB_IAM_REGION_H_

#include <cstddef>
#include <string>
#include <vector>

#include "iam/evaluate.h"

namespace whomay::iam {

inline constexpr size_t kMaxRegionClasses = 4096;
inline constexpr size_t kMaxRegionPatterns = 64;  // that an answer names

struct ResourceQuestion {
  enum class Over : uint8_t { kAny, kEvery };
  Over over = Over::kAny;
  // Globs of the ARNs that the action is asked on ("arn:*:sqs:*:*:*"; data/aws_actions.h has them).
  // None: any ARN.
  std::vector<std::string> shapes;
  // Stop at the first class that settles it; `patterns` is then incomplete.
  bool decision_only = false;
};

struct RegionAnswer {
  // Of kAny the disjunction, of kEvery the conjunction over all classes. `grant` and `reason` are
  // those of the class that settled it.
  Result result;
  // The Resource texts, as policies have them, of the statements that grant it somewhere; sorted.
  std::vector<std::string> patterns;
  bool more_patterns = false;
};

// request.resource and no_resource are not looked at.
RegionAnswer EvaluateRegion(const Request& request, const Layers& layers,
                            const ResourceQuestion& question, Workspace& workspace);

}  // namespace whomay::iam

#endif  // WHOMAY_LIB_IAM_REGION_H_

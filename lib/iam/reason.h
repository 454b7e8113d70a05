// Why an AWS answer is what it is: the codes of design.md 5 that IAM can give.
#ifndef WHOMAY_LIB_IAM_REASON_H_
#define WHOMAY_LIB_IAM_REASON_H_

#include <cstdint>
#include <string_view>

namespace whomay::iam {

enum class Reason : uint8_t {
  kNone,
  // Of denied, from the nearest to the farthest.
  kExplicitDeny,
  kBoundary,
  kScp,
  kRcp,
  kSessionPolicy,
  kTrustDenied,
  kNoProvider,
  kImplicitDeny,
  // Of unknown.
  kHole,
  kPoliciesNotGiven,
  kManagedPolicyNotKnown,
  kUnreadableInput,
  kUndetermined,
  kAccountNotKnown,
  kLimit,
  kUndocumented,
};

// "explicit-deny"; "" for kNone.
std::string_view Code(Reason reason);
// Order among the reasons of unknown: what a person can do something about comes first.
int Rank(Reason reason);

}  // namespace whomay::iam

#endif  // WHOMAY_LIB_IAM_REASON_H_

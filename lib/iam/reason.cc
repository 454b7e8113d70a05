#include "iam/reason.h"

#include <algorithm>
#include <iterator>

namespace whomay::iam {

std::string_view Code(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return "";
    case Reason::kExplicitDeny:
      return "explicit-deny";
    case Reason::kBoundary:
      return "boundary";
    case Reason::kScp:
      return "scp";
    case Reason::kRcp:
      return "rcp";
    case Reason::kSessionPolicy:
      return "session-policy";
    case Reason::kTrustDenied:
      return "trust-denied";
    case Reason::kNoProvider:
      return "no-provider";
    case Reason::kImplicitDeny:
      return "implicit-deny";
    case Reason::kHole:
      return "hole";
    case Reason::kPoliciesNotGiven:
      return "policies-not-given";
    case Reason::kManagedPolicyNotKnown:
      return "managed-policy-not-known";
    case Reason::kUnreadableInput:
      return "unreadable-input";
    case Reason::kUndetermined:
      return "undetermined";
    case Reason::kAccountNotKnown:
      return "account-not-known";
    case Reason::kLimit:
      return "limit";
    case Reason::kUndocumented:
      return "undocumented";
  }
  return "";
}

int Rank(Reason reason) {
  constexpr Reason kOrder[] = {Reason::kPoliciesNotGiven,
                               Reason::kManagedPolicyNotKnown,
                               Reason::kUnreadableInput,
                               Reason::kAccountNotKnown,
                               Reason::kHole,
                               Reason::kUndetermined,
                               Reason::kUndocumented,
                               Reason::kLimit};
  return static_cast<int>(std::find(std::begin(kOrder), std::end(kOrder), reason) -
                          std::begin(kOrder));
}

}  // namespace whomay::iam

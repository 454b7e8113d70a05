// PermissionJudge: does the identity of one state hold the permission that is asked about, by
// itself?
#ifndef WHOMAY_LIB_QUERY_JUDGE_H_
#define WHOMAY_LIB_QUERY_JUDGE_H_

#include <string>
#include <string_view>
#include <vector>

#include "query/walk.h"

namespace whomay::query {

// What a state holds. `open` is kFalse where it holds nothing; then `reason` says why, as far as
// the state could have held it at all ("" where it speaks to another plane or cluster).
struct Held {
  Formula open = Formula::kFalse;
  std::string_view edge;  // of the grant: "rbac", "access-policy", "identity-policy" …
  std::string grant;      // what grants: "RoleBinding shop/support", "policy eks-users"
  facts::Origin origin;
  std::string_view reason;
};

class PermissionJudge {
 public:
  virtual ~PermissionJudge() = default;
  virtual Held Judge(StateId state) = 0;
  // Every grant of the state that matched and near misses (why).
  virtual void Trace(StateId state, std::vector<CanAnswer::Grant>& grants) = 0;
  // For people, when the answer is no: "allowed in namespace shop".
  virtual void Hint(StateId state, std::vector<std::string>& hints) = 0;
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_JUDGE_H_

// Groups that an identity brings along: memberships, shown in paths and graphs; what they grant is
// judged with the identity. Thread safety: as Ask.
#ifndef WHOMAY_LIB_QUERY_MEMBERSHIPS_H_
#define WHOMAY_LIB_QUERY_MEMBERSHIPS_H_

#include <string>
#include <vector>

#include "query/ask.h"

namespace whomay::query {

struct Membership {
  std::string group;
  std::string kind;
  Origin origin;
};
std::vector<Membership> MembershipsOf(Ask& ask, StateId state);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_MEMBERSHIPS_H_

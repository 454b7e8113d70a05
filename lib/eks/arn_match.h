// Equality of ARNs that may hold holes, as aws-auth (folded) and the EKS API (exact) compare them.
// Thread safety: pure functions.
#ifndef WHOMAY_LIB_EKS_ARN_MATCH_H_
#define WHOMAY_LIB_EKS_ARN_MATCH_H_

#include <string_view>

#include "base/tri.h"
#include "facts/hole.h"

namespace whomay::eks {

// strings.EqualFold, or unknown where a filling of holes decides. What a hole is the value of
// counts: the ARN of an aws_iam_role is no user's.
Tri EqualFoldArn(const facts::HoleTable& holes, std::string_view a, std::string_view b);
// The same with case.
Tri EqualArn(const facts::HoleTable& holes, std::string_view a, std::string_view b);

// The first hole of a text; kNone without one.
facts::HoleId FirstHole(std::string_view text);

}  // namespace whomay::eks

#endif  // WHOMAY_LIB_EKS_ARN_MATCH_H_

// Where a fact comes from, and the worlds it belongs to.
#ifndef WHOMAY_LIB_FACTS_ORIGIN_H_
#define WHOMAY_LIB_FACTS_ORIGIN_H_

#include <cstdint>
#include <string_view>

#include "source/source.h"

namespace whomay::facts {

// A text kept by Facts::strings: valid and in place while the Facts live. May hold holes (hole.h).
using Str = std::string_view;

struct Origin {
  source::Span span;
  Str address;  // Terraform address, `module.eks.aws_iam_role.this[0]`; empty elsewhere
  Str object;   // "RoleBinding shop/support", "policy eks-users"; may be empty
};

// before: a plan's prior state. after: what apply would make. Plain files belong to both.
enum Worlds : uint8_t { kBefore = 1, kAfter = 2, kBothWorlds = 3 };

// What every record carries.
struct Record {
  Origin origin;
  Worlds worlds = kBothWorlds;
};

}  // namespace whomay::facts

#endif  // WHOMAY_LIB_FACTS_ORIGIN_H_

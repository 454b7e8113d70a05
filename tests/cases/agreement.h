// can, who and what say the same: the check that every question of every case goes through.
#ifndef WHOMAY_TESTS_CASES_AGREEMENT_H_
#define WHOMAY_TESTS_CASES_AGREEMENT_H_

#include <optional>
#include <string>
#include <vector>

#include "whomay/analyzer.h"

namespace whomay::cases {

// What the question's other two directions and the principal's identities are.
struct Directions {
  const CanAnswer& can;
  const WhoAnswer& who;
  const WhatAnswer& what;
  const WhoamiAnswer& whoami;
};

// Everything in which they differ; nothing when they agree.
// who: the principal's own row has the decision of can; without one, can is no stronger than the
// rows of the collectives that the principal belongs to. what: holds a rule that grants what can
// allows, and none that grants what can denies (Kubernetes).
std::vector<std::string> Disagreements(const Directions& directions);

}  // namespace whomay::cases

#endif  // WHOMAY_TESTS_CASES_AGREEMENT_H_

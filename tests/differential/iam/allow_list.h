// Where @cloud-copilot/iam-simulate and AWS's documentation part: one entry a behaviour, with the
// test of whether a case touches it, one minimal case on which the two answers differ, and what
// decides.
#ifndef WHOMAY_TESTS_DIFFERENTIAL_IAM_ALLOW_LIST_H_
#define WHOMAY_TESTS_DIFFERENTIAL_IAM_ALLOW_LIST_H_

#include <span>

#include "syntax/tree.h"

namespace whomay::differential {

struct Known {
  const char* name;
  bool (*touches)(const syntax::Value& line);
  const char* example;  // a case; the judge's answer on it is not the library's
  const char* decides;
};

std::span<const Known> AllowList();

}  // namespace whomay::differential

#endif  // WHOMAY_TESTS_DIFFERENTIAL_IAM_ALLOW_LIST_H_

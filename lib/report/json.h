// Answers as JSON, schema by schema: whomay.can/1, whomay.who/1, ….
//
// A schema's keys, their order and meaning are a contract; keys are only ever added within a
// version. Equal answers give equal bytes: no timestamps, no addresses, lists in the answer's
// order. Thread safety: pure functions.
#ifndef WHOMAY_LIB_REPORT_JSON_H_
#define WHOMAY_LIB_REPORT_JSON_H_

#include <string>
#include <vector>

#include "whomay/answer.h"
#include "whomay/diagnostic.h"

namespace whomay::report {

// `why` adds the grants.
std::string Json(const CanAnswer& answer, bool why = false);
std::string Json(const WhoAnswer& answer);
std::string Json(const WhatAnswer& answer);
std::string Json(const WhoamiAnswer& answer);
std::string Json(const ReachAnswer& answer);
std::string Json(const PathsAnswer& answer);
std::string Json(const MatrixAnswer& answer);
std::string Json(const DiffAnswer& answer);
std::string Json(const ListAnswer& answer);

}  // namespace whomay::report

#endif  // WHOMAY_LIB_REPORT_JSON_H_

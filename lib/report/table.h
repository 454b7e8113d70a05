// Answers as a person reads them in a terminal: aligned columns, each path in one line with file
// and line of every step, what an answer hangs on and rests on, and hints where it could be
// otherwise.
//
// Colour only when asked. Thread safety: pure functions.
#ifndef WHOMAY_LIB_REPORT_TABLE_H_
#define WHOMAY_LIB_REPORT_TABLE_H_

#include <string>

#include "whomay/answer.h"

namespace whomay::report {

struct TableOptions {
  bool color = false;
  bool expand = false;  // every row of `who`, none folded into a count
  bool why = false;     // the grants of `can`
};

std::string Table(const CanAnswer& answer, const TableOptions& options);
std::string Table(const WhoAnswer& answer, const TableOptions& options);
std::string Table(const WhatAnswer& answer, const TableOptions& options);
std::string Table(const WhoamiAnswer& answer, const TableOptions& options);
std::string Table(const ReachAnswer& answer, const TableOptions& options);
std::string Table(const PathsAnswer& answer, const TableOptions& options);
std::string Table(const MatrixAnswer& answer, const TableOptions& options);
std::string Table(const DiffAnswer& answer, const TableOptions& options);
std::string Table(const ListAnswer& answer, const TableOptions& options);

}  // namespace whomay::report

#endif  // WHOMAY_LIB_REPORT_TABLE_H_

// Comma-separated values (RFC 4180: CRLF, quotes doubled) of list, who and matrix, for spreadsheets
// and for joins.
//
// A cell that a spreadsheet would take for a formula (it begins with = + - @) gets an apostrophe in
// front, since names come from strangers' files. Thread safety: pure functions.
#ifndef WHOMAY_LIB_REPORT_CSV_H_
#define WHOMAY_LIB_REPORT_CSV_H_

#include <string>

#include "whomay/answer.h"

namespace whomay::report {

// principal, kind, decision, reason, direct, conditions, path, cluster: a row a grantee.
std::string Csv(const WhoAnswer& answer);
// name, kind, cluster, file, line, address, then the list's own columns.
std::string Csv(const ListAnswer& answer);
// cluster, resource, name, principal, kind, then a column a verb.
std::string Csv(const MatrixAnswer& answer);

}  // namespace whomay::report

#endif  // WHOMAY_LIB_REPORT_CSV_H_

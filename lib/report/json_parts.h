// Parts that several JSON documents share. Thread safety: pure functions.
#ifndef WHOMAY_LIB_REPORT_JSON_PARTS_H_
#define WHOMAY_LIB_REPORT_JSON_PARTS_H_

#include "report/json_writer.h"
#include "whomay/answer.h"

namespace whomay::report {

// {"file":…,"line":…,"column":…,"address":…}, null where nothing is known.
void Write(JsonWriter& json, const Origin& origin);
void Write(JsonWriter& json, const Condition& condition);
void Write(JsonWriter& json, const Step& step);
void Write(JsonWriter& json, const Path& path);

}  // namespace whomay::report

#endif  // WHOMAY_LIB_REPORT_JSON_PARTS_H_

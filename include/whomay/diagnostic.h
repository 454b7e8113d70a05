// Diagnostics: what is wrong with the input. Reading went on; the message says what was left out.
#ifndef WHOMAY_DIAGNOSTIC_H_
#define WHOMAY_DIAGNOSTIC_H_

#include <cstdint>
#include <string>
#include <vector>

#include "whomay/answer.h"

namespace whomay {

struct Diagnostic {
  enum class Severity : uint8_t { kNote, kWarning, kError };
  std::string code;  // stable: "yaml.duplicate-key"
  Severity severity = Severity::kWarning;
  Origin origin;  // line and column of the beginning; `address` is the logical path
  int end_line = 0;
  int end_column = 0;
  std::string message;
  std::string excerpt;  // the line, for carets; empty where it is too long or marked sensitive
  struct Related {
    Origin origin;
    std::string message;
  };
  std::vector<Related> related;
};

}  // namespace whomay

#endif  // WHOMAY_DIAGNOSTIC_H_

// A tree as JSON, keys sorted, without blanks: what the tests of the readers compare.
#ifndef WHOMAY_TESTS_UNIT_SYNTAX_JSON_TEXT_H_
#define WHOMAY_TESTS_UNIT_SYNTAX_JSON_TEXT_H_

#include <map>
#include <string>
#include <string_view>

#include "syntax/tree.h"

namespace whomay::syntax {

inline std::string JsonString(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
    }
    quoted += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return quoted + '"';
}

// Of equal keys the last counts. For shallow trees: recursive.
inline std::string JsonText(const Value& value) {
  std::string text;
  switch (value.kind()) {
    case Kind::kArray:
      for (const Value element : value.elements()) {
        text += (text.empty() ? "" : ",") + JsonText(element);
      }
      return "[" + text + "]";
    case Kind::kObject: {
      std::map<std::string, std::string> members;
      for (const Value member : value.members()) {
        members[std::string(member.key())] = JsonText(member);
      }
      for (const auto& [key, member] : members) {
        text += (text.empty() ? "" : ",") + JsonString(key) + ":" + member;
      }
      return "{" + text + "}";
    }
    case Kind::kString:
      return JsonString(value.text());
    case Kind::kNull:
      return "null";
    default:
      return std::string(value.text());
  }
}

}  // namespace whomay::syntax

#endif  // WHOMAY_TESTS_UNIT_SYNTAX_JSON_TEXT_H_

// Case of texts as Go compares them: Unicode's simple lower-case and simple folding mappings.
//
// Used where AWS or Kubernetes components written in Go compare without regard to case (aws-auth's
// ARNs: strings.ToLower, strings.EqualFold; encoding/json's field names). Bytes that are not UTF-8
// become U+FFFD, as in Go.
// Source: Unicode 15.0, by generators/unicode_case.py. Thread safety: pure functions.
#ifndef WHOMAY_LIB_DATA_UNICODE_CASE_H_
#define WHOMAY_LIB_DATA_UNICODE_CASE_H_

#include <string>
#include <string_view>

namespace whomay::data {

// strings.ToLower: U+212A (Kelvin sign) becomes k, U+017F (long s) stays.
std::string GoLower(std::string_view text);

// Two texts fold to the same exactly if strings.EqualFold says that they are equal.
std::string GoFold(std::string_view text);

inline bool GoEqualFold(std::string_view a, std::string_view b) {
  return a == b || GoFold(a) == GoFold(b);
}

// The text with every byte that is no UTF-8 replaced by U+FFFD, as encoding/json writes it.
std::string GoValidUtf8(std::string_view text);

}  // namespace whomay::data

#endif  // WHOMAY_LIB_DATA_UNICODE_CASE_H_

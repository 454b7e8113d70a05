// Reading UTF-8 one code point at a time, for writers that must not pass on what is not UTF-8.
#ifndef WHOMAY_LIB_REPORT_UTF8_H_
#define WHOMAY_LIB_REPORT_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace whomay::report {

struct CodePoint {
  uint32_t value = 0;
  size_t size = 1;     // bytes, at least one
  bool valid = false;  // else the one byte stands for itself
};

// The code point at text[at]; overlong forms, surrogates and values above U+10FFFF are not valid.
constexpr CodePoint DecodeUtf8(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) {
    return {first, 1, true};
  }
  const size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() - at < size) {
    return {first, 1, false};
  }
  uint32_t value = first & (0xFFu >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) {
      return {first, 1, false};
    }
    value = value << 6 | (byte(at + i) & 0x3Fu);
  }
  const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
  if (overlong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    return {first, 1, false};
  }
  return {value, size, true};
}

}  // namespace whomay::report

#endif  // WHOMAY_LIB_REPORT_UTF8_H_

#include "data/unicode_case.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace whomay::data {
namespace {

struct CaseRange {
  uint32_t first;
  uint32_t last;
  uint32_t step;
  int32_t delta;
};

#include "data/unicode_case_tables.inc"

constexpr uint32_t kReplacement = 0xFFFD;

struct Rune {
  uint32_t code;
  uint32_t size;
};

// One code point, as Go's utf8.DecodeRune: a wrong byte is U+FFFD of size 1.
Rune Decode(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const uint32_t lead = byte(0);
  if (lead < 0x80) {
    return {lead, 1};
  }
  const uint32_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) {
    return {kReplacement, 1};
  }
  uint32_t code = lead & (0x7F >> size);
  for (uint32_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) {
      return {kReplacement, 1};
    }
    code = code << 6 | (byte(i) & 0x3F);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  return code < kSmallest[size] || code > 0x10FFFF || surrogate ? Rune{kReplacement, 1}
                                                                : Rune{code, size};
}

void Append(uint32_t code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
  }
  out += static_cast<char>(0x80 | (code & 0x3F));
}

template <size_t kSize>
uint32_t Map(const CaseRange (&table)[kSize], uint32_t code) {
  if (code < 0x80) {
    return code >= 'A' && code <= 'Z' ? code + 32 : code;
  }
  const CaseRange* range =
      std::partition_point(std::begin(table), std::end(table),
                           [&](const CaseRange& candidate) { return candidate.last < code; });
  const bool mapped =
      range != std::end(table) && code >= range->first && (code - range->first) % range->step == 0;
  return mapped ? static_cast<uint32_t>(static_cast<int32_t>(code) + range->delta) : code;
}

template <typename Mapping>
std::string Transform(std::string_view text, Mapping mapping) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Rune rune = Decode(text);
    Append(mapping(rune.code), out);
    text.remove_prefix(rune.size);
  }
  return out;
}

}  // namespace

std::string GoLower(std::string_view text) {
  return Transform(text, [](uint32_t code) { return Map(kLower, code); });
}

std::string GoFold(std::string_view text) {
  return Transform(text, [](uint32_t code) { return Map(kFold, code); });
}

std::string GoValidUtf8(std::string_view text) {
  return Transform(text, [](uint32_t code) { return code; });
}

}  // namespace whomay::data

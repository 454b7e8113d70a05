#include "syntax/yaml_characters.h"

#include <algorithm>
#include <cstdint>

#include "source/encoding.h"

namespace whomay::syntax {
namespace {

constexpr size_t kBlock = 64;

constexpr bool IsBadByte(uint8_t byte) {
  return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte >= 0x7F;
}

// Whether a block holds a byte that is no printable ASCII, TAB, LF or CR. No branch in the loop:
// the compiler makes vector code of it.
bool IsPlainAscii(const char* block) {
  uint8_t bad = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    const auto byte = static_cast<uint8_t>(block[i]);
    const auto low = static_cast<uint8_t>(byte < 0x20);
    const auto blank = static_cast<uint8_t>((byte == '\t') | (byte == '\n') | (byte == '\r'));
    const auto high = static_cast<uint8_t>(byte >= 0x7F);
    bad = static_cast<uint8_t>(bad | (low & static_cast<uint8_t>(blank ^ 1)) | high);
  }
  return bad == 0;
}

// Whether the well-formed character at `at` is one that YAML does not allow.
bool IsForbidden(std::string_view text, size_t at) {
  const std::string_view here = text.substr(at);
  if (here[0] == '\xC2') {  // C1
    return static_cast<uint8_t>(here[1]) < 0xA0 && here[1] != '\x85';
  }
  return here.substr(0, 3) == "\xEF\xBF\xBE" || here.substr(0, 3) == "\xEF\xBF\xBF";
}

}  // namespace

size_t FindBadYamlCharacter(std::string_view text) {
  size_t at = 0;
  size_t invalid = 0;
  bool searched = false;  // for invalid UTF-8: only texts that are not ASCII pay for it
  while (at < text.size()) {
    if (at + kBlock <= text.size() && IsPlainAscii(text.data() + at)) {
      at += kBlock;
      continue;
    }
    const size_t end = std::min(at + kBlock, text.size());
    for (; at < end; ++at) {
      const auto byte = static_cast<uint8_t>(text[at]);
      if (!IsBadByte(byte)) {
        continue;
      }
      if (byte < 0x80) {
        return at;
      }
      if (!searched) {
        searched = true;
        invalid = source::FindInvalidUtf8(text.substr(at));
        invalid = invalid == text.npos ? invalid : invalid + at;
      }
      if (at == invalid || (byte >= 0xC0 && IsForbidden(text, at))) {
        return at;
      }
    }
  }
  return text.npos;
}

bool HasOtherLineEnds(std::string_view text) {
  for (size_t at = text.find('\r'); at != text.npos; at = text.find('\r', at + 1)) {
    if (text.substr(at + 1, 1) != "\n") {
      return true;
    }
  }
  // Single bytes are looked for first: few texts have any.
  const bool next_line = text.find('\xC2') != text.npos && text.find("\xC2\x85") != text.npos;
  const bool separator =
      text.find('\xE2') != text.npos &&
      (text.find("\xE2\x80\xA8") != text.npos || text.find("\xE2\x80\xA9") != text.npos);
  return next_line || separator;
}

size_t GoSpaceSize(std::string_view text) {
  if (text.empty()) {
    return 0;
  }
  const auto byte = static_cast<uint8_t>(text[0]);
  if (byte < 0x80) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r') ? 1 : 0;
  }
  constexpr std::string_view kWide[] = {"\xC2\x85", "\xC2\xA0", "\u1680", "\u2000", "\u2001",
                                        "\u2002",   "\u2003",   "\u2004", "\u2005", "\u2006",
                                        "\u2007",   "\u2008",   "\u2009", "\u200A", "\u2028",
                                        "\u2029",   "\u202F",   "\u205F", "\u3000"};
  for (const std::string_view wide : kWide) {
    if (text.substr(0, wide.size()) == wide) {
      return wide.size();
    }
  }
  return 0;
}

size_t SkipGoSpace(std::string_view text, size_t at) {
  while (const size_t size = GoSpaceSize(text.substr(at))) {
    at += size;
  }
  return at;
}

}  // namespace whomay::syntax

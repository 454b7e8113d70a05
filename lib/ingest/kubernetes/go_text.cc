#include "ingest/kubernetes/go_text.h"

#include <array>
#include <cstdint>
#include <cstdio>

namespace whomay::ingest {
namespace {

struct CodePoint {
  uint32_t value = 0;
  size_t size = 0;  // 0: the byte begins no valid UTF-8 sequence
};

CodePoint Decode(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    return {lead, 1};
  }
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || size > text.size()) {
    return {};
  }
  uint32_t value = lead & (0xFFu >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) {
      return {};
    }
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  constexpr std::array<uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kSmallest[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    return {};
  }
  return {value, size};
}

struct Range {
  uint32_t first, last;
};
// What unicode.IsPrint refuses above ASCII, unassigned code points left out: controls, blanks other
// than U+0020, format characters, surrogates, private use, noncharacters.
constexpr Range kUnprintable[] = {{0x80, 0xA0},       {0xAD, 0xAD},       {0x600, 0x605},
                                  {0x61C, 0x61C},     {0x6DD, 0x6DD},     {0x70F, 0x70F},
                                  {0x1680, 0x1680},   {0x180E, 0x180E},   {0x2000, 0x200F},
                                  {0x2028, 0x202F},   {0x205F, 0x206F},   {0x3000, 0x3000},
                                  {0xD800, 0xF8FF},   {0xFDD0, 0xFDEF},   {0xFEFF, 0xFEFF},
                                  {0xFFF0, 0xFFFB},   {0xFFFE, 0xFFFF},   {0x110BD, 0x110BD},
                                  {0x1D173, 0x1D17A}, {0xE0000, 0xE007F}, {0xF0000, 0x10FFFF}};

bool IsPrintable(uint32_t point) {
  if (point < 0x80) {
    return point >= 0x20 && point != 0x7F;
  }
  for (const Range& range : kUnprintable) {
    if (point >= range.first && point <= range.last) {
      return false;
    }
  }
  return true;
}

void AppendHex(std::string& out, const char* format, uint32_t value) {
  std::array<char, 16> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, value);
  out += buffer.data();
}

// The letter of a one-letter escape, 0 if there is none.
char EscapeLetter(uint32_t point, std::string_view escapes) {
  constexpr std::string_view kControls = "\a\b\f\n\r\t\v";
  constexpr std::string_view kLetters = "abfnrtv";
  const size_t at =
      point < 0x80 ? kControls.find(static_cast<char>(point)) : std::string_view::npos;
  if (at == std::string_view::npos || escapes.find(kLetters[at]) == std::string_view::npos) {
    return 0;
  }
  return kLetters[at];
}

}  // namespace

std::string GoQuote(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const CodePoint point = Decode(text);
    if (point.size == 0) {
      AppendHex(out, "\\x%02x", static_cast<unsigned char>(text[0]));
      text.remove_prefix(1);
      continue;
    }
    if (point.value == '"' || point.value == '\\') {
      out += '\\';
      out += static_cast<char>(point.value);
    } else if (IsPrintable(point.value)) {
      out += text.substr(0, point.size);
    } else if (const char letter = EscapeLetter(point.value, "abfnrtv")) {
      out += '\\';
      out += letter;
    } else if (point.value < 0x80) {
      AppendHex(out, "\\x%02x", point.value);
    } else {
      AppendHex(out, point.value < 0x10000 ? "\\u%04x" : "\\U%08x", point.value);
    }
    text.remove_prefix(point.size);
  }
  return out += '"';
}

std::string GoJson(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const CodePoint point = Decode(text);
    const uint32_t value = point.value;
    if (point.size == 0) {
      out += "\\ufffd";
    } else if (value == '"' || value == '\\') {
      out += '\\';
      out += static_cast<char>(value);
    } else if (const char letter = EscapeLetter(value, "bfnrt")) {
      out += '\\';
      out += letter;
    } else if (value < 0x20 || value == '<' || value == '>' || value == '&' || value == 0x2028 ||
               value == 0x2029) {
      AppendHex(out, "\\u%04x", value);
    } else {
      out += text.substr(0, point.size);
    }
    text.remove_prefix(point.size == 0 ? 1 : point.size);
  }
  return out += '"';
}

std::string GoJson(std::span<const std::string_view> texts) {
  std::string out = "[";
  for (const std::string_view text : texts) {
    if (out.size() > 1) {
      out += ',';
    }
    out += GoJson(text);
  }
  return out += ']';
}

std::vector<Unprintable> FindUnprintable(std::string_view text) {
  std::vector<Unprintable> found;
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = Decode(text.substr(at));
    // Go reads a byte that is no UTF-8 as U+FFFD, which is printable.
    if (point.size > 0 && !IsPrintable(point.value)) {
      std::string name;
      AppendHex(name, "U+%04X", point.value);
      found.push_back({std::move(name), at});
    }
    at += point.size == 0 ? 1 : point.size;
  }
  return found;
}

}  // namespace whomay::ingest

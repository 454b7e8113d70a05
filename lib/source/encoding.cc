#include "source/encoding.h"

#include <cstdint>
#include <cstring>

namespace whomay::source {
namespace {

uint8_t At(std::string_view bytes, size_t i) { return static_cast<uint8_t>(bytes[i]); }

// The length of the sequence at `i`, 0 if it is not well formed (Unicode 15, table 3-7).
size_t SequenceLength(std::string_view bytes, size_t i) {
  const uint8_t lead = At(bytes, i);
  const auto continues = [&bytes, i](size_t k, uint8_t low = 0x80, uint8_t high = 0xBF) {
    return i + k < bytes.size() && At(bytes, i + k) >= low && At(bytes, i + k) <= high;
  };
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF) {
    return continues(1) ? 2 : 0;
  }
  if (lead >= 0xE0 && lead <= 0xEF) {
    const uint8_t low = lead == 0xE0 ? 0xA0 : 0x80;
    const uint8_t high = lead == 0xED ? 0x9F : 0xBF;
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const uint8_t low = lead == 0xF0 ? 0x90 : 0x80;
    const uint8_t high = lead == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

Encoding DetectEncoding(std::string_view bytes) {
  const auto starts = [&bytes](std::string_view mark) {
    return bytes.substr(0, mark.size()) == mark;
  };
  using std::string_view_literals::operator""sv;
  if (starts("\0\0\xFE\xFF"sv) || starts("\xFF\xFE\0\0"sv)) {
    return Encoding::kUtf32;
  }
  if (starts("\xFF\xFE")) {
    return Encoding::kUtf16LittleEndian;
  }
  if (starts("\xFE\xFF")) {
    return Encoding::kUtf16BigEndian;
  }
  if (bytes.size() >= 4) {
    const bool nul[4] = {bytes[0] == 0, bytes[1] == 0, bytes[2] == 0, bytes[3] == 0};
    if (!nul[0] && nul[1] && !nul[2] && nul[3]) {
      return Encoding::kUtf16LittleEndian;
    }
    if (nul[0] && !nul[1] && nul[2] && !nul[3]) {
      return Encoding::kUtf16BigEndian;
    }
    if (nul[1] && nul[2] && nul[0] != nul[3]) {
      return Encoding::kUtf32;
    }
  }
  return Encoding::kUtf8;
}

size_t ByteOrderMarkSize(std::string_view bytes) {
  return bytes.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
}

size_t FindInvalidUtf8(std::string_view bytes) {
  size_t i = 0;
  while (i < bytes.size()) {
    uint64_t word;
    while (i + sizeof(word) <= bytes.size()) {
      std::memcpy(&word, bytes.data() + i, sizeof(word));
      if ((word & 0x8080808080808080u) != 0) {
        break;
      }
      i += sizeof(word);
    }
    if (i == bytes.size()) {
      break;
    }
    const size_t length = SequenceLength(bytes, i);
    if (length == 0) {
      return i;
    }
    i += length;
  }
  return std::string_view::npos;
}

void AppendUtf8(char32_t c, std::string& to) {
  if (c < 0x80) {
    to.push_back(static_cast<char>(c));
    return;
  }
  if (c < 0x800) {
    to.push_back(static_cast<char>(0xC0 | (c >> 6)));
  } else if (c < 0x10000) {
    to.push_back(static_cast<char>(0xE0 | (c >> 12)));
    to.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
  } else {
    to.push_back(static_cast<char>(0xF0 | (c >> 18)));
    to.push_back(static_cast<char>(0x80 | ((c >> 12) & 0x3F)));
    to.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
  }
  to.push_back(static_cast<char>(0x80 | (c & 0x3F)));
}

Transcoded Utf16ToUtf8(std::string_view bytes, Encoding encoding) {
  const size_t low = encoding == Encoding::kUtf16LittleEndian ? 0 : 1;
  const auto unit = [&bytes, low](size_t i) -> char32_t {
    return static_cast<char32_t>(At(bytes, i + low) | (At(bytes, i + 1 - low) << 8));
  };
  Transcoded out;
  out.utf8.reserve(bytes.size() / 2 + 16);
  const auto invalid = [&out] {
    out.first_invalid = out.first_invalid.value_or(out.utf8.size());
    AppendUtf8(0xFFFD, out.utf8);
  };
  size_t i = bytes.size() >= 2 && unit(0) == 0xFEFF ? 2 : 0;
  while (i + 1 < bytes.size()) {
    const char32_t c = unit(i);
    i += 2;
    if (c < 0xD800 || c > 0xDFFF) {
      AppendUtf8(c, out.utf8);
    } else if (c < 0xDC00 && i + 1 < bytes.size() && unit(i) >= 0xDC00 && unit(i) <= 0xDFFF) {
      AppendUtf8(0x10000 + ((c - 0xD800) << 10) + (unit(i) - 0xDC00), out.utf8);
      i += 2;
    } else {
      invalid();
    }
  }
  if (i < bytes.size()) {
    invalid();
  }
  return out;
}

std::string ReplaceInvalidUtf8(std::string_view text) {
  std::string valid;
  while (true) {
    const size_t bad = FindInvalidUtf8(text);
    valid += text.substr(0, bad);
    if (bad == text.npos) {
      return valid;
    }
    AppendUtf8(0xFFFD, valid);
    text.remove_prefix(bad + 1);
  }
}

}  // namespace whomay::source

// Encodings of inputs: byte order marks, UTF-8 validation, UTF-16 to UTF-8.
//
// Readers take UTF-8 only; whoever adds a file finds its encoding out here first. Offsets of a
// transcoded text differ from the file's, its lines and columns (code points) do not.
// Thread safety: pure functions.
#ifndef WHOMAY_LIB_SOURCE_ENCODING_H_
#define WHOMAY_LIB_SOURCE_ENCODING_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace whomay::source {

enum class Encoding : uint8_t { kUtf8, kUtf16LittleEndian, kUtf16BigEndian, kUtf32 };

// By the byte order mark; without one, by where NULs stand in the first four bytes (JSON and YAML
// begin with ASCII).
Encoding DetectEncoding(std::string_view bytes);

// The size of the UTF-8 byte order mark in front: 3 or 0.
size_t ByteOrderMarkSize(std::string_view bytes);

// Offset of the first byte that is not UTF-8 (overlong forms, surrogates and what lies beyond
// U+10FFFF included), or npos.
size_t FindInvalidUtf8(std::string_view bytes);

// UTF-16 with or without its byte order mark, as UTF-8 without one. A half surrogate or an odd last
// byte becomes U+FFFD and `first_invalid` the offset in the *result* of the first one.
struct Transcoded {
  std::string utf8;
  std::optional<size_t> first_invalid;
};
Transcoded Utf16ToUtf8(std::string_view bytes, Encoding encoding);

// Every byte that is not UTF-8 as U+FFFD, as Go's encoding/json reads and writes strings.
std::string ReplaceInvalidUtf8(std::string_view text);

// Appends a code point in UTF-8 (any value up to U+10FFFF, surrogates as they are).
void AppendUtf8(char32_t code_point, std::string& to);

}  // namespace whomay::source

#endif  // WHOMAY_LIB_SOURCE_ENCODING_H_

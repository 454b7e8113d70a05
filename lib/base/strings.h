// Small helpers on std::string_view, and the one adapter to abseil's own string_view.
//
// Debian builds abseil with a string_view of its own, which converts from std::string_view in
// neither direction. Every call into abseil that takes text goes through AsAbsl(); where the two
// types coincide it is the identity.
#ifndef WHOMAY_LIB_BASE_STRINGS_H_
#define WHOMAY_LIB_BASE_STRINGS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/string_view.h"

namespace whomay {

inline absl::string_view AsAbsl(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}

// The concatenation of the pieces, allocated once.
std::string Concat(std::initializer_list<std::string_view> pieces);

// The pieces with `separator` between them.
std::string Join(const std::vector<std::string_view>& pieces, std::string_view separator);
std::string Join(const std::vector<std::string>& pieces, std::string_view separator);

// `text` cut at every `separator`; n separators give n + 1 pieces, an empty text gives one.
std::vector<std::string_view> Split(std::string_view text, char separator);

constexpr char AsciiLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
std::string AsciiLower(std::string_view text);
bool EqualsIgnoreAsciiCase(std::string_view a, std::string_view b);

// FNV-1a over the bytes, finished with a mixer; the hash of all our tables keyed by text.
constexpr uint64_t HashText(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  hash ^= hash >> 32;
  hash *= 0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 29);
}

}  // namespace whomay

#endif  // WHOMAY_LIB_BASE_STRINGS_H_

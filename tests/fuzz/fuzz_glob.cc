// Globs: the first line of the input is the pattern, the rest the text. Match() must agree with a
// plain table over pattern and text, MatchOpen() with Match() where nothing is open, and the
// classes of two globs with both.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/glob.h"
#include "base/glob_classes.h"

namespace {

constexpr size_t kMaxInput = 256;  // the table is quadratic

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Code points of a text; bytes that begin none stand alone.
std::vector<std::string_view> CodePoints(std::string_view text) {
  std::vector<std::string_view> points;
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    while (end < text.size() && IsContinuation(text[end])) {
      ++end;
    }
    points.push_back(text.substr(i, end - i));
    i = end;
  }
  return points;
}

bool Naive(std::string_view pattern, std::string_view text) {
  const std::vector<std::string_view> p = CodePoints(pattern), t = CodePoints(text);
  std::vector<std::vector<char>> fits(p.size() + 1, std::vector<char>(t.size() + 1, 0));
  fits[0][0] = 1;
  for (size_t i = 0; i < p.size(); ++i) {
    for (size_t j = 0; j <= t.size(); ++j) {
      if (p[i] == "*") {
        fits[i + 1][j] = fits[i][j] || (j > 0 && fits[i + 1][j - 1]);
      } else {
        fits[i + 1][j] = j > 0 && fits[i][j - 1] && (p[i] == "?" || p[i] == t[j - 1]);
      }
    }
  }
  return fits[p.size()][t.size()] != 0;
}

// Readers refuse what is no UTF-8; lengths are enough here.
bool IsText(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xC0 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length == 0 || lead >= 0xF8 || i + length > text.size()) {
      return false;
    }
    for (size_t k = 1; k < length; ++k) {
      if (!IsContinuation(text[i + k])) {
        return false;
      }
    }
    i += length;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > kMaxInput) {
    return 0;
  }
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line = input.find('\n');
  const std::string_view pattern = input.substr(0, line);
  const std::string_view text = line == input.npos ? std::string_view() : input.substr(line + 1);
  if (!IsText(pattern) || !IsText(text)) {
    return 0;
  }
  const whomay::Glob glob(pattern);
  const bool matches = glob.Match(text);
  if (matches != Naive(pattern, text) || glob.MatchOpen(text) != whomay::ToTri(matches)) {
    std::abort();
  }
  whomay::Glob literal;
  literal.AppendLiteral(text);
  const whomay::GlobCode codes[] = {{glob.code(), false}, {literal.code(), false}};
  const whomay::GlobClasses classes = whomay::ClassesOf(codes, {}, {}, 2000);
  bool together = false;
  for (const whomay::GlobClass& one : classes.all) {
    together = together || (one.Has(0) && one.Has(1));
    if (one.Has(0) != glob.Match(one.witness) || one.Has(1) != (one.witness == text)) {
      std::abort();
    }
  }
  if (classes.complete && together != matches) {
    std::abort();
  }
  return 0;
}

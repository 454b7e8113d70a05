#include "ingest/iam/url_text.h"

#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"

namespace whomay::ingest {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = AsciiLower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The byte that stands encoded at `at`, or -1.
int EncodedByte(std::string_view text, size_t at) {
  if (text[at] != '%' || at + 2 >= text.size()) {
    return -1;
  }
  const int high = HexDigit(text[at + 1]);
  const int low = HexDigit(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

}  // namespace

bool LooksPercentEncoded(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    int byte = EncodedByte(text, i);
    const bool encoded = byte >= 0;
    if (!encoded) {
      byte = static_cast<unsigned char>(text[i]);
    } else {
      i += 2;
    }
    if (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n') {
      continue;
    }
    return encoded && byte == '{';
  }
  return false;
}

source::FileId DecodePercent(source::SourceSet& sources, source::Span span) {
  const std::string_view text = sources.text(span);
  std::string decoded;
  decoded.reserve(text.size());
  std::vector<source::OffsetStep> steps = {{0, span.begin}};
  for (size_t i = 0; i < text.size(); ++i) {
    const int byte = EncodedByte(text, i);
    if (byte < 0) {
      decoded.push_back(text[i]);
      continue;
    }
    decoded.push_back(static_cast<char>(byte));
    i += 2;
    steps.push_back(
        {static_cast<uint32_t>(decoded.size()), span.begin + static_cast<uint32_t>(i) + 1});
  }
  return sources.AddEmbedded(span, std::move(decoded), std::move(steps));
}

}  // namespace whomay::ingest

#include "base/strings.h"

namespace whomay {

std::string Concat(std::initializer_list<std::string_view> pieces) {
  size_t size = 0;
  for (const std::string_view piece : pieces) {
    size += piece.size();
  }
  std::string all;
  all.reserve(size);
  for (const std::string_view piece : pieces) {
    all.append(piece);
  }
  return all;
}

namespace {
template <typename Pieces>
std::string JoinAny(const Pieces& pieces, std::string_view separator) {
  std::string all;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0) {
      all.append(separator);
    }
    all.append(pieces[i]);
  }
  return all;
}
}  // namespace

std::string Join(const std::vector<std::string_view>& pieces, std::string_view separator) {
  return JoinAny(pieces, separator);
}
std::string Join(const std::vector<std::string>& pieces, std::string_view separator) {
  return JoinAny(pieces, separator);
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  size_t begin = 0;
  for (;;) {
    const size_t end = text.find(separator, begin);
    if (end == std::string_view::npos) {
      pieces.push_back(text.substr(begin));
      return pieces;
    }
    pieces.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
}

std::string AsciiLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = AsciiLower(c);
  }
  return lower;
}

bool EqualsIgnoreAsciiCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) {
    return false;
  }
  for (size_t i = 0; i < a.size(); ++i) {
    if (AsciiLower(a[i]) != AsciiLower(b[i])) {
      return false;
    }
  }
  return true;
}

}  // namespace whomay

#include "facts/hole.h"

#include <algorithm>
#include <charconv>

#include "base/strings.h"

namespace whomay::facts {
namespace {

constexpr char kBegin = '\xFF';
constexpr char kEnd = '\xFE';

HoleId Number(std::string_view digits) {
  uint32_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return static_cast<HoleId>(number);
}

// The literal texts before the first and behind the last hole.
std::string_view Prefix(std::string_view text) { return text.substr(0, text.find(kBegin)); }
std::string_view Suffix(std::string_view text) {
  const size_t end = text.rfind(kEnd);
  return end == std::string_view::npos ? text : text.substr(end + 1);
}

// Could fillings make two texts equal, judging by their literal ends alone?
bool EndsFit(std::string_view a, std::string_view b) {
  const std::string_view pa = Prefix(a), pb = Prefix(b);
  const size_t front = std::min(pa.size(), pb.size());
  if (pa.substr(0, front) != pb.substr(0, front)) {
    return false;
  }
  const std::string_view sa = Suffix(a), sb = Suffix(b);
  const size_t back = std::min(sa.size(), sb.size());
  if (sa.substr(sa.size() - back) != sb.substr(sb.size() - back)) {
    return false;
  }
  // A text without holes must be long enough for the other's literal ends.
  if (!HasHole(a)) {
    return a.size() >= pb.size() + sb.size();
  }
  return HasHole(b) || b.size() >= pa.size() + sa.size();
}

}  // namespace

std::string HoleText(HoleId hole) {
  std::string text(1, kBegin);
  text += std::to_string(static_cast<uint32_t>(hole));
  text += kEnd;
  return text;
}

HoleId WholeHole(std::string_view text) {
  if (text.size() < 3 || text.front() != kBegin || text.find(kEnd) != text.size() - 1) {
    return HoleId::kNone;
  }
  return Number(text.substr(1, text.size() - 2));
}

std::vector<Piece> Pieces(std::string_view text) {
  std::vector<Piece> pieces;
  while (!text.empty()) {
    const size_t begin = text.find(kBegin);
    if (begin > 0) {
      pieces.push_back({text.substr(0, begin), HoleId::kNone});
      if (begin == std::string_view::npos) {
        break;
      }
    }
    const size_t end = text.find(kEnd, begin);
    pieces.push_back({{}, Number(text.substr(begin + 1, end - begin - 1))});
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return pieces;
}

Tri HoleTable::Equal(std::string_view a, std::string_view b) const {
  if (a == b) {
    // An open hole or a choice stands for one value wherever it occurs.
    return Tri::kTrue;
  }
  if (!HasHole(a) && !HasHole(b)) {
    return Tri::kFalse;
  }
  if (!EndsFit(a, b)) {
    return Tri::kFalse;
  }
  const HoleId ha = WholeHole(a), hb = WholeHole(b);
  for (const auto& [hole, other] : {std::pair(ha, b), std::pair(hb, a)}) {
    if (hole == HoleId::kNone || (*this)[hole].kind != Hole::Kind::kChoice) {
      continue;
    }
    // Choices hold texts and symbols only, so this ends after one level.
    const std::vector<Str>& candidates = (*this)[hole].candidates;
    return std::any_of(candidates.begin(), candidates.end(),
                       [&](Str candidate) {
                         return candidate == other ||
                                (!HasHole(candidate) && !HasHole(other)
                                     ? false
                                     : EndsFit(candidate, other) &&
                                           WholeHole(candidate) != WholeHole(other));
                       })
               ? Tri::kUnknown
               : Tri::kFalse;
  }
  // Two texts with one symbol each, of one family, around which nothing differs: distinct values.
  const std::vector<Piece> pa = Pieces(a), pb = Pieces(b);
  if (pa.size() == pb.size()) {
    bool distinct = false;
    bool alike = true;
    for (size_t i = 0; i < pa.size() && alike; ++i) {
      alike = pa[i].literal == pb[i].literal &&
              (pa[i].hole == HoleId::kNone) == (pb[i].hole == HoleId::kNone);
      if (alike && pa[i].hole != pb[i].hole) {
        const Hole& x = (*this)[pa[i].hole];
        const Hole& y = (*this)[pb[i].hole];
        distinct = x.kind == Hole::Kind::kSymbol && y.kind == Hole::Kind::kSymbol &&
                   !x.family.empty() && x.family == y.family;
        alike = distinct;
      }
    }
    if (alike && distinct) {
      return Tri::kFalse;
    }
  }
  return Tri::kUnknown;
}

std::string HoleTable::Display(std::string_view text) const {
  std::string shown;
  const std::vector<Piece> pieces = Pieces(text);
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].hole == HoleId::kNone) {
      shown.append(pieces[i].literal);
    } else if (i > 0 && i + 1 == pieces.size()) {
      shown += '*';  // a generated suffix, as `name_prefix` is shown
    } else {
      shown += Concat({"<", (*this)[pieces[i].hole].what, ">"});
    }
  }
  return shown;
}

}  // namespace whomay::facts

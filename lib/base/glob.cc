#include "base/glob.h"

#include <algorithm>
#include <vector>

#include "base/strings.h"

namespace whomay {
namespace {

constexpr char kHoleBegin = '\xFF';
constexpr char kHoleEnd = '\xFE';

constexpr bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The end of the code point that begins at `begin`.
size_t CodePointEnd(std::string_view text, size_t begin) {
  size_t end = begin + 1;
  while (end < text.size() && IsContinuation(text[end])) {
    ++end;
  }
  return end;
}

// What a pattern or text is made of where holes count: code points, holes and wildcards as units.
struct Token {
  enum class Kind : uint8_t { kCodePoint, kHole, kStar, kAny } kind = Kind::kCodePoint;
  std::string_view bytes;
};

std::vector<Token> Tokens(std::string_view code, bool is_pattern) {
  std::vector<Token> tokens;
  for (size_t i = 0; i < code.size();) {
    Token token;
    size_t end = CodePointEnd(code, i);
    if (code[i] == kHoleBegin) {
      token.kind = Token::Kind::kHole;
      const size_t close = code.find(kHoleEnd, i);
      end = close == std::string_view::npos ? code.size() : close + 1;
    } else if (is_pattern && code[i] == Glob::kStar) {
      token.kind = Token::Kind::kStar;
      end = i + 1;
    } else if (is_pattern && code[i] == Glob::kAny) {
      token.kind = Token::Kind::kAny;
      end = i + 1;
    }
    token.bytes = code.substr(i, end - i);
    tokens.push_back(token);
    i = end;
  }
  return tokens;
}

bool SameUnit(const Token& a, const Token& b) {
  return a.kind == b.kind && (a.kind == Token::Kind::kCodePoint || a.kind == Token::Kind::kHole) &&
         a.bytes == b.bytes;
}

// Is there a way through the grid of pattern and text positions? `possible` lets holes on either
// side stand for any run; without it a hole is a unit equal to itself alone.
bool Reaches(const std::vector<Token>& pattern, const std::vector<Token>& text, bool possible) {
  using Kind = Token::Kind;
  const auto is_run = [possible](const Token& token) {
    return token.kind == Kind::kStar || (possible && token.kind == Kind::kHole);
  };
  // row[j]: the pattern so far can match the first j units of the text.
  std::vector<char> row(text.size() + 1, 0), next(text.size() + 1, 0);
  row[0] = 1;
  for (size_t j = 0; possible && j < text.size() && text[j].kind == Kind::kHole; ++j) {
    row[j + 1] = 1;
  }
  for (const Token& unit : pattern) {
    std::fill(next.begin(), next.end(), 0);
    const bool run = is_run(unit);
    next[0] = run && row[0];
    for (size_t j = 0; j < text.size(); ++j) {
      const bool text_run = possible && text[j].kind == Kind::kHole;
      bool reached = false;
      if (run) {
        reached = row[j + 1] || next[j];
      } else if (unit.kind == Kind::kAny) {
        reached = row[j] && text[j].kind == Kind::kCodePoint;
      } else {
        reached = row[j] && SameUnit(unit, text[j]);
      }
      if (text_run) {
        // The hole may hold this unit and more, or end before it.
        reached = reached || row[j] || row[j + 1] || next[j];
      }
      next[j + 1] = reached;
    }
    row.swap(next);
  }
  return row[text.size()];
}

}  // namespace

Glob::Glob(std::string_view pattern, Case fold) : fold_(fold == Case::kFoldAscii) {
  AppendPattern(pattern);
}

void Glob::Note(char special) {
  first_special_ = std::min(first_special_, code_.size());
  code_ += special;
}

void Glob::AppendLiteral(std::string_view text) {
  if (text.empty()) {
    return;
  }
  everything_ = false;
  single_tail_star_ = false;
  if (const size_t hole = text.find(kHoleBegin); hole != std::string_view::npos) {
    has_hole_ = true;
    first_special_ = std::min(first_special_, code_.size() + hole);
  }
  for (const char c : text) {
    code_ += fold_ ? AsciiLower(c) : c;
  }
}

void Glob::AppendStar() {
  if (!code_.empty() && code_.back() == kStar) {
    return;  // `**` is `*`
  }
  everything_ = code_.empty();
  single_tail_star_ = is_literal();
  Note(kStar);
}

void Glob::AppendAny() {
  everything_ = false;
  single_tail_star_ = false;
  Note(kAny);
}

void Glob::AppendPattern(std::string_view pattern) {
  while (!pattern.empty()) {
    const size_t special = std::min(pattern.find_first_of("*?"), pattern.size());
    AppendLiteral(pattern.substr(0, special));
    if (special < pattern.size()) {
      pattern[special] == '*' ? AppendStar() : AppendAny();
    }
    pattern.remove_prefix(std::min(special + 1, pattern.size()));
  }
}

void Glob::Append(const Glob& other) {
  std::string_view rest = other.code_;
  constexpr char kSpecial[] = {kStar, kAny, 0};
  while (!rest.empty()) {
    const size_t special = std::min(rest.find_first_of(kSpecial), rest.size());
    AppendLiteral(rest.substr(0, special));
    if (special < rest.size()) {
      rest[special] == kStar ? AppendStar() : AppendAny();
    }
    rest.remove_prefix(std::min(special + 1, rest.size()));
  }
}

bool Glob::Match(std::string_view text) const {
  if (everything_) {
    return true;
  }
  const std::string_view code = code_;
  const auto same = [this](char pattern, char c) { return pattern == (fold_ ? AsciiLower(c) : c); };
  if (is_literal() || single_tail_star_) {
    const size_t length = is_literal() ? code.size() : first_special_;
    if (is_literal() ? text.size() != length : text.size() < length) {
      return false;
    }
    return fold_ ? std::equal(code.begin(), code.begin() + static_cast<ptrdiff_t>(length),
                              text.begin(), same)
                 : text.substr(0, length) == code.substr(0, length);
  }
  constexpr size_t kNone = std::string_view::npos;
  size_t p = 0, t = 0, star = kNone, mark = 0;
  while (t < text.size()) {
    if (p < code.size()) {
      if (code[p] == kStar) {
        star = p++;
        mark = t;
        continue;
      }
      if (code[p] == kAny) {
        ++p;
        t = CodePointEnd(text, t);
        continue;
      }
      if (same(code[p], text[t])) {
        ++p;
        ++t;
        continue;
      }
    }
    if (star == kNone) {
      return false;
    }
    // Only the last star needs to give way: what the earlier ones left is the shortest possible.
    p = star + 1;
    mark = CodePointEnd(text, mark);
    t = mark;
  }
  while (p < code.size() && code[p] == kStar) {
    ++p;
  }
  return p == code.size();
}

Tri Glob::MatchOpen(std::string_view text) const {
  if (everything_) {
    return Tri::kTrue;
  }
  if (!has_hole_ && text.find(kHoleBegin) == std::string_view::npos) {
    return ToTri(Match(text));
  }
  const std::string folded = fold_ ? AsciiLower(text) : std::string();
  std::vector<Token> pattern = Tokens(code_, true);
  std::vector<Token> units = Tokens(fold_ ? std::string_view(folded) : text, false);
  if (Reaches(pattern, units, false)) {
    return Tri::kTrue;
  }
  // Equal ends say nothing: without them a hole at the same place on both sides cannot be mistaken
  // for two different ones.
  size_t front = 0;
  while (front < pattern.size() && front < units.size() && SameUnit(pattern[front], units[front])) {
    ++front;
  }
  pattern.erase(pattern.begin(), pattern.begin() + static_cast<ptrdiff_t>(front));
  units.erase(units.begin(), units.begin() + static_cast<ptrdiff_t>(front));
  while (!pattern.empty() && !units.empty() && SameUnit(pattern.back(), units.back())) {
    pattern.pop_back();
    units.pop_back();
  }
  return Reaches(pattern, units, true) ? Tri::kUnknown : Tri::kFalse;
}

}  // namespace whomay

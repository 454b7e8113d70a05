#include "query/diff_meet.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <utility>

namespace whomay::query {
namespace {

using Patterns = std::vector<std::string>;

constexpr size_t kArnParts = 6;

// "a**b" is "a*b".
void Add(char c, std::string& to) {
  if (c != '*' || to.empty() || to.back() != '*') {
    to += c;
  }
}

// Sound, not complete: the pattern read as a text whose `*` only a `*` takes, for it may be empty.
bool CoversPattern(std::string_view by, std::string_view pattern) {
  std::vector<uint8_t> row(by.size() + 1, 0);  // row[i]: the first i of `by` take the text so far
  row[0] = 1;
  const auto skip_stars = [&] {
    for (size_t i = 0; i < by.size(); ++i) {
      row[i + 1] |= static_cast<uint8_t>(row[i] != 0 && by[i] == '*' ? 1 : 0);
    }
  };
  skip_stars();
  for (const char c : pattern) {
    std::vector<uint8_t> next(by.size() + 1, 0);
    for (size_t i = 0; i < by.size(); ++i) {
      if (by[i] == '*') {
        next[i + 1] |= row[i + 1];
      } else if (row[i] != 0 && (by[i] == c || (by[i] == '?' && c != '*'))) {
        next[i + 1] = 1;
      }
    }
    row = std::move(next);
    skip_stars();
  }
  return row.back() != 0;
}

// Without those that another one covers.
Patterns Widest(const std::set<std::string>& found) {
  Patterns widest;
  for (const std::string& one : found) {
    const bool covered = std::any_of(found.begin(), found.end(), [&](const std::string& by) {
      return by != one && CoversPattern(by, one) && !(CoversPattern(one, by) && one < by);
    });
    if (!covered) {
      widest.push_back(one);
    }
  }
  return widest;
}

// w matches *a and *b iff, of its two rests behind the stars, the longer one begins with a star of
// the shorter: * (a and *b), or * (*a and b). A star beside a letter is empty or takes the letter.
std::optional<Patterns> MeetTexts(std::string_view a, std::string_view b) {
  struct Partial {
    size_t i = 0, j = 0;
    std::string text;
  };
  std::vector<Partial> work = {{}};
  std::set<std::string> found;
  for (size_t steps = 0; !work.empty(); ++steps) {
    if (steps >= kMaxMeetSteps) {
      return std::nullopt;
    }
    const Partial at = std::move(work.back());
    work.pop_back();
    const auto go = [&](size_t i, size_t j, char c) {
      Partial& next = work.emplace_back(Partial{i, j, at.text});
      if (c != 0) {
        Add(c, next.text);
      }
    };
    const bool end_a = at.i == a.size(), end_b = at.j == b.size();
    if (end_a && end_b) {
      found.insert(at.text);
      continue;
    }
    const bool star_a = !end_a && a[at.i] == '*', star_b = !end_b && b[at.j] == '*';
    if (star_a && star_b) {
      go(at.i + 1, at.j, '*');
      go(at.i, at.j + 1, '*');
    } else if (star_a) {
      go(at.i + 1, at.j, 0);
      if (!end_b) {
        go(at.i, at.j + 1, b[at.j]);
      }
    } else if (star_b) {
      go(at.i, at.j + 1, 0);
      if (!end_a) {
        go(at.i + 1, at.j, a[at.i]);
      }
    } else if (!end_a && !end_b && (a[at.i] == b[at.j] || a[at.i] == '?' || b[at.j] == '?')) {
      go(at.i + 1, at.j + 1, a[at.i] == '?' ? b[at.j] : a[at.i]);
    }
  }
  Patterns widest = Widest(found);
  if (widest.size() > kMaxMeetPatterns) {
    return std::nullopt;
  }
  return widest;
}

bool Split(std::string_view text, std::array<std::string_view, kArnParts>& parts) {
  for (size_t i = 0; i + 1 < kArnParts; ++i) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
      return false;
    }
    parts[i] = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  parts[kArnParts - 1] = text;
  return true;
}

}  // namespace

std::optional<Patterns> MeetPatterns(std::string_view a, std::string_view b) {
  if (a == "*" || a == b) {
    return Patterns{std::string(b)};
  }
  if (b == "*") {
    return Patterns{std::string(a)};
  }
  std::array<std::string_view, kArnParts> first, second;
  if (!Split(a, first) || !Split(b, second)) {
    return MeetTexts(a, b);
  }
  Patterns all = {""};
  for (size_t i = 0; i < kArnParts; ++i) {
    const std::optional<Patterns> part = MeetTexts(first[i], second[i]);
    if (!part || all.size() * part->size() > kMaxMeetPatterns) {
      return std::nullopt;
    }
    Patterns next;
    for (const std::string& before : all) {
      for (const std::string& text : *part) {
        std::string& one = next.emplace_back(before);
        one += i == 0 ? "" : ":";
        one += text;
      }
    }
    all = std::move(next);
  }
  return all;
}

}  // namespace whomay::query

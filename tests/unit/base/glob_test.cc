#include "base/glob.h"

#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "re2/re2.h"

namespace whomay {
namespace {

TEST(Glob, Matches) {
  struct Case {
    const char* pattern;
    const char* text;
    bool matches;
  };
  for (const Case& c : std::vector<Case>{
           {"", "", true},          {"", "a", false},     {"*", "", true},
           {"*", "a/b:c", true},    {"a*", "a", true},    {"a*", "b", false},
           {"*a", "ba", true},      {"*a", "ab", false},  {"a*b*c", "a1b2b3c", true},
           {"a*b*c", "acb", false}, {"a?c", "abc", true}, {"a?c", "ac", false},
           {"?", "é", true},        {"??", "é", false},   {"*??", "é", false},
           {"*?", "é", true},       {"**a**", "a", true}, {"?*?", "a", false},
           {"a[b]", "a[b]", true},
       }) {
    EXPECT_EQ(Glob(c.pattern).Match(c.text), c.matches) << c.pattern << " on " << c.text;
  }
  EXPECT_TRUE(Glob("S3:get*", Glob::Case::kFoldAscii).Match("s3:GetObject"));
  Glob escaped("a");
  escaped.AppendLiteral("*");
  EXPECT_TRUE(escaped.Match("a*"));
  EXPECT_FALSE(escaped.Match("ab"));
}

TEST(Glob, AgreesWithRe2) {
  std::mt19937 random(11);
  const std::vector<std::string> letters = {"a", "b", "A", "/", ":", "é", "*", "*", "?"};
  const auto text = [&](size_t longest, size_t kinds) {
    std::string made;
    for (size_t n = random() % (longest + 1); n > 0; --n) {
      made += letters[random() % kinds];
    }
    return made;
  };
  int matched = 0, asked = 0;
  for (int i = 0; i < 12'000; ++i) {
    const std::string pattern = text(8, 9);
    // Non-ASCII is kept whole by escaping byte by byte only where the pattern has none.
    std::string regex = "(?s)";
    for (size_t at = 0; at < pattern.size();) {
      size_t end = at + 1;
      while (end < pattern.size() && (pattern[end] & 0xC0) == 0x80) {
        ++end;
      }
      const std::string unit = pattern.substr(at, end - at);
      regex += unit == "*" ? ".*" : unit == "?" ? "." : RE2::QuoteMeta(unit);
      at = end;
    }
    const RE2 judge(regex);
    ASSERT_TRUE(judge.ok()) << regex;
    const RE2 folding("(?i)" + regex);
    const Glob glob(pattern), fold(pattern, Glob::Case::kFoldAscii);
    for (int k = 0; k < 8; ++k) {
      const std::string asked_text = text(7, 6);
      const bool expected = RE2::FullMatch(asked_text, judge);
      ASSERT_EQ(glob.Match(asked_text), expected) << pattern << " on " << asked_text;
      ASSERT_EQ(fold.Match(asked_text), RE2::FullMatch(asked_text, folding)) << pattern;
      matched += expected;
      ++asked;
    }
  }
  EXPECT_GT(matched, asked / 20);  // the test sees both answers
}

TEST(Glob, StarsTakeBoundedTime) {
  std::string pattern, text(20'000, 'a');
  for (int i = 0; i < 50; ++i) {
    pattern += "a*";
  }
  EXPECT_FALSE(Glob(pattern + "b").Match(text));
}

constexpr char kHole[] =
    "\xFF"
    "1"
    "\xFE";
constexpr char kOther[] =
    "\xFF"
    "12"
    "\xFE";

TEST(Glob, Holes) {
  struct Case {
    std::string pattern, text;
    Tri expected;
  };
  const std::string h = kHole, o = kOther;
  for (const Case& c : std::vector<Case>{
           {h, h, Tri::kTrue},
           {h, o, Tri::kUnknown},
           {h, "a", Tri::kUnknown},
           {"a", h, Tri::kUnknown},
           {"*", h, Tri::kTrue},
           {"?", h, Tri::kUnknown},
           {h + "/*", h + "/x", Tri::kTrue},
           {h + "/a", h + "/b", Tri::kFalse},
           {"x" + h, "y" + h, Tri::kFalse},
           {"x" + h + "ab", "x" + h + "bb", Tri::kFalse},
           {"arn:aws:iam::1:role/*", "arn:aws:iam::1:role/" + h, Tri::kTrue},
           {"arn:aws:iam::1:role/a*", "arn:aws:iam::1:role/" + h, Tri::kUnknown},
           {"arn:aws:iam::1:user/*", "arn:aws:iam::1:role/" + h, Tri::kFalse},
           {"*2*", o, Tri::kUnknown},  // the hole's number is no part of the text
           {"node-" + h, "node-1", Tri::kUnknown},
           {"node-" + h, "edge-1", Tri::kFalse},
           {"a*" + h, "ab" + h, Tri::kTrue},
       }) {
    EXPECT_EQ(Glob(c.pattern).MatchOpen(c.text), c.expected) << c.pattern << " on " << c.text;
  }
}

// Every filling from a small set of texts: certain answers hold for all of them, and where fillings
// differ the answer is unknown.
TEST(Glob, HolesAgreeWithTheirFillings) {
  std::mt19937 random(5);
  const std::vector<std::string> pieces = {"a", "b", "/", kHole, kOther, "*", "?"};
  const std::vector<std::string> fillings = {"", "a", "b", "ab", "/", "ba"};
  const auto fill = [](std::string text, const std::string& hole, const std::string& with) {
    for (size_t at; (at = text.find(hole)) != std::string::npos;) {
      text.replace(at, hole.size(), with);
    }
    return text;
  };
  int unknown = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string pattern, text;
    for (size_t n = random() % 5; n > 0; --n) {
      pattern += pieces[random() % 7];
    }
    for (size_t n = random() % 5; n > 0; --n) {
      text += pieces[random() % 5];
    }
    const Tri answer = Glob(pattern).MatchOpen(text);
    unknown += answer == Tri::kUnknown;
    for (const std::string& one : fillings) {
      for (const std::string& other : fillings) {
        const bool matches = Glob(fill(fill(pattern, kHole, one), kOther, other))
                                 .Match(fill(fill(text, kHole, one), kOther, other));
        ASSERT_TRUE(answer == Tri::kUnknown || answer == ToTri(matches))
            << pattern << " on " << text << " with " << one << ", " << other;
      }
    }
  }
  EXPECT_GT(unknown, 1000);
}

}  // namespace
}  // namespace whomay

#include "query/diff_meet.h"

#include <random>

#include "base/glob.h"
#include "gtest/gtest.h"

namespace whomay::query {
namespace {

TEST(DiffMeet, Known) {
  struct Case {
    const char *a, *b;
    std::vector<std::string> meet;
  };
  const Case cases[] = {
      {"*", "arn:aws:s3:::x/*", {"arn:aws:s3:::x/*"}},
      {"arn:aws:s3:::x/*", "arn:aws:s3:::x/k*", {"arn:aws:s3:::x/k*"}},
      {"arn:aws:s3:::x/*", "arn:aws:s3:::*/k", {"arn:aws:s3:::x/*/k", "arn:aws:s3:::x/k"}},
      {"arn:aws:s3:::x", "arn:aws:s3:::y", {}},
      {"arn:aws:sqs:*:1:q", "arn:aws:sqs:eu-west-1:*:*", {"arn:aws:sqs:eu-west-1:1:q"}},
      {"a?c", "ab*", {"abc"}},
      {"*a*", "*b*", {"*a*b*", "*b*a*"}},
  };
  for (const Case& one : cases) {
    const auto meet = MeetPatterns(one.a, one.b);
    ASSERT_TRUE(meet.has_value()) << one.a << " " << one.b;
    EXPECT_EQ(*meet, one.meet) << one.a << " " << one.b;
    EXPECT_EQ(MeetPatterns(one.b, one.a), meet) << one.a << " " << one.b;
  }
}

TEST(DiffMeet, MatchesWhatBothMatch) {
  std::mt19937 random(7);
  const auto text = [&](std::string_view letters, size_t most) {
    std::string made;
    for (size_t n = random() % (most + 1); n > 0; --n) {
      made += letters[random() % letters.size()];
    }
    return made;
  };
  size_t both = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string a = text("ab*?", 5), b = text("ab*?", 5);
    const auto meet = MeetPatterns(a, b);
    if (!meet) {
      continue;
    }
    for (int j = 0; j < 20; ++j) {
      const std::string asked = text("ab", 6);
      bool any = false;
      for (const std::string& one : *meet) {
        any = any || Glob(one).Match(asked);
      }
      const bool wanted = Glob(a).Match(asked) && Glob(b).Match(asked);
      both += wanted ? 1 : 0;
      EXPECT_EQ(any, wanted) << a << " and " << b << " on " << asked;
    }
  }
  EXPECT_GT(both, 1000u);
}

}  // namespace
}  // namespace whomay::query

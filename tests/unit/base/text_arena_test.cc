#include "base/text_arena.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace whomay {
namespace {

TEST(TextArenaTest, TextsStayWhereTheyAre) {
  TextArena arena;
  std::vector<std::string> originals;
  std::vector<std::string_view> kept;
  for (size_t i = 0; i < 3000; ++i) {
    originals.push_back(std::string(i * 37 % 5000, static_cast<char>('a' + i % 26)));
    kept.push_back(arena.Keep(originals.back()));
  }
  const TextArena moved = std::move(arena);
  for (size_t i = 0; i < kept.size(); ++i) {
    ASSERT_EQ(kept[i], originals[i]);
  }
  TextArena other;
  EXPECT_TRUE(other.Keep("").empty());
  EXPECT_EQ(other.Keep(std::string(1 << 20, 'x')).size(), size_t{1} << 20);
}

}  // namespace
}  // namespace whomay

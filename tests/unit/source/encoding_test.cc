#include "source/encoding.h"

#include <gtest/gtest.h>

#include <string>

namespace whomay::source {
namespace {

using std::string_literals::operator""s;

TEST(EncodingTest, InvalidUtf8IsFound) {
  struct Row {
    std::string text;
    size_t at;
  };
  constexpr size_t kNone = std::string::npos;
  const Row rows[] = {
      {"", kNone},
      {"plain text that is longer than a word", kNone},
      {"é漢😀\xF4\x8F\xBF\xBF\xEE\x80\x80", kNone},
      {"12345678\xff", 8},
      {"1234567\xff", 7},
      {"\xC0\xAF", 0},
      {"\xC1\xBF", 0},
      {"\xE0\x80\xAF", 0},
      {"\xE0\x9F\xBF", 0},
      {"\xED\xA0\x80", 0},
      {"\xF0\x8F\xBF\xBF", 0},
      {"\xF4\x90\x80\x80", 0},
      {"\xF5\x80\x80\x80", 0},
      {"a\x80", 1},
      {"a\xC3", 1},
      {"a\xE6\xBC", 1},
      {"a\xF0\x9F\x98", 1},
      {"a\xC3(", 1},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(FindInvalidUtf8(row.text), row.at) << row.text;
  }
  EXPECT_EQ(ReplaceInvalidUtf8("a\xff\xC3(\xED\xA0\x80"), "a\uFFFD\uFFFD(\uFFFD\uFFFD\uFFFD");
}

TEST(EncodingTest, EncodingsAreDetected) {
  struct Row {
    std::string text;
    Encoding encoding;
  };
  const Row rows[] = {
      {"", Encoding::kUtf8},
      {"{}", Encoding::kUtf8},
      {"\xEF\xBB\xBF{}", Encoding::kUtf8},
      {"\xFF\xFE{\0"s, Encoding::kUtf16LittleEndian},
      {"\xFE\xFF\0{"s, Encoding::kUtf16BigEndian},
      {"{\0}\0"s, Encoding::kUtf16LittleEndian},
      {"\0{\0}"s, Encoding::kUtf16BigEndian},
      {"\xFF\xFE\0\0"s, Encoding::kUtf32},
      {"\0\0\xFE\xFF"s, Encoding::kUtf32},
      {"{\0\0\0"s, Encoding::kUtf32},
      {"\0\0\0{"s, Encoding::kUtf32},
      {"a\0b"s, Encoding::kUtf8},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(DetectEncoding(row.text), row.encoding);
  }
  EXPECT_EQ(ByteOrderMarkSize("\xEF\xBB\xBFx"), 3u);
  EXPECT_EQ(ByteOrderMarkSize("\xEF\xBBx"), 0u);
}

TEST(EncodingTest, Utf16BecomesUtf8) {
  const Transcoded little =
      Utf16ToUtf8("\xFF\xFEh\0\xE9\0\x3D\xD8\x00\xDE"s, Encoding::kUtf16LittleEndian);
  EXPECT_EQ(little.utf8, "hé😀");
  EXPECT_FALSE(little.first_invalid.has_value());
  EXPECT_EQ(Utf16ToUtf8("\0h\0\xE9\xD8\x3D\xDE\x00"s, Encoding::kUtf16BigEndian).utf8, "hé😀");
  const Transcoded half =
      Utf16ToUtf8("a\0\x3D\xD8"s + "b\0\x00\xDE"s + "c"s, Encoding::kUtf16LittleEndian);
  EXPECT_EQ(half.utf8, "a\uFFFDb\uFFFD\uFFFD");
  EXPECT_EQ(half.first_invalid, 1u);
}

}  // namespace
}  // namespace whomay::source

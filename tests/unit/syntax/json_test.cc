#include "syntax/json.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

#include "source/limits.h"

namespace whomay::syntax {
namespace {

using source::Diagnostics;
using source::FileId;
using source::SourceSet;
using source::Span;

struct Parsed {
  SourceSet sources;
  Diagnostics diagnostics;
  Tree tree;

  explicit Parsed(std::string text, const JsonOptions& options = {}) {
    const auto size = static_cast<uint32_t>(text.size());
    const FileId file = sources.Add("in.json", std::move(text));
    tree = ParseJson(sources, {file, 0, size}, diagnostics, "", options);
  }
  std::string code() const { return diagnostics.all().empty() ? "" : diagnostics.all()[0].code; }
};

TEST(JsonTest, ReadsEveryKindWithItsPlace) {
  const Parsed parsed(R"({"n": null, "t": true, "f": false, "i": -1.50e3, "s": "x",
 "e": "a\"b", "l": [1, [], {}], "k\u0041": {"deep": "y"}})");
  const Value root = parsed.tree.root();
  ASSERT_TRUE(root.is_object());
  EXPECT_TRUE(parsed.diagnostics.all().empty());
  EXPECT_EQ(root.size(), 8u);
  EXPECT_TRUE(root.Get("n").is_null());
  EXPECT_TRUE(root.Get("t").is_true());
  EXPECT_TRUE(root.Get("f").is_false());
  EXPECT_EQ(root.Get("i").text(), "-1.50e3");
  EXPECT_EQ(root.Get("s").text(), "x");
  EXPECT_EQ(root.Get("e").text(), "a\"b");
  EXPECT_EQ(root.Get("l").size(), 3u);
  EXPECT_EQ(root.Get("l").At(0).text(), "1");
  EXPECT_TRUE(root.Get("l").At(1).is_array());
  EXPECT_TRUE(root.Get("l").At(2).is_object());
  EXPECT_FALSE(root.Get("l").At(3));
  EXPECT_EQ(root.Get("kA").Get("deep").text(), "y");
  EXPECT_FALSE(root.Get("kA").Get("deep").Get("none").At(4));
  const auto text = [&](const Value& value) { return parsed.sources.text(value.span()); };
  const auto key = [&](const Value& value) { return parsed.sources.text(value.key_span()); };
  EXPECT_EQ(text(root), parsed.sources.bytes(root.span().file));
  EXPECT_EQ(text(root.Get("n")), "null");
  EXPECT_EQ(text(root.Get("t")), "true");
  EXPECT_EQ(text(root.Get("f")), "false");
  EXPECT_EQ(text(root.Get("i")), "-1.50e3");
  EXPECT_EQ(text(root.Get("e")), R"("a\"b")");
  EXPECT_EQ(text(root.Get("l")), "[1, [], {}]");
  EXPECT_EQ(text(root.Get("l").At(1)), "[]");
  EXPECT_EQ(text(root.Get("l").At(2)), "{}");
  EXPECT_EQ(text(root.Get("kA")), R"({"deep": "y"})");
  EXPECT_EQ(key(root.Get("kA")), R"("k\u0041")");
  EXPECT_EQ(key(root.Get("s")), R"("s")");
}

TEST(JsonTest, ValuesSurviveMovingTheTree) {
  Parsed parsed(R"({"a": ["b\n"]})");
  const Value b = parsed.tree.root().Get("a").At(0);
  const Tree moved = std::move(parsed.tree);
  EXPECT_EQ(b.text(), "b\n");
  EXPECT_FALSE(parsed.tree.root());  // NOLINT(bugprone-use-after-move)
}

struct Wrong {
  const char* what;
  std::string text;
  const char* code;
  uint32_t offset;
};

// toolchain C.3, row by row, and what else is no JSON.
TEST(JsonTest, WrongTextsAreLossesWithTheirPlace) {
  using std::string_literals::operator""s;
  const Wrong wrongs[] = {
      {"NUL behind the root", "{\"a\":1}\0,\"evil\":2}"s, "json.nul", 7},
      {"NUL in a string", "[\"\0\"]"s, "json.nul", 2},
      {"trailing value", "{\"a\":1} {\"b\":2}", "json.trailing", 8},
      {"trailing comma", "[1,]", "json.syntax", 3},
      {"invalid UTF-8", "[\"\xff\xfe\"]", "json.utf8", 2},
      {"overlong UTF-8", "[\"\xc0\xaf\"]", "json.utf8", 2},
      {"surrogate in UTF-8", "[\"\xed\xa0\x80\"]", "json.utf8", 2},
      {"empty", "", "json.empty", 0},
      {"blanks", " \n\t", "json.empty", 0},
      {"only a byte order mark", "\xEF\xBB\xBF", "json.empty", 0},
      {"NaN", "[NaN]", "json.syntax", 1},
      {"leading zero", "[01]", "json.syntax", 2},
      {"number beyond a double", "[1e400]", "json.syntax", 1},
      {"comment", "[1] // x", "json.trailing", 4},
      {"single quotes", "{'a':1}", "json.syntax", 1},
      {"raw newline in a string", "[\"a\nb\"]", "json.syntax", 3},
      {"bad escape", R"(["\q"])", "json.syntax", 2},
      {"truncated object", R"({"a": {"b")", "json.syntax", 10},
      {"truncated string", R"({"a": "b)", "json.syntax", 8},
      {"lone bracket", "]", "json.syntax", 0},
  };
  for (const Wrong& wrong : wrongs) {
    SCOPED_TRACE(wrong.what);
    const Parsed parsed(wrong.text);
    EXPECT_FALSE(parsed.tree.root());
    EXPECT_TRUE(parsed.diagnostics.incomplete());
    ASSERT_EQ(parsed.diagnostics.all().size(), 1u);
    EXPECT_EQ(parsed.code(), wrong.code);
    EXPECT_EQ(parsed.diagnostics.all()[0].span.begin, wrong.offset);
  }
}

TEST(JsonTest, HugeExponentIsOnlyText) {
  const Parsed parsed("[0.1111111111e-2147483639, 123456789012345678901234567890, 1e308]");
  EXPECT_EQ(parsed.tree.root().At(0).text(), "0.1111111111e-2147483639");
  EXPECT_EQ(parsed.tree.root().At(1).text(), "123456789012345678901234567890");
  EXPECT_TRUE(parsed.diagnostics.all().empty());
}

TEST(JsonTest, ByteOrderMarkIsSkipped) {
  const Parsed parsed("\xEF\xBB\xBF{\"a\": 1}");
  EXPECT_EQ(parsed.tree.root().Get("a").text(), "1");
  EXPECT_EQ(parsed.tree.root().Get("a").span().begin, 9u);
}

TEST(JsonTest, DuplicateKeysAreReportedAndTheLastCounts) {
  const Parsed parsed(R"({"a": 1, "b": 2, "a": 3, "\u0061": 4})");
  EXPECT_EQ(parsed.tree.root().Get("a").text(), "4");
  EXPECT_EQ(parsed.tree.root().size(), 4u);
  ASSERT_EQ(parsed.diagnostics.all().size(), 2u);
  EXPECT_EQ(parsed.code(), "json.duplicate-key");
  EXPECT_EQ(parsed.diagnostics.all()[0].span.begin, 17u);
  EXPECT_EQ(parsed.diagnostics.all()[0].related[0].span.begin, 1u);
  EXPECT_FALSE(parsed.diagnostics.incomplete());
}

TEST(JsonTest, SurrogatesReadAsGoReadsThem) {
  const Parsed parsed(R"(["\ud83d\ude00", "\ud800", "\udc00x", "\\ud800", "\ud800\ud83d\ude00"])");
  const Value root = parsed.tree.root();
  EXPECT_EQ(root.At(0).text(), "\U0001F600");
  EXPECT_EQ(root.At(1).text(), "\uFFFD");
  EXPECT_EQ(root.At(2).text(), "\uFFFDx");
  EXPECT_EQ(root.At(3).text(), "\\ud800");
  EXPECT_EQ(root.At(4).text(), "\uFFFD\U0001F600");
  EXPECT_EQ(parsed.code(), "json.surrogate");
}

TEST(JsonTest, DepthIsLimited) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(Parsed(nested(source::kMaxDepth)).tree.root());
  const Parsed deeper(nested(source::kMaxDepth + 1));
  EXPECT_FALSE(deeper.tree.root());
  EXPECT_EQ(deeper.code(), "json.depth");
  EXPECT_EQ(Parsed(nested(1'000'000)).code(), "json.depth");
  EXPECT_EQ(Parsed(std::string(1'000'000, '[')).code(), "json.depth");
}

TEST(JsonTest, ManyKeysCostNoQuadraticTime) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) {
    text += "\"key" + std::to_string(i % 150'000) + "\":1,";
  }
  text.back() = '}';
  const auto start = std::chrono::steady_clock::now();
  const Parsed parsed(text);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  EXPECT_EQ(parsed.tree.root().size(), 200'000u);
  EXPECT_EQ(parsed.code(), "json.duplicate-key");
}

TEST(JsonTest, CollapsedValuesKeepTheirPlace) {
  JsonOptions options;
  options.keep = [](const Value& value, size_t depth) {
    return depth != 2 || value.Get("type").text() != "other";
  };
  const Parsed parsed(
      R"({"r": [{"type": "other", "x": ["\n", 2]}, {"type": "role", "x\t": ["\n", 2]}], "z": 1})",
      options);
  const Value list = parsed.tree.root().Get("r");
  ASSERT_EQ(list.size(), 2u);
  const Value other = list.At(0);
  EXPECT_TRUE(other.is_collapsed());
  EXPECT_TRUE(other.is_object());
  EXPECT_EQ(other.size(), 2u);
  EXPECT_FALSE(other.Get("type"));
  EXPECT_FALSE(other.At(0));
  EXPECT_EQ(list.At(1).Get("x\t").At(0).text(), "\n");
  EXPECT_EQ(parsed.tree.root().Get("z").text(), "1");
  Diagnostics diagnostics;
  const Tree whole = ParseJson(parsed.sources, other.span(), diagnostics);
  EXPECT_EQ(whole.root().Get("x").At(0).text(), "\n");
  EXPECT_EQ(parsed.sources.text(whole.root().Get("x").span()), R"(["\n", 2])");
}

TEST(JsonTest, SequenceStopsAtTheFirstBrokenValue) {
  SourceSet sources;
  Diagnostics diagnostics;
  const FileId file = sources.Add("run-all", "{\"a\":1}\n{\"a\":2}[3] 4 {x}\n{\"a\":5}");
  const auto size = static_cast<uint32_t>(sources.bytes(file).size());
  const std::vector<Tree> trees = ParseJsonSequence(sources, {file, 0, size}, diagnostics);
  ASSERT_EQ(trees.size(), 4u);
  EXPECT_EQ(trees[1].root().Get("a").text(), "2");
  EXPECT_EQ(sources.text(trees[1].root().span()), "{\"a\":2}");
  EXPECT_EQ(trees[3].root().text(), "4");
  ASSERT_EQ(diagnostics.all().size(), 1u);
  EXPECT_EQ(diagnostics.all()[0].code, "json.syntax");
}

TEST(JsonTest, EmbeddedDocumentsLeadToTheOuterFile) {
  SourceSet sources;
  Diagnostics diagnostics;
  const std::string text =
      "{\n  \"policy\": \"{\\\"Statement\\\":\\n [{\\\"Sid\\\": \\\"\\u00e9\\\", \\\"Effect\\\": "
      "1}]}\"\n}";
  const FileId file = sources.Add("plan.json", text);
  const Tree outer = ParseJson(sources, {file, 0, static_cast<uint32_t>(text.size())}, diagnostics);
  const FileId inner = EmbedString(sources, outer.root().Get("policy"));
  const auto size = static_cast<uint32_t>(sources.bytes(inner).size());
  const Tree policy = ParseJson(sources, {inner, 0, size}, diagnostics);
  const Value effect = policy.root().Get("Statement").At(0).Get("Effect");
  ASSERT_EQ(effect.text(), "1");
  const Span place = sources.Outermost(effect.span());
  EXPECT_EQ(place.file, file);
  EXPECT_EQ(place.begin, text.find("1}]}"));
  const source::Location location = sources.Locate(effect.key_span());
  EXPECT_EQ(location.file, "plan.json");
  EXPECT_EQ(location.line, 2u);
  EXPECT_EQ(location.column, text.find("\\\"Effect") - text.find('\n'));
}

}  // namespace
}  // namespace whomay::syntax

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "source/limits.h"
#include "syntax/yaml.h"

namespace whomay::syntax {
namespace {

struct Parsed {
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  Tree tree;

  explicit Parsed(std::string text) {
    tree = ParseOwnYaml(sources, sources.Add("own.yaml", std::move(text)), diagnostics);
  }
  std::string code() const { return diagnostics.all().empty() ? "" : diagnostics.all()[0].code; }
};

TEST(OwnYamlTest, ScalarsOfTheCoreSchema) {
  const Parsed parsed(
      "nulls: [~, null, ]\nbools: [true, False]\nnumbers: [1, -0, 012, 0o17, 0xff, 1.50, 1e3]\n"
      "texts: [y, no, on, '1', \"true\", 123456789012a, 1_000, 2024-01-01, 1:20, .inf, !!str 5]\n"
      "account: 012345678901\nblock: |\n  a\n  b\nfolded: >-\n  a\n  b\n");
  ASSERT_TRUE(parsed.tree.root().is_object()) << parsed.code();
  const Value root = parsed.tree.root();
  for (const Value value : root.Get("nulls").elements()) {
    EXPECT_TRUE(value.is_null());
  }
  EXPECT_TRUE(root.Get("bools").At(0).is_true());
  EXPECT_TRUE(root.Get("bools").At(1).is_false());
  const char* const numbers[] = {"1", "0", "12", "15", "255", "1.5", "1000"};
  ASSERT_EQ(root.Get("numbers").size(), std::size(numbers));
  for (size_t i = 0; i < std::size(numbers); ++i) {
    EXPECT_TRUE(root.Get("numbers").At(i).is_number());
    EXPECT_EQ(root.Get("numbers").At(i).text(), numbers[i]);
  }
  for (const Value value : root.Get("texts").elements()) {
    EXPECT_TRUE(value.is_string()) << value.text();
  }
  EXPECT_EQ(root.Get("block").text(), "a\nb\n");
  EXPECT_EQ(root.Get("folded").text(), "a b");
  EXPECT_TRUE(parsed.diagnostics.all().empty());
}

TEST(OwnYamlTest, PlacesAndAliases) {
  const Parsed parsed("base: &b [x, y]\nuse: *b\n");
  const Value use = parsed.tree.root().Get("use");
  ASSERT_EQ(use.size(), 2u);
  EXPECT_EQ(use.At(1).text(), "y");
  EXPECT_EQ(parsed.sources.text(use.span()), "[x, y]");
  EXPECT_EQ(parsed.sources.Locate(use.key_span()).line, 2u);
}

struct Wrong {
  const char* what;
  std::string text;
  const char* code;
};

// toolchain C.5: what yaml-cpp alone takes, each a way to hide or lose a line.
TEST(OwnYamlTest, WhatYamlCppAloneWouldTakeIsRefused) {
  using std::string_literals::operator""s;
  const Wrong wrongs[] = {
      {"quote not closed at the end of the file", "a: \"x\n", "yaml.syntax"},
      {"quote swallows the next key", "a: 'x\nb: 1\n", "yaml.syntax"},
      {"line without colon", "foo: bar\nnot-a-key\n", "yaml.syntax"},
      {"block literal, then a line at the margin", "a: |\n  x\ny\n", "yaml.syntax"},
      {"list, then a map", "- a\nb: 1\n", "yaml.syntax"},
      {"control character", "a: \x04\n", "yaml.encoding"},
      {"NUL", "a: \0\n"s, "yaml.encoding"},
      {"not UTF-8", "a: \xff\n", "yaml.encoding"},
      {"tab as indentation", "a:\n\tb: 1\n", "yaml.syntax"},
      {"unquoted template", "a: {{ x }}\n", "yaml.key"},
      {"two documents", "a: 1\n---\nb: 1\n", "yaml.several"},
      {"text behind a flow map", "{a: 1},\n", "yaml.several"},
      {"list, comma", "[a],\nb: 1\n", "yaml.several"},
      {"self-containing", "a: &x [*x]\n", "yaml.depth"},
      {"unknown alias", "a: *x\n", "yaml.syntax"},
      {"question mark in a flow list", "[a?b]\n", "yaml.syntax"},
  };
  for (const Wrong& wrong : wrongs) {
    SCOPED_TRACE(wrong.what);
    const Parsed parsed(wrong.text);
    EXPECT_FALSE(parsed.tree.root());
    EXPECT_TRUE(parsed.diagnostics.incomplete());
    EXPECT_EQ(parsed.code(), wrong.code) << parsed.diagnostics.all()[0].message;
  }
}

TEST(OwnYamlTest, EmptyAndDuplicate) {
  for (const char* text : {"", "\n", "# nothing\n"}) {
    const Parsed parsed(text);
    EXPECT_FALSE(parsed.tree.root()) << text;
    EXPECT_TRUE(parsed.diagnostics.all().empty()) << text;
  }
  const Parsed parsed("a: 1\nb: 2\na: 3\n");
  EXPECT_EQ(parsed.tree.root().Get("a").text(), "3");
  EXPECT_EQ(parsed.code(), "yaml.duplicate-key");
  EXPECT_FALSE(parsed.diagnostics.incomplete());
}

TEST(OwnYamlTest, HostileTextsEnd) {
  EXPECT_EQ(Parsed(std::string(100'000, '[')).code(), "yaml.depth");
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'l'; ++c) {
    const char before = static_cast<char>(c - 1);
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 10; ++i) {
      bomb += std::string("*") + before + (i < 9 ? ", " : "]\n");
    }
  }
  EXPECT_EQ(Parsed(bomb).code(), "yaml.aliases");
}

}  // namespace
}  // namespace whomay::syntax

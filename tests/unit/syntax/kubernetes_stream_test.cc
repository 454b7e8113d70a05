// ReadKubernetesStream(): how kubectl -f cuts a text (rbac.md 2.14), and what is done beyond it.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "syntax/yaml.h"
#include "tests/unit/syntax/json_text.h"

namespace whomay::syntax {
namespace {

using std::string_literals::operator""s;

struct Read {
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  Stream stream;

  explicit Read(std::string text, const StreamOptions& options = {}) {
    const source::FileId file = sources.Add("in.yaml", std::move(text));
    stream = ReadKubernetesStream(sources, file, options, diagnostics);
  }
  // The documents as JSON, one a word; "(…)" for those that kubectl would not have reached; "!" at
  // the end if it failed.
  std::string text() const {
    std::string text;
    for (const StreamDocument& document : stream.documents) {
      const std::string json = JsonText(document.tree.root());
      text += (text.empty() ? "" : " ") + (document.after_error ? "(" + json + ")" : json);
    }
    return text + (stream.failed ? "!" : "");
  }
  bool has(std::string_view code) const {
    for (const source::Diagnostic& diagnostic : diagnostics.all()) {
      if (diagnostic.code == code) {
        return true;
      }
    }
    return false;
  }
};

struct Row {
  std::string text;
  const char* as_kubectl;
  const char* reading_on;
};

template <size_t n>
void ExpectAll(const Row (&rows)[n]) {
  StreamOptions strict;
  strict.as_kubectl = true;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(Read(row.text, strict).text(), row.as_kubectl);
    const Read all(row.text);
    EXPECT_EQ(all.text(), row.reading_on);
    EXPECT_EQ(all.diagnostics.incomplete(), all.stream.failed);
  }
}

TEST(KubernetesStreamTest, Cutting) {
  const Row rows[] = {
      {"a: 1\n---\nb: 2\n", R"({"a":1} {"b":2})", R"({"a":1} {"b":2})"},
      {"---\na: 1\n---\n---\n# c\n---\nb: 2", R"({"a":1} {"b":2})", R"({"a":1} {"b":2})"},
      {"a: 1\n---# c\nb: 2\n", R"({"a":1} {"b":2})", R"({"a":1} {"b":2})"},
      {"a: 1\n--- \t# c\r\nb: 2\r\n", R"({"a":1} {"b":2})", R"({"a":1} {"b":2})"},
      {"a: 1\n ---\nb: 2\n", R"({"a":"1 ---","b":2})", R"({"a":"1 ---","b":2})"},
      {"k: |\n  x\n---\n  z\n", R"({"k":"x\n"} "z")", R"({"k":"x\n"} "z")"},
      {"k: 'x\n---\nz'\n", "!", R"(("z'")!)"},
      {"a: 1\n--- x\nb: 2\n", "!", R"(({"a":1}) ({"b":2})!)"},
      {"a: 1\n----\nb: 2\n---\nc: 3\n", "!", R"(({"a":1}) ({"b":2}) ({"c":3})!)"},
      {"a: 1\n---a\nb: 2\n", "!", R"(({"a":1}) ({"b":2})!)"},
      {"a: 1\n---\nb: [\n---\nc: 3\n", R"({"a":1}!)", R"({"a":1} ({"c":3})!)"},
      {"%YAML 1.1\n---\na: 1\n", "!", R"(({"a":1})!)"},
      {"...\n", "!", "!"},
      {"\t\n", "!", "!"},
      {"", "", ""},
      {"# c\n", "", ""},
      {"null\n---\n~\n---\n", "", ""},
      {"just a text\n---\n5\n", R"("just a text" 5)", R"("just a text" 5)"},
      // The parser's line ends are not those of the cutting.
      {"a: 1\r---\rb: 2\n", R"({"a":1})", R"({"a":1})"},
      {"k: |\n  x", R"({"k":"x\n"})", R"({"k":"x\n"})"},
      {"k: |\r\r\n  x\r\r\n  y\r\n", R"({"k":"x\ny\n"})", R"({"k":"x\ny\n"})"},
  };
  ExpectAll(rows);
}

TEST(KubernetesStreamTest, WhatKubectlDropsInSilenceIsSaid) {
  for (const char* text :
       {"a: 1\n...\nb: 2\n", "{a: 1}\n{b: 2}\n", "[a] x\n", "'a'\nkind: ClusterRole\n",
        "a: 1\r---\rb: 2\n", "\xEF\xBB\xBF{\"a\":1}{\"b\":2}"}) {
    const Read read(text);
    EXPECT_EQ(read.stream.documents.size(), 1u) << text;
    EXPECT_TRUE(read.has("yaml.dropped")) << text;
    EXPECT_FALSE(read.stream.failed) << text;
  }
  EXPECT_FALSE(Read("a: 1\n...\n# c\n---\n").has("yaml.dropped"));
}

TEST(KubernetesStreamTest, Json) {
  const Row rows[] = {
      {R"({"a":1}{"b":2} {"c":3})", R"({"a":1} {"b":2} {"c":3})", R"({"a":1} {"b":2} {"c":3})"},
      {"\n\n  {\"a\":1}\n", R"({"a":1})", R"({"a":1})"},
      {"{\"a\":1}\n---\n{\"b\":2}\n", R"({"a":1} {"b":2})", R"({"a":1} {"b":2})"},
      {"{\"a\":1}\n---\nb: 2\n", R"({"a":1} {"b":2})", R"({"a":1} {"b":2})"},
      {"{\"a\":1,}\n", R"({"a":1})", R"({"a":1})"},
      {"{\"a\"}\n", R"({"a":null})", R"({"a":null})"},
      {"{\"a\": 01}\n", R"({"a":1})", R"({"a":1})"},
      {"{\"a\":1}{\"b\":2}{\"c\":3,}\n", R"({"a":1} {"b":2}!)", R"({"a":1} {"b":2}!)"},
      {"{\"a\":1}{\"b\":2}x\n---\nc: 3\n", R"({"a":1} {"b":2}!)", R"({"a":1} {"b":2} ({"c":3})!)"},
      {"{\"a\":1}\n--", R"({"a":1}!)", R"({"a":1}!)"},
      {"{\"a\":1}\n---", R"({"a":1})", R"({"a":1})"},
      {"{\"a\":1} null", R"({"a":1})", R"({"a":1})"},
      {"{\"a\":1}\n[1]", R"({"a":1} [1])", R"({"a":1} [1])"},
      {"{\"a\":\"\xff\"}", "{\"a\":\"\uFFFD\"}", "{\"a\":\"\uFFFD\"}"},
      {"{\"a\":\"\\ud800\"}", "{\"a\":\"\uFFFD\"}", "{\"a\":\"\uFFFD\"}"},
      {"{\"a\":1}\0{}"s, R"({"a":1}!)", R"({"a":1}!)"},
      {std::string(4096, ' ') + R"({"a":"\/"})", "!", "!"},
      {std::string(4095, ' ') + R"({"a":"\/"})", R"({"a":"/"})", R"({"a":"/"})"},
  };
  ExpectAll(rows);
}

TEST(KubernetesStreamTest, Encodings) {
  const std::string bom = "\xEF\xBB\xBF";
  const Row rows[] = {
      {bom + "a: 1\n---\n" + bom + "b: 2\n", R"({"a":1} {"b":2})", R"({"a":1} {"b":2})"},
      {bom + bom + "a: 1\n", "!", "!"},
      {bom, "", ""},
      {"\n" + bom + "a: 1\n", "{\"\uFEFFa\":1}", "{\"\uFEFFa\":1}"},
      {"a: \xff\n---\nb: 2\n", "!", R"(({"b":2})!)"},
      {"a: \x01\n", "!", "!"},
      {"a: \xEF\xBF\xBF\n", "!", "!"},
      {"\xFF\xFE"s + "a\0:\0 \0001\0\n\0"s, "!", "!"},
      {"\xFE\xFF"s + "\0a\0:\0 \0001\0\n"s, "!", "!"},
      {"a\0:\0 \0001\0\n\0"s, "!", "!"},
  };
  ExpectAll(rows);
  const Read utf16("\xFF\xFE"s + "a\0:\0 \0001\0\n\0"s);
  EXPECT_NE(utf16.diagnostics.all()[0].message.find("UTF-16"), std::string::npos);
}

TEST(KubernetesStreamTest, DocumentsAfterAnErrorAreMarked) {
  const Read read("a: 1\n---\nb: [\n---\nkind: ClusterRole\n---\nkind: Role\n");
  ASSERT_EQ(read.stream.documents.size(), 3u);
  EXPECT_FALSE(read.stream.documents[0].after_error);
  EXPECT_TRUE(read.stream.documents[1].after_error);
  EXPECT_TRUE(read.has("after-error"));
  EXPECT_TRUE(read.diagnostics.incomplete());
  EXPECT_EQ(read.sources.Locate(read.stream.documents[1].tree.root().Get("kind").span()).line, 5u);
}

bool OnlyRbac(std::string_view kind) { return kind == "ClusterRole" || kind == "List"; }

TEST(KubernetesStreamTest, OtherKindsAreSkipped) {
  StreamOptions options;
  options.wanted_kind = &OnlyRbac;
  struct Case {
    const char* what;
    std::string text;
    const char* expected;
  };
  const Case cases[] = {
      {"plain", "kind: Pod\na: [\n---\nkind: ClusterRole\n", R"({"kind":"ClusterRole"})"},
      {"comment behind", "kind: Pod # c\na: [\n", ""},
      {"CR LF", "kind: Pod\r\na: [\r\n", ""},
      {"comments, blank lines and lists at the margin",
       "# c\n\napiVersion: v1\nkind: Pod\nspec:\n- a\n# c\n  b: [\n", ""},
      // Whatever could be another kind is parsed.
      {"no kind", "a: 1\n", R"({"a":1})"},
      {"twice", "kind: Pod\nkind: ClusterRole\n", R"({"kind":"ClusterRole"})"},
      {"in a quoted text", "a: \"\nkind: Pod\n\"\n\"kind\": ClusterRole\n",
       R"({"a":" kind: Pod ","kind":"ClusterRole"})"},
      {"quoted key", "\"kind\": ClusterRole\n", R"({"kind":"ClusterRole"})"},
      {"explicit key", "? kind\n: ClusterRole\n", R"({"kind":"ClusterRole"})"},
      {"tagged key", "!!str kind: ClusterRole\n", R"({"kind":"ClusterRole"})"},
      {"flow", "{kind: ClusterRole}\n", R"({"kind":"ClusterRole"})"},
      {"indented", "  kind: ClusterRole\n", R"({"kind":"ClusterRole"})"},
      {"blank before the colon", "kind : ClusterRole\n", R"({"kind":"ClusterRole"})"},
      {"quoted value", "kind: 'ClusterRole'\n", R"({"kind":"ClusterRole"})"},
      {"merge key", "kind: Pod\n<<: {kind: ClusterRole}\n", R"({"kind":"ClusterRole"})"},
      {"anchored value", "kind: &k ClusterRole\n", R"({"kind":"ClusterRole"})"},
      {"text that begins alike", "kinds: Pod\nkind: ClusterRole\n",
       R"({"kind":"ClusterRole","kinds":"Pod"})"},
      {"hash in the value", "kind: Pod#x\n", R"({"kind":"Pod#x"})"},
      {"indented map with a kind at the margin in a text",
       "  a: \"\nkind: Pod\n\"\n  kind: ClusterRole\n",
       R"({"a":" kind: Pod ","kind":"ClusterRole"})"},
      {"value on two lines", "kind: Pod\n\n  x\n", "{\"kind\":\"Pod\\nx\"}"},
      {"kind in a line that only the parser sees",
       "a: b\rkind: ClusterRole\r---\rc: d\nkind: Pod\n", R"({"a":"b","kind":"ClusterRole"})"},
      {"the same with U+0085", "a: b\xC2\x85kind: ClusterRole\xC2\x85---\nkind: Pod\n",
       R"({"a":"b","kind":"ClusterRole"})"},
      {"the same with U+2028", "a: b\u2028kind: ClusterRole\u2028---\nkind: Pod\n",
       R"({"a":"b","kind":"ClusterRole"})"},
      {"behind a mark", "---\nkind: Pod\na: [\n---\nkind: List\n", R"({"kind":"List"})"},
  };
  for (const Case& row : cases) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(Read(row.text, options).text(), row.expected);
  }
}

TEST(KubernetesStreamTest, SkippedDocumentsAreStillChecked) {
  StreamOptions options;
  options.wanted_kind = &OnlyRbac;
  EXPECT_EQ(Read("kind: Pod\na: \xff\n---\nkind: ClusterRole\n", options).text(),
            R"(({"kind":"ClusterRole"})!)");
  EXPECT_TRUE(Read("kind: Pod\na: \x02\n", options).has("yaml.encoding"));
  EXPECT_TRUE(Read("kind: Pod\na: \0\n"s, options).has("yaml.encoding"));
  EXPECT_TRUE(Read("kind: Pod\na: b\n--- x\nkind: Pod\n", options).has("yaml.separator"));
  const std::string long_text(1000, 'x');
  for (const size_t at : {0, 1, 63, 64, 65, 500, 999}) {
    std::string text = long_text;
    text[at] = '\x7F';
    const Read read("kind: Pod\na: " + text + "\n", options);
    ASSERT_TRUE(read.has("yaml.encoding")) << at;
    EXPECT_EQ(read.diagnostics.all()[0].span.begin, 13 + at);
  }
  EXPECT_EQ(Read("kind: Pod\na: é漢😀…\n", options).text(), "");
}

TEST(KubernetesStreamTest, LongTextsTakeLittleTime) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) {
    text += "---\nkind: Pod\nmetadata:\n  name: n\n";
  }
  StreamOptions options;
  options.wanted_kind = &OnlyRbac;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(Read(text, options).stream.documents.empty());
  EXPECT_TRUE(Read(std::string(3'000'000, '-'), {}).stream.failed);
  std::string separators;
  for (int i = 0; i < 50'000; ++i) {
    separators += "---\n";
  }
  EXPECT_TRUE(Read(separators).stream.documents.empty());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

}  // namespace
}  // namespace whomay::syntax

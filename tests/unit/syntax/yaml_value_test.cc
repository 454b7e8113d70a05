// ParseKubernetesYaml(): the dialect in which Kubernetes and the aws-iam-authenticator read YAML.
// The truth table of eks.md 1.2 is here as far as it is about YAML; what its values mean to
// aws-auth is tested in ingest/eks.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

#include "source/limits.h"
#include "syntax/json.h"
#include "syntax/yaml.h"
#include "tests/unit/syntax/json_text.h"

namespace whomay::syntax {
namespace {

struct Parsed {
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  source::FileId file;
  YamlValue value;

  explicit Parsed(std::string text, bool as_text = false) {
    file = sources.Add("in.yaml", std::move(text));
    const auto size = static_cast<uint32_t>(sources.bytes(file).size());
    value = ParseKubernetesYaml(sources, {file, 0, size}, diagnostics, "mapRoles", as_text);
  }
  // The value as JSON; "error CODE"; "nothing".
  std::string text() const {
    if (value.failed) {
      return "error " + diagnostics.all().back().code;
    }
    return value.tree.root() ? JsonText(value.tree.root()) : "nothing";
  }
};

struct Row {
  std::string text;
  const char* expected;
};

template <size_t n>
void ExpectAll(const Row (&rows)[n], bool as_text = false) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const Parsed parsed(row.text, as_text);
    EXPECT_EQ(parsed.text(), row.expected)
        << (parsed.diagnostics.all().empty() ? "" : parsed.diagnostics.all().back().message);
  }
}

TEST(YamlValueTest, Syntax) {
  const Row rows[] = {
      // Rule 1, fine.
      {"- a: 1\r\n  b: 2\r\n", R"([{"a":1,"b":2}])"},
      {"- a\r- b\r", R"(["a","b"])"},
      {"- a\xC2\x85- b\n", R"(["a","b"])"},
      {"- a\xE2\x80\xA8- b\n", R"(["a","b"])"},
      {"\xEF\xBB\xBF- a\n", R"(["a"])"},
      {"\n\n- a\n\n# c\n- b # d\n", R"(["a","b"])"},
      {"  - a\n  - b\n", R"(["a","b"])"},
      {"a:\tx\n", R"({"a":"x"})"},
      {"a: x\t\n", R"({"a":"x"})"},
      {"[\n\ta,\n\tb\n]\n", R"(["a","b"])"},
      {"[a, b,]", R"(["a","b"])"},
      {R"([{"a":"b","c":[1,true,null]}])", R"([{"a":"b","c":[1,true,null]}])"},
      {"? a\n: b\n", R"({"a":"b"})"},
      {"%YAML 1.1\n---\na: b\n", R"({"a":"b"})"},
      {R"(["\u002f", "\x41", "\U0001F600"])", "[\"/\",\"A\",\"\U0001F600\"]"},
      {R"(["\'"])", R"(["'"])"},
      {"[a:, b]", R"(["a:","b"])"},
      {"{a: b:, c: d:}", R"({"a":"b:","c":"d:"})"},
      {"{username:x}", R"({"username:x":null})"},
      {R"([{rolearn:"x"}])", R"([{"rolearn:\"x\"":null}])"},
      {"[a:b, a#b, a b]", R"(["a:b","a#b","a b"])"},
      {"- x]\n- x}\n- -x\n- :x\n- x#y\n", R"(["x]","x}","-x",":x","x#y"])"},
      {"[!!str, x]", R"(["x"])"},
      {"- !a,b c\n", R"(["c"])"},
      // Errors.
      {"-\ta\n-\t- b\n", "error yaml.syntax"},
      {"a:\n\tb: c\n", "error yaml.syntax"},
      {"a: 1\n\t\nb: 2\n", "error yaml.syntax"},
      {"%YAML 1.2\n---\na: b\n", "error yaml.syntax"},
      {"%FOO\n---\na: b\n", "error yaml.syntax"},
      {R"(["\/"])", "error yaml.syntax"},
      {R"(["\q"])", "error yaml.syntax"},
      {R"(["\ud83d\ude00"])", "error yaml.syntax"},
      {"[a, , b]", "error yaml.syntax"},
      {"[a?b]", "error yaml.syntax"},
      {"- a\x01\n", "error yaml.encoding"},
      {"- a\x7F\n", "error yaml.encoding"},
      {"- a\xC2\x80\n", "error yaml.encoding"},
      {"- \xff\n", "error yaml.encoding"},
      {"- \xEF\xBF\xBE\n", "error yaml.encoding"},
      {"- *x\n", "error yaml.syntax"},
      {"- &x [*x]\n", "error yaml.syntax"},
      {"username: a: b\n", "error yaml.syntax"},
      {"username: - x\n", "error yaml.syntax"},
      {"username: @x\n", "error yaml.syntax"},
      {"username: `x`\n", "error yaml.syntax"},
      {"username: %x\n", "error yaml.syntax"},
      {"username: [x\n", "error yaml.syntax"},
      {"groups:\n - a\n  - b\nc\n", "error yaml.syntax"},
      {std::string(1025, 'k') + ": v\n", "error yaml.syntax"},
      {"a: \"x\n", "error yaml.syntax"},
      {"a: 'x\nb: 1\n", "error yaml.syntax"},
      {"foo: bar\nnot-a-key\n", "error yaml.syntax"},
      {"- a\nb: 1\n", "error yaml.syntax"},
      {"\xEF\xBB\xBF\xEF\xBB\xBF- a\n", "error yaml.undecided"},
  };
  ExpectAll(rows);
  EXPECT_EQ(Parsed("{" + std::string(1020, 'k') + ": v}").text().substr(0, 3), "{\"k");
}

TEST(YamlValueTest, NothingInIt) {
  const Row rows[] = {{"", "nothing"},
                      {"\n", "nothing"},
                      {"# c\n", "nothing"},
                      {"null", "null"},
                      {"~", "null"},
                      {"---\n", "null"},
                      {"---\n...\n", "null"},
                      {"null\n...\n", "null"},
                      {"!!null ''", "null"},
                      {"[]\n...\n", "[]"},
                      {"...\n", "error yaml.syntax"}};
  ExpectAll(rows);
}

// Rule 2: what stands behind the first value, and whether it is looked at.
TEST(YamlValueTest, OnlyTheFirstValueIsRead) {
  struct Case {
    std::string text;
    const char* expected;
    const char* leftover;  // null: none
  };
  const Case cases[] = {
      {"- a\n---\n- b\n", R"(["a"])", "- b\n"},
      {"- a\n---\n\tbroken: [\n", R"(["a"])", "\tbroken: [\n"},
      {"- a\n...\n@@@\n", R"(["a"])", "@@@\n"},
      {"- a\n---\n# only a comment\n", R"(["a"])", nullptr},
      {"- a\n...\n", R"(["a"])", nullptr},
      {"[a] x\n", R"(["a"])", "x\n"},
      {"[a],\n", R"(["a"])", ",\n"},
      {"[a]\n- b\n", R"(["a"])", "- b\n"},
      {"[a]\n[b]\n", R"(["a"])", "[b]\n"},
      {"'a'\nb: c\n", R"("a")", "b: c\n"},
      {"[a] # fine\n", R"(["a"])", nullptr},
      {"[] x: \"\n", "[]", "x: \"\n"},
      {"[a] @\n", "error yaml.syntax", nullptr},
      {"[a]\n`x\n", "error yaml.syntax", nullptr},
      {"[a]\n\"x\n", "error yaml.syntax", nullptr},
      {"[a]\n\tx\n", "error yaml.syntax", nullptr},
      {"- a\nx\n", "error yaml.syntax", nullptr},
  };
  for (const Case& row : cases) {
    SCOPED_TRACE(row.text);
    const Parsed parsed(row.text);
    EXPECT_EQ(parsed.text(), row.expected);
    EXPECT_EQ(parsed.value.leftover.known(), row.leftover != nullptr);
    if (row.leftover != nullptr && parsed.value.leftover.known()) {
      EXPECT_EQ(parsed.sources.text(parsed.value.leftover), row.leftover);
      EXPECT_EQ(parsed.diagnostics.all().back().code, "yaml.dropped");
    }
  }
}

TEST(YamlValueTest, TruthTableOfAwsAuth) {
  const Row rows[] = {
      {"groups: system:masters\n", R"({"groups":"system:masters"})"},
      {"groups: '[a, b]'\n", R"({"groups":"[a, b]"})"},
      {"groups:\n", R"({"groups":null})"},
      {"- rolearn: x\n  groups:\n- a\n", R"([{"groups":null,"rolearn":"x"},"a"])"},
      {"- rolearn: x\n  groups:\n - a\n", "error yaml.syntax"},
      {"groups: [a, 1, b]\n", R"({"groups":["a",1,"b"]})"},
      {"groups: [a, null, b]\n", R"({"groups":["a",null,"b"]})"},
      {"groups: [a: b, c]\n", R"({"groups":[{"a":"b"},"c"]})"},
      {"groups: [x, y]\n", R"({"groups":["x",true]})"},
      {"groups: [on, yes]\n", R"({"groups":[true,true]})"},
      {"groups: [2001-01-01, 1:20, =]\n", R"({"groups":["2001-01-01","1:20","="]})"},
      {"username: #x\n", R"({"username":null})"},
      {"username: |\n  x\n", R"({"username":"x\n"})"},
      {"username: |-\n  x\n", R"({"username":"x"})"},
      {"username: >-\n  x\n", R"({"username":"x"})"},
      {"username: {{SessionName}}\n", "error yaml.key"},
      {"username: x:{{SessionName}}\n", R"({"username":"x:{{SessionName}}"})"},
      {"username: a:\n", "error yaml.syntax"},
      {"- groups:\n  - system:bootstrappers\n    - system:nodes\n",
       R"([{"groups":["system:bootstrappers - system:nodes"]}])"},
      {"|\n  - rolearn: x\n", R"("- rolearn: x\n")"},
      {"sso: {accountID: 012345678901}\n", R"({"sso":{"accountID":12345678901}})"},
      {"sso: {accountID: 012345670123}\n", R"({"sso":{"accountID":1402433619}})"},
  };
  ExpectAll(rows);
}

TEST(YamlValueTest, ScalarsTagsAndKeys) {
  const Row rows[] = {
      {"[010, 0o10, 1_000, 1.0, 1e3, .5]", "[8,8,1000,1,1000,0.5]"},
      {"['010', \"1\", !!str 010]", R"(["010","1","010"])"},
      {"[!!int '5', !!float 3, !!bool 'yes']", "[5,3,true]"},
      {"[!!binary aGk=]", R"(["hi"])"},
      {"[!!binary /w==]", "[\"\uFFFD\"]"},
      {"[!!binary a]", "error yaml.tag"},
      {"[!!int x]", "error yaml.tag"},
      {"[!!bool ]", "error yaml.tag"},
      {"[!x y, ! y, !!foo 5]", R"(["y","y","5"])"},
      {"[!!set {a: b}, !!int [1]]", R"([{"a":"b"},[1]])"},
      // Rule 4.
      {"a: .inf\n", "error yaml.value"},
      {"x: {unknown: [.nan]}\n", "error yaml.value"},
      {".inf: a\n", R"({".inf":"a"})"},
      {"~: a\n", "error yaml.key"},
      {"? [a]\n: b\n", "error yaml.key"},
      {"? {a: b}\n: c\n", "error yaml.key"},
      {"9223372036854775808: a\n", "error yaml.key"},
      {"9223372036854775807: a\n", R"({"9223372036854775807":"a"})"},
      {"1: a\nyes: b\n1.5: c\n", R"({"1":"a","1.5":"c","true":"b"})"},
      {"&k a: 1\nb: *k\n", R"({"a":1,"b":"a"})"},
      {"x: &k b\n*k : 1\n", R"({"b":1,"x":"b"})"},
      // Overridden values need not be possible in JSON.
      {"a: .inf\na: 1\n", R"({"a":1})"},
      {"a: !!int x\na: 1\n", "error yaml.tag"},
  };
  ExpectAll(rows);
}

// Rule 5.
TEST(YamlValueTest, MergeKeys) {
  const Row rows[] = {
      {"b: &b {x: 1, z: 1}\nm: {<<: *b, x: 2}\n", R"({"b":{"x":1,"z":1},"m":{"x":2,"z":1}})"},
      {"b: &b {x: 1, z: 1}\nm: {x: 2, <<: *b}\n", R"({"b":{"x":1,"z":1},"m":{"x":1,"z":1}})"},
      {"<<: {a: 1}\n<<: {a: 2}\n", R"({"a":2})"},
      {"<<: [{a: 1}, {a: 2, b: 2}]\n", R"({"a":1,"b":2})"},
      {"<<: {<<: {a: 1, b: 1}, b: 2}\n", R"({"a":1,"b":2})"},
      {"\"<<\": {a: 1}\n", R"({"<<":{"a":1}})"},
      {"!!merge \"<<\": {a: 1}\n", R"({"a":1})"},
      {"! \"<<\": {a: 1}\n", R"({"a":1})"},
      {"<<: x\n", "error yaml.merge"},
      {"<<: ~\n", "error yaml.merge"},
      {"<<:\n", "error yaml.merge"},
      {"<<: [{a: 1}, x]\n", "error yaml.merge"},
      {"b: &b [{a: 1}]\n<<: *b\n", "error yaml.merge"},
      {"b: &b {a: 1}\n<<: [*b]\n", R"({"a":1,"b":{"a":1}})"},
      {"&a a: {<<: *a}\n", "error yaml.merge"},
      {"a: &a {<<: *a}\n", "error yaml.syntax"},
  };
  ExpectAll(rows);
}

TEST(YamlValueTest, ReplacedKeysAreSaid) {
  const Parsed twice("a: 1\nb: 2\na: 3\n");
  EXPECT_EQ(twice.text(), R"({"a":3,"b":2})");
  ASSERT_EQ(twice.diagnostics.all().size(), 1u);
  EXPECT_EQ(twice.diagnostics.all()[0].code, "yaml.duplicate-key");
  EXPECT_EQ(twice.sources.Locate(twice.diagnostics.all()[0].span).line, 3u);
  const Parsed merged("username: own\n<<: {username: base}\n");
  EXPECT_EQ(merged.text(), R"({"username":"base"})");
  EXPECT_EQ(merged.diagnostics.all()[0].code, "yaml.merge-overrides");
  const Parsed chance("true: a\n'true': b\n");
  EXPECT_EQ(chance.diagnostics.all()[0].code, "yaml.ambiguous-key");
  EXPECT_TRUE(chance.diagnostics.incomplete());
  std::string many;
  for (int i = 0; i < 40; ++i) {
    many += "k" + std::to_string(i % 30) + ": " + std::to_string(i) + "\n";
  }
  const Parsed long_map(many);
  EXPECT_EQ(long_map.value.tree.root().size(), 30u);
  EXPECT_EQ(long_map.value.tree.root().Get("k5").text(), "35");
  EXPECT_EQ(long_map.diagnostics.all().size(), 10u);
}

// mapAccounts.
TEST(YamlValueTest, ScalarsKeptAsText) {
  const Row rows[] = {
      {"- 012345678901\n- 1111_2222\n- 1e3\n- true\n- .inf\n",
       R"(["012345678901","1111_2222","1e3","true",".inf"])"},
      {"['1', \"2\", ~, '', null]", R"(["1","2","","",""])"},
      {"- !!binary YQ==\n- !!int 5\n", R"(["a","5"])"},
      {"- a\n- [b]\n- {c: .inf}\n- d\n", R"(["a","d"])"},
      {"- &a x\n- *a\n", R"(["x","x"])"},
      {"- 1\n- !!int x\n- 2\n", R"(["1","",""])"},  // go-yaml stops there with the list made
      {"123456789012", R"("123456789012")"},
      {"- a\n  - b\n", R"(["a - b"])"},
      {"a: b\n", "{}"},
      {"", "nothing"},
  };
  ExpectAll(rows, true);
}

TEST(YamlValueTest, PlacesOfValuesAndKeys) {
  const Parsed parsed(
      "a: &x !!str  plain text\nb: !!map {k: 'q''s'}\nc:\n- 010\n- *x\nd: |\n  one\n  two\ne: "
      "end\n");
  const Value root = parsed.value.tree.root();
  const auto text = [&](const Value& value) { return parsed.sources.text(value.span()); };
  EXPECT_EQ(text(root.Get("a")), "plain text");
  EXPECT_EQ(text(root.Get("b")), "{k: 'q''s'}");
  EXPECT_EQ(text(root.Get("b").Get("k")), "'q''s'");
  EXPECT_EQ(root.Get("b").Get("k").text(), "q's");
  EXPECT_EQ(text(root.Get("c")), "- 010\n- *x");
  EXPECT_EQ(text(root.Get("c").At(0)), "010");
  EXPECT_EQ(text(root.Get("c").At(1)), "plain text");  // where the alias's value stands
  EXPECT_EQ(text(root.Get("d")).substr(0, 1), "|");
  EXPECT_EQ(parsed.sources.text(root.Get("e").key_span()), "e");
  EXPECT_EQ(parsed.sources.Locate(root.Get("e").span()).line, 9u);
  EXPECT_EQ(parsed.sources.Locate(root.Get("e").span()).column, 4u);
}

TEST(YamlValueTest, PlacesAfterWideCharacters) {
  const Parsed parsed("\xEF\xBB\xBF# é 漢字 😀\nä: ö\nlist: [ü, last]\n");
  const Value last = parsed.value.tree.root().Get("list").At(1);
  EXPECT_EQ(parsed.sources.text(last.span()), "last");
  EXPECT_EQ(parsed.sources.text(parsed.value.tree.root().Get("ä").span()), "ö");
}

class Deadline {
 public:
  ~Deadline() { EXPECT_LT(std::chrono::steady_clock::now() - start_, std::chrono::seconds(60)); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

TEST(YamlValueTest, HostileTextsEndSoon) {
  const Deadline deadline;
  const auto repeat = [](std::string_view text, size_t n) {
    std::string all;
    for (size_t i = 0; i < n; ++i) {
      all += text;
    }
    return all;
  };
  // Nesting, closed or not, in every style.
  EXPECT_EQ(Parsed(repeat("[", 1'000'000)).text(), "error yaml.depth");
  EXPECT_EQ(Parsed(repeat("[\n", 1'000'000)).text(), "error yaml.depth");
  EXPECT_EQ(Parsed(repeat("{a: ", 200'000)).text(), "error yaml.depth");
  EXPECT_EQ(Parsed(repeat("- ", 1'000'000)).text(), "error yaml.depth");
  EXPECT_EQ(Parsed(repeat("? ", 1'000'000)).text(), "error yaml.depth");
  // Simple keys that never come.
  EXPECT_EQ(Parsed("[" + repeat("a, ", 300'000)).text(), "error yaml.syntax");
  EXPECT_EQ(Parsed(repeat("[", 500) + repeat("a,", 200'000)).text(), "error yaml.syntax");
  EXPECT_EQ(Parsed(repeat("a\n", 300'000) + "b: c").text(), "error yaml.syntax");
  // Repairs of what libyaml reads otherwise.
  EXPECT_EQ(Parsed("[" + repeat("a:, ", 100'000) + "]").text(), "error yaml.undecided");
  EXPECT_EQ(Parsed("[" + repeat("a:, ", 20) + "]").value.tree.root().size(), 20u);
  // One huge key, one huge text, many anchors, many comments.
  EXPECT_EQ(Parsed(std::string(5'000'000, 'k') + ": v").text(), "error yaml.syntax");
  EXPECT_EQ(Parsed("a: " + std::string(5'000'000, 'v')).value.tree.root().Get("a").text().size(),
            5'000'000u);
  std::string anchors;
  for (int i = 0; i < 100'000; ++i) {
    anchors += "- &a" + std::to_string(i) + " x\n";
  }
  EXPECT_EQ(Parsed(anchors).value.tree.root().size(), 100'000u);
  EXPECT_EQ(Parsed(repeat("# comment\n", 300'000)).text(), "nothing");
}

TEST(YamlValueTest, AliasBombs) {
  const Deadline deadline;
  std::string lists = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  std::string merges = "a0: &a0 {k: v}\n";
  for (int i = 1; i < 12; ++i) {
    const std::string n = std::to_string(i), before = std::to_string(i - 1);
    lists += "a" + n + ": &a" + n + " [";
    merges += "a" + n + ": &a" + n + " {<<: [";
    for (int k = 0; k < 10; ++k) {
      lists += "*a" + before + (k < 9 ? ", " : "]\n");
      merges += "*a" + before + (k < 9 ? ", " : "]}\n");
    }
  }
  EXPECT_EQ(Parsed(lists).text(), "error yaml.aliases");
  EXPECT_EQ(Parsed(merges).text(), "error yaml.aliases");
  // go-yaml allows 99 of 100 values to come from aliases in a small text.
  std::string few = "a: &a [" + std::string(50, '0') + "]\nb: [";
  for (int i = 0; i < 1000; ++i) {
    few += i > 0 ? ", *a" : "*a";
  }
  EXPECT_EQ(Parsed(few + "]\n").value.tree.root().Get("b").size(), 1000u);
  // A deep chain of aliases is as deep as what it stands for.
  std::string chain = "- &c0 [x]\n";
  for (int i = 1; i < 2000; ++i) {
    chain += "- &c" + std::to_string(i) + " [*c" + std::to_string(i - 1) + "]\n";
  }
  EXPECT_EQ(Parsed(chain).text().substr(0, 5), "error");
}

}  // namespace
}  // namespace whomay::syntax

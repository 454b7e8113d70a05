// Terraform's JSON syntax: what is read of a text, beside the same in the native syntax.

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "syntax/hcl.h"

namespace whomay::syntax {
namespace {

std::string Shown(const HclFile& file, HclNodeId id) {
  const HclNode& node = file.node(id);
  std::string text = std::to_string(static_cast<int>(node.kind));
  if (node.kind > HclKind::kFalse) {
    text += "'" + std::string(node.text) + "'" + std::string(node.key_name);
  }
  for (uint32_t i = 0; i < node.count; ++i) {
    text += (i == 0 ? "(" : " ") + Shown(file, file.child(node, i));
  }
  return text + (node.count > 0 ? ")" : "") + (node.flag ? "!" : "");
}

// Bodies as far as both syntaxes can say the same: what may be a block stands as a block.
std::string Shown(const HclFile& file, const HclBody& body) {
  std::string text = "{";
  for (const HclAttribute& one : body.attributes) {
    if (!one.may_be_block) {
      text += " " + std::string(one.name) + "=" + Shown(file, one.value);
    }
  }
  for (const HclBlock& block : body.blocks) {
    text += " " + std::string(block.type);
    for (const std::string_view label : block.labels) {
      text += "." + std::string(label);
    }
    text += Shown(file, file.body(block.body));
  }
  return text + " }";
}

struct Pair {
  const char* what;
  const char* json;
  const char* native;
};

TEST(HclJson, SaysWhatTheNativeSyntaxSays) {
  const Pair pairs[] = {
      {"scalars", R"({"locals":{"a":"x","b":1.5,"c":true,"d":false,"e":null}})",
       "locals {\n a = \"x\"\n b = 1.5\n c = true\n d = false\n e = null\n}"},
      {"templates", R"({"locals":{"a":"${var.x}","b":"x-${var.x[0]}-%{ if var.y }z%{ endif }"}})",
       "locals {\n a = \"${var.x}\"\n b = \"x-${var.x[0]}-%{ if var.y }z%{ endif }\"\n}"},
      {"escapes", R"({"locals":{"a":"\"\u00e9\n$${no}","b":"${f(\"a\\nb\")}"}})",
       "locals {\n a = \"\\\"\xC3\xA9\\n$${no}\"\n b = \"${f(\"a\\nb\")}\"\n}"},
      {"lists and objects", R"({"locals":{"a":[1,"${b}",[]],"c":{"k":"v","${x}":2}}})",
       "locals {\n a = [1, \"${b}\", []]\n c = { \"k\" = \"v\", \"${x}\" = 2 }\n}"},
      {"labels", R"({"resource":{"t":{"n":{"a":1},"m":{"a":2}}},"data":{"t":{"n":{}}}})",
       "resource \"t\" \"n\" {\n a = 1\n}\nresource \"t\" \"m\" {\n a = 2\n}\ndata \"t\" \"n\" "
       "{\n}"},
      {"lists at every level", R"([{"resource":[{"t":[{"n":[{"a":1}]}]}]},{"locals":[{"x":1}]}])",
       "resource \"t\" \"n\" {\n a = 1\n}\nlocals {\n x = 1\n}"},
      {"blocks", R"({"resource":{"t":{"n":{"s":[{"a":1,"p":{"b":2}},{"a":3}]}}}})",
       "resource \"t\" \"n\" {\n s {\n a = 1\n p {\n b = 2\n}\n}\n s {\n a = 3\n}\n}"},
      {"dynamic blocks",
       R"({"resource":{"t":{"n":{"dynamic":{"s":{"for_each":{"k":1},"content":{"a":"${s.key}"}}}}}}})",
       "resource \"t\" \"n\" {\n dynamic \"s\" {\n for_each = { \"k\" = 1 }\n content {\n a = "
       "\"${s.key}\"\n}\n}\n}"},
      {"lifecycle", R"({"resource":{"t":{"n":{"lifecycle":{"ignore_changes":["${x"]}}}}})",
       "resource \"t\" \"n\" {\n lifecycle {\n ignore_changes = [\"$${x\"]\n}\n}"},
      {"modules have arguments only",
       R"({"module":{"m":{"source":"./m","entries":{"a":{"b":"${local.c}"}},"list":[{"x":1}]}}})",
       "module \"m\" {\n source = \"./m\"\n entries = { \"a\" = { \"b\" = \"${local.c}\" } }\n "
       "list = "
       "[{ \"x\" = 1 }]\n}"},
      {"variables", R"j({"variable":{"v":{"type":"list(string)","default":["$${as}${it.is}"]}}})j",
       "variable \"v\" {\n type = list(string)\n default = [\"$$${as}$${it.is}\"]\n}"},
      {"outputs", R"({"output":{"o":{"value":"${x.y}"}}})",
       "output \"o\" {\n value = \"${x.y}\"\n}"},
      {"comments", R"({"//":"c","resource":{"//":1,"t":{"n":{"//":"c","a":1}}}})",
       "resource \"t\" \"n\" {\n a = 1\n}"},
      {"what is of no matter", R"({"terraform":{"backend":{"s3":{}}},"moved":[{"from":"a"}]})", ""},
      {"nulls are no blocks", R"({"resource":{"t":{"n":null}}})", ""},
      {"marked, as some editors save", "\xEF\xBB\xBF{\"locals\":{\"a\":1}}", "locals {\n a = 1\n}"},
  };
  for (const Pair& pair : pairs) {
    SCOPED_TRACE(pair.what);
    source::SourceSet sources;
    source::Diagnostics diagnostics;
    const HclFile json = ReadHclJson(sources, sources.Add("a.tf.json", pair.json), diagnostics);
    const HclFile native = ReadHcl(sources, sources.Add("a.tf", pair.native), diagnostics);
    for (const source::Diagnostic& one : diagnostics.all()) {
      ADD_FAILURE() << one.message;
    }
    EXPECT_EQ(Shown(json, json.root()), Shown(native, native.root()));
  }
}

// An object may be an argument as well as a block, in resources.
TEST(HclJson, ObjectsOfResourcesAreBoth) {
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  const HclFile file = ReadHclJson(
      sources, sources.Add("a.tf.json", R"({"resource":{"t":{"n":{"tags":{"a":"b"}}}}})"),
      diagnostics);
  const HclBody& body = file.body(file.root().blocks.at(0).body);
  const HclAttribute* const tags = body.Find("tags");
  ASSERT_NE(tags, nullptr);
  EXPECT_TRUE(tags->may_be_block);
  EXPECT_EQ(file.node(tags->value).kind, HclKind::kObject);
  ASSERT_EQ(body.blocks.size(), 1u);
  EXPECT_EQ(body.blocks[0].type, "tags");
}

TEST(HclJson, PlacesAreThoseOfTheJsonText) {
  const std::string text = R"({"locals": {"a": "\u0041${var.x}"}})";
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  const HclFile file = ReadHclJson(sources, sources.Add("a.tf.json", text), diagnostics);
  const HclBlock& locals = file.root().blocks.at(0);
  EXPECT_EQ(text.substr(locals.span.begin, locals.span.end - locals.span.begin), "\"locals\"");
  const source::Span at = file.span(file.node(file.body(locals.body).attributes.at(0).value));
  EXPECT_EQ(text.substr(at.begin, at.end - at.begin), R"("\u0041${var.x}")");
}

TEST(HclJson, WhatIsWrongIsSaidWithItsPlaceAndTheRestRead) {
  const auto nested = [](const std::string& open, const std::string& close, int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += open;
    text += "1";
    for (int i = 0; i < depth; ++i) text += close;
    return text;
  };
  const struct {
    const char* what;
    std::string text;
    const char* code;
    size_t blocks;
  } cases[] = {
      {"no JSON", R"({"locals":)", "json.syntax", 0},
      {"a template without its end", R"({"locals":{"a":"${var.x","b":1}})", "hcl.syntax", 1},
      {"a type that is no expression", R"({"variable":{"v":{"type":"list("}}})", "hcl.syntax", 1},
      {"a text where a block should be", R"({"resource":{"t":{"n":"x"}},"locals":{}})",
       "hcl.syntax", 1},
      {"lists too deep", R"({"locals":{"a":)" + nested("[", "]", 200) + "}}", "hcl.depth", 1},
      {"blocks too deep", R"({"resource":{"t":{"n":)" + nested("{\"a\":", "}", 200) + "}}}",
       "hcl.depth", 1},
      {"a template too deep", R"({"locals":{"a":"${)" + nested("(", ")", 200) + R"(}"}})",
       "hcl.depth", 1},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    source::SourceSet sources;
    source::Diagnostics diagnostics;
    const HclFile file = ReadHclJson(sources, sources.Add("a.tf.json", one.text), diagnostics);
    ASSERT_FALSE(diagnostics.all().empty());
    EXPECT_EQ(diagnostics.all()[0].code, one.code) << diagnostics.all()[0].message;
    EXPECT_EQ(file.root().blocks.size(), one.blocks);
    for (const source::Diagnostic& diagnostic : diagnostics.all()) {
      EXPECT_LE(diagnostic.span.end, one.text.size());
    }
  }
}

}  // namespace
}  // namespace whomay::syntax

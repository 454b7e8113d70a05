// HCL: what is read of a text, as a plain rendering of its tree.

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "syntax/hcl.h"

namespace whomay::syntax {
namespace {

// `(kind text child…)`, short forms for literals and names.
std::string Render(const HclFile& file, HclNodeId id) {
  static constexpr const char* kNames[] = {
      "null", "true", "false", "",      "",      "template", "wrapped", "tif",   "tfor",
      "",     "path", "",      "index", "",      ".*",       "[*]",     "call",  "?",
      "ops",  "",     "not",   "neg",   "tuple", "object",   "for",     "forobj"};
  const HclNode& node = file.node(id);
  switch (node.kind) {
    case HclKind::kNull:
    case HclKind::kTrue:
    case HclKind::kFalse:
    case HclKind::kSplat:
    case HclKind::kFullSplat:
      return kNames[static_cast<int>(node.kind)];
    case HclKind::kNumber:
    case HclKind::kVariable:
    case HclKind::kOperator:
      return std::string(node.text);
    case HclKind::kString:
      return "'" + std::string(node.text) + "'";
    case HclKind::kAttribute:
    case HclKind::kLegacyIndex:
      return "." + std::string(node.text);
    default:
      break;
  }
  std::string text = std::string("(") + kNames[static_cast<int>(node.kind)];
  if (!node.key_name.empty()) {
    text += " " + std::string(node.key_name);
  }
  if (!node.text.empty()) {
    text += " " + std::string(node.text);
  }
  for (uint32_t i = 0; i < node.count; ++i) {
    text += " " + Render(file, file.child(node, i));
  }
  return text + (node.flag ? " ...)" : ")");
}

struct Expected {
  const char* name;
  const char* text;
  const char* tree;  // "" when it is refused
};

class Expressions : public ::testing::TestWithParam<Expected> {};

TEST_P(Expressions, AreRead) {
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  const HclFile file = ReadHclExpression(sources, sources.Add("t", GetParam().text), diagnostics);
  if (*GetParam().tree == '\0') {
    EXPECT_FALSE(diagnostics.all().empty());
    return;
  }
  EXPECT_TRUE(diagnostics.all().empty()) << diagnostics.all()[0].message;
  EXPECT_EQ(Render(file, file.expression()), GetParam().tree);
}

constexpr Expected kExpressions[] = {
    {"Precedence", "1 + 2 * 3 == 7 && !a || b",
     "(ops (ops (ops (ops 1 + (ops 2 * 3)) == 7) && (not a)) || b)"},
    {"ChainIsOneNode", "a - b + c", "(ops a - b + c)"},
    {"Conditional", "a ? b : c ? d : e", "(? a b (? c d e))"},
    {"NegationBindsToTheTerm", "-a.b * 2", "(ops (neg (path a .b)) * 2)"},
    {"Parentheses", "(1 + 2) * 3", "(ops (ops 1 + 2) * 3)"},
    {"Numbers", "[1, 1.5, 2e3, 1.5E-2]", "(tuple 1 1.5 2e3 1.5E-2)"},
    {"Traversal", "aws_x.y[0].z[each.key].w",
     "(path aws_x .y (index 0) .z (index (path each .key)) .w)"},
    {"LegacyIndex", "a.0.b.12", "(path a .0 .b .12)"},
    {"Splats", "a.*.b.c[0]", "(path a .* .b .c (index 0))"},
    {"FullSplat", "values(m)[*].x[*].y", "(path (call values m) [*] .x [*] .y)"},
    {"Call", "merge({}, a...)", "(call merge (object) a ...)"},
    {"CallOverLines", "f(\n  1, # one\n  2,\n)", "(call f 1 2)"},
    {"ProviderFunction", "provider::aws::arn_parse(x)", "(call provider::aws::arn_parse x)"},
    {"Object", "{ a = 1, \"b-c\" : 2\n (d) = 3\n e.f = 4 }", ""},
    {"ObjectKeys", "{ a = 1, \"b\" : 2\n (d) = 3\n \"x${y}\" = null }",
     "(object 'a' 1 'b' 2 d 3 (template 'x' y) null)"},
    {"KeywordsAsKeys", "{ null = true, for_each = false }",
     "(object 'null' true 'for_each' false)"},
    {"ForTuple", "[for k, v in m : v if k != \"a\"]", "(for k v m v (ops k != 'a'))"},
    {"ForObject", "{for v in l : v.k => v...}", "(forobj v l (path v .k) v ...)"},
    {"ForOverLines", "[\n  for v in l :\n  v\n]", "(for v l v)"},
    {"Escapes", "\"a\\n\\t\\\"\\\\ \\u00e9 $${x} %%{y} $ %\"", "'a\n\t\"\\ \u00e9 ${x} %{y} $ %'"},
    {"WrongEscape", "\"\\q\"", ""},
    {"Wrapped", "\"${a.b}\"", "(wrapped (path a .b))"},
    {"Template", "\"a${b}c\"", "(template 'a' b 'c')"},
    {"TemplateInTemplate", "\"a${f(\"x${y}\")}\"", "(template 'a' (call f (template 'x' y)))"},
    {"Trim", "\"a  ${~ b ~}  c\"", "(template 'a' b 'c')"},
    {"If", "\"%{ if a }x%{ else }y%{ endif }z\"", "(template (tif a 'x' 'y') 'z')"},
    {"IfWithoutElse", "\"%{ if a }x%{ endif }\"", "(template (tif a 'x' ''))"},
    {"For", "\"%{ for k, v in m }${k}=${v},%{ endfor }\"",
     "(template (tfor k v m (template k '=' v ',')))"},
    {"IfWithoutEnd", "\"%{ if a }x\"", ""},
    {"ElseAlone", "\"%{ else }\"", ""},
    {"Heredoc", "<<EOT\na \"${b}\"\n  c\\n\nEOT\n", "(template 'a \"' b '\"\n  c\\n\n')"},
    {"HeredocFlush", "<<-EOT\n    a\n\n      b\n    EOT\n", "'a\n\n  b\n'"},
    {"HeredocDirectiveLines", "<<EOT\n%{ for v in l ~}\n- ${v}\n%{ endfor ~}\nEOT\n",
     "(template (tfor v l (template '- ' v '\n')))"},
    {"HeredocWithoutEnd", "<<EOT\na\n", ""},
    {"Comments", "1 /* two */ + // three\n 3", "(ops 1 + 3)"},
    {"UnicodeNames", "größe.x", "(path größe .x)"},
    {"Nothing", "", ""},
    {"TwoExpressions", "a b", ""},
    {"UnclosedText", "\"a", ""},
    {"UnclosedBracket", "[1, 2", ""},
    {"NewLineInText", "\"a\nb\"", ""},
};

INSTANTIATE_TEST_SUITE_P(Hcl, Expressions, ::testing::ValuesIn(kExpressions),
                         [](const auto& info) { return std::string(info.param.name); });

struct Body {
  const char* name;
  const char* text;
  std::vector<std::string> items;  // "type label label" and "name"
  std::vector<std::string> codes;
};

class Bodies : public ::testing::TestWithParam<Body> {};

TEST_P(Bodies, AreRead) {
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  const HclFile file = ReadHcl(sources, sources.Add("t.tf", GetParam().text), diagnostics);
  std::vector<std::string> items;
  for (const HclAttribute& attribute : file.root().attributes) {
    items.emplace_back(attribute.name);
  }
  for (const HclBlock& block : file.root().blocks) {
    std::string text(block.type);
    for (const std::string_view label : block.labels) {
      text += " " + std::string(label);
    }
    for (const HclAttribute& attribute : file.body(block.body).attributes) {
      text += " ." + std::string(attribute.name);
    }
    for (const HclBlock& inner : file.body(block.body).blocks) {
      text += " +" + std::string(inner.type);
    }
    items.push_back(text);
  }
  EXPECT_EQ(items, GetParam().items);
  std::vector<std::string> codes;
  for (const source::Diagnostic& one : diagnostics.all()) {
    codes.push_back(one.code);
  }
  EXPECT_EQ(codes, GetParam().codes);
}

const Body kBodies[] = {
    {"Blocks",
     "a = 1\nresource \"x\" y {\n  b = 2\n  c {\n  }\n}\nlocals { d = 3 }\n",
     {"a", "resource x y .b +c", "locals .d"},
     {}},
    {"EmptyBlock", "data \"x\" \"y\" {}", {"data x y"}, {}},
    {"ByteOrderMark",
     "\xEF\xBB\xBF"
     "a = 1",
     {"a"},
     {}},
    {"CarriageReturns", "a = 1\r\nb {\r\n  c = <<X\r\nt\r\nX\r\n}\r\n", {"a", "b .c"}, {}},
    {"ReadsOnBehindAnError",
     "a = = 1\nb = 2\nc {\n  d = [1 2]\n  e = 3\n}\nf = 4\n",
     {"b", "f", "c .e"},
     {"hcl.syntax", "hcl.syntax"}},
    {"ReadsOnBehindABrokenList", "a = [\n 1,\n ?\n]\nb = 2\n", {"b"}, {"hcl.syntax"}},
    {"Twice", "a = 1\na = 2\n", {"a"}, {"hcl.duplicate"}},
    {"BlockWithoutEnd", "a {\n b = 1\n", {"a .b"}, {"hcl.syntax"}},
    {"StrayBrace", "}\na = 1\n", {"a"}, {"hcl.syntax"}},
    {"NotUtf8", "a = 1\nb = \"\xFF\"\n", {}, {"hcl.utf8"}},
};

INSTANTIATE_TEST_SUITE_P(Hcl, Bodies, ::testing::ValuesIn(kBodies),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(HclPositions, LeadToTheExpression) {
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  const HclFile file =
      ReadHcl(sources, sources.Add("main.tf", "a {\n  b = f(1,\n    2)\n}\n"), diagnostics);
  const HclBlock& block = file.root().blocks[0];
  EXPECT_EQ(sources.text(block.span), "a");
  const HclAttribute* b = file.body(block.body).Find("b");
  ASSERT_NE(b, nullptr);
  const source::Span span = file.span(file.node(b->value));
  EXPECT_EQ(sources.text(span), "f(1,\n    2)");
  EXPECT_EQ(sources.Locate(span).line, 2u);
}

TEST(HclLimits, NestingIsBounded) {
  for (const std::string& text :
       {std::string(100'000, '('), std::string(100'000, '['), std::string(100'000, '{'),
        std::string(100'000, '-') + "1", std::string(100'000, '!') + "a",
        [] {
          std::string t;
          for (int i = 0; i < 50'000; ++i) t += "\"${";
          return t;
        }(),
        [] {
          std::string t = "\"";
          for (int i = 0; i < 50'000; ++i) t += "%{if a}";
          return t;
        }()}) {
    source::SourceSet sources;
    source::Diagnostics diagnostics;
    ReadHclExpression(sources, sources.Add("t", text), diagnostics);
    ASSERT_EQ(diagnostics.all().size(), 1u) << text.substr(0, 10);
    EXPECT_EQ(diagnostics.all()[0].code, "hcl.depth") << text.substr(0, 10);
  }
  std::string blocks;
  for (int i = 0; i < 50'000; ++i) {
    blocks += "a {\n";
  }
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  ReadHcl(sources, sources.Add("t.tf", blocks), diagnostics);
  ASSERT_FALSE(diagnostics.all().empty());
  EXPECT_EQ(diagnostics.all()[0].code, "hcl.depth");
}

TEST(HclLimits, ChainsNeedNoDepth) {
  std::string text = "a";
  for (int i = 0; i < 100'000; ++i) {
    text += i % 2 == 0 ? " + b" : ".c";
  }
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  const HclFile file = ReadHclExpression(sources, sources.Add("t", text), diagnostics);
  EXPECT_TRUE(diagnostics.all().empty());
  EXPECT_EQ(file.node(file.expression()).kind, HclKind::kBinary);
}

}  // namespace
}  // namespace whomay::syntax

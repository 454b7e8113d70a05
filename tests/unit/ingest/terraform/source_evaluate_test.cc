// Expressions of Terraform's code, evaluated: known values as JSON, what is not known as `?`.

#include <map>
#include <string>

#include "gtest/gtest.h"
#include "ingest/terraform/source_evaluate.h"

namespace whomay::ingest::terraform {
namespace {

// `arn` is an ARN before apply, `issuer` an issuer's URL, `u` anything, `s` a set and so on.
class Names : public SourceContext {
 public:
  explicit Names(facts::Facts& facts, source::SourceSet& sources)
      : facts_(facts), sources_(sources) {}
  SourceValue Reference(std::string_view root, std::string_view name, std::string_view) override {
    if (root == "var" && name == "list") {
      return SequenceValue(SourceValue::Kind::kList, {StringValue("a"), StringValue("b")});
    }
    return root == "var" && name == "n" ? IntegerValue(3, facts_) : UnknownValue();
  }
  SourceValue Attribute(const SourceValue&, std::string_view) override { return UnknownValue(); }
  std::optional<source::FileId> File(std::string_view path) override {
    const auto at = files.find(std::string(path));
    return at == files.end() ? std::nullopt
                             : std::optional<source::FileId>(sources_.Add(at->first, at->second));
  }
  std::map<std::string, std::string> files;

 private:
  facts::Facts& facts_;
  source::SourceSet& sources_;
};

SourceValue Symbol(facts::Facts& facts, const char* what, const char* family) {
  facts::Hole hole;
  hole.kind = facts::Hole::Kind::kSymbol;
  hole.what = what;
  hole.family = family;
  return StringValue(facts.AddHole(std::move(hole)));
}

// Texts with holes: `<what>`.
std::string Shown(Evaluator& e, const SourceValue& value) {
  if (value.unknown() || value.error()) {
    return value.error() ? "error" : "?";
  }
  const std::optional<std::string> json = JsonText(e, value);
  return json ? e.facts().holes.Display(*json) : "?";
}

struct Expected {
  const char* name;
  const char* expression;
  const char* value;
};

class Evaluates : public ::testing::TestWithParam<Expected> {};

TEST_P(Evaluates, ToThis) {
  facts::Facts facts;
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  SourceBudget budget;
  Evaluator e(facts, sources, budget);
  Names context(facts, sources);
  context.files = {{"./p.tpl", "%{ for n in names ~}\n- ${n}\n%{ endfor ~}\n"}, {"./t", "text"}};
  const syntax::HclFile file =
      syntax::ReadHclExpression(sources, sources.Add("t", GetParam().expression), diagnostics);
  ASSERT_TRUE(diagnostics.all().empty()) << diagnostics.all()[0].message;
  const SourceValue value = e.Evaluate(
      file, file.expression(), context,
      {{"arn", Symbol(facts, "aws_iam_role.x.arn", "aws_iam_role.arn")},
       {"other", Symbol(facts, "aws_iam_role.y.arn", "aws_iam_role.arn")},
       {"issuer", Symbol(facts, "aws_eks_cluster.c.identity[0].oidc[0].issuer", "issuer")},
       {"u", UnknownValue()}});
  EXPECT_EQ(Shown(e, value), GetParam().value);
}

constexpr Expected kExpected[] = {
    {"Arithmetic", "1 + 2 * 3 - -4 % 3", "8"},
    {"Division", "[6 / 2, 7 % 4]", "[3,3]"},
    {"DivisionThatIsNotWhole", "7 / 2", "?"},
    {"DivisionByZero", "1 / 0", "?"},
    {"Numbers", "[1.50, 1e3, -0.5]", "[1.5,1000,-0.5]"},
    {"Comparison", "[1 < 2, \"2\" >= 2, 1 == \"1\", \"a\" != \"b\"]", "[true,true,false,true]"},
    {"Logic", "[true && !false, false || u == 1, !u]",
     "[true,\"<a part of the text>\",\"<a part of the text>\"]"},
    {"LogicThatSettles", "[false && u, true || u]", "[false,true]"},
    {"EqualSymbols", "[arn == arn, arn == other]", "[true,false]"},
    {"UnknownEquality", "arn == \"x\"", "?"},
    {"Template", "\"a${1}b${true}c\"", "\"a1btruec\""},
    {"TemplateWithHole", "\"${arn}/*\"", "\"<aws_iam_role.x.arn>/*\""},
    {"TemplateWithUnknown", "\"x${u}y\"", "\"x<a part of the text>y\""},
    {"TemplateWithNull", "\"${null}x\"", "error"},
    {"TemplateWithList", "\"${[]}x\"", "error"},
    {"TemplateIf", "\"%{ if var.n > 2 }x%{ else }y%{ endif }\"", "\"x\""},
    {"TemplateFor", "\"%{ for i, v in var.list }${i}${v},%{ endfor }\"", "\"0a,1b,\""},
    {"Conditional", "true ? 1 : \"a\"", "\"1\""},
    {"ConditionalOfTuples", "false ? [1] : []", "[]"},
    {"ConditionalUnknown", "u ? [1] : []", "?"},
    {"ConditionalUnknownSame", "u ? \"a\" : \"a\"", "\"a\""},
    {"ConditionalOfTexts", "u == 1 ? \"a\" : \"b\"", "\"<a conditional>\""},
    {"ForTuple", "[for i, v in var.list : \"${i}${v}\" if v != \"a\"]", "[\"1b\"]"},
    {"ForObject", "{for k, v in {b = 1, a = 2} : upper(k) => v}", "{\"A\":2,\"B\":1}"},
    {"ForGrouped", "{for v in [\"a1\", \"b\", \"a2\"] : substr(v, 0, 1) => v...}",
     "{\"a\":[\"a1\",\"a2\"],\"b\":[\"b\"]}"},
    {"ForTwice", "{for v in [1, 1] : \"k\" => v}", "error"},
    {"ForUnknown", "[for v in u : v]", "?"},
    {"ForUnknownCondition", "[for v in [1, u] : v if v == 1]", "?"},
    {"ForOverUnknownElement", "[for v in [arn, u] : v]",
     "[\"<aws_iam_role.x.arn>\",\"<a part of the text>\"]"},
    {"Index", "[var.list[1], {a = 1}[\"a\"], {a = {b = 2}}.a.b, [[1]].0.0]", "[\"b\",1,2,1]"},
    {"IndexOutOfRange", "var.list[2]", "error"},
    {"Splat", "[{a = 1}, {a = 2}][*].a", "[1,2]"},
    {"SplatOfOne", "{a = 1}[*].a", "[1]"},
    {"SplatOfNull", "null[*].a", "[]"},
    {"SplatThenIndex", "[{a = [1, 2]}, {a = [3]}].*.a[0]", "[1,2]"},
    {"Expansion", "merge([{a = 1}, {b = 2}]...)", "{\"a\":1,\"b\":2}"},
    {"Try", "try(var.list[5], {}.x, \"d\")", "\"d\""},
    {"TryUnknown", "try(u.x, \"d\")", "?"},
    {"TrySymbol", "try(arn, \"d\")", "\"<aws_iam_role.x.arn>\""},
    {"Can", "[can(1), can({}.x)]", "[true,false]"},
    {"Concat", "concat([1], [], [arn])", "[1,\"<aws_iam_role.x.arn>\"]"},
    {"MergeNull", "merge({a = 1}, null, {a = 2})", "{\"a\":2}"},
    {"MergeUnknown", "merge({a = 1}, u)", "?"},
    {"Flatten", "flatten([[1, [2]], [], 3])", "[1,2,3]"},
    {"FlattenUnknown", "flatten([1, u])", "?"},
    {"Distinct", "distinct([\"a\", \"b\", \"a\"])", "[\"a\",\"b\"]"},
    {"DistinctSymbols", "distinct([arn, other, arn])",
     "[\"<aws_iam_role.x.arn>\",\"<aws_iam_role.y.arn>\"]"},
    {"Compact", "compact([\"a\", \"\", null, arn])", "[\"a\",\"<aws_iam_role.x.arn>\"]"},
    {"ToSet", "toset([\"b\", \"a\", \"b\"])", "[\"a\",\"b\"]"},
    {"ToListUnifies", "tolist([1, \"a\"])", "[\"1\",\"a\"]"},
    {"ToMap", "tomap({a = 1, b = \"x\"})", "{\"a\":\"1\",\"b\":\"x\"}"},
    {"KeysValues", "[keys({b = 1, a = 2}), values({b = 1, a = 2})]", "[[\"a\",\"b\"],[2,1]]"},
    {"Lookup", "[lookup({a = 1}, \"a\", 0), lookup({a = 1}, \"b\", 0)]", "[1,0]"},
    {"Element", "[element([1, 2, 3], 4), element([1, 2, 3], -1)]", "[2,3]"},
    {"Length", "[length([1, u]), length({a = 1}), length(\"abc\")]", "[2,1,3]"},
    {"One", "[one([]), one([1])]", "[null,1]"},
    {"OneOfTwo", "one([1, 2])", "error"},
    {"Coalesce", "coalesce(null, \"\", \"a\", \"b\")", "\"a\""},
    {"CoalesceUnknown", "coalesce(u, \"a\")", "?"},
    {"CoalesceList", "coalescelist([], [1])", "[1]"},
    {"Contains", "[contains([\"a\"], \"a\"), contains([arn], other)]", "[true,false]"},
    {"Join", "join(\",\", [\"a\", arn])", "\"a,<aws_iam_role.x.arn>\""},
    {"Split", "split(\"/\", \"a/b//c\")", "[\"a\",\"b\",\"\",\"c\"]"},
    {"SplitUnknown", "split(\"/\", arn)", "?"},
    {"SplitProvider",
     "element(split(\"oidc-provider/\", \"arn:aws:iam::1:oidc-provider/${issuer}\"), 1)",
     "\"<aws_eks_cluster.c.identity[0].oidc[0].issuer>\""},
    {"IssuerWithoutScheme", "\"${replace(issuer, \"https://\", \"\")}:sub\"",
     "\"<aws_eks_cluster.c.identity[0].oidc[0].issuer>:sub\""},
    {"Format", "format(\"%s-%d-%v%%\", \"a\", 2, true)", "\"a-2-true%\""},
    {"FormatHole", "format(\"%s/*\", arn)", "\"<aws_iam_role.x.arn>/*\""},
    {"FormatOther", "format(\"%05d\", 1)", "?"},
    {"FormatList", "formatlist(\"%s-%s\", [\"a\", \"b\"], \"c\")", "[\"a-c\",\"b-c\"]"},
    {"Texts",
     "[lower(\"AB\"), upper(\"ab\"), title(\"a b\"), trimspace(\" a \"), trim(\"xax\", \"x\")]",
     "[\"ab\",\"AB\",\"A B\",\"a\",\"a\"]"},
    {"Affixes", "[trimprefix(\"ab\", \"a\"), trimsuffix(\"ab\", \"b\"), startswith(\"ab\", \"a\")]",
     "[\"b\",\"a\",true]"},
    {"AffixOfHole", "[startswith(\"arn:${u}\", \"arn:\"), startswith(\"arn:${u}\", \"x\")]",
     "[true,false]"},
    {"AffixInHole", "startswith(\"a${u}\", \"arn:\")", "?"},
    {"Replace", "replace(\"a.b.c\", \".\", \"-\")", "\"a-b-c\""},
    {"ReplacePattern", "replace(\"a1\", \"/[0-9]/\", \"\")", "?"},
    {"Substr", "[substr(\"hello\", 1, 3), substr(\"hello\", -2, -1)]", "[\"ell\",\"lo\"]"},
    {"JsonEncode", "jsonencode({b = [1, null], a = \"<x>\"})",
     "\"{\\\"a\\\":\\\"\\\\u003cx\\\\u003e\\\",\\\"b\\\":[1,null]}\""},
    {"JsonEncodeHole", "jsondecode(jsonencode({a = arn, b = 1}))",
     "{\"a\":\"<aws_iam_role.x.arn>\",\"b\":1}"},
    {"JsonDecodeTemplate", "jsondecode(\"{\\\"a\\\":\\\"${arn}/*\\\"}\").a",
     "\"<aws_iam_role.x.arn>/*\""},
    {"YamlEncode", "yamlencode([{b = [\"x\"], a = 1}])",
     "\"- \\\"a\\\": 1\\n  \\\"b\\\":\\n  - \\\"x\\\"\\n\""},
    {"YamlDecode", "yamldecode(\"a: [1, ${arn}]\\nb: {c: d}\")",
     "{\"a\":[1,\"<aws_iam_role.x.arn>\"],\"b\":{\"c\":\"d\"}}"},
    {"File", "file(\"./t\")", "\"text\""},
    {"FileThatIsNotThere", "file(\"./x\")", "?"},
    {"TemplateFile", "templatefile(\"./p.tpl\", {names = [\"a\", arn]})",
     "\"- a\\n- <aws_iam_role.x.arn>\\n\""},
    {"ZipMap", "zipmap([\"a\"], [arn])", "{\"a\":\"<aws_iam_role.x.arn>\"}"},
    {"SetUnion", "setunion([\"b\"], [\"a\", \"b\"])", "[\"a\",\"b\"]"},
    {"SetProduct", "[for p in setproduct([\"a\"], [1, 2]) : \"${p[0]}${p[1]}\"]",
     "[\"a1\",\"a2\"]"},
    {"Conversions", "[tostring(1), tonumber(\"2\"), tobool(\"true\")]", "[\"1\",2,true]"},
    {"Range", "[range(3), range(1, 3), range(4, 0, -2)]", "[[0,1,2],[1,2],[4,2]]"},
    {"RangeTooLong", "range(2000)", "error"},
    {"SliceSortReverse", "[slice([1, 2, 3], 1, 3), sort([\"b\", \"a\"]), reverse([1, 2])]",
     "[[2,3],[\"a\",\"b\"],[2,1]]"},
    {"UnknownFunction", "uuid()", "?"},
    {"UnknownFunctionInText", "\"a-${uuid()}\"", "\"a-<a part of the text>\""},
};

INSTANTIATE_TEST_SUITE_P(Source, Evaluates, ::testing::ValuesIn(kExpected),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(SourceLimits, AreKept) {
  for (const std::string& text :
       {// Doubled forty times over, nested names, a product of ranges.
        [] {
          std::string t = "x";
          for (int i = 0; i < 40; ++i) {
            t = "[for a in [" + t + "] : \"${a}${a}\"][0]";
          }
          return t.replace(t.find('x'), 1, "\"0123456789\"");
        }(),
        std::string("[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a]]]"),
        std::string("setproduct(range(1000), range(1000), range(1000))")}) {
    facts::Facts facts;
    source::SourceSet sources;
    source::Diagnostics diagnostics;
    SourceBudget budget;
    budget.steps = 100'000;
    Evaluator e(facts, sources, budget);
    Names context(facts, sources);
    const syntax::HclFile file =
        syntax::ReadHclExpression(sources, sources.Add("t", text), diagnostics);
    e.Evaluate(file, file.expression(), context);
    EXPECT_TRUE(budget.exhausted) << text.substr(0, 40);
  }
}

}  // namespace
}  // namespace whomay::ingest::terraform

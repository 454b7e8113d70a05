// EmbedString(): places inside documents inside documents.

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "syntax/json.h"
#include "syntax/yaml.h"

namespace whomay::syntax {
namespace {

struct Files {
  source::SourceSet sources;
  source::Diagnostics diagnostics;

  source::Span Whole(source::FileId file) const {
    return {file, 0, static_cast<uint32_t>(sources.bytes(file).size())};
  }
  Tree Yaml(source::FileId file) {
    return std::move(ParseKubernetesYaml(sources, Whole(file), diagnostics).tree);
  }
  Tree Json(source::FileId file) { return ParseJson(sources, Whole(file), diagnostics); }
};

// Every style in which the word "target" of an embedded text can stand; where it stands in the file
// is looked up there.
TEST(EmbedTest, EveryStyleOfYaml) {
  const char* const texts[] = {
      "k: plain target\n",
      "k: plain\n   folded\n\n   target\n",
      "k: 'it''s a target'\n",
      "k: 'one\n\n  two\n  target'\n",
      "k: \"a\\tb\\x41\\u00e9\\U0001F600 target\"\n",
      "k: \"a \\\n   b\n   target\"\n",
      "k: |\n  one\n   two\n\n  target\n",
      "k: |2-\n    indented\n  target\n",
      "k: >\n  folded\n  text\n\n    more\n\n  target\n",
      "k: >-  # c\n\n  target\n",
      "k: |+\r\n  one\r\n  target\r\n",
      "k: &a !!str |\n  x\n  target\n",
      "k: !!str \"\xC3\xA9 target\"\n",
      "- k: |\n    one\n    target\n",
      "k: |\n\n\n  one\n  target\n",
  };
  for (const char* text : texts) {
    SCOPED_TRACE(text);
    Files files;
    const source::FileId outer = files.sources.Add("outer.yaml", text);
    const Tree tree = files.Yaml(outer);
    const Value root = tree.root().is_array() ? tree.root().At(0) : tree.root();
    ASSERT_TRUE(root.Get("k").is_string());
    const source::FileId inner = EmbedString(files.sources, root.Get("k"));
    const std::string_view decoded = files.sources.bytes(inner);
    EXPECT_EQ(decoded, root.Get("k").text());
    const auto at = static_cast<uint32_t>(decoded.find("target"));
    ASSERT_LT(at, decoded.size());
    const source::Span place = files.sources.Outermost({inner, at, at + 6});
    EXPECT_EQ(files.sources.text(place), "target");
    EXPECT_EQ(place.begin, std::string_view(text).find("target"));
  }
}

// mapRoles in a ConfigMap in a string of a plan.
TEST(EmbedTest, ThreeDeep) {
  Files files;
  const std::string plan =
      "{\n"
      "  \"address\": \"kubectl_manifest.auth\",\n"
      "  \"yaml\": \"data:\\n  mapRoles: |\\n    - rolearn: arn\\n      groups:\\n"
      "      - \\u0073ystem:masters\\n\"\n"
      "}\n";
  const source::FileId file = files.sources.Add("plan.json", plan);
  const Tree outer = files.Json(file);
  const Tree map = files.Yaml(EmbedString(files.sources, outer.root().Get("yaml")));
  const Tree roles = files.Yaml(EmbedString(files.sources, map.root().Get("data").Get("mapRoles")));
  const Value group = roles.root().At(0).Get("groups").At(0);
  ASSERT_EQ(group.text(), "system:masters");
  const source::Location place = files.sources.Locate(group.span());
  EXPECT_EQ(place.file, "plan.json");
  EXPECT_EQ(place.line, 3u);
  const size_t line = plan.find("  \"yaml\"");
  EXPECT_EQ(place.column, plan.find("\\u0073") - line + 1);
  EXPECT_EQ(place.end_column, plan.find("\\n\"\n}") - line + 1);
  const source::Location role = files.sources.Locate(roles.root().At(0).Get("rolearn").span());
  EXPECT_EQ(role.column, plan.find("arn\\n") - line + 1);
}

TEST(EmbedTest, ErrorsInsideLeadOutside) {
  Files files;
  const std::string text = "data:\n  mapRoles: |\n    - rolearn: x\n    - username: a: b\n";
  const source::FileId file = files.sources.Add("cm.yaml", text);
  const Tree map = files.Yaml(file);
  const source::FileId inner = EmbedString(files.sources, map.root().Get("data").Get("mapRoles"));
  ParseKubernetesYaml(files.sources, files.Whole(inner), files.diagnostics);
  ASSERT_EQ(files.diagnostics.all().size(), 1u);
  const source::Location place = files.sources.Locate(files.diagnostics.all()[0].span);
  EXPECT_EQ(place.file, "cm.yaml");
  EXPECT_EQ(place.line, 4u);
}

TEST(EmbedTest, EmptyAndDecodedTexts) {
  Files files;
  const source::FileId file = files.sources.Add("a.yaml", "a: ''\nb: !!binary aGVsbG8=\nc: |\n");
  const Tree tree = files.Yaml(file);
  for (const char* key : {"a", "b", "c"}) {
    const Value value = tree.root().Get(key);
    const source::FileId inner = EmbedString(files.sources, value);
    const auto size = static_cast<uint32_t>(files.sources.bytes(inner).size());
    const source::Span place = files.sources.Outermost({inner, 0, size});
    EXPECT_GE(place.begin, value.span().begin) << key;
    EXPECT_LE(place.end, value.span().end) << key;
  }
}

}  // namespace
}  // namespace whomay::syntax

#include "ingest/eks/go_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/json.h"

namespace whomay::ingest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Decodes one value after the other into the same list.
std::vector<std::string> Decode(std::initializer_list<std::string_view> values, int* errors) {
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  GoStrings strings;
  for (const std::string_view json : values) {
    const source::FileId file = sources.Add("x", std::string(json));
    const syntax::Tree tree =
        syntax::ParseJson(sources, {file, 0, static_cast<uint32_t>(json.size())}, diagnostics);
    strings.Decode(tree.root(), [&](const syntax::Value&, std::string_view) { ++*errors; });
  }
  return strings.texts();
}

TEST(GoStrings, OneList) {
  int errors = 0;
  EXPECT_THAT(Decode({R"(["a","b"])"}, &errors), ElementsAre("a", "b"));
  EXPECT_THAT(Decode({R"(["a",null,"b"])"}, &errors), ElementsAre("a", "", "b"));
  EXPECT_EQ(errors, 0);
  EXPECT_THAT(Decode({R"(["a",1,["x"],{"y":2},true])"}, &errors), ElementsAre("a", "", "", "", ""));
  EXPECT_EQ(errors, 4);
  EXPECT_THAT(Decode({R"("a")"}, &errors), IsEmpty());
  EXPECT_EQ(errors, 5);
}

TEST(GoStrings, ALaterListLiesOverTheEarlier) {
  int errors = 0;
  EXPECT_THAT(Decode({R"(["a","b"])", R"(["z",1])"}, &errors), ElementsAre("z", "b"));
  EXPECT_THAT(Decode({R"(["a","b","c"])", R"([null])"}, &errors), ElementsAre("a"));
  EXPECT_THAT(Decode({R"(["a","b","c"])", R"(["x"])", R"([null,null,null,null])"}, &errors),
              ElementsAre("x", "b", "c", ""))
      << "the slots beyond the length still hold their texts";
  EXPECT_THAT(Decode({R"(["a","b"])", "[]", R"([null,null])"}, &errors), ElementsAre("", ""));
  EXPECT_THAT(Decode({R"(["a","b"])", "null", R"([null])"}, &errors), ElementsAre(""));
  EXPECT_THAT(Decode({R"(["a"])", "5"}, &errors), ElementsAre("a"));
}

TEST(GoMembers, ByteOrderAndLastOfEqualKeys) {
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  const std::string json = R"({"b":1,"B":2,"a":3,"b":4})";
  const source::FileId file = sources.Add("x", json);
  const syntax::Tree tree =
      syntax::ParseJson(sources, {file, 0, static_cast<uint32_t>(json.size())}, diagnostics);
  std::string shown;
  for (const syntax::Value& member : GoMembers(tree.root())) {
    shown += std::string(member.key()) + std::string(member.text());
  }
  EXPECT_EQ(shown, "B2a3b4");
}

TEST(GoFieldMatches, FoldsUnicode) {
  EXPECT_TRUE(GoFieldMatches("RoLeArN", "rolearn"));
  EXPECT_TRUE(
      GoFieldMatches("u\xC5\xBF"
                     "ername",
                     "username"))
      << "long s";
  EXPECT_FALSE(GoFieldMatches("role_arn", "rolearn"));
  EXPECT_FALSE(GoFieldMatches("rolearn ", "rolearn"));
}

}  // namespace
}  // namespace whomay::ingest

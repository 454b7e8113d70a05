#include "ingest/kubernetes/names.h"

#include <gtest/gtest.h>

#include <string>

#include "ingest/kubernetes/go_text.h"

namespace whomay::ingest {
namespace {

TEST(Names, HowManyComplaints) {
  const std::string x63(63, 'x'), x64(64, 'x'), x253(253, 'x'), x254(254, 'x');
  const struct {
    Complaints (*rule)(std::string_view);
    std::string text;
    size_t complaints;
  } cases[] = {
      {PathSegmentName, "system:a b\n*", 0},
      {PathSegmentName, ".", 1},
      {PathSegmentName, "..", 1},
      {PathSegmentName, "...", 0},
      {PathSegmentName, "a/b%c", 2},
      {PathSegmentName, x254, 0},
      {Dns1123Label, "a-1", 0},
      {Dns1123Label, "1", 0},
      {Dns1123Label, "", 1},
      {Dns1123Label, "a.b", 1},
      {Dns1123Label, "-a", 1},
      {Dns1123Label, "a-", 1},
      {Dns1123Label, "A", 1},
      {Dns1123Label, x63, 0},
      {Dns1123Label, x64, 1},
      {Dns1123Label, std::string(64, 'X'), 2},
      {Dns1123Subdomain, "a.b-c.1", 0},
      {Dns1123Subdomain, "a..b", 1},
      {Dns1123Subdomain, ".a", 1},
      {Dns1123Subdomain, "", 1},
      {Dns1123Subdomain, x253, 0},
      {Dns1123Subdomain, x254, 1},
      {QualifiedName, "A.b_c-1", 0},
      {QualifiedName, "example.com/x", 0},
      {QualifiedName, "/x", 1},
      {QualifiedName, "a/", 2},
      {QualifiedName, "a/b/c", 1},
      {QualifiedName, "A/b", 1},
      {QualifiedName, "", 2},
      {QualifiedName, x64, 1},
      {QualifiedName, "-", 1},
      {LabelValue, "", 0},
      {LabelValue, "a b", 1},
      {LabelValue, x64, 1},
      {LabelValue, x64 + "-", 2},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(c.rule(c.text).size(), c.complaints) << '"' << c.text << '"';
  }
  EXPECT_EQ(Dns1123Label("a.b")[0], "must not contain dots");
  EXPECT_EQ(Dns1123Label(x64)[0], "must be no more than 63 characters");
}

TEST(GoText, Quote) {
  const struct {
    std::string_view text;
    std::string_view quoted;
  } cases[] = {
      {"a", "\"a\""},
      {"a\"b\\", R"("a\"b\\")"},
      {"a\nb\t\v\x01", R"("a\nb\t\v\x01")"},
      {"\x7f", R"("\x7f")"},
      {"\xff", R"("\xff")"},
      {"é", "\"é\""},
      {"\xc2\xa0", R"("\u00a0")"},
      {"\xe2\x80\xa8", R"("\u2028")"},
      {"\xf3\xa0\x80\x81", R"("\U000e0001")"},
      {"<&>", "\"<&>\""},
      {"\xe2\x80", R"("\xe2\x80")"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(GoQuote(c.text), c.quoted);
  }
}

TEST(GoText, Json) {
  EXPECT_EQ(GoJson("a\"<\n\x01\xe2\x80\xa8\xff\x7f"),
            "\"a\\\"\\u003c\\n\\u0001\\u2028\\ufffd\x7f\"");
  const std::string_view texts[] = {"", "x"};
  EXPECT_EQ(GoJson(texts), R"(["","x"])");
  EXPECT_EQ(GoJson(std::span<const std::string_view>()), "[]");
}

}  // namespace
}  // namespace whomay::ingest

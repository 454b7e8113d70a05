#include "syntax/yaml_scalar.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "syntax/yaml_timestamp.h"

namespace whomay::syntax {
namespace {

using Type = YamlScalar::Type;

// Type and value in one text, so that a table row is one comparison.
std::string Describe(YamlTag tag, std::string_view text) {
  const std::optional<YamlScalar> scalar = ResolveYamlScalar(tag, text);
  if (!scalar.has_value()) {
    return "misfit";
  }
  switch (scalar->type) {
    case Type::kNull:
      return "null";
    case Type::kBool:
      return scalar->boolean ? "true" : "false";
    case Type::kText:
      return "text";
    case Type::kBinary:
      return "binary";
    case Type::kFloat:
      if (!std::isfinite(scalar->number)) {
        return "float " + KeyText(*scalar);
      }
      return "float " + JsonNumber(*scalar);
    default:
      return "int " + JsonNumber(*scalar);
  }
}

// The table of eks.md 1.2, rule 3.
TEST(YamlScalarTest, PlainScalars) {
  struct Row {
    const char* text;
    const char* expected;
  };
  const Row rows[] = {
      {"", "null"},
      {"~", "null"},
      {"null", "null"},
      {"Null", "null"},
      {"NULL", "null"},
      {"nULL", "text"},
      {"y", "true"},
      {"Y", "true"},
      {"yes", "true"},
      {"On", "true"},
      {"TRUE", "true"},
      {"n", "false"},
      {"NO", "false"},
      {"off", "false"},
      {"False", "false"},
      {"yEs", "text"},
      {"tRUE", "text"},
      {"0", "int 0"},
      {"-0", "int 0"},
      {"+7", "int 7"},
      {"010", "int 8"},
      {"0o10", "int 8"},
      {"0O17", "int 15"},
      {"0o8", "text"},
      {"08", "float 8"},
      {"0x1F", "int 31"},
      {"0X1f", "int 31"},
      {"-0x1F", "int -31"},
      {"0x", "text"},
      {"0b101", "int 5"},
      {"0b1_1", "int 3"},
      {"0b-101", "int -5"},
      {"0b2", "text"},
      {"1_000", "int 1000"},
      {"1_", "int 1"},
      {"_1", "text"},
      {"9223372036854775807", "int 9223372036854775807"},
      {"-9223372036854775808", "int -9223372036854775808"},
      {"9223372036854775808", "int 9223372036854775808"},
      {"18446744073709551615", "int 18446744073709551615"},
      {"18446744073709551616", "float 18446744073709552000"},
      {"+18446744073709551615", "float 18446744073709552000"},
      {"0xFFFFFFFFFFFFFFFFFF", "text"},
      {"123456789012345678901234567890", "float 1.2345678901234568e+29"},
      {"5.", "float 5"},
      {".5", "float 0.5"},
      {"+.5", "float 0.5"},
      {"-.5e1", "float -5"},
      {"._5", "text"},
      {".5_5", "float 0.55"},
      {".5_", "text"},
      {"1.5_0", "float 1.5"},
      {"1e3", "float 1000"},
      {"1E+3", "float 1000"},
      {"1e", "text"},
      {"1e400", "text"},
      {"1e-400", "float 0"},
      {".1e400", "text"},
      {"-1e-400", "float -0"},
      {"1e21", "float 1e+21"},
      {"1e-7", "float 1e-7"},
      {"0.000001", "float 0.000001"},
      {"1.2.3", "text"},
      {"0x1p4", "text"},
      {".", "text"},
      {".e5", "text"},
      {"-", "text"},
      {"+", "text"},
      {".inf", "float .inf"},
      {"-.INF", "float -.inf"},
      {"+.Inf", "float .inf"},
      {".NaN", "float .nan"},
      {"inf", "text"},
      {".iNf", "text"},
      {"2001-12-14", "text"},
      {"12:30:45", "text"},
      {"190:20:30", "text"},
      {"=", "text"},
      {"<<", "text"},
      {"arn:aws:iam::123456789012:role/x", "text"},
      {"0xg", "text"},
      {"0_7", "int 7"},
      {"٣", "text"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Describe(YamlTag::kNone, row.text), row.expected) << '"' << row.text << '"';
  }
}

TEST(YamlScalarTest, TagsResolveOrRefuse) {
  struct Row {
    YamlTag tag;
    const char* text;
    const char* expected;
  };
  const Row rows[] = {
      {YamlTag::kStr, "5", "text"},
      {YamlTag::kStr, "", "text"},
      {YamlTag::kInt, "5", "int 5"},
      {YamlTag::kInt, "x", "misfit"},
      {YamlTag::kInt, "3.0", "misfit"},
      {YamlTag::kInt, "", "misfit"},
      {YamlTag::kInt, "2001-01-01", "misfit"},
      {YamlTag::kFloat, "3", "float 3"},
      {YamlTag::kFloat, "3.5", "float 3.5"},
      {YamlTag::kFloat, "18446744073709551615", "misfit"},
      {YamlTag::kFloat, "x", "misfit"},
      {YamlTag::kBool, "yes", "true"},
      {YamlTag::kBool, "", "misfit"},
      {YamlTag::kBool, "1", "misfit"},
      {YamlTag::kNull, "", "null"},
      {YamlTag::kNull, "x", "misfit"},
      {YamlTag::kTimestamp, "2001-12-14", "text"},
      {YamlTag::kTimestamp, "x", "misfit"},
      {YamlTag::kTimestamp, "5", "misfit"},
      {YamlTag::kBinary, "aGk=", "binary"},
      {YamlTag::kOther, "5", "text"},
      {YamlTag::kMerge, "<<", "text"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Describe(row.tag, row.text), row.expected) << '"' << row.text << '"';
  }
  EXPECT_EQ(ToYamlTag("tag:yaml.org,2002:int"), YamlTag::kInt);
  EXPECT_EQ(ToYamlTag("tag:yaml.org,2002:ints"), YamlTag::kOther);
  EXPECT_EQ(ToYamlTag("!"), YamlTag::kOther);
  EXPECT_EQ(ToYamlTag(""), YamlTag::kNone);
}

TEST(YamlScalarTest, KeysBecomeTexts) {
  struct Row {
    const char* text;
    const char* expected;
  };
  const Row rows[] = {{"yes", "true"},
                      {"off", "false"},
                      {"010", "8"},
                      {"1.5", "1.5"},
                      {"0.1", "0.1"},
                      {"1234567.0", "1.234567e+06"},
                      {"123456.0", "123456"},
                      {"1e-5", "1e-05"},
                      {"0.0001", "0.0001"},
                      {"1e39", ".inf"},
                      {"-.inf", "-.inf"},
                      {".nan", ".nan"},
                      {"16777217.0", "1.6777216e+07"},
                      {"1.0", "1"},
                      {"-0.0", "-0"}};
  for (const Row& row : rows) {
    EXPECT_EQ(KeyText(*ResolveYamlScalar(YamlTag::kNone, row.text)), row.expected) << row.text;
  }
}

TEST(YamlScalarTest, Base64AsGoReadsIt) {
  EXPECT_EQ(DecodeBase64(""), "");
  EXPECT_EQ(DecodeBase64("aGk="), "hi");
  EXPECT_EQ(DecodeBase64("aG\nVs\r\nbG8="), "hello");
  for (const char* bad : {"aGk", "aGk==", "a=k=", "====", "aGk=aGk=", "aG k", "aGk-"}) {
    EXPECT_FALSE(DecodeBase64(bad).has_value()) << bad;
  }
}

TEST(YamlTimestampTest, LayoutsOfGo) {
  for (const char* good : {"2001-12-14", "2001-1-2", "2001-12-14t21:59:43.10-05:00",
                           "2001-12-14T21:59:43Z", "2001-12-14 21:59:43.10", "2001-12-14  1:2:3",
                           "2000-02-29", "2001-12-14T1:2:3,5Z", "2001-12-14T21:59:43+24:60"}) {
    EXPECT_TRUE(IsYamlTimestamp(good)) << good;
  }
  for (const char* bad :
       {"", "2001", "2001-", "2001-13-01", "2001-02-29", "01-01-01", "20011-1-1", "2001-12-14x",
        "2001-12-14T21:59:43", "2001-12-14 24:00:00", "2001-12-14 21:59:43 -5",
        "2001-12-14T21:59:43+25:00", "2001-12-14T21:59:43-5:00", "2001-12-14 21:59:60"}) {
    EXPECT_FALSE(IsYamlTimestamp(bad)) << bad;
  }
}

}  // namespace
}  // namespace whomay::syntax

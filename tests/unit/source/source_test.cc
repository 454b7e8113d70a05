#include "source/source.h"

#include <gtest/gtest.h>

#include <string>

#include "source/diagnostic.h"
#include "source/limits.h"

namespace whomay::source {
namespace {

using std::string_literals::operator""s;

TEST(SourceSet, ColumnsFarIntoLongLines) {
  // "ä" is two bytes and one column; lines longer than any piece that is counted at once.
  std::string text = "x\n";
  for (int i = 0; i < 10'000; ++i) {
    text += "\xC3\xA4,";
  }
  text += "\nend";
  SourceSet sources;
  const FileId file = sources.Add("f", text);
  for (const uint32_t letter : {0u, 1u, 1365u, 1366u, 2730u, 2731u, 9'999u}) {
    const uint32_t at = 2 + 3 * letter;
    const Location place = sources.Locate({file, at, at + 2});
    EXPECT_EQ(place.line, 2u);
    EXPECT_EQ(place.column, 2 * letter + 1) << letter;
    EXPECT_EQ(place.end_column, 2 * letter + 2) << letter;
  }
  const auto size = static_cast<uint32_t>(text.size());
  EXPECT_EQ(sources.Locate({file, size, size}).line, 3u);
  EXPECT_EQ(sources.Locate({file, size, size}).column, 4u);
  const FileId empty = sources.Add("e", std::string());
  EXPECT_EQ(sources.Locate({empty, 0, 0}).column, 1u);
}

TEST(SourceTest, PlacesCountCodePointsFromOne) {
  SourceSet sources;
  const FileId file = sources.Add("a", "é漢x\n\r\ny😀z");
  const auto place = [&](uint32_t begin, uint32_t end) {
    const Location at = sources.Locate({file, begin, end});
    return std::to_string(at.line) + ":" + std::to_string(at.column) + "-" +
           std::to_string(at.end_line) + ":" + std::to_string(at.end_column);
  };
  EXPECT_EQ(place(0, 2), "1:1-1:2");
  EXPECT_EQ(place(5, 6), "1:3-1:4");
  EXPECT_EQ(place(9, 10), "3:1-3:2");
  EXPECT_EQ(place(14, 15), "3:3-3:4");
  EXPECT_EQ(place(15, 15), "3:4-3:4");
  EXPECT_EQ(sources.Locate({}).line, 0u);
}

TEST(SourceTest, EmbeddedTextsLeadOutwards) {
  SourceSet sources;
  const FileId outer = sources.Add("outer", "12\\n34\\n56");
  const FileId inner = sources.AddEmbedded({outer, 2, 8}, "\n34\n", {{0, 2}, {1, 4}, {3, 6}});
  EXPECT_EQ(sources.name(inner), "outer");
  EXPECT_EQ(sources.Outermost({inner, 1, 3}).begin, 4u);
  EXPECT_EQ(sources.Outermost({inner, 1, 3}).end, 6u);
  EXPECT_EQ(sources.Outermost({inner, 4, 4}).begin, 7u);
  EXPECT_EQ(sources.text({inner, 1, 3}), "34");
  const FileId innermost = sources.AddEmbedded({inner, 1, 3}, "4", {{0, 2}});
  EXPECT_EQ(sources.Outermost({innermost, 0, 1}).begin, 5u);
}

TEST(SourceTest, Utf16JsonIsTranscodedYamlIsNot) {
  SourceSet sources;
  const FileId json = sources.Add("plan.json", "\xFF\xFE{\0}\0"s);
  EXPECT_EQ(sources.bytes(json), "{}");
  EXPECT_FALSE(sources.InvalidUtf16(json).known());
  const FileId broken = sources.Add("plan.json", "\xFF\xFE[\0\x3D\xD8]\0"s);
  EXPECT_EQ(sources.bytes(broken), "[\uFFFD]");
  EXPECT_EQ(sources.InvalidUtf16(broken).begin, 1u);
  const std::string yaml =
      "\xFF\xFE"
      "a\0:\0"s;
  EXPECT_EQ(sources.bytes(sources.Add("a.yaml", yaml)), yaml);
}

TEST(DiagnosticsTest, OfOneCodeOnlySoManyAreKept) {
  Diagnostics diagnostics;
  for (size_t i = 0; i < kMaxDiagnosticsPerCode + 5; ++i) {
    diagnostics.Add("a", Severity::kWarning, {}, "x").related.push_back({{}, "y"});
  }
  EXPECT_FALSE(diagnostics.incomplete());
  diagnostics.AddLoss("b", {}, "lost");
  EXPECT_TRUE(diagnostics.incomplete());
  EXPECT_EQ(diagnostics.all().size(), kMaxDiagnosticsPerCode + 1);
  EXPECT_EQ(diagnostics.all().front().related.size(), 1u);
  EXPECT_EQ(diagnostics.Dropped("a"), 5u);
  EXPECT_EQ(diagnostics.Dropped("b"), 0u);
  EXPECT_EQ(diagnostics.DroppedCodes(), std::vector<std::string>{"a"});
  Diagnostics more;
  more.Append(diagnostics);
  more.Append(diagnostics);
  EXPECT_TRUE(more.incomplete());
  EXPECT_EQ(more.Dropped("a"), kMaxDiagnosticsPerCode + 10);
  EXPECT_EQ(more.all().size(), kMaxDiagnosticsPerCode + 2);
}

}  // namespace
}  // namespace whomay::source

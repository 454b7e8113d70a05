#include "report/text.h"

#include <gtest/gtest.h>

namespace whomay::report {
namespace {

Diagnostic DuplicateKey() {
  Diagnostic diagnostic;
  diagnostic.code = "yaml.duplicate-key";
  diagnostic.severity = Diagnostic::Severity::kWarning;
  diagnostic.origin = {"rbac.yaml", 12, 3, "Role shop/x"};
  diagnostic.end_line = 12;
  diagnostic.end_column = 8;
  diagnostic.message = "key 'verbs' stands twice; the last one counts";
  diagnostic.excerpt = "\tà verbs: [get]";
  diagnostic.related = {{{"rbac.yaml", 10, 3, ""}, "the first one"}};
  return diagnostic;
}

TEST(TextTest, ADiagnosticAsEditorsParseIt) {
  EXPECT_EQ(Text(DuplicateKey(), false, false),
            "rbac.yaml:12:3: warning: Role shop/x: key 'verbs' stands twice; the last one counts "
            "[yaml.duplicate-key]\n");
}

TEST(TextTest, CaretsStandUnderThePlaceInCodePoints) {
  EXPECT_EQ(Text(DuplicateKey(), true, false),
            "rbac.yaml:12:3: warning: Role shop/x: key 'verbs' stands twice; the last one counts "
            "[yaml.duplicate-key]\n"
            "  12 |  à verbs: [get]\n"
            "     |   ^~~~~\n"
            "  rbac.yaml:10:3: note: the first one\n");
}

struct CaretCase {
  const char* what;
  int column, end_line, end_column;
  const char* carets;
};

TEST(TextTest, CaretsNeverLeaveTheLine) {
  const CaretCase cases[] = {
      {"no end", 2, 0, 0, "     |  ^\n"},
      {"end before the beginning", 3, 12, 1, "     |   ^\n"},
      {"to the end of the line", 2, 14, 1, "     |  ^~~~\n"},
      {"end far behind the line", 4, 12, 900, "     |    ^~\n"},
      {"no column", 0, 0, 0, "     | ^\n"},
  };
  for (const CaretCase& c : cases) {
    Diagnostic diagnostic;
    diagnostic.origin = {"f", 12, c.column, ""};
    diagnostic.end_line = c.end_line;
    diagnostic.end_column = c.end_column;
    diagnostic.excerpt = "abcde";
    const std::string text = Text(diagnostic, true, false);
    EXPECT_EQ(text.substr(text.rfind("     | ")), c.carets) << c.what;
  }
}

TEST(TextTest, WithoutAPlaceOrCode) {
  Diagnostic diagnostic;
  diagnostic.severity = Diagnostic::Severity::kError;
  diagnostic.message = "cannot\x1b[31m";
  EXPECT_EQ(Text(diagnostic, true, false), "error: cannot\\x1b[31m\n");
  diagnostic.origin.file = "plan.json";
  EXPECT_EQ(Text(diagnostic, true, false), "plan.json: error: cannot\\x1b[31m\n");
}

TEST(TextTest, SummaryCounts) {
  EXPECT_EQ(Summary({}), "");
  Diagnostic error = DuplicateKey();
  error.severity = Diagnostic::Severity::kError;
  Diagnostic note = DuplicateKey();
  note.severity = Diagnostic::Severity::kNote;
  EXPECT_EQ(Summary({note, DuplicateKey(), error, note}), "1 error, 1 warning, 2 notes");
}

TEST(GridTest, LeavesOutEmptyColumnsAndTrailingBlanks) {
  Grid grid({"A", "NEVER", "C"});
  grid.Row({{"größe"}, {""}, {""}});
  grid.Row({{"x"}, {""}, {"y"}});
  grid.Below("below");
  EXPECT_EQ(grid.ToString(1, false), " A      C\n größe\n x      y\n below\n");
}

TEST(GridTest, OneLongCellDoesNotPushTheOthers) {
  Grid grid({"A", "B"});
  grid.Row({{std::string(200, 'x')}, {"y"}});
  grid.Row({{"x"}, {"y"}});
  EXPECT_EQ(grid.ToString(0, false), "A" + std::string(73, ' ') + "B\n" + std::string(200, 'x') +
                                         "  y\nx" + std::string(73, ' ') + "y\n");
}

}  // namespace
}  // namespace whomay::report

// Text for terminals: what is safe to print, how wide it is, tables, and diagnostics with carets.
//
// Names come from files that strangers wrote: Printable() keeps control characters, terminal
// escapes and bidirectional overrides from reaching a terminal. Thread safety: pure functions.
#ifndef WHOMAY_LIB_REPORT_TEXT_H_
#define WHOMAY_LIB_REPORT_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "whomay/diagnostic.h"

namespace whomay::report {

// `text` with everything that could steer a terminal, and every byte that is no UTF-8, written out
// as
// \x1b or \u202e. Newlines and tabs are written out too.
std::string Printable(std::string_view text);

// Code points of a text; what alignment counts by.
size_t Width(std::string_view text);

enum class Style { kPlain, kBold, kDim, kRed, kGreen, kYellow, kMagenta };
// `text` in a style when `color`, else as it is.
std::string Styled(std::string_view text, Style style, bool color);

// Rows of cells under a header, columns aligned, the last one as long as it likes.
class Grid {
 public:
  struct Cell {
    std::string text;
    Style style = Style::kPlain;
    std::string remark = {};  // behind the text of the last column, in no style
  };
  explicit Grid(std::vector<std::string> header) : header_(std::move(header)) {}
  // Cells are made printable here.
  void Row(std::vector<Cell> cells);
  // A line below the last row that belongs to no column, as it is.
  void Below(std::string line);
  // Every line indented by `indent` and ended with a newline. Columns in which every cell is empty
  // are left out.
  std::string ToString(size_t indent, bool color) const;

 private:
  struct Line {
    std::vector<Cell> cells;
    std::string below;
  };
  std::vector<std::string> header_;
  std::vector<Line> lines_;
};

// "path:line:col: error: message [code]", which editors parse, and when `excerpt` the line with
// carets under the place and the related places.
std::string Text(const Diagnostic& diagnostic, bool excerpt, bool color);

// "2 errors, 1 warning, 4 notes"; empty when there are none.
std::string Summary(const std::vector<Diagnostic>& diagnostics);

// "1 warning", "2 warnings".
std::string Count(size_t n, std::string_view noun);

}  // namespace whomay::report

#endif  // WHOMAY_LIB_REPORT_TEXT_H_

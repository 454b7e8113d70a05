#include "report/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "report/utf8.h"

namespace whomay::report {
namespace {

constexpr size_t kMaxAligned = 72;  // columns are not made wider than this

constexpr std::string_view kHex = "0123456789abcdef";

// Line breaks, format characters that reorder or hide text, and the byte order mark.
bool SteersTerminal(uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F);
}

void AppendHex(std::string& out, uint32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    out += kHex[value >> shift & 0xF];
  }
}

void AppendEscaped(std::string& out, uint32_t c) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  if (c < 0x100) {
    out += "\\x";
    AppendHex(out, c, 2);
  } else if (c < 0x10000) {
    out += "\\u";
    AppendHex(out, c, 4);
  } else {
    out += "\\U";
    AppendHex(out, c, 8);
  }
}

// The same length as before, so that carets stay under their places.
std::string OneForOne(std::string_view line) {
  std::string out;
  for (size_t i = 0; i < line.size();) {
    const CodePoint point = DecodeUtf8(line, i);
    if (point.value == '\t') {
      out += ' ';
    } else if (!point.valid || SteersTerminal(point.value)) {
      out += '?';
    } else {
      out += line.substr(i, point.size);
    }
    i += point.size;
  }
  return out;
}

std::string Place(const Origin& origin) {
  std::string place = Printable(origin.file);
  if (origin.line > 0) {
    place += ':' + std::to_string(origin.line);
    if (origin.column > 0) {
      place += ':' + std::to_string(origin.column);
    }
  }
  return place;
}

struct SeverityText {
  std::string_view name;
  Style style;
};

SeverityText Describe(Diagnostic::Severity severity) {
  switch (severity) {
    case Diagnostic::Severity::kNote:
      return {"note", Style::kDim};
    case Diagnostic::Severity::kWarning:
      return {"warning", Style::kMagenta};
    case Diagnostic::Severity::kError:
      break;
  }
  return {"error", Style::kRed};
}

std::string Carets(const Diagnostic& diagnostic, bool color) {
  const auto line = std::to_string(diagnostic.origin.line);
  const std::string excerpt = OneForOne(diagnostic.excerpt);
  const size_t length = Width(excerpt);
  const auto column = static_cast<size_t>(std::max(diagnostic.origin.column, 1));
  size_t end = column + 1;
  if (diagnostic.end_line > diagnostic.origin.line) {
    end = length + 1;
  } else if (diagnostic.end_column > diagnostic.origin.column) {
    end = static_cast<size_t>(diagnostic.end_column);
  }
  end = std::max(std::min(end, length + 1), column + 1);
  std::string out = "  " + line + " | " + excerpt + '\n';
  out += "  " + std::string(line.size(), ' ') + " | " + std::string(column - 1, ' ');
  out += Styled('^' + std::string(end - column - 1, '~'), Style::kGreen, color) + '\n';
  return out;
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeUtf8(text, i);
    if (point.valid && !SteersTerminal(point.value)) {
      out += text.substr(i, point.size);
    } else {
      AppendEscaped(out, point.value);
    }
    i += point.size;
  }
  return out;
}

size_t Width(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string Styled(std::string_view text, Style style, bool color) {
  static constexpr std::array<std::string_view, 7> kCodes = {"", "1", "2", "31", "32", "33", "35"};
  if (!color || style == Style::kPlain || text.empty()) {
    return std::string(text);
  }
  std::string out = "\x1b[";
  out += kCodes[static_cast<size_t>(style)];
  out += 'm';
  out += text;
  out += "\x1b[0m";
  return out;
}

void Grid::Row(std::vector<Cell> cells) {
  for (Cell& cell : cells) {
    cell.text = Printable(cell.text);
    cell.remark = Printable(cell.remark);
  }
  cells.resize(header_.size());
  lines_.push_back({std::move(cells), {}});
}

void Grid::Below(std::string line) { lines_.push_back({{}, std::move(line)}); }

std::string Grid::ToString(size_t indent, bool color) const {
  std::vector<size_t> widths(header_.size(), 0);
  for (const Line& line : lines_) {
    for (size_t i = 0; i < line.cells.size(); ++i) {
      // The few that are longer push only their own line.
      const size_t width = Width(line.cells[i].text);
      widths[i] = std::max(widths[i], std::min(width, kMaxAligned));
    }
  }
  std::vector<size_t> shown;
  for (size_t i = 0; i < widths.size(); ++i) {
    if (widths[i] > 0) {
      shown.push_back(i);
      widths[i] = std::max(widths[i], Width(header_[i]));
    }
  }
  std::string out;
  const auto add = [&](const std::vector<Cell>& cells) {
    out.append(indent, ' ');
    size_t pad = 0;
    for (const size_t i : shown) {
      const std::string& text = cells[i].text;
      if (text.empty()) {
        pad += widths[i] + 2;
        continue;
      }
      out.append(pad, ' ');
      out += Styled(text, cells[i].style, color);
      pad = std::max(widths[i], Width(text)) - Width(text) + 2;
    }
    if (!cells.empty() && !cells.back().remark.empty()) {
      out += "  " + cells.back().remark;
    }
    out += '\n';
  };
  if (!shown.empty()) {
    std::vector<Cell> header;
    for (const std::string& title : header_) {
      header.push_back({title, Style::kDim});
    }
    add(header);
  }
  for (const Line& line : lines_) {
    if (line.cells.empty()) {
      out.append(indent, ' ');
      out += line.below + '\n';
    } else {
      add(line.cells);
    }
  }
  return out;
}

std::string Text(const Diagnostic& diagnostic, bool excerpt, bool color) {
  const SeverityText severity = Describe(diagnostic.severity);
  std::string out = Place(diagnostic.origin);
  out += out.empty() ? "" : ": ";
  out += Styled(std::string(severity.name) + ':', severity.style, color) + ' ';
  if (!diagnostic.origin.address.empty()) {
    out += Printable(diagnostic.origin.address) + ": ";
  }
  out += Printable(diagnostic.message);
  if (!diagnostic.code.empty()) {
    out += Styled(" [" + Printable(diagnostic.code) + ']', Style::kDim, color);
  }
  out += '\n';
  if (!excerpt) {
    return out;
  }
  if (!diagnostic.excerpt.empty()) {
    out += Carets(diagnostic, color);
  }
  for (const Diagnostic::Related& related : diagnostic.related) {
    out += "  " + Place(related.origin) + ": note: " + Printable(related.message) + '\n';
  }
  return out;
}

std::string Count(size_t n, std::string_view noun) {
  std::string out = std::to_string(n) + ' ';
  out += noun;
  return n == 1 ? out : out + 's';
}

std::string Summary(const std::vector<Diagnostic>& diagnostics) {
  constexpr std::array<std::pair<Diagnostic::Severity, std::string_view>, 3> kNouns = {{
      {Diagnostic::Severity::kError, "error"},
      {Diagnostic::Severity::kWarning, "warning"},
      {Diagnostic::Severity::kNote, "note"},
  }};
  std::string out;
  for (const auto& [severity, noun] : kNouns) {
    const auto n = std::count_if(diagnostics.begin(), diagnostics.end(),
                                 [s = severity](const Diagnostic& d) { return d.severity == s; });
    if (n > 0) {
      out += out.empty() ? "" : ", ";
      out += Count(static_cast<size_t>(n), noun);
    }
  }
  return out;
}

}  // namespace whomay::report

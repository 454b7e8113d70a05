// diff as a person reads it in a terminal.
#include <algorithm>
#include <string_view>

#include "report/diff_blocks.h"
#include "report/path.h"
#include "report/table.h"
#include "report/text.h"

namespace whomay::report {
namespace {

constexpr size_t kIndent = 2;
constexpr size_t kMaxThrough = 12;  // named without --expand
constexpr size_t kMaxExcept = 4;

const std::string kNoHome;

std::string Line(std::string_view text, size_t indent) {
  return std::string(indent, ' ') + std::string(text) + '\n';
}

std::string Some(const std::vector<std::string>& texts, size_t limit, std::string_view separator,
                 const std::string* home) {
  std::string out;
  for (size_t i = 0; i < texts.size() && i < limit; ++i) {
    out += i == 0 ? "" : std::string(separator);
    out += home != nullptr ? ShortPrincipal(texts[i], *home) : Printable(texts[i]);
  }
  if (texts.size() > limit) {
    out += std::string(separator) + "and " + std::to_string(texts.size() - limit) + " more";
  }
  return out;
}

std::string BlockText(const DiffBlock& block, bool changed, const TableOptions& options) {
  std::string out;
  for (const std::string& head : block.heads) {
    out += Line(Styled(Printable(head), Style::kBold, options.color), kIndent);
  }
  const size_t limit = options.expand ? block.through.size() : kMaxThrough;
  const std::string home(AccountOf(block.heads.front()));
  if (!block.through.empty()) {
    out += Line("and through " + std::string(block.heads.size() == 1 ? "it: " : "them: ") +
                    Some(block.through, limit, ", ", &home),
                2 * kIndent);
  }
  std::string_view where;
  std::string path;  // of the lines above, said once
  const auto say_path = [&] {
    if (!path.empty()) {
      out += Line(Styled(path, Style::kDim, options.color), 4 * kIndent);
    }
  };
  for (const DiffLine& line : block.lines) {
    if (std::string next = PathLine(line.path, false); next != path) {
      say_path();
      path = std::move(next);
    }
    if (line.where != where) {
      where = line.where;
      out += Line("in " + Printable(where), 2 * kIndent);
    }
    std::string text = Printable(line.what);
    if (const std::string decision = DecisionText(line, changed); !decision.empty()) {
      text += "   " + Styled(Printable(decision), Style::kYellow, options.color);
    }
    out += Line(text, 3 * kIndent);
    if (!line.except.empty()) {
      out += Line("except " + Some(line.except, options.expand ? line.except.size() : kMaxExcept,
                                   "; ", nullptr),
                  4 * kIndent);
    }
  }
  say_path();
  return out;
}

std::string Section(std::string_view title, Style style, const DiffBlocks& blocks, bool changed,
                    bool gained, const TableOptions& options) {
  if (blocks.blocks.empty() && blocks.only_through.empty()) {
    return {};
  }
  std::string out = Styled(title, style, options.color) + '\n';
  for (const DiffBlock& block : blocks.blocks) {
    out += BlockText(block, changed, options);
  }
  for (const auto& [collective, principals] : blocks.only_through) {
    out +=
        Line(std::string(changed  ? "otherwise, of what every caller has through "
                         : gained ? "new, with what every caller has through "
                                  : "no more, with what every caller has through ") +
                 Printable(collective) + ": " +
                 Some(principals, options.expand ? principals.size() : kMaxThrough, ", ", &kNoHome),
             kIndent);
  }
  return out;
}

}  // namespace

std::string Table(const DiffAnswer& answer, const TableOptions& options) {
  std::string out =
      Styled("access from " + Printable(answer.before) + " to " + Printable(answer.after),
             Style::kBold, options.color) +
      '\n';
  const std::string sections =
      Section("gained", Style::kRed, ToBlocks(answer.gained, options.expand), false, true,
              options) +
      Section("lost", Style::kGreen, ToBlocks(answer.lost, options.expand), false, false, options) +
      Section("changed", Style::kYellow, ToBlocks(answer.changed, options.expand), true, false,
              options);
  out += sections.empty() ? Line("nobody gains or loses anything", kIndent) : sections;
  for (const std::string& note : answer.notes) {
    out += Line("note: " + Printable(note), kIndent);
  }
  if (answer.incomplete) {
    out += Styled("INCOMPLETE", Style::kRed, options.color) +
           ": some of the input could not be read, so this answer may lack something.\n";
  }
  return out;
}

}  // namespace whomay::report

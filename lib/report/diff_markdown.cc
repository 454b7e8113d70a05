#include "report/diff_markdown.h"

#include <algorithm>
#include <string_view>

#include "report/diff_blocks.h"
#include "report/path.h"
#include "report/text.h"

namespace whomay::report {
namespace {

constexpr size_t kMaxThrough = 20;
constexpr size_t kMaxExcept = 6;
// Blocks beyond this are behind a fold.
constexpr size_t kMaxOpenBlocks = 12;

// A code span: longer fences than any run of backticks within, pipes escaped for tables.
std::string Code(std::string_view text) {
  const std::string printable = Printable(text);
  size_t longest = 0, run = 0;
  std::string inside;
  for (const char c : printable) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
    inside += c == '|' ? "\\|" : std::string(1, c);
  }
  const std::string fence(longest + 1, '`');
  const std::string pad = longest > 0 ? " " : "";
  return fence + pad + inside + pad + fence;
}

std::string Codes(const std::vector<std::string>& texts, size_t limit) {
  std::string out;
  for (size_t i = 0; i < texts.size() && i < limit; ++i) {
    out += (i == 0 ? "" : ", ") + Code(texts[i]);
  }
  if (texts.size() > limit) {
    out += " and " + std::to_string(texts.size() - limit) + " more";
  }
  return out;
}

std::string BlockText(const DiffBlock& block, bool changed) {
  std::string out;
  for (const std::string& head : block.heads) {
    out += (out.empty() ? "**" : ", **") + Code(head) + "**";
  }
  if (!block.through.empty()) {
    out += "<br>and through " + std::string(block.heads.size() == 1 ? "it " : "them ") +
           Codes(block.through, kMaxThrough);
  }
  out += "\n\n| where | what | how |\n| --- | --- | --- |\n";
  for (const DiffLine& line : block.lines) {
    std::string what = Code(line.what);
    if (const std::string decision = DecisionText(line, changed); !decision.empty()) {
      what += "<br>" + Code(decision);
    }
    if (!line.except.empty()) {
      what += "<br>except " + Codes(line.except, kMaxExcept);
    }
    out += "| " + Code(line.where) + " | " + what + " | " +
           (line.path.steps.empty() ? std::string() : Code(PathLine(line.path, false))) + " |\n";
  }
  return out + '\n';
}

std::string Section(std::string_view title, const DiffBlocks& blocks, bool changed, bool gained) {
  if (blocks.blocks.empty() && blocks.only_through.empty()) {
    return {};
  }
  std::string out = "#### " + std::string(title) + "\n\n";
  for (size_t i = 0; i < blocks.blocks.size(); ++i) {
    if (i == kMaxOpenBlocks) {
      out +=
          "<details><summary>" + std::to_string(blocks.blocks.size() - i) + " more</summary>\n\n";
    }
    out += BlockText(blocks.blocks[i], changed);
  }
  if (blocks.blocks.size() > kMaxOpenBlocks) {
    out += "</details>\n\n";
  }
  for (const auto& [collective, principals] : blocks.only_through) {
    out += std::string(changed  ? "Otherwise, of what every caller has through "
                       : gained ? "New, with what every caller has through "
                                : "No more, with what every caller has through ") +
           Code(collective) + ": " + Codes(principals, kMaxThrough) + "\n\n";
  }
  return out;
}

size_t Principals(const std::vector<DiffAnswer::Change>& rows) {
  std::vector<std::string_view> names;
  for (const DiffAnswer::Change& row : rows) {
    if (row.only_through.empty()) {
      names.push_back(row.principal);
    }
  }
  std::sort(names.begin(), names.end());
  return static_cast<size_t>(std::unique(names.begin(), names.end()) - names.begin());
}

}  // namespace

std::string Markdown(const DiffAnswer& answer) {
  std::string out = "### Access that this change gives and takes\n\n";
  const size_t gained = Principals(answer.gained), lost = Principals(answer.lost),
               changed = Principals(answer.changed);
  if (answer.gained.empty() && answer.lost.empty() && answer.changed.empty()) {
    out += "Nobody gains or loses anything.\n\n";
  } else {
    out += Count(gained, "principal") + (gained == 1 ? " gains" : " gain") + " access, " +
           std::to_string(lost) + (lost == 1 ? " loses" : " lose") + " some";
    if (changed > 0) {
      out += ", of " + std::to_string(changed) + " it changes on what it depends";
    }
    out += ".\n\n";
  }
  out += Section("Gained", ToBlocks(answer.gained, false), false, true);
  out += Section("Lost", ToBlocks(answer.lost, false), false, false);
  out += Section("Changed", ToBlocks(answer.changed, false), true, false);
  for (const std::string& note : answer.notes) {
    out += "> " + Code(note) + "\n\n";
  }
  if (answer.incomplete) {
    out += "> **Incomplete**: some of the input could not be read, so this may lack something.\n\n";
  }
  return out;
}

}  // namespace whomay::report

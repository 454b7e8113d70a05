// HclParser: quoted texts, heredocs, templates. Semantics: HCL native syntax specification,
// "Templates"; where a literal ends and how blanks are trimmed: hcl/v2/hclsyntax (scan_tokens.rl,
// parser_template.go).

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/strings.h"
#include "source/encoding.h"
#include "syntax/hcl_parser.h"

namespace whomay::syntax {
namespace {

constexpr std::string_view kSpaces = " \t\n\r\v\f";

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kSpaces);
  return first == text.npos ? std::string_view()
                            : text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

void TrimLeft(std::string& text) { text.erase(0, text.find_first_not_of(kSpaces)); }
void TrimRight(std::string& text) { text.erase(text.find_last_not_of(kSpaces) + 1); }

}  // namespace

struct HclParser::TemplatePart {
  enum class Kind : uint8_t { kLiteral, kExpression, kIf, kElse, kEndIf, kFor, kEndFor };
  Kind kind = Kind::kLiteral;
  std::string text;
  HclNodeId node = 0;
  std::string_view key_name, name;  // of for
  size_t begin = 0, end = 0;
  bool trims_before = false, trims_behind = false;
};

HclNodeId HclParser::Quoted() {
  const Nesting nesting(*this);
  const size_t begin = at_++;
  std::vector<TemplatePart> parts = Parts(Ending::kQuote, {});
  if (failed_ || !Expect("\"", "at the end of a text")) {
    return 0;
  }
  return Assemble(parts, static_cast<uint32_t>(begin));
}

HclNodeId HclParser::Heredoc() {
  const Nesting nesting(*this);
  const size_t begin = at_;
  at_ += 2;
  const bool flush = Take("-");
  const std::string_view marker = Identifier();
  if (Peek() == '\r') {
    ++at_;
  }
  if (failed_ || marker.empty() || !Take("\n")) {
    return Fail("a heredoc begins with its marker and a new line");
  }
  std::vector<TemplatePart> parts = Parts(Ending::kMarker, marker);
  if (failed_) {
    return 0;
  }
  at_ = bytes_.find(marker, at_) + marker.size();
  if (flush) {
    Flush(parts);
  }
  return Assemble(parts, static_cast<uint32_t>(begin));
}

HclFile HclParser::OneTemplate() {
  if (!failed_) {
    std::vector<TemplatePart> parts = Parts(Ending::kEnd, {});
    if (!failed_) {
      file_.expression_ = Assemble(parts, 0);
    }
  }
  if (failed_) {
    file_.expression_ = 0;
  }
  return std::move(file_);
}

bool HclParser::AtMarkerLine(std::string_view marker) const {
  const size_t end = std::min(bytes_.find('\n', at_), bytes_.size());
  return Trimmed(bytes_.substr(at_, end - at_)) == marker;
}

std::vector<HclParser::TemplatePart> HclParser::Parts(Ending ending, std::string_view marker) {
  std::vector<TemplatePart> parts;
  const int depth = depth_;
  bool line_start = true;
  bool trim = false;
  while (!failed_) {
    if (ending == Ending::kMarker && line_start && AtMarkerLine(marker)) {
      break;
    }
    if (ending == Ending::kQuote && Peek() == '"') {
      break;
    }
    if (AtEnd()) {
      if (ending != Ending::kEnd) {
        Fail("a text without its end");
      }
      break;
    }
    TemplatePart part;
    part.begin = at_;
    if (At("${") || At("%{")) {
      part = Sequence();
      if (part.trims_before && !parts.empty() &&
          parts.back().kind == TemplatePart::Kind::kLiteral) {
        TrimRight(parts.back().text);
      }
      trim = part.trims_behind;
      line_start = false;
    } else {
      line_start = Literal(ending, part.text);
      if (trim) {
        TrimLeft(part.text);
      }
      trim = false;
    }
    part.end = at_;
    parts.push_back(std::move(part));
  }
  depth_ = depth;  // what directives have added
  return parts;
}

// Up to a sequence, the closing quote, or behind the line's end; whether a line begins then.
bool HclParser::Literal(Ending ending, std::string& text) {
  while (!failed_ && !AtEnd() && !At("${") && !At("%{")) {
    const char c = bytes_[at_];
    if (ending == Ending::kQuote && c == '"') {
      break;
    }
    if (c == '\n') {
      if (ending == Ending::kQuote) {
        Fail("a text in quotes ends on its line");
        return false;
      }
      text += c;
      ++at_;
      return true;
    }
    if (At("$${") || At("%%{")) {
      text += c;
      text += '{';
      at_ += 3;
    } else if (c == '\\' && ending == Ending::kQuote) {
      if (!Escape(text)) {
        return false;
      }
    } else {
      text += c;
      ++at_;
    }
  }
  return false;
}

bool HclParser::Escape(std::string& text) {
  static constexpr std::pair<char, char> kSimple[] = {
      {'n', '\n'}, {'r', '\r'}, {'t', '\t'}, {'"', '"'}, {'\\', '\\'}};
  const char kind = Peek(1);
  for (const auto& [name, value] : kSimple) {
    if (name == kind) {
      text += value;
      at_ += 2;
      return true;
    }
  }
  const size_t digits = kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
  const std::string_view hex = bytes_.substr(std::min(at_ + 2, bytes_.size()), digits);
  uint32_t code = 0;
  const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
  if (digits == 0 || hex.size() != digits || error != std::errc() ||
      end != hex.data() + hex.size() || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
    Fail("no such escape in a text");
    return false;
  }
  source::AppendUtf8(static_cast<char32_t>(code), text);
  at_ += 2 + digits;
  return true;
}

// `${…}` or `%{…}`.
HclParser::TemplatePart HclParser::Sequence() {
  const Newlines none(*this, false);
  TemplatePart part;
  part.begin = at_;
  const bool directive = Peek() == '%';
  at_ += 2;
  part.trims_before = Take("~");
  if (directive) {
    Directive(part);
  } else {
    part.kind = TemplatePart::Kind::kExpression;
    part.node = Expression();
  }
  Skip();
  part.trims_behind = Take("~");
  Expect("}", "at the end of a template's sequence");
  part.end = at_;
  return part;
}

void HclParser::Directive(TemplatePart& part) {
  using Kind = TemplatePart::Kind;
  Skip();
  const std::string_view word = Identifier();
  if (word == "if" || word == "for") {
    if (++depth_ > kMaxHclDepth) {
      FailAt(at_, "hcl.depth", "nested too deeply");
      return;
    }
  } else if (word == "endif" || word == "endfor") {
    --depth_;
  }
  if (word == "if") {
    part.kind = Kind::kIf;
    part.node = Expression();
  } else if (word == "else") {
    part.kind = Kind::kElse;
  } else if (word == "endif") {
    part.kind = Kind::kEndIf;
  } else if (word == "endfor") {
    part.kind = Kind::kEndFor;
  } else if (word == "for") {
    part.kind = Kind::kFor;
    at_ -= word.size();
    HclNode head;
    if (ForHead(head, part.node)) {
      part.key_name = head.key_name;
      part.name = head.text;
    }
  } else {
    Fail("no such directive: if, else, endif, for and endfor are");
  }
}

// Takes as many blanks from the begin of each line as the line with the fewest has.
void HclParser::Flush(std::vector<TemplatePart>& parts) {
  std::vector<std::string*> lines;
  size_t fewest = std::string::npos;
  bool line_start = true;
  for (TemplatePart& part : parts) {
    const bool literal = part.kind == TemplatePart::Kind::kLiteral;
    if (line_start) {
      const size_t first = literal ? part.text.find_first_not_of(kSpaces) : 0;
      const bool blank =
          literal && first == std::string::npos && !part.text.empty() && part.text.back() == '\n';
      if (!blank) {
        const size_t count = literal ? std::min(first, part.text.size()) : 0;
        fewest = std::min(fewest, count);
        if (literal) {
          lines.push_back(&part.text);
        }
      }
    }
    line_start = literal && !part.text.empty() && part.text.back() == '\n';
  }
  for (std::string* line : lines) {
    line->erase(0, std::min(fewest, line->size()));
  }
}

HclNodeId HclParser::Joined(const std::vector<HclNodeId>& parts, uint32_t begin) {
  if (parts.empty()) {
    return Add(HclKind::kString, begin);
  }
  if (parts.size() == 1 && file_.nodes_[parts[0]].kind == HclKind::kString) {
    return parts[0];
  }
  return Add(HclKind::kTemplate, begin, {}, parts);
}

// The tree of a template's parts. A sole `${…}` stays what it is.
HclNodeId HclParser::Assemble(std::vector<TemplatePart>& parts, uint32_t begin) {
  using Kind = TemplatePart::Kind;
  if (parts.size() == 1 && parts[0].kind == Kind::kExpression) {
    return Add(HclKind::kWrapped, begin, {}, {parts[0].node});
  }
  struct Open {
    const TemplatePart* by = nullptr;
    std::vector<HclNodeId> done;  // of the branch being read
    HclNodeId then = 0;
    bool in_else = false;
  };
  std::vector<Open> open(1);
  std::string literal;
  size_t literal_begin = begin;
  const auto end_literal = [&] {
    if (!literal.empty()) {
      open.back().done.push_back(
          Add(HclKind::kString, literal_begin, Keep(std::exchange(literal, {}))));
    }
  };
  for (const TemplatePart& part : parts) {
    if (part.kind == Kind::kLiteral) {
      literal_begin = literal.empty() ? part.begin : literal_begin;
      literal += part.text;
      continue;
    }
    end_literal();
    Open& in = open.back();
    const Kind by = in.by == nullptr ? Kind::kLiteral : in.by->kind;
    if (part.kind == Kind::kExpression) {
      in.done.push_back(part.node);
    } else if (part.kind == Kind::kIf || part.kind == Kind::kFor) {
      open.push_back({&part, {}, 0, false});
    } else if (part.kind == Kind::kElse && by == Kind::kIf && !in.in_else) {
      in.then = Joined(in.done, begin);
      in.done.clear();
      in.in_else = true;
    } else if (part.kind == Kind::kEndIf && by == Kind::kIf) {
      const HclNodeId last = Joined(in.done, begin);
      const HclNodeId then = in.in_else ? in.then : last;
      const HclNodeId otherwise = in.in_else ? last : Add(HclKind::kString, begin);
      const HclNodeId node =
          Add(HclKind::kTemplateIf, in.by->begin, {}, {in.by->node, then, otherwise});
      open.pop_back();
      open.back().done.push_back(node);
    } else if (part.kind == Kind::kEndFor && by == Kind::kFor) {
      const HclNodeId node = Add(HclKind::kTemplateFor, in.by->begin, in.by->name,
                                 {in.by->node, Joined(in.done, begin)});
      file_.nodes_[node].key_name = in.by->key_name;
      open.pop_back();
      open.back().done.push_back(node);
    } else {
      return FailAt(part.begin, "hcl.syntax", "this directive ends nothing that is open");
    }
    if (failed_) {
      return 0;
    }
  }
  end_literal();
  if (open.size() > 1) {
    return FailAt(open.back().by->begin, "hcl.syntax", "this directive has no end");
  }
  return Joined(open[0].done, begin);
}

}  // namespace whomay::syntax

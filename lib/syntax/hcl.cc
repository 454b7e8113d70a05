#include "syntax/hcl.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "source/encoding.h"
#include "syntax/hcl_parser.h"

namespace whomay::syntax {
namespace {

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

const HclAttribute* HclBody::Find(std::string_view name) const {
  const auto at = std::find_if(attributes.begin(), attributes.end(),
                               [name](const HclAttribute& one) { return one.name == name; });
  return at == attributes.end() ? nullptr : &*at;
}

HclParser::HclParser(const source::SourceSet& sources, source::FileId file,
                     source::Diagnostics& diagnostics)
    : diagnostics_(diagnostics), bytes_(sources.bytes(file)) {
  file_.file_ = file;
  at_ = source::ByteOrderMarkSize(bytes_);
  const size_t invalid = source::FindInvalidUtf8(bytes_);
  if (invalid != bytes_.npos) {
    FailAt(invalid, "hcl.utf8", "the text is not UTF-8 from here on; the file is not read");
  }
}

HclParser::HclParser(std::string_view text, source::FileId file, source::Diagnostics& diagnostics,
                     int depth)
    : diagnostics_(diagnostics), bytes_(text), depth_(depth) {
  file_.file_ = file;
}

HclFile HclParser::File() {
  if (!failed_) {
    Body(0, false);
  }
  return std::move(file_);
}

HclFile HclParser::OneExpression() {
  if (!failed_) {
    const Newlines none(*this, false);
    file_.expression_ = Expression();
    Skip();
    if (!failed_ && !AtEnd()) {
      Fail("something stands behind the expression");
    }
  }
  if (failed_) {
    file_.expression_ = 0;
  }
  return std::move(file_);
}

void HclParser::Skip() {
  while (!AtEnd()) {
    const char c = bytes_[at_];
    if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && !newlines_)) {
      ++at_;
    } else if (c == '#' || At("//")) {
      at_ = std::min(bytes_.find('\n', at_), bytes_.size());
    } else if (At("/*")) {
      const size_t end = bytes_.find("*/", at_ + 2);
      if (end == bytes_.npos) {
        Fail("a comment without its end");
        at_ = bytes_.size();
        return;
      }
      at_ = end + 2;
    } else {
      return;
    }
  }
}

bool HclParser::Take(std::string_view text) {
  if (failed_ || !At(text)) {
    return false;
  }
  at_ += text.size();
  return true;
}

bool HclParser::Expect(std::string_view text, std::string_view where) {
  Skip();
  if (!failed_ && !Take(text)) {
    Fail(Concat({"'", text, "' was expected ", where}));
  }
  return !failed_;
}

// Letters, digits, `_`, `-` and whatever is not ASCII; digits and `-` not in front.
std::string_view HclParser::Identifier() {
  const size_t begin = at_;
  if (!IsLetter(Peek())) {
    return {};
  }
  while (!AtEnd() && (IsLetter(bytes_[at_]) || IsDigit(bytes_[at_]) || bytes_[at_] == '-')) {
    ++at_;
  }
  return bytes_.substr(begin, at_ - begin);
}

bool HclParser::AtKeyword(std::string_view word) const {
  const char behind = at_ + word.size() < bytes_.size() ? bytes_[at_ + word.size()] : '\0';
  return At(word) && !IsLetter(behind) && !IsDigit(behind) && behind != '-';
}

HclNodeId HclParser::Fail(std::string message) {
  return FailAt(at_, "hcl.syntax", std::move(message));
}

HclNodeId HclParser::FailAt(size_t at, std::string code, std::string message) {
  if (!failed_) {
    failed_ = true;
    const auto begin = static_cast<uint32_t>(std::min(at, bytes_.size()));
    diagnostics_.Add(
        std::move(code), source::Severity::kError,
        {file_.file_, begin, std::min(begin + 1, static_cast<uint32_t>(bytes_.size()))},
        std::move(message));
  }
  return 0;
}

HclNodeId HclParser::Add(HclKind kind, size_t begin, std::string_view text,
                         const std::vector<HclNodeId>& children) {
  if (failed_) {
    return 0;
  }
  if (file_.nodes_.size() + file_.links_.size() + children.size() >= kMaxHclNodes) {
    return FailAt(begin, "hcl.nodes", "the file holds too much; the rest of it is not read");
  }
  HclNode node;
  node.kind = kind;
  node.begin = static_cast<uint32_t>(begin);
  node.end = static_cast<uint32_t>(at_);
  node.text = text;
  node.first = static_cast<uint32_t>(file_.links_.size());
  node.count = static_cast<uint32_t>(children.size());
  file_.links_.insert(file_.links_.end(), children.begin(), children.end());
  file_.nodes_.push_back(node);
  return static_cast<HclNodeId>(file_.nodes_.size() - 1);
}

std::string_view HclParser::Keep(std::string text) {
  return file_.texts_.emplace_back(std::move(text));
}

// Attributes and blocks up to the end of the file, or the closing brace, which stays.
void HclParser::Body(uint32_t body, bool braces) {
  const Nesting nesting(*this);
  const Newlines none(*this, false);  // between items
  while (true) {
    Skip();
    if (AtEnd() || (braces && Peek() == '}')) {
      return;
    }
    const size_t begin = at_;
    if (!failed_) {
      const Newlines matter(*this, true);
      Item(body);
    }
    if (failed_) {
      if (file_.nodes_.size() + file_.links_.size() >= kMaxHclNodes) {
        at_ = bytes_.size();
        return;
      }
      failed_ = false;
      Recover(begin);
    }
  }
}

void HclParser::Item(uint32_t body) {
  const size_t begin = at_;
  const std::string_view name = Identifier();
  if (name.empty()) {
    Fail("an attribute or a block was expected");
    return;
  }
  const source::Span span = SpanFrom(begin);
  Skip();
  if (Peek() == '=' && Peek(1) != '=') {
    ++at_;
    Attribute(body, name, span);
  } else {
    Block(body, name, span);
  }
}

void HclParser::Attribute(uint32_t body, std::string_view name, source::Span span) {
  const HclNodeId value = Expression();
  Skip();
  if (failed_) {
    return;
  }
  if (!AtEnd() && Peek() != '\n' && Peek() != '}') {
    Fail(Concat({"the value of ", name, " ends here, and a new line was expected"}));
    return;
  }
  HclBody& to = file_.bodies_[body];
  if (to.attributes.size() >= kMaxHclAttributes) {
    FailAt(span.begin, "hcl.nodes", "more attributes than are read of one block; this one is not");
    return;
  }
  if (to.Find(name) != nullptr) {
    diagnostics_.Add("hcl.duplicate", source::Severity::kError, span,
                     Concat({name, " is given twice; the first stands"}));
    return;
  }
  to.attributes.push_back({name, span, value});
}

bool HclParser::Label(HclBlock& block) {
  if (Peek() != '"') {
    const std::string_view name = Identifier();
    if (!name.empty()) {
      block.labels.push_back(name);
    }
    return !name.empty();
  }
  const HclNodeId label = Quoted();
  if (failed_) {
    return false;
  }
  if (file_.nodes_[label].kind != HclKind::kString) {
    Fail("a label is a plain text");
    return false;
  }
  block.labels.push_back(file_.nodes_[label].text);
  return true;
}

void HclParser::Block(uint32_t body, std::string_view type, source::Span span) {
  HclBlock block;
  block.type = type;
  while (Peek() != '{') {
    if (!Label(block)) {
      Fail("'=' or a block was expected");
      return;
    }
    span.end = static_cast<uint32_t>(at_);
    Skip();
  }
  block.span = span;
  block.body = static_cast<uint32_t>(file_.bodies_.size());
  ++at_;  // {
  file_.bodies_.emplace_back();
  Body(block.body, true);
  if (!failed_ && !Take("}")) {
    // What it holds so far is kept.
    diagnostics_.Add("hcl.syntax", source::Severity::kError, span,
                     "the block has no end; it is taken to go to the end of the file");
  }
  file_.bodies_[body].blocks.push_back(std::move(block));
}

// Behind the line on which something was wrong, or behind the brackets that it opened.
void HclParser::Recover(size_t from) {
  const size_t wrong = at_;
  at_ = from;
  int open = 0;
  while (!AtEnd()) {
    const char c = bytes_[at_];
    if (c == '"') {
      SkipString();
      continue;
    }
    if (c == '#' || At("//")) {
      at_ = std::min(bytes_.find('\n', at_), bytes_.size());
      continue;
    }
    if (c == '\n' && open <= 0 && at_ >= wrong) {
      return;
    }
    if (c == '}' && open == 0) {
      if (at_ >= wrong && depth_ > 1) {
        return;  // the block's own end
      }
    } else if (c == '(' || c == '[' || c == '{') {
      ++open;
    } else if ((c == ')' || c == ']' || c == '}') && open > 0) {
      --open;
    }
    ++at_;
  }
}

// A quoted text, as far as recovering needs to know it: it ends with its line.
void HclParser::SkipString() {
  ++at_;
  while (!AtEnd() && bytes_[at_] != '"' && bytes_[at_] != '\n') {
    at_ += bytes_[at_] == '\\' && at_ + 1 < bytes_.size() && bytes_[at_ + 1] != '\n' ? 2 : 1;
  }
  if (Peek() == '"') {
    ++at_;
  }
}

HclFile ReadHcl(const source::SourceSet& sources, source::FileId file,
                source::Diagnostics& diagnostics) {
  return HclParser(sources, file, diagnostics).File();
}

HclFile ReadHclExpression(const source::SourceSet& sources, source::FileId file,
                          source::Diagnostics& diagnostics) {
  return HclParser(sources, file, diagnostics).OneExpression();
}

HclFile ReadHclTemplate(const source::SourceSet& sources, source::FileId file,
                        source::Diagnostics& diagnostics) {
  return HclParser(sources, file, diagnostics).OneTemplate();
}

}  // namespace whomay::syntax

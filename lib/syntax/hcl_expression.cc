// HclParser: expressions. Semantics: HCL native syntax specification, "Expressions".

#include <iterator>
#include <utility>

#include "base/strings.h"
#include "syntax/hcl_parser.h"

namespace whomay::syntax {
namespace {

// Operators by precedence, loosest first; within a level longer ones first.
constexpr std::string_view kLevels[][4] = {
    {"||"}, {"&&"}, {"==", "!="}, {"<=", ">=", "<", ">"}, {"+", "-"}, {"*", "/", "%"},
};
constexpr size_t kLevelCount = std::size(kLevels);

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

HclNodeId HclParser::Expression() {
  const Nesting nesting(*this);
  Skip();
  const size_t begin = at_;
  const HclNodeId condition = Binary(0);
  Skip();
  if (failed_ || !Take("?")) {
    return condition;
  }
  const HclNodeId then = Expression();
  if (!Expect(":", "between the results of a conditional")) {
    return 0;
  }
  const HclNodeId otherwise = Expression();
  return Add(HclKind::kConditional, begin, {}, {condition, then, otherwise});
}

// The operator of this level that stands here, taken; or nothing.
std::string_view HclParser::Operator(size_t level) {
  for (const std::string_view word : kLevels[level]) {
    if (!word.empty() && At(word) && !(word == "/" && (Peek(1) == '/' || Peek(1) == '*'))) {
      at_ += word.size();
      return word;
    }
  }
  return {};
}

// A chain of one level is one node, however long.
HclNodeId HclParser::Binary(size_t level) {
  if (level == kLevelCount) {
    return Operand();
  }
  Skip();
  const size_t begin = at_;
  std::vector<HclNodeId> parts = {Binary(level + 1)};
  while (!failed_) {
    Skip();
    const size_t at = at_;
    const std::string_view word = Operator(level);
    if (word.empty()) {
      break;
    }
    parts.push_back(Add(HclKind::kOperator, at, word));
    parts.push_back(Binary(level + 1));
  }
  return failed_ ? 0 : parts.size() == 1 ? parts[0] : Add(HclKind::kBinary, begin, {}, parts);
}

HclNodeId HclParser::Operand() {
  Skip();
  if (Peek() == '!' && Peek(1) != '=') {
    return Unary(HclKind::kNot);
  }
  if (Peek() == '-') {
    return Unary(HclKind::kNegate);
  }
  const HclNodeId term = Term();
  return failed_ ? 0 : Traversal(term);
}

HclNodeId HclParser::Unary(HclKind kind) {
  const Nesting nesting(*this);
  const size_t begin = at_++;
  const HclNodeId of = failed_ ? 0 : Operand();
  return Add(kind, begin, {}, {of});
}

HclNodeId HclParser::Term() {
  if (failed_) {
    return 0;
  }
  const char c = Peek();
  if (IsDigit(c)) {
    return Number();
  }
  switch (c) {
    case '(':
      return Parentheses();
    case '"':
      return Quoted();
    case '[':
      return Tuple();
    case '{':
      return Object();
    case '<':
      if (At("<<")) {
        return Heredoc();
      }
      break;
    default:
      break;
  }
  return Named();
}

HclNodeId HclParser::Parentheses() {
  const Newlines none(*this, false);
  ++at_;
  const HclNodeId inner = Expression();
  return Expect(")", "behind an expression in parentheses") ? inner : 0;
}

HclNodeId HclParser::Number() {
  const size_t begin = at_;
  const auto digits = [this] {
    while (IsDigit(Peek())) {
      ++at_;
    }
  };
  digits();
  if (Peek() == '.' && IsDigit(Peek(1))) {
    ++at_;
    digits();
  }
  if (Peek() == 'e' || Peek() == 'E') {
    const size_t sign = Peek(1) == '+' || Peek(1) == '-' ? 2 : 1;
    if (IsDigit(Peek(sign))) {
      at_ += sign;
      digits();
    }
  }
  return Add(HclKind::kNumber, begin, bytes_.substr(begin, at_ - begin));
}

HclNodeId HclParser::Named() {
  const size_t begin = at_;
  std::string_view name = Identifier();
  if (name.empty()) {
    return Fail("an expression was expected");
  }
  while (At("::")) {  // provider::name::function
    at_ += 2;
    if (Identifier().empty()) {
      return Fail("a name was expected behind ::");
    }
    name = bytes_.substr(begin, at_ - begin);
  }
  const size_t behind = at_;
  Skip();
  if (Peek() == '(') {
    return Call(name, static_cast<uint32_t>(begin));
  }
  at_ = behind;
  static constexpr std::pair<std::string_view, HclKind> kWords[] = {
      {"null", HclKind::kNull}, {"true", HclKind::kTrue}, {"false", HclKind::kFalse}};
  for (const auto& [word, kind] : kWords) {
    if (name == word) {
      return Add(kind, begin, name);
    }
  }
  return Add(HclKind::kVariable, begin, name);
}

HclNodeId HclParser::Call(std::string_view name, uint32_t begin) {
  const Newlines none(*this, false);
  ++at_;
  std::vector<HclNodeId> arguments;
  bool expand = false;
  for (Skip(); !failed_ && Peek() != ')'; Skip()) {
    arguments.push_back(Expression());
    Skip();
    if (Take("...")) {
      expand = true;
      break;
    }
    if (Peek() != ')' && !Expect(",", "between arguments")) {
      return 0;
    }
  }
  if (!Expect(")", "behind the arguments")) {
    return 0;
  }
  const HclNodeId call = Add(HclKind::kCall, begin, name, arguments);
  if (!failed_) {
    file_.nodes_[call].flag = expand;
  }
  return call;
}

// What stands behind a term: attributes, indexes, splats. All of it is one node.
HclNodeId HclParser::Traversal(HclNodeId base) {
  const size_t begin = file_.nodes_[base].begin;
  std::vector<HclNodeId> steps = {base};
  while (!failed_) {
    const size_t behind = at_;
    Skip();
    const bool more = Peek() == '.' && !At("...") ? DotStep(steps)
                      : Peek() == '['             ? BracketStep(steps)
                                                  : false;
    if (!more) {
      at_ = failed_ ? at_ : behind;
      break;
    }
  }
  return failed_ ? 0 : steps.size() == 1 ? base : Add(HclKind::kTraversal, begin, {}, steps);
}

bool HclParser::DotStep(std::vector<HclNodeId>& steps) {
  const size_t begin = at_++;
  Skip();
  if (Take("*")) {
    steps.push_back(Add(HclKind::kSplat, begin));
    return true;
  }
  const size_t at = at_;
  if (IsDigit(Peek())) {
    while (IsDigit(Peek())) {
      ++at_;
    }
    steps.push_back(Add(HclKind::kLegacyIndex, begin, bytes_.substr(at, at_ - at)));
    return true;
  }
  const std::string_view name = Identifier();
  if (name.empty()) {
    Fail("the name of an attribute was expected behind the dot");
    return false;
  }
  steps.push_back(Add(HclKind::kAttribute, begin, name));
  return true;
}

bool HclParser::BracketStep(std::vector<HclNodeId>& steps) {
  const Newlines none(*this, false);
  const size_t begin = at_++;
  Skip();
  if (Peek() == '*') {
    ++at_;
    if (!Expect("]", "behind *")) {
      return false;
    }
    steps.push_back(Add(HclKind::kFullSplat, begin));
    return true;
  }
  const HclNodeId key = Expression();
  if (!Expect("]", "behind an index")) {
    return false;
  }
  steps.push_back(Add(HclKind::kIndex, begin, {}, {key}));
  return true;
}

HclNodeId HclParser::Tuple() {
  const Newlines none(*this, false);
  const size_t begin = at_++;
  Skip();
  if (AtFor()) {
    return For(HclKind::kForTuple, static_cast<uint32_t>(begin));
  }
  std::vector<HclNodeId> elements;
  for (; !failed_ && Peek() != ']'; Skip()) {
    elements.push_back(Expression());
    Skip();
    if (Peek() != ']' && !Expect(",", "between elements")) {
      return 0;
    }
  }
  return Expect("]", "behind the elements") ? Add(HclKind::kTuple, begin, {}, elements) : 0;
}

bool HclParser::AtFor() { return AtKeyword("for"); }

// `name`, (expression), or any other expression but a reference.
HclNodeId HclParser::ObjectKey() {
  Skip();
  const size_t begin = at_;
  const bool in_parentheses = Peek() == '(';
  const std::string_view name = Identifier();
  if (!name.empty()) {
    const size_t end = at_;
    Skip();
    if (Peek() == ':' || (Peek() == '=' && Peek(1) != '=')) {
      const size_t behind = std::exchange(at_, end);
      const HclNodeId key = Add(HclKind::kString, begin, name);
      at_ = behind;
      return key;
    }
    at_ = begin;
  }
  const HclNodeId key = Expression();
  if (!failed_ && !in_parentheses && file_.nodes_[key].kind == HclKind::kTraversal &&
      file_.nodes_[file_.links_[file_.nodes_[key].first]].kind == HclKind::kVariable) {
    return FailAt(begin, "hcl.syntax",
                  "a key with dots: write it in quotes, or in parentheses if it is a reference");
  }
  return key;
}

HclNodeId HclParser::Object() {
  const size_t begin = at_++;
  {
    const Newlines none(*this, false);
    const size_t behind = at_;
    Skip();
    if (AtFor()) {
      return For(HclKind::kForObject, static_cast<uint32_t>(begin));
    }
    at_ = behind;
  }
  const Newlines matter(*this, true);
  std::vector<HclNodeId> items;
  const auto skip_lines = [this] {
    for (Skip(); Peek() == '\n'; Skip()) {
      ++at_;
    }
  };
  for (skip_lines(); !failed_ && Peek() != '}'; skip_lines()) {
    items.push_back(ObjectKey());
    Skip();
    if (!failed_ && !Take("=") && !Take(":")) {
      return Fail("'=' or ':' was expected behind a key");
    }
    items.push_back(Expression());
    Skip();
    if (!failed_ && Peek() != '\n' && Peek() != '}' && !Take(",")) {
      return Fail("',' or a new line was expected between items");
    }
  }
  return Expect("}", "behind the items") ? Add(HclKind::kObject, begin, {}, items) : 0;
}

// `for k, v in collection :`
bool HclParser::ForHead(HclNode& node, HclNodeId& collection) {
  at_ += 3;
  Skip();
  node.text = Identifier();
  Skip();
  if (Take(",")) {
    Skip();
    node.key_name = node.text;
    node.text = Identifier();
    Skip();
  }
  if (node.text.empty()) {
    Fail("a name was expected behind for");
    return false;
  }
  if (!AtKeyword("in")) {
    Fail("'in' was expected");
    return false;
  }
  at_ += 2;
  collection = Expression();
  return !failed_;
}

HclNodeId HclParser::For(HclKind kind, uint32_t begin) {
  HclNode head;
  HclNodeId collection = 0;
  if (!ForHead(head, collection) || !Expect(":", "behind the collection of a for")) {
    return 0;
  }
  std::vector<HclNodeId> parts = {collection, Expression()};
  if (kind == HclKind::kForObject) {
    if (!Expect("=>", "between key and value")) {
      return 0;
    }
    parts.push_back(Expression());
    Skip();
    head.flag = Take("...");
  }
  Skip();
  if (AtKeyword("if")) {
    at_ += 2;
    parts.push_back(Expression());
  }
  if (!Expect(kind == HclKind::kForTuple ? "]" : "}", "behind a for")) {
    return 0;
  }
  const HclNodeId id = Add(kind, begin, head.text, parts);
  if (!failed_) {
    file_.nodes_[id].key_name = head.key_name;
    file_.nodes_[id].flag = head.flag;
  }
  return id;
}

}  // namespace whomay::syntax

// HclParser: recursive descent over the bytes of one file. Internal to syntax/.
//
// Every function that reads something nested holds a Nesting, which bounds the depth. The first
// error ends the item (attribute or block) that it stands in: failed() is then true and everything
// returns at once. Thread safety: none.
#ifndef WHOMAY_LIB_SYNTAX_HCL_PARSER_H_
#define WHOMAY_LIB_SYNTAX_HCL_PARSER_H_

#include <string>
#include <string_view>
#include <vector>

#include "syntax/hcl.h"

namespace whomay::syntax {

class HclParser {
 public:
  HclParser(const source::SourceSet& sources, source::FileId file,
            source::Diagnostics& diagnostics);
  // Of a text that stands in a file in another spelling: places are of the text. It must live.
  HclParser(std::string_view text, source::FileId file, source::Diagnostics& diagnostics,
            int depth);

  HclFile File();
  HclFile OneExpression();
  HclFile OneTemplate();

 private:
  class Nesting;
  class Newlines;
  struct TemplatePart;

  // hcl.cc: bodies
  void Body(uint32_t body, bool braces);
  void Item(uint32_t body);
  void Attribute(uint32_t body, std::string_view name, source::Span span);
  void Block(uint32_t body, std::string_view type, source::Span span);
  bool Label(HclBlock& block);
  void Recover(size_t from);
  void SkipString();

  // hcl_expression.cc
  HclNodeId Expression();
  HclNodeId Binary(size_t level);
  std::string_view Operator(size_t level);
  HclNodeId Operand();
  HclNodeId Term();
  HclNodeId Unary(HclKind kind);
  HclNodeId Parentheses();
  HclNodeId Number();
  HclNodeId Named();
  HclNodeId Call(std::string_view name, uint32_t begin);
  HclNodeId Traversal(HclNodeId base);
  bool DotStep(std::vector<HclNodeId>& steps);
  bool BracketStep(std::vector<HclNodeId>& steps);
  HclNodeId Tuple();
  HclNodeId Object();
  HclNodeId ObjectKey();
  bool AtFor();
  HclNodeId For(HclKind kind, uint32_t begin);
  bool ForHead(HclNode& node, HclNodeId& collection);

  // hcl_template.cc
  HclNodeId Quoted();
  HclNodeId Heredoc();
  enum class Ending : uint8_t { kQuote, kMarker, kEnd };
  std::vector<TemplatePart> Parts(Ending ending, std::string_view marker);
  bool AtMarkerLine(std::string_view marker) const;
  bool Literal(Ending ending, std::string& text);
  bool Escape(std::string& text);
  TemplatePart Sequence();
  void Directive(TemplatePart& part);
  HclNodeId Assemble(std::vector<TemplatePart>& parts, uint32_t begin);
  HclNodeId Joined(const std::vector<HclNodeId>& parts, uint32_t begin);
  static void Flush(std::vector<TemplatePart>& parts);

  // Blanks and comments; line ends too where they say nothing.
  void Skip();
  bool At(std::string_view text) const { return bytes_.substr(at_, text.size()) == text; }
  bool AtEnd() const { return at_ >= bytes_.size(); }
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < bytes_.size() ? bytes_[at_ + ahead] : '\0';
  }
  bool Take(std::string_view text);
  bool Expect(std::string_view text, std::string_view where);
  std::string_view Identifier();  // empty when there is none
  bool AtKeyword(std::string_view word) const;

  HclNodeId Fail(std::string message);
  HclNodeId FailAt(size_t at, std::string code, std::string message);
  bool failed() const { return failed_; }
  HclNodeId Add(HclKind kind, size_t begin, std::string_view text = {},
                const std::vector<HclNodeId>& children = {});
  std::string_view Keep(std::string text);
  source::Span SpanFrom(size_t begin) const {
    return {file_.file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)};
  }

  source::Diagnostics& diagnostics_;
  HclFile file_;
  std::string_view bytes_;
  size_t at_ = 0;
  int depth_ = 0;
  bool newlines_ = true;  // a line end ends the expression
  bool failed_ = false;
};

// One more level of nesting while it lives.
class HclParser::Nesting {
 public:
  explicit Nesting(HclParser& parser) : parser_(parser) {
    if (++parser_.depth_ > kMaxHclDepth) {
      parser_.FailAt(parser_.at_, "hcl.depth", "nested too deeply");
    }
  }
  ~Nesting() { --parser_.depth_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  HclParser& parser_;
};

// Whether line ends say anything, while it lives.
class HclParser::Newlines {
 public:
  Newlines(HclParser& parser, bool matter) : parser_(parser), before_(parser.newlines_) {
    parser_.newlines_ = matter;
  }
  ~Newlines() { parser_.newlines_ = before_; }
  Newlines(const Newlines&) = delete;
  Newlines& operator=(const Newlines&) = delete;

 private:
  HclParser& parser_;
  bool before_;
};

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_HCL_PARSER_H_

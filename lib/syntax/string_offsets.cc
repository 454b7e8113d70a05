#include "syntax/string_offsets.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace whomay::syntax {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Walks token and text side by side. The text is known to be right, so it decides what the token
// leaves open: whether a line break became a newline, a space, or nothing.
class Aligner {
 public:
  Aligner(std::string_view raw, std::string_view text) : raw_(raw), text_(text) {}

  std::vector<source::OffsetStep> Run() {
    const char first = raw_.empty() ? '\0' : raw_[0];
    if (first == '|' || first == '>') {
      SkipBlockHeader();
    } else if (first == '"' || first == '\'') {
      quote_ = first;
      at_ = 1;
    }
    while (done_ < text_.size() && at_ < raw_.size()) {
      Step();
    }
    if (steps_.empty() || steps_[0].inner != 0) {
      steps_.insert(steps_.begin(), {0, 0});
    }
    return std::move(steps_);
  }

 private:
  void Step() {
    if (const size_t size = BreakSize(at_); size > 0) {
      LineBreak(size);
    } else if (quote_ == '"' && raw_[at_] == '\\') {
      Escape();
    } else if (quote_ == '\'' && raw_.substr(at_, 2) == "''") {
      Emit(1, 2);
    } else if (!indent_.has_value() && IsBlank(raw_[at_]) && BlanksEndLine()) {
      at_ = raw_.find_first_not_of(" \t", at_);
    } else if (raw_[at_] == text_[done_]) {
      Emit(1, 1);
    } else {
      ++at_;  // not what was decoded: look for where both meet again
    }
  }

  // `decoded` bytes of the text stand for `size` bytes of the token.
  void Emit(size_t decoded, size_t size) {
    if (steps_.empty() || at_ - steps_.back().outer != done_ - steps_.back().inner) {
      steps_.push_back({static_cast<uint32_t>(done_), static_cast<uint32_t>(at_)});
    }
    done_ += decoded;
    at_ += size;
  }

  size_t BreakSize(size_t at) const {
    if (raw_[at] == '\r') {
      return raw_.substr(at, 2) == "\r\n" ? 2 : 1;
    }
    return raw_[at] == '\n' ? 1 : raw_.substr(at, 2) == "\xC2\x85" ? 2 : 0;
  }

  void LineBreak(size_t size) {
    if (text_[done_] == '\n' || text_[done_] == ' ') {
      Emit(1, size);
    } else {
      at_ += size;
    }
    if (!indent_.has_value()) {
      while (at_ < raw_.size() && IsBlank(raw_[at_])) {
        ++at_;
      }
      return;
    }
    for (size_t i = 0; i < *indent_ && at_ < raw_.size() && raw_[at_] == ' '; ++i) {
      ++at_;
    }
  }

  bool BlanksEndLine() const {
    const size_t next = raw_.find_first_not_of(" \t", at_);
    return next != raw_.npos && BreakSize(next) > 0;
  }

  void Escape() {
    if (at_ + 1 >= raw_.size()) {
      ++at_;
      return;
    }
    const char kind = raw_[at_ + 1];
    if (const size_t size = BreakSize(at_ + 1); size > 0) {  // the line goes on
      at_ += 1 + size;
      while (at_ < raw_.size() && IsBlank(raw_[at_])) {
        ++at_;
      }
      return;
    }
    size_t size = kind == 'x' ? 4 : kind == 'u' ? 6 : kind == 'U' ? 10 : 2;
    const size_t decoded = SequenceSize(text_[done_]);
    if (kind == 'u' && decoded == 4) {
      size = 12;  // a surrogate pair
    }
    Emit(std::min(decoded, text_.size() - done_), size);
  }

  static size_t SequenceSize(char lead) {
    const auto byte = static_cast<unsigned char>(lead);
    return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
  }

  // Leaves at_ at the first line's content. The indentation is what the token's first line that is
  // not blank has more than the text's.
  void SkipBlockHeader() {
    at_ = std::min(raw_.find_first_of("\r\n"), raw_.size());
    if (at_ < raw_.size()) {
      at_ += BreakSize(at_);
    }
    indent_ =
        LeadingSpaces(raw_, at_) - std::min(LeadingSpaces(raw_, at_), LeadingSpaces(text_, 0));
    for (size_t i = 0; i < *indent_ && at_ < raw_.size() && raw_[at_] == ' '; ++i) {
      ++at_;
    }
  }

  // Of the first line from `at` on that holds something else.
  static size_t LeadingSpaces(std::string_view text, size_t at) {
    size_t line = at;
    for (size_t i = at; i < text.size(); ++i) {
      if (text[i] == '\n' || text[i] == '\r') {
        line = i + 1;
      } else if (text[i] != ' ') {
        return i - line;
      }
    }
    return 0;
  }

  std::string_view raw_;
  std::string_view text_;
  char quote_ = '\0';
  std::optional<size_t> indent_;  // of block scalars
  size_t at_ = 0;                 // in raw_
  size_t done_ = 0;               // in text_
  std::vector<source::OffsetStep> steps_;
};

}  // namespace

std::vector<source::OffsetStep> StringOffsets(std::string_view raw, std::string_view text) {
  return Aligner(raw, text).Run();
}

}  // namespace whomay::syntax

#include "syntax/yaml_feed.h"

#include <algorithm>

#include "source/encoding.h"

namespace whomay::syntax {
namespace {

constexpr size_t kPieceBytes = 512;  // go-yaml's input_raw_buffer_size
constexpr size_t kCharactersPerMark = 64;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

size_t SequenceSize(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// Bytes at the end of `text` that begin a character and do not end it.
size_t IncompleteTail(std::string_view text) {
  for (size_t back = 1; back <= std::min<size_t>(3, text.size()); ++back) {
    const char c = text[text.size() - back];
    if (!Continues(c)) {
      return SequenceSize(c) > back ? back : 0;
    }
  }
  return 0;
}

// Behind blank lines, comments and blanks.
size_t SkipLinesBetween(std::string_view text, size_t at) {
  while (at < text.size()) {
    if (text[at] == '#') {
      at = std::min(text.find_first_of("\r\n", at), text.size());
    } else if (text[at] == ' ' || text[at] == '\n' || text[at] == '\r') {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

bool EndsLine(std::string_view text) {
  const auto ends = [&text](std::string_view tail) {
    return text.size() >= tail.size() && text.substr(text.size() - tail.size()) == tail;
  };
  return text.empty() || ends("\n") || ends("\r") || ends("\xC2\x85") || ends("\xE2\x80\xA8") ||
         ends("\xE2\x80\xA9");
}

}  // namespace

YamlFeed::YamlFeed(const YamlInput& input)
    : bytes_(input.file.substr(input.begin, input.end - input.begin)),
      mark_size_(source::ByteOrderMarkSize(bytes_)),
      base_(input.begin + static_cast<uint32_t>(mark_size_)),
      end_(input.end) {
  bytes_.remove_prefix(mark_size_);
  if (input.as_lines) {
    NormalizeLines();
  }
  CutLookAhead();
  IndexCharacters();
  // go-yaml looks for a mark at the begin of its buffer instead of the line.
  for (size_t at = bytes_.find(kByteOrderMark); at != bytes_.npos;
       at = bytes_.find(kByteOrderMark, at + 3)) {
    if (EndsLine(bytes_.substr(0, at))) {
      Repair(at, "\xEF\xA3\xBF", kByteOrderMark);  // a private character of the same size
    }
  }
}

void YamlFeed::NormalizeLines() {
  const bool ended = bytes_.empty() || bytes_.back() == '\n';
  // CR LF is one line end to both; only a CR before it would become part of a pair.
  const bool pairs = bytes_.find("\r\r\n") != bytes_.npos;
  if (ended && !pairs) {
    return;
  }
  copy_.reserve(bytes_.size() + 1);
  if (!pairs) {
    copy_ = bytes_;
  } else {
    size_t at = 0;
    while (at < bytes_.size()) {
      const size_t pair = bytes_.find("\r\n", at);
      steps_.push_back({static_cast<uint32_t>(copy_.size()), static_cast<uint32_t>(base_ + at)});
      copy_ += bytes_.substr(at, pair == bytes_.npos ? pair : pair - at);
      at = pair == bytes_.npos ? bytes_.size() : pair + 1;
    }
  }
  if (!ended) {
    copy_ += '\n';
  }
  bytes_ = copy_;
}

// A flow collection may be a key, so both parsers read on to the end of its line before they give
// it out. go-yaml forgets to when the collection is empty (yaml_parser_decrease_flow_level drops
// the mark that stands for the bracket): of `[] x: "` it reads `[]`. Behind `---` on its line
// nothing can be a key, to libyaml too.
void YamlFeed::CutLookAhead() {
  size_t at = SkipLinesBetween(bytes_, 0);
  size_t blanks = 0;
  const bool marked = bytes_.substr(at, 4) == "---\n" || bytes_.substr(at, 5) == "---\r\n";
  if (marked) {
    blanks = at + 3;
    at = SkipLinesBetween(bytes_, blanks);
  }
  const std::string_view rest = bytes_.substr(at);
  if (rest.empty() || (rest[0] != '[' && rest[0] != '{')) {
    return;
  }
  const size_t close = rest.find_first_not_of(" \t", 1);
  if (close == rest.npos || rest[close] != (rest[0] == '[' ? ']' : '}')) {
    return;
  }
  if (bytes_.data() != copy_.data()) {
    copy_ = bytes_;
  }
  std::fill(copy_.begin() + static_cast<std::ptrdiff_t>(blanks),
            copy_.begin() + static_cast<std::ptrdiff_t>(at), ' ');
  if (!marked) {
    constexpr std::string_view kMark = "--- ";
    copy_.insert(0, kMark);
    base_ -= static_cast<uint32_t>(kMark.size());
    for (source::OffsetStep& step : steps_) {
      step.inner += static_cast<uint32_t>(kMark.size());
    }
  }
  // A colon behind the collection makes it a key to go-yaml, which looks no further.
  const size_t behind =
      copy_.find_first_not_of(" \t", copy_.find_first_of("]}", marked ? at : at + 4) + 1);
  if (behind != copy_.npos && copy_[behind] == ':') {
    copy_[behind] = 'x';
  }
  bytes_ = copy_;
}

void YamlFeed::IndexCharacters() {
  const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::all_of(bytes_.begin(), bytes_.end(), ascii)) {
    return;
  }
  size_t count = 0;
  for (size_t i = 0; i < bytes_.size(); ++i) {
    if (!Continues(bytes_[i]) && count++ % kCharactersPerMark == 0) {
      characters_.push_back(static_cast<uint32_t>(i));
    }
  }
}

std::string_view YamlFeed::Next() {
  const size_t carried = at_ == 0 ? mark_size_ : IncompleteTail(bytes_.substr(0, at_));
  const std::string_view piece = bytes_.substr(at_, kPieceBytes - carried);
  at_ += piece.size();
  return piece;
}

void YamlFeed::Repair(size_t at, std::string_view replacement, std::string_view decoded) {
  if (bytes_.data() != copy_.data()) {
    copy_ = bytes_;
  }
  const auto place =
      std::upper_bound(repairs_.begin(), repairs_.end(), at,
                       [](size_t value, const YamlRepair& repair) { return value < repair.at; });
  repairs_.insert(place, {at, std::string(decoded)});
  copy_.replace(at, replacement.size(), replacement);
  bytes_ = copy_;
}

size_t YamlFeed::OffsetOfCharacter(size_t index) const {
  if (characters_.empty()) {
    return std::min(index, bytes_.size());
  }
  const size_t mark = index / kCharactersPerMark;
  if (mark >= characters_.size()) {
    return bytes_.size();
  }
  size_t offset = characters_[mark];
  for (size_t left = index % kCharactersPerMark; left > 0 && offset < bytes_.size(); --left) {
    do {
      ++offset;
    } while (offset < bytes_.size() && Continues(bytes_[offset]));
  }
  return offset;
}

uint32_t YamlFeed::FileOffset(size_t offset) const {
  if (steps_.empty()) {
    return std::min(base_ + static_cast<uint32_t>(offset), end_);
  }
  if (offset < steps_.front().inner) {
    return steps_.front().outer;
  }
  const auto after = std::upper_bound(
      steps_.begin(), steps_.end(), static_cast<uint32_t>(offset),
      [](uint32_t value, const source::OffsetStep& step) { return value < step.inner; });
  const source::OffsetStep& step = *std::prev(after);
  return std::min(step.outer + static_cast<uint32_t>(offset) - step.inner, end_);
}

}  // namespace whomay::syntax

#include "source/source.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "source/encoding.h"

namespace whomay::source {
namespace {

bool IsUtf16(Encoding encoding) {
  return encoding == Encoding::kUtf16LittleEndian || encoding == Encoding::kUtf16BigEndian;
}

// The first letter of a UTF-16 text: blanks, marks and the other halves of letters are skipped.
bool BeginsAsJson(std::string_view bytes) {
  using std::string_view_literals::operator""sv;
  const size_t first = bytes.find_first_not_of("\xFE\xFF\0 \t\r\n"sv);
  return first != bytes.npos && (bytes[first] == '{' || bytes[first] == '[');
}

// Code points are counted up to every so many bytes: plans of a hundred megabytes are one line.
constexpr size_t kChunk = 512;
constexpr size_t kPiece = size_t{8} << 20;  // after so many, what was read is given back
static_assert(kPiece % kChunk == 0);

// Code points that begin in the text: bytes that do not continue one (10xxxxxx).
uint32_t CountLetters(std::string_view text) {
  uint32_t count = 0;
  for (; text.size() >= sizeof(uint64_t); text.remove_prefix(sizeof(uint64_t))) {
    uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof(word));
    const uint64_t continued = word & (~word << 1) & 0x8080808080808080u;
    count += static_cast<uint32_t>(sizeof(word)) - static_cast<uint32_t>(std::popcount(continued));
  }
  for (const char c : text) {
    count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  }
  return count;
}

}  // namespace

SourceSet::File& SourceSet::NewFile(std::string name, FileBytes bytes) {
  File& file = files_.emplace_back();
  file.name = std::move(name);
  file.bytes = std::move(bytes);
  return file;
}

FileId SourceSet::Add(std::string name, std::string bytes) {
  return Add(std::move(name), FileBytes(std::move(bytes)));
}

FileId SourceSet::Add(std::string name, FileBytes bytes) {
  File& file = NewFile(std::move(name), std::move(bytes));
  const std::string_view view = file.bytes.view();
  const Encoding encoding = DetectEncoding(view);
  if (IsUtf16(encoding) && BeginsAsJson(view)) {
    Transcoded text = Utf16ToUtf8(view, encoding);
    if (text.first_invalid.has_value()) {
      file.invalid_utf16 = static_cast<uint32_t>(*text.first_invalid);
    }
    file.bytes = FileBytes(std::move(text.utf8));
  }
  return static_cast<FileId>(files_.size() - 1);
}

FileId SourceSet::AddEmbedded(Span outer, std::string text, std::vector<OffsetStep> steps) {
  File& file = NewFile("", FileBytes(std::move(text)));
  file.outer = outer;
  file.steps = std::move(steps);
  return static_cast<FileId>(files_.size() - 1);
}

Span SourceSet::InvalidUtf16(FileId id) const {
  const std::optional<uint32_t>& at = file(id).invalid_utf16;
  return at.has_value() ? Span{id, *at, *at + 3} : Span();
}

void SourceSet::Release(Span span) const {
  if (span.known()) {
    file(span.file).bytes.Release(span.begin, span.end);
  }
}

std::string_view SourceSet::bytes(FileId id) const { return file(id).bytes.view(); }

std::string_view SourceSet::text(Span span) const {
  if (!span.known() || !file(span.file).bytes.intact()) {
    return {};
  }
  return bytes(span.file).substr(span.begin, span.end - span.begin);
}

Span SourceSet::Outermost(Span span) const {
  while (span.known() && file(span.file).outer.known()) {
    const File& inner = file(span.file);
    const auto map = [&inner](uint32_t offset) {
      auto after = std::upper_bound(
          inner.steps.begin(), inner.steps.end(), offset,
          [](uint32_t value, const OffsetStep& step) { return value < step.inner; });
      if (after == inner.steps.begin()) {
        return inner.outer.begin;
      }
      const OffsetStep& step = *std::prev(after);
      return std::min(step.outer + (offset - step.inner), inner.outer.end);
    };
    const uint32_t begin = map(span.begin);
    const uint32_t end = std::max(begin, map(span.end));
    span = {inner.outer.file, begin, end};
  }
  return span;
}

std::string_view SourceSet::name(FileId id) const { return file(Outermost({id, 0, 0}).file).name; }

const std::vector<uint32_t>& SourceSet::Lines(const File& file) {
  std::call_once(file.lines_once, [&file] {
    const std::string_view bytes = file.bytes.view();
    file.lines.push_back(0);
    uint32_t letters = 0;
    for (size_t begin = 0; begin < bytes.size(); begin += kChunk) {
      const std::string_view chunk = bytes.substr(begin, kChunk);
      for (size_t at = chunk.find('\n'); at != chunk.npos; at = chunk.find('\n', at + 1)) {
        file.lines.push_back(static_cast<uint32_t>(begin + at + 1));
      }
      file.letters.push_back(letters);
      letters += CountLetters(chunk);
      if (begin % kPiece == 0 && begin > 0) {
        file.bytes.Release(begin - kPiece, begin);
      }
    }
    file.letters.push_back(letters);
  });
  return file.lines;
}

uint32_t SourceSet::Letters(const File& file, uint32_t offset) {
  const size_t chunk = offset / kChunk;
  return file.letters[chunk] +
         CountLetters(file.bytes.view().substr(chunk * kChunk, offset - chunk * kChunk));
}

Location SourceSet::Locate(Span span) const {
  if (!span.known()) {
    return {};
  }
  span = Outermost(span);
  const File& outer = file(span.file);
  if (!outer.bytes.intact()) {
    return {outer.name, 0, 0, 0, 0};
  }
  const std::string_view bytes = outer.bytes.view();
  const std::vector<uint32_t>& lines = Lines(outer);
  const auto place = [&](uint32_t offset) {
    offset = std::min<uint32_t>(offset, static_cast<uint32_t>(bytes.size()));
    const auto line = std::prev(std::upper_bound(lines.begin(), lines.end(), offset));
    const uint32_t column = Letters(outer, offset) - Letters(outer, *line) + 1;
    return std::pair<uint32_t, uint32_t>(static_cast<uint32_t>(line - lines.begin()) + 1, column);
  };
  const auto [line, column] = place(span.begin);
  const auto [end_line, end_column] = place(span.end);
  return {outer.name, line, column, end_line, end_column};
}

}  // namespace whomay::source

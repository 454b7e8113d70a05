#include "source/source.h"

#include <algorithm>
#include <utility>

namespace whomay::source {

FileId SourceSet::Add(std::string name, std::string bytes) {
  File& file = files_.emplace_back();
  file.name = std::move(name);
  file.bytes = std::move(bytes);
  return static_cast<FileId>(files_.size() - 1);
}

FileId SourceSet::AddEmbedded(Span outer, std::string text, std::vector<OffsetStep> steps) {
  File& file = files_.emplace_back();
  file.bytes = std::move(text);
  file.outer = outer;
  file.steps = std::move(steps);
  return static_cast<FileId>(files_.size() - 1);
}

std::string_view SourceSet::bytes(FileId id) const { return file(id).bytes; }

std::string_view SourceSet::text(Span span) const {
  if (!span.known()) {
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

std::string_view SourceSet::name(FileId id) const {
  return file(Outermost({id, 0, 0}).file).name;
}

const std::vector<uint32_t>& SourceSet::Lines(const File& file) {
  std::call_once(file.lines_once, [&file] {
    file.lines.push_back(0);
    for (size_t i = 0; i < file.bytes.size(); ++i) {
      if (file.bytes[i] == '\n') {
        file.lines.push_back(static_cast<uint32_t>(i + 1));
      }
    }
  });
  return file.lines;
}

Location SourceSet::Locate(Span span) const {
  if (!span.known()) {
    return {};
  }
  span = Outermost(span);
  const File& outer = file(span.file);
  const std::vector<uint32_t>& lines = Lines(outer);
  const auto place = [&](uint32_t offset) {
    offset = std::min<uint32_t>(offset, static_cast<uint32_t>(outer.bytes.size()));
    const auto line = std::prev(std::upper_bound(lines.begin(), lines.end(), offset));
    uint32_t column = 1;
    for (uint32_t i = *line; i < offset; ++i) {
      column += (static_cast<unsigned char>(outer.bytes[i]) & 0xC0) != 0x80 ? 1 : 0;
    }
    return std::pair<uint32_t, uint32_t>(static_cast<uint32_t>(line - lines.begin()) + 1, column);
  };
  const auto [line, column] = place(span.begin);
  const auto [end_line, end_column] = place(span.end);
  return {outer.name, line, column, end_line, end_column};
}

}  // namespace whomay::source

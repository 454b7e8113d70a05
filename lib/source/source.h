// Sources: the bytes that were given, and places in them.
//
// A SourceSet owns every input's bytes and gives them dense FileIds. A document inside a document
// (a policy string inside a plan, mapRoles inside a ConfigMap) is a file of its own whose offsets
// map to those of the text around it, so a Span into it is located in the outermost file.
//
//   SourceSet sources;
//   const FileId plan = sources.Add("plan.json", bytes);
//   sources.Locate(Span{plan, 120, 131});   // plan.json:4:17
//
// UTF-16 texts that begin as JSON does are kept as UTF-8; their lines and columns stay the same.
//
// Thread safety: const members may be called concurrently; Add*() need exclusive access. bytes()
// and name() stay valid and in place for the life of the set.
#ifndef WHOMAY_LIB_SOURCE_SOURCE_H_
#define WHOMAY_LIB_SOURCE_SOURCE_H_

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/file_bytes.h"

namespace whomay::source {

enum class FileId : uint32_t { kNone = 0xFFFFFFFF };

// Bytes [begin, end) of a file. A default Span is no place at all.
struct Span {
  FileId file = FileId::kNone;
  uint32_t begin = 0;
  uint32_t end = 0;

  bool known() const { return file != FileId::kNone; }
};

// A place as people read it: lines and columns from 1, columns in code points.
struct Location {
  std::string_view file;
  uint32_t line = 0;  // 0: no place
  uint32_t column = 0;
  uint32_t end_line = 0;
  uint32_t end_column = 0;
};

// Offset `inner` of an embedded text stands at `outer` of the text around it; between two steps
// both run alike, byte by byte.
struct OffsetStep {
  uint32_t inner;
  uint32_t outer;
};

class SourceSet {
 public:
  SourceSet() = default;
  SourceSet(const SourceSet&) = delete;  // Spans and views refer to this one
  SourceSet& operator=(const SourceSet&) = delete;

  FileId Add(std::string name, std::string bytes);
  FileId Add(std::string name, FileBytes bytes);
  // `steps` ascend in `inner`, the first has inner 0. `outer` is a span of a file of this set.
  FileId AddEmbedded(Span outer, std::string text, std::vector<OffsetStep> steps);

  std::string_view bytes(FileId file) const;
  // Empty, as are lines and columns below, if the file behind a mapping has been cut short since.
  std::string_view text(Span span) const;
  // The outermost file's name.
  std::string_view name(FileId file) const;
  // The span in the outermost file.
  Span Outermost(Span span) const;
  Location Locate(Span span) const;
  // The first place at which a text that came as UTF-16 was broken (U+FFFD stands there).
  Span InvalidUtf16(FileId file) const;
  // The bytes of a span have been read and will hardly be needed again.
  void Release(Span span) const;
  size_t size() const { return files_.size(); }

 private:
  struct File {
    std::string name;
    FileBytes bytes;
    std::optional<uint32_t> invalid_utf16;
    Span outer;  // of embedded texts
    std::vector<OffsetStep> steps;
    mutable std::once_flag lines_once;
    mutable std::vector<uint32_t> lines;  // offsets at which lines begin, made when first asked for
    mutable std::vector<uint32_t> letters;  // code points before every so many bytes; as lines
  };
  File& NewFile(std::string name, FileBytes bytes);
  const File& file(FileId id) const { return files_[static_cast<uint32_t>(id)]; }
  static const std::vector<uint32_t>& Lines(const File& file);
  // Code points before an offset. Lines() has been called.
  static uint32_t Letters(const File& file, uint32_t offset);

  std::deque<File> files_;
};

}  // namespace whomay::source

#endif  // WHOMAY_LIB_SOURCE_SOURCE_H_

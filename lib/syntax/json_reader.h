// JsonReader: the JSON values of a text, one after the other. Internal to syntax/.
// Thread safety: none; one reader per thread.
#ifndef WHOMAY_LIB_SYNTAX_JSON_READER_H_
#define WHOMAY_LIB_SYNTAX_JSON_READER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/json.h"
#include "syntax/tree.h"

namespace whomay::syntax {

class JsonReader {
 public:
  enum class Outcome : uint8_t { kValue, kEnd, kError, kLimit };

  JsonReader(const source::SourceSet& sources, source::Span span, std::string_view path,
             const JsonOptions& options);
  JsonReader(const JsonReader&) = delete;  // bytes_ may view repaired_
  JsonReader& operator=(const JsonReader&) = delete;

  // False, and a loss, if the text holds what no reader takes: NUL, invalid UTF-8. Reports half
  // surrogates, which read as U+FFFD from now on.
  bool Preflight(source::Diagnostics& diagnostics);
  // The same for kubectl's reader: what is not UTF-8 in strings reads as U+FFFD too, and NUL is an
  // error where reading comes to it.
  void PreflightAsGo(source::Diagnostics& diagnostics);

  // The next value. kError and kLimit (depth, number of values) are reported as losses.
  Outcome Next(Tree* tree, source::Diagnostics& diagnostics);

  // Offset in the file behind the last value.
  uint32_t offset() const { return span_.begin + static_cast<uint32_t>(at_); }
  // Offset in the file of what follows the blanks behind it; the text's end if nothing does.
  uint32_t NextToken() const;
  bool at_end() const { return NextToken() == span_.end; }

 private:
  struct Scan {
    size_t nul;
    size_t invalid;
    bool surrogates;
  };
  Scan ScanText() const;
  void ReplaceHalfSurrogates(source::Diagnostics& diagnostics);

  const source::SourceSet& sources_;
  source::Span span_;
  std::string_view file_bytes_;
  std::string_view bytes_;
  std::string repaired_;
  std::string_view path_;
  const JsonOptions& options_;
  bool replace_invalid_ = false;
  size_t at_;
};

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_JSON_READER_H_

#include "report/json_writer.h"

#include "report/utf8.h"

namespace whomay::report {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

// The two-letter escape of a character; 0 where there is none.
char ShortEscape(uint32_t c) {
  switch (c) {
    case '"':
    case '\\':
      return static_cast<char>(c);
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

}  // namespace

void JsonWriter::NewLine() {
  out_ += '\n';
  out_.append(2 * levels_.size(), ' ');
}

void JsonWriter::BeforeValue() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (levels_.empty()) {
    return;
  }
  Level& level = levels_.back();
  if (!level.empty) {
    out_ += level.one_line ? ", " : ",";
  }
  level.empty = false;
  if (!level.one_line) {
    NewLine();
  }
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  BeforeValue();
  Quote(key);
  out_ += ": ";
  after_key_ = true;
  return *this;
}

void JsonWriter::Open(char bracket) {
  BeforeValue();
  out_ += bracket;
  const bool inside_line = !levels_.empty() && levels_.back().one_line;
  levels_.push_back({inline_next_ || inside_line, true});
  inline_next_ = false;
}

void JsonWriter::Close(char bracket) {
  const Level level = levels_.back();
  levels_.pop_back();
  if (!level.empty && !level.one_line) {
    NewLine();
  }
  out_ += bracket;
}

void JsonWriter::String(std::string_view text) {
  BeforeValue();
  Quote(text);
}

void JsonWriter::Int(int64_t value) {
  BeforeValue();
  out_ += std::to_string(value);
}

void JsonWriter::Bool(bool value) {
  BeforeValue();
  out_ += value ? "true" : "false";
}

void JsonWriter::Null() {
  BeforeValue();
  out_ += "null";
}

void JsonWriter::Quote(std::string_view text) {
  out_ += '"';
  for (size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeUtf8(text, i);
    if (!point.valid) {
      out_ += "\xEF\xBF\xBD";
    } else if (const char escape = ShortEscape(point.value); escape != 0) {
      out_ += '\\';
      out_ += escape;
    } else if (point.value < 0x20 || point.value == 0x7F) {
      out_ += "\\u00";
      out_ += kHex[point.value >> 4];
      out_ += kHex[point.value & 0xF];
    } else {
      out_ += text.substr(i, point.size);
    }
    i += point.size;
  }
  out_ += '"';
}

}  // namespace whomay::report

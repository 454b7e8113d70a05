#include "syntax/json.h"

#include <rapidjson/error/error.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "base/strings.h"
#include "source/encoding.h"
#include "source/limits.h"
#include "syntax/tree_core.h"

namespace whomay::syntax {
namespace {

// The bytes of one span; behind them Peek() is NUL, which stands in no text that we let in.
class ByteStream {
 public:
  using Ch = char;

  explicit ByteStream(std::string_view bytes)
      : begin_(bytes.data()), at_(begin_), end_(begin_ + bytes.size()) {}

  Ch Peek() const { return at_ == end_ ? '\0' : *at_; }
  Ch Take() { return at_ == end_ ? '\0' : *at_++; }
  size_t Tell() const { return static_cast<size_t>(at_ - begin_); }

  // Never called: nothing is parsed in place.
  Ch* PutBegin() { return nullptr; }
  void Put(Ch) {}
  void Flush() {}
  size_t PutEnd(Ch*) { return 0; }

 private:
  const char* begin_;
  const char* at_;
  const char* end_;
};

}  // namespace
}  // namespace whomay::syntax

namespace rapidjson {

// The reader then works on copies of the stream, so that inside a handler Tell() is where the token
// begins.
template <>
struct StreamTraits<whomay::syntax::ByteStream> {
  enum { copyOptimization = 1 };
};

}  // namespace rapidjson

namespace whomay::syntax {
namespace {

constexpr std::string_view kBlanks = " \t\n\r";

struct Context {
  source::FileId file;
  std::string_view file_bytes;
  source::Diagnostics& diagnostics;
  std::string_view path;
  const JsonOptions& options;

  void Loss(std::string_view code, uint32_t at, std::string message) const {
    diagnostics.AddLoss(std::string(code), {file, at, at}, std::move(message), std::string(path));
  }
};

class Handler {
 public:
  Handler(const Context& context, const ByteStream& stream, uint32_t base, size_t expected)
      : context_(context),
        stream_(stream),
        base_(base),
        builder_(context.file, context.file_bytes, expected) {}

  bool Null() {
    builder_.Null(Here() - 4, Here());
    return Room();
  }
  bool Bool(bool value) {
    builder_.Bool(value, Here() - (value ? 4 : 5), Here());
    return Room();
  }
  bool RawNumber(const char*, rapidjson::SizeType length, bool) {
    builder_.SourceText(Kind::kNumber, Here(), Here() + length, false);
    return Room();
  }
  // Numbers come as text only.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }

  bool String(const char* text, rapidjson::SizeType length, bool) {
    const uint32_t begin = Here();
    if (Verbatim(begin, length)) {
      builder_.SourceText(Kind::kString, begin, begin + length + 2, true);
    } else {
      builder_.OwnText(Kind::kString, {text, length}, begin, TokenEnd(begin));
    }
    return Room();
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    const uint32_t begin = Here();
    if (Verbatim(begin, length)) {
      builder_.SourceKey(begin, length, true);
    } else {
      builder_.OwnKey({text, length}, begin, TokenEnd(begin));
    }
    return true;
  }
  bool StartObject() { return Start(Kind::kObject); }
  bool StartArray() { return Start(Kind::kArray); }
  bool EndObject(rapidjson::SizeType) {
    const uint32_t node = End();
    if (context_.options.report_duplicates) {
      ReportDuplicates(node);
    }
    Offer(node);
    return true;
  }
  bool EndArray(rapidjson::SizeType) {
    Offer(End());
    return true;
  }

  TreeBuilder& builder() { return builder_; }
  const std::optional<std::string_view>& limit() const { return limit_; }

 private:
  uint32_t Here() const { return base_ + static_cast<uint32_t>(stream_.Tell()); }

  // A text without escapes is as long as what stands between the quotes.
  bool Verbatim(uint32_t begin, size_t length) const {
    return length == 0
               ? context_.file_bytes[begin + 1] == '"'
               : std::memchr(context_.file_bytes.data() + begin + 1, '\\', length) == nullptr;
  }

  uint32_t TokenEnd(uint32_t begin) const {
    size_t at = begin + 1;
    while (context_.file_bytes[at] != '"') {
      at += context_.file_bytes[at] == '\\' ? 2 : 1;
    }
    return static_cast<uint32_t>(at + 1);
  }

  bool Start(Kind kind) {
    if (builder_.depth() >= source::kMaxDepth) {
      limit_ = "json.depth";
      return false;
    }
    // The stream stands at the bracket or behind it, according to the reader.
    const uint32_t here = Here();
    const char bracket = kind == Kind::kObject ? '{' : '[';
    const bool behind = here >= context_.file_bytes.size() || context_.file_bytes[here] != bracket;
    builder_.Begin(kind, behind ? here - 1 : here);
    return Room();
  }
  uint32_t End() {
    const uint32_t here = Here();
    const bool at = here < context_.file_bytes.size() &&
                    (context_.file_bytes[here] == '}' || context_.file_bytes[here] == ']');
    return builder_.End(at ? here + 1 : here);
  }
  void Offer(uint32_t node) {
    const size_t depth = builder_.depth();
    if (context_.options.keep && depth <= context_.options.keep_depth &&
        !context_.options.keep(builder_.core().value(node), depth)) {
      builder_.Collapse(node);
    }
  }
  bool Room() {
    if (builder_.node_count() < source::kMaxNodes) {
      return true;
    }
    limit_ = "json.nodes";
    return false;
  }

  void ReportDuplicates(uint32_t node) {
    for (const auto& [earlier, later] : builder_.Duplicates(node)) {
      const Value first = builder_.core().value(earlier);
      const Value last = builder_.core().value(later);
      source::Diagnostic& added = context_.diagnostics.Add(
          "json.duplicate-key", source::Severity::kWarning, last.key_span(),
          Concat({"the key \"", last.key(), "\" stands twice in this object; the last one counts"}),
          std::string(context_.path));
      added.related.push_back({first.key_span(), "first here"});
    }
  }

  const Context& context_;
  const ByteStream& stream_;
  const uint32_t base_;
  TreeBuilder builder_;
  std::optional<std::string_view> limit_;
};

std::string_view Explain(rapidjson::ParseErrorCode code) {
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty:
      return "there is no JSON value here";
    case rapidjson::kParseErrorDocumentRootNotSingular:
      return "more text follows the JSON value";
    case rapidjson::kParseErrorObjectMissName:
      return "a key in double quotes is expected here";
    case rapidjson::kParseErrorObjectMissColon:
      return "a colon is expected behind the key";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return "a comma or } is expected behind the member of an object";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "a comma or ] is expected behind the element of an array";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
      return "\\u needs four hexadecimal digits";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "half of a surrogate pair stands alone";
    case rapidjson::kParseErrorStringEscapeInvalid:
      return "a backslash escape that JSON does not know, or a control character in a string";
    case rapidjson::kParseErrorStringMissQuotationMark:
      return "the string has no closing quote";
    case rapidjson::kParseErrorStringInvalidEncoding:
      return "the string is not UTF-8";
    case rapidjson::kParseErrorNumberTooBig:
      return "the number is too big";
    case rapidjson::kParseErrorNumberMissFraction:
      return "digits are expected behind the decimal point";
    case rapidjson::kParseErrorNumberMissExponent:
      return "digits are expected in the exponent";
    default:
      return "no JSON value begins like this";
  }
}

// One value at the begin of `bytes`, which stand at `base` of the file. `used`: how far it went.
std::optional<Tree> ParseOne(const Context& context, std::string_view bytes, uint32_t base,
                             size_t* used) {
  ByteStream stream(bytes);
  Handler handler(context, stream, base, bytes.size());
  rapidjson::Reader reader;
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag |
                              rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseStopWhenDoneFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, handler);
  *used = stream.Tell();
  if (!result.IsError()) {
    return handler.builder().Finish();
  }
  const uint32_t at = base + static_cast<uint32_t>(std::min(result.Offset(), bytes.size()));
  if (handler.limit() == "json.depth") {
    context.Loss("json.depth", at,
                 Concat({"lists and objects are nested deeper than ",
                         std::to_string(source::kMaxDepth), "; the document was not read"}));
  } else if (handler.limit().has_value()) {
    context.Loss(*handler.limit(), at,
                 Concat({"the document has more than ", std::to_string(source::kMaxNodes),
                         " values; it was not read"}));
  } else {
    const bool at_end = bytes.find_first_not_of(kBlanks, at - base) == bytes.npos;
    context.Loss(
        "json.syntax", at,
        Concat({"not JSON: ", Explain(result.Code()), at_end ? ", but the text ends" : ""}));
  }
  return std::nullopt;
}

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (AsciiLower(c) >= 'a' && AsciiLower(c) <= 'f');
}

// The UTF-16 unit that `\uXXXX` at `at` spells, or nothing.
std::optional<uint32_t> UnitAt(std::string_view text, size_t at) {
  if (text.size() < 6 || at > text.size() - 6 || text[at] != '\\' || text[at + 1] != 'u') {
    return std::nullopt;
  }
  uint32_t unit = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    if (!IsHexDigit(text[i])) {
      return std::nullopt;
    }
    const char c = AsciiLower(text[i]);
    unit = unit * 16 + static_cast<uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  }
  return unit;
}

// Offsets of escapes that are half a surrogate pair. Go's decoder reads them as U+FFFD; RapidJSON
// refuses the high ones and makes invalid UTF-8 of the low ones.
std::vector<size_t> HalfSurrogates(std::string_view text) {
  std::vector<size_t> found;
  for (size_t at = text.find('\\'); at != text.npos; at = text.find('\\', at)) {
    const std::optional<uint32_t> unit = UnitAt(text, at);
    if (!unit.has_value() || *unit < 0xD800 || *unit > 0xDFFF) {
      at += unit.has_value() ? 6 : 2;
      continue;
    }
    const std::optional<uint32_t> next = *unit < 0xDC00 ? UnitAt(text, at + 6) : std::nullopt;
    if (next.has_value() && *next >= 0xDC00 && *next <= 0xDFFF) {
      at += 12;
      continue;
    }
    found.push_back(at);
    at += 6;
  }
  return found;
}

bool MayHoldSurrogates(std::string_view text) {
  return text.find("\\ud") != text.npos || text.find("\\uD") != text.npos;
}

// What JSON readers refuse or misread before they begin: false if nothing can be read.
bool Preflight(const Context& context, std::string_view bytes, uint32_t base) {
  if (const size_t nul = bytes.find('\0'); nul != bytes.npos) {
    context.Loss("json.nul", base + static_cast<uint32_t>(nul),
                 "a NUL byte stands in the text; it was not read");
    return false;
  }
  if (const size_t bad = source::FindInvalidUtf8(bytes); bad != bytes.npos) {
    context.Loss("json.utf8", base + static_cast<uint32_t>(bad),
                 "the text is not UTF-8 from here on; it was not read");
    return false;
  }
  return true;
}

std::vector<Tree> Parse(const source::SourceSet& sources, source::Span span,
                        source::Diagnostics& diagnostics, std::string_view path,
                        const JsonOptions& options, bool sequence) {
  const Context context{span.file, sources.bytes(span.file), diagnostics, path, options};
  std::string_view bytes = sources.text(span);
  std::vector<Tree> trees;
  size_t at = source::ByteOrderMarkSize(bytes);
  if (!Preflight(context, bytes, span.begin)) {
    return trees;
  }
  std::string repaired;
  if (MayHoldSurrogates(bytes)) {
    const std::vector<size_t> halves = HalfSurrogates(bytes);
    if (!halves.empty()) {
      const uint32_t first = span.begin + static_cast<uint32_t>(halves[0]);
      diagnostics.Add("json.surrogate", source::Severity::kWarning, {span.file, first, first + 6},
                      "half of a surrogate pair stands alone; it reads as U+FFFD",
                      std::string(path));
      repaired = bytes;
      for (const size_t half : halves) {
        repaired.replace(half, 6, "\\ufffd");
      }
      bytes = repaired;
    }
  }
  while (true) {
    const size_t next = bytes.find_first_not_of(kBlanks, at);
    if (next == bytes.npos) {
      if (trees.empty()) {
        context.Loss("json.empty", span.begin, "there is no JSON value: the text is empty");
      }
      return trees;
    }
    if (!trees.empty() && !sequence) {
      context.Loss("json.trailing", span.begin + static_cast<uint32_t>(next),
                   "more text follows the JSON value; nothing of the document was read");
      trees.clear();
      return trees;
    }
    size_t used = 0;
    std::optional<Tree> tree =
        ParseOne(context, bytes.substr(next), span.begin + static_cast<uint32_t>(next), &used);
    if (!tree.has_value()) {
      return trees;
    }
    trees.push_back(std::move(*tree));
    at = next + used;
  }
}

}  // namespace

Tree ParseJson(const source::SourceSet& sources, source::Span span,
               source::Diagnostics& diagnostics, std::string_view path,
               const JsonOptions& options) {
  std::vector<Tree> trees = Parse(sources, span, diagnostics, path, options, false);
  return trees.empty() ? Tree() : std::move(trees[0]);
}

std::vector<Tree> ParseJsonSequence(const source::SourceSet& sources, source::Span span,
                                    source::Diagnostics& diagnostics, std::string_view path,
                                    const JsonOptions& options) {
  return Parse(sources, span, diagnostics, path, options, true);
}

}  // namespace whomay::syntax

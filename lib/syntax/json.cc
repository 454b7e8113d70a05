#include "syntax/json.h"

// RapidJSON 1.1.0 computes an offset to its null stack before it allocates it, which
// UndefinedBehaviorSanitizer reports.
#ifdef __clang__
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#endif
#include <rapidjson/error/error.h>
#include <rapidjson/reader.h>
#ifdef __clang__
#pragma clang attribute pop
#endif

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "base/strings.h"
#include "source/encoding.h"
#include "source/limits.h"
#include "syntax/json_reader.h"
#include "syntax/tree_core.h"

namespace whomay::syntax {
namespace {

// What the scan of the last string saw.
struct StringScan {
  const char* stop = nullptr;  // at its closing quote
  bool escaped = false;
};

// The bytes of one span; behind them Peek() is NUL, which stands in no text that we let in.
class ByteStream {
 public:
  using Ch = char;

  ByteStream(std::string_view bytes, StringScan& scan)
      : begin_(bytes.data()), at_(begin_), end_(begin_ + bytes.size()), scan_(&scan) {}

  Ch Peek() const { return at_ == end_ ? '\0' : *at_; }
  Ch Take() { return at_ == end_ ? '\0' : *at_++; }
  size_t Tell() const { return static_cast<size_t>(at_ - begin_); }
  const char* Current() const { return at_; }

  // Never called: nothing is parsed in place.
  Ch* PutBegin() { return nullptr; }
  void Put(Ch) {}
  void Flush() {}
  size_t PutEnd(Ch*) { return 0; }

  // The bytes up to the next that means something in a string: quote, backslash, control character.
  std::string_view TakePlainRun() {
    const char* const first = at_;
    constexpr uint64_t kOnes = 0x0101010101010101u;
    constexpr uint64_t kHighs = 0x8080808080808080u;
    const auto zero_bytes = [](uint64_t x) { return (x - kOnes) & ~x & kHighs; };
    uint64_t word = 0;
    while (static_cast<size_t>(end_ - at_) >= sizeof(word)) {
      std::memcpy(&word, at_, sizeof(word));
      const uint64_t below_blank = (word - kOnes * 0x20) & ~word & kHighs;
      if ((below_blank | zero_bytes(word ^ (kOnes * '"')) | zero_bytes(word ^ (kOnes * '\\'))) !=
          0) {
        break;
      }
      at_ += sizeof(word);
    }
    while (at_ != end_ && *at_ != '"' && *at_ != '\\' && static_cast<unsigned char>(*at_) >= 0x20) {
      ++at_;
    }
    scan_->stop = at_;
    scan_->escaped |= at_ != end_ && *at_ == '\\';
    return {first, static_cast<size_t>(at_ - first)};
  }

 private:
  const char* begin_;
  const char* at_;
  const char* end_;
  StringScan* scan_;
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

// The reader's own place for faster streams (it has one for StringStream with SSE): what needs no
// decoding is copied in one piece.
template <>
template <>
inline void Reader::ScanCopyUnescapedString(whomay::syntax::ByteStream& in,
                                            Reader::StackStream<char>& out) {
  const std::string_view run = in.TakePlainRun();
  if (!run.empty()) {
    std::memcpy(out.Push(static_cast<SizeType>(run.size())), run.data(), run.size());
  }
}

}  // namespace rapidjson

namespace whomay::syntax {
namespace {

constexpr std::string_view kBlanks = " \t\n\r";
constexpr size_t kPieceBytes = size_t{8} << 20;  // after so many, what was read is given back

struct Context {
  const source::SourceSet& sources;
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
  Handler(const Context& context, const ByteStream& stream, StringScan& scan, uint32_t base,
          size_t expected, bool replace_invalid)
      : context_(context),
        stream_(stream),
        scan_(scan),
        base_(base),
        replace_invalid_(replace_invalid),
        builder_(context.file, context.file_bytes, expected),
        released_(base) {}

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
    const uint32_t end = TokenEnd(begin);
    if (replace_invalid_) {
      builder_.OwnText(Kind::kString, source::ReplaceInvalidUtf8({text, length}), begin, end);
    } else if (length + 2 == end - begin && !scan_.escaped) {
      builder_.SourceText(Kind::kString, begin, end, true);
    } else {
      builder_.OwnText(Kind::kString, {text, length}, begin, end);
    }
    scan_ = {};
    return Room();
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    const uint32_t begin = Here();
    const uint32_t end = TokenEnd(begin);
    if (replace_invalid_) {
      builder_.OwnKey(source::ReplaceInvalidUtf8({text, length}), begin, end);
    } else if (length + 2 == end - begin && !scan_.escaped) {
      builder_.SourceKey(begin, length, true);
    } else {
      builder_.OwnKey({text, length}, begin, end);
    }
    scan_ = {};
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

  // Behind the closing quote at which the scan of the string ended.
  uint32_t TokenEnd(uint32_t begin) const {
    const auto length = static_cast<uint32_t>(scan_.stop - stream_.Current());
    return begin + length + 1;
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
    if (const uint32_t here = Here(); here - released_ > kPieceBytes) {
      context_.sources.Release({context_.file, released_, here});
      released_ = here;
    }
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
  StringScan& scan_;
  const uint32_t base_;
  const bool replace_invalid_;
  TreeBuilder builder_;
  std::optional<std::string_view> limit_;
  uint32_t released_;
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

std::string_view LimitMessage(std::string_view code) {
  return code == "json.depth" ? "lists and objects are nested too deep; the document was not read"
                              : "the document has too many values; it was not read";
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
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    const void* const found = memmem(at, static_cast<size_t>(end - at), "\\u", 2);
    if (found == nullptr) {
      return false;
    }
    at = static_cast<const char*>(found) + 2;
    if (at != end && AsciiLower(*at) == 'd') {
      return true;
    }
  }
  return false;
}

}  // namespace

JsonReader::JsonReader(const source::SourceSet& sources, source::Span span, std::string_view path,
                       const JsonOptions& options)
    : sources_(sources),
      span_(span),
      file_bytes_(sources.bytes(span.file)),
      bytes_(sources.text(span)),
      path_(path),
      options_(options),
      at_(source::ByteOrderMarkSize(bytes_)) {}

// One pass, piece by piece, each given back when it is done.
JsonReader::Scan JsonReader::ScanText() const {
  Scan scan{bytes_.npos, bytes_.npos, false};
  size_t at = 0;
  while (at < bytes_.size()) {
    size_t end = std::min(at + kPieceBytes, bytes_.size());
    while (end < bytes_.size() && (static_cast<unsigned char>(bytes_[end]) & 0xC0) == 0x80 &&
           end > at + kPieceBytes - 4) {
      --end;  // characters stay whole
    }
    const std::string_view piece = bytes_.substr(at, end - at);
    if (scan.nul == bytes_.npos) {
      const size_t nul = piece.find('\0');
      scan.nul = nul == piece.npos ? bytes_.npos : at + nul;
    }
    if (scan.invalid == bytes_.npos) {
      const size_t bad = source::FindInvalidUtf8(piece);
      scan.invalid = bad == piece.npos ? bytes_.npos : at + bad;
    }
    scan.surrogates |= MayHoldSurrogates(bytes_.substr(at, end - at + 2));
    const auto base = static_cast<uint32_t>(span_.begin + at);
    sources_.Release({span_.file, base, base + static_cast<uint32_t>(piece.size())});
    at = end;
  }
  return scan;
}

bool JsonReader::Preflight(source::Diagnostics& diagnostics) {
  const Context context{sources_, span_.file, file_bytes_, diagnostics, path_, options_};
  if (const source::Span broken = sources_.InvalidUtf16(span_.file); broken.known()) {
    context.Loss("json.utf16", broken.begin,
                 "the file is UTF-16 and broken here; it reads as U+FFFD");
  }
  const Scan scan = ScanText();
  if (scan.nul != bytes_.npos) {
    context.Loss("json.nul", span_.begin + static_cast<uint32_t>(scan.nul),
                 "a NUL byte stands in the text; it was not read");
    return false;
  }
  if (scan.invalid != bytes_.npos) {
    context.Loss("json.utf8", span_.begin + static_cast<uint32_t>(scan.invalid),
                 "the text is not UTF-8 from here on; it was not read");
    return false;
  }
  if (scan.surrogates) {
    ReplaceHalfSurrogates(diagnostics);
  }
  return true;
}

void JsonReader::PreflightAsGo(source::Diagnostics& diagnostics) {
  const Scan scan = ScanText();
  replace_invalid_ = scan.invalid != bytes_.npos;
  if (replace_invalid_) {
    const uint32_t at = span_.begin + static_cast<uint32_t>(scan.invalid);
    diagnostics.Add("json.utf8", source::Severity::kWarning, {span_.file, at, at + 1},
                    "a byte that is not UTF-8; Kubernetes reads it as U+FFFD", std::string(path_));
  }
  if (scan.surrogates) {
    ReplaceHalfSurrogates(diagnostics);
  }
}

void JsonReader::ReplaceHalfSurrogates(source::Diagnostics& diagnostics) {
  const std::vector<size_t> halves = HalfSurrogates(bytes_);
  if (halves.empty()) {
    return;
  }
  const uint32_t first = span_.begin + static_cast<uint32_t>(halves[0]);
  diagnostics.Add("json.surrogate", source::Severity::kWarning, {span_.file, first, first + 6},
                  "half of a surrogate pair stands alone; it reads as U+FFFD", std::string(path_));
  repaired_ = bytes_;
  for (const size_t half : halves) {
    repaired_.replace(half, 6, "\\ufffd");
  }
  bytes_ = repaired_;
}

uint32_t JsonReader::NextToken() const {
  const size_t next = bytes_.find_first_not_of(kBlanks, at_);
  return next == bytes_.npos ? span_.end : span_.begin + static_cast<uint32_t>(next);
}

JsonReader::Outcome JsonReader::Next(Tree* tree, source::Diagnostics& diagnostics) {
  const size_t next = NextToken() - span_.begin;
  if (next == bytes_.size()) {
    return Outcome::kEnd;
  }
  const Context context{sources_, span_.file, file_bytes_, diagnostics, path_, options_};
  const std::string_view rest = bytes_.substr(next);
  const uint32_t base = span_.begin + static_cast<uint32_t>(next);
  StringScan scan;
  ByteStream stream(rest, scan);
  Handler handler(context, stream, scan, base, rest.size(), replace_invalid_);
  rapidjson::Reader reader;
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag |
                              rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseStopWhenDoneFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, handler);
  if (!result.IsError()) {
    at_ = next + stream.Tell();
    *tree = handler.builder().Finish();
    return Outcome::kValue;
  }
  const size_t offset = std::min(result.Offset(), rest.size());
  const uint32_t at = base + static_cast<uint32_t>(offset);
  if (handler.limit().has_value()) {
    context.Loss(*handler.limit(), at, std::string(LimitMessage(*handler.limit())));
    return Outcome::kLimit;
  }
  const bool ends = rest.find_first_not_of(kBlanks, offset) == rest.npos;
  context.Loss("json.syntax", at,
               Concat({"not JSON: ", Explain(result.Code()), ends ? ", but the text ends" : ""}));
  return Outcome::kError;
}

Tree ParseJson(const source::SourceSet& sources, source::Span span,
               source::Diagnostics& diagnostics, std::string_view path,
               const JsonOptions& options) {
  JsonReader reader(sources, span, path, options);
  Tree tree;
  if (!reader.Preflight(diagnostics)) {
    return tree;
  }
  const JsonReader::Outcome outcome = reader.Next(&tree, diagnostics);
  if (outcome == JsonReader::Outcome::kEnd) {
    diagnostics.AddLoss("json.empty", {span.file, span.begin, span.end},
                        "there is no JSON value: the text is empty", std::string(path));
  } else if (outcome == JsonReader::Outcome::kValue && !reader.at_end()) {
    const uint32_t at = reader.NextToken();
    diagnostics.AddLoss("json.trailing", {span.file, at, at},
                        "more text follows the JSON value; nothing of the document was read",
                        std::string(path));
    return Tree();
  }
  return tree;
}

std::vector<Tree> ParseJsonSequence(const source::SourceSet& sources, source::Span span,
                                    source::Diagnostics& diagnostics, std::string_view path,
                                    const JsonOptions& options) {
  std::vector<Tree> trees;
  JsonReader reader(sources, span, path, options);
  if (!reader.Preflight(diagnostics)) {
    return trees;
  }
  Tree tree;
  while (reader.Next(&tree, diagnostics) == JsonReader::Outcome::kValue) {
    if (trees.size() == source::kMaxJsonValues) {
      diagnostics.AddLoss("json.nodes", tree.root().span(),
                          "the text holds too many JSON values; those from here on were not read",
                          std::string(path));
      break;
    }
    trees.push_back(std::move(tree));
  }
  return trees;
}

}  // namespace whomay::syntax

// ReadKubernetesStream(): cuts a text as kubectl -f does (k8s.io/apimachinery v0.34,
// pkg/util/yaml/decoder.go: YAMLOrJSONDecoder) and reads the pieces.

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/strings.h"
#include "source/encoding.h"
#include "syntax/json_reader.h"
#include "syntax/yaml.h"
#include "syntax/yaml_characters.h"
#include "syntax/yaml_document.h"

namespace whomay::syntax {
namespace {

constexpr size_t kLookAhead = 4096;  // how far kubectl looks for the brace of JSON

bool IsLetter(char c) {
  const char lower = AsciiLower(c);
  return lower >= 'a' && lower <= 'z';
}

// Lines of one chunk, looked at only as far as it takes to find its kind.
//
// INVARIANT: a kind is told only if the whole chunk must be a map at the margin whose only key
// `kind` has this plain value: its first line that says something begins with a letter, so the
// root's keys stand at the margin, and no line at the margin begins with anything by which a key
// could be written otherwise (quotes, ?, anchors, tags, aliases, merge keys, flow collections).
class KindFinder {
 public:
  void Line(std::string_view line) {
    if (line.empty() || !usable_) {
      return;
    }
    const char first = line[0];
    if (started_ && (first == ' ' || first == '-')) {  // most lines
      usable_ = !open_ || first == '-' || line.find_first_not_of(" \t\r") == line.npos;
      return;
    }
    if (IsLetter(first)) {
      started_ = true;
      open_ = false;
      if (first == 'k' && line.substr(0, 4) == "kind") {
        Kind(line.substr(4));
      }
      return;
    }
    usable_ = first == '#' || line.find_first_not_of(" \t\r") == line.npos;
  }
  std::optional<std::string_view> kind() const {
    return usable_ && found_ ? std::optional(kind_) : std::nullopt;
  }

 private:
  void Kind(std::string_view rest) {
    const size_t colon = rest.find_first_not_of(" \t");
    if (colon == rest.npos || rest[colon] != ':') {
      return;  // another key that begins alike
    }
    std::string_view value = rest.substr(colon + 1);
    value = value.substr(std::min(value.find_first_not_of(" \t"), value.size()));
    const size_t end = std::find_if_not(value.begin(), value.end(), IsLetter) - value.begin();
    const std::string_view tail = value.substr(end);
    const size_t next = tail.find_first_not_of(" \t\r");
    const bool clean = next == tail.npos || (tail[next] == '#' && next > 0);
    usable_ = !found_ && end > 0 && clean;
    found_ = true;
    open_ = true;
    kind_ = value.substr(0, end);
  }

  bool usable_ = true;
  bool started_ = false;
  bool found_ = false;
  bool open_ = false;  // an indented line would go on with the kind
  std::string_view kind_;
};

class StreamReader {
 public:
  StreamReader(const source::SourceSet& sources, source::FileId file, const StreamOptions& options,
               source::Diagnostics& diagnostics)
      : sources_(sources),
        file_(file),
        bytes_(sources.bytes(file)),
        size_(static_cast<uint32_t>(bytes_.size())),
        options_(options),
        diagnostics_(diagnostics) {}

  Stream Run() {
    const source::Encoding encoding = source::DetectEncoding(bytes_);
    if (encoding != source::Encoding::kUtf8) {
      const bool wide = encoding == source::Encoding::kUtf32;
      Loss("yaml.encoding", 0,
           Concat({"the text is ", wide ? "UTF-32" : "UTF-16",
                   ", which Kubernetes does not read; convert it to UTF-8"}));
      stream_.failed = true;
      return std::move(stream_);
    }
    uint32_t begin = 0;
    if (!LooksLikeJson() || ReadJson(&begin)) {
      ReadYaml(begin);
    }
    return std::move(stream_);
  }

 private:
  void Loss(std::string_view code, uint32_t at, std::string message) {
    diagnostics_.AddLoss(std::string(code), {file_, at, at}, std::move(message));
  }

  bool LooksLikeJson() const {
    const std::string_view start = bytes_.substr(0, kLookAhead);
    const size_t first = SkipGoSpace(start, 0);
    return first < start.size() && start[first] == '{';
  }

  // True if YAML begins at *begin.
  bool ReadJson(uint32_t* begin) {
    const JsonOptions json_options;
    JsonReader reader(sources_, {file_, 0, size_}, "", json_options);
    reader.PreflightAsGo(diagnostics_);
    int count = 0;
    while (true) {
      source::Diagnostics found;
      Tree tree;
      const uint32_t at = reader.offset();
      const JsonReader::Outcome outcome = reader.Next(&tree, found);
      if (outcome == JsonReader::Outcome::kEnd) {
        return false;
      }
      if (outcome == JsonReader::Outcome::kValue) {
        ++count;
        diagnostics_.Append(found);
        AddDocument(std::move(tree), {file_, at, reader.offset()});
        continue;
      }
      // The first or the second value may be the begin of YAML.
      const std::optional<uint32_t> yaml =
          count > 1 || outcome == JsonReader::Outcome::kLimit ? std::nullopt : YamlBegin(at);
      if (yaml.has_value()) {
        *begin = *yaml;
        return true;
      }
      diagnostics_.Append(found);
      Fail();
      *begin = NextSeparator(at);
      return !options_.as_kubectl && *begin < size_;
    }
  }

  // YAMLOrJSONDecoder.consumeWhitespace(): up to the first line end or other character; needs four
  // bytes at each step.
  std::optional<uint32_t> YamlBegin(uint32_t at) const {
    while (at + 4 <= size_) {
      const size_t space = GoSpaceSize(bytes_.substr(at));
      if (space == 0) {
        const bool valid = source::FindInvalidUtf8(bytes_.substr(at, 4)) != 0;
        return valid ? std::optional(at) : std::nullopt;
      }
      const bool line_end = bytes_[at] == '\n';
      at += static_cast<uint32_t>(space);
      if (line_end) {
        return at;
      }
    }
    return std::nullopt;
  }

  uint32_t NextSeparator(uint32_t at) const {
    const size_t found = bytes_.find("\n---", at);
    return found == bytes_.npos ? size_ : static_cast<uint32_t>(found + 1);
  }

  // YAMLReader.Read(), chunk after chunk.
  void ReadYaml(uint32_t begin) {
    uint32_t chunk = begin;
    KindFinder kind;
    uint32_t at = begin;
    while (at < size_ && !stopped()) {
      const char* const found =
          static_cast<const char*>(std::memchr(bytes_.data() + at, '\n', size_ - at));
      const uint32_t end = found == nullptr ? size_ : static_cast<uint32_t>(found - bytes_.data());
      const std::string_view line = bytes_.substr(at, end - at);
      const uint32_t next = std::min(end + 1, size_);
      const bool separator = line.size() >= 3 && line[0] == '-' && line.substr(0, 3) == "---";
      if (separator) {
        Separator(line, at);
      }
      // A separator with nothing before it becomes the chunk's first line.
      if (separator && at != chunk) {
        if (!stopped()) {
          ReadChunk(chunk, at, kind);
        }
        chunk = next;
        kind = KindFinder();
      } else if (!separator) {
        kind.Line(line);
      }
      at = next;
    }
    if (!stopped()) {
      ReadChunk(chunk, size_, kind);
    }
  }

  void Separator(std::string_view line, uint32_t at) {
    const std::string_view rest = line.substr(3);
    const size_t first = SkipGoSpace(rest, 0);
    if (first < rest.size() && rest[first] != '#') {
      Loss("yaml.separator", at,
           "only a comment may follow --- on its line; kubectl stops here and loses the document "
           "before it too");
      Fail();
    }
  }

  void ReadChunk(uint32_t begin, uint32_t end, const KindFinder& finder) {
    if (begin == end) {
      return;
    }
    if (options_.wanted_kind != nullptr) {
      const std::optional<std::string_view> kind = finder.kind();
      // Lines that only the parser sees could hold the true kind.
      if (kind.has_value() && !options_.wanted_kind(*kind) &&
          !HasOtherLineEnds(bytes_.substr(begin, end - begin))) {
        CheckCharacters(begin, end);
        return;
      }
    }
    YamlValue value =
        ReadYamlDocument({bytes_, begin, end, true}, {file_, bytes_, diagnostics_, ""}, false);
    if (value.failed) {
      Fail();
    } else {
      AddDocument(std::move(value.tree), {file_, begin, end});
    }
  }

  void CheckCharacters(uint32_t begin, uint32_t end) {
    const size_t bad = FindBadYamlCharacter(bytes_.substr(begin, end - begin));
    if (bad != std::string_view::npos) {
      Loss("yaml.encoding", begin + static_cast<uint32_t>(bad),
           "not YAML: a control character, or a byte that is not UTF-8");
      Fail();
    }
  }

  void AddDocument(Tree tree, source::Span span) {
    if (!tree.root() || tree.root().is_null()) {
      return;
    }
    if (stream_.failed) {
      diagnostics_.AddLoss("after-error", {file_, span.begin, span.begin},
                           "kubectl would not have come to this document: it stops at the error "
                           "before it; read all the same");
    }
    stream_.documents.push_back({std::move(tree), span, stream_.failed});
  }

  void Fail() { stream_.failed = true; }
  bool stopped() const { return stream_.failed && options_.as_kubectl; }

  const source::SourceSet& sources_;
  const source::FileId file_;
  const std::string_view bytes_;
  const uint32_t size_;
  const StreamOptions& options_;
  source::Diagnostics& diagnostics_;
  Stream stream_;
};

}  // namespace

Stream ReadKubernetesStream(const source::SourceSet& sources, source::FileId file,
                            const StreamOptions& options, source::Diagnostics& diagnostics) {
  return StreamReader(sources, file, options, diagnostics).Run();
}

}  // namespace whomay::syntax

#include "ingest/kubernetes/manifest.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/strings.h"
#include "syntax/yaml.h"

namespace whomay::ingest {
namespace {

using source::Diagnostic;
using source::Severity;
using source::Span;
using syntax::Value;

// The template directives of a text: where each stands, and how deep inside `if … end` blocks the
// text behind it is.
class TemplateMap {
 public:
  explicit TemplateMap(std::string_view bytes) : bytes_(bytes) {
    int depth = 0;
    for (size_t at = bytes.find("{{"); at != std::string_view::npos;
         at = bytes.find("{{", at + 2)) {
      const std::string_view word = FirstWord(bytes.substr(at + 2));
      constexpr std::array<std::string_view, 5> kOpening = {"if", "range", "with", "define",
                                                            "block"};
      if (std::find(kOpening.begin(), kOpening.end(), word) != kOpening.end()) {
        ++depth;
      } else if (word == "end" && depth > 0) {
        --depth;
      }
      directives_.emplace_back(at, depth);
    }
  }

  bool empty() const { return directives_.empty(); }

  // Whether the text from `begin` on lies inside a block that opened before.
  bool Inside(size_t begin) const {
    const auto after =
        std::lower_bound(directives_.begin(), directives_.end(), std::pair(begin, 0));
    return after != directives_.begin() && std::prev(after)->second > 0;
  }

  // Whether the chunk between separators round `offset` has a directive in it.
  bool ChunkHasDirective(size_t offset) const {
    offset = std::min(offset, bytes_.size());
    const size_t separator = bytes_.rfind("\n---", offset);
    const size_t begin = separator == std::string_view::npos ? 0 : separator;
    const size_t end = bytes_.find("\n---", offset);
    const auto first =
        std::lower_bound(directives_.begin(), directives_.end(), std::pair(begin, 0));
    return first != directives_.end() && first->first < end;
  }

 private:
  // The word behind "{{" and "{{-"; "/*" for comments.
  static std::string_view FirstWord(std::string_view text) {
    const size_t begin = text.find_first_not_of("- \t");
    if (begin == std::string_view::npos) {
      return {};
    }
    text.remove_prefix(begin);
    return text.substr(0, text.find_first_of(" \t\r\n-}"));
  }

  std::string_view bytes_;
  std::vector<std::pair<size_t, int>> directives_;
};

// The diagnostic of documents that kubectl would not have reached (syntax/yaml.h).
constexpr std::string_view kAfterError = "after-error";

void NoteTemplate(Span span, source::Diagnostics& diagnostics) {
  diagnostics.Add("kubernetes.template", Severity::kNote, span,
                  "skipped: an unrendered template; read the output of `helm template` instead");
}

bool IsTemplateError(const Diagnostic& diagnostic, const TemplateMap& map) {
  return diagnostic.severity == Severity::kError && diagnostic.span.known() &&
         map.ChunkHasDirective(diagnostic.span.begin);
}

// Hands on what the reader of the text had to say. Errors that come from template directives are a
// note, and then the documents behind them are none that kubectl would have missed. True when all
// errors were such.
bool HandOn(const source::Diagnostics& from, const TemplateMap& map,
            source::Diagnostics& diagnostics) {
  const Diagnostic* first_template = nullptr;
  bool others = false;
  for (const Diagnostic& each : from.all()) {
    if (IsTemplateError(each, map)) {
      first_template = first_template == nullptr ? &each : first_template;
    } else {
      others |= each.severity == Severity::kError && each.code != kAfterError;
    }
  }
  if (first_template == nullptr) {
    diagnostics.Append(from);
    return false;
  }
  const bool only_templates = !others;
  NoteTemplate(first_template->span, diagnostics);
  for (const Diagnostic& each : from.all()) {
    if (IsTemplateError(each, map) || (only_templates && each.code == kAfterError)) {
      continue;
    }
    Diagnostic& added =
        diagnostics.Add(each.code, each.severity, each.span, each.message, each.path);
    added.related = each.related;
  }
  if (from.incomplete() && !only_templates) {
    diagnostics.MarkIncomplete();
  }
  return only_templates;
}

// Whether a key stands where the top level's keys do: at a line's begin, or quoted anywhere in
// JSON.
bool HasTopLevelKey(std::string_view bytes, std::string_view key) {
  const size_t first = bytes.find_first_not_of(" \t\r\n");
  const bool json = first != std::string_view::npos && bytes[first] == '{';
  for (size_t at = bytes.find(key); at != std::string_view::npos; at = bytes.find(key, at + 1)) {
    const char before = at == 0 ? '\n' : bytes[at - 1];
    // A byte order mark, or a quote, may stand before it.
    if (before == '\n' || before == '\xBF' || (json && before == '"') ||
        ((before == '"' || before == '\'') && (at == 1 || bytes[at - 2] == '\n'))) {
      return true;
    }
  }
  return false;
}

bool LooksLikeManifests(std::string_view bytes, const syntax::Stream& stream) {
  for (const syntax::StreamDocument& document : stream.documents) {
    const Value root = document.tree.root();
    if (LooksLikeKubernetes(root) || LooksLikeKustomization(root)) {
      return true;
    }
  }
  // All passed over, or none that parses.
  return HasTopLevelKey(bytes, "apiVersion") && HasTopLevelKey(bytes, "kind");
}

}  // namespace

ManifestResult ReadManifestFile(const source::SourceSet& sources, source::FileId file,
                                const KubernetesOptions& options, facts::Facts& facts,
                                source::Diagnostics& diagnostics) {
  const TemplateMap map(sources.bytes(file));
  source::Diagnostics read;
  const syntax::StreamOptions stream_options{.as_kubectl = false, .wanted_kind = &IsWantedKind};
  const syntax::Stream stream = syntax::ReadKubernetesStream(sources, file, stream_options, read);
  ManifestResult result;
  result.recognised = LooksLikeManifests(sources.bytes(file), stream);
  if (!result.recognised) {
    return result;
  }
  result.templated = HandOn(read, map, diagnostics);
  for (const syntax::StreamDocument& document : stream.documents) {
    if (map.Inside(document.span.begin)) {
      NoteTemplate(document.span, diagnostics);
      result.templated = true;
      continue;
    }
    ReadObject(document.tree.root(), options, facts, diagnostics);
    ++result.documents;
  }
  return result;
}

std::vector<std::string> KustomizePatchFiles(const Value& kustomization) {
  std::vector<std::string> files;
  const auto add = [&](std::string_view text) {
    // Inline patches have lines; files have not.
    if (!text.empty() && text.find('\n') == std::string_view::npos) {
      files.emplace_back(text);
    }
  };
  for (const std::string_view list : {"patches", "patchesJson6902"}) {
    for (const Value patch : kustomization.Get(list).elements()) {
      add(patch.Get("path").text());
    }
  }
  for (const Value patch : kustomization.Get("patchesStrategicMerge").elements()) {
    add(patch.text());
  }
  return files;
}

}  // namespace whomay::ingest

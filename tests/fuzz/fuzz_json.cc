// Fuzzes the JSON readers: any bytes give a tree whose places lie in the text, or a loss that is
// said; what is collapsed expands to what it was.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "source/diagnostic.h"
#include "source/encoding.h"
#include "source/source.h"
#include "syntax/json.h"

namespace whomay {
namespace {

using syntax::Value;

void Require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

// All values, without recursion.
void Walk(const source::SourceSet& sources, const Value& root, source::Span around) {
  std::vector<Value> open = {root};
  while (!open.empty()) {
    const Value value = open.back();
    open.pop_back();
    const source::Span span = value.span();
    Require(span.begin <= span.end && span.begin >= around.begin && span.end <= around.end);
    Require(source::FindInvalidUtf8(value.text()) == std::string_view::npos);
    Require(source::FindInvalidUtf8(value.key()) == std::string_view::npos);
    if (value.is_string()) {
      Require(sources.text(span).front() == '"' && sources.text(span).back() == '"');
    }
    size_t count = 0;
    for (const Value part : value.is_array() ? value.elements() : value.members()) {
      open.push_back(part);
      ++count;
    }
    Require(count == value.size());
  }
}

void Read(std::string text) {
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  const source::FileId file = sources.Add("input.json", std::move(text));
  const source::Span all{file, 0, static_cast<uint32_t>(sources.bytes(file).size())};
  const syntax::Tree tree = syntax::ParseJson(sources, all, diagnostics);
  Require(tree.root() || diagnostics.incomplete());
  Walk(sources, tree.root(), all);
  for (const syntax::Tree& each : syntax::ParseJsonSequence(sources, all, diagnostics)) {
    Walk(sources, each.root(), all);
  }
  for (const source::Diagnostic& each : diagnostics.all()) {
    Require(each.span.begin <= all.end && each.span.end <= all.end);
  }
  // Collapsed and expanded again.
  syntax::JsonOptions options;
  options.keep = [](const Value&, size_t depth) { return depth != 1; };
  const syntax::Tree cut = syntax::ParseJson(sources, all, diagnostics, "", options);
  Require(static_cast<bool>(cut.root()) == static_cast<bool>(tree.root()));
  for (const Value part : cut.root().is_array() ? cut.root().elements() : cut.root().members()) {
    if (part.is_collapsed()) {
      source::Diagnostics again;
      const syntax::Tree whole = syntax::ParseJson(sources, part.span(), again);
      Require(whole.root().size() == part.size());
    }
  }
  // Documents inside strings lead outwards.
  if (tree.root().is_string()) {
    const source::FileId inner = syntax::EmbedString(sources, tree.root());
    const auto size = static_cast<uint32_t>(sources.bytes(inner).size());
    for (uint32_t at = 0; at <= size; ++at) {
      const source::Span place = sources.Outermost({inner, at, at});
      Require(place.file == file && place.end <= all.end);
    }
  }
}

}  // namespace
}  // namespace whomay

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  whomay::Read(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}

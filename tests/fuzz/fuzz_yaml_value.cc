// Fuzzes the readers of single YAML values: ours as Kubernetes reads them, mapAccounts' list of
// texts, and our own files, where yaml-cpp is the second reader and must not crash.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "source/diagnostic.h"
#include "source/encoding.h"
#include "source/source.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace whomay {
namespace {

using syntax::Value;

void Require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

void Walk(source::SourceSet& sources, const Value& root, source::FileId file) {
  const auto size = static_cast<uint32_t>(sources.bytes(file).size());
  std::vector<Value> open = {root};
  int embedded = 0;
  while (!open.empty()) {
    const Value value = open.back();
    open.pop_back();
    Require(value.span().begin <= value.span().end && value.span().end <= size);
    Require(source::FindInvalidUtf8(value.text()) == std::string_view::npos);
    if (value.is_string() && ++embedded < 20) {
      const source::FileId inner = syntax::EmbedString(sources, value);
      const auto length = static_cast<uint32_t>(sources.bytes(inner).size());
      for (uint32_t at = 0; at <= length; ++at) {
        const source::Span place = sources.Outermost({inner, at, at});
        Require(place.begin >= value.span().begin && place.end <= value.span().end);
      }
    }
    for (const Value part : value.is_array() ? value.elements() : value.members()) {
      open.push_back(part);
    }
  }
}

void Read(std::string text) {
  source::SourceSet sources;
  const source::FileId file = sources.Add("input.yaml", std::move(text));
  const source::Span all{file, 0, static_cast<uint32_t>(sources.bytes(file).size())};
  for (const bool as_text : {false, true}) {
    source::Diagnostics diagnostics;
    const syntax::YamlValue value =
        syntax::ParseKubernetesYaml(sources, all, diagnostics, "data.mapRoles", as_text);
    Require(!value.failed || (!value.tree.root() && diagnostics.incomplete()));
    Require(!value.leftover.known() || value.leftover.end == all.end);
    Walk(sources, value.tree.root(), file);
  }
  source::Diagnostics diagnostics;
  const syntax::Tree own = syntax::ParseOwnYaml(sources, file, diagnostics);
  Walk(sources, own.root(), file);
}

}  // namespace
}  // namespace whomay

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  whomay::Read(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}

// Fuzzes the reader of Kubernetes streams: as kubectl and reading on, with and without skipping
// kinds. What kubectl reads is read in every mode; a skipped kind changes nothing about the others.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/yaml.h"

namespace whomay {
namespace {

using syntax::Value;

void Require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

void Walk(const Value& root, uint32_t size) {
  std::vector<Value> open = {root};
  while (!open.empty()) {
    const Value value = open.back();
    open.pop_back();
    Require(value.span().begin <= value.span().end && value.span().end <= size);
    for (const Value part : value.is_array() ? value.elements() : value.members()) {
      Require(part.key_span().begin <= part.key_span().end && part.key_span().end <= size);
      open.push_back(part);
    }
  }
}

void Read(std::string text) {
  source::SourceSet sources;
  const source::FileId file = sources.Add("input.yaml", std::move(text));
  const auto size = static_cast<uint32_t>(sources.bytes(file).size());
  source::Diagnostics strict_diagnostics;
  syntax::StreamOptions strict;
  strict.as_kubectl = true;
  const syntax::Stream as_kubectl =
      syntax::ReadKubernetesStream(sources, file, strict, strict_diagnostics);
  source::Diagnostics diagnostics;
  const syntax::Stream all = syntax::ReadKubernetesStream(sources, file, {}, diagnostics);
  Require(all.documents.size() >= as_kubectl.documents.size());
  Require(all.failed == as_kubectl.failed);
  Require(!all.failed || diagnostics.incomplete());
  for (size_t i = 0; i < as_kubectl.documents.size(); ++i) {
    Require(!all.documents[i].after_error);
    Require(all.documents[i].span.begin == as_kubectl.documents[i].span.begin);
  }
  for (const syntax::StreamDocument& document : all.documents) {
    Walk(document.tree.root(), size);
  }
  for (const source::Diagnostic& each : diagnostics.all()) {
    Require(each.span.begin <= each.span.end && each.span.end <= size);
    static_cast<void>(sources.Locate(each.span));
  }
  // A document whose kind is known without parsing has that kind.
  syntax::StreamOptions skipping;
  skipping.wanted_kind = [](std::string_view kind) { return kind != "Secret"; };
  source::Diagnostics skipping_diagnostics;
  const syntax::Stream less =
      syntax::ReadKubernetesStream(sources, file, skipping, skipping_diagnostics);
  size_t at = 0;
  for (const syntax::StreamDocument& document : all.documents) {
    const bool there =
        at < less.documents.size() && less.documents[at].span.begin == document.span.begin;
    at += there ? 1 : 0;
    Require(there || document.tree.root().Get("kind").text() == "Secret");
  }
}

}  // namespace
}  // namespace whomay

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  whomay::Read(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}

// Fuzzes the reader of Kubernetes manifests: any bytes give facts and diagnostics whose places lie
// in the input; nothing crashes, hangs or recurses away.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "ingest/kubernetes/manifest.h"

namespace whomay {
namespace {

void Require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

void RequireInside(const source::SourceSet& sources, source::Span span) {
  if (span.known()) {
    Require(span.begin <= span.end && span.end <= sources.bytes(span.file).size());
  }
}

void Read(std::string text) {
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  facts::Facts facts;
  const source::FileId file = sources.Add("input.yaml", std::move(text));
  ingest::KubernetesOptions options;
  options.aws_auth = [](const ingest::AwsAuthConfigMap& map) {
    Require(!map.data || map.data.is_object() || map.data.is_null() || map.data.is_string());
  };
  ingest::ReadManifestFile(sources, file, options, facts, diagnostics);
  ingest::ReportDuplicateObjects(facts, diagnostics);
  for (const source::Diagnostic& each : diagnostics.all()) {
    RequireInside(sources, each.span);
  }
  for (const facts::RbacRole& role : facts.roles) {
    RequireInside(sources, role.origin.span);
    Require(role.order > 0 && !role.builtin);
  }
  for (const facts::RbacBinding& binding : facts.bindings) {
    RequireInside(sources, binding.origin.span);
    for (const facts::Subject& subject : binding.subjects) {
      RequireInside(sources, subject.span);
    }
  }
}

}  // namespace
}  // namespace whomay

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  whomay::Read(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}

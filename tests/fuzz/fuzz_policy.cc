// IAM documents of any bytes: policies for every use, as embedded texts too, account dumps and
// organization files. What must hold: no crash, bounded time, nothing lost in silence, places
// within their file.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "facts/facts.h"
#include "ingest/iam/iam.h"
#include "ingest/iam/policy_document.h"
#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/json.h"

namespace {

using whomay::facts::Facts;
using whomay::facts::PolicyDocument;
using whomay::ingest::PolicyUse;
using whomay::source::Diagnostics;
using whomay::source::SourceSet;
using whomay::source::Span;

void Check(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void CheckPlaces(const SourceSet& sources, const Diagnostics& diagnostics) {
  for (const whomay::source::Diagnostic& diagnostic : diagnostics.all()) {
    const Span span = sources.Outermost(diagnostic.span);
    if (span.known()) {
      Check(span.begin <= span.end && span.end <= sources.bytes(span.file).size());
      sources.Locate(diagnostic.span);
    }
  }
}

void ReadAsPolicy(std::string_view text, PolicyUse use) {
  SourceSet sources;
  Facts facts;
  Diagnostics diagnostics;
  const auto file = sources.Add("policy.json", std::string(text));
  const Span span{file, 0, static_cast<uint32_t>(text.size())};
  whomay::ingest::PolicyReading as;
  as.use = use;
  const PolicyDocument document =
      whomay::ingest::ReadPolicySpan(span, as, sources, facts, diagnostics);
  Check(document.readable || diagnostics.incomplete());
  Check(!document.refused || !diagnostics.all().empty());
  for (const whomay::facts::Statement& statement : document.statements) {
    Check(statement.has_action || !statement.not_action);
    Check(statement.has_principal || statement.principals.empty());
    Check(statement.has_resource || statement.resources.empty());
  }
  CheckPlaces(sources, diagnostics);
}

void ReadAsInput(std::string_view text) {
  SourceSet sources;
  Facts facts;
  Diagnostics diagnostics;
  whomay::ingest::IamReader reader(sources, facts, diagnostics);
  const auto file = sources.Add("input.json", std::string(text));
  const Span span{file, 0, static_cast<uint32_t>(text.size())};
  for (whomay::syntax::Tree& tree : whomay::syntax::ParseJsonSequence(sources, span, diagnostics)) {
    reader.Read(std::move(tree));
  }
  reader.Finish();
  CheckPlaces(sources, diagnostics);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  constexpr PolicyUse kUses[] = {
      PolicyUse::kAny,      PolicyUse::kIdentity,       PolicyUse::kTrust,
      PolicyUse::kResource, PolicyUse::kServiceControl, PolicyUse::kResourceControl};
  for (const PolicyUse use : kUses) {
    ReadAsPolicy(text, use);
  }
  ReadAsInput(text);
  return 0;
}

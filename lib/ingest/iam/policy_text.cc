// Policy documents in texts, and what a document looks like.
#include <utility>

#include "ingest/iam/policy_document.h"
#include "ingest/iam/policy_words.h"
#include "ingest/iam/url_text.h"
#include "syntax/json.h"

namespace whomay::ingest {

using facts::PolicyDocument;
using facts::Statement;
using syntax::Value;

PolicyDocument ReadPolicySpan(source::Span text, const PolicyReading& as,
                              source::SourceSet& sources, facts::Facts& facts,
                              source::Diagnostics& diagnostics) {
  if (LooksPercentEncoded(sources.text(text))) {
    const source::FileId decoded = DecodePercent(sources, text);
    text = {decoded, 0, static_cast<uint32_t>(sources.bytes(decoded).size())};
  }
  const std::string_view path = as.origin.address.empty() ? as.origin.object : as.origin.address;
  PolicyReading reading = as;
  if (!reading.origin.span.known()) {
    reading.origin.span = text;
  }
  syntax::JsonOptions options;
  options.report_duplicates = false;  // told as policy.duplicate-element
  const syntax::Tree tree = syntax::ParseJson(sources, text, diagnostics, path, options);
  if (!tree.root()) {  // said by the parser
    PolicyDocument unreadable;
    unreadable.origin = reading.origin;
    unreadable.worlds = reading.worlds;
    unreadable.readable = false;
    unreadable.refused = true;
    diagnostics.MarkIncomplete();
    return unreadable;
  }
  return ReadPolicyDocument(tree.root(), reading, facts, diagnostics);
}

PolicyDocument ReadPolicyText(const Value& value, const PolicyReading& as,
                              source::SourceSet& sources, facts::Facts& facts,
                              source::Diagnostics& diagnostics) {
  if (!value.is_string() || facts::HasHole(value.text())) {
    return ReadPolicyDocument(value, as, facts, diagnostics);
  }
  PolicyReading reading = as;
  if (!reading.origin.span.known()) {
    reading.origin.span = value.span();
  }
  const source::FileId file = syntax::EmbedString(sources, value);
  const source::Span text{file, 0, static_cast<uint32_t>(sources.bytes(file).size())};
  return ReadPolicySpan(text, reading, sources, facts, diagnostics);
}

bool LooksLikePolicy(const Value& root) {
  if (!root.is_object() || root.Get("apiVersion") || root.Get("format_version") ||
      root.Get("terraform_version")) {
    return false;
  }
  const Value statement = root.Get("Statement");
  if (statement.is_object()) {
    return true;
  }
  return statement.is_array() && (statement.size() == 0 || statement.At(0).is_object());
}

bool LooksLikeTrustPolicy(const PolicyDocument& document) {
  if (document.statements.empty()) {
    return false;
  }
  for (const Statement& statement : document.statements) {
    if (!statement.has_principal || statement.has_resource || !statement.has_action) {
      return false;
    }
    for (const facts::Str action : statement.actions) {
      if (!IsStsAction(action)) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace whomay::ingest

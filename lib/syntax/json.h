// JSON texts to trees: RapidJSON's SAX reader, iterative, numbers kept as text.
//
// Anything that is wrong is a diagnostic with its place, and nothing of the document is dropped in
// silence: trailing bytes, NUL, invalid UTF-8, duplicate keys (codes json.*). Depth and node limits
// are source/limits.h's. A text that does not parse is a loss (Diagnostics::AddLoss).
// A byte order mark in front is skipped. Half surrogates (`"\ud800"`) read as U+FFFD, as in Go,
// with a diagnostic.
//
// For large inputs JsonOptions::keep cuts back what nobody asks for, as soon as it has been read:
//
//   JsonOptions options;
//   options.keep = [](const Value& value, size_t depth) {
//     return depth != 2 || value.Get("type").text() != "aws_instance";
//   };
//   …
//   if (resource.is_collapsed()) whole = ParseJson(sources, resource.span(), diagnostics);
#ifndef WHOMAY_LIB_SYNTAX_JSON_H_
#define WHOMAY_LIB_SYNTAX_JSON_H_

#include <functional>
#include <string_view>
#include <vector>

#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/tree.h"

namespace whomay::syntax {

struct JsonOptions {
  // Asked at the end of each object and array with its value, whole, key() included, and the number
  // of containers around it (the root's depth is 0). False keeps of it kind, key, span and size
  // only (Value::is_collapsed). Null: everything is kept.
  std::function<bool(const Value& value, size_t depth)> keep;
  // keep is asked down to this depth only.
  size_t keep_depth = SIZE_MAX;
  // Equal keys in one object are reported (json.duplicate-key).
  bool report_duplicates = true;
};

// The one value that `span` holds. The tree is empty (root() missing) when it does not parse; a
// diagnostic says why and where. `path` goes into the diagnostics as their logical path.
Tree ParseJson(const source::SourceSet& sources, source::Span span,
               source::Diagnostics& diagnostics, std::string_view path = {},
               const JsonOptions& options = {});

// The values that follow each other in a file, blanks between them (terragrunt run-all); reading
// stops at the first that does not parse.
std::vector<Tree> ParseJsonSequence(const source::SourceSet& sources, source::Span span,
                                    source::Diagnostics& diagnostics, std::string_view path = {},
                                    const JsonOptions& options = {});

// Makes the decoded content of a string value (of a JSON or YAML tree) a file of its own, so that a
// document inside it can be parsed with positions that lead to the outer file.
source::FileId EmbedString(source::SourceSet& sources, const Value& string);

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_JSON_H_

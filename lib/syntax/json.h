// JSON texts to trees: RapidJSON's SAX reader, iterative, numbers kept as text.
//
// Anything that is wrong is a diagnostic with its place, and nothing of the document is dropped in
// silence: trailing bytes, NUL, invalid UTF-8, duplicate keys (codes json.*). Depth and node limits
// are source/limits.h's.
#ifndef WHOMAY_LIB_SYNTAX_JSON_H_
#define WHOMAY_LIB_SYNTAX_JSON_H_

#include <vector>

#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/tree.h"

namespace whomay::syntax {

// The one value that `span` holds. The tree is empty (root() missing) when it does not parse; a
// diagnostic says why and where. `path` goes into the diagnostics as their logical path.
Tree ParseJson(const source::SourceSet& sources, source::Span span, source::Diagnostics& diagnostics,
               std::string_view path = {});

// The values that follow each other in a file, blanks between them (terragrunt run-all); reading
// stops at the first that does not parse.
std::vector<Tree> ParseJsonSequence(const source::SourceSet& sources, source::Span span,
                                    source::Diagnostics& diagnostics, std::string_view path = {});

// Makes the decoded content of a string value (of a JSON or YAML tree) a file of its own, so that a
// document inside it can be parsed with positions that lead to the outer file.
source::FileId EmbedString(source::SourceSet& sources, const Value& string);

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_JSON_H_

#include <string>
#include <utility>
#include <vector>

#include "syntax/json.h"
#include "syntax/string_offsets.h"

namespace whomay::syntax {

source::FileId EmbedString(source::SourceSet& sources, const Value& string) {
  const source::Span span = string.span();
  std::string text(string.text());
  std::vector<source::OffsetStep> steps = StringOffsets(sources.text(span), text);
  for (source::OffsetStep& step : steps) {
    step.outer += span.begin;  // offsets of the file around it
  }
  return sources.AddEmbedded(span, std::move(text), std::move(steps));
}

}  // namespace whomay::syntax

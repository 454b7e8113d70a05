// Percent-encoded texts (RFC 3986), as the IAM API returns policy documents.
// Thread safety: as SourceSet.
#ifndef WHOMAY_LIB_INGEST_IAM_URL_TEXT_H_
#define WHOMAY_LIB_INGEST_IAM_URL_TEXT_H_

#include <string_view>

#include "source/source.h"

namespace whomay::ingest {

// A JSON document begins with a brace; encoded, with %7B, perhaps behind encoded blanks.
bool LooksPercentEncoded(std::string_view text);

// The decoded text as a file of its own whose offsets lead to `text`. A `%` without two hexadecimal
// digits stays as it is; `+` is no blank (the IAM API encodes blanks as %20).
source::FileId DecodePercent(source::SourceSet& sources, source::Span text);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_IAM_URL_TEXT_H_

// Where each byte of a decoded string stands in its token. Internal to syntax/.
#ifndef WHOMAY_LIB_SYNTAX_STRING_OFFSETS_H_
#define WHOMAY_LIB_SYNTAX_STRING_OFFSETS_H_

#include <string_view>
#include <vector>

#include "source/source.h"

namespace whomay::syntax {

// `raw` is a string's token in JSON or YAML (plain, quoted or block scalar, without its anchor and
// tag) and `text` what it decodes to. Offsets into `raw` for offsets into `text`; where the two do
// not go together (`!!binary`), an approximation.
std::vector<source::OffsetStep> StringOffsets(std::string_view raw, std::string_view text);

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_STRING_OFFSETS_H_

// Characters as YAML and Go's unicode package class them. Internal to syntax/.
// Thread safety: pure functions.
#ifndef WHOMAY_LIB_SYNTAX_YAML_CHARACTERS_H_
#define WHOMAY_LIB_SYNTAX_YAML_CHARACTERS_H_

#include <cstddef>
#include <string_view>

namespace whomay::syntax {

// Offset of the first byte that is not UTF-8 or begins a character that YAML does not allow (C0 but
// TAB, LF and CR; DEL; C1 but U+0085; U+FFFE, U+FFFF), or npos. Made for gigabytes per second.
size_t FindBadYamlCharacter(std::string_view text);

// Whether lines end anywhere for YAML 1.1 and not for what cuts at LF: at a lone CR, U+0085, U+2028
// or U+2029.
bool HasOtherLineEnds(std::string_view text);

// Bytes of the character in front if Go's unicode.IsSpace() holds for it, else 0.
size_t GoSpaceSize(std::string_view text);
// The offset from `at` on of the first character that is none.
size_t SkipGoSpace(std::string_view text, size_t at);

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_YAML_CHARACTERS_H_

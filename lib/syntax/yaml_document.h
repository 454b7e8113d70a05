// One YAML text to one value: what ParseKubernetesYaml() and the reader of streams share. Internal
// to syntax/.
#ifndef WHOMAY_LIB_SYNTAX_YAML_DOCUMENT_H_
#define WHOMAY_LIB_SYNTAX_YAML_DOCUMENT_H_

#include <cstdint>
#include <string_view>

#include "syntax/yaml.h"
#include "syntax/yaml_decode.h"
#include "syntax/yaml_graph.h"

namespace whomay::syntax {

// Failures and leftovers are reported.
YamlValue ReadYamlDocument(const YamlInput& input, const YamlContext& context, bool as_strings);

// The first offset in [begin, end) at which something else stands than blanks, comments and
// document markers; `end` if nothing does.
uint32_t FindContent(std::string_view file, uint32_t begin, uint32_t end);

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_YAML_DOCUMENT_H_

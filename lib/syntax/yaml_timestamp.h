// Which texts `!!timestamp` takes: the layouts of go.yaml.in/yaml/v2 v2.4, as Go's time.Parse reads
// them. Internal to syntax/.
#ifndef WHOMAY_LIB_SYNTAX_YAML_TIMESTAMP_H_
#define WHOMAY_LIB_SYNTAX_YAML_TIMESTAMP_H_

#include <string_view>

namespace whomay::syntax {

bool IsYamlTimestamp(std::string_view text);

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_YAML_TIMESTAMP_H_

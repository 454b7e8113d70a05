// What a YAML scalar means to Kubernetes: the resolver of go.yaml.in/yaml/v2 v2.4 (resolve.go) and
// the conversion to JSON of sigs.k8s.io/yaml v1.6. Internal to syntax/.
// Thread safety: pure functions.
#ifndef WHOMAY_LIB_SYNTAX_YAML_SCALAR_H_
#define WHOMAY_LIB_SYNTAX_YAML_SCALAR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whomay::syntax {

enum class YamlTag : uint8_t {
  kNone,
  kStr,
  kBool,
  kInt,
  kFloat,
  kNull,
  kTimestamp,
  kBinary,
  kMerge,
  kOther,  // `!` included
};

// `tag` as libyaml gives it, `tag:yaml.org,2002:int`.
YamlTag ToYamlTag(std::string_view tag);
std::string_view TagName(YamlTag tag);

struct YamlScalar {
  enum class Type : uint8_t { kNull, kBool, kInt, kUint, kFloat, kText, kBinary };

  Type type = Type::kText;
  bool boolean = false;
  int64_t integer = 0;
  uint64_t natural = 0;  // kUint: above the range of int64_t
  double number = 0;
};

// The value of `text` under `tag` (kNone for a plain scalar; a quoted one without tag is kStr).
// Nothing if the text does not fit the tag.
std::optional<YamlScalar> ResolveYamlScalar(YamlTag tag, std::string_view text);

// A number as JSON text, as Go's encoding/json writes it. Not for infinities and NaN.
std::string JsonNumber(const YamlScalar& scalar);
// A scalar as a key: numbers and Booleans become texts. Not for kNull and kText.
std::string KeyText(const YamlScalar& scalar);

// Go's base64.StdEncoding: line ends are skipped, padding is demanded.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_YAML_SCALAR_H_

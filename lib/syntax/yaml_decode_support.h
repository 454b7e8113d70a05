// What both decoders of YAML share: scalars against their tags, the alias budget, one failure.
// Internal to syntax/.
#ifndef WHOMAY_LIB_SYNTAX_YAML_DECODE_SUPPORT_H_
#define WHOMAY_LIB_SYNTAX_YAML_DECODE_SUPPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/strings.h"
#include "source/limits.h"
#include "syntax/yaml_decode.h"
#include "syntax/yaml_graph.h"
#include "syntax/yaml_scalar.h"

namespace whomay::syntax {

// decode.go, allowedAliasRatio().
inline double AllowedAliasRatio(size_t decoded) {
  constexpr double kLow = 400'000;
  constexpr double kHigh = 4'000'000;
  const auto count = static_cast<double>(decoded);
  return count <= kLow    ? 0.99
         : count >= kHigh ? 0.10
                          : 0.99 - 0.89 * ((count - kLow) / (kHigh - kLow));
}

// What a scalar means; nothing if it does not fit its tag.
inline std::optional<YamlScalar> Resolve(const YamlNode& node) {
  const bool text = node.tag == YamlTag::kNone && !node.implicit;
  return text ? YamlScalar() : ResolveYamlScalar(node.tag, node.value);
}

inline std::string Misfit(const YamlNode& node) {
  if (node.tag == YamlTag::kBinary) {
    return "the value of !!binary is not base64";
  }
  return Concat({"the text is no !!", TagName(node.tag)});
}

class Failures {
 public:
  explicit Failures(const YamlContext& context) : context_(context) {}

  bool failed() const { return failed_; }
  void Fail(std::string_view code, uint32_t at, std::string message) {
    if (!failed_) {
      context_.diagnostics.AddLoss(std::string(code), {context_.file, at, at}, std::move(message),
                                   std::string(context_.path));
    }
    failed_ = true;
  }

 private:
  const YamlContext& context_;
  bool failed_ = false;
};

// Counts what go-yaml counts, to refuse what it refuses as "excessive aliasing".
class AliasBudget {
 public:
  bool Count() {
    ++decoded_;
    if (depth_ > 0) {
      ++aliased_;
    }
    return aliased_ <= 100 || decoded_ <= 1000 ||
           static_cast<double>(aliased_) / static_cast<double>(decoded_) <=
               AllowedAliasRatio(decoded_);
  }
  bool exhausted() const { return aliased_ > source::kMaxAliasNodes; }
  void Enter() { ++depth_; }
  void Leave() { --depth_; }

 private:
  size_t decoded_ = 1;  // the document
  size_t aliased_ = 0;
  int depth_ = 0;
};

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_YAML_DECODE_SUPPORT_H_

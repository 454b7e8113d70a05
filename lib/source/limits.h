// Every limit of the readers and questions, by name. Each that is hit is said in a diagnostic or in
// the answer; none is silent.
#ifndef WHOMAY_LIB_SOURCE_LIMITS_H_
#define WHOMAY_LIB_SOURCE_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace whomay::source {

inline constexpr uint64_t kMaxFileBytes = uint64_t{2} << 30;     // source.size
inline constexpr int kMaxDepth = 256;                            // json.depth, yaml.depth
inline constexpr size_t kMaxNodes = size_t{64} << 20;            // json.nodes, yaml.nodes
inline constexpr size_t kMaxAliasNodes = 1'000'000;              // yaml.aliases: nodes made by aliases
inline constexpr size_t kMaxDiagnosticsPerCode = 1'000;          // further ones are counted, not kept

}  // namespace whomay::source

#endif  // WHOMAY_LIB_SOURCE_LIMITS_H_

// Every limit of the readers and questions, by name. Each that is hit is said in a diagnostic or in
// the answer; none is silent.
#ifndef WHOMAY_LIB_SOURCE_LIMITS_H_
#define WHOMAY_LIB_SOURCE_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace whomay::source {

inline constexpr uint64_t kMaxFileBytes = uint64_t{2} << 30;     // source.size
inline constexpr uint64_t kMappedFileBytes = uint64_t{8} << 20;  // files from here on are mapped
inline constexpr int kMaxDepth = 512;                            // json.depth, yaml.depth
inline constexpr size_t kMaxNodes = size_t{64} << 20;            // json.nodes
inline constexpr size_t kMaxJsonValues = 100'000;                // json.nodes: in one sequence
inline constexpr size_t kMaxYamlNodes = size_t{16} << 20;        // yaml.nodes
inline constexpr size_t kMaxAliasNodes = 1'000'000;      // yaml.aliases: nodes made by aliases
inline constexpr size_t kMaxDiagnosticsPerCode = 1'000;  // further ones are counted, not kept

// Aggregated ClusterRoles; beyond these a role's rules are Unknown::kLimit (rbac/policy.h).
inline constexpr size_t kMaxAggregatedRules = 4'000'000;   // filled in, over all roles
inline constexpr size_t kMaxSelectorTests = 5'000'000;     // selector against role or label
inline constexpr size_t kMaxCycleWords = 40'000'000;       // touched in resolving cycles
inline constexpr size_t kMaxCycleState = size_t{2} << 20;  // words of rules in cycles
// One question: trusts and authentications judged, and what is left open by them (conditions and
// unknown texts). Beyond, what was not found is `unknown`, with reason `limit`.
inline constexpr size_t kMaxJudgedEdges = 4'000'000;
inline constexpr size_t kMaxOpenAtoms = 500'000;
inline constexpr size_t kMaxCoverTests = 5'000'000;  // atom against rule (rbac/covers.h)

}  // namespace whomay::source

#endif  // WHOMAY_LIB_SOURCE_LIMITS_H_

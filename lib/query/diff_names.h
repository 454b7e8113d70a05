// DiffNames: what in one world of a diff is the same thing as what in the other.
//
// Two worlds of one analysis share their facts: texts and holes compare as they stand. The worlds
// of two analyses (a plan and a state, say) are joined by what their files say themselves: an ARN
// that one of them does not know yet is that of the resource with the same Terraform address, and a
// hole is the hole that is called the same. Thread safety: immutable once made.
#ifndef WHOMAY_LIB_QUERY_DIFF_NAMES_H_
#define WHOMAY_LIB_QUERY_DIFF_NAMES_H_

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "query/world.h"

namespace whomay::query {

enum DiffWorld : uint8_t { kDiffBefore = 0, kDiffAfter = 1 };
constexpr DiffWorld Other(DiffWorld side) { return side == kDiffBefore ? kDiffAfter : kDiffBefore; }

class DiffNames {
 public:
  // `same_facts`: the facts of both are of one reading, whatever else differs.
  DiffNames(const World& before, const World& after, bool same_facts);

  const World& world(DiffWorld side) const { return *worlds_[side]; }
  bool shared() const { return shared_; }

  // A text of `from` as the other world would write it: holes become its own holes or values, what
  // it does not know at all becomes a literal that nothing names.
  std::string Translate(DiffWorld from, std::string_view text) const;
  // A text that is equal for what is the same in both worlds; to compare, not to evaluate.
  std::string Canonical(DiffWorld side, std::string_view text) const;

  // Equal for the same identity in both worlds.
  std::string NodeKey(DiffWorld side, const graph::Node& node) const;
  // Equal for the same cluster.
  std::string ClusterKey(DiffWorld side, uint32_t cluster) const;
  // The cluster of this key; kNone if this world has none.
  uint32_t FindCluster(DiffWorld side, std::string_view key) const;

 private:
  using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;
  void Pair();
  void IndexHoles(DiffWorld side);

  std::array<const World*, 2> worlds_;
  bool shared_;
  bool one_cluster_ = false;    // one on each side, and one of them has no name of its own
  std::array<Pairs, 2> pairs_;  // by the world that the first text is of
  std::array<absl::flat_hash_map<std::string_view, facts::HoleId>, 2> holes_;  // by what
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_DIFF_NAMES_H_

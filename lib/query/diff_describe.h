// From the classes of permissions that differ to rows that say so in the words of the policies.
//
// Rows are pairs of an action and a resource as statements write them. Where a pair covers what
// does not differ too, either smaller pairs are found that do not, or the rest is said in `except`.
// Thread safety: pure functions.
#ifndef WHOMAY_LIB_QUERY_DIFF_DESCRIBE_H_
#define WHOMAY_LIB_QUERY_DIFF_DESCRIBE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "query/diff_grid.h"

namespace whomay::query {

// By class and sample of a grid: 0 where nothing differs, else a number for each way in which it
// does.
using DiffLabels = std::vector<std::vector<uint32_t>>;

struct DiffRegion {
  std::string action, resource;
  std::vector<std::pair<std::string, std::string>> except;
  uint32_t example_class = 0, example_sample = 0;
};

// The regions that bear this label. `pairs`: actions and resources as the statements that give it
// write them (indexes of the grid's texts).
std::vector<DiffRegion> Describe(const DiffGrid& grid, const DiffLabels& labels, uint32_t label,
                                 const std::vector<std::pair<uint32_t, uint32_t>>& pairs);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_DIFF_DESCRIBE_H_

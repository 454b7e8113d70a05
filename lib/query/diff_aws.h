// The AWS part of a diff: statements of both worlds as regions.
//
// For each principal: the statements that it comes to in one world and not, or otherwise, in the
// other are where something may differ. All statements that it comes to, and those of policies on
// resources, make a grid (diff_grid.h); one permission of each class that a differing statement
// covers is asked in both worlds, and the classes that differ are said in the statements' own words
// (diff_describe.h). Thread safety: as its sides.
#ifndef WHOMAY_LIB_QUERY_DIFF_AWS_H_
#define WHOMAY_LIB_QUERY_DIFF_AWS_H_

#include "query/diff_kubernetes.h"

namespace whomay::query {

void DiffAws(const DiffSides& sides, DiffAnswer& answer);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_DIFF_AWS_H_

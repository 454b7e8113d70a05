// The Kubernetes part of a diff: rules of both worlds as regions.
//
// Rules fall into atoms of one verb, group, resource and name, or verb and URL, in one scope, as
// the API server's escalation check reads them (spec rbac 2.9: wildcards are literal, an atom is
// covered by one rule). Only atoms of rules that a principal has in one world and not, or
// otherwise, in the other are asked; each is a permission that the engine decides in both. A gained
// atom less what overlaps it in the world before is exactly what is gained of it: a request of the
// atom that was allowed before was so by a rule that overlaps it. Thread safety: as its sides.
#ifndef WHOMAY_LIB_QUERY_DIFF_KUBERNETES_H_
#define WHOMAY_LIB_QUERY_DIFF_KUBERNETES_H_

#include <array>

#include "query/diff_question.h"

namespace whomay::query {

// Beyond this many atoms the rest is left out, and a note says so.
inline constexpr size_t kMaxDiffAtoms = 200'000;
// Of one principal: atoms that others are cut with, and what such cuts may make.
inline constexpr size_t kMaxDiffCuts = 2'000;
inline constexpr size_t kMaxDiffMeets = 256;

struct DiffSides {
  std::array<DiffSide*, 2> sides;
  DiffSide& operator[](DiffWorld side) const { return *sides[side]; }
};

void DiffKubernetes(const DiffSides& sides, const DiffGrants& grants, DiffAnswer& answer);

// Appends a row to the list of its kind.
void AddChange(DiffKind kind, DiffAnswer::Change change, DiffAnswer& answer);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_DIFF_KUBERNETES_H_

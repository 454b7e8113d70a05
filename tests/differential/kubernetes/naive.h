// A second evaluator of RBAC, written for being read: no index, strings compared as they stand. It
// can make one mistake at a time, so that the generated worlds can show that they would find it.
#ifndef WHOMAY_TESTS_DIFFERENTIAL_KUBERNETES_NAIVE_H_
#define WHOMAY_TESTS_DIFFERENTIAL_KUBERNETES_NAIVE_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tests/differential/kubernetes/model.h"

namespace whomay::differential {

enum class Mistake {
  kNone,
  // URLs
  kUrlStarIsLiteral,
  kUrlStarAnywhere,
  kUrlOneStarCut,
  kUrlStarOnlyAfterSlash,
  kUrlStarCoversParent,
  kRoleBindingGrantsUrls,
  kNamesRestrictUrls,
  // Verbs, groups
  kFoldCase,
  kTrimSpaces,
  kVerbStarIsLiteral,
  kVerbPrefix,
  kNoVerbsIsAll,
  kCoreIsEmptyGroup,
  kNoGroupsIsAll,
  kNoGroupsIsCore,
  kGroupIgnored,
  kGroupStarIsLiteral,
  kEmptyGroupIsAll,
  kGroupCoversSubdomain,
  // Resources
  kStarWithoutSubresources,
  kPodsStarIsNeverMatched,
  kResourceCoversSubresources,
  kPodsStarCoversSubresources,
  kStarSlashStarCoversAll,
  kStarSlashStarCoversSubresources,
  kStarSubIsLiteral,
  kStarSubCoversResource,
  kStarSubBySuffix,
  kNoResourcesIsAll,
  kResourcePrefix,
  kSlashInResourceIsOpaque,
  // Names
  kNamesIgnored,
  kNamesIgnoredWithoutName,
  kListIgnoresNames,
  kNameStarIsWildcard,
  kNamePrefix,
  kEmptyNameMatchesNothing,
  kEmptyNameDropped,
  kNamesIgnoredForSubresources,
  kCreateNeverByName,
  kDeleteCollectionNeverByName,
  // Callers and subjects
  kAnonymousIsAuthenticated,
  kAccountsHaveNoGroups,
  kAccountsHaveNoNamespaceGroup,
  kNobodyIsAuthenticated,
  kUserIsGroupOfHisName,
  kSubjectKindAnyCase,
  kSubjectGroupCompared,
  kUserSubjectNeverAccount,
  kAccountWithoutNamespaceIsNobody,
  kAccountWithoutNamespaceIsDefault,
  kAccountInAnyNamespace,
  kBindingNamespaceWins,
  kNoMasters,
  // Bindings and roles
  kFirstObjectStands,
  kMissingRoleGrantsAll,
  kRoleBindingsEverywhere,
  kRoleInAnyNamespace,
  kMissingRoleIsClusterRole,
  kRoleBindingToClusterRoleIgnored,
  kNamespacesAreClusterScoped,
  kOnlyFirstBinding,
  kOnlyFirstRule,
  // Aggregation
  kNoAggregation,
  kAggregationKeepsOwnRules,
  kAggregationOnce,
  kAggregationFirstSelector,
  kAggregationSelectorsAnded,
  kAggregationEmptyEmpties,
  kNotInNeedsKey,
  kExpressionsIgnored,
  kExpressionsOred,
  kMalformedSelectorIgnored,
  kCount,
};

std::string_view Name(Mistake mistake);

// One boolean an ask.
std::vector<bool> AnswerNaively(const World& world, Mistake mistake);

// The rules of `objects` after aggregation, synced by ascending name until nothing changes; with
// `mistake`, wrongly.
std::vector<Object> Aggregated(std::vector<Object> objects, Mistake mistake);

// The same, after syncs of the objects at these places, one after the other.
std::vector<Object> AggregatedFrom(std::vector<Object> objects,
                                   const std::vector<uint32_t>& first_syncs);

}  // namespace whomay::differential

#endif  // WHOMAY_TESTS_DIFFERENTIAL_KUBERNETES_NAIVE_H_

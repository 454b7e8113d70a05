// Label selectors, as metav1.LabelSelectorAsSelector reads them (apimachinery/pkg/labels).
#ifndef WHOMAY_LIB_RBAC_LABELS_H_
#define WHOMAY_LIB_RBAC_LABELS_H_

#include <span>
#include <string_view>
#include <utility>

#include "base/tri.h"
#include "facts/kubernetes.h"

namespace whomay::rbac {

// [a-z0-9]([-a-z0-9]*[a-z0-9])?, at most 63 bytes; and such labels with dots between them, at most
// 253.
bool IsDns1123Label(std::string_view text);
bool IsDns1123Subdomain(std::string_view text);

// Whether Kubernetes makes a selector of it: keys are qualified names, values label values,
// operators one of the four with the values that they need. Texts with holes pass.
bool IsValidSelector(const facts::LabelSelector& selector);

using Labels = std::span<const std::pair<facts::Str, facts::Str>>;

// The first hole in labels or a selector; kNone if there is none.
facts::HoleId FirstHole(Labels labels);
facts::HoleId FirstHole(const facts::LabelSelector& selector);

// All of matchLabels and matchExpressions hold; an empty selector selects everything. Unknown where
// a hole in a label or in the selector leaves it open. `plain`: there are none. `holes` may be
// null.
Tri Selects(const facts::LabelSelector& selector, Labels labels, bool plain,
            const facts::HoleTable* holes);

// Are the texts equal? Without a table, unknown where one of them has a hole.
Tri EqualTexts(std::string_view a, std::string_view b, const facts::HoleTable* holes);

}  // namespace whomay::rbac

#endif  // WHOMAY_LIB_RBAC_LABELS_H_

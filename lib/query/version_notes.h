// What depends on the version of the cluster and is no matter of roles and bindings.
// Source of the semantics: spec rbac 2.1, 2.8 (KEP-4006, KEP-5284). Thread safety: pure functions.
#ifndef WHOMAY_LIB_QUERY_VERSION_NOTES_H_
#define WHOMAY_LIB_QUERY_VERSION_NOTES_H_

#include <string>
#include <string_view>
#include <vector>

#include "rbac/policy.h"

namespace whomay::query {

// Sentences that a reader of the answer should know. `version` as the cluster says it; "" where
// nothing says, and then both sides are told.
void AddVersionNotes(std::string_view version, const rbac::Request& request,
                     std::vector<std::string>& notes);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_VERSION_NOTES_H_

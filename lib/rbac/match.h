// Rules against requests, compared as text: where a rule, subject or question has holes, where
// fields of a question are open ("any of it"), and where it matters which part of a rule does not
// fit.
//
// Semantics: pkg/apis/rbac/v1/evaluation_helpers.go (VerbMatches, APIGroupMatches, ResourceMatches,
// ResourceNameMatches, NonResourceURLMatches), in three values.
#ifndef WHOMAY_LIB_RBAC_MATCH_H_
#define WHOMAY_LIB_RBAC_MATCH_H_

#include "base/tri.h"
#include "facts/kubernetes.h"
#include "rbac/policy.h"

namespace whomay::rbac {

// Which parts of a rule fit a request. `resource` is group and resource, or the URL.
struct RuleParts {
  Tri verb = Tri::kFalse;
  Tri resource = Tri::kFalse;
  Tri name = Tri::kFalse;
};

RuleParts MatchParts(const facts::PolicyRule& rule, const Request& request, const Any& any,
                     const facts::HoleTable* holes);

Tri MatchRule(const facts::PolicyRule& rule, const Request& request, const Any& any,
              const facts::HoleTable* holes);

// The first hole of a rule's texts; kNone if there is none.
facts::HoleId FirstHole(const facts::PolicyRule& rule);
facts::HoleId FirstHole(std::string_view text);

}  // namespace whomay::rbac

#endif  // WHOMAY_LIB_RBAC_MATCH_H_

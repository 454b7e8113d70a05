// Covers: does one set of rules grant all that another does? The escalation check of the API
// server, and the right question for "does the new role grant more than the old one?".
//
// Semantics: k8s.io/component-helpers/auth/rbac/validation (Covers, BreakdownRule, ruleCovers).
// Wanted rules fall into atoms of one verb, group, resource and name (or verb and URL); each must
// be covered by one owner rule. The reading is literal: a wanted "*" needs an owner's "*"; an
// unnamed atom needs a rule without resourceNames, and an URL counts as unnamed. Thread safety:
// pure functions.
#ifndef WHOMAY_LIB_RBAC_COVERS_H_
#define WHOMAY_LIB_RBAC_COVERS_H_

#include <span>
#include <string_view>
#include <vector>

#include "base/tri.h"
#include "facts/kubernetes.h"

namespace whomay::rbac {

struct Atom {
  std::string_view verb;
  std::string_view group;
  std::string_view resource;  // with subresource, as written
  std::string_view name;
  bool named = false;  // resourceNames were given; `name` may be ""
  bool is_url = false;
  std::string_view url;

  friend bool operator==(const Atom&, const Atom&) = default;
};

struct Coverage {
  // kUnknown: rests on holes, or more than source::kMaxCoverTests tests (`limited`).
  Tri covered = Tri::kTrue;
  bool limited = false;
  std::vector<Atom> uncovered;  // certainly not covered, in the order of the API server's list
  std::vector<Atom> undecided;  // covered or not, as holes come out
};

using RuleList = std::span<const facts::PolicyRule* const>;

// `holes` may be null.
Coverage Covers(RuleList owner, RuleList wanted, const facts::HoleTable* holes = nullptr);
Coverage Covers(std::span<const facts::PolicyRule> owner, std::span<const facts::PolicyRule> wanted,
                const facts::HoleTable* holes = nullptr);

}  // namespace whomay::rbac

#endif  // WHOMAY_LIB_RBAC_COVERS_H_

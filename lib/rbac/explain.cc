// Why and what: the bindings of an identity, rule by rule.
#include <algorithm>

#include "rbac/evaluate.h"
#include "rbac/match.h"

namespace whomay::rbac {
namespace {

using BlockedBy = Match::BlockedBy;

RoleRules RulesOf(const Compiled& c, uint32_t id) {
  const Role& role = c.roles[id];
  return {
      {c.effective.data() + role.effective.begin, role.effective.size()}, role.open, role.unknown};
}

// The one part that does not fit; nothing where there are more.
struct Verdict {
  bool near = false;
  BlockedBy blocked_by = BlockedBy::kNothing;
  Tri fits = Tri::kTrue;
};

Verdict Judge(Tri inside, const RuleParts& parts) {
  Verdict verdict;
  int blocked = 0;
  const std::pair<Tri, BlockedBy> each[] = {{inside, BlockedBy::kNamespace},
                                            {parts.name, BlockedBy::kName},
                                            {parts.verb, BlockedBy::kVerb},
                                            {parts.resource, BlockedBy::kResource}};
  for (const auto& [fits, part] : each) {
    if (fits == Tri::kFalse) {
      ++blocked;
      verdict.blocked_by = part;
    } else {
      verdict.fits = And(verdict.fits, fits);
    }
  }
  verdict.near = blocked <= 1;
  return verdict;
}

}  // namespace

RoleRules Policy::rules(uint32_t role) const {
  const Compiled& c = *compiled_;
  if (role >= c.role_of_index.size() || c.role_of_index[role] == kNone) {
    return {};
  }
  return RulesOf(c, c.role_of_index[role]);
}

uint32_t Policy::FindRole(bool cluster_role, std::string_view namespace_name,
                          std::string_view name) const {
  const uint32_t id = compiled_->FindRole(cluster_role, namespace_name, name);
  return id == kNone ? kNone : compiled_->roles[id].index;
}

// One binding of the identity and a role that it may refer to.
struct Policy::Held {
  uint32_t binding;
  uint32_t subject;
  uint32_t role;
  Tri applies;
};

std::vector<Policy::Held> Policy::HeldBy(const ResolvedIdentity& identity) const {
  const Compiled& c = *compiled_;
  std::vector<Held> held;
  const auto add = [&](uint32_t subject, Tri applies) {
    for (const Range range : {c.subjects[subject].cluster, c.subjects[subject].namespaced}) {
      for (uint32_t i = range.begin; i < range.end; ++i) {
        held.push_back({c.entries[i].binding, c.entries[i].subject, c.entries[i].role, applies});
      }
    }
  };
  for (const uint32_t subject : identity.subjects()) {
    add(subject, Tri::kTrue);
  }
  for (const uint32_t subject : identity.maybe_) {
    add(subject, Tri::kUnknown);
  }
  const ResolvedRequest nothing;
  const Evaluator evaluator{c, nothing};
  for (const OpenEntry& open : c.open) {
    if (identity.texts_ == nullptr) {
      break;
    }
    const Tri applies = And(open.role_certain, evaluator.IsSubject(open, *identity.texts_));
    if (applies != Tri::kFalse) {
      for (const uint32_t role : c.Ids(open.roles)) {
        held.push_back({open.binding, open.subject, role, applies});
      }
    }
  }
  // A binding that applies by two subjects is one, and counts with the stronger.
  std::stable_sort(held.begin(), held.end(), [](const Held& a, const Held& b) {
    return std::tie(a.binding, a.role, b.applies, a.subject) <
           std::tie(b.binding, b.role, a.applies, b.subject);
  });
  held.erase(std::unique(held.begin(), held.end(),
                         [](const Held& a, const Held& b) {
                           return a.binding == b.binding && a.role == b.role;
                         }),
             held.end());
  return held;
}

std::vector<Holding> Policy::Rules(const ResolvedIdentity& identity) const {
  const Compiled& c = *compiled_;
  std::vector<Holding> holdings;
  for (const Held& held : HeldBy(identity)) {
    const Binding& binding = c.bindings[held.binding];
    Holding& holding = holdings.emplace_back();
    holding.applies = held.applies;
    holding.grant = {binding.index, held.subject, c.roles[held.role].index, kNone};
    holding.cluster_wide = binding.fact->cluster_binding;
    if (!holding.cluster_wide) {
      holding.namespace_name = binding.fact->namespace_name;
    }
    holding.role = RulesOf(c, held.role);
  }
  std::stable_sort(holdings.begin(), holdings.end(), [](const Holding& a, const Holding& b) {
    return std::tuple(!a.cluster_wide, a.namespace_name) <
           std::tuple(!b.cluster_wide, b.namespace_name);
  });
  return holdings;
}

std::vector<Match> Policy::FindMatches(const ResolvedIdentity& identity, const Request& request,
                                       size_t limit, bool near_only) const {
  const Compiled& c = *compiled_;
  const ResolvedRequest resolved = Resolve(request);
  const Evaluator evaluator{c, resolved};
  std::array<std::vector<Match>, 5> found;  // by what blocks
  for (const Held& held : HeldBy(identity)) {
    const facts::RbacBinding& binding = *c.bindings[held.binding].fact;
    const Tri inside = evaluator.InNamespace(binding);
    const RoleRules rules = RulesOf(c, held.role);
    for (uint32_t i = 0; i < rules.rules.size(); ++i) {
      const EffectiveRule& rule = rules.rules[i];
      const Verdict verdict = Judge(inside, MatchParts(*rule.rule, request, Any(), c.holes));
      std::vector<Match>& list = found[static_cast<size_t>(verdict.blocked_by)];
      if (!verdict.near || list.size() >= limit ||
          (near_only && verdict.blocked_by == BlockedBy::kNothing)) {
        continue;
      }
      Match& match = list.emplace_back();
      match.blocked_by = verdict.blocked_by;
      match.fits = And(And(verdict.fits, held.applies), rule.certain);
      match.grant = {c.bindings[held.binding].index, held.subject, c.roles[held.role].index, i};
      match.namespace_name = binding.cluster_binding ? std::string_view() : binding.namespace_name;
    }
  }
  std::vector<Match> matches;
  for (const std::vector<Match>& list : found) {
    const size_t room = std::min(list.size(), limit - matches.size());
    matches.insert(matches.end(), list.begin(), list.begin() + static_cast<ptrdiff_t>(room));
  }
  return matches;
}

std::vector<Match> Policy::Matches(const ResolvedIdentity& identity, const Request& request,
                                   size_t limit) const {
  return FindMatches(identity, request, limit, false);
}

std::vector<Match> Policy::NearMisses(const ResolvedIdentity& identity, const Request& request,
                                      size_t limit) const {
  return FindMatches(identity, request, limit, true);
}

}  // namespace whomay::rbac

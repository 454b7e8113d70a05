// Evaluator: one request against the compiled roles and bindings. Internal to lib/rbac.
//
// The fast questions by ids are inline here; what holes or wildcards in a question leave to
// comparing texts is in match.h.
#ifndef WHOMAY_LIB_RBAC_EVALUATE_H_
#define WHOMAY_LIB_RBAC_EVALUATE_H_

#include <algorithm>
#include <cstdint>
#include <span>

#include "rbac/compiled.h"
#include "rbac/match.h"

namespace whomay::rbac {

// An id of a request that is looked up when it is needed.
inline constexpr uint32_t kLater = 0xFFFFFFFE;

// Whether a role grants, and by which of its rules.
struct RoleMatch {
  Tri allowed = Tri::kFalse;
  uint32_t rule = kNone;
};

struct Evaluator {
  const Compiled& c;
  const ResolvedRequest& request;

  static constexpr uint32_t kFewIds = 16;

  static bool Contains(std::span<const uint32_t> sorted, uint32_t id) {
    if (sorted.size() <= kFewIds) {
      for (const uint32_t have : sorted) {
        if (have == id) {
          return true;
        }
      }
      return false;
    }
    return std::binary_search(sorted.begin(), sorted.end(), id);
  }

  // Nothing in the role can match.
  bool Misses(const Filter& filter) const {
    return (filter.bloom & request.target_bits_) == 0 || (filter.verbs & request.verb_bit_) == 0;
  }

  // Behind the verb mask and the target: the rest of a rule.
  bool RestMatches(const CompiledRule& rule) const {
    if (request.verb_bit_ == kOverflowVerb && !rule.any_verb &&
        !Contains(c.Ids(rule.further_verbs), request.verb_)) {
      return false;
    }
    // resourceNames do not restrict URLs.
    return request.url_ || rule.names.empty() || Contains(c.Ids(rule.names), NameId());
  }

  uint32_t NameId() const {
    return request.name_ == kLater ? c.names.Find(request.text_.name) : request.name_;
  }

  bool AlternativeMatches(const Alternative& alternative) const {
    return (alternative.verbs & request.verb_bit_) != 0 &&
           (!alternative.checked || RestMatches(c.rules[alternative.compiled]));
  }

  bool UrlMatches(const CompiledRule& rule) const {
    if (Contains(c.Ids(rule.urls), request.resource_)) {
      return true;
    }
    for (uint32_t i = rule.prefixes.begin; i < rule.prefixes.end; ++i) {
      if (request.text_.url.starts_with(c.prefixes[i])) {
        return true;
      }
    }
    return false;
  }

  bool ResourceMatches(const CompiledRule& rule) const {
    if (!rule.any_group && !Contains(c.Ids(rule.groups), request.group_)) {
      return false;
    }
    if (rule.any_resource) {
      return true;
    }
    const std::span<const uint32_t> resources = c.Ids(rule.resources);
    return Contains(resources, request.resource_) ||
           (request.star_sub_ != kNone && Contains(resources, request.star_sub_));
  }

  Tri ScanMatches(const Role& role, const Scan& scan) const {
    if ((scan.verbs & request.verb_bit_) == 0) {
      return Tri::kFalse;
    }
    const CompiledRule& rule = c.rules[scan.compiled];
    if (rule.open) {
      return MatchRule(*c.effective[role.effective.begin + scan.rule].rule, request.text_, Any(),
                       c.holes);
    }
    return ToTri((request.url_ ? UrlMatches(rule) : ResourceMatches(rule)) && RestMatches(rule));
  }

  // The first alternative of the role for the request's target; kNone if there is none.
  uint32_t FirstAlternative(const Role& role) const {
    if (!role.has_slots) {
      return kNone;
    }
    const TargetSlot* slots = c.target_slots.data() + role.slots;
    for (uint32_t at = TargetSlotOf(request.target_, role.slot_mask);;
         at = (at + 1) & role.slot_mask) {
      if (slots[at].target == request.target_) {
        return request.target_ == kNone ? kNone : slots[at].alternative;
      }
      if (slots[at].target == kNone) {
        return kNone;
      }
    }
  }

  uint32_t target() const { return request.target_; }
  uint32_t namespace_id() const { return request.namespace_; }
  bool url() const { return request.url_; }
  bool as_text() const { return request.open_; }

  RoleMatch Match(uint32_t role_id, const Any& any = {}) const {
    const Role& role = c.roles[role_id];
    RoleMatch best;
    if (Misses(role.filter)) {
      return best;
    }
    if (request.open_) {
      return MatchText(role, any);
    }
    const uint32_t first = FirstAlternative(role);
    if (first != kNone) {
      for (const Alternative* at = c.alternatives.data() + first;; ++at) {
        if (AlternativeMatches(*at)) {
          if (at->certain) {
            return {Tri::kTrue, at->rule};
          }
          best = {Tri::kUnknown, at->rule};
        }
        if (at->last) {
          break;
        }
      }
    }
    return role.scans.empty() && !role.anything ? best : MatchScans(role, best);
  }

  // Whether the subject is certainly granted the request; `best` is kept up to date. `space` is the
  // request's namespace, or kLater, and then filled in when it is needed.
  bool Subject(uint32_t subject, uint32_t& space, Decision& best) const {
    const SubjectBindings& bindings = c.subjects[subject];
    if (space < kLater && !bindings.namespaced.empty()) {
      __builtin_prefetch(&c.namespace_slots[NamespaceSlotOf(subject, space) & c.namespace_mask]);
    }
    if (Entries(bindings.cluster, best)) {
      return true;
    }
    if (space == 0 || bindings.namespaced.empty()) {
      return false;
    }
    if (space == kLater) {
      space = c.namespaces.Find(request.text_.namespace_name);
    }
    return space != kNoName && Entries(InNamespaceOf(subject, space), best);
  }

  // Entries of the subject in the namespace.
  Range InNamespaceOf(uint32_t subject, uint32_t space) const {
    for (uint64_t slot = NamespaceSlotOf(subject, space) & c.namespace_mask;;
         slot = (slot + 1) & c.namespace_mask) {
      const NamespaceSlot& at = c.namespace_slots[slot];
      if (at.subject == subject && at.namespace_id == space) {
        return at.entries;
      }
      if (at.subject == kNone) {
        return {};
      }
    }
  }

  // Whether one of the entries certainly grants; `best` is kept up to date.
  bool Entries(Range entries, Decision& best) const {
    for (uint32_t i = entries.begin; i < entries.end; ++i) {
      const Entry& entry = c.entries[i];
      if (Misses(entry.filter)) {
        continue;
      }
      const RoleMatch match = Match(entry.role);
      if (match.allowed == Tri::kTrue) {
        best = Decision();
        best.allowed = Tri::kTrue;
        best.grant = {entry.index, entry.subject, c.roles[entry.role].index, match.rule};
        return true;
      }
      if (match.allowed == Tri::kUnknown && best.allowed == Tri::kFalse) {
        best = Decide(match, entry.role, entry.binding, entry.subject);
      }
    }
    return false;
  }

  // The role's scans, and what it may grant beyond its rules. `best`: what its alternatives said.
  RoleMatch MatchScans(const Role& role, RoleMatch best) const;
  // All of the role's rules, as text.
  RoleMatch MatchText(const Role& role, const Any& any = {}) const;

  // The decision that a match of a binding's role comes to.
  Decision Decide(const RoleMatch& match, uint32_t role, uint32_t binding, uint32_t subject) const;

  // What needs texts: open bindings, identities and requests with holes.
  Decision Slow(const ResolvedIdentity& identity, Decision best, const Any& any = {}) const;
  // Entries of any namespace, and of a subject that the identity may be.
  Decision AllNamespaces(Range entries, Tri subject_certain, const ResolvedIdentity& identity,
                         const Any& any = {}) const;
  Decision DecideOpen(const OpenEntry& open, Tri so_far, const Any& any = {}) const;
  Tri InNamespace(const facts::RbacBinding& binding, const Any& any = {}) const;
  Tri IsSubject(const OpenEntry& open, const Identity& identity) const;
  static facts::HoleId IdentityHole(const ResolvedIdentity& identity);

  static void AddPossibleSubjects(const Compiled& c, const Identity& identity,
                                  ResolvedIdentity& resolved);
  // `later`: namespace and name are looked up when they are needed.
  static void Resolve(const Compiled& c, const Request& request, bool later,
                      ResolvedRequest& resolved);
  static void ResolveResource(const Compiled& c, bool later, ResolvedRequest& resolved);
  static void ResolveRareTarget(const Compiled& c, ResolvedRequest& resolved);
};

}  // namespace whomay::rbac

#endif  // WHOMAY_LIB_RBAC_EVALUATE_H_

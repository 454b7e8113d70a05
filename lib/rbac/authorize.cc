// Policy: resolving names and deciding.
#include <string>

#include "rbac/evaluate.h"
#include "rbac/match.h"

namespace whomay::rbac {

using facts::HoleId;

Policy::Policy() : Policy(PolicyBuilder().Build()) {}
Policy::Policy(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
Policy::Policy(Policy&&) noexcept = default;
Policy& Policy::operator=(Policy&&) noexcept = default;
Policy::~Policy() = default;

const facts::HoleTable* Policy::holes() const { return compiled_->holes; }
std::span<const uint32_t> Policy::dangling() const { return compiled_->dangling; }

void ResolvedIdentity::AddMore(uint32_t subject) {
  if (!many_) {
    many_ = true;
    more_.assign(few_.begin(), few_.end());
  }
  more_.push_back(subject);
}

ResolvedIdentity Policy::Resolve(const Identity& identity) const {
  const Compiled& c = *compiled_;
  const auto users = static_cast<uint32_t>(c.users.size());
  ResolvedIdentity resolved;
  const TextHash user = c.users.Hash(identity.username);
  bool hole = user.hole;
  const uint32_t user_id = c.users.Find(identity.username, user.value);
  if (user_id != kNoName) {
    resolved.Add(user_id);
  }
  for (const std::string_view group : identity.groups) {
    if (group == kMasters) {
      resolved.masters_ = Tri::kTrue;
      return resolved;
    }
    const TextHash hash = c.groups.Hash(group);
    hole = hole || hash.hole;
    const uint32_t id = c.groups.Find(group, hash.value);
    if (id != kNoName) {
      resolved.Add(users + id);
    }
  }
  if (!c.open.empty() || hole) {
    resolved.slow_ = true;
    resolved.texts_ = std::make_shared<const Identity>(identity);
  }
  if (hole) {
    Evaluator::AddPossibleSubjects(c, identity, resolved);
  }
  return resolved;
}

// Subjects whose names the identity's holes may come to.
void Evaluator::AddPossibleSubjects(const Compiled& c, const Identity& identity,
                                    ResolvedIdentity& resolved) {
  const auto users = static_cast<uint32_t>(c.users.size());
  if (facts::HasHole(identity.username)) {
    for (uint32_t id = 0; id < users; ++id) {
      if (c.Equal(c.users.text(id), identity.username) == Tri::kUnknown) {
        resolved.maybe_.push_back(id);
      }
    }
  }
  for (const std::string_view group : identity.groups) {
    if (!facts::HasHole(group)) {
      continue;
    }
    resolved.masters_ = Or(resolved.masters_, c.Equal(group, kMasters));
    for (uint32_t id = 0; id < c.groups.size(); ++id) {
      if (c.Equal(c.groups.text(id), group) == Tri::kUnknown) {
        resolved.maybe_.push_back(users + id);
      }
    }
  }
}

namespace {

uint32_t FindTarget(const Compiled& c, uint64_t hash, std::string_view group,
                    std::string_view resource, std::string_view subresource) {
  for (uint64_t slot = hash & c.target_mask;; slot = (slot + 1) & c.target_mask) {
    const TargetTableSlot& at = c.target_table[slot];
    if (at.target == kNone) {
      return kNone;
    }
    if (at.check == static_cast<uint32_t>(hash >> 32)) {
      const Target& target = c.targets[at.target];
      if (SameText(target.resource_part, resource) && SameText(target.group_text, group) &&
          SameText(target.sub_part, subresource)) {
        return at.target;
      }
    }
  }
}

}  // namespace

// A target that no rule names so: rules with wildcards may match it, and a resource that itself
// holds a slash may be a rule's "resource/subresource".
void Evaluator::ResolveRareTarget(const Compiled& c, ResolvedRequest& resolved) {
  const Request& request = resolved.text_;
  resolved.group_ = c.words.Find(request.group);
  std::string both(request.resource);
  if (!request.subresource.empty()) {
    resolved.star_sub_ = c.words.Find(std::string("*/").append(request.subresource));
    both.append("/").append(request.subresource);
  }
  resolved.resource_ = c.words.Find(both);
  if (resolved.resource_ != kNoName && resolved.group_ != kNoName) {
    const auto [resource, subresource] = SplitResource(both);
    resolved.target_ =
        FindTarget(c,
                   TargetHash(c.words.Hash(request.group).value, c.words.Hash(resource).value,
                              c.words.Hash(subresource).value),
                   request.group, resource, subresource);
  }
}

void Evaluator::ResolveResource(const Compiled& c, bool later, ResolvedRequest& resolved) {
  const Request& request = resolved.text_;
  const TextHash group = c.words.Hash(request.group);
  const TextHash resource = c.words.Hash(request.resource);
  const TextHash subresource = c.words.Hash(request.subresource);
  const uint64_t target = TargetHash(group.value, resource.value, subresource.value);
  __builtin_prefetch(&c.target_table[target & c.target_mask]);
  const TextHash space = c.namespaces.Hash(request.namespace_name);
  const TextHash name = c.names.Hash(request.name);
  resolved.open_ =
      resolved.open_ || group.hole || resource.hole || subresource.hole || space.hole || name.hole;
  resolved.target_ = FindTarget(c, target, request.group, request.resource, request.subresource);
  if (resolved.target_ != kNone) {
    const Target& found = c.targets[resolved.target_];
    resolved.group_ = found.group;
    resolved.resource_ = found.resource;
    resolved.star_sub_ = found.star_sub;
  } else {
    ResolveRareTarget(c, resolved);
  }
  if (later) {
    resolved.namespace_ = request.namespace_name.empty() ? 0 : kLater;
    resolved.name_ = kLater;
  } else {
    resolved.namespace_ = c.namespaces.Find(request.namespace_name, space.value);
    resolved.name_ = c.names.Find(request.name, name.value);
  }
}

void Evaluator::Resolve(const Compiled& c, const Request& request, bool later,
                        ResolvedRequest& resolved) {
  resolved.text_ = request;
  const TextHash verb = c.verbs.Hash(request.verb);
  resolved.open_ = verb.hole;
  resolved.verb_ = c.verbs.Find(request.verb, verb.value);
  resolved.verb_bit_ = resolved.verb_ < kVerbBits  ? VerbMask{1} << resolved.verb_
                       : resolved.verb_ == kNoName ? kUnknownVerb
                                                   : kOverflowVerb;
  if (request.url.empty()) {
    ResolveResource(c, later, resolved);
  } else {
    const TextHash url = c.urls.Hash(request.url);
    resolved.open_ = resolved.open_ || url.hole;
    resolved.url_ = true;
    resolved.resource_ = c.urls.Find(request.url, url.value);
    if (resolved.resource_ < c.url_targets.size()) {
      resolved.target_ = c.url_targets[resolved.resource_];
    }
  }
  resolved.target_bits_ = (resolved.target_ == kNone ? 0 : TargetBit(resolved.target_)) |
                          (resolved.url_ ? kUrlScan : kResourceScan);
  if (resolved.open_) {
    resolved.verb_bit_ = kAllVerbs;
    resolved.target_bits_ = ~uint64_t{0};
  }
}

ResolvedRequest Policy::Resolve(const Request& request) const {
  ResolvedRequest resolved;
  Evaluator::Resolve(*compiled_, request, false, resolved);
  return resolved;
}

// The fields are hashed before anything is looked up, so that what the tables hold is on its way
// while the next is hashed; who is granted by his name is not looked up by his groups.
Decision Policy::Authorize(const Identity& identity, const Request& request) const {
  constexpr size_t kFewGroups = 16;
  const Compiled& c = *compiled_;
  Decision best;
  if (!c.open.empty() || identity.groups.size() > kFewGroups) {
    return Authorize(Resolve(identity), Resolve(request));
  }
  const TextHash user = c.users.Hash(identity.username);
  c.users.Prefetch(user.value);
  bool hole = user.hole;
  std::array<uint64_t, kFewGroups> groups;
  for (size_t i = 0; i < identity.groups.size(); ++i) {
    if (SameText(identity.groups[i], kMasters)) {
      best.allowed = Tri::kTrue;
      best.masters = true;
      return best;
    }
    const TextHash hash = c.groups.Hash(identity.groups[i]);
    c.groups.Prefetch(hash.value);
    groups[i] = hash.value;
    hole = hole || hash.hole;
  }
  ResolvedRequest resolved;
  Evaluator::Resolve(c, request, true, resolved);
  if (hole || resolved.open_) {
    return Authorize(Resolve(identity), Resolve(request));
  }
  const Evaluator evaluator{c, resolved};
  const uint32_t user_id = c.users.Find(identity.username, user.value);
  if (user_id != kNoName && evaluator.Subject(user_id, resolved.namespace_, best)) {
    return best;
  }
  const auto users = static_cast<uint32_t>(c.users.size());
  for (size_t i = 0; i < identity.groups.size(); ++i) {
    const uint32_t id = c.groups.Find(identity.groups[i], groups[i]);
    if (id != kNoName && evaluator.Subject(users + id, resolved.namespace_, best)) {
      return best;
    }
  }
  return best;
}

RoleMatch Evaluator::MatchScans(const Role& role, RoleMatch best) const {
  for (uint32_t i = role.scans.begin; i < role.scans.end; ++i) {
    const Scan& scan = c.scans[i];
    const Tri matches = ScanMatches(role, scan);
    if (matches == Tri::kTrue && scan.certain) {
      return {Tri::kTrue, scan.rule};
    }
    if (matches != Tri::kFalse && best.allowed == Tri::kFalse) {
      best = {Tri::kUnknown, scan.rule};
    }
  }
  if (role.anything && best.allowed == Tri::kFalse) {
    best.allowed = Tri::kUnknown;
  }
  return best;
}

RoleMatch Evaluator::MatchText(const Role& role, const Any& any) const {
  RoleMatch best;
  for (uint32_t i = role.effective.begin; i < role.effective.end; ++i) {
    const EffectiveRule& rule = c.effective[i];
    const Tri matches = And(rule.certain, MatchRule(*rule.rule, request.text_, any, c.holes));
    if (matches > best.allowed) {
      best = {matches, i - role.effective.begin};
    }
    if (matches == Tri::kTrue) {
      return best;
    }
  }
  if (role.anything && best.allowed == Tri::kFalse) {
    best.allowed = Tri::kUnknown;
  }
  return best;
}

Decision Evaluator::Decide(const RoleMatch& match, uint32_t role_id, uint32_t binding,
                           uint32_t subject) const {
  Decision decision;
  const Role& role = c.roles[role_id];
  decision.allowed = match.allowed;
  decision.grant = {c.bindings[binding].index, subject, role.index, match.rule};
  if (match.allowed != Tri::kUnknown) {
    return decision;
  }
  decision.unknown = Unknown::kHole;
  if (match.rule == kNone) {
    decision.hole = role.open;
    if (role.open == HoleId::kNone) {
      decision.unknown = role.unknown;  // a limit
    }
    return decision;
  }
  const EffectiveRule& rule = c.effective[role.effective.begin + match.rule];
  if (rule.certain != Tri::kTrue) {
    decision.unknown = role.unknown;
    decision.hole = role.hole;
  } else {
    decision.hole = FirstHole(*rule.rule);
  }
  if (decision.hole == HoleId::kNone && request.open_) {
    const Request& text = request.text_;
    for (const std::string_view part : {text.verb, text.group, text.resource, text.subresource,
                                        text.namespace_name, text.name, text.url}) {
      if (decision.hole == HoleId::kNone) {
        decision.hole = FirstHole(part);
      }
    }
  }
  return decision;
}

Tri Evaluator::InNamespace(const facts::RbacBinding& binding, const Any& any) const {
  if (binding.cluster_binding || any.namespace_name) {
    return Tri::kTrue;
  }
  // RoleBindings never count for cluster scope and URLs.
  if (request.url_ || request.text_.namespace_name.empty()) {
    return Tri::kFalse;
  }
  return c.Equal(binding.namespace_name, request.text_.namespace_name);
}

Tri Evaluator::IsSubject(const OpenEntry& open, const Identity& identity) const {
  switch (open.kind) {
    case Grantee::Kind::kAnybody:
      return Tri::kUnknown;
    case Grantee::Kind::kGroup: {
      Tri found = Tri::kFalse;
      for (const std::string_view group : identity.groups) {
        found = Or(found, c.Equal(open.username, group));
      }
      return found;
    }
    case Grantee::Kind::kUser:
    case Grantee::Kind::kServiceAccount:
      break;
  }
  return c.Equal(open.username, identity.username);
}

Decision Evaluator::DecideOpen(const OpenEntry& open, Tri so_far, const Any& any) const {
  Decision best;
  const Tri outer = And(so_far, InNamespace(*c.bindings[open.binding].fact, any));
  if (outer == Tri::kFalse) {
    return best;
  }
  for (const uint32_t role : c.Ids(open.roles)) {
    const RoleMatch match = Match(role, any);
    const Tri all = And(And(outer, open.role_certain), match.allowed);
    if (all <= best.allowed) {
      continue;
    }
    best = Decide(match, role, open.binding, open.subject);
    best.allowed = all;
    if (all == Tri::kTrue) {
      return best;
    }
    if (match.allowed == Tri::kTrue) {
      best.unknown = Unknown::kHole;
      best.hole = open.hole;
      return best;
    }
  }
  return best;
}

Decision Evaluator::Slow(const ResolvedIdentity& identity, Decision best, const Any& any) const {
  const auto consider = [&](const Decision& decision) {
    if (decision.allowed > best.allowed) {
      best = decision;
    }
    return best.allowed == Tri::kTrue;
  };
  if (request.open_ && !request.url_ && !request.text_.namespace_name.empty()) {
    for (const uint32_t subject : identity.subjects()) {
      if (consider(AllNamespaces(c.subjects[subject].namespaced, Tri::kTrue, identity, any))) {
        return best;
      }
    }
  }
  for (const uint32_t subject : identity.maybe_) {
    for (const Range range : {c.subjects[subject].cluster, c.subjects[subject].namespaced}) {
      if (consider(AllNamespaces(range, Tri::kUnknown, identity, any))) {
        return best;
      }
    }
  }
  for (const OpenEntry& open : c.open) {
    if (identity.texts_ != nullptr &&
        consider(DecideOpen(open, IsSubject(open, *identity.texts_), any))) {
      return best;
    }
  }
  if (identity.masters_ == Tri::kUnknown && best.allowed == Tri::kFalse) {
    best.allowed = Tri::kUnknown;
    best.masters = true;
    best.unknown = Unknown::kHole;
    best.hole = IdentityHole(identity);
  }
  return best;
}

HoleId Evaluator::IdentityHole(const ResolvedIdentity& identity) {
  HoleId hole = FirstHole(identity.texts_->username);
  for (const std::string_view group : identity.texts_->groups) {
    if (hole == HoleId::kNone) {
      hole = FirstHole(group);
    }
  }
  return hole;
}

Decision Evaluator::AllNamespaces(Range entries, Tri subject_certain,
                                  const ResolvedIdentity& identity, const Any& any) const {
  Decision best;
  for (uint32_t i = entries.begin; i < entries.end; ++i) {
    const Entry& entry = c.entries[i];
    const Tri outer = And(subject_certain, InNamespace(*c.bindings[entry.binding].fact, any));
    const RoleMatch match = outer == Tri::kFalse ? RoleMatch() : Match(entry.role, any);
    const Tri all = And(outer, match.allowed);
    if (all <= best.allowed) {
      continue;
    }
    best = Decide(match, entry.role, entry.binding, entry.subject);
    best.allowed = all;
    if (all == Tri::kTrue) {
      return best;
    }
    if (match.allowed == Tri::kTrue) {
      best.unknown = Unknown::kHole;
      best.hole = subject_certain == Tri::kUnknown ? IdentityHole(identity)
                                                   : FirstHole(request.text_.namespace_name);
    }
  }
  return best;
}

Decision Policy::Authorize(const ResolvedIdentity& identity, const ResolvedRequest& request) const {
  const Compiled& c = *compiled_;
  Decision best;
  if (identity.masters_ == Tri::kTrue) {
    best.allowed = Tri::kTrue;
    best.masters = true;
    return best;
  }
  const Evaluator evaluator{c, request};
  uint32_t space = request.namespace_;
  for (const uint32_t subject : identity.subjects()) {
    if (evaluator.Subject(subject, space, best)) {
      return best;
    }
  }
  if (identity.slow_ || request.open_) {
    return evaluator.Slow(identity, best);
  }
  return best;
}

}  // namespace whomay::rbac

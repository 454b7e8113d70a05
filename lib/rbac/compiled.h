// Compiled: what a Policy is made of. Internal to lib/rbac.
//
// A rule without wildcards becomes one *alternative* for each pair of group and resource that it
// names; such a pair (or an exact URL) is a *target*. All alternatives stand in one array, ordered
// by target, role, rule: a target's stretch of it is the inverted index of `who`, and each role has
// a small hash table target → first alternative. Rules with wildcards (or pairs without end) stand
// in their role's short *scan* list. Verbs are bits. Most roles are told off by two words: the
// union of their verbs and a Bloom filter of their targets. Rules of equal content are compiled
// once (`rules`), in whatever roles they stand.
//
// Bindings: entries (role, binding, subject) lie by subject, those of RoleBindings by subject and
// namespace. Whatever a hole makes uncertain lies apart in `open`, and is compared as text.
#ifndef WHOMAY_LIB_RBAC_COMPILED_H_
#define WHOMAY_LIB_RBAC_COMPILED_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "facts/kubernetes.h"
#include "rbac/names.h"
#include "rbac/policy.h"

namespace whomay::rbac {

// Bits 0–61 are the policy's first verbs.
using VerbMask = uint64_t;
inline constexpr uint32_t kVerbBits = 62;
inline constexpr VerbMask kUnknownVerb = VerbMask{1} << 62;  // in no rule: only "*" has this bit
inline constexpr VerbMask kOverflowVerb = VerbMask{1}
                                          << 63;  // one of the further verbs of the rule
inline constexpr VerbMask kAllVerbs = ~VerbMask{0};

// A stretch of one of the arrays.
struct Range {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool empty() const { return begin == end; }
  uint32_t size() const { return end - begin; }
};

// A distinct rule. The ranges are sorted stretches of Compiled::ids.
struct CompiledRule {
  VerbMask verbs = 0;
  Range further_verbs;  // beyond the bits; not looked at under the verb "*"
  Range names;          // empty: any
  Range groups;
  Range resources;  // texts as written, "*/scale" among them
  Range urls;       // exact ones
  Range prefixes;   // of Compiled::prefixes: URLs that end in `*`
  Range targets;    // what its alternatives are made for
  bool any_verb = false;
  bool any_group = false;
  bool any_resource = false;
  bool scan = false;  // not all of it is said by `targets`
  bool open = false;  // has holes: compared as text
};

// A rule of a role for one target.
struct Alternative {
  VerbMask verbs;
  uint32_t role;
  uint32_t rule;  // of the role
  uint32_t compiled;
  bool checked;  // names or further verbs decide
  bool certain;
  bool last;  // of the role for this target
};

// A rule of a role for whatever it matches.
struct Scan {
  VerbMask verbs;
  uint32_t rule;
  uint32_t compiled;
  bool certain;
};

struct TargetSlot {
  uint32_t target = kNone;
  uint32_t alternative = 0;
};

// What of a role can be told off at once. `bloom`: its targets, in bits below kScanBits; a bit each
// for scans of resources and of URLs; all ones where it may grant anything.
struct Filter {
  uint64_t bloom = 0;
  VerbMask verbs = 0;
};
inline constexpr uint32_t kScanBits = 62;
inline constexpr uint64_t kResourceScan = uint64_t{1} << 62;
inline constexpr uint64_t kUrlScan = uint64_t{1} << 63;

struct alignas(64) Role {  // one line of the cache
  Filter filter;
  uint32_t slots = 0;  // of Compiled::target_slots
  uint32_t slot_mask = 0;
  Range scans;
  Range effective;  // of Compiled::effective
  bool has_slots = false;
  bool anything = false;  // may grant anything: open, or beyond a limit
  Unknown unknown = Unknown::kNo;
  facts::HoleId open = facts::HoleId::kNone;  // rules_open, own or aggregated
  facts::HoleId hole = facts::HoleId::kNone;  // under Unknown::kHole
  uint32_t index = kNone;                     // the caller's
  const facts::RbacRole* fact = nullptr;
};

static_assert(sizeof(Role) == 64);

struct ScanRole {
  Filter filter;
  uint32_t role;
};

struct Target {
  uint32_t group = kNoName;
  uint32_t resource = kNoName;  // as written in rules, with subresource
  uint32_t star_sub = kNoName;  // "*/subresource" if a rule says it
  Range alternatives;
  std::string_view group_text;
  std::string_view resource_part;
  std::string_view sub_part;
};

struct TargetTableSlot {
  uint32_t check = 0;
  uint32_t target = kNone;
};

struct Binding {
  uint32_t index = kNone;  // the caller's
  uint32_t role = kNone;   // dense; kNone where nobody holds it or it is not certain
  uint32_t namespace_id = 0;
  Range grantees;  // of Compiled::binding_grantees
  const facts::RbacBinding* fact = nullptr;
};

struct Entry {
  Filter filter;  // the role's
  uint32_t role;
  uint32_t binding;  // dense
  uint32_t index;    // the binding's for the caller
  uint32_t subject;  // of the binding
};

struct SubjectBindings {
  Range cluster;     // of Compiled::entries
  Range namespaced;  // of Compiled::entries, by namespace
};

struct NamespaceSlot {
  uint32_t subject = kNone;
  uint32_t namespace_id = 0;
  Range entries;
};

struct BindingGrantee {
  uint32_t grantee;
  uint32_t binding;  // dense
  uint32_t index;    // the binding's for the caller
  uint32_t subject;  // of the binding
};

// A RoleBinding among those of its namespace.
struct NamespacedBinding {
  Filter filter;  // the role's
  uint32_t role;
  uint32_t binding;
};

struct GranteeName {
  Grantee::Kind kind;
  std::string_view namespace_name;
  std::string_view name;
};

// A binding and a subject of it, of which something is not certain.
struct OpenEntry {
  uint32_t binding;  // dense
  uint32_t subject;  // of the binding; kNone: further ones, not known
  Range roles;       // of Compiled::ids: what the role may be
  Tri role_certain = Tri::kTrue;
  Grantee::Kind kind = Grantee::Kind::kUser;
  std::string_view username;  // what a User, ServiceAccount or Group must be called
  uint32_t grantee = kNone;   // kNone for kAnybody
  facts::HoleId hole = facts::HoleId::kNone;
};

struct Compiled {
  const facts::HoleTable* holes = nullptr;

  NameTable verbs;
  NameTable words;                    // groups and resources of rules
  NameTable names;                    // resourceNames
  NameTable namespaces;               // of bindings
  NameTable urls;                     // exact ones
  NameTable users;                    // ids are subjects
  NameTable groups;                   // ids + users.size() are subjects
  std::vector<uint32_t> url_targets;  // by id in urls

  std::vector<uint32_t> ids;
  std::vector<std::string_view> prefixes;  // without the stars
  std::vector<CompiledRule> rules;
  std::vector<Target> targets;
  std::vector<TargetTableSlot> target_table;  // open addressing by TargetHash
  uint64_t target_mask = 0;
  std::vector<Alternative> alternatives;
  std::vector<Scan> scans;
  std::vector<TargetSlot> target_slots;
  std::vector<Role> roles;
  // For `who`, of the roles with ClusterRoleBindings: those with scans of resources, of URLs.
  std::vector<ScanRole> scan_roles;
  std::vector<ScanRole> url_scan_roles;
  std::vector<EffectiveRule> effective;
  std::vector<uint32_t> effective_compiled;
  std::vector<uint32_t> role_of_index;

  std::vector<Binding> bindings;
  std::vector<SubjectBindings> subjects;
  std::vector<Entry> entries;
  std::vector<NamespaceSlot> namespace_slots;
  uint64_t namespace_mask = 0;
  std::vector<BindingGrantee> binding_grantees;
  std::vector<Range> role_grantees;              // by role, of `cluster_grantees`
  std::vector<BindingGrantee> cluster_grantees;  // by ClusterRoleBindings, each once a role
  std::vector<Range> namespace_bindings;         // by namespace, of `namespaced`
  std::vector<NamespacedBinding> namespaced;
  std::vector<GranteeName> grantees;
  uint32_t masters_grantee = kNone;  // the group system:masters, where a binding names it
  std::vector<OpenEntry> open;
  std::vector<uint32_t> dangling;

  std::vector<std::unique_ptr<char[]>> texts;  // made here
  char* text_next = nullptr;
  size_t text_left = 0;
  NameTable object_names;
  NameTable object_namespaces;
  std::vector<std::pair<uint64_t, uint32_t>> role_keys;  // RoleKey → role, sorted

  std::span<const uint32_t> Ids(Range range) const {
    return {ids.data() + range.begin, range.size()};
  }
  // The concatenation, kept here.
  std::string_view Keep(std::initializer_list<std::string_view> pieces);
  // Are the texts equal? Unknown where holes leave it open.
  Tri Equal(std::string_view a, std::string_view b) const;
  // The stored role that is called so exactly; kNone if nobody holds it.
  uint32_t FindRole(bool cluster_role, std::string_view namespace_name,
                    std::string_view name) const;
};

// The key of an object among those of its kind; cluster-scoped ones lie in no namespace, which is
// not the namespace "".
inline uint64_t ObjectKey(bool cluster_scoped, uint32_t namespace_id, uint32_t name_id) {
  return uint64_t{cluster_scoped ? 0 : namespace_id + 1} << 32 | name_id;
}

// A target's hash from those of group, resource and subresource.
inline uint64_t TargetHash(uint64_t group, uint64_t resource, uint64_t subresource) {
  return Mix(group ^ (resource << 23 | resource >> 41), subresource ^ 0xe7037ed1a0b428db);
}

inline uint64_t TargetBit(uint32_t target) { return uint64_t{1} << ((target * 0x9E3779B1u) >> 26); }
inline uint32_t TargetSlotOf(uint32_t target, uint32_t mask) {
  return ((target * 0x85EBCA6Bu) >> 7) & mask;
}
inline uint64_t NamespaceSlotOf(uint32_t subject, uint32_t namespace_id) {
  return Mix((uint64_t{subject} << 32 | namespace_id) ^ 0xa0761d6478bd642f, 0xe7037ed1a0b428db);
}

// "pods/exec" is resource and subresource; "pods/" and "pods" have no subresource.
inline std::pair<std::string_view, std::string_view> SplitResource(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash + 1 == text.size()) {
    return {text, {}};
  }
  return {text.substr(0, slash), text.substr(slash + 1)};
}

}  // namespace whomay::rbac

#endif  // WHOMAY_LIB_RBAC_COMPILED_H_

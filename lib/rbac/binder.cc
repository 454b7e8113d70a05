#include "rbac/binder.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "rbac/match.h"

namespace whomay::rbac {
namespace {

using facts::HoleId;

constexpr uint32_t kGroupFlag = 0x80000000;  // of a subject, until the users are counted

// The first hole of these texts.
HoleId FirstHoleOf(std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts) {
    const HoleId hole = FirstHole(text);
    if (hole != HoleId::kNone) {
      return hole;
    }
  }
  return HoleId::kNone;
}

}  // namespace

struct Binder::RoleRef {
  uint32_t exact = kNone;
  Range possible;  // of Compiled::ids; used where `exact` is kNone
  HoleId hole = HoleId::kNone;
};

struct Binder::Work {
  struct Found {
    uint32_t subject;  // with kGroupFlag for groups
    uint32_t namespace_id;
    Entry entry;
  };
  std::vector<Found> cluster, namespaced;
  absl::flat_hash_map<uint64_t, uint32_t> grantees;
  absl::flat_hash_map<uint64_t, uint32_t> possible_roles;  // roleRef → index in `lists`
  std::vector<Range> lists;
  std::vector<uint32_t> hole_roles;  // roles with a hole in name or namespace
};

Binder::Binder(Compiled& compiled) : c_(compiled), work_(std::make_unique<Work>()) {
  for (uint32_t id = 0; id < c_.roles.size(); ++id) {
    const facts::RbacRole& role = *c_.roles[id].fact;
    if (facts::HasHole(role.name) || facts::HasHole(role.namespace_name)) {
      work_->hole_roles.push_back(id);
    }
  }
}

Binder::~Binder() = default;

void Binder::FindOpenRoles(const facts::RbacBinding& binding, bool cluster_role, RoleRef& ref) {
  const bool hole = facts::HasHole(binding.role_name) ||
                    (!cluster_role && facts::HasHole(binding.namespace_name));
  std::vector<uint32_t> candidates;
  const auto consider = [&](uint32_t id) {
    const facts::RbacRole& role = *c_.roles[id].fact;
    if (role.cluster_role == cluster_role &&
        c_.Equal(role.name, binding.role_name) != Tri::kFalse &&
        (cluster_role || c_.Equal(role.namespace_name, binding.namespace_name) != Tri::kFalse)) {
      candidates.push_back(id);
    }
  };
  if (hole) {
    for (uint32_t id = 0; id < c_.roles.size(); ++id) {
      consider(id);
    }
  } else {
    std::for_each(work_->hole_roles.begin(), work_->hole_roles.end(), consider);
  }
  // The widest first: they answer most questions.
  std::stable_sort(candidates.begin(), candidates.end(), [&](uint32_t a, uint32_t b) {
    return c_.roles[a].scans.size() > c_.roles[b].scans.size();
  });
  const auto begin = static_cast<uint32_t>(c_.ids.size());
  c_.ids.insert(c_.ids.end(), candidates.begin(), candidates.end());
  ref.possible = {begin, static_cast<uint32_t>(c_.ids.size())};
  ref.hole = FirstHoleOf({binding.role_name, binding.namespace_name});
  if (ref.hole == HoleId::kNone && !candidates.empty()) {
    const facts::RbacRole& role = *c_.roles[candidates.front()].fact;
    ref.hole = FirstHoleOf({role.name, role.namespace_name});
  }
}

Binder::RoleRef Binder::FindRoles(const facts::RbacBinding& binding) {
  RoleRef ref;
  if (facts::HasHole(binding.role_kind)) {  // either kind
    RoleRef other;
    FindOpenRoles(binding, true, ref);
    const Range cluster = ref.possible;
    if (!binding.cluster_binding) {
      FindOpenRoles(binding, false, other);
    }
    for (const bool cluster_role : {true, false}) {
      const uint32_t exact =
          binding.cluster_binding && !cluster_role
              ? kNone
              : c_.FindRole(cluster_role, binding.namespace_name, binding.role_name);
      if (exact != kNone) {
        c_.ids.push_back(exact);
      }
    }
    ref.possible = {cluster.begin, static_cast<uint32_t>(c_.ids.size())};
    ref.hole = FirstHole(binding.role_kind);
    return ref;
  }
  const bool cluster_role = binding.role_kind == "ClusterRole";
  if (!cluster_role && (binding.role_kind != "Role" || binding.cluster_binding)) {
    return ref;  // a ClusterRoleBinding lies in no namespace in which a Role could be
  }
  ref.exact = c_.FindRole(cluster_role, binding.namespace_name, binding.role_name);
  if (ref.exact != kNone) {
    return ref;
  }
  if (!work_->hole_roles.empty() || facts::HasHole(binding.role_name) ||
      facts::HasHole(binding.namespace_name)) {
    // Bindings of one roleRef share the list.
    const uint64_t key =
        ObjectKey(cluster_role, cluster_role ? 0 : c_.object_namespaces.Add(binding.namespace_name),
                  c_.object_names.Add(binding.role_name));
    const auto [at, added] =
        work_->possible_roles.try_emplace(key, static_cast<uint32_t>(work_->lists.size()));
    if (added) {
      FindOpenRoles(binding, cluster_role, ref);
      work_->lists.push_back(ref.possible);
    }
    ref.possible = work_->lists[at->second];
    ref.hole = FirstHoleOf({binding.role_name, binding.namespace_name});
    if (ref.hole == HoleId::kNone && !ref.possible.empty()) {
      const facts::RbacRole& role = *c_.roles[c_.ids[ref.possible.begin]].fact;
      ref.hole = FirstHoleOf({role.name, role.namespace_name});
    }
  }
  return ref;
}

uint32_t Binder::GranteeId(Grantee::Kind kind, uint32_t name, std::string_view namespace_name,
                           std::string_view text) {
  // A ServiceAccount's username is unique to it save for ':' in its parts, which no namespace has.
  const uint64_t key = uint64_t{static_cast<uint8_t>(kind)} << 32 | name;
  const auto [at, added] =
      work_->grantees.try_emplace(key, static_cast<uint32_t>(c_.grantees.size()));
  if (added) {
    c_.grantees.push_back({kind, namespace_name, text});
    if (kind == Grantee::Kind::kGroup && text == kMasters) {
      c_.masters_grantee = at->second;
    }
  }
  return at->second;
}

void Binder::AddOpen(uint32_t id, uint32_t subject, const RoleRef& role, Grantee::Kind kind,
                     std::string_view username, HoleId hole) {
  OpenEntry open;
  open.binding = id;
  open.subject = subject;
  open.kind = kind;
  open.username = username;
  open.hole = hole != HoleId::kNone ? hole : role.hole;
  if (open.hole == HoleId::kNone) {
    open.hole = FirstHole(c_.bindings[id].fact->namespace_name);
  }
  if (role.exact != kNone) {
    open.roles.begin = static_cast<uint32_t>(c_.ids.size());
    c_.ids.push_back(role.exact);
    open.roles.end = static_cast<uint32_t>(c_.ids.size());
  } else {
    open.roles = role.possible;
    open.role_certain = Tri::kUnknown;
  }
  if (open.roles.empty()) {
    return;
  }
  if (kind != Grantee::Kind::kAnybody) {
    const facts::RbacBinding& binding = *c_.bindings[id].fact;
    const facts::Subject& named = binding.subjects[subject];
    const bool service_account = kind == Grantee::Kind::kServiceAccount;
    open.grantee = GranteeId(
        kind, kind == Grantee::Kind::kGroup ? c_.groups.Add(username) : c_.users.Add(username),
        !service_account               ? std::string_view()
        : named.namespace_name.empty() ? binding.namespace_name
                                       : named.namespace_name,
        named.name);
  }
  c_.open.push_back(open);
}

void Binder::BindSubject(uint32_t id, uint32_t number, const RoleRef& role) {
  const facts::RbacBinding& binding = *c_.bindings[id].fact;
  const facts::Subject& subject = binding.subjects[number];
  std::string_view namespace_name = subject.namespace_name;
  std::string_view username = subject.name;
  Grantee::Kind kind;
  if (subject.kind == "User") {
    kind = Grantee::Kind::kUser;
  } else if (subject.kind == "Group") {
    kind = Grantee::Kind::kGroup;
  } else if (subject.kind == "ServiceAccount") {
    kind = Grantee::Kind::kServiceAccount;
    if (namespace_name.empty()) {
      if (binding.cluster_binding || binding.namespace_name.empty()) {
        return;  // it is nobody
      }
      namespace_name = binding.namespace_name;
    }
    username = c_.Keep({"system:serviceaccount:", namespace_name, ":", subject.name});
  } else {
    if (facts::HasHole(subject.kind)) {
      AddOpen(id, number, role, Grantee::Kind::kAnybody, {}, FirstHole(subject.kind));
    }
    return;  // any other kind is nobody
  }
  const bool subject_open = facts::HasHole(username);
  if (subject_open || role.exact == kNone || facts::HasHole(binding.namespace_name)) {
    AddOpen(id, number, role, kind, username, FirstHole(username));
    return;
  }
  const bool group = kind == Grantee::Kind::kGroup;
  const uint32_t name = group ? c_.groups.Add(username) : c_.users.Add(username);
  const uint32_t grantee = GranteeId(
      kind, name, kind == Grantee::Kind::kServiceAccount ? namespace_name : std::string_view(),
      subject.name);
  c_.binding_grantees.push_back({grantee, id, c_.bindings[id].index, number});
  auto& found = binding.cluster_binding ? work_->cluster : work_->namespaced;
  found.push_back({group ? name | kGroupFlag : name,
                   c_.bindings[id].namespace_id,
                   {c_.roles[role.exact].filter, role.exact, id, c_.bindings[id].index, number}});
}

void Binder::BindOne(uint32_t id) {
  Binding& binding = c_.bindings[id];
  const facts::RbacBinding& fact = *binding.fact;
  const RoleRef role = FindRoles(fact);
  binding.grantees.begin = binding.grantees.end = static_cast<uint32_t>(c_.binding_grantees.size());
  if (role.exact == kNone && role.possible.empty()) {
    c_.dangling.push_back(binding.index);
    return;
  }
  if (!fact.cluster_binding && !facts::HasHole(fact.namespace_name)) {
    binding.namespace_id = c_.namespaces.Add(fact.namespace_name);
  }
  binding.role = role.exact;
  for (uint32_t i = 0; i < fact.subjects.size(); ++i) {
    BindSubject(id, i, role);
  }
  if (fact.subjects_open != HoleId::kNone) {
    AddOpen(id, kNone, role, Grantee::Kind::kAnybody, {}, fact.subjects_open);
  }
  binding.grantees.end = static_cast<uint32_t>(c_.binding_grantees.size());
}

void Binder::IndexEntries() {
  const auto users = static_cast<uint32_t>(c_.users.size());
  c_.subjects.resize(users + c_.groups.size());
  for (auto* list : {&work_->cluster, &work_->namespaced}) {
    for (Work::Found& found : *list) {
      if ((found.subject & kGroupFlag) != 0) {
        found.subject = (found.subject & ~kGroupFlag) + users;
      }
    }
    // By subject, then by namespace; what is equal stays in the order of the bindings.
    std::stable_sort(list->begin(), list->end(), [](const Work::Found& a, const Work::Found& b) {
      return std::tie(a.subject, a.namespace_id) < std::tie(b.subject, b.namespace_id);
    });
  }
  c_.entries.reserve(work_->cluster.size() + work_->namespaced.size());
  const auto add = [&](const std::vector<Work::Found>& list, Range SubjectBindings::* range) {
    for (size_t i = 0; i < list.size(); ++i) {
      Range& of = c_.subjects[list[i].subject].*range;
      if (i == 0 || list[i].subject != list[i - 1].subject) {
        of.begin = static_cast<uint32_t>(c_.entries.size());
      }
      c_.entries.push_back(list[i].entry);
      of.end = static_cast<uint32_t>(c_.entries.size());
    }
  };
  add(work_->cluster, &SubjectBindings::cluster);
  const auto offset = static_cast<uint32_t>(c_.entries.size());
  add(work_->namespaced, &SubjectBindings::namespaced);

  const std::vector<Work::Found>& list = work_->namespaced;
  std::vector<NamespaceSlot> runs;
  for (uint32_t i = 0; i < list.size(); ++i) {
    if (i == 0 || list[i].subject != list[i - 1].subject ||
        list[i].namespace_id != list[i - 1].namespace_id) {
      runs.push_back({list[i].subject, list[i].namespace_id, {offset + i, offset + i}});
    }
    runs.back().entries.end = offset + i + 1;
  }
  size_t slots = 16;
  while (slots < runs.size() * 2) {
    slots *= 2;
  }
  c_.namespace_slots.resize(slots);
  c_.namespace_mask = slots - 1;
  for (const NamespaceSlot& run : runs) {
    uint64_t slot = NamespaceSlotOf(run.subject, run.namespace_id) & c_.namespace_mask;
    while (c_.namespace_slots[slot].subject != kNone) {
      slot = (slot + 1) & c_.namespace_mask;
    }
    c_.namespace_slots[slot] = run;
  }
}

void Binder::IndexByRoleAndNamespace() {
  std::vector<std::vector<uint32_t>> by_role(c_.roles.size());
  std::vector<std::vector<uint32_t>> by_namespace(c_.namespaces.size());
  for (uint32_t id = 0; id < c_.bindings.size(); ++id) {
    const Binding& binding = c_.bindings[id];
    if (binding.role == kNone || binding.grantees.empty()) {
      continue;
    }
    if (binding.fact->cluster_binding) {
      by_role[binding.role].push_back(id);
    } else {
      by_namespace[binding.namespace_id].push_back(id);
    }
  }
  for (const std::vector<uint32_t>& bindings : by_namespace) {
    const auto begin = static_cast<uint32_t>(c_.namespaced.size());
    for (const uint32_t id : bindings) {
      const uint32_t role = c_.bindings[id].role;
      c_.namespaced.push_back({c_.roles[role].filter, role, id});
    }
    c_.namespace_bindings.push_back({begin, static_cast<uint32_t>(c_.namespaced.size())});
  }
  std::vector<uint32_t> last_role(c_.grantees.size(), kNone);  // that has the grantee
  for (uint32_t id = 0; id < c_.roles.size(); ++id) {
    const auto begin = static_cast<uint32_t>(c_.cluster_grantees.size());
    for (const uint32_t binding : by_role[id]) {
      const Range range = c_.bindings[binding].grantees;
      for (uint32_t i = range.begin; i < range.end; ++i) {
        const BindingGrantee& grantee = c_.binding_grantees[i];
        if (std::exchange(last_role[grantee.grantee], id) != id) {
          c_.cluster_grantees.push_back(grantee);
        }
      }
    }
    const Filter& filter = c_.roles[id].filter;
    c_.role_grantees.push_back({begin, static_cast<uint32_t>(c_.cluster_grantees.size())});
    if (c_.role_grantees.back().empty()) {
      continue;
    }
    if ((filter.bloom & kResourceScan) != 0) {
      c_.scan_roles.push_back({filter, id});
    }
    if ((filter.bloom & kUrlScan) != 0) {
      c_.url_scan_roles.push_back({filter, id});
    }
  }
}

void Binder::Bind(const std::vector<PolicyBuilder::Given<facts::RbacBinding>>& bindings) {
  c_.bindings.resize(bindings.size());
  for (uint32_t id = 0; id < bindings.size(); ++id) {
    c_.bindings[id].index = bindings[id].index;
    c_.bindings[id].fact = bindings[id].object;
    BindOne(id);
  }
  IndexEntries();
  IndexByRoleAndNamespace();
}

}  // namespace whomay::rbac

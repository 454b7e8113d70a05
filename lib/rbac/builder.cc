// PolicyBuilder::Build: which objects stand, what the roles come to, and the indexes over both.
#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "rbac/aggregation.h"
#include "rbac/binder.h"
#include "rbac/compiled.h"
#include "rbac/rule_compiler.h"

namespace whomay::rbac {
namespace {

// Room for alternatives; rules beyond it are scanned, which costs time and no answer.
constexpr size_t kMaxAlternatives = 16'000'000;

// The later object of one name stands, but never a builtin one over one from a file.
template <typename Object>
bool Replaces(const Object& newer, const Object& current) {
  if (newer.builtin != current.builtin) {
    return current.builtin;
  }
  return newer.order >= current.order;
}

template <typename Object>
std::vector<PolicyBuilder::Given<Object>> Standing(
    const std::vector<PolicyBuilder::Given<Object>>& given, bool count_refused, Compiled& compiled,
    bool Object::* cluster_scoped, std::vector<uint64_t>* keys) {
  std::vector<PolicyBuilder::Given<Object>> standing;
  standing.reserve(given.size());
  absl::flat_hash_map<uint64_t, uint32_t> by_key;
  by_key.reserve(given.size());
  for (const PolicyBuilder::Given<Object>& object : given) {
    if (object.object->refused && !count_refused) {
      continue;
    }
    const bool cluster = object.object->*cluster_scoped;
    const uint64_t key = ObjectKey(
        cluster, cluster ? 0 : compiled.object_namespaces.Add(object.object->namespace_name),
        compiled.object_names.Add(object.object->name));
    const auto [at, added] = by_key.try_emplace(key, standing.size());
    if (added) {
      standing.push_back(object);
      if (keys != nullptr) {
        keys->push_back(key);
      }
    } else if (Replaces(*object.object, *standing[at->second].object)) {
      standing[at->second] = object;
    }
  }
  return standing;
}

class Build {
 public:
  explicit Build(const BuildOptions& options)
      : options_(options), compiled_(std::make_unique<Compiled>()), rules_(*compiled_) {
    compiled_->holes = options.holes;
  }

  std::unique_ptr<const Compiled> Run(
      const std::vector<PolicyBuilder::Given<facts::RbacRole>>& roles,
      const std::vector<PolicyBuilder::Given<facts::RbacBinding>>& bindings) {
    AddRoles(roles);
    rules_.Finish();
    IndexRoles();
    Binder(*compiled_)
        .Bind(Standing(bindings, options_.count_refused, *compiled_,
                       &facts::RbacBinding::cluster_binding, nullptr));
    return std::move(compiled_);
  }

 private:
  void AddRoles(const std::vector<PolicyBuilder::Given<facts::RbacRole>>& given);
  void AddEffective(Role& role, const Aggregated& aggregated,
                    const std::vector<PolicyBuilder::Given<facts::RbacRole>>& standing);
  void IndexRoles();
  void IndexRole(uint32_t id);
  void SortAlternatives();
  void FillSlots();

  BuildOptions options_;
  std::unique_ptr<Compiled> compiled_;
  RuleCompiler rules_;
  std::vector<uint32_t> alternative_targets_;  // beside Compiled::alternatives, until sorted
};

void Build::AddRoles(const std::vector<PolicyBuilder::Given<facts::RbacRole>>& given) {
  Compiled& c = *compiled_;
  std::vector<uint64_t> keys;
  const auto standing =
      Standing(given, options_.count_refused, c, &facts::RbacRole::cluster_role, &keys);
  std::vector<const facts::RbacRole*> facts;
  std::vector<std::vector<uint32_t>> contents;
  facts.reserve(standing.size());
  contents.reserve(standing.size());
  for (uint32_t id = 0; id < standing.size(); ++id) {
    facts.push_back(standing[id].object);
    std::vector<uint32_t>& numbers = contents.emplace_back();
    numbers.reserve(standing[id].object->rules.size());
    for (const facts::PolicyRule& rule : standing[id].object->rules) {
      numbers.push_back(rules_.Add(rule));
    }
    c.role_keys.emplace_back(keys[id], id);
  }
  std::sort(c.role_keys.begin(), c.role_keys.end());
  const std::vector<Aggregated> aggregated =
      Aggregate(facts, contents, static_cast<uint32_t>(c.rules.size()), options_.holes);
  c.roles.resize(standing.size());
  for (uint32_t id = 0; id < standing.size(); ++id) {
    Role& role = c.roles[id];
    role.index = standing[id].index;
    role.fact = standing[id].object;
    if (role.index >= c.role_of_index.size()) {
      c.role_of_index.resize(role.index + 1, kNone);
    }
    c.role_of_index[role.index] = id;
    AddEffective(role, aggregated[id], standing);
  }
}

void Build::AddEffective(Role& role, const Aggregated& aggregated,
                         const std::vector<PolicyBuilder::Given<facts::RbacRole>>& standing) {
  Compiled& c = *compiled_;
  role.unknown = aggregated.unknown;
  role.open = aggregated.open;
  role.hole = aggregated.hole;
  role.anything = aggregated.open != facts::HoleId::kNone || aggregated.unknown == Unknown::kLimit;
  role.effective.begin = static_cast<uint32_t>(c.effective.size());
  for (const auto& [rules, certain] :
       {std::pair(&aggregated.rules, Tri::kTrue), std::pair(&aggregated.possible, Tri::kUnknown)}) {
    for (const WrittenRule& rule : *rules) {
      c.effective.push_back(
          {&standing[rule.role].object->rules[rule.rule], standing[rule.role].index, certain});
      c.effective_compiled.push_back(rule.content);
    }
  }
  role.effective.end = static_cast<uint32_t>(c.effective.size());
}

// Alternatives and scans of one role.
void Build::IndexRole(uint32_t id) {
  Compiled& c = *compiled_;
  Role& role = c.roles[id];
  role.scans.begin = static_cast<uint32_t>(c.scans.size());
  for (uint32_t i = role.effective.begin; i < role.effective.end; ++i) {
    const uint32_t number = c.effective_compiled[i];
    const CompiledRule& rule = c.rules[number];
    const uint32_t local = i - role.effective.begin;
    const bool certain = c.effective[i].certain == Tri::kTrue;
    role.filter.verbs |= rule.verbs;
    const bool room = c.alternatives.size() + rule.targets.size() <= kMaxAlternatives;
    if (room) {
      for (const uint32_t target : c.Ids(rule.targets)) {
        // URLs have no group, and no names restrict them.
        const bool names = !rule.names.empty() && c.targets[target].group != kNoName;
        c.alternatives.push_back(
            {rule.verbs, id, local, number, names || !rule.further_verbs.empty(), certain, false});
        alternative_targets_.push_back(target);
        role.filter.bloom |= TargetBit(target);
      }
    }
    if (rule.scan || !room) {
      c.scans.push_back({rule.verbs, local, number, certain});
      const bool urls = rule.open || !rule.prefixes.empty() || !rule.urls.empty();
      const bool resources = rule.open || (!rule.groups.empty() && !rule.resources.empty());
      role.filter.bloom |= (urls ? kUrlScan : 0) | (resources ? kResourceScan : 0);
    }
  }
  role.scans.end = static_cast<uint32_t>(c.scans.size());
  if (role.anything) {
    role.filter = {~uint64_t{0}, kAllVerbs};
  }
}

// By target; within one as they are, by role and rule.
void Build::SortAlternatives() {
  Compiled& c = *compiled_;
  std::vector<uint32_t> next(c.targets.size() + 1);
  for (const uint32_t target : alternative_targets_) {
    ++next[target + 1];
  }
  for (size_t i = 1; i < next.size(); ++i) {
    next[i] += next[i - 1];
  }
  for (uint32_t target = 0; target < c.targets.size(); ++target) {
    c.targets[target].alternatives = {next[target], next[target + 1]};
  }
  std::vector<Alternative> sorted(c.alternatives.size());
  for (size_t i = 0; i < c.alternatives.size(); ++i) {
    sorted[next[alternative_targets_[i]]++] = c.alternatives[i];
  }
  for (const Target& target : c.targets) {
    const Range range = target.alternatives;
    for (uint32_t i = range.begin; i < range.end; ++i) {
      sorted[i].last = i + 1 == range.end || sorted[i + 1].role != sorted[i].role;
    }
  }
  c.alternatives = std::move(sorted);
  alternative_targets_ = {};
}

void Build::FillSlots() {
  Compiled& c = *compiled_;
  std::vector<uint32_t> counts(c.roles.size());
  const auto each_first = [&](auto use) {
    for (uint32_t target = 0; target < c.targets.size(); ++target) {
      const Range range = c.targets[target].alternatives;
      for (uint32_t i = range.begin; i < range.end; ++i) {
        if (i == range.begin || c.alternatives[i].role != c.alternatives[i - 1].role) {
          use(target, i, c.alternatives[i].role);
        }
      }
    }
  };
  each_first([&](uint32_t, uint32_t, uint32_t role) { ++counts[role]; });
  size_t slots = 0;
  for (uint32_t id = 0; id < c.roles.size(); ++id) {
    if (counts[id] == 0) {
      continue;
    }
    uint32_t size = 2;
    while (size * 2 < counts[id] * 3) {  // at most two thirds full
      size *= 2;
    }
    c.roles[id].has_slots = true;
    c.roles[id].slots = static_cast<uint32_t>(slots);
    c.roles[id].slot_mask = size - 1;
    slots += size;
  }
  c.target_slots.resize(slots);
  each_first([&](uint32_t target, uint32_t alternative, uint32_t id) {
    const Role& role = c.roles[id];
    uint32_t at = TargetSlotOf(target, role.slot_mask);
    while (c.target_slots[role.slots + at].target != kNone) {
      at = (at + 1) & role.slot_mask;
    }
    c.target_slots[role.slots + at] = {target, alternative};
  });
}

void Build::IndexRoles() {
  for (uint32_t id = 0; id < compiled_->roles.size(); ++id) {
    IndexRole(id);
  }
  SortAlternatives();
  FillSlots();
}

}  // namespace

Policy PolicyBuilder::Build() const { return Policy(rbac::Build(options_).Run(roles_, bindings_)); }

}  // namespace whomay::rbac

#include "rbac/rule_compiler.h"

#include <algorithm>
#include <string_view>

#include "absl/container/flat_hash_map.h"

namespace whomay::rbac {
namespace {

// Verbs that have a bit in every policy, before those that rules bring.
constexpr std::string_view kCommonVerbs[] = {"*",           "get",    "list",
                                             "watch",       "create", "update",
                                             "patch",       "delete", "deletecollection",
                                             "impersonate", "bind",   "escalate",
                                             "approve",     "sign",   "attest",
                                             "use",         "proxy",  "head",
                                             "options",     "post",   "put"};

// A rule of more groups × resources than this for what is written in it is scanned.
bool TooManyPairs(size_t groups, size_t resources) {
  return groups * resources > 4 * (groups + resources) + 64;
}

bool HasHoleIn(const facts::PolicyRule& rule) {
  for (const auto* texts : {&rule.verbs, &rule.api_groups, &rule.resources, &rule.resource_names,
                            &rule.non_resource_urls}) {
    for (const facts::Str text : *texts) {
      if (facts::HasHole(text)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

struct RuleCompiler::Tables {
  absl::flat_hash_map<uint64_t, uint32_t> by_content;  // hash → the last rule that has it
  std::vector<uint32_t> same_hash;                     // rule → an earlier one of equal hash
  std::vector<const facts::PolicyRule*> written;       // where each rule is written first
  absl::flat_hash_map<uint64_t, uint32_t> targets;     // group and resource → target
};

RuleCompiler::RuleCompiler(Compiled& compiled) : c_(compiled), tables_(std::make_unique<Tables>()) {
  for (const std::string_view verb : kCommonVerbs) {
    c_.verbs.Add(verb);
  }
}

RuleCompiler::~RuleCompiler() = default;

uint32_t RuleCompiler::Add(const facts::PolicyRule& rule) {
  uint64_t hash = 0x9e3779b97f4a7c15;
  const auto lists = [](const facts::PolicyRule& of) {
    return std::array{&of.verbs, &of.api_groups, &of.resources, &of.resource_names,
                      &of.non_resource_urls};
  };
  for (const auto* texts : lists(rule)) {
    hash = Mix(hash ^ texts->size(), 0xa0761d6478bd642f);
    for (const facts::Str text : *texts) {
      hash = HashName(text, hash).value;
    }
  }
  const auto [at, added] =
      tables_->by_content.try_emplace(hash, static_cast<uint32_t>(c_.rules.size()));
  if (!added) {
    for (uint32_t same = at->second; same != kNone; same = tables_->same_hash[same]) {
      const auto a = lists(*tables_->written[same]), b = lists(rule);
      if (std::equal(a.begin(), a.end(), b.begin(),
                     [](const auto* x, const auto* y) { return *x == *y; })) {
        return same;
      }
    }
  }
  tables_->same_hash.push_back(added ? kNone : at->second);
  at->second = static_cast<uint32_t>(c_.rules.size());
  tables_->written.push_back(&rule);
  Compile(rule);
  return at->second;
}

Range RuleCompiler::AddIds(std::vector<uint32_t> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  const auto begin = static_cast<uint32_t>(c_.ids.size());
  c_.ids.insert(c_.ids.end(), ids.begin(), ids.end());
  return {begin, static_cast<uint32_t>(c_.ids.size())};
}

void RuleCompiler::CompileVerbs(const facts::PolicyRule& rule, CompiledRule& compiled) {
  std::vector<uint32_t> further;
  for (const facts::Str verb : rule.verbs) {
    if (verb == "*") {
      compiled.any_verb = true;
      compiled.verbs = kAllVerbs;
      return;
    }
    const uint32_t id = c_.verbs.Add(verb);
    if (id < kVerbBits) {
      compiled.verbs |= VerbMask{1} << id;
    } else {
      compiled.verbs |= kOverflowVerb;
      further.push_back(id);
    }
  }
  compiled.further_verbs = AddIds(std::move(further));
}

uint32_t RuleCompiler::TargetOf(uint32_t group, uint32_t resource) {
  const auto [at, added] = tables_->targets.try_emplace(uint64_t{group} << 32 | resource,
                                                        static_cast<uint32_t>(c_.targets.size()));
  if (added) {
    Target& target = c_.targets.emplace_back();
    target.group = group;
    target.resource = resource;
    target.group_text = c_.words.text(group);
    std::tie(target.resource_part, target.sub_part) = SplitResource(c_.words.text(resource));
  }
  return at->second;
}

void RuleCompiler::CompileResources(const facts::PolicyRule& rule, CompiledRule& compiled,
                                    std::vector<uint32_t>& targets) {
  std::vector<uint32_t> groups, resources;
  bool wildcard = false;
  for (const facts::Str group : rule.api_groups) {
    compiled.any_group = compiled.any_group || group == "*";
    groups.push_back(c_.words.Add(group));
  }
  for (const facts::Str resource : rule.resources) {
    compiled.any_resource = compiled.any_resource || resource == "*";
    wildcard = wildcard || resource.starts_with("*/");
    resources.push_back(c_.words.Add(resource));
  }
  compiled.groups = AddIds(groups);
  compiled.resources = AddIds(resources);
  if (groups.empty() || resources.empty()) {
    return;
  }
  if (wildcard || compiled.any_group || compiled.any_resource ||
      TooManyPairs(compiled.groups.size(), compiled.resources.size())) {
    compiled.scan = true;
    return;
  }
  for (uint32_t g = compiled.groups.begin; g < compiled.groups.end; ++g) {
    for (uint32_t r = compiled.resources.begin; r < compiled.resources.end; ++r) {
      targets.push_back(TargetOf(c_.ids[g], c_.ids[r]));
    }
  }
}

// "/a/*" and "/a/***" match what begins with "/a/", their own text included; all others are exact.
void RuleCompiler::CompileUrls(const facts::PolicyRule& rule, CompiledRule& compiled,
                               std::vector<uint32_t>& targets) {
  std::vector<uint32_t> exact;
  compiled.prefixes.begin = static_cast<uint32_t>(c_.prefixes.size());
  for (std::string_view url : rule.non_resource_urls) {
    if (!url.ends_with('*')) {
      exact.push_back(c_.urls.Add(url));
      continue;
    }
    while (url.ends_with('*')) {
      url.remove_suffix(1);
    }
    c_.prefixes.push_back(url);
    compiled.scan = true;
  }
  compiled.prefixes.end = static_cast<uint32_t>(c_.prefixes.size());
  compiled.urls = AddIds(std::move(exact));
  c_.url_targets.resize(c_.urls.size(), kNone);
  for (const uint32_t url : c_.Ids(compiled.urls)) {
    if (c_.url_targets[url] == kNone) {
      c_.url_targets[url] = static_cast<uint32_t>(c_.targets.size());
      c_.targets.emplace_back();
    }
    targets.push_back(c_.url_targets[url]);
  }
}

void RuleCompiler::Compile(const facts::PolicyRule& rule) {
  CompiledRule& compiled = c_.rules.emplace_back();
  if (HasHoleIn(rule)) {
    compiled.open = true;
    compiled.scan = true;
    compiled.verbs = kAllVerbs;
    return;
  }
  CompileVerbs(rule, compiled);
  std::vector<uint32_t> names, targets;
  for (const facts::Str name : rule.resource_names) {
    names.push_back(c_.names.Add(name));
  }
  compiled.names = AddIds(std::move(names));
  CompileResources(rule, compiled, targets);
  CompileUrls(rule, compiled, targets);
  compiled.targets = AddIds(std::move(targets));
}

void RuleCompiler::FillTargetTable() {
  size_t slots = 16;
  while (slots < c_.targets.size() * 2) {
    slots *= 2;
  }
  c_.target_table.resize(slots);
  c_.target_mask = slots - 1;
  for (uint32_t id = 0; id < c_.targets.size(); ++id) {
    const Target& target = c_.targets[id];
    if (target.group == kNoName) {
      continue;  // an URL
    }
    const uint64_t hash =
        TargetHash(c_.words.Hash(target.group_text).value,
                   c_.words.Hash(target.resource_part).value, c_.words.Hash(target.sub_part).value);
    uint64_t slot = hash & c_.target_mask;
    while (c_.target_table[slot].target != kNone) {
      slot = (slot + 1) & c_.target_mask;
    }
    c_.target_table[slot] = {static_cast<uint32_t>(hash >> 32), id};
  }
}

void RuleCompiler::Finish() {
  std::string star;
  for (Target& target : c_.targets) {
    if (!target.sub_part.empty()) {
      star.assign("*/").append(target.sub_part);
      target.star_sub = c_.words.Find(star);
    }
  }
  FillTargetTable();
}

}  // namespace whomay::rbac

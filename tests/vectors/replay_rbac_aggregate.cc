// rbac-aggregate: the rules that the controller fills in to aggregated ClusterRoles. Compared as
// sets; where the recorded orders of work come to different ends, or to none, the answer must be
// that the result is not determined. Where they agree, it may be so only if there is an order of
// syncs that ends otherwise: it is looked for here.
#include <algorithm>
#include <random>

#include "base/strings.h"
#include "ingest/kubernetes/objects.h"
#include "rbac/labels.h"
#include "rbac/policy.h"
#include "tests/vectors/replay.h"

namespace whomay::replay {
namespace {

using RuleSet = std::vector<std::string>;

void AppendList(std::string& text, std::string_view what,
                const std::vector<std::string_view>& list) {
  text += what;
  for (const std::string_view item : list) {
    text += Concat({"'", item, "',"});
  }
}

std::vector<std::string_view> Texts(const syntax::Value& list) {
  std::vector<std::string_view> texts;
  for (const syntax::Value text : list.elements()) {
    texts.push_back(text.text());
  }
  return texts;
}

RuleSet Sorted(RuleSet rules) {
  std::sort(rules.begin(), rules.end());
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  return rules;
}

RuleSet Recorded(const syntax::Value& rules) {
  RuleSet set;
  for (const syntax::Value rule : rules.elements()) {
    std::string& text = set.emplace_back();
    AppendList(text, "verbs ", Texts(rule.Get("verbs")));
    AppendList(text, " groups ", Texts(rule.Get("apiGroups")));
    AppendList(text, " resources ", Texts(rule.Get("resources")));
    AppendList(text, " names ", Texts(rule.Get("resourceNames")));
    AppendList(text, " urls ", Texts(rule.Get("nonResourceURLs")));
  }
  return Sorted(std::move(set));
}

RuleSet Answered(const rbac::RoleRules& rules) {
  RuleSet set;
  for (const rbac::EffectiveRule& effective : rules.rules) {
    const facts::PolicyRule& rule = *effective.rule;
    std::string& text = set.emplace_back();
    AppendList(text, "verbs ", rule.verbs);
    AppendList(text, " groups ", rule.api_groups);
    AppendList(text, " resources ", rule.resources);
    AppendList(text, " names ", rule.resource_names);
    AppendList(text, " urls ", rule.non_resource_urls);
  }
  return Sorted(std::move(set));
}

RuleSet Spelled(const std::vector<facts::PolicyRule>& rules) {
  std::vector<rbac::EffectiveRule> effective;
  for (const facts::PolicyRule& rule : rules) {
    effective.push_back({&rule});
  }
  rbac::RoleRules all;
  all.rules = effective;
  return Answered(all);
}

// The controller's work, sync by sync, from the stored rules.
class Controller {
 public:
  explicit Controller(const std::vector<facts::RbacRole>& roles) : roles_(roles) {
    for (uint32_t i = 0; i < roles.size(); ++i) {
      stored_.push_back(Spelled(roles[i].rules));
      const bool works =
          roles[i].has_aggregation_rule &&
          std::all_of(roles[i].selectors.begin(), roles[i].selectors.end(), rbac::IsValidSelector);
      members_.emplace_back();
      for (uint32_t j = 0; works && j < roles.size(); ++j) {
        if (j != i && std::any_of(roles[i].selectors.begin(), roles[i].selectors.end(),
                                  [&](const facts::LabelSelector& selector) {
                                    return rbac::Selects(selector, roles[j].labels, true,
                                                         nullptr) == Tri::kTrue;
                                  })) {
          members_[i].push_back(j);
        }
      }
    }
  }

  // Whether some order of syncs comes to rest with other rules for the role.
  bool EndsOtherwise(std::string_view name, const RuleSet& recorded) const {
    const auto found = std::find_if(roles_.begin(), roles_.end(),
                                    [&](const auto& role) { return role.name == name; });
    const auto role = static_cast<size_t>(found - roles_.begin());
    std::mt19937 random(1);
    for (int tries = 0; tries < 2000 && role < roles_.size(); ++tries) {
      std::vector<RuleSet> rules = stored_;
      for (size_t i = 0; i < 3 * roles_.size(); ++i) {
        Sync(random() % roles_.size(), rules);
      }
      bool changed = true;
      for (size_t round = 0; changed && round < 2 * roles_.size(); ++round) {
        changed = false;
        for (size_t i = 0; i < roles_.size(); ++i) {
          changed = Sync(i, rules) || changed;
        }
      }
      if (!changed && rules[role] != recorded) {
        return true;
      }
    }
    return false;
  }

 private:
  bool Sync(size_t role, std::vector<RuleSet>& rules) const {
    RuleSet all;
    for (const uint32_t member : members_[role]) {
      all.insert(all.end(), rules[member].begin(), rules[member].end());
    }
    all = Sorted(std::move(all));
    if (all.empty() || all == rules[role]) {
      return false;
    }
    rules[role] = std::move(all);
    return true;
  }

  const std::vector<facts::RbacRole>& roles_;
  std::vector<RuleSet> stored_;
  std::vector<std::vector<uint32_t>> members_;
};

}  // namespace

Outcome ReplayRbacAggregate(const syntax::Value& line, const Options&) {
  Outcome outcome;
  facts::Facts facts;
  source::Diagnostics diagnostics;
  for (const syntax::Value object : line.Get("objects").elements()) {
    ingest::ReadObject(object, ingest::KubernetesOptions(), facts, diagnostics);
  }
  rbac::BuildOptions options;
  options.count_refused = true;  // the controller was given them all
  rbac::PolicyBuilder builder(options);
  for (const facts::RbacRole& role : facts.roles) {
    builder.Add(role);
  }
  const rbac::Policy policy = builder.Build();
  const bool determined = line.Get("settled").is_true() && !line.Get("order_dependent").is_true();
  bool undetermined = false;
  for (const syntax::Value role : line.Get("resolved").members()) {
    const rbac::RoleRules rules = policy.rules(policy.FindRole(true, "", role.key()));
    undetermined = undetermined || rules.unknown != rbac::Unknown::kNo;
    const bool other_end = determined && rules.unknown == rbac::Unknown::kUndetermined &&
                           Controller(facts.roles).EndsOtherwise(role.key(), Recorded(role));
    if (determined && !other_end &&
        (rules.unknown != rbac::Unknown::kNo || Answered(rules) != Recorded(role))) {
      outcome.differences.push_back(
          Concat({role.key(), ": wanted\n    ", Join(Recorded(role), "\n    "), "\n  got\n    ",
                  Join(Answered(rules), "\n    ")}));
    }
    // Whatever the outcome, it lies between what is certain and what is possible.
    if (!determined || other_end) {
      const RuleSet possible = Answered(rules), recorded = Recorded(role);
      if (!std::includes(possible.begin(), possible.end(), recorded.begin(), recorded.end())) {
        outcome.differences.push_back(
            Concat({role.key(), ": the recorded rules are not among the possible"}));
      }
      rbac::RoleRules certain = rules;
      const auto uncertain =
          std::find_if(rules.rules.begin(), rules.rules.end(),
                       [](const rbac::EffectiveRule& rule) { return rule.certain != Tri::kTrue; });
      certain.rules = rules.rules.first(static_cast<size_t>(uncertain - rules.rules.begin()));
      const RuleSet sure = Answered(certain);
      if (!std::includes(recorded.begin(), recorded.end(), sure.begin(), sure.end())) {
        outcome.differences.push_back(
            Concat({role.key(), ": certain rules are not among the recorded"}));
      }
    }
  }
  if (!determined && !undetermined) {
    outcome.differences.push_back("the recorded orders differ, the answer is certain");
  }
  (outcome.differences.empty() ? outcome.passed : outcome.failed) = 1;
  return outcome;
}

}  // namespace whomay::replay

// rbac-aggregate: the rules that the controller fills in to aggregated ClusterRoles. Compared as
// sets; where the recorded orders of work come to different ends, or to none, the answer must be
// that the result is not determined.
#include <algorithm>
#include <map>

#include "base/strings.h"
#include "ingest/kubernetes/objects.h"
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
    if (determined && (rules.unknown != rbac::Unknown::kNo || Answered(rules) != Recorded(role))) {
      outcome.differences.push_back(
          Concat({role.key(), ": wanted\n    ", Join(Recorded(role), "\n    "), "\n  got\n    ",
                  Join(Answered(rules), "\n    ")}));
    }
    // Whatever the outcome, it lies between what is certain and what is possible.
    if (!determined) {
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

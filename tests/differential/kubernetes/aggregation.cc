// kubernetes-aggregation PROGRAM [--worlds N] [--seed S]
//
// Puts generated sets of ClusterRoles to Kubernetes' own aggregation controller (PROGRAM, made from
// aggregate/), which works them off in three orders, and to whomay. Where all orders come to rest
// with the same rules, whomay must say the same; where they do not, it must say that the result is
// not determined, and every outcome must lie between its certain and its possible rules.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "base/strings.h"
#include "facts/facts.h"
#include "ingest/kubernetes/objects.h"
#include "rbac/policy.h"
#include "syntax/json.h"
#include "tests/differential/kubernetes/generator.h"

namespace whomay::differential {
namespace {

using RuleSet = Texts;  // sorted, each rule as a text

struct Parsed {
  explicit Parsed(const std::string& line) {
    const source::FileId file = sources.Add("line", line);
    tree = syntax::ParseJson(sources, {file, 0, static_cast<uint32_t>(line.size())}, diagnostics);
  }
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  syntax::Tree tree;
};

void Append(std::string_view what, const std::vector<std::string_view>& list, std::string& text) {
  text += what;
  for (const std::string_view item : list) {
    text += Concat({"'", item, "',"});
  }
}

std::string Spell(const facts::PolicyRule& rule) {
  std::string text;
  Append("verbs ", rule.verbs, text);
  Append(" groups ", rule.api_groups, text);
  Append(" resources ", rule.resources, text);
  Append(" names ", rule.resource_names, text);
  Append(" urls ", rule.non_resource_urls, text);
  return text;
}

std::string Spell(const syntax::Value& rule) {
  facts::PolicyRule parsed;
  const auto read = [&](std::string_view key, std::vector<facts::Str>& list) {
    for (const syntax::Value text : rule.Get(key).elements()) {
      list.push_back(text.text());
    }
  };
  read("verbs", parsed.verbs);
  read("apiGroups", parsed.api_groups);
  read("resources", parsed.resources);
  read("resourceNames", parsed.resource_names);
  read("nonResourceURLs", parsed.non_resource_urls);
  return Spell(parsed);
}

RuleSet Sorted(RuleSet set) {
  std::sort(set.begin(), set.end());
  set.erase(std::unique(set.begin(), set.end()), set.end());
  return set;
}

struct Counts {
  uint64_t roles = 0;
  uint64_t undetermined = 0;
  uint64_t different = 0;
};

// What Kubernetes came to for a role, in the three orders.
struct Outcomes {
  bool single = true;
  std::vector<RuleSet> rules;
};

Outcomes OutcomesOf(const syntax::Value& answer, std::string_view role) {
  Outcomes outcomes;
  for (const syntax::Value outcome : answer.Get("outcomes").elements()) {
    outcomes.single = outcomes.single && outcome.Get("settled").is_true();
    RuleSet& set = outcomes.rules.emplace_back();
    for (const syntax::Value rule : outcome.Get("rules").Get(role).elements()) {
      set.push_back(Spell(rule));
    }
    set = Sorted(std::move(set));
    outcomes.single = outcomes.single && set == outcomes.rules.front();
  }
  return outcomes;
}

// Whether whomay and Kubernetes agree on the role.
bool Agree(const Outcomes& outcomes, const rbac::RoleRules& rules, bool any_multiple,
           Counts& counts) {
  RuleSet certain, possible;
  for (const rbac::EffectiveRule& rule : rules.rules) {
    possible.push_back(Spell(*rule.rule));
    if (rule.certain == Tri::kTrue) {
      certain.push_back(possible.back());
    }
  }
  certain = Sorted(std::move(certain));
  possible = Sorted(std::move(possible));
  if (rules.unknown == rbac::Unknown::kNo) {
    // Another role of the world may never come to rest; this one then has one set all the same.
    return std::all_of(outcomes.rules.begin(), outcomes.rules.end(),
                       [&](const RuleSet& set) { return set == certain; });
  }
  ++counts.undetermined;
  return (!outcomes.single || any_multiple) &&
         std::all_of(outcomes.rules.begin(), outcomes.rules.end(), [&](const RuleSet& set) {
           return std::includes(set.begin(), set.end(), certain.begin(), certain.end()) &&
                  std::includes(possible.begin(), possible.end(), set.begin(), set.end());
         });
}

void Compare(const World& world, const std::string& line, Counts& counts) {
  const std::string json = ToJson(world);
  const Parsed asked(json), answered(line);
  facts::Facts facts;
  source::Diagnostics diagnostics;
  for (const syntax::Value object : asked.tree.root().Get("objects").elements()) {
    ingest::ReadObject(object, ingest::KubernetesOptions(), facts, diagnostics);
  }
  rbac::PolicyBuilder builder({.count_refused = true, .holes = &facts.holes});
  for (const facts::RbacRole& role : facts.roles) {
    builder.Add(role);
  }
  const rbac::Policy policy = builder.Build();
  // Roles that are not determined for whomay are so because some role of their cycle has several
  // ends.
  bool any_multiple = false;
  for (const Object& role : world.objects) {
    any_multiple =
        any_multiple || (role.aggregates && !OutcomesOf(answered.tree.root(), role.name).single);
  }
  for (const Object& role : world.objects) {
    if (!role.aggregates) {
      continue;
    }
    ++counts.roles;
    const Outcomes outcomes = OutcomesOf(answered.tree.root(), role.name);
    const rbac::RoleRules rules = policy.rules(policy.FindRole(true, "", role.name));
    if (!Agree(outcomes, rules, any_multiple, counts) && ++counts.different <= 5) {
      std::cout << "DIFFERENCE in role " << role.name << " of " << json
                << "\n  Kubernetes: " << line << "\n  whomay"
                << (rules.unknown == rbac::Unknown::kNo ? "" : " (not determined)") << ":\n";
      for (const rbac::EffectiveRule& rule : rules.rules) {
        std::cout << "    " << (rule.certain == Tri::kTrue ? "" : "perhaps ") << Spell(*rule.rule)
                  << '\n';
      }
    }
  }
}

int Run(const std::string& program, uint64_t worlds, uint64_t seed) {
  std::string folder = std::filesystem::temp_directory_path() / "whomay-aggregation-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {
    return 2;
  }
  std::vector<World> all;
  {
    std::ofstream out(folder + "/worlds", std::ios::binary);
    for (uint64_t i = 0; i < worlds; ++i) {
      all.push_back(GenerateAggregation(seed, i));
      out << ToJson(all.back()) << '\n';
    }
  }
  const std::string command =
      Concat({"'", program, "' < '", folder, "/worlds' > '", folder, "/answers'"});
  const int status = std::system(command.c_str());
  std::vector<std::string> lines;
  {
    std::ifstream in(folder + "/answers", std::ios::binary);
    for (std::string line; std::getline(in, line);) {
      lines.push_back(std::move(line));
    }
  }
  std::filesystem::remove_all(folder);
  if (status != 0 || lines.size() != all.size()) {
    std::cerr << program << " failed\n";
    return 2;
  }
  Counts counts;
  for (size_t i = 0; i < all.size(); ++i) {
    Compare(all[i], lines[i], counts);
  }
  std::cout << all.size() << " sets, " << counts.roles << " aggregated roles, "
            << counts.undetermined << " not determined; " << counts.different << " differ\n";
  return counts.different == 0 && counts.undetermined > 0 ? 0 : 1;
}

}  // namespace
}  // namespace whomay::differential

int main(int argc, char** argv) {
  std::string program;
  uint64_t worlds = 5000, seed = 1;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--worlds") == 0 && i + 1 < argc) {
      worlds = std::strtoull(argv[++i], nullptr, 10);
    } else if (std::strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
      seed = std::strtoull(argv[++i], nullptr, 10);
    } else {
      program = argv[i];
    }
  }
  if (program.empty()) {
    std::cerr << "usage: kubernetes-aggregation PROGRAM [--worlds N] [--seed S]\n";
    return 2;
  }
  return whomay::differential::Run(program, worlds, seed);
}

// kubernetes-aggregation PROGRAM [--worlds N] [--seed S]
//
// Puts generated sets of ClusterRoles to Kubernetes' own aggregation controller (PROGRAM, made from
// aggregate/) and to whomay. The controller works them off in three orders and in some at random.
// What whomay calls determined must come out of all of them. Where it says that a role is not
// determined, every outcome must lie between the role's certain and its possible rules, and two of
// them must differ: the random orders are chosen so that a naive controller comes to several ends.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <set>
#include <string>

#include "base/strings.h"
#include "facts/facts.h"
#include "ingest/kubernetes/objects.h"
#include "rbac/policy.h"
#include "syntax/json.h"
#include "tests/differential/kubernetes/generator.h"
#include "tests/differential/kubernetes/naive.h"

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

// What Kubernetes came to for a role, in all the orders.
struct Outcomes {
  bool single = true;
  std::vector<RuleSet> rules;
};

Outcomes OutcomesOf(const syntax::Value& answer, std::string_view role) {
  Outcomes outcomes;
  for (const syntax::Value outcome : answer.Get("outcomes").elements()) {
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
bool Agree(const Outcomes& outcomes, const rbac::RoleRules& rules, Counts& counts) {
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
  return !outcomes.single &&
         std::all_of(outcomes.rules.begin(), outcomes.rules.end(), [&](const RuleSet& set) {
           return std::includes(set.begin(), set.end(), certain.begin(), certain.end()) &&
                  std::includes(possible.begin(), possible.end(), set.begin(), set.end());
         });
}

// Orders of syncs after which each aggregated role has come to several ends, where tries at random
// find such; three orders at least.
class Orders {
 public:
  explicit Orders(const World& world, uint64_t seed) : world_(world), random_(seed) {
    for (uint32_t i = 0; i < world.objects.size(); ++i) {
      if (world.objects[i].aggregates) {
        aggregated_.push_back(i);
      }
    }
    ends_.resize(world.objects.size());
  }

  std::string ToJson() {
    std::string text;
    Try({});
    for (int found = 0, tries = 0; !aggregated_.empty() && tries < 300; ++tries) {
      std::vector<uint32_t> order(1 + random_() % (3 * aggregated_.size()));
      for (uint32_t& place : order) {
        place = aggregated_[random_() % aggregated_.size()];
      }
      if (Try(order) || found < 3) {
        ++found;
        Texts names;
        for (const uint32_t place : order) {
          names.push_back(Concat({"\"", world_.objects[place].name, "\""}));
        }
        text += Concat({text.empty() ? "[" : ",[", Join(names, ","), "]"});
      }
    }
    return Concat({"[", text, "]"});
  }

 private:
  // True if a role comes to its second end.
  bool Try(const std::vector<uint32_t>& order) {
    const std::vector<Object> ended = AggregatedFrom(world_.objects, order);
    bool second = false;
    for (const uint32_t place : aggregated_) {
      RuleSet end;
      for (const Rule& rule : ended[place].rules) {
        end.push_back(Concat({Join(rule.verbs, "|"), ",", Join(rule.groups, "|"), ",",
                              Join(rule.resources, "|"), ",", Join(rule.names, "|"), ",",
                              Join(rule.urls, "|")}));
      }
      std::set<RuleSet>& ends = ends_[place];
      second = (ends.insert(Sorted(std::move(end))).second && ends.size() == 2) || second;
    }
    return second;
  }

  const World& world_;
  std::mt19937_64 random_;
  std::vector<uint32_t> aggregated_;
  std::vector<std::set<RuleSet>> ends_;  // by object
};

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
  for (const Object& role : world.objects) {
    if (!role.aggregates) {
      continue;
    }
    ++counts.roles;
    const Outcomes outcomes = OutcomesOf(answered.tree.root(), role.name);
    const rbac::RoleRules rules = policy.rules(policy.FindRole(true, "", role.name));
    if (!Agree(outcomes, rules, counts) && ++counts.different <= 5) {
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
      std::string json = ToJson(all.back());
      json.pop_back();
      out << json << ",\"orders\":" << Orders(all.back(), seed + i).ToJson() << "}\n";
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

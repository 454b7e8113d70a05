// Cycles of aggregated ClusterRoles: against every order of syncs, tried out on small graphs.
#include "rbac/aggregation_cycles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "base/strings.h"

namespace whomay::rbac {
namespace {

using Graph = std::vector<CycleNode>;
using Sets = std::vector<uint32_t>;  // by node: its rules as bits

uint32_t Bits(const std::vector<uint32_t>& rules) {
  uint32_t bits = 0;
  for (const uint32_t rule : rules) {
    bits |= 1u << rule;
  }
  return bits;
}

std::vector<std::vector<uint32_t>> Components(const Graph& graph) {
  const auto count = static_cast<uint32_t>(graph.size());
  std::vector<std::vector<bool>> reaches(count, std::vector<bool>(count));
  for (uint32_t i = 0; i < count; ++i) {
    reaches[i][i] = true;
    for (const auto* list : {&graph[i].members, &graph[i].maybe}) {
      for (const uint32_t member : *list) {
        reaches[i][member] = true;
      }
    }
  }
  for (uint32_t k = 0; k < count; ++k) {
    for (uint32_t i = 0; i < count; ++i) {
      for (uint32_t j = 0; j < count; ++j) {
        reaches[i][j] = reaches[i][j] || (reaches[i][k] && reaches[k][j]);
      }
    }
  }
  std::vector<std::pair<int64_t, std::vector<uint32_t>>>
      sized;  // the fewer it reaches, the earlier
  std::vector<bool> placed(count);
  for (uint32_t i = 0; i < count; ++i) {
    if (placed[i]) {
      continue;
    }
    auto& [size, members] = sized.emplace_back();
    size = std::count(reaches[i].begin(), reaches[i].end(), true);
    for (uint32_t j = i; j < count; ++j) {
      if (reaches[i][j] && reaches[j][i]) {
        placed[j] = true;
        members.push_back(j);
      }
    }
  }
  std::stable_sort(sized.begin(), sized.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::vector<uint32_t>> components;
  for (auto& [size, members] : sized) {
    components.push_back(std::move(members));
  }
  return components;
}

struct Ends {
  Sets always, sometimes;
};

// The states that any order of syncs can come to and that no sync changes.
Ends AllEnds(const Graph& graph) {
  Sets start;
  for (const CycleNode& node : graph) {
    start.push_back(Bits(node.own));
  }
  Ends ends{Sets(graph.size(), ~0u), Sets(graph.size())};
  std::set<Sets> seen = {start};
  std::vector<Sets> open = {start};
  while (!open.empty()) {
    const Sets state = open.back();
    open.pop_back();
    bool rests = true;
    for (size_t node = 0; node < graph.size(); ++node) {
      uint32_t found = 0;
      for (const uint32_t member : graph[node].members) {
        found |= state[member];
      }
      if (graph[node].aggregates && found != 0 && found != state[node]) {
        rests = false;
        Sets next = state;
        next[node] = found;
        if (seen.insert(next).second) {
          open.push_back(next);
        }
      }
    }
    for (size_t node = 0; rests && node < graph.size(); ++node) {
      ends.always[node] &= state[node];
      ends.sometimes[node] |= state[node];
    }
  }
  return ends;
}

constexpr uint32_t kRules = 3;

Graph RandomGraph(std::mt19937& random, double maybe) {
  const auto chance = [&](double p) { return std::generate_canonical<double, 32>(random) < p; };
  Graph graph(2 + random() % 4);
  const double edges = 0.2 + 0.1 * (random() % 5), rules = 0.1 + 0.1 * (random() % 4);
  for (uint32_t i = 0; i < graph.size(); ++i) {
    graph[i].aggregates = chance(0.8);
    for (uint32_t rule = 0; rule < kRules; ++rule) {
      if (chance(rules)) {
        graph[i].own.push_back(rule);
      }
    }
    for (uint32_t j = 0; graph[i].aggregates && j < graph.size(); ++j) {
      if (j != i && chance(edges)) {
        const bool open = chance(maybe);
        (open ? graph[i].maybe : graph[i].members).push_back(j);
        graph[i].hole = open ? facts::HoleId(7) : graph[i].hole;
      }
    }
  }
  return graph;
}

std::string Show(const Graph& graph) {
  std::string text;
  for (const CycleNode& node : graph) {
    text += node.aggregates ? "aggregates" : "plain";
    for (const auto& [name, list] : {std::pair(" own", &node.own), std::pair(" of", &node.members),
                                     std::pair(" perhaps", &node.maybe)}) {
      text += name;
      for (const uint32_t number : *list) {
        text += Concat({" ", std::to_string(number)});
      }
    }
    text += '\n';
  }
  return text;
}

TEST(AggregationCycles, AreWhatAllOrdersOfSyncsComeTo) {
  std::mt19937 random(1);
  int undetermined = 0, cycles = 0;
  for (int i = 0; i < 6000; ++i) {
    const Graph graph = RandomGraph(random, 0);
    const auto components = Components(graph);
    const std::vector<CycleOutcome> outcomes = ResolveCycles(graph, components, kRules);
    ASSERT_EQ(outcomes.size(), graph.size());
    const Ends ends = AllEnds(graph);
    cycles += components.size() < graph.size();
    for (size_t node = 0; node < graph.size(); ++node) {
      if (!graph[node].aggregates) {
        continue;
      }
      const uint32_t certain = Bits(outcomes[node].certain);
      EXPECT_EQ(certain, ends.always[node]) << i << ", node " << node << '\n' << Show(graph);
      EXPECT_EQ(certain | Bits(outcomes[node].possible), ends.sometimes[node])
          << i << ", node " << node << '\n'
          << Show(graph);
      undetermined += !outcomes[node].possible.empty();
      EXPECT_FALSE(outcomes[node].limited);
    }
  }
  EXPECT_GT(cycles, 1000);
  EXPECT_GT(undetermined, 500);
}

// Whether a role is selected is open: every way to fill that in lies between.
TEST(AggregationCycles, HoldForEveryFillingOfHoles) {
  std::mt19937 random(2);
  for (int i = 0; i < 1500; ++i) {
    const Graph graph = RandomGraph(random, 0.3);
    const std::vector<CycleOutcome> outcomes = ResolveCycles(graph, Components(graph), kRules);
    ASSERT_EQ(outcomes.size(), graph.size());
    size_t holes = 0;
    for (const CycleNode& node : graph) {
      holes += node.maybe.size();
    }
    for (uint32_t filling = 0; filling < 1u << std::min<size_t>(holes, 6); ++filling) {
      Graph filled = graph;
      uint32_t bit = 0;
      for (CycleNode& node : filled) {
        for (const uint32_t member : node.maybe) {
          if ((filling >> bit++ % 6 & 1) != 0) {
            node.members.push_back(member);
          }
        }
        node.maybe.clear();
      }
      const Ends ends = AllEnds(filled);
      for (size_t node = 0; node < graph.size(); ++node) {
        const uint32_t certain = Bits(outcomes[node].certain);
        EXPECT_EQ(certain & ~ends.always[node], 0u) << Show(graph);
        if (graph[node].aggregates) {
          EXPECT_EQ(ends.sometimes[node] & ~(certain | Bits(outcomes[node].possible)), 0u)
              << Show(graph);
        }
      }
    }
  }
}

// A thousand roles that select each other: said, not computed without end.
TEST(AggregationCycles, HaveALimit) {
  Graph graph(1000);
  std::vector<std::vector<uint32_t>> all(1);
  for (uint32_t i = 0; i < graph.size(); ++i) {
    graph[i].aggregates = true;
    graph[i].own = {i + 1 == graph.size()};  // one has another rule, and the others lose theirs
    graph[i].members = {(i + 1) % 1000};
    all[0].push_back(i);
  }
  EXPECT_FALSE(ResolveCycles(graph, all, 2).empty());
  EXPECT_TRUE(ResolveCycles(graph, all, 20'000).empty());   // too much work
  EXPECT_TRUE(ResolveCycles(graph, all, 200'000).empty());  // too many sets
}

}  // namespace
}  // namespace whomay::rbac

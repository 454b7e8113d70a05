// Closures and what they are made of, against plain searches of this test's own.
#include "query/closure.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "facts/facts.h"
#include "ingest/inputs.h"
#include "query/ask.h"
#include "query/coarse.h"
#include "query/per_cluster.h"
#include "tests/unit/query/diff_world.h"

namespace whomay::query {
namespace {

std::shared_ptr<const World> WorldOf(
    const std::vector<std::pair<std::string, std::string>>& inputs) {
  auto sources = std::make_shared<source::SourceSet>();
  auto facts = std::make_shared<facts::Facts>();
  source::Diagnostics diagnostics;
  ingest::InputOptions options;
  ingest::InputReader reader(options, *sources, *facts, diagnostics);
  std::vector<source::FileId> files;
  for (const auto& [name, text] : inputs) {
    files.push_back(sources->Add(name, text));
    reader.Announce(files.back());
  }
  for (const source::FileId file : files) {
    EXPECT_TRUE(reader.Read(file, sources->name(file) == "objects.json" ? "c" : ""));
  }
  reader.Finish();
  return World::Build(sources, facts, whomay::World::kAfter, true, {}, diagnostics);
}

std::string Load(const std::string& path) {
  std::ifstream in(std::string(WHOMAY_SOURCE_DIR) + "/examples/shop/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A hole or a condition of the walk, by number.
Formula Variable(Walk& walk, uint32_t n) {
  iam::Atom atom;
  atom.kind = n % 3 == 0 ? iam::Atom::Kind::kCondition : iam::Atom::Kind::kHole;
  atom.values = {std::to_string(n)};
  atom.text = atom.values.front();
  atom.key = n % 3 == 0 ? "aws:key" : "";
  if (n % 6 == 1) {  // atoms of one text: it is one of them at most
    atom.key = "text" + std::to_string(n / 18);
    atom.op = iam::Operator::kStringEquals;
    atom.always_present = true;
  }
  return walk.workspace().Variable(std::move(atom));
}

TEST(CoarseSum, IsWhatCoarseMakesOfTheWhole) {
  const std::shared_ptr<const World> world = WorldOf({});
  int exact = 0, coarse = 0;
  for (uint32_t seed = 0; seed < 400; ++seed) {
    std::mt19937 random(seed);
    const QuestionOptions options;
    Walk walk(*world, options);
    FormulaStore& formulas = walk.workspace().formulas;
    // The same again, and with what came of it the first time.
    CoarseSum sum(walk);
    const StateId state = static_cast<StateId>(seed % 3);
    Formula before = Formula::kFalse;
    for (int round = 0; round < 4; ++round) {
      sum.Clear();
      sum.Add(before);
      Formula whole = before;
      for (uint32_t n = random() % 14; n > 0; --n) {
        Formula term = Formula::kTrue;
        for (uint32_t factor = 1 + random() % 3; factor > 0; --factor) {
          const Formula variable = Variable(walk, random() % 36);
          term = formulas.And(term, random() % 4 == 0 ? formulas.Not(variable) : variable);
        }
        sum.Add(term);
        whole = formulas.Or(whole, term);
      }
      const Formula expected =
          walk.Coarse(whole, "ways from " + std::to_string(static_cast<uint32_t>(state)));
      ASSERT_EQ(sum.Sum(state), expected) << "seed " << seed << " round " << round;
      (expected == whole ? exact : coarse) += 1;
      before = expected;
    }
  }
  EXPECT_GT(exact, 100);
  EXPECT_GT(coarse, 100);
}

// "Some role has c_i and the unknown text h_i", for many i, has no small diagram if all c stand
// before all h.
TEST(CoarseSum, DoesNotMakeTheWhole) {
  const std::shared_ptr<const World> world = WorldOf({});
  const QuestionOptions options;
  Walk walk(*world, options);
  constexpr uint32_t kMany = 40;
  std::vector<Formula> conditions, holes;
  for (uint32_t i = 0; i < kMany; ++i) {
    conditions.push_back(Variable(walk, i * 3));
  }
  for (uint32_t i = 0; i < kMany; ++i) {
    holes.push_back(walk.HoleFormula(facts::HoleId::kNone, iam::Reason::kHole, std::to_string(i)));
  }
  FormulaStore& formulas = walk.workspace().formulas;
  CoarseSum sum(walk);
  Formula any = Formula::kFalse;
  for (uint32_t i = 0; i < kMany; ++i) {
    sum.Add(formulas.And(conditions[i], holes[i]));
    any = formulas.Or(any, conditions[i]);
  }
  const Formula made = sum.Sum(StateId{7});
  EXPECT_EQ(made,
            formulas.And(any, formulas.Variable(walk.SomeOf("ways from 7", iam::Reason::kHole))));
  EXPECT_LT(formulas.size(), size_t{10'000});
}

// Every way, shortest first, until one that holds for certain is at least the limit's.
std::vector<Closure::Way> PlainWays(Walk& walk, const Closure& closure, StateId start,
                                    size_t limit) {
  FormulaStore& formulas = walk.workspace().formulas;
  std::vector<Closure::Way> found;
  std::deque<Closure::Way> partial = {{{}, start, Formula::kTrue}};
  for (int looked_at = 0; !partial.empty() && looked_at < 200'000; ++looked_at) {
    const Closure::Way way = std::move(partial.front());
    partial.pop_front();
    Closure::Way whole = way;
    whole.open = formulas.And(way.open, closure.held(way.end).open);
    if (whole.open != Formula::kFalse) {
      found.push_back(whole);
      if (whole.open == Formula::kTrue && found.size() >= limit) {
        break;
      }
    }
    if (way.steps.size() >= static_cast<size_t>(walk.options().max_hops)) {
      continue;
    }
    for (const Transition& transition : walk.Next(way.end)) {
      const bool again = std::any_of(way.steps.begin(), way.steps.end(), [&](const auto& step) {
        return walk.state(step.first).node == walk.state(transition.to).node;
      });
      Closure::Way longer = way;
      longer.steps.emplace_back(way.end, &transition);
      longer.end = transition.to;
      longer.open = formulas.And(way.open, transition.open);
      if (!again && longer.open != Formula::kFalse &&
          closure.achieve(transition.to) != Formula::kFalse) {
        partial.push_back(std::move(longer));
      }
    }
  }
  std::stable_partition(found.begin(), found.end(),
                        [](const Closure::Way& way) { return way.open == Formula::kTrue; });
  found.resize(std::min(found.size(), limit));
  return found;
}

// Compares the ways of every principal; how many there were.
size_t CompareWays(const World& world, const std::vector<std::string>& permission) {
  size_t ways = 0;
  QuestionOptions options;
  options.max_hops = 6;
  Ask ask(world, options);
  EXPECT_TRUE(ask.Read(permission).ok());
  Closure closure(ask.walk(), &ask.judge());
  std::vector<StateId> starts;
  for (uint32_t i = 0; i < world.graph().nodes.size(); ++i) {
    for (const StateId start : ask.walk().Start(static_cast<NodeId>(i))) {
      starts.push_back(start);
      closure.Add(start);
    }
  }
  closure.Solve();
  for (const StateId start : starts) {
    for (const size_t limit : {1, 2, 3, 7}) {
      const std::vector<Closure::Way> expected = PlainWays(ask.walk(), closure, start, limit);
      const std::vector<Closure::Way> made = closure.Ways(start, limit);
      EXPECT_EQ(made.size(), expected.size());
      for (size_t i = 0; i < std::min(made.size(), expected.size()); ++i) {
        EXPECT_EQ(made[i].steps, expected[i].steps);
        EXPECT_EQ(made[i].end, expected[i].end);
        EXPECT_EQ(made[i].open, expected[i].open);
      }
      ways += made.size();
    }
  }
  return ways;
}

TEST(Closure, WaysAreThoseOfAPlainSearch) {
  size_t ways = 0;
  for (uint32_t seed = 0; seed < 30; ++seed) {
    const std::shared_ptr<const World> world = WorldOf(DiffWorlds(seed).Make().Inputs());
    ways += CompareWays(*world, {"get", "secrets"});
    ways += CompareWays(*world, {"s3:GetObject"});
  }
  EXPECT_GT(ways, size_t{1000});
}

TEST(Closure, WaysOfAPlanThatLeavesMuchOpen) {
  const std::shared_ptr<const World> world = WorldOf({{"plan.json", Load("plan.json")}});
  EXPECT_GT(CompareWays(*world, {"get", "secrets", "-n", "shop"}), size_t{100});
}

// All that an answer says of a row but its cluster.
std::string Shown(const Grantee& row) {
  std::string text = row.principal + ' ' + std::to_string(static_cast<int>(row.decision)) + ' ' +
                     row.reason + ' ' + (row.direct ? "direct" : "") + row.only_through;
  for (const Condition& condition : row.conditions) {
    text += " if " + condition.text;
  }
  for (const Path& path : row.paths) {
    for (const Step& step : path.steps) {
      text += "\n  " + step.edge + ' ' + step.from + ' ' + step.to + ' ' + step.origin.file + ':' +
              std::to_string(step.origin.column);
    }
  }
  return text;
}

// What was found for one cluster serves the next; answers are those of a question of its own.
TEST(Who, OfEachClusterIsThatOfTheClusterAlone) {
  size_t rows = 0;
  for (uint32_t seed = 0; seed < 20; ++seed) {
    std::vector<std::pair<std::string, std::string>> inputs = DiffWorlds(seed).Make().Inputs();
    std::string other = inputs[1].second;
    for (const auto& [from, to] :
         {std::pair(R"("name":"c")", R"("name":"d")"), std::pair(":cluster/c", ":cluster/d"),
          std::pair(R"("clusterName":"c")", R"("clusterName":"d")")}) {
      for (size_t at = 0; (at = other.find(from, at)) != std::string::npos;) {
        other.replace(at, std::string(from).size(), to);
      }
    }
    inputs.emplace_back("other.json", other);
    const std::shared_ptr<const World> world = WorldOf(inputs);
    for (const bool escalate : {false, true}) {
      QuestionOptions options;
      options.escalate = escalate;
      const absl::StatusOr<WhoAnswer> all = AskWho(*world, {"get", "secrets"}, options);
      ASSERT_TRUE(all.ok());
      for (const char* cluster : {"c", "d"}) {
        std::vector<std::string> of_all, alone;
        for (const Grantee& row : all->grantees) {
          if (row.cluster == cluster) {
            of_all.push_back(Shown(row));
          }
        }
        options.cluster = cluster;
        const absl::StatusOr<WhoAnswer> one = AnswerWho(*world, {"get", "secrets"}, options);
        ASSERT_TRUE(one.ok());
        for (const Grantee& row : one->grantees) {
          alone.push_back(Shown(row));
        }
        EXPECT_EQ(of_all, alone) << "seed " << seed;
        rows += alone.size();
      }
    }
  }
  EXPECT_GT(rows, size_t{400});
}

}  // namespace
}  // namespace whomay::query

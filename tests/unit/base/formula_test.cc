#include "base/formula.h"

#include <algorithm>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace whomay {
namespace {

TEST(Formula, EqualFunctionsAreEqual) {
  FormulaStore store;
  const Formula a = store.Variable(3), b = store.Variable(1);
  EXPECT_EQ(store.Or(store.And(a, b), store.And(store.Not(a), b)), b);
  EXPECT_EQ(store.Or(a, store.Not(a)), Formula::kTrue);
  EXPECT_EQ(store.And(a, store.Not(a)), Formula::kFalse);
  EXPECT_EQ(store.Not(store.And(a, b)), store.Or(store.Not(a), store.Not(b)));
}

// Truth tables over six variables are the judge.
constexpr uint32_t kVariables = 6;
using Table = uint64_t;

Table VariableTable(uint32_t v) {
  Table table = 0;
  for (uint32_t i = 0; i < 64; ++i) {
    table |= static_cast<Table>(i >> v & 1) << i;
  }
  return table;
}

Table TableOf(const FormulaStore& store, Formula f) {
  Table table = 0;
  for (uint32_t i = 0; i < 64; ++i) {
    table |= static_cast<Table>(store.Value(f, [i](uint32_t v) { return (i >> v & 1) != 0; })) << i;
  }
  return table;
}

Table Fixed(Table table, uint32_t v, bool value) {
  Table result = 0;
  for (uint32_t i = 0; i < 64; ++i) {
    const uint32_t j = value ? i | 1u << v : i & ~(1u << v);
    result |= (table >> j & 1) << i;
  }
  return result;
}

TEST(Formula, AgreesWithTruthTables) {
  std::mt19937 random(7);
  FormulaStore store;
  std::vector<std::pair<Formula, Table>> known = {{Formula::kFalse, 0},
                                                  {Formula::kTrue, ~Table{0}}};
  for (uint32_t v = 0; v < kVariables; ++v) {
    known.emplace_back(store.Variable(v), VariableTable(v));
  }
  for (int round = 0; round < 3000; ++round) {
    const auto pick = [&] { return known[random() % known.size()]; };
    const auto [c, tc] = pick();
    const auto [t, tt] = pick();
    const auto [e, te] = pick();
    const uint32_t v = random() % kVariables, w = random() % kVariables;
    const std::vector<uint32_t> variables =
        v == w ? std::vector<uint32_t>{v} : std::vector<uint32_t>{std::min(v, w), std::max(v, w)};
    Formula made;
    Table expected;
    switch (random() % 6) {
      case 0:
        made = store.Exists(c, variables);
        expected = tc;
        for (const uint32_t x : variables) {
          expected = Fixed(expected, x, true) | Fixed(expected, x, false);
        }
        break;
      case 1:
        made = store.ForAll(c, variables);
        expected = tc;
        for (const uint32_t x : variables) {
          expected = Fixed(expected, x, true) & Fixed(expected, x, false);
        }
        break;
      case 2:
        made = store.Restrict(c, v, true);
        expected = Fixed(tc, v, true);
        break;
      case 3:
        made = store.Implies(c, t);
        expected = ~tc | tt;
        break;
      default:
        made = store.Ite(c, t, e);
        expected = (tc & tt) | (~tc & te);
    }
    ASSERT_EQ(TableOf(store, made), expected);
    for (const auto& [formula, table] : known) {
      ASSERT_EQ(formula == made, table == expected) << "not canonical";
    }
    std::vector<uint32_t> support;
    for (uint32_t x = 0; x < kVariables; ++x) {
      if (Fixed(expected, x, true) != Fixed(expected, x, false)) {
        support.push_back(x);
      }
    }
    EXPECT_EQ(store.Support(made), support);
    if (made != Formula::kFalse) {
      Formula cube = Formula::kTrue;
      for (const FormulaStore::Literal& literal : store.Cube(made)) {
        const Formula variable = store.Variable(literal.variable);
        cube = store.And(cube, literal.value ? variable : store.Not(variable));
      }
      EXPECT_EQ(store.Implies(cube, made), Formula::kTrue);
    }
    known.emplace_back(made, expected);
    if (known.size() > 200) {
      known.erase(known.begin() + 8, known.begin() + 100);
    }
  }
}

TEST(Formula, RewindForgetsOnlyWhatIsNewer) {
  std::mt19937 random(11);
  FormulaStore store;
  std::vector<std::pair<Formula, Table>> known;
  for (uint32_t v = 0; v < kVariables; ++v) {
    known.emplace_back(store.Variable(v), VariableTable(v));
  }
  const auto make = [&] {
    const auto pick = [&] { return known[random() % known.size()]; };
    const auto [c, tc] = pick();
    const auto [t, tt] = pick();
    const auto [e, te] = pick();
    known.emplace_back(store.Ite(c, t, e), (tc & tt) | (~tc & te));
    ASSERT_EQ(TableOf(store, known.back().first), known.back().second);
  };
  for (int round = 0; round < 200; ++round) {
    // Marks grow and shrink: what is kept of one must not be taken for what is made after another.
    known.resize(kVariables + random() % (known.size() - kVariables + 1));
    uint32_t mark = kVariables + 2;
    for (const auto& [formula, table] : known) {
      mark = std::max(mark, static_cast<uint32_t>(formula) + 1);
    }
    store.Rewind(mark);
    ASSERT_LE(store.size(), size_t{mark});
    for (uint32_t n = random() % 60; n > 0; --n) {
      make();
    }
    for (size_t i = 0; i < known.size(); ++i) {
      ASSERT_EQ(TableOf(store, known[i].first), known[i].second);
      for (size_t j = 0; j < i; ++j) {
        ASSERT_EQ(known[i].first == known[j].first, known[i].second == known[j].second);
      }
    }
  }
}

TEST(Formula, ManyVariablesDoNotRecurse) {
  FormulaStore store;
  Formula all = Formula::kTrue;
  for (uint32_t v = 50'000; v-- > 0;) {
    all = store.And(store.Variable(v), all);
  }
  EXPECT_NE(all, Formula::kLimit);
  const Formula negated = store.Not(all);
  EXPECT_EQ(store.Not(negated), all);
  EXPECT_EQ(store.Support(all).size(), 50'000u);
}

// The sum of x_i * y_i with all x before all y needs 2^n nodes.
TEST(Formula, LimitIsSaidAndAbsorbs) {
  FormulaStore store(1000);
  Formula f = Formula::kFalse;
  for (uint32_t i = 0; i < 16; ++i) {
    f = store.Or(f, store.And(store.Variable(i), store.Variable(100 + i)));
  }
  EXPECT_EQ(f, Formula::kLimit);
  EXPECT_TRUE(store.limit_hit());
  EXPECT_LE(store.size(), 1000u);
  EXPECT_EQ(store.And(f, Formula::kFalse), Formula::kFalse);
  EXPECT_EQ(store.Or(f, Formula::kTrue), Formula::kTrue);
  EXPECT_EQ(store.And(f, store.Variable(0)), Formula::kLimit);
  EXPECT_EQ(store.Not(f), Formula::kLimit);
  store.Clear();
  EXPECT_FALSE(store.limit_hit());
  EXPECT_EQ(store.Or(store.Variable(1), store.Not(store.Variable(1))), Formula::kTrue);
}

}  // namespace
}  // namespace whomay

// Generated policies against all their fillings: what the engine says of a request with open keys
// and holes must agree with what it says once every key has a value and every hole a text.
//
//   allowed      true in all fillings (of what the caller chooses, for some choice)
//   denied       false in all
//   conditional  true for some context whatever fills the holes, and false somewhere
//   unknown      true somewhere, false somewhere, and no context settles it for all holes
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/strings.h"
#include "gtest/gtest.h"
#include "iam/evaluate.h"
#include "tests/unit/iam/policies.h"

namespace whomay::iam {
namespace {

// A key: what conditions may ask of it, and values that stand for all that it can have.
struct KeySpec {
  const char* name;
  std::vector<const char*> operators;
  std::vector<const char*> expected;
  std::vector<const char*> values;
};

const std::vector<KeySpec>& Keys() {
  static const std::vector<KeySpec> keys = {
      {"aws:MultiFactorAuthPresent",
       {"Bool", "BoolIfExists"},
       {"true", "false"},
       {"true", "false"}},
      {"k:text",
       {"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
        "StringLike", "StringNotLike"},
       {"a", "b", "ab", "B", "a*", "*b", "?"},
       {"a", "b", "ab", "B", "a*", "*b", "x", "axb", "A", "?", "AB", "aB", "Ab", "xx", "A*", "*B"}},
      {"k:number",
       {"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
        "NumericGreaterThan", "NumericGreaterThanEquals"},
       {"1", "5.0", "10"},
       {"0", "1", "3", "5", "7", "10.0", "11"}},
      {"k:date",
       {"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan",
        "DateGreaterThanEquals"},
       {"2024-01-01T00:00:00Z", "2024-06-01T02:00:00+02:00"},
       {"2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z", "2024-03-01T00:00:00Z",
        "2024-06-01T00:00:00Z", "2025-01-01T00:00:00Z"}},
      {"k:address",
       {"IpAddress", "NotIpAddress"},
       {"10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "2001:db8::/32"},
       {"10.1.2.3", "10.1.9.9", "10.9.9.9", "11.0.0.1", "2001:db8::1", "2001:db9::1"}},
      {"k:arn",
       {"ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"},
       {"arn:aws:s3:::a*", "arn:aws:*:::ab", "arn:aws:s3:::?", "arn:*:s3:*:*:a"},
       {"arn:aws:s3:::a", "arn:aws:s3:::ab", "arn:aws:s3:::b", "arn:aws:s3:::ax", "arn:aws:x:::ab",
        "arn:aws:s3:x::a", "arn:aws:x:::x"}},
      {"k:binary", {"BinaryEquals"}, {"AQ==", "Ag=="}, {"AQ==", "Ag==", "Aw=="}},
  };
  return keys;
}

// Three holes: in the request's resource or in a policy's (one of the two in a case), in a
// principal.
constexpr std::string_view kHoles[] = {
    "\xFF"
    "0"
    "\xFE",
    "\xFF"
    "1"
    "\xFE",
    "\xFF"
    "2"
    "\xFE"};
const char* const kFillings[] = {"a", "b", "ab", "xx"};
const char* const kUserFillings[] = {"alice", "bob"};
constexpr char kUser[] = "arn:aws:iam::111122223333:user/alice";
constexpr char kBucket[] = "arn:aws:s3:::";

// A text that is nothing but the filling of a missing policy.
enum class Fill : uint8_t { kNone, kAllow, kDeny };

struct Case {
  // By layer: identity, resource, boundary, session, SCP, RCP; empty ones are not there.
  std::vector<StatementText> layers[6];
  bool missing_identity = false;
  std::set<std::string> keys;
  std::string set_key;     // one key that has several values
  std::string chosen_key;  // one that the caller chooses
  std::string resource;
  bool hole_in_request = false;
};

class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  Case Make() {
    Case made;
    made.hole_in_request = Chance(3);
    made.resource = Concat(
        {kBucket, made.hole_in_request ? kHoles[0] : Pick<std::string_view>({"a", "b", "ab"})});
    std::vector<size_t> keys;
    keys.push_back(random_() % Keys().size());
    if (Chance(2)) {
      keys.push_back(Chance(4) ? random_() % Keys().size() : 0);
    }
    if (Chance(4)) {
      made.set_key = Keys()[keys.front()].name;
    } else if (Chance(4)) {
      made.chosen_key = Keys()[keys.front()].name;
    }
    made.missing_identity = Chance(12);
    const bool denies = Chance(2);
    made.layers[0] = Statements(made, keys, false, denies);
    // Two layers or more.
    const size_t second = 1 + random_() % 5;
    for (size_t layer = 1; layer < 6; ++layer) {
      if (layer == second || Chance(4)) {
        made.layers[layer] = Statements(made, keys, layer == 1, denies && Chance(2));
      }
    }
    return made;
  }

 private:
  bool Chance(uint32_t one_in) { return random_() % one_in == 0; }
  template <typename T>
  T Pick(std::vector<T> values) {
    return values[random_() % values.size()];
  }

  std::vector<StatementText> Statements(Case& made, const std::vector<size_t>& keys, bool principal,
                                        bool deny) {
    std::vector<StatementText> statements;
    for (size_t n = 1 + random_() % 2; n > 0; --n) {
      StatementText& text = statements.emplace_back();
      text.deny = deny && n == 1;
      text.actions = {Pick<std::string>({"s3:Get*", "*", "s3:GetObject", "s3:Put*"})};
      text.not_action = Chance(8);
      text.resources = {Concat({kBucket, Pick<std::string_view>({"*", "a", "a*", "?", "*"})})};
      if (!made.hole_in_request && Chance(4)) {
        text.resources = {Concat({kBucket, kHoles[1]})};
      }
      text.not_resource = Chance(8);
      if (principal) {
        text.principals = {
            Pick<std::string>({"*", "AWS:111122223333", Concat({"AWS:", kUser}),
                               Concat({"AWS:arn:aws:iam::111122223333:user/", kHoles[2]})})};
        text.not_principal = text.deny && Chance(3);
      }
      for (const size_t key : keys) {
        if (!Chance(3)) {
          text.conditions.push_back(Condition(made, Keys()[key]));
        }
      }
    }
    return statements;
  }

  ConditionText Condition(Case& made, const KeySpec& key) {
    made.keys.insert(key.name);
    ConditionText text;
    text.key = Chance(3) ? AsciiLower(key.name) : key.name;
    if (Chance(6)) {
      text.op = "Null";
      text.values = {Pick<std::string>({"true", "false"})};
      return text;
    }
    text.op = Pick(key.operators);
    if (Chance(3) && !text.op.ends_with("IfExists")) {
      text.op += "IfExists";
    }
    if (made.set_key == key.name) {
      text.op = Pick<std::string>({"ForAllValues:", "ForAnyValue:"}) + text.op;
    }
    for (size_t n = 1 + random_() % 2; n > 0; --n) {
      text.values.push_back(Pick(key.expected));
    }
    return text;
  }

  std::mt19937 random_;
};

// What stands in the place of each hole; nothing for the holes themselves.
struct Filling {
  std::string resource, principal;
  Fill missing = Fill::kNone;
};

std::string Filled(std::string text, const Filling& filling) {
  for (const std::string_view hole : kHoles) {
    const std::string& with = hole == kHoles[2] ? filling.principal : filling.resource;
    for (size_t at; !with.empty() && (at = text.find(hole)) != std::string::npos;) {
      text.replace(at, hole.size(), with);
    }
  }
  return text;
}

std::vector<StatementText> Filled(std::vector<StatementText> statements, const Filling& filling) {
  for (StatementText& statement : statements) {
    for (std::vector<std::string>* const texts : {&statement.principals, &statement.resources}) {
      for (std::string& text : *texts) {
        text = Filled(text, filling);
      }
    }
  }
  return statements;
}

// The layers of a case, compiled, with a hole or its filling.
class Compiled {
 public:
  Compiled(const Case& from, const Filling& filling) {
    const bool open = filling.resource.empty();
    for (size_t i = 0; i < std::size(kHoles); ++i) {
      facts::Hole what;
      what.kind = facts::Hole::Kind::kOpen;
      what.what = "hole";
      policies_.facts.holes.Add(what);
    }
    for (size_t i = 0; i < 6; ++i) {
      if (!from.layers[i].empty()) {
        const Policy* const made =
            policies_.Add(Filled(from.layers[i], filling),
                          i == 1 ? Policy::On::kResource : Policy::On::kPrincipal);
        sets_[i].push_back(made);
      }
    }
    if (open && from.missing_identity) {
      missing_.push_back({Reason::kPoliciesNotGiven, facts::HoleId::kNone, "policies of alice"});
    } else if (from.missing_identity && filling.missing != Fill::kNone) {
      sets_[0].push_back(
          policies_.Add({filling.missing == Fill::kAllow ? Allow("*", "*") : Deny("*", "*")},
                        Policy::On::kPrincipal));
    }
    layers.identity = {sets_[0], missing_};
    layers.resource = {sets_[1], {}};
    layers.has_boundary = !sets_[2].empty();
    layers.boundary = {sets_[2], {}};
    layers.has_session_policy = !sets_[3].empty();
    layers.session = {sets_[3], {}};
    scps_ = {PolicySet{sets_[4], {}}};
    rcps_ = {PolicySet{sets_[5], {}}};
    if (!sets_[4].empty()) {
      layers.scps = scps_;
    }
    if (!sets_[5].empty()) {
      layers.rcps = rcps_;
    }
    resource_ = Filled(from.resource, filling);
    request.caller.arn = kUser;
    request.caller.account = "111122223333";
    request.action = "s3:GetObject";
    request.resource = resource_;
    request.resource_account = "111122223333";
    request.holes = &policies_.facts.holes;
  }
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;

  Layers layers;
  Request request;

 private:
  Policies policies_;
  std::vector<const Policy*> sets_[6];
  std::vector<Missing> missing_;
  std::vector<PolicySet> scps_, rcps_;
  std::string resource_;
};

// The values of a key; nothing where it is absent.
using Value = std::optional<std::vector<std::string_view>>;

// What a key can be: absent, one value, or a set of up to three.
std::vector<Value> ValuesOf(const std::string& name, bool set) {
  for (const KeySpec& key : Keys()) {
    if (name != key.name) {
      continue;
    }
    std::vector<Value> values = {std::nullopt};
    if (set) {
      values.push_back(std::vector<std::string_view>());
    }
    const size_t count = set ? std::min<size_t>(key.values.size(), 10) : key.values.size();
    for (size_t i = 0; i < count; ++i) {
      values.push_back({{key.values[i]}});
      for (size_t j = i + 1; set && j < count; ++j) {
        values.push_back({{key.values[i], key.values[j]}});
        for (size_t k = j + 1; k < count; ++k) {
          values.push_back({{key.values[i], key.values[j], key.values[k]}});
        }
      }
    }
    return values;
  }
  return {};
}

// Answers over all contexts (rows) and hole fillings (columns), what the caller chooses taken to
// fit.
struct Table {
  bool any_true = false, any_false = false;
  bool settled_somewhere = false;  // a context in which every filling allows
};

Table Judge(const Case& from) {
  std::string all = from.resource;
  for (const auto& layer : from.layers) {
    for (const StatementText& text : layer) {
      all += Join(text.principals, " ") + Join(text.resources, " ");
    }
  }
  const bool resource_hole =
      all.find(kHoles[0]) != std::string::npos || all.find(kHoles[1]) != std::string::npos;
  const bool principal_hole = all.find(kHoles[2]) != std::string::npos;
  std::vector<std::unique_ptr<Compiled>> columns;
  for (const char* const resource : kFillings) {
    for (const char* const principal : kUserFillings) {
      for (const Fill fill : {Fill::kNone, Fill::kAllow, Fill::kDeny}) {
        if ((resource_hole || resource == kFillings[0]) &&
            (principal_hole || principal == kUserFillings[0]) &&
            (from.missing_identity || fill == Fill::kNone)) {
          columns.push_back(std::make_unique<Compiled>(from, Filling{resource, principal, fill}));
        }
      }
    }
  }
  std::vector<std::string> open;
  for (const std::string& key : from.keys) {
    if (key != from.chosen_key) {
      open.push_back(key);
    }
  }
  const bool chosen = from.keys.count(from.chosen_key) != 0;
  const std::vector<Value> choices =
      chosen ? ValuesOf(from.chosen_key, false) : std::vector<Value>{std::nullopt};
  std::vector<std::vector<Value>> domains;
  for (const std::string& key : open) {
    domains.push_back(ValuesOf(key, key == from.set_key));
  }
  Table table;
  std::vector<size_t> at(open.size(), 0);
  for (;;) {
    std::vector<Context> contexts(choices.size(), Context::Complete());
    for (size_t c = 0; c < choices.size(); ++c) {
      for (size_t i = 0; i < open.size(); ++i) {
        if (domains[i][at[i]]) {
          contexts[c].Set(open[i], Context::Known(*domains[i][at[i]], open[i] == from.set_key));
        }
      }
      if (chosen && choices[c]) {
        contexts[c].Set(from.chosen_key, Context::Known(*choices[c]));
      }
    }
    bool all = true;
    for (const auto& column : columns) {
      bool allowed = false;
      for (size_t c = 0; c < choices.size() && !allowed; ++c) {
        column->request.context = &contexts[c];
        const Tri answer = EvaluateQuickly(column->request, column->layers);
        EXPECT_NE(answer, Tri::kUnknown) << "nothing is open";
        allowed = answer == Tri::kTrue;
      }
      table.any_true |= allowed;
      table.any_false |= !allowed;
      all = all && allowed;
    }
    table.settled_somewhere |= all;
    if (table.any_true && table.any_false && table.settled_somewhere) {
      return table;
    }
    size_t i = 0;
    while (i < at.size() && ++at[i] == domains[i].size()) {
      at[i++] = 0;
    }
    if (i == at.size()) {
      return table;
    }
  }
}

Decision Expected(const Table& table) {
  return !table.any_true           ? Decision::kDenied
         : !table.any_false        ? Decision::kAllowed
         : table.settled_somewhere ? Decision::kConditional
                                   : Decision::kUnknown;
}

std::string Show(const Case& from) {
  std::string text = from.resource + (from.missing_identity ? " missing" : "") +
                     " set:" + from.set_key + " chosen:" + from.chosen_key + "\n";
  for (size_t i = 0; i < 6; ++i) {
    for (const StatementText& statement : from.layers[i]) {
      text += std::to_string(i) + (statement.deny ? " deny " : " allow ") +
              Join(statement.principals, ",") + (statement.not_principal ? "(not) " : " ") +
              Join(statement.actions, ",") + (statement.not_action ? "(not) " : " ") +
              Join(statement.resources, ",") + (statement.not_resource ? "(not)" : "");
      for (const ConditionText& condition : statement.conditions) {
        text +=
            " {" + condition.op + " " + condition.key + ": " + Join(condition.values, ",") + "}";
      }
      text += "\n";
    }
  }
  return text;
}

std::string Atoms(Formula formula, const Workspace& workspace) {
  std::string text = formula == Formula::kLimit ? "limit\n" : "";
  for (const uint32_t variable : workspace.formulas.Support(formula)) {
    text += Readable(workspace.atoms.at(variable), true).text + "\n";
  }
  return text;
}

TEST(Property, EveryFillingAgrees) {
  constexpr int kCases = 10'000;
  Generator generator(20'241);
  std::map<Decision, int> counts;
  int with_deny = 0, wrong = 0;
  for (int i = 0; i < kCases && wrong < 5; ++i) {
    const Case made = generator.Make();
    Compiled symbolic(made, Filling());
    Context context = Context::Complete();
    for (const std::string& name : made.keys) {
      Context::Key key;
      key.state = name == made.chosen_key ? Context::State::kChosen : Context::State::kOpen;
      key.multi = name == made.set_key;
      context.Set(name, key);
    }
    symbolic.request.context = &context;
    Workspace workspace;
    const Result result = Evaluate(symbolic.request, symbolic.layers, workspace);
    const Decision decision = Decide(result.allowed, workspace).decision;
    const Tri quick = EvaluateQuickly(symbolic.request, symbolic.layers);
    EXPECT_TRUE(quick == Tri::kUnknown ||
                result.allowed == (quick == Tri::kTrue ? Formula::kTrue : Formula::kFalse))
        << Show(made);
    const Decision expected = Expected(Judge(made));
    ++counts[expected];
    for (const auto& layer : made.layers) {
      if (std::any_of(layer.begin(), layer.end(),
                      [](const StatementText& text) { return text.deny; })) {
        ++with_deny;
        break;
      }
    }
    if (decision != expected) {
      ++wrong;
      ADD_FAILURE() << "case " << i << ": decided " << static_cast<int>(decision)
                    << ", all fillings " << static_cast<int>(expected) << "\n"
                    << Show(made) << Atoms(result.allowed, workspace);
    }
  }
  EXPECT_GE(with_deny, kCases / 3);
  for (const Decision decision :
       {Decision::kDenied, Decision::kUnknown, Decision::kConditional, Decision::kAllowed}) {
    EXPECT_GE(counts[decision], kCases / 50) << static_cast<int>(decision);
  }
}

}  // namespace
}  // namespace whomay::iam

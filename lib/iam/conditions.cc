// Condition blocks (spec/iam.md 2.5; User Guide, "Condition operators", "Multivalued context
// keys").
#include <algorithm>

#include "base/glob_classes.h"
#include "base/strings.h"
#include "iam/matcher.h"
#include "iam/values.h"

namespace whomay::iam {
namespace {

bool IsNumeric(Operator op) {
  return op >= Operator::kNumericEquals && op <= Operator::kNumericGreaterThanEquals;
}
bool IsDate(Operator op) {
  return op >= Operator::kDateEquals && op <= Operator::kDateGreaterThanEquals;
}

bool Ordered(Operator op, std::strong_ordering order) {
  switch (op) {
    case Operator::kNumericEquals:
    case Operator::kDateEquals:
      return order == 0;
    case Operator::kNumericLessThan:
    case Operator::kDateLessThan:
      return order < 0;
    case Operator::kNumericLessThanEquals:
    case Operator::kDateLessThanEquals:
      return order <= 0;
    case Operator::kNumericGreaterThan:
    case Operator::kDateGreaterThan:
      return order > 0;
    default:
      return order >= 0;
  }
}

}  // namespace

// Whether a value has the operator's type at all. What has not satisfies neither the operator nor
// its negation.
bool HasType(Operator op, std::string_view value) {
  if (IsNumeric(op)) {
    return ParseDecimal(value).has_value();
  }
  if (IsDate(op)) {
    return ParseDate(value).has_value();
  }
  switch (op) {
    case Operator::kIpAddress:
      return ParseIp(value).has_value();
    case Operator::kBool:
      return ParseBool(value).has_value();
    case Operator::kBinaryEquals:
      return DecodeBase64(value).has_value();
    default:
      return true;
  }
}

bool TypedMatch(Operator op, std::string_view value, std::string_view expected) {
  if (IsNumeric(op)) {
    const auto a = ParseDecimal(value), b = ParseDecimal(expected);
    return a && b && Ordered(op, Compare(*a, *b));
  }
  if (IsDate(op)) {
    const auto a = ParseDate(value), b = ParseDate(expected);
    return a && b && Ordered(op, *a <=> *b);
  }
  switch (op) {
    case Operator::kIpAddress: {
      const auto a = ParseIp(value), b = ParseIp(expected);
      return a && b && b->Contains(*a);
    }
    case Operator::kBool: {
      const auto a = ParseBool(value), b = ParseBool(expected);
      return a && b && *a == *b;
    }
    default: {
      const auto a = DecodeBase64(value), b = DecodeBase64(expected);
      return a && b && *a == *b;
    }
  }
}

std::string ArnCode(const std::vector<const Glob*>& parts) {
  std::string code;
  for (size_t i = 0; i < parts.size(); ++i) {
    for (const char c : parts[i]->code()) {
      const bool first_five = i < 5;
      code += first_five && c == Glob::kStar  ? GlobCode::kStarInPart
              : first_five && c == Glob::kAny ? GlobCode::kAnyInPart
                                              : c;
    }
    code += i + 1 < parts.size() ? ":" : "";
  }
  return code;
}

Atom Matcher::KeyAtom(std::string_view name, const Context::Key& key) const {
  Atom atom;
  atom.kind = key.state == Context::State::kChosen ? Atom::Kind::kChosen
              : key.state == Context::State::kHole ? Atom::Kind::kHole
                                                   : Atom::Kind::kCondition;
  atom.key = std::string(name);
  atom.scope = std::string(key.scope);
  atom.always_present = key.always_present;
  if (!key.within.empty()) {
    atom.within = std::string(Glob(key.within).code());
  }
  if (atom.kind == Atom::Kind::kHole) {
    atom.reason = key.reason;
  }
  return atom;
}

Formula Matcher::Absent(const ConditionTest& test, const Context::Key& key) {
  switch (key.state) {
    case Context::State::kAbsent:
      return kYes;
    case Context::State::kKnown:
      return kNo;  // an empty set is there, too
    default:
      break;
  }
  if (key.always_present) {
    return kNo;
  }
  return logic_.Open([&] {
    Atom atom = KeyAtom(test.key, key);
    atom.op = Operator::kNull;
    return atom;
  });
}

Formula Matcher::Null(const ConditionTest& test, const Context::Key& key) {
  const Formula absent = Absent(test, key);
  Formula any = kNo;
  for (const std::string_view value : test.raw) {
    const std::optional<bool> wanted = ParseBool(value);
    if (wanted) {
      any = logic_.Or(any, *wanted ? absent : logic_.Not(absent));
    } else if (facts::HasHole(value)) {
      any = logic_.Or(any, logic_.And(Text(Glob("true"), value), absent));
      any = logic_.Or(any, logic_.And(Text(Glob("false"), value), logic_.Not(absent)));
    }
  }
  return any;
}

Formula Matcher::OneValue(const ConditionTest& test, size_t index, std::string_view value) {
  switch (test.op) {
    case Operator::kStringEquals:
    case Operator::kStringEqualsIgnoreCase:
    case Operator::kStringLike:
      return Text(test.texts[index], value, test.raw[index]);
    case Operator::kArnLike: {
      const ArnPattern& pattern = test.arns[index];
      if (pattern.short_condition) {
        return Missing(Reason::kUndetermined, facts::HoleId::kNone, pattern.text,
                       "as a pattern of ARNs fits");
      }
      return pattern.valid ? ArnText(pattern, value, SplitArn(value)) : kNo;
    }
    default:
      break;
  }
  const std::string_view expected = test.raw[index];
  if (facts::HasHole(value) || facts::HasHole(expected)) {
    return Missing(Reason::kHole, facts::HoleId::kNone,
                   Concat({test.key, " compared with ", expected}), "fits");
  }
  return ToFormula(TypedMatch(test.op, value, expected));
}

Formula Matcher::Satisfies(const ConditionTest& test, std::string_view value) {
  const bool open_value = facts::HasHole(value);
  if (!open_value &&
      (test.op == Operator::kArnLike ? !SplitArn(value).valid : !HasType(test.op, value))) {
    return kNo;  // neither this operator nor its negation
  }
  Formula any = kNo;
  for (size_t i = 0; i < test.raw.size() && any != kYes; ++i) {
    any = logic_.Or(any, OneValue(test, i, value));
  }
  if (any != kYes && test.values_open) {
    any = logic_.Or(any, Missing(Reason::kHole, facts::HoleId::kNone,
                                 Concat({test.key, " and values not known until apply"}), "fit"));
  }
  return test.negated ? logic_.Not(any) : any;
}

Formula Matcher::KnownKey(const ConditionTest& test, const Context::Key& key) {
  if (test.set == SetMode::kForAllValues) {
    Formula all = kYes;
    for (const std::string_view value : key.values) {
      all = logic_.And(all, Satisfies(test, value));
    }
    return all;
  }
  if (test.set == SetMode::kForAnyValue) {
    Formula any = kNo;
    for (const std::string_view value : key.values) {
      any = logic_.Or(any, Satisfies(test, value));
    }
    return any;
  }
  if (key.values.empty()) {
    return ToFormula(test.negated || test.if_exists);
  }
  if (key.multi) {
    // Several values and no set operator: AWS says only that this must not be.
    return Missing(Reason::kUndetermined, facts::HoleId::kNone, test.key,
                   "with several values and no set operator fits");
  }
  return Satisfies(test, key.values.front());
}

Formula Matcher::OpenKey(const ConditionTest& test, const Context::Key& key) {
  // The positive operator as an atom; ForAllValues:Not… is "not ForAnyValue:…", and so on.
  Atom atom = KeyAtom(test.key, key);
  atom.op = test.op;
  atom.set = test.set;
  if (test.negated && test.set != SetMode::kNone) {
    atom.set = test.set == SetMode::kForAllValues ? SetMode::kForAnyValue : SetMode::kForAllValues;
  }
  if (key.multi && test.set == SetMode::kNone) {
    atom.kind = Atom::Kind::kHole;
    atom.reason = Reason::kUndetermined;
    atom.free = true;
  }
  const auto add_template = [&](const Template& text, std::string& code) {
    if (!text.has_variable()) {
      code = std::string(text.glob().code());
      return true;
    }
    const Resolved resolved = Resolve(text);
    if (resolved.kind == Resolved::Kind::kNoValue) {
      return false;
    }
    atom.free = atom.free || resolved.kind == Resolved::Kind::kOpen;
    code = std::string(resolved.glob.code());
    return true;
  };
  for (size_t i = 0; i < test.raw.size(); ++i) {
    std::string code(test.raw[i]);
    bool matches_something = true;
    if (!test.texts.empty()) {
      matches_something = add_template(test.texts[i], code);
      if (test.texts[i].has_variable() && atom.free) {
        code = std::string(test.raw[i]);
      }
    } else if (!test.arns.empty()) {
      const ArnPattern& pattern = test.arns[i];
      matches_something = pattern.valid || pattern.short_condition;
      atom.free = atom.free || pattern.short_condition || pattern.variable_parts ||
                  !pattern.unsplit.empty();
      if (matches_something && !atom.free) {
        std::vector<const Glob*> parts;
        for (const Template& part : pattern.parts) {
          parts.push_back(&part.glob());
        }
        code = ArnCode(parts);
      }
    } else {
      matches_something = HasType(test.op, code) || facts::HasHole(code);
    }
    if (matches_something) {
      atom.free = atom.free || facts::HasHole(code);
      atom.values.push_back(std::move(code));
    }
  }
  if (test.values_open) {
    atom.free = true;
    atom.kind = Atom::Kind::kHole;
    atom.reason = Reason::kHole;
  }
  std::sort(atom.values.begin(), atom.values.end());
  atom.values.erase(std::unique(atom.values.begin(), atom.values.end()), atom.values.end());
  Formula fits = kNo;
  if (!atom.values.empty() || atom.set == SetMode::kForAllValues || test.values_open) {
    fits = logic_.Open([&] { return std::move(atom); });
  }
  fits = test.negated ? logic_.Not(fits) : fits;
  return test.if_exists && test.set == SetMode::kNone && !test.negated
             ? logic_.Or(Absent(test, key), fits)
             : fits;
}

Formula Matcher::Condition(const ConditionTest& test) {
  if (test.unknown != facts::HoleId::kNone) {
    return Missing(Reason::kHole, test.unknown, "a condition not known until apply", "holds for");
  }
  if (test.invalid) {
    return kNo;
  }
  if (test.key_hole != facts::HoleId::kNone && !context_->Has(test.lower, test.hash)) {
    return Missing(Reason::kHole, test.key_hole, "a condition not known until apply", "holds for");
  }
  const Context::Key& key = context_->Find(test.lower, test.hash);
  if (test.op == Operator::kNull) {
    return Null(test, key);
  }
  switch (key.state) {
    case Context::State::kAbsent:
      return ToFormula(test.set == SetMode::kForAllValues ||
                       (test.set == SetMode::kNone && (test.negated || test.if_exists)));
    case Context::State::kKnown:
      return KnownKey(test, key);
    default:
      return logic_.workspace() == nullptr ? Formula::kLimit : OpenKey(test, key);
  }
}

Formula Matcher::Conditions(const Statement& statement) {
  Formula all = kYes;
  for (const ConditionTest& test : statement.conditions) {
    all = logic_.And(all, Condition(test));
    if (all == kNo) {
      return kNo;
    }
  }
  if (statement.conditions_open) {
    all = logic_.And(all, FurtherElements(statement, "conditions"));
  }
  return all;
}

}  // namespace whomay::iam

// Atoms in the words of policies and of people.
#include <algorithm>
#include <array>

#include "base/glob.h"
#include "base/glob_classes.h"
#include "base/strings.h"
#include "facts/hole.h"
#include "iam/atoms.h"

namespace whomay::iam {
namespace {

struct Words {
  Operator op;
  std::string_view name;      // as policies write it
  std::string_view negation;  // the operator that says the opposite, key absent included
  std::string_view is, is_not;
};

constexpr std::array kWords = {
    Words{Operator::kStringEquals, "StringEquals", "StringNotEquals", "is", "is not"},
    Words{Operator::kStringEqualsIgnoreCase, "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
          "is, in any case,", "is not, in any case,"},
    Words{Operator::kStringLike, "StringLike", "StringNotLike", "matches", "does not match"},
    Words{Operator::kNumericEquals, "NumericEquals", "NumericNotEquals", "is", "is not"},
    Words{Operator::kNumericLessThan, "NumericLessThan", "NumericGreaterThanEqualsIfExists",
          "is less than", "is not less than"},
    Words{Operator::kNumericLessThanEquals, "NumericLessThanEquals", "NumericGreaterThanIfExists",
          "is at most", "is not at most"},
    Words{Operator::kNumericGreaterThan, "NumericGreaterThan", "NumericLessThanEqualsIfExists",
          "is greater than", "is not greater than"},
    Words{Operator::kNumericGreaterThanEquals, "NumericGreaterThanEquals",
          "NumericLessThanIfExists", "is at least", "is not at least"},
    Words{Operator::kDateEquals, "DateEquals", "DateNotEquals", "is", "is not"},
    Words{Operator::kDateLessThan, "DateLessThan", "DateGreaterThanEqualsIfExists", "is before",
          "is not before"},
    Words{Operator::kDateLessThanEquals, "DateLessThanEquals", "DateGreaterThanIfExists",
          "is not after", "is after"},
    Words{Operator::kDateGreaterThan, "DateGreaterThan", "DateLessThanEqualsIfExists", "is after",
          "is not after"},
    Words{Operator::kDateGreaterThanEquals, "DateGreaterThanEquals", "DateLessThanIfExists",
          "is not before", "is before"},
    Words{Operator::kBool, "Bool", "BoolIfExists", "is", "is not"},
    Words{Operator::kBinaryEquals, "BinaryEquals", "BinaryEquals", "is", "is not"},
    Words{Operator::kIpAddress, "IpAddress", "NotIpAddress", "is in", "is not in"},
    Words{Operator::kArnLike, "ArnLike", "ArnNotLike", "matches", "does not match"},
    Words{Operator::kNull, "Null", "Null", "is absent", "is present"},
};

std::string Shown(std::string_view code) {
  std::string shown;
  for (const char c : code) {
    shown += c == Glob::kStar || c == GlobCode::kStarInPart ? '*'
             : c == Glob::kAny || c == GlobCode::kAnyInPart ? '?'
                                                            : c;
  }
  return shown;
}

std::string List(const std::vector<std::string>& values) {
  std::string list;
  for (size_t i = 0; i < values.size(); ++i) {
    list += i == 0 ? "" : i + 1 == values.size() ? " or " : ", ";
    list += values[i].empty() ? "\"\"" : values[i];
  }
  return list;
}

}  // namespace

ReadableCondition Readable(const Atom& atom, bool value) {
  ReadableCondition condition;
  condition.key = atom.key;
  condition.chosen_by_caller = atom.kind == Atom::Kind::kChosen;
  for (const std::string& code : atom.values) {
    condition.values.push_back(Shown(code));
  }
  const auto* const words = std::find_if(kWords.begin(), kWords.end(),
                                         [&](const Words& known) { return known.op == atom.op; });
  if (words == kWords.end() || (atom.kind == Atom::Kind::kHole && !atom.text.empty())) {
    condition.op = atom.op == Operator::kResource ? "ArnLike" : "";
    condition.text = value ? atom.text : Concat({"not: ", atom.text});
    if (atom.kind == Atom::Kind::kHole &&
        (atom.op == Operator::kOpaque || atom.free || facts::HasHole(condition.key))) {
      condition.key.clear();  // no key of a request: how the atom is told apart
      condition.values.clear();
    }
    return condition;
  }
  condition.op = std::string(value ? words->name : words->negation);
  if (atom.op == Operator::kNull) {
    condition.values = {value ? "true" : "false"};
    condition.text = Concat({atom.key, " ", value ? words->is : words->is_not});
    return condition;
  }
  if (atom.set != SetMode::kNone) {
    // The negation of "all are" is "some is not".
    const bool all = atom.set == SetMode::kForAllValues;
    condition.op = Concat({all == value ? "ForAllValues:" : "ForAnyValue:", condition.op});
    condition.text = Concat({all == value ? "every value of " : "some value of ", atom.key, " ",
                             value ? words->is : words->is_not, " ", List(condition.values)});
    return condition;
  }
  if (atom.op == Operator::kBool && !value && condition.values.size() == 1) {
    const bool was_true = EqualsIgnoreAsciiCase(condition.values.front(), "true");
    condition.text = Concat({atom.key, " is not ", condition.values.front()});
    condition.values = {was_true ? "false" : "true"};
    return condition;
  }
  if (!atom.text.empty() && value) {
    condition.text = atom.text;
  } else {
    condition.text =
        Concat({atom.key, " ", value ? words->is : words->is_not, " ", List(condition.values)});
  }
  return condition;
}

}  // namespace whomay::iam

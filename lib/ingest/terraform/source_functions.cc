// Terraform's functions, as far as code about access uses them: collections and conversions. Texts
// are in source_text_functions.cc. Semantics: go-cty/function/stdlib,
// terraform/internal/lang/funcs.

#include <algorithm>
#include <functional>

#include "base/strings.h"
#include "ingest/terraform/source_evaluate.h"
#include "ingest/terraform/source_functions.h"

namespace whomay::ingest::terraform {
namespace {

using Kind = SourceValue::Kind;
using Values = std::vector<SourceValue>;

constexpr int64_t kMaxRange = 1024;  // as Terraform

SourceValue Wrong() { return ErrorValue("an argument of the wrong type"); }

Values ElementsOf(const SourceValue& value) {
  return value.children == nullptr ? Values() : value.children->values;
}

bool IsList(const SourceValue& value) {
  return value.kind == Kind::kList || value.kind == Kind::kTuple;
}

// The number of elements of a set of partly unknown values is not known.
bool OpenSet(const SourceValue& value) {
  return value.kind == Kind::kSet && value.size() > 1 && !value.WhollyKnown();
}

SourceValue AsListOf(Evaluator& e, const SourceValue& value, SourceType::Kind kind) {
  SourceType type;
  type.kind = kind;
  type.parts.emplace_back();
  return Convert(value, type, e.facts());
}

SourceValue Concatenated(Evaluator& e, Values& arguments) {
  Values values;
  bool lists = true;
  for (const SourceValue& argument : arguments) {
    if (!IsList(argument)) {
      return argument.kind >= Kind::kInstance ? UnknownValue() : Wrong();
    }
    lists = lists && argument.kind == Kind::kList;
    const Values more = ElementsOf(argument);
    values.insert(values.end(), more.begin(), more.end());
  }
  const SourceValue tuple = SequenceValue(Kind::kTuple, std::move(values));
  const SourceValue list = lists ? AsListOf(e, tuple, SourceType::Kind::kList) : tuple;
  return list.error() ? tuple : list;
}

SourceValue Merge(Evaluator&, Values& arguments) {
  std::vector<std::pair<Str, SourceValue>> members;
  bool maps = !arguments.empty();
  Kind element = Kind::kUnknown;
  for (const SourceValue& argument : arguments) {
    if (argument.null()) {
      continue;
    }
    if (!argument.is_mapping()) {
      return argument.unknown() || argument.kind >= Kind::kInstance ? UnknownValue(argument.text)
                                                                    : Wrong();
    }
    maps = maps && argument.kind == Kind::kMap;
    if (argument.size() > 0) {
      // Maps of different elements make an object.
      const Kind own = argument.at(0).kind;
      maps = maps && (element == Kind::kUnknown || element == own);
      element = own;
    }
    for (size_t i = 0; i < argument.size(); ++i) {
      members.emplace_back(argument.key(i), argument.at(i));
    }
  }
  return MappingValue(maps ? Kind::kMap : Kind::kObject, std::move(members));
}

SourceValue Flatten(Evaluator& e, Values& arguments) {
  if (!arguments[0].is_sequence()) {
    return Wrong();
  }
  Values flat;
  Values open = {arguments[0]};
  while (!open.empty()) {
    const SourceValue value = std::move(open.back());
    open.pop_back();
    if (value.unknown() || OpenSet(value) || !e.budget().Spend(1)) {
      return UnknownValue(value.unknown() ? value.text : Str());
    }
    if (value.is_sequence()) {
      const Values elements = ElementsOf(value);
      open.insert(open.end(), elements.rbegin(), elements.rend());
    } else {
      flat.push_back(value);
    }
  }
  return SequenceValue(Kind::kTuple, std::move(flat));
}

// 1 in, 0 not in, -1 not known.
int FindIn(Evaluator& e, const Values& values, const SourceValue& wanted) {
  int found = 0;
  for (const SourceValue& one : values) {
    if (!e.budget().Spend(one.weight())) {
      return -1;
    }
    const Tri equal = EqualValues(one, wanted, e.facts().holes);
    if (equal == Tri::kTrue) {
      return 1;
    }
    found = equal == Tri::kUnknown ? -1 : found;
  }
  return found;
}

SourceValue Distinct(Evaluator& e, Values& arguments) {
  SourceValue list = AsListOf(e, arguments[0], SourceType::Kind::kList);
  if (list.kind != Kind::kList) {
    return list;
  }
  Values kept;
  for (const SourceValue& one : ElementsOf(list)) {
    const int found = FindIn(e, kept, one);
    if (found < 0) {
      return UnknownValue("which elements are equal is not known before apply");
    }
    if (found == 0) {
      kept.push_back(one);
    }
  }
  return SequenceValue(Kind::kList, std::move(kept));
}

SourceValue Compact(Evaluator& e, Values& arguments) {
  SourceValue list = AsListOf(e, arguments[0], SourceType::Kind::kList);
  if (list.kind != Kind::kList) {
    return list;
  }
  Values kept;
  for (const SourceValue& one : ElementsOf(list)) {
    SourceValue text = ToString(one);
    const facts::HoleId hole =
        text.is_string() ? facts::WholeHole(text.text) : facts::HoleId::kNone;
    if (text.error()) {
      return text;
    }
    // A name or ARN is never empty; anything else may be.
    if (text.unknown() || (hole != facts::HoleId::kNone && e.facts().holes[hole].family.empty())) {
      return UnknownValue("whether a text is empty is not known before apply");
    }
    if (!text.null() && !text.text.empty()) {
      kept.push_back(text);
    }
  }
  return SequenceValue(Kind::kList, std::move(kept));
}

template <SourceType::Kind kKind>
SourceValue To(Evaluator& e, Values& arguments) {
  SourceType type;
  type.kind = kKind;
  type.parts.emplace_back();
  return arguments[0].unknown() ? arguments[0] : Convert(arguments[0], type, e.facts());
}

SourceValue Keys(Evaluator&, Values& arguments) {
  if (!arguments[0].is_mapping()) {
    return arguments[0].kind >= Kind::kInstance ? UnknownValue() : Wrong();
  }
  if (arguments[0].HasOpenKey()) {
    return UnknownValue("the order of keys is not known before apply");
  }
  Values keys;
  for (size_t i = 0; i < arguments[0].size(); ++i) {
    keys.push_back(StringValue(arguments[0].key(i)));
  }
  return SequenceValue(arguments[0].kind == Kind::kMap ? Kind::kList : Kind::kTuple,
                       std::move(keys));
}

SourceValue ValuesOf(Evaluator&, Values& arguments) {
  if (!arguments[0].is_mapping()) {
    return arguments[0].kind >= Kind::kInstance ? UnknownValue() : Wrong();
  }
  if (arguments[0].HasOpenKey()) {
    return UnknownValue("the order of keys is not known before apply");
  }
  return SequenceValue(arguments[0].kind == Kind::kMap ? Kind::kList : Kind::kTuple,
                       ElementsOf(arguments[0]));
}

SourceValue Lookup(Evaluator& e, Values& arguments) {
  const SourceValue& map = arguments[0];
  const SourceValue key = ToString(arguments[1]);
  if (map.unknown() || key.unknown() || map.kind >= Kind::kInstance) {
    return UnknownValue();
  }
  if (!map.is_mapping() || !key.is_string()) {
    return Wrong();
  }
  if (facts::HasHole(key.text)) {
    return UnknownValue();
  }
  if (const SourceValue* const found = map.Find(key.text)) {
    return *found;
  }
  if (map.HasOpenKey()) {
    return UnknownValue();
  }
  if (arguments.size() < 3) {
    return ErrorValue("no such key");
  }
  if (map.kind == Kind::kMap && map.size() > 0) {
    const SourceValue converted = Convert(arguments[2], TypeOf(map.at(0)), e.facts());
    return converted.error() ? arguments[2] : converted;
  }
  return arguments[2];
}

SourceValue Element(Evaluator& e, Values& arguments) {
  const std::optional<int64_t> index = Integer(ToNumber(arguments[1], e.facts()));
  if (!IsList(arguments[0]) || !index) {
    return arguments[0].kind >= Kind::kInstance ? UnknownValue() : Wrong();
  }
  const auto size = static_cast<int64_t>(arguments[0].size());
  if (size == 0) {
    return ErrorValue("an element of an empty list");
  }
  const int64_t at = *index % size;
  return arguments[0].at(static_cast<size_t>(at < 0 ? at + size : at));
}

SourceValue One(Evaluator&, Values& arguments) {
  const SourceValue& list = arguments[0];
  if (!list.is_sequence()) {
    return Wrong();
  }
  if (OpenSet(list)) {
    return UnknownValue();
  }
  return list.size() == 0 ? NullValue() : list.size() == 1 ? list.at(0) : ErrorValue("several");
}

SourceValue Coalesce(Evaluator& e, Values& arguments) {
  std::optional<SourceType> type = SourceType();
  for (const SourceValue& one : arguments) {
    type = type ? Unify(*type, TypeOf(one)) : type;
  }
  for (const SourceValue& one : arguments) {
    const facts::HoleId hole = one.is_string() ? facts::WholeHole(one.text) : facts::HoleId::kNone;
    if (one.unknown() || (hole != facts::HoleId::kNone && e.facts().holes[hole].family.empty())) {
      return UnknownValue("whether a value is set is not known before apply");
    }
    if (!one.null() && !(one.is_string() && one.text.empty())) {
      SourceValue converted = type ? Convert(one, *type, e.facts()) : ErrorValue();
      converted.instance = one.instance;
      converted.attribute = one.attribute;
      return converted;
    }
  }
  return ErrorValue("nothing is set");
}

SourceValue CoalesceList(Evaluator&, Values& arguments) {
  for (const SourceValue& one : arguments) {
    if (one.unknown() || one.kind >= Kind::kInstance) {
      return UnknownValue();
    }
    if (!one.null() && !one.is_sequence()) {
      return Wrong();
    }
    if (one.size() > 0) {
      return one;
    }
  }
  return ErrorValue("all lists are empty");
}

SourceValue Contains(Evaluator& e, Values& arguments) {
  if (!arguments[0].is_sequence()) {
    return arguments[0].unknown() || arguments[0].kind >= Kind::kInstance ? UnknownValue()
                                                                          : Wrong();
  }
  const int found = FindIn(e, ElementsOf(arguments[0]), arguments[1]);
  return found < 0 ? UnknownValue() : BoolValue(found == 1);
}

SourceValue IndexOf(Evaluator& e, Values& arguments) {
  if (!IsList(arguments[0])) {
    return Wrong();
  }
  for (size_t i = 0; i < arguments[0].size(); ++i) {
    const Tri equal = EqualValues(arguments[0].at(i), arguments[1], e.facts().holes);
    if (equal != Tri::kFalse) {
      return equal == Tri::kTrue ? IntegerValue(static_cast<int64_t>(i), e.facts())
                                 : UnknownValue();
    }
  }
  return ErrorValue("not in the list");
}

SourceValue ZipMap(Evaluator&, Values& arguments) {
  if (!arguments[0].is_sequence() || !IsList(arguments[1]) ||
      arguments[0].size() != arguments[1].size()) {
    return Wrong();
  }
  std::vector<std::pair<Str, SourceValue>> members;
  for (size_t i = 0; i < arguments[0].size(); ++i) {
    const SourceValue key = ToString(arguments[0].at(i));
    if (!key.is_string() || facts::HasHole(key.text)) {
      return key.unknown() || key.is_string() ? UnknownValue() : Wrong();
    }
    members.emplace_back(key.text, arguments[1].at(i));
  }
  return MappingValue(arguments[1].kind == Kind::kList ? Kind::kMap : Kind::kObject,
                      std::move(members));
}

enum class SetWord : uint8_t { kUnion, kIntersection, kSubtract };

template <SetWord kWord>
SourceValue SetOf(Evaluator& e, Values& arguments) {
  Values result;
  SourceType type;
  type.kind = SourceType::Kind::kSet;
  std::optional<SourceType> element = SourceType();
  for (const SourceValue& argument : arguments) {
    const SourceType own = TypeOf(AsListOf(e, argument, SourceType::Kind::kSet));
    element = element && own.parts.size() == 1 ? Unify(*element, own.parts[0]) : element;
  }
  if (!element) {
    return Wrong();
  }
  type.parts.push_back(*element);
  for (size_t i = 0; i < arguments.size(); ++i) {
    SourceValue set = Convert(arguments[i], type, e.facts());
    if (set.kind != Kind::kSet) {
      return set;
    }
    const Values elements = ElementsOf(set);
    if (i == 0 || kWord == SetWord::kUnion) {
      result.insert(result.end(), elements.begin(), elements.end());
      continue;
    }
    Values kept;
    for (const SourceValue& one : result) {
      const int found = FindIn(e, elements, one);
      if (found < 0) {
        return UnknownValue();
      }
      if ((found == 1) == (kWord == SetWord::kIntersection)) {
        kept.push_back(one);
      }
    }
    result = std::move(kept);
  }
  return AsListOf(e, SequenceValue(Kind::kTuple, std::move(result)), SourceType::Kind::kSet);
}

SourceValue Range(Evaluator& e, Values& arguments) {
  Values numbers;
  std::vector<int64_t> limits;
  for (const SourceValue& one : arguments) {
    const std::optional<int64_t> number = Integer(ToNumber(one, e.facts()));
    if (!number) {
      return UnknownValue();
    }
    limits.push_back(*number);
  }
  const int64_t from = limits.size() == 1 ? 0 : limits[0];
  const int64_t to = limits.size() == 1 ? limits[0] : limits[1];
  const int64_t step = limits.size() == 3 ? limits[2] : from <= to ? 1 : -1;
  if (step == 0 || (from < to && step < 0) || (from > to && step > 0)) {
    return ErrorValue("a range that never ends");
  }
  for (int64_t at = from; step > 0 ? at < to : at > to;) {
    if (static_cast<int64_t>(numbers.size()) >= kMaxRange) {
      return ErrorValue("a range of more than 1024 numbers");
    }
    numbers.push_back(IntegerValue(at, e.facts()));
    if (__builtin_add_overflow(at, step, &at)) {
      break;
    }
  }
  return SequenceValue(Kind::kList, std::move(numbers));
}

SourceValue Slice(Evaluator& e, Values& arguments) {
  const std::optional<int64_t> from = Integer(ToNumber(arguments[1], e.facts()));
  const std::optional<int64_t> to = Integer(ToNumber(arguments[2], e.facts()));
  if (!IsList(arguments[0]) || !from || !to || *from < 0 || *to < *from ||
      static_cast<size_t>(*to) > arguments[0].size()) {
    return Wrong();
  }
  const Values all = ElementsOf(arguments[0]);
  return SequenceValue(arguments[0].kind, Values(all.begin() + *from, all.begin() + *to));
}

SourceValue Sort(Evaluator& e, Values& arguments) {
  SourceValue list = AsListOf(e, arguments[0], SourceType::Kind::kList);
  if (list.kind != Kind::kList || !list.WhollyKnown()) {
    return list.error() ? list : UnknownValue();
  }
  Values texts;
  for (const SourceValue& one : ElementsOf(list)) {
    texts.push_back(ToString(one));
    if (!texts.back().is_string()) {
      return Wrong();
    }
  }
  std::sort(texts.begin(), texts.end(),
            [](const SourceValue& a, const SourceValue& b) { return a.text < b.text; });
  return SequenceValue(Kind::kList, std::move(texts));
}

SourceValue Reverse(Evaluator&, Values& arguments) {
  if (!arguments[0].is_sequence() || OpenSet(arguments[0])) {
    return arguments[0].is_sequence() ? UnknownValue() : Wrong();
  }
  Values values = ElementsOf(arguments[0]);
  std::reverse(values.begin(), values.end());
  return SequenceValue(arguments[0].kind == Kind::kTuple ? Kind::kTuple : Kind::kList,
                       std::move(values));
}

template <bool kAll>
SourceValue AllOrAny(Evaluator&, Values& arguments) {
  if (!arguments[0].is_sequence()) {
    return Wrong();
  }
  bool open = false;
  for (const SourceValue& one : ElementsOf(arguments[0])) {
    SourceValue value = ToBool(one);
    if (value.error()) {
      return value;
    }
    open = open || value.unknown();
    if (kAll && value.null()) {
      return BoolValue(false);
    }
    if (value.kind == Kind::kBool && value.flag != kAll) {
      return BoolValue(!kAll);
    }
  }
  return open ? UnknownValue() : BoolValue(kAll);
}

template <int kSign>
SourceValue Extreme(Evaluator& e, Values& arguments) {
  SourceValue best;
  for (const SourceValue& one : arguments) {
    const SourceValue number = ToNumber(one, e.facts());
    if (number.kind != Kind::kNumber) {
      return number.unknown() ? UnknownValue() : Wrong();
    }
    if (best.unknown() || CompareNumbers(number.text, best.text) * kSign > 0) {
      best = number;
    }
  }
  return best;
}

SourceValue Same(Evaluator&, Values& arguments) { return arguments[0]; }

template <SourceType::Kind kKind>
SourceValue ToPrimitive(Evaluator& e, Values& arguments) {
  SourceType type;
  type.kind = kKind;
  SourceValue value = Convert(arguments[0], type, e.facts());
  value.instance = arguments[0].instance;
  value.attribute = arguments[0].attribute;
  return value;
}

SourceValue SetProduct(Evaluator& e, Values& arguments) {
  std::vector<Values> rows = {{}};
  bool set = true;
  for (const SourceValue& argument : arguments) {
    if (!argument.is_sequence() || OpenSet(argument)) {
      return argument.is_sequence() || argument.unknown() ? UnknownValue() : Wrong();
    }
    set = set && argument.kind == Kind::kSet;
    std::vector<Values> longer;
    for (const Values& row : rows) {
      for (const SourceValue& one : ElementsOf(argument)) {
        if (!e.budget().Spend(row.size() + 1)) {
          return UnknownValue();
        }
        longer.push_back(row);
        longer.back().push_back(one);
      }
    }
    rows = std::move(longer);
  }
  Values tuples;
  for (Values& row : rows) {
    tuples.push_back(SequenceValue(Kind::kTuple, std::move(row)));
  }
  return SequenceValue(set ? Kind::kSet : Kind::kList, std::move(tuples));
}

using TypeKind = SourceType::Kind;
constexpr SourceFunction kFunctions[] = {
    {"concat", 1, -1, false, false, Concatenated},
    {"merge", 0, -1, true, false, Merge},
    {"flatten", 1, 1, false, false, Flatten},
    {"distinct", 1, 1, false, false, Distinct},
    {"compact", 1, 1, false, false, Compact},
    {"toset", 1, 1, true, false, To<TypeKind::kSet>},
    {"tolist", 1, 1, true, false, To<TypeKind::kList>},
    {"tomap", 1, 1, true, false, To<TypeKind::kMap>},
    {"keys", 1, 1, false, false, Keys},
    {"values", 1, 1, false, false, ValuesOf},
    {"lookup", 2, 3, true, true, Lookup},
    {"element", 2, 2, false, false, Element},
    {"one", 1, 1, false, false, One},
    {"coalesce", 1, -1, true, true, Coalesce},
    {"coalescelist", 1, -1, true, false, CoalesceList},
    {"contains", 2, 2, true, true, Contains},
    {"index", 2, 2, false, true, IndexOf},
    {"zipmap", 2, 2, false, false, ZipMap},
    {"setunion", 1, -1, false, false, SetOf<SetWord::kUnion>},
    {"setintersection", 1, -1, false, false, SetOf<SetWord::kIntersection>},
    {"setsubtract", 2, 2, false, false, SetOf<SetWord::kSubtract>},
    {"setproduct", 1, -1, false, false, SetProduct},
    {"range", 1, 3, false, false, Range},
    {"slice", 3, 3, false, false, Slice},
    {"sort", 1, 1, false, false, Sort},
    {"reverse", 1, 1, false, false, Reverse},
    {"alltrue", 1, 1, false, false, AllOrAny<true>},
    {"anytrue", 1, 1, false, false, AllOrAny<false>},
    {"max", 1, -1, false, false, Extreme<1>},
    {"min", 1, -1, false, false, Extreme<-1>},
    {"tostring", 1, 1, true, true, ToPrimitive<TypeKind::kString>},
    {"tonumber", 1, 1, true, true, ToPrimitive<TypeKind::kNumber>},
    {"tobool", 1, 1, true, true, ToPrimitive<TypeKind::kBool>},
    {"sensitive", 1, 1, true, true, Same},
    {"nonsensitive", 1, 1, true, true, Same},
};

}  // namespace

const SourceFunction* FindSourceFunction(std::string_view name) {
  for (const std::span<const SourceFunction> table :
       {std::span<const SourceFunction>(kFunctions), SourceTextFunctions()}) {
    const auto at = std::find_if(table.begin(), table.end(),
                                 [name](const SourceFunction& one) { return one.name == name; });
    if (at != table.end()) {
      return &*at;
    }
  }
  return nullptr;
}

}  // namespace whomay::ingest::terraform

// Types of Terraform's values: which type two have in common, and conversion to one. Semantics:
// go-cty, package convert (unify.go, conversion_collection.go, conversion_object.go).

#include <algorithm>

#include "ingest/terraform/source_value.h"

namespace whomay::ingest::terraform {
namespace {

using Kind = SourceType::Kind;
using ValueKind = SourceValue::Kind;

SourceType Of(Kind kind, std::vector<SourceType> parts = {}) {
  SourceType type;
  type.kind = kind;
  type.parts = std::move(parts);
  return type;
}

bool IsPrimitive(Kind kind) {
  return kind == Kind::kBool || kind == Kind::kNumber || kind == Kind::kString;
}
bool IsSequence(Kind kind) {
  return kind == Kind::kList || kind == Kind::kSet || kind == Kind::kTuple;
}
bool IsMapping(Kind kind) { return kind == Kind::kMap || kind == Kind::kObject; }

// What all parts have in common; kAny for none.
std::optional<SourceType> UnifyAll(const std::vector<SourceType>& parts) {
  SourceType all;
  for (const SourceType& part : parts) {
    const std::optional<SourceType> both = Unify(all, part);
    if (!both) {
      const bool open = std::any_of(parts.begin(), parts.end(), HasAny);
      all = SourceType();
      all.loose = true;
      return open ? std::optional<SourceType>(all) : std::nullopt;
    }
    all = *both;
  }
  return all;
}

std::optional<SourceType> UnifyObjects(const SourceType& a, const SourceType& b) {
  if (a.names == b.names) {
    SourceType object = Of(Kind::kObject);
    object.names = a.names;
    for (size_t i = 0; i < a.parts.size(); ++i) {
      const std::optional<SourceType> both = Unify(a.parts[i], b.parts[i]);
      if (!both) {
        return std::nullopt;
      }
      object.parts.push_back(*both);
    }
    object.optional.assign(object.parts.size(), false);
    object.defaults.assign(object.parts.size(), UnknownValue());
    return object;
  }
  std::vector<SourceType> parts = a.parts;
  parts.insert(parts.end(), b.parts.begin(), b.parts.end());
  std::optional<SourceType> element = UnifyAll(parts);
  return element ? std::optional<SourceType>(Of(Kind::kMap, {*element})) : std::nullopt;
}

std::optional<SourceType> UnifyTuples(const SourceType& a, const SourceType& b) {
  if (a.parts.size() == b.parts.size()) {
    SourceType tuple = Of(Kind::kTuple);
    for (size_t i = 0; i < a.parts.size(); ++i) {
      const std::optional<SourceType> both = Unify(a.parts[i], b.parts[i]);
      if (!both) {
        return std::nullopt;
      }
      tuple.parts.push_back(*both);
    }
    return tuple;
  }
  std::vector<SourceType> parts = a.parts;
  parts.insert(parts.end(), b.parts.begin(), b.parts.end());
  std::optional<SourceType> element = UnifyAll(parts);
  return element ? std::optional<SourceType>(Of(Kind::kList, {*element})) : std::nullopt;
}

SourceValue ConvertSequence(const SourceValue& value, const SourceType& type, facts::Facts& facts) {
  std::vector<SourceValue> values;
  const bool tuple = type.kind == Kind::kTuple;
  if (IsHole(value)) {
    return UnknownValue();
  }
  if (!value.is_sequence() || (tuple && value.size() != type.parts.size())) {
    return ErrorValue("no list can be made of this");
  }
  SourceType element = tuple || type.parts.empty() ? SourceType() : type.parts[0];
  if (!tuple && element.kind == Kind::kAny && !element.loose) {
    // list(any): all elements are of one type.
    std::vector<SourceType> types;
    for (size_t i = 0; i < value.size(); ++i) {
      types.push_back(TypeOf(value.at(i)));
    }
    const std::optional<SourceType> all = UnifyAll(types);
    if (!all) {
      return ErrorValue("elements of different types");
    }
    element = *all;
  }
  for (size_t i = 0; i < value.size(); ++i) {
    values.push_back(Convert(value.at(i), tuple ? type.parts[i] : element, facts));
    if (values.back().error()) {
      return values.back();
    }
  }
  return SequenceValue(tuple                     ? ValueKind::kTuple
                       : type.kind == Kind::kSet ? ValueKind::kSet
                                                 : ValueKind::kList,
                       std::move(values));
}

SourceValue ConvertMap(const SourceValue& value, const SourceType& type, facts::Facts& facts) {
  if (IsHole(value)) {
    return UnknownValue();
  }
  if (!value.is_mapping()) {
    return ErrorValue("no map can be made of this");
  }
  SourceType element = type.parts.empty() ? SourceType() : type.parts[0];
  if (element.kind == Kind::kAny && !element.loose) {
    std::vector<SourceType> types;
    for (size_t i = 0; i < value.size(); ++i) {
      types.push_back(TypeOf(value.at(i)));
    }
    const std::optional<SourceType> all = UnifyAll(types);
    if (!all) {
      return ErrorValue("elements of different types");
    }
    element = *all;
  }
  std::vector<std::pair<Str, SourceValue>> members;
  for (size_t i = 0; i < value.size(); ++i) {
    members.emplace_back(value.key(i), Convert(value.at(i), element, facts));
    if (members.back().second.error()) {
      return members.back().second;
    }
  }
  return MappingValue(ValueKind::kMap, std::move(members));
}

SourceValue ConvertObject(const SourceValue& value, const SourceType& type, facts::Facts& facts) {
  if (IsHole(value)) {
    return UnknownValue();
  }
  if (!value.is_mapping()) {
    return ErrorValue("no object can be made of this");
  }
  std::vector<std::pair<Str, SourceValue>> members;
  for (size_t i = 0; i < type.names.size(); ++i) {
    const SourceValue* given = value.Find(type.names[i]);
    const bool has_default = !type.defaults[i].unknown();
    if (given == nullptr && !type.optional[i]) {
      return ErrorValue("an attribute of the object is missing");
    }
    const SourceValue raw = given == nullptr || (given->null() && has_default)
                                ? (has_default ? type.defaults[i] : NullValue())
                                : *given;
    members.emplace_back(type.names[i], Convert(raw, type.parts[i], facts));
    if (members.back().second.error()) {
      return members.back().second;
    }
  }
  return MappingValue(ValueKind::kObject, std::move(members));
}

}  // namespace

bool HasAny(const SourceType& type) {
  return type.kind == Kind::kAny || std::any_of(type.parts.begin(), type.parts.end(), HasAny);
}

SourceType TypeOf(const SourceValue& value) {
  SourceType type;
  switch (value.kind) {
    case ValueKind::kBool:
      return Of(Kind::kBool);
    case ValueKind::kNumber:
      return Of(Kind::kNumber);
    case ValueKind::kString:
      return Of(Kind::kString);
    case ValueKind::kList:
    case ValueKind::kSet:
    case ValueKind::kMap:
      type.kind = value.kind == ValueKind::kList  ? Kind::kList
                  : value.kind == ValueKind::kSet ? Kind::kSet
                                                  : Kind::kMap;
      type.parts.push_back(value.size() == 0 ? SourceType() : TypeOf(value.at(0)));
      return type;
    case ValueKind::kTuple:
    case ValueKind::kObject:
      type.kind = value.kind == ValueKind::kTuple ? Kind::kTuple : Kind::kObject;
      for (size_t i = 0; i < value.size(); ++i) {
        type.parts.push_back(TypeOf(value.at(i)));
        if (value.kind == ValueKind::kObject) {
          type.names.push_back(value.key(i));
          type.optional.push_back(false);
          type.defaults.push_back(UnknownValue());
        }
      }
      return type;
    default:
      return type;
  }
}

std::optional<SourceType> Unify(const SourceType& a, const SourceType& b) {
  if (a.kind == Kind::kAny || b.kind == Kind::kAny) {
    return a.kind == Kind::kAny ? b : a;
  }
  if (IsPrimitive(a.kind) && IsPrimitive(b.kind)) {
    if (a.kind == b.kind) {
      return a;
    }
    // A text can be made of both, where one is a text.
    return a.kind == Kind::kString || b.kind == Kind::kString
               ? std::optional<SourceType>(Of(Kind::kString))
               : std::nullopt;
  }
  if (a.kind == Kind::kObject && b.kind == Kind::kObject) {
    return UnifyObjects(a, b);
  }
  if (a.kind == Kind::kTuple && b.kind == Kind::kTuple) {
    return UnifyTuples(a, b);
  }
  const bool sequences = IsSequence(a.kind) && IsSequence(b.kind);
  if (!sequences && !(IsMapping(a.kind) && IsMapping(b.kind))) {
    return std::nullopt;
  }
  std::vector<SourceType> parts = a.parts;
  parts.insert(parts.end(), b.parts.begin(), b.parts.end());
  std::optional<SourceType> element = UnifyAll(parts);
  if (!element || element->loose) {
    return std::nullopt;
  }
  const Kind kind = !sequences                                     ? Kind::kMap
                    : a.kind == Kind::kSet && b.kind == Kind::kSet ? Kind::kSet
                    : (a.kind == Kind::kSet) != (b.kind == Kind::kSet) &&
                            (a.kind == Kind::kTuple || b.kind == Kind::kTuple)
                        ? Kind::kSet
                        : Kind::kList;
  return Of(kind, {*element});
}

SourceValue Convert(const SourceValue& value, const SourceType& type, facts::Facts& facts) {
  if (type.kind == Kind::kAny || value.null() || !value.usable() ||
      value.kind >= ValueKind::kInstance) {
    return value;
  }
  switch (type.kind) {
    case Kind::kBool:
      return ToBool(value);
    case Kind::kNumber:
      return ToNumber(value, facts);
    case Kind::kString:
      return ToString(value);
    case Kind::kList:
    case Kind::kSet:
    case Kind::kTuple:
      return ConvertSequence(value, type, facts);
    case Kind::kMap:
      return ConvertMap(value, type, facts);
    case Kind::kObject:
      return ConvertObject(value, type, facts);
    case Kind::kAny:
      break;
  }
  return value;
}

}  // namespace whomay::ingest::terraform

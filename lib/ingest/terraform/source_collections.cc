// Expressions that make lists and objects: [..], {..}, and for over either.
#include <map>
#include <utility>

#include "ingest/terraform/source_evaluate.h"

namespace whomay::ingest::terraform {

using syntax::HclKind;
using Kind = SourceValue::Kind;

SourceValue Evaluator::Tuple(Scope& scope, const Node& node) {
  std::vector<SourceValue> values;
  values.reserve(node.count);
  for (uint32_t i = 0; i < node.count; ++i) {
    values.push_back(Child(scope, node, i));
    if (values.back().error()) {
      return values.back();
    }
  }
  return SequenceValue(Kind::kTuple, std::move(values));
}

SourceValue Evaluator::Object(Scope& scope, const Node& node) {
  std::vector<std::pair<Str, SourceValue>> members;
  for (uint32_t i = 0; i + 1 < node.count; i += 2) {
    const SourceValue key = ToString(Child(scope, node, i));
    SourceValue value = Child(scope, node, i + 1);
    if (key.error() || key.null() || value.error()) {
      return value.error() ? value : ErrorValue("no key");
    }
    if (key.unknown()) {
      return UnknownValue("a key is not known before apply");
    }
    members.emplace_back(key.text, std::move(value));
  }
  return MappingValue(Kind::kObject, std::move(members));
}

struct Evaluator::ForItem {
  SourceValue key, value;          // of the collection
  SourceValue result_key, result;  // of the expression
  bool left_out = false;
  bool unknown = false;  // whether it counts
};

// False when the whole for is an error, which `result` then is.
bool Evaluator::ForOne(Scope& scope, const Node& node, ForItem& item) {
  const size_t mark = scope.names.size();
  if (!node.key_name.empty()) {
    scope.names.emplace_back(node.key_name, item.key);
  }
  scope.names.emplace_back(node.text, item.value);
  const bool object = node.kind == HclKind::kForObject;
  const uint32_t condition = object ? 3 : 2;
  if (node.count > condition) {
    const SourceValue include = ToBool(Child(scope, node, condition));
    item.left_out = include.kind == Kind::kBool && !include.flag;
    item.unknown = include.unknown();
    if (include.error() || include.null()) {
      item.result = ErrorValue("no condition");
    }
  }
  if (!item.left_out && !item.unknown && !item.result.error()) {
    item.result_key = object ? ToString(Child(scope, node, 1)) : SourceValue();
    item.result = Child(scope, node, object ? 2 : 1);
    item.unknown = object && item.result_key.unknown();
    if (object && (item.result_key.error() || item.result_key.null())) {
      item.result = ErrorValue("no key");
    }
  }
  scope.names.resize(mark);
  return !item.result.error();
}

SourceValue Evaluator::For(Scope& scope, const Node& node) {
  const SourceValue collection = Child(scope, node, 0);
  if (IsHole(collection)) {
    return UnknownValue("what a for goes over is not known before apply");
  }
  if (collection.null() || (collection.usable() && !collection.is_sequence() &&
                            !collection.is_mapping() && collection.kind < Kind::kInstance)) {
    return ErrorValue("nothing to iterate over");
  }
  if (!collection.usable() || collection.kind >= Kind::kInstance) {
    return collection.error() ? collection : UnknownValue(collection.text);
  }
  const bool object = node.kind == HclKind::kForObject;
  std::vector<SourceValue> values;
  std::vector<std::pair<Str, SourceValue>> members;
  std::map<Str, std::vector<SourceValue>> groups;
  bool known = true;
  for (size_t i = 0; i < collection.size(); ++i) {
    ForItem item;
    item.value = collection.at(i);
    item.key = collection.is_mapping()         ? StringValue(collection.key(i))
               : collection.kind == Kind::kSet ? item.value
                                               : IntegerValue(static_cast<int64_t>(i), facts_);
    if (!ForOne(scope, node, item)) {
      return item.result;
    }
    known = known && !item.unknown;
    if (item.unknown || item.left_out) {
      continue;
    }
    if (!object) {
      values.push_back(std::move(item.result));
    } else if (node.flag) {
      groups[item.result_key.text].push_back(std::move(item.result));
    } else {
      members.emplace_back(item.result_key.text, std::move(item.result));
    }
  }
  if (!known) {
    return UnknownValue("which elements a for keeps is not known before apply");
  }
  for (auto& [key, group] : groups) {
    members.emplace_back(key, SequenceValue(Kind::kTuple, std::move(group)));
  }
  const size_t count = members.size();
  SourceValue result = object ? MappingValue(Kind::kObject, std::move(members))
                              : SequenceValue(Kind::kTuple, std::move(values));
  return object && result.usable() && result.size() != count ? ErrorValue("a key twice") : result;
}

}  // namespace whomay::ingest::terraform

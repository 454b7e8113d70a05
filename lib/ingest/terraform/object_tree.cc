#include "ingest/terraform/object_tree.h"

#include <vector>

namespace whomay::ingest::terraform {

using syntax::Kind;
using syntax::Value;

constexpr std::string_view kRoleAnnotation = "eks.amazonaws.com/role-arn";

ObjectTree::ObjectTree(Reading& reading, InstanceId id)
    : r_(reading),
      id_(id),
      at_(reading.instances[id].span),
      builder_(at_.file, reading.sources.bytes(at_.file), 1024) {}

void ObjectTree::Place(const Field& field) {
  const source::Span span = field.view.value ? field.view.value.span() : source::Span{};
  at_ = span.known() && span.file == at_.file ? span : r_.instances[id_].span;
}

void ObjectTree::Key(std::string_view key) { builder_.OwnKey(key, at_.begin, at_.begin); }

void ObjectTree::Text(std::string_view text) {
  builder_.OwnText(Kind::kString, text, at_.begin, at_.end);
}

void ObjectTree::TextOf(std::string_view key, const Field& field, Want want) {
  bool unset = false;
  const Str text = r_.Text(field, want, &unset);
  if (unset || (text.empty() && !field.set())) {
    return;
  }
  Place(field);
  Key(key);
  Text(text);
}

void ObjectTree::BoolOf(std::string_view key, const Field& field) {
  if (field.view.is_true() || field.view.is_false()) {
    Place(field);
    Key(key);
    Bool(field.view.is_true());
  }
}

void ObjectTree::ListOf(std::string_view key, const Field& field) {
  const std::vector<Str> texts = r_.Texts(field, Want::kText);
  if (texts.empty()) {
    return;
  }
  Place(field);
  Key(key);
  BeginList();
  for (const Str text : texts) {
    Text(text);
  }
  End();
}

void ObjectTree::MapOf(std::string_view key, const Field& raw, std::string_view role_key) {
  const Field field = r_.Filled(raw);
  if (field.view.unset() || field.unknown()) {
    return;
  }
  Place(field);
  Key(key);
  BeginObject();
  const auto member = [&](std::string_view name) {
    TextOf(name, field.Get(name), name == role_key ? Want::kRoleArn : Want::kText);
  };
  for (const Value one : field.view.value.members()) {
    member(r_.facts.Keep(one.key()));
  }
  for (const Value one : field.view.marks.members()) {
    if (one.is_true() && !field.view.value.Get(one.key())) {
      member(r_.facts.Keep(one.key()));
    }
  }
  End();
}

void ObjectTree::Copy(const Field& root) {
  // An explicit stack: the depth is the input's.
  struct Step {
    Field field;
    std::string_view key;
    bool keyed = false;
    bool end = false;
  };
  std::vector<Step> open;
  open.push_back({root, {}, false, false});
  while (!open.empty()) {
    const Step step = std::move(open.back());
    open.pop_back();
    if (step.end) {
      End();
      continue;
    }
    const Field field = r_.Filled(step.field);
    Place(field);
    if (step.keyed) {
      Key(step.key);
    }
    if (field.unknown()) {
      Text(r_.Text(field, step.key == kRoleAnnotation ? Want::kRoleArn : Want::kText));
      continue;
    }
    const Value value = field.view.value;
    switch (value.kind()) {
      case Kind::kMissing:
      case Kind::kNull:
        builder_.Null(at_.begin, at_.end);
        break;
      case Kind::kBool:
        Bool(value.is_true());
        break;
      case Kind::kNumber:
        builder_.OwnText(Kind::kNumber, value.text(), at_.begin, at_.end);
        break;
      case Kind::kString:
        Text(value.text());
        break;
      case Kind::kArray:
      case Kind::kObject: {
        builder_.Begin(value.kind(), at_.begin);
        open.push_back({field, {}, false, true});
        std::vector<Step> children;
        if (value.is_array()) {
          for (const Field& element : field.elements()) {
            children.push_back({element, {}, false, false});
          }
        } else {
          for (const Value one : value.members()) {
            const Str key = r_.facts.Keep(one.key());
            children.push_back({field.Get(key), key, true, false});
          }
          for (const Value one : field.view.marks.members()) {
            if (one.is_true() && !value.Get(one.key())) {
              const Str key = r_.facts.Keep(one.key());
              children.push_back({field.Get(key), key, true, false});
            }
          }
        }
        open.insert(open.end(), std::make_move_iterator(children.rbegin()),
                    std::make_move_iterator(children.rend()));
        break;
      }
    }
  }
}

}  // namespace whomay::ingest::terraform

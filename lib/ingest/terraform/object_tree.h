// ObjectTree: builds a Kubernetes object, as JSON would have it, from a resource's attributes, so
// that one reader (ingest/kubernetes) reads objects of every source. Unknown parts are texts with
// holes. Thread safety: none.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_OBJECT_TREE_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_OBJECT_TREE_H_

#include <string_view>

#include "ingest/terraform/reading.h"
#include "syntax/tree_core.h"

namespace whomay::ingest::terraform {

class ObjectTree {
 public:
  ObjectTree(Reading& reading, InstanceId id);

  void Key(std::string_view key);
  void BeginObject() { builder_.Begin(syntax::Kind::kObject, at_.begin); }
  void BeginList() { builder_.Begin(syntax::Kind::kArray, at_.begin); }
  void End() { builder_.End(at_.end); }
  void Text(std::string_view text);
  void Bool(bool value) { builder_.Bool(value, at_.begin, at_.end); }

  // `key: value` of an attribute where it is set; nothing otherwise.
  void TextOf(std::string_view key, const Field& field, Want want = Want::kText);
  void BoolOf(std::string_view key, const Field& field);
  void ListOf(std::string_view key, const Field& field);
  // A map of texts; values of `role_key` are roles' ARNs.
  void MapOf(std::string_view key, const Field& field, std::string_view role_key = {});
  // Any value as it is.
  void Copy(const Field& field);

  syntax::Tree Finish() { return builder_.Finish(); }

 private:
  void Place(const Field& field);

  Reading& r_;
  InstanceId id_;
  source::Span at_;
  syntax::TreeBuilder builder_;
};

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_OBJECT_TREE_H_

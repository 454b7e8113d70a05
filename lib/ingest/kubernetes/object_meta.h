// metadata: what every Kubernetes object carries, and what the API server demands of it.
#ifndef WHOMAY_LIB_INGEST_KUBERNETES_OBJECT_META_H_
#define WHOMAY_LIB_INGEST_KUBERNETES_OBJECT_META_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "source/source.h"
#include "syntax/tree.h"

namespace whomay::ingest {

// One error of the API server's validation: `text` is its own message, "field: what is wrong".
struct ValidationError {
  std::string text;
  source::Span span;
};
using ValidationErrors = std::vector<ValidationError>;

// "Invalid value: …" and its kind, as k8s.io/apimachinery/pkg/util/validation/field prints them.
// `quoted` is the value as printed.
ValidationError Invalid(std::string_view field, std::string_view quoted, std::string_view detail,
                        source::Span span);
ValidationError Required(std::string_view field, std::string_view detail, source::Span span);
ValidationError Forbidden(std::string_view field, std::string_view detail, source::Span span);
ValidationError NotSupported(std::string_view field, std::string_view value,
                             std::vector<std::string_view> supported, source::Span span);

// Texts are the tree's; lists and maps stay values.
struct ObjectMeta {
  syntax::Value value;  // missing where the object has no metadata
  source::Span object;
  std::string_view name;
  std::string_view generate_name;
  std::string_view namespace_name;
  // It carries uid or resourceVersion: it comes from a cluster, so the server has it.
  bool stored = false;

  source::Span Place(std::string_view field) const;  // of the field, else of the metadata
};

// Of an object that decodes.
ObjectMeta ReadObjectMeta(const syntax::Value& object);

// The members of a map, of equal keys the last, sorted by key. Null values are "".
struct MapEntry {
  std::string_view key;
  std::string_view value;
  source::Span span;
};
std::vector<MapEntry> ReadStringMap(const syntax::Value& map);

// On creation, with names that need only be path segments (the RBAC kinds). Go walks maps in no
// certain order; here errors of labels and annotations come sorted by key.
void ValidateObjectMeta(const ObjectMeta& meta, bool namespaced, ValidationErrors& errors);

// Keys and values of labels (metadata.labels, matchLabels).
void ValidateLabels(const std::vector<MapEntry>& labels, std::string_view field,
                    ValidationErrors& errors);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_KUBERNETES_OBJECT_META_H_

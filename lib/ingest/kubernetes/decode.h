// Decoding: does a value have the JSON types that the API server's decoder demands of an object?
//
// A schema is a table of fields; Decode() walks a value beside it and reports the first wrong type
// (which makes the whole object undecodable: nothing of it counts) and every unknown field (which
// the server drops and kubectl's default validation refuses). Names are case-sensitive; null stands
// for "absent" everywhere, as an element of a list of texts for "". A text with a hole
// (facts/hole.h) fits any type.
//
// Semantics: sigs.k8s.io/json as the API server uses it (case-sensitive, strict), whose texts the
// messages are. Recursion follows the schema, never the input.
// Thread safety: pure functions over constant tables.
#ifndef WHOMAY_LIB_INGEST_KUBERNETES_DECODE_H_
#define WHOMAY_LIB_INGEST_KUBERNETES_DECODE_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "source/source.h"
#include "syntax/tree.h"

namespace whomay::ingest {

struct Schema;

// What a field must hold.
struct FieldType {
  enum class Kind : uint8_t {
    kAny,      // not looked at
    kText,     // a JSON string
    kInteger,  // a JSON number that is an int64
    kBoolean,
    kTime,    // a JSON string, RFC 3339
    kList,    // an array of `element`
    kMap,     // an object with values of type `element`
    kObject,  // an object of `schema`
  };
  Kind kind = Kind::kAny;
  std::string_view go_name;            // as the decoder names the type in its messages
  const FieldType* element = nullptr;  // of lists and maps
  const Schema* schema = nullptr;      // of objects
};

struct SchemaField {
  std::string_view name;
  const FieldType* type = nullptr;
};

struct Schema {
  std::string_view go_name;  // "PolicyRule"
  std::span<const SchemaField> fields;
  // Only the fields that we read are listed: others are neither checked nor reported.
  bool partial = false;
};

struct UnknownField {
  std::string path;  // "rules[0].verb"
  source::Span span;
};

struct DecodeResult {
  // Empty: decoded. Else the decoder's message, and where.
  std::string error;
  source::Span error_span;
  // In document order, each path once. Empty when the object is undecodable.
  std::vector<UnknownField> unknown_fields;

  bool ok() const { return error.empty(); }
};

DecodeResult Decode(const syntax::Value& value, const Schema& schema);

// Whether `text` is a time as Go's time.Parse(time.RFC3339, …) takes it.
bool IsRfc3339(std::string_view text);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_KUBERNETES_DECODE_H_

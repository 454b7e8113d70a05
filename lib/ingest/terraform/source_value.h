// SourceValue: what an expression of Terraform's code is worth, known or not.
//
// As Terraform's own values are, with three differences. A text may hold holes (facts/hole.h) in
// place of what is not known before apply, and stays a text. A resource or module instance is a
// value that is looked into only when an attribute is asked for. And a value remembers which
// attribute of which resource it is, as long as nothing was made of it, so that a reference leads
// to the resource and not only to a text. kError is what Terraform would refuse: can() and try()
// ask for it, everywhere else it is as good as unknown, because a plan exists.
//
// Lists, sets, tuples and maps, objects are kept apart as Terraform does: equality and conversions
// depend on it. Semantics: github.com/zclconf/go-cty (values, convert). Values nest no deeper than
// kMaxValueDepth. Thread safety: values are immutable; conversions keep texts in Facts.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_VALUE_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_VALUE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/tri.h"
#include "facts/facts.h"
#include "ingest/terraform/worlds.h"

namespace whomay::ingest::terraform {

inline constexpr int kMaxValueDepth = 200;  // terraform.source-limit

struct SourceChildren;

struct SourceValue {
  enum class Kind : uint8_t {
    kUnknown,
    kError,
    kNull,
    kBool,
    kNumber,
    kString,
    kList,
    kSet,
    kTuple,
    kMap,
    kObject,
    kInstance,  // of a resource or data source: `instance`
    kModule,    // instance of a module: its address in `text`
  };
  Kind kind = Kind::kUnknown;
  bool flag = false;  // of kBool
  Str text;           // of texts and numbers (decimal, as short as can be); of kUnknown: why
  std::shared_ptr<const SourceChildren> children;
  // The attribute of a resource that this is the value of, if it is nothing else.
  InstanceId instance = InstanceId::kNone;
  Str attribute;
  // Of a text that jsonencode() made: what it holds.
  std::shared_ptr<const SourceValue> json;

  bool unknown() const { return kind == Kind::kUnknown; }
  bool error() const { return kind == Kind::kError; }
  // Neither: something can be said about it.
  bool usable() const { return kind > Kind::kError; }
  bool null() const { return kind == Kind::kNull; }
  bool is_string() const { return kind == Kind::kString; }
  bool is_sequence() const {
    return kind == Kind::kList || kind == Kind::kSet || kind == Kind::kTuple;
  }
  bool is_mapping() const { return kind == Kind::kMap || kind == Kind::kObject; }
  size_t size() const;
  size_t weight() const;
  const SourceValue& at(size_t i) const;
  Str key(size_t i) const;
  // Of a mapping; null when there is none of this key.
  const SourceValue* Find(std::string_view key) const;
  // Of a mapping: one of its keys has a hole.
  bool HasOpenKey() const;
  // Nothing in it is unknown: no kUnknown, no hole, nothing to look into.
  bool WhollyKnown() const;
};

struct SourceChildren {
  std::vector<SourceValue> values;
  std::vector<Str> keys;  // of mappings: sorted, one for each value
  int depth = 1;
  size_t weight = 1;  // values in it, those of shared parts counted each time
  bool known = true;
  bool open_key = false;
};

// Wholly unknown; perhaps no text at all.
bool IsHole(const SourceValue& value);

SourceValue UnknownValue(Str why = {});
SourceValue ErrorValue(Str why = {});
SourceValue NullValue();
SourceValue BoolValue(bool value);
SourceValue StringValue(Str text);
SourceValue IntegerValue(int64_t value, facts::Facts& facts);
// Too deep ones are unknown. Elements of sets are sorted, equal ones left out.
SourceValue SequenceValue(SourceValue::Kind kind, std::vector<SourceValue> values);
// Of equal keys the later stands.
SourceValue MappingValue(SourceValue::Kind kind, std::vector<std::pair<Str, SourceValue>> members);

// A number as it is written, as short as can be ("1.50" -> "1.5", "1e3" -> "1000"); nothing for
// what is none or has hundreds of digits.
std::optional<std::string> PlainNumber(std::string_view text);
std::optional<int64_t> Integer(const SourceValue& value);
// Of two numbers: < 0, 0, > 0.
int CompareNumbers(std::string_view a, std::string_view b);

Tri EqualValues(const SourceValue& a, const SourceValue& b, const facts::HoleTable& holes);

SourceValue ToString(const SourceValue& value);
SourceValue ToNumber(const SourceValue& value, facts::Facts& facts);
SourceValue ToBool(const SourceValue& value);

// A type constraint, or the type of a value.
struct SourceType {
  enum class Kind : uint8_t {
    kAny,
    kBool,
    kNumber,
    kString,
    kList,
    kSet,
    kMap,
    kTuple,
    kObject,
  };
  Kind kind = Kind::kAny;
  bool loose = false;             // of kAny: of values that may well be of different types
  std::vector<SourceType> parts;  // of collections one
  std::vector<Str> names;         // of objects
  std::vector<bool> optional;
  std::vector<SourceValue> defaults;  // kUnknown: none
};
SourceType TypeOf(const SourceValue& value);
// Is anything in it of a type that is not known?
bool HasAny(const SourceType& type);
// The type that both can be converted to; nothing when there is none.
std::optional<SourceType> Unify(const SourceType& a, const SourceType& b);
// kError when it cannot be converted.
SourceValue Convert(const SourceValue& value, const SourceType& type, facts::Facts& facts);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_VALUE_H_

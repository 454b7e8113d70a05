#include "ingest/kubernetes/decode.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "base/strings.h"
#include "facts/hole.h"

namespace whomay::ingest {
namespace {

using syntax::Kind;
using syntax::Value;

// The decoder keeps no more unknown fields of one object (sigs.k8s.io/json kubernetes_patch.go).
constexpr size_t kMaxUnknownFields = 100;

std::string_view JsonTypeName(Kind kind) {
  switch (kind) {
    case Kind::kBool:
      return "bool";
    case Kind::kNumber:
      return "number";
    case Kind::kString:
      return "string";
    case Kind::kArray:
      return "array";
    case Kind::kObject:
      return "object";
    default:
      return "null";
  }
}

bool IsInt64(std::string_view text) {
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  return result.ec == std::errc() && result.ptr == end;
}

// Calls `visit` with the members that stand, and their keys: of equal keys the last.
template <typename Visit>
void ForStandingMembers(const Value& object, Visit visit) {
  constexpr size_t kFew = 16;
  const size_t size = object.size();
  if (size <= kFew) {
    std::array<Value, kFew> members;
    std::array<std::string_view, kFew> keys;
    size_t count = 0;
    for (const Value member : object.members()) {
      keys[count] = member.key();
      members[count++] = member;
    }
    for (size_t i = 0; i < count; ++i) {
      if (std::find(keys.begin() + i + 1, keys.begin() + count, keys[i]) == keys.begin() + count) {
        visit(members[i], keys[i]);
      }
    }
    return;
  }
  absl::flat_hash_map<std::string_view, size_t> last;
  last.reserve(size);
  size_t index = 0;
  for (const Value member : object.members()) {
    last[member.key()] = index++;
  }
  index = 0;
  for (const Value member : object.members()) {
    const std::string_view key = member.key();
    if (last[key] == index++) {
      visit(member, key);
    }
  }
}

bool IsHole(const Value& value) { return value.is_string() && facts::HasHole(value.text()); }

class Decoder {
 public:
  explicit Decoder(DecodeResult& result) : result_(result) {}

  void Object(const Value& value, const Schema& schema) {
    ForStandingMembers(
        value, [&](const Value& member, std::string_view key) { Member(member, key, schema); });
  }

 private:
  void Member(const Value& member, std::string_view key, const Schema& schema) {
    for (const SchemaField& field : schema.fields) {
      if (field.name == key) {
        const std::string_view struct_before = struct_;
        const size_t field_before = field_path_.size(), path_before = path_.size();
        Append(field_path_, ".", field.name);
        Append(path_, ".", field.name);
        struct_ = schema.go_name;
        Check(member, *field.type);
        struct_ = struct_before;
        field_path_.resize(field_before);
        path_.resize(path_before);
        return;
      }
    }
    if (!schema.partial) {
      Unknown(member);
    }
  }

  void Check(const Value& value, const FieldType& type) {
    if (type.kind == FieldType::Kind::kAny || value.is_null() || IsHole(value)) {
      return;
    }
    switch (type.kind) {
      case FieldType::Kind::kText:
        return Expect(value, Kind::kString, type);
      case FieldType::Kind::kBoolean:
        return Expect(value, Kind::kBool, type);
      case FieldType::Kind::kInteger:
        Expect(value, Kind::kNumber, type);
        if (value.kind() == Kind::kNumber && !IsInt64(value.text())) {
          Fail(value, Concat({"json: cannot unmarshal number ", value.text(), Place(type)}));
        }
        return;
      case FieldType::Kind::kTime:
        Expect(value, Kind::kString, type);
        if (value.is_string() && !IsRfc3339(value.text())) {
          Fail(value, Concat({"parsing time \"", value.text(), "\": no RFC 3339 time"}));
        }
        return;
      case FieldType::Kind::kList:
        return List(value, type);
      case FieldType::Kind::kMap:
        return Map(value, type);
      case FieldType::Kind::kObject:
        Expect(value, Kind::kObject, type);
        if (value.is_object()) {
          Object(value, *type.schema);
        }
        return;
      case FieldType::Kind::kAny:
        return;
    }
  }

  void List(const Value& value, const FieldType& type) {
    Expect(value, Kind::kArray, type);
    const size_t before = path_.size();
    size_t index = 0;
    for (const Value element : value.elements()) {
      path_ += Concat({"[", std::to_string(index++), "]"});
      Check(element, *type.element);
      path_.resize(before);
    }
  }

  void Map(const Value& value, const FieldType& type) {
    Expect(value, Kind::kObject, type);
    ForStandingMembers(
        value, [&](const Value& member, std::string_view) { Check(member, *type.element); });
  }

  void Expect(const Value& value, Kind kind, const FieldType& type) {
    if (value.kind() != kind) {
      Fail(value, Concat({"json: cannot unmarshal ", JsonTypeName(value.kind()), Place(type)}));
    }
  }

  std::string Place(const FieldType& type) const {
    return Concat({" into Go struct field ", struct_, ".", field_path_, " of type ", type.go_name});
  }

  void Fail(const Value& value, std::string message) {
    if (result_.error.empty()) {
      result_.error = std::move(message);
      result_.error_span = value.span();
    }
  }

  void Unknown(const Value& member) {
    if (result_.unknown_fields.size() >= kMaxUnknownFields) {
      return;
    }
    std::string path = path_;
    Append(path, ".", member.key());
    if (seen_unknown_.insert(path).second) {
      result_.unknown_fields.push_back({std::move(path), member.key_span()});
    }
  }

  static void Append(std::string& path, std::string_view separator, std::string_view name) {
    if (!path.empty()) {
      path += separator;
    }
    path += name;
  }

  DecodeResult& result_;
  std::string_view struct_;  // innermost object type, and the fields that led to the value
  std::string field_path_;   // "rules.verbs"
  std::string path_;         // "rules[0].verbs"
  absl::flat_hash_set<std::string> seen_unknown_;
};

// Digits [begin, begin + count) as a number; -1 if they are none.
int Digits(std::string_view text, size_t begin, size_t count) {
  if (begin + count > text.size()) {
    return -1;
  }
  int number = 0;
  for (const char c : text.substr(begin, count)) {
    if (c < '0' || c > '9') {
      return -1;
    }
    number = number * 10 + (c - '0');
  }
  return number;
}

int DaysInMonth(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[static_cast<size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

bool IsZone(std::string_view text) {
  if (text == "Z") {
    return true;
  }
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') {
    return false;
  }
  const int hours = Digits(text, 1, 2), minutes = Digits(text, 4, 2);
  return hours >= 0 && hours <= 24 && minutes >= 0 && minutes <= 60;
}

}  // namespace

DecodeResult Decode(const Value& value, const Schema& schema) {
  DecodeResult result;
  Decoder(result).Object(value, schema);
  if (!result.ok()) {
    result.unknown_fields.clear();
  }
  return result;
}

bool IsRfc3339(std::string_view text) {
  const int year = Digits(text, 0, 4), month = Digits(text, 5, 2), day = Digits(text, 8, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month) ||
      text[4] != '-' || text[7] != '-' || text.size() < 11 || text[10] != 'T') {
    return false;
  }
  // Go takes an hour of one digit too.
  const size_t hour_digits = Digits(text, 11, 2) >= 0 ? 2 : 1;
  const int hour = Digits(text, 11, hour_digits);
  const size_t minute_at = 11 + hour_digits + 1, second_at = minute_at + 3;
  const int minute = Digits(text, minute_at, 2), second = Digits(text, second_at, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 ||
      text[minute_at - 1] != ':' || text[second_at - 1] != ':') {
    return false;
  }
  size_t zone_at = second_at + 2;
  if (zone_at < text.size() && (text[zone_at] == '.' || text[zone_at] == ',')) {
    const size_t fraction = zone_at + 1;
    zone_at = text.find_first_not_of("0123456789", fraction);
    if (zone_at == fraction || zone_at == std::string_view::npos) {
      return false;
    }
  }
  return IsZone(text.substr(zone_at));
}

}  // namespace whomay::ingest

#include "ingest/terraform/source_value.h"

#include <algorithm>
#include <charconv>

#include "base/strings.h"

namespace whomay::ingest::terraform {
namespace {

using Kind = SourceValue::Kind;

constexpr int kMaxDigits = 400;
constexpr size_t kMaxWeight = size_t{1} << 40;
constexpr size_t kSmallSet = 64;  // sets of others than texts and numbers are compared by pairs

const SourceValue& Nothing() {
  static const SourceValue nothing;
  return nothing;
}

bool IsPrimitive(Kind kind) {
  return kind == Kind::kBool || kind == Kind::kNumber || kind == Kind::kString;
}

SourceValue WithChildren(Kind kind, SourceChildren children) {
  for (const SourceValue& one : children.values) {
    const int depth = one.children == nullptr ? 1 : one.children->depth + 1;
    children.depth = std::max(children.depth, depth);
    children.weight = std::min(children.weight + one.weight(), kMaxWeight);
    children.known = children.known && one.WhollyKnown();
  }
  children.known = children.known && !children.open_key;
  if (children.depth > kMaxValueDepth) {
    return UnknownValue("nested too deeply");
  }
  SourceValue value;
  value.kind = kind;
  value.children = std::make_shared<const SourceChildren>(std::move(children));
  return value;
}

// Before, in the order in which Terraform walks sets: numbers and texts by what they are.
bool Before(const SourceValue& a, const SourceValue& b) {
  if (a.kind != b.kind) {
    return a.kind < b.kind;
  }
  return a.kind == Kind::kNumber   ? CompareNumbers(a.text, b.text) < 0
         : a.kind == Kind::kString ? a.text < b.text
         : a.kind == Kind::kBool   ? a.flag < b.flag
                                   : false;
}

bool IsSame(const SourceValue& a, const SourceValue& b) {
  static const facts::HoleTable none;
  if (IsPrimitive(a.kind) || IsPrimitive(b.kind)) {
    return a.kind == b.kind && a.text == b.text && a.flag == b.flag;
  }
  if (a.size() != b.size() || !a.WhollyKnown() || !b.WhollyKnown()) {
    return false;
  }
  return EqualValues(a, b, none) == Tri::kTrue;
}

void MakeSet(std::vector<SourceValue>& values) {
  std::stable_sort(values.begin(), values.end(), Before);
  std::vector<SourceValue> kept;
  for (SourceValue& value : values) {
    const size_t from = IsPrimitive(value.kind) || kept.size() > kSmallSet
                            ? kept.size() - std::min<size_t>(kept.size(), 1)
                            : 0;
    const bool seen = std::any_of(kept.begin() + static_cast<std::ptrdiff_t>(from), kept.end(),
                                  [&](const SourceValue& one) { return IsSame(one, value); });
    if (!seen) {
      kept.push_back(std::move(value));
    }
  }
  values = std::move(kept);
}

}  // namespace

size_t SourceValue::size() const { return children == nullptr ? 0 : children->values.size(); }
size_t SourceValue::weight() const { return children == nullptr ? 1 : children->weight; }
const SourceValue& SourceValue::at(size_t i) const {
  return i < size() ? children->values[i] : Nothing();
}
Str SourceValue::key(size_t i) const {
  return children != nullptr && i < children->keys.size() ? children->keys[i] : Str();
}

const SourceValue* SourceValue::Find(std::string_view wanted) const {
  if (!is_mapping() || children == nullptr) {
    return nullptr;
  }
  const auto at = std::lower_bound(children->keys.begin(), children->keys.end(), wanted);
  return at == children->keys.end() || *at != wanted
             ? nullptr
             : &children->values[static_cast<size_t>(at - children->keys.begin())];
}

bool SourceValue::HasOpenKey() const {
  return is_mapping() && children != nullptr && children->open_key;
}

bool SourceValue::WhollyKnown() const {
  switch (kind) {
    case Kind::kUnknown:
    case Kind::kError:
    case Kind::kInstance:
    case Kind::kModule:
      return false;
    case Kind::kString:
      return !facts::HasHole(text);
    default:
      return children == nullptr || children->known;
  }
}

bool IsHole(const SourceValue& value) {
  return value.is_string() && facts::WholeHole(value.text) != facts::HoleId::kNone;
}

SourceValue UnknownValue(Str why) {
  SourceValue value;
  value.text = why;
  return value;
}
SourceValue ErrorValue(Str why) {
  SourceValue value;
  value.kind = Kind::kError;
  value.text = why;
  return value;
}
SourceValue NullValue() {
  SourceValue value;
  value.kind = Kind::kNull;
  return value;
}
SourceValue BoolValue(bool flag) {
  SourceValue value;
  value.kind = Kind::kBool;
  value.flag = flag;
  return value;
}
SourceValue StringValue(Str text) {
  SourceValue value;
  value.kind = Kind::kString;
  value.text = text;
  return value;
}
SourceValue IntegerValue(int64_t number, facts::Facts& facts) {
  SourceValue value;
  value.kind = Kind::kNumber;
  value.text = facts.Keep(std::to_string(number));
  return value;
}

SourceValue SequenceValue(Kind kind, std::vector<SourceValue> values) {
  if (kind == Kind::kSet) {
    MakeSet(values);
  }
  SourceChildren children;
  children.values = std::move(values);
  return WithChildren(kind, std::move(children));
}

SourceValue MappingValue(Kind kind, std::vector<std::pair<Str, SourceValue>> members) {
  std::stable_sort(members.begin(), members.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  SourceChildren children;
  for (auto& [key, value] : members) {
    children.open_key = children.open_key || facts::HasHole(key);
    if (!children.keys.empty() && children.keys.back() == key) {
      children.values.back() = std::move(value);
    } else {
      children.keys.push_back(key);
      children.values.push_back(std::move(value));
    }
  }
  return WithChildren(kind, std::move(children));
}

std::optional<std::string> PlainNumber(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  text.remove_prefix(negative || (!text.empty() && text[0] == '+') ? 1 : 0);
  std::string digits;
  int point = 0;  // digits behind it
  bool any = false, behind = false;
  size_t i = 0;
  for (; i < text.size() && (text[i] == '.' || (text[i] >= '0' && text[i] <= '9')); ++i) {
    if (text[i] == '.') {
      if (behind) {
        return std::nullopt;
      }
      behind = true;
      continue;
    }
    any = true;
    digits += text[i];
    point += behind ? 1 : 0;
  }
  int exponent = 0;
  if (any && i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    const char* from = text.data() + i + 1 + (i + 1 < text.size() && text[i + 1] == '+' ? 1 : 0);
    const auto [end, error] = std::from_chars(from, text.data() + text.size(), exponent);
    if (error != std::errc()) {
      return std::nullopt;
    }
    i = static_cast<size_t>(end - text.data());
  }
  if (!any || i != text.size() || exponent > kMaxDigits || exponent < -kMaxDigits ||
      digits.size() > kMaxDigits) {
    return std::nullopt;
  }
  point -= exponent;
  if (point < 0) {
    digits.append(static_cast<size_t>(-point), '0');
    point = 0;
  }
  if (static_cast<size_t>(point) >= digits.size()) {
    digits.insert(0, static_cast<size_t>(point) + 1 - digits.size(), '0');
  }
  std::string whole = digits.substr(0, digits.size() - static_cast<size_t>(point));
  std::string fraction = digits.substr(digits.size() - static_cast<size_t>(point));
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
  fraction.erase(fraction.find_last_not_of('0') + 1);
  const bool zero = whole == "0" && fraction.empty();
  return Concat({negative && !zero ? "-" : "", whole, fraction.empty() ? "" : ".", fraction});
}

std::optional<int64_t> Integer(const SourceValue& value) {
  int64_t number = 0;
  const char* const begin = value.text.data();
  const char* const end = begin + value.text.size();
  if (value.kind != Kind::kNumber) {
    return std::nullopt;
  }
  const auto [at, error] = std::from_chars(begin, end, number);
  return error == std::errc() && at == end ? std::optional<int64_t>(number) : std::nullopt;
}

int CompareNumbers(std::string_view a, std::string_view b) {
  const bool negative = !a.empty() && a[0] == '-';
  if (negative != (!b.empty() && b[0] == '-')) {
    return negative ? -1 : 1;
  }
  a.remove_prefix(negative ? 1 : 0);
  b.remove_prefix(negative ? 1 : 0);
  const size_t point_a = std::min(a.find('.'), a.size());
  const size_t point_b = std::min(b.find('.'), b.size());
  const int sign = negative ? -1 : 1;
  if (point_a != point_b) {
    return point_a < point_b ? -sign : sign;
  }
  const int order = a.compare(b);
  return order < 0 ? -sign : order > 0 ? sign : 0;
}

Tri EqualValues(const SourceValue& a, const SourceValue& b, const facts::HoleTable& holes) {
  if (!a.usable() || !b.usable()) {
    return Tri::kUnknown;
  }
  if (a.null() || b.null()) {
    return ToTri(a.null() && b.null());
  }
  if (a.kind != b.kind) {
    return a.kind >= Kind::kInstance || b.kind >= Kind::kInstance ? Tri::kUnknown : Tri::kFalse;
  }
  switch (a.kind) {
    case Kind::kBool:
      return ToTri(a.flag == b.flag);
    case Kind::kNumber:
      return ToTri(a.text == b.text);
    case Kind::kString:
      return holes.Equal(a.text, b.text);
    case Kind::kInstance:
      return a.instance == b.instance ? Tri::kTrue : Tri::kUnknown;
    case Kind::kModule:
      return a.text == b.text ? Tri::kTrue : Tri::kUnknown;
    default:
      break;
  }
  if (a.size() != b.size()) {
    return (a.kind == Kind::kSet || a.HasOpenKey() || b.HasOpenKey()) &&
                   !(a.WhollyKnown() && b.WhollyKnown())
               ? Tri::kUnknown
               : Tri::kFalse;
  }
  if (a.size() == 0 && a.kind != Kind::kTuple && a.kind != Kind::kObject) {
    return Tri::kUnknown;  // collections of different types differ, and these do not tell
  }
  Tri equal = Tri::kTrue;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a.key(i) != b.key(i)) {
      return a.HasOpenKey() || b.HasOpenKey() ? Tri::kUnknown : Tri::kFalse;
    }
    equal = And(equal, EqualValues(a.at(i), b.at(i), holes));
  }
  return a.kind == Kind::kSet && !(a.WhollyKnown() && b.WhollyKnown()) && equal == Tri::kFalse
             ? Tri::kUnknown
             : equal;
}

SourceValue ToString(const SourceValue& value) {
  switch (value.kind) {
    case Kind::kBool:
      return StringValue(value.flag ? "true" : "false");
    case Kind::kNumber:
      return StringValue(value.text);
    case Kind::kString:
    case Kind::kNull:
    case Kind::kUnknown:
      return value;
    case Kind::kInstance:
    case Kind::kModule:
      return UnknownValue();
    default:
      return ErrorValue("no text can be made of this");
  }
}

SourceValue ToNumber(const SourceValue& value, facts::Facts& facts) {
  if (value.kind != Kind::kString) {
    return value.kind == Kind::kNumber || value.null() || value.unknown() ? value
                                                                          : ErrorValue("no number");
  }
  if (facts::HasHole(value.text)) {
    return UnknownValue();
  }
  const std::optional<std::string> plain = PlainNumber(value.text);
  if (!plain) {
    return ErrorValue("no number");
  }
  SourceValue number;
  number.kind = Kind::kNumber;
  number.text = facts.Keep(*plain);
  return number;
}

SourceValue ToBool(const SourceValue& value) {
  if (value.kind != Kind::kString) {
    return value.kind == Kind::kBool || value.null() || value.unknown() ? value
                                                                        : ErrorValue("no Boolean");
  }
  if (facts::HasHole(value.text)) {
    return UnknownValue();
  }
  return value.text == "true" || value.text == "1"    ? BoolValue(true)
         : value.text == "false" || value.text == "0" ? BoolValue(false)
                                                      : ErrorValue("no Boolean");
}

}  // namespace whomay::ingest::terraform

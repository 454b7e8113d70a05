#include "syntax/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/strings.h"
#include "syntax/yaml_timestamp.h"

namespace whomay::syntax {
namespace {

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

struct TagEntry {
  std::string_view name;
  YamlTag tag;
};
constexpr TagEntry kTags[] = {
    {"str", YamlTag::kStr},       {"bool", YamlTag::kBool},   {"int", YamlTag::kInt},
    {"float", YamlTag::kFloat},   {"null", YamlTag::kNull},   {"timestamp", YamlTag::kTimestamp},
    {"binary", YamlTag::kBinary}, {"merge", YamlTag::kMerge},
};

using Type = YamlScalar::Type;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

YamlScalar Text() { return {}; }
YamlScalar Null() {
  YamlScalar scalar;
  scalar.type = Type::kNull;
  return scalar;
}
YamlScalar Boolean(bool value) {
  YamlScalar scalar;
  scalar.type = Type::kBool;
  scalar.boolean = value;
  return scalar;
}
YamlScalar Integer(int64_t value) {
  YamlScalar scalar;
  scalar.type = Type::kInt;
  scalar.integer = value;
  return scalar;
}
YamlScalar Natural(uint64_t value) {
  YamlScalar scalar;
  scalar.type = Type::kUint;
  scalar.natural = value;
  return scalar;
}
YamlScalar Float(double value) {
  YamlScalar scalar;
  scalar.type = Type::kFloat;
  scalar.number = value;
  return scalar;
}

// resolve.go, resolveMap.
std::optional<YamlScalar> LookUp(std::string_view text) {
  struct Word {
    std::string_view text;
    int value;  // 0 false, 1 true, 2 null, 3 NaN, 4 +Inf, 5 -Inf
  };
  static constexpr Word kWords[] = {
      {"", 2},      {"~", 2},     {"null", 2},  {"Null", 2},  {"NULL", 2},  {"y", 1},
      {"Y", 1},     {"yes", 1},   {"Yes", 1},   {"YES", 1},   {"true", 1},  {"True", 1},
      {"TRUE", 1},  {"on", 1},    {"On", 1},    {"ON", 1},    {"n", 0},     {"N", 0},
      {"no", 0},    {"No", 0},    {"NO", 0},    {"false", 0}, {"False", 0}, {"FALSE", 0},
      {"off", 0},   {"Off", 0},   {"OFF", 0},   {".nan", 3},  {".NaN", 3},  {".NAN", 3},
      {".inf", 4},  {".Inf", 4},  {".INF", 4},  {"+.inf", 4}, {"+.Inf", 4}, {"+.INF", 4},
      {"-.inf", 5}, {"-.Inf", 5}, {"-.INF", 5},
  };
  if (text.size() > 5) {
    return std::nullopt;
  }
  for (const Word& word : kWords) {
    if (word.text != text) {
      continue;
    }
    switch (word.value) {
      case 2:
        return Null();
      case 3:
        return Float(std::numeric_limits<double>::quiet_NaN());
      case 4:
        return Float(std::numeric_limits<double>::infinity());
      case 5:
        return Float(-std::numeric_limits<double>::infinity());
      default:
        return Boolean(word.value == 1);
    }
  }
  return std::nullopt;
}

// strconv.ParseUint with a base; the whole text must be digits.
std::optional<uint64_t> ParseDigits(std::string_view text, int base) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

// strconv.ParseUint(text, 0, 64): the base is in the prefix.
std::optional<uint64_t> ParseNatural(std::string_view text) {
  if (text.size() >= 3 && text[0] == '0') {
    const char kind = AsciiLower(text[1]);
    const int base = kind == 'b' ? 2 : kind == 'o' ? 8 : kind == 'x' ? 16 : 0;
    if (base != 0) {
      return ParseDigits(text.substr(2), base);
    }
  }
  if (!text.empty() && text[0] == '0') {
    return text.size() == 1 ? 0 : ParseDigits(text.substr(1), 8);
  }
  return ParseDigits(text, 10);
}

// strconv.ParseInt(text, base, 64); base 0 as above.
std::optional<int64_t> ParseInteger(std::string_view text, int base) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) {
    text.remove_prefix(1);
  }
  const std::optional<uint64_t> value = base == 0 ? ParseNatural(text) : ParseDigits(text, base);
  constexpr uint64_t kLimit = uint64_t{1} << 63;
  if (!value.has_value() || *value > kLimit || (*value == kLimit && !negative)) {
    return std::nullopt;
  }
  return negative ? static_cast<int64_t>(0 - *value) : static_cast<int64_t>(*value);
}

// Whether a decimal number whose double is out of range is too large, and not too small.
bool IsLarge(std::string_view text) {
  const size_t exponent_at = text.find_first_of("eE");
  const std::string_view digits = text.substr(0, exponent_at);
  long exponent = 0;
  if (exponent_at != text.npos) {
    std::string_view tail = text.substr(exponent_at + 1);
    const bool negative = !tail.empty() && tail[0] == '-';
    for (const char c : tail) {
      if (IsDigit(c)) {
        exponent = std::min(exponent * 10 + (c - '0'), 1'000'000'000L);
      }
    }
    exponent = negative ? -exponent : exponent;
  }
  const size_t first = digits.find_first_of("123456789");
  const size_t point = std::min(digits.find('.'), digits.size());
  return first != digits.npos && static_cast<long>(point) - static_cast<long>(first) + exponent > 0;
}

// strconv.ParseFloat of decimal digits: too large is no number, too small is 0.
std::optional<double> ParseDecimal(std::string_view text) {
  const bool plus = !text.empty() && text[0] == '+';
  const std::string_view digits = plus ? text.substr(1) : text;
  double value = 0;
  const char* const last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, value);
  if (end != last || digits.empty()) {
    return std::nullopt;
  }
  if (error == std::errc::result_out_of_range) {
    if (IsLarge(digits)) {
      return std::nullopt;
    }
    return digits[0] == '-' ? -0.0 : 0.0;
  }
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

// resolve.go, yamlStyleFloat: [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool IsYamlFloat(std::string_view text) {
  size_t at = 0;
  const auto digits = [&text, &at] {
    const size_t begin = at;
    while (at < text.size() && IsDigit(text[at])) {
      ++at;
    }
    return at - begin;
  };
  const auto accept = [&text, &at](std::string_view set) {
    const bool found = at < text.size() && set.find(text[at]) != set.npos;
    at += found ? 1 : 0;
    return found;
  };
  accept("+-");
  if (accept(".")) {
    if (digits() == 0) {
      return false;
    }
  } else if (digits() == 0) {
    return false;
  } else if (accept(".")) {
    digits();
  }
  if (accept("eE")) {
    accept("+-");
    if (digits() == 0) {
      return false;
    }
  }
  return at == text.size();
}

std::string WithoutUnderscores(std::string_view text) {
  std::string plain(text);
  plain.erase(std::remove(plain.begin(), plain.end(), '_'), plain.end());
  return plain;
}

// strconv's underscoreOK for a text that begins with a point: they must stand between digits.
bool UnderscoresBetweenDigits(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_' &&
        (i == 0 || i + 1 == text.size() || !IsDigit(text[i - 1]) || !IsDigit(text[i + 1]))) {
      return false;
    }
  }
  return true;
}

// resolve.go, hint 'D' or 'S'.
YamlScalar ResolveNumber(std::string_view text) {
  std::string without;
  std::string_view plain = text;
  if (text.find('_') != text.npos) {
    without = WithoutUnderscores(text);
    plain = without;
  }
  if (const auto integer = ParseInteger(plain, 0)) {
    return Integer(*integer);
  }
  if (const auto natural = ParseNatural(plain)) {
    return Natural(*natural);
  }
  if (IsYamlFloat(plain)) {
    if (const auto number = ParseDecimal(plain)) {
      return Float(*number);
    }
  }
  if (plain.substr(0, 2) == "0b") {  // a sign may stand behind the prefix
    if (const auto integer = ParseInteger(plain.substr(2), 2)) {
      return Integer(*integer);
    }
  } else if (plain.substr(0, 3) == "-0b") {
    if (const auto integer = ParseInteger(Concat({"-", plain.substr(3)}), 2)) {
      return Integer(*integer);
    }
  }
  return Text();
}

// resolve.go, resolve() without the check against the tag. `timestamp` is set if the text is one.
YamlScalar ResolvePlain(YamlTag tag, std::string_view text, bool* timestamp) {
  const char first = text.empty() ? '~' : text[0];
  constexpr std::string_view kHints = "yYnNtTfFoO~+-.0123456789";
  if (kHints.find(first) == kHints.npos) {
    return Text();
  }
  if (const auto word = LookUp(text)) {
    return *word;
  }
  if (first == '.') {
    if (UnderscoresBetweenDigits(text)) {
      if (const auto number = ParseDecimal(WithoutUnderscores(text))) {
        return Float(*number);
      }
    }
    return Text();
  }
  if (!IsDigit(first) && first != '+' && first != '-') {
    return Text();
  }
  if (tag == YamlTag::kTimestamp && IsYamlTimestamp(text)) {
    *timestamp = true;
    return Text();
  }
  return ResolveNumber(text);
}

// The shortest digits that read back as `value`, d.ddd…, and the decimal exponent of the first.
struct Shortest {
  std::string digits;
  int exponent = 0;
  bool negative = false;
};

template <typename T>
Shortest ShortestDigits(T value) {
  std::array<char, 64> buffer;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::scientific);
  std::string_view text(buffer.data(), static_cast<size_t>(end - buffer.data()));
  Shortest shortest;
  if (text[0] == '-') {
    shortest.negative = true;
    text.remove_prefix(1);
  }
  const size_t exponent_at = text.find('e');
  for (const char c : text.substr(0, exponent_at)) {
    if (IsDigit(c)) {
      shortest.digits.push_back(c);
    }
  }
  std::string_view exponent = text.substr(exponent_at + 1);
  if (exponent[0] == '+') {
    exponent.remove_prefix(1);
  }
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), shortest.exponent);
  return shortest;
}

// strconv.FormatFloat, formats 'e' and 'f' with the shortest digits.
std::string FormatExponent(const Shortest& shortest) {
  std::string text = shortest.negative ? "-" : "";
  text.push_back(shortest.digits[0]);
  if (shortest.digits.size() > 1) {
    text += '.';
    text += shortest.digits.substr(1);
  }
  text += 'e';
  text += shortest.exponent < 0 ? '-' : '+';
  const std::string exponent = std::to_string(std::abs(shortest.exponent));
  text += exponent.size() < 2 ? "0" + exponent : exponent;
  return text;
}

std::string FormatFixed(const Shortest& shortest) {
  std::string text = shortest.negative ? "-" : "";
  const auto count = static_cast<int>(shortest.digits.size());
  if (shortest.exponent < 0) {
    text += "0.";
    text.append(static_cast<size_t>(-shortest.exponent - 1), '0');
    return text + shortest.digits;
  }
  for (int i = 0; i <= shortest.exponent; ++i) {
    text.push_back(i < count ? shortest.digits[static_cast<size_t>(i)] : '0');
  }
  if (count > shortest.exponent + 1) {
    text += '.';
    text += shortest.digits.substr(static_cast<size_t>(shortest.exponent) + 1);
  }
  return text;
}

// encoding/json, floatEncoder: exponents only outside 1e-6 … 1e21, and those without a leading
// zero.
std::string JsonFloat(double value) {
  const Shortest shortest = ShortestDigits(value);
  const double size = std::abs(value);
  if (size == 0 || (size >= 1e-6 && size < 1e21)) {
    return FormatFixed(shortest);
  }
  std::string text = FormatExponent(shortest);
  const size_t n = text.size();
  if (n >= 4 && text[n - 4] == 'e' && text[n - 3] == '-' && text[n - 2] == '0') {
    text.erase(n - 2, 1);
  }
  return text;
}

// sigs.k8s.io/yaml, convertToJSONableObject: FormatFloat(key, 'g', -1, 32), infinities as in YAML.
std::string FloatKey(double value) {
  const auto narrow = static_cast<float>(value);
  if (std::isnan(narrow)) {
    return ".nan";
  }
  if (std::isinf(narrow)) {
    return narrow > 0 ? ".inf" : "-.inf";
  }
  const Shortest shortest = ShortestDigits(narrow);
  constexpr int kPrecision = 6;  // format 'g' decides by it when the shortest digits are wanted
  if (shortest.exponent < -4 || shortest.exponent >= kPrecision) {
    return FormatExponent(shortest);
  }
  return FormatFixed(shortest);
}

}  // namespace

YamlTag ToYamlTag(std::string_view tag) {
  if (tag.empty()) {
    return YamlTag::kNone;
  }
  if (tag.substr(0, kTagPrefix.size()) == kTagPrefix) {
    tag.remove_prefix(kTagPrefix.size());
    for (const TagEntry& entry : kTags) {
      if (entry.name == tag) {
        return entry.tag;
      }
    }
  }
  return YamlTag::kOther;
}

std::string_view TagName(YamlTag tag) {
  for (const TagEntry& entry : kTags) {
    if (entry.tag == tag) {
      return entry.name;
    }
  }
  return "";
}

std::optional<YamlScalar> ResolveYamlScalar(YamlTag tag, std::string_view text) {
  switch (tag) {
    case YamlTag::kStr:
    case YamlTag::kMerge:
    case YamlTag::kOther:
      return Text();
    case YamlTag::kBinary: {
      YamlScalar scalar;
      scalar.type = Type::kBinary;
      return scalar;
    }
    default:
      break;
  }
  bool timestamp = false;
  const YamlScalar scalar = ResolvePlain(tag, text, &timestamp);
  switch (tag) {
    case YamlTag::kNone:
      return scalar;
    case YamlTag::kNull:
      return scalar.type == Type::kNull ? std::optional(scalar) : std::nullopt;
    case YamlTag::kBool:
      return scalar.type == Type::kBool ? std::optional(scalar) : std::nullopt;
    case YamlTag::kInt:
      return scalar.type == Type::kInt || scalar.type == Type::kUint ? std::optional(scalar)
                                                                     : std::nullopt;
    case YamlTag::kFloat:
      if (scalar.type == Type::kInt) {
        return Float(static_cast<double>(scalar.integer));
      }
      return scalar.type == Type::kFloat ? std::optional(scalar) : std::nullopt;
    default:  // kTimestamp
      return timestamp ? std::optional(scalar) : std::nullopt;
  }
}

std::string JsonNumber(const YamlScalar& scalar) {
  switch (scalar.type) {
    case Type::kInt:
      return std::to_string(scalar.integer);
    case Type::kUint:
      return std::to_string(scalar.natural);
    default:
      return JsonFloat(scalar.number);
  }
}

std::string KeyText(const YamlScalar& scalar) {
  switch (scalar.type) {
    case Type::kBool:
      return scalar.boolean ? "true" : "false";
    case Type::kInt:
      return std::to_string(scalar.integer);
    case Type::kUint:
      return std::to_string(scalar.natural);
    default:
      return FloatKey(scalar.number);
  }
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string clean;
  for (const char c : text) {
    if (c != '\n' && c != '\r') {
      clean.push_back(c);
    }
  }
  if (clean.size() % 4 != 0) {
    return std::nullopt;
  }
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string decoded;
  for (size_t i = 0; i < clean.size(); i += 4) {
    uint32_t group = 0;
    size_t padding = 0;
    for (size_t k = 0; k < 4; ++k) {
      const char c = clean[i + k];
      const size_t value = kAlphabet.find(c);
      if (c == '=' && i + 4 == clean.size() && k >= 2) {
        ++padding;
      } else if (value == kAlphabet.npos || padding > 0) {
        return std::nullopt;
      }
      group = group << 6 | (c == '=' ? 0 : static_cast<uint32_t>(value));
    }
    for (size_t k = 0; k + padding < 3; ++k) {
      decoded.push_back(static_cast<char>(group >> (16 - 8 * k)));
    }
  }
  return decoded;
}

}  // namespace whomay::syntax

// Terraform's functions on texts, files, JSON and YAML. Semantics: go-cty/function/stdlib,
// terraform/internal/lang/funcs.

#include <algorithm>

#include "base/strings.h"
#include "ingest/terraform/source_functions.h"

namespace whomay::ingest::terraform {
namespace {

using Kind = SourceValue::Kind;
using Values = std::vector<SourceValue>;

constexpr std::string_view kBlanks = " \t\n\r\v\f";

SourceValue Wrong() { return ErrorValue("an argument of the wrong type"); }

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// The arguments as texts; false when one is none (`failed` then is what the call gives).
bool Texts(const Values& arguments, std::vector<std::string_view>& texts, SourceValue& failed) {
  for (const SourceValue& one : arguments) {
    const SourceValue text = ToString(one);
    if (!text.is_string()) {
      failed = text.unknown() ? text : Wrong();
      return false;
    }
    texts.push_back(text.text);
  }
  return true;
}

// Is this text an issuer's URL that is not known yet? It stands for the URL with and without its
// scheme (Attributes), and holds no "oidc-provider/".
bool IsIssuer(Evaluator& e, std::string_view text) {
  const facts::HoleId hole = facts::WholeHole(text);
  if (hole == facts::HoleId::kNone) {
    return false;
  }
  const std::string_view what = e.facts().holes[hole].what;
  return what.size() > 6 &&
         (what.substr(what.size() - 6) == "issuer" || what.substr(what.size() - 4) == ".url");
}

SourceValue Length(Evaluator& e, Values& arguments) {
  const SourceValue& value = arguments[0];
  if (value.is_string()) {
    return facts::HasHole(value.text) || !IsAscii(value.text)
               ? UnknownValue()
               : IntegerValue(static_cast<int64_t>(value.text.size()), e.facts());
  }
  if (value.kind >= Kind::kInstance ||
      (value.kind == Kind::kSet && value.size() > 1 && !value.WhollyKnown())) {
    return UnknownValue();
  }
  return value.is_sequence() || value.is_mapping()
             ? IntegerValue(static_cast<int64_t>(value.size()), e.facts())
             : Wrong();
}

SourceValue Join(Evaluator& e, Values& arguments) {
  const SourceValue separator = ToString(arguments[0]);
  if (!separator.is_string()) {
    return Wrong();
  }
  std::string text;
  bool first = true;
  for (size_t i = 1; i < arguments.size(); ++i) {
    if (!arguments[i].is_sequence()) {
      return Wrong();
    }
    if (arguments[i].kind == Kind::kSet && !arguments[i].WhollyKnown()) {
      return UnknownValue();
    }
    for (size_t j = 0; j < arguments[i].size(); ++j) {
      const SourceValue part = e.AsText(arguments[i].at(j));
      if (!part.is_string()) {
        return Wrong();
      }
      text += Concat({first ? std::string_view() : separator.text, part.text});
      first = false;
      if (text.size() > kMaxSourceText) {
        return e.Made(text);
      }
    }
  }
  return e.Made(text);
}

SourceValue Split(Evaluator& e, Values& arguments) {
  std::vector<std::string_view> texts;
  SourceValue failed;
  if (!Texts(arguments, texts, failed)) {
    return failed;
  }
  const std::string_view separator = texts[0];
  std::string_view text = texts[1];
  if (facts::HasHole(separator)) {
    return UnknownValue();
  }
  for (const facts::Piece& piece : facts::Pieces(text)) {
    const bool safe = piece.hole == facts::HoleId::kNone ||
                      (separator == "oidc-provider/" && IsIssuer(e, facts::HoleText(piece.hole)));
    if (!safe) {
      return UnknownValue("a text is cut that is not known before apply");
    }
  }
  Values parts;
  if (separator.empty()) {
    if (!IsAscii(text)) {
      return UnknownValue();
    }
    for (size_t i = 0; i < text.size(); ++i) {
      parts.push_back(StringValue(e.facts().Keep(text.substr(i, 1))));
    }
    return SequenceValue(Kind::kList, std::move(parts));
  }
  while (true) {
    const size_t at = text.find(separator);
    parts.push_back(StringValue(e.facts().Keep(text.substr(0, at))));
    if (at == std::string_view::npos || !e.budget().Spend(1)) {
      return SequenceValue(Kind::kList, std::move(parts));
    }
    text.remove_prefix(at + separator.size());
  }
}

// Every `what` of a text by `with`.
std::string ReplaceAll(std::string_view text, std::string_view what, std::string_view with) {
  std::string out;
  for (size_t at; (at = text.find(what)) != std::string_view::npos;) {
    out += Concat({text.substr(0, at), with});
    text.remove_prefix(at + what.size());
    if (out.size() > kMaxSourceText) {
      return out;
    }
  }
  return out.append(text);
}

SourceValue Replace(Evaluator& e, Values& arguments) {
  std::vector<std::string_view> texts;
  SourceValue failed;
  if (!Texts(arguments, texts, failed)) {
    return failed;
  }
  const std::string_view what = texts[1];
  if (IsIssuer(e, texts[0]) && (what == "https://" || what == "/^https:///") && texts[2].empty()) {
    return arguments[0];
  }
  if (facts::HasHole(texts[0]) || facts::HasHole(what) ||
      (what.size() > 1 && what.front() == '/' && what.back() == '/')) {
    return UnknownValue("replaced in a text that is not known before apply, or by a pattern");
  }
  if (what.empty()) {
    return UnknownValue();
  }
  return e.Made(ReplaceAll(texts[0], what, texts[2]));
}

template <bool kUpper>
SourceValue Case(Evaluator& e, Values& arguments) {
  const SourceValue text = ToString(arguments[0]);
  if (!text.is_string() || !IsAscii(text.text)) {
    return text.is_string() ? UnknownValue() : Wrong();
  }
  std::string out(text.text);
  for (char& c : out) {
    const bool other = kUpper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z';
    c = other ? static_cast<char>(c ^ 0x20) : c;
  }
  return e.Made(out);
}

SourceValue Title(Evaluator& e, Values& arguments) {
  const SourceValue text = ToString(arguments[0]);
  if (!text.is_string() || !IsAscii(text.text)) {
    return text.is_string() ? UnknownValue() : Wrong();
  }
  std::string out(text.text);
  const auto in_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '\'';
  };
  for (size_t i = 0; i < out.size(); ++i) {
    if ((i == 0 || !in_word(out[i - 1])) && out[i] >= 'a' && out[i] <= 'z') {
      out[i] = static_cast<char>(out[i] - 0x20);
    }
  }
  return e.Made(out);
}

SourceValue Trim(Evaluator& e, std::string_view text, std::string_view cut, bool left, bool right) {
  if (!IsAscii(text) || !IsAscii(cut)) {
    return UnknownValue();
  }
  const size_t first = left ? text.find_first_not_of(cut) : 0;
  if (first == std::string_view::npos || text.empty()) {
    return StringValue("");
  }
  text.remove_prefix(first);
  const size_t last = right ? text.find_last_not_of(cut) : text.size() - 1;
  text = last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
  return StringValue(e.facts().Keep(text));
}

SourceValue TrimSpace(Evaluator& e, Values& arguments) {
  const SourceValue text = ToString(arguments[0]);
  return text.is_string() ? Trim(e, text.text, kBlanks, true, true) : Wrong();
}

SourceValue TrimBoth(Evaluator& e, Values& arguments) {
  std::vector<std::string_view> texts;
  SourceValue failed;
  return Texts(arguments, texts, failed) ? Trim(e, texts[0], texts[1], true, true) : failed;
}

SourceValue Chomp(Evaluator& e, Values& arguments) {
  const SourceValue text = ToString(arguments[0]);
  return text.is_string() ? Trim(e, text.text, "\r\n", false, true) : Wrong();
}

template <bool kPrefix, bool kCut>
SourceValue Affix(Evaluator& e, Values& arguments) {
  std::vector<std::string_view> texts;
  SourceValue failed;
  if (!Texts(arguments, texts, failed)) {
    return failed;
  }
  const std::string_view text = texts[0], affix = texts[1];
  if (kCut && kPrefix && IsIssuer(e, text) && affix == "https://") {
    return arguments[0];
  }
  // What stands before the first hole, or behind the last, may settle it.
  const size_t hole = kPrefix ? text.find('\xFF') : text.rfind('\xFE');
  const bool open = hole != std::string_view::npos;
  const std::string_view known = !open     ? text
                                 : kPrefix ? text.substr(0, hole)
                                           : text.substr(hole + 1);
  const auto end = [](std::string_view of, size_t size) {
    return kPrefix ? of.substr(0, size) : of.substr(of.size() - size);
  };
  const size_t common = std::min(known.size(), affix.size());
  const bool differs = end(known, common) != end(affix, common);
  if (facts::HasHole(affix) || (open && !differs && known.size() < affix.size())) {
    return UnknownValue();
  }
  const bool has = !differs && known.size() >= affix.size();
  if (!kCut) {
    return BoolValue(has);
  }
  return !has ? ToString(arguments[0])
              : StringValue(e.facts().Keep(kPrefix ? text.substr(affix.size())
                                                   : text.substr(0, text.size() - affix.size())));
}

SourceValue StrContains(Evaluator&, Values& arguments) {
  std::vector<std::string_view> texts;
  SourceValue failed;
  return Texts(arguments, texts, failed) ? BoolValue(texts[0].find(texts[1]) != texts[0].npos)
                                         : failed;
}

SourceValue Substr(Evaluator& e, Values& arguments) {
  const SourceValue text = ToString(arguments[0]);
  const std::optional<int64_t> offset = Integer(ToNumber(arguments[1], e.facts()));
  const std::optional<int64_t> length = Integer(ToNumber(arguments[2], e.facts()));
  if (!text.is_string() || !offset || !length || !IsAscii(text.text)) {
    return text.is_string() ? UnknownValue() : Wrong();
  }
  const auto size = static_cast<int64_t>(text.text.size());
  const int64_t from = *offset < 0 ? std::max<int64_t>(0, size + *offset) : std::min(*offset, size);
  // As go-cty has it: of a length of 0 it takes everything where it counts from the end.
  const bool all = *length < 0 || (*length == 0 && *offset < 0);
  const size_t count = all ? std::string_view::npos : static_cast<size_t>(*length);
  return StringValue(e.facts().Keep(text.text.substr(static_cast<size_t>(from), count)));
}

// One verb of a format; false for what is not formatted here.
bool FormatVerb(Evaluator& e, char verb, const SourceValue& value, std::string& out,
                SourceValue& failed) {
  switch (verb) {
    case 's': {
      const SourceValue text = e.AsText(value);
      failed = text;
      out += text.text;
      return text.is_string();
    }
    case 'd': {
      const SourceValue number = ToNumber(value, e.facts());
      failed = number.unknown() ? number : Wrong();
      out += number.text;
      return Integer(number).has_value();
    }
    case 't': {
      const SourceValue flag = ToBool(value);
      failed = flag.unknown() ? flag : Wrong();
      out += flag.flag ? "true" : "false";
      return flag.kind == Kind::kBool;
    }
    case 'v':
      if (value.kind == Kind::kString || value.kind == Kind::kNumber || value.unknown()) {
        return FormatVerb(e, 's', value, out, failed);
      }
      [[fallthrough]];
    case 'q': {
      const std::optional<std::string> json = JsonText(e, value);
      failed = UnknownValue();
      out += json.value_or("");
      return json.has_value() && (verb == 'v' || value.is_string());
    }
    default:
      failed = UnknownValue("a format that is not evaluated here");
      return false;
  }
}

SourceValue Format(Evaluator& e, Values& arguments) {
  const SourceValue format = ToString(arguments[0]);
  if (!format.is_string() || facts::HasHole(format.text)) {
    return format.is_string() ? UnknownValue() : Wrong();
  }
  std::string out;
  size_t next = 1;
  for (size_t i = 0; i < format.text.size(); ++i) {
    if (format.text[i] != '%') {
      out += format.text[i];
      continue;
    }
    const char verb = ++i < format.text.size() ? format.text[i] : '\0';
    if (verb == '%') {
      out += '%';
      continue;
    }
    const bool known_verb = std::string_view("sdtvq").find(verb) != std::string_view::npos;
    if (next >= arguments.size()) {
      return known_verb ? ErrorValue("too few arguments") : UnknownValue();
    }
    SourceValue failed;
    if (!FormatVerb(e, verb, arguments[next++], out, failed)) {
      return failed.usable() ? Wrong() : failed;
    }
    if (out.size() > kMaxSourceText) {
      break;
    }
  }
  return next < arguments.size() ? ErrorValue("too many arguments") : e.Made(out);
}

SourceValue FormatList(Evaluator& e, Values& arguments) {
  size_t count = 0;
  bool lists = false;
  for (size_t i = 1; i < arguments.size(); ++i) {
    if (!arguments[i].is_sequence()) {
      continue;
    }
    if (arguments[i].kind == Kind::kSet && !arguments[i].WhollyKnown()) {
      return UnknownValue();
    }
    if (lists && arguments[i].size() != count) {
      return ErrorValue("lists of different lengths");
    }
    lists = true;
    count = arguments[i].size();
  }
  Values texts;
  for (size_t i = 0; i < (lists ? count : 1); ++i) {
    Values row = {arguments[0]};
    for (size_t j = 1; j < arguments.size(); ++j) {
      row.push_back(arguments[j].is_sequence() ? arguments[j].at(i) : arguments[j]);
    }
    texts.push_back(Format(e, row));
    if (!texts.back().usable()) {
      return texts.back();
    }
  }
  return SequenceValue(Kind::kList, std::move(texts));
}

SourceValue JsonEncode(Evaluator& e, Values& arguments) {
  std::optional<std::string> text = JsonText(e, arguments[0]);
  if (!text) {
    return UnknownValue("a whole resource in a text");
  }
  SourceValue value = e.Made(*text);
  value.json = std::make_shared<const SourceValue>(arguments[0]);
  return value;
}

// What JSON keeps of a value: tuples and objects. Recursion is bounded by kMaxValueDepth.
SourceValue Plain(const SourceValue& value) {
  if (value.is_sequence()) {
    Values values;
    for (size_t i = 0; i < value.size(); ++i) {
      values.push_back(Plain(value.at(i)));
    }
    return SequenceValue(Kind::kTuple, std::move(values));
  }
  if (value.is_mapping()) {
    std::vector<std::pair<Str, SourceValue>> members;
    for (size_t i = 0; i < value.size(); ++i) {
      members.emplace_back(value.key(i), Plain(value.at(i)));
    }
    return MappingValue(Kind::kObject, std::move(members));
  }
  return value;
}

SourceValue JsonDecode(Evaluator& e, Values& arguments) {
  if (arguments[0].json != nullptr) {
    return e.Weigh(*arguments[0].json) ? Plain(*arguments[0].json) : UnknownValue();
  }
  return arguments[0].is_string() ? FromJsonText(e, arguments[0].text) : Wrong();
}

SourceValue YamlEncode(Evaluator& e, Values& arguments) {
  std::optional<std::string> text = YamlText(e, arguments[0]);
  return text ? e.Made(*text) : UnknownValue("a whole resource in a text");
}

SourceValue YamlDecode(Evaluator& e, Values& arguments) {
  return arguments[0].is_string() ? FromYamlText(e, arguments[0].text) : Wrong();
}

SourceValue File(Evaluator& e, Values& arguments) {
  const std::optional<source::FileId> file =
      arguments[0].is_string() ? e.File(arguments[0].text) : std::nullopt;
  return file ? e.Made(std::string(e.sources().bytes(*file)))
              : UnknownValue("a file that is not there, or not read");
}

SourceValue TemplateFile(Evaluator& e, Values& arguments) {
  const std::optional<source::FileId> file =
      arguments[0].is_string() ? e.File(arguments[0].text) : std::nullopt;
  if (!file || !arguments[1].is_mapping()) {
    return UnknownValue("a file that is not there, or not read");
  }
  return e.Template(*file, arguments[1]);
}

template <bool kBase>
SourceValue PathPart(Evaluator& e, Values& arguments) {
  if (!arguments[0].is_string()) {
    return Wrong();
  }
  std::string_view text = arguments[0].text;
  const size_t slash = text.rfind('/');
  if (text.empty() || slash == text.size() - 1 || slash == 0 || text.find("//") != text.npos ||
      text.find("./") != text.npos) {
    return UnknownValue();  // what Go's path/filepath makes of these is of no use here
  }
  return kBase ? StringValue(e.facts().Keep(text.substr(slash == text.npos ? 0 : slash + 1)))
               : StringValue(slash == text.npos ? Str(".") : e.facts().Keep(text.substr(0, slash)));
}

constexpr SourceFunction kFunctions[] = {
    {"length", 1, 1, false, true, Length},
    {"join", 1, -1, false, true, Join},
    {"split", 2, 2, false, true, Split},
    {"replace", 3, 3, false, true, Replace},
    {"lower", 1, 1, false, false, Case<false>},
    {"upper", 1, 1, false, false, Case<true>},
    {"title", 1, 1, false, false, Title},
    {"trimspace", 1, 1, false, false, TrimSpace},
    {"trim", 2, 2, false, false, TrimBoth},
    {"chomp", 1, 1, false, false, Chomp},
    {"trimprefix", 2, 2, false, true, Affix<true, true>},
    {"trimsuffix", 2, 2, false, true, Affix<false, true>},
    {"startswith", 2, 2, false, true, Affix<true, false>},
    {"endswith", 2, 2, false, true, Affix<false, false>},
    {"strcontains", 2, 2, false, false, StrContains},
    {"substr", 3, 3, false, false, Substr},
    {"format", 1, -1, true, true, Format},
    {"formatlist", 1, -1, false, true, FormatList},
    {"jsonencode", 1, 1, true, true, JsonEncode},
    {"jsondecode", 1, 1, false, true, JsonDecode},
    {"yamlencode", 1, 1, true, true, YamlEncode},
    {"yamldecode", 1, 1, false, true, YamlDecode},
    {"file", 1, 1, false, false, File},
    {"templatefile", 2, 2, false, false, TemplateFile},
    {"basename", 1, 1, false, false, PathPart<true>},
    {"dirname", 1, 1, false, false, PathPart<false>},
};

}  // namespace

std::span<const SourceFunction> SourceTextFunctions() { return kFunctions; }

}  // namespace whomay::ingest::terraform

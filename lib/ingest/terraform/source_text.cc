// JSON and YAML texts of values, and back. Semantics: go-cty/cty/json, encoding/json,
// zclconf/go-cty-yaml.

#include <charconv>

#include "base/strings.h"
#include "ingest/terraform/source_evaluate.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace whomay::ingest::terraform {
namespace {

using Kind = SourceValue::Kind;

// Holes are written as private characters while a text is parsed (as ingest/eks/aws_auth does).
constexpr std::string_view kHoleBegin = "\xEE\xA3\xB2";
constexpr std::string_view kHoleEnd = "\xEE\xA3\xB3";

std::string WithPlaceholders(std::string_view text) {
  std::string out;
  for (const facts::Piece& piece : facts::Pieces(text)) {
    out.append(piece.literal);
    if (piece.hole != facts::HoleId::kNone) {
      out.append(Concat({kHoleBegin, std::to_string(static_cast<uint32_t>(piece.hole)), kHoleEnd}));
    }
  }
  return out;
}

std::string WithHoles(std::string_view text, const facts::HoleTable& holes) {
  std::string out;
  for (size_t at; (at = text.find(kHoleBegin)) != std::string_view::npos;) {
    const size_t end = text.find(kHoleEnd, at);
    uint32_t number = 0;
    const char* const digits = text.data() + at + kHoleBegin.size();
    const auto [stop, error] = std::from_chars(digits, text.data() + text.size(), number);
    if (end == text.npos || error != std::errc() || stop != text.data() + end ||
        number >= holes.size()) {
      out.append(text.substr(0, at + kHoleBegin.size()));  // the text's own
      text.remove_prefix(at + kHoleBegin.size());
      continue;
    }
    out.append(text.substr(0, at));
    out.append(facts::HoleText(static_cast<facts::HoleId>(number)));
    text.remove_prefix(end + kHoleEnd.size());
  }
  return out.append(text);
}

// As encoding/json writes it: what HTML could misread is escaped, holes stay.
void QuoteJson(std::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    const std::string_view three = text.substr(i, 3);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n' || c == '\r' || c == '\t' || c == '\b' || c == '\f') {
      out += '\\';
      out += c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c == '\b' ? 'b' : 'f';
    } else if (byte < 0x20 || c == '<' || c == '>' || c == '&') {
      out += Concat(
          {"\\u00", std::string_view(&kHex[byte >> 4], 1), std::string_view(&kHex[byte & 15], 1)});
    } else if (three == "\xE2\x80\xA8" || three == "\xE2\x80\xA9") {
      out += three == "\xE2\x80\xA8" ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += c;
    }
  }
  out += '"';
}

// A scalar as JSON; false for what is none or cannot be written.
bool ScalarJson(Evaluator& e, const SourceValue& value, std::string& out) {
  switch (value.kind) {
    case Kind::kUnknown:
      QuoteJson(e.Hole(value), out);
      return true;
    case Kind::kNull:
      out += "null";
      return true;
    case Kind::kBool:
      out += value.flag ? "true" : "false";
      return true;
    case Kind::kNumber:
      out += value.text;
      return true;
    case Kind::kString:
      QuoteJson(value.text, out);
      return true;
    default:
      return false;
  }
}

// Recursion is bounded by kMaxValueDepth.
bool WriteJson(Evaluator& e, const SourceValue& value, std::string& out) {
  if (out.size() > kMaxSourceText) {
    return true;  // Made() says that it is too long
  }
  if (!value.is_sequence() && !value.is_mapping()) {
    return ScalarJson(e, value, out);
  }
  out += value.is_mapping() ? '{' : '[';
  for (size_t i = 0; i < value.size(); ++i) {
    out += i == 0 ? "" : ",";
    if (value.is_mapping()) {
      QuoteJson(value.key(i), out);
      out += ':';
    }
    if (!WriteJson(e, value.at(i), out)) {
      return false;
    }
  }
  out += value.is_mapping() ? '}' : ']';
  return true;
}

// Block style, all texts and keys in double quotes; `in_list`: behind "- ".
bool WriteYaml(Evaluator& e, const SourceValue& value, size_t indent, bool in_list,
               std::string& out) {
  if (out.size() > kMaxSourceText) {
    return true;
  }
  if (value.size() == 0) {
    // Texts of several lines are block scalars, which are not written here.
    const bool block =
        value.is_string() && value.text.find('\n') != Str::npos && !facts::HasHole(value.text);
    if (value.is_sequence() || value.is_mapping()) {
      out += value.is_mapping() ? "{}" : "[]";
    } else if (block || !ScalarJson(e, value, out)) {
      return false;
    }
    out += '\n';
    return true;
  }
  for (size_t i = 0; i < value.size(); ++i) {
    const SourceValue& one = value.at(i);
    if (i > 0 || !in_list) {
      out.append(indent, ' ');
    }
    if (value.is_sequence()) {
      out += "- ";
      if (!WriteYaml(e, one, indent + 2, true, out)) {
        return false;
      }
      continue;
    }
    QuoteJson(value.key(i), out);
    out += ':';
    const bool nested = one.size() > 0;
    out += nested ? "\n" : " ";
    // Lists in maps stand at the map's own indentation.
    if (!WriteYaml(e, one, indent + (one.is_sequence() ? 0 : 2), false, out)) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<std::string> JsonText(Evaluator& evaluator, const SourceValue& value) {
  std::string out;
  return WriteJson(evaluator, value, out) ? std::optional<std::string>(std::move(out))
                                          : std::nullopt;
}

std::optional<std::string> YamlText(Evaluator& evaluator, const SourceValue& value) {
  std::string out;
  return WriteYaml(evaluator, value, 0, false, out) ? std::optional<std::string>(std::move(out))
                                                    : std::nullopt;
}

// Recursion is bounded by the readers' kMaxDepth.
SourceValue FromTree(Evaluator& e, const syntax::Value& tree) {
  if (!e.budget().Spend(1)) {
    return UnknownValue("too much to evaluate");
  }
  facts::Facts& facts = e.facts();
  switch (tree.kind()) {
    case syntax::Kind::kBool:
      return BoolValue(tree.is_true());
    case syntax::Kind::kNumber: {
      const std::optional<std::string> plain = PlainNumber(tree.text());
      SourceValue number = StringValue(facts.Keep(plain.value_or("")));
      number.kind = Kind::kNumber;
      return plain ? number : UnknownValue();
    }
    case syntax::Kind::kString:
      return StringValue(facts.Keep(WithHoles(tree.text(), facts.holes)));
    case syntax::Kind::kArray: {
      std::vector<SourceValue> values;
      for (const syntax::Value one : tree.elements()) {
        values.push_back(FromTree(e, one));
      }
      return SequenceValue(Kind::kTuple, std::move(values));
    }
    case syntax::Kind::kObject: {
      std::vector<std::pair<Str, SourceValue>> members;
      for (const syntax::Value one : tree.members()) {
        members.emplace_back(facts.Keep(WithHoles(one.key(), facts.holes)), FromTree(e, one));
      }
      return MappingValue(Kind::kObject, std::move(members));
    }
    default:
      return NullValue();
  }
}

SourceValue FromJsonText(Evaluator& e, std::string_view text) {
  const bool holes = facts::HasHole(text);
  if (facts::WholeHole(text) != facts::HoleId::kNone || !e.budget().SpendText(text.size())) {
    return UnknownValue();
  }
  const source::FileId file = e.sources().Add("jsondecode", WithPlaceholders(text));
  source::Diagnostics unsaid;
  const auto size = static_cast<uint32_t>(e.sources().bytes(file).size());
  const syntax::Tree tree = syntax::ParseJson(e.sources(), {file, 0, size}, unsaid);
  if (!tree.root()) {
    return holes ? UnknownValue("JSON with an unknown part that is no text")
                 : ErrorValue("no JSON");
  }
  return FromTree(e, tree.root());
}

SourceValue FromYamlText(Evaluator& e, std::string_view text) {
  const bool holes = facts::HasHole(text);
  if (facts::WholeHole(text) != facts::HoleId::kNone || !e.budget().SpendText(text.size())) {
    return UnknownValue();
  }
  const source::FileId file = e.sources().Add("yamldecode", WithPlaceholders(text));
  source::Diagnostics unsaid;
  const auto size = static_cast<uint32_t>(e.sources().bytes(file).size());
  const syntax::YamlValue value = syntax::ParseKubernetesYaml(e.sources(), {file, 0, size}, unsaid);
  if (value.failed || value.leftover.known()) {
    return holes ? UnknownValue("YAML with an unknown part") : ErrorValue("no YAML");
  }
  return FromTree(e, value.tree.root());
}

}  // namespace whomay::ingest::terraform

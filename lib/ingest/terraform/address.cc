#include "ingest/terraform/address.h"

#include <algorithm>

#include "source/encoding.h"

namespace whomay::ingest::terraform {
namespace {

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

// The code point behind \u or \U, or nothing.
std::optional<char32_t> HexDigits(std::string_view text, size_t count) {
  if (text.size() < count) {
    return std::nullopt;
  }
  char32_t value = 0;
  for (const char c : text.substr(0, count)) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) {
      return std::nullopt;
    }
    value = value * 16 + static_cast<char32_t>(digit);
  }
  return value;
}

// Undoes the escape at text[at] (a backslash); advances `at` behind it.
bool Unescape(std::string_view text, size_t& at, std::string& to) {
  if (at + 1 >= text.size()) {
    return false;
  }
  const char c = text[at + 1];
  at += 2;
  switch (c) {
    case 'n':
      to += '\n';
      return true;
    case 'r':
      to += '\r';
      return true;
    case 't':
      to += '\t';
      return true;
    case '"':
    case '\\':
      to += c;
      return true;
    case 'u':
    case 'U': {
      const size_t count = c == 'u' ? 4 : 8;
      const std::optional<char32_t> value = HexDigits(text.substr(at), count);
      if (!value || *value > 0x10FFFF) {
        return false;
      }
      source::AppendUtf8(*value, to);
      at += count;
      return true;
    }
    default:
      return false;
  }
}

// A quoted key from text[at] (the opening quote) on. HCL doubles the signs that begin a template:
// `$${` and `%%{`.
bool QuotedKey(std::string_view text, size_t& at, std::string& to) {
  for (++at; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      ++at;
      return true;
    }
    if (c == '\\') {
      if (!Unescape(text, at, to)) {
        return false;
      }
    } else if ((c == '$' || c == '%') && text.substr(at + 1, 2) == std::string{c, '{'}) {
      to += c;
      to += '{';
      at += 3;
    } else {
      to += c;
      ++at;
    }
  }
  return false;
}

// An index from text[at] (the bracket) on.
bool Index(std::string_view text, size_t& at, Part& part) {
  part.begin = at++;
  if (at < text.size() && text[at] == '"') {
    part.kind = Part::Kind::kString;
    if (!QuotedKey(text, at, part.text) || at >= text.size() || text[at] != ']') {
      return false;
    }
  } else {
    const size_t close = text.find(']', at);
    if (close == std::string_view::npos) {
      return false;
    }
    part.text = text.substr(at, close - at);
    at = close;
    const bool digits =
        !part.text.empty() && std::all_of(part.text.begin(), part.text.end(),
                                          [](char c) { return c >= '0' && c <= '9'; });
    part.kind = digits ? Part::Kind::kNumber : Part::Kind::kDynamic;
  }
  part.end = ++at;
  return true;
}

}  // namespace

std::optional<std::vector<Part>> Tokenize(std::string_view text) {
  std::vector<Part> parts;
  size_t at = 0;
  while (at < text.size()) {
    Part part;
    if (text[at] == '[') {
      if (parts.empty() || !Index(text, at, part)) {
        return std::nullopt;
      }
    } else {
      if (!parts.empty()) {
        if (text[at] != '.') {
          return std::nullopt;
        }
        ++at;
      }
      part.begin = at;
      // 0.12 wrote count indexes of splats as `x.0.y`, and a splat as `x.*.y`.
      while (at < text.size() && (IsNameByte(text[at]) || text[at] == '*')) {
        ++at;
      }
      if (at == part.begin) {
        return std::nullopt;
      }
      part.end = at;
      part.text = text.substr(part.begin, at - part.begin);
      if (part.text == "*") {
        part.kind = Part::Kind::kDynamic;
      }
    }
    parts.push_back(std::move(part));
  }
  if (parts.empty()) {
    return std::nullopt;
  }
  return parts;
}

Key KeyOf(const Part& part) {
  switch (part.kind) {
    case Part::Kind::kNumber:
      return {Key::Kind::kNumber, part.text};
    case Part::Kind::kString:
      return {Key::Kind::kString, part.text};
    default:
      return {};
  }
}

std::string KeySuffix(const Key& key) {
  if (key.kind == Key::Kind::kNone) {
    return {};
  }
  if (key.kind == Key::Kind::kNumber) {
    return "[" + key.text + "]";
  }
  std::string out = "[\"";
  for (size_t i = 0; i < key.text.size(); ++i) {
    const char c = key.text[i];
    switch (c) {
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '"':
      case '\\':
        out += '\\';
        out += c;
        break;
      case '$':
      case '%':
        out += c;
        if (i + 1 < key.text.size() && key.text[i + 1] == '{') {
          out += c;
        }
        break;
      default:
        out += c;
    }
  }
  return out + "\"]";
}

std::optional<Address> ParseAddress(std::string_view text) {
  const std::optional<std::vector<Part>> parts = Tokenize(text);
  if (!parts) {
    return std::nullopt;
  }
  Address address;
  size_t i = 0;
  size_t module_end = 0;
  while (i + 1 < parts->size() && (*parts)[i].is_name() && (*parts)[i].text == "module" &&
         (*parts)[i + 1].is_name()) {
    if (!address.module_path.empty()) {
      address.module_path += '.';
    }
    address.module_path += "module." + (*parts)[i + 1].text;
    module_end = (*parts)[i + 1].end;
    i += 2;
    if (i < parts->size() && !(*parts)[i].is_name()) {
      module_end = (*parts)[i].end;
      ++i;
    }
  }
  address.module = text.substr(0, module_end);
  if (i < parts->size() && (*parts)[i].is_name() && (*parts)[i].text == "data") {
    address.data = true;
    ++i;
  }
  if (i + 1 >= parts->size() || !(*parts)[i].is_name() || !(*parts)[i + 1].is_name()) {
    return std::nullopt;
  }
  const Part& type = (*parts)[i];
  const Part& name = (*parts)[i + 1];
  address.type = text.substr(type.begin, type.end - type.begin);
  address.name = text.substr(name.begin, name.end - name.begin);
  address.unkeyed = text.substr(0, name.end);
  i += 2;
  // `[*]` stands for instances of which plans do not know how many there will be.
  if (i < parts->size() && !(*parts)[i].is_name()) {
    address.key = KeyOf((*parts)[i]);
    ++i;
  }
  return i == parts->size() ? std::optional(std::move(address)) : std::nullopt;
}

std::vector<std::string_view> ModuleChain(std::string_view module) {
  std::vector<std::string_view> chain;
  const std::optional<std::vector<Part>> parts = Tokenize(module);
  if (!parts) {
    return chain;
  }
  for (size_t i = 0; i + 1 < parts->size();) {
    if ((*parts)[i].text != "module") {
      break;
    }
    size_t end = (*parts)[i + 1].end;
    i += 2;
    if (i < parts->size() && !(*parts)[i].is_name()) {
      end = (*parts)[i].end;
      ++i;
    }
    chain.push_back(module.substr(0, end));
  }
  return chain;
}

std::string ModulePath(std::string_view module) {
  std::string path;
  const std::optional<std::vector<Part>> parts = Tokenize(module);
  if (parts) {
    for (const Part& part : *parts) {
      if (part.is_name()) {
        path += path.empty() ? "" : ".";
        path += part.text;
      }
    }
  }
  return path;
}

std::optional<ModuleStep> LastModuleStep(std::string_view module) {
  const std::vector<std::string_view> chain = ModuleChain(module);
  if (chain.empty()) {
    return std::nullopt;
  }
  ModuleStep step;
  step.parent = chain.size() > 1 ? chain[chain.size() - 2] : std::string_view();
  const std::string_view rest =
      step.parent.empty() ? chain.back() : chain.back().substr(step.parent.size() + 1);
  const std::optional<std::vector<Part>> parts = Tokenize(rest);
  if (!parts || parts->size() < 2) {
    return std::nullopt;
  }
  step.name = (*parts)[1].text;
  if (parts->size() > 2) {
    step.key = KeyOf((*parts)[2]);
  }
  return step;
}

}  // namespace whomay::ingest::terraform

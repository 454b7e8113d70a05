// Recorded answers of kubectl's YAML reader (oracle/rbac/yaml.jsonl).

#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "source/diagnostic.h"
#include "source/encoding.h"
#include "source/source.h"
#include "syntax/yaml.h"
#include "tests/vectors/replay.h"

namespace whomay::replay {
namespace {

using syntax::Kind;
using syntax::Value;

std::string Base64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const size_t value = kAlphabet.find(c);
    if (value == kAlphabet.npos) {
      continue;
    }
    group = group << 6 | static_cast<uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<char>(group >> bits));
    }
  }
  return bytes;
}

// As Kubernetes holds numbers: int64, else float64.
std::string Number(std::string_view text) {
  int64_t integer = 0;
  const char* const end = text.data() + text.size();
  if (const auto [at, error] = std::from_chars(text.data(), end, integer);
      at == end && error == std::errc()) {
    return std::to_string(integer);
  }
  double number = 0;
  std::from_chars(text.data(), end, number);
  if (number == std::floor(number) && std::abs(number) < 9e18) {
    return std::to_string(static_cast<int64_t>(number));
  }
  char buffer[64];
  const auto [at, error] = std::to_chars(buffer, buffer + sizeof(buffer), number);
  return std::string(buffer, at);
}

// One spelling for equal values; of equal keys the last counts.
std::string Canonical(const Value& value) {
  switch (value.kind()) {
    case Kind::kNumber:
      return Number(value.text());
    case Kind::kString:
      return '"' + std::string(value.text()) + '"';
    case Kind::kArray: {
      std::string text = "[";
      for (const Value element : value.elements()) {
        text += Canonical(element) + ",";
      }
      return text + "]";
    }
    case Kind::kObject: {
      std::map<std::string, std::string> members;
      for (const Value member : value.members()) {
        members[std::string(member.key())] = Canonical(member);
      }
      std::string text = "{";
      for (const auto& [key, member] : members) {
        text += '"' + key + "\":" + member + ",";
      }
      return text + "}";
    }
    default:
      return value.kind() == Kind::kBool ? std::string(value.text()) : "null";
  }
}

}  // namespace

Outcome ReplayYaml(const Value& line, const Options&) {
  Outcome outcome;
  if (line.Get("unstable").is_true()) {
    outcome.passed = 1;  // has no answer
    return outcome;
  }
  std::string text =
      line.Get("base64") ? Base64(line.Get("base64").text()) : std::string(line.Get("text").text());
  // whomay refuses UTF-16 by name. kubectl reads it big-endian with a mark and line ends of two
  // bytes.
  if (text.substr(0, 2) == "\xFE\xFF" && text.size() % 2 == 0 && text.back() == '\n') {
    text = source::Utf16ToUtf8(text, source::Encoding::kUtf16BigEndian).utf8;
  }
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  const source::FileId file = sources.Add("text", std::move(text));
  syntax::StreamOptions options;
  options.as_kubectl = true;
  const syntax::Stream stream = ReadKubernetesStream(sources, file, options, diagnostics);
  std::string problems;
  for (const source::Diagnostic& diagnostic : diagnostics.all()) {
    problems += " [" + diagnostic.code + ": " + diagnostic.message + "]";
    if (diagnostic.code == "yaml.undecided") {
      outcome.skipped = 1;
      return outcome;
    }
  }
  std::string expected;
  for (const Value document : line.Get("documents").elements()) {
    expected += Canonical(document) + "\n";
  }
  std::string found;
  for (const syntax::StreamDocument& document : stream.documents) {
    found += Canonical(document.tree.root()) + "\n";
  }
  const std::string error(line.Get("error").text());
  if (expected == found && error.empty() == !stream.failed) {
    outcome.passed = 1;
    return outcome;
  }
  outcome.failed = 1;
  outcome.differences.push_back("documents, expected:\n" + expected + "found:\n" + found +
                                "error, expected: \"" + error +
                                "\", found:" + (stream.failed ? " failed" : " none") + problems);
  return outcome;
}

}  // namespace whomay::replay

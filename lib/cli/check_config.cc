#include "cli/check_config.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <tuple>
#include <utility>

#include "base/strings.h"
#include "report/json_writer.h"
#include "source/diagnostic.h"
#include "syntax/json.h"

namespace whomay::cli {
namespace {

using syntax::Value;

constexpr std::array<std::string_view, 6> kConfigKeys = {"assertions",  "baseline", "inputs",
                                                         "source_root", "suppress", "threshold"};
constexpr std::array<std::string_view, 2> kInputKeys = {"cluster", "path"};
constexpr std::array<std::string_view, 6> kSuppressionKeys = {"address", "expires", "fingerprint",
                                                              "reason",  "rule",    "subject"};
constexpr std::array<std::string_view, 12> kAssertionKeys = {
    "account", "at_least",  "cluster", "context", "escalate",   "expect",
    "name",    "namespace", "never",   "only",    "permission", "principal"};

Origin OriginOf(const source::SourceSet& sources, source::Span span) {
  const source::Location place = sources.Locate(span);
  Origin origin;
  origin.file = std::string(place.file);
  origin.line = static_cast<int>(place.line);
  origin.column = static_cast<int>(place.column);
  return origin;
}

// 2027-01-31
bool IsDate(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-dd";
  if (text.size() != kForm.size()) {
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == 'd' ? !digit : text[i] != kForm[i]) {
      return false;
    }
  }
  return true;
}

bool ReadSeverity(std::string_view text, FindingSeverity& to) {
  for (const auto severity : {FindingSeverity::kNote, FindingSeverity::kLow,
                              FindingSeverity::kMedium, FindingSeverity::kHigh}) {
    if (text == Name(severity)) {
      to = severity;
      return true;
    }
  }
  return false;
}

// One text of a map into its field; false if the map has no such key.
template <typename Fields>
bool Fill(const Value& member, const Fields& fields) {
  for (const auto& [key, field] : fields) {
    if (member.key() == key && member.is_string()) {
      *field = std::string(member.text());
      return true;
    }
  }
  return false;
}

// An unknown key, or a value of another type than the key has.
std::string WhyNot(const Value& member, std::span<const std::string_view> keys,
                   std::string_view what) {
  if (std::find(keys.begin(), keys.end(), member.key()) != keys.end()) {
    return Concat({"'", member.key(), "' of ", what, " has a value of another type"});
  }
  const std::vector<std::string_view> known(keys.begin(), keys.end());
  return Concat({"unknown key '", member.key(), "': ", what, " has ", Join(known, ", ")});
}

// context: {KEY: VALUE or [VALUE, ...]}
absl::Status ReadContext(const source::SourceSet& sources, const Value& context, Assertion& to) {
  for (const Value member : context.members()) {
    std::vector<std::string>& values = to.context[std::string(member.key())];
    if (member.is_string()) {
      values = {std::string(member.text())};
    } else if (member.is_array()) {
      for (const Value item : member.elements()) {
        if (!item.is_string()) {
          return ErrorAt(sources, item.span(), "values of a context key are texts: quote them");
        }
        values.emplace_back(item.text());
      }
    } else {
      return ErrorAt(sources, member.span(), "values of a context key are texts: quote them");
    }
  }
  return absl::OkStatus();
}

absl::Status ReadSuppression(const source::SourceSet& sources, const Value& value,
                             std::string_view by, CheckOptions& to) {
  Suppression one;
  one.by = std::string(by);
  one.origin = OriginOf(sources, value.span());
  const std::array<std::pair<std::string_view, std::string*>, 6> fields = {{
      {"rule", &one.rule},
      {"subject", &one.subject},
      {"address", &one.address},
      {"fingerprint", &one.fingerprint},
      {"reason", &one.reason},
      {"expires", &one.expires},
  }};
  if (!value.is_object()) {
    return ErrorAt(sources, value.span(), "a suppression is a map");
  }
  for (const Value member : value.members()) {
    if (!Fill(member, fields)) {
      return ErrorAt(sources, member.key_span(), WhyNot(member, kSuppressionKeys, "a suppression"));
    }
  }
  if (one.rule.empty() || (by == "configuration" && one.reason.empty())) {
    return ErrorAt(
        sources, value.span(),
        one.rule.empty() ? "a suppression names its rule" : "a suppression gives its reason");
  }
  if (one.rule.find_first_of("*?") == std::string::npos && FindRule(one.rule) == nullptr) {
    return ErrorAt(sources, value.span(), Concat({"there is no rule '", one.rule, "'"}));
  }
  if (!one.expires.empty() && !IsDate(one.expires)) {
    return ErrorAt(sources, value.span(), "expires is a date, 2027-01-31");
  }
  to.suppressions.push_back(std::move(one));
  return absl::OkStatus();
}

// Words between blanks; quotes around a word are a shell's.
std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view word : Split(text, ' ')) {
    const bool quoted =
        word.size() > 1 && word.front() == word.back() && (word[0] == '\'' || word[0] == '"');
    if (!word.empty()) {
      words.emplace_back(quoted ? word.substr(1, word.size() - 2) : word);
    }
  }
  return words;
}

absl::Status ReadAssertion(const source::SourceSet& sources, const Value& value, CheckOptions& to) {
  Assertion one;
  one.origin = OriginOf(sources, value.span());
  std::string permission;
  const std::array<std::pair<std::string_view, std::string*>, 7> fields = {{
      {"name", &one.name},
      {"permission", &permission},
      {"cluster", &one.cluster},
      {"namespace", &one.name_space},
      {"account", &one.account},
      {"principal", &one.principal},
      {"expect", &one.decision},
  }};
  const std::array<std::pair<std::string_view, std::vector<std::string>*>, 3> lists = {
      {{"only", &one.only}, {"never", &one.never}, {"at_least", &one.at_least}}};
  if (!value.is_object()) {
    return ErrorAt(sources, value.span(), "an assertion is a map");
  }
  bool only = false;
  for (const Value member : value.members()) {
    if (Fill(member, fields)) {
      continue;
    }
    if (member.key() == "escalate" && member.is_bool()) {
      one.escalate = member.is_true();
      continue;
    }
    if (member.key() == "context" && member.is_object()) {
      if (const absl::Status read = ReadContext(sources, member, one); !read.ok()) {
        return read;
      }
      continue;
    }
    const auto* const list = std::find_if(lists.begin(), lists.end(), [&](const auto& candidate) {
      return candidate.first == member.key();
    });
    if (list == lists.end() || !member.is_array()) {
      return ErrorAt(sources, member.key_span(), WhyNot(member, kAssertionKeys, "an assertion"));
    }
    for (const Value item : member.elements()) {
      if (!item.is_string()) {
        return ErrorAt(sources, item.span(), "a principal is a text");
      }
      list->second->emplace_back(item.text());
    }
    only = only || member.key() == "only";
  }
  one.permission = Words(permission);
  if (only && one.only.empty()) {
    one.only.emplace_back("");  // nobody at all
  }
  if (one.permission.empty()) {
    return ErrorAt(sources, value.span(), "an assertion names its permission");
  }
  if (one.principal.empty() != one.decision.empty()) {
    return ErrorAt(sources, value.span(), "principal and expect go together");
  }
  constexpr std::array<Decision, 4> kDecisions = {Decision::kDenied, Decision::kUnknown,
                                                  Decision::kConditional, Decision::kAllowed};
  if (!one.decision.empty() &&
      std::none_of(kDecisions.begin(), kDecisions.end(),
                   [&](Decision decision) { return one.decision == Name(decision); })) {
    return ErrorAt(sources, value.span(), "expect is allowed, denied, conditional or unknown");
  }
  if (one.decision.empty() && one.only.empty() && one.never.empty() && one.at_least.empty()) {
    return ErrorAt(sources, value.span(), "an assertion says only, never, at_least or expect");
  }
  to.assertions.push_back(std::move(one));
  return absl::OkStatus();
}

}  // namespace

std::span<const std::string_view> ConfigKeys() { return kConfigKeys; }
std::span<const std::string_view> InputKeys() { return kInputKeys; }
std::span<const std::string_view> SuppressionKeys() { return kSuppressionKeys; }
std::span<const std::string_view> AssertionKeys() { return kAssertionKeys; }

absl::Status ErrorAt(const source::SourceSet& sources, source::Span span,
                     std::string_view message) {
  const source::Location place = sources.Locate(span);
  return absl::InvalidArgumentError(AsAbsl(Concat({place.file, ":", std::to_string(place.line), ":",
                                                   std::to_string(place.column), ": ", message})));
}

absl::StatusOr<bool> ReadCheckKey(const source::SourceSet& sources, const Value& member,
                                  const std::string& folder, Config& config) {
  if (member.key() == "threshold") {
    if (!member.is_string() || !ReadSeverity(member.text(), config.check.threshold)) {
      return ErrorAt(sources, member.span(), "threshold is note, low, medium or high");
    }
    return true;
  }
  if (member.key() == "baseline") {
    if (!member.is_string()) {
      return ErrorAt(sources, member.span(), "baseline is a path");
    }
    config.baseline =
        (std::filesystem::path(folder) / std::string(member.text())).lexically_normal().string();
    return true;
  }
  if (member.key() != "suppress" && member.key() != "assertions") {
    return false;
  }
  if (!member.is_array()) {
    return ErrorAt(sources, member.key_span(), Concat({member.key(), " is a list"}));
  }
  for (const Value value : member.elements()) {
    const absl::Status read = member.key() == "suppress"
                                  ? ReadSuppression(sources, value, "configuration", config.check)
                                  : ReadAssertion(sources, value, config.check);
    if (!read.ok()) {
      return read;
    }
  }
  return true;
}

absl::StatusOr<std::vector<Suppression>> ParseBaseline(std::string_view path, std::string text) {
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  const source::FileId file = sources.Add(std::string(path), std::move(text));
  const syntax::Tree tree = syntax::ParseJson(
      sources, {file, 0, static_cast<uint32_t>(sources.bytes(file).size())}, diagnostics);
  for (const source::Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity == source::Severity::kError) {
      return ErrorAt(sources, diagnostic.span, diagnostic.message);
    }
  }
  const Value findings =
      tree.root() && tree.root().is_object() ? tree.root().Get("findings") : Value();
  if (!findings || !findings.is_array() ||
      tree.root().Get("schema").text() != "whomay.baseline/1") {
    return ErrorAt(sources, {file, 0, 0},
                   "no baseline: a map with schema whomay.baseline/1 and findings");
  }
  CheckOptions options;
  for (const Value value : findings.elements()) {
    const absl::Status read = ReadSuppression(sources, value, "baseline", options);
    if (!read.ok()) {
      return read;
    }
    Suppression& one = options.suppressions.back();
    if (one.fingerprint.empty()) {
      return ErrorAt(sources, value.span(), "an entry of a baseline has a fingerprint");
    }
    one.subject.clear();  // for people; the fingerprint holds it
    one.reason = one.reason.empty() ? "in the baseline" : one.reason;
  }
  return std::move(options.suppressions);
}

std::string WriteBaseline(const CheckAnswer& answer) {
  std::vector<const Finding*> kept;
  for (const Finding& finding : answer.findings) {
    if (!finding.suppressed || finding.suppressed_by == "baseline") {
      kept.push_back(&finding);
    }
  }
  const auto key = [](const Finding* one) {
    return std::tie(one->rule, one->subject, one->fingerprint);
  };
  std::sort(kept.begin(), kept.end(),
            [&](const Finding* a, const Finding* b) { return key(a) < key(b); });
  kept.erase(std::unique(kept.begin(), kept.end(),
                         [](const Finding* a, const Finding* b) {
                           return a->fingerprint == b->fingerprint;
                         }),
             kept.end());
  report::JsonWriter json;
  json.Object([&] {
    json.Key("schema").String("whomay.baseline/1");
    json.Key("findings").Array(kept, [&](const Finding* one) {
      json.Object([&] {
        json.Key("rule").String(one->rule);
        json.Key("subject").String(one->subject);
        json.Key("fingerprint").String(one->fingerprint);
        if (one->suppressed && one->reason != "in the baseline") {
          json.Key("reason").String(one->reason);
        }
      });
    });
  });
  return std::move(json).Take();
}

}  // namespace whomay::cli

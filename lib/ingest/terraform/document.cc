#include "ingest/terraform/document.h"

#include <algorithm>
#include <initializer_list>

#include "base/strings.h"
#include "source/encoding.h"

namespace whomay::ingest::terraform {
namespace {

using syntax::Value;

// How much of a file's beginning says what it is.
constexpr size_t kSniffed = 64 << 10;
constexpr size_t kHumanBytes = 8192;  // the same of what Terraform prints for people
// How deep a wrapped plan may stand (OPA and Sentinel fixtures: mock.<name>.tfplan).
constexpr int kWrapDepth = 4;
constexpr size_t kMaxWrapped = 10'000;  // values looked at

std::string_view FirstLine(std::string_view text) { return text.substr(0, text.find('\n')); }

bool Has(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

void SkipBlanks(std::string_view& text) {
  while (!text.empty() &&
         (text[0] == ' ' || text[0] == '\n' || text[0] == '\r' || text[0] == '\t')) {
    text.remove_prefix(1);
  }
}

bool HasAny(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [text](std::string_view word) { return Has(text, word); });
}

// What `terraform plan` and `terraform show` print without -json.
bool IsHumanOutput(std::string_view text) {
  if (HasAny(
          text,
          {"Terraform used the selected providers", "Terraform will perform the following actions",
           "OpenTofu used the selected providers", "OpenTofu will perform the following actions",
           "No changes. Your infrastructure matches the configuration"})) {
    return true;
  }
  return text.substr(0, 2) == "\x1b[" &&
         HasAny(text, {"Terraform", "OpenTofu", " will be ", "Plan: ", ": Reading...",
                       ": Refreshing state..."});
}

// "1.2" -> 1; -1 for what is no version.
int Major(std::string_view version) {
  int major = 0;
  size_t i = 0;
  for (; i < version.size() && version[i] >= '0' && version[i] <= '9' && i < 6; ++i) {
    major = major * 10 + (version[i] - '0');
  }
  return i == 0 || (i < version.size() && version[i] != '.') ? -1 : major;
}

bool HasPlanParts(const Value& root) {
  return root.Get("resource_changes").is_array() || root.Get("planned_values").is_object();
}

// A `show -json` state: values.root_module, or values with outputs only.
bool HasStateParts(const Value& root) { return root.Get("values").is_object(); }

// The document that `root` is itself; kNone without a why when it is nothing of Terraform's.
Document RecognizeOne(const Value& root) {
  Document document;
  document.root = root;
  if (!root.is_object()) {
    return document;
  }
  const Value version = root.Get("format_version");
  document.version = version.text();
  if (root.Get("remote_plan_format")) {
    document.why_not = WhatToRunInstead(TextKind::kBookmark);
  } else if (root.Get("encrypted_data") && root.Get("encryption_version")) {
    document.why_not =
        "this is encrypted by OpenTofu; run `tofu show -json` where its key is, and give what that "
        "prints";
  } else if (root.Get("plan_format_version") && root.Get("provider_schemas")) {
    // HCP's redacted plan: resource_changes only.
    document.kind = HasPlanParts(root) ? DocumentKind::kPlan : DocumentKind::kNone;
    document.version = root.Get("plan_format_version").text();
    if (document.kind == DocumentKind::kNone) {
      document.why_not =
          "a redacted plan without resource_changes holds no values; give the output of `terraform "
          "show -json PLAN`";
    }
  } else if (root.Get("provider_schemas")) {
    document.why_not =
        "this is the output of `terraform providers schema -json`; give that of "
        "`terraform show -json PLAN`";
  } else if (HasPlanParts(root) &&
             (version || root.Get("terraform_version") || root.Get("configuration") ||
              root.Get("prior_state") || root.Get("resource_changes").is_array())) {
    document.kind = DocumentKind::kPlan;
  } else if (version && (HasStateParts(root) || root.size() <= 2)) {
    document.kind = DocumentKind::kState;  // {"format_version":"1.0"} alone: an empty state
  } else if (root.Get("terraform_version") && HasStateParts(root) &&
             root.Get("values").Get("root_module").is_object()) {
    document.kind = DocumentKind::kState;
  } else if (root.Get("version") && (root.Get("lineage") || (root.Get("terraform_version") &&
                                                             root.Get("resources").is_array()))) {
    document.version = root.Get("version").text();
    if (document.version == "4") {
      document.kind = DocumentKind::kRawState;
    } else {
      document.why_not = Concat({"a raw state of version ", document.version,
                                 " is not read; run `terraform show -json` of Terraform 0.12 or "
                                 "newer on it"});
    }
  }
  // 0.x and 1.x are read: a minor version only adds keys.
  const int major = document.version.empty() ? 0 : Major(document.version);
  if ((document.kind == DocumentKind::kPlan || document.kind == DocumentKind::kState) &&
      (major < 0 || major > 1)) {
    document.kind = DocumentKind::kNone;
    document.why_not = Concat(
        {"format_version ", document.version,
         " is newer than what is read here (0.x and 1.x); a newer whomay may read it, or run "
         "`terraform show -json` of an older Terraform"});
  }
  return document;
}

}  // namespace

TextKind SniffText(std::string_view bytes) {
  std::string_view text = bytes.substr(0, kSniffed);
  if (text.substr(0, 2) == "\xFF\xFE" || text.substr(0, 2) == "\xFE\xFF") {
    // JSON has been transcoded by now: PowerShell's `terraform plan > FILE`.
    const std::string utf8 =
        source::Utf16ToUtf8(text.substr(0, kHumanBytes & ~size_t{1}), source::DetectEncoding(text))
            .utf8;
    return IsHumanOutput(utf8) ? TextKind::kHumanOutput : TextKind::kUnknown;
  }
  if (text.substr(0, 4) == std::string_view("PK\x03\x04", 4)) {
    // A zip: a saved plan by the names of its members.
    return Has(text, "tfplan") || Has(text, "tfconfig/") ? TextKind::kBinaryPlan
                                                         : TextKind::kUnknown;
  }
  if (text.substr(0, 3) == "\xEF\xBB\xBF") {
    text.remove_prefix(3);
  }
  SkipBlanks(text);
  if (text.substr(0, 9) == "[command]") {
    return TextKind::kWrapped;
  }
  if (IsHumanOutput(text.substr(0, kHumanBytes))) {
    return TextKind::kHumanOutput;
  }
  if (text.empty() || text[0] != '{') {
    return TextKind::kUnknown;
  }
  const std::string_view line = FirstLine(text);
  if (Has(line, "\"@level\"") && Has(line, "\"type\"")) {
    return TextKind::kUiStream;
  }
  if (Has(line, "\"remote_plan_format\"")) {
    return TextKind::kBookmark;
  }
  // A Kubernetes object may well quote a plan.
  std::string_view key = text.substr(1);
  SkipBlanks(key);
  for (const std::string_view kubernetes : {"\"apiVersion\"", "\"kind\"", "\"items\""}) {
    if (key.substr(0, kubernetes.size()) == kubernetes) {
      return TextKind::kUnknown;
    }
  }
  for (const std::string_view word :
       {"\"format_version\"", "\"terraform_version\"", "\"planned_values\"", "\"resource_changes\"",
        "\"lineage\"", "\"plan_format_version\"", "\"encryption_version\""}) {
    if (Has(text, word)) {
      return TextKind::kJson;
    }
  }
  return TextKind::kUnknown;
}

std::string_view WhatToRunInstead(TextKind kind) {
  switch (kind) {
    case TextKind::kBinaryPlan:
      return "this is a saved plan in Terraform's binary form; run `terraform show -json PLAN > "
             "plan.json` and give plan.json";
    case TextKind::kBookmark:
      return "this is a bookmark of a plan kept by HCP Terraform, not the plan; run `terraform "
             "show "
             "-json PLAN > plan.json` and give plan.json";
    case TextKind::kHumanOutput:
      return "this is Terraform's output for people; run `terraform plan -out PLAN` and `terraform "
             "show -json PLAN > plan.json` and give plan.json";
    case TextKind::kUiStream:
      return "this is the message stream of `terraform plan -json`, which holds no values; run "
             "`terraform plan -out PLAN` and `terraform show -json PLAN > plan.json` and give "
             "plan.json";
    default:
      return {};
  }
}

std::string_view WithoutWrapperLines(std::string_view bytes) {
  // The wrapper of setup-terraform prints its command before and `::set-output` lines behind.
  std::string_view text = bytes;
  while (!text.empty() && text[0] != '{') {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return {};
    }
    text.remove_prefix(end + 1);
  }
  for (;;) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
      text.remove_suffix(1);
    }
    const size_t line = text.rfind('\n');
    if (line == std::string_view::npos || text.substr(line + 1, 2) != "::") {
      return text;
    }
    text = text.substr(0, line);
  }
}

std::vector<Document> Recognize(const Value& root) {
  std::vector<Document> documents;
  Document own = RecognizeOne(root);
  if (own.kind != DocumentKind::kNone || !own.why_not.empty() || !root.is_object()) {
    documents.push_back(std::move(own));
    return documents;
  }
  // Plans some levels down: breadth first, in document order.
  std::vector<Value> level = {root};
  size_t looked_at = 0;
  for (int depth = 0; depth < kWrapDepth && documents.empty(); ++depth) {
    std::vector<Value> next;
    for (const Value& value : level) {
      for (const Value member : value.members()) {
        if (!member.is_object() || ++looked_at > kMaxWrapped) {
          continue;
        }
        Document inner = RecognizeOne(member);
        const bool plan = inner.kind == DocumentKind::kPlan && HasPlanParts(member) &&
                          member.Get("resource_changes").is_array();
        if (plan) {
          inner.wrapped = true;
          documents.push_back(std::move(inner));
        } else {
          next.push_back(member);
        }
      }
    }
    level = std::move(next);
  }
  return documents;
}

}  // namespace whomay::ingest::terraform

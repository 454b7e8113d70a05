#include "report/findings.h"
#include "report/json_parts.h"
#include "report/json_writer.h"

namespace whomay::report {
namespace {

void Write(JsonWriter& json, const Finding& finding) {
  json.Object([&] {
    json.Key("rule").String(finding.rule);
    json.Key("severity").String(Name(finding.severity));
    json.Key("subject").String(finding.subject);
    json.Key("message").String(finding.message);
    json.Key("origin");
    Write(json, finding.origin);
    json.Key("path");
    Write(json, finding.path);
    json.Key("fingerprint").String(finding.fingerprint);
    json.Key("suppressed").Bool(finding.suppressed);
    if (finding.suppressed) {
      json.Key("suppressed_by").String(finding.suppressed_by);
      json.Key("reason").String(finding.reason);
    }
  });
}

void Write(JsonWriter& json, const RuleInfo& rule) {
  json.Object([&] {
    json.Key("id").String(rule.id);
    json.Key("severity").String(Name(rule.severity));
    json.Key("title").String(rule.title);
    json.Key("explanation").String(rule.explanation);
    json.Key("remediation").String(rule.remediation);
    json.Key("reference").String(rule.reference);
  });
}

}  // namespace

std::string FindingsJson(const CheckAnswer& answer) {
  JsonWriter json;
  json.Object([&] {
    json.Key("schema").String("whomay.check/1");
    json.Key("world").String(Name(answer.world));
    json.Key("threshold").String(Name(answer.threshold));
    json.Key("failed").Bool(answer.failed);
    json.Key("findings").Array(answer.findings, [&](const Finding& one) { Write(json, one); });
    json.Key("assertions").Int(static_cast<int64_t>(answer.assertions));
    json.Key("notes").Strings(answer.notes);
    json.Key("incomplete").Bool(answer.incomplete);
  });
  return std::move(json).Take();
}

std::string RulesJson(std::span<const RuleInfo> rules) {
  JsonWriter json;
  json.Object([&] {
    json.Key("schema").String("whomay.rules/1");
    json.Key("rules").Array(rules, [&](const RuleInfo& one) { Write(json, one); });
  });
  return std::move(json).Take();
}

}  // namespace whomay::report

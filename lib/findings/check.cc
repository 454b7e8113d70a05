// check: every rule, the assertions, the suppressions; sorted.
#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "base/strings.h"
#include "data/bootstrap_rbac.h"
#include "findings/report.h"

namespace whomay {

namespace findings {

Finding& Reporter::Say(std::string_view rule, std::string subject, const facts::Origin& origin,
                       std::string message, std::string detail, const source::Span* span) {
  Found& found = found_.emplace_back();
  const RuleInfo* info = FindRule(rule);
  found.finding.rule = std::string(rule);
  found.finding.severity = info == nullptr ? FindingSeverity::kMedium : info->severity;
  found.finding.message = std::move(message);
  found.finding.subject = std::move(subject);
  facts::Origin place = origin;
  if (span != nullptr && span->known()) {
    place.span = *span;
  }
  found.finding.origin = world_.OriginOf(place);
  found.span = origin.span;
  found.detail = std::move(detail);
  return found.finding;
}

std::string Fingerprint(std::string_view rule, std::string_view subject, std::string_view detail) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  uint64_t hash = HashText(Concat({rule, "\n", subject, "\n", detail}));
  std::string text(16, '0');
  for (size_t i = text.size(); i-- > 0; hash >>= 4) {
    text[i] = kDigits[hash & 0xF];
  }
  return text;
}

std::string Subject(const Reporter& to, const facts::IamPrincipal& principal) {
  if (facts::HasHole(principal.arn) && !principal.origin.address.empty()) {
    return std::string(principal.origin.address);
  }
  return to.Show(principal.arn);
}

bool IsSystemName(std::string_view name) {
  if (name.substr(0, 7) == "system:" || name.substr(0, 4) == "eks:") {
    return true;
  }
  const auto& bootstrap = data::BootstrapFor("");
  return std::any_of(bootstrap.roles.begin(), bootstrap.roles.end(),
                     [&](const data::BootstrapRole* role) { return role->name == name; });
}

}  // namespace findings

const char* Name(FindingSeverity severity) {
  constexpr std::array<const char*, 4> kNames = {"note", "low", "medium", "high"};
  return kNames[static_cast<size_t>(severity)];
}

CheckAnswer Check(const Analysis& analysis, World world, const CheckOptions& options) {
  const Snapshot& snapshot = analysis.snapshot(world);
  findings::Reporter reporter(*snapshot.world_, options);
  for (const auto& rule :
       {findings::CheckAwsAuth, findings::CheckAccessEntries, findings::CheckTrusts,
        findings::CheckServiceAccounts, findings::CheckPodIdentity, findings::CheckNodes,
        findings::CheckRbac, findings::CheckRbacLint, findings::CheckPrimitives,
        findings::CheckPolicies, findings::CheckEscalation}) {
    rule(reporter);
  }
  findings::CheckDiagnostics(analysis.diagnostics(), reporter);
  findings::CheckAssertions(snapshot, reporter);

  CheckAnswer answer;
  answer.world = world;
  answer.threshold = options.threshold;
  answer.assertions = options.assertions.size();
  answer.incomplete = !analysis.complete();
  findings::Suppress(*snapshot.world_, options, reporter.found(), answer.notes);
  for (findings::Found& found : reporter.found()) {
    answer.findings.push_back(std::move(found.finding));
  }
  std::sort(answer.findings.begin(), answer.findings.end(), [](const auto& a, const auto& b) {
    return std::tie(b.severity, a.rule, a.subject, a.message, a.origin.file, a.origin.line) <
           std::tie(a.severity, b.rule, b.subject, b.message, b.origin.file, b.origin.line);
  });
  const auto same = [](const Finding& a, const Finding& b) {
    return a.fingerprint == b.fingerprint && a.message == b.message &&
           a.origin.line == b.origin.line && a.origin.file == b.origin.file;
  };
  answer.findings.erase(std::unique(answer.findings.begin(), answer.findings.end(), same),
                        answer.findings.end());
  answer.failed =
      std::any_of(answer.findings.begin(), answer.findings.end(), [&](const Finding& finding) {
        return !finding.suppressed && finding.severity >= options.threshold;
      });
  return answer;
}

}  // namespace whomay

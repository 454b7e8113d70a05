// Diagnostics that are findings too: access configuration that is read otherwise than it looks.
#include <algorithm>
#include <array>
#include <string>

#include "base/strings.h"
#include "findings/report.h"

namespace whomay::findings {
namespace {

struct Mapping {
  std::string_view code;
  std::string_view rule;
};
// By code.
constexpr std::array<Mapping, 19> kMappings = {{
    {"aws-auth.dropped", "aws-auth-dropped"},
    {"aws-auth.duplicate", "aws-auth-duplicate"},
    {"aws-auth.empty-section", "aws-auth-broken"},
    {"aws-auth.key-case", "aws-auth-key-case"},
    {"aws-auth.leftover", "aws-auth-leftover"},
    {"aws-auth.namespace", "aws-auth-place"},
    {"aws-auth.type", "aws-auth-type"},
    {"aws-auth.unknown-key", "aws-auth-place"},
    {"eks.association-no-entry", "access-policy-without-entry"},
    {"eks.association-refused", "access-entry-refused"},
    {"eks.aws-auth-ignored", "authentication-mode"},
    {"eks.entries-ignored", "authentication-mode"},
    {"eks.entry-duplicate", "access-entry-duplicate"},
    {"eks.entry-refused", "access-entry-refused"},
    {"eks.pod-identity-refused", "pod-identity-refused"},
    {"kubernetes.duplicate", "kubernetes-duplicate"},
    {"kubernetes.refused", "rbac-refused"},
    {"kubernetes.replaced", "kubernetes-duplicate"},
    {"rbac.dangling", "rbac-dangling"},
}};

}  // namespace

void CheckDiagnostics(const std::vector<Diagnostic>& diagnostics, Reporter& to) {
  for (const Diagnostic& diagnostic : diagnostics) {
    const auto* const mapping =
        std::find_if(kMappings.begin(), kMappings.end(),
                     [&](const Mapping& one) { return one.code == diagnostic.code; });
    if (mapping == kMappings.end()) {
      continue;
    }
    const std::string subject =
        diagnostic.origin.address.empty() ? diagnostic.origin.file : diagnostic.origin.address;
    Finding& finding = to.Say(mapping->rule, subject, {}, diagnostic.message, diagnostic.message);
    finding.origin = diagnostic.origin;
  }
}

}  // namespace whomay::findings

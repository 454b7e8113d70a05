#include "ingest/not_read.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/strings.h"
#include "ingest/terraform/terraform.h"
#include "source/diagnostic.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace whomay::ingest {
namespace {

using source::Diagnostic;
using source::Severity;

// What only Helm's templates say between braces; GitHub's workflows and Ansible's plays have braces
// of their own (https://helm.sh/docs/chart_template_guide/builtin_objects/).
constexpr std::array<std::string_view, 8> kHelmWords = {".Values",       ".Release",   ".Chart",
                                                        ".Capabilities", ".Files.",    "include \"",
                                                        "define \"",     "template \""};

// Keys that make a JSON text one of IAM's or of the EKS commands'.
constexpr std::array<std::string_view, 11> kOurKeys = {
    "\"Statement\"",      "\"AssumeRolePolicyDocument\"",
    "\"PolicyDocument\"", "\"UserDetailList\"",
    "\"RoleDetailList\"", "\"GroupDetailList\"",
    "\"accessEntry\"",    "\"associatedAccessPolicies\"",
    "\"associations\"",   "\"authenticationMode\"",
    "\"accessEntries\""};

bool IsHelmTemplate(std::string_view bytes) {
  for (size_t at = bytes.find("{{"); at != std::string_view::npos; at = bytes.find("{{", at + 2)) {
    const std::string_view inside = bytes.substr(at, bytes.find("}}", at) - at);
    if (std::any_of(kHelmWords.begin(), kHelmWords.end(), [&](std::string_view word) {
          return inside.find(word) != std::string_view::npos;
        })) {
      return true;
    }
  }
  return false;
}

std::optional<Diagnostic> FirstError(const source::Diagnostics& from) {
  const auto at = std::find_if(from.all().begin(), from.all().end(), [](const Diagnostic& one) {
    return one.severity == Severity::kError && one.span.known();
  });
  return at == from.all().end() ? std::nullopt : std::optional<Diagnostic>(*at);
}

std::optional<Diagnostic> SyntaxError(const source::SourceSet& sources, source::FileId file,
                                      bool json) {
  source::Diagnostics tried;
  if (json) {
    const auto size = static_cast<uint32_t>(sources.bytes(file).size());
    syntax::ParseJsonSequence(sources, {file, 0, size}, tried);
  } else {
    syntax::ReadKubernetesStream(sources, file, {}, tried);
  }
  return FirstError(tried);
}

}  // namespace

NotRead WhyNotRead(const source::SourceSet& sources, source::FileId file) {
  NotRead result{
      NotRead::Why::kOtherKind, "input.skipped", {file, 0, 0}, "of no kind that whomay reads"};
  const std::string_view bytes = sources.bytes(file);
  const std::string_view known = WhyNotTerraform(sources.name(file), bytes);
  if (!known.empty()) {
    result.why = NotRead::Why::kKnown;
    result.message = known;
    return result;
  }
  if (IsHelmTemplate(bytes)) {
    result.why = NotRead::Why::kTemplate;
    result.code = "kubernetes.template";
    result.message = "an unrendered template; read the output of `helm template` instead";
    return result;
  }
  const size_t first = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string_view::npos) {
    result.why = NotRead::Why::kKnown;
    result.message = "the file is empty; a command that fails writes nothing";
    return result;
  }
  const bool json = (bytes[first] == '{' || bytes[first] == '[');
  std::optional<Diagnostic> error = SyntaxError(sources, file, json);
  if (!error) {
    return result;
  }
  const bool ours =
      json && std::any_of(kOurKeys.begin(), kOurKeys.end(), [&](std::string_view key) {
        return bytes.find(key) != std::string_view::npos;
      });
  result.why = ours ? NotRead::Why::kOurs : NotRead::Why::kBroken;
  result.code = ours ? "json.syntax" : "input.skipped";
  result.span = error->span;
  result.message = std::move(error->message);
  return result;
}

bool IsEmpty(const facts::Facts& facts) {
  const bool aws = facts.policies.empty() && facts.principals.empty() &&
                   facts.managed_policies.empty() && facts.attachments.empty() &&
                   facts.inline_policies.empty() && facts.instance_profiles.empty() &&
                   facts.oidc_providers.empty() && facts.saml_providers.empty() &&
                   facts.resources.empty() && facts.carriers.empty() && facts.callers.empty() &&
                   facts.organization_nodes.empty() && facts.memberships.empty();
  const bool eks = facts.clusters.empty() && facts.access_entries.empty() &&
                   facts.access_policies.empty() && facts.pod_identities.empty() &&
                   facts.addons.empty() && facts.node_groups.empty() && facts.aws_auths.empty();
  return aws && eks && facts.roles.empty() && facts.bindings.empty() &&
         facts.service_accounts.empty() && facts.workloads.empty() && facts.token_secrets.empty() &&
         facts.namespaces.empty() && facts.custom_resources.empty();
}

}  // namespace whomay::ingest

// Access entries: against aws-auth, against bindings. What EKS refuses stands in the diagnostics
// (diagnostic_rules.cc). Source: Amazon EKS user guide, "Grant IAM users access to Kubernetes with
// EKS access entries"; spec eks 2.
#include <algorithm>
#include <optional>
#include <string>

#include "base/arn.h"
#include "base/strings.h"
#include "eks/access_entry.h"
#include "findings/principals.h"
#include "findings/report.h"

namespace whomay::findings {
namespace {

using facts::AccessEntry;
using facts::AuthenticationMode;
using facts::Str;

// The ARN that aws-auth lines have to hold for this principal: roles without their path.
std::string CanonicalArn(Str principal) {
  const Arn arn = ParseArn(principal);
  const IamName name(arn.resource);
  if (!arn.valid || name.kind != "role") {
    return std::string(principal);
  }
  return Concat({"arn:", arn.partition, ":iam::", arn.account, ":role/", name.name});
}

void AgainstAwsAuth(Reporter& to, const graph::Cluster& cluster, const AccessEntry& entry) {
  const std::string canonical = CanonicalArn(entry.principal_arn);
  for (const uint32_t i : cluster.aws_auths) {
    const facts::AwsAuth& auth = to.facts().aws_auths[i];
    for (const auto* section : {&auth.roles, &auth.users}) {
      for (const facts::AwsAuthEntry& line : *section) {
        if (line.arn.empty() || !EqualsIgnoreAsciiCase(line.arn, canonical)) {
          continue;
        }
        std::vector<Str> lost;
        for (const Str group : line.groups) {
          if (std::find(entry.groups.begin(), entry.groups.end(), group) == entry.groups.end()) {
            lost.push_back(group);
          }
        }
        if (entry.groups_open || (lost.empty() && line.username == entry.user_name)) {
          continue;
        }
        to.Say("access-entry-shadows-aws-auth", to.Show(entry.principal_arn), auth.origin,
               Concat({"the access entry of this principal stands alone; this line of aws-auth is "
                       "not looked at",
                       lost.empty() ? "" : ", and its groups are lost: ", Join(lost, ", ")}),
               std::string(cluster.name), &line.span);
      }
    }
  }
}

void Entry(Reporter& to, const graph::Cluster& cluster, const AccessEntry& entry) {
  const std::string subject = to.Show(entry.principal_arn);
  const bool standard = entry.type.empty() || entry.type == "STANDARD";
  for (const Str group : entry.groups) {
    if (const std::optional<std::string> why = WhyUnbound(to, cluster, group)) {
      to.Say("group-unbound", subject, entry.origin, *why, Concat({cluster.name, "|", group}));
    }
  }
  // EKS's own default, which files may spell out, names the role before the session.
  const bool by_default = entry.user_name.substr(0, 4) == "arn:";
  if (standard && !by_default && entry.user_name.find("{{SessionName") != Str::npos) {
    to.Say("session-username", subject, entry.origin,
           Concat({"who assumes this role chooses what stands in `", to.Show(entry.user_name),
                   "`: bindings to users of this form are not safe"}),
           std::string(cluster.name));
  }
  const bool has_policy =
      std::any_of(cluster.access_policies.begin(), cluster.access_policies.end(), [&](uint32_t i) {
        return to.facts().holes.Equal(to.facts().access_policies[i].principal_arn,
                                      entry.principal_arn) != Tri::kFalse;
      });
  if (standard && entry.groups.empty() && !entry.groups_open && entry.user_name.empty() &&
      !entry.user_name_open && !has_policy) {
    to.Say("access-entry-empty", subject, entry.origin,
           "an access entry with neither groups nor policies: its principal may authenticate and "
           "find out what the API offers, no more",
           std::string(cluster.name));
  }
}

}  // namespace

void CheckAccessEntries(Reporter& to) {
  for (uint32_t c = 0; c < to.graph().clusters.size(); ++c) {
    const graph::Cluster& cluster = to.graph().clusters[c];
    const bool ignored = cluster.record != graph::kNone &&
                         to.facts().clusters[cluster.record].mode == AuthenticationMode::kConfigMap;
    if (!to.Wanted(c) || ignored) {
      continue;
    }
    const bool both = cluster.record == graph::kNone ||
                      to.facts().clusters[cluster.record].mode != AuthenticationMode::kApi;
    for (const uint32_t i : cluster.access_entries) {
      const AccessEntry& entry = to.facts().access_entries[i];
      if (!eks::WhyEntryRefused(entry).empty()) {
        continue;
      }
      Entry(to, cluster, entry);
      if (both) {
        AgainstAwsAuth(to, cluster, entry);
      }
    }
  }
}

}  // namespace whomay::findings

#include "eks/diagnose.h"

#include <map>
#include <string>

#include "base/strings.h"
#include "eks/access_entry.h"
#include "eks/access_policy.h"
#include "eks/pod_identity.h"

namespace whomay::eks {
namespace {

using facts::AuthenticationMode;
using facts::Str;
using source::Severity;

class Diagnoser {
 public:
  Diagnoser(const ClusterFacts& given, source::Diagnostics& diagnostics)
      : given_(given),
        facts_(*given.facts),
        cluster_(given.cluster == kNone ? nullptr : &facts_.clusters[given.cluster]),
        diagnostics_(diagnostics) {}

  void Entries();
  void Associations();
  void PodIdentities(std::span<const uint32_t> pod_identities);
  void Mode();

 private:
  source::Diagnostic& Say(std::string_view code, Severity severity, const facts::Record& about,
                          std::string message) {
    const Str where = about.origin.address.empty() ? about.origin.object : about.origin.address;
    return diagnostics_.Add(Concat({"eks.", code}), severity, about.origin.span, std::move(message),
                            std::string(where));
  }

  const ClusterFacts& given_;
  const facts::Facts& facts_;
  const facts::Cluster* cluster_;
  source::Diagnostics& diagnostics_;
  std::map<Str, uint32_t> entries_;  // that stand, by principal
};

void Diagnoser::Entries() {
  for (const uint32_t i : given_.access_entries) {
    const facts::AccessEntry& entry = facts_.access_entries[i];
    const std::string why = WhyEntryRefused(entry);
    if (!why.empty()) {
      Say("entry-refused", Severity::kError, entry,
          Concat({"EKS refuses this access entry, so it grants nothing: ", why}));
      continue;
    }
    const auto [at, added] = entries_.try_emplace(entry.principal_arn, i);
    if (!added) {
      Say("entry-duplicate", Severity::kWarning, facts_.access_entries[at->second],
          Concat({"a later access entry of ", facts_.holes.Display(entry.principal_arn),
                  " stands instead of this one"}))
          .related.push_back({entry.origin.span, "the later one"});
      at->second = i;
    }
  }
}

void Diagnoser::Associations() {
  bool open_principals = false;
  for (const auto& [principal, entry] : entries_) {
    open_principals = open_principals || facts::HasHole(principal);
  }
  for (const uint32_t i : given_.access_policies) {
    const facts::AccessPolicyAssociation& association = facts_.access_policies[i];
    const auto entry = entries_.find(association.principal_arn);
    const bool found = entry != entries_.end();
    const std::string why = WhyAssociationRefused(
        association, found ? facts_.access_entries[entry->second].type : Str());
    const Str policy = association.policy_arn;
    if (!why.empty()) {
      Say("association-refused", Severity::kError, association,
          Concat({"EKS refuses this association, so it grants nothing: ", why}));
    } else if (!found && !open_principals && !facts::HasHole(association.principal_arn)) {
      // Entries that EKS makes by itself (the creator's) are in no file.
      const bool creator =
          cluster_ != nullptr && cluster_->creator_is_admin != Tri::kFalse &&
          (cluster_->creator.empty() || cluster_->creator == association.principal_arn);
      if (!creator) {
        Say("association-no-entry", Severity::kWarning, association,
            Concat({facts_.holes.Display(association.principal_arn),
                    " has no access entry: the policy grants nothing"}));
      }
    }
    if (!facts::HasHole(policy) && FindAccessPolicy(policy) == nullptr) {
      Say("access-policy-unknown", Severity::kWarning, association,
          Concat({"what ", policy, " allows is not known"}));
    }
  }
}

void Diagnoser::PodIdentities(std::span<const uint32_t> pod_identities) {
  for (const uint32_t i : pod_identities) {
    const facts::PodIdentityAssociation& association = facts_.pod_identities[i];
    const std::string why = WhyAssociationRefused(association, cluster_);
    if (!why.empty()) {
      Say("pod-identity-refused", Severity::kError, association,
          Concat({"EKS refuses this Pod Identity association: ", why}));
    }
  }
}

void Diagnoser::Mode() {
  if (cluster_ == nullptr) {
    return;
  }
  if (cluster_->mode == AuthenticationMode::kConfigMap && !given_.access_entries.empty()) {
    Say("entries-ignored", Severity::kWarning, facts_.access_entries[given_.access_entries.front()],
        Concat({"cluster ", facts_.holes.Display(cluster_->name),
                " authenticates by its ConfigMap alone: access entries grant nothing"}));
  }
  if (cluster_->mode == AuthenticationMode::kApi && given_.aws_auth != kNone) {
    Say("aws-auth-ignored", Severity::kWarning, facts_.aws_auths[given_.aws_auth],
        Concat({"cluster ", facts_.holes.Display(cluster_->name),
                " authenticates by access entries alone: aws-auth is not read"}));
  }
}

}  // namespace

void DiagnoseCluster(const ClusterFacts& cluster, std::span<const uint32_t> pod_identities,
                     source::Diagnostics& diagnostics) {
  Diagnoser diagnoser(cluster, diagnostics);
  diagnoser.Mode();
  diagnoser.Entries();
  diagnoser.Associations();
  diagnoser.PodIdentities(pod_identities);
}

}  // namespace whomay::eks

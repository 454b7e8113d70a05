#include "eks/pod_identity.h"

#include "base/strings.h"
#include "iam/context.h"

namespace whomay::eks {
namespace {

using iam::Context;

// The name of the add-on, and of the DaemonSet that its chart and manifests make.
constexpr std::string_view kAgent = "eks-pod-identity-agent";

std::string_view AccountOf(std::string_view arn) {
  const std::vector<std::string_view> sections = Split(arn, ':');
  return sections.size() > 5 ? sections[4] : std::string_view();
}

std::vector<SessionTag> TagsOf(const facts::PodIdentityAssociation& association,
                               const facts::Cluster* cluster) {
  const std::string arn(cluster == nullptr ? "" : cluster->arn);
  const std::string name(cluster != nullptr ? cluster->name : association.cluster);
  return {{"eks-cluster-arn", arn, arn.empty()},
          {"eks-cluster-name", name, name.empty()},
          {"kubernetes-namespace", std::string(association.namespace_name)},
          {"kubernetes-service-account", std::string(association.service_account)},
          {"kubernetes-pod-name", "", true},
          {"kubernetes-pod-uid", "", true}};
}

Context::Key Open(bool always_present) {
  Context::Key key;
  key.state = Context::State::kOpen;
  key.always_present = always_present;
  return key;
}

void FillTags(std::string_view prefix, const std::vector<SessionTag>& tags, Context& context) {
  for (const SessionTag& tag : tags) {
    const std::string key = Concat({prefix, tag.key});
    if (tag.open) {
      context.Set(key, Open(true));
    } else {
      context.Set(key, {tag.value});
    }
  }
}

}  // namespace

PodIdentityAgent FindPodIdentityAgent(const facts::Facts& facts, const facts::Cluster* cluster,
                                      std::span<const uint32_t> addons,
                                      std::span<const uint32_t> workloads) {
  using By = PodIdentityAgent::By;
  if (cluster != nullptr && cluster->auto_mode) {
    return {Tri::kTrue, By::kAutoMode};
  }
  PodIdentityAgent agent;
  const auto consider = [&](Tri present, By by, uint32_t index) {
    if (present > agent.present) {
      agent = {present, by, index};
    }
  };
  for (const uint32_t i : addons) {
    consider(facts.holes.Equal(facts.addons[i].name, kAgent), By::kAddon, i);
  }
  for (const uint32_t i : workloads) {
    const facts::Workload& workload = facts.workloads[i];
    if (workload.kind == "daemonset" && !workload.refused) {
      consider(facts.holes.Equal(workload.name, kAgent), By::kDaemonSet, i);
    }
  }
  return agent;
}

void PodIdentityHop::Fill(Context& context) const {
  context.SetPrefix("aws:RequestTag/", Context::State::kAbsent);
  FillTags("aws:RequestTag/", tags, context);
  std::vector<std::string_view> keys;
  for (const SessionTag& tag : tags) {
    keys.push_back(tag.key);
  }
  if (keys.empty()) {
    context.SetAbsent("aws:TagKeys");
    context.SetAbsent("sts:TransitiveTagKeys");
  } else {
    context.Set("aws:TagKeys", Context::Known(keys, true));
    context.Set("sts:TransitiveTagKeys", Context::Known(keys, true));
  }
  if (by_service) {
    const auto set = [&](std::string_view key, const std::string& value) {
      if (value.empty()) {
        context.Set(key, Open(true));
      } else {
        context.Set(key, {value});
      }
    };
    set("aws:SourceAccount", source_account);
    set("aws:SourceArn", source_arn);
    context.Set("aws:SourceOrgID", Open(false));
    context.Set("aws:SourceOrgPaths", Open(false));
    context.Set("aws:PrincipalIsAWSService", {"true"});
    context.Set("aws:PrincipalServiceName", {kPodIdentityService});
  }
  if (external_id_open) {
    context.Set("sts:ExternalId", Open(true));
  } else if (!external_id.empty()) {
    context.Set("sts:ExternalId", {external_id});
  } else {
    context.SetAbsent("sts:ExternalId");
  }
  context.Set("sts:RoleSessionName", Open(true));  // eks-<cluster>-<pod>-<uuid>
  context.SetAbsent("sts:SourceIdentity");
}

void PodIdentityHop::FillPrincipalTags(Context& context) const {
  FillTags("aws:PrincipalTag/", tags, context);
}

PodIdentityHop FirstHop(const facts::PodIdentityAssociation& association,
                        const facts::Cluster* cluster) {
  PodIdentityHop hop;
  hop.by_service = true;
  hop.actions = {"sts:AssumeRole"};
  if (!association.disable_session_tags) {
    hop.actions.push_back("sts:TagSession");
    hop.tags = TagsOf(association, cluster);
  }
  if (cluster != nullptr) {
    hop.source_arn = cluster->arn;
    hop.source_account = cluster->account.empty() ? AccountOf(cluster->arn) : cluster->account;
  }
  return hop;
}

PodIdentityHop TargetHop(const facts::PodIdentityAssociation& association,
                         const facts::Cluster* cluster) {
  PodIdentityHop hop;
  hop.actions = {"sts:AssumeRole"};
  if (association.disable_session_tags) {
    // EKS makes the external id and sends it only without tags.
    hop.external_id = association.external_id;
    hop.external_id_open = association.external_id.empty();
  } else {
    hop.actions.push_back("sts:TagSession");
    hop.tags = TagsOf(association, cluster);
  }
  return hop;
}

std::string WhyAssociationRefused(const facts::PodIdentityAssociation& association,
                                  const facts::Cluster* cluster) {
  if (association.session_policy != facts::PolicyId::kNone && !association.disable_session_tags) {
    return "its policy needs disable_session_tags";
  }
  const std::string_view role = AccountOf(association.role_arn);
  const std::string_view own = cluster == nullptr         ? std::string_view()
                               : cluster->account.empty() ? AccountOf(cluster->arn)
                                                          : cluster->account;
  if (!role.empty() && !own.empty() && !facts::HasHole(role) && !facts::HasHole(own) &&
      role != own) {
    return "its role is in another account than the cluster (only target_role_arn may be)";
  }
  return {};
}

}  // namespace whomay::eks

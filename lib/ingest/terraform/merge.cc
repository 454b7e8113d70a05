#include "ingest/terraform/merge.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "ingest/terraform/records.h"

namespace whomay::ingest::terraform {
namespace {

using facts::Facts;
using facts::PolicyId;
using facts::Str;

// Everything that a record says, without where it stands. One function a kind; a new field of a
// record belongs here.
auto Said(const facts::PrincipalEntry& x) { return std::tie(x.type, x.value); }
auto Said(const facts::Condition& x) { return std::tie(x.op, x.key, x.values, x.values_open); }
auto Said(const facts::Tag& x) { return std::tie(x.key, x.value); }
auto Said(const facts::IamRef& x) { return std::tie(x.kind, x.arn, x.account, x.name); }
auto Said(const facts::LabelRequirement& x) { return std::tie(x.key, x.op, x.values); }
auto Said(const facts::PolicyRule& x) {
  return std::tie(x.verbs, x.api_groups, x.resources, x.resource_names, x.non_resource_urls);
}
auto Said(const facts::Subject& x) {
  return std::tie(x.kind, x.api_group, x.namespace_name, x.name);
}

template <typename T>
bool SameList(const std::vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const T& x, const T& y) { return Said(x) == Said(y); });
}

bool Same(const facts::Statement& a, const facts::Statement& b) {
  const auto said = [](const facts::Statement& x) {
    return std::tie(x.sid, x.effect, x.has_principal, x.not_principal, x.has_action, x.not_action,
                    x.actions, x.has_resource, x.not_resource, x.resources, x.conditions_open,
                    x.principals_open, x.actions_open, x.resources_open);
  };
  return said(a) == said(b) && SameList(a.principals, b.principals) &&
         SameList(a.conditions, b.conditions);
}

bool Same(const Facts& facts, PolicyId a, PolicyId b) {
  if (a == b || a == PolicyId::kNone || b == PolicyId::kNone) {
    return a == b;
  }
  const facts::PolicyDocument& x = facts.policy(a);
  const facts::PolicyDocument& y = facts.policy(b);
  return x.version == y.version && x.readable == y.readable && x.open == y.open &&
         std::equal(x.statements.begin(), x.statements.end(), y.statements.begin(),
                    y.statements.end(), [](const auto& s, const auto& t) { return Same(s, t); });
}

bool Same(const Facts& f, const facts::IamPrincipal& a, const facts::IamPrincipal& b) {
  const auto said = [](const facts::IamPrincipal& x) {
    return std::tie(x.kind, x.arn, x.account, x.path, x.name, x.policies, x.boundary, x.tags_open,
                    x.replaced, x.trust_written);
  };
  return said(a) == said(b) && Same(f, a.trust, b.trust) && SameList(a.tags, b.tags);
}
bool Same(const Facts&, const facts::GroupMembership& a, const facts::GroupMembership& b) {
  return Said(a.group) == Said(b.group) && Said(a.user) == Said(b.user);
}
bool Same(const Facts& f, const facts::ManagedPolicy& a, const facts::ManagedPolicy& b) {
  return std::tie(a.arn, a.account, a.name) == std::tie(b.arn, b.account, b.name) &&
         Same(f, a.document, b.document);
}
bool Same(const Facts&, const facts::PolicyAttachment& a, const facts::PolicyAttachment& b) {
  return Said(a.target) == Said(b.target) && a.policy_arn == b.policy_arn;
}
bool Same(const Facts& f, const facts::InlinePolicy& a, const facts::InlinePolicy& b) {
  return Said(a.target) == Said(b.target) && a.name == b.name && Same(f, a.document, b.document);
}
bool Same(const Facts&, const facts::InstanceProfile& a, const facts::InstanceProfile& b) {
  return std::tie(a.arn, a.account, a.name) == std::tie(b.arn, b.account, b.name) &&
         Said(a.role) == Said(b.role);
}
bool Same(const Facts&, const facts::OidcProvider& a, const facts::OidcProvider& b) {
  return std::tie(a.arn, a.account, a.url, a.client_ids, a.client_ids_open) ==
         std::tie(b.arn, b.account, b.url, b.client_ids, b.client_ids_open);
}
bool Same(const Facts&, const facts::SamlProvider& a, const facts::SamlProvider& b) {
  return std::tie(a.arn, a.account, a.name) == std::tie(b.arn, b.account, b.name);
}
bool Same(const Facts& f, const facts::ResourcePolicy& a, const facts::ResourcePolicy& b) {
  return std::tie(a.service, a.resource, a.account) == std::tie(b.service, b.resource, b.account) &&
         Same(f, a.document, b.document);
}
bool Same(const Facts&, const facts::PublicAccessBlock& a, const facts::PublicAccessBlock& b) {
  return std::tie(a.bucket, a.account, a.restrict_public_buckets) ==
         std::tie(b.bucket, b.account, b.restrict_public_buckets);
}
bool Same(const Facts&, const facts::AwsResource& a, const facts::AwsResource& b) {
  return std::tie(a.service, a.arn, a.account, a.region) ==
             std::tie(b.service, b.arn, b.account, b.region) &&
         SameList(a.tags, b.tags);
}
bool Same(const Facts&, const facts::Carrier& a, const facts::Carrier& b) {
  const auto said = [](const facts::Carrier& x) {
    return std::tie(x.kind, x.arn, x.account, x.region, x.name, x.instance_profile, x.shell);
  };
  return said(a) == said(b) && Said(a.role) == Said(b.role);
}
bool Same(const Facts&, const facts::CallerIdentity& a, const facts::CallerIdentity& b) {
  return std::tie(a.account, a.arn, a.provider) == std::tie(b.account, b.arn, b.provider);
}
bool Same(const Facts& f, const facts::OrganizationPolicy& a, const facts::OrganizationPolicy& b) {
  return std::tie(a.type, a.id, a.name) == std::tie(b.type, b.id, b.name) &&
         Same(f, a.document, b.document);
}
bool Same(const Facts&, const facts::OrganizationAttachment& a,
          const facts::OrganizationAttachment& b) {
  return std::tie(a.policy, a.target) == std::tie(b.policy, b.target);
}
bool Same(const Facts&, const facts::OrganizationNode& a, const facts::OrganizationNode& b) {
  return std::tie(a.id, a.parent, a.management_account) ==
         std::tie(b.id, b.parent, b.management_account);
}
bool Same(const Facts&, const facts::Cluster& a, const facts::Cluster& b) {
  const auto said = [](const facts::Cluster& x) {
    return std::tie(x.name, x.arn, x.account, x.region, x.version, x.issuer, x.mode,
                    x.creator_is_admin, x.creator, x.role_arn, x.auto_mode, x.auto_mode_node_role);
  };
  return said(a) == said(b);
}
bool Same(const Facts&, const facts::AccessEntry& a, const facts::AccessEntry& b) {
  const auto said = [](const facts::AccessEntry& x) {
    return std::tie(x.cluster, x.principal_arn, x.type, x.user_name, x.groups, x.user_name_open,
                    x.groups_open, x.assumed_unset);
  };
  return said(a) == said(b);
}
bool Same(const Facts&, const facts::AccessPolicyAssociation& a,
          const facts::AccessPolicyAssociation& b) {
  const auto said = [](const facts::AccessPolicyAssociation& x) {
    return std::tie(x.cluster, x.principal_arn, x.policy_arn, x.scope, x.namespaces);
  };
  return said(a) == said(b);
}
bool Same(const Facts& f, const facts::PodIdentityAssociation& a,
          const facts::PodIdentityAssociation& b) {
  const auto said = [](const facts::PodIdentityAssociation& x) {
    return std::tie(x.cluster, x.namespace_name, x.service_account, x.role_arn, x.target_role_arn,
                    x.external_id, x.disable_session_tags);
  };
  return said(a) == said(b) && Same(f, a.session_policy, b.session_policy);
}
bool Same(const Facts&, const facts::Addon& a, const facts::Addon& b) {
  return std::tie(a.cluster, a.name, a.service_account_role_arn) ==
         std::tie(b.cluster, b.name, b.service_account_role_arn);
}
bool Same(const Facts&, const facts::NodeGroup& a, const facts::NodeGroup& b) {
  return std::tie(a.kind, a.cluster, a.name, a.role_arn, a.imds_from_pods, a.imds_why) ==
         std::tie(b.kind, b.cluster, b.name, b.role_arn, b.imds_from_pods, b.imds_why);
}
bool SameEntries(const std::vector<facts::AwsAuthEntry>& a,
                 const std::vector<facts::AwsAuthEntry>& b) {
  const auto said = [](const facts::AwsAuthEntry& x) {
    return std::tie(x.arn, x.username, x.groups, x.sso.given, x.sso.permission_set, x.sso.account,
                    x.sso.partition);
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](const auto& x, const auto& y) { return said(x) == said(y); });
}
bool Same(const Facts&, const facts::AwsAuth& a, const facts::AwsAuth& b) {
  return std::tie(a.cluster, a.accounts, a.roles_open, a.users_open, a.accounts_open) ==
             std::tie(b.cluster, b.accounts, b.roles_open, b.users_open, b.accounts_open) &&
         SameEntries(a.roles, b.roles) && SameEntries(a.users, b.users);
}
bool SameObject(const facts::KubernetesObject& a, const facts::KubernetesObject& b) {
  return std::tie(a.cluster, a.namespace_name, a.name, a.refused) ==
         std::tie(b.cluster, b.namespace_name, b.name, b.refused);
}
bool Same(const Facts&, const facts::RbacRole& a, const facts::RbacRole& b) {
  return SameObject(a, b) &&
         std::tie(a.cluster_role, a.has_aggregation_rule, a.labels, a.rules_open) ==
             std::tie(b.cluster_role, b.has_aggregation_rule, b.labels, b.rules_open) &&
         SameList(a.rules, b.rules) &&
         std::equal(a.selectors.begin(), a.selectors.end(), b.selectors.begin(), b.selectors.end(),
                    [](const auto& x, const auto& y) {
                      return x.match_labels == y.match_labels &&
                             SameList(x.match_expressions, y.match_expressions);
                    });
}
bool Same(const Facts&, const facts::RbacBinding& a, const facts::RbacBinding& b) {
  return SameObject(a, b) &&
         std::tie(a.cluster_binding, a.role_kind, a.role_name, a.role_api_group, a.subjects_open) ==
             std::tie(b.cluster_binding, b.role_kind, b.role_name, b.role_api_group,
                      b.subjects_open) &&
         SameList(a.subjects, b.subjects);
}
bool Same(const Facts&, const facts::ServiceAccount& a, const facts::ServiceAccount& b) {
  return SameObject(a, b) && std::tie(a.role_arn, a.audience, a.automount_token) ==
                                 std::tie(b.role_arn, b.audience, b.automount_token);
}
bool Same(const Facts&, const facts::TokenSecret& a, const facts::TokenSecret& b) {
  return SameObject(a, b) && a.service_account == b.service_account;
}
bool Same(const Facts&, const facts::Workload& a, const facts::Workload& b) {
  return SameObject(a, b) &&
         std::tie(a.kind, a.service_account, a.host_network, a.holds_node, a.automount_token) ==
             std::tie(b.kind, b.service_account, b.host_network, b.holds_node, b.automount_token);
}
bool Same(const Facts&, const facts::Namespace& a, const facts::Namespace& b) {
  return SameObject(a, b) && a.labels == b.labels;
}

template <typename T>
void Merge(const Facts& facts, size_t since, std::vector<T>& records) {
  absl::flat_hash_map<Str, std::vector<size_t>> before;
  for (size_t i = since; i < records.size(); ++i) {
    if (records[i].worlds == facts::kBefore) {
      before[records[i].origin.address].push_back(i);
    }
  }
  if (before.empty()) {
    return;
  }
  std::vector<bool> gone(records.size(), false);
  for (size_t i = since; i < records.size(); ++i) {
    if (records[i].worlds != facts::kAfter) {
      continue;
    }
    const auto at = before.find(records[i].origin.address);
    if (at == before.end()) {
      continue;
    }
    for (const size_t old : at->second) {
      if (records[old].worlds == facts::kBefore && Same(facts, records[old], records[i])) {
        records[old].worlds = facts::kBothWorlds;
        gone[i] = true;
        break;
      }
    }
  }
  size_t to = since;
  for (size_t i = since; i < records.size(); ++i) {
    if (!gone[i]) {
      if (to != i) {
        records[to] = std::move(records[i]);
      }
      ++to;
    }
  }
  records.resize(to);
}

}  // namespace

FactsMark::FactsMark(const Facts& facts) {
  ForEachKind(facts, [this](const auto& records) { sizes.push_back(records.size()); });
}

void MergeWorlds(const FactsMark& since, Facts& facts) {
  size_t i = 0;
  ForEachKind(facts, [&](auto& records) { Merge(facts, since.sizes[i++], records); });
}

}  // namespace whomay::ingest::terraform

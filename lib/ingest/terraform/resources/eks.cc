// EKS: clusters, access entries and policies, Pod Identity, add-ons, nodes.
// Attributes: spec terraform 2.3; defaults of modes, types and hop limits: spec eks 2.1, 2.2, 6.

#include <algorithm>
#include <charconv>
#include <string>

#include "base/strings.h"
#include "ingest/terraform/resources/launch_template.h"
#include "ingest/terraform/resources/readers.h"

namespace whomay::ingest::terraform {
namespace {

using facts::NodeGroup;

constexpr std::string_view kIssuer = "identity[0].oidc[0].issuer";

Str ClusterName(Reading& r, InstanceId id, std::string_view attribute = "cluster_name") {
  return r.Text(r.Root(id).Get(attribute), Want::kClusterName);
}

facts::AuthenticationMode Mode(std::string_view text) {
  return text == "CONFIG_MAP"           ? facts::AuthenticationMode::kConfigMap
         : text == "API_AND_CONFIG_MAP" ? facts::AuthenticationMode::kApiAndConfigMap
         : text == "API"                ? facts::AuthenticationMode::kApi
                                        : facts::AuthenticationMode::kUnknown;
}

// Of a cluster that this document manages: its version, by its name; nothing of all others.
const Str* ManagedVersion(Reading& r, Str name) {
  if (r.kept.try_emplace("eks.managed", Str()).second) {
    for (const InstanceId id : r.instances.OfType("aws_eks_cluster", false)) {
      r.kept.insert_or_assign(Concat({"eks.managed\n", r.attributes.Text(id, "name")}),
                              r.facts.Keep(r.instances[id].values.Get("version").text()));
    }
  }
  const auto at = r.kept.find(Concat({"eks.managed\n", name}));
  return at == r.kept.end() ? nullptr : &at->second;
}

// The identity that runs Terraform with this provider: the role behind a session where it is known.
Str CreatorOf(Reading& r, std::string_view provider) {
  for (const auto& [type, attribute] : {std::pair("aws_iam_session_context", "issuer_arn"),
                                        std::pair("aws_caller_identity", "arn")}) {
    for (const InstanceId id : r.instances.OfType(type, true)) {
      const View arn = r.instances[id].values.Get(attribute);
      if (arn.set() && r.providers.KeyOf(r.instances[id]) == provider) {
        const ArnParts parts = SplitArn(arn.text());
        if (parts.service == "sts" && parts.resource.substr(0, 13) == "assumed-role/") {
          const std::string_view role = parts.resource.substr(13, parts.resource.rfind('/') - 13);
          return r.facts.Keep(
              Concat({"arn:", parts.partition, ":iam::", parts.account, ":role/", role}));
        }
        return r.facts.Keep(arn.text());
      }
    }
  }
  return {};
}

Str Creator(Reading& r, InstanceId cluster) {
  const Str provider = r.providers.KeyOf(r.instances[cluster]);
  const auto [at, is_new] = r.kept.try_emplace(Concat({"eks.creator\n", provider}), Str());
  if (is_new) {
    at->second = CreatorOf(r, provider);
  }
  return at->second;
}

// The mode, and whether the cluster's creator is an administrator: a flag that counts at creation
// only, and whose value in states is not reliable (terraform-provider-aws #35824).
void ReadAccessConfig(Reading& r, InstanceId id, facts::Cluster& cluster) {
  const Field root = r.Root(id);
  const Instance& instance = r.instances[id];
  const Field config = root.Get("access_config");
  const bool creates = instance.from_change && !instance.before.is_object();
  bool unset = config.view.unset() || (config.set() && config.view.value.size() == 0);
  if (config.unknown()) {
    unset = r.Resolve(config, Want::kText).unset;
  }
  if (unset) {
    cluster.mode = facts::AuthenticationMode::kConfigMap;  // the API's default
    cluster.creator_is_admin = creates ? Tri::kTrue : Tri::kUnknown;
  } else if (config.set()) {
    const Field block = config.First();
    const Field mode = block.Get("authentication_mode");
    bool mode_unset = mode.view.unset();
    const Str text = r.Text(mode, Want::kText, &mode_unset);
    cluster.mode = mode_unset ? facts::AuthenticationMode::kConfigMap : Mode(text);
    const Field flag = block.Get("bootstrap_cluster_creator_admin_permissions");
    cluster.creator_is_admin = !creates               ? Tri::kUnknown
                               : flag.view.is_false() ? Tri::kFalse
                               : flag.unknown() && !r.Resolve(flag, Want::kText).unset
                                   ? Tri::kUnknown
                                   : Tri::kTrue;
  }
  if (creates && cluster.creator_is_admin != Tri::kFalse) {
    cluster.creator = Creator(r, id);
  }
}

void ReadCluster(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  const Instance& instance = r.instances[id];
  auto cluster = r.Begin<facts::Cluster>(id);
  cluster.name = r.attributes.Text(id, "name");
  if (instance.data) {
    // Of a cluster that this document also manages, the resource speaks.
    if (ManagedVersion(r, cluster.name) != nullptr) {
      return;
    }
    if (facts::HasHole(cluster.name)) {
      r.Text(root.Get("role_arn"), Want::kRoleArn);  // said to be open, if anybody asks
      return;                                        // a reference to another one, or nothing known
    }
  }
  cluster.arn = r.attributes.Text(id, "arn");
  const AwsPlace place = r.providers.PlaceOf(instance);
  cluster.account = place.account;
  cluster.region = place.region;
  cluster.version = r.Text(root.Get("version"), Want::kText);
  cluster.issuer = r.facts.Keep(WithoutScheme(r.attributes.Text(id, kIssuer)));
  cluster.role_arn = r.Text(root.Get("role_arn"), Want::kRoleArn);
  ReadAccessConfig(r, id, cluster);
  if (instance.data && root.Get("access_config").view.unset()) {
    cluster.mode = facts::AuthenticationMode::kUnknown;  // older providers do not read it
  }
  const Field compute = root.Get("compute_config").First();
  cluster.auto_mode = compute.Get("enabled").view.is_true();
  if (cluster.auto_mode) {
    cluster.auto_mode_node_role = r.Text(compute.Get("node_role_arn"), Want::kRoleArn);
  }
  r.facts.clusters.push_back(cluster);
}

// Does the value come from `each.value` alone? Modules write `try(each.value.groups, null)`:
// unknown for all entries though none sets it (spec terraform 1.5).
bool OnlyFromEach(const Reading& r, const Field& field) {
  const Instance& instance = r.instances[field.id];
  const syntax::Value resource =
      r.configuration.Resource(instance.config_path, Concat({instance.type, ".", instance.name}));
  const ExpressionSet set = ExpressionsAt(resource.Get("expressions"), instance.values, field.path);
  bool any = false;
  for (const syntax::Value& leaf : set.leaves) {
    for (const syntax::Value reference : leaf.Get("references").elements()) {
      any = true;
      if (reference.text().substr(0, 5) != "each.") {
        return false;
      }
    }
  }
  return any;
}

void ReadAccessEntry(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  auto entry = r.Begin<facts::AccessEntry>(id);
  entry.cluster = ClusterName(r, id);
  entry.principal_arn = r.Text(root.Get("principal_arn"), Want::kPrincipalArn);
  bool unset = false;
  entry.type = r.Text(root.Get("type"), Want::kText, &unset);
  if (entry.type.empty()) {
    entry.type = "STANDARD";
  }
  const Field user = r.Filled(root.Get("user_name"));
  if (user.unknown() && OnlyFromEach(r, user)) {
    entry.assumed_unset = true;
  } else {
    bool user_unset = false;
    entry.user_name = r.Text(user, Want::kText, &user_unset);
    entry.assumed_unset = user_unset;
    entry.user_name_open = facts::HasHole(entry.user_name);
  }
  const Field groups = r.Filled(root.Get("kubernetes_groups"));
  if (groups.unknown() && (OnlyFromEach(r, groups) || r.Resolve(groups, Want::kText).unset)) {
    entry.assumed_unset = true;
  } else {
    entry.groups = r.Texts(groups, Want::kText, &entry.groups_open);
  }
  r.facts.access_entries.push_back(entry);
}

void ReadAccessPolicyAssociation(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  auto association = r.Begin<facts::AccessPolicyAssociation>(id);
  association.cluster = ClusterName(r, id);
  association.principal_arn = r.Text(root.Get("principal_arn"), Want::kPrincipalArn);
  association.policy_arn = r.Text(root.Get("policy_arn"), Want::kText);
  const Field scope = root.Get("access_scope").First();
  const Str type = r.Text(scope.Get("type"), Want::kText);
  bool open = false;
  association.namespaces = r.Texts(scope.Get("namespaces"), Want::kText, &open);
  association.scope = type == "cluster" ? facts::AccessPolicyAssociation::Scope::kCluster
                      : type == "namespace" && !open
                          ? facts::AccessPolicyAssociation::Scope::kNamespaces
                          : facts::AccessPolicyAssociation::Scope::kUnknown;
  r.facts.access_policies.push_back(association);
}

void ReadPodIdentity(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  auto association = r.Begin<facts::PodIdentityAssociation>(id);
  association.cluster = ClusterName(r, id);
  association.namespace_name = r.Text(root.Get("namespace"), Want::kText);
  association.service_account = r.Text(root.Get("service_account"), Want::kText);
  association.role_arn = r.Text(root.Get("role_arn"), Want::kRoleArn);
  association.target_role_arn = r.Text(root.Get("target_role_arn"), Want::kRoleArn);
  association.external_id = r.Text(root.Get("external_id"), Want::kText);
  association.disable_session_tags = root.Get("disable_session_tags").view.is_true();
  association.session_policy = r.Policy(root.Get("policy"), PolicyUse::kIdentity);
  r.facts.pod_identities.push_back(association);
}

// Where the ServiceAccounts of AWS's add-ons live (Amazon EKS User Guide, "Amazon EKS add-ons").
struct AddonNamespace {
  std::string_view addon;
  std::string_view namespace_name;
};
constexpr AddonNamespace kAddonNamespaces[] = {
    {"vpc-cni", "kube-system"},
    {"coredns", "kube-system"},
    {"kube-proxy", "kube-system"},
    {"eks-pod-identity-agent", "kube-system"},
    {"eks-node-monitoring-agent", "kube-system"},
    {"aws-ebs-csi-driver", "kube-system"},
    {"aws-efs-csi-driver", "kube-system"},
    {"aws-fsx-csi-driver", "kube-system"},
    {"aws-mountpoint-s3-csi-driver", "kube-system"},
    {"snapshot-controller", "kube-system"},
    {"metrics-server", "kube-system"},
    {"amazon-cloudwatch-observability", "amazon-cloudwatch"},
    {"amazon-guardduty-agent", "amazon-guardduty"},
    {"adot", "opentelemetry-operator-system"},
    {"aws-privateca-issuer", "aws-privateca-issuer"},
    {"external-dns", "external-dns"},
    {"cert-manager", "cert-manager"},
};

void ReadAddon(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  auto addon = r.Begin<facts::Addon>(id);
  addon.cluster = ClusterName(r, id);
  addon.name = r.Text(root.Get("addon_name"), Want::kText);
  addon.service_account_role_arn = r.Text(root.Get("service_account_role_arn"), Want::kRoleArn);
  const auto* known = std::find_if(std::begin(kAddonNamespaces), std::end(kAddonNamespaces),
                                   [&](const auto& one) { return one.addon == addon.name; });
  for (const Field& block : root.Get("pod_identity_association").elements()) {
    auto association = r.Begin<facts::PodIdentityAssociation>(id);
    association.cluster = addon.cluster;
    association.namespace_name =
        known != std::end(kAddonNamespaces)
            ? Str(known->namespace_name)
            : r.KeepHole(r.OpenHole(block, "the add-on's namespace stands in no plan"));
    association.service_account = r.Text(block.Get("service_account"), Want::kText);
    association.role_arn = r.Text(block.Get("role_arn"), Want::kRoleArn);
    r.facts.pod_identities.push_back(association);
  }
  r.facts.addons.push_back(addon);
}

// What a capability's role gets in the cluster: EKS makes the access entry itself (Amazon EKS User
// Guide, "Amazon EKS capability IAM role"). `namespaced`: in the capability's namespace only.
struct CapabilityPolicy {
  std::string_view type;
  std::string_view policy;
  bool namespaced = false;
};
constexpr CapabilityPolicy kCapabilityPolicies[] = {
    {"ACK", "AmazonEKSACKPolicy"},
    {"KRO", "AmazonEKSKROPolicy"},
    {"ARGOCD", "AmazonEKSArgoCDClusterPolicy"},
    {"ARGOCD", "AmazonEKSArgoCDPolicy", true},
};

void ReadCapability(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  auto entry = r.Begin<facts::AccessEntry>(id);
  entry.cluster = ClusterName(r, id);
  entry.principal_arn = r.Text(root.Get("role_arn"), Want::kRoleArn);
  entry.type = "STANDARD";
  const auto& declared = r.instances.OfType("aws_eks_access_entry", false);
  // A cluster has one entry a principal: EKS takes one that is there.
  const bool has_own = std::any_of(declared.begin(), declared.end(), [&](InstanceId one) {
    return (r.instances[one].worlds & entry.worlds) != 0 &&
           r.Text(r.Root(one).Get("principal_arn"), Want::kPrincipalArn) == entry.principal_arn &&
           ClusterName(r, one) == entry.cluster;
  });
  if (!has_own) {
    r.facts.access_entries.push_back(entry);
  }
  const Str type = r.Text(root.Get("type"), Want::kText);
  const Field argo = root.Get("configuration").First().Get("argo_cd").First();
  const Str name_space = r.Text(argo.Get("namespace"), Want::kText);
  for (const CapabilityPolicy& one : kCapabilityPolicies) {
    if (one.type != type) {
      continue;
    }
    auto association = r.Begin<facts::AccessPolicyAssociation>(id);
    association.cluster = entry.cluster;
    association.principal_arn = entry.principal_arn;
    association.policy_arn =
        r.facts.Keep(Concat({"arn:aws:eks::aws:cluster-access-policy/", one.policy}));
    if (one.namespaced) {
      association.scope = facts::AccessPolicyAssociation::Scope::kNamespaces;
      association.namespaces = {name_space.empty() ? Str("argocd") : name_space};
    }
    r.facts.access_policies.push_back(association);
  }
}

// May pods reach the metadata service, by a launch template?
Tri ImdsOfTemplate(const Field& launch_template, Str& why) {
  const Field metadata = launch_template.Get("metadata_options").First();
  if (metadata.Get("http_endpoint").view.text() == "disabled") {
    return Tri::kFalse;
  }
  const Field limit = metadata.Get("http_put_response_hop_limit");
  if (limit.set()) {
    return limit.view.text() == "1" ? Tri::kFalse : Tri::kTrue;
  }
  if (!launch_template.Get("image_id").view.text().empty()) {
    return Tri::kTrue;  // custom images: 2
  }
  why = "the launch template sets no hop limit for the instance metadata service";
  return Tri::kUnknown;
}

// "1.29" < 1.30: EKS gave Amazon Linux 2 to node groups that say nothing.
Tri ImdsOfImage(std::string_view ami_type, std::string_view version, Str& why) {
  if (ami_type.empty()) {
    int minor = 0;
    const size_t dot = version.find('.');
    if (dot == std::string_view::npos) {
      why = "neither image type nor Kubernetes version is known";
      return Tri::kUnknown;
    }
    std::from_chars(version.data() + dot + 1, version.data() + version.size(), minor);
    return minor < 30 ? Tri::kTrue : Tri::kFalse;
  }
  if (ami_type.substr(0, 4) == "AL2_") {
    return Tri::kTrue;
  }
  if (ami_type.substr(0, 6) == "AL2023") {
    return Tri::kFalse;
  }
  why = "the default hop limit of this image type is not documented";
  return Tri::kUnknown;
}

void ReadNodeGroup(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  auto group = r.Begin<NodeGroup>(id);
  group.cluster = ClusterName(r, id);
  group.name = r.attributes.Text(id, "node_group_name");
  group.role_arn = r.Text(root.Get("node_role_arn"), Want::kRoleArn);
  const Field block = root.Get("launch_template");
  const bool has_template = block.set() && block.view.value.size() > 0;
  if (block.unknown() && !r.Resolve(block, Want::kLaunchTemplate).unset) {
    group.imds_why = "whether there is a launch template is not known before apply";
  } else if (has_template) {
    const InstanceId launch_template = FindTemplate(r, block.First());
    if (launch_template == InstanceId::kNone) {
      group.imds_why = "its launch template was not read";
    } else {
      group.imds_from_pods = ImdsOfTemplate(r.Root(launch_template), group.imds_why);
    }
  } else {
    const std::string_view ami = root.Get("ami_type").view.text();
    std::string_view version = root.Get("version").view.text();
    if (version.empty()) {
      const Str* const managed = ManagedVersion(r, group.cluster);
      version = managed == nullptr ? std::string_view() : std::string_view(*managed);
    }
    group.imds_from_pods = ImdsOfImage(ami, version, group.imds_why);
  }
  r.facts.node_groups.push_back(group);
}

void ReadFargateProfile(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  auto group = r.Begin<NodeGroup>(id);
  group.kind = NodeGroup::Kind::kFargate;
  group.cluster = ClusterName(r, id);
  group.name = r.attributes.Text(id, "fargate_profile_name");
  group.role_arn = r.Text(root.Get("pod_execution_role_arn"), Want::kRoleArn);
  group.imds_from_pods = Tri::kFalse;  // there is none
  r.facts.node_groups.push_back(group);
}

// The cluster that an Auto Scaling group's tags join it to.
Str ClusterOfTags(Reading& r, const Field& root) {
  constexpr std::string_view kOwned = "kubernetes.io/cluster/";
  for (const std::string_view list : {"tag", "tags"}) {
    for (const Field& tag : root.Get(list).elements()) {
      const std::string_view key = tag.Get("key").view.text();
      if (key.substr(0, kOwned.size()) == kOwned) {
        return r.facts.Keep(key.substr(kOwned.size()));
      }
    }
  }
  return {};
}

// Self-managed nodes: an Auto Scaling group tagged for a cluster.
void ReadAutoscalingGroup(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  const Str cluster = ClusterOfTags(r, root);
  if (cluster.empty()) {
    return;
  }
  auto group = r.Begin<NodeGroup>(id);
  group.kind = NodeGroup::Kind::kSelfManaged;
  group.cluster = cluster;
  group.name = r.attributes.Text(id, "name");
  Field block = root.Get("launch_template").First();
  if (!block.set()) {
    block = root.Get("mixed_instances_policy")
                .First()
                .Get("launch_template")
                .First()
                .Get("launch_template_specification")
                .First();
  }
  const InstanceId launch_template = FindTemplate(r, block);
  if (launch_template == InstanceId::kNone) {
    group.imds_why = "its launch template was not read";
  } else {
    group.imds_from_pods = ImdsOfTemplate(r.Root(launch_template), group.imds_why);
    group.role_arn = RoleOfTemplate(r, r.Root(launch_template)).role.arn;
  }
  if (group.role_arn.empty()) {
    group.role_arn = r.KeepHole(r.OpenHole(block, "the nodes' instance profile was not read"));
  }
  r.facts.node_groups.push_back(group);
}

constexpr TypeReader kReaders[] = {
    {"aws_eks_cluster", ReadCluster, ReadCluster},
    {"aws_eks_access_entry", ReadAccessEntry, ReadAccessEntry},
    {"aws_eks_access_policy_association", ReadAccessPolicyAssociation},
    {"aws_eks_pod_identity_association", ReadPodIdentity},
    {"aws_eks_addon", ReadAddon, ReadAddon},
    {"aws_eks_capability", ReadCapability},
    {"aws_eks_node_group", ReadNodeGroup, ReadNodeGroup},
    {"aws_eks_fargate_profile", ReadFargateProfile},
    {"aws_autoscaling_group", ReadAutoscalingGroup},
};

}  // namespace

std::span<const TypeReader> EksReaders() { return kReaders; }

}  // namespace whomay::ingest::terraform

// Kubernetes objects through Terraform: the kubernetes provider's resources, kubernetes_manifest,
// kubectl_manifest, and the aws-auth ConfigMap in its three forms. Attributes: spec terraform 2.5.

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

#include "base/strings.h"
#include "ingest/eks/aws_auth.h"
#include "ingest/kubernetes/manifest.h"
#include "ingest/kubernetes/objects.h"
#include "ingest/terraform/object_tree.h"
#include "ingest/terraform/resources/readers.h"
#include "syntax/json.h"

namespace whomay::ingest::terraform {
namespace {

constexpr std::string_view kRoleAnnotation = "eks.amazonaws.com/role-arn";
// A group of instances (Reading::groups).
constexpr std::string_view kAnnotating = "kubernetes_annotations";

KubernetesOptions OptionsOf(Reading& r, InstanceId id) {
  KubernetesOptions options;
  options.cluster = r.ClusterOf(id);
  options.worlds = r.instances[id].worlds;
  options.address = r.instances[id].address;
  options.aws_auth = [&r](const AwsAuthConfigMap& config_map) {
    ReadAwsAuthConfigMap(config_map, r.sources, r.facts, r.diagnostics);
  };
  return options;
}

void Finish(Reading& r, InstanceId id, ObjectTree& tree) {
  const syntax::Tree object = tree.Finish();
  ReadObject(object.root(), OptionsOf(r, id), r.facts, r.diagnostics);
}

void Head(ObjectTree& tree, std::string_view api_version, std::string_view kind) {
  tree.BeginObject();
  tree.Key("apiVersion");
  tree.Text(api_version);
  tree.Key("kind");
  tree.Text(kind);
}

// `metadata[0]`. The provider puts namespaced objects without a namespace into "default".
void Metadata(Reading& r, InstanceId id, ObjectTree& tree, bool namespaced) {
  const Field metadata = r.Root(id).Get("metadata").First();
  tree.Key("metadata");
  tree.BeginObject();
  const Field name = metadata.Get("name");
  const std::string_view prefix = metadata.Get("generate_name").view.text();
  if (!name.set() && !prefix.empty()) {
    tree.Key("name");
    tree.Text(Concat({prefix, r.attributes.Symbol(r.instances[id], "metadata[0].name")}));
  } else {
    tree.TextOf("name", name);
  }
  if (namespaced) {
    const Field own = metadata.Get("namespace");
    if (own.set() || own.unknown()) {
      tree.TextOf("namespace", own);
    } else {
      tree.Key("namespace");
      tree.Text("default");
    }
  }
  tree.MapOf("labels", metadata.Get("labels"));
  tree.MapOf("annotations", metadata.Get("annotations"), kRoleAnnotation);
  tree.End();
}

bool IsClusterKind(Reading& r, InstanceId id) {
  return r.instances[id].type.substr(0, 19) == "kubernetes_cluster_";
}

void Rules(Reading& r, ObjectTree& tree, const Field& rules) {
  static constexpr std::pair<std::string_view, std::string_view> kLists[] = {
      {"api_groups", "apiGroups"},
      {"resources", "resources"},
      {"verbs", "verbs"},
      {"resource_names", "resourceNames"},
      {"non_resource_urls", "nonResourceURLs"}};
  tree.Key("rules");
  tree.BeginList();
  for (const Field& rule : r.Filled(rules).elements()) {
    tree.BeginObject();
    for (const auto& [from, to] : kLists) {
      tree.ListOf(to, rule.Get(from));
    }
    tree.End();
  }
  tree.End();
}

void Selectors(ObjectTree& tree, const Field& aggregation) {
  tree.Key("aggregationRule");
  tree.BeginObject();
  tree.Key("clusterRoleSelectors");
  tree.BeginList();
  for (const Field& selector : aggregation.Get("cluster_role_selectors").elements()) {
    tree.BeginObject();
    tree.MapOf("matchLabels", selector.Get("match_labels"));
    tree.Key("matchExpressions");
    tree.BeginList();
    for (const Field& expression : selector.Get("match_expressions").elements()) {
      tree.BeginObject();
      tree.TextOf("key", expression.Get("key"));
      tree.TextOf("operator", expression.Get("operator"));
      tree.ListOf("values", expression.Get("values"));
      tree.End();
    }
    tree.End();
    tree.End();
  }
  tree.End();
  tree.End();
}

void ReadRole(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  const bool cluster = IsClusterKind(r, id);
  ObjectTree tree(r, id);
  Head(tree, "rbac.authorization.k8s.io/v1", cluster ? "ClusterRole" : "Role");
  Metadata(r, id, tree, !cluster);
  const Field aggregation = root.Get("aggregation_rule").First();
  const Field rules = r.Filled(root.Get("rule"));
  if (aggregation.set()) {
    Selectors(tree, aggregation);  // its rules are the controller's
  } else {
    Rules(r, tree, rules);
  }
  tree.End();
  const size_t before = r.facts.roles.size();
  Finish(r, id, tree);
  if (rules.unknown() && !aggregation.set() && !r.Resolve(rules, Want::kText).unset) {
    const Str hole = r.KeepHole(r.OpenHole(rules, "the rules are not known before apply"));
    for (size_t i = before; i < r.facts.roles.size(); ++i) {
      r.facts.roles[i].rules_open = facts::WholeHole(hole);
    }
  }
}

void ReadBinding(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  const bool cluster = IsClusterKind(r, id);
  ObjectTree tree(r, id);
  Head(tree, "rbac.authorization.k8s.io/v1", cluster ? "ClusterRoleBinding" : "RoleBinding");
  Metadata(r, id, tree, !cluster);
  const Field role = root.Get("role_ref").First();
  tree.Key("roleRef");
  tree.BeginObject();
  tree.Key("apiGroup");
  tree.Text("rbac.authorization.k8s.io");
  tree.TextOf("kind", role.Get("kind"));
  tree.TextOf("name", role.Get("name"));
  tree.End();
  tree.Key("subjects");
  tree.BeginList();
  const Field subjects = r.Filled(root.Get("subject"));
  for (const Field& subject : subjects.elements()) {
    const Str kind = r.Text(subject.Get("kind"), Want::kText);
    tree.BeginObject();
    tree.TextOf("kind", subject.Get("kind"));
    tree.TextOf("name", subject.Get("name"));
    // The provider's default namespace "default" stands for every kind; it counts for
    // ServiceAccounts only.
    if (kind == "ServiceAccount") {
      const Field own = subject.Get("namespace");
      if ((own.set() && !own.view.text().empty()) || own.unknown()) {
        tree.TextOf("namespace", own);
      } else {
        tree.Key("namespace");
        tree.Text("default");
      }
    } else {
      tree.Key("apiGroup");
      tree.Text("rbac.authorization.k8s.io");
    }
    tree.End();
  }
  tree.End();
  tree.End();
  const size_t before = r.facts.bindings.size();
  Finish(r, id, tree);
  if (subjects.unknown() && !r.Resolve(subjects, Want::kText).unset) {
    const Str hole = r.KeepHole(r.OpenHole(subjects, "the subjects are not known before apply"));
    for (size_t i = before; i < r.facts.bindings.size(); ++i) {
      r.facts.bindings[i].subjects_open = facts::WholeHole(hole);
    }
  }
}

// The ServiceAccount that `metadata` names, in its cluster.
std::string AccountKey(Reading& r, InstanceId id) {
  const Field metadata = r.Root(id).Get("metadata").First();
  const Str name_space = r.Text(metadata.Get("namespace"), Want::kText);
  return Concat({r.ClusterOf(id), "\n", name_space.empty() ? Str("default") : name_space, "\n",
                 r.Text(metadata.Get("name"), Want::kText)});
}

bool TiesAccount(Reading& r, InstanceId id) {
  const Field role = r.Filled(r.Root(id).Get("annotations")).Get(kRoleAnnotation);
  return r.Root(id).Get("kind").view.text() == "ServiceAccount" && (role.set() || role.unknown());
}

// The instances of some types that are about a ServiceAccount.
const std::vector<InstanceId>& About(Reading& r, const std::string& group,
                                     std::initializer_list<std::string_view> types,
                                     const std::string& account) {
  const auto [at, is_new] = r.groups.try_emplace(group);
  if (is_new) {
    for (const std::string_view type : types) {
      for (const InstanceId id : r.instances.OfType(type, false)) {
        if (group != kAnnotating || TiesAccount(r, id)) {
          at->second[AccountKey(r, id)].push_back(id);
        }
      }
    }
  }
  return at->second[account];
}

// The `kubernetes_annotations` that ties a ServiceAccount to a role in a world.
InstanceId Tying(Reading& r, const std::string& account, facts::Worlds world) {
  for (const InstanceId id :
       About(r, std::string(kAnnotating), {"kubernetes_annotations"}, account)) {
    if ((r.instances[id].worlds & world) != 0) {
      return id;
    }
  }
  return InstanceId::kNone;
}

void AddServiceAccount(Reading& r, InstanceId id, facts::Worlds worlds, InstanceId tying) {
  ObjectTree tree(r, id);
  Head(tree, "v1", "ServiceAccount");
  Metadata(r, id, tree, true);
  tree.BoolOf("automountServiceAccountToken", r.Root(id).Get("automount_service_account_token"));
  tree.End();
  const size_t before = r.facts.service_accounts.size();
  Finish(r, id, tree);
  for (size_t i = before; i < r.facts.service_accounts.size(); ++i) {
    facts::ServiceAccount& account = r.facts.service_accounts[i];
    account.worlds = worlds;
    if (tying != InstanceId::kNone) {
      account.role_arn =
          r.Text(r.Filled(r.Root(tying).Get("annotations")).Get(kRoleAnnotation), Want::kRoleArn);
      account.role_arn_span = r.instances[tying].span;
    }
  }
}

// With the annotation that a resource of its own puts on it.
void ReadServiceAccount(Reading& r, InstanceId id) {
  const facts::Worlds worlds = r.instances[id].worlds;
  const std::string account = AccountKey(r, id);
  const InstanceId before = Tying(r, account, facts::kBefore);
  const InstanceId after = Tying(r, account, facts::kAfter);
  if (before == after) {
    AddServiceAccount(r, id, worlds, after);
    return;
  }
  for (const auto& [world, tying] : {std::pair(facts::kBefore, before), {facts::kAfter, after}}) {
    if ((worlds & world) != 0) {
      AddServiceAccount(r, id, world, tying);
    }
  }
}

// Annotations added to an object that no resource of this document makes.
void ReadAnnotations(Reading& r, InstanceId id) {
  if (!TiesAccount(r, id)) {
    return;
  }
  int worlds = r.instances[id].worlds;
  for (const InstanceId made :
       About(r, "kubernetes service accounts",
             {"kubernetes_service_account", "kubernetes_service_account_v1",
              "kubernetes_default_service_account", "kubernetes_default_service_account_v1"},
             AccountKey(r, id))) {
    worlds &= ~r.instances[made].worlds;
  }
  if (worlds == 0) {
    return;
  }
  ObjectTree tree(r, id);
  const Field metadata = r.Root(id).Get("metadata").First();
  Head(tree, "v1", "ServiceAccount");
  tree.Key("metadata");
  tree.BeginObject();
  tree.TextOf("name", metadata.Get("name"));
  tree.TextOf("namespace", metadata.Get("namespace"));
  tree.MapOf("annotations", r.Filled(r.Root(id).Get("annotations")), kRoleAnnotation);
  tree.End();
  tree.End();
  const size_t before = r.facts.service_accounts.size();
  Finish(r, id, tree);
  for (size_t i = before; i < r.facts.service_accounts.size(); ++i) {
    r.facts.service_accounts[i].worlds = static_cast<facts::Worlds>(worlds);
  }
}

// Its type and whose token it holds; never its data.
void ReadSecret(Reading& r, InstanceId id) {
  ObjectTree tree(r, id);
  Head(tree, "v1", "Secret");
  Metadata(r, id, tree, true);
  tree.TextOf("type", r.Root(id).Get("type"));
  tree.End();
  Finish(r, id, tree);
}

// Labels added to an object that another resource makes: of a ClusterRole they may be those by
// which an aggregated one selects it.
void ReadLabels(Reading& r, InstanceId id) {
  if (r.Root(id).Get("kind").view.text() == "ClusterRole") {
    r.diagnostics.AddLoss("terraform.labels", r.instances[id].span,
                          "labels that are added to a ClusterRole are not taken into account: an "
                          "aggregated role may select it by them",
                          std::string(r.instances[id].address));
  }
}

void ReadNamespace(Reading& r, InstanceId id) {
  ObjectTree tree(r, id);
  Head(tree, "v1", "Namespace");
  Metadata(r, id, tree, false);
  tree.End();
  Finish(r, id, tree);
}

// Workloads: kind, apiVersion, and where the pod's spec stands below `spec[0]`.
struct WorkloadType {
  std::string_view type;  // without `_v1`
  std::string_view kind;
  std::string_view api_version;
  enum class Shape : uint8_t { kPod, kTemplate, kCronJob } shape;
};
constexpr WorkloadType kWorkloads[] = {
    {"kubernetes_pod", "Pod", "v1", WorkloadType::Shape::kPod},
    {"kubernetes_deployment", "Deployment", "apps/v1", WorkloadType::Shape::kTemplate},
    {"kubernetes_daemonset", "DaemonSet", "apps/v1", WorkloadType::Shape::kTemplate},
    {"kubernetes_daemon_set", "DaemonSet", "apps/v1", WorkloadType::Shape::kTemplate},
    {"kubernetes_stateful_set", "StatefulSet", "apps/v1", WorkloadType::Shape::kTemplate},
    {"kubernetes_replication_controller", "ReplicationController", "v1",
     WorkloadType::Shape::kTemplate},
    {"kubernetes_job", "Job", "batch/v1", WorkloadType::Shape::kTemplate},
    {"kubernetes_cron_job", "CronJob", "batch/v1", WorkloadType::Shape::kCronJob},
};

// Of volumes and containers what gives a pod its node.
void Volumes(ObjectTree& tree, const Field& spec) {
  tree.Key("volumes");
  tree.BeginList();
  for (const Field& volume : spec.Get("volume").elements()) {
    tree.BeginObject();
    tree.Key("hostPath");
    tree.BeginObject();
    tree.TextOf("path", volume.Get("host_path").First().Get("path"));
    tree.End();
    tree.End();
  }
  tree.End();
}

void Containers(ObjectTree& tree, const Field& spec, std::string_view block, std::string_view key) {
  tree.Key(key);
  tree.BeginList();
  for (const Field& container : spec.Get(block).elements()) {
    const Field security = container.Get("security_context").First();
    tree.BeginObject();
    tree.Key("securityContext");
    tree.BeginObject();
    tree.BoolOf("privileged", security.Get("privileged"));
    tree.Key("capabilities");
    tree.BeginObject();
    tree.ListOf("add", security.Get("capabilities").First().Get("add"));
    tree.End();
    tree.End();
    tree.End();
  }
  tree.End();
}

void PodSpec(ObjectTree& tree, const Field& spec) {
  tree.Key("spec");
  tree.BeginObject();
  tree.TextOf("serviceAccountName", spec.Get("service_account_name"));
  tree.BoolOf("automountServiceAccountToken", spec.Get("automount_service_account_token"));
  tree.BoolOf("hostNetwork", spec.Get("host_network"));
  tree.BoolOf("hostPID", spec.Get("host_pid"));
  Volumes(tree, spec);
  Containers(tree, spec, "container", "containers");
  Containers(tree, spec, "init_container", "initContainers");
  tree.End();
}

void ReadWorkload(Reading& r, InstanceId id) {
  std::string_view type = r.instances[id].type;
  if (type.size() > 3 && type.substr(type.size() - 3) == "_v1") {
    type.remove_suffix(3);
  }
  const auto* workload = std::find_if(std::begin(kWorkloads), std::end(kWorkloads),
                                      [&](const auto& one) { return one.type == type; });
  ObjectTree tree(r, id);
  Head(tree, workload->api_version, workload->kind);
  Metadata(r, id, tree, true);
  Field spec = r.Root(id).Get("spec").First();
  if (workload->shape == WorkloadType::Shape::kPod) {
    PodSpec(tree, spec);
  } else {
    tree.Key("spec");
    tree.BeginObject();
    if (workload->shape == WorkloadType::Shape::kCronJob) {
      spec = spec.Get("job_template").First().Get("spec").First();
      tree.Key("jobTemplate");
      tree.BeginObject();
      tree.Key("spec");
      tree.BeginObject();
    }
    tree.Key("template");
    tree.BeginObject();
    PodSpec(tree, spec.Get("template").First().Get("spec").First());
    tree.End();
    if (workload->shape == WorkloadType::Shape::kCronJob) {
      tree.End();
      tree.End();
    }
    tree.End();
  }
  tree.End();
  Finish(r, id, tree);
}

// `manifest`: an object as in YAML.
void ReadManifest(Reading& r, InstanceId id) {
  const Field manifest = r.Filled(r.Root(id).Get("manifest"));
  if (manifest.unknown()) {
    r.diagnostics.AddLoss("terraform.manifest", r.instances[id].span,
                          "the manifest is not known before apply; what it grants is not read",
                          std::string(r.instances[id].address));
    return;
  }
  if (!manifest.view.HasUnknown() && !r.options.fill) {
    if (manifest.set()) {
      ReadObject(manifest.view.value, OptionsOf(r, id), r.facts, r.diagnostics);
    }
    return;
  }
  ObjectTree tree(r, id);
  tree.Copy(manifest);
  Finish(r, id, tree);
}

// `yaml_body`: a text with one document. (kubectl provider.)
void ReadKubectlManifest(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  Field body = r.Filled(root.Get("yaml_body_parsed"));
  if (!body.set() || body.view.text().empty()) {
    body = r.Filled(root.Get("yaml_body"));
  }
  if (body.unknown()) {
    r.diagnostics.AddLoss("terraform.manifest", r.instances[id].span,
                          "the manifest is not known before apply; what it grants is not read",
                          std::string(r.instances[id].address));
    return;
  }
  if (!body.set() || !body.view.value.is_string()) {
    return;
  }
  KubernetesOptions options = OptionsOf(r, id);
  options.override_namespace = r.Text(root.Get("override_namespace"), Want::kText);
  if (facts::HasHole(body.view.text())) {
    const syntax::Value object = r.Structure(body, true);
    if (object) {
      ReadObject(object, options, r.facts, r.diagnostics);
    } else {
      r.diagnostics.AddLoss("terraform.manifest", r.instances[id].span,
                            "the manifest is not known before apply; what it grants is not read",
                            std::string(r.instances[id].address));
    }
    return;
  }
  const source::FileId file = syntax::EmbedString(r.sources, body.view.value);
  ReadManifestFile(r.sources, file, options, r.facts, r.diagnostics);
}

// The sections of aws-auth, each known, or open.
void ReadConfigMap(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  const Field metadata = root.Get("metadata").First();
  const std::string_view name_space = metadata.Get("namespace").view.text();
  if (metadata.Get("name").view.text() != "aws-auth" || name_space != "kube-system") {
    return;
  }
  auto head = r.Begin<facts::AwsAuth>(id, "ConfigMap kube-system/aws-auth");
  head.cluster = r.ClusterOf(id);
  AwsAuthSections sections;
  const Field data = r.Filled(root.Get("data"));
  const std::pair<std::string_view, AwsAuthSection*> kSections[] = {
      {"mapRoles", &sections.roles},
      {"mapUsers", &sections.users},
      {"mapAccounts", &sections.accounts}};
  bool unset = false;
  if (data.unknown()) {
    unset = r.Resolve(data, Want::kText).unset;
  }
  for (const auto& [key, section] : kSections) {
    const Field field = r.Filled(data.Get(key));
    if (unset || field.view.unset()) {
      continue;
    }
    const std::string* assumed =
        r.attributes.Assumed(r.instances[id].address, PathText(field.path));
    if (field.unknown() || assumed != nullptr) {
      const Str text = r.Text(field, Want::kText);
      *section = SectionOf(r.sources, text, r.instances[id].span);
    } else if (field.view.value.is_string() || field.view.value.is_null()) {
      *section = facts::HasHole(field.view.text())
                     ? SectionOf(r.sources, field.view.text(), r.instances[id].span)
                     : SectionOf(r.sources, field.view.value);
    }
  }
  r.facts.aws_auths.push_back(ReadAwsAuth(sections, head, r.sources, r.facts, r.diagnostics));
}

constexpr TypeReader kReaders[] = {
    {"kubernetes_role", ReadRole, nullptr},
    {"kubernetes_role_v1", ReadRole, nullptr},
    {"kubernetes_cluster_role", ReadRole, nullptr},
    {"kubernetes_cluster_role_v1", ReadRole, nullptr},
    {"kubernetes_role_binding", ReadBinding, nullptr},
    {"kubernetes_role_binding_v1", ReadBinding, nullptr},
    {"kubernetes_cluster_role_binding", ReadBinding, nullptr},
    {"kubernetes_cluster_role_binding_v1", ReadBinding, nullptr},
    {"kubernetes_service_account", ReadServiceAccount, nullptr},
    {"kubernetes_service_account_v1", ReadServiceAccount, nullptr},
    {"kubernetes_default_service_account", ReadServiceAccount, nullptr},
    {"kubernetes_default_service_account_v1", ReadServiceAccount, nullptr},
    {"kubernetes_annotations", ReadAnnotations, nullptr},
    {"kubernetes_labels", ReadLabels, nullptr},
    {"kubernetes_secret", ReadSecret, nullptr},
    {"kubernetes_secret_v1", ReadSecret, nullptr},
    {"kubernetes_namespace", ReadNamespace, nullptr},
    {"kubernetes_namespace_v1", ReadNamespace, nullptr},
    {"kubernetes_pod", ReadWorkload, nullptr},
    {"kubernetes_pod_v1", ReadWorkload, nullptr},
    {"kubernetes_deployment", ReadWorkload, nullptr},
    {"kubernetes_deployment_v1", ReadWorkload, nullptr},
    {"kubernetes_daemonset", ReadWorkload, nullptr},
    {"kubernetes_daemon_set_v1", ReadWorkload, nullptr},
    {"kubernetes_stateful_set", ReadWorkload, nullptr},
    {"kubernetes_stateful_set_v1", ReadWorkload, nullptr},
    {"kubernetes_replication_controller", ReadWorkload, nullptr},
    {"kubernetes_replication_controller_v1", ReadWorkload, nullptr},
    {"kubernetes_job", ReadWorkload, nullptr},
    {"kubernetes_job_v1", ReadWorkload, nullptr},
    {"kubernetes_cron_job", ReadWorkload, nullptr},
    {"kubernetes_cron_job_v1", ReadWorkload, nullptr},
    {"kubernetes_config_map", ReadConfigMap, nullptr},
    {"kubernetes_config_map_v1", ReadConfigMap, nullptr},
    {"kubernetes_config_map_v1_data", ReadConfigMap, nullptr},
    {"kubernetes_manifest", ReadManifest, nullptr},
    {"kubectl_manifest", ReadKubectlManifest, nullptr},
};

}  // namespace

std::span<const TypeReader> KubernetesReaders() { return kReaders; }

}  // namespace whomay::ingest::terraform

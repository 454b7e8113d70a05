// Who runs as whom: ServiceAccounts, Pods and what makes Pods; Namespaces; the aws-auth ConfigMap.
#include "ingest/kubernetes/object_context.h"
#include "ingest/kubernetes/schemas.h"

namespace whomay::ingest {
namespace {

using syntax::Value;

// IRSA: what the pod identity webhook reads from a ServiceAccount.
constexpr std::string_view kRoleArn = "eks.amazonaws.com/role-arn";
constexpr std::string_view kAudience = "eks.amazonaws.com/audience";

Tri ReadFlag(const Value& value) {
  return value.is_true() ? Tri::kTrue : value.is_false() ? Tri::kFalse : Tri::kUnknown;
}

// Where the pod's spec stands in each of the schemas of workloads.
Value PodSpec(const Value& object, const Schema& schema) {
  const Value spec = object.Get("spec");
  if (&schema == &kPodSchema) {
    return spec;
  }
  const Value controller = &schema == &kCronJobSchema ? spec.Get("jobTemplate").Get("spec") : spec;
  return controller.Get("template").Get("spec");
}

std::string_view ServiceAccountName(const Value& pod_spec) {
  // `serviceAccount` is its deprecated spelling; the server keeps both equal, and the new one wins.
  for (const std::string_view field : {"serviceAccountName", "serviceAccount"}) {
    const std::string_view name = pod_spec.Get(field).text();
    if (!name.empty()) {
      return name;
    }
  }
  return "default";
}

// What gives a container its node: kTrue by itself, kUnknown together with more. Source:
// Kubernetes, "Pod Security Standards" (baseline) and the container escapes that it is there to
// stop.
struct LeadsOut {
  std::string_view what;
  Tri holds;
};
// Host paths: these, and those above them, which bring them along.
constexpr LeadsOut kPaths[] = {
    {"/var/lib/kubelet", Tri::kTrue}, {"/run/containerd", Tri::kTrue},
    {"/proc", Tri::kUnknown},         {"/etc", Tri::kUnknown},
    {"/root", Tri::kUnknown},         {"/var/log", Tri::kUnknown},
    {"/var/run", Tri::kTrue},         {"/var/lib/docker", Tri::kUnknown}};
constexpr LeadsOut kCapabilities[] = {{"ALL", Tri::kTrue},
                                      {"SYS_ADMIN", Tri::kTrue},
                                      {"SYS_MODULE", Tri::kTrue},
                                      {"SYS_PTRACE", Tri::kUnknown}};

Tri PathHoldsNode(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') {
    path.remove_suffix(1);
  }
  constexpr std::string_view kSocket = ".sock";
  Tri holds = ToTri(path == "/" || (path.size() > kSocket.size() &&
                                    path.substr(path.size() - kSocket.size()) == kSocket));
  for (const LeadsOut& one : kPaths) {
    const bool above = one.what.size() > path.size() && one.what.substr(0, path.size()) == path &&
                       one.what[path.size()] == '/';
    holds = path == one.what || above ? Or(holds, one.holds) : holds;
  }
  return holds;
}

Tri ContainerHoldsNode(const Value& container) {
  const Value security = container.Get("securityContext");
  Tri holds = ToTri(security.Get("privileged").is_true());
  for (const Value added : security.Get("capabilities").Get("add").elements()) {
    std::string_view name = added.text();
    name.remove_prefix(name.substr(0, 4) == "CAP_" ? 4 : 0);
    for (const LeadsOut& one : kCapabilities) {
      holds = one.what == name ? Or(holds, one.holds) : holds;
    }
  }
  return holds;
}

Tri PodHoldsNode(const Value& pod_spec) {
  Tri holds = pod_spec.Get("hostPID").is_true() ? Tri::kUnknown : Tri::kFalse;
  for (const Value volume : pod_spec.Get("volumes").elements()) {
    const std::string_view path = volume.Get("hostPath").Get("path").text();
    holds = path.empty() ? holds : Or(holds, PathHoldsNode(path));
  }
  for (const std::string_view list : {"containers", "initContainers"}) {
    for (const Value container : pod_spec.Get(list).elements()) {
      holds = Or(holds, ContainerHoldsNode(container));
    }
  }
  return holds;
}

}  // namespace

void ReadServiceAccount(ObjectContext& context) {
  if (!context.Decodes(kServiceAccountSchema) || context.IsTemplate(context.meta().name) ||
      context.IsTemplate(context.meta().namespace_name)) {
    return;
  }
  context.DefaultNamespace();
  facts::ServiceAccount account;
  context.Fill(account);
  if (!context.CheckNames(Dns1123Subdomain, account)) {
    return;
  }
  const Value annotations = context.meta().value.Get("annotations");
  const Value role_arn = annotations.Get(kRoleArn);
  account.role_arn = context.facts().Keep(role_arn.text());
  account.role_arn_span = role_arn.span();
  account.audience = context.facts().Keep(annotations.Get(kAudience).text());
  account.automount_token = ReadFlag(context.object().Get("automountServiceAccountToken"));
  context.facts().service_accounts.push_back(account);
}

// Only that a Secret holds a ServiceAccount's token, and whose: never its data.
void ReadSecret(ObjectContext& context) {
  const Value account =
      context.meta().value.Get("annotations").Get("kubernetes.io/service-account.name");
  if (context.object().Get("type").text() != "kubernetes.io/service-account-token" ||
      account.text().empty() || context.IsTemplate(context.meta().name) ||
      context.IsTemplate(account.text()) || context.IsTemplate(context.meta().namespace_name)) {
    return;
  }
  context.DefaultNamespace();
  facts::TokenSecret secret;
  context.Fill(secret);
  secret.service_account = context.facts().Keep(account.text());
  context.facts().token_secrets.push_back(secret);
}

void ReadNamespace(ObjectContext& context) {
  if (!context.Decodes(kNamespaceSchema) || context.IsTemplate(context.meta().name)) {
    return;
  }
  facts::Namespace name_space;
  context.Fill(name_space);
  if (!context.CheckNames(Dns1123Label, name_space)) {
    return;
  }
  for (const MapEntry& label : ReadStringMap(context.meta().value.Get("labels"))) {
    name_space.labels.emplace_back(context.facts().Keep(label.key),
                                   context.facts().Keep(label.value));
  }
  context.facts().namespaces.push_back(std::move(name_space));
}

void ReadConfigMap(ObjectContext& context) {
  if (context.meta().name != "aws-auth" || !context.options().aws_auth) {
    return;
  }
  if (!context.Decodes(kConfigMapSchema) || context.IsTemplate(context.meta().namespace_name)) {
    return;
  }
  context.DefaultNamespace();
  facts::KubernetesObject record;
  context.Fill(record);
  context.options().aws_auth({record.cluster, record.namespace_name, record.origin, record.worlds,
                              context.object().Get("data")});
}

void ReadWorkload(ObjectContext& context, std::string_view kind, const Schema& schema) {
  if (!context.Decodes(schema)) {
    return;
  }
  const Value spec = PodSpec(context.object(), schema);
  const std::string_view account = ServiceAccountName(spec);
  if (context.IsTemplate(context.meta().name) || context.IsTemplate(account) ||
      context.IsTemplate(context.meta().namespace_name)) {
    return;
  }
  context.DefaultNamespace();
  facts::Workload workload;
  context.Fill(workload);
  if (!context.CheckNames(Dns1123Subdomain, workload)) {
    return;
  }
  workload.kind = kind;
  workload.service_account = context.facts().Keep(account);
  workload.host_network = spec.Get("hostNetwork").is_true();
  workload.holds_node = PodHoldsNode(spec);
  workload.automount_token = ReadFlag(spec.Get("automountServiceAccountToken"));
  context.facts().workloads.push_back(workload);
}

}  // namespace whomay::ingest

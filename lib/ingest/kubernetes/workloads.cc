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
  workload.automount_token = ReadFlag(spec.Get("automountServiceAccountToken"));
  context.facts().workloads.push_back(workload);
}

}  // namespace whomay::ingest

#include "ingest/kubernetes/schemas.h"

namespace whomay::ingest {
namespace {

using Type = FieldType;
using enum FieldType::Kind;

constexpr Type kAnyType{kAny, "interface {}"};
constexpr Type kString{kText, "string"};
constexpr Type kUid{kText, "types.UID"};
constexpr Type kOperation{kText, "v1.ManagedFieldsOperationType"};
constexpr Type kSelectorOperator{kText, "v1.LabelSelectorOperator"};
constexpr Type kBool{kBoolean, "bool"};
constexpr Type kInt64{kInteger, "int64"};
constexpr Type kTimestamp{kTime, "v1.Time"};
constexpr Type kStrings{kList, "[]string", &kString};
constexpr Type kStringMap{kMap, "map[string]string", &kString};

// metadata

constexpr SchemaField kOwnerReferenceFields[] = {
    {"apiVersion", &kString}, {"kind", &kString},     {"name", &kString},
    {"uid", &kUid},           {"controller", &kBool}, {"blockOwnerDeletion", &kBool},
};
constexpr Schema kOwnerReferenceSchema{"OwnerReference", kOwnerReferenceFields};
constexpr Type kOwnerReference{kObject, "v1.OwnerReference", nullptr, &kOwnerReferenceSchema};
constexpr Type kOwnerReferences{kList, "[]v1.OwnerReference", &kOwnerReference};

constexpr SchemaField kManagedFieldsFields[] = {
    {"manager", &kString},     {"operation", &kOperation}, {"apiVersion", &kString},
    {"time", &kTimestamp},     {"fieldsType", &kString},   {"fieldsV1", &kAnyType},
    {"subresource", &kString},
};
constexpr Schema kManagedFieldsSchema{"ManagedFieldsEntry", kManagedFieldsFields};
constexpr Type kManagedFieldsEntry{kObject, "v1.ManagedFieldsEntry", nullptr,
                                   &kManagedFieldsSchema};
constexpr Type kManagedFields{kList, "[]v1.ManagedFieldsEntry", &kManagedFieldsEntry};

constexpr SchemaField kObjectMetaFields[] = {
    {"name", &kString},
    {"generateName", &kString},
    {"namespace", &kString},
    {"selfLink", &kString},
    {"uid", &kUid},
    {"resourceVersion", &kString},
    {"generation", &kInt64},
    {"creationTimestamp", &kTimestamp},
    {"deletionTimestamp", &kTimestamp},
    {"deletionGracePeriodSeconds", &kInt64},
    {"labels", &kStringMap},
    {"annotations", &kStringMap},
    {"ownerReferences", &kOwnerReferences},
    {"finalizers", &kStrings},
    {"managedFields", &kManagedFields},
};
constexpr Schema kObjectMetaSchema{"ObjectMeta", kObjectMetaFields};
constexpr Type kObjectMeta{kObject, "v1.ObjectMeta", nullptr, &kObjectMetaSchema};
// Of other kinds' metadata: the same types, unknown fields left to others to find.
constexpr Schema kLooseMetaSchema{"ObjectMeta", kObjectMetaFields, true};
constexpr Type kLooseMeta{kObject, "v1.ObjectMeta", nullptr, &kLooseMetaSchema};

// rbac.authorization.k8s.io/v1

constexpr SchemaField kPolicyRuleFields[] = {
    {"verbs", &kStrings},         {"apiGroups", &kStrings},       {"resources", &kStrings},
    {"resourceNames", &kStrings}, {"nonResourceURLs", &kStrings},
};
constexpr Schema kPolicyRuleSchema{"PolicyRule", kPolicyRuleFields};
constexpr Type kPolicyRule{kObject, "v1.PolicyRule", nullptr, &kPolicyRuleSchema};
constexpr Type kPolicyRules{kList, "[]v1.PolicyRule", &kPolicyRule};

constexpr SchemaField kRequirementFields[] = {
    {"key", &kString}, {"operator", &kSelectorOperator}, {"values", &kStrings}};
constexpr Schema kRequirementSchema{"LabelSelectorRequirement", kRequirementFields};
constexpr Type kRequirement{kObject, "v1.LabelSelectorRequirement", nullptr, &kRequirementSchema};
constexpr Type kRequirements{kList, "[]v1.LabelSelectorRequirement", &kRequirement};
constexpr SchemaField kLabelSelectorFields[] = {{"matchLabels", &kStringMap},
                                                {"matchExpressions", &kRequirements}};
constexpr Schema kLabelSelectorSchema{"LabelSelector", kLabelSelectorFields};
constexpr Type kLabelSelector{kObject, "v1.LabelSelector", nullptr, &kLabelSelectorSchema};
constexpr Type kLabelSelectors{kList, "[]v1.LabelSelector", &kLabelSelector};
constexpr SchemaField kAggregationRuleFields[] = {{"clusterRoleSelectors", &kLabelSelectors}};
constexpr Schema kAggregationRuleSchema{"AggregationRule", kAggregationRuleFields};
constexpr Type kAggregationRule{kObject, "v1.AggregationRule", nullptr, &kAggregationRuleSchema};

constexpr SchemaField kSubjectFields[] = {
    {"kind", &kString}, {"apiGroup", &kString}, {"name", &kString}, {"namespace", &kString}};
constexpr Schema kSubjectSchema{"Subject", kSubjectFields};
constexpr Type kSubject{kObject, "v1.Subject", nullptr, &kSubjectSchema};
constexpr Type kSubjects{kList, "[]v1.Subject", &kSubject};
constexpr SchemaField kRoleRefFields[] = {
    {"apiGroup", &kString}, {"kind", &kString}, {"name", &kString}};
constexpr Schema kRoleRefSchema{"RoleRef", kRoleRefFields};
constexpr Type kRoleRef{kObject, "v1.RoleRef", nullptr, &kRoleRefSchema};

constexpr SchemaField kRoleFields[] = {{"kind", &kString},
                                       {"apiVersion", &kString},
                                       {"metadata", &kObjectMeta},
                                       {"rules", &kPolicyRules}};
constexpr SchemaField kClusterRoleFields[] = {{"kind", &kString},
                                              {"apiVersion", &kString},
                                              {"metadata", &kObjectMeta},
                                              {"rules", &kPolicyRules},
                                              {"aggregationRule", &kAggregationRule}};
constexpr SchemaField kBindingFields[] = {{"kind", &kString},
                                          {"apiVersion", &kString},
                                          {"metadata", &kObjectMeta},
                                          {"subjects", &kSubjects},
                                          {"roleRef", &kRoleRef}};

// Pods and what makes them

constexpr SchemaField kPodSpecFields[] = {{"serviceAccountName", &kString},
                                          {"serviceAccount", &kString},
                                          {"hostNetwork", &kBool},
                                          {"automountServiceAccountToken", &kBool}};
constexpr Schema kPodSpecSchema{"PodSpec", kPodSpecFields, true};
constexpr Type kPodSpec{kObject, "v1.PodSpec", nullptr, &kPodSpecSchema};
constexpr SchemaField kPodTemplateFields[] = {{"spec", &kPodSpec}};
constexpr Schema kPodTemplateSchema{"PodTemplateSpec", kPodTemplateFields, true};
constexpr Type kPodTemplate{kObject, "v1.PodTemplateSpec", nullptr, &kPodTemplateSchema};
constexpr SchemaField kControllerSpecFields[] = {{"template", &kPodTemplate}};
constexpr Schema kControllerSpecSchema{"Spec", kControllerSpecFields, true};
constexpr Type kControllerSpec{kObject, "Spec", nullptr, &kControllerSpecSchema};
constexpr SchemaField kJobTemplateFields[] = {{"spec", &kControllerSpec}};
constexpr Schema kJobTemplateSchema{"JobTemplateSpec", kJobTemplateFields, true};
constexpr Type kJobTemplate{kObject, "v1.JobTemplateSpec", nullptr, &kJobTemplateSchema};
constexpr SchemaField kCronJobSpecFields[] = {{"jobTemplate", &kJobTemplate}};
constexpr Schema kCronJobSpecSchema{"CronJobSpec", kCronJobSpecFields, true};
constexpr Type kCronJobSpec{kObject, "v1.CronJobSpec", nullptr, &kCronJobSpecSchema};

constexpr SchemaField kPodFields[] = {{"metadata", &kLooseMeta}, {"spec", &kPodSpec}};
constexpr SchemaField kPodControllerFields[] = {{"metadata", &kLooseMeta},
                                                {"spec", &kControllerSpec}};
constexpr SchemaField kCronJobFields[] = {{"metadata", &kLooseMeta}, {"spec", &kCronJobSpec}};

constexpr SchemaField kServiceAccountFields[] = {{"metadata", &kLooseMeta},
                                                 {"automountServiceAccountToken", &kBool}};
constexpr SchemaField kConfigMapFields[] = {{"metadata", &kLooseMeta}, {"data", &kStringMap}};
constexpr SchemaField kNamespaceFields[] = {{"metadata", &kLooseMeta}};

// apiextensions.k8s.io: what the resource is called

constexpr SchemaField kCrdNamesFields[] = {
    {"plural", &kString}, {"singular", &kString}, {"kind", &kString}, {"shortNames", &kStrings}};
constexpr Schema kCrdNamesSchema{"CustomResourceDefinitionNames", kCrdNamesFields, true};
constexpr Type kCrdNames{kObject, "v1.CustomResourceDefinitionNames", nullptr, &kCrdNamesSchema};
constexpr SchemaField kCrdSpecFields[] = {
    {"group", &kString}, {"names", &kCrdNames}, {"scope", &kString}, {"version", &kString}};
constexpr Schema kCrdSpecSchema{"CustomResourceDefinitionSpec", kCrdSpecFields, true};
constexpr Type kCrdSpec{kObject, "v1.CustomResourceDefinitionSpec", nullptr, &kCrdSpecSchema};
constexpr SchemaField kCrdFields[] = {{"metadata", &kLooseMeta}, {"spec", &kCrdSpec}};

}  // namespace

constexpr Schema kRoleSchema{"Role", kRoleFields};
constexpr Schema kClusterRoleSchema{"ClusterRole", kClusterRoleFields};
constexpr Schema kRoleBindingSchema{"RoleBinding", kBindingFields};
constexpr Schema kClusterRoleBindingSchema{"ClusterRoleBinding", kBindingFields};

constexpr Schema kServiceAccountSchema{"ServiceAccount", kServiceAccountFields, true};
constexpr Schema kConfigMapSchema{"ConfigMap", kConfigMapFields, true};
constexpr Schema kNamespaceSchema{"Namespace", kNamespaceFields, true};
constexpr Schema kPodSchema{"Pod", kPodFields, true};
constexpr Schema kPodControllerSchema{"Controller", kPodControllerFields, true};
constexpr Schema kCronJobSchema{"CronJob", kCronJobFields, true};
constexpr Schema kCustomResourceDefinitionSchema{"CustomResourceDefinition", kCrdFields, true};

}  // namespace whomay::ingest

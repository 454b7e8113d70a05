// The fields of the objects that we read, as the API server's decoder knows them.
//
// The RBAC kinds are complete (k8s.io/api/rbac/v1, ObjectMeta of k8s.io/apimachinery, v1.34); of
// the others only the fields that say who acts as whom are listed.
#ifndef WHOMAY_LIB_INGEST_KUBERNETES_SCHEMAS_H_
#define WHOMAY_LIB_INGEST_KUBERNETES_SCHEMAS_H_

#include <string_view>

#include "ingest/kubernetes/decode.h"

namespace whomay::ingest {

// rbac.authorization.k8s.io
extern const Schema kRoleSchema;
extern const Schema kClusterRoleSchema;
extern const Schema kRoleBindingSchema;
extern const Schema kClusterRoleBindingSchema;

// Partial.
extern const Schema kServiceAccountSchema;
extern const Schema kConfigMapSchema;
extern const Schema kNamespaceSchema;
extern const Schema kPodSchema;
extern const Schema kPodControllerSchema;  // spec.template.spec
extern const Schema kCronJobSchema;        // spec.jobTemplate.spec.template.spec
extern const Schema kCustomResourceDefinitionSchema;

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_KUBERNETES_SCHEMAS_H_

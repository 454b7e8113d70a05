// Kubernetes objects that shape access.
//
// `cluster` is the cluster's name or ARN where the input says it (a Terraform provider's cluster,
// `-f NAME=PATH`), a hole where that is not known, empty for manifests not tied to one.
#ifndef WHOMAY_LIB_FACTS_KUBERNETES_H_
#define WHOMAY_LIB_FACTS_KUBERNETES_H_

#include <vector>

#include "base/tri.h"
#include "facts/hole.h"
#include "facts/origin.h"

namespace whomay::facts {

struct KubernetesObject : Record {
  Str cluster;
  Str namespace_name;  // empty for cluster-scoped kinds
  Str name;
  // Order of application: of two objects of one kind, namespace and name the later stands.
  uint32_t order = 0;
  // The API server would refuse it (a diagnostic says why), and it does not come from a dump: it
  // grants nothing.
  bool refused = false;
};

struct PolicyRule {
  std::vector<Str> verbs;
  std::vector<Str> api_groups;
  std::vector<Str> resources;
  std::vector<Str> resource_names;
  std::vector<Str> non_resource_urls;
  source::Span span;
};

struct LabelRequirement {
  Str key;
  Str op;  // In, NotIn, Exists, DoesNotExist, exactly
  std::vector<Str> values;
};
struct LabelSelector {
  std::vector<std::pair<Str, Str>> match_labels;
  std::vector<LabelRequirement> match_expressions;
};

struct RbacRole : KubernetesObject {
  bool cluster_role = false;
  std::vector<PolicyRule> rules;
  bool has_aggregation_rule = false;
  std::vector<LabelSelector> selectors;
  std::vector<std::pair<Str, Str>> labels;
  // The rules are not known until apply: the role may grant anything.
  HoleId rules_open = HoleId::kNone;
  bool builtin = false;  // one of Kubernetes' own bootstrap objects, not from a file
};

struct Subject {
  Str kind;
  Str api_group;
  Str namespace_name;
  Str name;
  source::Span span;
};

struct RbacBinding : KubernetesObject {
  bool cluster_binding = false;
  Str role_kind;  // roleRef
  Str role_name;
  Str role_api_group;
  std::vector<Subject> subjects;
  HoleId subjects_open = HoleId::kNone;
  bool builtin = false;
};

struct ServiceAccount : KubernetesObject {
  // eks.amazonaws.com/role-arn; empty when not annotated.
  Str role_arn;
  Str audience;  // eks.amazonaws.com/audience
  Tri automount_token = Tri::kUnknown;
  source::Span role_arn_span;
};

struct Workload : KubernetesObject {
  Str kind;             // lower case: "pod", "deployment"
  Str service_account;  // "default" where the file names none
  bool host_network = false;
  // Whether its containers have the node in hand: privileged, a host path or capability that leads
  // out. kUnknown for what does so only together with more.
  Tri holds_node = Tri::kFalse;
  Tri automount_token = Tri::kUnknown;
};

// A Secret of type kubernetes.io/service-account-token: a token that does not expire. Of Secrets
// nothing else is read.
struct TokenSecret : KubernetesObject {
  Str service_account;
};

struct Namespace : KubernetesObject {
  std::vector<std::pair<Str, Str>> labels;
};

// Of a CustomResourceDefinition only what its resource is called.
struct CustomResource : KubernetesObject {
  Str group;
  Str plural, singular, kind;
  std::vector<Str> short_names;
  std::vector<Str> versions;
  bool namespaced = true;
  std::vector<Str> subresources;
};

}  // namespace whomay::facts

#endif  // WHOMAY_LIB_FACTS_KUBERNETES_H_

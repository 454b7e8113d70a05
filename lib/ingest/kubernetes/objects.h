// Kubernetes objects: from a value, as JSON, YAML or a Terraform resource gives it, to facts.
//
//   KubernetesOptions options;
//   options.cluster = "prod";
//   ReadObject(tree.root(), options, facts, diagnostics);
//
// Read are RBAC objects, ServiceAccounts, Namespaces, Pods and what makes them, the names in
// CustomResourceDefinitions, the aws-auth ConfigMap (handed on unread), and Lists of these; all
// other kinds are passed over. Of RBAC objects everything is checked as the API server checks it on
// creation.
//
// What is wrong becomes a diagnostic:
//   kubernetes.undecodable      a wrong JSON type, no kind: nothing of the object counts
//   kubernetes.unknown-kind     no such kind in the RBAC group: nothing of it counts
//   kubernetes.unknown-field    dropped by the server, refused by kubectl
//   kubernetes.refused          the server would refuse it: it grants nothing, unless it comes from
//   a
//                               cluster (uid or resourceVersion)
//   kubernetes.old-version      a version that v1.34 does not serve, read as the one that it does
//   kubernetes.default-namespace  none in the file: the default one is taken
//   kubernetes.template         an unrendered template, skipped
//   kubernetes.kustomize        a kustomization or patch, skipped
// Secrets are never looked into. Texts with holes (facts/hole.h) fit everywhere.
// Thread safety: that of the facts and diagnostics given.
#ifndef WHOMAY_LIB_INGEST_KUBERNETES_OBJECTS_H_
#define WHOMAY_LIB_INGEST_KUBERNETES_OBJECTS_H_

#include <functional>
#include <string>
#include <string_view>

#include "facts/facts.h"
#include "source/diagnostic.h"
#include "syntax/tree.h"

namespace whomay::ingest {

// A ConfigMap named aws-auth (in any namespace: the reader of aws-auth knows which counts).
struct AwsAuthConfigMap {
  facts::Str cluster;
  facts::Str namespace_name;
  facts::Origin origin;
  facts::Worlds worlds = facts::kBothWorlds;
  // Its `data`: an object of texts (nulls count as ""), or missing. Valid during the call only.
  syntax::Value data;
};

struct KubernetesOptions {
  facts::Str cluster;                        // as in facts::KubernetesObject
  facts::Str default_namespace = "default";  // for objects that name none
  facts::Str override_namespace;             // where given: whatever objects name
  facts::Worlds worlds = facts::kBothWorlds;
  facts::Str address;  // Terraform address of the resource
  // Gets each aws-auth ConfigMap. Called while its tree lives.
  std::function<void(const AwsAuthConfigMap&)> aws_auth;
};

// `object` may be a List. Values of no Kubernetes shape are diagnosed.
void ReadObject(const syntax::Value& object, const KubernetesOptions& options, facts::Facts& facts,
                source::Diagnostics& diagnostics);

// Whether a document with this `kind:` may hold something that ReadObject() reads: a filter for
// readers of streams. Lists and texts of no known shape are wanted.
bool IsWantedKind(std::string_view kind);

// Whether a value is a Kubernetes object by its looks: `kind` and `apiVersion` are texts.
bool LooksLikeKubernetes(const syntax::Value& value);
// Whether it is a kustomization (which may leave kind and apiVersion out) or a JSON patch.
bool LooksLikeKustomization(const syntax::Value& value);

// Of two objects of one kind, cluster, namespace and name, in one world, the later stands: says so
// of each earlier one (kubernetes.duplicate, with the later as related). Built-in objects give way
// in silence.
void ReportDuplicateObjects(const facts::Facts& facts, source::Diagnostics& diagnostics);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_KUBERNETES_OBJECTS_H_

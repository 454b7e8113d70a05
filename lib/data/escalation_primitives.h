// Escalation primitives: permissions that let their holder become somebody else, as data.
//
// An escalation edge is open only when one state of a walk holds all permissions that it takes,
// each evaluated on the right object. Identity edges (assuming a role, running as a ServiceAccount,
// IMDS) are none of these. Sources: Kubernetes RBAC good practices ("Privilege escalation risks");
// Rhino Security Labs, AWS IAM privilege escalation methods; Amazon EKS user guide. Compiled
// 2026-11. Thread safety: constants.
#ifndef WHOMAY_LIB_DATA_ESCALATION_PRIMITIVES_H_
#define WHOMAY_LIB_DATA_ESCALATION_PRIMITIVES_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace whomay::data {

// One permission that a Kubernetes primitive takes: any of the verbs.
struct KubernetesNeed {
  std::span<const std::string_view> verbs;
  std::string_view group;
  std::string_view resource;
  std::string_view subresource;
  // Asked about the object that the primitive is about, about one of the holder's own, or about any
  // that its rules name.
  enum class Name : uint8_t { kGiven, kOwn, kAny } name = Name::kGiven;
};

struct KubernetesPrimitive {
  enum class Gain : uint8_t {
    kRunPod,       // a pod of one's own in the namespace, as any ServiceAccount there
    kIntoPods,     // code in the running pods of the namespace
    kIntoAllPods,  // … of every namespace
    kToken,        // a ServiceAccount's token (asked by name), from anywhere
    kAnyToken,     // tokens of every ServiceAccount of the namespace
    kImpersonateUser,
    kImpersonateGroup,
    kImpersonateServiceAccount,
    kNamespaceAdmin,  // any role in the namespace
    kClusterAdmin,
    kBoundClusterRole,  // the rules of a ClusterRole (asked by name), in the namespace or cluster
    kBoundRole,         // … of a Role of the namespace (asked by name)
    kRewrittenRole,     // everything, where a role of one's own (asked by name) is bound
    kLegacyToken,       // a ServiceAccount's token, in a Secret (asked by name)
    kAnyCertificate,    // a client certificate for any user and any group but system:masters
    kAwsAuth,           // map any AWS principal to system:masters
    kNewAwsAuth,        // … by a ConfigMap that is not there yet
    kNewAccount,        // with a pod: a ServiceAccount that a role trusts and that is not there yet
  };
  std::string_view id;                    // the edge is escalate:ID
  std::span<const KubernetesNeed> needs;  // all of them
  Gain gain = Gain::kRunPod;
  bool cluster_wide = false;  // asked at cluster scope, not per namespace
  // A workload of this kind must stand in the namespace already (update and patch change one).
  std::string_view existing_kind;
  // what no file says, and what it takes to work: the edge is unknown
  std::string_view unless = {};
};
std::span<const KubernetesPrimitive> KubernetesPrimitives();

struct AwsPrimitive {
  enum class On : uint8_t {
    kSelf,             // the caller's own user or role
    kOwnPolicy,        // a customer managed policy attached to the caller
    kOwnGroup,         // a group that the caller is in
    kOtherGroup,       // one that it is not in
    kUser,             // another user
    kRole,             // another role
    kAssumableRole,    // a role that the caller can assume already
    kAssumablePolicy,  // a customer managed policy attached to a role that the caller can assume
    kPassedRole,    // a role that `service` may assume: iam:PassRole on it, and `actions` anywhere
    kNewRole,       // a role that is not there yet
    kSamlProvider,  // a SAML provider that roles trust
    kOidcProvider,  // an OIDC provider that roles trust
    kNewProvider,   // a provider that roles trust and that no file declares
    kMemberRoot,    // the root user of another account of the organization
    // Identity Center: the permission set that the caller works under; a new one.
    kOwnPermissionSet,
    kNewPermissionSet,
    // EKS clusters, and the caller's access entry in them.
    kCluster,           // the API knows access entries
    kOwnEntry,          // … and the caller has one
    kConfigMapCluster,  // it knows aws-auth only
    kPodIdentity,       // the caller may start pods there; iam:PassRole on a role that `service` …
    kAddon,             // … in kube-system, where add-ons run
    kNodes,             // nodes that Systems Manager reaches
  };
  enum class Gain : uint8_t {
    kTarget,           // become the target
    kAdmin,            // any policy for oneself (a boundary still limits)
    kTargetAdmin,      // become the target with any policy
    kUnbounded,        // oneself without the permissions boundary
    kTargetUnbounded,  // become the target without its permissions boundary
    kClusterAdmin,     // of the cluster
    kClusterGroups,    // any group of the cluster that EKS does not keep for itself
  };
  std::string_view id;
  On on = On::kSelf;
  std::span<const std::string_view>
      actions;  // all of them; on the target, for kPassedRole on anything
  Gain gain = Gain::kTarget;
  std::string_view service;     // of kPassedRole and kPodIdentity
  bool uncertain = false;       // what is gained stands in no file
  bool passed_to_open = false;  // no source says which iam:PassedToService the request carries
};
std::span<const AwsPrimitive> AwsPrimitives();

// To act as the role that something carries already, without iam:PassRole (facts::Carrier).
struct CarrierPrimitive {
  // What more it takes of the carrier.
  enum class Takes : uint8_t {
    kNothing,
    kShell,  // that it lets somebody in (ECS Exec is on)
    kAgent,  // that its role lets the agent of Systems Manager work
  };
  std::string_view id;
  std::string_view kind;                        // facts::Carrier::kind
  std::span<const std::string_view> actions;    // all of them, on the carrier
  std::span<const std::string_view> elsewhere;  // … and these on at least one resource
  Takes takes = Takes::kNothing;
  std::string_view document = {};  // of Systems Manager, on which `actions` are needed too
  // what no file says, and what it takes to work: the edge is unknown
  std::string_view unless = {};
};
std::span<const CarrierPrimitive> CarrierPrimitives();

}  // namespace whomay::data

#endif  // WHOMAY_LIB_DATA_ESCALATION_PRIMITIVES_H_

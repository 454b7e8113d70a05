// EKS clusters and how AWS principals and Kubernetes identities are tied in them.
//
// `cluster` is everywhere the cluster's name, or its ARN, or a hole; the graph joins them.
#ifndef WHOMAY_LIB_FACTS_EKS_H_
#define WHOMAY_LIB_FACTS_EKS_H_

#include <vector>

#include "facts/aws.h"

namespace whomay::facts {

enum class AuthenticationMode : uint8_t { kConfigMap, kApiAndConfigMap, kApi, kUnknown };

struct Cluster : Record {
  Str name;
  Str arn;
  Str account;
  Str region;
  Str version;  // "1.29"; empty when not known
  // Without scheme, no slash at the end; a symbol before apply.
  Str issuer;
  AuthenticationMode mode = AuthenticationMode::kUnknown;
  // bootstrapClusterCreatorAdminPermissions; kUnknown in states, where the value is not reliable.
  Tri creator_is_admin = Tri::kUnknown;
  Str creator;  // ARN of the principal that makes it, when known (a plan that creates the cluster)
  Str role_arn;
  bool auto_mode = false;
  Str auto_mode_node_role;
};

struct AccessEntry : Record {
  Str cluster;
  Str principal_arn;
  Str type;       // "STANDARD", "EC2_LINUX" …
  Str user_name;  // empty: the default
  std::vector<Str> groups;
  bool user_name_open = false;  // not known until apply
  bool groups_open = false;
  bool assumed_unset = false;  // unknown, taken as not set (spec: computed and not configured)
};

struct AccessPolicyAssociation : Record {
  Str cluster;
  Str principal_arn;
  Str policy_arn;
  enum class Scope : uint8_t { kCluster, kNamespaces, kUnknown } scope = Scope::kCluster;
  std::vector<Str> namespaces;  // may hold `*`
};

struct PodIdentityAssociation : Record {
  Str cluster;
  Str namespace_name;
  Str service_account;
  Str role_arn;
  Str target_role_arn;  // empty for none
  Str external_id;
  bool disable_session_tags = false;
  PolicyId session_policy = PolicyId::kNone;
};

struct Addon : Record {
  Str cluster;
  Str name;
  Str service_account_role_arn;
};

// Nodes: a managed or self-managed node group, a Fargate profile.
struct NodeGroup : Record {
  enum class Kind : uint8_t { kManaged, kSelfManaged, kFargate, kKarpenter };
  Kind kind = Kind::kManaged;
  Str cluster;
  Str name;
  Str role_arn;
  // May a pod off the host network reach the node's role through IMDS (hop limit >= 2)? kUnknown
  // with `imds_why` where a launch template was not read.
  Tri imds_from_pods = Tri::kUnknown;
  Str imds_why;
};

// aws-auth, parsed as aws-iam-authenticator parses it.
struct AwsAuthEntry {
  Str arn;  // rolearn or userarn; empty where `sso` stands
  Str username;
  std::vector<Str> groups;
  struct Sso {
    bool given = false;
    Str permission_set, account, partition;
  } sso;
  source::Span span;
};
struct AwsAuth : Record {
  Str cluster;
  std::vector<AwsAuthEntry> roles;
  std::vector<AwsAuthEntry> users;
  std::vector<Str> accounts;
  // Set where the text of a section is not known: whoever is not mapped otherwise may be mapped by
  // it.
  HoleId roles_open = HoleId::kNone;
  HoleId users_open = HoleId::kNone;
  HoleId accounts_open = HoleId::kNone;
};

}  // namespace whomay::facts

#endif  // WHOMAY_LIB_FACTS_EKS_H_

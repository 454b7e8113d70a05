// AWS identities and what is attached to them.
//
// Names and ARNs: a record's `arn` is always set. Where the file has none yet, the reader builds it
// from account, path and name; what it cannot know is a hole in it (facts/hole.h). Records refer to
// each other by ARN; where a file names only a name (an attachment's `role`), the reader resolves
// it, or leaves `arn` empty and gives `account` and `name`, by which the graph looks it up (names
// of roles, users, groups are unique in an account, whatever the case and path).
#ifndef WHOMAY_LIB_FACTS_AWS_H_
#define WHOMAY_LIB_FACTS_AWS_H_

#include <utility>
#include <vector>

#include "base/tri.h"
#include "facts/policy.h"

namespace whomay::facts {

enum class IamKind : uint8_t { kUser, kRole, kGroup };

struct Tag {
  Str key;
  Str value;
};

// How much of an identity's policies the inputs hold.
enum class Policies : uint8_t {
  kDeclared,   // all: a managed resource, an entry of an account dump
  kMentioned,  // unknown: a data source, an ARN in a text
};

struct IamPrincipal : Record {  // a user, a role or a group
  IamKind kind = IamKind::kUser;
  Str arn;
  Str account;
  Str path;  // "/" when not said
  Str name;
  Policies policies = Policies::kDeclared;
  PolicyId trust = PolicyId::kNone;  // of roles; kNone where mentioned only
  // The permissions boundary's ARN; empty for none.
  Str boundary;
  std::vector<Tag> tags;
  bool tags_open = false;  // further tags may come
  // In a plan: deleted and made anew. IAM keeps the principals of a trust policy as unique ids, so
  // trusts that name its ARN no longer mean it, unless they are written again (`trust_written`).
  bool replaced = false;
  bool trust_written = false;  // of roles: the plan writes the trust policy
};

// Who is meant where a file says only so much.
struct IamRef {
  IamKind kind = IamKind::kRole;
  Str arn;      // preferred; may be a hole
  Str account;  // with `name` when arn is empty
  Str name;
};

struct GroupMembership : Record {
  IamRef group;
  IamRef user;
};

struct ManagedPolicy : Record {
  Str arn;
  Str account;  // "aws" for AWS's own
  Str name;
  PolicyId document = PolicyId::kNone;
};

struct PolicyAttachment : Record {
  IamRef target;
  Str policy_arn;  // may be a hole
};

struct InlinePolicy : Record {
  IamRef target;
  Str name;
  PolicyId document = PolicyId::kNone;
};

struct InstanceProfile : Record {
  Str arn;
  Str account;
  Str name;
  IamRef role;
};

struct OidcProvider : Record {
  Str arn;
  Str account;
  Str url;  // without scheme, without a slash at the end; may be a hole
  std::vector<Str> client_ids;
  bool client_ids_open = false;
};

struct SamlProvider : Record {
  Str arn;
  Str account;
  Str name;
};

// A resource and the policy on it (bucket policy, key policy, queue policy, Lambda permission …).
struct ResourcePolicy : Record {
  Str service;   // "s3", "kms" …: the prefix of its actions
  Str resource;  // ARN; may hold a hole
  Str account;   // "" when open
  PolicyId document = PolicyId::kNone;
};

// S3 Block Public Access, of a bucket or of all of an account.
struct PublicAccessBlock : Record {
  Str bucket;  // ARN, may hold a hole; "" for the account's
  Str account;
  // RestrictPublicBuckets: where the policy is public, nobody but AWS services and the account's
  // own principals has access.
  Tri restrict_public_buckets = Tri::kFalse;
};

// A resource that the files declare, whether or not it has a policy: what a question may name.
struct AwsResource : Record {
  Str service;
  Str arn;
  Str account;
  Str region;
  std::vector<Tag> tags;
};

// What runs code, or calls AWS, as a role that was passed to it: a function, an instance, a build
// project, a stack. Who may change what it runs acts as the role, without iam:PassRole.
struct Carrier : Record {
  Str kind;  // as AWS's service authorization reference names it, "lambda:function"
  Str arn;
  Str account;
  Str region;
  Str name;
  IamRef role;
  Str instance_profile;  // its name, where the inputs of the carrier do not hold the profile
  // Whether it lets somebody in for a shell by itself (ECS Exec is switched on).
  Tri shell = Tri::kTrue;
};

// The identity that ran Terraform, an account that a provider works in.
struct CallerIdentity : Record {
  Str account;
  Str arn;       // may be empty
  Str provider;  // provider configuration key
};

// Organizations: a service or resource control policy and what it sits on.
struct OrganizationPolicy : Record {
  enum class Type : uint8_t { kServiceControl, kResourceControl };
  Type type = Type::kServiceControl;
  Str id;
  Str name;
  PolicyId document = PolicyId::kNone;
};
struct OrganizationAttachment : Record {
  Str policy;  // its id
  Str target;  // root, OU or account id; may be a hole
};
struct OrganizationNode : Record {  // an account, an OU or the root
  Str id;
  Str parent;  // "" for the root, or not known
  bool management_account = false;
  Str organization;  // of the root: the organization's id ("o-…"), where it is known
};

}  // namespace whomay::facts

#endif  // WHOMAY_LIB_FACTS_AWS_H_

// Caller: an AWS principal as a cluster's authenticator sees it.
//
//   std::optional<Caller> dana = CallerFromArn("arn:aws:iam::123456789012:user/team/dana");
//   std::optional<Caller> any = CallerFromArn("arn:aws:iam::123456789012:role/team/dev");
//   any->canonical;   // "arn:aws:iam::123456789012:role/dev": aws-auth never sees a role's path
//   any->session;     // nullopt: whatever session the role can have
//
// Semantics: aws-iam-authenticator's pkg/arn (Canonicalize) and pkg/token
// (getIdentityFromSTSResponse); `whomay-replay aws-auth` holds it to recorded answers. Thread
// safety: values and pure functions.
#ifndef WHOMAY_LIB_EKS_CALLER_H_
#define WHOMAY_LIB_EKS_CALLER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "facts/aws.h"

namespace whomay::eks {

enum class CallerKind : uint8_t { kUser, kRole, kRoot, kFederatedUser };

struct Caller {
  CallerKind kind = CallerKind::kUser;
  // With its path: arn:…:user/team/dana, arn:…:role/team/dev, arn:…:root, arn:…:federated-user/x.
  // May hold holes. For a session whose role no record holds, the role's ARN as far as the session
  // tells it.
  std::string arn;
  // What the authenticator compares: users keep their path, roles have none.
  std::string canonical;
  std::string account;
  // Whether `arn` holds the role's path; false where only a session's ARN was given.
  bool path_known = true;
  // Of roles: the session's name; nullopt stands for any session that the role can have. Empty for
  // all other kinds, as the authenticator has it.
  std::optional<std::string> session;
};

// Reads the ARN of a user, role, root, federated user or role session
// (arn:P:sts::A:assumed-role/NAME/SESSION). nullopt for what cannot be a caller.
std::optional<Caller> CallerFromArn(std::string_view arn);

// A declared or mentioned user or role, in any session. nullopt for groups.
std::optional<Caller> CallerFromPrincipal(const facts::IamPrincipal& principal);

// What sts:GetCallerIdentity answers, and what the authenticator makes of it.
struct StsAnswer {
  std::string_view arn;
  std::string_view user_id;
  std::string_view account;
  std::string_view access_key;
};
struct Identity {
  CallerKind kind = CallerKind::kUser;
  std::string canonical;
  std::string account;  // STS's, not the ARN's
  std::string id;       // the first part of a role's UserId, else the UserId
  std::string session;
  std::string access_key;
};
// nullopt where the authenticator fails (401): an ARN that it does not know, a role's UserId that
// is not two parts at one colon.
std::optional<Identity> IdentifyCaller(const StsAnswer& answer);

// The ARN as the authenticator's Canonicalize has it; nullopt for its errors.
std::optional<std::string> CanonicalArn(std::string_view arn);

// arn:…:role/team/dev -> arn:…:role/dev; what is no role's ARN stays.
std::string WithoutRolePath(std::string_view arn);

// Can a principal of partition `caller` sign a token that a cluster of partition `cluster` takes?
// The authenticator accepts STS hosts of its own partition's domains; aws and aws-us-gov share
// theirs.
bool PartitionsMeet(std::string_view caller, std::string_view cluster);

// The second section of an ARN; empty when it is no ARN or holds a hole there.
std::string_view PartitionOf(std::string_view arn);

}  // namespace whomay::eks

#endif  // WHOMAY_LIB_EKS_CALLER_H_

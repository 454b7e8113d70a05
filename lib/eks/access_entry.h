// Access entries: their types, what EKS refuses, and the identity that they give.
//
// Source: Amazon EKS user guide, "Create access entries" (2026-01) and CreateAccessEntry's
// reference. Thread safety: pure functions.
#ifndef WHOMAY_LIB_EKS_ACCESS_ENTRY_H_
#define WHOMAY_LIB_EKS_ACCESS_ENTRY_H_

#include <string>
#include <string_view>
#include <vector>

#include "eks/caller.h"
#include "facts/eks.h"

namespace whomay::eks {

struct EntryType {
  std::string_view name;
  std::string_view user_name;  // template; empty: of STANDARD, or not documented
  std::vector<std::string_view> groups;
  bool documented = true;  // its groups and user name
  bool node = false;
  bool takes_policies = false;
  bool custom = false;  // user name and groups may be given
};
// nullptr for a type that nobody documents.
const EntryType* FindEntryType(std::string_view name);

// Why EKS would refuse the entry; empty when it would take it. An entry that it refuses cannot
// exist: it grants nothing, and aws-auth decides as if it were not there.
std::string WhyEntryRefused(const facts::AccessEntry& entry);
// The same for an association; `entry_type` is that of its principal's entry ("" when not known).
std::string WhyAssociationRefused(const facts::AccessPolicyAssociation& association,
                                  std::string_view entry_type);

// The user name of a STANDARD entry that names none, as a template: a user's ARN, of a role
// arn:P:sts::A:assumed-role/NAME/{{SessionName}}.
std::string DefaultUserName(std::string_view principal_arn);

}  // namespace whomay::eks

#endif  // WHOMAY_LIB_EKS_ACCESS_ENTRY_H_

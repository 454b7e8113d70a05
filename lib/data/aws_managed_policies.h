// AWS managed policies: the default versions of their documents, built in.
//
//   if (const auto policy = FindManagedPolicy("arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"))
//     Parse(policy->document);
//
// A policy that is not here is not known, which is something else than empty: what rests on it is
// unknown. The texts are those of the partition `aws`; of the other partitions, whose versions and
// ARNs differ, only AdministratorAccess is given, which is the same everywhere.
// A lookup unpacks one block of some 16 KB: callers keep what they need more than once.
// Source: generators/aws_managed_policies.py, and the head of aws_managed_policies.inc.
// Thread safety: pure functions over constants.
#ifndef WHOMAY_LIB_DATA_AWS_MANAGED_POLICIES_H_
#define WHOMAY_LIB_DATA_AWS_MANAGED_POLICIES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whomay::data {

struct ManagedPolicyText {
  std::string name;      // "AmazonEBSCSIDriverPolicy"
  std::string path;      // "/service-role/"
  std::string version;   // "v15"
  std::string document;  // JSON

  std::string Arn() const { return "arn:aws:iam::aws:policy" + path + name; }
};

// By ARN (its path must fit) or by name, both case-sensitive as in AWS.
std::optional<ManagedPolicyText> FindManagedPolicy(std::string_view name_or_arn);

// Does the ARN name a policy of AWS's own, known or not: arn:PARTITION:iam::aws:policy/…
bool IsAwsManagedPolicyArn(std::string_view arn);

// All of them, in order of their names. Unpacks the whole table (3.4 MB, 30 ms).
std::vector<ManagedPolicyText> AllManagedPolicies();

// "moto 5.2.5, policies up to 2026-09-30": what the table was made from, for reports.
std::string_view ManagedPoliciesSource();

}  // namespace whomay::data

#endif  // WHOMAY_LIB_DATA_AWS_MANAGED_POLICIES_H_

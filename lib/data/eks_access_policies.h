// EKS access policies and their Kubernetes rules, as AWS publishes them.
//
// AWS gives no version and may change them: a dated lower bound. Policies without published rules
// are here by name only: what they allow is unknown, never nothing. Source and dates:
// eks_access_policies.yaml; table made by generators/eks_access_policies.py. Thread safety:
// constants.
#ifndef WHOMAY_LIB_DATA_EKS_ACCESS_POLICIES_H_
#define WHOMAY_LIB_DATA_EKS_ACCESS_POLICIES_H_

#include <span>
#include <string_view>

namespace whomay::data {

struct AccessPolicyRule {
  std::span<const std::string_view> verbs;
  std::span<const std::string_view> api_groups;
  std::span<const std::string_view> resources;
  std::span<const std::string_view> resource_names;
  std::span<const std::string_view> non_resource_urls;
  // AWS says that the rule is limited to some objects and does not name them: what it matches is
  // unknown.
  bool names_unpublished = false;
};

struct AccessPolicy {
  std::string_view name;
  bool rules_known = false;
  bool service_linked_role_only = false;  // no other role can have it
  std::span<const AccessPolicyRule> rules;
  std::string_view source;
};

// All, in ascending order of name.
std::span<const AccessPolicy> EksAccessPolicies();

}  // namespace whomay::data

#endif  // WHOMAY_LIB_DATA_EKS_ACCESS_POLICIES_H_

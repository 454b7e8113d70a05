#include "ingest/terraform/known_modules.h"

#include <algorithm>
#include <vector>

namespace whomay::ingest::terraform {
namespace {

using std::string_view;

constexpr string_view kClusterRole[] = {"aws_iam_role.this[0].arn", "var.iam_role_arn"};
constexpr string_view kEntries[] = {"var.access_entries",
                                    "data.aws_iam_session_context.current[0].issuer_arn",
                                    "data.aws_iam_session_context.current.issuer_arn"};
constexpr string_view kProviders[] = {"var.oidc_providers"};
constexpr string_view kProviderUrls[] = {"var.provider_url", "var.provider_urls",
                                         "data.aws_caller_identity.current.account_id",
                                         "data.aws_partition.current.partition"};
constexpr string_view kNodeTemplate[] = {"aws_launch_template.this[0].id",
                                         "var.launch_template_id"};
constexpr string_view kAddonProvider[] = {"var.oidc_provider_arn"};
constexpr string_view kAddonCluster[] = {"var.cluster_name"};
constexpr string_view kKeyPolicy[] = {"var.key_owners",
                                      "var.key_administrators",
                                      "var.key_users",
                                      "var.key_service_users",
                                      "var.key_service_roles_for_autoscaling",
                                      "var.key_symmetric_encryption_users",
                                      "var.key_hmac_users",
                                      "var.key_asymmetric_public_encryption_users",
                                      "var.key_asymmetric_sign_verify_users",
                                      "var.key_statements",
                                      "var.grants"};

struct Row {
  string_view source;    // contained in the module's source
  string_view resource;  // of dynamic blocks; empty: a local
  string_view name;      // of the local, or of the block
  std::span<const string_view> references;
};
// terraform-aws-modules/eks v18 to v21, /iam v4 to v6, /kms v1 to v3; aws-ia/eks-blueprints-addon
// v1.
const Row kRows[] = {
    {"terraform-aws-modules/eks/aws", "", "cluster_role", kClusterRole},
    {"terraform-aws-modules/eks/aws", "", "cluster_role_arn", kClusterRole},
    {"terraform-aws-modules/eks/aws", "", "role_arn", kClusterRole},
    {"terraform-aws-modules/eks/aws", "", "merged_access_entries", kEntries},
    {"terraform-aws-modules/eks/aws", "", "flattened_access_entries", kEntries},
    {"terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts",
     "data.aws_iam_policy_document.this", "statement", kProviders},
    {"terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts",
     "data.aws_iam_policy_document.assume", "statement", kProviders},
    {"terraform-aws-modules/iam/aws//modules/iam-assumable-role-with-oidc", "", "urls",
     kProviderUrls},
    {"aws-ia/eks-blueprints-addon/aws", "data.aws_iam_policy_document.assume", "statement",
     kProviders},
    {"terraform-aws-modules/kms/aws", "data.aws_iam_policy_document.this", "statement", kKeyPolicy},
};

}  // namespace

std::optional<std::span<const string_view>> KnownLocal(string_view module_source,
                                                       string_view local) {
  for (const Row& row : kRows) {
    if (row.resource.empty() && row.name == local &&
        module_source.find(row.source) != string_view::npos) {
      return row.references;
    }
  }
  if (LooksLikeFlag(local)) {
    return std::span<const string_view>();
  }
  return std::nullopt;
}

std::optional<std::span<const string_view>> KnownDynamic(string_view module_source,
                                                         string_view address, string_view path) {
  for (const Row& row : kRows) {
    if (row.resource == address && row.name == path &&
        module_source.find(row.source) != string_view::npos) {
      return row.references;
    }
  }
  return std::nullopt;
}

bool LooksLikeFlag(string_view local) {
  static constexpr string_view kPrefixes[] = {"create",  "enable",  "is_",     "use_",    "has_",
                                              "attach_", "should_", "manage_", "disable", "skip_"};
  static constexpr string_view kSuffixes[] = {"account_id", "region",      "partition",
                                              "dns_suffix", "tags",        "service_account",
                                              "namespace",  "cluster_name"};
  return std::any_of(
             std::begin(kPrefixes), std::end(kPrefixes),
             [&](string_view prefix) { return local.substr(0, prefix.size()) == prefix; }) ||
         std::any_of(std::begin(kSuffixes), std::end(kSuffixes), [&](string_view suffix) {
           return local.size() >= suffix.size() &&
                  local.substr(local.size() - suffix.size()) == suffix;
         });
}

}  // namespace whomay::ingest::terraform

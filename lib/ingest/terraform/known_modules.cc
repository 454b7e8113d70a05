#include "ingest/terraform/known_modules.h"

#include <algorithm>
#include <vector>

namespace whomay::ingest::terraform {
namespace {

using std::string_view;

constexpr string_view kClusterRole[] = {"aws_iam_role.this[0].arn", "var.iam_role_arn"};
constexpr string_view kNodeTemplate[] = {"aws_launch_template.this[0].id",
                                         "var.launch_template_id"};
constexpr string_view kEntries[] = {"var.access_entries",
                                    "data.aws_iam_session_context.current[0].issuer_arn",
                                    "data.aws_iam_session_context.current.issuer_arn"};
constexpr string_view kProviders[] = {"var.oidc_providers"};
constexpr string_view kProviderUrls[] = {"var.provider_url", "var.provider_urls"};
// Both go through time_sleep.this, which repeats them.
constexpr string_view kAddonProvider[] = {"var.oidc_provider_arn"};
constexpr string_view kAddonCluster[] = {"var.cluster_name"};
constexpr string_view kOwners[] = {"var.key_owners"};
constexpr string_view kAdministrators[] = {"var.key_administrators"};
constexpr string_view kUsers[] = {"var.key_users"};
constexpr string_view kServiceUsers[] = {"var.key_service_users"};
constexpr string_view kScalingRoles[] = {"var.key_service_roles_for_autoscaling"};
constexpr string_view kSymmetric[] = {"var.key_symmetric_encryption_users"};
constexpr string_view kHmac[] = {"var.key_hmac_users"};
constexpr string_view kPublic[] = {"var.key_asymmetric_public_encryption_users"};
constexpr string_view kSigners[] = {"var.key_asymmetric_sign_verify_users"};

struct Row {
  string_view source;    // contained in the module's source
  string_view resource;  // of dynamic blocks; empty: a local
  string_view name;      // of the local, or of the block
  string_view sid;       // of a statement that one such block makes; empty: any
  std::span<const string_view> references;
};
constexpr string_view kEks = "terraform-aws-modules/eks/aws";
constexpr string_view kKms = "terraform-aws-modules/kms/aws";
constexpr string_view kIrsa =
    "terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts";  // v6; v5: …-eks
constexpr string_view kOidcRole =
    "terraform-aws-modules/iam/aws//modules/iam-assumable-role-with-oidc";
constexpr string_view kAddon = "aws-ia/eks-blueprints-addon/aws";
constexpr string_view kAddons = "aws-ia/eks-blueprints-addons/aws";
constexpr string_view kThis = "data.aws_iam_policy_document.this";
constexpr string_view kAssume = "data.aws_iam_policy_document.assume";
// Read in the repositories of these modules: eks 18.31 to 21, kms 2 and 4, iam 5.30 and 6,
// eks-blueprints-addon(s) 1.
const Row kRows[] = {
    {kEks, "", "cluster_role", "", kClusterRole},  // to v20
    {kEks, "", "role_arn", "", kClusterRole},      // from v21 on
    {kEks, "", "launch_template_id", "", kNodeTemplate},
    {kEks, "", "merged_access_entries", "", kEntries},
    {kEks, "", "flattened_access_entries", "", kEntries},
    {kIrsa, kThis, "statement", "", kProviders},
    {kIrsa, kAssume, "statement", "", kProviders},
    {kOidcRole, "data.aws_iam_policy_document.assume_role_with_oidc", "statement", "",
     kProviderUrls},
    {kAddon, kAssume, "statement", "", kProviders},
    {kAddons, "", "oidc_provider_arn", "", kAddonProvider},
    {kAddons, "", "cluster_name", "", kAddonCluster},
    {kKms, kThis, "statement", "KeyOwner", kOwners},
    {kKms, kThis, "statement", "KeyAdministration", kAdministrators},
    {kKms, kThis, "statement", "KeyUsage", kUsers},
    {kKms, kThis, "statement", "KeyServiceUsage", kServiceUsers},
    {kKms, kThis, "statement", "KeyServiceRolesASG", kScalingRoles},
    {kKms, kThis, "statement", "KeyServiceRolesASGPersistentVol", kScalingRoles},
    {kKms, kThis, "statement", "KeySymmetricEncryption", kSymmetric},
    {kKms, kThis, "statement", "KeyHMAC", kHmac},
    {kKms, kThis, "statement", "KeyAsymmetricPublicEncryption", kPublic},
    {kKms, kThis, "statement", "KeyAsymmetricSignVerify", kSigners},
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
                                                         string_view address, string_view path,
                                                         string_view sid) {
  for (const Row& row : kRows) {
    if (row.resource == address && row.name == path && (row.sid.empty() || row.sid == sid) &&
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

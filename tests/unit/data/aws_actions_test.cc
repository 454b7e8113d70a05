#include "data/aws_actions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace whomay::data {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> Names(const std::vector<const AwsAction*>& actions) {
  std::vector<std::string> names;
  for (const AwsAction* action : actions) {
    names.push_back(action->FullName());
  }
  return names;
}

TEST(AwsActions, FindInAnyCase) {
  const AwsActions actions;
  struct Case {
    const char* asked;
    const char* found;  // empty: not known
  };
  const Case kCases[] = {
      {"s3:GetObject", "s3:GetObject"},
      {"S3:getobject", "s3:GetObject"},
      {"sts:assumerolewithwebidentity", "sts:AssumeRoleWithWebIdentity"},
      {"eks-auth:AssumeRoleForPodIdentity", "eks-auth:AssumeRoleForPodIdentity"},
      {"iam:PassRole", "iam:PassRole"},
      {"s3:GetObjects", ""},
      {"s4:GetObject", ""},
      {"GetObject", ""},
      {"", ""},
      {":", ""},
      {"*:x", ""},
      {"?:x", ""},
      {"s3:", ""},
  };
  for (const Case& c : kCases) {
    const AwsAction* action = actions.Find(c.asked);
    EXPECT_EQ(action == nullptr ? "" : action->FullName(), c.found) << c.asked;
  }
}

TEST(AwsActions, EveryActionOfEveryServiceIsFoundAgain) {
  const AwsActions actions;
  size_t count = 0;
  size_t wildcard_only = 0;
  for (const std::string_view prefix : actions.services()) {
    const AwsService* service = actions.FindService(prefix);
    ASSERT_NE(service, nullptr) << prefix;
    EXPECT_FALSE(service->title.empty()) << prefix;
    for (const AwsAction& action : service->actions) {
      ASSERT_EQ(actions.Find(action.FullName()), &action) << action.FullName();
      for (const AwsAction::Use& use : action.resources) {
        EXPECT_LT(use.type, service->resource_types.size());
      }
      ++count;
      wildcard_only += action.wildcard_only() ? 1 : 0;
    }
  }
  EXPECT_GT(actions.services().size(), 450u);
  EXPECT_GT(count, 22000u);
  EXPECT_GT(wildcard_only, 6500u);
  EXPECT_LT(wildcard_only, 8000u);
}

TEST(AwsActions, HoldsWhatTheReferenceSays) {
  const AwsActions actions;
  const AwsAction* put = actions.Find("s3:PutBucketPolicy");
  ASSERT_NE(put, nullptr);
  EXPECT_EQ(put->level, AccessLevel::kPermissions);
  EXPECT_THAT(ResourcePatterns(*put), ElementsAre("arn:*:s3:::*"));
  EXPECT_EQ(actions.Find("eks:TagResource")->level, AccessLevel::kTagging);
  EXPECT_EQ(actions.Find("s3:GetObject")->level, AccessLevel::kRead);
  EXPECT_EQ(actions.Find("eks:ListClusters")->level, AccessLevel::kList);
  EXPECT_TRUE(actions.Find("ec2:DescribeInstances")->wildcard_only());
  EXPECT_THAT(ResourcePatterns(*actions.Find("ec2:DescribeInstances")), IsEmpty());
  // Wildcard-only in the reference, evaluated on an ARN by the service.
  EXPECT_TRUE(actions.Find("eks:ListClusters")->wildcard_only());
  EXPECT_THAT(ResourcePatterns(*actions.Find("eks:ListClusters")),
              ElementsAre("arn:*:eks:*:*:cluster/*"));
  EXPECT_THAT(ResourcePatterns(*actions.Find("sts:AssumeRole")),
              ElementsAre("arn:*:iam::*:role/*"));
  EXPECT_TRUE(actions.FindService("S3")->rcp);
  EXPECT_TRUE(actions.FindService("sts")->rcp);
  EXPECT_FALSE(actions.FindService("ec2")->rcp);
}

TEST(AwsActions, ExceptionsAreActionsWithoutResources) {
  const AwsActions actions;
  for (const char* name :
       {"eks:ListClusters", "eks:CreateCluster", "logs:DescribeLogGroups", "sns:ListTopics",
        "sns:ListSubscriptions", "states:ListStateMachines", "eks:DescribeClusterVersions"}) {
    const AwsAction* action = actions.Find(name);
    ASSERT_NE(action, nullptr) << name;
    EXPECT_TRUE(action->wildcard_only()) << name;
    EXPECT_EQ(ResourcePatterns(*action).size(), 1u) << name;
  }
  EXPECT_EQ(EvaluatedArn("ec2", "DescribeInstances"), "");
}

TEST(AwsActions, MatchPatterns) {
  const AwsActions actions;
  EXPECT_THAT(Names(actions.Match("sts:assumerolewith*")),
              ElementsAre("sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"));
  EXPECT_THAT(Names(actions.Match("s?:getobject")), Contains("s3:GetObject"));
  EXPECT_THAT(Names(actions.Match("s3:GetObjec?")), Contains("s3:GetObject"));
  EXPECT_THAT(Names(actions.Match("iam:*")), Contains("iam:PassRole"));
  EXPECT_THAT(Names(actions.Match("iam:*")), Not(Contains("s3:GetObject")));
  EXPECT_THAT(Names(actions.Match("iam")), IsEmpty());
  EXPECT_GT(actions.Match("*").size(), 22000u);
  EXPECT_EQ(actions.Match("*").size(), actions.Match("*:*").size());
}

TEST(AwsActions, NameTheNearestMisses) {
  const AwsActions actions;
  EXPECT_THAT(actions.Near("s3:GetObjects", 1), ElementsAre("s3:GetObject"));
  EXPECT_THAT(actions.Near("s3:GteObject", 1), ElementsAre("s3:GetObject"));
  EXPECT_THAT(actions.Near("ec:DescribeInstances", 1), ElementsAre("ec2:DescribeInstances"));
  EXPECT_THAT(actions.Near("nosuchservice:Frobnicate", 3), IsEmpty());
  EXPECT_THAT(actions.Near(std::string(100000, 'a') + ":x", 3), IsEmpty());
}

TEST(AwsActions, TellWhichKeysARequestMayCarry) {
  const AwsActions actions;
  struct Case {
    const char* action;
    const char* key;
    Tri expected;
  };
  const Case kCases[] = {
      {"s3:GetObject", "aws:PrincipalArn", Tri::kTrue},
      {"s3:GetObject", "AWS:principaltag/Team", Tri::kTrue},
      {"s3:GetObject", "s3:ExistingObjectTag/secret", Tri::kTrue},
      {"s3:GetObject", "s3:existingobjecttag/secret", Tri::kTrue},
      {"s3:GetObject", "s3:prefix", Tri::kFalse},
      {"s3:ListBucket", "s3:prefix", Tri::kTrue},
      {"s3:GetObject", "aws:RequestTag/team", Tri::kFalse},
      {"s3:GetObject", "ec2:InstanceType", Tri::kFalse},
      {"ec2:RunInstances", "ec2:InstanceType", Tri::kTrue},
      {"ec2:RunInstances", "aws:RequestTag/team", Tri::kTrue},
      {"iam:PassRole", "iam:PassedToService", Tri::kTrue},
      {"iam:CreateUser", "iam:PassedToService", Tri::kFalse},
      {"iam:AttachRolePolicy", "iam:PolicyARN", Tri::kTrue},
      {"sts:AssumeRole", "sts:ExternalId", Tri::kTrue},
      {"sts:AssumeRole", "iam:ResourceTag/team", Tri::kTrue},
      {"sts:AssumeRole", "aws:ResourceTag/team", Tri::kTrue},
      {"sts:AssumeRole", "aws:RequestTag/team", Tri::kTrue},
      {"sts:AssumeRole", "aws:TagKeys", Tri::kTrue},
      {"sts:AssumeRole", "sts:DurationSeconds", Tri::kUnknown},
      {"sts:AssumeRoleWithWebIdentity", "sts:ExternalId", Tri::kFalse},
      {"sts:AssumeRoleWithWebIdentity", "token.actions.githubusercontent.com:repository",
       Tri::kTrue},
      {"sts:AssumeRoleWithWebIdentity", "oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub",
       Tri::kUnknown},
      // The session keeps its provider's claims.
      {"s3:GetObject", "cognito-identity.amazonaws.com:sub", Tri::kUnknown},
      // Session keys of instances come with any request.
      {"s3:GetObject", "ec2:SourceInstanceArn", Tri::kTrue},
      // Newer than the catalogue, or made up.
      {"s3:GetObject", "s3:NoSuchKey", Tri::kUnknown},
      {"s3:GetObject", "aws:NoSuchKey", Tri::kUnknown},
      {"s3:GetObject", "", Tri::kUnknown},
      {"kms:Decrypt", "kms:EncryptionContext:aws:s3:arn", Tri::kTrue},
      {"kms:Decrypt", "kms:ViaService", Tri::kTrue},
      {"eks:CreateAccessEntry", "eks:principalArn", Tri::kTrue},
      {"eks:AssociateAccessPolicy", "eks:policyArn", Tri::kTrue},
      {"eks:UpdateAccessEntry", "eks:policyArn", Tri::kFalse},
  };
  for (const Case& c : kCases) {
    const AwsAction* action = actions.Find(c.action);
    ASSERT_NE(action, nullptr) << c.action;
    EXPECT_EQ(actions.MayCarry(*action, c.key), c.expected) << c.action << " " << c.key;
  }
}

TEST(AwsActions, KnowTheTypesOfKeys) {
  const AwsActions actions;
  struct Case {
    const char* key;
    const char* name;  // empty: not known
    bool multi_valued;
  };
  const Case kCases[] = {
      {"aws:principalorgpaths", "aws:PrincipalOrgPaths", true},
      {"aws:PrincipalTag/team", "aws:PrincipalTag/${TagKey}", false},
      {"aws:PrincipalTag/", "", false},
      {"aws:tagkeys", "aws:TagKeys", true},
      {"eks:kubernetesgroups", "eks:kubernetesGroups", true},
      {"eks:username", "eks:username", false},
      {"sts:TransitiveTagKeys", "sts:TransitiveTagKeys", true},
      {"cognito-identity.amazonaws.com:amr", "cognito-identity.amazonaws.com:amr", true},
      {"cognito-identity.amazonaws.com:sub", "cognito-identity.amazonaws.com:sub", false},
      {"nosuch:key", "", false},
  };
  for (const Case& c : kCases) {
    const AwsConditionKey* key = actions.FindKey(c.key);
    EXPECT_EQ(key == nullptr ? "" : key->name, c.name) << c.key;
    if (key != nullptr) {
      EXPECT_EQ(key->multi_valued(), c.multi_valued) << c.key << " " << key->type;
    }
  }
}

TEST(AwsActions, ServeSeveralThreads) {
  const AwsActions actions;
  std::vector<std::thread> threads;
  std::vector<size_t> counts(4);
  for (size_t i = 0; i < counts.size(); ++i) {
    threads.emplace_back([&, i] { counts[i] = actions.Match("*:Get*").size(); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_THAT(counts, testing::Each(counts[0]));
}

}  // namespace
}  // namespace whomay::data

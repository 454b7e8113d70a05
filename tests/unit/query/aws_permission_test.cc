#include "query/aws_permission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace whomay::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Case {
  std::vector<std::string> words;
  const char* text;   // as understood
  const char* note;   // stands in the only note; empty: no notes
  const char* error;  // stands in the error
};

TEST(AwsPermission, IsReadAsUsersWriteIt) {
  const data::AwsActions actions;
  const Case kCases[] = {
      {{"s3:GetObject"}, "s3:GetObject", "", ""},
      {{"S3:getobject", "arn:aws:s3:::b/k"}, "s3:GetObject arn:aws:s3:::b/k", "", ""},
      {{"s3:getobject arn:aws:s3:::b/k"}, "s3:GetObject arn:aws:s3:::b/k", "", ""},
      {{"ec2:describeinstances", "*"}, "ec2:DescribeInstances *", "", ""},
      {{"iam:*"}, "iam:*", "", ""},
      {{"IAM:*Policy*", "*"}, "iam:*Policy* *", "", ""},
      {{"*:*"}, "*", "", ""},
      {{"s3:GetObject", "aws_s3_bucket.logs[0]"}, "s3:GetObject aws_s3_bucket.logs[0]", "", ""},
      {{"sts:AssumeRole", "arn:aws:iam::123456789012:role/a/b"},
       "sts:AssumeRole arn:aws:iam::123456789012:role/a/b",
       "",
       ""},
      {{"eks:ListClusters", "arn:aws:eks:eu-west-1:123456789012:cluster/*"},
       "eks:ListClusters arn:aws:eks:eu-west-1:123456789012:cluster/*",
       "plain character",
       ""},
      {{"s3:GetObjects"}, "s3:GetObjects", "near it: s3:GetObject", ""},
      {{"s3x:GetObject"}, "s3x:GetObject", "no service s3x is known", ""},
      {{"newservice:DoIt", "arn:aws:newservice:::x"},
       "newservice:DoIt arn:aws:newservice:::x",
       "no service newservice is known",
       ""},
      {{"s3:Frobnicate*"}, "s3:Frobnicate*", "no known action is covered", ""},
      {{"ec2:DescribeInstances", "arn:aws:ec2:eu-west-1:123456789012:instance/i-1"},
       "ec2:DescribeInstances arn:aws:ec2:eu-west-1:123456789012:instance/i-1",
       "takes no resource",
       ""},
      {{"sqs:SendMessage", "arn:aws:s3:::b"}, "sqs:SendMessage arn:aws:s3:::b", "is asked on", ""},
      {{}, "", "", "SERVICE:ACTION"},
      {{"GetObject"}, "", "", "SERVICE:ACTION"},
      {{"arn:aws:s3:::b"}, "", "", "SERVICE:ACTION"},
      {{"s3:"}, "", "", "is no action"},
      {{":GetObject"}, "", "", "is no action"},
      {{"s3:GetObject", "bucket"}, "", "", "is no resource"},
      {{"s3:GetObject", "arn:aws:s3"}, "", "", "is no resource"},
      {{"s3:GetObject", "*", "x"}, "", "", "one word too many"},
      {{"s3:GetObject", "-n", "shop"}, "", "", "does not go with an AWS action"},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(testing::PrintToString(c.words));
    const ReadAwsPermission read = ReadAwsPermissionWords(c.words, actions);
    EXPECT_EQ(read.ok(), *c.error == '\0') << read.error;
    EXPECT_THAT(read.error, HasSubstr(c.error));
    if (!read.ok()) {
      continue;
    }
    EXPECT_EQ(read.permission.Text(), c.text);
    if (*c.note == '\0') {
      EXPECT_THAT(read.permission.notes, IsEmpty());
    } else {
      EXPECT_THAT(read.permission.notes, ElementsAre(HasSubstr(c.note)));
    }
  }
}

TEST(AwsPermission, KnowsWhatAnActionCovers) {
  const data::AwsActions actions;
  struct Covered {
    const char* action;
    size_t at_least;
    bool pattern;
    bool no_resource;
  };
  const Covered kCases[] = {
      {"s3:GetObject", 1, false, false},
      {"s3:*", 100, true, false},
      {"*:*", 20000, true, false},
      {"ec2:DescribeInstances", 1, false, true},
      {"eks:ListClusters", 1, false, false},
      {"s3:Frobnicate", 0, false, false},
      {"sts:GetCallerIdentit?", 1, true, true},
  };
  for (const Covered& c : kCases) {
    SCOPED_TRACE(c.action);
    const std::string words[] = {c.action};
    const AwsPermission permission = ReadAwsPermissionWords(words, actions).permission;
    EXPECT_GE(permission.known.size(), c.at_least);
    EXPECT_EQ(permission.is_pattern, c.pattern);
    EXPECT_EQ(permission.takes_no_resource, c.no_resource);
    EXPECT_FALSE(permission.resource.has_value());
  }
}

}  // namespace
}  // namespace whomay::query

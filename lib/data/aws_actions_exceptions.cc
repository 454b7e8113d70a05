// What AWS does otherwise than its Service Authorization Reference says.
#include <array>
#include <string>

#include "base/strings.h"
#include "data/aws_actions.h"

namespace whomay::data {
namespace {

struct Evaluated {
  std::string_view action;  // lower case
  std::string_view arn;
};

// Actions without resource types whose requests are evaluated on an ARN, as the messages "is not
// authorized to perform: ACTION on resource: ARN" show. A `*` stands in the ARN itself.
constexpr std::array kEvaluated = {
    // aws/aws-cli issue 5823.
    Evaluated{"eks:listclusters", "arn:${Partition}:eks:${Region}:${Account}:cluster/*"},
    // cortexlabs/cortex issue 1232: the cluster that would be made.
    Evaluated{"eks:createcluster",
              "arn:${Partition}:eks:${Region}:${Account}:cluster/${ClusterName}"},
    // awslabs/idf-modules pull request 311.
    Evaluated{"eks:describeclusterversions", "arn:${Partition}:eks:${Region}:${Account}:*"},
    // hashicorp/terraform-provider-aws issue 8804.
    Evaluated{"logs:describeloggroups",
              "arn:${Partition}:logs:${Region}:${Account}:log-group::log-stream:"},
    // nccgroup/Scout2 issue 129, buildkite/lifecycled issue 90.
    Evaluated{"sns:listtopics", "arn:${Partition}:sns:${Region}:${Account}:*"},
    Evaluated{"sns:listsubscriptions", "arn:${Partition}:sns:${Region}:${Account}:*"},
    // scribd/terraform-aws-datadog pull request 18.
    Evaluated{"states:liststatemachines",
              "arn:${Partition}:states:${Region}:${Account}:stateMachine:*"},
};

struct Incomplete {
  std::string_view service;
  std::string_view action_prefix;  // lower case
  std::string_view key;            // lower case
};

// Keys that the IAM User Guide ("IAM and AWS STS condition context keys") gives to more actions
// than the reference lists.
constexpr std::array kIncomplete = {
    Incomplete{"sts", "assumerole", "sts:durationseconds"},
};

}  // namespace

std::string_view EvaluatedArn(std::string_view service, std::string_view action) {
  const std::string full = AsciiLower(Concat({service, ":", action}));
  for (const Evaluated& entry : kEvaluated) {
    if (entry.action == full) {
      return entry.arn;
    }
  }
  return {};
}

bool KeyListingIncomplete(std::string_view service, std::string_view action, std::string_view key) {
  for (const Incomplete& entry : kIncomplete) {
    if (EqualsIgnoreAsciiCase(service, entry.service) && EqualsIgnoreAsciiCase(key, entry.key) &&
        EqualsIgnoreAsciiCase(action.substr(0, entry.action_prefix.size()), entry.action_prefix)) {
      return true;
    }
  }
  return false;
}

}  // namespace whomay::data

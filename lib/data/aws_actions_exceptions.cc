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
// authorized to perform: ACTION on resource: ARN" show.
constexpr std::array kEvaluated = {
    // aws-cli issue 5823.
    Evaluated{"eks:listclusters", "arn:${Partition}:eks:${Region}:${Account}:cluster/*"},
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

// AWS permissions as users write them: words to the action and resource of a request.
//
//   SERVICE:ACTION [RESOURCE-ARN | '*']
//
//   const ReadAwsPermission read = ReadAwsPermissionWords(words, actions);
//   if (!read.ok()) { … read.error … }
//   read.permission.action;   // "s3:GetObject", whatever the case it was written in
//
// Without a resource the question is "on at least one resource"; with '*' "on every resource of the
// principal's own account". An action may hold wildcards. `notes` say in sentences wherever a user
// might have meant something else: services and actions that the catalogue does not know, with the
// near misses; resources of a kind that the action does not take. Nothing of that is an error: AWS
// may have what the catalogue has not. Source: design 4. Thread safety: pure functions.
#ifndef WHOMAY_LIB_QUERY_AWS_PERMISSION_H_
#define WHOMAY_LIB_QUERY_AWS_PERMISSION_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/aws_actions.h"

namespace whomay::query {

struct AwsPermission {
  std::string action;       // "s3:GetObject", "iam:*", "*"; known ones in the catalogue's spelling
  bool is_pattern = false;  // the action holds wildcards
  // The known actions that it is or covers; empty where the catalogue has none.
  std::vector<const data::AwsAction*> known;
  // As asked: nothing, "*", an ARN, or a Terraform address ("aws_s3_bucket.logs").
  std::optional<std::string> resource;
  bool resource_is_address = false;
  // The actions take no resource at all: a request for them has none, whatever was asked.
  bool takes_no_resource = false;
  std::vector<std::string> notes;

  // "s3:GetObject arn:aws:s3:::b/k", as it was understood.
  std::string Text() const;
};

struct ReadAwsPermission {
  AwsPermission permission;
  std::string error;  // not empty: what is wrong with the words

  bool ok() const { return error.empty(); }
};

// `words[0]` is an action (query/kubernetes_permission.h IsAwsAction tells). One word with blanks
// in it counts as several. The catalogue must outlive the result.
ReadAwsPermission ReadAwsPermissionWords(std::span<const std::string> words,
                                         const data::AwsActions& actions);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_AWS_PERMISSION_H_

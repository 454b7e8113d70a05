// Resolver: what an unknown attribute refers to.
//
// Follows the references of the configuration through variables, outputs, each, count, splats and
// conditionals to resource instances, and keeps those of the type that the attribute wants. A value
// that is unknown when the plan is made must come from something unknown, so candidates that are
// known fall out where there is an unknown one.
//
//   const Trace trace = resolver.Follow(role, {{"assume_role_policy"}}, Want::kPolicyText);
//   if (trace.open.size() == 1 && trace.locals.empty()) …  // exactly this one
//
// Locals are in no plan: what goes through one is listed in `locals`, save where the module is a
// known one (known_modules.h) or a graph was given that tells what stands behind it
// (dependency_graph.h) and something of the wanted type is among that. Nothing recurses; each trace
// has a step limit
// (terraform.references). Semantics: spec terraform 1.7, 1.8. Thread safety: none.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_RESOLVE_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_RESOLVE_H_

#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"
#include "ingest/terraform/attributes.h"
#include "ingest/terraform/configuration.h"
#include "ingest/terraform/dependency_graph.h"
#include "ingest/terraform/worlds.h"

namespace whomay::ingest::terraform {

// What kind of value an attribute holds, and so which resources may stand behind it.
enum class Want : uint8_t {
  kText,     // anything
  kRoleArn,  // of a role, by its ARN or name
  kUserArn,
  kGroupArn,
  kPrincipalArn,  // a role or a user
  kPolicyArn,
  kPolicyText,   // the JSON of a policy document
  kProviderArn,  // an identity provider
  kIssuer,       // an OIDC issuer's URL
  kClusterName,
  kInstanceProfile,  // its name
  kLaunchTemplate,
  kTaskDefinition,
  kBucket,
  kKey,
  kResourceArn,  // the ARN of any resource, or something below it
};

struct Target {
  InstanceId instance = InstanceId::kNone;  // kNone: a constant
  Str attribute;                            // to take of the instance
  Str text;                                 // of constants
  bool whole =
      true;  // the reference names the attribute itself, not a part or another spelling of it
};

struct Trace {
  bool configured = false;          // the configuration has an expression for the attribute
  bool dynamic = false;             // in a dynamic block: followed through the module's arguments
  bool gave_up = false;             // a limit was hit
  std::vector<Target> open;         // wanted, unknown until apply
  std::vector<Target> known;        // wanted, known
  std::vector<std::string> locals;  // not in the plan; might be the value
  std::vector<std::string> others;  // unknown things that are no such value by themselves
  std::string how;                  // "through var.policy, module.checkout", for people
};

class Resolver {
 public:
  Resolver(const Configuration& configuration, const InstanceTable& instances,
           Attributes& attributes, facts::Facts& facts);

  // The graph that was made of the same plan; may be null.
  void set_graph(const DependencyGraph* graph) { graph_ = graph; }

  Trace Follow(const Instance& instance, const Path& path, Want want);
  // From an attribute of an instance, as if an expression were a reference to it alone.
  Trace FollowAttribute(InstanceId id, std::string attribute, Want want);
  // What a local of the instance's module may well stand for, by its type alone: resources of the
  // module, and what the calls of the modules around it are given. No proof.
  std::vector<Target> Likely(const Instance& instance, Want want);
  // The same for an expression of a provider's configuration, in the module that configures it.
  Trace FollowProvider(const syntax::Value& expression, std::string_view module, Want want);

 private:
  struct Context;
  struct Work;
  class Walk;

  const Configuration& configuration_;
  const InstanceTable& instances_;
  Attributes& attributes_;
  facts::Facts& facts_;
  const DependencyGraph* graph_ = nullptr;
};

// The rows of the wanted types, for those who look for candidates otherwise.
bool IsWanted(Want want, std::string_view type, bool data);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_RESOLVE_H_

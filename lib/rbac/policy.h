// The RBAC authorizer of one cluster: roles and bindings compiled once, asked many times.
//
// Semantics: Kubernetes' RBAC authorizer (plugin/pkg/auth/authorizer/rbac) behind the privileged
// group's (system:masters), aggregation applied before (clusterroleaggregation controller). Knows
// nothing of AWS, access policies or nodes.
//
//   PolicyBuilder builder;
//   builder.Add(role); builder.Add(binding); …
//   const Policy policy = builder.Build();
//   const Decision d = policy.Authorize(policy.Resolve(identity), policy.Resolve(request));
//
// Costs: Authorize allocates nothing and does not grow with the bindings of other subjects.
// Thread safety: a Policy is immutable and safe for concurrent use.
#ifndef WHOMAY_LIB_RBAC_POLICY_H_
#define WHOMAY_LIB_RBAC_POLICY_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/tri.h"
#include "facts/kubernetes.h"

namespace whomay::rbac {

// A caller as the API server knows it, implicit groups included by the caller of this library
// (WithImplicitGroups).
struct Identity {
  std::string_view username;
  std::vector<std::string_view> groups;
};

// What is asked: a resource request or, with `url` set, a non-resource one. The fields are matched
// exactly; "" is the core group, no subresource, cluster scope (all namespaces), no name.
struct Request {
  std::string_view verb;
  std::string_view group;
  std::string_view resource;
  std::string_view subresource;
  std::string_view namespace_name;
  std::string_view name;
  std::string_view url;
};

// Adds what every authenticator adds: system:authenticated; a ServiceAccount's two groups where the
// name is one's and `service_account` says that it is; system:unauthenticated to anonymous.
Identity WithImplicitGroups(std::string_view username, std::span<const std::string_view> groups,
                            bool service_account);

// Why a decision fell: the first binding, rule and subject that allow. Indexes into the facts that the
// builder was given; kNone where there is none (system:masters needs no binding).
inline constexpr uint32_t kNone = 0xFFFFFFFF;
struct Grant {
  uint32_t binding = kNone;
  uint32_t subject = kNone;  // of the binding
  uint32_t role = kNone;
  uint32_t rule = kNone;     // of the role's rules, after aggregation
};

struct Decision {
  // kUnknown: rests on rules or subjects that are not known until apply (`hole`).
  Tri allowed = Tri::kFalse;
  bool masters = false;  // allowed to the group system:masters, whatever the bindings say
  Grant grant;
  facts::HoleId hole = facts::HoleId::kNone;
};

// One row of "who may": a subject as a binding names it.
struct Grantee {
  enum class Kind : uint8_t { kUser, kGroup, kServiceAccount } kind = Kind::kUser;
  std::string_view namespace_name;  // of ServiceAccounts
  std::string_view name;
  Decision decision;
};

}  // namespace whomay::rbac

#endif  // WHOMAY_LIB_RBAC_POLICY_H_

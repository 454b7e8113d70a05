// What the API server asks beyond the request itself: writing RBAC objects, and impersonating.
//
// Semantics: pkg/registry/rbac/{role,clusterrole,rolebinding,clusterrolebinding}/policybased and
// escalation_check.go; apiserver/pkg/endpoints/filters/impersonation.go (spec: rbac.md 2.8, 2.9).
// Thread safety: pure functions over an immutable Policy.
#ifndef WHOMAY_LIB_RBAC_ESCALATION_H_
#define WHOMAY_LIB_RBAC_ESCALATION_H_

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rbac/covers.h"
#include "rbac/policy.h"

namespace whomay::rbac {

// May this identity hand out these rights, given that it may write the object?
struct Escalation {
  Tri allowed = Tri::kFalse;
  enum class By : uint8_t {
    kNothing,
    kMasters,  // a member of system:masters, who is not asked
    kVerb,     // bind or escalate: see `verb`
    kCovers,   // it has all these rights itself
  } by = By::kNothing;
  bool role_missing = false;  // the role is not there and bind is not granted: refused
  Decision verb;              // on bind or escalate
  Coverage coverage;          // what it lacks
};

// A (Cluster)RoleBinding in `binding_namespace` ("" for a ClusterRoleBinding) to this role.
struct BindingWanted {
  std::string_view binding_namespace;
  std::string_view role_kind;  // Role or ClusterRole
  std::string_view role_name;
};
Escalation MayBind(const Policy& policy, const Identity& identity, const BindingWanted& wanted);

// A (Cluster)Role with these rules; namespace "" for a ClusterRole.
struct RoleWanted {
  bool cluster_role = false;
  std::string_view namespace_name;
  // The name in the request: that of the role on update and patch, "" on POST.
  std::string_view request_name;
  std::span<const facts::PolicyRule> rules;
  bool aggregates = false;  // the ClusterRole has, or had, an aggregationRule with selectors
};
Escalation MayWriteRole(const Policy& policy, const Identity& identity, const RoleWanted& wanted);

// The whole question: the request (verb create, update or patch on the object itself) and the
// escalation check behind it.
struct WriteDecision {
  Tri allowed = Tri::kFalse;
  Decision request;
  Escalation escalation;
};
// `name`: of the binding; "" for a POST, whose request carries no name.
WriteDecision CanWriteBinding(const Policy& policy, const Identity& identity, std::string_view verb,
                              std::string_view name, const BindingWanted& wanted);
WriteDecision CanWriteRole(const Policy& policy, const Identity& identity, std::string_view verb,
                           const RoleWanted& wanted);

// Who somebody wants to be. Groups, uid and extras go with a user only.
struct Impersonation {
  std::string_view username;
  std::vector<std::string_view> groups;
  std::string_view uid;
  std::vector<std::pair<std::string_view, std::string_view>> extra;  // key as in the header
};

// The requests that must all be allowed, one for each header. Refers to the texts of `wanted` and
// to `kept`, which holds what had to be made.
struct ImpersonationRequests {
  std::vector<Request> requests;
  std::vector<std::string> kept;
};
ImpersonationRequests RequestsToImpersonate(const Impersonation& wanted);

// All of them; the weakest decision stands.
Decision MayImpersonate(const Policy& policy, const Identity& identity,
                        const Impersonation& wanted);

}  // namespace whomay::rbac

#endif  // WHOMAY_LIB_RBAC_ESCALATION_H_

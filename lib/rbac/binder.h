// Binder: bindings to entries by subject and namespace. Internal to lib/rbac.
//
// Semantics: VisitRulesFor and appliesToUser of pkg/registry/rbac/validation/rule.go. A
// ServiceAccount subject applies to exactly one username, so Users and ServiceAccounts share the
// table of users.
#ifndef WHOMAY_LIB_RBAC_BINDER_H_
#define WHOMAY_LIB_RBAC_BINDER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "rbac/compiled.h"

namespace whomay::rbac {

class Binder {
 public:
  // Of a policy whose roles are done.
  explicit Binder(Compiled& compiled);
  ~Binder();

  void Bind(const std::vector<PolicyBuilder::Given<facts::RbacBinding>>& bindings);

 private:
  struct Work;
  struct RoleRef;

  void BindOne(uint32_t id);
  void BindSubject(uint32_t id, uint32_t subject, const RoleRef& role);
  void AddOpen(uint32_t id, uint32_t subject, const RoleRef& role, Grantee::Kind kind,
               std::string_view username, facts::HoleId hole);
  // The roles that the binding's roleRef may mean.
  RoleRef FindRoles(const facts::RbacBinding& binding);
  void FindOpenRoles(const facts::RbacBinding& binding, bool cluster_role, RoleRef& ref);
  void IndexEntries();
  void IndexByRoleAndNamespace();
  uint32_t GranteeId(Grantee::Kind kind, uint32_t name, std::string_view namespace_name,
                     std::string_view text);

  Compiled& c_;
  std::unique_ptr<Work> work_;
};

}  // namespace whomay::rbac

#endif  // WHOMAY_LIB_RBAC_BINDER_H_

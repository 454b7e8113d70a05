// Roles and bindings: from values to facts, and what the API server finds wrong with them.
//
//   const RbacCheck check = CheckRbacObject(value);   // as the server sees it, nothing kept
//   facts::RbacRole role = ReadRole(value, keep);     // of an object that decodes
//
// Semantics: pkg/apis/rbac/v1/defaults.go, pkg/apis/rbac/validation/validation.go (v1.34.1).
// Thread safety: pure functions, save that texts are kept in the given facts.
#ifndef WHOMAY_LIB_INGEST_KUBERNETES_RBAC_OBJECTS_H_
#define WHOMAY_LIB_INGEST_KUBERNETES_RBAC_OBJECTS_H_

#include <string>
#include <string_view>

#include "facts/facts.h"
#include "ingest/kubernetes/decode.h"
#include "ingest/kubernetes/object_meta.h"
#include "syntax/tree.h"

namespace whomay::ingest {

inline constexpr std::string_view kRbacGroup = "rbac.authorization.k8s.io";

enum class RbacKind : uint8_t { kNone, kRole, kClusterRole, kRoleBinding, kClusterRoleBinding };
RbacKind RbacKindOf(std::string_view kind);
constexpr bool IsNamespaced(RbacKind kind) {
  return kind == RbacKind::kRole || kind == RbacKind::kRoleBinding;
}
const Schema& SchemaOf(RbacKind kind);

// Of objects that decode: defaults filled in, name and namespace, labels, rules or subjects;
// cluster, origin, worlds and order are the caller's to set. A cluster-scoped object's namespace is
// dropped. Where a list is a text with a hole, rules_open or subjects_open says so.
facts::RbacRole ReadRole(const syntax::Value& object, bool cluster_role, facts::Facts& facts);
facts::RbacBinding ReadBinding(const syntax::Value& object, bool cluster_binding,
                               facts::Facts& facts);

// The errors of the server's validation on creation, in its order.
ValidationErrors Validate(const ObjectMeta& meta, const facts::RbacRole& role,
                          const syntax::Value& object);
ValidationErrors Validate(const ObjectMeta& meta, const facts::RbacBinding& binding,
                          const syntax::Value& object);

// What a v1 server makes of an object.
struct RbacCheck {
  std::string decode_error;
  ValidationErrors errors;
  std::vector<UnknownField> unknown_fields;
};
RbacCheck CheckRbacObject(const syntax::Value& object);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_KUBERNETES_RBAC_OBJECTS_H_

// The RBAC objects that an API server creates by itself at its start, by Kubernetes version: what
// `admin`, `edit`, `view` and the system: roles allow, and who is bound to them.
//
// Rules of aggregated roles are not filled in (admin, edit, view have none here): aggregation is
// the RBAC engine's, because an input's own roles take part in it. Source and date:
// bootstrap_rbac.inc, made by generators/bootstrap_rbac.py. Thread safety: constants; nothing runs
// at start-up.
#ifndef WHOMAY_LIB_DATA_BOOTSTRAP_RBAC_H_
#define WHOMAY_LIB_DATA_BOOTSTRAP_RBAC_H_

#include <span>
#include <string_view>

namespace whomay::data {

struct BootstrapRule {
  std::span<const std::string_view> verbs;
  std::span<const std::string_view> api_groups;
  std::span<const std::string_view> resources;
  std::span<const std::string_view> resource_names;
  std::span<const std::string_view> non_resource_urls;
};

struct BootstrapLabel {
  std::string_view key;
  std::string_view value;
};

struct BootstrapRole {
  bool cluster_role = false;
  std::string_view namespace_name;
  std::string_view name;
  std::span<const BootstrapLabel> labels;
  std::span<const BootstrapRule> rules;
  // The labels that its one aggregation selector asks for; empty: no aggregationRule.
  std::span<const BootstrapLabel> aggregates;
};

struct BootstrapSubject {
  std::string_view kind;
  std::string_view namespace_name;
  std::string_view name;
};

struct BootstrapBinding {
  bool cluster_binding = false;
  std::string_view namespace_name;
  std::string_view name;
  std::string_view role_kind;
  std::string_view role_name;
  std::span<const BootstrapSubject> subjects;
};

struct BootstrapRbac {
  std::string_view version;  // "1.34.1"
  std::span<const BootstrapRole* const> roles;
  std::span<const BootstrapBinding* const> bindings;
};

// The table for a cluster's version ("1.31", "v1.31.2-eks-1", "1.34.1"): the newest that is not
// later than its minor version; for versions older than all, the oldest; for none or what is no
// version, the newest.
const BootstrapRbac& BootstrapFor(std::string_view version);

// All tables, oldest first.
std::span<const BootstrapRbac> BootstrapVersions();

}  // namespace whomay::data

#endif  // WHOMAY_LIB_DATA_BOOTSTRAP_RBAC_H_

// ResourceNames: what a cluster's resources are called, and which one a user means.
//
//   const ResourceNames names(custom_resources, roles);
//   const ResourceNames::Match match = names.Find("deploy");
//   match.resource->group;   // "apps"
//
// Plural, singular, kind and short names resolve, in any case, alone, with a group ("deploy.apps",
// "pods.") or with version and group ("deployments.v1.apps"). Of equal names the group that stands
// earlier in discovery counts: built-in groups, then those of custom resources by name; plurals go
// before short names, those before singulars and kinds, as in kubectl (spec: rbac 2.13).
// Thread safety: immutable once built; refers to the facts that it was built from.
#ifndef WHOMAY_LIB_QUERY_RESOURCE_NAMES_H_
#define WHOMAY_LIB_QUERY_RESOURCE_NAMES_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "facts/kubernetes.h"

namespace whomay::query {

// One resource. Texts are those of the built-in table or of the facts.
struct ResourceRow {
  std::string_view group;
  int group_order = 0;
  std::string_view plural;
  std::string_view singular;
  std::string_view kind;
  bool namespaced = true;
  std::vector<std::string_view> short_names;
  std::vector<std::string_view> versions;
  std::vector<std::string_view> verbs;  // empty: not known
  std::vector<std::string_view> subresources;
  const facts::CustomResource* custom = nullptr;  // null: built in

  std::string FullName() const;  // "pods", "deployments.apps"
};

class ResourceNames {
 public:
  // `custom`: the cluster's CustomResourceDefinitions, of two of one name the last. `roles`: where
  // near misses are looked for too, a rule being the only trace that many custom resources leave.
  explicit ResourceNames(std::span<const facts::CustomResource* const> custom = {},
                         std::span<const facts::RbacRole* const> roles = {});

  struct Match {
    const ResourceRow* resource = nullptr;   // null: no such resource
    std::vector<const ResourceRow*> others;  // that the text fits as well, behind it in discovery
  };
  // `text`: a type as written, without subresource.
  Match Find(std::string_view text) const;

  // Resources whose names look like a text that Find() does not know: other groups of the same
  // name, groups that begin like the one written, misspellings, resources that rules name. Full
  // names, sorted, not many.
  std::vector<std::string> NearMisses(std::string_view text) const;

  // The groups' members that carry a category ("all").
  bool IsCategory(std::string_view text) const;

  // In the order of discovery.
  std::span<const ResourceRow> rows() const { return rows_; }

 private:
  Match FindIn(std::string_view name, std::string_view group, bool any_group,
               std::string_view version) const;

  std::vector<ResourceRow> rows_;
  std::vector<const facts::RbacRole*> roles_;
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_RESOURCE_NAMES_H_

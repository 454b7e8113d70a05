// Kubernetes permissions as users write them: words to the attributes of a request.
//
//   VERB RESOURCE[.GROUP][/SUBRESOURCE] [NAME] [-n NAMESPACE]      VERB /URL
//
//   const ReadPermission read = ReadKubernetesPermission(words, {}, names);
//   if (!read.ok()) { … read.error … }
//
// Reading is kubectl's (`auth can-i`, spec: rbac 2.13), save where the design says otherwise: a
// slash is a subresource; no namespace is all of them; a resource that nothing knows is asked as
// resource and group; '*' is every resource of every group. `notes` say in sentences how words were
// read wherever a user might have meant something else. Thread safety: pure functions.
#ifndef WHOMAY_LIB_QUERY_KUBERNETES_PERMISSION_H_
#define WHOMAY_LIB_QUERY_KUBERNETES_PERMISSION_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/tri.h"

namespace whomay::query {

class ResourceNames;

// What flags say; the words themselves may hold -n/--namespace, -A/--all-namespaces, --subresource
// too.
struct PermissionFlags {
  std::string namespace_name = {};  // -n
  bool all_namespaces = false;      // -A, which outdoes -n
  std::string subresource = {};
};

struct KubernetesPermission {
  std::string verb;
  // Set for a non-resource request, which has nothing else.
  std::string url;
  std::string group;  // "" core, "*" every group
  std::string resource;
  std::string subresource;
  std::string namespace_name;  // "": all namespaces, or cluster scope
  std::string name;
  bool all_groups = false;  // '*' as resource: group is "*"
  // Does the resource live in namespaces? kUnknown where nothing says so.
  Tri namespaced = Tri::kUnknown;
  std::vector<std::string> notes;
};

struct ReadPermission {
  KubernetesPermission permission;
  std::string error;  // not empty: what is wrong with the words

  bool ok() const { return error.empty(); }
};

// Whether the first word of a permission is an AWS action ("s3:GetObject") and not a verb.
bool IsAwsAction(std::string_view word);

// One word with blanks in it counts as several.
ReadPermission ReadKubernetesPermission(std::span<const std::string> words,
                                        const PermissionFlags& flags, const ResourceNames& names);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_KUBERNETES_PERMISSION_H_

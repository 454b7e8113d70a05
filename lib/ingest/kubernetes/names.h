// Which texts Kubernetes takes as names, labels, label values and keys: each function gives the API
// server's complaints, none when the text is fine.
//
// Semantics and messages: k8s.io/apimachinery v0.34.1, pkg/util/validation/validation.go and
// pkg/api/validation/path/name.go.
#ifndef WHOMAY_LIB_INGEST_KUBERNETES_NAMES_H_
#define WHOMAY_LIB_INGEST_KUBERNETES_NAMES_H_

#include <string>
#include <string_view>
#include <vector>

namespace whomay::ingest {

using Complaints = std::vector<std::string>;

// A name that can stand in a URL path: all that RBAC objects' names must be.
Complaints PathSegmentName(std::string_view name);
// A namespace's name.
Complaints Dns1123Label(std::string_view name);
// A ServiceAccount's name.
Complaints Dns1123Subdomain(std::string_view name);
// A label key: [prefix/]name.
Complaints QualifiedName(std::string_view name);
Complaints LabelValue(std::string_view value);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_KUBERNETES_NAMES_H_

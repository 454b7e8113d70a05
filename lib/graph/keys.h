// The keys under which nodes are found: one text for all ways to name one thing.
#ifndef WHOMAY_LIB_GRAPH_KEYS_H_
#define WHOMAY_LIB_GRAPH_KEYS_H_

#include <string>
#include <string_view>

#include "base/strings.h"
#include "facts/aws.h"

namespace whomay::graph {

inline std::string_view KindWord(facts::IamKind kind) {
  switch (kind) {
    case facts::IamKind::kUser:
      return "user";
    case facts::IamKind::kRole:
      return "role";
    case facts::IamKind::kGroup:
      return "group";
  }
  return "";
}

// Names of users, roles and groups are unique in their account whatever their case and path (IAM
// user guide, "IAM and STS quotas: IAM name requirements").
inline std::string IamKey(std::string_view kind, std::string_view account, std::string_view name) {
  return Concat({kind, "|", account, "|", AsciiLower(name)});
}
// Of a user that is mentioned beside another one of its name with another path: one of the two
// texts is wrong, and no file says which.
inline std::string UserPathKey(std::string_view account, std::string_view resource) {
  return Concat({"user-path|", account, "|", AsciiLower(resource)});
}
inline std::string RootKey(std::string_view account) { return Concat({"root|", account}); }
inline std::string AccountKey(std::string_view account) { return Concat({"account|", account}); }
inline std::string ServiceKey(std::string_view service) { return Concat({"service|", service}); }
inline std::string FederatedKey(std::string_view provider, std::string_view subject) {
  return Concat({"federated|", provider, "#", subject});
}
inline std::string KubernetesKey(std::string_view kind, uint32_t cluster, std::string_view ns,
                                 std::string_view name) {
  return Concat({"k8s|", std::to_string(cluster), "|", kind, "|", ns, "/", name});
}

}  // namespace whomay::graph

#endif  // WHOMAY_LIB_GRAPH_KEYS_H_

// Worlds for the comparison with Kubernetes' own authorizer, and the requests put to both sides.
//
// A world is a set of RBAC facts: Kubernetes' bootstrap objects, manifests from files, or generated
// ones of a given size. Requests are drawn from a world's own bindings and rules, all distinct,
// with a fixed seed: the same world and seed give the same requests on every machine.
#ifndef WHOMAY_BENCHMARKS_COMPARE_KUBERNETES_WORLDS_H_
#define WHOMAY_BENCHMARKS_COMPARE_KUBERNETES_WORLDS_H_

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"
#include "rbac/policy.h"
#include "source/source.h"

namespace whomay::benchmarks {

struct World {
  std::string name;
  source::SourceSet sources;
  facts::Facts facts;
  rbac::Policy policy;  // over `facts`; made by Finish()

  void Finish();
};

// Sizes of a generated cluster.
struct Size {
  uint32_t cluster_roles, roles, cluster_bindings, bindings;
  uint32_t namespaces, users, groups, accounts_per_namespace;
};
// 1,000 + 1,000 roles in 100 namespaces, 2,000 + 8,000 bindings.
inline constexpr Size kSynthetic = {1000, 1000, 2000, 8000, 100, 500, 100, 10};
// The biggest published production cluster (KubeHound PR#87), and ten times it.
inline constexpr Size kBiggest = {721, 1374, 676, 4491, 400, 500, 100, 10};
inline constexpr Size kTenfold = {7210, 13740, 6760, 44910, 4000, 5000, 1000, 10};

std::unique_ptr<World> Bootstrap();
// Bootstrap and every RBAC document below the folder.
std::unique_ptr<World> Manifests(const std::string& folder);
// Bootstrap and a generated cluster.
std::unique_ptr<World> Generated(std::string name, const Size& size, uint64_t seed);

// A request with its caller; all texts are in the world's facts.
struct Question {
  std::string_view username;
  std::vector<std::string_view> groups;  // implicit ones included
  rbac::Request request;
};

enum class Kind { kClusterBinding, kRoleBinding, kDenied };
std::string_view Name(Kind kind);

// Up to `count` distinct questions of a kind. "Denied" is the subject and resource of a grant with
// a verb that no rule names (some stay allowed, through the verb `*`).
std::vector<Question> Draw(World& world, Kind kind, size_t count, uint64_t seed);

// As one line of JSON, for the Go side: objects with rules as aggregation leaves them, and
// requests.
void Write(const World& world, const std::vector<std::vector<Question>>& questions,
           std::ostream& out);

}  // namespace whomay::benchmarks

#endif  // WHOMAY_BENCHMARKS_COMPARE_KUBERNETES_WORLDS_H_

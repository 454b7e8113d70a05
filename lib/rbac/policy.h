// The RBAC authorizer of one cluster: roles and bindings compiled once, asked many times.
//
// Semantics: Kubernetes' RBAC authorizer (plugin/pkg/auth/authorizer/rbac) behind the privileged
// group's (system:masters), aggregation applied before (clusterroleaggregation controller). Knows
// nothing of AWS, access policies or nodes.
//
//   PolicyBuilder builder({.holes = &facts.holes});
//   builder.Add(role); builder.Add(binding); …
//   const Policy policy = builder.Build();
//   const Decision d = policy.Authorize(policy.Resolve(identity), policy.Resolve(request));
//
// Wildcards in a request are literal: the verb, group or resource "*" asks for all of it, which
// only a rule that says "*" grants. "Any of it" is asked with Any. Holes: what rests on a rule,
// subject, name or namespace that is not known until apply is decided kUnknown, with the hole,
// never silently either way. Lifetime: a Policy refers to the facts that the builder was given;
// resolved identities and requests refer to the texts that they were made of. Costs: Authorize
// allocates nothing and does not grow with the bindings of other subjects. Thread safety: a Policy
// is immutable and safe for concurrent use.
#ifndef WHOMAY_LIB_RBAC_POLICY_H_
#define WHOMAY_LIB_RBAC_POLICY_H_

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/tri.h"
#include "facts/kubernetes.h"

namespace whomay::rbac {

inline constexpr std::string_view kMasters = "system:masters";

// A caller as the API server knows it, implicit groups included by the caller of this library
// (WithImplicitGroups).
struct Identity {
  std::string_view username;
  std::vector<std::string_view> groups;
  // What keeps a group name that WithImplicitGroups made.
  std::shared_ptr<const std::string> made = nullptr;
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

// Fields of a request that may be anything: "is any of it granted?". `namespace_name` is any scope,
// cluster-wide included; `resource` without `subresource` is any resource, no subresource of it.
struct Any {
  bool verb = false;
  bool group = false;
  bool resource = false;
  bool subresource = false;
  bool namespace_name = false;
  bool name = false;
  bool url = false;
};

// Adds what every authenticator adds: system:authenticated; a ServiceAccount's two groups where the
// name is one's and `service_account` says that it is; system:unauthenticated to anonymous.
Identity WithImplicitGroups(std::string_view username, std::span<const std::string_view> groups,
                            bool service_account);

// Why a decision fell: the first binding, rule and subject that allow. Indexes into the facts that
// the builder was given; kNone where there is none (system:masters needs no binding).
inline constexpr uint32_t kNone = 0xFFFFFFFF;
struct Grant {
  uint32_t binding = kNone;
  uint32_t subject = kNone;  // of the binding
  uint32_t role = kNone;
  uint32_t rule = kNone;  // of the role's rules, after aggregation (Policy::rules)
};

// What an unknown decision rests on.
enum class Unknown : uint8_t {
  kNo,
  kHole,          // `hole`
  kUndetermined,  // a cycle of aggregated roles that has no single result
  kLimit,         // aggregation beyond source::kMaxAggregatedRules
};

struct Decision {
  // kUnknown: rests on rules or subjects that are not known until apply (`hole`), or see `unknown`.
  Tri allowed = Tri::kFalse;
  bool masters = false;  // allowed to the group system:masters, whatever the bindings say
  Unknown unknown = Unknown::kNo;
  Grant grant;
  facts::HoleId hole = facts::HoleId::kNone;
};

// One row of "who may": a subject as a binding names it. A ServiceAccount subject without namespace
// has its RoleBinding's.
struct Grantee {
  enum class Kind : uint8_t { kUser, kGroup, kServiceAccount, kAnybody } kind = Kind::kUser;
  std::string_view namespace_name;  // of ServiceAccounts
  std::string_view name;            // empty for kAnybody: a hole that may let in anybody
  Decision decision;
};

// A rule that a role has, and the role that it is written in (another one after aggregation).
struct EffectiveRule {
  const facts::PolicyRule* rule = nullptr;
  uint32_t role = kNone;
  // kUnknown: the role may have it (Unknown of the role says why).
  Tri certain = Tri::kTrue;
};

// What a role comes to.
struct RoleRules {
  std::span<const EffectiveRule> rules;
  // Beyond `rules` the role may grant anything.
  facts::HoleId open = facts::HoleId::kNone;
  Unknown unknown = Unknown::kNo;  // why some rules are not certain
};

// A binding that applies to an identity, for `what`.
struct Holding {
  Tri applies = Tri::kTrue;
  Grant grant;  // no rule; role is kNone where nobody holds the role
  bool cluster_wide = false;
  std::string_view namespace_name;  // of RoleBindings
  RoleRules role;
};

// A rule of a binding of the identity, held against a request: what fits and what does not.
struct Match {
  enum class BlockedBy : uint8_t { kNothing, kNamespace, kName, kVerb, kResource };
  BlockedBy blocked_by = BlockedBy::kNothing;
  Tri fits = Tri::kTrue;  // kUnknown: the parts that are not blocked rest on holes
  Grant grant;
  std::string_view namespace_name;  // where the binding grants; empty for cluster-wide
};

struct Compiled;

// An identity as the policy knows it. Texts that the identity was made of must outlive it.
class ResolvedIdentity {
 public:
  std::span<const uint32_t> subjects() const {
    return many_ ? std::span<const uint32_t>(more_)
                 : std::span<const uint32_t>(few_.data(), count_);
  }

 private:
  friend class Policy;
  friend struct Evaluator;
  void Add(uint32_t subject) {
    if (count_ < few_.size() && !many_) {
      few_[count_++] = subject;
    } else {
      AddMore(subject);
    }
  }
  void AddMore(uint32_t subject);

  uint32_t count_ = 0;
  Tri masters_ = Tri::kFalse;
  bool many_ = false;  // `more_` holds them
  bool slow_ = false;  // something has to be compared as text
  std::array<uint32_t, 13> few_;
  std::vector<uint32_t> more_;             // all of them, where there are more
  std::vector<uint32_t> maybe_;            // subjects that holes in the identity may make it
  std::shared_ptr<const Identity> texts_;  // where slow_
};

// A request as the policy knows it.
class ResolvedRequest {
 private:
  friend class Policy;
  friend struct Evaluator;

  uint64_t verb_bit_ = 0;
  uint64_t target_bits_ = 0;
  uint32_t target_ = kNone;
  uint32_t namespace_ = 0;  // 0: cluster scope
  uint32_t name_ = kNone;
  uint32_t verb_ = kNone;
  uint32_t group_ = kNone;
  uint32_t resource_ = kNone;  // with "/subresource"
  uint32_t star_sub_ = kNone;  // "*/subresource"
  bool url_ = false;
  bool open_ = false;  // a text has a hole: everything is compared as text
  Request text_;
};

class Policy {
 public:
  Policy();
  explicit Policy(std::unique_ptr<const Compiled> compiled);
  Policy(Policy&&) noexcept;
  Policy& operator=(Policy&&) noexcept;
  ~Policy();

  ResolvedIdentity Resolve(const Identity& identity) const;
  ResolvedRequest Resolve(const Request& request) const;
  Decision Authorize(const ResolvedIdentity& identity, const ResolvedRequest& request) const;
  Decision Authorize(const Identity& identity, const Request& request) const;
  // Is any of it granted? Fields of `request` that `any` names are not looked at.
  Decision AuthorizeAny(const ResolvedIdentity& identity, const Request& request,
                        const Any& any) const;

  // Every subject that a binding grants the request to, each once with its strongest decision, and
  // the group system:masters first. Unknown ones come last.
  std::vector<Grantee> Grantees(const ResolvedRequest& request) const;
  std::vector<Grantee> GranteesAny(const Request& request, const Any& any) const;

  // The bindings that apply to the identity, wherever they grant. system:masters is not among them.
  std::vector<Holding> Rules(const ResolvedIdentity& identity) const;
  // Of the bindings of the identity, the rules that grant the request or miss it by one part:
  // full matches first, then near misses by namespace, name, verb, resource. At most `limit`.
  std::vector<Match> Matches(const ResolvedIdentity& identity, const Request& request,
                             size_t limit) const;
  // The near misses alone.
  std::vector<Match> NearMisses(const ResolvedIdentity& identity, const Request& request,
                                size_t limit) const;

  // The role with this index (of PolicyBuilder::Add), after aggregation; nothing where it does not
  // count (replaced, refused).
  RoleRules rules(uint32_t role) const;
  // The role's index; kNone if nobody holds it. `namespace_name` is "" for ClusterRoles.
  uint32_t FindRole(bool cluster_role, std::string_view namespace_name,
                    std::string_view name) const;
  // Bindings whose role nobody holds: they grant nothing.
  std::span<const uint32_t> dangling() const;
  // The holes of the facts; may be null.
  const facts::HoleTable* holes() const;

 private:
  friend struct Evaluator;
  struct Held;

  ResolvedRequest ResolveAny(const Request& request, const Any& any) const;
  std::vector<Held> HeldBy(const ResolvedIdentity& identity) const;
  std::vector<Match> FindMatches(const ResolvedIdentity& identity, const Request& request,
                                 size_t limit, bool near_only) const;

  std::unique_ptr<const Compiled> compiled_;
};

struct BuildOptions {
  // Objects that the API server would refuse count as if it had stored them.
  bool count_refused = false;
  const facts::HoleTable* holes = nullptr;
};

// Collects the objects of one cluster and world. They must stay in place while the Policy lives.
class PolicyBuilder {
 public:
  explicit PolicyBuilder(const BuildOptions& options = {}) : options_(options) {}

  // `index` is what grants call the object by; without it, objects of one type are counted. Of two
  // of one kind, namespace and name the one of the later order stands, the later added where the
  // orders are equal; a builtin one never replaces another.
  void Add(const facts::RbacRole& role, uint32_t index) { roles_.push_back({&role, index}); }
  void Add(const facts::RbacBinding& binding, uint32_t index) {
    bindings_.push_back({&binding, index});
  }
  void Add(const facts::RbacRole& role) { Add(role, static_cast<uint32_t>(roles_.size())); }
  void Add(const facts::RbacBinding& binding) {
    Add(binding, static_cast<uint32_t>(bindings_.size()));
  }

  Policy Build() const;

  template <typename Object>
  struct Given {
    const Object* object;
    uint32_t index;
  };

 private:
  BuildOptions options_;
  std::vector<Given<facts::RbacRole>> roles_;
  std::vector<Given<facts::RbacBinding>> bindings_;
};

}  // namespace whomay::rbac

#endif  // WHOMAY_LIB_RBAC_POLICY_H_

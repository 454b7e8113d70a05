// Authenticator: as whom an AWS principal is known in one EKS cluster.
//
//   const Authenticator authenticator({.facts = &facts, .cluster = &facts.clusters[0], …});
//   const Authentication a =
//   authenticator.Authenticate(*CallerFromArn("arn:aws:iam::1…:user/dana")); for (const Outcome&
//   outcome : a.outcomes) { … outcome.username, outcome.groups … }
//
// The outcomes are alternatives: a caller is one of them at a time, so an answer holds for certain
// only if a certain outcome gives it, or if `authenticated` is kTrue and every outcome does.
// Mode API_AND_CONFIG_MAP asks access entries first, and an entry that fits wins entirely;
// CONFIG_MAP knows no entries, API no aws-auth; a mode that is not known is unknown where the three
// differ. Groups are the mapped ones: the API server adds system:authenticated
// (rbac::WithImplicitGroups). Source of the semantics: Amazon EKS user guide, "Access entries"
// (2026-01), and what aws_auth_mapper.h names. The Authenticator refers to the facts; build one a
// cluster and world. Thread safety: immutable, safe for concurrent use.
#ifndef WHOMAY_LIB_EKS_AUTHENTICATOR_H_
#define WHOMAY_LIB_EKS_AUTHENTICATOR_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/tri.h"
#include "eks/caller.h"
#include "facts/facts.h"

namespace whomay::eks {

inline constexpr uint32_t kNone = 0xFFFFFFFF;

// What of the facts belongs to one cluster in one world; indexes into the facts' vectors.
struct ClusterFacts {
  const facts::Facts* facts = nullptr;
  uint32_t cluster = kNone;  // facts.clusters; kNone: a cluster that is only mentioned
  std::span<const uint32_t> access_entries;
  std::span<const uint32_t> access_policies;
  std::span<const uint32_t> node_groups;
  uint32_t aws_auth = kNone;  // facts.aws_auths; kNone: no such ConfigMap
};

struct Outcome {
  enum class Via : uint8_t {
    kAccessEntry,     // `index` in facts.access_entries
    kImplicitEntry,   // of nodes, made by EKS; `index` in facts.node_groups, kNone for Auto Mode's
                      // own
    kCreatorEntry,    // of the cluster's creator, made by EKS
    kCreatorMapping,  // the creator's hidden mapping to system:masters (CONFIG_MAP)
    kAwsAuthRole,     // `index` in AwsAuth::roles
    kAwsAuthUser,     // … users
    kAwsAuthAccount,  // … accounts
    kAwsAuthOpen,     // a section that is not known until apply may map the caller to anything
  };
  enum class Why : uint8_t {  // why it is not certain
    kCertain,
    kHole,          // `hole`
    kUndetermined,  // the real thing has no single answer (Go's map order)
    kMode,          // the authentication mode is not known
    kCreator,       // whether the creator was made administrator is not known
  };
  Via via = Via::kAccessEntry;
  uint32_t index = kNone;
  Tri certainty = Tri::kTrue;  // kTrue or kUnknown
  Why why = Why::kCertain;
  facts::HoleId hole = facts::HoleId::kNone;

  std::string username;  // templates that the session decides stay visible; "" is a name too
  std::vector<std::string> groups;
  bool username_open = false;  // not known until apply
  bool groups_open = false;    // further groups are not known until apply
  // EKS does not document this entry type's groups (and user name): those given are the likely
  // ones. What rests on them is unknown, reason `undocumented`; that the caller authenticates is
  // certain.
  bool undocumented = false;
  bool node = false;  // a node: the Node authorizer has a say (nodes.h)
  // Only sessions named as an EC2 instance (i-…) get in, and the caller's session is open: it
  // chooses.
  bool needs_instance_session = false;
  // Access policies that count for it: indexes into facts.access_policies, and those among them
  // that do so only if a hole is filled so.
  std::vector<uint32_t> access_policies;
  std::vector<uint32_t> possible_access_policies;
  // A policy that EKS itself associates at cluster scope: AmazonEKSClusterAdminPolicy of the
  // creator, AmazonEKSAutoNodePolicy of Auto Mode's nodes. Empty: none.
  std::string_view implicit_policy;

  facts::Origin origin;  // of the entry, the mapping's line, the node group, the cluster
};

struct Authentication {
  std::vector<Outcome> outcomes;
  // kFalse: 401. kTrue: always as one of the outcomes. kUnknown: perhaps.
  Tri authenticated = Tri::kFalse;
  // Of kUnknown and kFalse, for hints: nothing maps it (kUnmapped), a mapping refuses its session.
  enum class Refusal : uint8_t { kNone, kUnmapped, kSession, kPartition } refusal = Refusal::kNone;
  // No file says the mode, and the cluster is only mentioned: taken as API_AND_CONFIG_MAP.
  bool mode_assumed = false;
  // No aws-auth among the inputs, though the mode would read it: an assumption of the answer.
  bool aws_auth_absent = false;
  // The cluster's creator, who has access unless told otherwise, is not in the inputs.
  bool creator_unknown = false;
};

class Authenticator {
 public:
  explicit Authenticator(const ClusterFacts& cluster);
  Authenticator(Authenticator&&) noexcept;
  Authenticator& operator=(Authenticator&&) noexcept;
  ~Authenticator();

  Authentication Authenticate(const Caller& caller) const;

  // Whoever the cluster's own files name as a principal: entries, aws-auth lines, creator, node
  // groups (ARNs as written, may hold holes). Candidates for `who`; mapAccounts are in accounts().
  std::vector<facts::Str> NamedPrincipals() const;
  std::vector<facts::Str> NamedAccounts() const;
  // A section of aws-auth that is not known and so may map anybody; kNone when all is known or the
  // mode ignores it.
  facts::HoleId open_to_anybody() const;

 private:
  struct Compiled;
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace whomay::eks

#endif  // WHOMAY_LIB_EKS_AUTHENTICATOR_H_

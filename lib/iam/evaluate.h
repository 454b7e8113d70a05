// The IAM decision: one request, the policies of every layer that bears on it, and whether AWS
// would allow it; exactly, or as a formula over what the files do not decide.
//
//   Workspace workspace;
//   const Result result = Evaluate(request, layers, workspace);
//   const Verdict verdict = Decide(result.allowed, workspace);
//
// Pure functions over compiled policies: no graph knowledge, no I/O. A request that everything
// decides touches no formula and allocates nothing. Source of the semantics:
// spec/iam.md 2.3, 2.4, 2.6, 2.8 (AWS IAM User Guide, "Policy evaluation logic"); checked against
// recorded decisions by whomay-replay iam. Thread safety: concurrent calls need a workspace each.
#ifndef WHOMAY_LIB_IAM_EVALUATE_H_
#define WHOMAY_LIB_IAM_EVALUATE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/formula.h"
#include "facts/hole.h"
#include "iam/atoms.h"
#include "iam/context.h"
#include "iam/policy.h"
#include "iam/reason.h"

namespace whomay::iam {

struct Caller {
  enum class Kind : uint8_t {
    kUser,
    kRole,           // a session of this role whose name is not said
    kSession,        // a session by name
    kFederatedUser,  // of GetFederationToken
    kRoot,
    kService,      // `arn` is its name, "ec2.amazonaws.com"
    kWebIdentity,  // `arn` is the provider, an ARN or a name ("accounts.google.com")
    kSaml,
    kAnonymous,
  };
  enum class Session : uint8_t {
    kNobodys,  // a name that no policy mentions
    kAny,      // any that the caller chooses: a policy that names one makes it a choice
  };
  Kind kind = Kind::kUser;
  // Of users, roles and federated users theirs, of sessions the assumed-role ARN. May hold holes.
  std::string_view arn;
  std::span<const std::string_view>
      also;                   // further texts for the same ARN (before and after apply)
  std::string_view account;   // may be a hole; "" when not known
  std::string_view role_arn;  // of sessions the role's, with its path, when known; else ""
  Session session = Session::kNobodys;  // of kRole
};

struct Request {
  Caller caller;
  std::string_view action;    // "s3:GetObject", in any case; no wildcards (region.h asks for those)
  std::string_view resource;  // its ARN, may hold holes; "*" for actions that have no resource
  bool no_resource = false;   // the action has no resource: only a literal "*" matches
  // The resource stands for many like it, and so for one that is no hole's value (region.h).
  bool generic_resource = false;
  std::string_view resource_account;        // "" when the ARN's own counts, or the caller's
  const Context* context = nullptr;         // null: every key is open
  const facts::HoleTable* holes = nullptr;  // of the texts above; may be null when they have none
};

// A policy that is in force but whose text nobody gave, or only a part of it: it may allow, deny,
// or neither.
struct Missing {
  Reason reason = Reason::kHole;  // kPoliciesNotGiven, kManagedPolicyNotKnown, kUnreadableInput …
  facts::HoleId hole = facts::HoleId::kNone;
  std::string_view what;  // for people, and its identity: "arn:aws:iam::aws:policy/x"
};

struct PolicySet {
  std::span<const Policy* const> policies;
  std::span<const Missing> missing;
};

enum class LayerKind : uint8_t { kIdentity, kBoundary, kSession, kScp, kRcp, kResource };

struct Layers {
  PolicySet identity;
  bool has_boundary = false;
  PolicySet boundary;
  bool has_session_policy = false;
  PolicySet session;
  // One set a level, the organization's root first; each must allow. None: not in an organization,
  // or nothing is known of it. SCPs are the caller's account's, RCPs the resource's.
  std::span<const PolicySet> scps;
  std::span<const PolicySet> rcps;
  // The resource's own policy: bucket policy, trust policy, key policy … None: it has none.
  PolicySet resource;
};

struct StatementRef {
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  LayerKind layer = LayerKind::kIdentity;
  uint32_t level = 0;       // of kScp, kRcp
  uint32_t policy = kNone;  // index into the set's policies; kNone: no statement
  uint32_t statement = kNone;
  explicit operator bool() const { return policy != kNone; }
  friend bool operator==(const StatementRef&, const StatementRef&) = default;
};

struct Result {
  Formula allowed = Formula::kFalse;
  Reason reason = Reason::kNone;  // of denied (kFalse): the first thing in the way
  // The statement that grants: of the resource's policy where it grants by itself, else of the
  // identity's. The first that surely matches, else the first that may. None for root users.
  StatementRef grant;
  StatementRef deny;         // of kExplicitDeny
  bool by_resource = false;  // `grant` is of the resource's policy and needs no identity policy
};

Result Evaluate(const Request& request, const Layers& layers, Workspace& workspace);

// The same as a plain three-valued answer: kUnknown where Evaluate() gives a formula.
Tri EvaluateQuickly(const Request& request, const Layers& layers);

// For `why`: every statement that has to do with the request.
struct StatementTrace {
  enum class Blocked : uint8_t { kNothing, kPrincipal, kAction, kResource, kCondition };
  StatementRef ref;
  bool deny = false;
  Tri match = Tri::kFalse;
  Blocked blocked = Blocked::kNothing;  // where match is kFalse or kUnknown: the first such element
  Formula formula = Formula::kFalse;    // when it matches
  const facts::Statement* source = nullptr;
};
// Full matches and near ones: statements that fail in one element only.
std::vector<StatementTrace> Trace(const Request& request, const Layers& layers,
                                  Workspace& workspace);

// Role trust and KMS keys: identity policies count only if the resource's policy admits the account
// (spec/iam.md 2.4 step 4).
bool NeedsDelegation(std::string_view action, std::string_view resource);

}  // namespace whomay::iam

#endif  // WHOMAY_LIB_IAM_EVALUATE_H_

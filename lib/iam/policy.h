// Policy: a policy document compiled once, asked often. Actions are lower-cased globs indexed by
// service prefix, resources six globs (one an ARN part), principals typed, conditions a small
// program over interned keys. What it says of one request is three-valued; see evaluate.h.
//
// Keeps views into the facts it was made of (texts, holes): they must outlive it.
// Source of the semantics: spec/iam.md 2.1-2.3, 2.5.
// Thread safety: immutable; safe for concurrent use.
#ifndef WHOMAY_LIB_IAM_POLICY_H_
#define WHOMAY_LIB_IAM_POLICY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/glob.h"
#include "facts/policy.h"
#include "iam/atoms.h"

namespace whomay::iam {

// A text of a policy that may hold policy variables: literals, wildcards, `${key}`.
class Template {
 public:
  struct Piece {
    enum class Kind : uint8_t { kText, kVariable } kind = Kind::kText;
    Glob text;                      // kText: wildcards and all
    std::string key;                // kVariable: as written
    std::string lower;              // the key in lower case
    uint64_t hash = 0;              // HashText(lower)
    std::string_view default_text;  // `${key, 'default'}`
    bool has_default = false;
  };
  // Wildcards are `*` and `?` if `glob`, else plain characters. Variables count if `variables`.
  Template(std::string_view text, bool glob, bool variables,
           Glob::Case fold = Glob::Case::kSensitive);

  bool has_variable() const { return !pieces_.empty(); }
  // The whole, when it has no variable.
  const Glob& glob() const { return glob_; }
  const std::vector<Piece>& pieces() const { return pieces_; }

 private:
  Glob glob_;
  std::vector<Piece> pieces_;  // empty without variables
};

// A pattern of ARNs: the first five parts and the rest, each a glob of its own. Fewer than six
// parts with a `*` at the end are padded with `*` parts; otherwise they match nothing.
struct ArnPattern {
  enum class Where : uint8_t { kResource, kCondition };
  ArnPattern(facts::Str text, bool variables, Where where);

  facts::Str text;          // as written
  bool everything = false;  // a Resource "*"
  bool valid = true;        // false: matches nothing
  // A condition's pattern of fewer than six parts with a `*` at the end: what it matches is open.
  bool short_condition = false;
  bool variable_parts = false;
  std::vector<Template> parts;    // six, or none
  std::vector<Template> unsplit;  // one: a text with a hole that may hold colons
};

struct PrincipalPattern {
  enum class Type : uint8_t {
    kAnyone,   // "*", {"AWS": "*"}
    kAccount,  // an account id or its :root
    kUser,
    kRole,
    kSession,  // assumed-role/NAME/SESSION
    kFederatedUser,
    kService,
    kFederated,     // a web identity or SAML provider
    kAnyFederated,  // {"Federated": "*"}
    kCanonicalUser,
    kHole,     // a text that is, or holds, a hole
    kNothing,  // matches nobody (a partial wildcard, an unknown form)
  };
  Type type = Type::kNothing;
  facts::Str text;
  std::string_view partition, account;
  std::string_view name;     // path/name of users and roles, NAME of sessions
  std::string_view session;  // of kSession
};

// One operator on one key.
struct ConditionTest {
  Operator op = Operator::kOpaque;
  SetMode set = SetMode::kNone;
  bool negated = false;  // StringNotEquals …
  bool if_exists = false;
  bool invalid = false;                          // an operator that does not exist: never matches
  facts::HoleId unknown = facts::HoleId::kNone;  // the operator is not known until apply
  // In the key: it is known only where the context has a key with the same hole (the issuer of a
  // cluster before apply).
  facts::HoleId key_hole = facts::HoleId::kNone;
  std::string_view key;  // as written
  std::string lower;     // in lower case
  uint64_t hash = 0;
  std::vector<Template> texts;        // of string operators
  std::vector<ArnPattern> arns;       // of ArnLike
  std::vector<std::string_view> raw;  // the values as written
  bool values_open = false;
};

struct Statement {
  facts::Statement::Effect effect = facts::Statement::Effect::kAllow;
  bool not_principal = false, not_action = false, not_resource = false;
  bool has_principal = false, has_resource = false;
  bool principals_open = false, actions_open = false, resources_open = false,
       conditions_open = false;
  std::vector<PrincipalPattern> principals;
  // Lower case. First those whose service is open ("*", "s*:…"), then by the hash of their service.
  std::vector<Glob> actions;
  size_t any_service_actions = 0;
  std::vector<uint64_t> action_services;  // of the others, ascending
  std::vector<ArnPattern> resources;
  std::vector<ConditionTest> conditions;
  const facts::Statement* source = nullptr;
};

class Policy {
 public:
  // Policies on a resource may leave Resource out (trust policies must): it is the resource itself.
  enum class On : uint8_t { kPrincipal, kResource };
  // `holes` may be null when no text has a hole.
  Policy(const facts::PolicyDocument& document, const facts::HoleTable* holes, On on);
  Policy(Policy&&) = default;
  Policy& operator=(Policy&&) = default;
  Policy(const Policy&) = delete;  // large, and referred to by address
  Policy& operator=(const Policy&) = delete;

  const facts::PolicyDocument& document() const { return *document_; }
  const facts::HoleTable* holes() const { return holes_; }
  On on() const { return on_; }
  const std::vector<Statement>& statements() const { return statements_; }
  // Further statements may come with apply, or the text cannot be read.
  bool open() const { return document_->open != facts::HoleId::kNone || !document_->readable; }

  // Calls visit(statement index) for every statement whose actions could match an action of this
  // service (hash of its lower-case prefix), in order of the index.
  template <typename Visit>
  void ForService(uint64_t service_hash, Visit visit) const {
    for (const uint32_t index : any_service_) {
      visit(index);
    }
    if (by_service_.empty()) {
      return;
    }
    size_t low = 0, high = by_service_.size();
    while (low < high) {
      const size_t middle = (low + high) / 2;
      if (by_service_[middle].first < service_hash) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    for (; low < by_service_.size() && by_service_[low].first == service_hash; ++low) {
      visit(by_service_[low].second);
    }
  }

 private:
  const facts::PolicyDocument* document_;
  const facts::HoleTable* holes_;
  On on_;
  std::vector<Statement> statements_;
  std::vector<uint32_t> any_service_;  // statements that any service's actions could match
  std::vector<std::pair<uint64_t, uint32_t>> by_service_;
};

}  // namespace whomay::iam

#endif  // WHOMAY_LIB_IAM_POLICY_H_

// Matcher: whether the elements of compiled statements match one request. Internal to the engine;
// evaluate.h is the interface.
//
// Answers are formulas (logic.h). One matcher serves one request; it keeps views into it.
// Source of the semantics: spec/iam.md 2.1-2.3, 2.5.
// Thread safety: that of the workspace.
#ifndef WHOMAY_LIB_IAM_MATCHER_H_
#define WHOMAY_LIB_IAM_MATCHER_H_

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "iam/arn.h"
#include "iam/evaluate.h"
#include "iam/logic.h"
#include "iam/policy.h"

namespace whomay::iam {

// At which level a Principal element admits the caller (spec/iam.md 2.3).
struct PrincipalMatch {
  Formula direct = kNo;   // user, session, federated user, everyone, service, provider
  Formula role = kNo;     // the role of the caller's session
  Formula account = kNo;  // the caller's account
};

// A value of a typed operator (numbers, dates, Bool, IP, binary) and what the condition expects.
bool TypedMatch(Operator op, std::string_view value, std::string_view expected);
// Whether a value has the operator's type at all.
bool HasType(Operator op, std::string_view value);

// Codes of ARN patterns as one text (Atom::values of kArnLike): in the first five parts wildcards
// do not run over a colon.
std::string ArnCode(const std::vector<const Glob*>& parts);

class Matcher {
 public:
  Matcher(const Request& request, Workspace* workspace);
  Matcher(const Matcher&) = delete;  // views into itself
  Matcher& operator=(const Matcher&) = delete;

  Logic& logic() { return logic_; }
  uint64_t service_hash() const { return service_hash_; }
  std::string_view action() const { return action_; }  // lower case
  std::string_view service() const { return action_.substr(0, action_.find(':')); }
  std::string_view resource_account() const { return resource_account_; }
  bool is_aws_principal() const;

  // The texts of holes in what is matched from here on.
  void set_holes(const facts::HoleTable* holes) {
    holes_ = holes != nullptr ? holes : request_.holes;
  }

  // "The NotPrincipal element with a Deny effect will always deny any IAM principal that has a
  // permissions boundary policy attached, regardless of the values" (User Guide, NotPrincipal).
  void set_caller_has_boundary(bool has_boundary) {
    always_not_principal_ = has_boundary && is_aws_principal();
  }

  Formula Action(const Statement& statement);
  Formula Resource(const Statement& statement, Policy::On on);
  Formula OneResource(const ArnPattern& pattern);
  PrincipalMatch Principal(const Statement& statement);
  Formula Conditions(const Statement& statement);
  Formula Condition(const ConditionTest& test);

  Formula EqualAccounts(std::string_view a, std::string_view b);
  // An atom for what is missing: about this request, of this identity.
  Formula Missing(Reason reason, facts::HoleId hole, std::string_view what,
                  std::string_view effect);

  struct Resolved {
    enum class Kind : uint8_t { kGlob, kNoValue, kOpen } kind = Kind::kGlob;
    Glob glob;                           // kOpen: with the open variables as "\xFF$key\xFE"
    const Context::Key* open = nullptr;  // the first open one
    std::string_view open_key;
  };

  // The template with its variables filled in.
  Resolved Resolve(const Template& text) const;

 private:
  Formula Text(const Glob& glob, std::string_view text);
  Formula Text(const Template& pattern, std::string_view text, std::string_view shown);
  Formula HoleText(const Glob& glob, std::string_view text);
  Formula Equal(std::string_view a, std::string_view b, bool fold = false);
  Formula ArnText(const ArnPattern& pattern, std::string_view text, const Arn& arn);
  Formula Whole(const ArnPattern& pattern, std::string_view text);
  Formula FurtherElements(const Statement& statement, std::string_view element);

  void Entry(const PrincipalPattern& pattern, PrincipalMatch& match);
  Formula NamesCaller(const PrincipalPattern& pattern);
  Formula NamesSession(const PrincipalPattern& pattern, std::string_view arn);

  // One value of a key against one value of the condition.
  Formula OneValue(const ConditionTest& test, size_t index, std::string_view value);
  // One value of the key: does it satisfy the operator, negation included?
  Formula Satisfies(const ConditionTest& test, std::string_view value);
  Formula KnownKey(const ConditionTest& test, const Context::Key& key);
  Formula OpenKey(const ConditionTest& test, const Context::Key& key);
  Formula Null(const ConditionTest& test, const Context::Key& key);
  Formula Absent(const ConditionTest& test, const Context::Key& key);
  Atom KeyAtom(std::string_view name, const Context::Key& key) const;

  const Request& request_;
  Logic logic_;
  const facts::HoleTable* holes_ = nullptr;
  const Context* context_;
  bool always_not_principal_ = false;
  // The action in lower case; in large_ where small_ is too small.
  std::string_view action_;
  std::array<char, 80> small_;
  std::string large_;
  uint64_t service_hash_ = 0;
  Arn resource_;
  std::string_view resource_account_;
};

}  // namespace whomay::iam

#endif  // WHOMAY_LIB_IAM_MATCHER_H_

// IAM policy documents, as written: nothing compiled, nothing judged.
#ifndef WHOMAY_LIB_FACTS_POLICY_H_
#define WHOMAY_LIB_FACTS_POLICY_H_

#include <optional>
#include <vector>

#include "facts/hole.h"
#include "facts/origin.h"

namespace whomay::facts {

enum class PolicyId : uint32_t { kNone = 0xFFFFFFFF };

// One entry of a Principal or NotPrincipal element.
struct PrincipalEntry {
  enum class Type : uint8_t { kAny, kAws, kService, kFederated, kCanonicalUser, kUnknown };
  Type type = Type::kAws;  // kAny: the bare "*"
  Str value;               // as written; may be or hold a hole
  source::Span span;
};

// One operator with one key: {"StringLike": {"aws:PrincipalTag/team": ["a", "b"]}}.
struct Condition {
  Str op;                    // as written, "ForAnyValue:StringLikeIfExists"; a hole if unknown
  Str key;                   // as written; may be a hole
  std::vector<Str> values;   // texts; JSON Booleans and numbers as written
  bool values_open = false;  // there may be further values that are not known
  source::Span span;
};

struct Statement {
  enum class Effect : uint8_t { kAllow, kDeny, kUnknown };
  Str sid;
  Effect effect = Effect::kAllow;
  // Absent elements are empty with has_* false. Exactly as written: `not_` tells which form it was.
  bool has_principal = false, not_principal = false;
  std::vector<PrincipalEntry> principals;
  bool has_action = false, not_action = false;
  std::vector<Str> actions;
  bool has_resource = false, not_resource = false;
  std::vector<Str> resources;
  std::vector<Condition> conditions;
  // The statement has further conditions whose content is not known: it matches at most where the
  // known ones hold, never certainly.
  bool conditions_open = false;
  // Further principals / actions / resources may come with apply.
  bool principals_open = false, actions_open = false, resources_open = false;
  source::Span span;
};

struct PolicyDocument : Record {
  Str version;  // "" when absent
  std::vector<Statement> statements;
  bool readable = true;  // false: text that no policy can be made of (a diagnostic says why)
  bool refused = false;  // AWS would not store it (a diagnostic says why); see ingest/iam
  // Whether further statements may come: the document, or a part of it, is this hole.
  HoleId open = HoleId::kNone;
};

}  // namespace whomay::facts

#endif  // WHOMAY_LIB_FACTS_POLICY_H_

// IAM policy documents: trees, or texts that stand inside another document, to
// facts::PolicyDocument.
//
//   PolicyReading as{.use = PolicyUse::kTrust, .origin = role.origin, .worlds = role.worlds};
//   role.trust = facts.Add(ReadPolicyText(change.Get("assume_role_policy"), as, sources, facts,
//                                         diagnostics));
//
// Both functions always return a document. It is `readable` unless no policy can be made of the
// value; `refused` when AWS would not store it, for a reason that an error among the diagnostics
// gives with its place (codes policy.*, listed below). What can be kept of a refused document is
// kept: where its meaning is plain (a misspelled element name, a duplicate Sid) as it is meant,
// where it is not (no Effect, both Action and NotAction) as a statement of unknown effect, so that
// it neither grants nor denies anything for certain.
//
// Element names, the type keys of Principal and "Allow"/"Deny" are case-sensitive in AWS; other
// spellings are read all the same and diagnosed. Bare values stand for lists of one. JSON Booleans
// and numbers as condition values keep their text.
//
//   policy.not-a-policy        no object, or no Statement: nothing could be read
//   policy.element             an element AWS does not know; left out
//   policy.element-case        an element, principal type or effect spelled in another case
//   policy.duplicate-element   an element, operator or key twice in one object; the last stands
//   policy.version             neither 2012-10-17 nor 2008-10-17
//   policy.effect              no Effect, or neither Allow nor Deny
//   policy.exclusive           Action with NotAction, Resource with NotResource …
//   policy.missing             no Action, no Resource, no Principal where one must be
//   policy.misplaced           a Principal in an identity policy, a Resource in a trust policy …
//   policy.empty               an empty list where AWS wants a value
//   policy.value               a value of the wrong type; left out
//   policy.action              an action without prefix, or one that cannot stand here
//   policy.resource            a resource that is neither "*" nor an ARN
//   policy.principal           a principal of no known form
//   policy.condition           an operator AWS does not know, a block that is no object
//   policy.sid                 a Sid AWS would not take, or one that stands twice
//
// Semantics: IAM User Guide, "IAM JSON policy elements reference" and "Grammar of the IAM JSON
// policy language"; spec iam 2.1 to 2.3. Thread safety: none of its own; as Facts and Diagnostics.
#ifndef WHOMAY_LIB_INGEST_IAM_POLICY_DOCUMENT_H_
#define WHOMAY_LIB_INGEST_IAM_POLICY_DOCUMENT_H_

#include "facts/facts.h"
#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/tree.h"

namespace whomay::ingest {

// Where a document is used: what it must and must not hold.
enum class PolicyUse : uint8_t {
  kAny,              // not known: only what is wrong everywhere is diagnosed
  kIdentity,         // inline and managed policies, permissions boundaries, session policies
  kTrust,            // a role's trust policy
  kResource,         // a policy on any other resource
  kServiceControl,   // SCP
  kResourceControl,  // RCP
};

struct PolicyReading {
  PolicyUse use = PolicyUse::kAny;
  facts::Origin origin = {};  // without a span, the value's own is taken
  facts::Worlds worlds = facts::kBothWorlds;
};

// A document that is already parsed.
facts::PolicyDocument ReadPolicyDocument(const syntax::Value& document, const PolicyReading& as,
                                         facts::Facts& facts, source::Diagnostics& diagnostics);

// A document as a text inside another one: JSON, URL-encoded or not; positions lead to the outer
// file. An object is read like ReadPolicyDocument. An empty text is unreadable: callers for whom it
// means "no policy" ask before.
facts::PolicyDocument ReadPolicyText(const syntax::Value& value, const PolicyReading& as,
                                     source::SourceSet& sources, facts::Facts& facts,
                                     source::Diagnostics& diagnostics);

// The same from bytes of a source, quotes and escapes already undone (a file of its own, or one
// made with SourceSet::AddEmbedded).
facts::PolicyDocument ReadPolicySpan(source::Span text, const PolicyReading& as,
                                     source::SourceSet& sources, facts::Facts& facts,
                                     source::Diagnostics& diagnostics);

// Is this tree a policy document, by its content: an object with a Statement (an object or an array
// of objects), no Kubernetes or Terraform document.
bool LooksLikePolicy(const syntax::Value& root);
// Would the policy be a role's trust policy: principals, and only sts actions.
bool LooksLikeTrustPolicy(const facts::PolicyDocument& document);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_IAM_POLICY_DOCUMENT_H_

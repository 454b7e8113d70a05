// The words of the policy language: what AWS takes where.
//
// Checks of single words, by which lib/ingest/iam/policy_document says what AWS would refuse. They
// judge no meaning. Texts with holes pass: their filling may be right.
// Source: IAM User Guide, "Grammar of the IAM JSON policy language", "Condition operators",
// "AWS JSON policy elements: Principal"; messages of the IAM API as moto records them.
// Thread safety: pure functions.
#ifndef WHOMAY_LIB_INGEST_IAM_POLICY_WORDS_H_
#define WHOMAY_LIB_INGEST_IAM_POLICY_WORDS_H_

#include <string_view>

namespace whomay::ingest {

bool IsAlphanumeric(std::string_view text);

// A condition operator with or without ForAllValues:/ForAnyValue: and IfExists, in any case (AWS
// compares operator names without case).
bool IsConditionOperator(std::string_view op);

// What is wrong with an action, as the rest of a sentence; empty if nothing. "*", "s3:Get*".
std::string_view WrongAction(std::string_view action);
// An action of sts, or a pattern that names sts.
bool IsStsAction(std::string_view action);

// "*", or at least "arn:" or a wildcard that could be it, a partition and a service.
bool IsResourcePattern(std::string_view resource);

// What is wrong with a principal of type AWS; empty if nothing: "*", a 12-digit account, an ARN of
// iam or sts without wildcards, a unique id (AROA…).
std::string_view WrongAwsPrincipal(std::string_view principal);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_IAM_POLICY_WORDS_H_

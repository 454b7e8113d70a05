// What `aws_iam_{role,user,group}_{policies,policy_attachments}_exclusive` leave of the policies of
// a principal: on apply they take away what they do not name. Semantics: spec terraform 2.1.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_RESOURCES_EXCLUSIVE_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_RESOURCES_EXCLUSIVE_H_

#include "ingest/terraform/reading.h"

namespace whomay::ingest::terraform {

enum class AfterApply : uint8_t {
  kStays,
  kRemoved,
  kUndecided,  // the same apply puts it there and takes it away, in no order that is known
};

enum class PolicyKind : uint8_t { kInline, kManaged };

// `policy` is the name of an inline policy, or the ARN of a managed one, on this principal.
// `written`: what puts it there is made or changed by this plan.
AfterApply Exclusively(Reading& reading, const facts::IamRef& principal, PolicyKind kind,
                       Str policy, bool written);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_RESOURCES_EXCLUSIVE_H_

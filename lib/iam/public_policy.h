// Whether Amazon S3 takes a bucket policy for public: it is, unless every statement that allows
// grants to fixed principals, or only under fixed values of a few condition keys. What S3 Block
// Public Access goes by (its RestrictPublicBuckets). kUnknown where the document has holes, or
// where a key limits that the documentation does not list.
//
// Source: Amazon S3 user guide, "Blocking public access to your Amazon S3 storage", The meaning of
// "public". Pure function.
#ifndef WHOMAY_LIB_IAM_PUBLIC_POLICY_H_
#define WHOMAY_LIB_IAM_PUBLIC_POLICY_H_

#include "base/tri.h"
#include "facts/policy.h"

namespace whomay::iam {

Tri IsPublic(const facts::PolicyDocument& document);

}  // namespace whomay::iam

#endif  // WHOMAY_LIB_IAM_PUBLIC_POLICY_H_

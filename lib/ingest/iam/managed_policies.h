// AWS's own managed policies that the inputs name: their built-in texts as facts.
//
// Thread safety: none of its own; as Facts and Diagnostics.
#ifndef WHOMAY_LIB_INGEST_IAM_MANAGED_POLICIES_H_
#define WHOMAY_LIB_INGEST_IAM_MANAGED_POLICIES_H_

#include <string_view>

#include "facts/facts.h"
#include "source/diagnostic.h"
#include "source/source.h"

namespace whomay::ingest {

// Adds a ManagedPolicy, its document parsed, for the ARN of an AWS managed policy; false when the
// built-in table (data/aws_managed_policies.h) has none. Its origin is a source of its own, named
// "AWS managed policy NAME vN (built in)".
bool AddAwsManagedPolicy(std::string_view arn, source::SourceSet& sources, facts::Facts& facts,
                         source::Diagnostics& diagnostics);

// The same for every ARN that is attached or a boundary and that no input holds. To be called when
// everything is read. What is not in the table stays without a record: it is unknown, and a
// diagnostic (policy.aws-managed-not-known) names it.
void AddAwsManagedPolicies(source::SourceSet& sources, facts::Facts& facts,
                           source::Diagnostics& diagnostics);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_IAM_MANAGED_POLICIES_H_

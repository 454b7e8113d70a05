// Two Terraform documents of one system (a plan and a state, two plans) in one analysis: what the
// one says before apply and the other after it would stand side by side. Whoever wants to compare
// them asks `diff --before A --after B`.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_SAME_ADDRESSES_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_SAME_ADDRESSES_H_

#include "facts/facts.h"
#include "ingest/terraform/merge.h"
#include "source/diagnostic.h"
#include "source/source.h"

namespace whomay::ingest::terraform {

// Compares the addresses of what was added since the mark, from `file`, with those of the Terraform
// files read before it. An error (terraform.same-addresses) for each file that shares at least half
// of the addresses of the smaller one: two stacks that happen to name a resource alike are none.
void ReportSameAddresses(const FactsMark& since, source::FileId file,
                         const source::SourceSet& sources, const facts::Facts& facts,
                         source::Diagnostics& diagnostics);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_SAME_ADDRESSES_H_

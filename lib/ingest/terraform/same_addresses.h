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

// Compares what was added since the mark, from `file`, with what the Terraform files read before it
// hold under the same addresses. An error (terraform.same-addresses) for each of them that holds
// the same resources: states of one lineage; documents that share at least half of the addresses of
// the smaller one, unless what stands there (ARNs, accounts, clusters, as far as they are known) is
// mostly something else, as in the states that one code base has for several environments. Two
// stacks that happen to name a resource alike are none, nor are states of several lineages whose
// resources tell nothing.
void ReportSameAddresses(const FactsMark& since, source::FileId file,
                         const source::SourceSet& sources, const facts::Facts& facts,
                         source::Diagnostics& diagnostics);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_SAME_ADDRESSES_H_

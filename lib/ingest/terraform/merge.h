// MergeWorlds: records that one resource gives before and after apply, and that say the same,
// become one record of both worlds.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_MERGE_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_MERGE_H_

#include <cstddef>
#include <vector>

#include "facts/facts.h"

namespace whomay::ingest::terraform {

// How many records of each kind there were before a document was read.
struct FactsMark {
  explicit FactsMark(const facts::Facts& facts);
  std::vector<size_t> sizes;
};

// Merges what was added since the mark.
void MergeWorlds(const FactsMark& since, facts::Facts& facts);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_MERGE_H_

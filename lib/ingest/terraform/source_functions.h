// The table of Terraform's functions on texts, and length; source_functions.cc has the others.
// Internal to the evaluator. Thread safety: constants.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_FUNCTIONS_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_FUNCTIONS_H_

#include <span>

#include "ingest/terraform/source_evaluate.h"

namespace whomay::ingest::terraform {

std::span<const SourceFunction> SourceTextFunctions();

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_FUNCTIONS_H_

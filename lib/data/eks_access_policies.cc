#include "data/eks_access_policies.h"

namespace whomay::data {
namespace {

#include "data/eks_access_policies.inc"

}  // namespace

std::span<const AccessPolicy> EksAccessPolicies() { return kPolicies; }

}  // namespace whomay::data

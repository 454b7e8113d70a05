#include "data/api_resources.h"

namespace whomay::data {
namespace {

#include "data/api_resources.inc"

}  // namespace

std::span<const ApiResource> ApiResources() { return kResources; }

}  // namespace whomay::data

// Worlds that lean on what evaluators of RBAC get wrong: wildcards where they mean nothing, names
// without names, equal names of different kinds, case, slashes, empty lists, aggregation, and more.
#ifndef WHOMAY_TESTS_DIFFERENTIAL_KUBERNETES_GENERATOR_H_
#define WHOMAY_TESTS_DIFFERENTIAL_KUBERNETES_GENERATOR_H_

#include <cstdint>

#include "tests/differential/kubernetes/model.h"

namespace whomay::differential {

// World `number` of a seed: the same on every machine. About half of its requests are made from
// what its bindings and rules grant, most of them with one field turned aside.
World Generate(uint64_t seed, uint64_t number, size_t requests);

// ClusterRoles only, for the aggregation controller: chains, cycles, own rules, odd selectors.
World GenerateAggregation(uint64_t seed, uint64_t number);

}  // namespace whomay::differential

#endif  // WHOMAY_TESTS_DIFFERENTIAL_KUBERNETES_GENERATOR_H_

// Aggregated ClusterRoles that select each other: what they come to, whatever the order of work.
//
// One sync of a role replaces its rules by the union of its members' rules as they stand, unless
// that union is empty. In a cycle rules of their own can be handed on or lost, as the order of
// syncs has it. For each rule and role this tells, over all orders in which every role is synced
// again and again: does the role always end with the rule, in some order, or never? Both answers
// are exact where no hole is involved.
//
// Always. Let T be the largest set of roles each of which starts with the rule or without any, and
// either selects a role of T that starts with the rule, or selects only roles of T. No sync leads
// out of "the roles of T have the rule or nothing", so those of T that start with it keep it, and
// all that select them, directly or not, come to it. The others: sync the roles that are not in T
// in the order in which they drop out of it; each finds a member with rules and none with this one.
// So there is an order after which nobody else has the rule.
//
// In some order. A rule that once comes into a cycle can be handed on all around it, and stays; it
// can come from every role that the cycle reaches, by syncing what lies between before that role.
// Roles behind a cycle follow it. Outside of cycles nothing else stays.
//
// Single-threaded. Semantics: syncClusterRole of clusterroleaggregation_controller.go (spec:
// rbac.md 2.7).
#ifndef WHOMAY_LIB_RBAC_AGGREGATION_CYCLES_H_
#define WHOMAY_LIB_RBAC_AGGREGATION_CYCLES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "facts/hole.h"

namespace whomay::rbac {

// A ClusterRole that takes part. Members are places in the list of nodes.
struct CycleNode {
  bool aggregates = false;        // else it keeps its rules
  bool limited = false;           // not all members were looked for
  std::vector<uint32_t> members;  // that it selects
  std::vector<uint32_t> maybe;    // that it may select, because of `hole`
  std::vector<uint32_t> own;      // numbers of the rules that it is stored with
  facts::HoleId hole = facts::HoleId::kNone;
  facts::HoleId open = facts::HoleId::kNone;  // it has further rules that are not known
};

struct CycleOutcome {
  std::vector<uint32_t> certain;   // numbers, ascending
  std::vector<uint32_t> possible;  // besides
  facts::HoleId hole = facts::HoleId::kNone;
  facts::HoleId open = facts::HoleId::kNone;
  bool limited = false;
};

// The outcome of each node. `components`: the strongly connected ones, members first. Nothing at
// all where that takes more than source::kMaxCycleState or kMaxCycleWords.
std::vector<CycleOutcome> ResolveCycles(std::span<const CycleNode> nodes,
                                        std::span<const std::vector<uint32_t>> components,
                                        uint32_t rule_count);

}  // namespace whomay::rbac

#endif  // WHOMAY_LIB_RBAC_AGGREGATION_CYCLES_H_

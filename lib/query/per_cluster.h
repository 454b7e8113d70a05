// Questions without --cluster where several clusters are loaded: asked of each, answered together
// (design 5). Rows tell their cluster, Kubernetes' principals carry @CLUSTER.
//
// Where there is one cluster, or the question says which, these are the questions themselves.
// Thread safety: pure functions.
#ifndef WHOMAY_LIB_QUERY_PER_CLUSTER_H_
#define WHOMAY_LIB_QUERY_PER_CLUSTER_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/world.h"
#include "whomay/analyzer.h"
#include "whomay/answer.h"

namespace whomay::query {

// The spellings of a principal to ask about: itself, or with each @CLUSTER behind it where it is a
// Kubernetes identity or workload that does not say its own.
std::vector<std::string> InEachCluster(const World& world, std::string_view principal,
                                       const QuestionOptions& options);

absl::StatusOr<WhoAnswer> AskWho(const World& world, const std::vector<std::string>& permission,
                                 const QuestionOptions& options);
absl::StatusOr<WhatAnswer> AskWhat(const World& world, std::string_view principal,
                                   const QuestionOptions& options);
absl::StatusOr<WhoamiAnswer> AskWhoami(const World& world, std::string_view principal,
                                       const QuestionOptions& options);
absl::StatusOr<ReachAnswer> AskReach(const World& world, std::string_view principal,
                                     const QuestionOptions& options);
absl::StatusOr<PathsAnswer> AskPaths(const World& world, std::string_view from, std::string_view to,
                                     const QuestionOptions& options);
absl::StatusOr<MatrixAnswer> AskMatrix(const World& world,
                                       const std::vector<std::string>& resources,
                                       const QuestionOptions& options);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_PER_CLUSTER_H_

// Who can become whom, as a graph for pictures and for other programs.
#ifndef WHOMAY_GRAPH_H_
#define WHOMAY_GRAPH_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "whomay/analyzer.h"
#include "whomay/answer.h"
#include "whomay/export.h"

namespace whomay {

struct GraphAnswer {
  World world = World::kAfter;
  std::string principal;  // from which it was drawn; "" for the whole
  struct Node {
    std::string name;     // the principal's spelling
    std::string kind;     // "iam-role", "service-account" …; "permission" for what is asked for
    std::string cluster;  // "" for AWS
  };
  // One way of becoming another principal. Of several ways with the same edge between two nodes
  // (sessions with other tags) the strongest decision stands.
  struct Edge {
    std::string from;
    std::string to;
    std::string edge;  // "assume-role", "aws-auth" …, as in paths
    Decision decision = Decision::kAllowed;
    std::vector<Condition> conditions;
    Origin origin;
  };
  std::vector<Node> nodes;  // sorted by name
  std::vector<Edge> edges;  // sorted by from, to, edge
  bool truncated = false;   // a limit was hit: there is more
  std::vector<std::string> notes;
  bool incomplete = false;
};

// All principals with the ways between them, or those that `principal` can become. Nodes without
// any edge are left out. Of the options `cluster`, `direct`, `escalate`, `max_hops`, `context` and
// `groups` count. InvalidArgument or NotFound for a principal that cannot be read. Thread-safe.
WHOMAY_API absl::StatusOr<GraphAnswer> Graph(const Snapshot& snapshot, std::string_view principal,
                                             const QuestionOptions& options);

}  // namespace whomay

#endif  // WHOMAY_GRAPH_H_

// graph: every identity, and the ways from one to another.
#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "query/ask.h"
#include "query/memberships.h"
#include "whomay/graph.h"

namespace whomay::query {
namespace {

using graph::Node;

// States that a graph is drawn from before it says that there are more.
constexpr size_t kMaxGraphStates = 200'000;

class Drawing {
 public:
  explicit Drawing(Ask& ask) : ask_(ask), walk_(ask.walk()) {}

  void Start(NodeId node) {
    for (const StateId state : walk_.Start(node)) {
      Meet(state, 0);
    }
  }
  void Run() {
    while (!work_.empty() && seen_.size() <= kMaxGraphStates) {
      const auto [state, hops] = work_.front();
      work_.pop_front();
      AddMemberships(state);
      if (hops < ask_.walk().options().max_hops) {
        Follow(state, hops);
      }
    }
  }
  void Finish(GraphAnswer& answer) {
    for (auto& [name, node] : nodes_) {
      answer.nodes.push_back(std::move(node));
    }
    for (auto& [key, edge] : edges_) {
      answer.edges.push_back(std::move(edge));
    }
    answer.truncated = !work_.empty();
  }

 private:
  void Meet(StateId state, int hops) {
    if (seen_.insert(state).second) {
      work_.emplace_back(state, hops);
    }
  }
  void Follow(StateId from, int hops) {
    for (const Transition& transition : walk_.Next(from)) {
      const Ask::Verdict verdict = ask_.Decide(transition.open);
      if (verdict.decision == Decision::kDenied) {
        continue;
      }
      Meet(transition.to, hops + 1);
      const NodeId here = walk_.state(from).node, there = walk_.state(transition.to).node;
      if (here == there) {
        continue;
      }
      GraphAnswer::Edge edge;
      edge.from = AddNode(here);
      edge.to = AddNode(there);
      edge.edge = std::string(transition.edge);
      edge.decision = verdict.decision;
      edge.conditions = verdict.conditions;
      edge.origin = ask_.world().OriginOf(transition.origin);
      Add(std::move(edge));
    }
  }
  void AddMemberships(StateId state) {
    const NodeId member = walk_.state(state).node;
    for (const Membership& membership : MembershipsOf(ask_, state)) {
      GraphAnswer::Edge edge;
      edge.from = AddNode(member);
      edge.to = membership.group;
      edge.edge = "member-of";
      edge.origin = membership.origin;
      nodes_.try_emplace(membership.group, GraphAnswer::Node{membership.group, membership.kind,
                                                             ClusterOf(walk_.node(member))});
      Add(std::move(edge));
    }
  }
  std::string ClusterOf(const Node& node) const {
    return node.cluster == kNone ? std::string()
                                 : std::string(ask_.world().graph().clusters[node.cluster].name);
  }
  std::string AddNode(NodeId id) {
    std::string name = ShowNode(walk_, id);
    const Node& node = walk_.node(id);
    nodes_.try_emplace(
        name, GraphAnswer::Node{name, std::string(graph::Name(node.kind)), ClusterOf(node)});
    return name;
  }
  void Add(GraphAnswer::Edge edge) {
    const auto key = std::make_tuple(edge.from, edge.to, edge.edge);
    const auto [at, added] = edges_.try_emplace(key, edge);
    if (!added && at->second.decision < edge.decision) {
      at->second = std::move(edge);
    }
  }

  Ask& ask_;
  Walk& walk_;
  std::set<StateId> seen_;
  std::deque<std::pair<StateId, int>> work_;
  std::map<std::string, GraphAnswer::Node> nodes_;
  std::map<std::tuple<std::string, std::string, std::string>, GraphAnswer::Edge> edges_;
};

bool Acts(const Node& node, const graph::Graph& graph, const QuestionOptions& options) {
  return node.cluster == kNone || options.cluster.empty() ||
         graph.clusters[node.cluster].name == options.cluster;
}

}  // namespace

absl::StatusOr<GraphAnswer> AnswerGraph(const World& world, std::string_view principal,
                                        const QuestionOptions& options) {
  Ask ask(world, options);
  GraphAnswer answer;
  answer.world = world.which();
  answer.incomplete = !world.complete();
  Drawing drawing(ask);
  if (!principal.empty()) {
    absl::StatusOr<NodeId> node = FindPrincipal(principal, ask.walk(), ask.notes());
    if (!node.ok()) {
      return node.status();
    }
    answer.principal = ShowNode(ask.walk(), *node);
    drawing.Start(*node);
  } else {
    const graph::Graph& graph = world.graph();
    for (uint32_t i = 0; i < graph.nodes.size(); ++i) {
      if (Acts(graph.nodes[i], graph, options)) {
        drawing.Start(static_cast<NodeId>(i));
      }
    }
  }
  drawing.Run();
  drawing.Finish(answer);
  answer.notes = ask.notes();
  return answer;
}

}  // namespace whomay::query

// The paths of answers, joined into one graph.
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "report/graph.h"

namespace whomay::report {
namespace {

class Joiner {
 public:
  void Name(const std::string& name, const std::string& kind) {
    if (!name.empty() && !kind.empty()) {
      kinds_[name] = kind;
    }
  }
  // `decision` is that of the whole path: a step without a condition of its own is certain.
  void Add(const Path& path, Decision decision, const std::string& end) {
    for (size_t i = 0; i < path.steps.size(); ++i) {
      const Step& step = path.steps[i];
      const bool last = i + 1 == path.steps.size();
      const std::string& to = last && !end.empty() ? end : step.to;
      GraphAnswer::Edge edge{step.from, to, step.edge, Decision::kAllowed, {}, step.origin};
      if (step.condition) {
        edge.decision = Decision::kConditional;
        edge.conditions.push_back(*step.condition);
      }
      if (last && decision == Decision::kUnknown) {
        edge.decision = decision;
      }
      names_.insert(step.from);
      names_.insert(to);
      edges_.try_emplace(std::make_tuple(step.from, to, step.edge), std::move(edge));
    }
  }
  GraphAnswer Take() && {
    GraphAnswer graph;
    for (const std::string& name : names_) {
      const auto kind = kinds_.find(name);
      graph.nodes.push_back(
          {name, kind == kinds_.end() ? KindOfName(name) : kind->second, std::string()});
    }
    for (auto& [key, edge] : edges_) {
      graph.edges.push_back(std::move(edge));
    }
    return graph;
  }

 private:
  // By the spelling of principals, where the answer does not say the kind.
  static std::string KindOfName(const std::string& name) {
    static constexpr std::pair<std::string_view, std::string_view> kPrefixes[] = {
        {"user:", "k8s-user"},       {"group:", "k8s-group"},         {"sa:", "service-account"},
        {"account:", "aws-account"}, {"service:", "aws-service"},     {"federated:", "federated"},
        {"*", "everyone"},           {"arn:aws:sts:", "role-session"}};
    for (const auto& [prefix, kind] : kPrefixes) {
      if (name.compare(0, prefix.size(), prefix) == 0) {
        return std::string(kind);
      }
    }
    return name.find(":role/") != std::string::npos   ? "iam-role"
           : name.find(":user/") != std::string::npos ? "iam-user"
           : name.compare(0, 4, "arn:") == 0          ? "aws"
                                                      : "workload";
  }

  std::map<std::string, std::string> kinds_;
  std::set<std::string> names_;
  std::map<std::tuple<std::string, std::string, std::string>, GraphAnswer::Edge> edges_;
};

GraphAnswer Finish(Joiner joiner, World world, const std::string& principal,
                   std::vector<std::string> notes, bool incomplete) {
  GraphAnswer graph = std::move(joiner).Take();
  graph.world = world;
  graph.principal = principal;
  graph.notes = std::move(notes);
  graph.incomplete = incomplete;
  return graph;
}

}  // namespace

GraphAnswer ToGraph(const CanAnswer& answer) {
  Joiner joiner;
  const std::string end = answer.permission.ToString();
  joiner.Name(end, "permission");
  for (const Path& path : answer.paths) {
    joiner.Add(path, answer.decision, end);
  }
  return Finish(std::move(joiner), answer.world, answer.principal, answer.notes, answer.incomplete);
}

GraphAnswer ToGraph(const WhoAnswer& answer) {
  Joiner joiner;
  const std::string end = answer.permission.ToString();
  joiner.Name(end, "permission");
  for (const Grantee& grantee : answer.grantees) {
    joiner.Name(grantee.principal, grantee.kind);
    for (const Path& path : grantee.paths) {
      joiner.Add(path, grantee.decision, end);
    }
  }
  return Finish(std::move(joiner), answer.world, {}, answer.notes, answer.incomplete);
}

GraphAnswer ToGraph(const ReachAnswer& answer) {
  Joiner joiner;
  for (const ReachAnswer::Identity& identity : answer.identities) {
    joiner.Name(identity.principal, identity.kind);
    joiner.Add(identity.path, identity.decision, identity.principal);
  }
  return Finish(std::move(joiner), answer.world, answer.principal, answer.notes, answer.incomplete);
}

GraphAnswer ToGraph(const PathsAnswer& answer) {
  Joiner joiner;
  for (const PathsAnswer::Found& found : answer.paths) {
    joiner.Add(found.path, found.decision, answer.to);
  }
  GraphAnswer graph =
      Finish(std::move(joiner), answer.world, answer.from, answer.notes, answer.incomplete);
  graph.truncated = answer.truncated;
  return graph;
}

}  // namespace whomay::report

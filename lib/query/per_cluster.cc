#include "query/per_cluster.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/strings.h"
#include "query/ask.h"
#include "query/kubernetes_permission.h"

namespace whomay::query {
namespace {

std::vector<std::string> ClusterNames(const World& world) {
  std::vector<std::string> names;
  for (const graph::Cluster& cluster : world.graph().clusters) {
    names.emplace_back(cluster.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool SaysNoCluster(const World& world, const QuestionOptions& options) {
  return options.cluster.empty() && world.graph().clusters.size() > 1;
}

template <typename Item>
void Append(std::vector<Item>& to, std::vector<Item>&& from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

// What several clusters say alike is said once.
void AppendNew(std::vector<std::string>& to, const std::vector<std::string>& from) {
  for (const std::string& text : from) {
    if (std::find(to.begin(), to.end(), text) == to.end()) {
      to.push_back(text);
    }
  }
}

void AppendNew(std::vector<Assumption>& to, const std::vector<Assumption>& from) {
  for (const Assumption& one : from) {
    if (std::none_of(to.begin(), to.end(), [&](const Assumption& has) {
          return has.code == one.code && has.text == one.text;
        })) {
      to.push_back(one);
    }
  }
}

void AppendHints(std::vector<std::string>& to, const std::vector<std::string>& from,
                 std::string_view cluster) {
  for (const std::string& hint : from) {
    to.push_back(Concat({"in cluster ", cluster, ": ", hint}));
  }
}

// Asks about each spelling and merges into the first answer. A workload or the like need not be
// in every cluster: an error counts if all have one.
template <typename Answer, typename AskOne, typename Merge>
absl::StatusOr<Answer> AskEach(const std::vector<std::string>& spellings, AskOne ask, Merge merge) {
  std::optional<Answer> all;
  absl::Status failed;
  for (const std::string& spelling : spellings) {
    absl::StatusOr<Answer> one = ask(spelling);
    if (!one.ok()) {
      failed = failed.ok() ? one.status() : failed;
    } else if (!all) {
      all = *std::move(one);
    } else {
      AppendNew(all->notes, one->notes);
      if constexpr (requires { all->assumptions; }) {
        AppendNew(all->assumptions, one->assumptions);
      }
      merge(*all, *std::move(one));
    }
  }
  if (!all) {
    return failed;
  }
  return *std::move(all);
}

// Of one principal, answered by cluster and then by AWS role.
template <typename Answer, typename AskOne>
absl::StatusOr<Answer> AskIdentity(const World& world, std::string_view principal,
                                   const QuestionOptions& options, AskOne ask) {
  const std::vector<std::string> spellings = InEachCluster(world, principal, options);
  absl::StatusOr<Answer> all = AskEach<Answer>(
      spellings, [&](const std::string& each) { return ask(world, each, options); },
      [](Answer& to, Answer&& from) {
        Append(to.kubernetes, std::move(from.kubernetes));
        Append(to.aws, std::move(from.aws));
      });
  if (all.ok() && spellings.size() > 1) {
    all->principal = std::string(principal);
    std::stable_sort(all->kubernetes.begin(), all->kubernetes.end(),
                     [](const auto& a, const auto& b) { return a.cluster < b.cluster; });
  }
  return all;
}

}  // namespace

std::vector<std::string> InEachCluster(const World& world, std::string_view principal,
                                       const QuestionOptions& options) {
  const size_t colon = principal.find(':');
  const std::string_view kind = principal.substr(0, colon);
  const size_t at = principal.rfind('@');
  const bool aws = kind == "arn" || kind == "account" || kind == "service" || kind == "federated";
  const bool told = at != std::string_view::npos &&
                    world.graph().FindCluster(principal.substr(at + 1)) != graph::kNone;
  std::vector<std::string> spellings;
  if (colon == std::string_view::npos || aws || told || !SaysNoCluster(world, options)) {
    spellings.emplace_back(principal);
    return spellings;
  }
  for (const std::string& cluster : ClusterNames(world)) {
    spellings.push_back(Concat({principal, "@", cluster}));
  }
  return spellings;
}

absl::StatusOr<WhoAnswer> AskWho(const World& world, const std::vector<std::string>& permission,
                                 const QuestionOptions& options) {
  if (!SaysNoCluster(world, options) || permission.empty() || IsAwsAction(permission.front())) {
    return AnswerWho(world, permission, options);
  }
  const std::vector<std::string> clusters = ClusterNames(world);
  WhoAnswer all;
  Ask ask(world, options);
  for (uint32_t c = 0; c < clusters.size(); ++c) {
    // First of all: where several mappings give one user the same groups, the first one is told.
    ask.walk().MappedUsers(c);
  }
  for (const std::string& cluster : clusters) {
    ask.SetCluster(cluster);
    absl::StatusOr<WhoAnswer> one = AnswerWho(ask, permission);
    if (!one.ok()) {
      return one.status();
    }
    if (all.clusters.empty()) {
      all.world = one->world;
      all.permission = one->permission;
      all.permission.cluster.clear();
      all.incomplete = one->incomplete;
    }
    all.clusters.push_back(cluster);
    for (Grantee& row : one->grantees) {
      row.cluster = cluster;
    }
    Append(all.grantees, std::move(one->grantees));
    AppendNew(all.assumptions, one->assumptions);
    AppendHints(all.hints, one->hints, cluster);
    AppendNew(all.notes, one->notes);
  }
  return all;
}

absl::StatusOr<WhatAnswer> AskWhat(const World& world, std::string_view principal,
                                   const QuestionOptions& options) {
  return AskIdentity<WhatAnswer>(world, principal, options, AnswerWhat);
}

absl::StatusOr<WhoamiAnswer> AskWhoami(const World& world, std::string_view principal,
                                       const QuestionOptions& options) {
  return AskIdentity<WhoamiAnswer>(world, principal, options, AnswerWhoami);
}

absl::StatusOr<ReachAnswer> AskReach(const World& world, std::string_view principal,
                                     const QuestionOptions& options) {
  const std::vector<std::string> spellings = InEachCluster(world, principal, options);
  absl::StatusOr<ReachAnswer> all = AskEach<ReachAnswer>(
      spellings, [&](const std::string& each) { return AnswerReach(world, each, options); },
      [](ReachAnswer& to, ReachAnswer&& from) {
        Append(to.identities, std::move(from.identities));
      });
  if (all.ok() && spellings.size() > 1) {
    all->principal = std::string(principal);
    std::stable_sort(all->identities.begin(), all->identities.end(),
                     [](const auto& a, const auto& b) { return a.principal < b.principal; });
  }
  return all;
}

absl::StatusOr<PathsAnswer> AskPaths(const World& world, std::string_view from, std::string_view to,
                                     const QuestionOptions& options) {
  const std::vector<std::string> starts = InEachCluster(world, from, options);
  const std::vector<std::string> ends = InEachCluster(world, to, options);
  const auto merge = [](PathsAnswer& into, PathsAnswer&& one) {
    Append(into.paths, std::move(one.paths));
    into.truncated = into.truncated || one.truncated;
  };
  absl::StatusOr<PathsAnswer> all = AskEach<PathsAnswer>(
      starts,
      [&](const std::string& start) {
        return AskEach<PathsAnswer>(
            ends, [&](const std::string& end) { return AnswerPaths(world, start, end, options); },
            merge);
      },
      merge);
  if (all.ok() && starts.size() > 1) {
    all->from = std::string(from);
  }
  if (all.ok() && ends.size() > 1) {
    all->to = std::string(to);
  }
  return all;
}

absl::StatusOr<MatrixAnswer> AskMatrix(const World& world,
                                       const std::vector<std::string>& resources,
                                       const QuestionOptions& options) {
  if (!SaysNoCluster(world, options)) {
    return AnswerMatrix(world, resources, options);
  }
  absl::StatusOr<MatrixAnswer> all = AskEach<MatrixAnswer>(
      ClusterNames(world),
      [&](const std::string& cluster) {
        QuestionOptions of = options;
        of.cluster = cluster;
        absl::StatusOr<MatrixAnswer> one = AnswerMatrix(world, resources, of);
        if (one.ok()) {
          one->clusters = {cluster};
          for (MatrixAnswer::Resource& resource : one->resources) {
            resource.cluster = cluster;
          }
        }
        return one;
      },
      [](MatrixAnswer& to, MatrixAnswer&& from) {
        Append(to.resources, std::move(from.resources));
        Append(to.clusters, std::move(from.clusters));
      });
  if (all.ok()) {
    all->cluster.clear();
    all->subject = options.subject;
  }
  return all;
}

}  // namespace whomay::query

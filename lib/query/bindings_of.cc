#include "query/bindings_of.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/glob.h"
#include "base/strings.h"
#include "query/closure.h"
#include "query/per_cluster.h"
#include "query/principals.h"
#include "query/walk.h"

namespace whomay::query {
namespace {

void SortOnce(std::vector<BindingOf>& found) {
  // Of one binding the certain subject first.
  std::sort(found.begin(), found.end(), [](const BindingOf& a, const BindingOf& b) {
    return std::tuple(a.cluster, a.binding, !a.certain, std::string_view(a.subject)) <
           std::tuple(b.cluster, b.binding, !b.certain, std::string_view(b.subject));
  });
  found.erase(std::unique(found.begin(), found.end(),
                          [](const BindingOf& a, const BindingOf& b) {
                            return a.cluster == b.cluster && a.binding == b.binding;
                          }),
              found.end());
}

std::vector<BindingOf> Matching(const World& world, std::string_view pattern,
                                const QuestionOptions& options) {
  const Glob glob(pattern);
  std::vector<BindingOf> found;
  for (uint32_t c = 0; c < world.graph().clusters.size(); ++c) {
    if (!options.cluster.empty() && world.graph().clusters[c].name != options.cluster) {
      continue;
    }
    const std::vector<const facts::RbacBinding*>& bindings = world.cluster(c).bindings;
    for (uint32_t b = 0; b < bindings.size(); ++b) {
      for (const facts::Subject& subject : bindings[b]->subjects) {
        std::string shown = ShowSubject(world, *bindings[b], subject);
        if (glob.Match(shown)) {
          found.push_back({c, b, std::move(shown), true});
        }
      }
    }
  }
  return found;
}

bool Names(const facts::RbacBinding& binding, const facts::Subject& subject,
           const rbac::Identity& identity) {
  if (subject.kind == "User") {
    return subject.name == identity.username;
  }
  if (subject.kind == "Group") {
    return std::find(identity.groups.begin(), identity.groups.end(), subject.name) !=
           identity.groups.end();
  }
  const std::string_view ns =
      subject.namespace_name.empty() ? binding.namespace_name : subject.namespace_name;
  return subject.kind == "ServiceAccount" &&
         Concat({"system:serviceaccount:", ns, ":", subject.name}) == identity.username;
}

// Bindings that give nothing, and which the engine leaves out: to roles that nobody holds, and
// those of the group system:masters, which has everything anyway.
void AddIdleBindings(const World& world, uint32_t cluster, const rbac::Identity& identity,
                     bool masters, std::vector<BindingOf>& found) {
  const ClusterEngine& engine = world.cluster(cluster);
  const auto add = [&](uint32_t b) {
    const facts::RbacBinding& binding = *engine.bindings[b];
    for (const facts::Subject& subject : binding.subjects) {
      if (Names(binding, subject, identity)) {
        found.push_back({cluster, b, ShowSubject(world, binding, subject), true});
      }
    }
  };
  for (const uint32_t b : engine.rbac->dangling()) {
    add(b);
  }
  for (uint32_t b = 0; masters && b < engine.bindings.size(); ++b) {
    if (!engine.bindings[b]->refused) {
      add(b);
    }
  }
}

// The subject's states: a workload is its ServiceAccount, although that is a hop.
std::vector<StateId> StartsOf(const World& world, Walk& walk, NodeId node) {
  if (walk.node(node).kind == graph::NodeKind::kWorkload) {
    for (const graph::Edge& edge : world.graph().out.of(node)) {
      if (edge.kind == graph::EdgeKind::kRunsAs) {
        return walk.Start(edge.to);
      }
    }
  }
  return walk.Start(node);
}

// What is found for a principal, and what is to be said about it.
struct Found {
  std::vector<BindingOf> bindings;
  bool masters = false;
  bool open = false;
};

void AddSession(const World& world, uint32_t cluster, const KubernetesSession& session,
                Found& found) {
  const ClusterEngine& engine = world.cluster(cluster);
  found.open = found.open || session.username_open || session.groups_open;
  rbac::Identity identity;
  identity.username = session.username;
  identity.groups.assign(session.groups.begin(), session.groups.end());
  const bool masters = std::find(identity.groups.begin(), identity.groups.end(), rbac::kMasters) !=
                       identity.groups.end();
  found.masters = found.masters || masters;
  AddIdleBindings(world, cluster, identity, masters, found.bindings);
  for (const rbac::Holding& holding : engine.rbac->Rules(engine.rbac->Resolve(identity))) {
    BindingOf& one = found.bindings.emplace_back();
    one.cluster = cluster;
    one.binding = holding.grant.binding;
    one.certain = holding.applies == Tri::kTrue;
    const facts::RbacBinding& binding = *engine.bindings[one.binding];
    if (holding.grant.subject < binding.subjects.size()) {
      one.subject = ShowSubject(world, binding, binding.subjects[holding.grant.subject]);
    }
  }
}

absl::Status AddPrincipal(const World& world, std::string_view subject,
                          const QuestionOptions& options, std::vector<std::string>& notes,
                          Found& found) {
  QuestionOptions direct = options;
  direct.direct = true;
  Walk walk(world, direct);
  const absl::StatusOr<NodeId> node = FindPrincipal(subject, walk, notes);
  if (!node.ok()) {
    return node.status();
  }
  const std::vector<StateId> starts = StartsOf(world, walk, *node);
  Closure closure(walk, nullptr);
  for (const StateId start : starts) {
    closure.Add(start);
  }
  closure.Solve();
  for (const StateId start : starts) {
    for (const StateId state : closure.From(start)) {
      const graph::Node& of = walk.node(walk.state(state).node);
      if (Walk::IsKubernetes(of.kind) && of.cluster != kNone &&
          (options.cluster.empty() || world.graph().clusters[of.cluster].name == options.cluster)) {
        AddSession(world, of.cluster, walk.kubernetes(state), found);
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string ShowSubject(const World& world, const facts::RbacBinding& binding,
                        const facts::Subject& subject) {
  const std::string name = world.holes().Display(subject.name);
  if (subject.kind == "ServiceAccount") {
    return Concat({"sa:",
                   world.holes().Display(subject.namespace_name.empty() ? binding.namespace_name
                                                                        : subject.namespace_name),
                   "/", name});
  }
  return Concat({AsciiLower(subject.kind), ":", name});
}

absl::StatusOr<std::vector<BindingOf>> BindingsOf(const World& world, std::string_view subject,
                                                  const QuestionOptions& options,
                                                  std::vector<std::string>& notes) {
  Found found;
  if (subject.find('*') != std::string_view::npos && subject.substr(0, 4) != "arn:") {
    found.bindings = Matching(world, subject, options);
    SortOnce(found.bindings);
    return std::move(found.bindings);
  }
  // A workload need not be in every cluster.
  absl::Status failed;
  bool any = false;
  for (const std::string& spelling : InEachCluster(world, subject, options)) {
    const absl::Status added = AddPrincipal(world, spelling, options, notes, found);
    any = any || added.ok();
    failed = failed.ok() ? added : failed;
  }
  if (!any) {
    return failed;
  }
  if (found.masters) {
    notes.push_back("the group system:masters may do everything, whatever the bindings say");
  }
  if (found.open) {
    notes.push_back("its user name or groups are not known until apply: more bindings may apply");
  }
  SortOnce(found.bindings);
  return std::move(found.bindings);
}

}  // namespace whomay::query

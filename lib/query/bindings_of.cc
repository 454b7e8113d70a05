#include "query/bindings_of.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/glob.h"
#include "base/strings.h"
#include "query/closure.h"
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

// The engine leaves them out: they give nothing that the group has not anyway.
void AddBindingsOfMasters(const World& world, uint32_t cluster, std::vector<BindingOf>& found) {
  const std::vector<const facts::RbacBinding*>& bindings = world.cluster(cluster).bindings;
  for (uint32_t b = 0; b < bindings.size(); ++b) {
    for (const facts::Subject& subject : bindings[b]->subjects) {
      if (subject.kind == "Group" && subject.name == rbac::kMasters && !bindings[b]->refused) {
        found.push_back({cluster, b, ShowSubject(world, *bindings[b], subject), true});
      }
    }
  }
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
  std::vector<BindingOf> found;
  if (subject.find('*') != std::string_view::npos && subject.substr(0, 4) != "arn:") {
    found = Matching(world, subject, options);
    SortOnce(found);
    return found;
  }
  QuestionOptions direct = options;
  direct.direct = true;
  Walk walk(world, direct);
  const absl::StatusOr<NodeId> node = FindPrincipal(subject, walk, notes);
  if (!node.ok()) {
    return node.status();
  }
  // A workload is its ServiceAccount, although that is a hop.
  std::vector<StateId> starts = walk.Start(*node);
  if (walk.node(*node).kind == graph::NodeKind::kWorkload) {
    for (const graph::Edge& edge : world.graph().out.of(*node)) {
      if (edge.kind == graph::EdgeKind::kRunsAs) {
        starts = walk.Start(edge.to);
      }
    }
  }
  Closure closure(walk, nullptr);
  for (const StateId start : starts) {
    closure.Add(start);
  }
  closure.Solve();
  bool masters = false, open = false;
  for (const StateId start : starts) {
    for (const StateId state : closure.From(start)) {
      const graph::Node& of = walk.node(walk.state(state).node);
      if (!Walk::IsKubernetes(of.kind) || of.cluster == kNone ||
          (!options.cluster.empty() &&
           world.graph().clusters[of.cluster].name != options.cluster)) {
        continue;
      }
      const KubernetesSession& session = walk.kubernetes(state);
      const ClusterEngine& engine = world.cluster(of.cluster);
      open = open || session.username_open || session.groups_open;
      rbac::Identity identity;
      identity.username = session.username;
      identity.groups.assign(session.groups.begin(), session.groups.end());
      if (std::find(identity.groups.begin(), identity.groups.end(), rbac::kMasters) !=
          identity.groups.end()) {
        masters = true;
        AddBindingsOfMasters(world, of.cluster, found);
      }
      for (const rbac::Holding& holding : engine.rbac->Rules(engine.rbac->Resolve(identity))) {
        BindingOf& one = found.emplace_back();
        one.cluster = of.cluster;
        one.binding = holding.grant.binding;
        one.certain = holding.applies == Tri::kTrue;
        const facts::RbacBinding& binding = *engine.bindings[one.binding];
        if (holding.grant.subject < binding.subjects.size()) {
          one.subject = ShowSubject(world, binding, binding.subjects[holding.grant.subject]);
        }
      }
    }
  }
  if (masters) {
    notes.push_back("the group system:masters may do everything, whatever the bindings say");
  }
  if (open) {
    notes.push_back("its user name or groups are not known until apply: more bindings may apply");
  }
  SortOnce(found);
  return found;
}

}  // namespace whomay::query

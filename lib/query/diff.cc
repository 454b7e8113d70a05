// diff: the access gained and lost from one world to the other.
#include "query/diff.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/strings.h"
#include "query/ask.h"
#include "query/diff_aws.h"
#include "query/diff_kubernetes.h"
#include "query/diff_names.h"
#include "query/diff_side.h"

namespace whomay {

bool DiffAnswer::gains() const {
  return std::any_of(gained.begin(), gained.end(),
                     [](const Change& change) { return change.only_through.empty(); });
}

namespace query {
namespace {

std::string TextOf(const DiffAnswer::Change& change) {
  return change.permission.cluster + "|" + change.permission.ToString();
}

// Principals that only one world names are asked about in both.
void AddStrangers(const DiffSides& sides) {
  for (const DiffWorld side : {kDiffBefore, kDiffAfter}) {
    std::vector<std::string> keys;
    for (const auto& [key, principal] : sides[side].principals()) {
      if (!sides[Other(side)].principals().contains(key)) {
        keys.push_back(key);
      }
    }
    for (const std::string& key : keys) {
      const DiffSide::Principal& principal = sides[side].principals()[key];
      const graph::Node node = sides[side].walk().node(principal.node);
      sides[Other(side)].AddStranger(key, principal, node);
    }
  }
}

// What lets in anybody as long as it is not known.
struct OpenDoor {
  Permission permission;
  facts::Origin origin;
  facts::HoleId hole = facts::HoleId::kNone;
};
std::map<std::string, OpenDoor> OpenDoors(const DiffSide& side, const World& world) {
  std::map<std::string, OpenDoor> doors;
  for (uint32_t c = 0; c < world.graph().clusters.size(); ++c) {
    const ClusterEngine& engine = world.cluster(c);
    const std::string cluster = side.names().ClusterKey(side.side(), c);
    OpenDoor door;
    door.permission.cluster = std::string(world.graph().clusters[c].name);
    door.permission.verb = door.permission.group = door.permission.resource = "*";
    if (engine.authenticator != nullptr &&
        engine.authenticator->open_to_anybody() != facts::HoleId::kNone) {
      door.hole = engine.authenticator->open_to_anybody();
      door.origin = world.holes()[door.hole].origin;
      doors[cluster + "|authentication"] = door;
    }
    for (const facts::RbacBinding* binding : engine.bindings) {
      if (binding->subjects_open == facts::HoleId::kNone || binding->refused) {
        continue;
      }
      const uint32_t role = engine.rbac->FindRole(binding->role_kind == "ClusterRole",
                                                  binding->namespace_name, binding->role_name);
      if (role == rbac::kNone) {
        continue;
      }
      door.hole = binding->subjects_open;
      door.origin = binding->origin;
      door.permission.name_space = std::string(binding->namespace_name);
      for (const rbac::EffectiveRule& effective : engine.rbac->rules(role).rules) {
        for (const Str verb : effective.rule->verbs) {
          for (const Str group : effective.rule->api_groups) {
            for (const Str resource : effective.rule->resources) {
              const size_t slash = resource.find('/');
              door.permission.verb = std::string(verb);
              door.permission.group = std::string(group);
              door.permission.resource = std::string(resource.substr(0, slash));
              door.permission.subresource =
                  slash == Str::npos ? std::string() : std::string(resource.substr(slash + 1));
              doors[Concat(
                  {cluster, "|", binding->namespace_name, "|", door.permission.ToString()})] = door;
            }
          }
        }
      }
    }
  }
  return doors;
}

void DiffOpenDoors(const DiffSides& sides, DiffAnswer& answer) {
  std::array<std::map<std::string, OpenDoor>, 2> doors;
  for (const DiffWorld side : {kDiffBefore, kDiffAfter}) {
    doors[side] = OpenDoors(sides[side], sides[side].world());
  }
  for (const DiffWorld side : {kDiffBefore, kDiffAfter}) {
    const World& world = sides[side].world();
    for (const auto& [key, door] : doors[side]) {
      if (doors[Other(side)].contains(key)) {
        continue;
      }
      DiffAnswer::Change change;
      change.principal = "*";
      change.kind = "hole";
      change.permission = door.permission;
      change.decision = Decision::kUnknown;
      (side == kDiffBefore ? change.before : change.after) = Decision::kUnknown;
      change.reason = "hole";
      Step step;
      step.edge = "rbac";
      step.from = "*";
      step.to = Concat({"not known until apply: ", world.holes()[door.hole].what});
      step.origin = world.OriginOf(door.origin);
      change.paths.push_back({{std::move(step)}});
      AddChange(side == kDiffBefore ? DiffKind::kLost : DiffKind::kGained, std::move(change),
                answer);
    }
  }
}

// Who on a row's path has the row himself: those it is folded into by reports.
void AddThrough(std::vector<DiffAnswer::Change>& rows) {
  std::map<std::string, std::set<std::string>> holders;
  for (const DiffAnswer::Change& row : rows) {
    holders[TextOf(row)].insert(row.principal);
  }
  for (DiffAnswer::Change& row : rows) {
    if (row.paths.empty()) {
      continue;
    }
    const std::set<std::string>& having = holders[TextOf(row)];
    const std::vector<Step>& steps = row.paths.front().steps;
    for (size_t i = 0; i + 1 < steps.size(); ++i) {
      if (steps[i].to != row.principal && having.contains(steps[i].to)) {
        row.through.push_back(steps[i].to);
      }
    }
  }
}

void Sort(std::vector<DiffAnswer::Change>& rows) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const DiffAnswer::Change& a, const DiffAnswer::Change& b) {
                     return std::tuple(a.principal, a.permission.plane, a.permission.cluster,
                                       a.permission.name_space, a.permission.ToString()) <
                            std::tuple(b.principal, b.permission.plane, b.permission.cluster,
                                       b.permission.name_space, b.permission.ToString());
                   });
}

}  // namespace

absl::StatusOr<DiffAnswer> CompareWorlds(const World& before, const World& after,
                                         const QuestionOptions& options, bool same_facts) {
  if (!options.cluster.empty() && before.graph().FindCluster(options.cluster) == kNone) {
    const absl::StatusOr<uint32_t> cluster = FindQuestionCluster(options.cluster, after);
    if (!cluster.ok()) {
      return cluster.status();
    }
  }
  const DiffNames names(before, after, same_facts);
  DiffGrants grants;
  DiffSide was(before, kDiffBefore, names, options, grants);
  DiffSide is(after, kDiffAfter, names, options, grants);
  const DiffSides sides{{&was, &is}};
  AddStrangers(sides);
  was.Finish();
  is.Finish();

  DiffAnswer answer;
  answer.before = Name(before.which());
  answer.after = Name(after.which());
  answer.incomplete = !before.complete() || !after.complete();
  DiffKubernetes(sides, grants, answer);
  DiffAws(sides, answer);
  DiffOpenDoors(sides, answer);
  for (std::vector<DiffAnswer::Change>* rows : {&answer.gained, &answer.lost, &answer.changed}) {
    AddThrough(*rows);
    Sort(*rows);
  }
  return answer;
}

absl::StatusOr<DiffAnswer> AnswerDiff(const World& before, const World& after,
                                      const QuestionOptions& options) {
  return CompareWorlds(before, after, options, false);
}

}  // namespace query

absl::StatusOr<DiffAnswer> Diff(const Snapshot& before, const Snapshot& after,
                                const QuestionOptions& options) {
  return query::AnswerDiff(*before.world_, *after.world_, options);
}

}  // namespace whomay

#include "rbac/aggregation.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string_view>

#include "rbac/aggregation_cycles.h"
#include "rbac/labels.h"
#include "source/limits.h"

namespace whomay::rbac {
namespace {

using facts::HoleId;

using LabelPair = std::pair<facts::Str, facts::Str>;

class Aggregation {
 public:
  Aggregation(std::span<const facts::RbacRole* const> roles,
              const std::vector<std::vector<uint32_t>>& contents, uint32_t content_count,
              const facts::HoleTable* holes)
      : roles_(roles), contents_(contents), content_count_(content_count), holes_(holes) {}

  std::vector<Aggregated> Run();

 private:
  struct Node {
    uint32_t role = 0;
    std::vector<uint32_t> members;  // certain ones, in the controller's order, each once
    std::vector<uint32_t> maybe;
    HoleId hole = HoleId::kNone;  // why there are maybe ones
    uint32_t component = kNone;
    bool tainted = false;  // in a cycle, or behind one
    bool limited = false;  // members were not all looked for
  };

  void FindMembers();
  void FindMembersOf(Node& node);
  // The ClusterRoles that a selector may select, by name.
  std::vector<uint32_t> Candidates(const facts::LabelSelector& selector) const;
  // Components come out members first.
  void FindComponents();
  void MarkTainted();
  void Resolve(Node& node);
  void ResolveTainted();
  // The tainted roles and all whose rules may reach them; `nodes`: their places there, by role.
  std::vector<uint32_t> Relevant(std::vector<uint32_t>& nodes) const;
  void Take(const CycleOutcome& outcome, const std::vector<WrittenRule>& written,
            Aggregated& result);
  std::vector<WrittenRule> OwnRules(uint32_t role) const;
  static Aggregated Limited() {
    Aggregated limited;
    limited.unknown = Unknown::kLimit;
    return limited;
  }
  bool Spend(size_t rules) {
    budget_ -= std::min(budget_, rules);
    return budget_ > 0;
  }
  uint32_t NodeOf(uint32_t role) const { return node_of_[role]; }

  std::span<const facts::RbacRole* const> roles_;
  const std::vector<std::vector<uint32_t>>& contents_;
  uint32_t content_count_;
  const facts::HoleTable* holes_;

  std::vector<Node> nodes_;  // the aggregating roles, by name
  std::vector<uint32_t> node_of_;
  std::vector<std::vector<uint32_t>> components_;
  std::vector<Aggregated> results_;
  std::vector<uint32_t> by_name_;  // ClusterRoles
  std::map<LabelPair, std::vector<uint32_t>> by_label_;
  std::vector<HoleId> label_holes_;    // by role: the first in its labels
  std::vector<uint32_t> hole_labels_;  // roles with holes in their labels
  size_t budget_ = source::kMaxAggregatedRules;
  size_t tests_ = source::kMaxSelectorTests;
};

std::vector<WrittenRule> Aggregation::OwnRules(uint32_t role) const {
  std::vector<WrittenRule> own;
  own.reserve(contents_[role].size());
  for (uint32_t i = 0; i < contents_[role].size(); ++i) {
    own.push_back({role, i, contents_[role][i]});
  }
  return own;
}

std::vector<uint32_t> Aggregation::Candidates(const facts::LabelSelector& selector) const {
  for (const LabelPair& label : selector.match_labels) {
    if (facts::HasHole(label.first) || facts::HasHole(label.second)) {
      continue;
    }
    const auto found = by_label_.find(label);
    std::vector<uint32_t> candidates = hole_labels_;
    if (found != by_label_.end()) {
      candidates.insert(candidates.end(), found->second.begin(), found->second.end());
    }
    std::sort(candidates.begin(), candidates.end(),
              [&](uint32_t a, uint32_t b) { return roles_[a]->name < roles_[b]->name; });
    return candidates;
  }
  return by_name_;
}

void Aggregation::FindMembersOf(Node& node) {
  std::vector<bool> seen(roles_.size());
  for (const facts::LabelSelector& selector : roles_[node.role]->selectors) {
    const HoleId selector_hole = FirstHole(selector);
    for (const uint32_t role : Candidates(selector)) {
      const size_t cost = 1 + roles_[role]->labels.size();
      if (tests_ < cost) {
        node.limited = true;
        return;
      }
      tests_ -= cost;
      if (role == node.role || seen[role]) {
        continue;
      }
      const HoleId hole = selector_hole != HoleId::kNone ? selector_hole : label_holes_[role];
      const Tri selects = Selects(selector, roles_[role]->labels, hole == HoleId::kNone, holes_);
      if (selects == Tri::kTrue) {
        seen[role] = true;
        node.members.push_back(role);
      } else if (selects == Tri::kUnknown) {
        node.maybe.push_back(role);
        node.hole = hole;
      }
    }
  }
  std::erase_if(node.maybe, [&](uint32_t role) { return seen[role]; });
  std::sort(node.maybe.begin(), node.maybe.end());
  node.maybe.erase(std::unique(node.maybe.begin(), node.maybe.end()), node.maybe.end());
}

void Aggregation::FindMembers() {
  for (uint32_t role = 0; role < roles_.size(); ++role) {
    if (roles_[role]->cluster_role) {
      by_name_.push_back(role);
    }
  }
  std::sort(by_name_.begin(), by_name_.end(),
            [&](uint32_t a, uint32_t b) { return roles_[a]->name < roles_[b]->name; });
  node_of_.assign(roles_.size(), kNone);
  label_holes_.assign(roles_.size(), HoleId::kNone);
  for (const uint32_t role : by_name_) {
    label_holes_[role] = FirstHole(Labels(roles_[role]->labels));
    if (label_holes_[role] != HoleId::kNone) {
      hole_labels_.push_back(role);
      continue;
    }
    for (const LabelPair& label : roles_[role]->labels) {
      by_label_[label].push_back(role);
    }
  }
  for (const uint32_t role : by_name_) {
    const std::vector<facts::LabelSelector>& selectors = roles_[role]->selectors;
    // One malformed selector ends the sync before anything is written: the own rules stay.
    if (roles_[role]->has_aggregation_rule &&
        std::all_of(selectors.begin(), selectors.end(), IsValidSelector)) {
      node_of_[role] = static_cast<uint32_t>(nodes_.size());
      nodes_.emplace_back().role = role;
    }
  }
  for (Node& node : nodes_) {
    FindMembersOf(node);
  }
}

// Tarjan's algorithm with an explicit stack.
void Aggregation::FindComponents() {
  const auto count = static_cast<uint32_t>(nodes_.size());
  std::vector<std::vector<uint32_t>> edges(count);
  for (uint32_t i = 0; i < count; ++i) {
    for (const auto* list : {&nodes_[i].members, &nodes_[i].maybe}) {
      for (const uint32_t role : *list) {
        if (NodeOf(role) != kNone) {
          edges[i].push_back(NodeOf(role));
        }
      }
    }
  }
  std::vector<uint32_t> index(count, kNone), low(count), stack;
  std::vector<bool> on_stack(count);
  struct Frame {
    uint32_t node;
    size_t edge;
  };
  std::vector<Frame> frames;
  uint32_t next = 0;
  for (uint32_t start = 0; start < count; ++start) {
    if (index[start] != kNone) {
      continue;
    }
    frames.push_back({start, 0});
    while (!frames.empty()) {
      const uint32_t node = frames.back().node;
      if (frames.back().edge == 0 && index[node] == kNone) {
        index[node] = low[node] = next++;
        stack.push_back(node);
        on_stack[node] = true;
      }
      if (frames.back().edge < edges[node].size()) {
        const uint32_t to = edges[node][frames.back().edge++];
        if (index[to] == kNone) {
          frames.push_back({to, 0});
        } else if (on_stack[to]) {
          low[node] = std::min(low[node], index[to]);
        }
        continue;
      }
      frames.pop_back();
      if (!frames.empty()) {
        low[frames.back().node] = std::min(low[frames.back().node], low[node]);
      }
      if (low[node] != index[node]) {
        continue;
      }
      std::vector<uint32_t>& component = components_.emplace_back();
      uint32_t member;
      do {
        member = stack.back();
        stack.pop_back();
        on_stack[member] = false;
        nodes_[member].component = static_cast<uint32_t>(components_.size() - 1);
        component.push_back(member);
      } while (member != node);
    }
  }
}

void Aggregation::MarkTainted() {
  for (const std::vector<uint32_t>& component : components_) {
    bool tainted = component.size() > 1;
    for (const uint32_t node : component) {
      for (const auto* list : {&nodes_[node].members, &nodes_[node].maybe}) {
        for (const uint32_t role : *list) {
          tainted = tainted || (NodeOf(role) != kNone && nodes_[NodeOf(role)].tainted);
        }
      }
    }
    for (const uint32_t node : component) {
      nodes_[node].tainted = tainted;
    }
  }
}

// No cycle below: the union of the members' values, or the own rules.
void Aggregation::Resolve(Node& node) {
  Aggregated& result = results_[node.role];
  result = node.limited || budget_ == 0 ? Limited() : Aggregated();
  if (result.unknown == Unknown::kLimit) {
    return;
  }
  std::vector<bool> certain(content_count_), possible(content_count_);
  const auto add = [&](const std::vector<WrittenRule>& rules, std::vector<bool>& seen,
                       std::vector<WrittenRule>& to) {
    for (const WrittenRule& rule : rules) {
      if (!certain[rule.content] && !seen[rule.content]) {
        seen[rule.content] = true;
        to.push_back(rule);
      }
    }
    if (!Spend(rules.size())) {
      result.unknown = Unknown::kLimit;
    }
  };
  const auto inherit = [&](const Aggregated& member) {
    if (result.open == HoleId::kNone) {
      result.open = member.open;
    }
    if (member.unknown != Unknown::kNo && result.unknown == Unknown::kNo) {
      result.unknown = member.unknown;
      result.hole = member.hole;
    }
  };
  for (const uint32_t role : node.members) {
    if (result.unknown != Unknown::kLimit) {
      add(results_[role].rules, certain, result.rules);
    }
    inherit(results_[role]);
  }
  for (const uint32_t role : node.members) {
    add(results_[role].possible, possible, result.possible);
  }
  for (const uint32_t role : node.maybe) {
    add(results_[role].rules, possible, result.possible);
    add(results_[role].possible, possible, result.possible);
    inherit(results_[role]);
    result.unknown = Unknown::kHole;
    result.hole = node.hole;
  }
  if (result.rules.empty()) {
    const bool own_certain =
        result.possible.empty() && result.open == HoleId::kNone && result.unknown == Unknown::kNo;
    if (own_certain) {
      result.rules = OwnRules(node.role);
    } else {
      add(OwnRules(node.role), possible, result.possible);
    }
    if (result.open == HoleId::kNone) {
      result.open = roles_[node.role]->rules_open;
    }
  }
}

std::vector<uint32_t> Aggregation::Relevant(std::vector<uint32_t>& nodes) const {
  std::vector<uint32_t> relevant;
  const auto add = [&](uint32_t role) {
    if (nodes[role] == kNone) {
      nodes[role] = static_cast<uint32_t>(relevant.size());
      relevant.push_back(role);
    }
  };
  for (const Node& node : nodes_) {
    if (node.tainted) {
      add(node.role);
    }
  }
  for (size_t i = 0; i < relevant.size(); ++i) {
    if (NodeOf(relevant[i]) == kNone) {
      continue;
    }
    const Node& node = nodes_[NodeOf(relevant[i])];
    for (const auto* list : {&node.members, &node.maybe}) {
      std::for_each(list->begin(), list->end(), add);
    }
  }
  return relevant;
}

void Aggregation::Take(const CycleOutcome& outcome, const std::vector<WrittenRule>& written,
                       Aggregated& result) {
  if (!Spend(outcome.certain.size() + outcome.possible.size())) {
    result = Limited();
    return;
  }
  for (const uint32_t rule : outcome.certain) {
    result.rules.push_back(written[rule]);
  }
  for (const uint32_t rule : outcome.possible) {
    result.possible.push_back(written[rule]);
  }
  result.open = outcome.open;
  if (outcome.limited) {
    result.unknown = Unknown::kLimit;
  } else if (outcome.hole != HoleId::kNone) {
    result.unknown = Unknown::kHole;
    result.hole = outcome.hole;
  } else if (!outcome.possible.empty()) {
    result.unknown = Unknown::kUndetermined;
  }
}

void Aggregation::ResolveTainted() {
  std::vector<uint32_t> place(roles_.size(), kNone);
  const std::vector<uint32_t> relevant = Relevant(place);
  // The rules that matter, numbered anew; each as it is written first.
  std::vector<uint32_t> number(content_count_, kNone);
  std::vector<WrittenRule> written;
  std::vector<CycleNode> cycle_nodes(relevant.size());
  std::vector<std::vector<uint32_t>> components;
  for (uint32_t i = 0; i < relevant.size(); ++i) {
    const uint32_t role = relevant[i];
    CycleNode& to = cycle_nodes[i];
    for (const WrittenRule& rule : OwnRules(role)) {
      if (number[rule.content] == kNone) {
        number[rule.content] = static_cast<uint32_t>(written.size());
        written.push_back(rule);
      }
      to.own.push_back(number[rule.content]);
    }
    to.open = roles_[role]->rules_open;
    if (NodeOf(role) == kNone) {
      components.push_back({i});
      continue;
    }
    const Node& node = nodes_[NodeOf(role)];
    to.aggregates = true;
    to.limited = node.limited;
    to.hole = node.maybe.empty() ? HoleId::kNone : node.hole;
    for (const uint32_t member : node.members) {
      to.members.push_back(place[member]);
    }
    for (const uint32_t member : node.maybe) {
      to.maybe.push_back(place[member]);
    }
  }
  for (const std::vector<uint32_t>& component : components_) {
    if (place[nodes_[component.front()].role] != kNone) {
      std::vector<uint32_t>& places = components.emplace_back();
      for (const uint32_t node : component) {
        places.push_back(place[nodes_[node].role]);
      }
    }
  }
  const std::vector<CycleOutcome> outcomes =
      ResolveCycles(cycle_nodes, components, static_cast<uint32_t>(written.size()));
  for (const Node& node : nodes_) {
    if (node.tainted && outcomes.empty()) {
      results_[node.role] = Limited();
    } else if (node.tainted) {
      Take(outcomes[place[node.role]], written, results_[node.role]);
    }
  }
}

std::vector<Aggregated> Aggregation::Run() {
  results_.resize(roles_.size());
  FindMembers();
  for (uint32_t role = 0; role < roles_.size(); ++role) {
    if (NodeOf(role) == kNone) {
      results_[role].rules = OwnRules(role);
      results_[role].open = roles_[role]->rules_open;
    }
  }
  FindComponents();
  MarkTainted();
  bool any_tainted = false;
  for (const std::vector<uint32_t>& component : components_) {
    for (const uint32_t node : component) {
      any_tainted = any_tainted || nodes_[node].tainted;
      if (!nodes_[node].tainted) {
        Resolve(nodes_[node]);
      }
    }
  }
  if (any_tainted) {
    ResolveTainted();
  }
  return std::move(results_);
}

}  // namespace

std::vector<Aggregated> Aggregate(std::span<const facts::RbacRole* const> roles,
                                  const std::vector<std::vector<uint32_t>>& contents,
                                  uint32_t content_count, const facts::HoleTable* holes) {
  return Aggregation(roles, contents, content_count, holes).Run();
}

}  // namespace whomay::rbac

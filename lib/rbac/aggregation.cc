#include "rbac/aggregation.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string_view>

#include "rbac/labels.h"
#include "rbac/match.h"
#include "source/limits.h"

namespace whomay::rbac {
namespace {

using facts::HoleId;

using LabelPair = std::pair<facts::Str, facts::Str>;

// A hole in the labels or the selector, because of which it is open whether one selects the other.
HoleId HoleBetween(const facts::LabelSelector& selector, const std::vector<LabelPair>& labels) {
  std::vector<std::string_view> texts;
  for (const auto* pairs : {&labels, &selector.match_labels}) {
    for (const auto& [key, value] : *pairs) {
      texts.push_back(key);
      texts.push_back(value);
    }
  }
  for (const facts::LabelRequirement& requirement : selector.match_expressions) {
    texts.push_back(requirement.key);
    texts.push_back(requirement.op);
    texts.insert(texts.end(), requirement.values.begin(), requirement.values.end());
  }
  for (const std::string_view text : texts) {
    if (facts::HasHole(text)) {
      return FirstHole(text);
    }
  }
  return HoleId::kNone;
}

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
  using Bits = std::vector<uint64_t>;

  void FindMembers();
  void FindMembersOf(Node& node);
  // The ClusterRoles that a selector may select, by name.
  std::vector<uint32_t> Candidates(const facts::LabelSelector& selector) const;
  // Components come out members first.
  void FindComponents();
  void MarkTainted();
  void Resolve(Node& node);
  void ResolveTainted();
  Bits Simulate(const std::vector<uint32_t>& order, std::vector<bool>& settled);
  std::vector<uint32_t> Reach(uint32_t role, bool with_maybe) const;
  void Undetermined(const Node& node);
  // The rules of these contents, as the tainted roles and their members write them.
  std::vector<WrittenRule> Written(const uint64_t* bits) const;
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
  size_t words() const { return (content_count_ + 63) / 64; }
  void SetOwn(uint64_t* bits, uint32_t role) const {
    for (const uint32_t content : contents_[role]) {
      bits[content / 64] |= uint64_t{1} << content % 64;
    }
  }

  std::span<const facts::RbacRole* const> roles_;
  const std::vector<std::vector<uint32_t>>& contents_;
  uint32_t content_count_;
  const facts::HoleTable* holes_;

  std::vector<Node> nodes_;  // the aggregating roles, by name
  std::vector<uint32_t> node_of_;
  std::vector<std::vector<uint32_t>> components_;
  std::vector<Aggregated> results_;
  std::vector<WrittenRule> written_;  // by content: where it is written first
  std::vector<uint32_t> by_name_;     // ClusterRoles
  std::map<LabelPair, std::vector<uint32_t>> by_label_;
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
    for (const uint32_t role : Candidates(selector)) {
      if (tests_ == 0) {
        node.limited = true;
        return;
      }
      --tests_;
      if (role == node.role || seen[role]) {
        continue;
      }
      const Tri selects = Selects(selector, roles_[role]->labels, holes_);
      if (selects == Tri::kFalse) {
        continue;
      }
      if (selects == Tri::kTrue) {
        seen[role] = true;
        node.members.push_back(role);
      } else {
        node.maybe.push_back(role);
        node.hole = HoleBetween(selector, roles_[role]->labels);
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
  for (const uint32_t role : by_name_) {
    bool hole = false;
    for (const LabelPair& label : roles_[role]->labels) {
      hole = hole || facts::HasHole(label.first) || facts::HasHole(label.second);
    }
    if (hole) {
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

// The state after syncing `order` in turn until nothing changes, node by node; `settled` tells
// which nodes came to rest.
Aggregation::Bits Aggregation::Simulate(const std::vector<uint32_t>& order,
                                        std::vector<bool>& settled) {
  Bits state(nodes_.size() * words());
  const auto value = [&](uint32_t node) { return state.data() + node * words(); };
  for (const uint32_t node : order) {
    SetOwn(value(node), nodes_[node].role);
  }
  Bits fixed(nodes_.size() * words());
  std::vector<std::vector<uint32_t>> edges(nodes_.size());
  size_t work = 0;
  for (const uint32_t node : order) {
    for (const uint32_t role : nodes_[node].members) {
      if (NodeOf(role) == kNone) {
        SetOwn(fixed.data() + node * words(), role);
      } else {
        edges[node].push_back(NodeOf(role));
      }
    }
    work += (edges[node].size() + 1) * words();
  }
  // Rules travel one edge a round at least, so a role that rests at all does so in `order.size()`
  // rounds; one that still changes in the rounds after these never does.
  const size_t travel = order.size() + 2;
  std::vector<size_t> last_change(nodes_.size());
  size_t round = 0;
  bool changed = true;
  Bits next(words());
  while (changed && round < 3 * travel && work * (round + 1) < source::kMaxCycleWords) {
    ++round;
    changed = false;
    for (const uint32_t node : order) {
      std::copy_n(fixed.data() + node * words(), words(), next.begin());
      for (const uint32_t member : edges[node]) {
        for (size_t w = 0; w < words(); ++w) {
          next[w] |= value(member)[w];
        }
      }
      const bool empty = std::all_of(next.begin(), next.end(), [](uint64_t w) { return w == 0; });
      if (!empty && !std::equal(next.begin(), next.end(), value(node))) {
        std::copy(next.begin(), next.end(), value(node));
        last_change[node] = round;
        changed = true;
      }
    }
  }
  for (const uint32_t node : order) {
    settled[node] = !changed || (round == 3 * travel && last_change[node] <= travel);
  }
  return state;
}

std::vector<WrittenRule> Aggregation::Written(const uint64_t* bits) const {
  std::vector<WrittenRule> rules;
  for (uint32_t content = 0; content < content_count_; ++content) {
    if ((bits[content / 64] >> content % 64 & 1) != 0) {
      rules.push_back(written_[content]);
    }
  }
  return rules;
}

// The role itself and all whose rules reach it.
std::vector<uint32_t> Aggregation::Reach(uint32_t role, bool with_maybe) const {
  std::vector<bool> reached(roles_.size());
  std::vector<uint32_t> queue = {role};
  reached[role] = true;
  for (size_t i = 0; i < queue.size(); ++i) {
    if (NodeOf(queue[i]) == kNone) {
      continue;
    }
    const Node& node = nodes_[NodeOf(queue[i])];
    for (const auto* list : {&node.members, &node.maybe}) {
      for (const uint32_t member : *list) {
        if (!reached[member] && (with_maybe || list == &node.members)) {
          reached[member] = true;
          queue.push_back(member);
        }
      }
    }
  }
  return queue;
}

// Certain is what reaches the role from roles whose rules are settled: every order of syncs brings
// it. Possible is all that can reach it: what once came into a cycle may stay there.
void Aggregation::Undetermined(const Node& node) {
  if (budget_ == 0) {
    results_[node.role] = Limited();
    return;
  }
  Aggregated result;
  result.unknown = Unknown::kUndetermined;
  Bits certain(words()), possible(words());
  for (const uint32_t role : Reach(node.role, false)) {
    if (NodeOf(role) == kNone || !nodes_[NodeOf(role)].tainted) {
      for (const WrittenRule& rule : results_[role].rules) {
        certain[rule.content / 64] |= uint64_t{1} << rule.content % 64;
      }
    }
  }
  const std::vector<uint32_t> all = Reach(node.role, true);
  for (const uint32_t role : all) {
    SetOwn(possible.data(), role);
    if (result.open == HoleId::kNone) {
      result.open = roles_[role]->rules_open;
    }
    if (NodeOf(role) != kNone && nodes_[NodeOf(role)].limited) {
      result.unknown = Unknown::kLimit;
    } else if (NodeOf(role) != kNone && !nodes_[NodeOf(role)].maybe.empty() &&
               result.unknown != Unknown::kLimit) {
      result.unknown = Unknown::kHole;
      result.hole = nodes_[NodeOf(role)].hole;
    }
  }
  result.rules = Written(certain.data());
  for (size_t w = 0; w < words(); ++w) {
    possible[w] &= ~certain[w];
  }
  result.possible = Written(possible.data());
  if (!Spend(all.size() + result.rules.size() + result.possible.size())) {
    result.unknown = Unknown::kLimit;
  }
  results_[node.role] = std::move(result);
}

void Aggregation::ResolveTainted() {
  written_.resize(content_count_);
  for (uint32_t role = static_cast<uint32_t>(roles_.size()); role-- > 0;) {
    for (uint32_t i = static_cast<uint32_t>(contents_[role].size()); i-- > 0;) {
      written_[contents_[role][i]] = {role, i, contents_[role][i]};
    }
  }
  // What tainted roles reach: only these matter to them.
  std::vector<bool> relevant(nodes_.size());
  for (auto component = components_.rbegin(); component != components_.rend(); ++component) {
    bool any = false;
    for (const uint32_t node : *component) {
      any = any || relevant[node] || nodes_[node].tainted;
    }
    for (const uint32_t node : *component) {
      relevant[node] = any;
      for (const uint32_t role : nodes_[node].members) {
        if (any && NodeOf(role) != kNone) {
          relevant[NodeOf(role)] = true;
        }
      }
    }
  }
  std::vector<uint32_t> order;
  bool holes = false;
  for (uint32_t node = 0; node < nodes_.size(); ++node) {
    if (relevant[node]) {
      order.push_back(node);
      holes = holes || !nodes_[node].maybe.empty() || nodes_[node].limited ||
              roles_[nodes_[node].role]->rules_open != HoleId::kNone;
      for (const uint32_t role : nodes_[node].members) {
        holes = holes || roles_[role]->rules_open != HoleId::kNone;
      }
    }
  }
  if (nodes_.size() * words() > source::kMaxCycleState) {
    for (const uint32_t node : order) {
      if (nodes_[node].tainted) {
        results_[nodes_[node].role] = Limited();
      }
    }
    return;
  }
  std::vector<bool> settled_up(nodes_.size()), settled_down(nodes_.size());
  const Bits up = Simulate(order, settled_up);
  std::reverse(order.begin(), order.end());
  const Bits down = Simulate(order, settled_down);
  for (const uint32_t node : order) {
    if (!nodes_[node].tainted) {
      continue;
    }
    const uint64_t* a = up.data() + node * words();
    const uint64_t* b = down.data() + node * words();
    if (!holes && settled_up[node] && settled_down[node] && std::equal(a, a + words(), b)) {
      Aggregated result;
      result.rules = Written(a);
      if (!Spend(result.rules.size())) {
        result.unknown = Unknown::kLimit;
      }
      results_[nodes_[node].role] = std::move(result);
    } else {
      Undetermined(nodes_[node]);
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

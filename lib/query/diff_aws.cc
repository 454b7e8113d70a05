#include "query/diff_aws.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "base/arn.h"
#include "base/strings.h"
#include "iam/matcher.h"
#include "query/aws_judge.h"
#include "query/aws_permission_judge.h"
#include "query/diff_describe.h"
#include "query/diff_grid.h"

namespace whomay::query {
namespace {

using graph::Node;
using graph::NodeKind;

// Statements of policies on resources, trust policies included: they decide for everybody.
struct ResourceStatement {
  std::string text;  // canonical
  const iam::Statement* statement = nullptr;
  std::string service;
  Str resource;      // in the texts of its world
  std::string role;  // of trust policies: the role's key
  bool differs = false;
};

class Aws {
 public:
  Aws(const DiffSides& sides, DiffAnswer& answer)
      : sides_(sides), names_(sides[kDiffAfter].names()), answer_(answer) {}

  void Run() {
    for (const DiffWorld side : {kDiffBefore, kDiffAfter}) {
      CollectResources(side);
    }
    MarkDifferent();
    for (const auto& [key, after] : sides_[kDiffAfter].principals()) {
      const DiffSide::Principal& before = sides_[kDiffBefore].principals()[key];
      if (before.is_aws || after.is_aws) {
        Principal(before, after);
      }
    }
    if (limited_) {
      answer_.notes.push_back(
          "some AWS policies have too many overlapping resource patterns to be told apart: what "
          "they share may be reported too widely");
    }
  }

 private:
  void CollectResources(DiffWorld side) {
    const World& world = names_.world(side);
    const auto add = [&](std::string key, const iam::Policy& policy, std::string_view service,
                         Str resource, std::string role) {
      for (const iam::Statement& statement : policy.statements()) {
        resources_[side].push_back(
            {Concat({key, "|", sides_[side].StatementText(*statement.source)}), &statement,
             std::string(service), resource, role, false});
      }
      if (policy.open()) {
        resources_[side].push_back({key + "|open", &world.allow_everything().statements().front(),
                                    std::string(service), resource, role, false});
      }
    };
    for (const CompiledResource& resource : world.resource_policies()) {
      const facts::ResourcePolicy& record = *resource.record;
      const std::string key = Concat({record.service, "|", names_.Canonical(side, record.resource),
                                      "|", names_.Canonical(side, record.account)});
      if (resource.policy != nullptr) {
        add(key, *resource.policy, record.service, record.resource, {});
      } else {
        resources_[side].push_back({key + "|missing",
                                    &world.allow_everything().statements().front(),
                                    std::string(record.service),
                                    record.resource,
                                    {},
                                    false});
      }
    }
    const graph::Graph& graph = world.graph();
    for (uint32_t i = 0; i < graph.nodes.size(); ++i) {
      const Node& node = graph.nodes[i];
      const iam::Policy* trust = world.trust(static_cast<NodeId>(i));
      if (trust == nullptr) {
        continue;
      }
      const std::string role = names_.NodeKey(side, node);
      std::string key = "trust|" + role;
      for (const facts::Tag& tag : world.facts().principals[node.record].tags) {
        key += Concat({"|", tag.key, "=", names_.Canonical(side, tag.value)});
      }
      add(key, *trust, "sts", node.arn, role);
    }
  }

  void MarkDifferent() {
    std::array<std::multiset<std::string_view>, 2> texts;
    for (const DiffWorld side : {kDiffBefore, kDiffAfter}) {
      for (const ResourceStatement& statement : resources_[side]) {
        texts[side].insert(statement.text);
      }
    }
    for (const DiffWorld side : {kDiffBefore, kDiffAfter}) {
      for (ResourceStatement& statement : resources_[side]) {
        statement.differs = !texts[Other(side)].contains(statement.text);
        any_differs_ = any_differs_ || statement.differs;
      }
    }
  }

  // --- What differs for a principal

  struct Scope {
    std::vector<GridStatement> statements;
    std::set<std::string> roles;  // whose trust policies must be looked at again
    std::string account, partition;
    std::set<std::string> accounts;
    bool any = false;
  };

  static std::string RoleOf(const DiffSides& sides, DiffWorld side, StateId state) {
    Walk& walk = sides[side].walk();
    return sides[side].names().NodeKey(side, walk.node(walk.state(state).node));
  }

  void Principal(const DiffSide::Principal& before, const DiffSide::Principal& after) {
    const std::string key = GroupOf(before, after);
    std::shared_ptr<const DiffGrid>& grid = grids_[key];
    if (grid == nullptr) {
      grid = MakeGrid(before, after);
      limited_ = limited_ || grid->limited();
    }
    if (!grid->classes().empty()) {
      Ask(*grid, before, after);
    }
  }

  // Principals that come to the same have the same grid.
  static std::string GroupOf(const DiffSide::Principal& before, const DiffSide::Principal& after) {
    std::string key;
    for (const DiffSide::Principal* principal : {&before, &after}) {
      std::vector<std::string> texts;
      for (const auto& [state, label] : principal->aws) {
        texts.push_back(Concat({std::to_string(reinterpret_cast<uintptr_t>(state)), "|", label}));
      }
      std::sort(texts.begin(), texts.end());
      key += Join(texts, ";") + "\n";
    }
    return key;
  }

  std::shared_ptr<const DiffGrid> MakeGrid(const DiffSide::Principal& before,
                                           const DiffSide::Principal& after) {
    Scope scope;
    std::map<std::string_view, std::pair<const DiffAwsState*, std::string_view>> was, is;
    for (const auto& [state, label] : before.aws) {
      was[state->key] = {state, label};
    }
    for (const auto& [state, label] : after.aws) {
      is[state->key] = {state, label};
    }
    for (const auto& [key, at] : is) {
      const auto found = was.find(key);
      AddState(found == was.end() ? nullptr : found->second.first, at.first,
               found != was.end() && found->second.second == at.second, scope);
    }
    for (const auto& [key, at] : was) {
      if (!is.contains(key)) {
        AddState(at.first, nullptr, false, scope);
      }
    }
    if (!scope.any && !any_differs_) {
      return std::make_shared<DiffGrid>(std::vector<GridStatement>(), "", "",
                                        std::vector<std::string>(), catalogue());
    }
    for (const DiffWorld side : {kDiffBefore, kDiffAfter}) {
      for (const ResourceStatement& from : resources_[side]) {
        AddResourceStatement(side, from, scope);
      }
    }
    const std::vector<std::string> accounts(scope.accounts.begin(), scope.accounts.end());
    return std::make_shared<DiffGrid>(std::move(scope.statements), scope.account, scope.partition,
                                      accounts, catalogue());
  }

  const data::AwsActions& catalogue() const { return names_.world(kDiffAfter).actions(); }

  // `same_way`: reached equally in both worlds.
  void AddState(const DiffAwsState* before, const DiffAwsState* after, bool same_way,
                Scope& scope) {
    const bool whole =
        before == nullptr || after == nullptr || !same_way || before->frame != after->frame;
    std::multiset<std::string_view> was, is;
    for (const DiffAwsState* state : {before, after}) {
      if (state != nullptr) {
        for (const DiffAwsState::Part& part : state->parts) {
          (state == before ? was : is).insert(part.text);
        }
        scope.accounts.insert(state->account);
        if (scope.account.empty()) {
          scope.account = state->account;
          scope.partition = state->partition;
        }
      }
    }
    for (const DiffWorld side : {kDiffBefore, kDiffAfter}) {
      const DiffAwsState* state = side == kDiffBefore ? before : after;
      if (state == nullptr) {
        continue;
      }
      for (const DiffAwsState::Part& part : state->parts) {
        const bool candidate = whole || !(side == kDiffBefore ? is : was).contains(part.text);
        AddStatement(side, *part.statement, part.gives, candidate, state, scope);
      }
      if (whole) {
        scope.roles.insert(state->role);
        if (state->open) {  // beside its statements it may be allowed, or denied, anything
          AddStatement(side, names_.world(side).allow_everything().statements().front(), true, true,
                       state, scope);
        }
      }
    }
  }

  GridStatement& AddStatement(DiffWorld side, const iam::Statement& statement, bool gives,
                              bool candidate, const DiffAwsState* state, Scope& scope) {
    scope.any = scope.any || candidate;
    GridStatement& to = scope.statements.emplace_back();
    to.statement = &statement;
    to.gives = gives;
    to.candidate = candidate;
    to.of_before = side == kDiffBefore;
    const facts::Statement& source = *statement.source;
    for (const Str action : source.actions) {
      to.actions.push_back(names_.shared() || side == kDiffAfter ? std::string(action)
                                                                 : names_.Translate(side, action));
    }
    for (const iam::ArnPattern& pattern : statement.resources) {
      std::string text = Filled(side, pattern, state);
      to.guesses.push_back(0);
      if (side == kDiffBefore && !names_.shared() && facts::HasHole(text)) {
        text = names_.Translate(side, text);
        to.guesses.back() = !facts::HasHole(text) && text.find('<') != std::string::npos ? 1 : 0;
      }
      to.resources.push_back(std::move(text));
    }
    return to;
  }

  // The pattern's text with its policy variables as the identity has them; what is open is a star.
  std::string Filled(DiffWorld side, const iam::ArnPattern& pattern, const DiffAwsState* state) {
    if (pattern.everything || (!pattern.variable_parts && pattern.unsplit.empty())) {
      return std::string(pattern.text);
    }
    const bool variables =
        std::any_of(pattern.parts.begin(), pattern.parts.end(),
                    [](const iam::Template& part) { return part.has_variable(); }) ||
        std::any_of(pattern.unsplit.begin(), pattern.unsplit.end(),
                    [](const iam::Template& part) { return part.has_variable(); });
    if (!variables) {
      return std::string(pattern.text);
    }
    AwsJudge judge(sides_[side].walk());
    AwsJudge::Asked asked;
    AwsTarget target;
    target.resource = "*";
    if (state != nullptr) {
      judge.Prepare(state->state, "s3:GetObject", target, asked);
    }
    iam::Matcher matcher(asked.request, nullptr);
    const std::vector<iam::Template>& parts =
        pattern.unsplit.empty() ? pattern.parts : pattern.unsplit;
    std::string text;
    for (const iam::Template& part : parts) {
      text += &part == parts.data() ? "" : ":";
      if (!part.has_variable() || state == nullptr) {
        text += TextOfCode(part.has_variable() ? std::string_view("\xFB") : part.glob().code());
        continue;
      }
      const iam::Matcher::Resolved resolved = matcher.Resolve(part);
      text += resolved.kind == iam::Matcher::Resolved::Kind::kGlob
                  ? TextOfCode(resolved.glob.code())
                  : std::string("*");
    }
    return text;
  }

  static std::string TextOfCode(std::string_view code) {
    std::string text;
    for (const char c : code) {
      text += c == Glob::kStar ? '*' : c == Glob::kAny ? '?' : c;
    }
    return text;
  }

  void AddResourceStatement(DiffWorld side, const ResourceStatement& from, Scope& scope) {
    const bool candidate = from.differs || (!from.role.empty() && scope.roles.contains(from.role));
    GridStatement& to = AddStatement(side, *from.statement,
                                     from.statement->effect != facts::Statement::Effect::kDeny,
                                     candidate, nullptr, scope);
    to.service = from.service;
    const std::string resource =
        side == kDiffBefore ? names_.Translate(side, from.resource) : std::string(from.resource);
    if (to.resources.empty() || to.resources == std::vector<std::string>{"*"}) {
      // The resource itself, and what lies in it.
      to.resources = {resource};
      to.guesses = {0};
      if (from.role.empty()) {
        to.resources.push_back(resource + "/*");
        to.guesses.push_back(0);
      }
    }
  }

  // --- Asking

  struct Cell {
    DiffPair pair;
    DiffAnswer::Change change;
  };

  std::unique_ptr<PermissionJudge> JudgeOn(DiffWorld side, const DiffGrid::Class& of,
                                           const DiffGrid::Sample& sample) {
    std::string resource = sample.arn;
    if (side == kDiffBefore && !names_.shared()) {
      resource = names_.Translate(kDiffAfter, resource);
    }
    return std::make_unique<AwsPermissionJudge>(sides_[side].walk(), of.action, resource, false);
  }

  // Something of the action, whatever the resource.
  bool Anywhere(DiffWorld side, const DiffGrid::Class& of, const DiffSide::Principal& principal) {
    DiffQuestion question(sides_[side], std::make_unique<AwsPermissionJudge>(
                                            sides_[side].walk(), of.action, std::nullopt, false));
    question.Add(principal);
    question.Solve();
    return question.Of(principal).decision != Decision::kDenied;
  }

  Cell AskCell(const DiffGrid::Class& of, const DiffGrid::Sample& sample,
               const DiffSide::Principal& before, const DiffSide::Principal& after) {
    DiffQuestion was(sides_[kDiffBefore], JudgeOn(kDiffBefore, of, sample));
    DiffQuestion is(sides_[kDiffAfter], JudgeOn(kDiffAfter, of, sample));
    was.Add(before);
    is.Add(after);
    was.Solve();
    is.Solve();
    Cell cell;
    Ask::Verdict old = was.Of(before), now = is.Of(after);
    // The ARN of what is not made yet is no ARN of before, whatever it will be.
    if (facts::HasHole(sample.arn) && old.decision == Decision::kUnknown && old.reason == "hole" &&
        now.decision != Decision::kUnknown) {
      const bool named = std::any_of(sample.resources.begin(), sample.resources.end(),
                                     [&](uint32_t text) { return before_texts_.contains(text); });
      if (!named) {
        old = Ask::Verdict();
      }
    }
    cell.pair = Compare(std::move(old), std::move(now));
    // Principals whose policies nobody gave are told nothing new by that.
    const Ask::Verdict& told =
        cell.pair.kind == DiffKind::kLost ? cell.pair.before : cell.pair.after;
    if ((before.absent || after.absent) && told.reason == "policies-not-given") {
      cell.pair.kind = DiffKind::kSame;
    }
    if (cell.pair.kind == DiffKind::kLost && sample.guess && Anywhere(kDiffAfter, of, after)) {
      cell.pair.kind = DiffKind::kSame;  // the same by its name of now
    }
    if (cell.pair.kind != DiffKind::kSame) {
      const bool lost = cell.pair.kind == DiffKind::kLost;
      cell.change = ToChange(cell.pair, lost ? before : after);
      (lost ? was : is).Explain(lost ? before : after, cell.change);
    }
    return cell;
  }

  static std::string LabelOf(const Cell& cell) {
    std::string label = Concat({std::to_string(static_cast<int>(cell.pair.kind)), "|",
                                Name(cell.change.before), "|", Name(cell.change.after), "|",
                                cell.change.reason, "|", cell.change.only_through, "|"});
    for (const Condition& condition : cell.change.conditions) {
      label += condition.text + "|";
    }
    return label;
  }

  void Ask(const DiffGrid& grid, const DiffSide::Principal& before,
           const DiffSide::Principal& after) {
    before_texts_.clear();
    for (const GridStatement& statement : grid.statements()) {
      for (const std::string& resource : statement.resources) {
        if (statement.of_before) {
          before_texts_.insert(grid.FindResource(resource));
        }
      }
    }
    std::map<std::string, uint32_t> numbers;
    std::vector<std::vector<Cell>> cells;
    DiffLabels labels;
    for (const DiffGrid::Class& of : grid.classes()) {
      std::vector<Cell>& row = cells.emplace_back();
      std::vector<uint32_t>& label = labels.emplace_back();
      for (const DiffGrid::Sample& sample : of.samples) {
        if (!sample.candidate || !sample.given) {
          row.emplace_back();
          label.push_back(0);
          continue;
        }
        row.push_back(AskCell(of, sample, before, after));
        sides_[kDiffBefore].Rewind();
        sides_[kDiffAfter].Rewind();
        if (row.back().pair.kind == DiffKind::kSame) {
          label.push_back(0);
          continue;
        }
        label.push_back(
            numbers.try_emplace(LabelOf(row.back()), static_cast<uint32_t>(numbers.size() + 1))
                .first->second);
      }
    }
    for (const auto& [text, number] : numbers) {
      const auto kind = static_cast<DiffKind>(text.front() - '0');
      for (DiffRegion& region : Describe(grid, labels, number, PairsOf(grid, kind))) {
        DiffAnswer::Change change = cells[region.example_class][region.example_sample].change;
        change.permission = ToPermission(region.action, region.resource);
        for (const auto& [action, resource] : region.except) {
          change.except.push_back(ToPermission(action, resource));
        }
        AddChange(kind, std::move(change), answer_);
      }
    }
  }

  // The pairs of action and resource of the statements that give it in the world in question.
  static std::vector<std::pair<uint32_t, uint32_t>> PairsOf(const DiffGrid& grid, DiffKind kind) {
    std::set<std::pair<uint32_t, uint32_t>> pairs;
    for (const GridStatement& statement : grid.statements()) {
      if (!statement.gives || statement.of_before != (kind == DiffKind::kLost)) {
        continue;
      }
      const bool any_action = statement.statement->not_action || statement.actions.empty();
      const bool any_resource = statement.statement->not_resource || statement.resources.empty();
      const std::vector<std::string> all = {"*"};
      for (const std::string& action : any_action ? all : statement.actions) {
        for (const std::string& resource : any_resource ? all : statement.resources) {
          pairs.insert({grid.FindAction(action), grid.FindResource(resource)});
        }
      }
    }
    return {pairs.begin(), pairs.end()};
  }

  Permission ToPermission(const std::string& action, const std::string& resource) const {
    Permission permission;
    permission.plane = Permission::Plane::kAws;
    permission.action = names_.world(kDiffAfter).holes().Display(action);
    permission.resource_arn = names_.world(kDiffAfter).holes().Display(resource);
    return permission;
  }

  const DiffSides& sides_;
  const DiffNames& names_;
  DiffAnswer& answer_;
  std::array<std::vector<ResourceStatement>, 2> resources_;
  bool any_differs_ = false;
  bool limited_ = false;
  std::map<std::string, std::shared_ptr<const DiffGrid>> grids_;
  std::set<uint32_t> before_texts_;  // resource texts of the world before, in the grid at hand
};

}  // namespace

void DiffAws(const DiffSides& sides, DiffAnswer& answer) { Aws(sides, answer).Run(); }

}  // namespace whomay::query

#include "report/table.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "report/path.h"
#include "report/text.h"

namespace whomay::report {
namespace {

constexpr size_t kIndent = 2;
// Of a rule's groups and resources, written out as "deployments.apps", while they are this few.
constexpr size_t kMaxWrittenOut = 12;

Style StyleOf(Decision decision) {
  switch (decision) {
    case Decision::kAllowed:
      return Style::kGreen;
    case Decision::kDenied:
      return Style::kRed;
    case Decision::kConditional:
    case Decision::kUnknown:
      break;
  }
  return Style::kYellow;
}

Grid::Cell DecisionCell(Decision decision) { return {Name(decision), StyleOf(decision)}; }

std::string Joined(const std::vector<std::string>& texts, std::string_view separator = ", ") {
  std::string out;
  for (const std::string& text : texts) {
    out += out.empty() ? "" : separator;
    out += text;
  }
  return out;
}

std::string ConditionText(const std::vector<Condition>& conditions) {
  std::string out;
  for (const Condition& condition : conditions) {
    out += out.empty() ? "if " : " and ";
    out += condition.text;
    out += condition.chosen_by_caller ? " (the caller's choice)" : "";
  }
  return out;
}

// What hangs on conditions says them, what is unknown says why.
std::string Why(std::string_view reason, const std::vector<Condition>& conditions) {
  std::string out(reason);
  if (const std::string text = ConditionText(conditions); !text.empty()) {
    out += out.empty() ? "" : ", ";
    out += text;
  }
  return out;
}

std::string Line(std::string_view text, size_t indent = kIndent) {
  std::string out(indent, ' ');
  out += text;
  return out + '\n';
}

// One line each, equal ones once: paths may differ in what a line does not show.
std::vector<std::string> PathTexts(const std::vector<Path>& paths, bool color) {
  std::vector<std::string> lines;
  for (const Path& path : paths) {
    std::string line = PathLine(path, color);
    if (!line.empty() && std::find(lines.begin(), lines.end(), line) == lines.end()) {
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

std::string Labelled(std::string_view label, const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    out += Line(std::string(label) + ": " + Printable(text));
  }
  return out;
}

// Empty for answers that do not have the member.
std::string Hints(const CanAnswer& answer) { return Labelled("hint", answer.hints); }
std::string Hints(const WhoAnswer& answer) { return Labelled("hint", answer.hints); }
template <typename Answer>
std::string Hints(const Answer&) {
  return {};
}

template <typename Answer>
std::string Assumptions(const Answer& answer) {
  std::string out;
  if constexpr (requires { answer.assumptions; }) {
    for (const Assumption& assumption : answer.assumptions) {
      std::string text = "assumes: " + Printable(assumption.text);
      if (assumption.origin && assumption.origin->known()) {
        text += " (" + PlaceText(*assumption.origin) + ')';
      }
      out += Line(text);
    }
  }
  return out;
}

// What every answer ends with: how it could be otherwise, what it rests on, and that it is not
// whole.
template <typename Answer>
std::string Tail(const Answer& answer, bool color) {
  std::string out = Hints(answer) + Assumptions(answer) + Labelled("note", answer.notes);
  if (answer.incomplete) {
    out += Styled("INCOMPLETE", Style::kRed, color);
    out += ": some of the input could not be read, so this answer may lack something.\n";
  }
  return out;
}

// "cluster shop, before": what the question was asked of.
std::string Setting(World world, std::string_view cluster) {
  std::string out;
  if (!cluster.empty()) {
    out = "cluster " + Printable(cluster);
  }
  if (world == World::kBefore) {
    out += out.empty() ? "" : ", ";
    out += "before the plan";
  }
  return out.empty() ? out : "   (" + out + ')';
}

std::string Heading(std::string_view text, std::string_view setting, bool color) {
  return Styled(text, Style::kBold, color) + Styled(setting, Style::kDim, color) + '\n';
}

std::string PermissionHeading(std::string_view question, const Permission& permission, World world,
                              bool color) {
  std::string text(question);
  text += ' ' + Printable(permission.ToString());
  return Heading(text, Setting(world, permission.cluster), color);
}

// --- who -----------------------------------------------------------------------------------------

struct Folded {
  std::map<std::string, size_t> through;  // collective -> rows
  size_t builtin = 0;
  size_t policies_not_given = 0;
};

// Kubernetes' own controllers and components, by the roles that every cluster starts with. They are
// the same in every answer about a cluster, and no input says anything of them.
bool IsBuiltin(const Grantee& grantee) {
  constexpr std::string_view kBuiltinOrigin = " (built in)";
  const bool own = grantee.principal.rfind("sa:kube-system/", 0) == 0 ||
                   grantee.principal.rfind("user:system:kube-", 0) == 0;
  return own && !grantee.paths.empty() &&
         std::all_of(grantee.paths.begin(), grantee.paths.end(), [&](const Path& path) {
           const std::string grant = path.steps.empty() ? "" : path.steps.back().origin.address;
           return path.steps.size() == 1 && grant.size() > kBuiltinOrigin.size() &&
                  grant.compare(grant.size() - kBuiltinOrigin.size(), std::string::npos,
                                kBuiltinOrigin) == 0;
         });
}

std::string FoldedLines(const Folded& folded) {
  std::string out;
  for (const auto& [collective, rows] : folded.through) {
    out += Line("and " + Count(rows, "principal") + " as every caller may, through " +
                Printable(collective) + " (--expand lists them)");
  }
  if (folded.builtin > 0) {
    out += Line("and " + Count(folded.builtin, "component") +
                " of Kubernetes itself, by built-in roles (--expand lists them)");
  }
  if (folded.policies_not_given > 0) {
    out += Line("and " + Count(folded.policies_not_given, "principal") +
                " whose policies are not among the inputs: unknown (--expand lists them)");
  }
  return out;
}

// The strongest first; within a decision as the answer has them.
std::vector<const Grantee*> ByDecision(const std::vector<Grantee>& grantees) {
  std::vector<const Grantee*> rows;
  for (const Grantee& grantee : grantees) {
    rows.push_back(&grantee);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Grantee* a, const Grantee* b) { return a->decision > b->decision; });
  return rows;
}

bool Fold(const Grantee& grantee, Folded& folded) {
  if (!grantee.only_through.empty()) {
    ++folded.through[grantee.only_through];
    return true;
  }
  if (IsBuiltin(grantee)) {
    ++folded.builtin;
    return true;
  }
  if (grantee.decision == Decision::kUnknown && grantee.reason == "policies-not-given") {
    ++folded.policies_not_given;
    return true;
  }
  return false;
}

// --- what ----------------------------------------------------------------------------------------

// "pods, deployments.apps": resources with their groups, the way kubectl users write them.
std::string ResourceText(const WhatAnswer::Rule& rule) {
  if (!rule.urls.empty()) {
    return Joined(rule.urls);
  }
  if (rule.groups.size() * rule.resources.size() > kMaxWrittenOut) {
    return Joined(rule.resources) + " in " + Joined(rule.groups);
  }
  std::string out;
  for (const std::string& group : rule.groups) {
    for (const std::string& resource : rule.resources) {
      const size_t slash = resource.find('/');
      out += out.empty() ? "" : ", ";
      out += resource.substr(0, slash);
      if (group == "*") {
        out += resource == "*" ? "" : ".*";
      } else if (!group.empty()) {
        out += '.' + group;
      } else if (resource == "*") {
        out += '.';  // of the core group only
      }
      out += slash == std::string::npos ? "" : resource.substr(slash);
    }
  }
  return out;
}

// Rules under the binding that gives them, since both are long.
std::string ScopeTable(const WhatAnswer::Scope& scope, bool color) {
  const std::string where = scope.name_space == "*" ? "every namespace and cluster scope"
                                                    : "namespace " + scope.name_space;
  std::string out =
      Line(Styled(Printable(where), Style::kBold, color) + " as " + Printable(scope.as));
  for (auto begin = scope.rules.begin(); begin != scope.rules.end();) {
    const std::string place = PlaceText(begin->origin);
    const auto end = std::find_if(begin, scope.rules.end(), [&](const WhatAnswer::Rule& rule) {
      return rule.through != begin->through || PlaceText(rule.origin) != place;
    });
    std::string heading = Printable(begin->through);
    heading += heading.empty() || place.empty() ? "" : " ";
    heading += Styled(place, Style::kDim, color);
    out += heading.empty() ? "" : Line(heading, 2 * kIndent);
    Grid grid({"VERBS", "", "RESOURCES", "NAMES"});
    for (auto rule = begin; rule != end; ++rule) {
      const bool allowed = rule->decision == Decision::kAllowed;
      grid.Row({{Joined(rule->verbs, ",")},
                allowed ? Grid::Cell() : DecisionCell(rule->decision),
                {ResourceText(*rule)},
                {Joined(rule->names)}});
    }
    out += grid.ToString(3 * kIndent, color);
    begin = end;
  }
  return out;
}

std::string AwsTable(const std::vector<WhatAnswer::AwsGrant>& grants, bool color) {
  std::string out;
  for (auto begin = grants.begin(); begin != grants.end();) {
    const auto end = std::find_if(begin, grants.end(), [&](const WhatAnswer::AwsGrant& grant) {
      return grant.as != begin->as;
    });
    Grid grid({"", "ACTIONS", "RESOURCES", "", "FROM"});
    for (auto grant = begin; grant != end; ++grant) {
      const std::string hangs_on = ConditionText(grant->conditions);
      const bool plain = grant->decision == Decision::kAllowed && hangs_on.empty();
      std::string decision = plain ? "" : Name(grant->decision);
      decision += hangs_on.empty() ? "" : ' ' + hangs_on;
      grid.Row({{grant->deny ? "deny" : "allow", grant->deny ? Style::kRed : Style::kGreen},
                {Joined(grant->actions)},
                {Joined(grant->resources)},
                {decision, StyleOf(grant->decision)},
                {PlaceText(grant->origin), Style::kDim}});
    }
    out += Line("as " + Printable(begin->as)) + grid.ToString(2 * kIndent, color);
    begin = end;
  }
  return out;
}

// One cell of a matrix; empty where the resource has no such verb.
Grid::Cell MarkCell(const std::optional<Decision>& decision) {
  if (!decision) {
    return {};
  }
  switch (*decision) {
    case Decision::kAllowed:
      return {"yes", StyleOf(*decision)};
    case Decision::kConditional:
      return {"if", StyleOf(*decision)};
    case Decision::kUnknown:
      return {"?", StyleOf(*decision)};
    case Decision::kDenied:
      break;
  }
  return {"-", Style::kDim};
}

std::vector<std::string> MatrixHeader(const MatrixAnswer& answer, std::string_view first) {
  std::vector<std::string> header = {std::string(first)};
  for (const std::string& verb : answer.verbs) {
    std::string upper = verb;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    header.push_back(std::move(upper));
  }
  return header;
}

std::string ResourceName(const MatrixAnswer::Resource& resource) {
  std::string name = resource.resource;
  if (!resource.group.empty() && resource.group != "*") {
    name += '.' + resource.group;
  }
  name += resource.subresource.empty() ? "" : '/' + resource.subresource;
  return resource.name.empty() ? name : name + ' ' + resource.name;
}

bool DeniesAll(const MatrixAnswer::Row& row) {
  return std::all_of(row.decisions.begin(), row.decisions.end(), [](const auto& decision) {
    return decision.value_or(Decision::kDenied) == Decision::kDenied;
  });
}

// One principal: a line for each resource.
std::string SubjectMatrix(const MatrixAnswer& answer, std::string_view cluster,
                          const TableOptions& options) {
  Grid grid(MatrixHeader(answer, "RESOURCE"));
  size_t denied = 0;
  bool any = false;
  for (const MatrixAnswer::Resource& resource : answer.resources) {
    for (const MatrixAnswer::Row& row : resource.rows) {
      if (resource.cluster != cluster) {
        continue;
      }
      if (!options.expand && DeniesAll(row)) {
        ++denied;
        continue;
      }
      any = true;
      std::vector<Grid::Cell> cells = {{ResourceName(resource), Style::kBold}};
      for (const auto& decision : row.decisions) {
        cells.push_back(MarkCell(decision));
      }
      grid.Row(std::move(cells));
    }
  }
  std::string out = any ? grid.ToString(kIndent, options.color) : std::string();
  if (denied > 0) {
    out += Line("nothing with " + Count(denied, "resource") + " (--expand lists them)");
  }
  return out;
}

// All principals: a table for each resource.
std::string PrincipalMatrix(const MatrixAnswer& answer, std::string_view cluster,
                            const TableOptions& options) {
  std::string out;
  for (const MatrixAnswer::Resource& resource : answer.resources) {
    if (resource.cluster != cluster) {
      continue;
    }
    out += Heading(Printable(ResourceName(resource)), {}, options.color);
    if (resource.rows.empty()) {
      out += Line("nobody");
      continue;
    }
    Grid grid(MatrixHeader(answer, "PRINCIPAL"));
    for (const MatrixAnswer::Row& row : resource.rows) {
      std::vector<Grid::Cell> cells = {{row.principal, Style::kBold}};
      for (const auto& decision : row.decisions) {
        cells.push_back(MarkCell(decision));
      }
      grid.Row(std::move(cells));
    }
    out += grid.ToString(kIndent, options.color);
  }
  return out;
}

std::string GranteeTable(const std::vector<Grantee>& grantees, const TableOptions& options) {
  Folded folded;
  Grid grid({"DECISION", "KIND", "PRINCIPAL"});
  bool any = false;
  for (const Grantee* grantee : ByDecision(grantees)) {
    if (!options.expand && Fold(*grantee, folded)) {
      continue;
    }
    any = true;
    grid.Row({DecisionCell(grantee->decision),
              {grantee->kind},
              {grantee->principal, Style::kBold, Why(grantee->reason, grantee->conditions)}});
    for (const std::string& line : PathTexts(grantee->paths, options.color)) {
      grid.Below("  " + line);
    }
    if (grantee->paths.empty() && grantee->origin.known()) {
      grid.Below("  " + PlaceText(grantee->origin));
    }
  }
  return (any ? grid.ToString(kIndent, options.color) : Line("nobody")) + FoldedLines(folded);
}

std::string GrantTable(const std::vector<CanAnswer::Grant>& grants, bool color) {
  if (grants.empty()) {
    return Line("no grant comes near it");
  }
  Grid grid({"MATCH", "GRANT", "BLOCKED BY", "FROM"});
  for (const CanAnswer::Grant& grant : grants) {
    grid.Row({{grant.full ? "full" : "near", grant.full ? Style::kGreen : Style::kYellow},
              {grant.text},
              {grant.blocked_by},
              {PlaceText(grant.origin), Style::kDim}});
  }
  return grid.ToString(kIndent, color);
}

}  // namespace

std::string Table(const CanAnswer& answer, const TableOptions& options) {
  std::string out = Styled(Name(answer.decision), StyleOf(answer.decision), options.color);
  out += answer.reason.empty() ? "" : " (" + answer.reason + ')';
  out += ": ";
  const std::string may = answer.decision == Decision::kDenied    ? " may not"
                          : answer.decision == Decision::kUnknown ? " perhaps may"
                                                                  : " may";
  out += PermissionHeading(Printable(answer.principal) + may, answer.permission, answer.world,
                           options.color);
  for (const std::string& line : PathTexts(answer.paths, options.color)) {
    out += Line(line);
  }
  if (const std::string text = ConditionText(answer.conditions); !text.empty()) {
    out += Line(Printable(text));
  }
  if (options.why) {
    out += GrantTable(answer.grants, options.color);
  }
  return out + Tail(answer, options.color);
}

std::string Table(const WhoAnswer& answer, const TableOptions& options) {
  std::string out = PermissionHeading("who may", answer.permission, answer.world, options.color);
  if (answer.clusters.empty()) {
    out += GranteeTable(answer.grantees, options);
  }
  for (const std::string& cluster : answer.clusters) {
    std::vector<Grantee> rows;
    std::copy_if(answer.grantees.begin(), answer.grantees.end(), std::back_inserter(rows),
                 [&](const Grantee& row) { return row.cluster == cluster; });
    out += Heading("in cluster " + Printable(cluster), {}, options.color);
    out += GranteeTable(rows, options);
  }
  return out + Tail(answer, options.color);
}

std::string Table(const WhatAnswer& answer, const TableOptions& options) {
  std::string out = Heading("what " + Printable(answer.principal) + " may do",
                            Setting(answer.world, {}), options.color);
  std::string_view cluster;
  bool first = true;
  for (const WhatAnswer::Scope& scope : answer.kubernetes) {
    if (first || scope.cluster != cluster) {
      out += Heading("in cluster " + Printable(scope.cluster), {}, options.color);
      cluster = scope.cluster;
      first = false;
    }
    out += ScopeTable(scope, options.color);
  }
  if (!answer.aws.empty()) {
    out += Heading("in AWS", {}, options.color) + AwsTable(answer.aws, options.color);
  }
  if (answer.kubernetes.empty() && answer.aws.empty()) {
    out += Line("nothing");
  }
  return out + Tail(answer, options.color);
}

std::string Table(const WhoamiAnswer& answer, const TableOptions& options) {
  std::string out = Heading("who " + Printable(answer.principal) + " is", Setting(answer.world, {}),
                            options.color);
  Grid clusters({"CLUSTER", "AUTHENTICATED", "USERNAME", "GROUPS", "BY", "FROM"});
  for (const WhoamiAnswer::Kubernetes& identity : answer.kubernetes) {
    const bool yes = identity.authenticated == "yes";
    clusters.Row(
        {{identity.cluster},
         {yes || identity.reason.empty() ? identity.authenticated
                                         : identity.authenticated + " (" + identity.reason + ')',
          yes ? Style::kGreen : Style::kYellow},
         {identity.username, Style::kBold},
         {Joined(identity.groups)},
         {identity.via},
         {PlaceText(identity.origin), Style::kDim}});
  }
  Grid roles({"AWS PRINCIPAL", "DECISION", "BY", "", "FROM"});
  for (const WhoamiAnswer::Aws& role : answer.aws) {
    roles.Row({{role.principal, Style::kBold},
               DecisionCell(role.decision),
               {role.edge},
               {ConditionText(role.conditions)},
               {PlaceText(role.origin), Style::kDim}});
  }
  if (!answer.kubernetes.empty()) {
    out += clusters.ToString(kIndent, options.color);
  }
  if (!answer.aws.empty()) {
    out += roles.ToString(kIndent, options.color);
  }
  if (answer.kubernetes.empty() && answer.aws.empty()) {
    out += Line("nobody in a cluster, and no other AWS principal");
  }
  return out + Tail(answer, options.color);
}

std::string Table(const ReachAnswer& answer, const TableOptions& options) {
  std::string out = Heading("who " + Printable(answer.principal) + " can become",
                            Setting(answer.world, {}), options.color);
  Grid grid({"DECISION", "KIND", "PRINCIPAL"});
  for (const ReachAnswer::Identity& identity : answer.identities) {
    grid.Row({DecisionCell(identity.decision),
              {identity.kind},
              {identity.principal, Style::kBold, Why(identity.reason, identity.conditions)}});
    if (!identity.path.steps.empty()) {
      grid.Below("  " + PathLine(identity.path, options.color));
    }
  }
  out += answer.identities.empty() ? Line("nobody else") : grid.ToString(kIndent, options.color);
  return out + Tail(answer, options.color);
}

std::string Table(const PathsAnswer& answer, const TableOptions& options) {
  std::string out = Heading("how " + Printable(answer.from) + " becomes " + Printable(answer.to),
                            Setting(answer.world, {}), options.color);
  for (const PathsAnswer::Found& found : answer.paths) {
    std::string line = Styled(Name(found.decision), StyleOf(found.decision), options.color);
    if (const std::string text = ConditionText(found.conditions); !text.empty()) {
      line += ' ' + Printable(text);
    }
    out += Line(line);
    out += Line(PathLine(found.path, options.color), 2 * kIndent);
  }
  if (answer.paths.empty()) {
    out += Line("not at all");
  } else if (answer.truncated) {
    out += Line("there are more");
  }
  return out + Tail(answer, options.color);
}

std::string Table(const MatrixAnswer& answer, const TableOptions& options) {
  const std::string where = answer.name_space.empty()
                                ? " in all namespaces"
                                : " in namespace " + Printable(answer.name_space);
  const std::string what = answer.subject.empty() ? std::string("who may do what")
                                                  : "what " + Printable(answer.subject) + " may do";
  std::string out = Heading(what + where, Setting(answer.world, answer.cluster), options.color);
  const auto body = answer.subject.empty() ? PrincipalMatrix : SubjectMatrix;
  if (answer.clusters.empty()) {
    out += body(answer, "", options);
  }
  for (const std::string& cluster : answer.clusters) {
    out += Heading("in cluster " + Printable(cluster), {}, options.color);
    out += body(answer, cluster, options);
  }
  return out + Tail(answer, options.color);
}

std::string Table(const ListAnswer& answer, const TableOptions& options) {
  std::vector<std::string> header = {"NAME", "KIND", "CLUSTER"};
  for (const std::string& column : answer.columns) {
    std::string& title = header.emplace_back(column);
    std::transform(title.begin(), title.end(), title.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  }
  header.push_back("FROM");
  Grid grid(header);
  for (const ListAnswer::Item& item : answer.items) {
    std::vector<Grid::Cell> cells = {
        {item.name, Style::kBold}, {item.kind}, {item.cluster.value_or("")}};
    for (size_t i = 0; i < answer.columns.size(); ++i) {
      cells.push_back({i < item.fields.size() ? item.fields[i] : ""});
    }
    cells.push_back({PlaceText(item.origin), Style::kDim});
    grid.Row(std::move(cells));
  }
  const std::string rows = answer.items.empty() ? "none\n" : grid.ToString(0, options.color);
  return rows + Tail(answer, options.color);
}

}  // namespace whomay::report

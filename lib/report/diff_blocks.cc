#include "report/diff_blocks.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace whomay::report {
namespace {

using Change = DiffAnswer::Change;

// Verbs, actions and resources named in one line.
constexpr size_t kMaxInLine = 12;
constexpr size_t kMaxExcept = 5;

bool IsAuthentication(std::string_view edge) {
  return edge == "aws-auth" || edge == "access-entry";
}

// Of what folds into one row: what was held already may differ from principal to principal.
std::string KeyOf(const Change& row) {
  std::string key = row.permission.cluster + '|' + row.permission.ToString();
  key += std::string("||") + Name(row.before) + '|' + Name(row.after) + '|' + row.reason;
  for (const std::vector<Condition>* conditions : {&row.conditions, &row.conditions_before}) {
    key += '|';
    for (const Condition& condition : *conditions) {
      key += condition.text + ',';
    }
  }
  return key;
}

std::string ExceptKey(const Change& row) {
  std::string key;
  for (const Permission& except : row.except) {
    key += '|' + except.ToString();
  }
  return key;
}

// At most `limit` of them.
std::string Joined(const std::vector<std::string>& texts, size_t limit) {
  std::string out;
  for (size_t i = 0; i < texts.size() && i < limit; ++i) {
    out += (i == 0 ? "" : ", ") + texts[i];
  }
  if (texts.size() > limit) {
    out += " and " + std::to_string(texts.size() - limit) + " more";
  }
  return out;
}

constexpr std::string_view kEverythingIn = "everything in ";

// "everything in core, apps, batch" of "everything in core", "everything in apps" …
std::string Objects(const std::vector<std::string>& texts, size_t limit) {
  std::vector<std::string> all;
  bool everything = false;
  for (const std::string& text : texts) {
    if (text.rfind(kEverythingIn, 0) == 0) {
      all.push_back(everything ? text.substr(kEverythingIn.size()) : text);
      everything = true;
    }
  }
  for (const std::string& text : texts) {
    if (text.rfind(kEverythingIn, 0) != 0) {
      all.push_back(text);
    }
  }
  return Joined(all, limit);
}

// --- Who stands for whom

class Folder {
 public:
  explicit Folder(const std::vector<const Change*>& rows) {
    std::map<std::string, std::map<std::string, const Change*>> holders;  // by key, principal
    for (const Change* row : rows) {
      holders[KeyOf(*row)].try_emplace(row->principal, row);
    }
    for (const auto& [key, of] : holders) {
      std::map<std::string, std::string> parents;
      for (const auto& [principal, row] : of) {
        FindParents(*row, of, parents);
      }
      for (const auto& [principal, row] : of) {
        std::string head = principal;
        for (size_t i = 0; i < of.size() && parents.contains(head); ++i) {
          head = parents[head];
        }
        if (head == principal) {
          heads_[principal].emplace_back(key + ExceptKey(*row), row);
        } else if (!aliases_.contains(principal)) {
          through_[head].insert(principal);
        }
      }
    }
  }

  // Principals that hold the same rows, together.
  std::vector<std::pair<std::vector<std::string>, std::vector<const Change*>>> Heads() const {
    std::map<std::vector<std::string>,
             std::pair<std::vector<std::string>, std::vector<const Change*>>>
        same;
    for (const auto& [principal, rows] : heads_) {
      std::vector<std::string> keys;
      for (const auto& [key, row] : rows) {
        keys.push_back(key);
      }
      auto& [heads, of] = same[keys];
      heads.push_back(principal);
      if (of.empty()) {
        for (const auto& [key, row] : rows) {
          of.push_back(row);
        }
      }
    }
    std::vector<std::pair<std::vector<std::string>, std::vector<const Change*>>> all;
    for (auto& [keys, block] : same) {
      all.push_back(std::move(block));
    }
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    return all;
  }

  std::vector<std::string> Through(const std::vector<std::string>& heads) const {
    std::set<std::string> found;
    for (const std::string& head : heads) {
      const auto of = through_.find(head);
      if (of != through_.end()) {
        found.insert(of->second.begin(), of->second.end());
      }
    }
    for (const std::string& head : heads) {
      found.erase(head);
    }
    return {found.begin(), found.end()};
  }

 private:
  // A principal folds into the last one on its path that holds the row too; the name under which a
  // cluster knows an AWS principal folds into that.
  void FindParents(const Change& row, const std::map<std::string, const Change*>& holders,
                   std::map<std::string, std::string>& parents) {
    if (row.paths.empty()) {
      return;
    }
    const std::vector<Step>& steps = row.paths.front().steps;
    for (size_t i = 0; i + 1 < steps.size(); ++i) {
      if (steps[i].to == row.principal || !holders.contains(steps[i].to)) {
        continue;
      }
      if (!IsAuthentication(steps[i].edge)) {
        parents[row.principal] = steps[i].to;
      } else if (holders.contains(steps[i].from) && !parents.contains(steps[i].to)) {
        parents[steps[i].to] = steps[i].from;
        aliases_.insert(steps[i].to);
      }
    }
  }

  std::map<std::string, std::vector<std::pair<std::string, const Change*>>> heads_;
  std::map<std::string, std::set<std::string>> through_;
  std::set<std::string> aliases_;  // names under which clusters know AWS principals
};

// --- What they may

std::string ResourceText(const Permission& permission) {
  if (!permission.url.empty()) {
    return permission.url;
  }
  std::string text = permission.resource;
  if (permission.resource == "*") {
    text = permission.subresource.empty() ? "everything" : "everything's " + permission.subresource;
    if (permission.group != "*") {
      text += " in " + (permission.group.empty() ? std::string("core") : permission.group);
    }
  } else {
    if (!permission.group.empty()) {
      text += '.' + permission.group;
    }
    if (!permission.subresource.empty()) {
      text += '/' + permission.subresource;
    }
  }
  return permission.name.empty() ? text : text + " named " + permission.name;
}

std::string WhereText(const Permission& permission) {
  if (permission.plane == Permission::Plane::kAws) {
    return "AWS";
  }
  if (!permission.url.empty()) {
    return "URLs";
  }
  return permission.name_space.empty() ? "every namespace and cluster scope"
                                       : "namespace " + permission.name_space;
}

std::string VerbOf(const Permission& permission) {
  if (permission.plane == Permission::Plane::kKubernetes) {
    return permission.verb == "*" ? "every verb" : permission.verb;
  }
  return permission.action == "*" ? "every action" : permission.action;
}

std::string ObjectOf(const Permission& permission) {
  if (permission.plane == Permission::Plane::kKubernetes) {
    return ResourceText(permission);
  }
  const std::string& resource = permission.resource_arn ? *permission.resource_arn : "*";
  return resource == "*" ? "every resource" : resource;
}

// Permissions as "verbs on objects": those with the same verbs in one text.
std::vector<std::string> Texts(const std::vector<Permission>& permissions, size_t limit) {
  std::map<std::string, std::vector<std::string>> verbs;  // by object
  std::vector<std::string> order;
  for (const Permission& permission : permissions) {
    const std::string object = ObjectOf(permission);
    std::vector<std::string>& of = verbs[object];
    if (of.empty()) {
      order.push_back(object);
    }
    const std::string verb = VerbOf(permission);
    if (std::find(of.begin(), of.end(), verb) == of.end()) {
      of.push_back(verb);
    }
  }
  std::map<std::vector<std::string>, std::vector<std::string>> objects;  // by verbs
  std::vector<std::vector<std::string>> lists;
  for (const std::string& object : order) {
    std::vector<std::string>& of = verbs[object];
    std::sort(of.begin(), of.end());
    std::vector<std::string>& same = objects[of];
    if (same.empty()) {
      lists.push_back(of);
    }
    same.push_back(object);
  }
  std::vector<std::string> texts;
  for (const std::vector<std::string>& list : lists) {
    texts.push_back(Joined(list, limit) + " on " + Objects(objects[list], limit));
  }
  return texts;
}

// What stands in one line: everything but verbs and objects is equal.
struct Together {
  std::vector<Permission> permissions;
  std::vector<Permission> except;
  const Change* first = nullptr;
};

std::string LineKey(const Change& row) {
  std::string key = WhereText(row.permission) + '|' + row.permission.cluster + '|';
  key += std::string(Name(row.before)) + '|' + Name(row.after) + '|' + row.reason + '|';
  for (const std::vector<Condition>* conditions : {&row.conditions, &row.conditions_before}) {
    for (const Condition& condition : *conditions) {
      key += condition.text + ',';
    }
    key += '|';
  }
  if (!row.paths.empty() && !row.paths.front().steps.empty()) {
    const Step& grant = row.paths.front().steps.back();
    key += grant.from + '|' + grant.edge + '|' + grant.to + '|' + grant.origin.file + '|' +
           grant.origin.address;
  }
  // What is less than it looks like stands by itself.
  return row.except.empty() ? key : key + "|less";
}

// "become X" says what sts:AssumeRole on X means.
bool IsBecoming(const Permission& permission) {
  return permission.plane == Permission::Plane::kAws &&
         permission.action.rfind("sts:AssumeRole", 0) == 0 && permission.resource_arn &&
         permission.resource_arn->find('*') == std::string::npos;
}

std::vector<std::string> LineTexts(const Together& of, size_t limit) {
  if (!IsBecoming(of.permissions.front())) {
    return Texts(of.permissions, limit);
  }
  std::vector<std::string> texts;
  for (const Permission& permission : of.permissions) {
    texts.push_back("become " + *permission.resource_arn + " (" + permission.action + ')');
  }
  return texts;
}

std::vector<DiffLine> Lines(const std::vector<const Change*>& rows, bool expand) {
  const size_t limit = expand ? rows.size() + 1 : kMaxInLine;
  std::vector<std::pair<std::string, Together>> together;
  for (const Change* row : rows) {
    std::string key = LineKey(*row);
    if (IsBecoming(row->permission)) {
      key = "become|" + key;
    }
    auto at = std::find_if(together.begin(), together.end(),
                           [&](const auto& one) { return one.first == key; });
    if (at == together.end()) {
      at = together.insert(together.end(), {key, Together{{}, {}, row}});
    }
    at->second.permissions.push_back(row->permission);
    at->second.except.insert(at->second.except.end(), row->except.begin(), row->except.end());
  }
  std::stable_sort(together.begin(), together.end(), [](const auto& a, const auto& b) {
    return (a.first.rfind("become|", 0) == 0) > (b.first.rfind("become|", 0) == 0);
  });
  std::vector<DiffLine> lines;
  for (const auto& [key, of] : together) {
    const std::vector<std::string> texts = LineTexts(of, limit);
    for (const std::string& text : texts) {
      DiffLine line;
      line.where = WhereText(of.first->permission);
      line.what = text;
      line.except = &text == &texts.front()
                        ? Texts(of.except, expand ? of.except.size() : kMaxExcept)
                        : std::vector<std::string>();
      line.decision = of.first->decision;
      line.before = of.first->before;
      line.after = of.first->after;
      line.reason = of.first->reason;
      line.conditions = of.first->conditions;
      line.conditions_before = of.first->conditions_before;
      if (!of.first->paths.empty()) {
        line.path = of.first->paths.front();
      }
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

constexpr std::string_view kNamespace = "namespace ";

bool SameButWhere(const DiffLine& a, const DiffLine& b) {
  const auto same_grant = [&] {
    if (a.path.steps.empty() || b.path.steps.empty()) {
      return a.path.steps.empty() && b.path.steps.empty();
    }
    return std::equal(a.path.steps.begin(), a.path.steps.end(), b.path.steps.begin(),
                      b.path.steps.end(), [](const Step& one, const Step& other) {
                        return one.edge == other.edge && one.to == other.to;
                      });
  };
  const auto same_conditions = [](const std::vector<Condition>& one,
                                  const std::vector<Condition>& other) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [](const Condition& x, const Condition& y) { return x.text == y.text; });
  };
  return a.what == b.what && a.except == b.except && a.before == b.before && a.after == b.after &&
         a.reason == b.reason && same_conditions(a.conditions, b.conditions) &&
         same_conditions(a.conditions_before, b.conditions_before) && same_grant();
}

// "in namespace a" and "in namespace b" of the same are "in namespaces a, b".
std::vector<DiffLine> JoinNamespaces(std::vector<DiffLine> lines) {
  std::vector<std::pair<DiffLine, std::vector<std::string>>> joined;
  for (DiffLine& line : lines) {
    std::vector<std::string> where;
    if (line.where.rfind(kNamespace, 0) == 0) {
      where.push_back(line.where.substr(kNamespace.size()));
    }
    const auto at = std::find_if(joined.begin(), joined.end(), [&](const auto& one) {
      return !where.empty() && !one.second.empty() && SameButWhere(one.first, line);
    });
    if (at == joined.end()) {
      joined.emplace_back(std::move(line), std::move(where));
    } else {
      at->second.push_back(where.front());
    }
  }
  lines.clear();
  for (auto& [line, where] : joined) {
    if (where.size() > 1) {
      line.where = "namespaces " + Joined(where, where.size());
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string If(const std::vector<Condition>& conditions) {
  std::string out;
  for (const Condition& condition : conditions) {
    out += out.empty() ? "if " : " and ";
    out += condition.text;
    out += condition.chosen_by_caller ? " (the caller's choice)" : "";
  }
  return out;
}

std::string DecisionWords(Decision decision, std::string_view reason,
                          const std::vector<Condition>& conditions) {
  std::string out = decision == Decision::kAllowed ? "" : Name(decision);
  if (decision == Decision::kConditional) {
    out = If(conditions);
  } else if (decision == Decision::kUnknown && !reason.empty()) {
    out += " (" + std::string(reason) + ')';
  }
  return out;
}

}  // namespace

DiffBlocks ToBlocks(const std::vector<Change>& rows, bool expand) {
  DiffBlocks blocks;
  std::vector<const Change*> shown;
  std::map<std::string, std::set<std::string>> folded;
  for (const Change& row : rows) {
    if (expand || row.only_through.empty()) {
      shown.push_back(&row);
    } else {
      folded[row.only_through].insert(row.principal);
    }
  }
  for (const auto& [collective, principals] : folded) {
    blocks.only_through[collective].assign(principals.begin(), principals.end());
  }
  const Folder folder(shown);
  for (const auto& [heads, of] : folder.Heads()) {
    blocks.blocks.push_back({heads, folder.Through(heads), JoinNamespaces(Lines(of, expand))});
  }
  return blocks;
}

std::string DecisionText(const DiffLine& line, bool changed) {
  if (!changed) {
    return DecisionWords(line.decision, line.reason, line.conditions);
  }
  const std::string before = DecisionWords(line.before, {}, line.conditions_before);
  const std::string after = DecisionWords(line.after, line.reason, line.conditions);
  return (before.empty() ? Name(line.before) : before) + " → " +
         (after.empty() ? Name(line.after) : after);
}

}  // namespace whomay::report

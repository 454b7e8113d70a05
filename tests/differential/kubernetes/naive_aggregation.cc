#include <algorithm>
#include <tuple>

#include "tests/differential/kubernetes/naive.h"

namespace whomay::differential {
namespace {

bool Same(const Rule& a, const Rule& b) {
  return std::tie(a.verbs, a.groups, a.resources, a.names, a.urls) ==
         std::tie(b.verbs, b.groups, b.resources, b.names, b.urls);
}

const std::string* Find(const Labels& labels, const std::string& key) {
  for (const auto& [name, value] : labels) {
    if (name == key) {
      return &value;
    }
  }
  return nullptr;
}

bool Holds(const Requirement& requirement, const Labels& labels, Mistake mistake) {
  const std::string* value = Find(labels, requirement.key);
  const bool in =
      value != nullptr && std::find(requirement.values.begin(), requirement.values.end(), *value) !=
                              requirement.values.end();
  if (requirement.op == "In") {
    return in;
  }
  if (requirement.op == "NotIn") {
    return !in && !(value == nullptr && mistake == Mistake::kNotInNeedsKey);
  }
  return (requirement.op == "Exists") == (value != nullptr);
}

bool Selects(const Selector& selector, const Labels& labels, Mistake mistake) {
  for (const auto& [key, value] : selector.labels) {
    const std::string* have = Find(labels, key);
    if (have == nullptr || *have != value) {
      return false;
    }
  }
  if (mistake == Mistake::kExpressionsIgnored || selector.expressions.empty()) {
    return true;
  }
  const auto holds = [&](const Requirement& requirement) {
    return Holds(requirement, labels, mistake);
  };
  return mistake == Mistake::kExpressionsOred
             ? !selector.labels.empty() ||
                   std::any_of(selector.expressions.begin(), selector.expressions.end(), holds)
             : std::all_of(selector.expressions.begin(), selector.expressions.end(), holds);
}

bool Malformed(const Selector& selector) {
  return std::any_of(
      selector.expressions.begin(), selector.expressions.end(), [](const Requirement& r) {
        return r.op != "In" && r.op != "NotIn" && r.op != "Exists" && r.op != "DoesNotExist";
      });
}

// Whether any selector selects the role, each one held against it in turn.
bool Member(const Object& role, const Object& other, const Selector& selector, Mistake mistake) {
  if (mistake == Mistake::kAggregationSelectorsAnded) {
    return std::all_of(role.selectors.begin(), role.selectors.end(),
                       [&](const Selector& each) { return Selects(each, other.labels, mistake); });
  }
  return Selects(selector, other.labels, mistake);
}

// One sync of the controller; true if the rules changed.
bool Sync(Object& role, const std::vector<Object*>& by_name, Mistake mistake) {
  if (!role.aggregates || (mistake != Mistake::kMalformedSelectorIgnored &&
                           std::any_of(role.selectors.begin(), role.selectors.end(), Malformed))) {
    return false;
  }
  std::vector<Rule> rules;
  if (mistake == Mistake::kAggregationKeepsOwnRules) {
    rules = role.rules;
  }
  for (const Selector& selector : role.selectors) {
    for (const Object* other : by_name) {
      if (other == &role || !Member(role, *other, selector, mistake)) {
        continue;
      }
      for (const Rule& rule : other->rules) {
        if (std::none_of(rules.begin(), rules.end(),
                         [&](const Rule& have) { return Same(have, rule); })) {
          rules.push_back(rule);
        }
      }
    }
    if (mistake == Mistake::kAggregationFirstSelector) {
      break;
    }
  }
  if (rules.empty() && mistake != Mistake::kAggregationEmptyEmpties) {
    return false;
  }
  if (rules.size() == role.rules.size() &&
      std::equal(rules.begin(), rules.end(), role.rules.begin(), Same)) {
    return false;
  }
  role.rules = std::move(rules);
  return true;
}

std::vector<Object*> ByName(std::vector<Object>& objects) {
  std::vector<Object*> by_name;
  for (Object& object : objects) {
    if (object.kind == "ClusterRole") {
      by_name.push_back(&object);
    }
  }
  std::sort(by_name.begin(), by_name.end(),
            [](const Object* a, const Object* b) { return a->name < b->name; });
  return by_name;
}

}  // namespace

std::vector<Object> AggregatedFrom(std::vector<Object> objects,
                                   const std::vector<uint32_t>& first_syncs) {
  const std::vector<Object*> by_name = ByName(objects);
  for (const uint32_t place : first_syncs) {
    Sync(objects[place], by_name, Mistake::kNone);
  }
  return Aggregated(std::move(objects), Mistake::kNone);
}

std::vector<Object> Aggregated(std::vector<Object> objects, Mistake mistake) {
  const std::vector<Object*> by_name = ByName(objects);
  if (mistake == Mistake::kNoAggregation) {
    return objects;
  }
  bool changed = true;
  for (size_t round = 0; changed && round < 2 * by_name.size() + 2; ++round) {
    changed = false;
    if (mistake == Mistake::kAggregationOnce) {  // all from what was stored
      std::vector<Object> next = objects;
      for (Object& role : next) {
        if (role.kind == "ClusterRole") {
          std::vector<Object*> stored;
          for (Object* other : by_name) {
            stored.push_back(other->name == role.name ? &role : other);
          }
          Sync(role, stored, mistake);
        }
      }
      return next;
    }
    for (Object* role : by_name) {
      changed = Sync(*role, by_name, mistake) || changed;
    }
  }
  return objects;
}

std::string_view Name(Mistake mistake) {
  static constexpr std::string_view kNames[] = {
      "none",
      "a trailing * in a URL is literal",
      "* matches anywhere in a URL",
      "only one of several trailing stars is cut",
      "/x* works only as /x/*",
      "/x/* covers /x",
      "RoleBindings grant URLs",
      "resourceNames restrict URLs",
      "case is folded",
      "spaces are trimmed",
      "verb * is literal",
      "get* is a pattern",
      "no verbs means all",
      "core means the core group",
      "missing apiGroups means all",
      "missing apiGroups means core",
      "API group ignored",
      "group * is literal",
      "group \"\" means all",
      "example.com covers sub.example.com",
      "resource * leaves out subresources",
      "pods/* matches nothing",
      "pods covers pods/log",
      "pods/* covers pods/exec",
      "*/* covers everything",
      "*/* covers every subresource",
      "*/scale is literal",
      "*/scale covers a resource named scale",
      "*/scale covers pods/xscale",
      "no resources means all",
      "pod* is a pattern",
      "a slash in a request's resource means nothing",
      "resourceNames ignored",
      "resourceNames ignored when the request has no name",
      "list and watch pass in spite of resourceNames",
      "* in resourceNames is a wildcard",
      "a* in resourceNames is a pattern",
      "\"\" in resourceNames matches nothing",
      "\"\" in resourceNames is left out",
      "resourceNames ignored for subresources",
      "create with resourceNames never matches",
      "deletecollection with resourceNames never matches",
      "anonymous is in system:authenticated",
      "ServiceAccounts have no groups of their own",
      "no system:serviceaccounts:NS",
      "no system:authenticated",
      "a user is in the group of his name",
      "subject kinds in any case",
      "subject.apiGroup is compared",
      "a User subject never means a ServiceAccount",
      "a ServiceAccount subject without namespace is nobody",
      "a ServiceAccount subject without namespace is in default",
      "a ServiceAccount subject matches in any namespace",
      "the binding's namespace wins over the subject's",
      "no bypass for system:masters",
      "the first of two objects of one name stands",
      "a missing role grants all",
      "RoleBindings count everywhere",
      "a Role is found in any namespace",
      "a missing Role falls back to the ClusterRole",
      "RoleBinding to ClusterRole ignored",
      "namespaces are taken as cluster-scoped",
      "only the first binding counts",
      "only the first rule counts",
      "no aggregation",
      "an aggregated role keeps its own rules",
      "aggregation run once",
      "only the first selector",
      "selectors and-ed",
      "an empty aggregation empties the role",
      "NotIn needs the key to be there",
      "matchExpressions ignored",
      "matchExpressions or-ed",
      "a malformed selector is passed over"};
  static_assert(std::size(kNames) == static_cast<size_t>(Mistake::kCount));
  return kNames[static_cast<size_t>(mistake)];
}

}  // namespace whomay::differential

// Generated worlds: RBAC objects and requests, as plain values that can be written, shrunk, and
// judged by a naive evaluator.
#ifndef WHOMAY_TESTS_DIFFERENTIAL_KUBERNETES_MODEL_H_
#define WHOMAY_TESTS_DIFFERENTIAL_KUBERNETES_MODEL_H_

#include <string>
#include <utility>
#include <vector>

namespace whomay::differential {

using Texts = std::vector<std::string>;
using Labels = std::vector<std::pair<std::string, std::string>>;

struct Rule {
  Texts verbs, groups, resources, names, urls;
};

struct Requirement {
  std::string key, op;
  Texts values;
};
struct Selector {
  Labels labels;
  std::vector<Requirement> expressions;
};

struct Subject {
  std::string kind, group, space, name;
};

struct Object {
  std::string kind;   // Role, ClusterRole, RoleBinding, ClusterRoleBinding
  std::string space;  // namespace
  std::string name;
  // Of roles.
  Labels labels;
  std::vector<Rule> rules;
  bool aggregates = false;
  std::vector<Selector> selectors;
  // Of bindings.
  std::vector<Subject> subjects;
  std::string role_kind, role_name;

  bool is_role() const { return kind == "Role" || kind == "ClusterRole"; }
};

struct Ask {
  enum class Caller { kUser, kServiceAccount, kAnonymous } caller = Caller::kUser;
  std::string user;  // or the ServiceAccount's name
  std::string account_space;
  Texts groups;  // implicit ones not included
  std::string verb, group, resource, subresource, space, name, url;
};

struct World {
  std::string id;
  bool who = false;  // ask who may, too
  std::vector<Object> objects;
  std::vector<Ask> asks;
};

// One line of JSON in the form of the rbac-authorize recordings.
std::string ToJson(const World& world);

}  // namespace whomay::differential

#endif  // WHOMAY_TESTS_DIFFERENTIAL_KUBERNETES_MODEL_H_

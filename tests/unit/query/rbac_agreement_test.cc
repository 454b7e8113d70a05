// Small random RBAC worlds: can, who, what, matrix and list bindings agree with each other and with
// an evaluator of this test's own, which reads the rules as Kubernetes documents them. Set
// WHOMAY_RBAC_WORLDS for more than forty of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "whomay/whomay.h"

namespace whomay {
namespace {

using Texts = std::vector<std::string>;

struct Rule {
  Texts verbs, groups, resources, names, urls;
};
struct Role {
  std::string ns;  // "": ClusterRole
  std::string name;
  std::vector<Rule> rules;
};
struct Subject {
  std::string kind, ns, name;
};
struct Binding {
  std::string ns;  // "": ClusterRoleBinding
  std::string name;
  bool cluster_role = true;
  std::string role;
  std::vector<Subject> subjects;
};
struct Generated {
  std::vector<Role> roles;
  std::vector<Binding> bindings;
};

class Dice {
 public:
  explicit Dice(uint32_t seed) : engine_(seed) {}
  size_t Below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(engine_); }
  bool Once(size_t in) { return Below(in) == 0; }
  const std::string& Of(const Texts& list) { return list[Below(list.size())]; }
  Texts Some(const Texts& list, size_t most) {
    Texts some;
    for (size_t i = 0, n = 1 + Below(most); i < n; ++i) {
      some.push_back(Of(list));
    }
    return some;
  }

 private:
  std::mt19937 engine_;
};

const Texts kVerbs = {"get", "list", "create", "delete", "patch", "*", "impersonate", "bind"};
const Texts kGroups = {"", "", "apps", "*"};
const Texts kResources = {"pods",  "pods/log",  "secrets",   "deployments", "deployments/scale",
                          "*",     "*/scale",   "pods/*",    "nodes",       "namespaces",
                          "users", "pods/exec", "configmaps"};
const Texts kNames = {"a", "one", "", "*"};
const Texts kUrls = {"/metrics", "/healthz/*", "/api*", "*", "/version"};
const Texts kNamespaces = {"a", "b"};
const Texts kUsers = {"ada", "bob", "system:serviceaccount:a:x", "system:anonymous"};
const Texts kGroupNames = {"devs",
                           "ops",
                           "system:authenticated",
                           "system:serviceaccounts",
                           "system:serviceaccounts:a",
                           "system:unauthenticated",
                           "system:masters"};
const Texts kAccounts = {"x", "y", "default"};

Rule RandomRule(Dice& dice, bool cluster_role) {
  Rule rule;
  rule.verbs = dice.Some(kVerbs, 2);
  if (cluster_role && dice.Once(5)) {
    rule.urls = dice.Some(kUrls, 2);
    return rule;
  }
  rule.groups = dice.Some(kGroups, 2);
  rule.resources = dice.Some(kResources, 3);
  if (dice.Once(4)) {
    rule.names = dice.Some(kNames, 2);
  }
  return rule;
}

Subject RandomSubject(Dice& dice, bool cluster_binding) {
  switch (dice.Below(3)) {
    case 0:
      return {"User", "", dice.Of(kUsers)};
    case 1:
      return {"Group", "", dice.Of(kGroupNames)};
    default:
      return {"ServiceAccount", !cluster_binding && dice.Once(3) ? "" : dice.Of(kNamespaces),
              dice.Of(kAccounts)};
  }
}

Generated Generate(Dice& dice) {
  Generated world;
  for (const char* name : {"r1", "r2", "r3"}) {
    for (const std::string ns : {"", "a", "b"}) {
      Role role;
      role.ns = ns;
      role.name = name;
      for (size_t i = 0, n = 1 + dice.Below(2); i < n; ++i) {
        role.rules.push_back(RandomRule(dice, ns.empty()));
      }
      if (!dice.Once(6)) {  // else bindings to it dangle
        world.roles.push_back(std::move(role));
      }
    }
  }
  for (size_t i = 0, n = 2 + dice.Below(5); i < n; ++i) {
    Binding binding;
    binding.ns = dice.Once(3) ? "" : dice.Of(kNamespaces);
    binding.name = "b" + std::to_string(i);
    binding.cluster_role = binding.ns.empty() || dice.Once(2);
    binding.role = dice.Of({"r1", "r2", "r3"});
    for (size_t s = 0, m = 1 + dice.Below(2); s < m; ++s) {
      binding.subjects.push_back(RandomSubject(dice, binding.ns.empty()));
    }
    world.bindings.push_back(std::move(binding));
  }
  return world;
}

std::string Quoted(const std::string& text) { return '"' + text + '"'; }
std::string Json(const Texts& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    out += (out.size() > 1 ? "," : "") + Quoted(text);
  }
  return out + "]";
}
std::string Metadata(const std::string& ns, const std::string& name) {
  return R"("metadata":{"name":)" + Quoted(name) +
         (ns.empty() ? "" : R"(,"namespace":)" + Quoted(ns)) + "}";
}

std::string Manifest(const Generated& world) {
  const std::string api = R"("apiVersion":"rbac.authorization.k8s.io/v1",)";
  std::string out;
  for (const Role& role : world.roles) {
    out += "{" + api + R"("kind":")" + (role.ns.empty() ? "ClusterRole" : "Role") + R"(",)" +
           Metadata(role.ns, role.name) + R"(,"rules":[)";
    for (size_t i = 0; i < role.rules.size(); ++i) {
      const Rule& rule = role.rules[i];
      out += (i > 0 ? std::string(",") : std::string()) + R"({"verbs":)" + Json(rule.verbs);
      out += rule.urls.empty()
                 ? R"(,"apiGroups":)" + Json(rule.groups) + R"(,"resources":)" +
                       Json(rule.resources) + R"(,"resourceNames":)" + Json(rule.names)
                 : R"(,"nonResourceURLs":)" + Json(rule.urls);
      out += "}";
    }
    out += "]}\n";
  }
  for (const Binding& binding : world.bindings) {
    out += "{" + api + R"("kind":")" + (binding.ns.empty() ? "ClusterRoleBinding" : "RoleBinding") +
           R"(",)" + Metadata(binding.ns, binding.name) +
           R"(,"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":")" +
           (binding.cluster_role ? "ClusterRole" : "Role") + R"(","name":)" + Quoted(binding.role) +
           R"(},"subjects":[)";
    for (size_t i = 0; i < binding.subjects.size(); ++i) {
      const Subject& subject = binding.subjects[i];
      out += (i > 0 ? std::string(",") : std::string()) + R"({"kind":)" + Quoted(subject.kind) +
             R"(,"name":)" + Quoted(subject.name);
      out += subject.kind == "ServiceAccount" ? "" : R"(,"apiGroup":"rbac.authorization.k8s.io")";
      out += subject.ns.empty() ? "" : R"(,"namespace":)" + Quoted(subject.ns);
      out += "}";
    }
    out += "]}\n";
  }
  // A workload is its ServiceAccount.
  out += R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"a"},)"
         R"("spec":{"serviceAccountName":"x"}})"
         "\n";
  return out;
}

// --- The test's own evaluator ------------------------------------------------------------------

struct Identity {
  std::string username;
  std::set<std::string> groups;
};

Identity IdentityOf(const std::string& principal) {
  Identity identity;
  if (principal.starts_with("group:")) {
    const std::string group = principal.substr(6);
    identity.groups = {group};
    if (group != "system:unauthenticated") {
      identity.groups.insert("system:authenticated");
    }
    return identity;
  }
  const std::string sa = principal == "pod:a/p" ? "sa:a/x" : principal;
  if (sa.starts_with("sa:")) {
    const size_t slash = sa.find('/');
    const std::string ns = sa.substr(3, slash - 3);
    identity.username = "system:serviceaccount:" + ns + ":" + sa.substr(slash + 1);
    identity.groups = {"system:serviceaccounts", "system:serviceaccounts:" + ns,
                       "system:authenticated"};
    return identity;
  }
  identity.username = principal.substr(5);
  identity.groups = {identity.username == "system:anonymous" ? "system:unauthenticated"
                                                             : "system:authenticated"};
  return identity;
}

bool Has(const Texts& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool Applies(const Binding& binding, const Subject& subject, const Identity& identity) {
  if (subject.kind == "User") {
    return !subject.name.empty() && subject.name == identity.username;
  }
  if (subject.kind == "Group") {
    return identity.groups.count(subject.name) > 0;
  }
  const std::string& ns = subject.ns.empty() ? binding.ns : subject.ns;
  return identity.username == "system:serviceaccount:" + ns + ":" + subject.name;
}

bool Matches(const Rule& rule, const Permission& p) {
  if (!Has(rule.verbs, "*") && !Has(rule.verbs, p.verb)) {
    return false;
  }
  if (!p.url.empty()) {
    return std::any_of(rule.urls.begin(), rule.urls.end(), [&](const std::string& url) {
      return url == p.url || (url.back() == '*' && p.url.starts_with(url.substr(0, url.find('*'))));
    });
  }
  const std::string resource =
      p.subresource.empty() ? p.resource : p.resource + "/" + p.subresource;
  return (Has(rule.groups, "*") || Has(rule.groups, p.group)) &&
         (Has(rule.resources, "*") || Has(rule.resources, resource) ||
          (!p.subresource.empty() && Has(rule.resources, "*/" + p.subresource))) &&
         (rule.names.empty() || Has(rule.names, p.name));
}

// Any of it: every wildcard of the question, and the namespace and name that it leaves out, may be
// anything that suits the rule.
bool MatchesAny(const Rule& rule, const Permission& p) {
  if (p.verb != "*" && !Has(rule.verbs, "*") && !Has(rule.verbs, p.verb)) {
    return false;
  }
  if (!p.url.empty()) {
    Permission got = p;
    got.verb = rule.verbs.front();
    return p.url == "/*" ? !rule.urls.empty()
                         : Matches(rule, got) || (p.verb == "*" && [&] {
                             return std::any_of(rule.verbs.begin(), rule.verbs.end(),
                                                [&](const std::string& verb) {
                                                  got.verb = verb;
                                                  return Matches(rule, got);
                                                });
                           }());
  }
  if (p.group != "*" && !Has(rule.groups, "*") && !Has(rule.groups, p.group)) {
    return false;
  }
  if (!p.name.empty() && !rule.names.empty() && !Has(rule.names, p.name)) {
    return false;
  }
  return std::any_of(rule.resources.begin(), rule.resources.end(), [&](const std::string& entry) {
    const std::string resource =
        p.subresource.empty() ? p.resource : p.resource + "/" + p.subresource;
    if (entry == "*" || entry == resource) {
      return true;
    }
    const size_t slash = entry.find('/');
    if (p.resource == "*") {
      return p.subresource.empty() ||
             (slash != std::string::npos && entry.substr(slash + 1) == p.subresource);
    }
    return !p.subresource.empty() && entry == "*/" + p.subresource;
  });
}

bool Expected(const Generated& world, const std::string& principal, const Permission& p) {
  const Identity identity = IdentityOf(principal);
  if (identity.groups.count("system:masters") > 0) {
    return true;
  }
  const bool any_namespace =
      p.any && p.name_space.empty() && p.url.empty() && p.resource != "nodes" &&
      p.resource != "users" &&
      !(p.resource == "namespaces" && (p.verb == "list" || p.verb == "create"));
  for (const Binding& binding : world.bindings) {
    if (!binding.ns.empty() && !any_namespace && (!p.url.empty() || binding.ns != p.name_space)) {
      continue;
    }
    if (!binding.ns.empty() && !p.url.empty()) {
      continue;
    }
    if (std::none_of(binding.subjects.begin(), binding.subjects.end(),
                     [&](const Subject& s) { return Applies(binding, s, identity); })) {
      continue;
    }
    for (const Role& role : world.roles) {
      if (role.name != binding.role || role.ns != (binding.cluster_role ? "" : binding.ns)) {
        continue;
      }
      for (const Rule& rule : role.rules) {
        if (p.any ? MatchesAny(rule, p) : Matches(rule, p)) {
          return true;
        }
      }
    }
  }
  return false;
}

// --- Questions ---------------------------------------------------------------------------------

struct Asked {
  Texts words;
  QuestionOptions options;
};

Asked RandomQuestion(Dice& dice) {
  Asked asked;
  asked.options.any = dice.Once(4);
  if (dice.Once(6)) {
    asked.words = {dice.Of({"get", "post", "*"}), dice.Of({"/metrics", "/healthz/etcd", "/healthz",
                                                           "/apis/apps", "/version/", "/*"})};
    return asked;
  }
  asked.words = {dice.Of({"get", "list", "create", "delete", "patch", "*", "impersonate", "bind"}),
                 dice.Of({"pods", "pods/log", "pods/exec", "secrets", "deployments.apps",
                          "deployments.apps/scale", "*", "*.apps", "*.", "*/scale", "nodes",
                          "namespaces", "users", "configmaps"})};
  if (dice.Once(4)) {
    asked.words.push_back(dice.Of({"a", "one", "other"}));
  }
  if (!dice.Once(3)) {
    asked.options.name_space = dice.Of(kNamespaces);
  }
  return asked;
}

const Texts& Principals() {
  static const Texts all = [] {
    Texts list = {"pod:a/p", "sa:b/undeclared", "user:stranger", "group:strangers"};
    for (const std::string& user : kUsers) {
      if (!user.starts_with("system:serviceaccount:")) {
        list.push_back("user:" + user);
      }
    }
    for (const std::string& group : kGroupNames) {
      list.push_back("group:" + group);
    }
    for (const std::string& ns : kNamespaces) {
      for (const std::string& name : kAccounts) {
        list.push_back("sa:" + ns + "/" + name);
      }
    }
    return list;
  }();
  return all;
}

std::string Show(const Asked& asked) {
  std::string out;
  for (const std::string& word : asked.words) {
    out += word + " ";
  }
  return out + (asked.options.name_space.empty() ? "" : "-n " + asked.options.name_space) +
         (asked.options.any ? " --any" : "");
}

absl::StatusOr<Analysis> Load(const Generated& world) {
  AnalyzerOptions options;
  options.builtin_rbac = false;
  Analyzer analyzer(options);
  const absl::Status added = analyzer.AddText("world.json", Manifest(world));
  if (!added.ok()) {
    return added;
  }
  return std::move(analyzer).Analyze();
}

// A rule of `what` as one of the test's.
bool CoveredByWhat(const WhatAnswer& what, const Permission& p) {
  for (const WhatAnswer::Scope& scope : what.kubernetes) {
    if (scope.name_space != "*" && (!p.url.empty() || scope.name_space != p.name_space)) {
      continue;
    }
    for (const WhatAnswer::Rule& from : scope.rules) {
      if (Matches({from.verbs, from.groups, from.resources, from.names, from.urls}, p)) {
        return true;
      }
    }
  }
  return false;
}

// The principals that bindings name; each has a row of its own where it is allowed.
std::set<std::string> NamedBy(const Generated& world) {
  std::set<std::string> named;
  for (const Binding& binding : world.bindings) {
    for (const Subject& subject : binding.subjects) {
      if (subject.kind == "Group") {
        named.insert("group:" + subject.name);
      } else if (subject.kind == "User") {
        named.insert(subject.name == "system:serviceaccount:a:x" ? "sa:a/x"
                                                                 : "user:" + subject.name);
      } else if (const std::string& ns = subject.ns.empty() ? binding.ns : subject.ns;
                 !ns.empty()) {
        named.insert("sa:" + ns + "/" + subject.name);
      }
    }
  }
  return named;
}

using Whats = std::map<std::string, WhatAnswer>;

void CheckQuestion(const Generated& world, const Snapshot& snapshot, const Whats& whats,
                   const Asked& asked) {
  const auto who = snapshot.Who(asked.words, asked.options);
  ASSERT_TRUE(who.ok()) << who.status() << Show(asked);
  std::map<std::string, Decision> rows;
  for (const Grantee& row : who->grantees) {
    EXPECT_TRUE(rows.emplace(row.principal, row.decision).second) << row.principal;
    EXPECT_FALSE(row.paths.empty()) << row.principal;
  }
  for (const std::string& principal : Principals()) {
    const auto can = snapshot.Can(principal, asked.words, asked.options);
    ASSERT_TRUE(can.ok()) << can.status();
    const bool expected = Expected(world, principal, can->permission);
    EXPECT_EQ(can->decision, expected ? Decision::kAllowed : Decision::kDenied)
        << principal << " " << Show(asked);
    const auto row = rows.find(principal);
    if (row != rows.end()) {
      EXPECT_EQ(row->second, can->decision) << principal << " " << Show(asked);
      rows.erase(row);
    } else if (expected) {
      // One that no binding names stands behind a collective's row.
      const Identity identity = IdentityOf(principal);
      const bool collective =
          std::any_of(who->grantees.begin(), who->grantees.end(), [&](const Grantee& grantee) {
            return grantee.principal.starts_with("group:") &&
                   identity.groups.count(grantee.principal.substr(6)) > 0;
          });
      EXPECT_TRUE(collective) << principal << " has no row: " << Show(asked);
      EXPECT_EQ(NamedBy(world).count(principal), 0u)
          << principal << " has no row of its own: " << Show(asked);
    }
    if (!asked.options.any) {
      EXPECT_EQ(CoveredByWhat(whats.at(principal), can->permission), expected)
          << "what " << principal << " " << Show(asked);
    }
  }
  for (const auto& [principal, decision] : rows) {
    const auto can = snapshot.Can(principal, asked.words, asked.options);
    ASSERT_TRUE(can.ok()) << principal << can.status();
    EXPECT_EQ(can->decision, decision) << principal << " " << Show(asked);
  }
}

void CheckMatrix(const Snapshot& snapshot, Dice& dice) {
  QuestionOptions options;
  options.name_space = dice.Once(3) ? "" : dice.Of(kNamespaces);
  const Texts resources = {"pods", "pods/log", "secrets", "deployments.apps/scale"};
  const auto matrix = snapshot.Matrix(resources, options);
  ASSERT_TRUE(matrix.ok()) << matrix.status();
  ASSERT_EQ(matrix->resources.size(), resources.size());
  for (size_t r = 0; r < resources.size(); ++r) {
    for (size_t v = 0; v < matrix->verbs.size(); ++v) {
      std::map<std::string, Decision> cells, rows;
      for (const MatrixAnswer::Row& row : matrix->resources[r].rows) {
        ASSERT_TRUE(row.decisions[v].has_value());
        if (*row.decisions[v] != Decision::kDenied) {
          cells[row.principal] = *row.decisions[v];
        }
      }
      const auto who = snapshot.Who({matrix->verbs[v], resources[r]}, options);
      ASSERT_TRUE(who.ok());
      for (const Grantee& row : who->grantees) {
        rows[row.principal] = row.decision;
      }
      EXPECT_EQ(cells, rows) << matrix->verbs[v] << " " << resources[r] << " "
                             << options.name_space;
    }
  }
}

// The binding of every path is among those listed for the principal, and the other way round.
void CheckBindings(const Generated& world, const Snapshot& snapshot) {
  for (const std::string& principal : Principals()) {
    QuestionOptions options;
    options.subject = principal;
    const auto list = snapshot.List("bindings", options);
    ASSERT_TRUE(list.ok()) << list.status();
    std::set<std::string> listed, expected;
    for (const ListAnswer::Item& item : list->items) {
      listed.insert(item.name);
    }
    const Identity identity = IdentityOf(principal);
    for (const Binding& binding : world.bindings) {
      for (const Subject& subject : binding.subjects) {
        if (Applies(binding, subject, identity)) {
          expected.insert(binding.ns.empty() ? binding.name : binding.ns + "/" + binding.name);
        }
      }
    }
    EXPECT_EQ(listed, expected) << principal;
  }
}

TEST(RbacAgreement, OnRandomWorlds) {
  const char* const given = std::getenv("WHOMAY_RBAC_WORLDS");
  const uint32_t worlds = given != nullptr ? static_cast<uint32_t>(std::atoi(given)) : 40;
  constexpr int kQuestions = 12;
  for (uint32_t seed = 1; seed <= worlds && !HasFailure(); ++seed) {
    Dice dice(seed);
    const Generated world = Generate(dice);
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + Manifest(world));
    const auto analysis = Load(world);
    ASSERT_TRUE(analysis.ok()) << analysis.status();
    ASSERT_TRUE(analysis->complete());
    const Snapshot& snapshot = analysis->snapshot(World::kAfter);
    Whats whats;
    for (const std::string& principal : Principals()) {
      auto what = snapshot.What(principal, {});
      ASSERT_TRUE(what.ok()) << what.status();
      whats.emplace(principal, *std::move(what));
    }
    for (int i = 0; i < kQuestions && !HasFailure(); ++i) {
      CheckQuestion(world, snapshot, whats, RandomQuestion(dice));
    }
    CheckMatrix(snapshot, dice);
    CheckBindings(world, snapshot);
  }
}

// --- Abuses ------------------------------------------------------------------------------------

const Texts kStrongVerbs = {"get", "list", "create", "update", "bind", "escalate", "impersonate"};
const Texts kStrongGroups = {"", "rbac.authorization.k8s.io"};
const Texts kStrongResources = {"pods",
                                "secrets",
                                "serviceaccounts",
                                "serviceaccounts/token",
                                "pods/exec",
                                "roles",
                                "users",
                                "clusterroles",
                                "groups",
                                "configmaps",
                                "nodes",
                                "roles",
                                "rolebindings",
                                "clusterroles",
                                "clusterrolebindings"};

Generated GenerateStrong(Dice& dice) {
  Generated world = Generate(dice);
  for (Role& role : world.roles) {
    for (Rule& rule : role.rules) {
      if (rule.urls.empty() && !dice.Once(3)) {
        rule.verbs = dice.Some(kStrongVerbs, 3);
        rule.groups = dice.Some(kStrongGroups, 2);
        rule.resources = dice.Some(kStrongResources, 4);
        rule.names = dice.Once(4) ? dice.Some({"r1", "r2", "x"}, 2) : Texts();
      }
    }
  }
  return world;
}

// With --escalate: can, who and what agree, and nobody loses what it has without.
void CheckEscalation(const Generated& world, const Snapshot& snapshot, Asked asked) {
  asked.options.any = false;
  asked.options.escalate = true;
  const auto who = snapshot.Who(asked.words, asked.options);
  ASSERT_TRUE(who.ok()) << who.status() << Show(asked);
  std::map<std::string, Decision> rows;
  for (const Grantee& row : who->grantees) {
    rows.emplace(row.principal, row.decision);
  }
  const std::set<std::string> named = NamedBy(world);
  for (const std::string& principal : Principals()) {
    const auto can = snapshot.Can(principal, asked.words, asked.options);
    ASSERT_TRUE(can.ok()) << can.status();
    if (Expected(world, principal, can->permission)) {
      EXPECT_EQ(can->decision, Decision::kAllowed) << principal << " " << Show(asked);
    }
    const auto row = rows.find(principal);
    if (row != rows.end() || named.count(principal) > 0) {
      EXPECT_EQ(row == rows.end() ? Decision::kDenied : row->second, can->decision)
          << principal << " " << Show(asked);
    }
    const auto what = snapshot.What(principal, asked.options);
    ASSERT_TRUE(what.ok()) << what.status();
    EXPECT_EQ(CoveredByWhat(*what, can->permission), can->decision != Decision::kDenied)
        << "what " << principal << " " << Show(asked);
  }
}

TEST(RbacAgreement, OnAbusesInRandomWorlds) {
  const char* const given = std::getenv("WHOMAY_RBAC_WORLDS");
  const uint32_t worlds = given != nullptr ? static_cast<uint32_t>(std::atoi(given)) : 25;
  for (uint32_t seed = 1; seed <= worlds && !HasFailure(); ++seed) {
    Dice dice(seed + 100'000);
    const Generated world = GenerateStrong(dice);
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + Manifest(world));
    const auto analysis = Load(world);
    ASSERT_TRUE(analysis.ok()) << analysis.status();
    for (int i = 0; i < 4 && !HasFailure(); ++i) {
      CheckEscalation(world, analysis->snapshot(World::kAfter), RandomQuestion(dice));
    }
  }
}

}  // namespace
}  // namespace whomay

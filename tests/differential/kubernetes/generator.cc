#include "tests/differential/kubernetes/generator.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace whomay::differential {
namespace {

using Pool = std::vector<std::string>;

// What is usual, and what is a trap.
const Pool kVerbs = {"get",         "list",  "watch",    "create",
                     "update",      "patch", "delete",   "deletecollection",
                     "impersonate", "bind",  "escalate", "use"};
const Pool kOddVerbs = {"*", "*", "*", "GET", "get*", "", "frob", " get", "**"};
const Pool kGroups = {
    "", "apps", "batch", "example.com", "sub.example.com", "rbac.authorization.k8s.io"};
const Pool kOddGroups = {"*", "*", "*", "core", "APPS", "*.example.com", "apps ", "ap*", "com"};
const Pool kResources = {"pods",
                         "pods/log",
                         "pods/exec",
                         "deployments",
                         "deployments/scale",
                         "secrets",
                         "configmaps",
                         "nodes",
                         "namespaces",
                         "namespaces/status",
                         "scale",
                         "serviceaccounts/token",
                         "pods/xscale",
                         "log"};
const Pool kOddResources = {"*",     "*",    "*/*",  "pods/*", "*/scale",     "*/scale", "*/log",
                            "*/",    "pod*", "Pods", "pods/",  "/log",        "a/b",     "a/b/c",
                            "*/b/c", "",     "**",   "*/*/*",  "pods,secrets"};
const Pool kNames = {"a", "b", "x", "aws-auth"};
const Pool kOddNames = {"*", "", "", "a*", "A", "a/b", " a"};
const Pool kUrls = {"/healthz", "/healthz/etcd", "/api",   "/apis", "/api/v1",
                    "/version", "/metrics",      "/a/x/b", "/"};
const Pool kOddUrls = {"*",      "/healthz/*", "/api*", "/api**",   "/*",      "/healthz*",
                       "/a/*/b", "/version/",  "**",    "/HEALTHZ", "healthz", "/healthz/"};
const Pool kUrlVerbs = {"get", "post", "put", "delete", "head", "options"};
const Pool kSpaces = {"team-a", "team-b", "kube-system", "default"};
const Pool kUsers = {"alice",
                     "bob",
                     "dev",
                     "Alice",
                     "system:node:n1",
                     "system:serviceaccount:team-a:app",
                     "system:anonymous",
                     "zo\xC3\xAB"};
const Pool kUserGroups = {"dev", "ops", "Dev", "alice", "system:nodes"};
const Pool kSystemGroups = {"system:authenticated",          "system:unauthenticated",
                            "system:serviceaccounts",        "system:serviceaccounts:team-a",
                            "system:serviceaccounts:team-b", "system:masters"};
const Pool kAccounts = {"app", "default", "build"};
const Pool kLabelKeys = {"to", "level", "rbac.example.com/aggregate-to-view"};
const Pool kLabelValues = {"true", "false", "", "1"};

class Generator {
 public:
  explicit Generator(uint64_t seed) : state_(seed) {}

  World Make(size_t requests) {
    World world;
    const size_t cluster_roles = 1 + Below(3), roles = Below(3);
    for (size_t i = 0; i < cluster_roles; ++i) {
      world.objects.push_back(MakeRole("ClusterRole", i));
    }
    for (size_t i = 0; i < roles; ++i) {
      world.objects.push_back(MakeRole("Role", i));
    }
    if (Chance(25)) {
      AddAggregation(world);
    }
    const size_t role_count = world.objects.size();
    for (size_t bindings = 1 + Below(4); bindings > 0; --bindings) {
      world.objects.push_back(MakeBinding(world, role_count, bindings));
    }
    if (Chance(15)) {
      AddDuplicate(world);
    }
    if (Chance(20)) {
      std::reverse(world.objects.begin(), world.objects.end());
    }
    while (world.asks.size() < requests) {
      Ask ask = Chance(75) ? MakeNearAsk(world) : MakeRandomAsk();
      if (ask.caller == Ask::Caller::kUser && ask.user == "system:anonymous") {
        ask.caller = Ask::Caller::kAnonymous;
      }
      if (ask.caller != Ask::Caller::kUser) {
        ask.groups.clear();
      }
      world.asks.push_back(std::move(ask));
    }
    return world;
  }

  World MakeAggregationWorld() {
    World world;
    const size_t count = 2 + Below(6);
    for (size_t i = 0; i < count; ++i) {
      Object& role = world.objects.emplace_back();
      role.kind = "ClusterRole";
      role.name = Chance(20)
                      ? std::string(1, static_cast<char>('A' + i)) + ":x"
                      : std::string(1, static_cast<char>('a' + Below(26))) + std::to_string(i);
      role.labels = MakeLabels();
      if (Chance(55)) {
        AddRules(role);
      }
      if (Chance(60)) {
        role.aggregates = true;
        for (size_t selectors = 1 + Below(2); selectors > 0; --selectors) {
          role.selectors.push_back(MakeSelector());
        }
      }
    }
    return world;
  }

 private:
  uint64_t Next() {  // SplitMix64
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  size_t Below(size_t count) { return Next() % count; }
  bool Chance(uint32_t percent) { return Below(100) < percent; }
  const std::string& Of(const Pool& pool) { return pool[Below(pool.size())]; }
  // The world's own pick of a pool, so that rules, bindings and requests meet.
  const std::string& Or(const Pool& usual, const Pool& odd, uint32_t percent) {
    return Chance(percent) ? Of(odd) : Of(usual);
  }
  Texts Some(const Pool& usual, const Pool& odd, uint32_t odd_percent, size_t most) {
    Texts texts;
    for (size_t count = 1 + Below(most); count > 0; --count) {
      texts.push_back(Or(usual, odd, odd_percent));
    }
    return texts;
  }

  Rule MakeRule(bool urls) {
    Rule rule;
    if (urls) {
      rule.verbs = Some(kUrlVerbs, kOddVerbs, 20, 2);
      rule.urls = Some(kUrls, kOddUrls, 55, 2);
      if (Chance(85)) {
        return rule;
      }
    } else {
      rule.verbs = Some(kVerbs, kOddVerbs, 25, 3);
    }
    rule.groups = Some(kGroups, kOddGroups, 25, 2);
    rule.resources = Some(kResources, kOddResources, 35, 3);
    if (Chance(30)) {
      rule.names = Some(kNames, kOddNames, 40, 2);
    }
    switch (Below(40)) {  // a list that is missing
      case 0:
        rule.verbs.clear();
        break;
      case 1:
        rule.groups.clear();
        break;
      case 2:
        rule.resources.clear();
        break;
      default:
        break;
    }
    return rule;
  }

  void AddRules(Object& role) {
    for (size_t rules = 1 + Below(3); rules > 0; --rules) {
      role.rules.push_back(MakeRule(Chance(15)));
    }
    if (Chance(10)) {
      role.rules.push_back(role.rules.front());
    }
  }

  // Few names, so that kinds and namespaces share them.
  Object MakeRole(const std::string& kind, size_t number) {
    Object role;
    role.kind = kind;
    role.name = number == 0 ? "r" : number == 1 ? "view" : "R";
    if (kind == "Role") {
      role.space = Of(kSpaces);
    } else if (Chance(30)) {
      role.labels = MakeLabels();
    }
    if (!Chance(5)) {
      AddRules(role);
    }
    return role;
  }

  Labels MakeLabels() {
    Labels labels;
    for (const std::string& key : kLabelKeys) {
      if (Chance(45)) {
        labels.emplace_back(key, Of(kLabelValues));
      }
    }
    return labels;
  }

  Selector MakeSelector() {
    Selector selector;
    if (Chance(8)) {
      return selector;  // everything
    }
    if (Chance(65)) {
      selector.labels.emplace_back(Of(kLabelKeys), Of(kLabelValues));
    }
    if (selector.labels.empty() || Chance(25)) {
      Requirement& requirement = selector.expressions.emplace_back();
      requirement.key = Of(kLabelKeys);
      static const Pool operators = {"In", "NotIn", "Exists", "DoesNotExist"};
      requirement.op = Of(operators);
      if (requirement.op.ends_with("In")) {
        requirement.values = Some(kLabelValues, kLabelValues, 0, 2);
      }
      if (Chance(4)) {  // malformed: the controller gives up on the whole role
        requirement.op = "in";
      }
    }
    return selector;
  }

  void AddAggregation(World& world) {
    for (Object& role : world.objects) {
      if (role.kind == "ClusterRole" && role.labels.empty()) {
        role.labels = MakeLabels();
      }
    }
    for (size_t i = 1 + Below(3); i > 0; --i) {
      Object role;
      role.kind = "ClusterRole";
      role.name = std::string(1, static_cast<char>('a' + Below(26))) + "-agg" + std::to_string(i);
      role.aggregates = true;
      role.labels = MakeLabels();
      for (size_t selectors = 1 + Below(2); selectors > 0; --selectors) {
        role.selectors.push_back(MakeSelector());
      }
      if (Chance(35)) {
        AddRules(role);
      }
      world.objects.push_back(std::move(role));
    }
  }

  Subject MakeSubject() {
    static const std::string kRbac = "rbac.authorization.k8s.io";
    Subject subject;
    switch (Below(10)) {
      case 0:
      case 1:
      case 2:
        subject = {"User", kRbac, "", Of(kUsers)};
        break;
      case 3:
      case 4:
        subject = {"Group", kRbac, "", Of(kUserGroups)};
        break;
      case 5:
      case 6:
        subject = {"Group", kRbac, "", Of(kSystemGroups)};
        break;
      default:
        subject = {"ServiceAccount", "", Chance(30) ? "" : Of(kSpaces), Of(kAccounts)};
        break;
    }
    if (Chance(4)) {  // the kind is compared exactly
      subject.kind[0] = static_cast<char>(std::tolower(subject.kind[0]));
    }
    if (Chance(4)) {  // the group is not looked at
      subject.group = "x";
    }
    if (subject.kind == "User" && Chance(10)) {
      subject.space = "team-a";
    }
    return subject;
  }

  Object MakeBinding(const World& world, size_t role_count, size_t number) {
    const Object& role = world.objects[Below(role_count)];
    Object binding;
    binding.kind = role.kind == "ClusterRole" && Chance(45) ? "ClusterRoleBinding" : "RoleBinding";
    binding.name = "b" + std::to_string(number);
    binding.role_kind = role.kind;
    binding.role_name = role.name;
    if (binding.kind == "RoleBinding") {
      binding.space = role.kind == "Role" && Chance(70) ? role.space : Of(kSpaces);
    }
    switch (Below(25)) {  // a role that is not there, or of the other kind
      case 0:
        binding.role_name = "missing";
        break;
      case 1:
        binding.role_kind = role.kind == "Role" ? "ClusterRole" : "Role";
        break;
      case 2:
        binding.role_kind = "clusterrole";
        break;
      default:
        break;
    }
    for (size_t subjects = 1 + Below(2); subjects > 0; --subjects) {
      binding.subjects.push_back(MakeSubject());
    }
    return binding;
  }

  // Another object of a name that is taken; its place decides which stands.
  void AddDuplicate(World& world) {
    Object copy = world.objects[Below(world.objects.size())];
    if (copy.is_role()) {
      copy.rules.clear();
      if (Chance(70)) {
        AddRules(copy);
      }
    } else {
      copy.subjects = {MakeSubject()};
    }
    world.objects.insert(world.objects.begin() + static_cast<long>(Below(world.objects.size() + 1)),
                         copy);
  }

  void BecomeSubject(const Object& binding, Ask& ask) {
    ask.user = Of(kUsers);
    if (binding.subjects.empty()) {
      return;
    }
    const Subject& subject = binding.subjects[Below(binding.subjects.size())];
    if (subject.kind == "User" || subject.kind == "user") {
      ask.user = subject.name;
    } else if (subject.kind == "ServiceAccount") {
      ask.caller = Ask::Caller::kServiceAccount;
      ask.user = subject.name;
      ask.account_space = !subject.space.empty()   ? subject.space
                          : !binding.space.empty() ? binding.space
                                                   : Of(kSpaces);
    } else if (subject.name == "system:unauthenticated" && Chance(70)) {
      ask.caller = Ask::Caller::kAnonymous;
    } else if (subject.name.starts_with("system:serviceaccounts")) {
      ask.caller = Ask::Caller::kServiceAccount;
      ask.user = Of(kAccounts);
      ask.account_space = subject.name.ends_with("team-b") ? "team-b" : "team-a";
    } else if (subject.name != "system:authenticated") {
      ask.groups.push_back(subject.name);
    }
  }

  void UseRule(const Rule& rule, Ask& ask) {
    const auto pick = [&](const Texts& list, const Pool& for_all, const Pool& usual) {
      if (list.empty()) {
        return Of(usual);
      }
      const std::string& text = Of(list);
      return text == "*" && Chance(70) ? Of(for_all) : text;
    };
    if (!rule.urls.empty() && Chance(80)) {
      ask.verb = pick(rule.verbs, kUrlVerbs, kUrlVerbs);
      ask.url = Of(rule.urls);
      MeetPattern(ask.url);
      return;
    }
    ask.verb = pick(rule.verbs, kVerbs, kVerbs);
    ask.group = pick(rule.groups, kGroups, kGroups);
    std::string resource = pick(rule.resources, kResources, kResources);
    if (resource.starts_with("*/") && Chance(75)) {
      resource = "deployments" + resource.substr(1);
    }
    SplitResource(resource, ask);
    ask.name = rule.names.empty() ? (Chance(50) ? "" : Of(kNames)) : Of(rule.names);
    if (ask.name == "a*" && Chance(50)) {
      ask.name = "ab";
    }
  }

  // A path that the pattern covers, or that one might think it covers.
  void MeetPattern(std::string& url) {
    const size_t star = url.find('*');
    if (star == std::string::npos || Chance(20)) {
      return;
    }
    if (!url.ends_with('*')) {
      url.replace(star, 1, "x");
    } else if (star > 1 && Chance(20)) {
      url = url.substr(0, star - (url[star - 1] == '/' ? 1 : 0));
    } else {
      url = url.substr(0, star) + (Chance(50) ? "x" : "etcd");
    }
  }

  void SplitResource(const std::string& resource, Ask& ask) {
    const size_t slash = resource.find('/');
    ask.resource = resource.substr(0, slash);
    if (slash != std::string::npos) {
      ask.subresource = resource.substr(slash + 1);
    }
    if (Chance(3)) {  // what only a SubjectAccessReview can say
      ask.resource = resource;
      ask.subresource.clear();
    }
  }

  // A request that a binding of the world grants, or nearly.
  Ask MakeNearAsk(const World& world) {
    std::vector<const Object*> bindings;
    for (const Object& object : world.objects) {
      if (!object.is_role()) {
        bindings.push_back(&object);
      }
    }
    const Object& binding = *bindings[Below(bindings.size())];
    std::vector<const Rule*> rules;
    for (const Object& object : world.objects) {
      const bool aggregated = object.kind == "ClusterRole" && Chance(20);
      if (object.is_role() && ((object.name == binding.role_name && Chance(95)) || aggregated)) {
        for (const Rule& rule : object.rules) {
          rules.push_back(&rule);
        }
      }
    }
    Ask ask = MakeRandomAsk();
    if (!rules.empty()) {
      ask = Ask();
      UseRule(*rules[Below(rules.size())], ask);
    }
    ask.caller = Ask::Caller::kUser;
    ask.groups.clear();
    BecomeSubject(binding, ask);
    if (ask.url.empty()) {
      ask.space = !binding.space.empty() ? binding.space : Chance(50) ? Of(kSpaces) : "";
    }
    if (Chance(45)) {
      TurnAside(ask);
    }
    if (ask.caller == Ask::Caller::kUser && Chance(25)) {
      ask.groups.push_back(Of(kUserGroups));
    }
    return ask;
  }

  // One field becomes another.
  void TurnAside(Ask& ask) {
    const auto flip_case = [](std::string& text) {
      if (!text.empty()) {
        const auto c = static_cast<unsigned char>(text[0]);
        text[0] = static_cast<char>(std::isupper(c) ? std::tolower(c) : std::toupper(c));
      }
    };
    switch (Below(14)) {
      case 0:
        ask.verb = Or(kVerbs, kOddVerbs, 25);
        break;
      case 1:
        ask.group = Or(kGroups, kOddGroups, 25);
        break;
      case 2:
        SplitResource(Or(kResources, kOddResources, 25), ask);
        break;
      case 3:
        ask.subresource = ask.subresource.empty() ? (Chance(50) ? "log" : "scale") : "";
        break;
      case 4:
        ask.name = Or(kNames, kOddNames, 40);
        break;
      case 5:
        ask.name.clear();
        break;
      case 6:
        ask.space = Of(kSpaces);
        break;
      case 7:
        ask.space.clear();
        break;
      case 8:
        flip_case(Chance(50) ? ask.verb : ask.resource);
        break;
      case 9:
        flip_case(Chance(50) ? ask.name : ask.user);
        break;
      case 10:
        ask.caller = Ask::Caller::kUser;
        ask.user = Of(kUsers);
        ask.groups = {Of(kUserGroups)};
        break;
      case 11:
        ask.caller = Ask::Caller::kServiceAccount;
        ask.user = Of(kAccounts);
        ask.account_space = Of(kSpaces);
        ask.groups.clear();
        break;
      case 12:
        (Chance(50) ? ask.verb : ask.resource) += Chance(50) ? " " : "s";
        break;
      default:
        if (!ask.url.empty()) {
          ask.url = Or(kUrls, kOddUrls, 30);
        } else {
          ask.group = "sub." + ask.group;
        }
        break;
    }
    if (!ask.url.empty()) {
      ask.group.clear();
      ask.resource.clear();
      ask.subresource.clear();
      ask.space.clear();
      ask.name.clear();
    }
  }

  Ask MakeRandomAsk() {
    Ask ask;
    ask.user = Of(kUsers);
    switch (Below(6)) {
      case 0:
        ask.caller = Ask::Caller::kAnonymous;
        break;
      case 1:
      case 2:
        ask.caller = Ask::Caller::kServiceAccount;
        ask.user = Of(kAccounts);
        ask.account_space = Of(kSpaces);
        break;
      default:
        if (Chance(50)) {
          ask.groups.push_back(Chance(80) ? Of(kUserGroups) : Of(kSystemGroups));
        }
        break;
    }
    if (Chance(12)) {
      ask.verb = Of(kUrlVerbs);
      ask.url = Of(kUrls);
      return ask;
    }
    ask.verb = Or(kVerbs, kOddVerbs, 10);
    ask.group = Or(kGroups, kOddGroups, 10);
    SplitResource(Or(kResources, kOddResources, 10), ask);
    if (Chance(50)) {
      ask.name = Or(kNames, kOddNames, 15);
    }
    if (Chance(75)) {
      ask.space = Of(kSpaces);
    }
    return ask;
  }

  uint64_t state_;
};

uint64_t Mixed(uint64_t seed, uint64_t number) {
  return seed * 0x9e3779b97f4a7c15 + number * 0xd1342543de82ef95;
}

}  // namespace

World Generate(uint64_t seed, uint64_t number, size_t requests) {
  World world = Generator(Mixed(seed, number)).Make(requests);
  world.id = std::to_string(seed) + "-" + std::to_string(number);
  world.who = number % 4 == 0;
  return world;
}

World GenerateAggregation(uint64_t seed, uint64_t number) {
  World world = Generator(Mixed(seed ^ 0xa66a, number)).MakeAggregationWorld();
  world.id = "a" + std::to_string(seed) + "-" + std::to_string(number);
  return world;
}

}  // namespace whomay::differential

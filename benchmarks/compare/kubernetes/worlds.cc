#include "benchmarks/compare/kubernetes/worlds.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/strings.h"
#include "data/bootstrap_rbac.h"
#include "ingest/kubernetes/bootstrap.h"
#include "ingest/kubernetes/manifest.h"

namespace whomay::benchmarks {
namespace {

// SplitMix64: the same numbers with every standard library.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  size_t Below(size_t count) { return Next() % count; }
  bool Chance(uint32_t percent) { return Below(100) < percent; }
  template <typename List>
  const auto& Of(const List& list) {
    return list[Below(std::size(list))];
  }

 private:
  uint64_t state_;
};

struct Resource {
  std::string_view group, name;
};
constexpr Resource kResources[] = {{"", "pods"},
                                   {"", "pods/log"},
                                   {"", "pods/exec"},
                                   {"", "services"},
                                   {"", "secrets"},
                                   {"", "configmaps"},
                                   {"", "serviceaccounts"},
                                   {"", "serviceaccounts/token"},
                                   {"", "events"},
                                   {"", "endpoints"},
                                   {"", "persistentvolumeclaims"},
                                   {"", "nodes"},
                                   {"", "namespaces"},
                                   {"apps", "deployments"},
                                   {"apps", "deployments/scale"},
                                   {"apps", "statefulsets"},
                                   {"apps", "daemonsets"},
                                   {"apps", "replicasets"},
                                   {"batch", "jobs"},
                                   {"batch", "cronjobs"},
                                   {"networking.k8s.io", "ingresses"},
                                   {"networking.k8s.io", "networkpolicies"},
                                   {"rbac.authorization.k8s.io", "roles"},
                                   {"rbac.authorization.k8s.io", "rolebindings"},
                                   {"policy", "poddisruptionbudgets"},
                                   {"autoscaling", "horizontalpodautoscalers"},
                                   {"coordination.k8s.io", "leases"},
                                   {"storage.k8s.io", "storageclasses"},
                                   {"apiextensions.k8s.io", "customresourcedefinitions"},
                                   {"argoproj.io", "applications"},
                                   {"argoproj.io", "appprojects"},
                                   {"cert-manager.io", "certificates"},
                                   {"cert-manager.io", "issuers"},
                                   {"monitoring.coreos.com", "prometheuses"},
                                   {"monitoring.coreos.com", "servicemonitors"},
                                   {"serving.knative.dev", "services"},
                                   {"kafka.strimzi.io", "kafkatopics"},
                                   {"external-secrets.io", "externalsecrets"},
                                   {"kustomize.toolkit.fluxcd.io", "kustomizations"},
                                   {"helm.toolkit.fluxcd.io", "helmreleases"}};
constexpr std::string_view kVerbs[] = {"get",    "list",  "watch",  "create",
                                       "update", "patch", "delete", "deletecollection"};

class Generator {
 public:
  Generator(const Size& size, uint64_t seed, facts::Facts& facts)
      : size_(size), random_(seed), facts_(facts) {}

  void Run() {
    for (uint32_t i = 0; i < size_.cluster_roles + size_.roles; ++i) {
      AddRole(i, i < size_.cluster_roles);
    }
    for (uint32_t i = 0; i < size_.cluster_bindings + size_.bindings; ++i) {
      AddBinding(i, i < size_.cluster_bindings);
    }
  }

 private:
  facts::Str Numbered(std::string_view name, size_t number) {
    return facts_.Keep(Concat({name, std::to_string(number)}));
  }
  facts::Str Namespace(size_t i) { return Numbered("team-", i % size_.namespaces); }

  void AddRule(facts::RbacRole& role) {
    facts::PolicyRule& rule = role.rules.emplace_back();
    const Resource first = random_.Of(kResources);
    rule.api_groups = {first.group};
    rule.resources = {first.name};
    for (size_t more = random_.Below(3); more > 0; --more) {
      const Resource& other = random_.Of(kResources);
      if (other.group == first.group) {
        rule.resources.push_back(other.name);
      }
    }
    for (size_t verbs = 1 + random_.Below(4); verbs > 0; --verbs) {
      rule.verbs.push_back(random_.Of(kVerbs));
    }
    if (random_.Chance(10)) {
      rule.resource_names = {Numbered("object-", random_.Below(50))};
    }
  }

  void AddRole(uint32_t number, bool cluster) {
    facts::RbacRole& role = facts_.roles.emplace_back();
    role.cluster_role = cluster;
    role.order = static_cast<uint32_t>(facts_.roles.size());
    role.name = Numbered(cluster ? "cluster-role-" : "role-", number);
    if (!cluster) {
      role.namespace_name = Namespace(number);
    }
    for (size_t rules = 1 + random_.Below(5); rules > 0; --rules) {
      AddRule(role);
    }
  }

  facts::Subject MakeSubject() {
    facts::Subject subject;
    const size_t kind = random_.Below(3);
    if (kind == 0) {
      subject.kind = "User";
      subject.name = Numbered("user-", random_.Below(size_.users));
    } else if (kind == 1) {
      subject.kind = "Group";
      subject.name = Numbered("group-", random_.Below(size_.groups));
    } else {
      subject.kind = "ServiceAccount";
      subject.namespace_name = Namespace(random_.Below(size_.namespaces));
      subject.name = Numbered("account-", random_.Below(size_.accounts_per_namespace));
    }
    return subject;
  }

  void AddBinding(uint32_t number, bool cluster) {
    facts::RbacBinding& binding = facts_.bindings.emplace_back();
    binding.cluster_binding = cluster;
    binding.order = static_cast<uint32_t>(facts_.bindings.size());
    binding.name = Numbered("binding-", number);
    binding.role_kind = "ClusterRole";
    binding.role_api_group = "rbac.authorization.k8s.io";
    binding.role_name = Numbered("cluster-role-", random_.Below(size_.cluster_roles));
    if (!cluster && random_.Chance(50)) {  // a Role, where it lies
      const size_t role = size_.cluster_roles + random_.Below(size_.roles);
      binding.role_kind = "Role";
      binding.role_name = Numbered("role-", role);
      binding.namespace_name = Namespace(role);
    } else if (!cluster) {
      binding.namespace_name = Namespace(random_.Below(size_.namespaces));
    }
    for (size_t subjects = 1 + random_.Below(3); subjects > 0; --subjects) {
      binding.subjects.push_back(MakeSubject());
    }
  }

  Size size_;
  Random random_;
  facts::Facts& facts_;
};

void AddBootstrap(World& world) {
  ingest::AddBootstrapRbac(data::BootstrapFor("1.34"), "", world.facts);
}

// A caller who is the subject.
Question Caller(World& world, const facts::RbacBinding& binding, const facts::Subject& subject) {
  const auto keep = [&](std::initializer_list<std::string_view> pieces) {
    return world.facts.Keep(Concat(pieces));
  };
  Question question;
  if (subject.kind == "User") {
    question.username = subject.name;
  } else if (subject.kind == "Group") {
    question.username = keep({"someone-in-", subject.name});
    question.groups.push_back(subject.name);
  } else {
    const std::string_view space =
        subject.namespace_name.empty() ? binding.namespace_name : subject.namespace_name;
    question.username = keep({"system:serviceaccount:", space, ":", subject.name});
    question.groups = {"system:serviceaccounts", keep({"system:serviceaccounts:", space})};
  }
  if (subject.name != "system:unauthenticated" && subject.name != "system:authenticated") {
    question.groups.push_back("system:authenticated");
  }
  return question;
}

std::string_view OrElse(const std::vector<facts::Str>& list, size_t number,
                        std::string_view wildcard) {
  const std::string_view text = list[number % list.size()];
  return text == "*" ? wildcard : text;
}

// A request that the rule grants.
rbac::Request Granted(World& world, const facts::PolicyRule& rule, Random& random) {
  rbac::Request request;
  request.verb = OrElse(rule.verbs, random.Next(), "get");
  if (rule.resources.empty()) {
    const std::string_view url = random.Of(rule.non_resource_urls);
    request.url =
        url.ends_with('*') ? world.facts.Keep(Concat({url.substr(0, url.find('*')), "x"})) : url;
    return request;
  }
  request.group = OrElse(rule.api_groups, random.Next(), "apps");
  const std::string_view resource = OrElse(rule.resources, random.Next(), "deployments");
  const size_t slash = resource.find('/');
  request.resource = resource.substr(0, slash);
  if (slash != std::string_view::npos) {
    request.subresource = resource.substr(slash + 1);
    if (request.resource == "*") {
      request.resource = "deployments";
    }
  }
  request.name = rule.resource_names.empty()
                     ? world.facts.Keep(Concat({"x", std::to_string(random.Below(1000))}))
                     : random.Of(rule.resource_names);
  return request;
}

std::string Key(const Question& question) {
  const rbac::Request& r = question.request;
  return Concat({question.username, "\n", Join(question.groups, ","), "\n", r.verb, "\n", r.group,
                 "\n", r.resource, "\n", r.subresource, "\n", r.namespace_name, "\n", r.name, "\n",
                 r.url});
}

// JSON, written by hand: the texts hold nothing that needs more than this.
void WriteText(std::string_view text, std::ostream& out) {
  out << '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out << '\\';
    }
    out << c;
  }
  out << '"';
}

void WriteList(std::string_view name, const std::vector<facts::Str>& list, std::ostream& out) {
  out << ",\"" << name << "\":[";
  for (size_t i = 0; i < list.size(); ++i) {
    out << (i > 0 ? "," : "");
    WriteText(list[i], out);
  }
  out << ']';
}

void WriteHead(std::string_view kind, std::string_view space, std::string_view name,
               std::ostream& out) {
  out << "{\"kind\":\"" << kind << "\",\"metadata\":{\"name\":";
  WriteText(name, out);
  if (!space.empty()) {
    out << ",\"namespace\":";
    WriteText(space, out);
  }
  out << '}';
}

void WriteRole(const facts::RbacRole& role, const rbac::RoleRules& rules, std::ostream& out) {
  WriteHead(role.cluster_role ? "ClusterRole" : "Role", role.namespace_name, role.name, out);
  out << ",\"rules\":[";
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    const facts::PolicyRule& rule = *rules.rules[i].rule;
    out << (i > 0 ? ",{\"x\":0" : "{\"x\":0");
    WriteList("verbs", rule.verbs, out);
    WriteList("apiGroups", rule.api_groups, out);
    WriteList("resources", rule.resources, out);
    WriteList("resourceNames", rule.resource_names, out);
    WriteList("nonResourceURLs", rule.non_resource_urls, out);
    out << '}';
  }
  out << "]}";
}

void WriteBinding(const facts::RbacBinding& binding, std::ostream& out) {
  WriteHead(binding.cluster_binding ? "ClusterRoleBinding" : "RoleBinding", binding.namespace_name,
            binding.name, out);
  out << ",\"roleRef\":{\"kind\":";
  WriteText(binding.role_kind, out);
  out << ",\"name\":";
  WriteText(binding.role_name, out);
  out << "},\"subjects\":[";
  for (size_t i = 0; i < binding.subjects.size(); ++i) {
    const facts::Subject& subject = binding.subjects[i];
    out << (i > 0 ? ",{\"kind\":" : "{\"kind\":");
    WriteText(subject.kind, out);
    out << ",\"name\":";
    WriteText(subject.name, out);
    if (subject.kind != "ServiceAccount") {
      out << ",\"apiGroup\":\"rbac.authorization.k8s.io\"";
    } else {
      out << ",\"namespace\":";
      WriteText(subject.namespace_name.empty() ? binding.namespace_name : subject.namespace_name,
                out);
    }
    out << '}';
  }
  out << "]}";
}

void WriteQuestion(const Question& question, std::ostream& out) {
  out << "{\"user\":";
  WriteText(question.username, out);
  WriteList("groups", question.groups, out);
  const rbac::Request& r = question.request;
  const std::pair<std::string_view, std::string_view> fields[] = {{"verb", r.verb},
                                                                  {"apigroup", r.group},
                                                                  {"resource", r.resource},
                                                                  {"subresource", r.subresource},
                                                                  {"namespace", r.namespace_name},
                                                                  {"name", r.name},
                                                                  {"url", r.url}};
  for (const auto& [name, value] : fields) {
    if (!value.empty()) {
      out << ",\"" << name << "\":";
      WriteText(value, out);
    }
  }
  out << '}';
}

}  // namespace

void World::Finish() {
  rbac::PolicyBuilder builder({.holes = &facts.holes});
  for (const facts::RbacRole& role : facts.roles) {
    builder.Add(role);
  }
  for (const facts::RbacBinding& binding : facts.bindings) {
    builder.Add(binding);
  }
  policy = builder.Build();
}

std::unique_ptr<World> Bootstrap() {
  auto world = std::make_unique<World>();
  world->name = "bootstrap";
  AddBootstrap(*world);
  world->Finish();
  return world;
}

std::unique_ptr<World> Manifests(const std::string& folder) {
  auto world = std::make_unique<World>();
  world->name = "manifests";
  AddBootstrap(*world);
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".yaml" || extension == ".yml" || extension == ".json") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  source::Diagnostics diagnostics;
  for (const std::filesystem::path& path : files) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    const source::FileId file = world->sources.Add(path.string(), bytes.str());
    ingest::ReadManifestFile(world->sources, file, ingest::KubernetesOptions(), world->facts,
                             diagnostics);
  }
  world->Finish();
  return world;
}

std::unique_ptr<World> Generated(std::string name, const Size& size, uint64_t seed) {
  auto world = std::make_unique<World>();
  world->name = std::move(name);
  AddBootstrap(*world);
  Generator(size, seed, world->facts).Run();
  world->Finish();
  return world;
}

std::string_view Name(Kind kind) {
  switch (kind) {
    case Kind::kClusterBinding:
      return "cluster binding";
    case Kind::kRoleBinding:
      return "role binding";
    case Kind::kDenied:
      break;
  }
  return "denied";
}

std::vector<Question> Draw(World& world, Kind kind, size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<const facts::RbacBinding*> bindings;
  for (const facts::RbacBinding& binding : world.facts.bindings) {
    const uint32_t role = world.policy.FindRole(binding.role_kind == "ClusterRole",
                                                binding.namespace_name, binding.role_name);
    if (!binding.refused && !binding.subjects.empty() &&
        (kind == Kind::kDenied || binding.cluster_binding == (kind == Kind::kClusterBinding)) &&
        role != rbac::kNone && !world.policy.rules(role).rules.empty()) {
      bindings.push_back(&binding);
    }
  }
  std::vector<Question> questions;
  std::set<std::string> seen;
  for (size_t tries = 0; questions.size() < count && tries < count * 20; ++tries) {
    const facts::RbacBinding& binding = *random.Of(bindings);
    const facts::Subject& subject = random.Of(binding.subjects);
    const uint32_t role = world.policy.FindRole(binding.role_kind == "ClusterRole",
                                                binding.namespace_name, binding.role_name);
    const facts::PolicyRule& rule = *random.Of(world.policy.rules(role).rules).rule;
    // The group system:masters is not asked of RBAC.
    if (subject.name == rbac::kMasters ||
        (rule.resources.empty() && (!binding.cluster_binding || rule.non_resource_urls.empty()))) {
      continue;
    }
    Question question = Caller(world, binding, subject);
    question.request = Granted(world, rule, random);
    if (question.request.url.empty()) {
      question.request.namespace_name = !binding.cluster_binding ? binding.namespace_name
                                        : random.Chance(50)      ? std::string_view("kube-system")
                                                                 : std::string_view();
    }
    if (kind == Kind::kDenied) {
      question.request.verb = "frobnicate";
    }
    if (seen.insert(Key(question)).second) {
      questions.push_back(std::move(question));
    }
  }
  return questions;
}

void Write(const World& world, const std::vector<std::vector<Question>>& questions,
           std::ostream& out) {
  out << "{\"id\":\"" << world.name << "\",\"objects\":[";
  bool first = true;
  const auto separate = [&] {
    out << (first ? "" : ",");
    first = false;
  };
  for (uint32_t i = 0; i < world.facts.roles.size(); ++i) {
    const facts::RbacRole& role = world.facts.roles[i];
    // Only what stands: of a name in the policy, the object that it took.
    if (!role.refused &&
        world.policy.FindRole(role.cluster_role, role.namespace_name, role.name) == i) {
      separate();
      WriteRole(role, world.policy.rules(i), out);
    }
  }
  std::set<std::string> names;
  std::vector<const facts::RbacBinding*> standing;
  for (size_t i = world.facts.bindings.size(); i-- > 0;) {  // the later stands
    const facts::RbacBinding& binding = world.facts.bindings[i];
    if (!binding.refused && names
                                .insert(Concat({binding.cluster_binding ? "c" : "n", "\n",
                                                binding.namespace_name, "\n", binding.name}))
                                .second) {
      standing.push_back(&binding);
    }
  }
  for (auto binding = standing.rbegin(); binding != standing.rend(); ++binding) {
    separate();
    WriteBinding(**binding, out);
  }
  out << "],\"lists\":[";
  for (size_t i = 0; i < questions.size(); ++i) {
    out << (i > 0 ? ",[" : "[");
    for (size_t j = 0; j < questions[i].size(); ++j) {
      out << (j > 0 ? "," : "");
      WriteQuestion(questions[i][j], out);
    }
    out << ']';
  }
  out << "]}\n";
}

}  // namespace whomay::benchmarks

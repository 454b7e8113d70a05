// kubernetes: what a live Kubernetes 1.34.1 and its kubectl said of eleven scenarios.
//
// "sar" lines are SubjectAccessReviews: the RBAC engine over the bootstrap objects and the
// scenario's manifest has to agree. "kubectl" lines are `kubectl auth can-i ARGS` with what it
// sent: the reader of permissions has to understand the arguments alike, save for the differences
// in kDifferences, which are on purpose; where kubectl printed yes or no, the engine has to agree
// on what was sent. The manifests are read from oracle/kubernetes/can-i below WHOMAY_SHARED
// (../shared if it is not set).
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>

#include "base/strings.h"
#include "data/bootstrap_rbac.h"
#include "facts/facts.h"
#include "ingest/kubernetes/bootstrap.h"
#include "ingest/kubernetes/manifest.h"
#include "query/kubernetes_permission.h"
#include "query/resource_names.h"
#include "rbac/policy.h"
#include "tests/vectors/replay.h"

namespace whomay::replay {
namespace {

using query::KubernetesPermission;
using query::ReadPermission;
using syntax::Value;

// One manifest of can-i/, loaded.
struct Scenario {
  source::SourceSet sources;
  facts::Facts facts;
  source::Diagnostics diagnostics;
  rbac::Policy policy;
  std::unique_ptr<query::ResourceNames> names;
};

std::filesystem::path SharedFolder() {
  const char* const shared = std::getenv("WHOMAY_SHARED");
  return shared != nullptr ? shared : "../shared";
}

std::unique_ptr<Scenario> Load(const std::string& name) {
  const std::filesystem::path path =
      SharedFolder() / "oracle" / "kubernetes" / "can-i" / (name + ".yaml");
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return nullptr;
  }
  std::string text{std::istreambuf_iterator<char>(in), {}};
  auto scenario = std::make_unique<Scenario>();
  ingest::AddBootstrapRbac(data::BootstrapFor("1.34"), {}, scenario->facts);
  const source::FileId file = scenario->sources.Add(name + ".yaml", std::move(text));
  ingest::ReadManifestFile(scenario->sources, file, {}, scenario->facts, scenario->diagnostics);
  rbac::PolicyBuilder builder;
  for (const facts::RbacRole& role : scenario->facts.roles) {
    builder.Add(role);
  }
  for (const facts::RbacBinding& binding : scenario->facts.bindings) {
    builder.Add(binding);
  }
  scenario->policy = builder.Build();
  std::vector<const facts::CustomResource*> custom;
  for (const facts::CustomResource& resource : scenario->facts.custom_resources) {
    custom.push_back(&resource);
  }
  scenario->names = std::make_unique<query::ResourceNames>(custom);
  return scenario;
}

const Scenario* Find(const std::string& name) {
  static std::map<std::string, std::unique_ptr<Scenario>> loaded;
  const auto [at, fresh] = loaded.try_emplace(name);
  if (fresh) {
    at->second = Load(name);
  }
  return at->second.get();
}

rbac::Request ToRequest(const Value& value) {
  rbac::Request request;
  request.verb = value.Get("verb").text();
  if (value.Get("path")) {
    // An empty path is a path all the same, one that only the rule `*` covers.
    const std::string_view path = value.Get("path").text();
    request.url = path.empty() ? "\x01" : path;
    return request;
  }
  request.group = value.Get("group").text();
  request.resource = value.Get("resource").text();
  request.subresource = value.Get("subresource").text();
  request.namespace_name = value.Get("namespace").text();
  request.name = value.Get("name").text();
  return request;
}

std::vector<std::string_view> Texts(const Value& list) {
  std::vector<std::string_view> texts;
  for (const Value element : list.elements()) {
    texts.push_back(element.text());
  }
  return texts;
}

bool Allows(const Scenario& scenario, const rbac::Identity& identity, const Value& sent) {
  return scenario.policy.Authorize(identity, ToRequest(sent)).allowed == Tri::kTrue;
}

void Expect(bool right, std::string difference, Outcome& outcome) {
  if (right) {
    ++outcome.passed;
  } else {
    ++outcome.failed;
    outcome.differences.push_back(std::move(difference));
  }
}

// What the Node authorizer, which runs beside RBAC there, grants to nodes is not ours to answer.
bool PerhapsByNodeAuthorizer(const rbac::Identity& identity, bool wanted, bool got) {
  return wanted && !got && identity.username.starts_with("system:node:");
}

void ReplayReview(const Value& line, const Scenario& scenario, Outcome& outcome) {
  const rbac::Identity identity{line.Get("user").text(), Texts(line.Get("groups"))};
  const bool wanted = line.Get("allowed").is_true();
  const bool got = Allows(scenario, identity, line.Get("request"));
  if (PerhapsByNodeAuthorizer(identity, wanted, got)) {
    return;
  }
  Expect(wanted == got,
         Concat({identity.username, wanted ? ": wanted allowed" : ": wanted denied", " ",
                 line.Get("reason").text()}),
         outcome);
}

// The arguments of one `kubectl auth can-i`, taken apart as kubectl does.
struct Arguments {
  std::vector<std::string> words;
  std::string namespace_name = "default";  // that of the context
  std::string subresource;
  bool all_namespaces = false;
  bool list = false;
};

Arguments TakeApart(const Value& args) {
  Arguments taken;
  const std::vector<std::string_view> all = Texts(args);
  for (size_t i = 0; i < all.size(); ++i) {
    const std::string_view word = all[i];
    const auto value = [&](std::string_view flag, std::string& into) {
      if (word == flag && i + 1 < all.size()) {
        into = all[++i];
      } else if (word.starts_with(flag) && word.substr(flag.size()).starts_with('=')) {
        into = word.substr(flag.size() + 1);
      } else {
        return false;
      }
      return true;
    };
    if (word == "-A" || word == "--all-namespaces") {
      taken.all_namespaces = true;
    } else if (word == "--list" || word == "--no-headers") {
      taken.list = true;
    } else if (word != "-q" && word != "--quiet" && !value("-n", taken.namespace_name) &&
               !value("--subresource", taken.subresource)) {
      taken.words.emplace_back(word);
    }
  }
  return taken;
}

// What kubectl sent, in the form of our own reading.
KubernetesPermission Sent(const Value& sent) {
  KubernetesPermission permission;
  permission.verb = sent.Get("verb").text();
  permission.url = sent.Get("path").text();
  permission.group = sent.Get("group").text();
  permission.resource = sent.Get("resource").text();
  permission.subresource = sent.Get("subresource").text();
  permission.namespace_name = sent.Get("namespace").text();
  permission.name = sent.Get("name").text();
  return permission;
}

std::string Show(const KubernetesPermission& p) {
  return Concat({p.verb, " ", p.url, p.group, "|", p.resource, "|", p.subresource, " ",
                 p.namespace_name, ":", p.name});
}

// One way in which we read otherwise, on purpose (design: spelling of permissions). `resource` is
// what kubectl sent as resource ("" for any), `warning` a part of its warnings ("" for any); where
// both hold, `change` makes our reading of its own.
struct Difference {
  std::string_view why;
  std::string_view resource;
  std::string_view warning;
  void (*change)(KubernetesPermission& permission);
};

void SplitGroup(KubernetesPermission& p) {
  const size_t dot = p.resource.find('.');
  if (dot != std::string::npos) {
    p.group = p.resource.substr(dot + 1);
    p.resource.resize(dot);
  }
}
void InGroup(KubernetesPermission& p, std::string_view resource, std::string_view group) {
  p.resource = resource;
  p.group = group;
  p.namespace_name.clear();
}

void AskForAccount(KubernetesPermission& p) {
  constexpr std::string_view kPrefix = "system:serviceaccount:";
  if (p.verb != "impersonate" || !p.subresource.empty() || !p.name.starts_with(kPrefix)) {
    return;
  }
  const std::string rest = p.name.substr(kPrefix.size());
  const std::vector<std::string_view> parts = Split(rest, ':');
  if (parts.size() == 2 && !parts[0].empty() && !parts[1].empty()) {
    p.resource = "serviceaccounts";
    p.namespace_name = parts[0];
    p.name = parts[1];
  }
}

constexpr std::string_view kUnresolved = "the server doesn't have a resource type";
constexpr Difference kDifferences[] = {
    {"'*' is every resource of every group", "*", "",
     [](KubernetesPermission& p) { p.group = "*"; }},
    {"what nothing knows is asked as resource and group", "", kUnresolved, SplitGroup},
    {"users are in no namespace", "users", "",
     [](KubernetesPermission& p) { InGroup(p, "users", ""); }},
    {"a user called like a ServiceAccount is asked for as one", "users", "", AskForAccount},
    {"groups are in no namespace", "groups", "",
     [](KubernetesPermission& p) { InGroup(p, "groups", ""); }},
    {"singular of users", "user", "", [](KubernetesPermission& p) { InGroup(p, "users", ""); }},
    {"singular of groups", "group", "", [](KubernetesPermission& p) { InGroup(p, "groups", ""); }},
    {"uids have a group", "uids", "",
     [](KubernetesPermission& p) { InGroup(p, "uids", "authentication.k8s.io"); }},
    {"userextras have a group", "userextras", "",
     [](KubernetesPermission& p) { InGroup(p, "userextras", "authentication.k8s.io"); }},
    {"signers have a group", "signers", "",
     [](KubernetesPermission& p) { InGroup(p, "signers", "certificates.k8s.io"); }},
    {"a cluster-scoped resource is asked without namespace", "", "is not namespace scoped",
     [](KubernetesPermission& p) { p.namespace_name.clear(); }},
    {"the same, where kubectl could not ask the server", "selfsubjectaccessreviews",
     "Error from server (Forbidden)", [](KubernetesPermission& p) { p.namespace_name.clear(); }},
    {"a namespace lies in itself", "namespaces", "",
     [](KubernetesPermission& p) {
       const bool collection =
           p.verb == "list" || p.verb == "watch" || p.verb == "deletecollection";
       p.namespace_name = collection ? std::string() : p.name;
     }},
};
// Group prefixes are no match.
struct GroupPrefix {
  std::string_view written;
  std::string_view resource;
  std::string_view group;
};
constexpr GroupPrefix kGroupPrefixes[] = {{"jobs.bat", "jobs", "bat"},
                                          {"jobs.batc", "jobs", "batc"}};

KubernetesPermission Wanted(const Value& line, std::string_view type) {
  KubernetesPermission wanted = Sent(line.Get("sent"));
  if (!wanted.url.empty()) {
    return wanted;
  }
  const std::string_view warnings = line.Get("stderr").text();
  for (const Difference& difference : kDifferences) {
    if ((difference.resource.empty() || difference.resource == wanted.resource) &&
        (difference.warning.empty() ||
         warnings.find(difference.warning) != std::string_view::npos)) {
      difference.change(wanted);
    }
  }
  for (const GroupPrefix& prefix : kGroupPrefixes) {
    if (prefix.written == type) {
      wanted.resource = prefix.resource;
      wanted.group = prefix.group;
    }
  }
  return wanted;
}

// kubectl impersonates with --as; without groups a ServiceAccount has its own.
rbac::Identity Caller(const Value& line) {
  static const std::string_view kMasters[] = {"system:masters"};
  const Value as = line.Get("as");
  if (!as.is_string()) {
    return rbac::WithImplicitGroups("admin", kMasters, false);
  }
  const std::vector<std::string_view> groups = Texts(line.Get("asGroups"));
  const bool account = as.text().starts_with("system:serviceaccount:") && groups.empty();
  return rbac::WithImplicitGroups(as.text(), groups, account);
}

void ReplayCommand(const Value& line, const Scenario& scenario, Outcome& outcome) {
  const Value sent = line.Get("sent");
  const Arguments arguments = TakeApart(line.Get("args"));
  const std::string_view said = line.Get("stdout").text();
  if (said == "yes\n" || said == "no\n") {
    const rbac::Identity caller = Caller(line);
    const bool wanted = said == "yes\n", got = Allows(scenario, caller, sent);
    if (!PerhapsByNodeAuthorizer(caller, wanted, got)) {
      Expect(wanted == got, Concat({"answer: wanted ", wanted ? "yes" : "no"}), outcome);
    }
  }
  if (arguments.list || !sent.is_object()) {
    return;  // a question that we do not have, or wrong usage (a name as third word is right for
             // us)
  }
  const std::string type = arguments.words.size() > 1 ? arguments.words[1] : std::string();
  if (type.empty()) {
    return;  // kubectl asks for the resource ""; for us it is wrong usage
  }
  std::vector<std::string> words = arguments.words;
  // To kubectl a slash divides type and name; for us the name is a word of its own.
  const size_t slash = type.find('/');
  if (slash != std::string::npos && slash > 0) {
    words[1] = type.substr(0, slash);
    if (slash + 1 < type.size()) {
      words.push_back(type.substr(slash + 1));
    }
  }
  query::PermissionFlags flags;
  flags.all_namespaces = arguments.all_namespaces;
  flags.namespace_name = arguments.namespace_name;
  flags.subresource = arguments.subresource;
  const ReadPermission read = query::ReadKubernetesPermission(words, flags, *scenario.names);
  const std::string wanted = Show(Wanted(line, type));
  const std::string got = read.ok() ? Show(read.permission) : read.error;
  Expect(wanted == got, Concat({Join(arguments.words, " "), ": wanted ", wanted, ", got ", got}),
         outcome);
}

}  // namespace

Outcome ReplayKubernetes(const Value& line, const Options&) {
  Outcome outcome;
  const std::string name(line.Get("scenario").text());
  const Scenario* scenario = Find(name);
  if (scenario == nullptr) {
    Expect(false, Concat({"cannot read the scenario ", name, " below WHOMAY_SHARED"}), outcome);
  } else if (line.Get("kind").text() == "sar") {
    ReplayReview(line, *scenario, outcome);
  } else {
    ReplayCommand(line, *scenario, outcome);
  }
  return outcome;
}

}  // namespace whomay::replay

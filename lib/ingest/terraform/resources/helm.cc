// helm_release: the ServiceAccounts that a chart's values name and tie to roles. Charts are not
// rendered; what they grant inside the cluster is not read.
// Attributes: spec terraform 2.5.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "ingest/kubernetes/objects.h"
#include "ingest/terraform/object_tree.h"
#include "ingest/terraform/resources/readers.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace whomay::ingest::terraform {
namespace {

using syntax::Value;

constexpr std::string_view kRoleAnnotation = "eks.amazonaws.com/role-arn";

// What values say of one `serviceAccount` object, by the path before it ("controller").
struct Account {
  Str name;
  Str role;
};

// `serviceAccount.annotations.eks\.amazonaws\.com/role-arn` cut at its unescaped dots.
std::vector<std::string> SetPath(std::string_view name) {
  std::vector<std::string> path(1);
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\' && i + 1 < name.size()) {
      path.back() += name[++i];
    } else if (name[i] == '.') {
      path.emplace_back();
    } else {
      path.back() += name[i];
    }
  }
  return path;
}

bool IsServiceAccount(std::string_view key) {
  return key == "serviceAccount" || key == "serviceaccount";
}

// One object for each of a chart's components: `serviceAccounts.server.name`.
bool HoldsServiceAccounts(std::string_view key) { return key == "serviceAccounts"; }

// Values of a `set` block.
void TakeSet(const std::vector<std::string>& path, Str value,
             std::map<std::string, Account>& accounts) {
  std::string before;
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    const bool several = HoldsServiceAccounts(path[i]);
    if (!several && !IsServiceAccount(path[i])) {
      before += path[i] + ".";
      continue;
    }
    if (several) {
      before += Concat({path[i], ".", path[i + 1], "."});
      ++i;
    }
    if (path.size() == i + 2 && path[i + 1] == "name") {
      accounts[before].name = value;
    } else if (path.size() == i + 3 && path[i + 1] == "annotations" &&
               path[i + 2] == kRoleAnnotation) {
      accounts[before].role = value;
    }
    return;
  }
}

void TakeAccount(Reading& r, const Value& object, Account& account) {
  const Value name = object.Get("name");
  const Value role = object.Get("annotations").Get(kRoleAnnotation);
  account.name = name.is_string() ? r.facts.Keep(name.text()) : account.name;
  account.role = role.is_string() ? r.facts.Keep(role.text()) : account.role;
}

// Values of a YAML text: every object in it that stands for a ServiceAccount.
void TakeYaml(Reading& r, const Value& root, std::map<std::string, Account>& accounts) {
  struct Part {
    Value value;
    std::string before;
    bool accounts = false;  // its members are such objects
  };
  std::vector<Part> open = {{root, "", false}};
  while (!open.empty()) {
    const Part at = std::move(open.back());
    open.pop_back();
    for (const Value member : at.value.members()) {
      if (!member.is_object()) {
        continue;
      }
      const std::string below = Concat({at.before, member.key(), "."});
      if (at.accounts || IsServiceAccount(member.key())) {
        TakeAccount(r, member, accounts[at.accounts ? below : at.before]);
      } else {
        open.push_back({member, below, HoldsServiceAccounts(member.key())});
      }
    }
  }
}

void ReadRelease(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  std::map<std::string, Account> accounts;
  const Field values = r.Filled(root.Get("values"));
  if (values.view.HasUnknown()) {
    r.diagnostics.Add("terraform.helm-values", source::Severity::kNote, r.instances[id].span,
                      "the values are not all known before apply: names and roles of "
                      "ServiceAccounts in them are not read",
                      std::string(r.instances[id].address));
  }
  for (const Field& text : values.elements()) {
    if (!text.set() || !text.view.value.is_string() || text.view.text().empty()) {
      continue;
    }
    if (facts::HasHole(text.view.text())) {
      TakeYaml(r, r.Structure(text, true), accounts);
      continue;
    }
    const source::FileId file = syntax::EmbedString(r.sources, text.view.value);
    const auto size = static_cast<uint32_t>(r.sources.bytes(file).size());
    const syntax::YamlValue yaml = syntax::ParseKubernetesYaml(
        r.sources, {file, 0, size}, r.diagnostics, r.instances[id].address);
    TakeYaml(r, yaml.tree.root(), accounts);
  }
  for (const std::string_view list : {"set", "set_list"}) {
    for (const Field& set : r.Filled(root.Get(list)).elements()) {
      const std::vector<std::string> path = SetPath(set.Get("name").view.text());
      const bool role = path.size() > 1 && path.back() == kRoleAnnotation;
      TakeSet(path, r.Text(set.Get("value"), role ? Want::kRoleArn : Want::kText), accounts);
    }
  }
  const Str name_space = r.Text(root.Get("namespace"), Want::kText);
  for (const auto& [before, account] : accounts) {
    // Without a name the chart makes one up; nothing is tied to it by name.
    if (account.name.empty() || account.role.empty()) {
      continue;
    }
    ObjectTree tree(r, id);
    tree.BeginObject();
    tree.Key("apiVersion");
    tree.Text("v1");
    tree.Key("kind");
    tree.Text("ServiceAccount");
    tree.Key("metadata");
    tree.BeginObject();
    tree.Key("name");
    tree.Text(account.name);
    tree.Key("namespace");
    tree.Text(name_space.empty() ? Str("default") : name_space);
    tree.Key("annotations");
    tree.BeginObject();
    tree.Key(kRoleAnnotation);
    tree.Text(account.role);
    tree.End();
    tree.End();
    tree.End();
    KubernetesOptions options;
    options.cluster = r.ClusterOf(id);
    options.worlds = r.instances[id].worlds;
    options.address = r.instances[id].address;
    const syntax::Tree object = tree.Finish();
    ReadObject(object.root(), options, r.facts, r.diagnostics);
  }
}

constexpr TypeReader kReaders[] = {{"helm_release", ReadRelease, nullptr}};

}  // namespace

std::span<const TypeReader> HelmReaders() { return kReaders; }

}  // namespace whomay::ingest::terraform

#include "ingest/terraform/worlds.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/strings.h"

namespace whomay::ingest::terraform {
namespace {

using facts::kAfter;
using facts::kBefore;
using facts::kBothWorlds;
using facts::Worlds;
using source::Severity;
using syntax::Value;

constexpr size_t kInstancesBetweenReleases = 256;

// Members of resource_changes[].change.actions, as a set.
enum Action : uint8_t {
  kNoOp = 1,
  kCreate = 2,
  kUpdate = 4,
  kDelete = 8,
  kRead = 16,
  kForget = 32,
  kOther = 64,  // actions of newer versions: treated as an update
};

uint8_t Actions(const Value& actions) {
  static constexpr std::pair<std::string_view, Action> kNames[] = {
      {"no-op", kNoOp},    {"create", kCreate}, {"update", kUpdate},
      {"delete", kDelete}, {"read", kRead},     {"forget", kForget}};
  uint8_t set = 0;
  for (const Value action : actions.elements()) {
    const auto* named = std::find_if(std::begin(kNames), std::end(kNames), [&](const auto& entry) {
      return entry.first == action.text();
    });
    set |= named == std::end(kNames) ? kOther : named->second;
  }
  return set;
}

std::string IndexSuffix(const Value& index) {
  if (!index || index.is_null()) {
    return {};
  }
  return KeySuffix(
      {index.is_string() ? Key::Kind::kString : Key::Kind::kNumber, std::string(index.text())});
}

// The address of a resource entry. 0.12 leaves module and index out of states' addresses; some
// tools leave the address out altogether.
std::string AddressOf(const Value& resource, std::string_view module) {
  std::string address(resource.Get("address").text());
  const std::string_view module_address = resource.Get("module_address").text();
  if (!module_address.empty()) {
    module = module_address;
  }
  const std::string index = IndexSuffix(resource.Get("index"));
  if (address.empty()) {
    address = Concat({resource.Get("mode").text() == "data" ? "data." : "",
                      resource.Get("type").text(), ".", resource.Get("name").text()});
  }
  if (!module.empty() && address.compare(0, 7, "module.") != 0) {
    address = Concat({module, ".", address});
  }
  if (!index.empty() && address.back() != ']') {
    address += index;
  }
  return address;
}

// `provider["registry.terraform.io/hashicorp/aws"].west` (0.12: `provider.aws.west`) -> "aws.west".
std::string ProviderKey(std::string_view provider) {
  const std::optional<std::vector<Part>> parts = Tokenize(provider);
  if (!parts) {
    return {};
  }
  std::string key;
  bool behind = false;
  for (const Part& part : *parts) {
    if (!behind) {
      behind = part.is_name() && part.text == "provider";
    } else if (key.empty()) {
      key = part.text.substr(part.text.rfind('/') + 1);
    } else {
      key += "." + part.text;
    }
  }
  return key;
}

source::Span PlaceOf(const Value& resource) {
  const Value address = resource.Get("address");
  return address ? address.span() : resource.span();
}

}  // namespace

struct InstanceTable::Change {
  std::string address;
  std::string previous;
  std::string deposed;
  uint8_t actions = 0;
  bool data = false;
  Value entry;
  Value before;
  View after;
};

InstanceTable::InstanceTable(const Document& document, const source::SourceSet& sources,
                             facts::Facts& facts, source::Diagnostics& diagnostics)
    : facts_(facts),
      diagnostics_(diagnostics),
      pages_(sources, document.root.span(), kInstancesBetweenReleases) {
  switch (document.kind) {
    case DocumentKind::kPlan:
      AddPlan(document);
      break;
    case DocumentKind::kState:
      AddModules(document.root.Get("values"), kBothWorlds, instances_);
      break;
    case DocumentKind::kRawState:
      AddRawState(document.root);
      break;
    case DocumentKind::kNone:
      break;
  }
  Index();
}

bool InstanceTable::SetAddress(std::string text, Instance& instance, source::Span span) {
  instance.address = facts_.Keep(text);
  const std::optional<Address> address = ParseAddress(instance.address);
  if (!address) {
    diagnostics_.AddLoss("terraform.address", span,
                         Concat({"\"", text, "\" is no address of a resource; it is left out"}));
    return false;
  }
  instance.unkeyed = address->unkeyed;  // all views into the kept address
  instance.module = address->module;
  instance.config_path = facts_.Keep(address->module_path);
  instance.data = address->data;
  instance.type = address->type;
  instance.name = address->name;
  instance.key = address->key;
  return true;
}

void InstanceTable::AddResource(const Value& resource, std::string_view module, Worlds worlds,
                                std::vector<Instance>& to) {
  pages_.Tick();
  Instance instance;
  if (!resource.is_object() ||
      !SetAddress(AddressOf(resource, module), instance, resource.span())) {
    return;
  }
  instance.worlds = worlds;
  instance.values = {resource.Get("values"), {}};
  instance.provider_name = facts_.Keep(resource.Get("provider_name").text());
  instance.depends_on = resource.Get("depends_on");
  instance.span = PlaceOf(resource);
  instance.deposed_key = facts_.Keep(resource.Get("deposed_key").text());
  instance.deposed = !instance.deposed_key.empty();
  to.push_back(std::move(instance));
}

void InstanceTable::AddModules(const Value& values, Worlds worlds, std::vector<Instance>& to) {
  std::vector<Value> open = {values.Get("root_module")};
  while (!open.empty()) {
    const Value module = open.back();
    open.pop_back();
    const std::string_view address = module.Get("address").text();
    for (const Value resource : module.Get("resources").elements()) {
      AddResource(resource, address, worlds, to);
    }
    const size_t mark = open.size();
    for (const Value child : module.Get("child_modules").elements()) {
      open.push_back(child);
    }
    std::reverse(open.begin() + static_cast<std::ptrdiff_t>(mark), open.end());
  }
}

bool InstanceTable::ReadChange(const Value& entry, Change& change) {
  pages_.Tick();
  change.entry = entry;
  const Value body = entry.Get("change");
  if (!entry.is_object() || !body.is_object()) {
    diagnostics_.AddLoss("terraform.change", entry.span(),
                         "a resource change without a change; it is left out");
    return false;
  }
  change.address = AddressOf(entry, {});
  change.previous = entry.Get("previous_address").text();
  if (change.previous == change.address) {
    change.previous.clear();
  }
  change.deposed = entry.Get("deposed").text();
  change.actions = Actions(body.Get("actions"));
  change.data = entry.Get("mode").text() == "data";
  change.before = body.Get("before");
  change.after = {body.Get("after"), body.Get("after_unknown")};
  return true;
}

// One change over the prior instances: narrows their worlds and appends what is new.
void InstanceTable::Overlay(const Change& change, std::vector<Instance>& prior,
                            const absl::flat_hash_map<std::string_view, size_t>& by_address) {
  const auto make = [&](Worlds worlds, View values) -> Instance* {
    Instance instance;
    if (!SetAddress(change.address, instance, change.entry.span())) {
      return nullptr;
    }
    instance.worlds = worlds;
    instance.values = values;
    instance.provider_name = facts_.Keep(change.entry.Get("provider_name").text());
    instance.span = PlaceOf(change.entry);
    instance.deposed = !change.deposed.empty();
    prior.push_back(std::move(instance));
    return &prior.back();
  };
  const std::string key =
      change.deposed.empty() ? change.address : Concat({change.address, "\n", change.deposed});
  auto found = by_address.find(key);
  size_t old = found == by_address.end() ? prior.size() : found->second;
  if (!change.previous.empty()) {
    const auto moved = by_address.find(change.previous);
    if (moved != by_address.end()) {
      old = moved->second;
    }
  }
  if (old == prior.size() && change.before.is_object()) {
    // No prior state holds it: the change itself says what stood there.
    if (make(kBothWorlds, {change.before, {}}) == nullptr) {
      return;
    }
  }
  const bool had = old < prior.size();
  const auto narrow = [&](Worlds worlds) {
    if (had) {
      prior[old].worlds = worlds;
    }
  };
  if ((change.actions & kForget) != 0) {
    // Dropped from the state, but it lives on; with `create` beside its replacement.
    if (had) {
      prior[old].forgotten = true;
      prior[old].deposed = (change.actions & kCreate) != 0;
    }
    if ((change.actions & kCreate) == 0) {
      return;
    }
  } else if (change.actions == kDelete || !change.deposed.empty()) {
    narrow(kBefore);
    return;
  } else if (change.actions == kNoOp && change.previous.empty()) {
    if (!had) {
      make(kBothWorlds, change.after);
    }
    return;
  } else {
    narrow(kBefore);
  }
  const Value before = had ? prior[old].values.value : Value();
  if (Instance* made = make(kAfter, change.after)) {
    made->before = before;
    made->depends_on = had ? prior[old].depends_on : Value();
    made->from_change = true;
    made->replaced = (change.actions & kDelete) != 0 && (change.actions & kCreate) != 0;
  }
}

void InstanceTable::AddPlan(const Document& document) {
  const Value root = document.root;
  std::vector<Instance> instances;
  AddModules(root.Get("prior_state").Get("values"), kBothWorlds, instances);
  absl::flat_hash_map<std::string_view, size_t> by_address;
  for (size_t i = 0; i < instances.size(); ++i) {
    // Deposed objects repeat an address: they are keyed by it and their deposed key.
    by_address.try_emplace(
        instances[i].deposed_key.empty()
            ? instances[i].address
            : facts_.Keep(Concat({instances[i].address, "\n", instances[i].deposed_key})),
        i);
  }
  const Value changes = root.Get("resource_changes");
  const Value planned = root.Get("planned_values").Get("root_module");
  if (!changes.is_array() &&
      (planned.Get("resources").size() > 0 || planned.Get("child_modules").size() > 0)) {
    // A trimmed plan: what is unknown in it is left out without a mark. (Plans that change nothing,
    // or destroy everything, have empty planned values.)
    for (Instance& instance : instances) {
      instance.worlds = kBefore;
    }
    AddModules(root.Get("planned_values"), kAfter, instances);
    diagnostics_.AddLoss("terraform.no-changes", root.Get("planned_values").key_span(),
                         "the plan holds planned_values only: what is not known until apply is "
                         "missing from it without a mark; give the whole output of `terraform show "
                         "-json PLAN`");
  }
  instances.reserve(instances.size() + changes.size());
  for (const Value entry : changes.elements()) {
    Change change;
    if (ReadChange(entry, change)) {
      Overlay(change, instances, by_address);
    }
  }
  for (const Value entry : root.Get("deferred_changes").elements()) {
    Change change;
    if (ReadChange(entry.Get("resource_change"), change)) {
      Overlay(change, instances, by_address);
    }
  }
  instances_ = std::move(instances);
}

void InstanceTable::AddRawState(const Value& root) {
  for (const Value resource : root.Get("resources").elements()) {
    const std::string base =
        Concat({resource.Get("module").text(), resource.Get("module").text().empty() ? "" : ".",
                resource.Get("mode").text() == "data" ? "data." : "", resource.Get("type").text(),
                ".", resource.Get("name").text()});
    const std::string_view provider = resource.Get("provider").text();
    const Str provider_key = facts_.Keep(ProviderKey(provider));
    for (const Value object : resource.Get("instances").elements()) {
      Instance instance;
      const Value attributes = object.Get("attributes");
      if (!SetAddress(base + IndexSuffix(object.Get("index_key")), instance, object.span())) {
        break;
      }
      instance.values = {attributes, {}};
      instance.provider_key = provider_key;
      instance.provider_name = facts_.Keep(provider);
      instance.depends_on = object.Get("dependencies");
      instance.span = attributes ? attributes.key_span() : object.span();
      instance.deposed = !object.Get("deposed").text().empty();
      if (!attributes) {
        diagnostics_.AddLoss("terraform.attributes", object.span(),
                             "an instance without attributes; it is left out", std::string(base));
        continue;
      }
      instances_.push_back(std::move(instance));
    }
  }
}

void InstanceTable::Index() {
  absl::flat_hash_map<std::string_view, std::set<std::string_view>> modules;
  std::string key;
  for (size_t i = 0; i < instances_.size(); ++i) {
    const Instance& instance = instances_[i];
    const auto id = static_cast<InstanceId>(i);
    by_type_[facts_.Keep(Concat({instance.data ? "data." : "", instance.type}))].push_back(id);
    by_module_[instance.module].push_back(id);
    if (!instance.deposed) {
      by_unkeyed_[instance.unkeyed].push_back(id);
      by_address_[instance.address].push_back(id);
    }
  }
  for (const auto& [module, instances] : by_module_) {
    for (const std::string_view one : ModuleChain(module)) {
      const std::optional<ModuleStep> step = LastModuleStep(one);
      if (step) {
        key = Concat({step->parent, step->parent.empty() ? "" : ".", "module.", step->name});
        modules[facts_.Keep(key)].insert(one);
      }
    }
  }
  for (const auto& [unkeyed, instances] : modules) {
    module_instances_[unkeyed].assign(instances.begin(), instances.end());
  }
}

std::vector<InstanceId> InstanceTable::Find(std::string_view unkeyed, Worlds worlds) const {
  std::vector<InstanceId> found;
  const auto at = by_unkeyed_.find(unkeyed);
  if (at != by_unkeyed_.end()) {
    std::copy_if(at->second.begin(), at->second.end(), std::back_inserter(found),
                 [&](InstanceId id) { return ((*this)[id].worlds & worlds) != 0; });
  }
  return found;
}

InstanceId InstanceTable::FindOne(std::string_view address, Worlds worlds) const {
  const auto at = by_address_.find(address);
  if (at != by_address_.end()) {
    for (const InstanceId id : at->second) {
      if (((*this)[id].worlds & worlds) != 0) {
        return id;
      }
    }
  }
  return InstanceId::kNone;
}

const std::vector<Str>* InstanceTable::ModuleInstances(std::string_view unkeyed) const {
  const auto at = module_instances_.find(unkeyed);
  return at == module_instances_.end() ? nullptr : &at->second;
}

const std::vector<InstanceId>& InstanceTable::OfType(std::string_view type, bool data) const {
  const auto at = by_type_.find(data ? Concat({"data.", type}) : std::string(type));
  return at == by_type_.end() ? none_ : at->second;
}

const std::vector<InstanceId>& InstanceTable::InModule(std::string_view module) const {
  const auto at = by_module_.find(module);
  return at == by_module_.end() ? none_ : at->second;
}

}  // namespace whomay::ingest::terraform

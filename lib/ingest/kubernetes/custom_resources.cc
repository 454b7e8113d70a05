// CustomResourceDefinitions: what their resources are called, and nothing else.
#include "base/strings.h"
#include "ingest/kubernetes/object_context.h"
#include "ingest/kubernetes/schemas.h"

namespace whomay::ingest {
namespace {

using facts::Str;
using syntax::Value;

void AddSubresources(const Value& subresources, facts::Facts& facts, std::vector<Str>& names) {
  for (const Value member : subresources.members()) {
    const std::string_view name = member.key();
    const bool known = name == "status" || name == "scale";
    bool fresh = known && !member.is_null();
    for (const Str& present : names) {
      fresh &= present != name;
    }
    if (fresh) {
      names.push_back(facts.Keep(name));
    }
  }
}

}  // namespace

void ReadCustomResourceDefinition(ObjectContext& context) {
  if (!context.Decodes(kCustomResourceDefinitionSchema) ||
      context.IsTemplate(context.meta().name)) {
    return;
  }
  facts::Facts& facts = context.facts();
  const Value spec = context.object().Get("spec"), names = spec.Get("names");
  facts::CustomResource resource;
  context.Fill(resource);
  resource.group = facts.Keep(spec.Get("group").text());
  resource.plural = facts.Keep(names.Get("plural").text());
  resource.kind = facts.Keep(names.Get("kind").text());
  // Default: the kind in lower case (apiextensions/v1 SetDefaults_CustomResourceDefinitionSpec).
  const std::string_view singular = names.Get("singular").text();
  resource.singular =
      facts.Keep(singular.empty() ? AsciiLower(resource.kind) : std::string(singular));
  for (const Value name : names.Get("shortNames").elements()) {
    resource.short_names.push_back(facts.Keep(name.text()));
  }
  resource.namespaced = spec.Get("scope").text() != "Cluster";
  AddSubresources(spec.Get("subresources"), facts, resource.subresources);  // v1beta1
  for (const Value version : spec.Get("versions").elements()) {
    if (version.Get("served").is_false()) {
      continue;
    }
    resource.versions.push_back(facts.Keep(version.Get("name").text()));
    AddSubresources(version.Get("subresources"), facts, resource.subresources);
  }
  const std::string_view only_version = spec.Get("version").text();
  if (resource.versions.empty() && !only_version.empty()) {
    resource.versions.push_back(facts.Keep(only_version));
  }
  if (!resource.plural.empty()) {
    facts.custom_resources.push_back(std::move(resource));
  }
}

}  // namespace whomay::ingest

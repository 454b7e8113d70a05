// Worlds: the resource instances of a document before and after apply.
//
// Before is the prior state. After starts from it and takes the changes in: `after` with its
// unknown marks laid over, deletions and the old addresses of moved objects left out, forgotten
// objects kept (they live on in AWS). An instance that is the same in both stands once, with both
// worlds. `planned_values` is no world: it misses what -target leaves out, and data sources.
// Semantics: spec terraform 1.3, 1.4. Thread safety: immutable once made.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_WORLDS_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_WORLDS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "facts/facts.h"
#include "ingest/terraform/address.h"
#include "ingest/terraform/document.h"
#include "ingest/terraform/page_release.h"
#include "ingest/terraform/view.h"
#include "source/diagnostic.h"

namespace whomay::ingest::terraform {

using facts::Str;

struct Instance {
  Str address;      // absolute, with keys
  Str unkeyed;      // without the resource's own key
  Str module;       // instance address of its module, "" in the root
  Str config_path;  // of its module, without keys
  bool data = false;
  Str type;
  Str name;
  Key key;
  facts::Worlds worlds = facts::kBothWorlds;
  View values;
  // Of an update: what stood there before; the last known text of a value that is unknown now.
  syntax::Value before;
  Str provider_key;          // raw states: "aws.number_two"; else empty
  Str provider_name;         // "registry.terraform.io/hashicorp/aws"
  syntax::Value depends_on;  // states; of a change, what the prior state says
  source::Span span;         // of the address, or of the whole instance
  Str deposed_key;           // "" of all others
  bool deposed = false;      // an object that waits for its deletion beside its replacement
  bool forgotten = false;    // dropped from the state, lives on
  bool from_change = false;  // planned: what is unknown in it may be resolved
  bool replaced = false;     // planned: made anew under the old name
};

enum class InstanceId : uint32_t { kNone = 0xFFFFFFFF };

class InstanceTable {
 public:
  // Never fails: what cannot be read is diagnosed and left out.
  InstanceTable(const Document& document, const source::SourceSet& sources, facts::Facts& facts,
                source::Diagnostics& diagnostics);

  const std::vector<Instance>& all() const { return instances_; }
  const Instance& operator[](InstanceId id) const { return instances_[static_cast<uint32_t>(id)]; }

  // The instances under an address without the resource's key, of the given world(s), without
  // deposed ones; in document order.
  std::vector<InstanceId> Find(std::string_view unkeyed, facts::Worlds worlds) const;
  // The one instance of an absolute address with key.
  InstanceId FindOne(std::string_view address, facts::Worlds worlds) const;
  // Instances of a module call, by the call's unkeyed address (`module.eks.module.ng`): their
  // addresses with keys, sorted.
  const std::vector<Str>* ModuleInstances(std::string_view unkeyed) const;
  // All instances of a type; data sources apart.
  const std::vector<InstanceId>& OfType(std::string_view type, bool data) const;
  // Instances whose module is below this one, or is it.
  const std::vector<InstanceId>& InModule(std::string_view module) const;

 private:
  struct Change;
  void AddPlan(const Document& document);
  void AddRawState(const syntax::Value& root);
  // The resources of a `values` object (state, prior state, planned values).
  void AddModules(const syntax::Value& values, facts::Worlds worlds, std::vector<Instance>& to);
  void AddResource(const syntax::Value& resource, std::string_view module, facts::Worlds worlds,
                   std::vector<Instance>& to);
  bool ReadChange(const syntax::Value& entry, Change& change);
  void Overlay(const Change& change, std::vector<Instance>& prior,
               const absl::flat_hash_map<std::string_view, size_t>& by_address);
  bool SetAddress(std::string address, Instance& instance, source::Span span);
  void Index();

  facts::Facts& facts_;
  source::Diagnostics& diagnostics_;
  PageRelease pages_;
  std::vector<Instance> instances_;
  absl::flat_hash_map<std::string_view, std::vector<InstanceId>> by_unkeyed_;
  absl::flat_hash_map<std::string_view, std::vector<InstanceId>> by_address_;
  absl::flat_hash_map<std::string_view, std::vector<Str>> module_instances_;
  absl::flat_hash_map<std::string_view, std::vector<InstanceId>> by_type_;
  absl::flat_hash_map<std::string_view, std::vector<InstanceId>> by_module_;
  std::vector<InstanceId> none_;
};

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_WORLDS_H_

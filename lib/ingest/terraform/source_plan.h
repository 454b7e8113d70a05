// PlanSource: Terraform's code beside a plan, evaluated where the plan leaves values open.
//
//   PlanSource source(std::move(files), configuration, instances, attributes, options, …);
//   const SourceValue value = source.At(role, {{"assume_role_policy"}}, marks);
//   if (value.usable()) …   // source.Place() says where it was written
//
// What the plan knows is taken from it: variables, keys of instances, values. The code only fills
// the rest: locals, dynamic blocks, arguments of modules, functions. Where both say something and
// it is not the same, the code is another than the plan's: the plan wins, the code is not used for
// that resource, and a diagnostic says so (terraform.source-differs). Semantics: spec terraform
// 1.8 step 5a. Thread safety: none.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_PLAN_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_PLAN_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/terraform/attributes.h"
#include "ingest/terraform/configuration.h"
#include "ingest/terraform/source_evaluate.h"
#include "ingest/terraform/source_modules.h"
#include "ingest/terraform/worlds.h"

namespace whomay::ingest::terraform {

class PlanSource {
 public:
  PlanSource(std::unique_ptr<SourceFiles> files, const Configuration& configuration,
             const InstanceTable& instances, Attributes& attributes, source::SourceSet& sources,
             facts::Facts& facts, source::Diagnostics& diagnostics);
  ~PlanSource();

  // The value of a part of a resource as its block gives it; unknown where the block says nothing
  // of it, or nothing that is known.
  SourceValue At(InstanceId id, const Path& path);
  // Where the last At() found its expression: "main.tf:12".
  std::string Place() const;
  source::Span place() const { return place_; }
  // The block of a resource; no place where the code does not have it.
  source::Span BlockOf(const Instance& instance);
  // What is not known although the work ran out, said once.
  void ReportLimits();

 private:
  struct ModuleInstance;
  class Scope;
  struct Block;
  struct Blocks;

  ModuleInstance* InstanceOf(Str address);
  SourceValue Variable(ModuleInstance& in, std::string_view name);
  SourceValue Declared(ModuleInstance& in, std::string_view name, SourceValue given);
  SourceType TypeFrom(const syntax::HclFile& file, syntax::HclNodeId id, Scope& scope);
  SourceValue Local(ModuleInstance& in, std::string_view name);
  SourceValue Calls(ModuleInstance& in, std::string_view name);
  SourceValue Output(Str address, std::string_view name);
  SourceValue Resources(ModuleInstance& in, std::string_view address);
  SourceValue Repeated(ModuleInstance& in, const SourceBlock& block);
  SourceValue AttributeOf(InstanceId id, std::string_view path);
  SourceValue FromView(InstanceId id, const View& view, const std::string& path);
  SourceValue EachValue(ModuleInstance& in, const SourceBlock& block, const Key& key);
  Scope ScopeOf(ModuleInstance& in, const SourceBlock* block, const Key& key);

  SourceValue Navigate(Scope& scope, const Block& block, View view, const Path& path, size_t from);
  SourceValue Inside(SourceValue value, const Path& path, size_t from);
  Blocks Expand(Scope& scope, const Block& block, std::string_view type);
  void ExpandDynamic(Scope& scope, const Block& in, const syntax::HclFile& file, uint32_t body,
                     Blocks& to);
  SourceValue WholeBlock(Scope& scope, const Block& block);
  bool Fits(Scope& scope, const Block& block, const View& view);
  bool Agrees(InstanceId id, Scope& scope, const SourceBlock& block);
  SourceValue Evaluate(Scope& scope, const SourceBlock::Found& found,
                       const Evaluator::Names& names = {});

  SourceModules modules_;
  const Configuration& configuration_;
  const InstanceTable& instances_;
  Attributes& attributes_;
  source::SourceSet& sources_;
  facts::Facts& facts_;
  source::Diagnostics& diagnostics_;
  SourceBudget budget_;
  Evaluator evaluator_;
  std::map<Str, std::unique_ptr<ModuleInstance>> module_instances_;
  std::map<InstanceId, bool> agrees_;
  std::map<std::pair<InstanceId, std::string>, SourceValue> attribute_values_;
  std::set<std::pair<InstanceId, std::string>> open_;  // being evaluated
  source::Span place_;
  int depth_ = 0;
  bool reported_ = false;
};

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_PLAN_H_

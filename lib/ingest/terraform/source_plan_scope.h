// What PlanSource keeps of an instance of a module, and what names mean inside it. Internal to
// source_plan*.cc.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_PLAN_SCOPE_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_PLAN_SCOPE_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/terraform/source_plan.h"

namespace whomay::ingest::terraform {

struct PlanSource::ModuleInstance {
  Str address;  // with keys, "" for the root
  const SourceModule* module = nullptr;
  ModuleInstance* parent = nullptr;
  Key key;
  // Missing while it is being evaluated: what asks for itself is unknown.
  std::map<std::string, std::optional<SourceValue>, std::less<>> variables, locals, outputs, calls;
};

// Expressions of one block: the module's names, and each and count.
class PlanSource::Scope : public SourceContext {
 public:
  Scope(PlanSource& source, ModuleInstance& in, const SourceBlock* block, Key key)
      : source_(source), in_(in), block_(block), key_(std::move(key)) {}

  SourceValue Reference(std::string_view root, std::string_view name,
                        std::string_view second) override;
  SourceValue Attribute(const SourceValue& of, std::string_view name) override;
  std::optional<source::FileId> File(std::string_view path) override;
  ModuleInstance& in() { return in_; }

 private:
  SourceValue Each(std::string_view name);

  PlanSource& source_;
  ModuleInstance& in_;
  const SourceBlock* block_;  // of a resource or module call; null elsewhere
  Key key_;
  std::optional<SourceValue> each_value_;
};

// A body and the iterators around it.
struct PlanSource::Block {
  std::vector<SourceBlock::Part> parts;
  Evaluator::Names names;
  source::Span span;
};

// The blocks of one type in a body, `dynamic` ones expanded.
struct PlanSource::Blocks {
  bool any = false;      // the body has such blocks
  bool unknown = false;  // how many is not known
  std::vector<Block> blocks;
};

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_PLAN_SCOPE_H_

// Evaluator: expressions of Terraform's code over known values and holes.
//
//   Evaluator evaluator(facts, sources, budget);
//   const SourceValue value = evaluator.Evaluate(file, attribute.value, context);
//
// What Terraform would not know before apply is unknown here, a hole inside a text, or unknown
// inside a list; what is known here is what Terraform would compute. Two differences, both towards
// knowing more: a text of known and unknown parts keeps both, and try() and can() decide where what
// they look at is a value although parts of it are unknown. Functions that are not in the table
// (source_functions.cc) give an unknown value. Work is bounded by the Budget, depth by
// kMaxEvaluationDepth; beyond them everything is unknown and Budget::exhausted is set
// (terraform.source-limit). Semantics: hcl/v2/hclsyntax/expression.go, Terraform's functions
// (go-cty/function/stdlib, terraform/internal/lang/funcs); tests/differential/hcl compares.
// Thread safety: none.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_EVALUATE_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_EVALUATE_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "facts/facts.h"
#include "ingest/terraform/source_value.h"
#include "source/source.h"
#include "syntax/hcl.h"
#include "syntax/tree.h"

namespace whomay::ingest::terraform {

inline constexpr int kMaxEvaluationDepth = 400;             // terraform.source-limit
inline constexpr size_t kMaxSourceSteps = 5'000'000;        // terraform.source-limit
inline constexpr size_t kMaxSourceText = size_t{4} << 20;   // of one text: terraform.source-limit
inline constexpr size_t kMaxSourceTexts = size_t{1} << 30;  // of all: terraform.source-limit

// How much work may still be done for one document.
struct SourceBudget {
  size_t steps = kMaxSourceSteps;
  size_t text_bytes = kMaxSourceTexts;
  bool exhausted = false;

  // False when there is not so much left.
  bool Spend(size_t work);
  bool SpendText(size_t bytes);
};

// Where an expression stands: what its names mean.
class SourceContext {
 public:
  virtual ~SourceContext() = default;

  // What a reference begins with: `var.x`, `local.x`, `module.x`, `data.x.y`, `aws_x.y`,
  // `each.key`, `path.module` …; `second` only of data sources. kError when there is no such thing.
  virtual SourceValue Reference(std::string_view root, std::string_view name,
                                std::string_view second) = 0;
  // An attribute of a resource (kInstance) or an output of a module (kModule).
  virtual SourceValue Attribute(const SourceValue& of, std::string_view name) = 0;
  // The text of a file beside the code, for file() and templatefile(); nothing when it is not there
  // or must not be read.
  virtual std::optional<source::FileId> File(std::string_view path) = 0;
};

class Evaluator {
 public:
  // Names that stand for values by themselves: those of for, of templates, iterators.
  using Names = std::vector<std::pair<Str, SourceValue>>;

  Evaluator(facts::Facts& facts, source::SourceSet& sources, SourceBudget& budget)
      : facts_(facts), sources_(sources), budget_(budget) {}

  SourceValue Evaluate(const syntax::HclFile& file, syntax::HclNodeId id, SourceContext& context,
                       const Names& names = {});

  // For the functions.
  facts::Facts& facts() { return facts_; }
  source::SourceSet& sources() { return sources_; }
  SourceBudget& budget() { return budget_; }
  // A text that was made, if it is not too long.
  SourceValue Made(const std::string& text);
  // A text for a value that stands in one: a hole for what is unknown, kError for what cannot.
  SourceValue AsText(const SourceValue& value);
  // The hole that stands for an unknown value.
  Str Hole(const SourceValue& unknown);
  // Jump over what the value weighs.
  bool Weigh(const SourceValue& value) { return budget_.Spend(value.weight()); }
  SourceValue Attribute(const SourceValue& of, std::string_view name);
  SourceValue Index(const SourceValue& of, const SourceValue& key);
  std::optional<source::FileId> File(std::string_view path);
  // A template with its own names.
  SourceValue Template(source::FileId file, const SourceValue& names);

 private:
  struct Scope {
    const syntax::HclFile& file;
    SourceContext* context;
    Names names;
  };
  using Node = syntax::HclNode;

  SourceValue Eval(Scope& scope, syntax::HclNodeId id);
  SourceValue EvalNode(Scope& scope, const Node& node);
  SourceValue Child(Scope& scope, const Node& node, uint32_t i);
  SourceValue Named(Scope& scope, std::string_view name);
  SourceValue TemplateText(Scope& scope, const Node& node);
  SourceValue Join(const std::vector<SourceValue>& parts);
  SourceValue Traversal(Scope& scope, const Node& node);
  SourceValue Steps(Scope& scope, const Node& node, SourceValue value, uint32_t from, uint32_t to);
  SourceValue Splat(Scope& scope, const Node& node, const SourceValue& value, uint32_t from,
                    uint32_t to);
  SourceValue Conditional(Scope& scope, const Node& node);
  SourceValue Chosen(const SourceValue& then, const SourceValue& otherwise,
                     const SourceValue& condition);
  SourceValue Operators(Scope& scope, const Node& node);
  SourceValue Logic(bool settles, const SourceValue& a, const SourceValue& b);
  SourceValue Apply(std::string_view word, const SourceValue& a, const SourceValue& b);
  SourceValue Arithmetic(char word, const SourceValue& a, const SourceValue& b);
  SourceValue Object(Scope& scope, const Node& node);
  SourceValue Tuple(Scope& scope, const Node& node);
  SourceValue For(Scope& scope, const Node& node);
  struct ForItem;
  bool ForOne(Scope& scope, const Node& node, ForItem& item);
  SourceValue Call(Scope& scope, const Node& node);
  bool HasOpenText(const SourceValue& value);
  SourceValue TryOrCan(Scope& scope, const Node& node, bool can);

  facts::Facts& facts_;
  source::SourceSet& sources_;
  SourceBudget& budget_;
  SourceContext* context_ = nullptr;  // of the expression being evaluated
  int depth_ = 0;
};

// One function of Terraform's. The arguments are known or partly known, never kError; kUnknown and
// kNull only where `raw`.
struct SourceFunction {
  std::string_view name;
  int min_arguments;
  int max_arguments;  // < 0: any number
  bool raw;           // takes unknown and null arguments
  bool holes;         // takes texts with holes
  SourceValue (*call)(Evaluator& evaluator, std::vector<SourceValue>& arguments);
};
const SourceFunction* FindSourceFunction(std::string_view name);

// A value as JSON, as jsonencode writes it, holes as texts in quotes; nothing for what cannot.
std::optional<std::string> JsonText(Evaluator& evaluator, const SourceValue& value);
// The same as yamlencode writes it.
std::optional<std::string> YamlText(Evaluator& evaluator, const SourceValue& value);
// A JSON or YAML text, with or without holes, as a value; kError when it does not parse, kUnknown
// when a hole stands where it could be anything.
SourceValue FromJsonText(Evaluator& evaluator, std::string_view text);
SourceValue FromYamlText(Evaluator& evaluator, std::string_view text);
SourceValue FromTree(Evaluator& evaluator, const syntax::Value& tree);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_EVALUATE_H_

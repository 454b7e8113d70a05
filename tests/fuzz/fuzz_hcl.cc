// Terraform's code in both syntaxes: any text is read, and every expression in it evaluated, as
// attributes of a file, as one expression and as a template. Nothing may crash, hang or grow
// without bound; spans lie inside.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/terraform/source_evaluate.h"
#include "syntax/hcl.h"

namespace {

using whomay::ingest::terraform::Evaluator;
using whomay::ingest::terraform::SourceBudget;
using whomay::ingest::terraform::SourceContext;
using whomay::ingest::terraform::SourceValue;
using whomay::syntax::HclFile;

constexpr size_t kSteps = 20'000;  // of evaluation: enough to go everywhere, fast

class Open : public SourceContext {
 public:
  SourceValue Reference(std::string_view, std::string_view, std::string_view) override {
    return {};
  }
  SourceValue Attribute(const SourceValue&, std::string_view) override { return {}; }
  std::optional<whomay::source::FileId> File(std::string_view) override { return std::nullopt; }
};

void EvaluateAll(const HclFile& file, const std::vector<whomay::syntax::HclNodeId>& nodes,
                 whomay::source::SourceSet& sources) {
  whomay::facts::Facts facts;
  SourceBudget budget;
  budget.steps = kSteps;
  budget.text_bytes = size_t{1} << 20;
  Evaluator evaluator(facts, sources, budget);
  Open open;
  for (const auto node : nodes) {
    const SourceValue value = evaluator.Evaluate(file, node, open);
    if (value.usable()) {
      whomay::ingest::terraform::JsonText(evaluator, value);
      whomay::ingest::terraform::YamlText(evaluator, value);
    }
    const whomay::source::Span span = file.span(file.node(node));
    if (span.begin > span.end || span.end > sources.bytes(file.file()).size()) {
      std::abort();
    }
  }
}

std::vector<whomay::syntax::HclNodeId> Attributes(const HclFile& file) {
  std::vector<whomay::syntax::HclNodeId> nodes;
  std::vector<uint32_t> bodies = {0};
  while (!bodies.empty()) {
    const auto& body = file.body(bodies.back());
    bodies.pop_back();
    for (const auto& attribute : body.attributes) {
      nodes.push_back(attribute.value);
    }
    for (const auto& block : body.blocks) {
      bodies.push_back(block.body);
    }
  }
  return nodes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  whomay::source::SourceSet sources;
  whomay::source::Diagnostics diagnostics;
  const auto id = sources.Add("f.tf", text);
  for (const auto read : {whomay::syntax::ReadHcl, whomay::syntax::ReadHclJson}) {
    const HclFile file = read(sources, id, diagnostics);
    EvaluateAll(file, Attributes(file), sources);
  }
  for (const auto read : {whomay::syntax::ReadHclExpression, whomay::syntax::ReadHclTemplate}) {
    const HclFile one = read(sources, id, diagnostics);
    EvaluateAll(one, {one.expression()}, sources);
  }
  return 0;
}

#include <optional>
#include <string>

#include "source/encoding.h"
#include "syntax/tree_core.h"
#include "syntax/yaml_decode.h"
#include "syntax/yaml_decode_support.h"

namespace whomay::syntax {

using NodeKind = YamlNode::Kind;

Tree DecodeYamlStrings(const YamlGraph& graph, const YamlContext& context) {
  Failures failures(context);
  AliasBudget budget;
  TreeBuilder builder(context.file, context.bytes, graph.nodes.size() * 8);
  const YamlNode& root = graph.nodes[0];
  size_t emitted = 0;
  bool stopped = false;
  const auto emit = [&](uint32_t at) {
    bool counted = budget.Count();
    const YamlNode* node = &graph.nodes[at];
    if (node->kind == NodeKind::kAlias) {
      node = &graph.nodes[node->target];
      budget.Enter();
      counted = counted && budget.Count();
      budget.Leave();
    }
    if (!counted) {
      failures.Fail("yaml.aliases", node->begin, "excessive aliasing");
      return;
    }
    if (node->kind != NodeKind::kScalar) {
      context.diagnostics.Add(
          "yaml.type", source::Severity::kWarning, {context.file, node->begin, node->end},
          "a text is expected here; the list or map is left out", std::string(context.path));
      return;
    }
    const std::optional<YamlScalar> scalar = Resolve(*node);
    const bool binary = scalar.has_value() && scalar->type == YamlScalar::Type::kBinary;
    const std::optional<std::string> data =
        binary ? DecodeBase64(node->value) : std::optional<std::string>();
    ++emitted;
    if (!scalar.has_value() || (binary && !data.has_value())) {
      if (&root == &graph.nodes[at]) {
        failures.Fail("yaml.tag", node->begin, Misfit(*node));
        return;
      }
      // The decoder panics half-way, but the list was made for all items: they stay empty.
      context.diagnostics.Add(
          "yaml.tag", source::Severity::kError, {context.file, node->begin, node->end},
          Concat({Misfit(*node), "; from here on all texts are empty"}), std::string(context.path));
      builder.OwnText(Kind::kString, "", node->begin, node->end);
      stopped = true;
    } else if (binary) {
      builder.OwnText(Kind::kString, source::ReplaceInvalidUtf8(*data), node->begin, node->end);
    } else if (scalar->type == YamlScalar::Type::kNull) {
      builder.OwnText(Kind::kString, "", node->begin, node->end);
    } else if (node->verbatim) {
      builder.SourceText(Kind::kString, node->begin, node->end, node->quoted);
    } else {
      builder.OwnText(Kind::kString, node->value, node->begin, node->end);
    }
  };
  if (root.kind == NodeKind::kScalar) {
    emit(0);
  } else {
    builder.Begin(root.kind == NodeKind::kMapping ? Kind::kObject : Kind::kArray, root.begin);
    if (root.kind == NodeKind::kSequence) {
      size_t items = 0;
      for (uint32_t at = 1; at != root.next && !failures.failed(); at = graph.nodes[at].next) {
        ++items;
        if (!stopped) {
          emit(at);
        }
      }
      for (; stopped && emitted < items; ++emitted) {
        builder.OwnText(Kind::kString, "", root.end, root.end);
      }
    }
    builder.End(root.end);
  }
  return failures.failed() ? Tree() : builder.Finish();
}

}  // namespace whomay::syntax

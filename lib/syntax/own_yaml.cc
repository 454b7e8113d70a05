// ParseOwnYaml(): yaml-cpp reads our own files, behind libyaml. yaml-cpp alone takes texts that no
// other reader takes (an unclosed quote swallows the next key), has no end marks, and never comes
// back from some texts; so libyaml goes first, gives the places, and both must see the same events.

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "source/limits.h"
#include "syntax/tree_core.h"
#include "syntax/yaml.h"
#include "syntax/yaml_document.h"
#include "syntax/yaml_graph.h"
#include "syntax/yaml_scalar.h"

namespace whomay::syntax {
namespace {

using NodeKind = YamlNode::Kind;

// What yaml-cpp says, to be compared with the graph node by node.
class Events final : public YAML::EventHandler {
 public:
  struct Item {
    NodeKind kind;
    bool null;
    std::string value;
  };

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {
    items_.push_back({NodeKind::kScalar, true, ""});
  }
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {
    items_.push_back({NodeKind::kAlias, false, ""});
  }
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string& value) override {
    items_.push_back({NodeKind::kScalar, false, value});
  }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    items_.push_back({NodeKind::kSequence, false, ""});
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    items_.push_back({NodeKind::kMapping, false, ""});
  }
  void OnMapEnd() override {}

  const std::vector<Item>& items() const { return items_; }

 private:
  std::vector<Item> items_;
};

bool IsNullWord(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

std::optional<bool> BoolWord(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") {
    return true;
  }
  if (text == "false" || text == "False" || text == "FALSE") {
    return false;
  }
  return std::nullopt;
}

bool AllOf(std::string_view text, std::string_view set) {
  return !text.empty() && text.find_first_not_of(set) == text.npos;
}

// A plain text of YAML 1.2's core schema as a JSON number, if it is one. Leading zeros are decimal.
std::optional<std::string> CoreNumber(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  std::string_view digits = text;
  const bool negative = !digits.empty() && digits[0] == '-';
  if (negative || (!digits.empty() && digits[0] == '+')) {
    digits.remove_prefix(1);
  }
  if (AllOf(digits, kDigits)) {
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
    return Concat({negative && digits != "0" ? "-" : "", digits});
  }
  const bool octal = text.substr(0, 2) == "0o" && AllOf(text.substr(2), "01234567");
  const bool hex = text.substr(0, 2) == "0x" && AllOf(text.substr(2), "0123456789abcdefABCDEF");
  const bool decimal = AllOf(digits, "0123456789.eE+-") && digits.find('.') != digits.npos;
  const bool exponent = AllOf(digits, "0123456789eE+-") && kDigits.find(digits[0]) != kDigits.npos;
  if (!octal && !hex && !decimal && !exponent) {
    return std::nullopt;
  }
  const std::optional<YamlScalar> scalar = ResolveYamlScalar(YamlTag::kNone, text);
  const bool number = scalar.has_value() && (scalar->type == YamlScalar::Type::kInt ||
                                             scalar->type == YamlScalar::Type::kUint ||
                                             scalar->type == YamlScalar::Type::kFloat);
  return number ? std::optional(JsonNumber(*scalar)) : std::nullopt;
}

class OwnReader {
 public:
  OwnReader(const source::SourceSet& sources, source::FileId file, source::Diagnostics& diagnostics)
      : bytes_(sources.bytes(file)), file_(file), diagnostics_(diagnostics) {}

  Tree Run() {
    const auto size = static_cast<uint32_t>(bytes_.size());
    const YamlInput input{bytes_, 0, size, false};
    const YamlGraph graph = ParseYamlGraph(input);
    if (graph.failure.has_value()) {
      Fail(graph.failure->code, graph.failure->at, graph.failure->message);
      return Tree();
    }
    if (const uint32_t rest = FindContent(bytes_, graph.rest, size); rest < size) {
      Fail("yaml.several", rest, "only one document is expected, and more text follows it");
      return Tree();
    }
    if (graph.nodes.empty() || !Agree(graph)) {
      return Tree();
    }
    return Emit(graph);
  }

 private:
  void Fail(std::string_view code, uint32_t at, std::string message) {
    failed_ = true;
    diagnostics_.AddLoss(std::string(code), {file_, at, at}, std::move(message));
  }

  bool Agree(const YamlGraph& graph) {
    Events events;
    try {
      std::istringstream in{std::string(bytes_)};
      YAML::Parser parser(in);
      parser.HandleNextDocument(events);
    } catch (const YAML::DeepRecursion& error) {
      Fail("yaml.depth", Offset(error.mark), "lists and maps are nested too deep");
      return false;
    } catch (const YAML::Exception& error) {
      Fail("yaml.syntax", Offset(error.mark), Concat({"not YAML: ", error.msg}));
      return false;
    } catch (const std::exception& error) {
      Fail("yaml.syntax", 0, Concat({"not YAML: ", error.what()}));
      return false;
    }
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
      if (i >= events.items().size() || !Same(graph.nodes[i], events.items()[i])) {
        Disagree(graph.nodes[i].begin);
        return false;
      }
    }
    if (events.items().size() > graph.nodes.size()) {
      Disagree(graph.nodes.back().end);
      return false;
    }
    return true;
  }

  void Disagree(uint32_t at) {
    Fail("yaml.ambiguous", at,
         "YAML readers do not agree on what stands here; write it in a plainer way");
  }

  static bool Same(const YamlNode& node, const Events::Item& item) {
    if (node.kind != item.kind) {
      return false;
    }
    if (node.kind != NodeKind::kScalar) {
      return true;
    }
    return item.null ? IsNullWord(node.value) : node.value == item.value;
  }

  uint32_t Offset(const YAML::Mark& mark) const {
    const int at = std::max(mark.pos, 0);
    return std::min(static_cast<uint32_t>(at), static_cast<uint32_t>(bytes_.size()));
  }

  Tree Emit(const YamlGraph& graph) {
    struct Open {
      uint32_t node;
      uint32_t at;
      bool alias;
    };
    TreeBuilder builder(file_, bytes_, graph.nodes.size() * 8);
    std::vector<Open> open;
    size_t copied = 0;
    size_t aliases = 0;
    const auto visit = [&](uint32_t at) {
      const bool alias = graph.nodes[at].kind == NodeKind::kAlias;
      const uint32_t target = alias ? graph.nodes[at].target : at;
      const YamlNode& node = graph.nodes[target];
      aliases += alias ? 1 : 0;
      if (aliases > 0 && ++copied > source::kMaxAliasNodes) {
        Fail("yaml.aliases", graph.nodes[at].begin,
             "aliases make far more of this text than stands in it");
        return;
      }
      if (node.kind == NodeKind::kScalar) {
        aliases -= alias ? 1 : 0;
        EmitScalar(builder, node);
        return;
      }
      if (open.size() >= source::kMaxDepth) {
        Fail("yaml.depth", graph.nodes[at].begin, "lists and maps are nested too deep");
        return;
      }
      builder.Begin(node.kind == NodeKind::kMapping ? Kind::kObject : Kind::kArray, node.begin);
      open.push_back({target, target + 1, alias});
    };
    visit(0);
    while (!open.empty() && !failed_) {
      Open& top = open.back();
      const YamlNode& container = graph.nodes[top.node];
      if (top.at == container.next) {
        aliases -= top.alias ? 1 : 0;
        open.pop_back();
        ReportDuplicates(builder, builder.End(container.end));
        continue;
      }
      uint32_t value = top.at;
      if (container.kind == NodeKind::kMapping) {
        EmitKey(builder, graph, value);
        value = graph.nodes[value].next;
      }
      top.at = graph.nodes[value].next;
      visit(value);
    }
    return failed_ ? Tree() : builder.Finish();
  }

  void EmitKey(TreeBuilder& builder, const YamlGraph& graph, uint32_t at) {
    const YamlNode& written = graph.nodes[at];
    const YamlNode& key = written.kind == NodeKind::kAlias ? graph.nodes[written.target] : written;
    if (key.kind != NodeKind::kScalar) {
      Fail("yaml.key", written.begin, "a list or a map cannot be a key");
    } else {
      builder.OwnKey(key.value, written.begin, written.end);
    }
  }

  void EmitScalar(TreeBuilder& builder, const YamlNode& node) {
    const bool plain = node.implicit || (node.tag != YamlTag::kNone && node.tag != YamlTag::kStr &&
                                         node.tag != YamlTag::kOther);
    const std::optional<bool> boolean = plain ? BoolWord(node.value) : std::nullopt;
    const std::optional<std::string> number = plain ? CoreNumber(node.value) : std::nullopt;
    if (plain && IsNullWord(node.value)) {
      builder.Null(node.begin, node.end);
    } else if (boolean.has_value()) {
      builder.Bool(*boolean, node.begin, node.end);
    } else if (number.has_value()) {
      builder.OwnText(Kind::kNumber, *number, node.begin, node.end);
    } else if (node.verbatim) {
      builder.SourceText(Kind::kString, node.begin, node.end, node.quoted);
    } else {
      builder.OwnText(Kind::kString, node.value, node.begin, node.end);
    }
  }

  void ReportDuplicates(TreeBuilder& builder, uint32_t node) {
    if (builder.core().node(node).kind != Kind::kObject) {
      return;
    }
    for (const auto& [earlier, later] : builder.Duplicates(node)) {
      const Value first = builder.core().value(earlier);
      const Value last = builder.core().value(later);
      source::Diagnostic& added = diagnostics_.Add(
          "yaml.duplicate-key", source::Severity::kWarning, last.key_span(),
          Concat({"the key \"", last.key(), "\" stands twice in this map; the last one counts"}));
      added.related.push_back({first.key_span(), "first here"});
    }
  }

  const std::string_view bytes_;
  const source::FileId file_;
  source::Diagnostics& diagnostics_;
  bool failed_ = false;
};

}  // namespace

Tree ParseOwnYaml(const source::SourceSet& sources, source::FileId file,
                  source::Diagnostics& diagnostics) {
  return OwnReader(sources, file, diagnostics).Run();
}

}  // namespace whomay::syntax

// HCL: HashiCorp's configuration language in its native syntax, as Terraform's code is written, and
// in its JSON syntax (*.tf.json).
//
//   const HclFile file = ReadHcl(sources, id, diagnostics);
//   for (const HclBlock& block : file.root().blocks) {
//     if (block.type == "resource") … block.labels[0] …
//   }
//
// The reader gives structure: bodies of attributes and blocks, and expressions as nodes with their
// bytes. It evaluates nothing (ingest/terraform/source_evaluate.h does). What is wrong is a
// diagnostic with its place (codes hcl.*), the item is left out and the rest of the file read.
// Hostile input costs linear time and memory: nesting is bounded by kMaxHclDepth (hcl.depth), nodes
// by kMaxHclNodes (hcl.nodes), and what can be long without nesting (a chain of operators, of
// attributes) is one node with many children, so that walking an expression needs no more depth
// than reading it did. Semantics: HCL native syntax specification, hcl/v2/hclsyntax, which judges
// it in tests/differential/hcl. Thread safety: an HclFile is immutable once read.
#ifndef WHOMAY_LIB_SYNTAX_HCL_H_
#define WHOMAY_LIB_SYNTAX_HCL_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "source/diagnostic.h"
#include "source/source.h"

namespace whomay::syntax {

inline constexpr int kMaxHclDepth = 128;                 // hcl.depth
inline constexpr size_t kMaxHclNodes = size_t{2} << 20;  // hcl.nodes: in one file
inline constexpr size_t kMaxHclAttributes = 4'000;       // hcl.nodes: in one body

enum class HclKind : uint8_t {
  kNull,
  kTrue,
  kFalse,
  kNumber,       // text: as written
  kString,       // text: decoded
  kTemplate,     // children: parts, joined as texts
  kWrapped,      // "${x}" and nothing else: child 0 as it is
  kTemplateIf,   // children: condition, then, else
  kTemplateFor,  // as kForTuple, its elements joined
  kVariable,     // text: the name
  kTraversal,    // child 0, then steps: kAttribute, kIndex, kLegacyIndex, kSplat, kFullSplat
  kAttribute,    // .text
  kIndex,        // [child 0]
  kLegacyIndex,  // .0
  kSplat,        // .*: the attributes behind it are taken of each element
  kFullSplat,    // [*]: everything behind it is
  kCall,         // text(children); flag: the last argument is expanded (`...`)
  kConditional,  // children: condition, then, else
  kBinary,       // operand, operator, operand, operator, operand … of one precedence
  kOperator,     // text: "+", "==" … (inside kBinary)
  kNot,          // !child 0
  kNegate,       // -child 0
  kTuple,        // children: elements
  kObject,       // children: key, value, key, value …
  kForTuple,     // [for key_name, text in child 0 : child 1 if child 2]
  kForObject,    // {for … : child 1 => child 2 if child 3}; flag: grouped (`...`)
};

using HclNodeId = uint32_t;

struct HclNode {
  HclKind kind = HclKind::kNull;
  bool flag = false;
  uint32_t begin = 0;  // bytes of the file
  uint32_t end = 0;
  uint32_t first = 0;  // of `links`
  uint32_t count = 0;
  std::string_view text;
  std::string_view key_name;  // of for: the name of the key, may be empty
};

struct HclAttribute {
  std::string_view name;
  source::Span name_span;
  HclNodeId value = 0;
  // JSON does not tell a block from an argument that is an object: the body holds both.
  bool may_be_block = false;
};

struct HclBlock {
  std::string_view type;
  std::vector<std::string_view> labels;
  uint32_t body = 0;  // HclFile::body
  source::Span span;  // type and labels
};

struct HclBody {
  std::vector<HclAttribute> attributes;
  std::vector<HclBlock> blocks;

  // Of doubles (diagnosed) the first; null when there is none.
  const HclAttribute* Find(std::string_view name) const;
};

class HclFile {
 public:
  HclFile() = default;
  HclFile(HclFile&&) noexcept = default;
  HclFile& operator=(HclFile&&) noexcept = default;
  HclFile(const HclFile&) = delete;  // texts of nodes view into it
  HclFile& operator=(const HclFile&) = delete;

  source::FileId file() const { return file_; }
  const HclBody& root() const { return bodies_[0]; }
  const HclBody& body(uint32_t id) const { return bodies_[id]; }
  const HclNode& node(HclNodeId id) const { return nodes_[id]; }
  HclNodeId child(const HclNode& node, uint32_t i) const { return links_[node.first + i]; }
  // Of ReadHclExpression() and ReadHclTemplate().
  HclNodeId expression() const { return expression_; }
  source::Span span(const HclNode& node) const { return {file_, node.begin, node.end}; }

 private:
  friend class HclParser;
  friend class HclJsonReader;

  source::FileId file_ = source::FileId::kNone;
  std::deque<HclBody> bodies_ = std::deque<HclBody>(1);
  std::vector<HclNode> nodes_ = std::vector<HclNode>(1);  // node 0: null
  std::vector<HclNodeId> links_;
  std::deque<std::string> texts_;
  HclNodeId expression_ = 0;
  std::vector<HclFile> parts_;  // of JSON: texts that nodes view into
};

// A whole file.
HclFile ReadHcl(const source::SourceSet& sources, source::FileId file,
                source::Diagnostics& diagnostics);
// A whole file of Terraform's JSON syntax: strings are templates, labels nest, and whatever is an
// object may be a block (HCL JSON syntax specification; Terraform language, "JSON Configuration
// Syntax"). Nodes have the place of the JSON value that they stand in. A list of objects is blocks.
HclFile ReadHclJson(const source::SourceSet& sources, source::FileId file,
                    source::Diagnostics& diagnostics);
// A file that holds one expression.
HclFile ReadHclExpression(const source::SourceSet& sources, source::FileId file,
                          source::Diagnostics& diagnostics);
// A file that is a template (templatefile).
HclFile ReadHclTemplate(const source::SourceSet& sources, source::FileId file,
                        source::Diagnostics& diagnostics);

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_HCL_H_

// Terraform's JSON syntax as what the native one gives.
//
// HCL's JSON syntax is read with a schema at hand; here none is: what Terraform itself defines
// (labels of blocks, `locals`, `variable`) is known, arguments of resources are not. An object
// there is kept as an argument and as a block, a list of objects as blocks; who asks knows from the
// plan which of them it is.

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "base/strings.h"
#include "syntax/hcl.h"
#include "syntax/hcl_parser.h"
#include "syntax/json.h"

namespace whomay::syntax {
namespace {

bool IsListOfObjects(const Value& value) {
  bool all = value.is_array() && value.size() > 0;
  for (const Value element : value.elements()) {
    all = all && element.is_object();
  }
  return all;
}

}  // namespace

class HclJsonReader {
 public:
  HclJsonReader(const source::SourceSet& sources, source::FileId file,
                source::Diagnostics& diagnostics)
      : sources_(sources), diagnostics_(diagnostics) {
    file_.file_ = file;
  }

  HclFile Read();

 private:
  // What a body's members are.
  enum class Content : uint8_t {
    kArguments,  // arguments only: locals, arguments of modules
    kVariable,   // `type` is an expression, `default` no template
    kResource,   // arguments and blocks
  };
  struct BlockType {
    std::string_view name;
    size_t labels;
    Content content;
  };
  struct Level;  // of labels

  void Blocks(uint32_t to, std::string_view type, size_t labels, Content content,
              const Value& value, int depth);
  void AddBlock(uint32_t to, const Level& level, std::string_view type, Content content, int depth);
  uint32_t Body(const Value& object, Content content, int depth);
  void Member(uint32_t body, const Value& member, Content content, int depth);
  void Argument(uint32_t body, const Value& member, HclNodeId node, bool may_be_block = false);

  HclNodeId Expression(const Value& value, int depth);
  HclNodeId Literal(const Value& value, int depth) {
    const bool outer = std::exchange(literal_, true);
    const HclNodeId node = Expression(value, depth);
    literal_ = outer;
    return node;
  }
  // Of a text, by a parser of its own.
  HclNodeId Parsed(std::string_view text, source::Span at, bool expression, int depth);
  HclNodeId Add(HclKind kind, source::Span at, std::string_view text = {},
                const std::vector<HclNodeId>& children = {});
  std::string_view Keep(std::string_view text) { return file_.texts_.emplace_back(text); }
  bool TooDeep(source::Span at, int depth);
  void Say(std::string code, source::Span at, std::string message) {
    diagnostics_.Add(std::move(code), source::Severity::kError, at, std::move(message));
  }

  const source::SourceSet& sources_;
  source::Diagnostics& diagnostics_;
  HclFile file_;
  bool literal_ = false;  // strings are no templates
  bool full_ = false;
};

struct HclJsonReader::Level {
  Value value;
  std::vector<std::string_view> labels;
  source::Span span;  // of the last label
};

HclFile HclJsonReader::Read() {
  static constexpr BlockType kTypes[] = {
      {"locals", 0, Content::kArguments},   {"resource", 2, Content::kResource},
      {"data", 2, Content::kResource},      {"module", 1, Content::kArguments},
      {"variable", 1, Content::kVariable},  {"output", 1, Content::kArguments},
      {"provider", 1, Content::kArguments},
  };
  const auto size = static_cast<uint32_t>(sources_.bytes(file_.file_).size());
  const Tree tree = ParseJson(sources_, {file_.file_, 0, size}, diagnostics_);
  // A list of objects is one body in several parts.
  std::vector<Value> roots = {tree.root()};
  for (const Value element : tree.root().elements()) {
    roots.push_back(element);
  }
  for (const Value root : roots) {
    for (const Value member : root.members()) {
      const auto* type = std::find_if(std::begin(kTypes), std::end(kTypes),
                                      [&](const auto& one) { return one.name == member.key(); });
      if (type != std::end(kTypes)) {
        Blocks(0, type->name, type->labels, type->content, member, 1);
      }
    }
  }
  return std::move(file_);
}

bool HclJsonReader::TooDeep(source::Span at, int depth) {
  if (depth > kMaxHclDepth) {
    Say("hcl.depth", at, "nested too deeply");
    return true;
  }
  return false;
}

HclNodeId HclJsonReader::Add(HclKind kind, source::Span at, std::string_view text,
                             const std::vector<HclNodeId>& children) {
  if (full_ || file_.nodes_.size() + file_.links_.size() + children.size() >= kMaxHclNodes) {
    if (!std::exchange(full_, true)) {
      Say("hcl.nodes", at, "the file holds too much; the rest of it is not read");
    }
    return 0;
  }
  HclNode node;
  node.kind = kind;
  node.begin = at.begin;
  node.end = at.end;
  node.text = text;
  node.first = static_cast<uint32_t>(file_.links_.size());
  node.count = static_cast<uint32_t>(children.size());
  file_.links_.insert(file_.links_.end(), children.begin(), children.end());
  file_.nodes_.push_back(node);
  return static_cast<HclNodeId>(file_.nodes_.size() - 1);
}

// The nodes of the other parser become nodes of this file, all with the place of the JSON text.
HclNodeId HclJsonReader::Parsed(std::string_view text, source::Span at, bool expression,
                                int depth) {
  source::Diagnostics own;
  HclParser parser(Keep(text), file_.file_, own, depth);
  HclFile part = expression ? parser.OneExpression() : parser.OneTemplate();
  for (const source::Diagnostic& one : own.all()) {
    Say(one.code, at, one.message);
  }
  if (full_ ||
      file_.nodes_.size() + file_.links_.size() + part.nodes_.size() + part.links_.size() >=
          kMaxHclNodes) {
    return Add(HclKind::kNull, at);
  }
  const auto nodes = static_cast<uint32_t>(file_.nodes_.size());
  const auto links = static_cast<uint32_t>(file_.links_.size());
  for (HclNode node : part.nodes_) {
    node.begin = at.begin;
    node.end = at.end;
    node.first += links;
    file_.nodes_.push_back(node);
  }
  for (const HclNodeId link : part.links_) {
    file_.links_.push_back(link + nodes);
  }
  const HclNodeId id = part.expression_ + nodes;
  part.nodes_.clear();
  part.links_.clear();
  if (!part.texts_.empty()) {
    file_.parts_.push_back(std::move(part));
  }
  return id;
}

HclNodeId HclJsonReader::Expression(const Value& value, int depth) {
  const source::Span at = value.span();
  if (TooDeep(at, depth)) {
    return 0;
  }
  std::vector<HclNodeId> children;
  const auto text = [&](std::string_view of) {
    const bool plain = literal_ || (of.find("${") == of.npos && of.find("%{") == of.npos);
    return plain ? Add(HclKind::kString, at, Keep(of)) : Parsed(of, at, false, depth);
  };
  switch (value.kind()) {
    case Kind::kMissing:
    case Kind::kNull:
      return Add(HclKind::kNull, at);
    case Kind::kBool:
      return Add(value.is_true() ? HclKind::kTrue : HclKind::kFalse, at);
    case Kind::kNumber:
      return Add(HclKind::kNumber, at, Keep(value.text()));
    case Kind::kString:
      return text(value.text());
    case Kind::kArray:
      for (const Value element : value.elements()) {
        children.push_back(Expression(element, depth + 1));
      }
      return Add(HclKind::kTuple, at, {}, children);
    case Kind::kObject:
      for (const Value member : value.members()) {
        children.push_back(text(member.key()));
        children.push_back(Expression(member, depth + 1));
      }
      return Add(HclKind::kObject, at, {}, children);
  }
  return 0;
}

// `value` is below the block's type: objects by label, then the body; lists at every level.
void HclJsonReader::Blocks(uint32_t to, std::string_view type, size_t labels, Content content,
                           const Value& value, int depth) {
  std::vector<Level> open = {{value, {}, value.key_span()}};
  while (!open.empty()) {
    Level level = std::move(open.back());
    open.pop_back();
    std::vector<Level> below;
    if (level.value.is_array()) {
      for (const Value element : level.value.elements()) {
        below.push_back({element, level.labels, level.span});
      }
    } else if (level.value.is_null()) {
      continue;
    } else if (!level.value.is_object()) {
      Say("hcl.syntax", level.value.span(),
          Concat({"an object was expected here, as a block of type ", type}));
    } else if (level.labels.size() == labels) {
      AddBlock(to, level, type, content, depth);
    } else {
      for (const Value member : level.value.members()) {
        if (member.key() != "//") {
          below.push_back({member, level.labels, member.key_span()});
          below.back().labels.push_back(Keep(member.key()));
        }
      }
    }
    open.insert(open.end(), std::make_move_iterator(below.rbegin()),
                std::make_move_iterator(below.rend()));
  }
}

void HclJsonReader::AddBlock(uint32_t to, const Level& level, std::string_view type,
                             Content content, int depth) {
  const uint32_t body = Body(level.value, content, depth + 1);
  HclBlock block;
  block.type = Keep(type);
  block.labels = level.labels;
  block.body = body;
  block.span = level.span.known() ? level.span : level.value.span();
  file_.bodies_[to].blocks.push_back(std::move(block));
}

uint32_t HclJsonReader::Body(const Value& object, Content content, int depth) {
  const auto body = static_cast<uint32_t>(file_.bodies_.size());
  file_.bodies_.emplace_back();
  if (!TooDeep(object.span(), depth)) {
    for (const Value member : object.members()) {
      if (member.key() != "//" && !full_) {
        Member(body, member, content, depth);
      }
    }
  }
  return body;
}

void HclJsonReader::Argument(uint32_t body, const Value& member, HclNodeId node,
                             bool may_be_block) {
  if (file_.bodies_[body].attributes.size() >= kMaxHclAttributes) {
    return;
  }
  HclAttribute attribute;
  attribute.name = Keep(member.key());
  attribute.name_span = member.key_span();
  attribute.value = node;
  attribute.may_be_block = may_be_block;
  file_.bodies_[body].attributes.push_back(attribute);
}

void HclJsonReader::Member(uint32_t body, const Value& member, Content content, int depth) {
  const std::string_view key = member.key();
  if (content == Content::kVariable) {
    const bool type = key == "type" && member.is_string();
    Argument(body, member,
             type ? Parsed(member.text(), member.span(), true, depth) : Literal(member, depth + 1));
    return;
  }
  // Names, not templates, are wanted of these.
  static constexpr std::string_view kNames[] = {"depends_on", "provider", "providers", "source",
                                                "version"};
  if (std::find(std::begin(kNames), std::end(kNames), key) != std::end(kNames)) {
    Argument(body, member, Literal(member, depth + 1));
    return;
  }
  if (content == Content::kResource && key == "dynamic") {
    Blocks(body, key, 1, content, member, depth);  // {TYPE: {for_each: …, content: {…}}}
    return;
  }
  if (content == Content::kResource && key == "lifecycle") {
    const bool outer = std::exchange(literal_, true);
    Blocks(body, key, 0, Content::kArguments, member, depth);
    literal_ = outer;
    return;
  }
  const bool blocks = content == Content::kResource && key != "for_each" &&
                      (member.is_object() || IsListOfObjects(member));
  if (!blocks || member.is_object()) {
    Argument(body, member, Expression(member, depth + 1), blocks);
  }
  if (blocks) {
    Blocks(body, key, 0, Content::kResource, member, depth);
  }
}

HclFile ReadHclJson(const source::SourceSet& sources, source::FileId file,
                    source::Diagnostics& diagnostics) {
  return HclJsonReader(sources, file, diagnostics).Read();
}

}  // namespace whomay::syntax

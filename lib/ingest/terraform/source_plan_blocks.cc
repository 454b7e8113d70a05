// PlanSource: the blocks of resources, `dynamic` ones expanded, and which of them a part of the
// plan comes from.

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "ingest/terraform/source_plan.h"
#include "ingest/terraform/source_plan_scope.h"

namespace whomay::ingest::terraform {

using syntax::HclBlock;
using syntax::HclFile;
using Kind = SourceValue::Kind;

namespace {

// What a block of a resource says to Terraform and not to the provider.
bool IsMeta(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

// Blocks that providers keep as sets: the plan's order is another than the code's.
bool IsSetBlock(std::string_view type) {
  static constexpr std::string_view kNames[] = {
      "principals", "not_principals", "condition", "inline_policy", "set", "ingress", "egress"};
  return std::find(std::begin(kNames), std::end(kNames), type) != std::end(kNames);
}

SourceBlock::Found FindIn(const std::vector<SourceBlock::Part>& parts, std::string_view name) {
  SourceBlock block;
  block.parts = parts;
  return block.Attribute(name);
}

// Of JSON, which has no blocks: does an object there stand for a block? What the plan has a list
// for is one, and what these names say.
bool IsBlock(std::string_view name, const View& plan) {
  static constexpr std::string_view kNames[] = {
      "statement", "principals",    "not_principals", "condition",   "inline_policy",
      "rule",      "subject",       "role_ref",       "metadata",    "spec",
      "template",  "access_config", "oidc",           "access_scope"};
  return plan.set() ? plan.value.is_array()
                    : std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

// Could the value of the code be that of the plan? Only what both know for certain counts; blanks
// and what providers write in another way (JSON, lists in another order) do not.
bool MayBe(const SourceValue& source, const View& plan) {
  if (!plan.set() || !source.WhollyKnown()) {
    return true;
  }
  if (plan.value.is_array()) {
    if (!source.is_sequence()) {
      return !source.is_string();
    }
    std::multiset<std::string_view> wanted, got;
    for (const View& one : plan.elements()) {
      if (one.unknown() || one.value.is_array() || one.value.is_object()) {
        return true;
      }
      got.insert(one.value.text());
    }
    for (size_t i = 0; i < source.size(); ++i) {
      const SourceValue text = ToString(source.at(i));
      wanted.insert(text.kind == Kind::kBool ? Str(text.flag ? "true" : "false") : text.text);
    }
    return std::set(wanted.begin(), wanted.end()) == std::set(got.begin(), got.end());
  }
  if (plan.value.is_object() || source.is_sequence() || source.is_mapping()) {
    return true;
  }
  const SourceValue text = ToString(source);
  const std::string_view known = plan.value.text();
  const bool json = !known.empty() && (known[0] == '{' || known[0] == '[');
  return json || known.find('\n') != known.npos || text.null() || text.text == known;
}

}  // namespace

// `rest` of a path inside a value.
SourceValue PlanSource::Inside(SourceValue value, const Path& path, size_t from) {
  for (size_t i = from; i < path.size() && value.usable(); ++i) {
    if (value.kind == Kind::kSet) {
      return UnknownValue();  // the plan's order
    }
    const SourceValue key = path[i].key.empty() ? IntegerValue(path[i].index, facts_)
                                                : StringValue(facts_.Keep(path[i].key));
    value = evaluator_.Index(value, key);
  }
  return value;
}

void PlanSource::ExpandDynamic(Scope& scope, const Block& in, const HclFile& file, uint32_t body,
                               Blocks& to) {
  const syntax::HclBody& dynamic = file.body(body);
  const syntax::HclAttribute* const for_each = dynamic.Find("for_each");
  const auto content = std::find_if(dynamic.blocks.begin(), dynamic.blocks.end(),
                                    [](const HclBlock& one) { return one.type == "content"; });
  if (for_each == nullptr || content == dynamic.blocks.end()) {
    to.unknown = true;
    return;
  }
  const SourceValue all = evaluator_.Evaluate(file, for_each->value, scope, in.names);
  if (all.null()) {
    return;
  }
  if (!all.is_sequence() && !all.is_mapping()) {
    to.unknown = true;
    return;
  }
  const syntax::HclAttribute* const iterator = dynamic.Find("iterator");
  for (size_t i = 0; i < all.size() && budget_.Spend(1); ++i) {
    Block block;
    block.parts.push_back({&file, content->body});
    block.span = content->span;
    block.names = in.names;
    const SourceValue key = all.is_mapping() ? StringValue(all.key(i))
                            : all.kind == Kind::kSet
                                ? all.at(i)
                                : IntegerValue(static_cast<int64_t>(i), facts_);
    const Str name = iterator != nullptr ? file.node(iterator->value).text : Str();
    block.names.emplace_back(name,
                             MappingValue(Kind::kObject, {{"key", key}, {"value", all.at(i)}}));
    to.blocks.push_back(std::move(block));
  }
}

PlanSource::Blocks PlanSource::Expand(Scope& scope, const Block& block, std::string_view type) {
  Blocks found;
  // The last part that has blocks of this type gives all of them.
  for (auto part = block.parts.rbegin(); part != block.parts.rend() && !found.any; ++part) {
    for (const HclBlock& one : part->file->body(part->body).blocks) {
      const bool dynamic = one.type == "dynamic" && one.labels.size() == 1 && one.labels[0] == type;
      if (!dynamic && one.type != type) {
        continue;
      }
      found.any = true;
      if (!dynamic) {
        found.blocks.push_back({{{part->file, one.body}}, block.names, one.span});
        continue;
      }
      const size_t first = found.blocks.size();
      ExpandDynamic(scope, block, *part->file, one.body, found);
      for (size_t i = first; i < found.blocks.size(); ++i) {
        Str& name = found.blocks[i].names.back().first;
        name = name.empty() ? Str(type) : name;
      }
    }
  }
  return found;
}

// All that a block says, as the plan would have it. Recursion is bounded by the reader's depth.
SourceValue PlanSource::WholeBlock(Scope& scope, const Block& block) {
  std::vector<std::pair<Str, SourceValue>> members;
  std::set<std::string_view> types, arguments;
  for (const SourceBlock::Part& part : block.parts) {
    const syntax::HclBody& body = part.file->body(part.body);
    for (const syntax::HclAttribute& attribute : body.attributes) {
      if (!IsMeta(attribute.name) && !(attribute.may_be_block && IsBlock(attribute.name, View()))) {
        arguments.insert(attribute.name);
        members.emplace_back(attribute.name,
                             evaluator_.Evaluate(*part.file, attribute.value, scope, block.names));
      }
    }
    for (const HclBlock& one : body.blocks) {
      const bool dynamic = one.type == "dynamic" && one.labels.size() == 1;
      const std::string_view type = dynamic ? one.labels[0] : one.type;
      if (!IsMeta(one.type) && arguments.count(type) == 0) {
        types.insert(type);
      }
    }
  }
  for (const std::string_view type : types) {
    const Blocks blocks = Expand(scope, block, type);
    std::vector<SourceValue> values;
    for (const Block& one : blocks.blocks) {
      values.push_back(WholeBlock(scope, one));
    }
    members.emplace_back(type, blocks.unknown
                                   ? UnknownValue("how many blocks there are is not known")
                                   : SequenceValue(Kind::kTuple, std::move(values)));
  }
  return MappingValue(Kind::kObject, std::move(members));
}

// Could this block have made that element of the plan?
bool PlanSource::Fits(Scope& scope, const Block& block, const View& view) {
  for (const SourceBlock::Part& part : block.parts) {
    for (const syntax::HclAttribute& attribute : part.file->body(part.body).attributes) {
      const View plan = view.Get(attribute.name);
      if (plan.set() &&
          !MayBe(evaluator_.Evaluate(*part.file, attribute.value, scope, block.names), plan)) {
        return false;
      }
    }
  }
  return true;
}

SourceValue PlanSource::Navigate(Scope& scope, const Block& block, View view, const Path& path,
                                 size_t from) {
  Block at = block;
  for (size_t i = from; i < path.size(); ++i) {
    if (path[i].key.empty()) {
      return UnknownValue();
    }
    const SourceBlock::Found found = FindIn(at.parts, path[i].key);
    if (found && !(found.attribute->may_be_block && IsBlock(path[i].key, view.Get(path[i].key)))) {
      place_ = found.span();
      return Inside(Evaluate(scope, found, at.names), path, i + 1);
    }
    Blocks blocks = Expand(scope, at, path[i].key);
    if (!blocks.any || blocks.unknown) {
      return UnknownValue();
    }
    place_ = blocks.blocks.empty() ? at.span : blocks.blocks[0].span;
    view = view.Get(path[i].key);
    if (i + 1 == path.size()) {
      std::vector<SourceValue> values;
      for (const Block& one : blocks.blocks) {
        values.push_back(WholeBlock(scope, one));
      }
      return SequenceValue(Kind::kTuple, std::move(values));
    }
    const PathStep& step = path[++i];
    const View element = view.At(step.index);
    const bool known_count = !view.unknown() && view.value.is_array();
    if (!step.key.empty() || (known_count && blocks.blocks.size() != view.value.size())) {
      return UnknownValue();
    }
    std::vector<Block> fitting;
    for (size_t j = 0; j < blocks.blocks.size(); ++j) {
      const bool by_index = !IsSetBlock(path[i - 1].key);
      if ((!by_index || j == step.index) && Fits(scope, blocks.blocks[j], element)) {
        fitting.push_back(std::move(blocks.blocks[j]));
      }
    }
    if (fitting.empty()) {
      return UnknownValue();
    }
    if (fitting.size() > 1) {
      // Which of them it is does not matter where all say the same.
      SourceValue first = Navigate(scope, fitting[0], element, path, i + 1);
      const source::Span place = place_;
      for (size_t j = 1; j < fitting.size(); ++j) {
        const SourceValue other = Navigate(scope, fitting[j], element, path, i + 1);
        if (EqualValues(first, other, facts_.holes) != Tri::kTrue) {
          return UnknownValue();
        }
      }
      place_ = place;
      return first;
    }
    at = std::move(fitting[0]);
    view = element;
  }
  return UnknownValue();
}

// Is the code that of the plan, as far as this resource shows?
bool PlanSource::Agrees(InstanceId id, Scope& scope, const SourceBlock& block) {
  const auto [at, is_new] = agrees_.try_emplace(id, true);
  if (!is_new) {
    return at->second;
  }
  const Instance& instance = instances_[id];
  std::set<std::string_view> ignored;
  for (const SourceBlock::Part& part : block.parts) {
    for (const HclBlock& one : part.file->body(part.body).blocks) {
      const syntax::HclAttribute* const list =
          one.type == "lifecycle" ? part.file->body(one.body).Find("ignore_changes") : nullptr;
      if (list == nullptr) {
        continue;
      }
      const syntax::HclNode& node = part.file->node(list->value);
      ignored.insert(node.text);  // all
      for (uint32_t i = 0; i < node.count; ++i) {
        ignored.insert(part.file->node(part.file->child(node, i)).text);
      }
    }
  }
  const auto differs = [&](source::Span where, std::string_view what) {
    agrees_[id] = false;
    diagnostics_.Add("terraform.source-differs", source::Severity::kWarning, where,
                     Concat({instance.address, what,
                             " is another in the plan than in the source; the plan "
                             "counts, and the source fills nothing of this resource"}),
                     std::string(instance.address));
    return false;
  };
  const SourceValue repeated = Repeated(scope.in(), block);
  const bool keyed = instance.key.kind != Key::Kind::kNone;
  if (repeated.null() == keyed && repeated.kind != Kind::kUnknown) {
    return differs(block.span, "'s key");
  }
  if (keyed && repeated.is_mapping() && repeated.Find(instance.key.text) == nullptr) {
    return differs(block.span, "'s key");
  }
  for (const SourceBlock::Part& part : block.parts) {
    for (const syntax::HclAttribute& attribute : part.file->body(part.body).attributes) {
      const View plan = instance.values.Get(attribute.name);
      if (IsMeta(attribute.name) || ignored.count(attribute.name) > 0 || ignored.count("all") > 0 ||
          !plan.set() || FindIn(block.parts, attribute.name).attribute != &attribute) {
        continue;
      }
      if (!MayBe(Evaluate(scope, {part.file, &attribute}), plan)) {
        return differs(part.file->span(part.file->node(attribute.value)),
                       Concat({".", attribute.name}));
      }
    }
  }
  return agrees_[id];
}

SourceValue PlanSource::At(InstanceId id, const Path& path) {
  const Instance& instance = instances_[id];
  place_ = {};
  if (path.empty() || path[0].key.empty() || (instance.worlds & facts::kAfter) == 0) {
    return UnknownValue();
  }
  ModuleInstance* const in = InstanceOf(instance.module);
  if (in == nullptr) {
    return UnknownValue();
  }
  const auto block = in->module->resources.find(
      Concat({instance.data ? "data." : "", instance.type, ".", instance.name}));
  if (block == in->module->resources.end()) {
    return UnknownValue();
  }
  Scope scope = ScopeOf(*in, &block->second, instance.key);
  if (!Agrees(id, scope, block->second)) {
    return UnknownValue();
  }
  Block whole;
  whole.parts = block->second.parts;
  whole.span = block->second.span;
  SourceValue value = Navigate(scope, whole, instance.values, path, 0);
  ReportLimits();
  return value;
}

}  // namespace whomay::ingest::terraform

// PlanSource: what names mean. source_plan_blocks.cc has the blocks of resources.
#include "ingest/terraform/source_plan.h"

#include <algorithm>
#include <charconv>

#include "base/strings.h"
#include "ingest/terraform/source_plan_scope.h"

namespace whomay::ingest::terraform {

using syntax::HclKind;
using Kind = SourceValue::Kind;

namespace {

// How deep modules, locals and resources may lead into each other.
constexpr int kMaxLookups = 100;

// Attributes whose values are never taken into a text: what providers mark as sensitive.
bool IsSecret(std::string_view attribute) {
  static constexpr std::string_view kNames[] = {"secret",
                                                "password",
                                                "result",
                                                "bcrypt_hash",
                                                "token",
                                                "private_key",
                                                "secret_string",
                                                "private_key_pem",
                                                "secret_access_key",
                                                "ses_smtp_password_v4",
                                                "data_json",
                                                "value_wo",
                                                "client_key"};
  return std::find(std::begin(kNames), std::end(kNames), attribute) != std::end(kNames);
}

std::string Joined(std::string_view module, std::string_view rest) {
  return Concat({module, module.empty() ? "" : ".", rest});
}

size_t NumberOf(const Key& key) {
  size_t number = 0;
  std::from_chars(key.text.data(), key.text.data() + key.text.size(), number);
  return number;
}

}  // namespace

PlanSource::PlanSource(std::unique_ptr<SourceFiles> files, const Configuration& configuration,
                       const InstanceTable& instances, Attributes& attributes,
                       source::SourceSet& sources, facts::Facts& facts,
                       source::Diagnostics& diagnostics)
    : modules_(std::move(files), sources, diagnostics),
      configuration_(configuration),
      instances_(instances),
      attributes_(attributes),
      sources_(sources),
      facts_(facts),
      diagnostics_(diagnostics),
      evaluator_(facts, sources, budget_) {}

PlanSource::~PlanSource() = default;

SourceValue PlanSource::Scope::Each(std::string_view name) {
  if (key_.kind == Key::Kind::kNone) {
    return UnknownValue();
  }
  if (name == "key") {
    return StringValue(source_.facts_.Keep(key_.text));
  }
  if (name != "value" || block_ == nullptr) {
    return UnknownValue();
  }
  if (!each_value_) {
    each_value_ = UnknownValue("for_each refers to itself");
    each_value_ = source_.EachValue(in_, *block_, key_);
  }
  return *each_value_;
}

SourceValue PlanSource::Scope::Reference(std::string_view root, std::string_view name,
                                         std::string_view second) {
  if (source_.depth_ >= kMaxLookups) {
    source_.budget_.exhausted = true;
    return UnknownValue("too many references into each other");
  }
  ++source_.depth_;
  SourceValue value;
  if (root == "var") {
    value = source_.Variable(in_, name);
  } else if (root == "local") {
    value = source_.Local(in_, name);
  } else if (root == "module") {
    value = source_.Calls(in_, name);
  } else if (root == "each") {
    value = Each(name);
  } else if (root == "count") {
    if (key_.kind == Key::Kind::kNumber) {
      value = IntegerValue(static_cast<int64_t>(NumberOf(key_)), source_.facts_);
    }
  } else if (root == "path") {
    value = name == "module" ? StringValue(source_.facts_.Keep(in_.module->files.directory))
            : name == "root" ? StringValue(".")
                             : UnknownValue("path.cwd is not known");
  } else if (root == "data") {
    value = source_.Resources(in_, Concat({"data.", name, ".", second}));
  } else if (root != "terraform" && root != "self" && root != "ephemeral") {
    value = source_.Resources(in_, Concat({root, ".", name}));
  }
  --source_.depth_;
  return value;
}

SourceValue PlanSource::Scope::Attribute(const SourceValue& of, std::string_view name) {
  if (of.kind == Kind::kModule) {
    return source_.Output(of.text, name);
  }
  if (of.attribute.empty()) {
    return source_.AttributeOf(of.instance, name);
  }
  // Below an attribute that is wholly unknown; numbers are indexes there.
  const bool index = !name.empty() && name.find_first_not_of("0123456789") == name.npos;
  return source_.AttributeOf(of.instance, index ? Concat({of.attribute, "[", name, "]"})
                                                : Concat({of.attribute, ".", name}));
}

std::optional<source::FileId> PlanSource::Scope::File(std::string_view path) {
  return source_.modules_.files().Read(path);
}

PlanSource::ModuleInstance* PlanSource::InstanceOf(Str address) {
  const auto known = module_instances_.find(address);
  if (known != module_instances_.end()) {
    return known->second.get();
  }
  ModuleInstance* parent = nullptr;
  std::vector<std::string_view> chain = {std::string_view()};
  const std::vector<std::string_view> below = ModuleChain(address);
  chain.insert(chain.end(), below.begin(), below.end());
  for (const std::string_view one : chain) {
    const Str kept = facts_.Keep(one);
    const auto [at, is_new] = module_instances_.try_emplace(kept);
    if (is_new) {
      const SourceModule* const module = modules_.Module(ModulePath(one));
      if (module != nullptr) {
        at->second = std::make_unique<ModuleInstance>();
        at->second->address = kept;
        at->second->module = module;
        at->second->parent = parent;
        const std::optional<ModuleStep> step = LastModuleStep(one);
        at->second->key = step ? step->key : Key();
      }
    }
    parent = at->second.get();
    if (parent == nullptr) {
      return nullptr;
    }
  }
  return parent;
}

PlanSource::Scope PlanSource::ScopeOf(ModuleInstance& in, const SourceBlock* block,
                                      const Key& key) {
  return Scope(*this, in, block, key);
}

SourceValue PlanSource::Evaluate(Scope& scope, const SourceBlock::Found& found,
                                 const Evaluator::Names& names) {
  return evaluator_.Evaluate(*found.file, found.attribute->value, scope, names);
}

// count or for_each of a resource or module call; kNull where it has neither.
SourceValue PlanSource::Repeated(ModuleInstance& in, const SourceBlock& block) {
  Scope scope = ScopeOf(in, nullptr, {});
  for (const std::string_view name : {"count", "for_each"}) {
    if (const SourceBlock::Found found = block.Attribute(name)) {
      const SourceValue value = Evaluate(scope, found);
      return value.null() ? UnknownValue() : value;
    }
  }
  return NullValue();
}

SourceValue PlanSource::EachValue(ModuleInstance& in, const SourceBlock& block, const Key& key) {
  const SourceBlock::Found found = block.Attribute("for_each");
  if (!found) {
    return UnknownValue();
  }
  Scope scope = ScopeOf(in, nullptr, {});
  const SourceValue all = Evaluate(scope, found);
  if (all.kind == Kind::kSet) {
    return StringValue(facts_.Keep(key.text));
  }
  const SourceValue* const value = all.Find(key.text);
  return value != nullptr ? *value : UnknownValue("for_each is not known before apply");
}

SourceValue PlanSource::Local(ModuleInstance& in, std::string_view name) {
  const auto [at, is_new] = in.locals.try_emplace(std::string(name));
  if (!is_new) {
    return at->second ? *at->second : UnknownValue("a local that refers to itself");
  }
  const auto local = in.module->locals.find(name);
  SourceValue value = UnknownValue(facts_.Keep(Concat({"local.", name, " is not in the code"})));
  if (local != in.module->locals.end()) {
    Scope scope = ScopeOf(in, nullptr, {});
    value = Evaluate(scope, local->second);
  }
  return *(at->second = std::move(value));
}

SourceValue PlanSource::Output(Str address, std::string_view name) {
  ModuleInstance* const in = InstanceOf(address);
  if (in == nullptr) {
    return UnknownValue(facts_.Keep(Concat({"the code of ", address, " is not there"})));
  }
  const auto [at, is_new] = in->outputs.try_emplace(std::string(name));
  if (!is_new) {
    return at->second ? *at->second : UnknownValue("an output that refers to itself");
  }
  const auto output = in->module->outputs.find(name);
  const SourceBlock::Found found = output == in->module->outputs.end()
                                       ? SourceBlock::Found()
                                       : output->second.Attribute("value");
  SourceValue value = UnknownValue("an output that is not in the code");
  if (found) {
    Scope scope = ScopeOf(*in, nullptr, {});
    value = Evaluate(scope, found);
  }
  return *(at->second = std::move(value));
}

// The instances of a module call: one, a tuple by count, an object by for_each.
SourceValue PlanSource::Calls(ModuleInstance& in, std::string_view name) {
  const auto [at, is_new] = in.calls.try_emplace(std::string(name));
  if (!is_new) {
    return at->second ? *at->second : UnknownValue("a module that refers to itself");
  }
  const auto instance = [&](const Key& key) {
    SourceValue value;
    value.kind = Kind::kModule;
    value.text = facts_.Keep(Concat({Joined(in.address, "module."), name, KeySuffix(key)}));
    return value;
  };
  const auto call = in.module->calls.find(name);
  if (call == in.module->calls.end()) {
    return *(at->second = UnknownValue("a module that is not in the code"));
  }
  const SourceValue repeated = Repeated(in, call->second);
  SourceValue value = UnknownValue("how often a module stands is not known before apply");
  if (repeated.null()) {
    value = instance({});
  } else if (const std::optional<int64_t> count = Integer(repeated); count && *count >= 0) {
    std::vector<SourceValue> all;
    for (int64_t i = 0; i < *count && budget_.Spend(1); ++i) {
      all.push_back(instance({Key::Kind::kNumber, std::to_string(i)}));
    }
    value = SequenceValue(Kind::kTuple, std::move(all));
  } else if (repeated.is_mapping() || (repeated.kind == Kind::kSet && repeated.WhollyKnown())) {
    std::vector<std::pair<Str, SourceValue>> all;
    for (size_t i = 0; i < repeated.size(); ++i) {
      const Str key = repeated.is_mapping() ? repeated.key(i) : repeated.at(i).text;
      all.emplace_back(key, instance({Key::Kind::kString, std::string(key)}));
    }
    value = MappingValue(Kind::kObject, std::move(all));
  }
  return *(at->second = std::move(value));
}

// The instances of a resource: those that the plan has.
SourceValue PlanSource::Resources(ModuleInstance& in, std::string_view address) {
  const std::vector<InstanceId> found = instances_.Find(Joined(in.address, address), facts::kAfter);
  const auto value_of = [](InstanceId id) {
    SourceValue value;
    value.kind = Kind::kInstance;
    value.instance = id;
    return value;
  };
  const auto block = in.module->resources.find(address);
  if (found.empty()) {
    const SourceValue repeated =
        block == in.module->resources.end() ? UnknownValue() : Repeated(in, block->second);
    const bool none = repeated.usable() && !repeated.null() && repeated.size() == 0 &&
                      (repeated.kind != Kind::kNumber || repeated.text == "0");
    return !none ? UnknownValue(facts_.Keep(Concat({address, " is not in the plan"})))
           : repeated.kind == Kind::kNumber ? SequenceValue(Kind::kTuple, {})
                                            : MappingValue(Kind::kObject, {});
  }
  if (instances_[found[0]].key.kind == Key::Kind::kNone) {
    return value_of(found[0]);
  }
  std::vector<SourceValue> by_number;
  std::vector<std::pair<Str, SourceValue>> by_name;
  for (const InstanceId id : found) {
    const Key& key = instances_[id].key;
    if (key.kind == Key::Kind::kString) {
      by_name.emplace_back(facts_.Keep(key.text), value_of(id));
      continue;
    }
    const size_t i = NumberOf(key);
    if (i >= found.size()) {
      return UnknownValue("not all instances are in the plan");
    }
    by_number.resize(std::max(by_number.size(), i + 1), UnknownValue("not in the plan"));
    by_number[i] = value_of(id);
  }
  return by_name.empty() ? SequenceValue(Kind::kTuple, std::move(by_number))
                         : MappingValue(Kind::kObject, std::move(by_name));
}

SourceValue PlanSource::FromView(InstanceId id, const View& view, const std::string& path) {
  if (view.unknown()) {
    SourceValue value = StringValue(attributes_.Text(id, path));
    value.instance = id;
    value.attribute = facts_.Keep(path);
    return value;
  }
  if (!view.HasUnknown()) {
    SourceValue value = FromTree(evaluator_, view.value);
    value.instance = id;
    value.attribute = facts_.Keep(path);
    return value;
  }
  if (view.value.is_array()) {
    std::vector<SourceValue> values;
    for (const View& one : view.elements()) {
      values.push_back(FromView(id, one, Concat({path, "[", std::to_string(values.size()), "]"})));
    }
    return SequenceValue(Kind::kTuple, std::move(values));
  }
  std::vector<std::pair<Str, SourceValue>> members;
  for (const auto& side : {view.value, view.marks}) {
    for (const syntax::Value one : side.members()) {
      const std::string below = Concat({path, ".", one.key()});
      members.emplace_back(facts_.Keep(one.key()), FromView(id, view.Get(one.key()), below));
    }
  }
  return MappingValue(Kind::kObject, std::move(members));
}

SourceValue PlanSource::AttributeOf(InstanceId id, std::string_view path) {
  const std::string_view name = path.substr(0, path.find_first_of(".["));
  if (IsSecret(name)) {
    return UnknownValue("a value that is kept secret");
  }
  const std::pair<InstanceId, std::string> key(id, path);
  const auto known = attribute_values_.find(key);
  if (known != attribute_values_.end()) {
    return known->second;
  }
  const Instance& instance = instances_[id];
  SourceValue value;
  const std::string* const assumed = attributes_.Assumed(instance.address, path);
  const View view = attributes_.Look(id, path);
  if (assumed != nullptr) {
    value = StringValue(facts_.Keep(*assumed));
  } else if (view.unknown() && name == path && !Attributes::IsIdentity(name) &&
             open_.insert(key).second) {
    const source::Span place = place_;  // of what is being evaluated
    value = At(id, {{facts_.Keep(name), 0}});
    place_ = place;
    open_.erase(key);
  }
  if (!value.usable()) {
    value = view.unknown() || view.value ? FromView(id, view, std::string(path)) : NullValue();
  }
  if (!view.unknown() && !view.value && (name != path || instance.values.unknown())) {
    value = UnknownValue();
  }
  attribute_values_.emplace(key, value);
  return value;
}

SourceValue PlanSource::Variable(ModuleInstance& in, std::string_view name) {
  const auto [at, is_new] = in.variables.try_emplace(std::string(name));
  if (!is_new) {
    return at->second ? *at->second : UnknownValue("a variable that refers to itself");
  }
  SourceValue given = UnknownValue();
  bool is_given = false;
  if (in.parent == nullptr) {
    const syntax::Value value = configuration_.Variable(name);
    is_given = static_cast<bool>(value);
    given = is_given ? FromTree(evaluator_, value) : given;
  } else if (const SourceBlock::Found argument = in.module->call->Attribute(name)) {
    is_given = true;
    Scope scope = ScopeOf(*in.parent, in.module->call, in.key);
    given = Evaluate(scope, argument);
  }
  SourceValue value = Declared(in, name, is_given ? std::move(given) : ErrorValue());
  return *(in.variables.find(name)->second = std::move(value));
}

// What a variable's block makes of the value that is given, kError where none is.
SourceValue PlanSource::Declared(ModuleInstance& in, std::string_view name, SourceValue given) {
  const auto declared = in.module->variables.find(name);
  if (declared == in.module->variables.end()) {
    return given.error() ? UnknownValue("a variable that is not in the code") : given;
  }
  const SourceBlock& block = declared->second;
  Scope scope = ScopeOf(in, nullptr, {});
  const auto is = [&](std::string_view word, bool value) {
    const SourceBlock::Found found = block.Attribute(word);
    const SourceValue flag = found ? Evaluate(scope, found) : UnknownValue();
    return flag.kind == Kind::kBool && flag.flag == value;
  };
  if (is("sensitive", true)) {
    return UnknownValue("a sensitive variable");
  }
  if (given.error() || (given.null() && is("nullable", false))) {
    const SourceBlock::Found fallback = block.Attribute("default");
    given = fallback ? Evaluate(scope, fallback) : UnknownValue("a variable without a value");
  }
  if (const SourceBlock::Found type = block.Attribute("type")) {
    const SourceValue converted =
        Convert(given, TypeFrom(*type.file, type.attribute->value, scope), facts_);
    SourceValue value = converted.error() ? UnknownValue("a value of another type") : converted;
    value.instance = given.instance;
    value.attribute = given.attribute;
    return value;
  }
  return given;
}

// Recursion is bounded by the reader's kMaxHclDepth.
SourceType PlanSource::TypeFrom(const syntax::HclFile& file, syntax::HclNodeId id, Scope& scope) {
  using TypeKind = SourceType::Kind;
  SourceType type;
  const syntax::HclNode& node = file.node(id);
  static constexpr std::pair<std::string_view, TypeKind> kWords[] = {
      {"string", TypeKind::kString}, {"number", TypeKind::kNumber}, {"bool", TypeKind::kBool},
      {"list", TypeKind::kList},     {"set", TypeKind::kSet},       {"map", TypeKind::kMap},
      {"object", TypeKind::kObject}, {"tuple", TypeKind::kTuple}};
  for (const auto& [word, kind] : kWords) {
    type.kind = node.text == word ? kind : type.kind;
  }
  if (node.kind != HclKind::kCall || node.count == 0) {
    return node.kind == HclKind::kVariable || node.kind == HclKind::kString ? type : SourceType();
  }
  const syntax::HclNode& of = file.node(file.child(node, 0));
  if (type.kind == TypeKind::kTuple || type.kind == TypeKind::kObject) {
    const bool object = type.kind == TypeKind::kObject;
    for (uint32_t i = 0; i + (object ? 1 : 0) < of.count; i += object ? 2 : 1) {
      syntax::HclNodeId part = file.child(of, i + (object ? 1 : 0));
      const syntax::HclNode& given = file.node(part);
      const bool optional =
          given.kind == HclKind::kCall && given.text == "optional" && given.count > 0;
      SourceValue fallback;
      if (optional) {
        part = file.child(given, 0);
        fallback = given.count > 1 ? evaluator_.Evaluate(file, file.child(given, 1), scope)
                                   : UnknownValue();
      }
      type.parts.push_back(TypeFrom(file, part, scope));
      if (object) {
        type.names.push_back(facts_.Keep(file.node(file.child(of, i)).text));
        type.optional.push_back(optional);
        type.defaults.push_back(fallback);
      }
    }
    return type;
  }
  type.parts.push_back(TypeFrom(file, file.child(node, 0), scope));
  return type;
}

std::string PlanSource::Place() const {
  const source::Location at = sources_.Locate(place_);
  return Concat({at.file, ":", std::to_string(at.line)});
}

source::Span PlanSource::BlockOf(const Instance& instance) {
  const SourceModule* const module = modules_.Module(instance.config_path);
  if (module == nullptr) {
    return {};
  }
  const auto block = module->resources.find(
      Concat({instance.data ? "data." : "", instance.type, ".", instance.name}));
  return block == module->resources.end() ? source::Span() : block->second.span;
}

void PlanSource::ReportLimits() {
  if (budget_.exhausted && !std::exchange(reported_, true)) {
    diagnostics_.Add("terraform.source-limit", source::Severity::kWarning, {},
                     "evaluating the source takes more work, depth or text than is allowed; what "
                     "it would fill stays open");
  }
}

}  // namespace whomay::ingest::terraform

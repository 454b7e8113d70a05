#include "ingest/terraform/resolve.h"

#include <algorithm>
#include <deque>
#include <set>
#include <utility>

#include "base/strings.h"
#include "ingest/terraform/known_modules.h"

namespace whomay::ingest::terraform {
namespace {

using syntax::Value;

// References looked at for one attribute.
constexpr size_t kMaxSteps = 20'000;
constexpr int kNoLocal = -1;

// Which resources may stand behind a wanted value, the attribute to take of them, and the
// attributes by which a reference names them ("*": any). A reference without an attribute (splat,
// each.key, formats before 1.1) always does.
struct Row {
  Want want;
  std::string_view type;  // "data." in front: a data source
  std::string_view attribute;
  std::string_view named_by;
};
constexpr std::string_view kNameOrArn = "arn|name|id";
constexpr std::string_view kIssuerPath = "identity[0].oidc[0].issuer";
constexpr Row kRows[] = {
    {Want::kRoleArn, "aws_iam_role", "arn", kNameOrArn},
    {Want::kRoleArn, "data.aws_iam_role", "arn", kNameOrArn},
    {Want::kRoleArn, "aws_iam_service_linked_role", "arn", kNameOrArn},
    {Want::kUserArn, "aws_iam_user", "arn", kNameOrArn},
    {Want::kUserArn, "data.aws_iam_user", "arn", "arn|user_name|id"},
    {Want::kGroupArn, "aws_iam_group", "arn", kNameOrArn},
    {Want::kGroupArn, "data.aws_iam_group", "arn", "arn|group_name|id"},
    {Want::kPrincipalArn, "aws_iam_role", "arn", kNameOrArn},
    {Want::kPrincipalArn, "aws_iam_user", "arn", kNameOrArn},
    {Want::kPrincipalArn, "aws_iam_service_linked_role", "arn", kNameOrArn},
    {Want::kPrincipalArn, "data.aws_iam_role", "arn", kNameOrArn},
    {Want::kPrincipalArn, "data.aws_iam_user", "arn", "arn|user_name|id"},
    {Want::kPrincipalArn, "data.aws_caller_identity", "arn", "arn"},
    {Want::kPrincipalArn, "data.aws_iam_session_context", "issuer_arn", "issuer_arn"},
    {Want::kPrincipalArn, "aws_cloudfront_origin_access_identity", "iam_arn", "iam_arn"},
    {Want::kPolicyArn, "aws_iam_policy", "arn", kNameOrArn},
    {Want::kPolicyArn, "data.aws_iam_policy", "arn", kNameOrArn},
    {Want::kPolicyText, "data.aws_iam_policy_document", "json", "json|minified_json|id"},
    {Want::kProviderArn, "aws_iam_openid_connect_provider", "arn", "arn|id|url"},
    {Want::kProviderArn, "data.aws_iam_openid_connect_provider", "arn", "arn|id|url"},
    // By its issuer's URL: the provider of that URL in the account that asks.
    {Want::kProviderArn, "aws_eks_cluster", kIssuerPath, "identity|identity[0].oidc[0].issuer"},
    {Want::kProviderArn, "data.aws_eks_cluster", kIssuerPath,
     "identity|identity[0].oidc[0].issuer"},
    {Want::kProviderArn, "aws_iam_saml_provider", "arn", kNameOrArn},
    {Want::kProviderArn, "data.aws_iam_saml_provider", "arn", kNameOrArn},
    {Want::kIssuer, "aws_eks_cluster", kIssuerPath, "identity|identity[0].oidc[0].issuer"},
    {Want::kIssuer, "data.aws_eks_cluster", kIssuerPath, "identity|identity[0].oidc[0].issuer"},
    {Want::kIssuer, "aws_iam_openid_connect_provider", "url", "url|arn"},
    {Want::kIssuer, "data.aws_iam_openid_connect_provider", "url", "url|arn"},
    {Want::kClusterName, "aws_eks_cluster", "name", "*"},
    {Want::kClusterName, "data.aws_eks_cluster", "name", "*"},
    {Want::kClusterName, "data.aws_eks_cluster_auth", "name", "*"},
    {Want::kInstanceProfile, "aws_iam_instance_profile", "name", kNameOrArn},
    {Want::kInstanceProfile, "data.aws_iam_instance_profile", "name", kNameOrArn},
    {Want::kLaunchTemplate, "aws_launch_template", "id", "*"},
    {Want::kLaunchTemplate, "data.aws_launch_template", "id", "*"},
    {Want::kTaskDefinition, "aws_ecs_task_definition", "arn", "*"},
    {Want::kTaskDefinition, "data.aws_ecs_task_definition", "arn", "*"},
    {Want::kBucket, "aws_s3_bucket", "bucket", "bucket|id|arn"},
    {Want::kBucket, "data.aws_s3_bucket", "bucket", "bucket|id|arn"},
    {Want::kKey, "aws_kms_key", "arn", "arn|id|key_id"},
    {Want::kKey, "data.aws_kms_key", "arn", "arn|id|key_id"},
};
// Names of resources by which the ARN of the same is meant in a policy's `resources`.
constexpr std::string_view kArnNames = "arn|id|name|bucket|key_id|function_name";

bool InList(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const size_t bar = list.find('|');
    if (list.substr(0, bar) == word) {
      return true;
    }
    list.remove_prefix(bar == std::string_view::npos ? list.size() : bar + 1);
  }
  return false;
}

const Row* FindRow(Want want, std::string_view type, bool data) {
  const auto* row = std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& one) {
    const bool is_data = one.type.substr(0, 5) == "data.";
    return one.want == want && is_data == data && (is_data ? one.type.substr(5) : one.type) == type;
  });
  return row == std::end(kRows) ? nullptr : row;
}

bool Plausible(Want want, std::string_view text) {
  switch (want) {
    case Want::kRoleArn:
    case Want::kUserArn:
    case Want::kGroupArn:
    case Want::kPrincipalArn:
    case Want::kPolicyArn:
    case Want::kProviderArn:
    case Want::kResourceArn:
      return text.substr(0, 4) == "arn:";
    case Want::kPolicyText:
      return text.find('{') != std::string_view::npos;
    case Want::kIssuer:
      return text.find('.') != std::string_view::npos;
    default:
      return !text.empty() && text != "true" && text != "false";
  }
}

std::string Join(std::string_view module, std::string_view rest) {
  return Concat({module, module.empty() ? "" : ".", rest});
}

// `a.b` is a prefix of the reference `a.b.c` and `a.b[0]`.
bool IsPrefixOf(std::string_view prefix, std::string_view reference) {
  return reference.size() > prefix.size() && reference.substr(0, prefix.size()) == prefix &&
         (reference[prefix.size()] == '.' || reference[prefix.size()] == '[');
}

// The Sid of the statement that a path leads into.
std::string_view SidOf(const Instance& instance, const Path& path) {
  return path.size() > 1 && path[0].key == "statement" && path[1].key.empty()
             ? instance.values.Get("statement").At(path[1].index).Get("sid").text()
             : std::string_view();
}

// The source of a module, relative ones resolved against the module around it.
std::string SourceOf(const ConfigModule* module) {
  std::string source;
  for (; module != nullptr; module = module->parent) {
    const std::string_view own = module->source();
    source = source.empty() ? std::string(own) : Concat({own, "/", source});
    if (own.substr(0, 1) != ".") {
      break;
    }
  }
  return source;
}

}  // namespace

bool IsWanted(Want want, std::string_view type, bool data) {
  return want == Want::kText || want == Want::kResourceArn || FindRow(want, type, data) != nullptr;
}

// In which module, and under which key of its block, a reference is read.
struct Resolver::Context {
  Str module;
  std::string path;
  Key each;
  Value for_each;
};

struct Resolver::Work {
  std::string reference;
  Context context;
  bool keyed = false;  // the expression also names each.key or count.index
  std::string via;
  int local = kNoLocal;  // of the locals that a graph opened, the innermost that led here
};

class Resolver::Walk {
 public:
  Walk(const Resolver& resolver, Want want) : r_(resolver), want_(want) {}

  void PushExpression(const Value& expression, const Context& context, const std::string& via);
  void Push(std::string reference, const Context& context, bool keyed, const std::string& via);
  // The heads of one expression, prefixes left out.
  void PushHeads(const std::vector<std::string_view>& heads, const Context& context, bool keyed,
                 const std::string& via);
  // The arguments of the call of a module.
  void PushArguments(std::string_view module, std::string_view argument, const std::string& via);
  Trace Run();
  Trace& trace() { return trace_; }
  void OfInstance(InstanceId id, std::string attribute, const std::string& via);
  // What stands behind a node of the graph ("local.x"; a resource with a dynamic block), if a graph
  // was given. False where it says nothing, and the local stays open.
  bool ByGraph(std::string_view node, const Context& context, const std::string& via);
  void set_origin(const Instance* origin) { origin_ = origin; }

 private:
  // A local that a graph opened. It stays open unless something unknown of the wanted type stands
  // behind it: a text made of other unknown things is none of these.
  struct Opened {
    std::string name;
    int outer = kNoLocal;
    bool found = false;
  };
  void ByResources(const std::string& via);
  bool CreatesOwn(std::string_view head, const Context& context) const;
  void Reference(const Work& work);
  void Variable(const Work& work, const std::vector<Part>& parts);
  void Local(const Work& work, const std::vector<Part>& parts);
  void Module(const Work& work, const std::vector<Part>& parts);
  void Resource(const Work& work, const std::vector<Part>& parts);
  void Constant(const Value& value);
  void Add(std::vector<Target>& to, Target target);

  const Resolver& r_;
  const Want want_;
  Trace trace_;
  std::deque<Work> open_;
  std::set<std::string> seen_;
  size_t steps_ = 0;
  const Instance* origin_ = nullptr;
  std::vector<Opened> opened_;
  int local_ = kNoLocal;  // of the work at hand
};

void Resolver::Walk::Add(std::vector<Target>& to, Target target) {
  for (Target& one : to) {
    if (one.instance == target.instance && one.attribute == target.attribute &&
        one.text == target.text) {
      one.whole = one.whole && target.whole;
      return;
    }
  }
  to.push_back(target);
}

void Resolver::Walk::Push(std::string reference, const Context& context, bool keyed,
                          const std::string& via) {
  const std::string id = Concat({reference, "\n", context.module, "\n", KeySuffix(context.each),
                                 keyed ? "k" : "", std::to_string(local_)});
  if (seen_.insert(id).second) {
    open_.push_back({std::move(reference), context, keyed, via, local_});
  }
}

void Resolver::Walk::PushExpression(const Value& expression, const Context& context,
                                    const std::string& via) {
  bool keyed = false;
  const Value references = expression.Get("references");
  for (const Value reference : references.elements()) {
    // Not each.value: `x[each.value.role]` is another instance than this block's.
    keyed = keyed || reference.text() == "each.key" || reference.text() == "count.index";
  }
  std::vector<std::string_view> heads;
  for (const Value reference : references.elements()) {
    if (heads.empty() || !IsPrefixOf(reference.text(), heads.back())) {
      heads.push_back(reference.text());
    }
  }
  PushHeads(heads, context, keyed, via);
  if (expression.Get("constant_value")) {
    Constant(expression.Get("constant_value"));
  }
}

// `var.create ? aws_iam_role.this[0].arn : var.role_arn`: modules make a resource of their own or
// take a given one. Where their own one exists and its value is not known yet, the given one is not
// it.
bool Resolver::Walk::CreatesOwn(std::string_view head, const Context& context) const {
  const std::optional<std::vector<Part>> parts = Tokenize(head);
  if (!parts || parts->size() < 3 || (*parts)[2].kind != Part::Kind::kNumber ||
      FindRow(want_, (*parts)[0].text, false) == nullptr) {
    return false;
  }
  const InstanceId id =
      r_.instances_.FindOne(Join(context.module, head.substr(0, (*parts)[2].end)), facts::kAfter);
  return id != InstanceId::kNone &&
         !r_.attributes_.Look(id, FindRow(want_, (*parts)[0].text, false)->attribute).set();
}

void Resolver::Walk::PushHeads(const std::vector<std::string_view>& heads, const Context& context,
                               bool keyed, const std::string& via) {
  const bool creates_own = std::any_of(
      heads.begin(), heads.end(), [&](std::string_view head) { return CreatesOwn(head, context); });
  for (const std::string_view head : heads) {
    if (!creates_own || head.substr(0, 4) != "var.") {
      Push(std::string(head), context, keyed, via);
    }
  }
}

void Resolver::Walk::Constant(const Value& value) {
  if (value.is_string() && Plausible(want_, value.text())) {
    Add(trace_.known, {InstanceId::kNone, {}, r_.facts_.Keep(value.text())});
  }
}

void Resolver::Walk::PushArguments(std::string_view module, std::string_view argument,
                                   const std::string& via) {
  const std::optional<ModuleStep> step = LastModuleStep(module);
  const ConfigModule* const config = r_.configuration_.Module(ModulePath(module));
  if (!step || config == nullptr) {
    return;
  }
  const Context context{r_.facts_.Keep(step->parent), ModulePath(step->parent), step->key,
                        config->call.Get("for_each_expression")};
  const Value expressions = r_.configuration_.Arguments(*config);
  if (argument.empty()) {
    for (const Value one : expressions.members()) {
      PushExpression(one, context, Concat({via, one.key(), " of ", module, ", "}));
    }
    return;
  }
  const ExpressionSet set = ExpressionsAt(expressions, {}, {{argument, 0}});
  for (const Value& leaf : set.leaves) {
    PushExpression(leaf, context, via);
  }
  if (!set.found) {
    Constant(r_.configuration_.Variables(*config).Get(argument).Get("default"));
  }
}

void Resolver::Walk::Variable(const Work& work, const std::vector<Part>& parts) {
  const std::string via = Concat({work.via, "var.", parts[1].text, ", "});
  if (work.context.module.empty()) {
    Constant(r_.configuration_.Variable(parts[1].text));
  } else {
    PushArguments(work.context.module, parts[1].text, via);
  }
}

void Resolver::Walk::Local(const Work& work, const std::vector<Part>& parts) {
  const ConfigModule* const module = r_.configuration_.Module(work.context.path);
  const auto known = KnownLocal(SourceOf(module), parts[1].text);
  const std::string name = Concat({"local.", parts[1].text});
  if (!known) {
    if (!ByGraph(name, work.context, Concat({work.via, name, " (by terraform graph), "}))) {
      trace_.locals.push_back(Join(work.context.module, name));
    }
    return;
  }
  PushHeads({known->begin(), known->end()}, {work.context.module, work.context.path, {}, {}}, false,
            Concat({work.via, "local.", parts[1].text, " (a known module), "}));
}

bool Resolver::Walk::ByGraph(std::string_view node, const Context& context,
                             const std::string& via) {
  if (r_.graph_ == nullptr) {
    return false;
  }
  const std::string name = Join(context.module, node);
  for (const Opened& one : opened_) {
    if (one.name == name) {
      return true;  // its references are on their way
    }
  }
  const int outer = std::exchange(local_, static_cast<int>(opened_.size()));
  opened_.push_back({name, outer});
  if (r_.graph_->has_locals()) {
    const std::vector<std::string> behind = r_.graph_->Behind(context.path, node, &trace_.gave_up);
    PushHeads({behind.begin(), behind.end()}, {context.module, context.path, {}, {}}, false, via);
  } else {
    ByResources(via);
  }
  local_ = outer;
  return true;
}

// By a graph of resources only: all that the asking resource depends on.
void Resolver::Walk::ByResources(const std::string& via) {
  if (origin_ == nullptr) {
    return;
  }
  const std::string resource =
      Concat({origin_->data ? "data." : "", origin_->type, ".", origin_->name});
  for (const std::string& on :
       r_.graph_->Resources(origin_->config_path, resource, &trace_.gave_up)) {
    const std::optional<Address> address = ParseAddress(on);
    if (!address || FindRow(want_, address->type, address->data) == nullptr) {
      continue;
    }
    for (const InstanceId id : r_.instances_.OfType(address->type, address->data)) {
      const Instance& one = r_.instances_[id];
      if (one.name == address->name && one.config_path == address->module_path &&
          (one.worlds & facts::kAfter) != 0) {
        OfInstance(id, {}, via);
      }
    }
  }
}

void Resolver::Walk::Module(const Work& work, const std::vector<Part>& parts) {
  size_t i = 2;
  const std::string unkeyed = Join(work.context.module, Concat({"module.", parts[1].text}));
  const std::string path = Join(work.context.path, Concat({"module.", parts[1].text}));
  const ConfigModule* const config = r_.configuration_.Module(path);
  if (config == nullptr) {
    trace_.others.push_back(unkeyed);
    return;
  }
  std::vector<Str> instances;
  if (const std::vector<Str>* all = r_.instances_.ModuleInstances(unkeyed)) {
    instances = *all;
  } else {
    instances.push_back(r_.facts_.Keep(unkeyed));  // a module without resources of its own
  }
  Key key;
  if (i < parts.size() && !parts[i].is_name()) {
    key = KeyOf(parts[i++]);
  } else if (work.keyed) {
    key = work.context.each;
  }
  if (key.kind != Key::Kind::kNone) {
    const std::string wanted = unkeyed + KeySuffix(key);
    const auto at = std::find(instances.begin(), instances.end(), wanted);
    if (at != instances.end()) {
      instances = {*at};
    }
  }
  const std::string_view output = i < parts.size() ? std::string_view(parts[i].text) : "";
  for (const Str instance : instances) {
    const Context context{instance, path, {}, {}};
    for (const Value one : config->module.Get("outputs").members()) {
      if (output.empty() || one.key() == output) {
        PushExpression(one.Get("expression"), context,
                       Concat({work.via, instance, ".", one.key(), ", "}));
      }
    }
  }
}

void Resolver::Walk::Resource(const Work& work, const std::vector<Part>& parts) {
  const bool data = parts[0].text == "data";
  const size_t first = data ? 1 : 0;
  if (parts.size() < first + 2) {
    return;
  }
  size_t i = first + 2;
  const std::string unkeyed =
      Join(work.context.module,
           Concat({data ? "data." : "", parts[first].text, ".", parts[first + 1].text}));
  std::vector<InstanceId> instances = r_.instances_.Find(unkeyed, facts::kAfter);
  Key key;
  if (i < parts.size() && !parts[i].is_name()) {
    key = KeyOf(parts[i++]);
    if (key.kind != Key::Kind::kNone) {
      std::erase_if(instances, [&](InstanceId id) { return !(r_.instances_[id].key == key); });
    }
  } else if (work.keyed && instances.size() > 1) {
    const auto own = std::find_if(instances.begin(), instances.end(), [&](InstanceId id) {
      return r_.instances_[id].key == work.context.each;
    });
    if (own != instances.end()) {
      instances = {*own};
    }
  }
  // The rest as a path: `identity[0].oidc[0].issuer`.
  std::string attribute;
  for (; i < parts.size() && parts[i].kind != Part::Kind::kDynamic; ++i) {
    attribute += parts[i].is_name() ? (attribute.empty() ? "" : ".") + parts[i].text
                                    : KeySuffix(KeyOf(parts[i]));
  }
  for (const InstanceId id : instances) {
    OfInstance(id, attribute, Concat({work.via, work.reference, ", "}));
  }
}

void Resolver::Walk::OfInstance(InstanceId id, std::string attribute, const std::string& via) {
  const Instance& instance = r_.instances_[id];
  const Row* const row = FindRow(want_, instance.type, instance.data);
  const bool by_row = row != nullptr && (attribute.empty() || row->named_by == "*" ||
                                         InList(row->named_by, attribute));
  const bool by_arn =
      want_ == Want::kResourceArn && (attribute.empty() || InList(kArnNames, attribute));
  if (by_row || by_arn) {
    const std::string_view take = by_row ? row->attribute : std::string_view("arn");
    Target target{id, r_.facts_.Keep(take), {}};
    target.whole = attribute == take || attribute.empty() || want_ != Want::kResourceArn;
    if (trace_.how.empty()) {
      trace_.how = via;
    }
    const bool known = r_.attributes_.Look(id, take).set();
    Add(known ? trace_.known : trace_.open, target);
    for (int at = known ? kNoLocal : local_; at != kNoLocal; at = opened_[at].outer) {
      opened_[at].found = true;
    }
    return;
  }
  if (attribute.empty()) {
    if (want_ == Want::kText) {
      trace_.others.push_back(std::string(instance.address));
    }
    return;
  }
  const View view = r_.attributes_.Look(id, attribute);
  if (view.set()) {
    if (view.value.is_string() && Plausible(want_, view.text())) {
      Add(trace_.known, {id, r_.facts_.Keep(attribute), {}});
    }
    return;
  }
  if (!view.unknown()) {
    return;
  }
  if (want_ == Want::kText) {
    Add(trace_.open, {id, r_.facts_.Keep(attribute), {}});
    return;
  }
  // A computed attribute that repeats an argument.
  if (instance.type == "terraform_data" && attribute.substr(0, 6) == "output") {
    attribute.replace(0, 6, "input");
  }
  const std::optional<std::vector<Part>> parts = Tokenize(attribute);
  Path path;
  for (size_t i = 0; parts && i < parts->size(); ++i) {
    const Part& part = (*parts)[i];
    path.push_back(part.kind == Part::Kind::kNumber
                       ? PathStep{{},
                                  static_cast<uint32_t>(std::min<size_t>(
                                      std::strtoul(part.text.c_str(), nullptr, 10), 1 << 20))}
                       : PathStep{r_.facts_.Keep(part.text), 0});
  }
  const Value resource = r_.configuration_.Resource(
      instance.config_path,
      Concat({instance.data ? "data." : "", instance.type, ".", instance.name}));
  const ExpressionSet set = ExpressionsAt(resource.Get("expressions"), instance.values, path);
  bool followed = false;
  for (const Value& leaf : set.leaves) {
    followed = followed || leaf.Get("references").size() > 0;
    PushExpression(leaf,
                   {instance.module, std::string(instance.config_path), instance.key,
                    resource.Get("for_each_expression")},
                   via);
  }
  if (!followed) {
    trace_.others.push_back(Concat({instance.address, ".", attribute}));
  }
}

void Resolver::Walk::Reference(const Work& work) {
  const std::optional<std::vector<Part>> parts = Tokenize(work.reference);
  if (!parts || parts->size() < 2) {
    return;
  }
  const std::string_view first = (*parts)[0].text;
  if (first == "each") {
    if ((*parts)[1].text == "value") {
      PushExpression(work.context.for_each, {work.context.module, work.context.path, {}, {}},
                     Concat({work.via, "each.value, "}));
    }
  } else if (first == "var") {
    Variable(work, *parts);
  } else if (first == "local") {
    Local(work, *parts);
  } else if (first == "module") {
    Module(work, *parts);
  } else if (first != "count" && first != "path" && first != "terraform" && first != "self") {
    Resource(work, *parts);
  }
}

Trace Resolver::Walk::Run() {
  while (!open_.empty()) {
    if (++steps_ > kMaxSteps) {
      trace_.gave_up = true;
      break;
    }
    const Work work = std::move(open_.front());
    open_.pop_front();
    local_ = work.local;
    Reference(work);
  }
  for (const Opened& one : opened_) {
    if (!one.found && (want_ != Want::kText || trace_.others.empty())) {
      trace_.locals.push_back(one.name);
    }
  }
  return std::move(trace_);
}

Resolver::Resolver(const Configuration& configuration, const InstanceTable& instances,
                   Attributes& attributes, facts::Facts& facts)
    : configuration_(configuration),
      instances_(instances),
      attributes_(attributes),
      facts_(facts) {}

Trace Resolver::Follow(const Instance& instance, const Path& path, Want want) {
  Walk walk(*this, want);
  walk.set_origin(&instance);
  const std::string address =
      Concat({instance.data ? "data." : "", instance.type, ".", instance.name});
  const Value resource = configuration_.Resource(instance.config_path, address);
  const ExpressionSet set = ExpressionsAt(resource.Get("expressions"), instance.values, path);
  walk.trace().configured = set.found;
  const Context context{instance.module, std::string(instance.config_path), instance.key,
                        resource.Get("for_each_expression")};
  for (const Value& leaf : set.leaves) {
    walk.PushExpression(leaf, context, {});
  }
  if (!set.found && set.dynamic && resource.is_object()) {
    // What a dynamic block holds comes from the module's arguments or its own resources.
    walk.trace().configured = walk.trace().dynamic = true;
    const Context plain{instance.module, std::string(instance.config_path), {}, {}};
    const auto known = KnownDynamic(SourceOf(configuration_.Module(instance.config_path)), address,
                                    path[0].key, SidOf(instance, path));
    if (known) {
      walk.PushHeads({known->begin(), known->end()}, plain, false, "a known module's block, ");
    } else if (walk.ByGraph(address, plain, "a dynamic block (by terraform graph), ")) {
      walk.trace().dynamic = true;
    } else if (instance.module.empty()) {
      walk.trace().locals.push_back("a dynamic block");
    } else {
      walk.PushArguments(instance.module, {}, "a dynamic block, ");
      for (const InstanceId id : instances_.InModule(instance.module)) {
        const Instance& one = instances_[id];
        if (one.type != instance.type && FindRow(want, one.type, one.data) != nullptr &&
            (one.worlds & facts::kAfter) != 0) {
          walk.OfInstance(id, {}, "a dynamic block, ");
        }
      }
    }
  }
  return walk.Run();
}

Trace Resolver::FollowAttribute(InstanceId id, std::string attribute, Want want) {
  Walk walk(*this, want);
  walk.trace().configured = true;
  walk.OfInstance(id, std::move(attribute), {});
  return walk.Run();
}

std::vector<Target> Resolver::Likely(const Instance& instance, Want want) {
  Walk walk(*this, want);
  for (const InstanceId id : instances_.InModule(instance.module)) {
    const Instance& one = instances_[id];
    if (&one != &instance && FindRow(want, one.type, one.data) != nullptr &&
        (one.worlds & facts::kAfter) != 0) {
      walk.OfInstance(id, {}, {});
    }
  }
  for (const std::string_view module : ModuleChain(instance.module)) {
    walk.PushArguments(module, {}, {});
  }
  return walk.Run().open;
}

Trace Resolver::FollowProvider(const Value& expression, std::string_view module, Want want) {
  Walk walk(*this, want);
  walk.PushExpression(expression, {facts_.Keep(module), ModulePath(module), {}, {}}, {});
  return walk.Run();
}

}  // namespace whomay::ingest::terraform

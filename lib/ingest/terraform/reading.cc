#include "ingest/terraform/reading.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "ingest/terraform/source_plan.h"
#include "syntax/json.h"

namespace whomay::ingest::terraform {
namespace {

constexpr size_t kTextsBetweenReleases = 2048;

using How = TerraformOptions::Resolved::How;
using syntax::Value;

// Types whose ARNs have nothing below them: a reference to one inside a policy's `resources` is the
// ARN itself (spec terraform 1.8).
bool HasNothingBelow(std::string_view type) {
  static constexpr std::string_view kTypes[] = {"aws_iam_role",
                                                "aws_iam_user",
                                                "aws_iam_group",
                                                "aws_iam_policy",
                                                "aws_iam_instance_profile",
                                                "aws_kms_key",
                                                "aws_sns_topic",
                                                "aws_sqs_queue",
                                                "aws_secretsmanager_secret",
                                                "aws_eks_cluster",
                                                "aws_eks_node_group",
                                                "aws_iam_openid_connect_provider",
                                                "aws_iam_saml_provider"};
  return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

// Attributes that are built from each other's references (a provider's url from another's) nest no
// deeper.
constexpr int kMaxResolvedInOneAnother = 4;

// Lists of these hold one name or ARN in each element.
bool IsIdentityWant(Want want) {
  return want != Want::kText && want != Want::kResourceArn && want != Want::kPolicyText;
}

void AddOnce(std::vector<Str>& to, Str text) {
  if (!text.empty() && std::find(to.begin(), to.end(), text) == to.end()) {
    to.push_back(text);
  }
}

std::string ListOf(const std::vector<std::string>& names) {
  constexpr size_t kShown = 3;
  std::string text;
  for (size_t i = 0; i < names.size() && i < kShown; ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kShown) {
    text += Concat({" and ", std::to_string(names.size() - kShown), " more"});
  }
  return text;
}

}  // namespace

facts::Worlds OwnWorlds(facts::Worlds own, int covered) {
  const int before = (covered & facts::kBefore) == 0 ? own & facts::kBefore : 0;
  const int after = covered == 0 ? own & facts::kAfter : 0;
  return static_cast<facts::Worlds>(before | after);
}

Field Field::Get(std::string_view key) const {
  Field child{id, view.Get(key), path};
  child.path.push_back({key, 0});
  return child;
}

std::vector<Field> Field::elements() const {
  std::vector<Field> fields;
  uint32_t i = 0;
  for (const View& element : view.elements()) {
    Field child{id, element, path};
    child.path.push_back({{}, i++});
    fields.push_back(std::move(child));
  }
  return fields;
}

Field Field::First() const {
  if (view.value.is_object() && !view.unknown()) {
    return *this;  // single nested attributes (newer providers)
  }
  Field child{id, view.At(0), path};
  child.path.push_back({{}, 0});
  return child;
}

Reading::Reading(const Document& of, const TerraformOptions& with, source::SourceSet& in,
                 facts::Facts& to, source::Diagnostics& about)
    : document(of),
      options(with),
      sources(in),
      facts(to),
      diagnostics(about),
      configuration(of.root, in),
      instances(of, in, to, about),
      providers(document, configuration, instances, options, in, facts),
      attributes(instances, providers, options, facts),
      resolver(configuration, instances, attributes, facts),
      pages_(in, of.root.span(), kTextsBetweenReleases) {
  if (document.kind == DocumentKind::kPlan) {
    resolver.set_graph(ChooseGraph());
  }
  attributes.set_resolver([this](InstanceId id, std::string_view attribute) {
    if (resolving_ >= kMaxResolvedInOneAnother) {
      return Str();
    }
    ++resolving_;
    Path path = {{attribute, 0}};
    const Resolution resolution =
        Resolve({id, attributes.Look(id, attribute), path}, Want::kIssuer);
    --resolving_;
    return resolution.how == How::kOne ? resolution.text : Str();
  });
  OpenSource();
}

// Of the graphs given the one that holds every resource that this plan makes or changes: first one
// that no other plan has taken.
const DependencyGraph* Reading::ChooseGraph() const {
  DependencyGraph* chosen = nullptr;
  for (DependencyGraph* const graph : options.graphs) {
    const bool fits =
        std::all_of(instances.all().begin(), instances.all().end(), [graph](const Instance& one) {
          return !one.from_change || one.data || one.deposed ||
                 (graph->HasResource(one.config_path, Concat({one.type, ".", one.name})) &&
                  graph->HasInstance(one.address));
        });
    if (fits && (chosen == nullptr || (chosen->used && !graph->used))) {
      chosen = graph;
    }
  }
  if (chosen != nullptr) {
    chosen->used = true;
  }
  return chosen;
}

// What the plan says is of any influence, where it says that.
void Reading::ReadRelevant() {
  if (std::exchange(relevant_read_, true)) {
    return;
  }
  Value all = document.root.Get("relevant_attributes");
  source::Diagnostics unsaid;
  syntax::Tree whole;
  if (all.is_collapsed()) {
    whole = syntax::ParseJson(sources, all.span(), unsaid);
    all = whole.root();
  }
  for (const Value one : all.elements()) {
    relevant_.insert(std::string(one.Get("resource").text()));
  }
}

// What a resource depended on when it was last applied, through locals and modules too: addresses
// without keys, the same for all its instances. Empty where it was never applied.
std::set<std::string> Reading::AppliedDependencies(const Instance& instance) const {
  std::set<std::string> addresses;
  for (const InstanceId id : instances.OfType(instance.type, instance.data)) {
    const Instance& one = instances[id];
    if (one.name == instance.name && one.config_path == instance.config_path) {
      for (const Value on : one.depends_on.elements()) {
        addresses.emplace(on.text());
      }
    }
  }
  return addresses;
}

// Candidates for what goes through a local, for people: those of the wanted type in the module and
// in the arguments of the modules around it, which the plan says are of influence and on which the
// resource depended when it was last applied; where it did not depend on any of them, what else of
// the type it depended on (spec terraform 1.8 step 5, c to f).
std::string Reading::LikelyBehindLocals(const Field& field, Want want) {
  if (want == Want::kText || want == Want::kResourceArn) {
    return {};
  }
  ReadRelevant();
  const std::set<std::string> applied = AppliedDependencies(instances[field.id]);
  const auto address_of = [](const Instance& one) {
    return Concat({one.config_path, one.config_path.empty() ? "" : ".", one.data ? "data." : "",
                   one.type, ".", one.name});
  };
  std::vector<std::string> names, depended_on;
  for (const Target& target : resolver.Likely(instances[field.id], want)) {
    if (target.instance == InstanceId::kNone) {
      continue;
    }
    const Instance& one = instances[target.instance];
    if (relevant_.empty() || relevant_.contains(std::string(one.address)) ||
        relevant_.contains(std::string(one.unkeyed))) {
      names.emplace_back(one.address);
      if (applied.count(address_of(one)) > 0) {
        depended_on.emplace_back(one.address);
      }
    }
  }
  const bool none = depended_on.empty();
  for (const std::string& on : applied) {
    const std::optional<Address> address = ParseAddress(on);
    if (!none || !address || !IsWanted(want, address->type, address->data)) {
      continue;
    }
    for (const InstanceId id : instances.OfType(address->type, address->data)) {
      if ((instances[id].worlds & facts::kAfter) != 0 && address_of(instances[id]) == on) {
        depended_on.emplace_back(instances[id].address);
      }
    }
  }
  const bool by_state = !depended_on.empty();
  const std::vector<std::string>& shown = by_state ? depended_on : names;
  if (shown.empty()) {
    return {};
  }
  const std::string_view says = by_state ? "; when it was last applied it depended on "
                                : shown.size() == 1
                                    ? "; of the type that is wanted here there is "
                                    : "; of the type that is wanted here there are ";
  return Concat({says, ListOf(shown)});
}

facts::Hole Reading::OpenHole(const Field& field, std::string_view why) const {
  const Instance& instance = instances[field.id];
  const std::string path = PathText(field.path);
  facts::Hole hole;
  hole.kind = facts::Hole::Kind::kOpen;
  hole.what = facts.Keep(Concat({instance.address, ".", path}));
  hole.why = facts.Keep(why);
  hole.fill =
      facts.Keep(Concat({"`terraform show -json` of the applied state, --source-root DIR, or "
                         "--assume '",
                         instance.address, ".", path, "=VALUE'"}));
  hole.origin = {instance.span, instance.address, {}};
  return hole;
}

Field Reading::Filled(const Field& field, Want want) {
  if (!field.unknown()) {
    return field;
  }
  if (!options.fill) {
    return FilledFromSource(field, want);
  }
  const Value value = options.fill(instances[field.id].address, PathText(field.path));
  return value ? Field{field.id, {value, {}}, field.path} : FilledFromSource(field, want);
}

Str Reading::TextOf(const Target& target, Want want, const Field& field) {
  if (target.instance == InstanceId::kNone) {
    return target.text;
  }
  const Str text = attributes.Text(target.instance, target.attribute);
  if (want == Want::kIssuer) {
    return facts.Keep(WithoutScheme(text));
  }
  const Instance& instance = instances[target.instance];
  if (want == Want::kProviderArn && instance.type == "aws_eks_cluster") {
    const AwsPlace place = providers.PlaceOf(instances[field.id]);
    return facts.Keep(Concat({"arn:", place.partition, ":iam::", place.account, ":oidc-provider/",
                              WithoutScheme(text)}));
  }
  if (want != Want::kResourceArn || text.empty()) {
    return text;
  }
  if (HasNothingBelow(instance.type)) {
    return target.whole ? text : Str();
  }
  facts::Hole tail = OpenHole(field,
                              "the plan tells the resource, not whether something below it "
                              "is meant");
  return facts.Keep(Concat({text, KeepHole(std::move(tail))}));
}

Str Reading::Choice(const Field& field, const std::vector<Str>& texts, std::string_view why) {
  facts::Hole hole = OpenHole(field, why);
  hole.kind = facts::Hole::Kind::kChoice;
  hole.candidates = texts;
  return KeepHole(std::move(hole));
}

void Reading::Report(const Field& field, const Resolution& resolution, std::string_view obstacle,
                     std::string why) const {
  if (options.on_resolved) {
    const std::string path = PathText(field.path);
    options.on_resolved(
        {instances[field.id].address, path, resolution.how, obstacle, std::move(why)});
  }
}

// No expression: what the provider computes, or a default that the user did not set.
Resolution Reading::NotConfigured(const Field& field) {
  const Instance& instance = instances[field.id];
  const bool planned =
      configuration
          .Resource(instance.config_path,
                    Concat({instance.data ? "data." : "", instance.type, ".", instance.name}))
          .is_object();
  Resolution resolution;
  resolution.unset = planned && !instance.data;
  if (!resolution.unset) {
    resolution.text = attributes.Text(field.id, PathText(field.path));
  }
  Report(field, resolution, resolution.unset ? "default" : "computed",
         resolution.unset ? "computed and not configured: the provider's default" : "computed");
  return resolution;
}

std::string Reading::WhyOpen(const Field& field, Want want, const Trace& trace,
                             std::string_view& obstacle) {
  if (!trace.locals.empty()) {
    obstacle = "local";
    return Concat({"goes through ", ListOf(trace.locals), ", which no plan holds",
                   LikelyBehindLocals(field, want)});
  }
  if (trace.gave_up) {
    obstacle = "limit";
    diagnostics.AddLoss("terraform.references", instances[field.id].span,
                        "too many references stand behind this value to follow them all",
                        Concat({instances[field.id].address, ".", PathText(field.path)}));
    return "too many references to follow";
  }
  std::vector<std::string> parts = trace.others;
  if (want == Want::kText || want == Want::kResourceArn) {
    for (const Target& target : trace.open) {
      parts.push_back(Concat({instances[target.instance].address, ".", target.attribute}));
    }
  }
  if (!parts.empty()) {
    obstacle = "ingredients";
    return Concat({"made of ", ListOf(parts), ", not known before apply"});
  }
  obstacle = "nothing";
  return "no reference in the plan leads to its value";
}

// A note on how a link was found.
void Reading::SayHow(const Field& field, const Resolution& resolution, std::string_view how) {
  std::vector<std::string> names;
  for (const Target& target : resolution.targets) {
    names.emplace_back(target.instance == InstanceId::kNone
                           ? std::string_view(target.text)
                           : std::string_view(instances[target.instance].address));
  }
  while (!how.empty() && (how.back() == ',' || how.back() == ' ')) {
    how.remove_suffix(1);
  }
  const bool one = resolution.how == How::kOne;
  diagnostics.Add(
      "terraform.resolved", source::Severity::kNote, instances[field.id].span,
      Concat({"not known before apply; ", one ? "it is that of " : "it is that of one of ",
              ListOf(names), how.empty() ? "" : ", by ", how}),
      Concat({instances[field.id].address, ".", PathText(field.path)}));
}

Resolution Reading::Decide(const Field& field, Want want, const Trace& trace) {
  if (!trace.configured) {
    return NotConfigured(field);
  }
  Resolution resolution;
  std::vector<Str> texts;
  // What is unknown comes from something unknown.
  const std::vector<Target>& targets = trace.open.empty() ? trace.known : trace.open;
  if (want != Want::kText) {
    for (const Target& target : targets) {
      AddOnce(texts, TextOf(target, want, field));
    }
  }
  const bool closed = trace.locals.empty() && trace.others.empty() && !trace.gave_up;
  if (closed && texts.size() == 1) {
    resolution.how = How::kOne;
    resolution.text = texts[0];
    resolution.targets = targets;
    Report(field, resolution, {}, trace.how);
    SayHow(field, resolution, trace.how);
  } else if (closed && texts.size() > 1) {
    resolution.how = How::kSeveral;
    resolution.text =
        Choice(field, texts, "the plan leaves open which of several resources is meant");
    resolution.targets = targets;
    Report(field, resolution, {}, std::to_string(texts.size()) + " candidates");
    SayHow(field, resolution, trace.how);
  } else {
    std::string_view obstacle;
    const std::string why = WhyOpen(field, want, trace, obstacle);
    facts::Hole hole = OpenHole(field, why);
    if (obstacle == "local") {
      hole.fill = facts.Keep(Concat(
          {"the output of `terraform graph -plan=PLAN` given as a further -f, ", hole.fill}));
    }
    resolution.text = KeepHole(std::move(hole));
    Report(field, resolution, obstacle, why);
  }
  return resolution;
}

Resolution Reading::Resolve(const Field& field, Want want) {
  const std::string key =
      Concat({std::to_string(static_cast<uint32_t>(field.id)), "\n", PathText(field.path), "\n",
              std::to_string(static_cast<int>(want))});
  const auto known = resolved_.find(key);
  if (known != resolved_.end()) {
    return known->second;
  }
  const std::optional<Resolution> by_source = ResolvedBySource(field, want);
  Resolution resolution =
      by_source ? *by_source
                : Decide(field, want, resolver.Follow(instances[field.id], field.path, want));
  resolved_.emplace(key, resolution);
  return resolution;
}

Str Reading::Text(const Field& raw, Want want, bool* unset) {
  pages_.Tick();
  if (const std::string* assumed =
          attributes.Assumed(instances[raw.id].address, PathText(raw.path))) {
    return facts.Keep(*assumed);
  }
  const Field field = Filled(raw, want);
  if (!field.unknown()) {
    return facts.Keep(field.view.text());
  }
  const Resolution resolution = Resolve(field, want);
  if (unset != nullptr && resolution.unset) {
    *unset = true;
  }
  return resolution.text;
}

std::vector<Str> Reading::Texts(const Field& raw, Want want, bool* open) {
  const Field field = ElementsFromSource(Filled(raw, want), want);
  std::vector<Str> texts;
  if (const std::string* assumed =
          attributes.Assumed(instances[raw.id].address, PathText(raw.path))) {
    for (const std::string_view one : Split(*assumed, ',')) {
      AddOnce(texts, facts.Keep(one));
    }
    return texts;
  }
  if (field.unknown()) {
    const Resolution resolution = Resolve(field, want);
    if (!resolution.unset) {
      if (open != nullptr) {
        *open = true;
      } else {
        texts.push_back(KeepHole(OpenHole(field, "how many there are is not known before apply")));
      }
    }
    return texts;
  }
  std::vector<Field> unknown;
  for (const Field& element : field.elements()) {
    const Field filled = Filled(element);
    if (!filled.unknown()) {
      if (filled.view.set()) {
        texts.push_back(facts.Keep(filled.view.text()));
      }
    } else {
      unknown.push_back(filled);
    }
  }
  if (!field.view.value.is_array() && field.view.set()) {
    texts.push_back(facts.Keep(field.view.text()));  // a scalar where a list may stand
  }
  if (unknown.empty()) {
    return texts;
  }
  // One expression stands behind all of them.
  const Trace trace = resolver.Follow(instances[field.id], unknown[0].path, want);
  const bool pairs = IsIdentityWant(want) && unknown.size() > 1 && !trace.dynamic &&
                     trace.open.size() == unknown.size() && trace.locals.empty() &&
                     trace.others.empty() && !trace.gave_up;
  for (size_t i = 0; i < unknown.size(); ++i) {
    Trace own = trace;
    if (pairs) {
      own.open = {trace.open[i]};
    }
    const Str text = Decide(unknown[i], want, own).text;
    if (!text.empty()) {
      texts.push_back(text);
    }
  }
  return texts;
}

const std::vector<InstanceId>& Reading::Having(std::string_view type, bool data,
                                               std::string_view attribute, std::string_view value) {
  const auto [at, is_new] =
      having_.try_emplace(Concat({data ? "data." : "", type, " ", attribute}));
  if (is_new) {
    for (const InstanceId id : instances.OfType(type, data)) {
      const View view = instances[id].values.Get(attribute);
      if (view.set()) {
        pages_.Tick();
        at->second[facts.Keep(view.text())].push_back(id);
      }
    }
  }
  const auto found = at->second.find(value);
  return found == at->second.end() ? none_ : found->second;
}

facts::IamRef Reading::RefByName(InstanceId from, std::string_view name, facts::IamKind kind) {
  static constexpr struct {
    facts::IamKind kind;
    std::string_view type, attribute, data_attribute;
  } kTypes[] = {{facts::IamKind::kRole, "aws_iam_role", "name", "name"},
                {facts::IamKind::kUser, "aws_iam_user", "name", "user_name"},
                {facts::IamKind::kGroup, "aws_iam_group", "name", "group_name"}};
  facts::IamRef ref;
  ref.kind = kind;
  ref.name = facts.Keep(name);
  ref.account = Account(from);
  const auto& type = *std::find_if(std::begin(kTypes), std::end(kTypes),
                                   [kind](const auto& one) { return one.kind == kind; });
  const Instance& asking = instances[from];
  const Str provider = providers.KeyOf(asking);
  std::vector<InstanceId> found;
  for (const bool data : {false, true}) {
    for (const InstanceId id :
         Having(type.type, data, data ? type.data_attribute : type.attribute, name)) {
      const Instance& one = instances[id];
      if ((one.worlds & asking.worlds) != 0 && providers.KeyOf(one) == provider) {
        found.push_back(id);
      }
    }
  }
  std::vector<Str> arns;
  for (const InstanceId id : found) {
    AddOnce(arns, attributes.Text(id, "arn"));
  }
  if (arns.size() > 1) {
    // Roles of one name in several accounts, in a state that names no provider: the one that this
    // resource depends on.
    for (const InstanceId id : found) {
      for (const Value on : asking.depends_on.elements()) {
        const std::optional<Address> address = ParseAddress(instances[id].unkeyed);
        if (address && on.text() == Concat({instances[id].config_path,
                                            instances[id].config_path.empty() ? "" : ".",
                                            address->type, ".", address->name})) {
          arns = {attributes.Text(id, "arn")};
        }
      }
    }
  }
  if (arns.size() == 1) {
    ref.arn = arns[0];
    const Str account = SplitArn(arns[0]).account;
    ref.account = account.empty() ? ref.account : account;
  } else if (arns.size() > 1) {
    ref.arn = Choice(Root(from), arns, "several accounts have one of this name");
  }
  return ref;
}

facts::IamRef Reading::Ref(const Field& raw, facts::IamKind kind) {
  const Field field = Filled(raw);
  const std::string* assumed = attributes.Assumed(instances[raw.id].address, PathText(raw.path));
  if (assumed != nullptr || !field.unknown()) {
    const std::string_view name =
        assumed != nullptr ? std::string_view(*assumed) : field.view.text();
    if (name.substr(0, 4) == "arn:" || facts::HasHole(name)) {
      facts::IamRef ref;
      ref.kind = kind;
      ref.arn = facts.Keep(name);
      ref.account = facts.Keep(SplitArn(name).account);
      return ref;
    }
    return RefByName(raw.id, name, kind);
  }
  facts::IamRef ref;
  ref.kind = kind;
  const Want want = kind == facts::IamKind::kRole   ? Want::kRoleArn
                    : kind == facts::IamKind::kUser ? Want::kUserArn
                                                    : Want::kGroupArn;
  const Resolution resolution = Resolve(field, want);
  ref.arn = resolution.text;
  ref.account = SplitArn(ref.arn).account;
  if (resolution.targets.size() == 1 && resolution.targets[0].instance != InstanceId::kNone) {
    ref.name = attributes.Text(resolution.targets[0].instance, "name");
  }
  if (ref.account.empty()) {
    ref.account = Account(raw.id);
  }
  return ref;
}

std::vector<facts::IamRef> Reading::Refs(const Field& list, facts::IamKind kind) {
  std::vector<facts::IamRef> refs;
  const Want want = kind == facts::IamKind::kRole   ? Want::kRoleArn
                    : kind == facts::IamKind::kUser ? Want::kUserArn
                                                    : Want::kGroupArn;
  for (const Str text : Texts(list, want)) {
    if (text.substr(0, 4) == "arn:" || facts::HasHole(text)) {
      facts::IamRef ref;
      ref.kind = kind;
      ref.arn = text;
      ref.account = SplitArn(text).account;
      refs.push_back(ref);
    } else {
      refs.push_back(RefByName(list.id, text, kind));
    }
  }
  return refs;
}

Str Reading::ClusterOf(InstanceId id) {
  const Str key = providers.KeyOf(instances[id]);
  if (key.empty()) {
    return {};
  }
  const auto known = clusters_.find(key);
  if (known != clusters_.end()) {
    return known->second;
  }
  Str cluster;
  const Value expressions = configuration.Provider(key).Get("expressions");
  // A provider that a module configures itself; its address has no keys.
  const std::string_view module = configuration.Provider(key).Get("module_address").text();
  std::vector<Str> names;
  const auto look = [&](const Value& expression) {
    Trace trace = resolver.FollowProvider(expression, module, Want::kClusterName);
    trace.open.insert(trace.open.end(), trace.known.begin(), trace.known.end());
    for (const Target& target : trace.open) {
      if (target.instance != InstanceId::kNone && !target.attribute.empty()) {
        Str name = attributes.Text(target.instance, "name");
        if (facts::HasHole(name)) {
          // A data source whose name is a reference to the cluster itself.
          Field field = Root(target.instance).Get("name");
          name = field.unknown() && instances[target.instance].data
                     ? Resolve(field, Want::kClusterName).text
                     : name;
        }
        AddOnce(names, name);
      }
    }
  };
  for (const Value one : expressions.members()) {
    if (one.is_array()) {  // helm's `kubernetes` block, `exec`
      for (const Value block : one.elements()) {
        for (const Value inner : block.members()) {
          if (inner.is_array()) {
            for (const Value exec : inner.elements()) {
              look(exec.Get("args"));
            }
          } else {
            look(inner);
          }
        }
      }
    } else {
      look(one);
    }
  }
  if (names.size() == 1) {
    cluster = names[0];
  } else if (names.size() > 1) {
    Field field = Root(id);
    cluster = Choice(field, names, "the provider's configuration names several clusters");
  }
  clusters_.emplace(std::string(key), cluster);
  return cluster;
}

}  // namespace whomay::ingest::terraform

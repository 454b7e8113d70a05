// Reading's policies: known JSON, documents behind references, and data.aws_iam_policy_document,
// whose JSON is unknown when it is read during apply, rebuilt from its arguments.
//
// Semantics of the rebuilding: terraform-provider-aws
// internal/service/iam/policy_document_data_source.go and policy_model.go (spec terraform 1.9).

#include <algorithm>
#include <string>
#include <utility>

#include "base/strings.h"
#include "ingest/terraform/reading.h"

namespace whomay::ingest::terraform {
namespace {

using facts::PolicyDocument;
using facts::PolicyId;
using facts::Statement;
using syntax::Value;

// The provider writes `&{…}` for `${…}`, which is Terraform's own, in resources, principals and
// conditions' values (not in actions).
std::string PolicyVariables(std::string_view text) {
  std::string out(text);
  for (size_t at = out.find("&{"); at != std::string::npos; at = out.find("&{", at + 2)) {
    out[at] = '$';
  }
  return out;
}

// Builds the statements of one data source.
class Rebuilder {
 public:
  Rebuilder(Reading& reading, InstanceId id, PolicyUse use) : r_(reading), id_(id), use_(use) {}

  PolicyDocument Run();

 private:
  Statement ReadStatement(const Field& field);
  void Principals(const Field& blocks, bool negated, Statement& to);
  void Conditions(const Field& blocks, Statement& to);
  Str ConditionKey(const Field& variable, const facts::Condition& condition, const Statement& of);
  std::vector<Str> List(const Field& field, Want want, bool& open);
  void Merge(const PolicyDocument& other, PolicyDocument& to);
  void MergeList(const Field& list, PolicyDocument& to);

  Reading& r_;
  InstanceId id_;
  PolicyUse use_;
};

std::vector<Str> Rebuilder::List(const Field& field, Want want, bool& open) {
  std::vector<Str> texts = r_.Texts(field, want, &open);
  for (Str& text : texts) {
    if (text.find("&{") != Str::npos) {
      text = r_.facts.Keep(PolicyVariables(text));
    }
  }
  return texts;
}

void Rebuilder::Principals(const Field& raw, bool negated, Statement& to) {
  const Field blocks = r_.Filled(raw);
  static constexpr std::pair<std::string_view, facts::PrincipalEntry::Type> kTypes[] = {
      {"AWS", facts::PrincipalEntry::Type::kAws},
      {"Service", facts::PrincipalEntry::Type::kService},
      {"Federated", facts::PrincipalEntry::Type::kFederated},
      {"CanonicalUser", facts::PrincipalEntry::Type::kCanonicalUser}};
  if (blocks.unknown()) {
    // A wholly unknown list of blocks: none (computed and not configured), or a dynamic block whose
    // for_each is unknown, which the caller cannot tell apart (spec terraform 1.5).
    return;
  }
  for (const Field& block : blocks.elements()) {
    to.has_principal = true;
    to.not_principal = negated;
    const Field type_field = block.Get("type");
    const Str type = r_.Text(type_field, Want::kText);
    auto kind = facts::PrincipalEntry::Type::kUnknown;
    for (const auto& [name, value] : kTypes) {
      kind = name == type ? value : kind;
    }
    const Want want = type == "Federated" ? Want::kProviderArn
                      : type == "AWS"     ? Want::kPrincipalArn
                                          : Want::kText;
    bool open = false;
    for (const Str identifier : List(block.Get("identifiers"), want, open)) {
      facts::PrincipalEntry entry;
      entry.type = type == "*" && identifier == "*" ? facts::PrincipalEntry::Type::kAny : kind;
      entry.value = identifier;
      entry.span = r_.instances[id_].span;
      to.principals.push_back(entry);
    }
    to.principals_open = to.principals_open || open;
  }
}

// The key of a condition. Unknown ones of web identities are told by their values' shape: every EKS
// role's trust policy compares `<issuer>:sub` and `<issuer>:aud` (spec terraform 1.9).
Str Rebuilder::ConditionKey(const Field& variable, const facts::Condition& condition,
                            const Statement& of) {
  if (!r_.Filled(variable).unknown()) {
    return r_.Text(variable, Want::kText);
  }
  std::string_view suffix;
  if (!condition.values.empty() && !condition.values_open) {
    const bool subjects =
        std::all_of(condition.values.begin(), condition.values.end(),
                    [](Str value) { return value.substr(0, 22) == "system:serviceaccount:"; });
    const bool audiences = std::all_of(condition.values.begin(), condition.values.end(),
                                       [](Str value) { return value == "sts.amazonaws.com"; });
    suffix = subjects ? ":sub" : audiences ? ":aud" : "";
  }
  constexpr std::string_view kMark = ":oidc-provider/";
  if (!suffix.empty() && of.principals.size() == 1 && !of.principals_open) {
    const Str provider = of.principals[0].value;
    const size_t at = provider.find(kMark);
    if (of.principals[0].type == facts::PrincipalEntry::Type::kFederated && at != Str::npos) {
      return r_.facts.Keep(Concat({provider.substr(at + kMark.size()), suffix}));
    }
  }
  return r_.Text(variable, Want::kText);
}

void Rebuilder::Conditions(const Field& raw, Statement& to) {
  const Field blocks = r_.Filled(raw);
  if (blocks.unknown()) {
    return;  // as Principals()
  }
  for (const Field& block : blocks.elements()) {
    facts::Condition condition;
    condition.op = r_.Text(block.Get("test"), Want::kText);
    // aws:SourceArn, aws:PrincipalArn …: their values are ARNs, as those of `resources` are.
    const bool arns = block.Get("variable").view.text().find("Arn") != std::string_view::npos;
    condition.values =
        List(block.Get("values"), arns ? Want::kResourceArn : Want::kText, condition.values_open);
    condition.key = ConditionKey(block.Get("variable"), condition, to);
    condition.span = r_.instances[id_].span;
    // Equal test and variable: one list of values.
    const auto same = std::find_if(
        to.conditions.begin(), to.conditions.end(),
        [&](const auto& one) { return one.op == condition.op && one.key == condition.key; });
    if (same == to.conditions.end()) {
      to.conditions.push_back(std::move(condition));
    } else {
      same->values.insert(same->values.end(), condition.values.begin(), condition.values.end());
      same->values_open = same->values_open || condition.values_open;
    }
  }
}

Statement Rebuilder::ReadStatement(const Field& field) {
  Statement statement;
  statement.span = r_.instances[id_].span;
  const Field effect = r_.Filled(field.Get("effect"));
  statement.sid = field.Get("sid").unknown() ? Str() : r_.facts.Keep(field.Get("sid").view.text());
  statement.effect = effect.unknown()               ? Statement::Effect::kUnknown
                     : effect.view.text() == "Deny" ? Statement::Effect::kDeny
                                                    : Statement::Effect::kAllow;
  // Principals come first: a condition's key may follow from them.
  Principals(field.Get("principals"), false, statement);
  Principals(field.Get("not_principals"), true, statement);
  const auto element = [&](std::string_view plain, std::string_view negated, Want want, bool& has,
                           bool& is_not, std::vector<Str>& texts, bool& open) {
    for (const std::string_view key : {plain, negated}) {
      const Field list = field.Get(key);
      bool more = false;
      const std::vector<Str> values =
          want == Want::kText ? r_.Texts(list, want, &more) : List(list, want, more);
      if (values.empty() && !more) {
        continue;
      }
      has = true;
      is_not = key == negated;
      open = open || more;
      texts.insert(texts.end(), values.begin(), values.end());
    }
  };
  element("actions", "not_actions", Want::kText, statement.has_action, statement.not_action,
          statement.actions, statement.actions_open);
  element("resources", "not_resources", Want::kResourceArn, statement.has_resource,
          statement.not_resource, statement.resources, statement.resources_open);
  Conditions(field.Get("condition"), statement);
  return statement;
}

// A statement with a Sid replaces the earlier one of that Sid, in its place.
void Rebuilder::Merge(const PolicyDocument& other, PolicyDocument& to) {
  for (const Statement& statement : other.statements) {
    const auto same =
        std::find_if(to.statements.begin(), to.statements.end(),
                     [&](const auto& one) { return !one.sid.empty() && one.sid == statement.sid; });
    if (same != to.statements.end()) {
      *same = statement;
    } else {
      to.statements.push_back(statement);
    }
  }
  to.version = std::max(to.version, other.version);
  if (other.open != facts::HoleId::kNone) {
    to.open = other.open;
  }
  to.readable = to.readable && other.readable;
}

void Rebuilder::MergeList(const Field& raw, PolicyDocument& to) {
  const Field list = r_.Filled(raw, Want::kPolicyText);
  if (list.unknown()) {
    if (!r_.Resolve(list, Want::kPolicyText).unset) {
      const facts::Hole hole =
          r_.OpenHole(list, "how many documents are merged in is not known before apply");
      to.open = facts::WholeHole(r_.KeepHole(hole));
    }
    return;
  }
  for (const Field& element : list.elements()) {
    const PolicyId id = r_.Policy(element, use_);
    if (id != PolicyId::kNone) {
      const PolicyDocument other = r_.facts.policy(id);
      Merge(other, to);
    }
  }
}

PolicyDocument Rebuilder::Run() {
  auto document = r_.Begin<PolicyDocument>(id_);
  const Field root = r_.Root(id_);
  for (const std::string_view source : {"source_policy_documents", "source_json"}) {
    const Field field = root.Get(source);
    if (field.view.value.is_array() || source == "source_policy_documents") {
      MergeList(field, document);
    } else if (const PolicyId id = r_.Policy(field, use_); id != PolicyId::kNone) {
      const PolicyDocument other = r_.facts.policy(id);
      Merge(other, document);
    }
  }
  const Field statements = r_.Filled(root.Get("statement"));
  if (statements.unknown()) {
    const facts::Hole hole =
        r_.OpenHole(statements, "the statements are made of values not known before apply");
    document.open = facts::WholeHole(r_.KeepHole(hole));
  }
  PolicyDocument own;
  for (const Field& field : statements.elements()) {
    own.statements.push_back(ReadStatement(field));
  }
  // Sids of the data source's own statements are unique; its statements replace those of sources.
  Merge(own, document);
  MergeList(root.Get("override_policy_documents"), document);
  if (const PolicyId id = r_.Policy(root.Get("override_json"), use_); id != PolicyId::kNone) {
    const PolicyDocument other = r_.facts.policy(id);
    Merge(other, document);
  }
  const std::string_view version = root.Get("version").view.text();
  document.version = !version.empty()           ? r_.facts.Keep(version)
                     : document.version.empty() ? Str("2012-10-17")
                                                : document.version;
  return document;
}

}  // namespace

PolicyId Reading::OpenPolicy(InstanceId id, facts::Hole hole) {
  auto document = Begin<PolicyDocument>(id);
  document.open = facts::WholeHole(KeepHole(std::move(hole)));
  return facts.Add(std::move(document));
}

PolicyId Reading::DocumentOf(InstanceId id, PolicyUse use) {
  const std::string key = Concat({"document\n", std::to_string(static_cast<uint32_t>(id)), "\n",
                                  std::to_string(static_cast<int>(use))});
  const auto known = policies_.find(key);
  if (known != policies_.end()) {
    return known->second;
  }
  const Field json = Root(id).Get("json");
  PolicyId policy;
  if (json.set()) {
    policy = Policy(json, use);
  } else if (policy_depth_ >= kMaxPolicyDepth) {
    diagnostics.AddLoss("terraform.policy-depth", instances[id].span,
                        "policy documents are merged into each other too deeply; what this one "
                        "holds is not read",
                        std::string(instances[id].address));
    policy = OpenPolicy(id, OpenHole(json, "merged too deeply"));
  } else {
    ++policy_depth_;
    // Against a cycle of documents: while it is built it is open.
    policies_.emplace(key, OpenPolicy(id, OpenHole(json, "refers to itself")));
    PolicyDocument document = Rebuilder(*this, id, use).Run();
    policy = facts.Add(std::move(document));
    --policy_depth_;
  }
  policies_.insert_or_assign(key, policy);
  return policy;
}

PolicyId Reading::PolicyOfTarget(const Target& target, PolicyUse use, const Field& field) {
  if (target.instance == InstanceId::kNone) {
    const PolicyReading as{use,
                           {instances[field.id].span, instances[field.id].address, {}},
                           instances[field.id].worlds};
    const source::FileId file =
        sources.AddEmbedded(instances[field.id].span, std::string(target.text), {{0, 0}});
    return facts.Add(ReadPolicySpan({file, 0, static_cast<uint32_t>(target.text.size())}, as,
                                    sources, facts, diagnostics));
  }
  const Instance& instance = instances[target.instance];
  if (instance.data && instance.type == "aws_iam_policy_document") {
    return DocumentOf(target.instance, use);
  }
  return Policy({target.instance,
                 attributes.Look(target.instance, target.attribute),
                 {{target.attribute, 0}}},
                use);
}

PolicyId Reading::Policy(const Field& raw, PolicyUse use) {
  const std::string key = Concat({std::to_string(static_cast<uint32_t>(raw.id)), "\n",
                                  PathText(raw.path), "\n", std::to_string(static_cast<int>(use))});
  const auto known = policies_.find(key);
  if (known != policies_.end()) {
    return known->second;
  }
  const Instance& instance = instances[raw.id];
  Field field = Filled(raw, Want::kPolicyText);
  bool open = false;
  if (field.set() && facts::HasHole(field.view.text())) {
    field.view = {Structure(field, false), {}};
    open = !field.view.value;
  }
  PolicyId policy = PolicyId::kNone;
  if (const std::string* assumed = attributes.Assumed(instance.address, PathText(raw.path))) {
    policy = PolicyOfTarget({InstanceId::kNone, {}, facts.Keep(*assumed)}, use, raw);
  } else if (open) {
    policy = OpenPolicy(
        raw.id, OpenHole(raw, "what is not known before apply leaves open what statements it has"));
  } else if (field.set()) {
    if (!field.view.value.is_string() || !field.view.text().empty()) {
      const PolicyReading as{use, {{}, instance.address, {}}, instance.worlds};
      policy = facts.Add(ReadPolicyText(field.view.value, as, sources, facts, diagnostics));
    }
  } else if (field.unknown()) {
    const Resolution resolution = Resolve(field, Want::kPolicyText);
    if (resolution.targets.size() == 1) {
      policy = PolicyOfTarget(resolution.targets[0], use, field);
    } else if (!resolution.unset) {
      const facts::HoleId hole = facts::WholeHole(resolution.text);
      facts::Hole open = hole == facts::HoleId::kNone ? OpenHole(field, "not known before apply")
                                                      : facts.holes[hole];
      open.kind = facts::Hole::Kind::kOpen;
      policy = OpenPolicy(raw.id, std::move(open));
    }
  }
  policies_.insert_or_assign(key, policy);
  return policy;
}

}  // namespace whomay::ingest::terraform

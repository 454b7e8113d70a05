#include "query/diff_side.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "base/arn.h"
#include "base/strings.h"
#include "eks/access_policy.h"

namespace whomay::query {
namespace {

using graph::Node;
using graph::NodeKind;

void Append(std::string& key, std::string_view piece) {
  key += std::to_string(piece.size());
  key += ':';
  key += piece;
}

// Those whose name is enough to be asked about: no file has to declare them.
bool IsByName(const Node& node) {
  switch (node.kind) {
    case NodeKind::kKubernetesUser:
    case NodeKind::kKubernetesGroup:
    case NodeKind::kAwsAccount:
    case NodeKind::kAwsRoot:
    case NodeKind::kAwsService:
    case NodeKind::kEveryone:
    case NodeKind::kFederated:
      return true;
    case NodeKind::kServiceAccount:
    case NodeKind::kIamUser:
    case NodeKind::kIamRole:
    case NodeKind::kIamGroup:
      return !node.declared;
    default:
      return false;
  }
}

template <typename Texts>
std::vector<std::string> Copy(const Texts& texts) {
  return std::vector<std::string>(texts.begin(), texts.end());
}

void CopyRule(const facts::PolicyRule& rule, DiffGrant& grant) {
  grant.verbs = Copy(rule.verbs);
  grant.groups = Copy(rule.api_groups);
  grant.resources = Copy(rule.resources);
  grant.names = Copy(rule.resource_names);
  grant.urls = Copy(rule.non_resource_urls);
}

}  // namespace

uint32_t DiffGrants::Intern(std::string key, DiffGrant grant) {
  const auto [at, added] = ids_.try_emplace(std::move(key), static_cast<uint32_t>(grants_.size()));
  if (added) {
    grants_.push_back(std::move(grant));
  }
  return at->second;
}

DiffSide::DiffSide(const World& world, DiffWorld side, const DiffNames& names,
                   const QuestionOptions& options, DiffGrants& grants)
    : side_(side), names_(names), ask_(world, options), grants_(grants) {
  AddPrincipals();
}

void DiffSide::AddPrincipals() {
  const graph::Graph& graph = world().graph();
  std::vector<NodeId> nodes;
  for (uint32_t i = 0; i < graph.nodes.size(); ++i) {
    nodes.push_back(static_cast<NodeId>(i));
  }
  for (uint32_t c = 0; c < graph.clusters.size(); ++c) {
    for (const auto& [user, states] : walk().MappedUsers(c)) {
      nodes.push_back(user);  // users that AWS principals become
    }
  }
  const QuestionOptions& options = walk().options();
  for (const NodeId id : nodes) {
    const Node node = walk().node(id);
    if (!options.cluster.empty() && node.cluster != kNone &&
        graph.clusters[node.cluster].name != options.cluster) {
      continue;
    }
    Principal& principal = principals_[names_.NodeKey(side_, node)];
    if (principal.node != NodeId::kNone) {
      continue;
    }
    principal.node = id;
    principal.shown = ShowNode(walk(), id);
    principal.kind = std::string(graph::Name(node.kind));
    principal.starts = walk().Start(id);
    Fill(principal);
  }
}

void DiffSide::AddStranger(const std::string& key, const Principal& other, const Node& node) {
  Principal& principal = principals_[key];
  principal.shown = other.shown;
  principal.kind = other.kind;
  principal.absent = true;
  if (!IsByName(node)) {
    return;
  }
  std::vector<std::string> ignored;
  if (node.kind == NodeKind::kKubernetesUser || node.kind == NodeKind::kKubernetesGroup) {
    // Asked by name, without what its text as a principal would be read as.
    const std::string_view kind = node.kind == NodeKind::kKubernetesUser ? "user" : "group";
    const uint32_t cluster =
        names_.FindCluster(side_, names_.ClusterKey(Other(side_), node.cluster));
    if (cluster == kNone) {
      return;
    }
    principal.node =
        SubjectNode(kind, cluster, {}, names_.Translate(Other(side_), node.local_name), walk());
  } else {
    const absl::StatusOr<NodeId> found = FindPrincipal(other.shown, walk(), ignored);
    if (!found.ok()) {
      return;
    }
    principal.node = *found;
  }
  principal.starts = walk().Start(principal.node);
  Fill(principal);
}

// All that it comes to, each with the formula under which it does; formulas only grow.
void DiffSide::Fill(Principal& principal) {
  FormulaStore& formulas = walk().workspace().formulas;
  absl::flat_hash_map<uint32_t, size_t> at;
  std::vector<uint32_t> hops;
  std::deque<size_t> work;
  for (const StateId start : principal.starts) {
    if (at.try_emplace(static_cast<uint32_t>(start), principal.reached.size()).second) {
      work.push_back(principal.reached.size());
      principal.reached.push_back({start, Formula::kTrue, {}});
      hops.push_back(0);
    }
  }
  while (!work.empty()) {
    const size_t i = work.front();
    work.pop_front();
    const Formula here = principal.reached[i].open;
    if (hops[i] >= static_cast<uint32_t>(walk().options().max_hops)) {
      continue;
    }
    for (const Transition& transition : walk().Next(principal.reached[i].state)) {
      const auto [known, added] =
          at.try_emplace(static_cast<uint32_t>(transition.to), principal.reached.size());
      if (added) {
        principal.reached.push_back({transition.to, Formula::kFalse, {}});
        hops.push_back(hops[i] + 1);
      }
      Reached& there = principal.reached[known->second];
      const Formula open = formulas.Or(there.open, formulas.And(here, transition.open));
      // Those that it never comes to are looked at too: then all that a question could walk is
      // known.
      if (added || open != there.open) {
        there.open = open;
        work.push_back(known->second);
      }
    }
  }
  for (Reached& reached : principal.reached) {
    const Node& node = walk().node(walk().state(reached.state).node);
    const bool kubernetes = Walk::IsKubernetes(node.kind) && node.cluster != kNone;
    const bool aws = Walk::IsAws(node.kind);
    principal.is_aws = principal.is_aws || aws || node.kind == NodeKind::kServiceAccount ||
                       node.kind == NodeKind::kFederated;
    if (reached.open == Formula::kFalse) {
      continue;
    }
    reached.label = Label(reached.open);
    if (kubernetes) {
      for (const uint32_t grant : GrantsOf(reached.state)) {
        principal.grants.emplace_back(grant, reached.label);
      }
    } else if (aws) {
      principal.aws.emplace_back(&AwsStateOf(reached.state), reached.label);
    }
  }
  std::sort(principal.grants.begin(), principal.grants.end());
  principal.grants.erase(std::unique(principal.grants.begin(), principal.grants.end()),
                         principal.grants.end());
}

void DiffSide::Rewind() {
  walk().workspace().formulas.Rewind(mark_);
  labels_.clear();
}

const std::string& DiffSide::Label(Formula formula) {
  const auto [at, added] = labels_.try_emplace(static_cast<uint32_t>(formula), std::string());
  if (added && formula != Formula::kTrue) {
    const Ask::Verdict verdict = ask_.Decide(formula);
    std::string label = verdict.decision == Decision::kAllowed ? "" : Name(verdict.decision);
    if (!label.empty()) {
      label += '|';
      label += verdict.reason;
      for (const Condition& condition : verdict.conditions) {
        Append(label, condition.text);
      }
      for (const facts::HoleId hole : verdict.holes) {
        Append(label, hole == facts::HoleId::kNone ? Str() : world().holes()[hole].what);
      }
    }
    labels_[static_cast<uint32_t>(formula)] = std::move(label);
  }
  return labels_[static_cast<uint32_t>(formula)];
}

// --- Kubernetes
// ---------------------------------------------------------------------------------------

std::string DiffSide::Texts(const std::vector<Str>& texts) const {
  std::vector<std::string> sorted;
  for (const Str text : texts) {
    sorted.push_back(names_.Canonical(side_, text));
  }
  std::sort(sorted.begin(), sorted.end());
  std::string key;
  for (const std::string& text : sorted) {
    Append(key, text);
  }
  return key;
}

std::string DiffSide::AddRule(std::string_view prefix, DiffGrant& grant) const {
  grant.side = side_;
  std::string key(prefix);
  Append(key, grant.cluster);
  key += grant.cluster_wide ? '*' : '-';
  Append(key, names_.Canonical(side_, grant.name_space));
  for (const std::vector<std::string>* list :
       {&grant.verbs, &grant.groups, &grant.resources, &grant.names, &grant.urls}) {
    key += '/';
    key += Texts(std::vector<Str>(list->begin(), list->end()));
  }
  return key;
}

const std::vector<uint32_t>& DiffSide::GrantsOf(StateId state) {
  const auto known = grants_of_.find(static_cast<uint32_t>(state));
  if (known != grants_of_.end()) {
    return known->second;
  }
  std::vector<uint32_t> found;
  const Node& node = walk().node(walk().state(state).node);
  const KubernetesSession& session = walk().kubernetes(state);
  const ClusterEngine& engine = world().cluster(node.cluster);
  DiffGrant scope;
  scope.cluster = names_.ClusterKey(side_, node.cluster);
  const auto add = [&](std::string_view certainty, DiffGrant grant) {
    if (!grant.cluster_wide) {
      grant.urls.clear();  // never granted in a namespace
    }
    grant.certain = certainty.empty();
    std::string key = AddRule(certainty, grant);
    found.push_back(grants_.Intern(std::move(key), std::move(grant)));
  };
  const auto everything = [&](std::string_view certainty, std::string_view ns) {
    DiffGrant grant = scope;
    grant.cluster_wide = ns.empty();
    grant.name_space = ns;
    grant.verbs = grant.groups = grant.resources = grant.urls = {"*"};
    add(certainty, std::move(grant));
  };
  const std::string certain = session.undocumented ? "undocumented" : "";
  if (std::find(session.groups.begin(), session.groups.end(), rbac::kMasters) !=
      session.groups.end()) {
    everything(certain, {});
  }
  if (!session.admin_of.empty()) {
    everything("", session.admin_of == "*" ? Str() : session.admin_of);
  }
  for (const auto& [where, role] : session.bound) {
    for (const rbac::EffectiveRule& effective : engine.rbac->rules(role).rules) {
      DiffGrant grant = scope;
      grant.cluster_wide = where == "*";
      grant.name_space = grant.cluster_wide ? Str() : where;
      CopyRule(*effective.rule, grant);
      add(effective.certain == Tri::kTrue ? certain : certain + "?", std::move(grant));
    }
  }
  rbac::Identity identity;
  identity.username = session.username;
  identity.groups.assign(session.groups.begin(), session.groups.end());
  for (const rbac::Holding& holding : engine.rbac->Rules(engine.rbac->Resolve(identity))) {
    const std::string key =
        Concat({std::to_string(node.cluster), certain, holding.applies == Tri::kTrue ? "+" : "?",
                holding.cluster_wide ? "*" : "-", holding.namespace_name, "|",
                std::to_string(holding.grant.role)});
    const auto cached = grants_of_binding_.find(key);
    if (cached != grants_of_binding_.end()) {
      found.insert(found.end(), cached->second.begin(), cached->second.end());
      continue;
    }
    const size_t begin = found.size();
    for (const rbac::EffectiveRule& effective : holding.role.rules) {
      const facts::PolicyRule& rule = *effective.rule;
      DiffGrant grant = scope;
      grant.cluster_wide = holding.cluster_wide;
      grant.name_space = holding.namespace_name;
      CopyRule(rule, grant);
      const bool sure = holding.applies == Tri::kTrue && effective.certain == Tri::kTrue;
      add(sure ? certain : certain + "?", std::move(grant));
    }
    if (holding.role.open != facts::HoleId::kNone) {
      everything(certain + "open", holding.cluster_wide ? Str() : holding.namespace_name);
    }
    grants_of_binding_[key] =
        std::vector<uint32_t>(found.begin() + static_cast<ptrdiff_t>(begin), found.end());
  }
  const auto add_policy = [&](std::string_view certainty, Str arn,
                              const facts::AccessPolicyAssociation* association) {
    const data::AccessPolicy* policy = eks::FindAccessPolicy(arn);
    std::vector<Str> namespaces = {""};
    std::string sure(certainty);
    if (association != nullptr &&
        association->scope == facts::AccessPolicyAssociation::Scope::kNamespaces) {
      namespaces = association->namespaces;
    }
    for (const Str ns : namespaces) {
      if (policy == nullptr || !policy->rules_known) {
        everything(Concat({sure, "policy ", names_.Canonical(side_, arn)}), ns);
      }
      if (policy == nullptr) {
        continue;
      }
      for (const data::AccessPolicyRule& rule : policy->rules) {
        DiffGrant grant = scope;
        grant.cluster_wide = ns.empty();
        grant.name_space = ns;
        grant.verbs = Copy(rule.verbs);
        grant.groups = Copy(rule.api_groups);
        grant.resources = Copy(rule.resources);
        grant.names = Copy(rule.resource_names);
        grant.urls = Copy(rule.non_resource_urls);
        add(rule.names_unpublished ? sure + "unpublished" : sure, std::move(grant));
      }
    }
  };
  for (const bool possible : {false, true}) {
    for (const uint32_t i : possible ? session.possible_access_policies : session.access_policies) {
      const facts::AccessPolicyAssociation& association = world().facts().access_policies[i];
      add_policy(possible ? "possible" : "", association.policy_arn, &association);
    }
  }
  if (!session.implicit_policy.empty()) {
    add_policy("", session.implicit_policy, nullptr);
  }
  if (session.username_open || session.groups_open) {
    everything("open session", {});
  }
  if (session.node) {
    DiffGrant grant = scope;
    add("node authorizer", std::move(grant));  // no rules of its own; the state differs by it
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return grants_of_[static_cast<uint32_t>(state)] = std::move(found);
}

// --- AWS
// ---------------------------------------------------------------------------------------

std::string DiffSide::StatementText(const facts::Statement& statement) const {
  std::string text;
  text += statement.effect == facts::Statement::Effect::kAllow  ? 'A'
          : statement.effect == facts::Statement::Effect::kDeny ? 'D'
                                                                : '?';
  text += statement.not_principal ? '!' : statement.has_principal ? '=' : '-';
  std::vector<std::string> principals;
  for (const facts::PrincipalEntry& entry : statement.principals) {
    principals.push_back(Concat(
        {std::to_string(static_cast<int>(entry.type)), " ", names_.Canonical(side_, entry.value)}));
  }
  std::sort(principals.begin(), principals.end());
  for (const std::string& principal : principals) {
    Append(text, principal);
  }
  text += statement.not_action ? '!' : '=';
  std::vector<std::string> actions;
  for (const Str action : statement.actions) {
    actions.push_back(AsciiLower(action));
  }
  text += Texts(std::vector<Str>(actions.begin(), actions.end()));
  text += statement.not_resource ? '!' : statement.has_resource ? '=' : '-';
  text += Texts(statement.resources);
  std::vector<std::string> conditions;
  for (const facts::Condition& condition : statement.conditions) {
    std::string one = AsciiLower(names_.Canonical(side_, condition.op));
    one += ' ';
    one += AsciiLower(names_.Canonical(side_, condition.key));
    one += condition.values_open ? '?' : '=';
    one += Texts(condition.values);
    conditions.push_back(std::move(one));
  }
  std::sort(conditions.begin(), conditions.end());
  for (const std::string& condition : conditions) {
    Append(text, condition);
  }
  for (const bool open : {statement.conditions_open, statement.principals_open,
                          statement.actions_open, statement.resources_open}) {
    text += open ? 'o' : '-';
  }
  return text;
}

void DiffSide::AddAwsParts(DiffAwsState& to, std::string_view layer, const iam::Policy& policy) {
  for (const iam::Statement& statement : policy.statements()) {
    DiffAwsState::Part part;
    part.statement = &statement;
    part.gives = layer == "identity" && statement.effect != facts::Statement::Effect::kDeny;
    part.text = Concat({layer, " ", StatementText(*statement.source)});
    to.parts.push_back(std::move(part));
  }
  if (policy.open()) {
    const facts::HoleId hole = policy.document().open;
    to.open = true;
    Append(to.frame, Concat({layer, " open ",
                             hole == facts::HoleId::kNone ? Str() : world().holes()[hole].what}));
  }
}

const DiffAwsState& DiffSide::AwsStateOf(StateId id) {
  std::unique_ptr<DiffAwsState>& slot = aws_states_[static_cast<uint32_t>(id)];
  if (slot != nullptr) {
    return *slot;
  }
  slot = std::make_unique<DiffAwsState>();
  DiffAwsState& to = *slot;
  const NodeId node_id = walk().state(id).node;
  const Node& node = walk().node(node_id);
  const AwsSession& session = walk().aws(id);
  to.account = node.account;
  to.partition = ParseArn(node.arn).partition;
  to.state = id;
  to.role = names_.NodeKey(side_, node);
  to.key = to.role;
  Append(to.key, session.name);
  for (const bool flag :
       {session.chained, session.assumed, session.instance, session.admin, session.no_mfa}) {
    to.key += flag ? '1' : '0';
  }
  Append(to.key, names_.Canonical(side_, session.provider));
  for (const auto& [name, value] : session.tags) {
    Append(to.key, name);
    Append(to.key, names_.Canonical(side_, value));
  }
  Append(to.key, session.only_action);

  Append(to.frame, names_.Canonical(side_, node.account));
  if (node.record != kNone && node.declared &&
      (node.kind == NodeKind::kIamUser || node.kind == NodeKind::kIamRole)) {
    const facts::IamPrincipal& principal = world().facts().principals[node.record];
    std::vector<std::string> tags;
    for (const facts::Tag& tag : principal.tags) {
      tags.push_back(Concat({tag.key, "=", names_.Canonical(side_, tag.value)}));
    }
    std::sort(tags.begin(), tags.end());
    to.frame += principal.tags_open ? "tags open" : "tags";
    for (const std::string& tag : tags) {
      Append(to.frame, tag);
    }
  }
  const auto add_missing = [&](std::string_view layer, const std::vector<iam::Missing>& missing) {
    std::vector<std::string> texts;
    for (const iam::Missing& one : missing) {
      texts.push_back(Concat({iam::Code(one.reason), " ", names_.Canonical(side_, one.what)}));
    }
    std::sort(texts.begin(), texts.end());
    for (const std::string& text : texts) {
      Append(to.frame, Concat({layer, " missing ", text}));
      to.open = true;
    }
  };
  if (const CompiledIdentity* identity = world().identity(node_id)) {
    for (const iam::Policy* policy : identity->policies) {
      AddAwsParts(to, "identity", *policy);
    }
    add_missing("identity", identity->missing);
    if (identity->has_boundary) {
      to.frame += "boundary";
      for (const iam::Policy* policy : identity->boundary) {
        AddAwsParts(to, "boundary", *policy);
      }
      add_missing("boundary", identity->boundary_missing);
    }
  } else if (node.kind != NodeKind::kAwsService && node.kind != NodeKind::kAwsRoot) {
    to.frame += "policies not given";
    to.open = true;
  }
  if (session.admin) {
    AddAwsParts(to, "identity", world().allow_everything());
  }
  if (session.session_policy != facts::PolicyId::kNone) {
    to.frame += "session policy";
    AddAwsParts(to, "session", *world().policy(session.session_policy));
  }
  if (world().has_organization()) {
    const auto add_levels = [&](std::string_view layer,
                                const std::vector<std::vector<const iam::Policy*>>& levels) {
      for (size_t level = 0; level < levels.size(); ++level) {
        to.frame += layer;
        for (const iam::Policy* policy : levels[level]) {
          AddAwsParts(to, Concat({layer, std::to_string(level)}), *policy);
        }
      }
    };
    add_levels("scp", world().organization(node.account).service_control);
    add_levels("rcp", world().organization(node.account).resource_control);
  }
  std::stable_sort(to.parts.begin(), to.parts.end(),
                   [](const auto& a, const auto& b) { return a.text < b.text; });
  return to;
}

}  // namespace whomay::query

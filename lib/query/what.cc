// what: everything that a principal may do, by plane, cluster, namespace.
#include <algorithm>
#include <deque>
#include <utility>

#include "base/glob.h"
#include "base/strings.h"
#include "eks/access_policy.h"
#include "query/ask.h"
#include "query/kubernetes_judge.h"

namespace whomay::query {
namespace {

using graph::Node;

std::vector<std::string> Texts(const World& world, const std::vector<Str>& from) {
  std::vector<std::string> texts;
  for (const Str text : from) {
    texts.push_back(world.holes().Display(text));
  }
  return texts;
}

class What {
 public:
  What(Ask& ask, const QuestionOptions& options, WhatAnswer& answer)
      : ask_(ask), options_(options), answer_(answer) {}

  void Add(StateId state, Formula reached) {
    const Node& node = ask_.walk().node(ask_.walk().state(state).node);
    const Decision decision = ask_.Decide(reached).decision;
    if (decision == Decision::kDenied) {
      return;
    }
    if (Walk::IsKubernetes(node.kind) && node.cluster != kNone) {
      AddKubernetes(state, decision);
    } else if (Walk::IsAws(node.kind)) {
      AddAws(state, decision);
    }
  }

  // By what they are about, as `kubectl auth can-i --list` has them, URLs last.
  void SortRules(std::vector<WhatAnswer::Rule>& rules) {
    std::stable_sort(rules.begin(), rules.end(), [](const auto& a, const auto& b) {
      const bool a_urls = a.resources.empty(), b_urls = b.resources.empty();
      return std::tie(a_urls, a.groups, a.resources, a.urls, a.names, a.verbs, a.through) <
             std::tie(b_urls, b.groups, b.resources, b.urls, b.names, b.verbs, b.through);
    });
  }

  // -n asks for one namespace and what holds in all of them; --cluster for one cluster.
  bool Wanted(const WhatAnswer::Scope& scope) const {
    if (!options_.cluster.empty() && scope.cluster != options_.cluster) {
      return false;
    }
    return options_.name_space.empty() || options_.all_namespaces || scope.name_space == "*" ||
           Glob(scope.name_space).Match(options_.name_space);
  }

  void Sort() {
    std::erase_if(answer_.kubernetes,
                  [this](const WhatAnswer::Scope& scope) { return !Wanted(scope); });
    for (WhatAnswer::Scope& scope : answer_.kubernetes) {
      SortRules(scope.rules);
    }
    std::sort(
        answer_.kubernetes.begin(), answer_.kubernetes.end(), [](const auto& a, const auto& b) {
          return std::tie(a.cluster, a.name_space, a.as) < std::tie(b.cluster, b.name_space, b.as);
        });
    std::stable_sort(answer_.aws.begin(), answer_.aws.end(), [](const auto& a, const auto& b) {
      return std::tie(a.as, a.deny, a.actions, a.resources) <
             std::tie(b.as, b.deny, b.actions, b.resources);
    });
  }

 private:
  WhatAnswer::Scope& ScopeOf(std::string_view cluster, std::string_view ns, std::string as) {
    for (WhatAnswer::Scope& scope : answer_.kubernetes) {
      if (scope.cluster == cluster && scope.name_space == ns && scope.as == as) {
        return scope;
      }
    }
    WhatAnswer::Scope& scope = answer_.kubernetes.emplace_back();
    scope.cluster = std::string(cluster);
    scope.name_space = std::string(ns);
    scope.as = std::move(as);
    return scope;
  }

  // Rules of one origin that differ in their verbs alone are one.
  static void Merge(WhatAnswer::Scope& scope, WhatAnswer::Rule rule) {
    for (WhatAnswer::Rule& known : scope.rules) {
      if (known.groups == rule.groups && known.resources == rule.resources &&
          known.names == rule.names && known.urls == rule.urls && known.decision == rule.decision &&
          known.through == rule.through) {
        for (std::string& verb : rule.verbs) {
          if (std::find(known.verbs.begin(), known.verbs.end(), verb) == known.verbs.end()) {
            known.verbs.push_back(std::move(verb));
          }
        }
        std::sort(known.verbs.begin(), known.verbs.end());
        return;
      }
    }
    scope.rules.push_back(std::move(rule));
  }

  WhatAnswer::Rule RuleOf(const facts::PolicyRule& from, bool cluster_wide) const {
    const World& world = ask_.world();
    WhatAnswer::Rule rule;
    rule.verbs = Texts(world, from.verbs);
    rule.groups = Texts(world, from.api_groups);
    rule.resources = Texts(world, from.resources);
    rule.names = Texts(world, from.resource_names);
    rule.urls = cluster_wide ? Texts(world, from.non_resource_urls) : std::vector<std::string>();
    return rule;
  }

  // What a session made of its permissions: any role, or roles that it bound to itself.
  void AddEscalated(const KubernetesSession& session, Decision reached, uint32_t cluster_index,
                    const std::string& as) {
    const World& world = ask_.world();
    const ClusterEngine& engine = world.cluster(cluster_index);
    const Str cluster = world.graph().clusters[cluster_index].name;
    if (!session.admin_of.empty()) {
      WhatAnswer::Rule all;
      all.verbs = all.groups = all.resources = {"*"};
      if (session.admin_of == "*") {
        all.urls = {"*"};
      }
      all.decision = reached;
      all.through = "any role, by escalation";
      Merge(ScopeOf(cluster, session.admin_of, as), std::move(all));
    }
    for (const auto& [where, role] : session.bound) {
      const facts::RbacRole& record = *engine.roles[role];
      for (const rbac::EffectiveRule& effective : engine.rbac->rules(role).rules) {
        if (where != "*" && effective.rule->resources.empty()) {
          continue;
        }
        WhatAnswer::Rule rule = RuleOf(*effective.rule, where == "*");
        rule.decision =
            effective.certain == Tri::kTrue ? reached : std::min(reached, Decision::kUnknown);
        rule.origin = world.OriginOf(record.origin);
        rule.through = Concat({record.cluster_role ? "ClusterRole " : "Role ", record.name,
                               ", bound by the caller itself"});
        Merge(ScopeOf(cluster, where, as), std::move(rule));
      }
    }
  }

  void AddKubernetes(StateId state, Decision reached) {
    Walk& walk = ask_.walk();
    const World& world = ask_.world();
    const Node& node = walk.node(walk.state(state).node);
    const KubernetesSession& session = walk.kubernetes(state);
    const ClusterEngine& engine = world.cluster(node.cluster);
    const Str cluster = world.graph().clusters[node.cluster].name;
    const std::string as = ShowNode(walk, walk.state(state).node);
    rbac::Identity identity;
    identity.username = session.username;
    identity.groups.assign(session.groups.begin(), session.groups.end());
    if (std::find(session.groups.begin(), session.groups.end(), rbac::kMasters) !=
        session.groups.end()) {
      WhatAnswer::Rule all;
      all.verbs = all.groups = all.resources = all.urls = {"*"};
      all.decision = reached;
      all.through = "group system:masters";
      all.origin = world.OriginOf(session.origin);
      Merge(ScopeOf(cluster, "*", as), std::move(all));
    }
    if (session.username_open || session.groups_open) {
      WhatAnswer::Rule any;
      any.verbs = any.groups = any.resources = any.urls = {"*"};
      any.decision = std::min(reached, Decision::kUnknown);
      any.through = "user name or groups that are not known until apply";
      any.origin = world.OriginOf(session.origin);
      Merge(ScopeOf(cluster, "*", as), std::move(any));
    }
    AddEscalated(session, reached, node.cluster, as);
    for (const rbac::Holding& holding : engine.rbac->Rules(engine.rbac->Resolve(identity))) {
      WhatAnswer::Scope& scope =
          ScopeOf(cluster, holding.cluster_wide ? Str("*") : holding.namespace_name, as);
      for (const rbac::EffectiveRule& effective : holding.role.rules) {
        const facts::PolicyRule& from = *effective.rule;
        if (!holding.cluster_wide && from.resources.empty()) {
          continue;  // URLs are never granted in a namespace
        }
        WhatAnswer::Rule rule = RuleOf(from, holding.cluster_wide);
        rule.decision = holding.applies == Tri::kTrue && effective.certain == Tri::kTrue &&
                                !session.undocumented
                            ? reached
                            : std::min(reached, Decision::kUnknown);
        rule.origin = world.OriginOf(engine.bindings[holding.grant.binding]->origin);
        rule.through = KubernetesJudge::Describe(world, node.cluster, holding.grant);
        Merge(scope, std::move(rule));
      }
      if (holding.role.open != facts::HoleId::kNone) {
        WhatAnswer::Rule rule;
        rule.verbs = rule.resources = {"*"};
        rule.groups = {"*"};
        rule.decision = Decision::kUnknown;
        rule.origin = world.OriginOf(engine.bindings[holding.grant.binding]->origin);
        rule.through = KubernetesJudge::Describe(world, node.cluster, holding.grant) +
                       " (rules not known until apply)";
        Merge(scope, std::move(rule));
      }
    }
    for (const bool possible : {false, true}) {
      for (const uint32_t i :
           possible ? session.possible_access_policies : session.access_policies) {
        AddAccessPolicy(world.facts().access_policies[i], possible ? Decision::kUnknown : reached,
                        cluster, as);
      }
    }
    if (!session.implicit_policy.empty()) {
      facts::AccessPolicyAssociation implicit;
      implicit.policy_arn = session.implicit_policy;
      implicit.origin = session.origin;
      AddAccessPolicy(implicit, reached, cluster, as);
    }
  }

  void AddAccessPolicy(const facts::AccessPolicyAssociation& association, Decision decision,
                       Str cluster, const std::string& as) {
    const World& world = ask_.world();
    const data::AccessPolicy* policy = eks::FindAccessPolicy(association.policy_arn);
    const std::string name = world.holes().Display(association.policy_arn.substr(
        association.policy_arn.rfind('/') == Str::npos ? 0
                                                       : association.policy_arn.rfind('/') + 1));
    std::vector<Str> namespaces = association.namespaces;
    if (association.scope != facts::AccessPolicyAssociation::Scope::kNamespaces) {
      namespaces = {"*"};
    }
    for (const Str ns : namespaces) {
      WhatAnswer::Scope& scope = ScopeOf(cluster, ns, as);
      if (policy == nullptr || policy->rules.empty()) {
        WhatAnswer::Rule rule;
        rule.verbs = rule.groups = rule.resources = {"*"};
        rule.decision = Decision::kUnknown;
        rule.through = name + " (AWS does not publish its rules)";
        rule.origin = world.OriginOf(association.origin);
        Merge(scope, std::move(rule));
        continue;
      }
      for (const auto& from : policy->rules) {
        WhatAnswer::Rule rule;
        rule.verbs.assign(from.verbs.begin(), from.verbs.end());
        rule.groups.assign(from.api_groups.begin(), from.api_groups.end());
        rule.resources.assign(from.resources.begin(), from.resources.end());
        rule.names.assign(from.resource_names.begin(), from.resource_names.end());
        rule.urls.assign(from.non_resource_urls.begin(), from.non_resource_urls.end());
        if (rule.resources.empty() && ns != "*") {
          continue;
        }
        rule.decision = decision;
        rule.through = name;
        rule.origin = world.OriginOf(association.origin);
        Merge(scope, std::move(rule));
      }
    }
  }

  void AddAws(StateId state, Decision reached) {
    const World& world = ask_.world();
    Walk& walk = ask_.walk();
    const NodeId node = walk.state(state).node;
    const CompiledIdentity* identity = world.identity(node);
    if (identity == nullptr) {
      return;
    }
    const std::string as = ShowNode(walk, node);
    if (walk.aws(state).admin) {
      WhatAnswer::AwsGrant any;
      any.as = as;
      any.actions = any.resources = {"*"};
      any.decision = identity->has_boundary && !walk.aws(state).unbounded
                         ? std::min(reached, Decision::kConditional)
                         : reached;
      Condition condition;
      condition.key = "policy";
      condition.text = "any policy of the caller's choice, by escalation";
      any.conditions.push_back(std::move(condition));
      answer_.aws.push_back(std::move(any));
    }
    for (size_t i = 0; i < identity->policies.size(); ++i) {
      for (const iam::Statement& statement : identity->policies[i]->statements()) {
        AddStatement(as, *statement.source, identity->policies[i]->document().origin,
                     identity->attached[i]->origin, reached);
      }
    }
    for (const iam::Missing& missing : identity->missing) {
      WhatAnswer::AwsGrant grant;
      grant.as = as;
      grant.actions = {"*"};
      grant.resources = {"*"};
      grant.decision = Decision::kUnknown;
      Condition condition;
      condition.key = "policy";
      condition.text =
          missing.what.empty()
              ? "its policies are not given"
              : Concat({"the text of ", world.holes().Display(missing.what), " is not known"});
      grant.conditions.push_back(std::move(condition));
      answer_.aws.push_back(std::move(grant));
    }
  }

  void AddStatement(const std::string& as, const facts::Statement& statement,
                    const facts::Origin& document, const facts::Origin& attachment,
                    Decision reached) {
    const World& world = ask_.world();
    WhatAnswer::AwsGrant grant;
    grant.as = as;
    grant.deny = statement.effect == facts::Statement::Effect::kDeny;
    grant.actions = Texts(world, statement.actions);
    grant.resources = Texts(world, statement.resources);
    for (const bool action : {true, false}) {
      if (action ? statement.not_action : statement.not_resource) {
        for (std::string& text : action ? grant.actions : grant.resources) {
          text.insert(0, "not:");
        }
      }
    }
    grant.decision = reached;
    for (const facts::Condition& from : statement.conditions) {
      Condition condition;
      condition.key = world.holes().Display(from.key);
      condition.op = world.holes().Display(from.op);
      condition.values = Texts(world, from.values);
      condition.text =
          Concat({condition.op, " ", condition.key, " ", Join(condition.values, ", ")});
      grant.conditions.push_back(std::move(condition));
      grant.decision = std::min(grant.decision, Decision::kConditional);
    }
    const bool holes = std::any_of(statement.resources.begin(), statement.resources.end(),
                                   [](Str text) { return facts::HasHole(text); });
    if (statement.effect == facts::Statement::Effect::kUnknown || statement.conditions_open ||
        statement.actions_open || statement.resources_open || holes) {
      grant.decision = std::min(grant.decision, Decision::kUnknown);
    }
    facts::Origin origin = document;
    origin.span = statement.span;
    if (origin.address.empty()) {
      origin.address = attachment.address;
    }
    grant.origin = world.OriginOf(origin);
    answer_.aws.push_back(std::move(grant));
  }

  Ask& ask_;
  const QuestionOptions& options_;
  WhatAnswer& answer_;
};

}  // namespace

absl::StatusOr<WhatAnswer> AnswerWhat(const World& world, std::string_view principal,
                                      const QuestionOptions& options) {
  Ask ask(world, options);
  absl::StatusOr<NodeId> node = FindPrincipal(principal, ask.walk(), ask.notes());
  if (!node.ok()) {
    return node.status();
  }
  WhatAnswer answer;
  answer.world = world.which();
  answer.principal = ShowNode(ask.walk(), *node);
  answer.incomplete = !world.complete();
  // Forward over the states until nothing changes, each with all that it is reached under.
  FormulaStore& formulas = ask.walk().workspace().formulas;
  struct Reached {
    Formula open = Formula::kFalse;
    uint32_t hops = 0;
  };
  std::vector<StateId> order = ask.walk().Start(*node);
  std::vector<Reached> reached;
  const auto at = [&reached](StateId state) -> Reached& {
    const auto n = static_cast<uint32_t>(state);
    if (n >= reached.size()) {
      reached.resize(n + 1);
    }
    return reached[n];
  };
  std::deque<StateId> work(order.begin(), order.end());
  for (const StateId start : order) {
    at(start).open = Formula::kTrue;
  }
  while (!work.empty()) {
    const StateId from = work.front();
    work.pop_front();
    const Reached here = at(from);
    if (here.hops >= static_cast<uint32_t>(options.max_hops)) {
      continue;
    }
    for (const Transition& transition : ask.walk().Next(from)) {
      Reached& there = at(transition.to);
      const Formula open = formulas.Or(there.open, formulas.And(here.open, transition.open));
      if (open == there.open) {
        continue;
      }
      if (there.open == Formula::kFalse) {
        there.hops = here.hops + 1;
        order.push_back(transition.to);
      }
      there.open = open;
      work.push_back(transition.to);
    }
  }
  What what(ask, options, answer);
  for (const StateId state : order) {
    what.Add(state, at(state).open);
  }
  what.Sort();
  answer.assumptions = ask.Assumptions();
  answer.notes = ask.notes();
  return answer;
}

}  // namespace whomay::query

#include "query/role_write.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/strings.h"

namespace whomay::query {
namespace {

constexpr std::string_view kRbacGroup = "rbac.authorization.k8s.io";
// Of what somebody lacks, so much is told.
constexpr size_t kMaxLacking = 5;

absl::Status Invalid(std::initializer_list<std::string_view> pieces) {
  return absl::InvalidArgumentError(AsAbsl(Concat(pieces)));
}

bool WritesVerb(std::string_view verb) {
  return verb == "create" || verb == "update" || verb == "patch";
}

// What an atom is about, as users write it: "deployments.apps/scale named web".
std::string ObjectOf(const rbac::Atom& atom) {
  if (atom.is_url) {
    return std::string(atom.url);
  }
  std::string text(atom.resource);
  if (!atom.group.empty()) {
    const size_t slash = text.find('/');
    text.insert(slash == std::string::npos ? text.size() : slash, Concat({".", atom.group}));
  }
  if (atom.named) {
    text += Concat({" named ", atom.name});
  }
  return text;
}

}  // namespace

std::string RoleRef::ToString() const {
  return Concat({cluster_role ? "ClusterRole/" : "Role/", name});
}

absl::StatusOr<RoleRef> ReadRoleRef(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string kind = AsciiLower(text.substr(0, slash));
  RoleRef ref;
  ref.cluster_role = kind == "clusterrole" || kind == "clusterroles";
  if (slash == std::string_view::npos || slash + 1 == text.size() ||
      !(ref.cluster_role || kind == "role" || kind == "roles")) {
    return Invalid({"--role-ref ", text, ": write ClusterRole/NAME or Role/NAME"});
  }
  ref.name = text.substr(slash + 1);
  return ref;
}

absl::StatusOr<std::unique_ptr<RoleWriteJudge>> RoleWriteJudge::Make(
    Walk& walk, uint32_t cluster, const rbac::Request& request, const RoleRef& ref,
    std::vector<std::string>& notes) {
  const bool binding =
      request.resource == "rolebindings" || request.resource == "clusterrolebindings";
  const bool role = request.resource == "roles" || request.resource == "clusterroles";
  if (request.group != kRbacGroup || !request.subresource.empty() || (!binding && !role) ||
      !WritesVerb(request.verb)) {
    return Invalid(
        {"--role-ref belongs to create, update or patch of rolebindings, clusterrolebindings, "
         "roles "
         "or clusterroles"});
  }
  if (request.resource == "clusterrolebindings" && !ref.cluster_role) {
    return Invalid({"a ClusterRoleBinding refers to a ClusterRole only, not to ", ref.ToString()});
  }
  if (!ref.cluster_role && request.namespace_name.empty()) {
    return Invalid({ref.ToString(), " lies in a namespace: say which with -n"});
  }
  std::unique_ptr<RoleWriteJudge> judge(new RoleWriteJudge(walk, cluster, request, ref, binding));
  const rbac::Policy& policy = *walk.world().cluster(cluster).rbac;
  const uint32_t found = policy.FindRole(
      ref.cluster_role, ref.cluster_role ? std::string_view() : request.namespace_name, ref.name);
  if (found == rbac::kNone) {
    if (role) {
      return absl::NotFoundError(
          AsAbsl(Concat({"no input holds ", ref.ToString(), ": its rules are not known"})));
    }
    notes.push_back(Concat({"no input holds ", ref.ToString(),
                            ": a binding to it takes the verb bind, and grants nothing yet"}));
  }
  if (role) {
    judge->TakeRules();
    judge->NoteRole(notes);
  }
  return judge;
}

RoleWriteJudge::RoleWriteJudge(Walk& walk, uint32_t cluster, const rbac::Request& request,
                               RoleRef ref, bool binding)
    : KubernetesJudge(walk, cluster, request, {}),
      walk_(walk),
      ref_(std::move(ref)),
      binding_(binding) {
  verb_ = std::make_unique<KubernetesJudge>(walk, cluster, VerbRequest(), rbac::Any());
}

rbac::Request RoleWriteJudge::VerbRequest() const {
  rbac::Request asked;
  asked.group = kRbacGroup;
  asked.namespace_name = request().namespace_name;
  if (binding_) {
    asked.verb = "bind";
    asked.resource = ref_.cluster_role ? "clusterroles" : "roles";
    asked.name = ref_.name;
  } else {
    asked.verb = "escalate";
    asked.resource = request().resource;
    // A POST carries no name, so a grant that is limited to names does not do.
    asked.name = request().verb == "create" ? std::string_view() : request().name;
  }
  return asked;
}

void RoleWriteJudge::TakeRules() {
  const rbac::Policy& policy = *walk_.world().cluster(cluster()).rbac;
  const std::string_view ns = request().namespace_name;
  const rbac::RoleRules from = policy.rules(
      policy.FindRole(ref_.cluster_role, ref_.cluster_role ? std::string_view() : ns, ref_.name));
  for (const rbac::EffectiveRule& rule : from.rules) {
    possible_rules_.push_back(*rule.rule);
    if (rule.certain == Tri::kTrue) {
      rules_.push_back(*rule.rule);
    }
  }
  open_ = from.open != facts::HoleId::kNone || from.unknown == rbac::Unknown::kLimit;
  if (request().resource == "clusterroles" && request().verb != "create") {
    const uint32_t old = policy.FindRole(true, "", request().name);
    aggregates_ =
        old != rbac::kNone && !walk_.world().cluster(cluster()).roles[old]->selectors.empty();
  }
}

void RoleWriteJudge::NoteRole(std::vector<std::string>& notes) const {
  const ClusterEngine& engine = walk_.world().cluster(cluster());
  const uint32_t from = engine.rbac->FindRole(
      ref_.cluster_role, ref_.cluster_role ? std::string_view() : request().namespace_name,
      ref_.name);
  notes.push_back(Concat({"asked for a ", request().resource == "roles" ? "Role" : "ClusterRole",
                          " with the rules of ", ref_.ToString()}));
  if (!engine.roles[from]->selectors.empty()) {
    notes.push_back(Concat({ref_.ToString(),
                            " is aggregated: the new role gets its rules, not its "
                            "aggregationRule, which takes every right"}));
  }
  if (aggregates_) {
    notes.push_back(Concat({"ClusterRole/", request().name,
                            " is aggregated: to change it takes every right, or escalate"}));
  }
  const auto has_urls = [](const facts::PolicyRule& rule) {
    return !rule.non_resource_urls.empty();
  };
  if (request().resource == "roles" &&
      std::any_of(possible_rules_.begin(), possible_rules_.end(), has_urls)) {
    notes.push_back(Concat({ref_.ToString(), " has rules for URLs, which a Role cannot have"}));
  }
}

rbac::Escalation RoleWriteJudge::Check(StateId state) const {
  const rbac::Policy& policy = *walk_.world().cluster(cluster()).rbac;
  const KubernetesSession& session = walk_.kubernetes(state);
  rbac::Identity identity;
  identity.username = session.username;
  identity.groups.assign(session.groups.begin(), session.groups.end());
  if (binding_) {
    rbac::BindingWanted wanted;
    wanted.binding_namespace = request().namespace_name;
    wanted.role_kind = ref_.cluster_role ? "ClusterRole" : "Role";
    wanted.role_name = ref_.name;
    return rbac::MayBind(policy, identity, wanted);
  }
  rbac::RoleWanted wanted;
  wanted.cluster_role = request().resource == "clusterroles";
  wanted.namespace_name = request().namespace_name;
  wanted.request_name = request().verb == "create" ? std::string_view() : request().name;
  wanted.aggregates = aggregates_;
  wanted.rules = rules_;
  rbac::Escalation escalation = rbac::MayWriteRole(policy, identity, wanted);
  if (escalation.allowed == Tri::kTrue && escalation.by == rbac::Escalation::By::kCovers) {
    wanted.rules = possible_rules_;
    if (open_ || rbac::MayWriteRole(policy, identity, wanted).allowed != Tri::kTrue) {
      escalation.allowed = Tri::kUnknown;
    }
  }
  return escalation;
}

Held RoleWriteJudge::Judge(StateId state) {
  Held held = KubernetesJudge::Judge(state);
  if (held.open == Formula::kFalse) {
    return held;
  }
  FormulaStore& formulas = walk_.workspace().formulas;
  const Held verb = verb_->Judge(state);
  Formula may = verb.open;
  // Mostly one grant gives both, the request and the verb.
  std::string by = verb.grant == held.grant
                       ? std::string()
                       : Concat({"; ", binding_ ? "bind" : "escalate", " by ", verb.grant});
  if (may != Formula::kTrue) {
    const rbac::Escalation escalation = Check(state);
    if (escalation.allowed != Tri::kFalse) {
      const bool certain =
          escalation.allowed == Tri::kTrue && !walk_.kubernetes(state).undocumented;
      may = formulas.Or(may, certain ? Formula::kTrue
                                     : walk_.HoleFormula(escalation.verb.hole, iam::Reason::kHole,
                                                         Concat({"the rules of ", ref_.ToString(),
                                                                 " and of who hands them out"})));
      by = Concat({"; has all rules of ", ref_.ToString()});
    }
  }
  held.open = formulas.And(held.open, may);
  if (held.open == Formula::kFalse) {
    held.reason = "forbidden";
  } else {
    held.grant += by;
  }
  return held;
}

std::string RoleWriteJudge::Lacking(const rbac::Escalation& escalation) const {
  // The verbs of each object together; `objects` keeps their order.
  std::vector<std::string> objects, verbs;
  std::unordered_map<std::string, size_t> index;
  for (const auto* list : {&escalation.coverage.uncovered, &escalation.coverage.undecided}) {
    for (const rbac::Atom& atom : *list) {
      const auto [at, added] = index.try_emplace(ObjectOf(atom), objects.size());
      if (added) {
        objects.push_back(at->first);
        verbs.emplace_back(atom.verb);
      } else {
        verbs[at->second] += Concat({",", atom.verb});
      }
    }
  }
  std::vector<std::string> told;
  for (size_t i = 0; i < objects.size() && i < kMaxLacking; ++i) {
    told.push_back(Concat({verbs[i], " ", objects[i]}));
  }
  std::string text = Join(told, "; ");
  if (objects.size() > kMaxLacking) {
    text += Concat({" and ", std::to_string(objects.size() - kMaxLacking), " more"});
  }
  return text;
}

void RoleWriteJudge::Hint(StateId state, std::vector<std::string>& hints) {
  const Held request = KubernetesJudge::Judge(state);
  if (request.open == Formula::kFalse) {
    KubernetesJudge::Hint(state, hints);
    return;
  }
  const rbac::Request verb = VerbRequest();
  const std::string way_out =
      Concat({"; the verb ", verb.verb, " on ", verb.resource, ".", verb.group,
              verb.name.empty() ? "" : " ", verb.name, " would do"});
  const rbac::Escalation escalation = Check(state);
  std::string hint;
  if (escalation.role_missing) {
    hint = Concat({"may write the object, but a role that is not there cannot be bound", way_out});
  } else {
    hint = Concat({"may write the object, but not hand out rights that it has not itself: ",
                   Lacking(escalation), way_out});
  }
  if (std::find(hints.begin(), hints.end(), hint) == hints.end()) {
    hints.push_back(std::move(hint));
  }
  const KubernetesSession& session = walk_.kubernetes(state);
  const std::string policies =
      "what EKS access policies grant does not count here: the check looks at RBAC alone";
  if ((!session.access_policies.empty() || !session.possible_access_policies.empty()) &&
      std::find(hints.begin(), hints.end(), policies) == hints.end()) {
    hints.push_back(policies);
  }
}

void RoleWriteJudge::Trace(StateId state, std::vector<CanAnswer::Grant>& grants) {
  const size_t first = grants.size();
  KubernetesJudge::Trace(state, grants);
  if (first == grants.size() && KubernetesJudge::Judge(state).edge.empty()) {
    return;  // speaks to another plane or cluster
  }
  const rbac::Request verb = VerbRequest();
  std::vector<CanAnswer::Grant> of_verb;
  verb_->Trace(state, of_verb);
  for (CanAnswer::Grant& grant : of_verb) {
    grant.text = Concat({verb.verb, " ", verb.resource, ": ", grant.text});
    grants.push_back(std::move(grant));
  }
  const rbac::Escalation escalation = Check(state);
  if (escalation.by == rbac::Escalation::By::kMasters ||
      verb_->Judge(state).open == Formula::kTrue) {
    return;
  }
  CanAnswer::Grant& grant = grants.emplace_back();
  grant.full = escalation.allowed == Tri::kTrue;
  if (grant.full) {
    grant.text = Concat({"has all rules of ", ref_.ToString()});
  } else {
    grant.text = escalation.role_missing
                     ? Concat({ref_.ToString(), " is not there"})
                     : Concat({"rules of ", ref_.ToString(),
                               " that it has not itself: ", Lacking(escalation)});
    grant.blocked_by = "escalation";
  }
}

}  // namespace whomay::query

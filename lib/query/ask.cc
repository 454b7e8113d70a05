#include "query/ask.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "query/aws_permission.h"
#include "query/aws_permission_judge.h"
#include "query/kubernetes_judge.h"
#include "query/kubernetes_permission.h"
#include "query/resource_names.h"
#include "query/role_write.h"
#include "query/version_notes.h"

namespace whomay::query {
namespace {

Decision ToDecision(iam::Decision decision) {
  switch (decision) {
    case iam::Decision::kDenied:
      return Decision::kDenied;
    case iam::Decision::kUnknown:
      return Decision::kUnknown;
    case iam::Decision::kConditional:
      return Decision::kConditional;
    case iam::Decision::kAllowed:
      return Decision::kAllowed;
  }
  return Decision::kUnknown;
}

// What --any leaves open: every wildcard of the question, and the namespace and name that it does
// not give.
rbac::Any AnyOf(const Permission& permission, Tri namespaced) {
  rbac::Any any;
  any.verb = permission.verb == "*";
  if (!permission.url.empty()) {
    any.url = permission.url == "/*";
    return any;
  }
  any.resource = permission.resource == "*";
  any.subresource = any.resource && permission.subresource.empty();
  any.group = permission.group == "*";
  any.name = permission.name.empty();
  // A RoleBinding gives nothing of what lies in no namespace, save its own namespace.
  const bool reads_namespace = permission.group.empty() && permission.resource == "namespaces" &&
                               permission.verb != "list" && permission.verb != "watch" &&
                               permission.verb != "create" && permission.verb != "deletecollection";
  any.namespace_name =
      permission.name_space.empty() && (namespaced != Tri::kFalse || reads_namespace);
  return any;
}

}  // namespace

Condition ToCondition(const iam::ReadableCondition& condition) {
  return {condition.key, condition.op, condition.values, condition.text,
          condition.chosen_by_caller};
}

void Ask::SetCluster(std::string cluster) {
  options_.cluster = std::move(cluster);
  notes_.clear();
}

absl::Status Ask::Read(const std::vector<std::string>& words) {
  if (words.empty() || words.front().empty()) {
    return absl::InvalidArgumentError("no permission is given");
  }
  return IsAwsAction(words.front()) ? ReadAws(words) : ReadKubernetes(words);
}

absl::Status Ask::ReadKubernetes(const std::vector<std::string>& words) {
  const absl::StatusOr<uint32_t> cluster = FindQuestionCluster(options_.cluster, world());
  if (!cluster.ok()) {
    return cluster.status();
  }
  if (*cluster == kNone) {
    return absl::InvalidArgumentError(
        "the inputs hold no cluster: neither manifests nor an EKS cluster");
  }
  PermissionFlags flags;
  flags.namespace_name = options_.name_space;
  flags.all_namespaces = options_.all_namespaces;
  flags.subresource = options_.subresource;
  const ReadPermission read =
      ReadKubernetesPermission(words, flags, *world().cluster(*cluster).resources);
  if (!read.ok()) {
    return absl::InvalidArgumentError(AsAbsl(read.error));
  }
  const KubernetesPermission& asked = read.permission;
  notes_.insert(notes_.end(), asked.notes.begin(), asked.notes.end());
  permission_.plane = Permission::Plane::kKubernetes;
  permission_.cluster = std::string(world().graph().clusters[*cluster].name);
  permission_.verb = asked.verb;
  permission_.group = asked.group;
  permission_.resource = asked.resource;
  permission_.subresource = asked.subresource;
  permission_.name_space = asked.namespace_name;
  permission_.name = asked.name;
  permission_.url = asked.url;
  permission_.any = options_.any;
  rbac::Request request;
  request.verb = permission_.verb;
  request.group = permission_.group;
  request.resource = permission_.resource;
  request.subresource = permission_.subresource;
  request.namespace_name = permission_.name_space;
  request.name = permission_.name;
  request.url = permission_.url;
  AddVersionNotes(world().cluster(*cluster).version, request, notes_);
  if (!options_.role_ref.empty()) {
    const absl::StatusOr<RoleRef> ref = ReadRoleRef(options_.role_ref);
    if (!ref.ok()) {
      return ref.status();
    }
    permission_.role_ref = ref->ToString();
    absl::StatusOr<std::unique_ptr<RoleWriteJudge>> judge =
        RoleWriteJudge::Make(walk_, *cluster, request, *ref, notes_);
    if (!judge.ok()) {
      return judge.status();
    }
    judge_ = std::move(*judge);
    return absl::OkStatus();
  }
  const rbac::Any any = options_.any ? AnyOf(permission_, asked.namespaced) : rbac::Any();
  auto judge = std::make_unique<KubernetesJudge>(walk_, *cluster, request, any);
  judge->set_namespaced(asked.namespaced != Tri::kFalse);
  judge_ = std::move(judge);
  return absl::OkStatus();
}

absl::Status Ask::ReadAws(const std::vector<std::string>& words) {
  if (!options_.role_ref.empty()) {
    return absl::InvalidArgumentError("--role-ref belongs to a permission of Kubernetes");
  }
  ReadAwsPermission read = ReadAwsPermissionWords(words, world().actions());
  if (!read.ok()) {
    return absl::InvalidArgumentError(AsAbsl(read.error));
  }
  AwsPermission& asked = read.permission;
  notes_.insert(notes_.end(), asked.notes.begin(), asked.notes.end());
  if (asked.resource_is_address) {
    const facts::AwsResource* found = nullptr;
    for (const facts::AwsResource& resource : world().facts().resources) {
      if (world().graph().InWorld(resource) && resource.origin.address == *asked.resource) {
        found = &resource;
      }
    }
    for (const graph::Node& node : world().graph().nodes) {
      if (node.record != kNone && node.origin.address == *asked.resource) {
        asked.resource = std::string(node.arn);
        asked.resource_is_address = false;
      }
    }
    if (found != nullptr) {
      asked.resource = std::string(found->arn);
    } else if (asked.resource_is_address) {
      return absl::NotFoundError(AsAbsl(Concat({"no resource has the address ", *asked.resource})));
    }
  }
  permission_.plane = Permission::Plane::kAws;
  permission_.action = asked.action;
  permission_.resource_arn = asked.resource;
  permission_.any = options_.any;
  judge_ = std::make_unique<AwsPermissionJudge>(walk_, permission_.action, permission_.resource_arn,
                                                options_.any);
  if (permission_.resource_arn) {
    permission_.resource_arn = world().holes().Display(*permission_.resource_arn);
  }
  return absl::OkStatus();
}

Ask::Verdict Ask::Decide(Formula formula) {
  const iam::Verdict from = iam::Decide(formula, walk_.workspace());
  Verdict verdict;
  verdict.decision = ToDecision(from.decision);
  if (verdict.decision == Decision::kDenied && walk_.limit_hit()) {
    verdict.decision = Decision::kUnknown;
    verdict.reason = "limit";
  } else if (verdict.decision == Decision::kUnknown) {
    verdict.reason = std::string(iam::Code(from.reason));
    if (verdict.reason.empty()) {
      verdict.reason = "hole";
    }
  }
  for (const iam::ReadableCondition& condition : from.conditions) {
    verdict.conditions.push_back(ToCondition(condition));
  }
  verdict.holes = from.holes;
  return verdict;
}

Step Ask::StepOf(StateId from, const Transition& transition) {
  Step step;
  step.edge = std::string(transition.edge);
  step.from = ShowNode(walk_, walk_.state(from).node);
  step.to = ShowNode(walk_, walk_.state(transition.to).node);
  step.origin = world().OriginOf(transition.origin);
  const Verdict verdict = Decide(transition.open);
  if (!transition.chosen.empty()) {
    step.condition = ToCondition(transition.chosen.front());
  } else if (!verdict.conditions.empty()) {
    step.condition = verdict.conditions.front();
  }
  return step;
}

Path Ask::PathOf(const Closure::Way& way, const Closure* closure) {
  Path path;
  for (const auto& [from, transition] : way.steps) {
    path.steps.push_back(StepOf(from, *transition));
  }
  if (closure != nullptr) {
    const Held& held = closure->held(way.end);
    Step grant;
    grant.edge = std::string(held.edge);
    grant.from = ShowNode(walk_, walk_.state(way.end).node);
    grant.to = held.grant;
    grant.origin = world().OriginOf(held.origin);
    const Verdict verdict = Decide(held.open);
    if (!verdict.conditions.empty()) {
      grant.condition = verdict.conditions.front();
    }
    path.steps.push_back(std::move(grant));
  }
  return path;
}

std::vector<Assumption> Ask::Assumptions() {
  std::vector<Assumption>& all = walk_.assumptions();
  std::sort(all.begin(), all.end(), [](const Assumption& a, const Assumption& b) {
    return std::pair(a.code, a.text) < std::pair(b.code, b.text);
  });
  return all;
}

void Ask::AddFillHints(const std::vector<facts::HoleId>& holes,
                       std::vector<std::string>& hints) const {
  constexpr size_t kMaxHints = 5;
  for (const facts::HoleId id : holes) {
    if (id == facts::HoleId::kNone || hints.size() >= kMaxHints) {
      continue;
    }
    const facts::Hole& hole = world().holes()[id];
    std::string hint = Concat({"not known until apply: ", hole.what});
    if (!hole.why.empty()) {
      hint += Concat({" (", hole.why, ")"});
    }
    if (!hole.fill.empty()) {
      hint += Concat({"; ", hole.fill});
    }
    if (std::find(hints.begin(), hints.end(), hint) == hints.end()) {
      hints.push_back(std::move(hint));
    }
  }
}

}  // namespace whomay::query

#include "findings/principals.h"

#include <algorithm>
#include <array>

#include "base/glob.h"
#include "base/strings.h"

namespace whomay::findings {
namespace {

// Groups that Kubernetes and EKS know by themselves.
constexpr std::array<std::string_view, 8> kKnownGroups = {
    "system:masters",       "system:nodes",      "system:bootstrappers",   "system:node-proxier",
    "system:authenticated", "system:monitoring", "eks:kube-proxy-windows", "system:unauthenticated",
};

}  // namespace

const facts::IamPrincipal* FindRole(const Reporter& to, std::string_view arn) {
  const graph::NodeId node = to.graph().FindArn(arn);
  if (node == graph::NodeId::kNone || to.graph().node(node).kind != graph::NodeKind::kIamRole ||
      to.graph().node(node).record == graph::kNone) {
    return nullptr;
  }
  return &to.facts().principals[to.graph().node(node).record];
}

bool WhoPicksSessions(const Reporter& to, std::string_view role_arn) {
  const facts::IamPrincipal* role = FindRole(to, role_arn);
  if (role == nullptr || role->trust == facts::PolicyId::kNone) {
    return true;
  }
  const facts::PolicyDocument& trust = to.facts().policy(role->trust);
  return trust.open != facts::HoleId::kNone ||
         std::any_of(trust.statements.begin(), trust.statements.end(), [](const auto& statement) {
           return statement.effect != facts::Statement::Effect::kDeny &&
                  (statement.principals_open || statement.not_principal ||
                   std::any_of(statement.principals.begin(), statement.principals.end(),
                               [](const facts::PrincipalEntry& entry) {
                                 return entry.type != facts::PrincipalEntry::Type::kService;
                               }));
         });
}

bool HasAction(const facts::Statement& statement, std::string_view action) {
  const bool named =
      std::any_of(statement.actions.begin(), statement.actions.end(), [&](facts::Str pattern) {
        return Glob(pattern, Glob::Case::kFoldAscii).MatchOpen(action) != Tri::kFalse;
      });
  return statement.not_action ? !named : named;
}

std::optional<std::string> WhyUnbound(const Reporter& to, const graph::Cluster& cluster,
                                      std::string_view group) {
  const facts::Facts& facts = to.facts();
  if (group.empty() || facts::HasHole(group) || group.find("{{") != std::string_view::npos ||
      std::find(kKnownGroups.begin(), kKnownGroups.end(), group) != kKnownGroups.end()) {
    return std::nullopt;
  }
  std::string near;
  bool any = false;
  for (const uint32_t i : cluster.bindings) {
    const facts::RbacBinding& binding = facts.bindings[i];
    if (!to.graph().InWorld(binding)) {
      continue;
    }
    any = any || !IsSystemName(binding.name);
    if (binding.subjects_open != facts::HoleId::kNone) {
      return std::nullopt;
    }
    for (const facts::Subject& subject : binding.subjects) {
      if (facts::HasHole(subject.name) || (subject.kind == "Group" && subject.name == group)) {
        return std::nullopt;
      }
      if (subject.name == group) {
        near = Concat({binding.origin.object, " names it as ", subject.kind, ", not as Group"});
      } else if (subject.kind == "Group" && EqualsIgnoreAsciiCase(subject.name, group)) {
        near = Concat({binding.origin.object, " writes it `", subject.name,
                       "`, and names of groups compare with case"});
      }
    }
  }
  if (!any) {
    return std::nullopt;
  }
  for (const uint32_t i : cluster.roles) {
    const facts::RbacRole& role = facts.roles[i];
    if (near.empty() && role.name == group && to.graph().InWorld(role)) {
      near = Concat({"there is a ", role.cluster_role ? "ClusterRole" : "Role",
                     " of this name, but groups get roles by bindings only"});
    }
  }
  return Concat({"no binding names the group `", group, "`, so it gives nothing",
                 near.empty() ? "" : ": ", near});
}

}  // namespace whomay::findings

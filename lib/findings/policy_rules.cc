// IAM policies that give more than anybody meant, and node roles that every pod can reach.
// Source: IAM user guide (security best practices), EKS best practices guide (restrict access to
// the instance profile); spec eks 6.
#include <algorithm>
#include <array>
#include <string>

#include "base/strings.h"
#include "findings/principals.h"
#include "findings/report.h"

namespace whomay::findings {
namespace {

using facts::IamPrincipal;
using facts::Statement;
using facts::Str;

// What nodes need; anything else on their role is every pod's too.
constexpr std::array<std::string_view, 9> kNodePolicies = {
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonSSMManagedInstanceCore",
    "AmazonEKSFargatePodExecutionRolePolicy",
    "CloudWatchAgentServerPolicy",
    "AmazonEC2ContainerRegistryReadOnlyPolicy",
};

bool Holds(const std::vector<Str>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool Names(const Statement& statement, std::string_view action) {
  return std::any_of(statement.actions.begin(), statement.actions.end(),
                     [&](Str text) { return EqualsIgnoreAsciiCase(text, action); });
}

void Grant(Reporter& to, const std::string& subject, const graph::IdentityPolicy& attached,
           const Statement& statement) {
  if (statement.effect != Statement::Effect::kAllow || statement.conditions_open ||
      !statement.conditions.empty() || !Holds(statement.resources, "*")) {
    return;
  }
  const auto say = [&](std::string_view rule, std::string message, std::string_view detail) {
    to.Say(rule, subject, attached.origin, std::move(message),
           Concat({attached.policy_arn, "|", statement.sid, "|", detail}), &statement.span);
  };
  if (statement.not_action) {
    say("iam-not-action", "Allow with NotAction on every resource: everything but what it names",
        "");
    return;
  }
  if (Names(statement, "*") || Names(statement, "*:*")) {
    say("iam-admin", "every action on every resource", "");
    return;
  }
  for (const Str action : statement.actions) {
    if (action.size() > 2 && action.substr(action.size() - 2) == ":*") {
      say("iam-service-wildcard",
          Concat({"`", action,
                  "` on every resource: every action of the service, those to come "
                  "included"}),
          action);
    }
  }
  if (Names(statement, "iam:PassRole")) {
    say("iam-pass-any-role", "iam:PassRole on every role: any of them can be given to a service",
        "");
  }
  if (Names(statement, "sts:AssumeRole")) {
    say("iam-assume-any-role",
        "sts:AssumeRole on every role: whatever account trusts this one, it may go there", "");
  }
}

std::string_view PolicyName(Str arn) {
  const size_t slash = arn.rfind('/');
  return slash == Str::npos ? arn : arn.substr(slash + 1);
}

void Identity(Reporter& to, const IamPrincipal& principal, const graph::AwsIdentity& identity) {
  const std::string subject = Subject(to, principal);
  for (const graph::IdentityPolicy& attached : identity.policies) {
    if (attached.through != graph::NodeId::kNone) {
      continue;  // the group's own
    }
    // AWS's policies are known to be wide; the one for administrators is worth a word.
    if (attached.policy_arn.find(":iam::aws:policy/") != Str::npos) {
      if (PolicyName(attached.policy_arn) == "AdministratorAccess") {
        to.Say("iam-admin", subject, attached.origin, "AdministratorAccess is attached",
               std::string(attached.policy_arn));
      }
      continue;
    }
    if (attached.document != facts::PolicyId::kNone) {
      for (const Statement& statement : to.facts().policy(attached.document).statements) {
        Grant(to, subject, attached, statement);
      }
    }
  }
}

// Policies on resources that let in everybody.
void Resource(Reporter& to, const facts::ResourcePolicy& resource) {
  if (resource.document == facts::PolicyId::kNone) {
    return;
  }
  for (const Statement& statement : to.facts().policy(resource.document).statements) {
    if (statement.effect != Statement::Effect::kAllow || !statement.conditions.empty() ||
        statement.conditions_open) {
      continue;
    }
    const bool everyone = statement.not_principal ||
                          std::any_of(statement.principals.begin(), statement.principals.end(),
                                      [](const facts::PrincipalEntry& entry) {
                                        return entry.type == facts::PrincipalEntry::Type::kAny ||
                                               (entry.type == facts::PrincipalEntry::Type::kAws &&
                                                entry.value == "*");
                                      });
    if (everyone) {
      to.Say("resource-policy-public",
             facts::HasHole(resource.resource) && !resource.origin.address.empty()
                 ? std::string(resource.origin.address)
                 : to.Show(resource.resource),
             resource.origin,
             Concat({"everybody may ", Join(statement.actions, ", "), " here, without condition"}),
             std::string(statement.sid), &statement.span);
    }
  }
}

}  // namespace

void CheckPolicies(Reporter& to) {
  const graph::Graph& graph = to.graph();
  for (uint32_t n = 0; n < graph.nodes.size(); ++n) {
    const graph::Node& node = graph.nodes[n];
    const graph::AwsIdentity* identity = graph.identity(static_cast<graph::NodeId>(n));
    const bool declared =
        node.declared && node.record != graph::kNone &&
        (node.kind == graph::NodeKind::kIamUser || node.kind == graph::NodeKind::kIamRole ||
         node.kind == graph::NodeKind::kIamGroup);
    if (identity != nullptr && declared) {
      Identity(to, to.facts().principals[node.record], *identity);
    }
  }
  for (const uint32_t i : graph.resource_policies) {
    Resource(to, to.facts().resource_policies[i]);
  }
}

void CheckNodes(Reporter& to) {
  for (uint32_t c = 0; c < to.graph().clusters.size(); ++c) {
    if (!to.Wanted(c)) {
      continue;
    }
    const graph::Cluster& cluster = to.graph().clusters[c];
    std::vector<Str> done;
    for (const uint32_t i : cluster.node_groups) {
      const facts::NodeGroup& nodes = to.facts().node_groups[i];
      const facts::IamPrincipal* role = FindRole(to, nodes.role_arn);
      if (nodes.kind == facts::NodeGroup::Kind::kFargate || nodes.imds_from_pods == Tri::kFalse ||
          role == nullptr || Holds(done, nodes.role_arn)) {
        continue;
      }
      std::string beyond;
      const graph::AwsIdentity* identity = to.graph().identity(to.graph().FindArn(role->arn));
      for (const graph::IdentityPolicy& policy : identity->policies) {
        const std::string_view name = PolicyName(policy.policy_arn);
        const bool aws = policy.policy_arn.find(":iam::aws:policy/") != Str::npos;
        if (aws &&
            std::find(kNodePolicies.begin(), kNodePolicies.end(), name) != kNodePolicies.end()) {
          continue;
        }
        const std::string shown =
            policy.policy_arn.empty() ? std::string(policy.origin.object) : to.Show(name);
        beyond += beyond.empty() ? "" : ", ";
        beyond += shown.empty() ? "an inline policy" : shown;
      }
      if (beyond.empty()) {
        continue;
      }
      done.push_back(nodes.role_arn);
      const bool certain = nodes.imds_from_pods == Tri::kTrue;
      Finding& finding = to.Say(
          "node-role-reachable", Subject(to, *role), nodes.origin,
          Concat({certain ? "every pod reaches" : "pods may reach",
                  " this node role through the instance's metadata, and it holds more than "
                  "nodes need: ",
                  beyond,
                  certain ? ""
                          : Concat({" (",
                                    nodes.imds_why.empty() ? "hop limit not known" : nodes.imds_why,
                                    ")"})}),
          std::string(cluster.name));
      if (!certain) {
        finding.severity = FindingSeverity::kLow;
      }
    }
  }
}

}  // namespace whomay::findings

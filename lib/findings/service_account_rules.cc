// ServiceAccounts and their AWS roles: the Kubernetes side of IRSA, and Pod Identity.
// Source: Amazon EKS user guide (IRSA, Pod Identity), aws/amazon-eks-pod-identity-webhook and its
// issue 263; spec eks 4, 5.
#include <algorithm>
#include <string>

#include "base/arn.h"
#include "base/strings.h"
#include "eks/pod_identity.h"
#include "findings/principals.h"
#include "findings/report.h"
#include "query/walk.h"

namespace whomay::findings {
namespace {

using facts::ServiceAccount;
using facts::Str;

class AccountRules {
 public:
  AccountRules(Reporter& to, uint32_t c)
      : to_(to), facts_(to.facts()), c_(c), cluster_(to.graph().clusters[c]) {}

  void Annotated(const ServiceAccount& account) {
    const std::string name = Concat({"sa:", account.namespace_name, "/", account.name});
    const auto say = [&](std::string_view rule, std::string message) {
      to_.Say(rule, name, account.origin, std::move(message), std::string(cluster_.name),
              &account.role_arn_span);
    };
    for (const uint32_t i : cluster_.pod_identities) {
      const facts::PodIdentityAssociation& other = facts_.pod_identities[i];
      if (other.namespace_name == account.namespace_name && other.service_account == account.name) {
        say("both-mechanisms",
            Concat({"annotated with ", to_.Show(account.role_arn),
                    " and associated by Pod Identity with ", to_.Show(other.role_arn),
                    ": which one a pod gets depends on when it was made"}));
      }
    }
    if (facts::HasHole(account.role_arn)) {
      return;
    }
    const Arn arn = ParseArn(account.role_arn);
    if (!arn.valid || arn.service != "iam" || arn.account.size() != 12 ||
        IamName(arn.resource).kind != "role") {
      say("irsa-bad-annotation",
          Concat({"`", account.role_arn, "` is no role's ARN: the pods' calls fail"}));
      return;
    }
    const facts::IamPrincipal* role = FindRole(to_, account.role_arn);
    if (role == nullptr || role->policies == facts::Policies::kMentioned) {
      const bool declares =
          std::any_of(facts_.principals.begin(), facts_.principals.end(), [&](const auto& other) {
            return other.account == arn.account && other.policies == facts::Policies::kDeclared &&
                   other.kind == facts::IamKind::kRole;
          });
      if (role == nullptr && declares) {
        say("irsa-role-missing",
            Concat({"annotated with ", account.role_arn, ", a role that no file makes"}));
      }
      return;
    }
    // Does the trust let this account in? The walk judges provider, audience and conditions.
    const graph::NodeId node =
        to_.graph().FindServiceAccount(c_, account.namespace_name, account.name);
    if (node == graph::NodeId::kNone || cluster_.issuer.empty()) {
      return;
    }
    if (!Admits(account, *role)) {
      say("irsa-no-trust",
          Concat({"annotated with ", account.role_arn,
                  ", whose trust policy does not let this ServiceAccount in: its pods have no AWS "
                  "identity at all, not even their node's"}));
    }
  }

 private:
  bool Admits(const ServiceAccount& account, const facts::IamPrincipal& role) {
    QuestionOptions options;
    query::Walk walk(to_.world(), options);
    const graph::NodeId from =
        to_.graph().FindServiceAccount(c_, account.namespace_name, account.name);
    for (const query::StateId start : walk.Start(from)) {
      for (const query::Transition& step : walk.Next(start)) {
        if (step.edge == "web-identity" && walk.node(walk.state(step.to).node).arn == role.arn &&
            step.open != Formula::kFalse) {
          return true;
        }
      }
    }
    return false;
  }

  Reporter& to_;
  const facts::Facts& facts_;
  uint32_t c_;
  const graph::Cluster& cluster_;
};

}  // namespace

void CheckServiceAccounts(Reporter& to) {
  for (uint32_t c = 0; c < to.graph().clusters.size(); ++c) {
    if (!to.Wanted(c)) {
      continue;
    }
    AccountRules rules(to, c);
    for (const uint32_t i : to.graph().clusters[c].service_accounts) {
      const ServiceAccount& account = to.facts().service_accounts[i];
      if (to.graph().InWorld(account) && !account.role_arn.empty()) {
        rules.Annotated(account);
      }
    }
  }
}

void CheckPodIdentity(Reporter& to) {
  for (uint32_t c = 0; c < to.graph().clusters.size(); ++c) {
    const graph::Cluster& cluster = to.graph().clusters[c];
    if (!to.Wanted(c) || cluster.pod_identities.empty()) {
      continue;
    }
    const facts::Cluster* record =
        cluster.record == graph::kNone ? nullptr : &to.facts().clusters[cluster.record];
    const eks::PodIdentityAgent agent =
        eks::FindPodIdentityAgent(to.facts(), record, cluster.addons, cluster.workloads);
    if (agent.present == Tri::kFalse) {
      const auto& first = to.facts().pod_identities[cluster.pod_identities.front()];
      to.Say("pod-identity-no-agent", to.Show(cluster.name), first.origin,
             "the cluster has Pod Identity associations and no agent that serves them: no add-on "
             "eks-pod-identity-agent, no DaemonSet of it, no Auto Mode");
    }
  }
}

}  // namespace whomay::findings

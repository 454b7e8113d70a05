// What lets others in without a policy's text: shares of Resource Access Manager, identity
// providers of clusters; and types that shape access and are known but not evaluated, which are
// said once each, so that nobody takes silence for an answer. Attributes: spec terraform 2.1 to
// 2.3, 2.5.

#include <algorithm>
#include <string>

#include "base/strings.h"
#include "ingest/terraform/resources/readers.h"

namespace whomay::ingest::terraform {
namespace {

using facts::PrincipalEntry;

// Once for each of `what` in a document.
void Note(Reading& r, InstanceId id, std::string_view code, std::string_view what,
          std::string text) {
  if (r.kept.try_emplace(Concat({code, "\n", what}), Str()).second) {
    r.diagnostics.Add(std::string(code), source::Severity::kNote, r.instances[id].span,
                      std::move(text), std::string(r.instances[id].address));
  }
}

// Whom a RAM share is for: an account, a principal of IAM, an organization, an OU in it.
void AddPrincipal(Reading& r, Str principal, facts::Statement& statement) {
  const ArnParts arn = SplitArn(principal);
  if (arn.service != "organizations") {
    PrincipalEntry entry;
    entry.type = PrincipalEntry::Type::kAws;
    entry.value = principal;
    statement.principals.push_back(entry);
    return;
  }
  // organization/o-ID, ou/o-ID/ou-ID
  PrincipalEntry everyone;
  everyone.type = PrincipalEntry::Type::kAny;
  everyone.value = "*";
  statement.principals.push_back(everyone);
  const std::vector<std::string_view> parts = Split(arn.resource, '/');
  facts::Condition condition;
  if (parts.size() == 2 && parts[0] == "organization") {
    condition.op = "StringEquals";
    condition.key = "aws:PrincipalOrgID";
    condition.values = {r.facts.Keep(parts[1])};
  } else if (parts.size() == 3) {
    condition.op = "ForAnyValue:StringLike";
    condition.key = "aws:PrincipalOrgPaths";
    condition.values = {r.facts.Keep(Concat({parts[1], "/*", parts[2], "/*"}))};
  } else {
    statement.conditions_open = true;
    return;
  }
  statement.conditions.push_back(condition);
}

// A resource in a share: everybody the share is for may do with it what RAM's permission of the
// share allows, which no plan holds.
void ReadShared(Reading& r, InstanceId id) {
  const Str share = r.Text(r.Root(id).Get("resource_share_arn"), Want::kResourceArn);
  const Str resource = r.Text(r.Root(id).Get("resource_arn"), Want::kResourceArn);
  const ArnParts arn = SplitArn(resource);
  for (const InstanceId with : r.instances.OfType("aws_ram_principal_association", false)) {
    const auto worlds =
        static_cast<facts::Worlds>(r.instances[with].worlds & r.instances[id].worlds);
    if (worlds == 0 ||
        r.Text(r.Root(with).Get("resource_share_arn"), Want::kResourceArn) != share) {
      continue;
    }
    facts::Statement statement;
    statement.has_principal = statement.has_action = statement.has_resource = true;
    AddPrincipal(r, r.Text(r.Root(with).Get("principal"), Want::kPrincipalArn), statement);
    statement.actions_open = true;
    statement.resources = {resource};
    statement.span = r.instances[id].span;
    auto document = r.Begin<facts::PolicyDocument>(id);
    document.version = "2012-10-17";
    document.statements.push_back(std::move(statement));
    auto policy = r.Begin<facts::ResourcePolicy>(id);
    policy.worlds = worlds;
    policy.service = r.facts.Keep(arn.service);
    policy.resource = resource;
    policy.account = arn.account.empty() ? r.Account(id) : r.facts.Keep(arn.account);
    policy.document = r.facts.Add(std::move(document));
    r.facts.resource_policies.push_back(policy);
  }
}

// Whom an OIDC issuer vouches for the cluster takes as a user of that name, in these groups. What
// they may do bindings say, by name.
void ReadIdentityProvider(Reading& r, InstanceId id) {
  const Field oidc = r.Root(id).Get("oidc").First();
  const auto shown = [&](std::string_view attribute) {
    return r.facts.holes.Display(r.Text(oidc.Get(attribute), Want::kText));
  };
  const std::string issuer = shown("issuer_url");
  const std::string cluster =
      r.facts.holes.Display(r.Text(r.Root(id).Get("cluster_name"), Want::kClusterName));
  std::string claim = shown("username_claim");
  claim = claim.empty() ? "sub" : claim;
  std::string prefix = shown("username_prefix");
  // As the API server's --oidc-username-prefix: `-` is none, unset is the issuer, save for e-mail.
  prefix = prefix == "-"    ? ""
           : prefix.empty() ? (claim == "email" ? "" : Concat({issuer, "#"}))
                            : prefix;
  const std::string groups = shown("groups_claim");
  std::string text = Concat({"cluster ", cluster, " takes whom ", issuer,
                             " vouches for as user:", prefix, "<", claim, ">"});
  if (!groups.empty()) {
    text += Concat({" in group:", shown("groups_prefix"), "<", groups, ">"});
  }
  Note(r, id, "eks.identity-provider", r.instances[id].address,
       Concat({text, "; ask for these names: the files do not say who carries them"}));
}

struct Unread {
  std::string_view type;
  std::string_view says;
};
constexpr std::string_view kAdmission =
    "what its service admits, changes or refuses is not evaluated; answers are what RBAC says";
constexpr Unread kUnread[] = {
    {"aws_rolesanywhere_trust_anchor",
     "holders of its authority's certificates act as service:rolesanywhere.amazonaws.com for the "
     "roles that trust it; who they are no file says"},
    {"aws_rolesanywhere_profile",
     "a session through it has at most what the profile's policies allow, which is not taken into "
     "account"},
    {"aws_lakeformation_permissions", "permissions of Lake Formation are not evaluated"},
    {"aws_opensearchserverless_access_policy",
     "data access policies of OpenSearch Serverless are "
     "not evaluated"},
    {"aws_iot_policy", "policies of IoT, whose principals are certificates, are not evaluated"},
    {"aws_transfer_access", "session policies of Transfer Family are not evaluated"},
    {"aws_transfer_user", "session policies of Transfer Family are not evaluated"},
    {"aws_iam_access_key", "whoever holds the key acts as its user; who that is no file says"},
    {"aws_iam_user_login_profile",
     "whoever knows the password acts as the user; who that is no file says"},
    {"aws_iam_user_ssh_key",
     "whoever holds the key acts as its user in CodeCommit; who that is no file says"},
    {"aws_organizations_delegated_administrator",
     "what the service lets the account's principals do with other accounts is not evaluated"},
    {"kubernetes_token_request_v1",
     "whoever reads the state or the output holds a token of the ServiceAccount until it expires"},
    {"kubernetes_certificate_signing_request",
     "whoever reads the state holds a certificate of its user and groups, once approved"},
    {"kubernetes_certificate_signing_request_v1",
     "whoever reads the state holds a certificate of its user and groups, once approved"},
    {"kubernetes_mutating_webhook_configuration", kAdmission},
    {"kubernetes_mutating_webhook_configuration_v1", kAdmission},
    {"kubernetes_validating_webhook_configuration", kAdmission},
    {"kubernetes_validating_webhook_configuration_v1", kAdmission},
    {"argocd_application", "what it deploys stands in another repository, which is not read"},
    {"flux_bootstrap_git", "what it deploys stands in another repository, which is not read"},
};

void ReadUnread(Reading& r, InstanceId id) {
  const std::string_view type = r.instances[id].type;
  const auto* row = std::find_if(std::begin(kUnread), std::end(kUnread),
                                 [&](const Unread& one) { return one.type == type; });
  Note(r, id, "terraform.not-evaluated", type, Concat({type, ": ", row->says}));
}

// A Secret that holds a lasting token: of it only type and annotation are looked at.
void ReadSecret(Reading& r, InstanceId id) {
  if (r.Root(id).Get("type").view.text() != "kubernetes.io/service-account-token") {
    return;
  }
  const Field metadata = r.Root(id).Get("metadata").First();
  const Str account =
      r.Text(metadata.Get("annotations").Get("kubernetes.io/service-account.name"), Want::kText);
  Note(r, id, "terraform.service-account-token", r.instances[id].address,
       Concat({"whoever reads this Secret, or the state, holds a token of ServiceAccount ",
               r.facts.holes.Display(account), " that does not expire"}));
}

std::vector<TypeReader> MakeReaders() {
  std::vector<TypeReader> readers = {
      {"kubernetes_secret", ReadSecret, nullptr},
      {"kubernetes_secret_v1", ReadSecret, nullptr},
      {"aws_ram_resource_association", ReadShared, nullptr},
      {"aws_eks_identity_provider_config", ReadIdentityProvider, nullptr},
  };
  for (const Unread& unread : kUnread) {
    readers.push_back({unread.type, ReadUnread, nullptr});
  }
  return readers;
}

}  // namespace

std::span<const TypeReader> OutsideReaders() {
  static const std::vector<TypeReader> readers = MakeReaders();
  return readers;
}

}  // namespace whomay::ingest::terraform

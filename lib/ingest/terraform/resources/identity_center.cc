// IAM Identity Center: the roles that permission sets become in the accounts they are assigned to.
//
// An assignment makes a role AWSReservedSSO_<set>_<16 hex digits> under
// /aws-reserved/sso.amazonaws.com/[region/] in its account, whose policies are the set's. Who may
// take it on is decided by Identity Center: its trust policy names Identity Center's SAML provider
// in the account. Attributes: spec terraform 2.2.

#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "ingest/terraform/resources/readers.h"

namespace whomay::ingest::terraform {
namespace {

// The permission set that an attribute names, by ARN or reference.
InstanceId SetOf(Reading& r, const Field& field) {
  if (field.unknown()) {
    const Trace trace = r.resolver.Follow(r.instances[field.id], field.path, Want::kResourceArn);
    for (const Target& target : trace.open) {
      if (trace.open.size() == 1 &&
          r.instances[target.instance].type == "aws_ssoadmin_permission_set") {
        return target.instance;
      }
    }
    return InstanceId::kNone;
  }
  for (const bool data : {false, true}) {
    const auto& found = r.Having("aws_ssoadmin_permission_set", data, "arn", field.view.text());
    if (!found.empty()) {
      return found[0];
    }
  }
  return InstanceId::kNone;
}

// The instances of a type that belong to a permission set, in the world of the one that asks.
std::vector<InstanceId> PartsOf(Reading& r, std::string_view type, InstanceId set,
                                InstanceId asking) {
  std::vector<InstanceId> parts;
  for (const InstanceId id : r.instances.OfType(type, false)) {
    if ((r.instances[id].worlds & r.instances[asking].worlds) != 0 &&
        SetOf(r, r.Root(id).Get("permission_set_arn")) == set) {
      parts.push_back(id);
    }
  }
  return parts;
}

// What Identity Center writes as trust policy.
facts::PolicyId Trust(Reading& r, InstanceId id, const AwsPlace& place, Str account, Str provider) {
  facts::Statement statement;
  statement.has_principal = statement.has_action = true;
  facts::PrincipalEntry principal;
  principal.type = facts::PrincipalEntry::Type::kFederated;
  principal.value = r.facts.Keep(Concat({"arn:", place.partition, ":iam::", account,
                                         ":saml-provider/AWSSSO_", provider, "_DO_NOT_DELETE"}));
  statement.principals.push_back(principal);
  statement.actions = {"sts:AssumeRoleWithSAML", "sts:TagSession"};
  facts::Condition audience;
  audience.op = "StringEquals";
  audience.key = "SAML:aud";
  audience.values = {"https://signin.aws.amazon.com/saml"};
  statement.conditions.push_back(audience);
  statement.span = r.instances[id].span;
  auto document = r.Begin<facts::PolicyDocument>(id);
  document.version = "2012-10-17";
  document.statements.push_back(std::move(statement));
  return r.facts.Add(std::move(document));
}

// A customer's policy that a block names, in an account.
Str CustomerPolicy(Reading& r, const Field& reference, Str account) {
  const Str path = r.Text(reference.Get("path"), Want::kText);
  return r.facts.Keep(Concat({"arn:aws:iam::", account, ":policy", path.empty() ? Str("/") : path,
                              r.Text(reference.Get("name"), Want::kText)}));
}

// What the set gives its role: policies and a boundary.
void ReadSet(Reading& r, InstanceId id, InstanceId set, facts::IamPrincipal& role) {
  const facts::IamRef target{facts::IamKind::kRole, role.arn, role.account, role.name};
  const auto attach = [&](InstanceId part, Str policy_arn) {
    auto attachment = r.Begin<facts::PolicyAttachment>(part);
    attachment.worlds = role.worlds;
    attachment.target = target;
    attachment.policy_arn = policy_arn;
    r.facts.attachments.push_back(attachment);
  };
  for (const InstanceId part : PartsOf(r, "aws_ssoadmin_managed_policy_attachment", set, id)) {
    attach(part, r.Text(r.Root(part).Get("managed_policy_arn"), Want::kPolicyArn));
  }
  for (const InstanceId part :
       PartsOf(r, "aws_ssoadmin_customer_managed_policy_attachment", set, id)) {
    attach(part, CustomerPolicy(r, r.Root(part).Get("customer_managed_policy_reference").First(),
                                role.account));
  }
  for (const InstanceId part : PartsOf(r, "aws_ssoadmin_permission_set_inline_policy", set, id)) {
    auto inline_policy = r.Begin<facts::InlinePolicy>(part);
    inline_policy.worlds = role.worlds;
    inline_policy.target = target;
    inline_policy.name = "AwsSSOInlinePolicy";
    inline_policy.document = r.Policy(r.Root(part).Get("inline_policy"), PolicyUse::kIdentity);
    r.facts.inline_policies.push_back(inline_policy);
  }
  for (const InstanceId part :
       PartsOf(r, "aws_ssoadmin_permissions_boundary_attachment", set, id)) {
    const Field boundary = r.Root(part).Get("permissions_boundary").First();
    const Field customer = boundary.Get("customer_managed_policy_reference").First();
    role.boundary = customer.set() ? CustomerPolicy(r, customer, role.account)
                                   : r.Text(boundary.Get("managed_policy_arn"), Want::kPolicyArn);
  }
}

void ReadAssignment(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  const InstanceId set = SetOf(r, root.Get("permission_set_arn"));
  if (set == InstanceId::kNone) {
    return;
  }
  const Str name = r.attributes.Text(set, "name");
  const Str account = r.Text(root.Get("target_id"), Want::kText);
  auto role = r.Begin<facts::IamPrincipal>(id, Concat({"permission set ", name}));
  const std::string one = Concat({"sso\n", r.instances[set].address, "\n", account});
  if (!r.kept.emplace(Concat({one, "\n", std::to_string(role.worlds)}), Str()).second) {
    return;  // another assignment of the set in this account
  }
  role.kind = facts::IamKind::kRole;
  role.account = account;
  // One role for each set and account, whatever assignment it stands in.
  const auto hole = [&](std::string_view part) {
    const auto [at, is_new] = r.kept.try_emplace(Concat({one, "\n", part}));
    if (!is_new) {
      return at->second;
    }
    facts::Hole open;
    open.kind = facts::Hole::Kind::kOpen;
    open.what = r.facts.Keep(Concat({part, " of AWSReservedSSO_", name, " in ", account}));
    open.why = "Identity Center makes it up";
    open.fill = "`aws iam list-roles --path-prefix /aws-reserved/sso.amazonaws.com/`";
    open.origin = role.origin;
    return at->second = r.KeepHole(std::move(open));
  };
  role.path = r.facts.Keep(Concat({"/aws-reserved/sso.amazonaws.com/", hole("path")}));
  role.name = r.facts.Keep(Concat({"AWSReservedSSO_", name, "_", hole("suffix")}));
  role.arn = r.facts.Keep(Concat({"arn:", r.providers.PlaceOf(r.instances[id]).partition,
                                  ":iam::", account, ":role", role.path, role.name}));
  role.trust = Trust(r, id, r.providers.PlaceOf(r.instances[id]), account, hole("provider"));
  ReadSet(r, id, set, role);
  r.facts.principals.push_back(role);
}

constexpr TypeReader kReaders[] = {{"aws_ssoadmin_account_assignment", ReadAssignment, nullptr}};

}  // namespace

std::span<const TypeReader> IdentityCenterReaders() { return kReaders; }

}  // namespace whomay::ingest::terraform

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

// The instances of a type that belong to a permission set.
const std::vector<InstanceId>& PartsOf(Reading& r, std::string_view type, InstanceId set) {
  const auto [at, is_new] = r.groups.try_emplace(std::string(type));
  const auto key = [](InstanceId id) { return std::to_string(static_cast<uint32_t>(id)); };
  if (is_new) {
    for (const InstanceId id : r.instances.OfType(type, false)) {
      at->second[key(SetOf(r, r.Root(id).Get("permission_set_arn")))].push_back(id);
    }
  }
  return at->second[key(set)];
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
  return OneStatement(r, id, std::move(statement));
}

// A customer's policy that a block names, in the account of a role.
Str CustomerPolicy(Reading& r, const Field& reference, const facts::IamPrincipal& role) {
  const Str path = r.Text(reference.Get("path"), Want::kText);
  const Str partition = r.providers.PlaceOf(r.instances[reference.id]).partition;
  return r.facts.Keep(
      Concat({"arn:", partition, ":iam::", role.account, ":policy", path.empty() ? Str("/") : path,
              r.Text(reference.Get("name"), Want::kText)}));
}

// The policies that a part of a set attaches to its roles, by ARN.
std::vector<Str> PoliciesOf(Reading& r, InstanceId part, const facts::IamPrincipal& role) {
  const Field root = r.Root(part);
  std::vector<Str> arns = r.Texts(root.Get("managed_policy_arns"), Want::kPolicyArn);
  const Field managed = root.Get("managed_policy_arn");
  if (managed.set() || managed.unknown()) {
    arns.push_back(r.Text(managed, Want::kPolicyArn));
  }
  for (const Field& reference : root.Get("customer_managed_policy_reference").elements()) {
    arns.push_back(CustomerPolicy(r, reference, role));
  }
  return arns;
}

facts::Worlds Shared(const facts::IamPrincipal& role, const Instance& part) {
  return static_cast<facts::Worlds>(role.worlds & part.worlds);
}

// What the set gives its role: policies.
void ReadPolicies(Reading& r, InstanceId set, const facts::IamPrincipal& role) {
  static constexpr std::string_view kAttaching[] = {
      "aws_ssoadmin_managed_policy_attachment", "aws_ssoadmin_customer_managed_policy_attachment",
      "aws_ssoadmin_managed_policy_attachments_exclusive",
      "aws_ssoadmin_customer_managed_policy_attachments_exclusive"};
  const facts::IamRef target{facts::IamKind::kRole, role.arn, role.account, role.name};
  for (const std::string_view type : kAttaching) {
    for (const InstanceId part : PartsOf(r, type, set)) {
      for (const Str policy_arn : PoliciesOf(r, part, role)) {
        auto attachment = r.Begin<facts::PolicyAttachment>(part);
        attachment.worlds = Shared(role, r.instances[part]);
        attachment.target = target;
        attachment.policy_arn = policy_arn;
        if (attachment.worlds != 0) {
          r.facts.attachments.push_back(attachment);
        }
      }
    }
  }
  for (const InstanceId part : PartsOf(r, "aws_ssoadmin_permission_set_inline_policy", set)) {
    auto inline_policy = r.Begin<facts::InlinePolicy>(part);
    inline_policy.worlds = Shared(role, r.instances[part]);
    inline_policy.target = target;
    inline_policy.name = "AwsSSOInlinePolicy";
    inline_policy.document = r.Policy(r.Root(part).Get("inline_policy"), PolicyUse::kIdentity);
    if (inline_policy.worlds != 0) {
      r.facts.inline_policies.push_back(inline_policy);
    }
  }
}

// The boundary of a set in the worlds of a role.
Str BoundaryOf(Reading& r, InstanceId set, const facts::IamPrincipal& role) {
  for (const InstanceId part : PartsOf(r, "aws_ssoadmin_permissions_boundary_attachment", set)) {
    if (Shared(role, r.instances[part]) != 0) {
      const Field boundary = r.Root(part).Get("permissions_boundary").First();
      const Field customer = boundary.Get("customer_managed_policy_reference").First();
      return customer.set() ? CustomerPolicy(r, customer, role)
                            : r.Text(boundary.Get("managed_policy_arn"), Want::kPolicyArn);
    }
  }
  return {};
}

// What makes the role of an assignment: one for each set and account, whatever assignments there
// are.
struct Assigned {
  InstanceId set = InstanceId::kNone;  // kNone: in no file
  Str set_name;
  Str account;
  std::string key;  // in Reading::kept
};

Assigned AssignedBy(Reading& r, InstanceId id) {
  const Field set = r.Root(id).Get("permission_set_arn");
  Assigned assigned;
  assigned.set = SetOf(r, set);
  assigned.account = r.Text(r.Root(id).Get("target_id"), Want::kText);
  const bool known = assigned.set != InstanceId::kNone;
  assigned.key =
      Concat({"sso\n", known ? r.instances[assigned.set].address : r.Text(set, Want::kText), "\n",
              assigned.account});
  const auto [at, is_new] = r.kept.try_emplace(Concat({assigned.key, "\nname"}));
  if (is_new) {
    at->second = known ? r.attributes.Text(assigned.set, "name")
                       : r.KeepHole(r.OpenHole(set, "the permission set is in no file"));
  }
  assigned.set_name = at->second;
  return assigned;
}

// A part of the role's name that Identity Center makes up.
Str MadeUp(Reading& r, InstanceId id, const Assigned& assigned, std::string_view part) {
  const auto [at, is_new] = r.kept.try_emplace(Concat({assigned.key, "\n", part}));
  if (is_new) {
    facts::Hole open;
    open.kind = facts::Hole::Kind::kOpen;
    open.what =
        r.facts.Keep(Concat({part, " of AWSReservedSSO_", r.facts.holes.Display(assigned.set_name),
                             " in ", r.facts.holes.Display(assigned.account)}));
    open.why = "Identity Center makes it up";
    open.fill = "`aws iam list-roles --path-prefix /aws-reserved/sso.amazonaws.com/`";
    open.origin = r.Begin<facts::IamPrincipal>(id).origin;
    at->second = r.KeepHole(std::move(open));
  }
  return at->second;
}

// The worlds in which no other assignment has made the role.
facts::Worlds NotYetMade(Reading& r, const Assigned& assigned, facts::Worlds worlds) {
  int left = 0;
  for (const facts::Worlds world : {facts::kBefore, facts::kAfter}) {
    const std::string key = Concat({assigned.key, "\n", std::to_string(world)});
    left |= (worlds & world) != 0 && r.kept.emplace(key, Str()).second ? world : 0;
  }
  return static_cast<facts::Worlds>(left);
}

void ReadAssignment(Reading& r, InstanceId id) {
  const Assigned assigned = AssignedBy(r, id);
  const bool known = assigned.set != InstanceId::kNone;
  auto role = r.Begin<facts::IamPrincipal>(
      id, Concat({"permission set ", r.facts.holes.Display(assigned.set_name)}));
  role.worlds = NotYetMade(r, assigned, role.worlds);
  if (role.worlds == 0) {
    return;
  }
  role.kind = facts::IamKind::kRole;
  role.account = assigned.account;
  // Of a set that this document does not manage the policies stand elsewhere.
  role.policies = known && !r.instances[assigned.set].data ? facts::Policies::kDeclared
                                                           : facts::Policies::kMentioned;
  const AwsPlace place = r.providers.PlaceOf(r.instances[id]);
  role.path =
      r.facts.Keep(Concat({"/aws-reserved/sso.amazonaws.com/", MadeUp(r, id, assigned, "path")}));
  role.name = r.facts.Keep(
      Concat({"AWSReservedSSO_", assigned.set_name, "_", MadeUp(r, id, assigned, "suffix")}));
  role.arn = r.facts.Keep(
      Concat({"arn:", place.partition, ":iam::", role.account, ":role", role.path, role.name}));
  role.trust = Trust(r, id, place, role.account, MadeUp(r, id, assigned, "provider"));
  if (known) {
    ReadPolicies(r, assigned.set, role);
  }
  // The boundary of one world may be another than that of the other.
  for (const facts::Worlds world : {facts::kBefore, facts::kAfter}) {
    auto in_world = role;
    in_world.worlds = static_cast<facts::Worlds>(role.worlds & world);
    if (in_world.worlds != 0) {
      in_world.boundary = known ? BoundaryOf(r, assigned.set, in_world) : Str();
      r.facts.principals.push_back(std::move(in_world));
    }
  }
}

constexpr TypeReader kReaders[] = {{"aws_ssoadmin_account_assignment", ReadAssignment, nullptr}};

}  // namespace

std::span<const TypeReader> IdentityCenterReaders() { return kReaders; }

}  // namespace whomay::ingest::terraform

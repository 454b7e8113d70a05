// IAM: users, groups, roles, policies, what attaches them, identity providers, instance profiles,
// and the data sources that mention them. Attributes: spec terraform 2.1.

#include <algorithm>
#include <string>

#include "base/strings.h"
#include "ingest/terraform/resources/exclusive.h"
#include "ingest/terraform/resources/readers.h"

namespace whomay::ingest::terraform {
namespace {

using facts::IamKind;
using facts::IamPrincipal;

// The worlds in which a resource of its own attaches this policy to this role.
int AttachedElsewhere(Reading& r, std::string_view type, std::string_view role,
                      std::string_view attribute, std::string_view value) {
  int worlds = 0;
  for (const InstanceId id : r.Having(type, false, "role", role)) {
    if (r.instances[id].values.Get(attribute).text() == value) {
      worlds |= r.instances[id].worlds;
    }
  }
  return worlds;
}

// The worlds of a policy on a principal that `worlds` has it in, as `…_exclusive` resources leave
// it.
facts::Worlds NotRemoved(AfterApply after, facts::Worlds worlds) {
  return after == AfterApply::kRemoved ? static_cast<facts::Worlds>(worlds & facts::kBefore)
                                       : worlds;
}

// `managed_policy_arns` and `inline_policy` of a role list everything that is attached, also by
// other resources, unless they are configured.
void ReadRoleLists(Reading& r, InstanceId id, const IamPrincipal& role) {
  const Field root = r.Root(id);
  const facts::IamRef target{IamKind::kRole, role.arn, role.account, role.name};
  bool unset = false;
  const Field arns = root.Get("managed_policy_arns");
  if (arns.unknown()) {
    unset = r.Resolve(arns, Want::kPolicyArn).unset;
  }
  if (!unset) {
    for (const Str arn : r.Texts(arns, Want::kPolicyArn)) {
      const facts::Worlds worlds = OwnWorlds(
          NotRemoved(Exclusively(r, target, PolicyKind::kManaged, arn, false), role.worlds),
          AttachedElsewhere(r, "aws_iam_role_policy_attachment", role.name, "policy_arn", arn));
      if (worlds != 0) {
        auto attachment = r.Begin<facts::PolicyAttachment>(id);
        attachment.worlds = worlds;
        attachment.target = target;
        attachment.policy_arn = arn;
        r.facts.attachments.push_back(attachment);
      }
    }
  }
  const Field inline_policies = r.Filled(root.Get("inline_policy"));
  if (inline_policies.unknown() && !r.Resolve(inline_policies, Want::kPolicyText).unset) {
    auto inline_policy = r.Begin<facts::InlinePolicy>(id);
    inline_policy.target = target;
    inline_policy.document = r.OpenPolicy(
        id, r.OpenHole(inline_policies,
                       "how many inline policies there are is not known before apply"));
    r.facts.inline_policies.push_back(inline_policy);
  }
  for (const Field& block : inline_policies.elements()) {
    const Str name = r.Text(block.Get("name"), Want::kText);
    const Field policy = block.Get("policy");
    if (name.empty() && !policy.unknown() && policy.view.text().empty()) {
      continue;  // `inline_policy {}`: remove all
    }
    const facts::Worlds worlds =
        OwnWorlds(NotRemoved(Exclusively(r, target, PolicyKind::kInline, name, false), role.worlds),
                  AttachedElsewhere(r, "aws_iam_role_policy", role.name, "name", name));
    if (worlds == 0) {
      continue;
    }
    auto inline_policy = r.Begin<facts::InlinePolicy>(id);
    inline_policy.worlds = worlds;
    inline_policy.target = target;
    inline_policy.name = name;
    inline_policy.document = r.Policy(policy, PolicyUse::kIdentity);
    r.facts.inline_policies.push_back(inline_policy);
  }
}

void ReadPrincipal(Reading& r, InstanceId id, IamKind kind, std::string_view name_attribute) {
  const Instance& instance = r.instances[id];
  const Field root = r.Root(id);
  auto principal = r.Begin<IamPrincipal>(id);
  principal.kind = kind;
  principal.arn = r.attributes.Text(id, "arn");
  principal.name = r.attributes.Text(id, name_attribute);
  principal.account = r.Account(id);
  const Str path = r.Text(root.Get("path"), Want::kText);
  principal.path = path.empty() ? Str("/") : path;
  principal.policies = instance.data ? facts::Policies::kMentioned : facts::Policies::kDeclared;
  principal.boundary = r.Text(root.Get("permissions_boundary"), Want::kPolicyArn);
  ReadTags(r, root, principal.tags, principal.tags_open);
  if (kind == IamKind::kRole) {
    const Field trust = root.Get("assume_role_policy");
    principal.trust = r.Policy(trust, PolicyUse::kTrust);
    // Of an update Terraform writes only the arguments that change.
    principal.trust_written =
        instance.from_change &&
        (instance.replaced || !instance.before.is_object() || trust.unknown() ||
         instance.before.Get("assume_role_policy").text() != trust.view.text());
  }
  principal.replaced = instance.replaced;
  if (principal.arn.empty()) {
    return;
  }
  if (instance.data) {
    // Of what this document also manages the resource speaks.
    for (const InstanceId managed : r.Having(instance.type, false, "name", principal.name)) {
      if (r.attributes.Text(managed, "arn") == principal.arn) {
        return;
      }
    }
  }
  r.facts.principals.push_back(principal);
  if (kind == IamKind::kRole && !instance.data) {
    ReadRoleLists(r, id, principal);
  }
}

void ReadUser(Reading& r, InstanceId id) { ReadPrincipal(r, id, IamKind::kUser, "name"); }
void ReadRole(Reading& r, InstanceId id) { ReadPrincipal(r, id, IamKind::kRole, "name"); }
void ReadGroup(Reading& r, InstanceId id) { ReadPrincipal(r, id, IamKind::kGroup, "name"); }
void ReadDataUser(Reading& r, InstanceId id) { ReadPrincipal(r, id, IamKind::kUser, "user_name"); }

void ReadDataGroup(Reading& r, InstanceId id) {
  ReadPrincipal(r, id, IamKind::kGroup, "group_name");
  // The data source knows the group's members.
  const facts::IamRef group{IamKind::kGroup, r.attributes.Text(id, "arn"), r.Account(id),
                            r.attributes.Text(id, "group_name")};
  for (const Field& user : r.Root(id).Get("users").elements()) {
    auto membership = r.Begin<facts::GroupMembership>(id);
    membership.group = group;
    membership.user = {IamKind::kUser,
                       r.Text(user.Get("arn"), Want::kText),
                       {},
                       r.Text(user.Get("user_name"), Want::kText)};
    r.facts.memberships.push_back(membership);
  }
}

// Who may assume a service-linked role: its service alone (IAM user guide, "Create a service-linked
// role").
facts::PolicyId ServiceTrust(Reading& r, InstanceId id, Str service) {
  if (service.empty()) {
    return facts::PolicyId::kNone;
  }
  facts::Statement statement;
  statement.has_principal = statement.has_action = true;
  facts::PrincipalEntry principal;
  principal.type = facts::PrincipalEntry::Type::kService;
  principal.value = service;
  statement.principals.push_back(principal);
  statement.actions = {"sts:AssumeRole"};
  return OneStatement(r, id, std::move(statement));
}

// Of a service-linked role AWS writes the policies.
void ReadServiceLinkedRole(Reading& r, InstanceId id) {
  auto principal = r.Begin<IamPrincipal>(id);
  principal.kind = IamKind::kRole;
  principal.arn = r.attributes.Text(id, "arn");
  principal.name = r.attributes.Text(id, "name");
  principal.account = r.Account(id);
  principal.policies = facts::Policies::kMentioned;
  const Str service = r.Text(r.Root(id).Get("aws_service_name"), Want::kText);
  const Field path = r.Root(id).Get("path");
  principal.path = path.set() || service.empty()
                       ? r.Text(path, Want::kText)
                       : r.facts.Keep(Concat({"/aws-service-role/", service, "/"}));
  principal.trust = ServiceTrust(r, id, service);
  r.facts.principals.push_back(principal);
}

// data.aws_iam_roles and aws_iam_users: ARNs that are mentioned.
void ReadPrincipalList(Reading& r, InstanceId id) {
  const IamKind kind = r.instances[id].type == "aws_iam_users" ? IamKind::kUser : IamKind::kRole;
  for (const Field& element : r.Root(id).Get("arns").elements()) {
    const Str arn = r.facts.Keep(element.view.text());
    const ArnParts parts = SplitArn(arn);
    const size_t slash = parts.resource.find('/');
    if (slash == std::string_view::npos) {
      continue;
    }
    auto principal = r.Begin<IamPrincipal>(id);
    principal.kind = kind;
    principal.arn = arn;
    principal.account = parts.account;
    principal.name = parts.resource.substr(parts.resource.rfind('/') + 1);
    principal.path = parts.resource.substr(slash, parts.resource.rfind('/') - slash + 1);
    principal.policies = facts::Policies::kMentioned;
    r.facts.principals.push_back(principal);
  }
}

void ReadManagedPolicy(Reading& r, InstanceId id) {
  auto policy = r.Begin<facts::ManagedPolicy>(id);
  policy.arn = r.attributes.Text(id, "arn");
  policy.name = r.attributes.Text(id, "name");
  policy.account = SplitArn(policy.arn).account;
  policy.document = r.Policy(r.Root(id).Get("policy"), PolicyUse::kIdentity);
  if (!policy.arn.empty() && (!r.instances[id].data || policy.document != facts::PolicyId::kNone)) {
    r.facts.managed_policies.push_back(policy);
  }
}

// Which attribute of a type names whom.
struct TargetAttribute {
  std::string_view type;
  std::string_view attribute;
  IamKind kind;
};
constexpr TargetAttribute kTargets[] = {
    {"aws_iam_role_policy", "role", IamKind::kRole},
    {"aws_iam_user_policy", "user", IamKind::kUser},
    {"aws_iam_group_policy", "group", IamKind::kGroup},
    {"aws_iam_role_policy_attachment", "role", IamKind::kRole},
    {"aws_iam_user_policy_attachment", "user", IamKind::kUser},
    {"aws_iam_group_policy_attachment", "group", IamKind::kGroup},
    {"aws_iam_role_policy_attachments_exclusive", "role_name", IamKind::kRole},
    {"aws_iam_user_policy_attachments_exclusive", "user_name", IamKind::kUser},
    {"aws_iam_group_policy_attachments_exclusive", "group_name", IamKind::kGroup},
};

facts::IamRef TargetOf(Reading& r, InstanceId id) {
  const auto* target =
      std::find_if(std::begin(kTargets), std::end(kTargets),
                   [&](const TargetAttribute& one) { return one.type == r.instances[id].type; });
  return r.Ref(r.Root(id).Get(target->attribute), target->kind);
}

constexpr std::string_view kUndecided =
    "this apply puts the policy here and a `…_exclusive` resource that does not name it takes it "
    "away; which of them comes last is not known";

void ReadInlinePolicy(Reading& r, InstanceId id) {
  auto policy = r.Begin<facts::InlinePolicy>(id);
  policy.target = TargetOf(r, id);
  policy.name = r.attributes.Text(id, "name");
  const Field document = r.Root(id).Get("policy");
  const AfterApply after =
      Exclusively(r, policy.target, PolicyKind::kInline, policy.name, r.instances[id].from_change);
  policy.document = after == AfterApply::kUndecided
                        ? r.OpenPolicy(id, r.OpenHole(document, kUndecided))
                        : r.Policy(document, PolicyUse::kIdentity);
  policy.worlds = NotRemoved(after, policy.worlds);
  if (policy.worlds != 0) {
    r.facts.inline_policies.push_back(policy);
  }
}

// Attaches a policy, as far as `…_exclusive` resources leave it.
void Attach(Reading& r, InstanceId id, const facts::IamRef& target, Str policy_arn) {
  auto attachment = r.Begin<facts::PolicyAttachment>(id);
  attachment.target = target;
  attachment.policy_arn = policy_arn;
  const AfterApply after =
      Exclusively(r, target, PolicyKind::kManaged, policy_arn, r.instances[id].from_change);
  if (after == AfterApply::kUndecided) {
    attachment.policy_arn = r.KeepHole(r.OpenHole(r.Root(id).Get("policy_arn"), kUndecided));
  }
  attachment.worlds = NotRemoved(after, attachment.worlds);
  if (attachment.worlds != 0) {
    r.facts.attachments.push_back(attachment);
  }
}

void ReadAttachment(Reading& r, InstanceId id) {
  Attach(r, id, TargetOf(r, id), r.Text(r.Root(id).Get("policy_arn"), Want::kPolicyArn));
}

// On apply the attachments are made to be exactly these.
void ReadExclusiveAttachments(Reading& r, InstanceId id) {
  const facts::IamRef target = TargetOf(r, id);
  for (const Str arn : r.Texts(r.Root(id).Get("policy_arns"), Want::kPolicyArn)) {
    auto attachment = r.Begin<facts::PolicyAttachment>(id);
    attachment.target = target;
    attachment.policy_arn = arn;
    r.facts.attachments.push_back(attachment);
  }
}

// One policy to many.
void ReadPolicyAttachment(Reading& r, InstanceId id) {
  static constexpr std::pair<std::string_view, IamKind> kLists[] = {
      {"users", IamKind::kUser}, {"roles", IamKind::kRole}, {"groups", IamKind::kGroup}};
  const Field root = r.Root(id);
  const Str policy_arn = r.Text(root.Get("policy_arn"), Want::kPolicyArn);
  for (const auto& [list, kind] : kLists) {
    for (const facts::IamRef& target : r.Refs(root.Get(list), kind)) {
      Attach(r, id, target, policy_arn);
    }
  }
}

void ReadGroupMembership(Reading& r, InstanceId id) {
  const facts::IamRef group = r.Ref(r.Root(id).Get("group"), IamKind::kGroup);
  for (const facts::IamRef& user : r.Refs(r.Root(id).Get("users"), IamKind::kUser)) {
    auto membership = r.Begin<facts::GroupMembership>(id);
    membership.group = group;
    membership.user = user;
    r.facts.memberships.push_back(membership);
  }
}

void ReadUserGroupMembership(Reading& r, InstanceId id) {
  const facts::IamRef user = r.Ref(r.Root(id).Get("user"), IamKind::kUser);
  for (const facts::IamRef& group : r.Refs(r.Root(id).Get("groups"), IamKind::kGroup)) {
    auto membership = r.Begin<facts::GroupMembership>(id);
    membership.group = group;
    membership.user = user;
    r.facts.memberships.push_back(membership);
  }
}

void ReadInstanceProfile(Reading& r, InstanceId id) {
  auto profile = r.Begin<facts::InstanceProfile>(id);
  profile.arn = r.attributes.Text(id, "arn");
  profile.account = r.Account(id);
  profile.name = r.attributes.Text(id, "name");
  const Field root = r.Root(id);
  // Data sources have `role_name`, very old providers a list `roles`.
  if (r.instances[id].data) {
    profile.role = r.Ref(root.Get("role_name"), IamKind::kRole);
  } else if (root.Get("role").set() || root.Get("role").unknown()) {
    profile.role = r.Ref(root.Get("role"), IamKind::kRole);
  } else {
    const std::vector<facts::IamRef> roles = r.Refs(root.Get("roles"), IamKind::kRole);
    if (roles.empty()) {
      return;
    }
    profile.role = roles[0];
  }
  r.facts.instance_profiles.push_back(profile);
}

void ReadOidcProvider(Reading& r, InstanceId id) {
  auto provider = r.Begin<facts::OidcProvider>(id);
  provider.arn = r.attributes.Text(id, "arn");
  provider.account = r.Account(id);
  provider.url = r.facts.Keep(WithoutScheme(r.attributes.Text(id, "url")));
  provider.client_ids =
      r.Texts(r.Root(id).Get("client_id_list"), Want::kText, &provider.client_ids_open);
  r.facts.oidc_providers.push_back(provider);
}

void ReadSamlProvider(Reading& r, InstanceId id) {
  auto provider = r.Begin<facts::SamlProvider>(id);
  provider.arn = r.attributes.Text(id, "arn");
  provider.account = r.Account(id);
  provider.name = r.attributes.Text(id, "name");
  r.facts.saml_providers.push_back(provider);
}

void ReadCallerIdentity(Reading& r, InstanceId id) {
  auto caller = r.Begin<facts::CallerIdentity>(id);
  caller.account = r.attributes.Text(id, "account_id");
  const Field arn = r.Root(id).Get("arn");
  caller.arn = arn.set() ? r.facts.Keep(arn.view.text()) : Str();
  caller.provider = r.providers.KeyOf(r.instances[id]);
  r.facts.callers.push_back(caller);
}

constexpr TypeReader kReaders[] = {
    {"aws_iam_user", ReadUser, ReadDataUser},
    {"aws_iam_role", ReadRole, ReadRole},
    {"aws_iam_group", ReadGroup, ReadDataGroup},
    {"aws_iam_service_linked_role", ReadServiceLinkedRole},
    {"aws_iam_roles", nullptr, ReadPrincipalList},
    {"aws_iam_users", nullptr, ReadPrincipalList},
    {"aws_iam_policy", ReadManagedPolicy, ReadManagedPolicy},
    {"aws_iam_role_policy", ReadInlinePolicy},
    {"aws_iam_user_policy", ReadInlinePolicy},
    {"aws_iam_group_policy", ReadInlinePolicy},
    {"aws_iam_role_policy_attachment", ReadAttachment},
    {"aws_iam_user_policy_attachment", ReadAttachment},
    {"aws_iam_group_policy_attachment", ReadAttachment},
    {"aws_iam_role_policy_attachments_exclusive", ReadExclusiveAttachments},
    {"aws_iam_user_policy_attachments_exclusive", ReadExclusiveAttachments},
    {"aws_iam_group_policy_attachments_exclusive", ReadExclusiveAttachments},
    {"aws_iam_policy_attachment", ReadPolicyAttachment},
    {"aws_iam_group_membership", ReadGroupMembership},
    {"aws_iam_user_group_membership", ReadUserGroupMembership},
    {"aws_iam_instance_profile", ReadInstanceProfile, ReadInstanceProfile},
    {"aws_iam_openid_connect_provider", ReadOidcProvider, ReadOidcProvider},
    {"aws_iam_saml_provider", ReadSamlProvider, ReadSamlProvider},
    {"aws_caller_identity", nullptr, ReadCallerIdentity},
};

}  // namespace

void ReadTags(Reading& r, const Field& root, std::vector<facts::Tag>& tags, bool& open) {
  const Field all = root.Get("tags_all");
  const Field field = all.set() ? all : root.Get("tags");
  if (field.unknown() || (all.unknown() && field.view.unset())) {
    open = field.unknown() || all.unknown();
    return;
  }
  for (const syntax::Value member : field.view.value.members()) {
    const Field value = field.Get(member.key());
    tags.push_back({r.facts.Keep(member.key()), r.Text(value, Want::kText)});
  }
  // Tags whose values are unknown stand among the marks only.
  for (const syntax::Value member : field.view.marks.members()) {
    if (member.is_true() && !field.view.value.Get(member.key())) {
      tags.push_back({r.facts.Keep(member.key()), r.Text(field.Get(member.key()), Want::kText)});
    }
  }
  open = open || all.unknown();
}

std::span<const TypeReader> IamReaders() { return kReaders; }

}  // namespace whomay::ingest::terraform

// Organizations: service and resource control policies, what they sit on, and the tree of accounts.
//
// AWS attaches FullAWSAccess to every root, OU and account, and Terraform does not manage that. It
// is taken to be there wherever policies that only deny are attached; where one of them allows (a
// list of what is allowed works only without FullAWSAccess) whether it is there is a hole.
// RCPFullAWSAccess cannot be detached. Attributes: spec terraform 2.2; Organizations user guide,
// "SCP evaluation", "Resource control policies".

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/strings.h"
#include "ingest/terraform/resources/readers.h"

namespace whomay::ingest::terraform {
namespace {

void ReadPolicy(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  const Str type = r.Text(root.Get("type"), Want::kText);
  const bool resource = type == "RESOURCE_CONTROL_POLICY";
  if (!resource && !type.empty() && type != "SERVICE_CONTROL_POLICY") {
    return;  // tag, backup and other policies limit no access
  }
  auto policy = r.Begin<facts::OrganizationPolicy>(id);
  policy.type = resource ? facts::OrganizationPolicy::Type::kResourceControl
                         : facts::OrganizationPolicy::Type::kServiceControl;
  policy.id = r.attributes.Text(id, "id");
  policy.name = r.attributes.Text(id, "name");
  policy.document = r.Policy(root.Get("content"),
                             resource ? PolicyUse::kResourceControl : PolicyUse::kServiceControl);
  r.facts.organization_policies.push_back(policy);
}

// The id of the resource that an attribute names.
Str IdOf(Reading& r, InstanceId id, std::string_view attribute) {
  const Field field = r.Filled(r.Root(id).Get(attribute));
  if (field.unknown()) {
    const Trace trace = r.resolver.Follow(r.instances[id], field.path, Want::kText);
    if (trace.open.size() == 1 && trace.open[0].attribute == "id" && trace.locals.empty() &&
        trace.others.empty()) {
      return r.attributes.Text(trace.open[0].instance, "id");
    }
  }
  return r.Text(field, Want::kText);
}

constexpr std::string_view kFullAccess = "p-FullAWSAccess";
constexpr std::string_view kFullAccessRcp = "p-RCPFullAWSAccess";

using Type = facts::OrganizationPolicy::Type;

// A policy that Terraform does not manage, once a document.
void AddPolicyOnce(Reading& r, InstanceId id, Type type, Str policy_id, facts::PolicyId document) {
  if (!r.kept.try_emplace(Concat({"organization\n", policy_id}), Str()).second) {
    return;
  }
  auto policy = r.Begin<facts::OrganizationPolicy>(id);
  policy.worlds = facts::kBothWorlds;
  policy.type = type;
  policy.id = policy_id;
  policy.name = policy_id.substr(0, 2) == "p-" ? policy_id.substr(2) : policy_id;
  policy.document = document;
  r.facts.organization_policies.push_back(policy);
}

// One statement that allows an action, everywhere and to everybody.
facts::PolicyId Allowing(Reading& r, InstanceId id, Type type, Str action) {
  facts::Statement all;
  all.has_action = all.has_resource = true;
  all.actions = {action};
  all.resources = {"*"};
  if (type == Type::kResourceControl) {
    facts::PrincipalEntry everyone;
    everyone.type = facts::PrincipalEntry::Type::kAny;
    everyone.value = "*";
    all.has_principal = true;
    all.principals.push_back(everyone);
  }
  return OneStatement(r, id, std::move(all));
}

// A control policy of this document, by its id.
struct Control {
  bool limits = false;  // a service or resource control policy
  Type type = Type::kServiceControl;
  bool allows = false;  // a list of what is allowed, or not known
};

// Of a policy's id; nothing where this document does not hold the policy.
std::optional<Control> ControlOf(Reading& r, Str policy_id) {
  constexpr std::string_view kGroup = "organization policies";
  const auto [at, is_new] = r.groups.try_emplace(std::string(kGroup));
  if (is_new) {
    for (const bool data : {false, true}) {
      for (const InstanceId id : r.instances.OfType("aws_organizations_policy", data)) {
        at->second[std::string(r.attributes.Text(id, "id"))].push_back(id);
      }
    }
  }
  const auto found = at->second.find(std::string(policy_id));
  if (found == at->second.end()) {
    return std::nullopt;
  }
  Control control;
  for (const InstanceId id : found->second) {
    const Str type = r.Text(r.Root(id).Get("type"), Want::kText);
    control.type = type == "RESOURCE_CONTROL_POLICY" ? Type::kResourceControl : control.type;
    control.limits =
        type.empty() || type == "SERVICE_CONTROL_POLICY" || control.type == Type::kResourceControl;
    const facts::PolicyId document =
        r.Policy(r.Root(id).Get("content"), control.type == Type::kResourceControl
                                                ? PolicyUse::kResourceControl
                                                : PolicyUse::kServiceControl);
    if (document == facts::PolicyId::kNone) {
      continue;
    }
    const facts::PolicyDocument& text = r.facts.policy(document);
    control.allows = control.allows || text.open != facts::HoleId::kNone || !text.readable ||
                     std::any_of(text.statements.begin(), text.statements.end(),
                                 [](const facts::Statement& one) {
                                   return one.effect != facts::Statement::Effect::kDeny;
                                 });
  }
  return control;
}

void Attach(Reading& r, InstanceId id, Str policy, Str target) {
  auto attachment = r.Begin<facts::OrganizationAttachment>(id);
  attachment.policy = policy;
  attachment.target = target;
  r.facts.organization_attachments.push_back(attachment);
}

// Is a policy that allows attached to this target, or one that may?
bool AllowsOn(Reading& r, InstanceId asking, Str target) {
  const auto [at, is_new] = r.groups.try_emplace("organization targets");
  if (is_new) {
    for (const InstanceId id : r.instances.OfType("aws_organizations_policy_attachment", false)) {
      at->second[std::string(IdOf(r, id, "target_id"))].push_back(id);
    }
  }
  const std::vector<InstanceId>& on = at->second[std::string(target)];
  return std::any_of(on.begin(), on.end(), [&](InstanceId id) {
    if ((r.instances[id].worlds & r.instances[asking].worlds) == 0) {
      return false;
    }
    const std::optional<Control> control = ControlOf(r, IdOf(r, id, "policy_id"));
    return control && control->limits && control->type == Type::kServiceControl && control->allows;
  });
}

// What AWS itself attached to the target of a policy.
void AttachFullAccess(Reading& r, InstanceId id, Type type, Str target) {
  if (type == Type::kResourceControl) {
    AddPolicyOnce(r, id, type, Str(kFullAccessRcp), Allowing(r, id, type, "*"));
    Attach(r, id, Str(kFullAccessRcp), target);
    return;
  }
  if (!AllowsOn(r, id, target)) {
    AddPolicyOnce(r, id, type, Str(kFullAccess), Allowing(r, id, type, "*"));
    Attach(r, id, Str(kFullAccess), target);
    return;
  }
  facts::Hole hole;
  hole.kind = facts::Hole::Kind::kOpen;
  hole.what = r.facts.Keep(Concat({"FullAWSAccess on ", r.facts.holes.Display(target)}));
  hole.why = "Terraform does not say whether AWS's own policy is still attached";
  hole.fill =
      "`aws organizations list-policies-for-target --filter SERVICE_CONTROL_POLICY`, and the "
      "import of what it lists";
  hole.origin = r.Begin<facts::OrganizationAttachment>(id).origin;
  const Str policy = r.facts.Keep(Concat({"FullAWSAccess on ", target}));
  AddPolicyOnce(r, id, type, policy, Allowing(r, id, type, r.KeepHole(std::move(hole))));
  Attach(r, id, policy, target);
}

void ReadAttachment(Reading& r, InstanceId id) {
  const Str policy = IdOf(r, id, "policy_id");
  const Str target = IdOf(r, id, "target_id");
  const std::optional<Control> control = ControlOf(r, policy);
  if (policy == kFullAccess || policy == kFullAccessRcp) {
    const Type type = policy == kFullAccess ? Type::kServiceControl : Type::kResourceControl;
    AddPolicyOnce(r, id, type, policy, Allowing(r, id, type, "*"));
  } else if (!control) {
    facts::Hole hole =
        r.OpenHole(r.Root(id).Get("policy_id"), "the text of this control policy is in no file");
    AddPolicyOnce(r, id, Type::kServiceControl, policy, r.OpenPolicy(id, std::move(hole)));
  } else if (!control->limits) {
    return;  // tags, backups
  } else {
    AttachFullAccess(r, id, control->type, target);
  }
  Attach(r, id, policy, target);
}

void ReadNode(Reading& r, InstanceId id) {
  auto node = r.Begin<facts::OrganizationNode>(id);
  node.id = r.attributes.Text(id, "id");
  node.parent = IdOf(r, id, "parent_id");
  r.facts.organization_nodes.push_back(node);
}

// The organization itself: its roots, its accounts, and which of them manages it.
void ReadOrganization(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  const Str master = r.Text(root.Get("master_account_id"), Want::kText);
  Str top;
  for (const Field& one : root.Get("roots").elements()) {
    auto node = r.Begin<facts::OrganizationNode>(id);
    node.id = top = r.Text(one.Get("id"), Want::kText);
    node.organization = r.Text(root.Get("id"), Want::kText);
    r.facts.organization_nodes.push_back(node);
  }
  if (!master.empty()) {
    auto node = r.Begin<facts::OrganizationNode>(id);
    node.id = master;
    node.parent = top;
    node.management_account = true;
    r.facts.organization_nodes.push_back(node);
  }
}

constexpr TypeReader kReaders[] = {
    {"aws_organizations_policy", ReadPolicy, ReadPolicy},
    {"aws_organizations_policy_attachment", ReadAttachment, nullptr},
    {"aws_organizations_account", ReadNode, nullptr},
    {"aws_organizations_organizational_unit", ReadNode, nullptr},
    {"aws_organizations_organization", ReadOrganization, ReadOrganization},
};

}  // namespace

std::span<const TypeReader> OrganizationReaders() { return kReaders; }

}  // namespace whomay::ingest::terraform

// Organizations: service and resource control policies, what they sit on, and the tree of accounts.
// Attributes: spec terraform 2.2.

#include <string>

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

void ReadAttachment(Reading& r, InstanceId id) {
  auto attachment = r.Begin<facts::OrganizationAttachment>(id);
  attachment.policy = IdOf(r, id, "policy_id");
  attachment.target = IdOf(r, id, "target_id");
  r.facts.organization_attachments.push_back(attachment);
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

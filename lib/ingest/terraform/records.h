// ForEachKind: every kind of record that a Terraform resource may give, for what treats all alike.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_RECORDS_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_RECORDS_H_

namespace whomay::ingest::terraform {

// Calls `visit` with every vector of records that a resource may add to.
template <typename FactsType, typename Visit>
void ForEachKind(FactsType& f, const Visit& visit) {
  visit(f.principals);
  visit(f.memberships);
  visit(f.managed_policies);
  visit(f.attachments);
  visit(f.inline_policies);
  visit(f.instance_profiles);
  visit(f.oidc_providers);
  visit(f.saml_providers);
  visit(f.resource_policies);
  visit(f.public_access_blocks);
  visit(f.resources);
  visit(f.carriers);
  visit(f.callers);
  visit(f.organization_policies);
  visit(f.organization_attachments);
  visit(f.organization_nodes);
  visit(f.clusters);
  visit(f.access_entries);
  visit(f.access_policies);
  visit(f.pod_identities);
  visit(f.addons);
  visit(f.node_groups);
  visit(f.aws_auths);
  visit(f.roles);
  visit(f.bindings);
  visit(f.service_accounts);
  visit(f.workloads);
  visit(f.token_secrets);
  visit(f.namespaces);
}

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_RECORDS_H_

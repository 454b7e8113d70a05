// Facts: everything that the inputs say, typed and positioned, nothing joined yet.
//
// Readers (lib/ingest) append records; the graph's builder reads them. Vectors keep the order of
// the inputs. Facts own their texts and holes, and refer to the SourceSet for positions. Thread
// safety: one thread while reading; const members may be used concurrently afterwards.
#ifndef WHOMAY_LIB_FACTS_FACTS_H_
#define WHOMAY_LIB_FACTS_FACTS_H_

#include <map>
#include <string_view>
#include <vector>

#include "base/interner.h"
#include "facts/aws.h"
#include "facts/eks.h"
#include "facts/hole.h"
#include "facts/kubernetes.h"
#include "facts/policy.h"

namespace whomay::facts {

// One input as it was recognised.
struct Input {
  source::FileId file = source::FileId::kNone;
  Str kind;              // "terraform-plan", "terraform-state", "kubernetes", "iam-policy" …
  bool complete = true;  // false: a plan with complete:false or errored:true
  Str why;               // why not
  Str lineage;           // of a raw Terraform state; of all else empty
};

struct Facts {
  Interner strings;
  HoleTable holes;
  std::vector<Input> inputs;
  // Where Terraform's code declares a resource, by its address; only where the code was given.
  std::map<Str, source::Span> declared;

  std::vector<PolicyDocument> policies;  // by PolicyId
  std::vector<IamPrincipal> principals;
  std::vector<GroupMembership> memberships;
  std::vector<ManagedPolicy> managed_policies;
  std::vector<PolicyAttachment> attachments;
  std::vector<InlinePolicy> inline_policies;
  std::vector<InstanceProfile> instance_profiles;
  std::vector<OidcProvider> oidc_providers;
  std::vector<SamlProvider> saml_providers;
  std::vector<ResourcePolicy> resource_policies;
  std::vector<PublicAccessBlock> public_access_blocks;
  std::vector<AwsResource> resources;
  std::vector<Carrier> carriers;
  std::vector<CallerIdentity> callers;
  std::vector<OrganizationPolicy> organization_policies;
  std::vector<OrganizationAttachment> organization_attachments;
  std::vector<OrganizationNode> organization_nodes;

  std::vector<Cluster> clusters;
  std::vector<AccessEntry> access_entries;
  std::vector<AccessPolicyAssociation> access_policies;
  std::vector<PodIdentityAssociation> pod_identities;
  std::vector<Addon> addons;
  std::vector<NodeGroup> node_groups;
  std::vector<AwsAuth> aws_auths;

  std::vector<RbacRole> roles;
  std::vector<RbacBinding> bindings;
  std::vector<ServiceAccount> service_accounts;
  std::vector<Workload> workloads;
  std::vector<TokenSecret> token_secrets;
  std::vector<Namespace> namespaces;
  std::vector<CustomResource> custom_resources;

  Str Keep(std::string_view text) { return strings.Keep(text); }
  PolicyId Add(PolicyDocument document) {
    policies.push_back(std::move(document));
    return static_cast<PolicyId>(policies.size() - 1);
  }
  const PolicyDocument& policy(PolicyId id) const { return policies[static_cast<uint32_t>(id)]; }
  // A new hole, and the text that stands for it.
  Str AddHole(Hole hole) { return Keep(HoleText(holes.Add(std::move(hole)))); }
};

}  // namespace whomay::facts

#endif  // WHOMAY_LIB_FACTS_FACTS_H_

// A cluster in facts, for the tests of lib/eks: small enough to change one thing and ask again.
#ifndef WHOMAY_TESTS_UNIT_EKS_CLUSTER_FIXTURE_H_
#define WHOMAY_TESTS_UNIT_EKS_CLUSTER_FIXTURE_H_

#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "eks/access_policy.h"
#include "eks/authenticator.h"
#include "facts/facts.h"
#include "ingest/eks/aws_auth.h"
#include "source/diagnostic.h"
#include "source/source.h"

namespace whomay::eks {

struct ClusterFixture {
  facts::Facts facts;
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  std::string map_roles, map_users, map_accounts;
  bool has_cluster = true;
  bool has_aws_auth = true;

  ClusterFixture() {
    facts::Cluster& cluster = facts.clusters.emplace_back();
    cluster.name = "aws-eks-auth-test";
    cluster.arn = "arn:aws:eks:us-west-2:123456789012:cluster/aws-eks-auth-test";
    cluster.account = "123456789012";
    cluster.mode = facts::AuthenticationMode::kApiAndConfigMap;
    cluster.creator_is_admin = Tri::kFalse;
  }
  facts::Cluster& cluster() { return facts.clusters[0]; }

  facts::AccessEntry& AddEntry(std::string_view principal, std::string_view user_name = {},
                               std::vector<std::string_view> groups = {},
                               std::string_view type = "STANDARD") {
    facts::AccessEntry& entry = facts.access_entries.emplace_back();
    entry.principal_arn = facts.Keep(principal);
    entry.user_name = user_name;
    entry.groups.assign(groups.begin(), groups.end());
    entry.type = type;
    return entry;
  }
  facts::AccessPolicyAssociation& Associate(std::string_view principal, std::string_view policy,
                                            std::vector<std::string_view> namespaces = {}) {
    facts::AccessPolicyAssociation& association = facts.access_policies.emplace_back();
    association.principal_arn = facts.Keep(principal);
    association.policy_arn =
        facts.Keep("arn:aws:eks::aws:cluster-access-policy/" + std::string(policy));
    association.namespaces.assign(namespaces.begin(), namespaces.end());
    if (!namespaces.empty()) {
      association.scope = facts::AccessPolicyAssociation::Scope::kNamespaces;
    }
    return association;
  }
  std::string_view Hole(facts::Hole::Kind kind = facts::Hole::Kind::kOpen,
                        std::string_view family = {}) {
    facts::Hole hole;
    hole.kind = kind;
    hole.what = "x";
    hole.family = family;
    return facts.AddHole(std::move(hole));
  }

  Authentication Ask(const Caller& caller) {
    if (has_aws_auth && facts.aws_auths.empty()) {
      ingest::AwsAuthSections sections;
      sections.roles = ingest::SectionOf(sources, map_roles, {});
      sections.users = ingest::SectionOf(sources, map_users, {});
      sections.accounts = ingest::SectionOf(sources, map_accounts, {});
      facts.aws_auths.push_back(ingest::ReadAwsAuth(sections, {}, sources, facts, diagnostics));
    }
    const std::vector<uint32_t> entries = All(facts.access_entries.size());
    const std::vector<uint32_t> policies = All(facts.access_policies.size());
    const std::vector<uint32_t> groups = All(facts.node_groups.size());
    ClusterFacts given;
    given.facts = &facts;
    given.cluster = has_cluster ? 0 : kNone;
    given.access_entries = entries;
    given.access_policies = policies;
    given.node_groups = groups;
    given.aws_auth = has_aws_auth ? 0 : kNone;
    const Authenticator authenticator(given);
    open_to_anybody = authenticator.open_to_anybody();
    return authenticator.Authenticate(caller);
  }
  Authentication Ask(std::string_view arn) { return Ask(*CallerFromArn(arn)); }

  facts::HoleId open_to_anybody = facts::HoleId::kNone;

 private:
  static std::vector<uint32_t> All(size_t count) {
    std::vector<uint32_t> all(count);
    std::iota(all.begin(), all.end(), 0);
    return all;
  }
};

}  // namespace whomay::eks

#endif  // WHOMAY_TESTS_UNIT_EKS_CLUSTER_FIXTURE_H_

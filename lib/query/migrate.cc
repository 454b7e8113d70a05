// migrate aws-auth: access entries for the mappings of each cluster, and the diff that proves them.
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "base/arn.h"
#include "base/strings.h"
#include "query/diff.h"
#include "query/migrate_mapping.h"
#include "query/principals.h"
#include "whomay/migrate.h"

namespace whomay {
namespace query {
namespace {

using facts::AuthenticationMode;

// Facts that refer to the texts of others, which stay alive with them.
struct Derived {
  std::shared_ptr<const facts::Facts> from;
  facts::Facts facts;
};

// All but the texts. Naming every member makes the compiler complain of one that is not copied.
std::shared_ptr<facts::Facts> CopyOf(const std::shared_ptr<const facts::Facts>& from) {
  const auto derived = std::make_shared<Derived>();
  derived->from = from;
  facts::Facts& to = derived->facts;
  const auto& [strings, holes, inputs, declared, policies, principals, memberships,
               managed_policies, attachments, inline_policies, instance_profiles, oidc_providers,
               saml_providers, resource_policies, public_access_blocks, resources, carriers,
               callers, organization_policies, organization_attachments, organization_nodes,
               clusters, access_entries, access_policies, pod_identities, addons, node_groups,
               aws_auths, roles, bindings, service_accounts, workloads, token_secrets, namespaces,
               custom_resources] = *from;
  static_cast<void>(strings);
  to.holes = holes;
  to.inputs = inputs;
  to.declared = declared;
  to.policies = policies;
  to.principals = principals;
  to.memberships = memberships;
  to.managed_policies = managed_policies;
  to.attachments = attachments;
  to.inline_policies = inline_policies;
  to.instance_profiles = instance_profiles;
  to.oidc_providers = oidc_providers;
  to.saml_providers = saml_providers;
  to.resource_policies = resource_policies;
  to.public_access_blocks = public_access_blocks;
  to.resources = resources;
  to.carriers = carriers;
  to.callers = callers;
  to.organization_policies = organization_policies;
  to.organization_attachments = organization_attachments;
  to.organization_nodes = organization_nodes;
  to.clusters = clusters;
  to.access_entries = access_entries;
  to.access_policies = access_policies;
  to.pod_identities = pod_identities;
  to.addons = addons;
  to.node_groups = node_groups;
  to.aws_auths = aws_auths;
  to.roles = roles;
  to.bindings = bindings;
  to.service_accounts = service_accounts;
  to.workloads = workloads;
  to.token_secrets = token_secrets;
  to.namespaces = namespaces;
  to.custom_resources = custom_resources;
  return std::shared_ptr<facts::Facts>(derived, &to);
}

std::string ModeText(AuthenticationMode mode) {
  switch (mode) {
    case AuthenticationMode::kConfigMap:
      return "CONFIG_MAP";
    case AuthenticationMode::kApiAndConfigMap:
      return "API_AND_CONFIG_MAP";
    case AuthenticationMode::kApi:
      return "API";
    case AuthenticationMode::kUnknown:
      break;
  }
  return {};
}

class Migration {
 public:
  Migration(const World& world, const QuestionOptions& options)
      : world_(world),
        options_(options),
        before_(CopyOf(world.shared_facts())),
        after_(CopyOf(world.shared_facts())) {}

  absl::StatusOr<MigrateAnswer> Run() {
    answer_.world = world_.which();
    answer_.incomplete = !world_.complete();
    const graph::Graph& graph = world_.graph();
    for (uint32_t c = 0; c < graph.clusters.size(); ++c) {
      const graph::Cluster& cluster = graph.clusters[c];
      if (!cluster.aws_auths.empty() &&
          (options_.cluster.empty() || options_.cluster == cluster.name)) {
        Migrate(cluster);
      }
    }
    if (answer_.clusters.empty()) {
      return absl::InvalidArgumentError(
          "no aws-auth ConfigMap among the inputs: give `kubectl get configmap aws-auth -n "
          "kube-system -o yaml`, or the Terraform state that holds it");
    }
    source::Diagnostics again;  // said already
    const auto build = [&](std::shared_ptr<const facts::Facts> facts) {
      return World::Build(world_.shared_sources(), std::move(facts), world_.which(),
                          world_.complete(), world_.options(), again);
    };
    const std::shared_ptr<const World> before = build(before_), after = build(after_);
    absl::StatusOr<DiffAnswer> proof =
        CompareWorlds(*before, *after, options_, /*same_facts=*/true);
    if (!proof.ok()) {
      return proof.status();
    }
    proof->before = "aws-auth";
    proof->after = "access entries";
    answer_.incomplete = answer_.incomplete || proof->incomplete;
    answer_.proof = *std::move(proof);
    return std::move(answer_);
  }

 private:
  void Migrate(const graph::Cluster& cluster) {
    const uint32_t index = cluster.aws_auths.back();
    const facts::AwsAuth& auth = world_.facts().aws_auths[index];
    MigrateAnswer::Cluster& of = answer_.clusters.emplace_back();
    of.name = std::string(cluster.name);
    AuthenticationMode mode = AuthenticationMode::kUnknown;
    if (cluster.record != kNone) {
      const facts::Cluster& record = world_.facts().clusters[cluster.record];
      of.region = facts::HasHole(record.region) ? std::string() : std::string(record.region);
      if (of.region.empty()) {
        of.region = std::string(ParseArn(record.arn).region);
      }
      mode = record.mode;
      of.authentication_mode = ModeText(mode);
    }
    if (mode == AuthenticationMode::kApi) {
      answer_.notes.push_back(Concat({of.name,
                                      ": the authentication mode is API, which does not "
                                      "look at aws-auth: there is nothing to migrate"}));
      return;
    }
    if (cluster.record != kNone) {
      if (mode == AuthenticationMode::kUnknown) {
        answer_.notes.push_back(
            Concat({of.name,
                    ": the authentication mode is not among the inputs; taken for one "
                    "that looks at aws-auth"}));
        before_->clusters[cluster.record].mode = AuthenticationMode::kApiAndConfigMap;
      }
      after_->clusters[cluster.record].mode = AuthenticationMode::kApiAndConfigMap;
    }
    after_->aws_auths[index].worlds = static_cast<facts::Worlds>(0);
    AddSections(cluster, auth, of);
  }

  void AddSections(const graph::Cluster& cluster, const facts::AwsAuth& auth,
                   MigrateAnswer::Cluster& of) {
    for (const uint32_t i : cluster.access_entries) {
      taken_.insert(AsciiLower(world_.facts().access_entries[i].principal_arn));
    }
    AddSection("mapRoles", cluster, auth, auth.roles, of);
    AddSection("mapUsers", cluster, auth, auth.users, of);
    for (const Str account : auth.accounts) {
      Leave(Concat({"mapAccounts ", world_.holes().Display(account)}),
            "every user and role of the account is let in, under its ARN and in no group: each "
            "would need an entry of its own",
            true, auth.origin, of);
    }
    const std::pair<const char*, facts::HoleId> open[] = {{"mapRoles", auth.roles_open},
                                                          {"mapUsers", auth.users_open},
                                                          {"mapAccounts", auth.accounts_open}};
    for (const auto& [section, hole] : open) {
      if (hole != facts::HoleId::kNone) {
        Leave(section,
              Concat({"its text is not known until apply (", world_.holes()[hole].what,
                      "): run this on the state after it"}),
              true, auth.origin, of);
      }
    }
    taken_.clear();
  }

  void AddSection(std::string_view section, const graph::Cluster& cluster,
                  const facts::AwsAuth& auth, const std::vector<facts::AwsAuthEntry>& entries,
                  MigrateAnswer::Cluster& of) {
    const bool roles = section == "mapRoles";
    std::map<std::string, size_t> last;  // of entries with one key the last stands
    std::map<std::string, std::set<std::string>> spellings;
    for (size_t i = 0; i < entries.size(); ++i) {
      const std::string folded = AsciiLower(entries[i].arn);
      last[roles ? folded : std::string(entries[i].arn)] = i;
      spellings[folded].insert(std::string(entries[i].arn));
    }
    for (size_t i = 0; i < entries.size(); ++i) {
      const facts::AwsAuthEntry& mapping = entries[i];
      const std::string folded = AsciiLower(mapping.arn);
      facts::Origin origin = auth.origin;
      origin.span = mapping.span.known() ? mapping.span : origin.span;
      const std::string shown = Concat({section, " ", world_.holes().Display(mapping.arn)});
      if (!mapping.sso.given && last[roles ? folded : std::string(mapping.arn)] != i) {
        Leave(shown, "a later line of the same ARN takes its place", false, origin, of);
        continue;
      }
      if (!mapping.sso.given && !mapping.arn.empty() && taken_.contains(folded)) {
        Leave(shown,
              roles || !mapped_.contains(folded)
                  ? "its principal has an access entry, which takes the mapping's place"
                  : "the same ARN is mapped above, which takes this one's place",
              false, origin, of);
        continue;
      }
      const bool fargate = IsFargate(cluster, mapping.arn);
      Migrated migrated = MigrateMapping(world_, mapping, cluster.account, fargate);
      if (!migrated.entry) {
        Leave(shown, std::move(migrated.reason), migrated.loses, origin, of);
        continue;
      }
      if (!roles && spellings[folded].size() > 1) {
        migrated.entry->notes.push_back(
            "the ARN is mapped in several spellings: which of them stands is chance, the first is "
            "taken here");
      }
      taken_.insert(folded);
      mapped_.insert(folded);
      if (!taken_principals_.insert(Concat({of.name, "|", migrated.entry->principal})).second) {
        Leave(shown, "its principal has an entry already", false, origin, of);
        continue;
      }
      AddEntry(*std::move(migrated.entry), auth, origin, of);
    }
  }

  bool IsFargate(const graph::Cluster& cluster, std::string_view arn) const {
    return std::any_of(cluster.node_groups.begin(), cluster.node_groups.end(), [&](uint32_t i) {
      const facts::NodeGroup& group = world_.facts().node_groups[i];
      return group.kind == facts::NodeGroup::Kind::kFargate &&
             IamName(ParseArn(group.role_arn).resource).name ==
                 IamName(ParseArn(arn).resource).name;
    });
  }

  void Leave(std::string mapping, std::string reason, bool loses, const facts::Origin& origin,
             MigrateAnswer::Cluster& of) const {
    of.left.push_back({std::move(mapping), std::move(reason), loses, world_.OriginOf(origin)});
  }

  void AddEntry(MigrateAnswer::Entry entry, const facts::AwsAuth& auth, const facts::Origin& origin,
                MigrateAnswer::Cluster& of) {
    entry.origin = world_.OriginOf(origin);
    facts::AccessEntry fact;
    fact.origin = origin;
    fact.cluster = auth.cluster;
    fact.principal_arn = after_->Keep(entry.principal);
    fact.type = after_->Keep(entry.type);
    fact.user_name = after_->Keep(entry.username);
    for (const std::string& group : entry.groups) {
      fact.groups.push_back(after_->Keep(group));
    }
    for (const std::string& policy : entry.access_policies) {
      facts::AccessPolicyAssociation association;
      association.origin = origin;
      association.cluster = auth.cluster;
      association.principal_arn = fact.principal_arn;
      association.policy_arn = after_->Keep(policy);
      after_->access_policies.push_back(std::move(association));
    }
    after_->access_entries.push_back(std::move(fact));
    of.entries.push_back(std::move(entry));
  }

  const World& world_;
  const QuestionOptions& options_;
  std::shared_ptr<facts::Facts> before_, after_;
  std::set<std::string> taken_;             // ARNs, folded, that something stands for already
  std::set<std::string> mapped_;            // those of them by a mapping
  std::set<std::string> taken_principals_;  // by cluster
  MigrateAnswer answer_;
};

}  // namespace

absl::StatusOr<MigrateAnswer> AnswerMigrate(const World& world, const QuestionOptions& options) {
  if (!options.cluster.empty()) {
    const absl::StatusOr<uint32_t> cluster = FindQuestionCluster(options.cluster, world);
    if (!cluster.ok()) {
      return cluster.status();
    }
  }
  return Migration(world, options).Run();
}

}  // namespace query

absl::StatusOr<MigrateAnswer> MigrateAwsAuth(const Snapshot& snapshot,
                                             const QuestionOptions& options) {
  return query::AnswerMigrate(*snapshot.world_, options);
}

}  // namespace whomay

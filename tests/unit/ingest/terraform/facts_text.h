// FactsText: facts as lines of text, for tests: one line a record, holes as people read them.
#ifndef WHOMAY_TESTS_UNIT_INGEST_TERRAFORM_FACTS_TEXT_H_
#define WHOMAY_TESTS_UNIT_INGEST_TERRAFORM_FACTS_TEXT_H_

#include <string>
#include <vector>

#include "facts/facts.h"

namespace whomay::ingest {

class FactsText {
 public:
  explicit FactsText(const facts::Facts& facts) : f_(facts) {}

  std::string Show(facts::Str text) const {
    std::string out;
    for (const facts::Piece& piece : facts::Pieces(text)) {
      if (piece.hole == facts::HoleId::kNone) {
        out += piece.literal;
        continue;
      }
      const facts::Hole& hole = f_.holes[piece.hole];
      if (hole.kind == facts::Hole::Kind::kChoice) {
        out += "<one of";
        for (const facts::Str candidate : hole.candidates) {
          out += " " + Show(candidate);
        }
        out += ">";
      } else {
        out +=
            (hole.kind == facts::Hole::Kind::kSymbol ? "<" : "<?") + std::string(hole.what) + ">";
      }
    }
    return out;
  }

  std::string List(const std::vector<facts::Str>& texts, bool open = false) const {
    std::string out = "[";
    for (size_t i = 0; i < texts.size(); ++i) {
      out += (i == 0 ? "" : ", ") + Show(texts[i]);
    }
    return out + (open ? (texts.empty() ? "..." : ", ...") : "") + "]";
  }

  std::string Policy(facts::PolicyId id) const {
    if (id == facts::PolicyId::kNone) {
      return "none";
    }
    const facts::PolicyDocument& document = f_.policy(id);
    std::string out = document.readable ? "" : "unreadable ";
    if (document.open != facts::HoleId::kNone) {
      out += "open<" + std::string(f_.holes[document.open].what) + ": " +
             std::string(f_.holes[document.open].why) + "> ";
    }
    for (const facts::Statement& s : document.statements) {
      out += "{";
      out += s.effect == facts::Statement::Effect::kAllow  ? "Allow"
             : s.effect == facts::Statement::Effect::kDeny ? "Deny"
                                                           : "Unknown";
      if (s.has_principal) {
        out += s.not_principal ? " not-by" : " by";
        for (const facts::PrincipalEntry& p : s.principals) {
          static constexpr const char* kTypes[] = {"any",       "aws",       "service",
                                                   "federated", "canonical", "unknown"};
          out += std::string(" ") + kTypes[static_cast<int>(p.type)] + ":" + Show(p.value);
        }
        out += s.principals_open ? " ..." : "";
      }
      if (s.has_action) {
        out += (s.not_action ? " not-do " : " do ") + List(s.actions, s.actions_open);
      }
      if (s.has_resource) {
        out += (s.not_resource ? " not-on " : " on ") + List(s.resources, s.resources_open);
      }
      for (const facts::Condition& c : s.conditions) {
        out += " if " + Show(c.op) + " " + Show(c.key) + " " + List(c.values, c.values_open);
      }
      out += s.conditions_open ? " if ...}" : "}";
    }
    return out;
  }

  std::string Ref(const facts::IamRef& ref) const {
    return !ref.arn.empty() ? Show(ref.arn) : Show(ref.account) + "/" + Show(ref.name);
  }

  // All records, in the order of Facts.
  std::vector<std::string> Lines() const {
    std::vector<std::string> lines;
    const auto add = [&](const facts::Record& record, const std::string& text) {
      static constexpr const char* kWorlds[] = {"", "before", "after", "both"};
      lines.push_back(std::string(kWorlds[record.worlds]) + " " +
                      std::string(record.origin.address) + " | " + text);
    };
    for (const auto& x : f_.principals) {
      static constexpr const char* kKinds[] = {"user ", "role ", "group "};
      std::string tags;
      for (const facts::Tag& tag : x.tags) {
        tags += " " + Show(tag.key) + "=" + Show(tag.value);
      }
      add(x, kKinds[static_cast<int>(x.kind)] + Show(x.arn) +
                 (x.policies == facts::Policies::kMentioned ? " mentioned" : "") + " account " +
                 Show(x.account) + " path " + Show(x.path) + " name " + Show(x.name) +
                 (x.boundary.empty() ? "" : " boundary " + Show(x.boundary)) +
                 (x.kind == facts::IamKind::kRole ? " trust " + Policy(x.trust) : "") +
                 (x.tags_open ? " tags..." : ""));
    }
    for (const auto& x : f_.memberships) add(x, "member " + Ref(x.user) + " of " + Ref(x.group));
    for (const auto& x : f_.managed_policies) {
      add(x, "policy " + Show(x.arn) + " " + Policy(x.document));
    }
    for (const auto& x : f_.attachments) {
      add(x, "attach " + Show(x.policy_arn) + " to " + Ref(x.target));
    }
    for (const auto& x : f_.inline_policies) {
      add(x, "inline " + Show(x.name) + " on " + Ref(x.target) + " " + Policy(x.document));
    }
    for (const auto& x : f_.instance_profiles) add(x, "profile " + Show(x.arn) + " " + Ref(x.role));
    for (const auto& x : f_.oidc_providers) {
      add(x, "oidc " + Show(x.arn) + " url " + Show(x.url) + " clients " +
                 List(x.client_ids, x.client_ids_open));
    }
    for (const auto& x : f_.saml_providers) add(x, "saml " + Show(x.arn));
    for (const auto& x : f_.resource_policies) {
      add(x, "resource-policy " + std::string(x.service) + " " + Show(x.resource) + " account " +
                 Show(x.account) + " " + Policy(x.document));
    }
    for (const auto& x : f_.resources) {
      add(x, "resource " + std::string(x.service) + " " + Show(x.arn) + " account " +
                 Show(x.account) + " region " + Show(x.region));
    }
    for (const auto& x : f_.callers) {
      add(x, "caller " + Show(x.account) + " " + Show(x.arn) + " of " + std::string(x.provider));
    }
    for (const auto& x : f_.organization_policies) {
      add(x, "organization-policy " + Show(x.id) + " " + Policy(x.document));
    }
    for (const auto& x : f_.organization_attachments) {
      add(x, "organization-attach " + Show(x.policy) + " to " + Show(x.target));
    }
    for (const auto& x : f_.organization_nodes) {
      add(x, "organization-node " + Show(x.id) + " below " + Show(x.parent));
    }
    for (const auto& x : f_.clusters) {
      static constexpr const char* kModes[] = {"CONFIG_MAP", "API_AND_CONFIG_MAP", "API", "?"};
      static constexpr const char* kTri[] = {"no", "?", "yes"};
      add(x, "cluster " + Show(x.name) + " " + Show(x.arn) + " version " + Show(x.version) +
                 " issuer " + Show(x.issuer) + " mode " + kModes[static_cast<int>(x.mode)] +
                 " creator-admin " + kTri[static_cast<int>(x.creator_is_admin)] + " " +
                 Show(x.creator) + " role " + Show(x.role_arn) + (x.auto_mode ? " auto" : ""));
    }
    for (const auto& x : f_.access_entries) {
      add(x, "entry " + Show(x.cluster) + " " + Show(x.principal_arn) + " " + Show(x.type) +
                 " user " + Show(x.user_name) + (x.user_name_open ? "..." : "") + " groups " +
                 List(x.groups, x.groups_open) + (x.assumed_unset ? " assumed-unset" : ""));
    }
    for (const auto& x : f_.access_policies) {
      static constexpr const char* kScopes[] = {"cluster", "namespaces", "?"};
      add(x, "access-policy " + Show(x.cluster) + " " + Show(x.principal_arn) + " " +
                 Show(x.policy_arn) + " @" + kScopes[static_cast<int>(x.scope)] + " " +
                 List(x.namespaces));
    }
    for (const auto& x : f_.pod_identities) {
      add(x, "pod-identity " + Show(x.cluster) + " " + Show(x.namespace_name) + "/" +
                 Show(x.service_account) + " " + Show(x.role_arn));
    }
    for (const auto& x : f_.addons) {
      add(x,
          "addon " + Show(x.cluster) + " " + Show(x.name) + " " + Show(x.service_account_role_arn));
    }
    for (const auto& x : f_.node_groups) {
      static constexpr const char* kTri[] = {"no", "?", "yes"};
      static constexpr const char* kKinds[] = {"managed", "self-managed", "fargate", "karpenter"};
      add(x, std::string("nodes ") + kKinds[static_cast<int>(x.kind)] + " " + Show(x.cluster) +
                 " " + Show(x.name) + " " + Show(x.role_arn) + " imds " +
                 kTri[static_cast<int>(x.imds_from_pods)] + " " + std::string(x.imds_why));
    }
    for (const auto& x : f_.aws_auths) {
      std::string text = "aws-auth " + Show(x.cluster);
      for (const auto* entries : {&x.roles, &x.users}) {
        for (const facts::AwsAuthEntry& entry : *entries) {
          text +=
              " {" + Show(entry.arn) + " " + Show(entry.username) + " " + List(entry.groups) + "}";
        }
      }
      text += " accounts " + List(x.accounts);
      for (const auto& [name, open] : {std::pair("roles", x.roles_open),
                                       {"users", x.users_open},
                                       {"accounts", x.accounts_open}}) {
        if (open != facts::HoleId::kNone) {
          text += std::string(" ") + name + "-open<" + std::string(f_.holes[open].what) + ": " +
                  std::string(f_.holes[open].why) + ">";
        }
      }
      add(x, text);
    }
    for (const auto& x : f_.roles) {
      std::string text = (x.cluster_role ? "clusterrole " : "role ") + Name(x);
      for (const facts::PolicyRule& rule : x.rules) {
        text += " {" + List(rule.verbs) + " " + List(rule.api_groups) + " " + List(rule.resources) +
                " " + List(rule.resource_names) + " " + List(rule.non_resource_urls) + "}";
      }
      add(x, text + (x.rules_open != facts::HoleId::kNone ? " open" : "") +
                 (x.has_aggregation_rule ? " aggregated" : ""));
    }
    for (const auto& x : f_.bindings) {
      std::string text = (x.cluster_binding ? "clusterbinding " : "binding ") + Name(x) + " to " +
                         std::string(x.role_kind) + "/" + Show(x.role_name) + " of";
      for (const facts::Subject& subject : x.subjects) {
        text += " " + Show(subject.kind) + ":" + Show(subject.namespace_name) + "/" +
                Show(subject.name);
      }
      add(x, text + (x.subjects_open != facts::HoleId::kNone ? " open" : ""));
    }
    for (const auto& x : f_.service_accounts) {
      add(x, "serviceaccount " + Name(x) + " " + Show(x.role_arn));
    }
    for (const auto& x : f_.workloads) {
      add(x, Show(x.kind) + " " + Name(x) + " as " + Show(x.service_account));
    }
    for (const auto& x : f_.namespaces) add(x, "namespace " + Name(x));
    for (const auto& x : f_.token_secrets) {
      add(x, "token " + Name(x) + " of " + Show(x.service_account));
    }
    for (const auto& x : f_.carriers) {
      add(x, "carrier " + Show(x.kind) + " " + Show(x.arn) + " of " +
                 (x.role.arn.empty() ? Show(x.role.name) : Show(x.role.arn)) +
                 (x.instance_profile.empty() ? "" : " profile " + Show(x.instance_profile)) +
                 " shell " +
                 (x.shell == Tri::kTrue    ? "yes"
                  : x.shell == Tri::kFalse ? "no"
                                           : "?"));
    }
    return lines;
  }

 private:
  std::string Name(const facts::KubernetesObject& x) const {
    return "@" + Show(x.cluster) + " " + Show(x.namespace_name) + "/" + Show(x.name) +
           (x.refused ? " refused" : "");
  }

  const facts::Facts& f_;
};

}  // namespace whomay::ingest

#endif  // WHOMAY_TESTS_UNIT_INGEST_TERRAFORM_FACTS_TEXT_H_

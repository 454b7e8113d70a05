// What goes wrong in aws-auth: lines that never match, lines that give more than they seem to.
// Source: aws-iam-authenticator v0.7.18 (mapper/configmap, arn.Canonicalize); Amazon EKS user
// guide, "Grant IAM users access to Kubernetes with a ConfigMap"; spec eks 1.3 to 1.5.
#include <algorithm>
#include <optional>
#include <string>

#include "base/arn.h"
#include "base/strings.h"
#include "findings/principals.h"
#include "findings/report.h"

namespace whomay::findings {
namespace {

using facts::AuthenticationMode;
using facts::AwsAuthEntry;
using facts::Str;

class AwsAuthRules {
 public:
  AwsAuthRules(Reporter& to, uint32_t cluster)
      : to_(to), facts_(to.facts()), cluster_(to.graph().clusters[cluster]) {}

  void Run() {
    if (cluster_.record != graph::kNone &&
        facts_.clusters[cluster_.record].mode == AuthenticationMode::kApi) {
      return;  // nobody reads it; eks.aws-auth-ignored says so
    }
    for (const uint32_t i : cluster_.aws_auths) {
      auth_ = &facts_.aws_auths[i];
      for (const AwsAuthEntry& entry : auth_->roles) {
        Entry(entry);
      }
      for (const AwsAuthEntry& entry : auth_->users) {
        Entry(entry);
      }
      for (const Str account : auth_->accounts) {
        to_.Say("aws-auth-account", Concat({"account:", to_.Show(account)}), auth_->origin,
                Concat({"mapAccounts lets every principal of account ", to_.Show(account),
                        " authenticate to cluster ", to_.Show(cluster_.name)}),
                std::string(cluster_.name));
      }
    }
    Nodes();
  }

 private:
  void Say(std::string_view rule, const AwsAuthEntry& entry, std::string message,
           std::string_view detail = {}) {
    to_.Say(rule,
            entry.sso.given ? Concat({"sso:", entry.sso.permission_set}) : to_.Show(entry.arn),
            auth_->origin, std::move(message), Concat({cluster_.name, "|", detail}), &entry.span);
  }

  void Entry(const AwsAuthEntry& entry) {
    if (entry.sso.given) {
      Say("aws-auth-sso", entry,
          "EKS does not offer the `sso` matcher of aws-iam-authenticator: this entry maps nobody");
    } else if (!facts::HasHole(entry.arn)) {
      ArnText(entry);
    }
    Merge(entry);
    Names(entry);
    for (const Str group : entry.groups) {
      Group(entry, group);
    }
  }

  // `<<` behind a key: what it brings wins (spec eks 1.2, rule 5).
  void Merge(const AwsAuthEntry& entry) {
    if (!entry.span.known()) {
      return;
    }
    const std::string_view bytes = to_.world().sources().bytes(entry.span.file);
    const std::string_view text =
        bytes.substr(std::min<size_t>(entry.span.begin, bytes.size()),
                     entry.span.end - std::min(entry.span.begin, entry.span.end));
    const size_t merge = text.find("<<:");
    if (merge == std::string_view::npos) {
      return;
    }
    const std::string before = AsciiLower(text.substr(0, merge));
    for (const std::string_view key : {"rolearn", "userarn", "username", "groups"}) {
      if (before.find(key) != std::string::npos) {
        Say("aws-auth-merge", entry,
            Concat(
                {"`<<` stands behind `", key, "`: where it brings that key too, its value wins"}),
            "merge");
        return;
      }
    }
  }

  // Texts that equal no caller's canonical ARN.
  void ArnText(const AwsAuthEntry& entry) {
    const Str text = entry.arn;
    if (text.find_first_of(" \t\r\n<>{}$") != Str::npos) {
      Say("aws-auth-bad-arn", entry,
          "the ARN holds a blank, a line end or a placeholder, is compared as it stands, and so "
          "matches nobody");
      return;
    }
    if (text.find_first_of("*?") != Str::npos) {
      Say("aws-auth-wildcard", entry,
          "aws-auth knows no wildcards: the ARN is compared as it stands and matches nobody");
      return;
    }
    const std::string lower = AsciiLower(text);
    const Arn arn = ParseArn(lower);
    if (!arn.valid) {
      Say("aws-auth-bad-arn", entry, "this is no ARN, so it matches nobody");
      return;
    }
    const IamName name(arn.resource);
    if (arn.service == "sts" && name.kind == "assumed-role") {
      Say("aws-auth-session-arn", entry,
          Concat({"a session's ARN never matches: callers are known by their role, ",
                  "arn:", arn.partition, ":iam::", arn.account, ":role/",
                  name.path.substr(name.path.find_first_not_of('/') == Str::npos
                                       ? name.path.size()
                                       : name.path.find_first_not_of('/'))}));
    } else if (arn.resource == "root") {
      Say("aws-auth-root", entry,
          "this maps the account's root user alone; for everybody in the account mapAccounts "
          "exists");
    } else if (name.kind == "role" && name.path.size() > 1) {
      Say("aws-auth-role-path", entry,
          Concat({"the API server never sees a role's path, so this line matches nobody: write ",
                  "arn:", arn.partition, ":iam::", arn.account, ":role/", name.name,
                  " (which roles of this name in other paths match too)"}));
    } else if (name.kind == "role") {
      Namesakes(entry, arn.account, name.name);
    } else if (name.kind == "user" && name.path == "/") {
      UserPath(entry);
    } else if (name.kind != "role" && name.kind != "user" && name.kind != "federated-user") {
      Say("aws-auth-bad-arn", entry,
          "callers are users and roles; an ARN of another kind matches nobody");
    }
    const Arn cluster = ParseArn(cluster_.arn);
    if (cluster.valid && !facts::HasHole(cluster.partition) && cluster.partition != arn.partition) {
      Say("aws-auth-partition", entry,
          Concat({"the cluster is in partition ", cluster.partition,
                  ", this ARN in another one: it matches nobody"}));
    }
  }

  // Roles of one name in several paths, which aws-auth cannot tell apart. IAM makes names unique
  // within an account, whatever the path; files of several stages may hold both all the same.
  void Namesakes(const AwsAuthEntry& entry, std::string_view account, std::string_view name) {
    std::vector<Str> arns;
    for (const facts::IamPrincipal& role : facts_.principals) {
      if (role.kind == facts::IamKind::kRole && role.account == account &&
          EqualsIgnoreAsciiCase(role.name, name) && to_.graph().InWorld(role) &&
          std::find(arns.begin(), arns.end(), role.arn) == arns.end()) {
        arns.push_back(role.arn);
      }
    }
    if (arns.size() > 1) {
      Say("aws-auth-ambiguous-role", entry,
          Concat({"several roles have this name, and aws-auth lets in every one: ",
                  to_.Show(Join(arns, ", "))}));
    }
  }

  void UserPath(const AwsAuthEntry& entry) {
    const Arn arn = ParseArn(entry.arn);
    const graph::NodeId node = to_.graph().FindIam(facts::IamKind::kUser, arn.account,
                                                   arn.valid ? IamName(arn.resource).name : Str());
    if (node == graph::NodeId::kNone) {
      return;
    }
    const Str real = to_.graph().node(node).arn;
    const Arn real_arn = ParseArn(real);
    if (real_arn.valid && !facts::HasHole(real) && !EqualsIgnoreAsciiCase(real, entry.arn)) {
      Say("aws-auth-user-path", entry,
          Concat({"the user's ARN is ", real,
                  "; users are known with their path, so this line matches nobody"}));
    }
  }

  void Names(const AwsAuthEntry& entry) {
    const Str name = entry.username;
    if (name.empty()) {
      Say("aws-auth-no-username", entry,
          "no user name (missing, or not a text): aggregated APIs such as metrics refuse the "
          "caller, and audit logs do not tell who it is");
      return;
    }
    const size_t session = std::min(name.find("{{SessionName}}"), name.find("{{SessionNameRaw}}"));
    const bool system = name.substr(0, 7) == "system:";
    if (session != Str::npos && (system || session == 0)) {
      if (WhoPicksSessions(to_, entry.arn)) {
        Say("session-username-open", entry,
            Concat({"who assumes this role chooses its session's name, and so becomes any user `",
                    to_.Show(name), "`", system ? ": any node, for one" : ""}));
      }
    } else if (session != Str::npos) {
      Say("session-username", entry,
          Concat({"who assumes this role chooses what stands in `", to_.Show(name),
                  "`: bindings to users of this form are not safe"}));
    } else if (system && name.find("{{EC2PrivateDNSName}}") == Str::npos) {
      Say("aws-auth-system-user", entry,
          Concat({"the user name `", to_.Show(name), "` is one of Kubernetes' own",
                  name.substr(0, 22) == "system:serviceaccount:"
                      ? ": it has everything that is bound to that ServiceAccount"
                      : ""}));
    }
    const bool node = name.substr(0, 12) == "system:node:";
    const bool nodes =
        std::find(entry.groups.begin(), entry.groups.end(), "system:nodes") != entry.groups.end();
    if (node && !nodes) {
      Say("aws-auth-node-groups", entry,
          "a node's line without the group system:nodes: the nodes cannot work");
    }
  }

  void Group(const AwsAuthEntry& entry, Str group) {
    if (group == "system:masters") {
      Say("aws-auth-masters", entry,
          Concat({"mapped to system:masters of cluster ", to_.Show(cluster_.name),
                  ": everything, which no RBAC rule can take away"}));
      return;
    }
    if (const std::optional<std::string> why = WhyUnbound(to_, cluster_, group)) {
      Say("group-unbound", entry, *why, group);
    }
  }

  // Nodes that EKS does not map by itself must be mapped here, or have an access entry.
  void Nodes() {
    for (const uint32_t i : cluster_.node_groups) {
      const facts::NodeGroup& nodes = facts_.node_groups[i];
      const bool self = nodes.kind == facts::NodeGroup::Kind::kSelfManaged ||
                        nodes.kind == facts::NodeGroup::Kind::kKarpenter;
      if (!self || cluster_.aws_auths.empty() || facts::HasHole(nodes.role_arn) ||
          nodes.role_arn.empty() || Mapped(nodes.role_arn)) {
        continue;
      }
      to_.Say("aws-auth-node-missing", to_.Show(nodes.role_arn), nodes.origin,
              Concat({"nothing maps the role of these nodes in cluster ", to_.Show(cluster_.name),
                      ": they cannot join"}),
              std::string(cluster_.name));
    }
  }

  bool Mapped(Str role) const {
    const Arn arn = ParseArn(role);
    const Str name = IamName(arn.resource).name;
    for (const uint32_t i : cluster_.access_entries) {
      const Str principal = facts_.access_entries[i].principal_arn;
      if (facts::HasHole(principal) || EqualsIgnoreAsciiCase(principal, role)) {
        return true;
      }
    }
    for (const uint32_t i : cluster_.aws_auths) {
      const facts::AwsAuth& auth = facts_.aws_auths[i];
      if (auth.roles_open != facts::HoleId::kNone) {
        return true;
      }
      for (const AwsAuthEntry& entry : auth.roles) {
        const Arn mapped = ParseArn(entry.arn);
        if (facts::HasHole(entry.arn) ||
            (mapped.valid && EqualsIgnoreAsciiCase(IamName(mapped.resource).name, name))) {
          return true;
        }
      }
    }
    return false;
  }

  Reporter& to_;
  const facts::Facts& facts_;
  const graph::Cluster& cluster_;
  const facts::AwsAuth* auth_ = nullptr;
};

}  // namespace

void CheckAwsAuth(Reporter& to) {
  for (uint32_t c = 0; c < to.graph().clusters.size(); ++c) {
    if (to.Wanted(c)) {
      AwsAuthRules(to, c).Run();
    }
  }
}

}  // namespace whomay::findings

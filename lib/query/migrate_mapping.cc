#include "query/migrate_mapping.h"

#include <algorithm>
#include <vector>

#include "base/arn.h"
#include "base/strings.h"
#include "eks/access_entry.h"

namespace whomay::query {
namespace {

using Entry = MigrateAnswer::Entry;

constexpr std::string_view kMasters = "system:masters";
constexpr std::string_view kNodeByDns = "system:node:{{EC2PrivateDNSName}}";
constexpr std::string_view kNodeBySession = "system:node:{{SessionName}}";
constexpr std::string_view kSessionTemplates[] = {"{{SessionName}}", "{{SessionNameRaw}}"};

Migrated Left(std::string reason, bool loses) {
  Migrated migrated;
  migrated.reason = std::move(reason);
  migrated.loses = loses;
  return migrated;
}

void ReplaceAll(std::string_view from, std::string_view to, std::string& text) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool NamesSession(std::string_view text) {
  return std::any_of(std::begin(kSessionTemplates), std::end(kSessionTemplates),
                     [&](std::string_view name) { return Contains(text, name); });
}

// --- Who is meant

struct Principal {
  std::string arn;     // as EKS wants it
  std::string reason;  // else: why there is none
  bool loses = false;
  bool role = false;
  bool declared = false;
};

Principal Nobody(std::string reason, bool loses = false) {
  Principal principal;
  principal.reason = std::move(reason);
  principal.loses = loses;
  return principal;
}

// The declared principal that the mapping's text means; ARNs of aws-auth compare without regard to
// case, a role's without its path.
const graph::Node* FindDeclared(const World& world, std::string_view folded, bool role) {
  for (const graph::Node& node : world.graph().nodes) {
    const bool kind = node.kind == (role ? graph::NodeKind::kIamRole : graph::NodeKind::kIamUser);
    if (!kind || !node.declared || node.arn.empty() || facts::HasHole(node.arn)) {
      continue;
    }
    const Arn arn = ParseArn(node.arn);
    const IamName name(arn.resource);
    const std::string seen =
        role ? Concat({"arn:", arn.partition, ":iam::", arn.account, ":role/", name.name})
             : std::string(node.arn);
    if (AsciiLower(seen) == folded) {
      return &node;
    }
  }
  return nullptr;
}

// Do the inputs hold users of this account with their policies?
bool HoldsUsersOf(const World& world, std::string_view account) {
  const auto& nodes = world.graph().nodes;
  return std::any_of(nodes.begin(), nodes.end(), [&](const graph::Node& node) {
    return node.kind == graph::NodeKind::kIamUser && node.declared && node.account == account;
  });
}

Principal PrincipalOf(const World& world, std::string_view text) {
  if (facts::HasHole(text)) {
    return Nobody("its ARN is not known until apply: run this on the state after it", true);
  }
  const std::string folded = AsciiLower(text);
  const Arn arn = ParseArn(folded);
  const IamName name(arn.resource);
  if (!arn.valid || text.find_first_of(" \t\r\n*?<>$") != std::string_view::npos) {
    return Nobody("it is the ARN of nothing, and matches nobody");
  }
  if (arn.service != "iam" && arn.service != "sts") {
    return Nobody(Concat({"it names no principal (", arn.service, "), and matches nobody"}));
  }
  if (arn.resource == "root") {
    return Nobody(
        "it lets in the account's root user alone; an access entry takes a role or a user", true);
  }
  if (arn.service == "sts" && name.kind == "federated-user") {
    return Nobody("it lets in a federated user; an access entry takes a role or a user", true);
  }
  Principal principal;
  principal.role = name.kind == "role";
  if (arn.service != "iam" || (!principal.role && name.kind != "user") || name.name.empty()) {
    return Nobody(
        "no caller has an ARN like this, so it matches nobody (of a role's session "
        "aws-auth sees the role)");
  }
  if (principal.role && name.path != "/") {
    return Nobody(
        "it has the role's path, which aws-auth never sees: it matches nobody now, and an entry "
        "would let the role in");
  }
  const graph::Node* declared = FindDeclared(world, folded, principal.role);
  if (declared != nullptr) {
    principal.arn = std::string(declared->arn);
    principal.declared = true;
    return principal;
  }
  if (folded.substr(0, 4) != text.substr(0, 4) || Contains(text, ":IAM:")) {
    return Nobody(
        "its letters are not those of a real ARN: aws-auth does not mind, EKS does; "
        "write it as IAM does",
        true);
  }
  if (principal.role && name.name.starts_with("awsreservedsso_")) {
    return Nobody(
        "a role of IAM Identity Center: an access entry wants its ARN with the path "
        "(role/aws-reserved/sso.amazonaws.com/…), which no input tells",
        true);
  }
  principal.arn = std::string(text);
  return principal;
}

// --- As whom

// What is known of the caller beforehand, filled in; "" and a reason where that is not enough.
std::string Fill(std::string text, const Principal& principal, std::string& reason) {
  ReplaceAll("{{AccountID}}", ParseArn(principal.arn).account, text);
  if (!principal.role) {  // a user has no session
    for (const std::string_view name : kSessionTemplates) {
      ReplaceAll(name, "", text);
    }
  }
  for (const std::string_view name : {"{{AccessKeyID}}", "{{EC2PrivateDNSName}}"}) {
    if (Contains(text, name)) {
      reason = Concat({"access entries know no ", name});
      return {};
    }
  }
  return text;
}

// Type of the node's entry; "" where the mapping is not that of nodes.
std::string NodeType(const facts::AwsAuthEntry& mapping, bool fargate, std::string& unsure) {
  const auto has = [&](std::string_view group) {
    return std::find(mapping.groups.begin(), mapping.groups.end(), group) != mapping.groups.end();
  };
  if (!has("system:nodes")) {
    return {};
  }
  if (mapping.username == kNodeByDns) {
    return has("eks:kube-proxy-windows") ? "EC2_WINDOWS" : "EC2_LINUX";
  }
  if (mapping.username != kNodeBySession) {
    return {};
  }
  if (fargate || has("system:node-proxier")) {
    return "FARGATE_LINUX";
  }
  unsure =
      "nodes of Fargate and hybrid nodes have this user name alike: make an entry of type "
      "FARGATE_LINUX or HYBRID_LINUX";
  return {};
}

void AddNode(std::string type, const facts::AwsAuthEntry& mapping, Entry& entry) {
  entry.type = std::move(type);
  if (entry.type != "EC2_LINUX") {
    entry.notes.push_back(Concat({"AWS does not say which groups entries of type ", entry.type,
                                  " carry: what they give is unknown here, so nothing about it can "
                                  "be proven"}));
  }
  const eks::EntryType* known = eks::FindEntryType(entry.type);
  for (const Str group : mapping.groups) {
    const bool brings = known != nullptr && std::find(known->groups.begin(), known->groups.end(),
                                                      group) != known->groups.end();
    if (group == "system:bootstrappers") {
      entry.notes.push_back(
          "without the group system:bootstrappers, which nodes of access entries do without");
    } else if (!brings) {
      entry.notes.push_back(Concat({"without the group ", group, ": an entry of type ", entry.type,
                                    " takes no groups of one's own"}));
    }
  }
}

// Why EKS refuses what this entry has; "" if it does not.
std::string WhyRefused(const Principal& principal, std::string_view username,
                       std::vector<Str> groups) {
  facts::AccessEntry entry;
  entry.principal_arn = principal.arn;
  entry.type = "STANDARD";
  entry.user_name = username;
  entry.groups = std::move(groups);
  return eks::WhyEntryRefused(entry);
}

void AddUsername(const facts::AwsAuthEntry& mapping, const Principal& principal, Entry& entry) {
  const std::string ours = eks::DefaultUserName(principal.arn);
  std::string reason;
  std::string username = Fill(std::string(mapping.username), principal, reason);
  if (reason.empty() && username.empty()) {
    entry.notes.push_back(
        Concat({"its user name is empty now; as an entry it is ", ours, ", EKS's default"}));
    return;
  }
  if (reason.empty()) {
    reason = WhyRefused(principal, username, {});
  }
  if (!reason.empty()) {
    entry.notes.push_back(
        Concat({"not as user ", mapping.username, ": EKS refuses it (", reason, "); it is ", ours,
                " instead, so whatever names the user must name that"}));
    return;
  }
  entry.username = username == ours ? std::string() : std::move(username);
}

void AddGroups(const facts::AwsAuthEntry& mapping, const Principal& principal, Entry& entry) {
  for (const Str given : mapping.groups) {
    std::string reason;
    const std::string group = Fill(std::string(given), principal, reason);
    if (group == kMasters) {
      entry.access_policies = {Concat({"arn:", ParseArn(principal.arn).partition,
                                       ":eks::aws:cluster-access-policy/"
                                       "AmazonEKSClusterAdminPolicy"})};
      entry.notes.push_back(
          "EKS refuses the group system:masters: AmazonEKSClusterAdminPolicy gives the same "
          "permissions, but it is another grant: it can be taken away, bindings and webhooks that "
          "name the group do not see it, and impersonation drops it");
      continue;
    }
    if (reason.empty() && NamesSession(group)) {
      reason = "an entry's groups are the same for every session";
    }
    if (reason.empty() && group.starts_with("system:") && group != "system:authenticated") {
      reason = "EKS refuses groups that begin with system:; bind another group to its roles";
    }
    if (!reason.empty()) {
      entry.notes.push_back(Concat({"without the group ", given, ": ", reason}));
    } else if (!group.empty() && group != "system:authenticated" &&
               std::find(entry.groups.begin(), entry.groups.end(), group) == entry.groups.end()) {
      entry.groups.push_back(group);
    }
  }
}

}  // namespace

Migrated MigrateMapping(const World& world, const facts::AwsAuthEntry& mapping,
                        std::string_view cluster_account, bool fargate) {
  if (mapping.sso.given) {
    return Left("EKS does not offer sso entries: this maps nobody", false);
  }
  for (const Str group : mapping.groups) {
    if (facts::HasHole(group)) {
      return Left("its groups are not known until apply: run this on the state after it", true);
    }
  }
  if (facts::HasHole(mapping.username)) {
    return Left("its user name is not known until apply: run this on the state after it", true);
  }
  const Principal principal = PrincipalOf(world, mapping.arn);
  if (principal.arn.empty()) {
    return Left(principal.reason, principal.loses);
  }
  Migrated migrated;
  Entry entry;
  entry.principal = principal.arn;
  entry.type = "STANDARD";
  std::string unsure;
  std::string node = principal.role ? NodeType(mapping, fargate, unsure) : std::string();
  if (!unsure.empty()) {
    return Left(unsure, true);
  }
  const std::string_view account = ParseArn(principal.arn).account;
  if (!node.empty()) {
    if (!cluster_account.empty() && account != cluster_account) {
      return Left("entries of nodes take only roles of the cluster's own account", true);
    }
    AddNode(std::move(node), mapping, entry);
  } else {
    AddUsername(mapping, principal, entry);
    AddGroups(mapping, principal, entry);
  }
  if (principal.role && !principal.declared) {
    entry.notes.push_back(
        "the role is not among the inputs: if it has a path, its ARN with the path belongs here");
  } else if (!principal.declared && HoldsUsersOf(world, account)) {
    entry.notes.push_back(
        "the inputs hold the account's users and not this one: EKS refuses an entry for a user "
        "that is not there");
  }
  migrated.entry = std::move(entry);
  return migrated;
}

}  // namespace whomay::query

// IAM principals: declared, mentioned, and what is attached to them.
#include <algorithm>

#include "base/glob.h"
#include "graph/builder.h"
#include "graph/keys.h"

namespace whomay::graph {
namespace {

using facts::HasHole;
using facts::HoleId;
using facts::IamKind;

NodeKind KindOf(IamKind kind) {
  switch (kind) {
    case IamKind::kUser:
      return NodeKind::kIamUser;
    case IamKind::kRole:
      return NodeKind::kIamRole;
    case IamKind::kGroup:
      return NodeKind::kIamGroup;
  }
  return NodeKind::kIamUser;
}

}  // namespace

NodeId Builder::AddNode(const std::string& key, Node node) {
  const auto [at, added] = graph_.by_key.try_emplace(key, static_cast<NodeId>(graph_.nodes.size()));
  if (added) {
    graph_.nodes.push_back(std::move(node));
    graph_.identity_of.push_back(kNone);
  }
  return at->second;
}

void Builder::AddAccount(Str account) {
  if (account.empty() || account == "aws" || HasHole(account)) {
    return;
  }
  Node node;
  node.kind = NodeKind::kAwsAccount;
  node.name = Keep(Concat({"account:", account}));
  node.account = account;
  const size_t before = graph_.nodes.size();
  AddNode(AccountKey(account), std::move(node));
  if (graph_.nodes.size() > before) {
    graph_.accounts.push_back(account);
  }
}

// The node of a user, role or group by its ARN; made when there is none.
NodeId Builder::Iam(IamKind kind, Str text, const facts::Origin& origin) {
  const Arn arn = ParseArn(text);
  const IamName name(arn.resource);
  std::string key = arn.valid ? IamKey(KindWord(kind), arn.account, name.name)
                              : Concat({KindWord(kind), "|", text});
  NodeId known = graph_.Find(key);
  if (known != NodeId::kNone && kind == IamKind::kUser && arn.valid &&
      graph_.IsOtherUser(known, arn)) {
    key = UserPathKey(arn.account, arn.resource);
    known = graph_.Find(key);
  }
  if (known != NodeId::kNone) {
    return known;
  }
  Node node;
  node.kind = KindOf(kind);
  node.arn = text;
  node.name = HasHole(text) ? Keep(facts_.holes.Display(text)) : text;
  node.account = arn.account;
  node.local_name = name.name;
  node.origin = origin;
  const NodeId id = AddNode(key, std::move(node));
  graph_.identity_of[Index(id)] = static_cast<uint32_t>(graph_.identities.size());
  graph_.identities.emplace_back().policies_known = false;
  AddAccount(arn.account);
  return id;
}

// Can a role or user have this name? What cannot exist is no principal, whatever an aws-auth line
// says of it ("role/dev-*", "role/${name}"). Source: IAM API Reference, CreateRole: [\w+=,.@-]+.
bool IsPossibleName(Str name) {
  constexpr std::string_view kSigns = "_+=,.@-";
  return HasHole(name) || std::all_of(name.begin(), name.end(), [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  kSigns.find(c) != std::string_view::npos;
         });
}

// The principal that an ARN names, if it names one that can act; kNone for all else.
NodeId Builder::Mention(Str text, const facts::Origin& origin) {
  const Arn arn = ParseArn(text);
  if (!arn.valid) {
    return NodeId::kNone;
  }
  const IamName name(arn.resource);
  if (!IsPossibleName(name.name)) {
    return NodeId::kNone;
  }
  if (arn.service == "iam" && name.kind == "role" && !name.name.empty()) {
    return Iam(IamKind::kRole, text, origin);
  }
  if (arn.service == "iam" && name.kind == "user" && !name.name.empty()) {
    return Iam(IamKind::kUser, text, origin);
  }
  if (arn.service == "iam" && arn.resource == "root") {
    Node node;
    node.kind = NodeKind::kAwsRoot;
    node.arn = node.name = text;
    node.account = arn.account;
    node.origin = origin;
    AddAccount(arn.account);
    return AddNode(RootKey(arn.account), std::move(node));
  }
  if (arn.service == "sts" && name.kind == "assumed-role") {
    // A session: what is named is its role, which the walk narrows to the session.
    const Str role_path = arn.resource.substr(std::string_view("assumed-role/").size());
    return Iam(IamKind::kRole,
               Keep(Concat({"arn:", arn.partition, ":iam::", arn.account, ":role/",
                            role_path.substr(0, role_path.find('/'))})),
               origin);
  }
  return NodeId::kNone;
}

void Builder::AddDeclaredPrincipals() {
  for (uint32_t i = 0; i < facts_.principals.size(); ++i) {
    const facts::IamPrincipal& record = facts_.principals[i];
    if (!graph_.InWorld(record)) {
      continue;
    }
    const NodeId id = Iam(record.kind, record.arn, record.origin);
    Node& node = graph_.nodes[Index(id)];
    const bool declared = record.policies == facts::Policies::kDeclared;
    if (node.record != kNone && (node.declared || !declared)) {
      continue;  // a data source beside the resource says nothing new
    }
    node.record = i;
    node.declared = declared;
    node.arn = record.arn;
    node.account = record.account;
    node.local_name = record.name;
    node.origin = record.origin;
    node.name = !HasHole(record.arn)             ? record.arn
                : !record.origin.address.empty() ? record.origin.address
                                                 : Keep(facts_.holes.Display(record.arn));
    AwsIdentity& identity = graph_.identities[graph_.identity_of[Index(id)]];
    identity.policies_known = declared;
    if (!record.boundary.empty()) {
      identity.boundary.policy_arn = record.boundary;
      identity.boundary.origin = record.origin;
    }
    AddAccount(record.account);
  }
}

void Builder::AddMentionedPrincipals() {
  for (const facts::AccessEntry& entry : facts_.access_entries) {
    if (graph_.InWorld(entry)) {
      Mention(entry.principal_arn, entry.origin);
    }
  }
  for (const facts::AccessPolicyAssociation& association : facts_.access_policies) {
    if (graph_.InWorld(association)) {
      Mention(association.principal_arn, association.origin);
    }
  }
  for (const facts::AwsAuth& auth : facts_.aws_auths) {
    if (!graph_.InWorld(auth)) {
      continue;
    }
    for (const auto* entries : {&auth.roles, &auth.users}) {
      for (const facts::AwsAuthEntry& entry : *entries) {
        facts::Origin origin = auth.origin;
        origin.span = entry.span;
        Mention(entry.arn, origin);
      }
    }
    for (const Str account : auth.accounts) {
      AddAccount(account);
    }
  }
  for (const facts::PodIdentityAssociation& association : facts_.pod_identities) {
    if (graph_.InWorld(association)) {
      Mention(association.role_arn, association.origin);
      Mention(association.target_role_arn, association.origin);
    }
  }
  for (const facts::NodeGroup& group : facts_.node_groups) {
    if (graph_.InWorld(group)) {
      Mention(group.role_arn, group.origin);
    }
  }
  for (const facts::Cluster& cluster : facts_.clusters) {
    if (graph_.InWorld(cluster)) {
      Mention(cluster.role_arn, cluster.origin);
      Mention(cluster.creator, cluster.origin);
      Mention(cluster.auto_mode_node_role, cluster.origin);
    }
  }
  for (const facts::CallerIdentity& caller : facts_.callers) {
    if (graph_.InWorld(caller)) {
      AddAccount(caller.account);
      Mention(caller.arn, caller.origin);
    }
  }
  for (const facts::ServiceAccount& account : facts_.service_accounts) {
    if (graph_.InWorld(account)) {
      facts::Origin origin = account.origin;
      origin.span = account.role_arn_span;
      Mention(account.role_arn, origin);
    }
  }
}

// The nodes that a reference may mean, each with the hole that it hangs on (kNone: certain).
std::vector<std::pair<NodeId, HoleId>> Builder::Resolve(const facts::IamRef& ref,
                                                        const facts::Origin& origin) {
  std::vector<std::pair<NodeId, HoleId>> found;
  if (ref.arn.empty()) {
    const NodeId known = graph_.FindIam(ref.kind, ref.account, ref.name);
    if (known != NodeId::kNone) {
      found.emplace_back(known, HoleId::kNone);
    } else if (!ref.name.empty() && !ref.account.empty()) {
      found.emplace_back(
          Iam(ref.kind,
              Keep(Concat({"arn:aws:iam::", ref.account, ":", KindWord(ref.kind), "/", ref.name})),
              origin),
          HoleId::kNone);
    }
    return found;
  }
  const HoleId whole = facts::WholeHole(ref.arn);
  if (whole == HoleId::kNone || facts_.holes[whole].kind == facts::Hole::Kind::kSymbol) {
    found.emplace_back(Iam(ref.kind, ref.arn, origin), HoleId::kNone);
    return found;
  }
  const facts::Hole& hole = facts_.holes[whole];
  if (hole.kind == facts::Hole::Kind::kChoice) {
    for (const Str candidate : hole.candidates) {
      found.emplace_back(Iam(ref.kind, candidate, origin), whole);
    }
    return found;
  }
  // Nobody knows whose it is: it may be anybody's of this kind.
  for (uint32_t i = 0; i < graph_.nodes.size(); ++i) {
    if (graph_.nodes[i].kind == KindOf(ref.kind) && graph_.nodes[i].declared) {
      found.emplace_back(static_cast<NodeId>(i), whole);
    }
  }
  return found;
}

void Builder::AttachPolicies() {
  for (uint32_t i = 0; i < facts_.managed_policies.size(); ++i) {
    const facts::ManagedPolicy& policy = facts_.managed_policies[i];
    if (graph_.InWorld(policy)) {
      uint32_t& at = graph_.managed_policies.try_emplace(policy.arn, i).first->second;
      if (facts_.managed_policies[at].document == facts::PolicyId::kNone) {
        at = i;  // a data source without the text beside the resource with it
      }
    }
  }
  const auto document_of = [this](Str arn) {
    const auto known = graph_.managed_policies.find(arn);
    return known == graph_.managed_policies.end() ? facts::PolicyId::kNone
                                                  : facts_.managed_policies[known->second].document;
  };
  const auto attach = [this](NodeId to, IdentityPolicy policy) {
    std::vector<IdentityPolicy>& list = graph_.identities[graph_.identity_of[Index(to)]].policies;
    // One managed policy attached twice (by a resource and in the role's own list) is one.
    const bool known =
        !policy.policy_arn.empty() &&
        std::any_of(list.begin(), list.end(), [&](const IdentityPolicy& other) {
          return other.policy_arn == policy.policy_arn && other.maybe == policy.maybe;
        });
    if (!known) {
      list.push_back(policy);
    }
  };
  for (const facts::InlinePolicy& inline_policy : facts_.inline_policies) {
    if (!graph_.InWorld(inline_policy)) {
      continue;
    }
    for (const auto& [node, maybe] : Resolve(inline_policy.target, inline_policy.origin)) {
      attach(node, {inline_policy.document, {}, inline_policy.origin, NodeId::kNone, maybe});
    }
  }
  for (const facts::PolicyAttachment& attachment : facts_.attachments) {
    if (!graph_.InWorld(attachment)) {
      continue;
    }
    for (const auto& [node, maybe] : Resolve(attachment.target, attachment.origin)) {
      const HoleId whole = facts::WholeHole(attachment.policy_arn);
      if (whole != HoleId::kNone && facts_.holes[whole].kind == facts::Hole::Kind::kChoice) {
        for (const Str candidate : facts_.holes[whole].candidates) {
          attach(node, {document_of(candidate), candidate, attachment.origin, NodeId::kNone,
                        maybe == HoleId::kNone ? whole : maybe});
        }
        continue;
      }
      attach(node, {document_of(attachment.policy_arn), attachment.policy_arn, attachment.origin,
                    NodeId::kNone, maybe});
    }
  }
  for (AwsIdentity& identity : graph_.identities) {
    if (!identity.boundary.policy_arn.empty()) {
      identity.boundary.document = document_of(identity.boundary.policy_arn);
    }
  }
}

void Builder::AddMemberships() {
  for (uint32_t i = 0; i < facts_.memberships.size(); ++i) {
    const facts::GroupMembership& membership = facts_.memberships[i];
    if (!graph_.InWorld(membership)) {
      continue;
    }
    for (const auto& [group, group_hole] : Resolve(membership.group, membership.origin)) {
      for (const auto& [user, user_hole] : Resolve(membership.user, membership.origin)) {
        const HoleId maybe = group_hole != HoleId::kNone ? group_hole : user_hole;
        AwsIdentity& identity = graph_.identities[graph_.identity_of[Index(user)]];
        if (std::find(identity.groups.begin(), identity.groups.end(), group) !=
            identity.groups.end()) {
          continue;
        }
        identity.groups.push_back(group);
        AddEdge(user, group, EdgeKind::kMemberOf, i);
        const AwsIdentity& of_group = graph_.identities[graph_.identity_of[Index(group)]];
        const std::vector<IdentityPolicy> inherited = of_group.policies;
        if (!of_group.policies_known) {
          identity.policies.push_back({facts::PolicyId::kNone, graph_.nodes[Index(group)].arn,
                                       membership.origin, group, maybe});
        }
        for (IdentityPolicy policy : inherited) {
          policy.through = group;
          policy.maybe = policy.maybe == HoleId::kNone ? maybe : policy.maybe;
          identity.policies.push_back(policy);
        }
      }
    }
  }
}

// Roles that identity policies let somebody assume and that no input holds: mentioned, so what they
// may do is not known (design 2, "absence").
void Builder::AddAssumableMentions() {
  const auto names_assume = [](const facts::Statement& statement) {
    return std::any_of(statement.actions.begin(), statement.actions.end(), [](Str action) {
      return Glob(AsciiLower(action)).MatchOpen("sts:assumerole") != Tri::kFalse;
    });
  };
  const size_t nodes = graph_.nodes.size();
  for (uint32_t i = 0; i < nodes; ++i) {
    if (graph_.identity_of[i] == kNone) {
      continue;
    }
    // A copy: identities grow with every role that is mentioned.
    const std::vector<IdentityPolicy> policies = graph_.identities[graph_.identity_of[i]].policies;
    for (const IdentityPolicy& policy : policies) {
      if (policy.document == facts::PolicyId::kNone) {
        continue;
      }
      for (const facts::Statement& statement : facts_.policy(policy.document).statements) {
        if (statement.effect == facts::Statement::Effect::kDeny || statement.not_action ||
            statement.not_resource || !names_assume(statement)) {
          continue;
        }
        for (const Str resource : statement.resources) {
          const Arn arn = ParseArn(resource);
          if (!arn.valid || arn.service != "iam" || IamName(arn.resource).kind != "role" ||
              resource.find_first_of("*?") != Str::npos || HasHole(resource)) {
            continue;
          }
          facts::Origin origin = facts_.policy(policy.document).origin;
          origin.span = statement.span;
          const NodeId role = Iam(IamKind::kRole, resource, origin);
          if (graph_.node(role).record == kNone) {
            AddEdge(static_cast<NodeId>(i), role, EdgeKind::kAssumeRole, kNone);
          }
        }
      }
    }
  }
}

}  // namespace whomay::graph

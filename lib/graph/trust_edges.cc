// Candidate edges into roles: what each trust policy could let in, and what pods reach.
//
// Everything here over-approximates: an edge says "judge this pair", never "this is open".
#include <algorithm>

#include "eks/irsa.h"
#include "graph/builder.h"
#include "graph/keys.h"

namespace whomay::graph {
namespace {

using facts::HoleId;
using facts::PrincipalEntry;

bool IsAccountId(Str text) {
  return text.size() == 12 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Values of conditions on `<issuer>:sub` that a caller's subject must fit, with positive string
// operators; nullopt-like: `any` is set when a subject that no value names could fit.
struct Subjects {
  std::vector<std::pair<Str, bool>> values;  // and whether `*` is a wildcard in it
  bool any = false;
};

Subjects TrustedSubjects(const facts::Statement& statement, Str issuer) {
  Subjects subjects;
  bool limited = false;
  for (const facts::Condition& condition : statement.conditions) {
    const std::string op = AsciiLower(condition.op);
    const std::string key = AsciiLower(condition.key);
    const bool positive =
        op.find("not") == std::string::npos && op.find("string") != std::string::npos;
    const bool lenient =
        op.find("ifexists") != std::string::npos || op.find("forallvalues") != std::string::npos;
    const bool is_subject = key == AsciiLower(Concat({issuer, ":sub"})) ||
                            facts::HasHole(condition.key) || facts::HasHole(condition.op);
    if (!is_subject || !positive || lenient || condition.values_open) {
      continue;
    }
    // An operator that is not known could be either; a wildcard admits more.
    const bool glob = op.find("like") != std::string::npos || facts::HasHole(condition.op);
    bool names_subjects = false;
    for (const Str value : condition.values) {
      // Under a key that is not known only texts that look like a subject count.
      if (!facts::HasHole(condition.key) || value.find("system:serviceaccount:") == 0) {
        subjects.values.emplace_back(value, glob);
        names_subjects = true;
      }
    }
    limited = limited || (names_subjects && !facts::HasHole(condition.key));
  }
  subjects.any = !limited && subjects.values.empty();
  return subjects;
}

}  // namespace

void Builder::AddTrustEdges() {
  Node everyone;
  everyone.kind = NodeKind::kEveryone;
  everyone.name = "*";
  graph_.everyone = AddNode("everyone", std::move(everyone));
  for (uint32_t i = 0; i < graph_.nodes.size(); ++i) {
    const Node node = graph_.nodes[i];  // a copy: nodes grow below
    if (node.kind != NodeKind::kIamRole || node.record == kNone) {
      continue;
    }
    const facts::PolicyId trust = facts_.principals[node.record].trust;
    const NodeId role = static_cast<NodeId>(i);
    if (trust == facts::PolicyId::kNone) {
      continue;
    }
    const facts::PolicyDocument& document = facts_.policy(trust);
    if (document.open != HoleId::kNone) {
      AddEdge(graph_.everyone, role, EdgeKind::kAssumeRole, kNone);
      AddEdge(graph_.everyone, role, EdgeKind::kWebIdentity, kNone);
    }
    for (uint32_t s = 0; s < document.statements.size(); ++s) {
      AddTrustStatement(role, document.statements[s], s);
    }
  }
}

void Builder::AddTrustStatement(NodeId role, const facts::Statement& statement, uint32_t index) {
  if (statement.effect == facts::Statement::Effect::kDeny) {
    return;
  }
  facts::Origin origin = graph_.node(role).origin;
  origin.span = statement.span;
  if (statement.not_principal || statement.principals_open) {
    AddEdge(graph_.everyone, role, EdgeKind::kAssumeRole, index);
    AddEdge(graph_.everyone, role, EdgeKind::kWebIdentity, index);
  }
  for (const PrincipalEntry& entry : statement.principals) {
    switch (entry.type) {
      case PrincipalEntry::Type::kAny:
        AddEdge(graph_.everyone, role, EdgeKind::kAssumeRole, index);
        AddEdge(graph_.everyone, role, EdgeKind::kWebIdentity, index);
        break;
      case PrincipalEntry::Type::kAws:
        AddAwsPrincipal(role, entry.value, index, origin);
        break;
      case PrincipalEntry::Type::kService: {
        Node service;
        service.kind = NodeKind::kAwsService;
        service.local_name = entry.value;
        service.name = Keep(Concat({"service:", facts_.holes.Display(entry.value)}));
        service.origin = origin;
        AddEdge(AddNode(ServiceKey(entry.value), std::move(service)), role, EdgeKind::kAssumeRole,
                index);
        break;
      }
      case PrincipalEntry::Type::kFederated:
        AddFederatedPrincipal(role, entry.value, statement, index, origin);
        break;
      case PrincipalEntry::Type::kCanonicalUser:
        break;  // S3's only
      case PrincipalEntry::Type::kUnknown:
        AddEdge(graph_.everyone, role, EdgeKind::kAssumeRole, index);
        AddEdge(graph_.everyone, role, EdgeKind::kWebIdentity, index);
        break;
    }
  }
}

void Builder::AddAwsPrincipal(NodeId role, Str value, uint32_t statement,
                              const facts::Origin& origin) {
  const HoleId whole = facts::WholeHole(value);
  if (whole != HoleId::kNone && facts_.holes[whole].kind == facts::Hole::Kind::kChoice) {
    for (const Str candidate : facts_.holes[whole].candidates) {
      AddAwsPrincipal(role, candidate, statement, origin);
    }
    return;
  }
  const Arn arn = ParseArn(value);
  if (value == "*" || (whole != HoleId::kNone && graph_.FindArn(value) == NodeId::kNone)) {
    AddEdge(graph_.everyone, role, EdgeKind::kAssumeRole, statement);
    return;
  }
  if (IsAccountId(value) || (arn.valid && arn.service == "iam" && arn.resource == "root")) {
    const Str account = arn.valid ? arn.account : value;
    if (facts::HasHole(account)) {
      AddEdge(graph_.everyone, role, EdgeKind::kAssumeRole, statement);
      return;
    }
    AddAccount(account);
    AddEdge(graph_.Find(AccountKey(account)), role, EdgeKind::kAssumeRole, statement);
    return;
  }
  const NodeId named = Mention(value, origin);
  if (named != NodeId::kNone) {
    AddEdge(named, role, EdgeKind::kAssumeRole, statement);
  }
}

// The provider's URL without scheme: of its record, else of its ARN.
Str Builder::ProviderUrl(Str provider_arn) const {
  for (const uint32_t i : graph_.oidc_providers) {
    if (facts_.oidc_providers[i].arn == provider_arn) {
      return facts_.oidc_providers[i].url;
    }
  }
  constexpr std::string_view kMark = ":oidc-provider/";
  const size_t at = provider_arn.find(kMark);
  return at == Str::npos ? Str() : provider_arn.substr(at + kMark.size());
}

void Builder::AddFederatedPrincipal(NodeId role, Str value, const facts::Statement& statement,
                                    uint32_t index, const facts::Origin& origin) {
  const HoleId whole = facts::WholeHole(value);
  if (whole != HoleId::kNone && facts_.holes[whole].kind == facts::Hole::Kind::kChoice) {
    for (const Str candidate : facts_.holes[whole].candidates) {
      AddFederatedPrincipal(role, candidate, statement, index, origin);
    }
    return;
  }
  const Str url = ProviderUrl(value);
  const bool saml = value.find(":saml-provider/") != Str::npos;
  bool of_cluster = false;
  for (uint32_t c = 0; c < graph_.clusters.size() && !saml; ++c) {
    const Str issuer = graph_.clusters[c].issuer;
    // A provider that is not known could be any cluster's.
    const bool open = value == "*" || url.empty() || issuer.empty();
    const Tri same =
        !open ? facts_.holes.Equal(issuer, url) : ToTri(whole != HoleId::kNone || value == "*");
    if (same != Tri::kFalse) {
      AddServiceAccountTrust(role, c, url, statement, index, origin);
      // An issuer that is not known until apply need not be this provider's.
      of_cluster = of_cluster || same == Tri::kTrue;
    }
  }
  if (of_cluster && value != "*") {
    return;
  }
  Subjects subjects = TrustedSubjects(statement, url);
  if (subjects.any || saml) {
    subjects.values = {{"*", true}};
  }
  for (const auto& [subject, glob] : subjects.values) {
    Node node;
    node.kind = NodeKind::kFederated;
    node.arn = value;
    node.account = ParseArn(value).account;
    node.local_name = subject;
    node.pattern = glob && subject.find_first_of("*?") != Str::npos;
    node.name = Keep(Concat({"federated:", facts_.holes.Display(value), "#", subject}));
    node.origin = origin;
    AddEdge(AddNode(FederatedKey(value, subject), std::move(node)), role,
            saml ? EdgeKind::kSaml : EdgeKind::kWebIdentity, index);
  }
}

void Builder::AddServiceAccountTrust(NodeId role, uint32_t cluster, Str issuer,
                                     const facts::Statement& statement, uint32_t index,
                                     const facts::Origin& origin) {
  Subjects subjects = TrustedSubjects(statement, issuer);
  if (subjects.any) {
    subjects.values = {{"system:serviceaccount:*", true}};
  }
  for (const auto& [subject, glob] : subjects.values) {
    for (const eks::SubjectPattern& admitted : eks::ServiceAccountsOf(subject, glob)) {
      AddEdge(
          ServiceAccountNode(cluster, Keep(admitted.namespace_name), Keep(admitted.name), origin),
          role, EdgeKind::kWebIdentity, index);
    }
  }
}

void Builder::AddPodIdentityEdges() {
  for (uint32_t c = 0; c < graph_.clusters.size(); ++c) {
    for (const uint32_t i : std::vector<uint32_t>(graph_.clusters[c].pod_identities)) {
      const facts::PodIdentityAssociation& association = facts_.pod_identities[i];
      const NodeId account =
          graph_.FindServiceAccount(c, association.namespace_name, association.service_account);
      for (const auto& [role, maybe] :
           Resolve({facts::IamKind::kRole, association.role_arn, {}, {}}, association.origin)) {
        if (account != NodeId::kNone) {
          AddEdge(account, role, EdgeKind::kPodIdentity, i);
        } else if (graph_.clusters[c].any_pod != NodeId::kNone) {
          // Namespace or name not known until apply: any ServiceAccount could be meant.
          AddEdge(graph_.clusters[c].any_pod, role, EdgeKind::kPodIdentity, i);
        }
      }
    }
  }
}

}  // namespace whomay::graph

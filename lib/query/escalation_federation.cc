// Escalation edges over what vouches for somebody else: identity providers, Identity Center, and
// the root users of an organization's accounts.
#include <algorithm>

#include "base/arn.h"
#include "base/strings.h"
#include "query/escalation_aws.h"

namespace whomay::query {
namespace {

using data::AwsPrimitive;
using graph::Node;
using graph::NodeKind;
using On = AwsPrimitive::On;

// Roles that Identity Center makes of a permission set stand under this path.
constexpr std::string_view kSsoPath = "role/aws-reserved/sso.amazonaws.com/";
// The task that lets recover a root user's password: all else follows from it (AWS managed policies
// for AssumeRoot).
constexpr std::string_view kRootTask =
    "arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword";

}  // namespace

// Who may change a SAML provider's metadata signs the assertions himself; who may change an OIDC
// provider's thumbprint may answer for it. A provider that no file declares may be missing, and
// then whoever makes it is it.
void AwsEscalation::OnProviders(const AwsPrimitive& primitive) {
  const graph::Graph& graph = world_.graph();
  const Str account = walk_.node(self_).account;
  const bool saml = primitive.actions.front().find("SAML") != std::string_view::npos;
  for (uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const auto id = static_cast<NodeId>(i);
    const Node& provider = graph.nodes[i];
    if (provider.kind != NodeKind::kFederated || ParseArn(provider.arn).account != account) {
      continue;
    }
    const auto out = graph.out.of(id);
    const bool trusted = std::any_of(out.begin(), out.end(), [&](const graph::Edge& edge) {
      return edge.kind == (saml ? graph::EdgeKind::kSaml : graph::EdgeKind::kWebIdentity);
    });
    if (trusted && (primitive.on != On::kNewProvider || !DeclaredProvider(provider.arn))) {
      Push(primitive, walk_.Start(id).front(), OnTarget(primitive, id, provider.arn));
    }
  }
}

bool AwsEscalation::DeclaredProvider(std::string_view arn) const {
  const facts::Facts& facts = world_.facts();
  const auto is = [&](const auto& provider) {
    return world_.graph().InWorld(provider) && provider.arn == arn;
  };
  return std::any_of(facts.saml_providers.begin(), facts.saml_providers.end(), is) ||
         std::any_of(facts.oidc_providers.begin(), facts.oidc_providers.end(), is);
}

// Whether the account is the organization's management account: true, false, or not known.
Tri AwsEscalation::Manages(std::string_view account) const {
  Tri known = Tri::kUnknown;
  for (const facts::OrganizationNode& node : world_.facts().organization_nodes) {
    if (node.management_account && world_.graph().InWorld(node)) {
      known = known == Tri::kTrue ? known : ToTri(node.id == account);
    }
  }
  return known;
}

// The permission set that a caller works under, or a new one, with any policy. Only somebody who
// signs in through Identity Center comes back with what the set holds, and only where the caller's
// account administers Identity Center: the management account, or one that it names.
void AwsEscalation::OnPermissionSets(const AwsPrimitive& primitive) {
  const Node node = walk_.node(self_);
  const bool through_sso = node.kind == NodeKind::kIamRole &&
                           ParseArn(node.arn).resource.substr(0, kSsoPath.size()) == kSsoPath;
  if (!through_sso && primitive.on == On::kOwnPermissionSet) {
    return;
  }
  Formula open = AllAnywhere(primitive.actions);
  if (open != Formula::kFalse && Manages(node.account) != Tri::kTrue) {
    open = And(open,
               Unless(Concat({"whether account ", node.account, " administers Identity Center"})));
  }
  if (open != Formula::kFalse && !through_sso) {
    open = And(open, Unless(Concat({"whether ", node.name, " signs in through Identity Center"})));
  }
  Become(primitive, self_, open);
}

// Root sessions of member accounts, where the organization manages root access centrally.
void AwsEscalation::OnMemberRoots(const AwsPrimitive& primitive) {
  const Node node = walk_.node(self_);
  for (uint32_t i = 0; i < world_.graph().nodes.size(); ++i) {
    const Node& root = world_.graph().nodes[i];
    if (root.kind == NodeKind::kAwsRoot && root.account != node.account) {
      Push(primitive, walk_.AwsState(static_cast<NodeId>(i), {}),
           Allows(primitive.actions.front(), root.arn, node.account,
                  {{"sts:TaskPolicyArn", {kRootTask}}}));
    }
  }
}

}  // namespace whomay::query

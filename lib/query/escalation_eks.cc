// Escalation edges into EKS clusters: access entries, groups, Pod Identity, add-ons, nodes.
// Source: spec iam 3 D.
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
using Gain = AwsPrimitive::Gain;

constexpr std::string_view kClusterAdminPolicy =
    "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";
constexpr std::string_view kAddonNamespace = "kube-system";  // where EKS's own add-ons run

// Actions that are about a part of a cluster, and the part's resource type.
constexpr struct {
  std::string_view action, part;
} kOnPart[] = {{"eks:AssociateAccessPolicy", "access-entry"},
               {"eks:UpdateAccessEntry", "access-entry"},
               {"eks:UpdatePodIdentityAssociation", "podidentityassociation"},
               {"eks:UpdateAddon", "addon"}};

}  // namespace

void AwsEscalation::OnClusters(const AwsPrimitive& primitive) {
  for (uint32_t c = 0; c < world_.graph().clusters.size(); ++c) {
    const graph::Cluster& cluster = world_.graph().clusters[c];
    if (cluster.record == kNone || cluster.arn.empty()) {
      continue;
    }
    const bool config_map =
        world_.facts().clusters[cluster.record].mode == facts::AuthenticationMode::kConfigMap;
    if (primitive.on == On::kPodIdentity || primitive.on == On::kAddon ||
        config_map == (primitive.on == On::kConfigMapCluster)) {
      OnCluster(primitive, c);
    }
  }
}

// What an action is about: the cluster, or something of it. Source: service authorization
// reference, "Actions, resources, and condition keys for Amazon Elastic Kubernetes Service".
Str AwsEscalation::EksResource(std::string_view action, const graph::Cluster& cluster) {
  const Arn arn = ParseArn(cluster.arn);
  const auto* of = std::find_if(std::begin(kOnPart), std::end(kOnPart),
                                [&](const auto& one) { return one.action == action; });
  if (of == std::end(kOnPart) || !arn.valid || facts::HasHole(cluster.arn)) {
    return cluster.arn;
  }
  const Node& node = walk_.node(self_);
  const std::string part = of->part != "access-entry"
                               ? std::string("new")
                               : Concat({node.kind == NodeKind::kIamUser ? "user" : "role", "/",
                                         node.account, "/", node.local_name});
  return walk_.texts().Keep(
      Concat({"arn:", arn.partition, ":eks:", arn.region, ":", arn.account, ":", of->part, "/",
              cluster.name, "/", part, "/00000000-0000-0000-0000-000000000000"}));
}

// All actions of the primitive, each on what it is about.
Formula AwsEscalation::ActionsOnCluster(const AwsPrimitive& primitive, uint32_t c, Str group) {
  const graph::Cluster& cluster = world_.graph().clusters[c];
  std::vector<Key> keys = {{"eks:principalArn", {walk_.node(self_).arn}},
                           {"eks:accessEntryType", {"STANDARD"}},
                           {"eks:policyArn", {kClusterAdminPolicy}},
                           {"eks:accessScope", {"cluster"}},
                           {"eks:namespaces", {}},
                           {"eks:username", {}},
                           {"eks:authenticationMode", {"API_AND_CONFIG_MAP"}},
                           {"eks:kubernetesGroups", {}}};
  if (!group.empty()) {
    keys.back() = {"eks:kubernetesGroups", {group}, true};
  }
  Formula all = Formula::kTrue;
  for (const std::string_view action : primitive.actions) {
    const Str resource = EksResource(action, cluster);
    all = all == Formula::kFalse ? all
                                 : And(all, Allows(action, resource, cluster.account, keys,
                                                   /*generic=*/resource != cluster.arn));
  }
  return all;
}

// May the caller, as the cluster knows it, start pods there: in the namespace, or with none in any?
Formula AwsEscalation::RunsPods(uint32_t cluster, std::string_view ns) {
  FormulaStore& formulas = walk_.workspace().formulas;
  Formula any = Formula::kFalse;
  for (size_t i = 0; i < next_->size(); ++i) {
    const Transition known = (*next_)[i];
    const Node& node = walk_.node(walk_.state(known.to).node);
    if ((known.edge == "access-entry" || known.edge == "aws-auth") && node.cluster == cluster) {
      any = formulas.Or(any, formulas.And(known.open, of_.RunsPods(known.to, ns)));
    }
  }
  return any;
}

// A role of one's choice for a ServiceAccount as which one may start pods.
void AwsEscalation::OnPodIdentity(const AwsPrimitive& primitive, uint32_t c) {
  const graph::Cluster& cluster = world_.graph().clusters[c];
  Formula open = ActionsOnCluster(primitive, c, {});
  if (open == Formula::kFalse) {
    return;
  }
  FormulaStore& formulas = walk_.workspace().formulas;
  Formula runs = Formula::kFalse;
  if (primitive.actions.front() == "eks:UpdatePodIdentityAssociation") {
    for (const uint32_t i : cluster.pod_identities) {
      runs = formulas.Or(runs, RunsPods(c, world_.facts().pod_identities[i].namespace_name));
    }
  } else {
    runs = RunsPods(c, primitive.on == On::kAddon ? kAddonNamespace : std::string_view());
  }
  open = And(open, runs);
  AwsPrimitive pass = primitive;
  pass.actions = {};
  for (uint32_t i = 0; i < world_.graph().nodes.size() && open != Formula::kFalse; ++i) {
    const auto role = static_cast<NodeId>(i);
    const Node& other = world_.graph().nodes[i];
    if (other.kind == NodeKind::kIamRole && other.declared && other.account == cluster.account) {
      Become(primitive, role, And(open, Passed(pass, role)));
    }
  }
}

void AwsEscalation::OnCluster(const AwsPrimitive& primitive, uint32_t c) {
  const graph::Cluster& cluster = world_.graph().clusters[c];
  const Node node = walk_.node(self_);
  if (primitive.on == On::kPodIdentity || primitive.on == On::kAddon) {
    OnPodIdentity(primitive, c);
    return;
  }
  const auto& entries = cluster.access_entries;
  const bool has_entry = std::any_of(entries.begin(), entries.end(), [&](uint32_t i) {
    return world_.holes().Equal(world_.facts().access_entries[i].principal_arn, node.arn) ==
           Tri::kTrue;
  });
  if (has_entry != (primitive.on == On::kOwnEntry) && primitive.on == On::kOwnEntry) {
    return;
  }
  Node as;
  as.kind = NodeKind::kKubernetesUser;
  as.cluster = c;
  as.local_name = node.arn;
  as.name = walk_.texts().Keep(Concat({"user:", node.name}));
  KubernetesSession session;
  session.username = node.arn;
  session.groups = {"system:authenticated"};
  if (primitive.gain == Gain::kClusterAdmin) {
    session.admin_of = "*";
    Push(primitive, walk_.Intern(walk_.AddNode(as), {}, std::move(session)),
         ActionsOnCluster(primitive, c, {}));
    return;
  }
  // Any group of one's own choice that EKS does not keep for itself.
  for (uint32_t i = 0; i < world_.graph().nodes.size(); ++i) {
    const Node group = world_.graph().nodes[i];
    if (group.kind != NodeKind::kKubernetesGroup || group.cluster != c ||
        group.local_name.substr(0, 7) == "system:" || facts::HasHole(group.local_name)) {
      continue;
    }
    KubernetesSession member = session;
    member.groups.push_back(group.local_name);
    std::sort(member.groups.begin(), member.groups.end());
    Push(primitive, walk_.Intern(static_cast<NodeId>(i), {}, std::move(member)),
         ActionsOnCluster(primitive, c, group.local_name));
  }
}

// A shell on a node, where the node's own role lets the agent of Systems Manager work.
void AwsEscalation::OnNodes(const AwsPrimitive& primitive) {
  for (const graph::Cluster& cluster : world_.graph().clusters) {
    for (const uint32_t i : cluster.node_groups) {
      const facts::NodeGroup& nodes = world_.facts().node_groups[i];
      const NodeId role = world_.graph().FindArn(nodes.role_arn);
      if (nodes.kind == facts::NodeGroup::Kind::kFargate || role == NodeId::kNone ||
          role == self_ || walk_.node(role).account != walk_.node(self_).account) {
        continue;
      }
      const Formula open = AllAnywhere(primitive.actions);
      if (open == Formula::kFalse) {
        return;
      }
      AwsSession instance;
      instance.assumed = instance.instance = instance.no_mfa = true;
      const StateId on_node = walk_.AwsState(role, std::move(instance));
      Push(primitive, on_node, And(open, AgentWorks(on_node)));
    }
  }
}

}  // namespace whomay::query

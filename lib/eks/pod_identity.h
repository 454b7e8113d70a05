// EKS Pod Identity: what must hold for pods of a ServiceAccount to become an association's role,
// and what the session then carries.
//
// In order: an agent runs in the cluster (Agent), the node's role may call
// eks-auth:AssumeRoleForPodIdentity (kNodeAction on the cluster), and the role's trust policy
// admits the service pods.eks.amazonaws.com to every action of FirstHop(). Where the association
// names a target role, the first role then assumes it: its identity policies and the target's trust
// must allow every action of TargetHop(). An association's own policy limits the last role of the
// two.
//
//   const PodIdentityHop hop = FirstHop(facts, association, cluster);
//   for (const std::string_view action : hop.actions) {
//     iam::Context context = iam::Context::Complete();
//     hop.Fill(context);
//     … the trust policy, asked by service pods.eks.amazonaws.com …
//   }
//
// Source: Amazon EKS user guide "EKS Pod Identity" (2026-01), EKS and EKS Auth API references;
// spec/eks.md 5. Thread safety: pure functions.
#ifndef WHOMAY_LIB_EKS_POD_IDENTITY_H_
#define WHOMAY_LIB_EKS_POD_IDENTITY_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/tri.h"
#include "facts/facts.h"

namespace whomay::iam {
class Context;
}

namespace whomay::eks {

inline constexpr std::string_view kPodIdentityService = "pods.eks.amazonaws.com";
// Asked of the node's role on the cluster's ARN.
inline constexpr std::string_view kPodIdentityNodeAction = "eks-auth:AssumeRoleForPodIdentity";

struct PodIdentityAgent {
  enum class By : uint8_t { kNone, kAddon, kDaemonSet, kAutoMode };
  Tri present = Tri::kFalse;
  By by = By::kNone;
  uint32_t index = 0xFFFFFFFF;  // facts.addons or facts.workloads
};
// `addons` and `workloads` are the cluster's, as indexes into the facts; `cluster` may be null.
PodIdentityAgent FindPodIdentityAgent(const facts::Facts& facts, const facts::Cluster* cluster,
                                      std::span<const uint32_t> addons,
                                      std::span<const uint32_t> workloads);

// One of the six session tags. Values that the pod decides (its name and uid) are open.
struct SessionTag {
  std::string_view key;
  std::string value;
  bool open = false;
};

// The request by which a role is assumed, and what its session carries afterwards.
struct PodIdentityHop {
  // sts:AssumeRole, and sts:TagSession unless the association turns session tags off.
  std::vector<std::string_view> actions;
  std::vector<SessionTag> tags;  // all transitive; empty when they are off
  bool by_service = false;       // the first hop: EKS assumes the role for the cluster
  std::string source_account;    // its aws:SourceAccount and aws:SourceArn; "" when not known
  std::string source_arn;
  std::string external_id;        // sts:ExternalId of the second hop without tags; else ""
  bool external_id_open = false;  // there is one, and it is not known

  // Sets aws:RequestTag/…, aws:TagKeys, sts:TransitiveTagKeys, aws:SourceAccount, aws:SourceArn,
  // sts:ExternalId and sts:RoleSessionName; the context refers to this hop's texts.
  void Fill(iam::Context& context) const;
  // Sets aws:PrincipalTag/… as the session has them; of the role's own tags those of other keys
  // stay.
  void FillPrincipalTags(iam::Context& context) const;
};

// `cluster` may be null: then ARN and account of the cluster are open.
PodIdentityHop FirstHop(const facts::PodIdentityAssociation& association,
                        const facts::Cluster* cluster);
// To be asked only if association.target_role_arn is set; the caller is the first role, in a
// session that carries FirstHop().tags.
PodIdentityHop TargetHop(const facts::PodIdentityAssociation& association,
                         const facts::Cluster* cluster);

// Why EKS would refuse the association; empty when it would take it.
std::string WhyAssociationRefused(const facts::PodIdentityAssociation& association,
                                  const facts::Cluster* cluster);

}  // namespace whomay::eks

#endif  // WHOMAY_LIB_EKS_POD_IDENTITY_H_

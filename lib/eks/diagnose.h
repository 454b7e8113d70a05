// What is wrong with a cluster's access configuration as the files give it, said once.
//
//   eks.entry-refused          EKS would refuse the access entry: it grants nothing
//   (access_entry.h) eks.entry-duplicate        two entries of one principal; the later stands
//   eks.entries-ignored        access entries of a cluster in mode CONFIG_MAP
//   eks.aws-auth-ignored       an aws-auth of a cluster in mode API
//   eks.association-refused    EKS would refuse the policy's association: it grants nothing
//   eks.association-no-entry   its principal has no access entry: it grants nothing
//   eks.access-policy-unknown  a policy that the built-in table does not know: what it grants is
//   unknown eks.pod-identity-refused   EKS would refuse the Pod Identity association
// Thread safety: that of the Diagnostics given.
#ifndef WHOMAY_LIB_EKS_DIAGNOSE_H_
#define WHOMAY_LIB_EKS_DIAGNOSE_H_

#include <cstdint>
#include <span>

#include "eks/authenticator.h"
#include "source/diagnostic.h"

namespace whomay::eks {

// `pod_identities`: indexes into facts.pod_identities.
void DiagnoseCluster(const ClusterFacts& cluster, std::span<const uint32_t> pod_identities,
                     source::Diagnostics& diagnostics);

}  // namespace whomay::eks

#endif  // WHOMAY_LIB_EKS_DIAGNOSE_H_

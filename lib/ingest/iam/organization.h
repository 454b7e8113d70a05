// Organizations: our own YAML that says which policies sit on which account or unit.
//
//   organization:
//     id: o-exampleorgid                    # aws:PrincipalOrgID; may be left out
//     root: r-ab12                          # its id; "root" when left out
//     management_account: "111111111111"    # SCPs and RCPs do not bind it
//     scps: [FullAWSAccess, scp/leave.json] # on the root
//     rcps: [rcp/perimeter.json]
//     units:
//       ou-workloads: {}                    # its parent is the root
//       ou-prod: {parent: ou-workloads, scps: [scp/regions.json]}
//     accounts:
//       "222222222222": {unit: ou-prod, rcps: [rcp/secrets.json]}
//       "333333333333": {}                  # directly under the root
//
// An entry of `scps` or `rcps` is the path of a policy file (from the folder of this file), the
// name FullAWSAccess, or the policy itself ({name: deny-leave, policy: {Version: …, Statement:
// …}}). As in AWS, FullAWSAccess is attached wherever no `scps` are given, and RCPFullAWSAccess
// everywhere; a list of `scps` is all that is attached, and a list that allows nothing at all is
// diagnosed. A policy file that is among the inputs is taken from there, else from the folder, and
// counts no longer as a policy of its own.
//
//   organization.element     something that this format does not know; left out
//   organization.value       a value of the wrong type; left out
//   organization.account     an account id that is not 12 digits
//   organization.unit        a parent or unit that is not there, or units in a circle
//   organization.policy      a policy file that cannot be read: what it says is unknown
//   organization.no-allow    SCPs none of which allows anything
//
// Source: AWS Organizations User Guide, "Service control policies", "Resource control policies".
// Thread safety: none of its own; as Facts and Diagnostics.
#ifndef WHOMAY_LIB_INGEST_IAM_ORGANIZATION_H_
#define WHOMAY_LIB_INGEST_IAM_ORGANIZATION_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "facts/facts.h"
#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/tree.h"

namespace whomay::ingest {

// By content: an object whose only member is `organization`, an object.
bool LooksLikeOrganization(const syntax::Value& root);

// The bytes of a file that is not among the inputs; nothing when there is none.
using LoadFile = std::function<std::optional<std::string>(std::string_view path)>;

// Best called when all other inputs are read: policy files among them are looked up by their names.
// `load` may be null.
void ReadOrganization(const syntax::Value& root, const LoadFile& load, source::SourceSet& sources,
                      facts::Facts& facts, source::Diagnostics& diagnostics);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_IAM_ORGANIZATION_H_

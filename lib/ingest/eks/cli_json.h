// What the AWS CLI prints about EKS: `aws eks describe-cluster`, `describe-access-entry`,
// `list-access-entries`, `list-associated-access-policies`, `describe-` and
// `list-pod-identity-association(s)`, `describe-nodegroup`, `describe-fargate-profile`,
// `describe-addon`.
//
//   if (LooksLikeEksCli(tree.root())) {
//     ReadEksCli(tree.root(), sources, facts, diagnostics);
//   }
//
// Told apart by their keys. A document may also be an array of such outputs. What is wrong is a
// diagnostic (eks.value, a loss; eks.more-pages for an output that ends with a nextToken, a loss
// too). A list names things and does not say all of them: what it leaves out is a hole, which the
// description of the same thing fills, in whichever order they come. Source: AWS CLI v2 / EKS API
// reference (2026-09). Thread safety: that of Facts and Diagnostics.
#ifndef WHOMAY_LIB_INGEST_EKS_CLI_JSON_H_
#define WHOMAY_LIB_INGEST_EKS_CLI_JSON_H_

#include "facts/facts.h"
#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/tree.h"

namespace whomay::ingest {

bool LooksLikeEksCli(const syntax::Value& root);

void ReadEksCli(const syntax::Value& root, source::SourceSet& sources, facts::Facts& facts,
                source::Diagnostics& diagnostics);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_EKS_CLI_JSON_H_

// Principals as users spell them (design 4): ARNs, Terraform addresses, user:NAME, sa:NS/NAME …,
// and unique short forms.
#ifndef WHOMAY_LIB_QUERY_PRINCIPALS_H_
#define WHOMAY_LIB_QUERY_PRINCIPALS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/walk.h"

namespace whomay::query {

// The node that a text names; made for this question when no file names it (a stranger). Notes say
// how the text was read where somebody might have meant something else. InvalidArgument with the
// candidates when it is ambiguous, NotFound when it is no principal.
absl::StatusOr<NodeId> FindPrincipal(std::string_view text, Walk& walk,
                                     std::vector<std::string>& notes);

// The cluster of a question: the one named, else the only one. InvalidArgument otherwise; kNone
// when there is none.
absl::StatusOr<uint32_t> FindQuestionCluster(std::string_view name, const World& world);

// The node of a binding's subject: `kind` is user, group or sa. Users that are called like a
// ServiceAccount are it. Made for this question where the graph has none.
NodeId SubjectNode(std::string_view kind, uint32_t cluster, std::string_view ns,
                   std::string_view name, Walk& walk);

// With @CLUSTER behind Kubernetes identities when several clusters are loaded.
std::string ShowNode(const Walk& walk, NodeId id);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_PRINCIPALS_H_

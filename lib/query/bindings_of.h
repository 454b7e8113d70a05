// BindingsOf: the bindings that apply to a principal, by its name or by a group that it is in.
//
// What `list bindings --subject` shows (rbac-lookup's question, from the side of the binding).
// Identity alone counts: a principal of AWS is asked about as whom the cluster takes it for, a
// workload as its ServiceAccount; no further hops. A text with '*' stands for all subjects whose
// spelling it matches, "sa:shop/*". Bindings of the group system:masters are not needed for what
// that group may do; a note says so. Thread safety: pure functions.
#ifndef WHOMAY_LIB_QUERY_BINDINGS_OF_H_
#define WHOMAY_LIB_QUERY_BINDINGS_OF_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/world.h"
#include "whomay/analyzer.h"

namespace whomay::query {

struct BindingOf {
  uint32_t cluster = 0;
  uint32_t binding = 0;  // of ClusterEngine::bindings
  std::string subject;   // the one of the binding that applies, as users spell it; "" if not known
  bool certain = true;
};

// By cluster and binding, each once.
absl::StatusOr<std::vector<BindingOf>> BindingsOf(const World& world, std::string_view subject,
                                                  const QuestionOptions& options,
                                                  std::vector<std::string>& notes);

// "sa:shop/app", "user:ada", "group:devs".
std::string ShowSubject(const World& world, const facts::RbacBinding& binding,
                        const facts::Subject& subject);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_BINDINGS_OF_H_

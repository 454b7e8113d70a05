// Small questions about principals that several rules ask. Thread safety: pure functions.
#ifndef WHOMAY_LIB_FINDINGS_PRINCIPALS_H_
#define WHOMAY_LIB_FINDINGS_PRINCIPALS_H_

#include <optional>
#include <string>
#include <string_view>

#include "findings/report.h"

namespace whomay::findings {

// The fact of the role with this ARN; null if the inputs hold none.
const facts::IamPrincipal* FindRole(const Reporter& to, std::string_view arn);

// May somebody choose the names of this role's sessions? Who assumes a role by sts:AssumeRole does;
// AWS services choose themselves. True too where the trust is not known.
bool WhoPicksSessions(const Reporter& to, std::string_view role_arn);

// Why a group that callers of a cluster are mapped to gives them nothing; nullopt where a binding
// names it, may name it, or the inputs hold no bindings to look at.
std::optional<std::string> WhyUnbound(const Reporter& to, const graph::Cluster& cluster,
                                      std::string_view group);

// Do the statement's actions hold this one (in lower case)?
bool HasAction(const facts::Statement& statement, std::string_view action);

}  // namespace whomay::findings

#endif  // WHOMAY_LIB_FINDINGS_PRINCIPALS_H_

// What AWS does whatever the policies say, and which layers bear on which services.
// Thread safety: pure functions.
#ifndef WHOMAY_LIB_IAM_SERVICE_FACTS_H_
#define WHOMAY_LIB_IAM_SERVICE_FACTS_H_

#include <span>
#include <string_view>

#include "iam/evaluate.h"

namespace whomay::iam {

// Service prefixes to which resource control policies apply, sorted, lower case.
std::span<const std::string_view> ResourceControlServices();
bool HasResourceControl(std::string_view service);

// Actions on a role that its trust policy decides: sts:AssumeRole and its kin. In any case.
bool IsRoleAction(std::string_view action);

// Never possible, whatever is allowed: changes to AWS's own policies and to service-linked roles,
// PassRole into another account, STS and IAM for federated users. `action` in lower case.
bool IsImpossible(const Request& request, std::string_view action);

}  // namespace whomay::iam

#endif  // WHOMAY_LIB_IAM_SERVICE_FACTS_H_

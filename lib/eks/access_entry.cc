#include "eks/access_entry.h"

#include <algorithm>
#include <iterator>

#include "base/strings.h"
#include "eks/access_policy.h"
#include "facts/hole.h"

namespace whomay::eks {
namespace {

// spec/eks.md 2.2. "Documented" are STANDARD, EC2_LINUX and EC2; of the others AWS says what they
// are for, not which groups they bring (those here are what projects have seen).
const EntryType kTypes[] = {
    {"STANDARD", "", {}, true, false, true, true},
    {"EC2_LINUX", "system:node:{{EC2PrivateDNSName}}", {"system:nodes"}, true, true, false, false},
    {"EC2_WINDOWS",
     "system:node:{{EC2PrivateDNSName}}",
     {"system:nodes", "eks:kube-proxy-windows"},
     false,
     true,
     false,
     false},
    {"FARGATE_LINUX",
     "system:node:{{SessionName}}",
     {"system:nodes", "system:node-proxier"},
     false,
     true,
     false,
     false},
    {"HYBRID_LINUX", "system:node:{{SessionName}}", {"system:nodes"}, false, true, false, false},
    {"HYPERPOD_LINUX", "", {}, false, true, false, false},
    {"EC2", "system:node:{{SessionName}}", {"system:nodes"}, true, true, true, false},
};

constexpr std::string_view kReservedUserPrefixes[] = {"system:", "eks:", "aws:", "amazon:", "iam:"};

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// The part of an ARN behind its account: "role/team/dev", "root".
std::string_view Resource(std::string_view arn) {
  for (int i = 0; i < 5; ++i) {
    const size_t colon = arn.find(':');
    if (colon == std::string_view::npos) {
      return {};
    }
    arn.remove_prefix(colon + 1);
  }
  return arn;
}

std::string WhyPrincipalRefused(const facts::AccessEntry& entry, const EntryType* type) {
  if (facts::HasHole(entry.principal_arn)) {
    return {};
  }
  const std::string_view resource = Resource(entry.principal_arn);
  if (StartsWith(resource, "assumed-role/") || StartsWith(resource, "federated-user/")) {
    return "its principal is a session; an access entry takes the ARN of a role or user";
  }
  if (StartsWith(resource, "group/")) {
    return "its principal is an IAM group; an access entry takes a role or user";
  }
  // EKS itself makes entries for service-linked roles; they show in what the API prints.
  if (StartsWith(resource, "role/aws-service-role/") && !entry.origin.address.empty()) {
    return "its principal is a service-linked role";
  }
  if (StartsWith(resource, "user/") && type != nullptr && !type->custom) {
    return Concat({"an entry of type ", type->name, " takes a role, not a user"});
  }
  return {};
}

std::string WhyUserNameRefused(std::string_view name) {
  for (const std::string_view prefix : kReservedUserPrefixes) {
    if (StartsWith(name, prefix)) {
      return Concat({"the user name \"", name, "\" begins with the reserved \"", prefix, "\""});
    }
  }
  const size_t session = std::min(name.find("{{SessionName}}"), name.find("{{SessionNameRaw}}"));
  if (session != std::string_view::npos && name.substr(0, session).find(':') == std::string::npos) {
    return Concat({"the user name \"", name, "\" has no colon before the session's name"});
  }
  return {};
}

}  // namespace

const EntryType* FindEntryType(std::string_view name) {
  const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                   [&](const EntryType& type) { return type.name == name; });
  return found == std::end(kTypes) ? nullptr : found;
}

std::string WhyEntryRefused(const facts::AccessEntry& entry) {
  const EntryType* type = FindEntryType(entry.type.empty() ? "STANDARD" : entry.type);
  std::string why = WhyPrincipalRefused(entry, type);
  if (!why.empty() || type == nullptr) {
    return why;
  }
  if (type->custom) {
    why = WhyUserNameRefused(entry.user_name);
  }
  for (const facts::Str group : entry.groups) {
    const bool reserved = StartsWith(group, "system:");
    if (!why.empty()) {
      break;
    }
    if (type->custom && reserved) {
      why = Concat(
          {"the kubernetes group name \"", group, "\" is invalid, it cannot start with system:"});
    } else if (!type->custom && !reserved && !StartsWith(group, "eks:")) {
      why = Concat(
          {"an entry of type ", type->name, " takes no groups of one's own (\"", group, "\")"});
    }
  }
  return why;
}

std::string WhyAssociationRefused(const facts::AccessPolicyAssociation& association,
                                  std::string_view entry_type) {
  const EntryType* type = entry_type.empty() ? nullptr : FindEntryType(entry_type);
  if (type != nullptr && !type->takes_policies) {
    return Concat({"an entry of type ", type->name, " takes no access policies"});
  }
  const data::AccessPolicy* policy = FindAccessPolicy(association.policy_arn);
  const bool from_dump = association.origin.address.empty();
  if (policy != nullptr && policy->service_linked_role_only && !from_dump &&
      !facts::HasHole(association.principal_arn) &&
      !StartsWith(Resource(association.principal_arn), "role/aws-service-role/")) {
    return Concat({policy->name, " is for service-linked roles only"});
  }
  return {};
}

std::string DefaultUserName(std::string_view principal_arn) {
  const std::string_view resource = Resource(principal_arn);
  if (!StartsWith(resource, "role/")) {
    return std::string(principal_arn);
  }
  const std::string_view front = principal_arn.substr(0, principal_arn.size() - resource.size());
  // arn:P:iam::A: -> arn:P:sts::A:assumed-role/NAME/…
  const std::vector<std::string_view> sections = Split(front, ':');
  return Concat({"arn:", sections[1], ":sts::", sections[4], ":assumed-role/",
                 resource.substr(resource.rfind('/') + 1), "/{{SessionName}}"});
}

}  // namespace whomay::eks

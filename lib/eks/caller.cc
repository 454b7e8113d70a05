#include "eks/caller.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/strings.h"
#include "facts/hole.h"

namespace whomay::eks {
namespace {

// The partitions that aws-iam-authenticator v0.7.18 knows, each with the domain that its STS hosts
// share with others. Case-sensitive.
struct Partition {
  std::string_view name;
  std::string_view domain;
};
constexpr Partition kPartitions[] = {
    {"aws", "amazonaws.com"},        {"aws-us-gov", "amazonaws.com"},
    {"aws-cn", "amazonaws.com.cn"},  {"aws-eusc", "amazonaws.eu"},
    {"aws-iso", "c2s.ic.gov"},       {"aws-iso-b", "sc2s.sgov.gov"},
    {"aws-iso-e", "cloud.adc-e.uk"}, {"aws-iso-f", "csp.hci.ic.gov"},
};

const Partition* FindPartition(std::string_view name) {
  const auto* found = std::find_if(std::begin(kPartitions), std::end(kPartitions),
                                   [&](const Partition& p) { return p.name == name; });
  return found == std::end(kPartitions) ? nullptr : found;
}

// arn:partition:service:region:account:resource, the resource whole.
struct Arn {
  std::string_view partition, service, account, resource;
};

std::optional<Arn> ParseArn(std::string_view text) {
  std::array<std::string_view, 6> sections;
  for (size_t i = 0; i < 5; ++i) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
      return std::nullopt;
    }
    sections[i] = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  sections[5] = text;
  if (sections[0] != "arn") {
    return std::nullopt;
  }
  return Arn{sections[1], sections[2], sections[4], sections[5]};
}

struct Canonical {
  CallerKind kind;
  bool role_in_iam_form;
  std::string arn;
  std::string_view account;
  std::string_view session;  // the ARN's, of sessions
};

std::optional<Canonical> Canonicalize(std::string_view text) {
  const std::optional<Arn> arn = ParseArn(text);
  if (!arn || (FindPartition(arn->partition) == nullptr && !facts::HasHole(arn->partition))) {
    return std::nullopt;
  }
  const size_t slash = arn->resource.find('/');
  const std::string_view type = arn->resource.substr(0, slash);
  const auto whole = [&](CallerKind kind, bool iam_role = false) {
    return Canonical{kind, iam_role, std::string(text), arn->account, {}};
  };
  if (arn->service == "iam") {
    if (type == "user") return whole(CallerKind::kUser);
    if (type == "root") return whole(CallerKind::kRoot);
    if (type == "role") return whole(CallerKind::kRole, true);
    return std::nullopt;
  }
  if (arn->service != "sts") {
    return std::nullopt;
  }
  if (type == "federated-user") return whole(CallerKind::kFederatedUser);
  const size_t last = arn->resource.rfind('/');
  if (type != "assumed-role" || last == slash) {
    return std::nullopt;
  }
  return Canonical{CallerKind::kRole, false,
                   Concat({"arn:", arn->partition, ":iam::", arn->account, ":role/",
                           arn->resource.substr(slash + 1, last - slash - 1)}),
                   arn->account, arn->resource.substr(last + 1)};
}

}  // namespace

std::optional<std::string> CanonicalArn(std::string_view arn) {
  std::optional<Canonical> canonical = Canonicalize(arn);
  if (!canonical) {
    return std::nullopt;
  }
  return std::move(canonical->arn);
}

std::optional<Identity> IdentifyCaller(const StsAnswer& answer) {
  std::optional<Canonical> canonical = Canonicalize(answer.arn);
  if (!canonical) {
    return std::nullopt;
  }
  Identity identity;
  identity.kind = canonical->kind;
  identity.canonical = std::move(canonical->arn);
  identity.account = answer.account;
  identity.access_key = answer.access_key;
  if (identity.kind != CallerKind::kRole) {
    identity.id = answer.user_id;
    return identity;
  }
  const std::vector<std::string_view> parts = Split(answer.user_id, ':');
  if (parts.size() != 2) {
    return std::nullopt;
  }
  identity.id = parts[0];
  identity.session = parts[1];
  return identity;
}

std::optional<Caller> CallerFromArn(std::string_view arn) {
  std::optional<Canonical> canonical = Canonicalize(arn);
  if (!canonical) {
    return std::nullopt;
  }
  Caller caller;
  caller.kind = canonical->kind;
  caller.account = canonical->account;
  if (caller.kind != CallerKind::kRole) {
    caller.arn = arn;
    caller.canonical = std::move(canonical->arn);
    caller.session = "";
    return caller;
  }
  caller.path_known = canonical->role_in_iam_form;
  caller.arn = canonical->arn;
  if (canonical->role_in_iam_form) {
    caller.canonical = WithoutRolePath(canonical->arn);
  } else {
    caller.canonical = std::move(canonical->arn);
    caller.session = canonical->session;
  }
  return caller;
}

std::optional<Caller> CallerFromPrincipal(const facts::IamPrincipal& principal) {
  if (principal.kind == facts::IamKind::kGroup) {
    return std::nullopt;
  }
  Caller caller;
  caller.kind = principal.kind == facts::IamKind::kUser ? CallerKind::kUser : CallerKind::kRole;
  caller.arn = principal.arn;
  caller.account = principal.account;
  if (caller.kind == CallerKind::kUser) {
    caller.canonical = principal.arn;
    caller.session = "";
  } else if (ParseArn(principal.arn) || principal.path.empty() || principal.path == "/") {
    caller.canonical = WithoutRolePath(principal.arn);
  } else {
    // A role with a path whose ARN is one hole: what the authenticator sees is another text.
    caller.canonical = Concat({"arn:aws:iam::", principal.account, ":role/", principal.name});
  }
  return caller;
}

std::string WithoutRolePath(std::string_view arn) {
  const std::optional<Arn> parsed = ParseArn(arn);
  if (!parsed || parsed->resource.substr(0, 5) != "role/") {
    return std::string(arn);
  }
  const size_t begin = arn.size() - parsed->resource.size() + 5;
  const size_t slash = arn.rfind('/');
  return Concat({arn.substr(0, begin), arn.substr(slash + 1)});
}

std::string_view PartitionOf(std::string_view arn) {
  const std::optional<Arn> parsed = ParseArn(arn);
  return parsed && !facts::HasHole(parsed->partition) ? parsed->partition : std::string_view();
}

bool PartitionsMeet(std::string_view caller, std::string_view cluster) {
  const Partition* a = FindPartition(caller);
  const Partition* b = FindPartition(cluster);
  return a == nullptr || b == nullptr || a->domain == b->domain;
}

}  // namespace whomay::eks

#include "eks/irsa.h"

#include <algorithm>

#include "base/strings.h"
#include "eks/arn_match.h"
#include "iam/context.h"

namespace whomay::eks {
namespace {

constexpr std::string_view kSubjectPrefix = "system:serviceaccount:";

// Where in `pattern` a match may stand after it took all of `text`.
std::vector<size_t> PositionsAfter(std::string_view pattern, std::string_view text) {
  std::vector<bool> at(pattern.size() + 1, false);
  at[0] = true;
  const auto close = [&](std::vector<bool>& positions) {
    for (size_t p = 0; p < pattern.size(); ++p) {
      if (positions[p] && pattern[p] == '*') {
        positions[p + 1] = true;
      }
    }
  };
  for (const char c : text) {
    close(at);
    std::vector<bool> next(pattern.size() + 1, false);
    for (size_t p = 0; p < pattern.size(); ++p) {
      if (at[p] && pattern[p] == '*') {
        next[p] = true;
      } else if (at[p] && (pattern[p] == '?' || pattern[p] == c)) {
        next[p + 1] = true;
      }
    }
    at = std::move(next);
  }
  std::vector<size_t> positions;
  for (size_t p = 0; p <= pattern.size(); ++p) {
    if (at[p]) {
      positions.push_back(p);
    }
  }
  return positions;
}

bool HasWildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

}  // namespace

std::string_view WithoutScheme(std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  if (url.substr(0, kScheme.size()) == kScheme) {
    url.remove_prefix(kScheme.size());
  }
  if (!url.empty() && url.back() == '/') {
    url.remove_suffix(1);
  }
  return url;
}

std::string ServiceAccountSubject(std::string_view namespace_name, std::string_view name) {
  return Concat({kSubjectPrefix, namespace_name, ":", name});
}

ProviderCheck CheckProvider(const facts::Facts& facts, std::span<const uint32_t> providers,
                            std::string_view role_account, std::string_view issuer,
                            std::string_view audience) {
  using Why = ProviderCheck::Why;
  ProviderCheck best;
  for (const uint32_t i : providers) {
    const facts::OidcProvider& provider = facts.oidc_providers[i];
    // An account that is not known could be the role's.
    const Tri account = provider.account.empty() || role_account.empty()
                            ? Tri::kUnknown
                            : facts.holes.Equal(provider.account, role_account);
    const Tri url = facts.holes.Equal(WithoutScheme(provider.url), WithoutScheme(issuer));
    const Tri found = And(account, url);
    if (found == Tri::kFalse) {
      continue;
    }
    Tri lists = provider.client_ids_open ? Tri::kUnknown : Tri::kFalse;
    for (const facts::Str client : provider.client_ids) {
      lists = Or(lists, facts.holes.Equal(client, audience));
    }
    ProviderCheck check;
    check.provider = i;
    check.accepted = And(found, lists);
    if (check.accepted == Tri::kFalse) {
      check.why = Why::kAudience;
    } else if (check.accepted == Tri::kUnknown) {
      check.why = Why::kHole;
      for (const facts::Str text : {provider.url, provider.account, facts::Str(issuer)}) {
        check.hole = check.hole == facts::HoleId::kNone ? FirstHole(text) : check.hole;
      }
    } else {
      check.why = Why::kDecided;
    }
    const bool nearer = check.accepted == Tri::kFalse && best.why == Why::kNoProvider;
    if (check.accepted > best.accepted || nearer) {
      best = check;
    }
  }
  return best;
}

TokenClaims::TokenClaims(std::string_view issuer, std::string_view namespace_name,
                         std::string_view name, std::string_view audience)
    : issuer_(WithoutScheme(issuer)),
      subject_(ServiceAccountSubject(namespace_name, name)),
      audience_(audience) {}

void TokenClaims::Fill(iam::Context& context) const {
  context.SetPrefix(Concat({issuer_, ":"}), iam::Context::State::kAbsent);
  context.Set(Concat({issuer_, ":sub"}), {subject_});
  context.Set(Concat({issuer_, ":aud"}), {audience_});
}

std::vector<SubjectPattern> ServiceAccountsOf(std::string_view subject, bool glob) {
  std::vector<SubjectPattern> found;
  const auto add = [&](std::string namespace_name, std::string name) {
    // No name holds a colon.
    if (namespace_name.find(':') != std::string::npos || name.find(':') != std::string::npos ||
        namespace_name.empty() || name.empty()) {
      return;
    }
    const bool pattern = glob && (HasWildcard(namespace_name) || HasWildcard(name));
    SubjectPattern added{std::move(namespace_name), std::move(name), pattern};
    if (std::find(found.begin(), found.end(), added) == found.end()) {
      found.push_back(std::move(added));
    }
  };
  if (!glob) {
    if (subject.substr(0, kSubjectPrefix.size()) == kSubjectPrefix) {
      const std::string_view rest = subject.substr(kSubjectPrefix.size());
      const size_t colon = rest.find(':');
      if (colon != std::string_view::npos) {
        add(std::string(rest.substr(0, colon)), std::string(rest.substr(colon + 1)));
      }
    }
    return found;
  }
  // What is left of the pattern behind the fixed words, cut wherever the colon between namespace
  // and name may stand: at a literal one, or inside a wildcard.
  for (const size_t begin : PositionsAfter(subject, kSubjectPrefix)) {
    const std::string_view rest = subject.substr(begin);
    for (size_t i = 0; i < rest.size(); ++i) {
      const std::string_view before = rest.substr(0, i), after = rest.substr(i + 1);
      if (rest[i] == ':' || rest[i] == '?') {
        add(std::string(before), std::string(after));
      } else if (rest[i] == '*') {
        add(Concat({before, "*"}), Concat({"*", after}));
      }
    }
  }
  return found;
}

Credentials CredentialsOf(const facts::ServiceAccount* service_account, bool has_association) {
  if (has_association) {
    return Credentials::kPodIdentity;
  }
  return service_account != nullptr && !service_account->role_arn.empty()
             ? Credentials::kWebIdentity
             : Credentials::kNode;
}

}  // namespace whomay::eks

#include "tests/cases/agreement.h"

#include <algorithm>
#include <string_view>

namespace whomay::cases {
namespace {

// '*' any characters, '?' one; a pattern of the test's own, so that it judges the library's.
bool Matches(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0;
  size_t star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

std::string_view AccountOf(std::string_view arn) {
  if (arn.substr(0, 4) != "arn:") {
    return {};
  }
  for (int colons = 0; colons < 4; ++colons) {
    const size_t colon = arn.find(':');
    if (colon == std::string_view::npos) {
      return {};
    }
    arn.remove_prefix(colon + 1);
  }
  return arn.substr(0, arn.find(':'));
}

std::string_view WithoutCluster(std::string_view principal) {
  return principal.substr(0, principal.rfind('@'));
}

bool HasPrefix(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// Whether a row of `who` stands for everybody of a sort that the principal is of.
bool Covers(const Grantee& row, const Directions& d) {
  const std::string_view who = row.principal;
  const std::string& principal = d.can.principal;
  if (row.kind == "hole" || who == "*") {
    return true;
  }
  if (HasPrefix(who, "account:")) {
    return who.substr(8) == AccountOf(principal);
  }
  if (HasPrefix(who, "group:")) {
    const std::string_view group = WithoutCluster(who.substr(6));
    return std::any_of(d.whoami.kubernetes.begin(), d.whoami.kubernetes.end(), [&](const auto& k) {
      return std::find(k.groups.begin(), k.groups.end(), group) != k.groups.end();
    });
  }
  if (HasPrefix(who, "sa:") || HasPrefix(who, "pod:") || HasPrefix(who, "federated:")) {
    return who.find('*') != std::string_view::npos && Matches(who, principal);
  }
  return false;
}

void CheckWho(const Directions& d, std::vector<std::string>& out) {
  std::optional<Decision> own;
  Decision collective = Decision::kDenied;
  for (const Grantee& row : d.who.grantees) {
    if (row.principal == d.can.principal && row.kind != "hole") {
      own = own ? std::max(*own, row.decision) : row.decision;
    } else if (Covers(row, d)) {
      collective = std::max(collective, row.decision);
    }
  }
  if (own && *own != d.can.decision) {
    out.push_back(std::string("can says ") + Name(d.can.decision) + ", the row of who " +
                  Name(*own));
  }
  if (!own && collective < d.can.decision) {
    out.push_back(std::string("can says ") + Name(d.can.decision) +
                  ", who has no row, and its collectives at most " + Name(collective));
  }
}

bool Holds(const std::vector<std::string>& list, std::string_view value) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& item) { return item == "*" || item == value; });
}

bool UrlMatches(const std::vector<std::string>& urls, std::string_view url) {
  return std::any_of(urls.begin(), urls.end(), [&](const std::string& pattern) {
    return pattern == "*" || pattern == url ||
           (pattern.back() == '*' &&
            HasPrefix(url, std::string_view(pattern).substr(0, pattern.size() - 1)));
  });
}

bool RuleGrants(const WhatAnswer::Rule& rule, const Permission& p) {
  if (!Holds(rule.verbs, p.verb)) {
    return false;
  }
  if (!p.url.empty()) {
    return UrlMatches(rule.urls, p.url);
  }
  const std::string resource =
      p.subresource.empty() ? p.resource : p.resource + '/' + p.subresource;
  const std::string any_parent = p.subresource.empty() ? "" : "*/" + p.subresource;
  const bool matches =
      std::any_of(rule.resources.begin(), rule.resources.end(), [&](const auto& r) {
        return r == "*" || r == resource || (!any_parent.empty() && r == any_parent);
      });
  return matches && Holds(rule.groups, p.group) &&
         (rule.names.empty() || Holds(rule.names, p.name));
}

void CheckWhatKubernetes(const Directions& d, std::vector<std::string>& out) {
  const Permission& p = d.can.permission;
  // A wildcard asks for all of it, which no single rule need grant.
  if (p.verb == "*" || p.resource == "*" || p.group == "*" || p.subresource == "*" || p.any ||
      !p.role_ref.empty()) {
    return;
  }
  bool granted = false;
  for (const WhatAnswer::Scope& scope : d.what.kubernetes) {
    // A scope is one namespace, a pattern of an access policy's, or "*" for all and the cluster's
    // own.
    const bool covers = scope.name_space == "*" || (!p.name_space.empty() && p.url.empty() &&
                                                    Matches(scope.name_space, p.name_space));
    if (scope.cluster != p.cluster || !covers) {
      continue;
    }
    granted |= std::any_of(scope.rules.begin(), scope.rules.end(), [&](const auto& rule) {
      return rule.decision == Decision::kAllowed && RuleGrants(rule, p);
    });
  }
  if (granted && d.can.decision == Decision::kDenied) {
    out.push_back("what has a rule that grants it");
  }
  if (!granted && d.can.decision == Decision::kAllowed) {
    out.push_back("what has no rule that grants it");
  }
}

// Only what an identity policy's statement grants: denies and boundaries stand in lists of their
// own.
void CheckWhatAws(const Directions& d, std::vector<std::string>& out) {
  if (d.can.decision != Decision::kAllowed || d.can.paths.empty() || d.can.paths[0].steps.empty()) {
    return;
  }
  const Step& grant = d.can.paths[0].steps.back();
  if (grant.edge != "identity-policy" || !grant.origin.known()) {  // some actions need no grant
    return;
  }
  const std::string action = Lower(d.can.permission.action);
  const bool granted = std::any_of(d.what.aws.begin(), d.what.aws.end(), [&](const auto& grant) {
    return !grant.deny &&
           std::any_of(grant.actions.begin(), grant.actions.end(), [&](const auto& a) {
             return HasPrefix(a, "not:") || Matches(Lower(a), action);
           });
  });
  if (!granted) {
    out.push_back("what has no statement that grants it");
  }
}

}  // namespace

std::vector<std::string> Disagreements(const Directions& d) {
  std::vector<std::string> out;
  CheckWho(d, out);
  if (d.can.permission.plane == Permission::Plane::kKubernetes) {
    CheckWhatKubernetes(d, out);
  } else {
    CheckWhatAws(d, out);
  }
  return out;
}

}  // namespace whomay::cases

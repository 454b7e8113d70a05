#include "tests/differential/kubernetes/naive.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace whomay::differential {
namespace {

using std::string;

bool Has(const Texts& texts, const string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

string Lower(string text) {
  for (char& c : text) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

string Trimmed(string text) {
  while (!text.empty() && text.front() == ' ') {
    text.erase(0, 1);
  }
  while (!text.empty() && text.back() == ' ') {
    text.pop_back();
  }
  return text;
}

bool Equal(const string& a, const string& b, Mistake mistake) {
  if (mistake == Mistake::kFoldCase) {
    return Lower(a) == Lower(b);
  }
  return mistake == Mistake::kTrimSpaces ? Trimmed(a) == Trimmed(b) : a == b;
}

bool PrefixPattern(const string& pattern, const string& text) {
  return pattern.size() > 1 && pattern.ends_with('*') &&
         text.starts_with(pattern.substr(0, pattern.size() - 1));
}

// A wildcard pattern in which every star matches anything.
bool Glob(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) {
    return text.empty();
  }
  if (pattern[0] == '*') {
    return Glob(pattern.substr(1), text) || (!text.empty() && Glob(pattern, text.substr(1)));
  }
  return !text.empty() && pattern[0] == text[0] && Glob(pattern.substr(1), text.substr(1));
}

class Evaluator {
 public:
  Evaluator(const World& world, Mistake mistake) : mistake_(mistake) {
    for (const Object& object : world.objects) {
      Apply(object);
    }
    objects_ = Aggregated(std::move(objects_), mistake);
  }

  bool Allows(const Ask& ask) const {
    const Caller caller = Authenticate(ask);
    if (!is(Mistake::kNoMasters) && Has(caller.groups, "system:masters")) {
      return true;
    }
    for (const Object& binding : objects_) {
      if (binding.is_role() || !Counts(binding, ask) || !AppliesTo(binding, caller)) {
        continue;
      }
      if (BindingGrants(binding, ask)) {
        return true;
      }
      if (is(Mistake::kOnlyFirstBinding)) {
        return false;
      }
    }
    return false;
  }

 private:
  struct Caller {
    string name;
    Texts groups;
  };

  bool is(Mistake mistake) const { return mistake_ == mistake; }

  void Apply(const Object& object) {
    for (Object& have : objects_) {
      if (have.kind == object.kind && have.space == object.space && have.name == object.name) {
        if (!is(Mistake::kFirstObjectStands)) {
          have = object;
        }
        return;
      }
    }
    objects_.push_back(object);
  }

  Caller Authenticate(const Ask& ask) const {
    Caller caller{ask.user, ask.groups};
    if (ask.caller == Ask::Caller::kAnonymous) {
      caller = {"system:anonymous", {"system:unauthenticated"}};
      if (is(Mistake::kAnonymousIsAuthenticated)) {
        caller.groups.push_back("system:authenticated");
      }
      return caller;
    }
    if (ask.caller == Ask::Caller::kServiceAccount) {
      caller = {"system:serviceaccount:" + ask.account_space + ":" + ask.user, {}};
      if (!is(Mistake::kAccountsHaveNoGroups)) {
        caller.groups.push_back("system:serviceaccounts");
        if (!is(Mistake::kAccountsHaveNoNamespaceGroup)) {
          caller.groups.push_back("system:serviceaccounts:" + ask.account_space);
        }
      }
    }
    if (!is(Mistake::kNobodyIsAuthenticated) && !Has(caller.groups, "system:unauthenticated")) {
      caller.groups.push_back("system:authenticated");
    }
    return caller;
  }

  // Whether the binding is looked at for this request.
  bool Counts(const Object& binding, const Ask& ask) const {
    if (binding.kind == "ClusterRoleBinding" || is(Mistake::kRoleBindingsEverywhere)) {
      return true;
    }
    if (!ask.url.empty()) {
      return is(Mistake::kRoleBindingGrantsUrls);
    }
    if (is(Mistake::kNamespacesAreClusterScoped) && ask.resource == "namespaces") {
      return false;
    }
    return !ask.space.empty() && binding.space == ask.space;
  }

  bool AppliesTo(const Object& binding, const Caller& caller) const {
    return std::any_of(binding.subjects.begin(), binding.subjects.end(),
                       [&](const Subject& subject) { return Is(subject, binding, caller); });
  }

  bool Is(const Subject& subject, const Object& binding, const Caller& caller) const {
    string kind = subject.kind;
    if (is(Mistake::kSubjectKindAnyCase) && !kind.empty()) {
      kind[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(kind[0])));
    }
    if (is(Mistake::kSubjectGroupCompared) && !subject.group.empty() &&
        subject.group != "rbac.authorization.k8s.io") {
      return false;
    }
    if (kind == "User") {
      return Equal(subject.name, caller.name, mistake_) &&
             !(is(Mistake::kUserSubjectNeverAccount) &&
               subject.name.starts_with("system:serviceaccount:"));
    }
    if (kind == "Group") {
      return std::any_of(
                 caller.groups.begin(), caller.groups.end(),
                 [&](const string& group) { return Equal(subject.name, group, mistake_); }) ||
             (is(Mistake::kUserIsGroupOfHisName) && subject.name == caller.name);
    }
    return kind == "ServiceAccount" && IsAccount(subject, binding, caller);
  }

  bool IsAccount(const Subject& subject, const Object& binding, const Caller& caller) const {
    string space = subject.space;
    if (space.empty() || (is(Mistake::kBindingNamespaceWins) && !binding.space.empty())) {
      if (is(Mistake::kAccountWithoutNamespaceIsNobody)) {
        return false;
      }
      space = is(Mistake::kAccountWithoutNamespaceIsDefault) ? "default" : binding.space;
    }
    if (space.empty()) {
      return false;
    }
    if (is(Mistake::kAccountInAnyNamespace)) {
      return caller.name.starts_with("system:serviceaccount:") &&
             caller.name.ends_with(":" + subject.name);
    }
    return Equal("system:serviceaccount:" + space + ":" + subject.name, caller.name, mistake_);
  }

  const Object* FindRole(const Object& binding) const {
    for (const Object& role : objects_) {
      const bool in_place = role.kind == "ClusterRole" || role.space == binding.space ||
                            is(Mistake::kRoleInAnyNamespace);
      if (role.is_role() && role.kind == binding.role_kind && role.name == binding.role_name &&
          in_place && !(role.kind == "Role" && binding.kind == "ClusterRoleBinding")) {
        return &role;
      }
    }
    if (is(Mistake::kMissingRoleIsClusterRole)) {
      for (const Object& role : objects_) {
        if (role.kind == "ClusterRole" && role.name == binding.role_name) {
          return &role;
        }
      }
    }
    return nullptr;
  }

  bool BindingGrants(const Object& binding, const Ask& ask) const {
    const Object* role = FindRole(binding);
    if (role == nullptr) {
      return is(Mistake::kMissingRoleGrantsAll);
    }
    if (is(Mistake::kRoleBindingToClusterRoleIgnored) && binding.kind == "RoleBinding" &&
        role->kind == "ClusterRole") {
      return false;
    }
    for (const Rule& rule : role->rules) {
      if (RuleGrants(rule, ask)) {
        return true;
      }
      if (is(Mistake::kOnlyFirstRule)) {
        return false;
      }
    }
    return false;
  }

  bool RuleGrants(const Rule& rule, const Ask& ask) const {
    if (!VerbMatches(rule, ask)) {
      return false;
    }
    if (!ask.url.empty()) {
      return UrlMatches(rule, ask.url) && !(is(Mistake::kNamesRestrictUrls) && !rule.names.empty());
    }
    return GroupMatches(rule, ask) && ResourceMatches(rule, ask) && NameMatches(rule, ask);
  }

  bool VerbMatches(const Rule& rule, const Ask& ask) const {
    if (rule.verbs.empty()) {
      return is(Mistake::kNoVerbsIsAll);
    }
    return std::any_of(rule.verbs.begin(), rule.verbs.end(), [&](const string& verb) {
      return (verb == "*" && !is(Mistake::kVerbStarIsLiteral)) || Equal(verb, ask.verb, mistake_) ||
             (is(Mistake::kVerbPrefix) && PrefixPattern(verb, ask.verb));
    });
  }

  bool GroupMatches(const Rule& rule, const Ask& ask) const {
    if (is(Mistake::kGroupIgnored)) {
      return true;
    }
    if (rule.groups.empty()) {
      return is(Mistake::kNoGroupsIsAll) || (is(Mistake::kNoGroupsIsCore) && ask.group.empty());
    }
    return std::any_of(rule.groups.begin(), rule.groups.end(), [&](const string& group) {
      return (group == "*" && !is(Mistake::kGroupStarIsLiteral)) ||
             Equal(group, ask.group, mistake_) ||
             (is(Mistake::kCoreIsEmptyGroup) && group == "core" && ask.group.empty()) ||
             (is(Mistake::kEmptyGroupIsAll) && group.empty()) ||
             (is(Mistake::kGroupCoversSubdomain) && ask.group.ends_with("." + group));
    });
  }

  bool ResourceMatches(const Rule& rule, const Ask& ask) const {
    if (rule.resources.empty()) {
      return is(Mistake::kNoResourcesIsAll);
    }
    return std::any_of(rule.resources.begin(), rule.resources.end(),
                       [&](const string& entry) { return EntryMatches(entry, ask); });
  }

  bool EntryMatches(const string& entry, const Ask& ask) const {
    const bool sub = !ask.subresource.empty();
    if (entry == "*") {
      return !(sub && is(Mistake::kStarWithoutSubresources));
    }
    if (is(Mistake::kPodsStarIsNeverMatched) && entry.ends_with("/*")) {
      return false;
    }
    if (is(Mistake::kSlashInResourceIsOpaque) && !sub && ask.resource.find('/') != string::npos) {
      return false;
    }
    if (Equal(entry, sub ? ask.resource + "/" + ask.subresource : ask.resource, mistake_)) {
      return true;
    }
    if (sub && entry == "*/" + ask.subresource && !is(Mistake::kStarSubIsLiteral)) {
      return true;
    }
    switch (mistake_) {
      case Mistake::kResourceCoversSubresources:
        return entry == ask.resource;
      case Mistake::kPodsStarCoversSubresources:
        return sub && entry == ask.resource + "/*";
      case Mistake::kStarSlashStarCoversAll:
        return entry == "*/*";
      case Mistake::kStarSlashStarCoversSubresources:
        return sub && entry == "*/*";
      case Mistake::kStarSubCoversResource:
        return !sub && entry == "*/" + ask.resource;
      case Mistake::kStarSubBySuffix:
        return sub && entry.size() > 2 && entry.starts_with("*/") &&
               ask.subresource.ends_with(entry.substr(2));
      case Mistake::kResourcePrefix:
        return PrefixPattern(entry, ask.resource);
      default:
        return false;
    }
  }

  bool NameMatches(const Rule& rule, const Ask& ask) const {
    Texts names = rule.names;
    if (is(Mistake::kEmptyNameDropped)) {
      std::erase(names, "");
    }
    if (names.empty() || is(Mistake::kNamesIgnored)) {
      return true;
    }
    const bool bare = ask.subresource.empty();
    if ((is(Mistake::kNamesIgnoredWithoutName) && ask.name.empty()) ||
        (is(Mistake::kListIgnoresNames) && (ask.verb == "list" || ask.verb == "watch")) ||
        (is(Mistake::kNamesIgnoredForSubresources) && !bare)) {
      return true;
    }
    if ((is(Mistake::kCreateNeverByName) && ask.verb == "create" && bare) ||
        (is(Mistake::kDeleteCollectionNeverByName) && ask.verb == "deletecollection") ||
        (is(Mistake::kEmptyNameMatchesNothing) && ask.name.empty())) {
      return false;
    }
    return std::any_of(names.begin(), names.end(), [&](const string& name) {
      return Equal(name, ask.name, mistake_) || (is(Mistake::kNameStarIsWildcard) && name == "*") ||
             (is(Mistake::kNamePrefix) && PrefixPattern(name, ask.name));
    });
  }

  bool UrlMatches(const Rule& rule, const string& url) const {
    return std::any_of(rule.urls.begin(), rule.urls.end(), [&](const string& pattern) {
      if (pattern == "*" || Equal(pattern, url, mistake_)) {
        return true;
      }
      if (is(Mistake::kUrlStarAnywhere) && Glob(pattern, url)) {
        return true;
      }
      if (!pattern.ends_with('*') || is(Mistake::kUrlStarIsLiteral)) {
        return false;
      }
      string prefix = pattern;
      do {
        prefix.pop_back();
      } while (prefix.ends_with('*') && !is(Mistake::kUrlOneStarCut));
      if (is(Mistake::kUrlStarOnlyAfterSlash) && !prefix.ends_with('/')) {
        return false;
      }
      return url.starts_with(prefix) || (is(Mistake::kUrlStarCoversParent) && url + "/" == prefix);
    });
  }

  Mistake mistake_;
  std::vector<Object> objects_;
};

}  // namespace

std::vector<bool> AnswerNaively(const World& world, Mistake mistake) {
  const Evaluator evaluator(world, mistake);
  std::vector<bool> answers;
  for (const Ask& ask : world.asks) {
    answers.push_back(evaluator.Allows(ask));
  }
  return answers;
}

}  // namespace whomay::differential

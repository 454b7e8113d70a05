#include "rbac/covers.h"

#include <string>

#include "base/strings.h"
#include "rbac/labels.h"
#include "source/limits.h"

namespace whomay::rbac {
namespace {

using Texts = std::vector<facts::Str>;

Tri Contains(const Texts& texts, std::string_view text, const facts::HoleTable* holes) {
  Tri found = Tri::kFalse;
  for (const facts::Str have : texts) {
    found = Or(found, EqualTexts(have, text, holes));
    if (found == Tri::kTrue) {
      break;
    }
  }
  return found;
}

Tri ContainsOrAll(const Texts& texts, std::string_view text, const facts::HoleTable* holes) {
  const Tri all = Contains(texts, "*", holes);
  return all == Tri::kTrue ? all : Or(all, Contains(texts, text, holes));
}

Tri CoversResource(const Texts& owner, std::string_view resource, const facts::HoleTable* holes) {
  const Tri covered = ContainsOrAll(owner, resource, holes);
  const size_t slash = resource.find('/');
  if (covered == Tri::kTrue || slash == std::string_view::npos) {
    return covered;
  }
  return Or(covered, Contains(owner, Concat({"*", resource.substr(slash)}), holes));
}

Tri CoversUrl(std::string_view owner, std::string_view url, const facts::HoleTable* holes) {
  const Tri equal = EqualTexts(owner, url, holes);
  if (equal == Tri::kTrue || facts::HasHole(owner)) {
    return equal;
  }
  std::string_view prefix = owner;
  while (prefix.ends_with('*')) {
    prefix.remove_suffix(1);
  }
  if (prefix.size() == owner.size()) {
    return equal;
  }
  // Of an URL with a hole only what stands before it is known.
  const std::string_view known = url.substr(0, url.find('\xFF'));
  if (known.starts_with(prefix)) {
    return Tri::kTrue;
  }
  return known.size() < url.size() && prefix.starts_with(known) ? Tri::kUnknown : equal;
}

Tri RuleCovers(const facts::PolicyRule& owner, const Atom& atom, const facts::HoleTable* holes) {
  Tri covered = ContainsOrAll(owner.verbs, atom.verb, holes);
  if (covered == Tri::kFalse) {
    return covered;
  }
  if (!owner.resource_names.empty()) {
    covered =
        And(covered, atom.named ? Contains(owner.resource_names, atom.name, holes) : Tri::kFalse);
  }
  if (atom.is_url) {
    Tri url = Tri::kFalse;
    for (const facts::Str text : owner.non_resource_urls) {
      url = Or(url, CoversUrl(text, atom.url, holes));
    }
    return And(covered, url);
  }
  covered = And(covered, ContainsOrAll(owner.api_groups, atom.group, holes));
  return covered == Tri::kFalse
             ? covered
             : And(covered, CoversResource(owner.resources, atom.resource, holes));
}

class Cover {
 public:
  Cover(RuleList owner, const facts::HoleTable* holes) : owner_(owner), holes_(holes) {}

  Coverage Run(RuleList wanted) {
    for (const facts::PolicyRule* rule : wanted) {
      Resources(*rule);
      Urls(*rule);
    }
    if (result_.limited) {
      result_.covered = And(result_.covered, Tri::kUnknown);
    }
    return std::move(result_);
  }

 private:
  // The loops of BreakdownRule, in its order.
  void Resources(const facts::PolicyRule& rule) {
    Atom atom;
    for (const facts::Str group : rule.api_groups) {
      atom.group = group;
      for (const facts::Str resource : rule.resources) {
        atom.resource = resource;
        for (const facts::Str verb : rule.verbs) {
          atom.verb = verb;
          atom.named = !rule.resource_names.empty();
          if (!atom.named) {
            atom.name = {};
            Check(atom);
          }
          for (const facts::Str name : rule.resource_names) {
            atom.name = name;
            Check(atom);
          }
          if (result_.limited) {
            return;
          }
        }
      }
    }
  }

  void Urls(const facts::PolicyRule& rule) {
    Atom atom;
    atom.is_url = true;
    for (const facts::Str url : rule.non_resource_urls) {
      atom.url = url;
      for (const facts::Str verb : rule.verbs) {
        atom.verb = verb;
        Check(atom);
      }
    }
  }

  void Check(const Atom& atom) {
    if (tests_ > source::kMaxCoverTests) {
      result_.limited = true;
      return;
    }
    Tri covered = Tri::kFalse;
    ++tests_;
    for (const facts::PolicyRule* rule : owner_) {
      ++tests_;
      covered = Or(covered, RuleCovers(*rule, atom, holes_));
      if (covered == Tri::kTrue) {
        return;
      }
    }
    result_.covered = And(result_.covered, covered);
    (covered == Tri::kFalse ? result_.uncovered : result_.undecided).push_back(atom);
  }

  RuleList owner_;
  const facts::HoleTable* holes_;
  Coverage result_;
  size_t tests_ = 0;
};

std::vector<const facts::PolicyRule*> Pointers(std::span<const facts::PolicyRule> rules) {
  std::vector<const facts::PolicyRule*> pointers;
  for (const facts::PolicyRule& rule : rules) {
    pointers.push_back(&rule);
  }
  return pointers;
}

}  // namespace

Coverage Covers(RuleList owner, RuleList wanted, const facts::HoleTable* holes) {
  return Cover(owner, holes).Run(wanted);
}

Coverage Covers(std::span<const facts::PolicyRule> owner, std::span<const facts::PolicyRule> wanted,
                const facts::HoleTable* holes) {
  return Covers(Pointers(owner), Pointers(wanted), holes);
}

}  // namespace whomay::rbac

#include "rbac/labels.h"

#include <algorithm>
#include <vector>

#include "rbac/match.h"

namespace whomay::rbac {
namespace {

constexpr size_t kMaxLabel = 63;  // of a label value, a name part, a DNS label
constexpr size_t kMaxSubdomain = 253;

bool IsLowerAlnum(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool IsAlnum(char c) { return IsLowerAlnum(c) || (c >= 'A' && c <= 'Z'); }

// [A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?
bool IsNamePart(std::string_view text) {
  return !text.empty() && text.size() <= kMaxLabel && IsAlnum(text.front()) &&
         IsAlnum(text.back()) && std::all_of(text.begin(), text.end(), [](char c) {
           return IsAlnum(c) || c == '-' || c == '_' || c == '.';
         });
}

bool IsLabelShape(std::string_view text) {
  return !text.empty() && IsLowerAlnum(text.front()) && IsLowerAlnum(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return IsLowerAlnum(c) || c == '-'; });
}

bool IsQualifiedName(std::string_view text) {
  if (facts::HasHole(text)) {
    return true;
  }
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return IsNamePart(text);
  }
  return IsDns1123Subdomain(text.substr(0, slash)) && IsNamePart(text.substr(slash + 1));
}

bool IsLabelValue(std::string_view text) {
  return text.empty() || facts::HasHole(text) || IsNamePart(text);
}

bool IsValidRequirement(const facts::LabelRequirement& requirement) {
  if (facts::HasHole(requirement.op)) {
    return true;
  }
  const bool set = requirement.op == "In" || requirement.op == "NotIn";
  const bool presence = requirement.op == "Exists" || requirement.op == "DoesNotExist";
  return (set || presence) && set == !requirement.values.empty() &&
         IsQualifiedName(requirement.key) &&
         std::all_of(requirement.values.begin(), requirement.values.end(), IsLabelValue);
}

// Is there a label of this key, and has it one of these values?
struct Found {
  Tri present = Tri::kFalse;
  Tri equal = Tri::kFalse;
};

Found Find(Labels labels, std::string_view key, std::span<const facts::Str> values, bool plain,
           const facts::HoleTable* holes) {
  Found found;
  const auto equal_texts = [&](std::string_view a, std::string_view b) {
    return plain ? ToTri(a == b) : EqualTexts(a, b, holes);
  };
  for (const auto& [label, value] : labels) {
    const Tri same = equal_texts(label, key);
    if (same == Tri::kFalse) {
      continue;
    }
    Tri equal = Tri::kFalse;
    for (const facts::Str wanted : values) {
      equal = Or(equal, equal_texts(value, wanted));
    }
    found.present = Or(found.present, same);
    found.equal = Or(found.equal, And(same, equal));
  }
  return found;
}

Tri Holds(const facts::LabelRequirement& requirement, Labels labels, bool plain,
          const facts::HoleTable* holes) {
  const Found found = Find(labels, requirement.key, requirement.values, plain, holes);
  if (requirement.op == "In") {
    return found.equal;
  }
  if (requirement.op == "NotIn") {  // holds for an absent key, too
    return Not(found.equal);
  }
  if (requirement.op == "Exists") {
    return found.present;
  }
  if (requirement.op == "DoesNotExist") {
    return Not(found.present);
  }
  return Tri::kUnknown;  // an operator that is a hole; others make no selector
}

}  // namespace

bool IsDns1123Label(std::string_view text) {
  return text.size() <= kMaxLabel && IsLabelShape(text);
}

bool IsDns1123Subdomain(std::string_view text) {
  if (text.size() > kMaxSubdomain) {
    return false;
  }
  while (true) {
    const size_t dot = text.find('.');
    if (!IsLabelShape(text.substr(0, dot))) {
      return false;
    }
    if (dot == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(dot + 1);
  }
}

bool IsValidSelector(const facts::LabelSelector& selector) {
  return std::all_of(selector.match_labels.begin(), selector.match_labels.end(),
                     [](const auto& label) {
                       return IsQualifiedName(label.first) && IsLabelValue(label.second);
                     }) &&
         std::all_of(selector.match_expressions.begin(), selector.match_expressions.end(),
                     IsValidRequirement);
}

facts::HoleId FirstHole(Labels labels) {
  for (const auto& [key, value] : labels) {
    for (const facts::Str text : {key, value}) {
      if (facts::HasHole(text)) {
        return FirstHole(text);
      }
    }
  }
  return facts::HoleId::kNone;
}

facts::HoleId FirstHole(const facts::LabelSelector& selector) {
  for (const facts::LabelRequirement& requirement : selector.match_expressions) {
    std::vector<facts::Str> texts = requirement.values;
    texts.push_back(requirement.key);
    texts.push_back(requirement.op);
    for (const facts::Str text : texts) {
      if (facts::HasHole(text)) {
        return FirstHole(text);
      }
    }
  }
  return FirstHole(Labels(selector.match_labels));
}

Tri Selects(const facts::LabelSelector& selector, Labels labels, bool plain,
            const facts::HoleTable* holes) {
  Tri all = Tri::kTrue;
  for (const auto& [key, value] : selector.match_labels) {
    all = And(all, Find(labels, key, {&value, 1}, plain, holes).equal);
  }
  for (const facts::LabelRequirement& requirement : selector.match_expressions) {
    all = And(all, Holds(requirement, labels, plain, holes));
  }
  return all;
}

Tri EqualTexts(std::string_view a, std::string_view b, const facts::HoleTable* holes) {
  if (a == b) {
    return Tri::kTrue;
  }
  if (!facts::HasHole(a) && !facts::HasHole(b)) {
    return Tri::kFalse;
  }
  return holes != nullptr ? holes->Equal(a, b) : Tri::kUnknown;
}

}  // namespace whomay::rbac

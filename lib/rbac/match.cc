#include "rbac/match.h"

#include <string>

#include "base/strings.h"
#include "rbac/labels.h"

namespace whomay::rbac {
namespace {

using Texts = std::vector<facts::Str>;

Tri ContainsEqual(const Texts& texts, std::string_view text, const facts::HoleTable* holes) {
  Tri found = Tri::kFalse;
  for (const facts::Str have : texts) {
    found = Or(found, EqualTexts(have, text, holes));
    if (found == Tri::kTrue) {
      break;
    }
  }
  return found;
}

// A list in which "*" stands for everything.
Tri ContainsOrAll(const Texts& texts, std::string_view text, bool any,
                  const facts::HoleTable* holes) {
  if (any) {
    return ToTri(!texts.empty());
  }
  return Or(ContainsEqual(texts, "*", holes), ContainsEqual(texts, text, holes));
}

// "any resource, no subresource": `*`, or an entry without a slash. A hole may be either.
Tri IsPlainResource(std::string_view entry) {
  if (facts::HasHole(entry)) {
    return Tri::kUnknown;
  }
  return ToTri(entry.find('/') == std::string_view::npos);
}

// An entry of the form RESOURCE/anything.
Tri IsSubresourceOf(std::string_view entry, std::string_view resource) {
  if (entry == "*" || entry == resource) {
    return Tri::kTrue;
  }
  if (facts::HasHole(entry)) {
    return Tri::kUnknown;
  }
  return ToTri(entry.starts_with("*/") ||
               (entry.size() > resource.size() && entry.starts_with(resource) &&
                entry[resource.size()] == '/'));
}

Tri EntryMatchesAny(std::string_view entry, const Request& request, const Any& any,
                    const facts::HoleTable* holes) {
  if (any.resource && any.subresource) {
    return Tri::kTrue;
  }
  if (any.subresource) {  // the resource itself, or any subresource of it
    return IsSubresourceOf(entry, request.resource);
  }
  if (request.subresource.empty()) {
    return IsPlainResource(entry);
  }
  if (entry == "*") {
    return Tri::kTrue;
  }
  // That subresource of any resource.
  const size_t slash = entry.find('/');
  if (slash == std::string_view::npos) {
    return facts::HasHole(entry) ? Tri::kUnknown : Tri::kFalse;
  }
  return EqualTexts(entry.substr(slash + 1), request.subresource, holes);
}

Tri ResourceMatches(const Texts& resources, const Request& request, const Any& any,
                    const facts::HoleTable* holes) {
  Tri found = Tri::kFalse;
  if (any.resource || any.subresource) {
    for (const facts::Str entry : resources) {
      found = Or(found, EntryMatchesAny(entry, request, any, holes));
    }
    return found;
  }
  if (request.subresource.empty()) {
    return ContainsOrAll(resources, request.resource, false, holes);
  }
  return Or(
      ContainsOrAll(resources, Concat({request.resource, "/", request.subresource}), false, holes),
      ContainsEqual(resources, Concat({"*/", request.subresource}), holes));
}

Tri UrlMatches(const Texts& urls, const Request& request, const Any& any,
               const facts::HoleTable* holes) {
  if (any.url) {
    return ToTri(!urls.empty());
  }
  Tri found = Tri::kFalse;
  for (const facts::Str url : urls) {
    if (facts::HasHole(url)) {
      // A hole may end in a star; only what stands before it counts.
      const std::string_view fixed = url.substr(0, url.find('\xFF'));
      const size_t both = std::min(fixed.size(), request.url.size());
      found = Or(found, fixed.substr(0, both) == request.url.substr(0, both) ? Tri::kUnknown
                                                                             : Tri::kFalse);
      continue;
    }
    std::string_view prefix = url;
    while (prefix.ends_with('*')) {
      prefix.remove_suffix(1);
    }
    const bool matches = prefix.size() == url.size()
                             ? EqualTexts(url, request.url, holes) == Tri::kTrue
                             : request.url.starts_with(prefix);
    found = Or(found, ToTri(matches));
  }
  return found;
}

}  // namespace

RuleParts MatchParts(const facts::PolicyRule& rule, const Request& request, const Any& any,
                     const facts::HoleTable* holes) {
  RuleParts parts;
  parts.verb = ContainsOrAll(rule.verbs, request.verb, any.verb, holes);
  if (!request.url.empty() || any.url) {
    parts.resource = UrlMatches(rule.non_resource_urls, request, any, holes);
    parts.name = Tri::kTrue;  // resourceNames do not restrict URLs
    return parts;
  }
  parts.resource = And(ContainsOrAll(rule.api_groups, request.group, any.group, holes),
                       ResourceMatches(rule.resources, request, any, holes));
  parts.name = rule.resource_names.empty() || any.name
                   ? Tri::kTrue
                   : ContainsEqual(rule.resource_names, request.name, holes);
  return parts;
}

Tri MatchRule(const facts::PolicyRule& rule, const Request& request, const Any& any,
              const facts::HoleTable* holes) {
  const RuleParts parts = MatchParts(rule, request, any, holes);
  return And(parts.verb, And(parts.resource, parts.name));
}

facts::HoleId FirstHole(std::string_view text) {
  if (facts::HasHole(text)) {
    for (const facts::Piece& piece : facts::Pieces(text)) {
      if (piece.hole != facts::HoleId::kNone) {
        return piece.hole;
      }
    }
  }
  return facts::HoleId::kNone;
}

facts::HoleId FirstHole(const facts::PolicyRule& rule) {
  for (const Texts* texts : {&rule.verbs, &rule.api_groups, &rule.resources, &rule.resource_names,
                             &rule.non_resource_urls}) {
    for (const facts::Str text : *texts) {
      const facts::HoleId hole = FirstHole(text);
      if (hole != facts::HoleId::kNone) {
        return hole;
      }
    }
  }
  return facts::HoleId::kNone;
}

}  // namespace whomay::rbac

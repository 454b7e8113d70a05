#include "query/diff_atoms.h"

#include <string_view>

#include "facts/hole.h"

namespace whomay::query {
namespace {

bool Word(std::string_view owner, std::string_view wanted) {
  return owner == "*" || owner == wanted;
}

bool ResourceCovers(std::string_view owner, std::string_view wanted) {
  if (Word(owner, wanted)) {
    return true;
  }
  const size_t slash = wanted.find('/');
  return slash != std::string_view::npos && owner.starts_with('*') &&
         owner.substr(1) == wanted.substr(slash);
}

bool UrlCovers(std::string_view owner, std::string_view wanted) {
  if (owner == wanted) {
    return true;
  }
  if (!owner.ends_with('*')) {
    return false;
  }
  while (owner.ends_with('*')) {
    owner.remove_suffix(1);
  }
  return wanted.starts_with(owner);
}

// What both texts cover; false if nothing.
bool MeetWord(const std::string& a, const std::string& b, std::string& meet) {
  meet = a == "*" ? b : a;
  return a == "*" || b == "*" || a == b;
}

bool MeetResource(const std::string& a, const std::string& b, std::string& meet) {
  meet = ResourceCovers(a, b) ? b : a;
  return ResourceCovers(a, b) || ResourceCovers(b, a);
}

bool MeetUrl(const std::string& a, const std::string& b, std::string& meet) {
  meet = UrlCovers(a, b) ? b : a;
  return UrlCovers(a, b) || UrlCovers(b, a);
}

}  // namespace

// Covers of spec rbac 2.9, for one atom by another.
bool Covers(const DiffAtom& owner, const DiffAtom& wanted) {
  if (owner.is_url != wanted.is_url || owner.cluster != wanted.cluster ||
      !Word(owner.verb, wanted.verb)) {
    return false;
  }
  if (owner.is_url) {
    return UrlCovers(owner.url, wanted.url);
  }
  return (owner.cluster_wide || (!wanted.cluster_wide && owner.name_space == wanted.name_space)) &&
         (!owner.named || (wanted.named && owner.name == wanted.name)) &&
         Word(owner.group, wanted.group) && ResourceCovers(owner.resource, wanted.resource);
}

// The part of `a` that `b` covers too; false if there is none.
bool Meet(const DiffAtom& a, const DiffAtom& b, DiffAtom& meet) {
  if (a.is_url != b.is_url || a.cluster != b.cluster) {
    return false;
  }
  meet = a;
  if (!MeetWord(a.verb, b.verb, meet.verb)) {
    return false;
  }
  if (a.is_url) {
    return MeetUrl(a.url, b.url, meet.url);
  }
  if (!MeetWord(a.group, b.group, meet.group) ||
      !MeetResource(a.resource, b.resource, meet.resource)) {
    return false;
  }
  if (a.named && b.named && a.name != b.name) {
    return false;
  }
  if (b.named) {
    meet.named = true;
    meet.name = b.name;
  }
  if (!a.cluster_wide && !b.cluster_wide && a.name_space != b.name_space) {
    return false;
  }
  if (a.cluster_wide) {
    meet.cluster_wide = b.cluster_wide;
    meet.name_space = b.name_space;
  }
  return true;
}

bool HasHole(const DiffAtom& atom) {
  for (const std::string* text :
       {&atom.name_space, &atom.verb, &atom.group, &atom.resource, &atom.name, &atom.url}) {
    if (facts::HasHole(*text)) {
      return true;
    }
  }
  return false;
}

}  // namespace whomay::query

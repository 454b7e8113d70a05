// Atoms of Kubernetes rules: one verb on one resource (of one name, or of any), or one verb on one
// URL, in one scope. Read as the API server's escalation check reads rules (spec rbac 2.9):
// wildcards are literal, so `*` is covered by `*` alone. Thread safety: pure functions.
#ifndef WHOMAY_LIB_QUERY_DIFF_ATOMS_H_
#define WHOMAY_LIB_QUERY_DIFF_ATOMS_H_

#include <string>

#include "query/diff_side.h"

namespace whomay::query {

struct DiffAtom {
  std::string cluster;  // DiffNames::ClusterKey
  std::string name_space;
  bool cluster_wide = false;
  std::string verb, group, resource, name, url;  // resource with its subresource
  bool named = false;
  bool is_url = false;

  friend bool operator==(const DiffAtom&, const DiffAtom&) = default;
  friend auto operator<=>(const DiffAtom&, const DiffAtom&) = default;
};

bool Covers(const DiffAtom& owner, const DiffAtom& wanted);
// The part of `a` that `b` covers too; false if there is none.
bool Meet(const DiffAtom& a, const DiffAtom& b, DiffAtom& meet);
bool HasHole(const DiffAtom& atom);

// visit(const DiffAtom&) for each atom of the rule.
template <typename Visit>
void ForAtoms(const DiffGrant& grant, Visit visit) {
  DiffAtom atom;
  atom.cluster = grant.cluster;
  atom.cluster_wide = grant.cluster_wide;
  atom.name_space = grant.name_space;
  for (const std::string& verb : grant.verbs) {
    atom.verb = verb;
    atom.is_url = false;
    atom.url.clear();
    for (const std::string& group : grant.groups) {
      atom.group = group;
      for (const std::string& resource : grant.resources) {
        atom.resource = resource;
        atom.named = !grant.names.empty();
        atom.name.clear();
        if (!atom.named) {
          visit(atom);
        }
        for (const std::string& name : grant.names) {
          atom.name = name;
          visit(atom);
        }
      }
    }
    atom.group = atom.resource = atom.name = "";
    atom.named = false;
    atom.is_url = true;
    for (const std::string& url : grant.urls) {
      atom.url = url;
      visit(atom);
    }
  }
}

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_DIFF_ATOMS_H_

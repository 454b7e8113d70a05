#include "query/diff_kubernetes.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/strings.h"
#include "query/kubernetes_judge.h"

namespace whomay::query {
namespace {

// One verb on one resource (of one name, or of any), or one verb on one URL, in one scope.
struct Atom {
  std::string cluster;  // DiffNames::ClusterKey
  std::string name_space;
  bool cluster_wide = false;
  std::string verb, group, resource, name, url;  // resource with its subresource
  bool named = false;
  bool is_url = false;

  friend bool operator==(const Atom&, const Atom&) = default;
  friend auto operator<=>(const Atom&, const Atom&) = default;
};

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

// Covers of spec rbac 2.9, for one atom by another.
bool Covers(const Atom& owner, const Atom& wanted) {
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

// The part of `a` that `b` covers too; false if there is none.
bool Meet(const Atom& a, const Atom& b, Atom& meet) {
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

template <typename Visit>
void ForAtoms(const DiffGrant& grant, Visit visit) {
  Atom atom;
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

class Kubernetes {
 public:
  Kubernetes(const DiffSides& sides, const DiffGrants& grants, DiffAnswer& answer)
      : sides_(sides), names_(sides[kDiffAfter].names()), grants_(grants), answer_(answer) {}

  void Run() {
    Collect();
    for (const auto& [key, wanted] : wanted_) {
      Ask(wanted);
      sides_[kDiffBefore].Rewind();
      sides_[kDiffAfter].Rewind();
    }
    for (auto& [key, rows] : rows_) {
      Finish(key, rows);
    }
  }

 private:
  struct Wanted {
    Atom atom;
    DiffWorld side = kDiffBefore;  // whose texts the atom has
    std::vector<std::string> principals;
  };
  struct Row {
    DiffKind kind = DiffKind::kSame;
    Atom atom;  // in the texts of `side`
    DiffWorld side = kDiffBefore;
    DiffAnswer::Change change;
  };

  // Every atom of a rule that somebody has in one world and not, or otherwise, in the other.
  void Collect() {
    for (const auto& [key, after] : sides_[kDiffAfter].principals()) {
      const DiffSide::Principal& before = sides_[kDiffBefore].principals()[key];
      if (after.kind == "everyone" || before.kind == "everyone") {
        continue;  // no identity of a cluster
      }
      std::vector<std::pair<uint32_t, std::string>> different;
      std::set_symmetric_difference(before.grants.begin(), before.grants.end(),
                                    after.grants.begin(), after.grants.end(),
                                    std::back_inserter(different));
      uint32_t last = kNone;
      for (const auto& [grant, label] : different) {
        if (grant != last) {
          Want(key, grant);
        }
        last = grant;
      }
    }
  }

  void Want(const std::string& principal, uint32_t grant) {
    const std::vector<std::string>& keys = KeysOf(grant);
    for (const std::string& key : keys) {
      std::vector<std::string>& principals = wanted_[key].principals;
      if (principals.empty() || principals.back() != principal) {
        principals.push_back(principal);
      }
    }
  }

  // The atoms of a grant, by a text that is equal in both worlds.
  const std::vector<std::string>& KeysOf(uint32_t grant) {
    const auto [at, added] = keys_.try_emplace(grant);
    if (!added) {
      return at->second;
    }
    const DiffGrant& rule = grants_[grant];
    ForAtoms(rule, [&](const Atom& atom) {
      if (wanted_.size() >= kMaxDiffAtoms) {
        limited_ = true;
        return;
      }
      std::string key = KeyOf(atom, rule.side);
      Wanted& wanted = wanted_[key];
      if (wanted.principals.empty() && wanted.atom.verb.empty()) {
        wanted.atom = atom;
        wanted.side = rule.side;
      }
      at->second.push_back(std::move(key));
    });
    if (limited_ && answer_.notes.empty()) {
      answer_.notes.push_back("too many rules differ: some of them were not compared");
      answer_.incomplete = true;
    }
    return at->second;
  }

  std::string KeyOf(const Atom& atom, DiffWorld side) const {
    std::string key;
    for (const std::string* text : {&atom.cluster, &atom.name_space, &atom.url, &atom.group,
                                    &atom.resource, &atom.name, &atom.verb}) {
      key += names_.Canonical(side, *text);
      key += '\0';
    }
    key += atom.cluster_wide ? 'c' : '-';
    key += atom.named ? 'n' : '-';
    key += atom.is_url ? 'u' : '-';
    return key;
  }

  Atom On(DiffWorld side, const Atom& atom, DiffWorld from) const {
    if (side == from || names_.shared()) {
      return atom;
    }
    Atom to = atom;
    for (std::string* text :
         {&to.name_space, &to.url, &to.group, &to.resource, &to.name, &to.verb}) {
      if (facts::HasHole(*text)) {
        *text = names_.Translate(from, *text);
      }
    }
    return to;
  }

  std::unique_ptr<PermissionJudge> JudgeOn(DiffWorld side, const Atom& atom) {
    const uint32_t cluster = names_.FindCluster(side, atom.cluster);
    if (cluster == kNone) {
      return nullptr;
    }
    rbac::Request request;
    request.verb = atom.verb;
    if (atom.is_url) {
      request.url = atom.url;
    } else {
      const std::string_view resource = atom.resource;
      const size_t slash = resource.find('/');
      request.group = atom.group;
      request.resource = resource.substr(0, slash);
      request.subresource =
          slash == std::string_view::npos ? std::string_view() : resource.substr(slash + 1);
      request.namespace_name = atom.name_space;
      request.name = atom.name;
    }
    return std::make_unique<KubernetesJudge>(sides_[side].walk(), cluster, request, rbac::Any());
  }

  void Ask(const Wanted& wanted) {
    const Atom atoms[] = {On(kDiffBefore, wanted.atom, wanted.side),
                          On(kDiffAfter, wanted.atom, wanted.side)};
    DiffQuestion before(sides_[kDiffBefore], JudgeOn(kDiffBefore, atoms[kDiffBefore]));
    DiffQuestion after(sides_[kDiffAfter], JudgeOn(kDiffAfter, atoms[kDiffAfter]));
    for (const std::string& key : wanted.principals) {
      before.Add(sides_[kDiffBefore].principals()[key]);
      after.Add(sides_[kDiffAfter].principals()[key]);
    }
    before.Solve();
    after.Solve();
    for (const std::string& key : wanted.principals) {
      const DiffSide::Principal& was = sides_[kDiffBefore].principals()[key];
      const DiffSide::Principal& is = sides_[kDiffAfter].principals()[key];
      const DiffPair pair = Compare(before.Of(was), after.Of(is));
      if (pair.kind == DiffKind::kSame) {
        continue;
      }
      Row row;
      row.kind = pair.kind;
      row.side = pair.kind == DiffKind::kLost ? kDiffBefore : kDiffAfter;
      row.atom = atoms[row.side];
      row.change = ToChange(pair, row.side == kDiffBefore ? was : is);
      (row.side == kDiffBefore ? before : after)
          .Explain(row.side == kDiffBefore ? was : is, row.change);
      rows_[key].push_back(std::move(row));
    }
  }

  // Rows that another one covers add nothing.
  static void DropCovered(std::vector<Row>& rows) {
    constexpr size_t kMaxCompared = 4000;
    if (rows.size() > kMaxCompared) {
      return;
    }
    std::vector<uint8_t> covered(rows.size(), 0);
    for (size_t i = 0; i < rows.size(); ++i) {
      for (size_t j = 0; j < rows.size() && covered[i] == 0; ++j) {
        const bool same = i != j && rows[i].kind == rows[j].kind && rows[i].side == rows[j].side &&
                          rows[i].change.before == rows[j].change.before &&
                          rows[i].change.after == rows[j].change.after &&
                          rows[i].change.reason == rows[j].change.reason &&
                          rows[i].change.conditions.size() == rows[j].change.conditions.size() &&
                          rows[i].change.only_through == rows[j].change.only_through;
        covered[i] = same && Covers(rows[j].atom, rows[i].atom) ? 1 : 0;
      }
    }
    size_t kept = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (covered[i] == 0) {
        if (kept != i) {
          rows[kept] = std::move(rows[i]);
        }
        ++kept;
      }
    }
    rows.resize(kept);
  }

  void Finish(const std::string& key, std::vector<Row>& rows) {
    DropCovered(rows);
    for (Row& row : rows) {
      row.change.permission = ToPermission(row.atom, row.side);
      if (row.kind != DiffKind::kChanged) {
        row.change.except = Except(row, sides_[Other(row.side)].principals()[key]);
      }
      AddChange(row.kind, std::move(row.change), answer_);
    }
  }

  // What the other world's rules cover of the row.
  std::vector<Permission> Except(const Row& row, const DiffSide::Principal& other) const {
    std::set<Atom> found;
    uint32_t last = kNone;
    const Atom wanted = On(Other(row.side), row.atom, row.side);
    for (const auto& [id, label] : other.grants) {
      if (id == last) {
        continue;
      }
      last = id;
      const DiffGrant& grant = grants_[id];
      if (!Near(grant, wanted)) {
        continue;
      }
      ForAtoms(grant, [&](const Atom& atom) {
        Atom meet;
        if (Meet(wanted, On(Other(row.side), atom, grant.side), meet)) {
          found.insert(std::move(meet));
        }
      });
    }
    std::vector<Permission> except;
    for (const Atom& atom : found) {
      const bool covered = std::any_of(found.begin(), found.end(), [&](const Atom& by) {
        return by != atom && Covers(by, atom);
      });
      if (!covered) {
        except.push_back(ToPermission(atom, Other(row.side)));
      }
    }
    return except;
  }

  // Quick: could an atom of the grant overlap the wanted one at all?
  static bool Near(const DiffGrant& grant, const Atom& wanted) {
    if (grant.cluster != wanted.cluster ||
        (!grant.cluster_wide && !wanted.cluster_wide && !facts::HasHole(grant.name_space) &&
         grant.name_space != wanted.name_space)) {
      return false;
    }
    const auto meets = [](const std::vector<std::string>& texts, const std::string& text) {
      return text == "*" || std::any_of(texts.begin(), texts.end(), [&](const std::string& one) {
               return one == "*" || one == text || facts::HasHole(one);
             });
    };
    return meets(grant.verbs, wanted.verb) && (wanted.is_url || meets(grant.groups, wanted.group));
  }

  Permission ToPermission(const Atom& atom, DiffWorld side) const {
    const facts::HoleTable& holes = names_.world(side).holes();
    Permission permission;
    const uint32_t cluster = names_.FindCluster(side, atom.cluster);
    if (cluster != kNone) {
      permission.cluster = std::string(names_.world(side).graph().clusters[cluster].name);
    }
    permission.verb = holes.Display(atom.verb);
    if (atom.is_url) {
      permission.url = holes.Display(atom.url);
      return permission;
    }
    const size_t slash = atom.resource.find('/');
    permission.group = holes.Display(atom.group);
    permission.resource = holes.Display(atom.resource.substr(0, slash));
    if (slash != std::string::npos) {
      permission.subresource = holes.Display(atom.resource.substr(slash + 1));
    }
    permission.name_space = holes.Display(atom.name_space);
    permission.name = holes.Display(atom.name);
    return permission;
  }

  const DiffSides& sides_;
  const DiffNames& names_;
  const DiffGrants& grants_;
  DiffAnswer& answer_;
  std::map<std::string, Wanted> wanted_;
  absl::flat_hash_map<uint32_t, std::vector<std::string>> keys_;
  std::map<std::string, std::vector<Row>> rows_;  // by principal
  bool limited_ = false;
};

}  // namespace

void DiffKubernetes(const DiffSides& sides, const DiffGrants& grants, DiffAnswer& answer) {
  Kubernetes(sides, grants, answer).Run();
}

void AddChange(DiffKind kind, DiffAnswer::Change change, DiffAnswer& answer) {
  switch (kind) {
    case DiffKind::kSame:
      return;
    case DiffKind::kGained:
      answer.gained.push_back(std::move(change));
      return;
    case DiffKind::kLost:
      answer.lost.push_back(std::move(change));
      return;
    case DiffKind::kChanged:
      answer.changed.push_back(std::move(change));
      return;
  }
}

}  // namespace whomay::query

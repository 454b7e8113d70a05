#include "query/diff_kubernetes.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/strings.h"
#include "query/diff_atoms.h"
#include "query/kubernetes_judge.h"

namespace whomay::query {
namespace {

using Atom = DiffAtom;

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
    std::vector<Atom> except;
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
      if (!different.empty() && (HangsOnSomething(before) || HangsOnSomething(after))) {
        WantMeets(key, before, after, different);
      }
    }
  }

  using Held = std::pair<uint32_t, std::string>;  // a grant, and under what it is reached

  bool IsCertain(const Held& held) const {
    return held.second.empty() && grants_[held.first].certain;
  }

  bool HangsOnSomething(const DiffSide::Principal& principal) const {
    return !std::all_of(principal.grants.begin(), principal.grants.end(),
                        [this](const Held& held) { return IsCertain(held); });
  }

  // Held for certain in both worlds: there nothing can differ.
  std::vector<Held> CertainInBoth(const DiffSide::Principal& before,
                                  const DiffSide::Principal& after) const {
    std::vector<Held> both;
    std::set_intersection(before.grants.begin(), before.grants.end(), after.grants.begin(),
                          after.grants.end(), std::back_inserter(both));
    std::erase_if(both, [this](const Held& held) { return !IsCertain(held); });
    return both;
  }

  // What the differing rules have in common with others that do, or may.
  void WantMeets(const std::string& principal, const DiffSide::Principal& before,
                 const DiffSide::Principal& after, const std::vector<Held>& different) {
    using Sided = std::pair<Atom, DiffWorld>;
    std::vector<Sided> atoms, others;
    std::set<std::string> known;
    const auto add = [&](const Held& held, bool differs) {
      const DiffGrant& grant = grants_[held.first];
      ForAtoms(grant, [&](const Atom& atom) {
        if (known.insert(KeyOf(atom, grant.side)).second) {
          others.emplace_back(atom, grant.side);
          if (differs) {
            atoms.emplace_back(atom, grant.side);
          }
        }
      });
    };
    for (const Held& held : different) {
      add(held, true);
    }
    for (const DiffSide::Principal* one : {&before, &after}) {
      for (const Held& held : one->grants) {
        if (!IsCertain(held)) {
          add(held, false);
        }
      }
    }
    const size_t given = atoms.size();
    for (size_t i = 0; i < atoms.size(); ++i) {
      for (size_t j = 0; j < others.size(); ++j) {
        if (i >= kMaxDiffCuts || j >= kMaxDiffCuts || atoms.size() >= given + kMaxDiffMeets) {
          return TooMany();
        }
        const Sided first = atoms[i];
        const Sided& second = others[j];
        Atom meet;
        if ((first.second != second.second && !names_.shared() &&
             (HasHole(first.first) || HasHole(second.first))) ||
            !Meet(first.first, second.first, meet)) {
          continue;
        }
        std::string key = KeyOf(meet, first.second);
        if (known.insert(key).second) {
          WantAtom(principal, std::move(key), meet, first.second);
          atoms.emplace_back(std::move(meet), first.second);
        }
      }
    }
  }

  void WantAtom(const std::string& principal, std::string key, const Atom& atom, DiffWorld side) {
    Wanted& wanted = wanted_[std::move(key)];
    if (wanted.principals.empty()) {
      wanted.atom = atom;
      wanted.side = side;
    }
    if (wanted.principals.empty() || wanted.principals.back() != principal) {
      wanted.principals.push_back(principal);
    }
  }

  void TooMany() {
    if (!limited_) {
      answer_.notes.push_back("too many rules differ: some of them were not compared");
      answer_.incomplete = true;
    }
    limited_ = true;
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
        return TooMany();
      }
      std::string key = KeyOf(atom, rule.side);
      Wanted& wanted = wanted_[key];
      if (wanted.principals.empty() && wanted.atom.verb.empty()) {
        wanted.atom = atom;
        wanted.side = rule.side;
      }
      at->second.push_back(std::move(key));
    });
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
        same_[key].push_back(atoms[kDiffAfter]);
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

  static bool SameOutcome(const Row& a, const Row& b) {
    return a.kind == b.kind && a.side == b.side && a.change.before == b.change.before &&
           a.change.after == b.change.after && a.change.reason == b.change.reason &&
           a.change.only_through == b.change.only_through &&
           SameTexts(a.change.conditions, b.change.conditions) &&
           SameTexts(a.change.conditions_before, b.change.conditions_before);
  }

  static bool SameTexts(const std::vector<Condition>& a, const std::vector<Condition>& b) {
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(),
        [](const Condition& one, const Condition& other) { return one.text == other.text; });
  }

  // Rows that another one covers add nothing.
  static void DropCovered(std::vector<Row>& rows) {
    if (rows.size() > kMaxDiffCuts) {
      return;
    }
    std::vector<uint8_t> covered(rows.size(), 0);
    for (size_t i = 0; i < rows.size(); ++i) {
      for (size_t j = 0; j < rows.size() && covered[i] == 0; ++j) {
        const bool by = i != j && SameOutcome(rows[i], rows[j]) &&
                        Covers(rows[j].atom, rows[i].atom) &&
                        std::none_of(rows[j].except.begin(), rows[j].except.end(),
                                     [&](const Atom& one) { return Covers(one, rows[i].atom); });
        covered[i] = by ? 1 : 0;
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
    const DiffSide::Principal& before = sides_[kDiffBefore].principals()[key];
    const DiffSide::Principal& after = sides_[kDiffAfter].principals()[key];
    const std::vector<Held> both = CertainInBoth(before, after);
    for (Row& row : rows) {
      if (row.kind == DiffKind::kChanged) {
        row.except = Except(row, kDiffAfter, both);
        AddOtherOutcomes(rows, same_[key], row);
      }
    }
    DropCovered(rows);
    for (Row& row : rows) {
      const DiffWorld other = Other(row.side);
      if (row.kind != DiffKind::kChanged) {
        row.except = Except(row, other, other == kDiffBefore ? before.grants : after.grants);
      }
      row.change.permission = ToPermission(row.atom, row.side);
      for (const Atom& atom : Largest(row.except)) {
        row.change.except.push_back(
            ToPermission(atom, row.kind == DiffKind::kChanged ? row.side : other));
      }
      AddChange(row.kind, std::move(row.change), answer_);
    }
  }

  // What within a row that changed was asked and came out otherwise.
  static void AddOtherOutcomes(const std::vector<Row>& rows, const std::vector<Atom>& same,
                               Row& row) {
    for (const Row& other : rows) {
      if (other.atom != row.atom && other.side == row.side && !SameOutcome(other, row) &&
          Covers(row.atom, other.atom)) {
        row.except.push_back(other.atom);
      }
    }
    for (const Atom& atom : same) {
      if (Covers(row.atom, atom)) {
        row.except.push_back(atom);
      }
    }
  }

  static std::vector<Atom> Largest(const std::vector<Atom>& atoms) {
    const std::set<Atom> found(atoms.begin(), atoms.end());
    std::vector<Atom> largest;
    for (const Atom& atom : found) {
      const bool covered = found.size() <= kMaxDiffCuts &&
                           std::any_of(found.begin(), found.end(), [&](const Atom& by) {
                             return by != atom && Covers(by, atom);
                           });
      if (!covered) {
        largest.push_back(atom);
      }
    }
    return largest;
  }

  // What these rules cover of the row, in the texts of `side`.
  std::vector<Atom> Except(const Row& row, DiffWorld side, const std::vector<Held>& held) const {
    std::set<Atom> found;
    uint32_t last = kNone;
    const Atom wanted = On(side, row.atom, row.side);
    for (const auto& [id, label] : held) {
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
        if (Meet(wanted, On(side, atom, grant.side), meet)) {
          found.insert(std::move(meet));
        }
      });
    }
    return {found.begin(), found.end()};
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
  std::map<std::string, std::vector<Row>> rows_;   // by principal
  std::map<std::string, std::vector<Atom>> same_;  // by principal, texts of the world after
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

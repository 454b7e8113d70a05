// Who may: from the inverted index, or, where holes or wildcards of the question demand texts, over
// all roles.
#include "rbac/evaluate.h"

namespace whomay::rbac {
namespace {

// Grantees of one question: each once, the certain ones before the unknown ones.
class Rows {
 public:
  explicit Rows(const Compiled& c) : c_(c) {
    const size_t words = (c.grantees.size() + 63) / 64;
    if (words <= few_marks_.size()) {  // most policies have few subjects
      marks_ = few_marks_.data();
      std::fill_n(marks_, words, 0);
    } else {
      many_marks_.resize(words);
      marks_ = many_marks_.data();
    }
    // A binding to system:masters adds nothing.
    if (c.masters_grantee != kNone) {
      Mark(c.masters_grantee);
    }
  }

  // Subjects of bindings that grant by this role and match.
  void Add(const Evaluator& evaluator, std::span<const BindingGrantee> grantees, uint32_t role,
           const RoleMatch& match) {
    if (match.allowed != Tri::kTrue) {
      for (const BindingGrantee& to : grantees) {
        unknown_.push_back({to.grantee, evaluator.Decide(match, role, to.binding, to.subject)});
      }
      return;
    }
    for (const BindingGrantee& to : grantees) {
      if (!Mark(to.grantee)) {
        continue;
      }
      const Hit hit = {to.grantee, to.index, to.subject, role, match.rule};
      if (count_ < few_hits_.size()) {
        few_hits_[count_++] = hit;
      } else {
        more_hits_.push_back(hit);
      }
    }
  }

  void AddOpen(const OpenEntry& open, const Decision& decision) {
    if (decision.allowed == Tri::kTrue && open.grantee != kNone) {
      if (Mark(open.grantee)) {
        const Grant& grant = decision.grant;
        more_hits_.push_back(
            {open.grantee, grant.binding, grant.subject, c_.role_of_index[grant.role], grant.rule});
      }
    } else if (decision.allowed != Tri::kFalse) {
      unknown_.push_back({open.grantee, decision});
    }
  }

  std::vector<Grantee> Take() {
    rows_.reserve(1 + count_ + more_hits_.size() + unknown_.size());
    Grantee& masters = rows_.emplace_back();
    masters.kind = Grantee::Kind::kGroup;
    masters.name = kMasters;
    masters.decision.allowed = Tri::kTrue;
    masters.decision.masters = true;
    for (size_t i = 0; i < count_; ++i) {
      PushHit(few_hits_[i]);
    }
    for (const Hit& hit : more_hits_) {
      PushHit(hit);
    }
    TakeUnknown();
    return std::move(rows_);
  }

 private:
  struct Hit {  // plain, so that an array of them costs nothing
    uint32_t grantee, binding, subject, role, rule;  // the role is dense
  };
  struct Unsure {
    uint32_t grantee;
    Decision decision;
  };

  // Whether it was not marked before.
  bool Mark(uint32_t grantee) {
    uint64_t& word = marks_[grantee / 64];
    const uint64_t bit = uint64_t{1} << grantee % 64;
    const bool fresh = (word & bit) == 0;
    word |= bit;
    return fresh;
  }

  void PushHit(const Hit& hit) {
    const GranteeName& name = c_.grantees[hit.grantee];
    Grantee& row = rows_.emplace_back();
    row.kind = name.kind;
    row.namespace_name = name.namespace_name;
    row.name = name.name;
    row.decision.allowed = Tri::kTrue;
    row.decision.grant = {hit.binding, hit.subject, c_.roles[hit.role].index, hit.rule};
  }

  void TakeUnknown() {
    std::vector<facts::HoleId> anybody;
    for (const Unsure& unsure : unknown_) {
      if (unsure.grantee != kNone) {
        if (Mark(unsure.grantee)) {
          const GranteeName& name = c_.grantees[unsure.grantee];
          rows_.push_back({name.kind, name.namespace_name, name.name, unsure.decision});
        }
      } else if (std::find(anybody.begin(), anybody.end(), unsure.decision.hole) == anybody.end()) {
        anybody.push_back(unsure.decision.hole);
        Grantee& row = rows_.emplace_back();
        row.kind = Grantee::Kind::kAnybody;
        row.decision = unsure.decision;
      }
    }
  }

  const Compiled& c_;
  // Not set before they are used: a question pays for what it finds.
  std::array<uint64_t, 32> few_marks_;
  uint64_t* marks_;
  std::array<Hit, 64> few_hits_;
  size_t count_ = 0;
  std::vector<uint64_t> many_marks_;
  std::vector<Hit> more_hits_;
  std::vector<Grantee> rows_;
  std::vector<Unsure> unknown_;
};

std::span<const BindingGrantee> OfBinding(const Compiled& c, uint32_t binding) {
  const Range range = c.bindings[binding].grantees;
  return {c.binding_grantees.data() + range.begin, range.size()};
}

// The bindings of a request by the inverted index.
void ByIndex(const Evaluator& evaluator, Rows& rows) {
  const Compiled& c = evaluator.c;
  const auto cluster = [&](uint32_t role) {
    const Range range = c.role_grantees[role];
    return std::span(c.cluster_grantees.data() + range.begin, range.size());
  };
  if (evaluator.target() != kNone) {
    const Range range = c.targets[evaluator.target()].alternatives;
    for (uint32_t i = range.begin; i < range.end; ++i) {
      const Alternative& alternative = c.alternatives[i];
      if (evaluator.AlternativeMatches(alternative)) {
        rows.Add(evaluator, cluster(alternative.role), alternative.role,
                 {alternative.certain ? Tri::kTrue : Tri::kUnknown, alternative.rule});
      }
    }
  }
  for (const ScanRole& scan : evaluator.url() ? c.url_scan_roles : c.scan_roles) {
    if (evaluator.Misses(scan.filter)) {
      continue;
    }
    // What its alternatives grant, the target has said.
    const RoleMatch match = evaluator.MatchScans(c.roles[scan.role], RoleMatch());
    if (match.allowed != Tri::kFalse) {
      rows.Add(evaluator, cluster(scan.role), scan.role, match);
    }
  }
  const uint32_t space = evaluator.namespace_id();
  if (space == 0 || space == kNoName) {
    return;
  }
  const Range range = c.namespace_bindings[space];
  for (uint32_t i = range.begin; i < range.end; ++i) {
    const NamespacedBinding& at = c.namespaced[i];
    if (evaluator.Misses(at.filter)) {
      continue;
    }
    const RoleMatch match = evaluator.Match(at.role);
    if (match.allowed != Tri::kFalse) {
      rows.Add(evaluator, OfBinding(c, at.binding), at.role, match);
    }
  }
}

// All bindings, each role compared as text once.
void ByText(const Evaluator& evaluator, const Any& any, Rows& rows) {
  const Compiled& c = evaluator.c;
  std::vector<RoleMatch> matches(c.roles.size());
  std::vector<bool> known(c.roles.size());
  for (uint32_t binding = 0; binding < c.bindings.size(); ++binding) {
    const uint32_t role = c.bindings[binding].role;
    if (role == kNone || c.bindings[binding].grantees.empty()) {
      continue;
    }
    const Tri inside =
        any.namespace_name ? Tri::kTrue : evaluator.InNamespace(*c.bindings[binding].fact);
    if (inside == Tri::kFalse) {
      continue;
    }
    if (!known[role]) {
      known[role] = true;
      matches[role] = evaluator.MatchText(c.roles[role], any);
    }
    RoleMatch match = matches[role];
    match.allowed = And(match.allowed, inside);
    if (match.allowed != Tri::kFalse) {
      rows.Add(evaluator, OfBinding(c, binding), role, match);
    }
  }
}

}  // namespace

std::vector<Grantee> Policy::Grantees(const ResolvedRequest& request) const {
  const Evaluator evaluator{*compiled_, request};
  Rows rows(*compiled_);
  if (evaluator.as_text()) {
    ByText(evaluator, Any(), rows);
  } else {
    ByIndex(evaluator, rows);
  }
  for (const OpenEntry& open : compiled_->open) {
    const bool anybody = open.kind == Grantee::Kind::kAnybody;
    rows.AddOpen(open, evaluator.DecideOpen(open, anybody ? Tri::kUnknown : Tri::kTrue));
  }
  return rows.Take();
}

std::vector<Grantee> Policy::GranteesAny(const Request& request, const Any& any) const {
  const ResolvedRequest resolved = ResolveAny(request, any);
  const Evaluator evaluator{*compiled_, resolved};
  Rows rows(*compiled_);
  ByText(evaluator, any, rows);
  for (const OpenEntry& open : compiled_->open) {
    const bool anybody = open.kind == Grantee::Kind::kAnybody;
    rows.AddOpen(open, evaluator.DecideOpen(open, anybody ? Tri::kUnknown : Tri::kTrue, any));
  }
  return rows.Take();
}

ResolvedRequest Policy::ResolveAny(const Request& request, const Any& any) const {
  ResolvedRequest resolved;
  resolved.text_ = request;
  resolved.open_ = true;
  resolved.url_ = any.url || !request.url.empty();
  resolved.verb_bit_ = kAllVerbs;
  resolved.target_bits_ = ~uint64_t{0};
  return resolved;
}

Decision Policy::AuthorizeAny(const ResolvedIdentity& identity, const Request& request,
                              const Any& any) const {
  Decision best;
  if (identity.masters_ == Tri::kTrue) {
    best.allowed = Tri::kTrue;
    best.masters = true;
    return best;
  }
  const ResolvedRequest resolved = ResolveAny(request, any);
  const Evaluator evaluator{*compiled_, resolved};
  for (const uint32_t subject : identity.subjects()) {
    const SubjectBindings& bindings = compiled_->subjects[subject];
    for (const Range range : {bindings.cluster, bindings.namespaced}) {
      const Decision decision = evaluator.AllNamespaces(range, Tri::kTrue, identity, any);
      if (decision.allowed > best.allowed) {
        best = decision;
      }
      if (best.allowed == Tri::kTrue) {
        return best;
      }
    }
  }
  return evaluator.Slow(identity, best, any);
}

}  // namespace whomay::rbac

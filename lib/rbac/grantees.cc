// Who may: from the inverted index, or, where holes or wildcards of the question demand texts, over
// all roles.
#include "rbac/evaluate.h"

namespace whomay::rbac {
namespace {

// Grantees of one question: each once, the certain ones before the unknown ones.
class Rows {
 public:
  explicit Rows(const Compiled& c) : c_(c) {
    // Most policies have few subjects: their marks need no allocation.
    const size_t words = (c.grantees.size() + 63) / 64;
    if (words > few_.size()) {
      many_.resize(words);
    }
    marks_ = words > few_.size() ? many_.data() : few_.data();
    rows_.reserve(32);
    Grantee& masters = rows_.emplace_back();
    masters.kind = Grantee::Kind::kGroup;
    masters.name = kMasters;
    masters.decision.allowed = Tri::kTrue;
    masters.decision.masters = true;
    // A binding to system:masters adds nothing.
    if (c.masters_grantee != kNone) {
      Mark(c.masters_grantee);
    }
  }

  // All subjects of the binding, which grants by this role and match.
  void Add(const Evaluator& evaluator, uint32_t binding, uint32_t role, const RoleMatch& match) {
    const Range range = c_.bindings[binding].grantees;
    for (uint32_t i = range.begin; i < range.end; ++i) {
      const BindingGrantee& grantee = c_.binding_grantees[i];
      if (match.allowed == Tri::kTrue) {
        if (Mark(grantee.grantee)) {
          Row& row = rows_.emplace_back();
          const GranteeName& name = c_.grantees[grantee.grantee];
          row.kind = name.kind;
          row.namespace_name = name.namespace_name;
          row.name = name.name;
          row.decision.allowed = Tri::kTrue;
          row.decision.grant = {c_.bindings[binding].index, grantee.subject, c_.roles[role].index,
                                match.rule};
        }
      } else {
        unknown_.push_back(
            {grantee.grantee, evaluator.Decide(match, role, binding, grantee.subject)});
      }
    }
  }

  void AddOpen(const OpenEntry& open, const Decision& decision) {
    if (decision.allowed == Tri::kFalse) {
      return;
    }
    if (decision.allowed == Tri::kTrue && open.grantee != kNone) {
      if (Mark(open.grantee)) {
        PushRow(open.grantee, decision);
      }
    } else {
      unknown_.push_back({open.grantee, decision});
    }
  }

  std::vector<Grantee> Take() {
    std::vector<facts::HoleId> anybody;
    for (const Unsure& unsure : unknown_) {
      if (unsure.grantee != kNone) {
        if (Mark(unsure.grantee)) {
          PushRow(unsure.grantee, unsure.decision);
        }
      } else if (std::find(anybody.begin(), anybody.end(), unsure.decision.hole) == anybody.end()) {
        anybody.push_back(unsure.decision.hole);
        Row& row = rows_.emplace_back();
        row.kind = Grantee::Kind::kAnybody;
        row.decision = unsure.decision;
      }
    }
    return std::move(rows_);
  }

 private:
  using Row = Grantee;
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

  void PushRow(uint32_t grantee, const Decision& decision) {
    const GranteeName& name = c_.grantees[grantee];
    rows_.push_back({name.kind, name.namespace_name, name.name, decision});
  }

  const Compiled& c_;
  std::array<uint64_t, 16> few_{};
  std::vector<uint64_t> many_;
  uint64_t* marks_;
  std::vector<Row> rows_;
  std::vector<Unsure> unknown_;
};

// The bindings of a request by the inverted index.
void ByIndex(const Evaluator& evaluator, Rows& rows) {
  const Compiled& c = evaluator.c;
  const auto add_cluster = [&](uint32_t role, const RoleMatch& match) {
    const Range range = c.role_cluster_bindings[role];
    for (uint32_t i = range.begin; i < range.end; ++i) {
      rows.Add(evaluator, c.lists[i], role, match);
    }
  };
  if (evaluator.target() != kNone) {
    const Range range = c.targets[evaluator.target()].alternatives;
    for (uint32_t i = range.begin; i < range.end; ++i) {
      const Alternative& alternative = c.alternatives[i];
      if (!c.role_cluster_bindings[alternative.role].empty() &&
          evaluator.AlternativeMatches(alternative)) {
        add_cluster(alternative.role,
                    {alternative.certain ? Tri::kTrue : Tri::kUnknown, alternative.rule});
      }
    }
  }
  for (const uint32_t role : evaluator.url() ? c.url_scan_roles : c.scan_roles) {
    if (!c.role_cluster_bindings[role].empty()) {
      const RoleMatch match = evaluator.Match(role);
      if (match.allowed != Tri::kFalse) {
        add_cluster(role, match);
      }
    }
  }
  const uint32_t space = evaluator.namespace_id();
  if (space == 0 || space == kNoName) {
    return;
  }
  const Range range = c.namespace_bindings[space];
  for (uint32_t i = range.begin; i < range.end; ++i) {
    const uint32_t binding = c.lists[i];
    const RoleMatch match = evaluator.Match(c.bindings[binding].role);
    if (match.allowed != Tri::kFalse) {
      rows.Add(evaluator, binding, c.bindings[binding].role, match);
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
      rows.Add(evaluator, binding, role, match);
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

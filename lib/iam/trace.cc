// For `why`: what every statement says of a request, and what keeps it from applying.
#include "base/strings.h"
#include "iam/matcher.h"

namespace whomay::iam {
namespace {

using Blocked = StatementTrace::Blocked;

class Tracer {
 public:
  Tracer(const Request& request, const Layers& layers, Workspace& workspace)
      : matcher_(request, &workspace) {
    matcher_.set_caller_has_boundary(layers.has_boundary);
  }

  void Set(const PolicySet& set, LayerKind layer, uint32_t level) {
    for (uint32_t p = 0; p < set.policies.size(); ++p) {
      const Policy& policy = *set.policies[p];
      matcher_.set_holes(policy.holes());
      for (uint32_t s = 0; s < policy.statements().size(); ++s) {
        One(policy, {layer, level, p, s});
      }
    }
  }

  std::vector<StatementTrace> traces;

 private:
  void One(const Policy& policy, StatementRef ref) {
    const Statement& statement = policy.statements()[ref.statement];
    Logic& logic = matcher_.logic();
    const bool on_resource = policy.on() == Policy::On::kResource || statement.has_principal;
    Formula principal = kYes;
    if (on_resource) {
      const PrincipalMatch match = matcher_.Principal(statement);
      principal = logic.Or(match.direct, logic.Or(match.role, match.account));
    }
    const std::pair<Blocked, Formula> elements[] = {
        {Blocked::kPrincipal, principal},
        {Blocked::kAction, matcher_.Action(statement)},
        {Blocked::kResource, matcher_.Resource(statement, policy.on())},
        {Blocked::kCondition, matcher_.Conditions(statement)},
    };
    StatementTrace trace;
    trace.ref = ref;
    trace.source = statement.source;
    trace.deny = statement.effect == facts::Statement::Effect::kDeny;
    trace.formula = kYes;
    int failing = 0;
    for (const auto& [element, formula] : elements) {
      failing += formula == kNo;
      // What surely fails says more than what may.
      if (formula != kYes &&
          (trace.blocked == Blocked::kNothing || (formula == kNo && failing == 1))) {
        trace.blocked = element;
      }
      trace.formula = logic.And(trace.formula, formula);
    }
    if (failing > 1) {
      return;
    }
    trace.match = trace.formula == kYes  ? Tri::kTrue
                  : trace.formula == kNo ? Tri::kFalse
                                         : Tri::kUnknown;
    traces.push_back(trace);
  }

  Matcher matcher_;
};

}  // namespace

std::vector<StatementTrace> Trace(const Request& request, const Layers& layers,
                                  Workspace& workspace) {
  Tracer tracer(request, layers, workspace);
  tracer.Set(layers.identity, LayerKind::kIdentity, 0);
  tracer.Set(layers.resource, LayerKind::kResource, 0);
  if (layers.has_boundary) {
    tracer.Set(layers.boundary, LayerKind::kBoundary, 0);
  }
  if (layers.has_session_policy) {
    tracer.Set(layers.session, LayerKind::kSession, 0);
  }
  for (uint32_t level = 0; level < layers.scps.size(); ++level) {
    tracer.Set(layers.scps[level], LayerKind::kScp, level);
  }
  for (uint32_t level = 0; level < layers.rcps.size(); ++level) {
    tracer.Set(layers.rcps[level], LayerKind::kRcp, level);
  }
  return std::move(tracer.traces);
}

}  // namespace whomay::iam

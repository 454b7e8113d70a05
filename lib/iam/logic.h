// Logic: the connectives of the evaluator, on formulas, with or without a workspace.
//
// Without one there are three values: kFalse, kTrue, and kLimit for "not decided", which absorbs as
// Kleene's unknown does; nothing is allocated. With one, what is not decided is a formula.
// Thread safety: that of the workspace.
#ifndef WHOMAY_LIB_IAM_LOGIC_H_
#define WHOMAY_LIB_IAM_LOGIC_H_

#include <utility>

#include "base/formula.h"
#include "base/tri.h"
#include "iam/atoms.h"

namespace whomay::iam {

inline constexpr Formula kNo = Formula::kFalse;
inline constexpr Formula kYes = Formula::kTrue;

class Logic {
 public:
  explicit Logic(Workspace* workspace) : workspace_(workspace) {}

  Formula And(Formula a, Formula b) {
    if (a == kNo || b == kYes) {
      return a;
    }
    if (b == kNo || a == kYes) {
      return b;
    }
    return workspace_ == nullptr ? Formula::kLimit : workspace_->formulas.And(a, b);
  }
  Formula Or(Formula a, Formula b) {
    if (a == kYes || b == kNo) {
      return a;
    }
    if (b == kYes || a == kNo) {
      return b;
    }
    return workspace_ == nullptr ? Formula::kLimit : workspace_->formulas.Or(a, b);
  }
  Formula Not(Formula a) {
    if (a == kNo || a == kYes) {
      return a == kNo ? kYes : kNo;
    }
    return workspace_ == nullptr ? Formula::kLimit : workspace_->formulas.Not(a);
  }
  Formula Ite(Formula c, Formula t, Formula e) { return Or(And(c, t), And(Not(c), e)); }

  // The atom that make() describes; make() is called only where formulas are kept.
  template <typename MakeAtom>
  Formula Open(MakeAtom make) {
    return workspace_ == nullptr ? Formula::kLimit : workspace_->Variable(make());
  }

  Workspace* workspace() const { return workspace_; }

 private:
  Workspace* workspace_;
};

constexpr Formula ToFormula(bool value) { return value ? kYes : kNo; }

}  // namespace whomay::iam

#endif  // WHOMAY_LIB_IAM_LOGIC_H_

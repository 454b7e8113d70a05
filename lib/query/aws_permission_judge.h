// AwsPermissionJudge: one AWS action, on a resource, on every one, or on at least one.
//
// Source of the semantics: design 4 (the last paragraph), spec iam 2.2, 2.6. Thread safety: as its
// Walk.
#ifndef WHOMAY_LIB_QUERY_AWS_PERMISSION_JUDGE_H_
#define WHOMAY_LIB_QUERY_AWS_PERMISSION_JUDGE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "query/aws_judge.h"
#include "query/judge.h"

namespace whomay::query {

class AwsPermissionJudge : public PermissionJudge {
 public:
  // `resource`: an ARN, "*" (every resource), or none (at least one).
  AwsPermissionJudge(Walk& walk, std::string action, std::optional<std::string> resource, bool any);

  Held Judge(StateId state) override;
  void Trace(StateId state, std::vector<CanAnswer::Grant>& grants) override;
  void Hint(StateId state, std::vector<std::string>& hints) override;

  // The patterns on which a resource-less question was answered, for people.
  const std::vector<std::string>& patterns() const { return patterns_; }

 private:
  Held JudgeWebIdentity(StateId state, NodeId node);
  Held JudgeAws(StateId state);
  Held FromResult(StateId state, const iam::Result& result, const AwsTarget& target);
  iam::Result EvaluateOn(StateId state, std::string_view action, const AwsTarget& target);
  iam::Result EvaluateRegion(StateId state, std::string_view action, bool every, AwsTarget& found);
  iam::Result EvaluateAction(StateId state, std::string_view action, AwsTarget& found);
  const std::vector<AwsTarget>& TargetsWithPolicies(std::string_view action);
  void Include(const iam::Result& result, const AwsTarget& target, AwsTarget& found,
               iam::Result& all);

  Walk& walk_;
  const World& world_;
  AwsJudge judge_;
  std::string action_;                // as asked, wildcards and all
  std::vector<std::string> actions_;  // what it stands for
  std::optional<std::string> resource_;
  bool any_;
  std::vector<std::string> patterns_;
  absl::flat_hash_map<std::string, std::vector<AwsTarget>> targets_;  // by service
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_AWS_PERMISSION_JUDGE_H_

// Ask: what all questions share: reading words, closures, verdicts, and answers' parts.
// Thread safety: one Ask per question.
#ifndef WHOMAY_LIB_QUERY_ASK_H_
#define WHOMAY_LIB_QUERY_ASK_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/closure.h"
#include "query/judge.h"
#include "query/principals.h"
#include "query/walk.h"

namespace whomay::query {

class Ask {
 public:
  Ask(const World& world, const QuestionOptions& options)
      : options_(options), walk_(world, options_) {}

  // For a question to several clusters in turn: the one that is read and asked next. What the walk
  // has found serves all of them; so does what it took for granted.
  void SetCluster(std::string cluster);
  // Makes the judge for a permission as its user writes it.
  absl::Status Read(const std::vector<std::string>& words);
  const Permission& permission() const { return permission_; }
  PermissionJudge& judge() { return *judge_; }

  Walk& walk() { return walk_; }
  const World& world() const { return walk_.world(); }
  std::vector<std::string>& notes() { return notes_; }

  // A decision with what it hangs on, for people.
  struct Verdict {
    Decision decision = Decision::kDenied;
    std::string reason;
    std::vector<Condition> conditions;
    std::vector<facts::HoleId> holes;
  };
  Verdict Decide(Formula formula);

  Path PathOf(const Closure::Way& way, const Closure* closure);
  Step StepOf(StateId from, const Transition& transition);
  std::vector<Assumption> Assumptions();
  // What would settle an unknown: of each hole what would fill it.
  void AddFillHints(const std::vector<facts::HoleId>& holes, std::vector<std::string>& hints) const;

 private:
  absl::Status ReadKubernetes(const std::vector<std::string>& words);
  absl::Status ReadAws(const std::vector<std::string>& words);

  QuestionOptions options_;
  Walk walk_;
  Permission permission_;
  std::unique_ptr<PermissionJudge> judge_;
  std::vector<std::string> notes_;
};

Condition ToCondition(const iam::ReadableCondition& condition);

absl::StatusOr<CanAnswer> AnswerCan(const World& world, std::string_view principal,
                                    const std::vector<std::string>& permission,
                                    const QuestionOptions& options);
absl::StatusOr<WhoAnswer> AnswerWho(const World& world, const std::vector<std::string>& permission,
                                    const QuestionOptions& options);
// The same of the cluster that `ask` is set to.
absl::StatusOr<WhoAnswer> AnswerWho(Ask& ask, const std::vector<std::string>& permission);
absl::StatusOr<WhatAnswer> AnswerWhat(const World& world, std::string_view principal,
                                      const QuestionOptions& options);
absl::StatusOr<WhoamiAnswer> AnswerWhoami(const World& world, std::string_view principal,
                                          const QuestionOptions& options);
absl::StatusOr<ReachAnswer> AnswerReach(const World& world, std::string_view principal,
                                        const QuestionOptions& options);
absl::StatusOr<PathsAnswer> AnswerPaths(const World& world, std::string_view from,
                                        std::string_view to, const QuestionOptions& options);
absl::StatusOr<MatrixAnswer> AnswerMatrix(const World& world,
                                          const std::vector<std::string>& resources,
                                          const QuestionOptions& options);
absl::StatusOr<DiffAnswer> AnswerDiff(const World& before, const World& after,
                                      const QuestionOptions& options);
absl::StatusOr<GraphAnswer> AnswerGraph(const World& world, std::string_view principal,
                                        const QuestionOptions& options);
absl::StatusOr<ListAnswer> AnswerList(const World& world, std::string_view what,
                                      const QuestionOptions& options);

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_ASK_H_

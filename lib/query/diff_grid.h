// DiffGrid: the AWS permissions that a set of statements can tell apart.
//
// The statements' patterns cut actions and resources into classes: of actions every known one of
// the services in question, of resources the classes of the ARN patterns of all statements that
// could match the action (the method of iam/region.h). Two permissions of one class are matched by
// the same statements, so one sample of each decides for all. Texts are those of the world after.
// Source of the method: spec iam 6.1. Thread safety: immutable once made.
#ifndef WHOMAY_LIB_QUERY_DIFF_GRID_H_
#define WHOMAY_LIB_QUERY_DIFF_GRID_H_

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/glob.h"
#include "data/aws_actions.h"
#include "iam/policy.h"

namespace whomay::query {

// Beyond this many classes of resources of one action only one sample of each pattern is taken.
inline constexpr size_t kMaxDiffSamples = 512;

// A statement of one of the worlds, its texts as the world after writes them.
struct GridStatement {
  const iam::Statement* statement = nullptr;
  bool gives = false;      // an Allow
  bool candidate = false;  // what differs, or could make a difference
  bool of_before = false;
  std::string service;  // of a resource's policy: of whose actions alone it decides; "" for all
  std::vector<std::string> actions;    // as written
  std::vector<std::string> resources;  // as written, variables filled in; "*" for all
  // Of a policy on a resource without Resource: `resources` is the resource itself.
  // As `resources`, where a resource is not known to the world after at all.
  std::vector<uint8_t> guesses;
};

class DiffGrid {
 public:
  // `account`, `partition`: of resources that no pattern places. `accounts`: of the identities that
  // hold the statements; of several, each is told apart, for across accounts more is asked.
  DiffGrid(std::vector<GridStatement> statements, std::string_view account,
           std::string_view partition, const std::vector<std::string>& accounts,
           const data::AwsActions& catalogue);

  struct Sample {
    std::string arn;
    std::vector<uint32_t> resources;  // texts that cover it, ascending; "*" covers every one
    bool guess = false;
    bool candidate = false;  // of a candidate's action and resource
    bool given = false;      // by some Allow
  };
  // Actions that the statements do not tell apart.
  struct Class {
    std::string action;        // that stands for all
    bool no_resource = false;  // covered by "*" alone
    // Resource texts that its samples tell apart, ascending; a text that is not among them may
    // cover a part of any sample.
    std::vector<uint32_t> texts;
    std::vector<Sample> samples;
  };
  struct Action {
    std::string name;
    uint32_t of = 0;     // classes()
    bool other = false;  // stands for all of the services that no statement names
  };

  const std::vector<GridStatement>& statements() const { return statements_; }
  const std::vector<Class>& classes() const { return classes_; }
  const std::vector<Action>& actions() const { return actions_; }
  // Patterns as written, and the actions that each covers; so for resources.
  const std::vector<std::string>& action_texts() const { return action_texts_; }
  const std::vector<uint32_t>& covered(uint32_t action_text) const { return covered_[action_text]; }
  // All that the text covers is among actions(): else it says more than they are.
  bool whole(uint32_t action_text) const { return whole_[action_text] != 0; }
  const std::vector<std::string>& resource_texts() const { return resource_texts_; }
  uint32_t FindAction(std::string_view text) const;
  uint32_t FindResource(std::string_view text) const;
  // Some classes were too many to be told apart.
  bool limited() const { return limited_; }

 private:
  struct Pattern {
    bool everything = false, valid = true, unsplit = false, guess = false;
    std::array<std::string, 6> parts;  // codes
    std::string whole;                 // code, of unsplit ones
  };
  struct ActionPattern {
    std::string service;  // "" where it is open
    Glob glob;
  };

  void IndexTexts(const std::vector<std::string>& accounts);
  void AddActions(const data::AwsActions& catalogue);
  void AddAction(std::string name, const data::AwsAction* known, const data::AwsActions& catalogue);
  std::string AbsentKeys(const std::vector<uint32_t>& matching, const data::AwsAction* known,
                         const data::AwsActions& catalogue) const;
  void AddSamples(Class& of, const std::vector<uint32_t>& matching, const data::AwsAction* known);
  void Combine(const std::vector<uint32_t>& patterns, const std::array<std::string, 6>& generic,
               Class& of);
  bool Matches(uint32_t statement, std::string_view lower) const;

  std::vector<GridStatement> statements_;
  std::string account_, partition_;
  std::vector<std::vector<uint32_t>> actions_of_;    // by statement: action texts
  std::vector<std::vector<uint32_t>> resources_of_;  // by statement: resource texts
  std::vector<std::string> action_texts_, resource_texts_;
  absl::flat_hash_map<std::string, uint32_t> action_ids_, resource_ids_;
  std::vector<uint32_t> account_texts_;  // resource texts: everything of an account
  std::vector<ActionPattern> action_patterns_;
  std::vector<Pattern> patterns_;  // by resource text
  std::vector<std::vector<uint32_t>> covered_;
  std::vector<uint8_t> whole_;  // by action text
  std::vector<Action> actions_;
  std::vector<Class> classes_;
  absl::flat_hash_map<std::string, uint32_t> class_ids_;
  bool limited_ = false;
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_DIFF_GRID_H_

// DiffSide: one world of a diff: every principal with the identities that it comes to, what these
// are given (to find what may differ), and the decision of any permission (to say what does).
//
// What is compared first are grants: a Kubernetes rule with its scope, an AWS statement with all
// that bears on it, each under the decision by which its holder is reached. Principals that come to
// equal grants need not be asked anything. Thread safety: none; one side per question.
#ifndef WHOMAY_LIB_QUERY_DIFF_SIDE_H_
#define WHOMAY_LIB_QUERY_DIFF_SIDE_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "query/ask.h"
#include "query/diff_names.h"

namespace whomay::query {

// One rule in one scope. Texts are those of the world `side`.
struct DiffGrant {
  DiffWorld side = kDiffBefore;
  std::string cluster;  // DiffNames::ClusterKey
  bool cluster_wide = false;
  std::string name_space;
  std::vector<std::string> verbs, groups, resources, names, urls;
  bool certain = true;  // else it depends on a hole, or on what nobody published
};

// Grants of both worlds, each once.
class DiffGrants {
 public:
  uint32_t Intern(std::string key, DiffGrant grant);
  const DiffGrant& operator[](uint32_t id) const { return grants_[id]; }

 private:
  absl::flat_hash_map<std::string, uint32_t> ids_;
  std::vector<DiffGrant> grants_;
};

// An AWS identity in a session, with every statement that limits or gives.
struct DiffAwsState {
  struct Part {
    std::string text;  // canonical, layer and all
    const iam::Statement* statement = nullptr;
    bool gives = false;  // of an identity policy, and no deny
  };
  StateId state = StateId::kNone;
  std::string role;   // DiffNames::NodeKey of the identity
  std::string key;    // who it is, session and all
  std::string frame;  // what bears on it beside the statements
  bool open = false;  // policies of it are not known: it may be allowed anything
  std::string account;
  std::string partition;
  std::vector<Part> parts;
};

class DiffSide {
 public:
  struct Reached {
    StateId state = StateId::kNone;
    Formula open = Formula::kTrue;
    std::string label;  // "" when for certain
  };
  struct Principal {
    NodeId node = NodeId::kNone;
    std::string shown, kind;
    bool is_aws = false;  // or may become an AWS identity
    bool absent = false;  // this world does not know it
    std::vector<StateId> starts;
    std::vector<Reached> reached;
    std::vector<std::pair<uint32_t, std::string>> grants;  // of Kubernetes, with the label
    std::vector<std::pair<const DiffAwsState*, std::string>> aws;
  };

  DiffSide(const World& world, DiffWorld side, const DiffNames& names,
           const QuestionOptions& options, DiffGrants& grants);

  DiffWorld side() const { return side_; }
  Ask& ask() { return ask_; }
  Walk& walk() { return ask_.walk(); }
  const World& world() const { return ask_.world(); }
  const DiffNames& names() const { return names_; }

  // By DiffNames::NodeKey.
  std::map<std::string, Principal>& principals() { return principals_; }
  // A principal that only the other world names. Where names are enough to be somebody (users,
  // groups, accounts, principals whose policies nobody gave), it is asked as can() would ask it.
  void AddStranger(const std::string& key, const Principal& other, const graph::Node& node);

  const std::string& Label(Formula formula);

  // All principals are there. Then after every question its formulas are forgotten: there are many,
  // and each should cost what it would alone.
  void Finish() { mark_ = walk().workspace().formulas.Mark(); }
  void Rewind();
  // Of a policy on a resource or a role's trust.
  std::string StatementText(const facts::Statement& statement) const;

 private:
  void AddPrincipals();
  void Fill(Principal& principal);
  const std::vector<uint32_t>& GrantsOf(StateId state);
  const DiffAwsState& AwsStateOf(StateId state);
  void AddAwsParts(DiffAwsState& to, std::string_view layer, const iam::Policy& policy);
  std::string Texts(const std::vector<Str>& texts) const;
  std::string AddRule(std::string_view prefix, DiffGrant& grant) const;

  DiffWorld side_;
  uint32_t mark_ = 0;
  const DiffNames& names_;
  Ask ask_;
  DiffGrants& grants_;
  std::map<std::string, Principal> principals_;
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> grants_of_;             // by state
  absl::flat_hash_map<uint32_t, std::unique_ptr<DiffAwsState>> aws_states_;    // by state
  absl::flat_hash_map<std::string, std::vector<uint32_t>> grants_of_binding_;  // by scope, role
  absl::flat_hash_map<uint32_t, std::string> labels_;                          // by formula
};

}  // namespace whomay::query

#endif  // WHOMAY_LIB_QUERY_DIFF_SIDE_H_

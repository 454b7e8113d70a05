// Policies for tests, written in a few words.
//
//   Policies policies;
//   const Policy* read = policies.Add({Allow("s3:Get*", "arn:aws:s3:::b/*")});
#ifndef WHOMAY_TESTS_UNIT_IAM_POLICIES_H_
#define WHOMAY_TESTS_UNIT_IAM_POLICIES_H_

#include <deque>
#include <string>
#include <vector>

#include "facts/facts.h"
#include "iam/policy.h"

namespace whomay::iam {

struct ConditionText {
  std::string op, key;
  std::vector<std::string> values;
};

struct StatementText {
  bool deny = false;
  std::vector<std::string> principals;  // "*", "AWS:…", "Service:…", "Federated:…"
  bool not_principal = false;
  std::vector<std::string> actions;
  bool not_action = false;
  std::vector<std::string> resources;
  bool not_resource = false;
  std::vector<ConditionText> conditions;
};

inline StatementText Allow(std::string action, std::string resource,
                           std::vector<ConditionText> conditions = {}) {
  StatementText text;
  text.actions = {std::move(action)};
  text.resources = {std::move(resource)};
  text.conditions = std::move(conditions);
  return text;
}
inline StatementText Deny(std::string action, std::string resource,
                          std::vector<ConditionText> conditions = {}) {
  StatementText text = Allow(std::move(action), std::move(resource), std::move(conditions));
  text.deny = true;
  return text;
}
inline StatementText Trust(std::string principal, std::string action = "sts:AssumeRole",
                           std::vector<ConditionText> conditions = {}) {
  StatementText text;
  text.principals = {std::move(principal)};
  text.actions = {std::move(action)};
  text.conditions = std::move(conditions);
  return text;
}

class Policies {
 public:
  const Policy* Add(const std::vector<StatementText>& statements,
                    Policy::On on = Policy::On::kPrincipal, facts::HoleId open = {}) {
    facts::PolicyDocument& document = documents_.emplace_back();
    document.version = "2012-10-17";
    document.open = open == facts::HoleId{} ? facts::HoleId::kNone : open;
    for (const StatementText& text : statements) {
      document.statements.push_back(Make(text));
    }
    return &compiled_.emplace_back(document, &facts.holes, on);
  }
  const Policy* AddTrust(const std::vector<StatementText>& statements) {
    return Add(statements, Policy::On::kResource);
  }

  facts::Facts facts;

 private:
  std::vector<facts::Str> Keep(const std::vector<std::string>& texts) {
    std::vector<facts::Str> kept;
    for (const std::string& text : texts) {
      kept.push_back(facts.Keep(text));
    }
    return kept;
  }

  facts::Statement Make(const StatementText& text) {
    using Type = facts::PrincipalEntry::Type;
    facts::Statement made;
    made.effect = text.deny ? facts::Statement::Effect::kDeny : facts::Statement::Effect::kAllow;
    made.has_principal = !text.principals.empty();
    made.not_principal = text.not_principal;
    for (const std::string& principal : text.principals) {
      facts::PrincipalEntry& entry = made.principals.emplace_back();
      const size_t colon = principal.find(':');
      const std::string type = principal.substr(0, colon);
      entry.type = principal == "*"      ? Type::kAny
                   : type == "Service"   ? Type::kService
                   : type == "Federated" ? Type::kFederated
                                         : Type::kAws;
      entry.value = facts.Keep(principal == "*" ? principal : principal.substr(colon + 1));
    }
    made.has_action = true;
    made.not_action = text.not_action;
    made.actions = Keep(text.actions);
    made.has_resource = !text.resources.empty();
    made.not_resource = text.not_resource;
    made.resources = Keep(text.resources);
    for (const ConditionText& condition : text.conditions) {
      facts::Condition& added = made.conditions.emplace_back();
      added.op = facts.Keep(condition.op);
      added.key = facts.Keep(condition.key);
      added.values = Keep(condition.values);
    }
    return made;
  }

  std::deque<facts::PolicyDocument> documents_;
  std::deque<Policy> compiled_;
};

}  // namespace whomay::iam

#endif  // WHOMAY_TESTS_UNIT_IAM_POLICIES_H_

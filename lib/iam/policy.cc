#include "iam/policy.h"

#include <algorithm>

#include "base/strings.h"
#include "iam/arn.h"

namespace whomay::iam {
namespace {

struct OperatorName {
  std::string_view name;  // lower case
  Operator op;
  bool negated;
};

// IAM User Guide, "IAM JSON policy elements: Condition operators".
constexpr OperatorName kOperators[] = {
    {"stringequals", Operator::kStringEquals, false},
    {"stringnotequals", Operator::kStringEquals, true},
    {"stringequalsignorecase", Operator::kStringEqualsIgnoreCase, false},
    {"stringnotequalsignorecase", Operator::kStringEqualsIgnoreCase, true},
    {"stringlike", Operator::kStringLike, false},
    {"stringnotlike", Operator::kStringLike, true},
    {"numericequals", Operator::kNumericEquals, false},
    {"numericnotequals", Operator::kNumericEquals, true},
    {"numericlessthan", Operator::kNumericLessThan, false},
    {"numericlessthanequals", Operator::kNumericLessThanEquals, false},
    {"numericgreaterthan", Operator::kNumericGreaterThan, false},
    {"numericgreaterthanequals", Operator::kNumericGreaterThanEquals, false},
    {"dateequals", Operator::kDateEquals, false},
    {"datenotequals", Operator::kDateEquals, true},
    {"datelessthan", Operator::kDateLessThan, false},
    {"datelessthanequals", Operator::kDateLessThanEquals, false},
    {"dategreaterthan", Operator::kDateGreaterThan, false},
    {"dategreaterthanequals", Operator::kDateGreaterThanEquals, false},
    {"bool", Operator::kBool, false},
    {"binaryequals", Operator::kBinaryEquals, false},
    {"ipaddress", Operator::kIpAddress, false},
    {"notipaddress", Operator::kIpAddress, true},
    {"arnequals", Operator::kArnLike, false},
    {"arnlike", Operator::kArnLike, false},
    {"arnnotequals", Operator::kArnLike, true},
    {"arnnotlike", Operator::kArnLike, true},
    {"null", Operator::kNull, false},
};

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) {
    return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

void ParseOperator(std::string_view written, ConditionTest& test) {
  const std::string lower = AsciiLower(written);
  std::string_view name = lower;
  if (TakePrefix(name, "forallvalues:")) {
    test.set = SetMode::kForAllValues;
  } else if (TakePrefix(name, "foranyvalue:")) {
    test.set = SetMode::kForAnyValue;
  }
  constexpr std::string_view kIfExists = "ifexists";
  if (name.ends_with(kIfExists)) {
    test.if_exists = true;
    name.remove_suffix(kIfExists.size());
  }
  const auto* const found =
      std::find_if(std::begin(kOperators), std::end(kOperators),
                   [name](const OperatorName& known) { return known.name == name; });
  if (found == std::end(kOperators) || (found->op == Operator::kNull && test.if_exists)) {
    test.invalid = true;
    return;
  }
  test.op = found->op;
  test.negated = found->negated;
}

facts::HoleId FirstHole(std::string_view text) {
  for (const facts::Piece& piece : facts::Pieces(text)) {
    if (piece.hole != facts::HoleId::kNone) {
      return piece.hole;
    }
  }
  return facts::HoleId::kNone;
}

ConditionTest Compile(const facts::Condition& condition, bool variables) {
  ConditionTest test;
  test.key = condition.key;
  test.lower = AsciiLower(condition.key);
  test.hash = HashText(test.lower);
  test.values_open = condition.values_open;
  test.raw.assign(condition.values.begin(), condition.values.end());
  if (facts::HasHole(condition.op)) {
    test.unknown = FirstHole(condition.op);
    return test;
  }
  test.key_hole = FirstHole(condition.key);
  ParseOperator(condition.op, test);
  switch (test.op) {
    case Operator::kStringEquals:
    case Operator::kStringEqualsIgnoreCase:
    case Operator::kStringLike:
      for (const facts::Str value : condition.values) {
        test.texts.emplace_back(value, test.op == Operator::kStringLike, variables,
                                test.op == Operator::kStringEqualsIgnoreCase
                                    ? Glob::Case::kFoldAscii
                                    : Glob::Case::kSensitive);
      }
      break;
    case Operator::kArnLike:
      for (const facts::Str value : condition.values) {
        test.arns.emplace_back(value, variables, ArnPattern::Where::kCondition);
      }
      break;
    default:
      break;
  }
  return test;
}

bool IsAccountId(std::string_view text) {
  return text.size() == 12 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// An AWS entry that is an ARN. Wildcards inside it match nobody (User Guide, "AWS JSON policy
// elements: Principal": no part of a name or ARN).
void CompileArn(const Arn& arn, PrincipalPattern& pattern) {
  using Type = PrincipalPattern::Type;
  pattern.partition = arn.partition();
  pattern.account = arn.account();
  std::string_view resource = arn.resource();
  if (pattern.text.find_first_of("*?") != std::string_view::npos) {
    pattern.type = Type::kNothing;
  } else if (arn.service() == "iam" && resource == "root") {
    pattern.type = Type::kAccount;
  } else if (arn.service() == "iam" && TakePrefix(resource, "user/")) {
    pattern.type = Type::kUser;
    pattern.name = resource;
  } else if (arn.service() == "iam" && TakePrefix(resource, "role/")) {
    pattern.type = Type::kRole;
    pattern.name = resource;
  } else if (arn.service() == "sts" && TakePrefix(resource, "assumed-role/")) {
    pattern.type = Type::kSession;
    pattern.name = resource.substr(0, resource.find('/'));
    pattern.session = LastComponent(resource);
  } else if (arn.service() == "sts" && TakePrefix(resource, "federated-user/")) {
    pattern.type = Type::kFederatedUser;
    pattern.name = resource;
  } else if (facts::HasHole(resource) || facts::HasHole(arn.service())) {
    pattern.type = Type::kHole;
  }
}

PrincipalPattern Compile(const facts::PrincipalEntry& entry) {
  using Type = PrincipalPattern::Type;
  using EntryType = facts::PrincipalEntry::Type;
  PrincipalPattern pattern;
  pattern.text = entry.value;
  switch (entry.type) {
    case EntryType::kAny:
      pattern.type = Type::kAnyone;
      break;
    case EntryType::kAws: {
      const Arn arn = SplitArn(entry.value);
      if (entry.value == "*") {
        pattern.type = Type::kAnyone;
      } else if (IsAccountId(entry.value)) {
        pattern.type = Type::kAccount;
        pattern.account = entry.value;
      } else if (arn.valid) {
        CompileArn(arn, pattern);
      } else if (facts::HasHole(entry.value)) {
        pattern.type = Type::kHole;
      }
      break;
    }
    case EntryType::kService:
      pattern.type = Type::kService;
      break;
    case EntryType::kFederated:
      pattern.type = entry.value == "*" ? Type::kAnyFederated : Type::kFederated;
      break;
    case EntryType::kCanonicalUser:
      pattern.type = Type::kCanonicalUser;
      break;
    case EntryType::kUnknown:
      pattern.type = facts::HasHole(entry.value) ? Type::kHole : Type::kNothing;
      break;
  }
  return pattern;
}

// The hash of the service that all actions of the pattern belong to; 0 if that is open.
uint64_t ServiceOf(const Glob& action) {
  const std::string_view prefix = action.literal_prefix();
  const size_t colon = prefix.find(':');
  return colon == std::string_view::npos ? 0 : HashText(prefix.substr(0, colon));
}

void CompileActions(const facts::Statement& source, Statement& statement) {
  std::vector<std::pair<uint64_t, Glob>> actions;
  for (const facts::Str text : source.actions) {
    Glob glob(text, Glob::Case::kFoldAscii);
    const uint64_t service = ServiceOf(glob);
    actions.emplace_back(service, std::move(glob));
  }
  std::stable_sort(actions.begin(), actions.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [service, glob] : actions) {
    statement.actions.push_back(std::move(glob));
    if (service == 0) {
      ++statement.any_service_actions;
    } else {
      statement.action_services.push_back(service);
    }
  }
}

Statement Compile(const facts::Statement& source, bool variables) {
  Statement statement;
  statement.source = &source;
  statement.effect = source.effect;
  statement.has_principal = source.has_principal;
  statement.not_principal = source.not_principal;
  statement.not_action = source.not_action;
  statement.not_resource = source.not_resource;
  statement.has_resource = source.has_resource;
  statement.principals_open = source.principals_open;
  statement.actions_open = source.actions_open;
  statement.resources_open = source.resources_open;
  statement.conditions_open = source.conditions_open;
  for (const facts::PrincipalEntry& entry : source.principals) {
    statement.principals.push_back(Compile(entry));
  }
  CompileActions(source, statement);
  for (const facts::Str resource : source.resources) {
    statement.resources.emplace_back(resource, variables, ArnPattern::Where::kResource);
  }
  for (const facts::Condition& condition : source.conditions) {
    statement.conditions.push_back(Compile(condition, variables));
  }
  return statement;
}

}  // namespace

Policy::Policy(const facts::PolicyDocument& document, const facts::HoleTable* holes, On on)
    : document_(&document), holes_(holes), on_(on) {
  // Variables came with the version of 2012; under an older one, or none, `${…}` is plain text.
  const bool variables = document.version == "2012-10-17" || facts::HasHole(document.version);
  statements_.reserve(document.statements.size());
  for (const facts::Statement& source : document.statements) {
    const auto index = static_cast<uint32_t>(statements_.size());
    statements_.push_back(Compile(source, variables));
    const Statement& statement = statements_.back();
    const bool any =
        statement.not_action || statement.actions_open || statement.any_service_actions > 0;
    if (any) {
      any_service_.push_back(index);
      continue;
    }
    std::vector<uint64_t> services = statement.action_services;
    services.erase(std::unique(services.begin(), services.end()), services.end());
    for (const uint64_t service : services) {
      by_service_.emplace_back(service, index);
    }
  }
  std::sort(by_service_.begin(), by_service_.end());
}

}  // namespace whomay::iam

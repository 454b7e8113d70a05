// Principal and NotPrincipal (spec/iam.md 2.3; User Guide, "AWS JSON policy elements: Principal").
#include "base/strings.h"
#include "iam/matcher.h"

namespace whomay::iam {
namespace {

using Kind = Caller::Kind;

std::string_view After(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix ? text.substr(prefix.size()) : std::string_view();
}

}  // namespace

bool Matcher::is_aws_principal() const {
  switch (request_.caller.kind) {
    case Kind::kUser:
    case Kind::kRole:
    case Kind::kSession:
    case Kind::kFederatedUser:
    case Kind::kRoot:
      return true;
    default:
      return false;
  }
}

Formula Matcher::NamesSession(const PrincipalPattern& pattern, std::string_view arn_text) {
  const Arn arn = SplitArn(arn_text);
  const bool by_name = request_.caller.kind == Kind::kSession;
  const std::string_view rest = After(arn.resource(), by_name ? "assumed-role/" : "role/");
  // The ARN of a session leaves out its role's path; names of roles are unique in an account,
  // whatever their path and case. Where the role's own ARN is known, the path counts.
  std::string_view role = by_name ? rest.substr(0, rest.find('/')) : rest;
  std::string_view wanted = pattern.name;
  if (pattern.type == PrincipalPattern::Type::kRole && by_name) {
    const std::string_view own = After(SplitArn(request_.caller.role_arn).resource(), "role/");
    role = own.empty() ? role : own;
    wanted = own.empty() ? LastComponent(wanted) : wanted;
  } else if (pattern.type == PrincipalPattern::Type::kSession) {
    role = by_name ? role : LastComponent(role);
  }
  Formula same =
      logic_.And(Equal(pattern.partition, arn.partition()),
                 logic_.And(Equal(pattern.account, arn.account()), Equal(wanted, role, true)));
  if (same == kNo || pattern.type == PrincipalPattern::Type::kRole) {
    return same;
  }
  if (by_name) {
    return logic_.And(same, Equal(pattern.session, LastComponent(rest)));
  }
  if (request_.caller.session == Caller::Session::kNobodys) {
    return kNo;
  }
  const Formula named = logic_.Open([&] {
    Atom atom;
    atom.kind = Atom::Kind::kChosen;
    atom.op = Operator::kStringEquals;
    atom.key = "sts:RoleSessionName";
    atom.scope = std::string(arn_text);
    atom.always_present = true;
    atom.values.emplace_back(pattern.session);
    atom.text = Concat({"the session is named ", pattern.session});
    return atom;
  });
  return logic_.And(same, named);
}

Formula Matcher::NamesCaller(const PrincipalPattern& pattern) {
  using Type = PrincipalPattern::Type;
  const Caller& caller = request_.caller;
  const auto one = [&](std::string_view text) -> Formula {
    if (text == pattern.text) {
      return kYes;
    }
    const bool session = caller.kind == Kind::kSession || caller.kind == Kind::kRole;
    if (pattern.type == Type::kRole || pattern.type == Type::kSession) {
      return session ? NamesSession(pattern, text) : kNo;
    }
    const bool fits = (pattern.type == Type::kUser && caller.kind == Kind::kUser) ||
                      (pattern.type == Type::kFederatedUser && caller.kind == Kind::kFederatedUser);
    return fits ? Equal(pattern.text, text) : kNo;
  };
  Formula match = one(caller.arn);
  for (const std::string_view text : caller.also) {
    match = logic_.Or(match, one(text));
  }
  return match;
}

void Matcher::Entry(const PrincipalPattern& pattern, PrincipalMatch& match) {
  using Type = PrincipalPattern::Type;
  const Caller& caller = request_.caller;
  const auto add = [this](Formula& level, Formula fits) { level = logic_.Or(level, fits); };
  switch (pattern.type) {
    case Type::kAnyone:
      add(match.direct, kYes);
      break;
    case Type::kAccount:
      if (is_aws_principal()) {
        const std::string_view partition = SplitArn(caller.arn).partition();
        const Formula same = pattern.partition.empty() || partition.empty()
                                 ? kYes
                                 : Equal(pattern.partition, partition);
        add(match.account, logic_.And(same, EqualAccounts(pattern.account, caller.account)));
      }
      break;
    case Type::kRole:
      add(match.role, NamesCaller(pattern));
      break;
    case Type::kUser:
    case Type::kSession:
    case Type::kFederatedUser:
      add(match.direct, NamesCaller(pattern));
      break;
    case Type::kService:
      if (caller.kind == Kind::kService) {
        add(match.direct, Equal(pattern.text, caller.arn));
      }
      break;
    case Type::kFederated:
    case Type::kAnyFederated:
      if (caller.kind == Kind::kWebIdentity || caller.kind == Kind::kSaml) {
        add(match.direct,
            pattern.type == Type::kAnyFederated ? kYes : Equal(pattern.text, caller.arn));
      }
      break;
    case Type::kCanonicalUser:
      // The canonical id of the caller's account, or somebody else's.
      if (is_aws_principal()) {
        add(match.account, Missing(Reason::kUndetermined, facts::HoleId::kNone, pattern.text,
                                   "is the account of the caller of"));
      }
      break;
    case Type::kHole: {
      Formula fits = Equal(pattern.text, caller.arn);
      for (const std::string_view text : caller.also) {
        fits = logic_.Or(fits, Equal(pattern.text, text));
      }
      // Should it turn out to name the account instead, the answer lies between this and nothing.
      const bool surely_role = fits == kYes && caller.kind == Kind::kRole;
      add(surely_role ? match.role : match.direct, fits);
      break;
    }
    case Type::kNothing:
      break;
  }
}

PrincipalMatch Matcher::Principal(const Statement& statement) {
  PrincipalMatch match;
  for (const PrincipalPattern& pattern : statement.principals) {
    Entry(pattern, match);
  }
  if (statement.principals_open) {
    match.direct = logic_.Or(match.direct, FurtherElements(statement, "principals"));
  }
  if (!statement.not_principal) {
    return match;
  }
  if (always_not_principal_) {
    return {kYes, kNo, kNo};
  }
  // Whoever is listed at any level is left out.
  const Formula any = logic_.Or(match.direct, logic_.Or(match.role, match.account));
  return {logic_.Not(any), kNo, kNo};
}

}  // namespace whomay::iam

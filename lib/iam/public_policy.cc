#include "iam/public_policy.h"

#include <algorithm>
#include <string_view>

#include "base/strings.h"
#include "facts/hole.h"

namespace whomay::iam {
namespace {

using facts::HasHole;
using facts::PrincipalEntry;
using facts::Statement;

// Keys whose fixed value makes a grant not public: those that the documentation lists.
constexpr std::string_view kFixedKeys[] = {
    "aws:SourceArn",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:SourceOwner",
    "aws:SourceAccount",
    "aws:userid",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "s3:DataAccessPointArn",
    "s3:DataAccessPointAccount",
};
// Keys that limit as much, and of which it says nothing.
constexpr std::string_view kUndocumentedKeys[] = {
    "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalAccount",
    "aws:PrincipalArn",   "aws:SourceOrgID",       "aws:SourceOrgPaths",
};
// Operators that hold for the given values only. ForAllValues: and …IfExists hold without any.
constexpr std::string_view kFixingOperators[] = {
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "ArnEquals",
    "ArnLike",
    "ForAnyValue:StringEquals",
    "ForAnyValue:StringLike",
};

template <size_t kSize>
bool In(const std::string_view (&list)[kSize], std::string_view text) {
  return std::any_of(std::begin(list), std::end(list),
                     [&](std::string_view one) { return EqualsIgnoreAsciiCase(one, text); });
}

bool HasWildcard(std::string_view value) {
  return value.find_first_of("*?") != std::string_view::npos ||
         value.find("${") != std::string_view::npos;
}

// The resource part of aws:SourceArn, and the name part of an access point's ARN, may be a pattern.
bool IsFixed(std::string_view key, std::string_view value) {
  const bool arn = EqualsIgnoreAsciiCase(key, "aws:SourceArn") ||
                   EqualsIgnoreAsciiCase(key, "s3:DataAccessPointArn");
  if (!arn || value.substr(0, 4) != "arn:") {
    return !HasWildcard(value);
  }
  size_t end = 0;
  for (int colons = 0; end < value.size() && colons < 5; ++end) {
    colons += value[end] == ':' ? 1 : 0;
  }
  return !HasWildcard(value.substr(0, end));
}

// "10.0.0.0/8" is a set of addresses; everything is none. What S3 calls too broad is not said.
Tri LimitsAddresses(std::string_view cidr) {
  const size_t slash = cidr.find('/');
  const std::string_view bits = slash == std::string_view::npos ? "32" : cidr.substr(slash + 1);
  const bool wide = bits.size() < 2 && bits < "8";
  return bits == "0" ? Tri::kFalse : wide ? Tri::kUnknown : Tri::kTrue;
}

// Does this condition keep the statement from being public?
Tri Limits(const facts::Condition& condition) {
  if (HasHole(condition.op) || HasHole(condition.key) || condition.values_open) {
    return Tri::kUnknown;
  }
  const bool addresses = EqualsIgnoreAsciiCase(condition.op, "IpAddress") &&
                         EqualsIgnoreAsciiCase(condition.key, "aws:SourceIp");
  const bool listed = In(kFixedKeys, condition.key);
  if (!addresses &&
      (!In(kFixingOperators, condition.op) || !(listed || In(kUndocumentedKeys, condition.key)))) {
    return Tri::kFalse;
  }
  Tri all = listed || addresses ? Tri::kTrue : Tri::kUnknown;
  for (const facts::Str value : condition.values) {
    const Tri one = HasHole(value)                  ? Tri::kUnknown
                    : addresses                     ? LimitsAddresses(value)
                    : IsFixed(condition.key, value) ? Tri::kTrue
                                                    : Tri::kFalse;
    all = And(all, one);
  }
  return all;
}

Tri NamesEverybody(const Statement& statement) {
  if (statement.not_principal) {
    return Tri::kTrue;
  }
  Tri any = statement.principals_open ? Tri::kUnknown : Tri::kFalse;
  for (const PrincipalEntry& entry : statement.principals) {
    if (entry.type == PrincipalEntry::Type::kAny ||
        (entry.type == PrincipalEntry::Type::kAws && entry.value == "*")) {
      return Tri::kTrue;
    }
    if (entry.type == PrincipalEntry::Type::kUnknown || HasHole(entry.value)) {
      any = Tri::kUnknown;
    }
  }
  return any;
}

Tri IsPublic(const Statement& statement) {
  if (statement.effect == Statement::Effect::kDeny) {
    return Tri::kFalse;
  }
  Tri limited = statement.conditions_open ? Tri::kUnknown : Tri::kFalse;
  for (const facts::Condition& condition : statement.conditions) {
    limited = Or(limited, Limits(condition));
  }
  const Tri open = And(NamesEverybody(statement), Not(limited));
  return statement.effect == Statement::Effect::kUnknown ? And(open, Tri::kUnknown) : open;
}

}  // namespace

Tri IsPublic(const facts::PolicyDocument& document) {
  Tri any =
      document.open == facts::HoleId::kNone && document.readable ? Tri::kFalse : Tri::kUnknown;
  for (const Statement& statement : document.statements) {
    any = Or(any, IsPublic(statement));
  }
  return any;
}

}  // namespace whomay::iam

#include "ingest/iam/policy_words.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/strings.h"
#include "facts/hole.h"

namespace whomay::ingest {
namespace {

constexpr std::array<std::string_view, 27> kOperators = {
    "stringequals",
    "stringnotequals",
    "stringequalsignorecase",
    "stringnotequalsignorecase",
    "stringlike",
    "stringnotlike",
    "numericequals",
    "numericnotequals",
    "numericlessthan",
    "numericlessthanequals",
    "numericgreaterthan",
    "numericgreaterthanequals",
    "dateequals",
    "datenotequals",
    "datelessthan",
    "datelessthanequals",
    "dategreaterthan",
    "dategreaterthanequals",
    "bool",
    "binaryequals",
    "ipaddress",
    "notipaddress",
    "arnequals",
    "arnlike",
    "arnnotequals",
    "arnnotlike",
    "null",
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return AsciiLower(c) >= 'a' && AsciiLower(c) <= 'z'; }
bool HasWildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

bool RemovePrefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) {
    return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

bool IsAlphanumeric(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return IsDigit(c) || IsLetter(c); });
}

bool IsConditionOperator(std::string_view op) {
  if (facts::HasHole(op)) {
    return true;
  }
  const std::string lower = AsciiLower(op);
  std::string_view base = lower;
  const bool set = RemovePrefix(base, "forallvalues:") || RemovePrefix(base, "foranyvalue:");
  constexpr std::string_view kIfExists = "ifexists";
  const bool if_exists =
      base.size() > kIfExists.size() && base.substr(base.size() - kIfExists.size()) == kIfExists;
  if (if_exists) {
    base.remove_suffix(kIfExists.size());
  }
  if (base == "null" && (if_exists || set)) {
    return false;  // Null asks for presence itself
  }
  return !base.empty() && std::find(kOperators.begin(), kOperators.end(), base) != kOperators.end();
}

std::string_view WrongAction(std::string_view action) {
  if (action == "*" || facts::HasHole(action)) {
    return "";
  }
  const size_t colon = action.find(':');
  if (colon == std::string_view::npos) {
    return "has no service prefix";
  }
  if (action.find(':', colon + 1) != std::string_view::npos) {
    return "has more than one colon";
  }
  const std::string_view service = action.substr(0, colon);
  const bool plain = !service.empty() && std::all_of(service.begin(), service.end(), [](char c) {
    return IsDigit(c) || IsLetter(c) || c == '-' || c == '.';
  });
  if (!plain && action != "*:*") {
    return HasWildcard(service) ? "has a wildcard in its service prefix"
                                : "has no valid service prefix";
  }
  return colon + 1 == action.size() ? "names no action" : "";
}

bool IsStsAction(std::string_view action) {
  return facts::HasHole(action) || EqualsIgnoreAsciiCase(action.substr(0, 4), "sts:");
}

bool IsResourcePattern(std::string_view resource) {
  if (resource == "*" || facts::HasHole(resource)) {
    return true;
  }
  const std::vector<std::string_view> parts = Split(resource, ':');
  if (parts[0] != "arn" && !HasWildcard(parts[0])) {
    return false;
  }
  // Fewer than six parts are padded where the last ends in "*" (spec iam 2.2).
  return parts.size() >= 6 || resource.back() == '*';
}

std::string_view WrongAwsPrincipal(std::string_view principal) {
  if (principal == "*" || facts::HasHole(principal)) {
    return "";
  }
  if (principal.size() == 12 && std::all_of(principal.begin(), principal.end(), IsDigit)) {
    return "";
  }
  if (HasWildcard(principal)) {
    return "holds a wildcard, which matches nothing in a principal";
  }
  // Unique ids: AIDA… users, AROA… roles, with :SESSION behind a role's.
  if (principal.size() >= 16 && principal[0] == 'A' && principal.find(':') != 3 &&
      IsAlphanumeric(principal.substr(0, principal.find(':')))) {
    return "";
  }
  const std::vector<std::string_view> parts = Split(principal, ':');
  if (parts.size() < 6 || parts[0] != "arn" || (parts[2] != "iam" && parts[2] != "sts")) {
    return "is neither \"*\", an account, an ARN of iam or sts, nor a unique id";
  }
  return "";
}

}  // namespace whomay::ingest

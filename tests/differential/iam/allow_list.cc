#include "tests/differential/iam/allow_list.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/strings.h"

namespace whomay::differential {
namespace {

using syntax::Value;

std::vector<std::string_view> Texts(const Value& value) {
  std::vector<std::string_view> texts;
  if (value.is_array()) {
    for (const Value element : value.elements()) {
      texts.push_back(element.text());
    }
  } else if (value) {
    texts.push_back(value.text());
  }
  return texts;
}

// visit(document, statement) for every statement of the case, until it says yes.
template <typename Visit>
bool AnyStatement(const Value& line, Visit visit) {
  const auto document = [&](const Value& policy) {
    for (const Value statement : policy.Get("Statement").elements()) {
      if (visit(policy, statement)) {
        return true;
      }
    }
    return false;
  };
  for (const char* const layer : {"identityPolicies", "permissionBoundaries", "sessionPolicies"}) {
    for (const Value named : line.Get(layer).elements()) {
      if (document(named.Get("policy"))) {
        return true;
      }
    }
  }
  for (const char* const layer : {"scps", "rcps"}) {
    for (const Value level : line.Get(layer).elements()) {
      for (const Value named : level.Get("policies").elements()) {
        if (document(named.Get("policy"))) {
          return true;
        }
      }
    }
  }
  return document(line.Get("resourcePolicy"));
}

// visit(operator in lower case, key, value) for every value of every condition.
template <typename Visit>
bool AnyCondition(const Value& line, Visit visit) {
  return AnyStatement(line, [&](const Value&, const Value& statement) {
    for (const Value op : statement.Get("Condition").members()) {
      const std::string name = AsciiLower(op.key());
      for (const Value key : op.members()) {
        for (const std::string_view value : Texts(key)) {
          if (visit(name, key.key(), value)) {
            return true;
          }
        }
      }
    }
    return false;
  });
}

template <typename Visit>
bool AnyResource(const Value& line, Visit visit) {
  return AnyStatement(line, [&](const Value&, const Value& statement) {
    for (const char* const element : {"Resource", "NotResource"}) {
      for (const std::string_view text : Texts(statement.Get(element))) {
        if (visit(text, std::string_view(element) == "NotResource")) {
          return true;
        }
      }
    }
    return false;
  });
}

bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool IsText(std::string_view op) { return Has(op, "string"); }

bool IsDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool HasContext(const Value& line, std::string_view key) {
  const std::string lower = AsciiLower(key);
  for (const Value member : line.Get("context").members()) {
    if (AsciiLower(member.key()) == lower) {
      return true;
    }
  }
  return false;
}

// A variable of the text that the context has no single value for, and that has no default.
bool HasUnresolved(const Value& line, std::string_view text) {
  for (size_t at = 0; (at = text.find("${", at)) != std::string_view::npos; ++at) {
    const std::string_view inside = text.substr(at + 2, text.find('}', at) - at - 2);
    if (inside.size() > 1 && !Has(inside, ",") && !HasContext(line, inside)) {
      return true;
    }
  }
  return false;
}

std::string_view Caller(const Value& line) { return line.Get("principal").text(); }

bool FederatedUser(const Value& line) { return Has(Caller(line), ":federated-user/"); }

bool RootUser(const Value& line) { return Caller(line).ends_with(":root"); }

bool RcpElsewhere(const Value& line) {
  const std::string_view action = line.Get("action").text();
  const std::string_view service = action.substr(0, action.find(':'));
  return line.Get("rcps").size() > 0 && (service == "sns" || service == "lambda" ||
                                         service == "iam" || service == "eks" || service == "ec2");
}

bool TypeWildcard(const Value& line) {
  return AnyResource(line, [](std::string_view text, bool) {
    size_t tail = 0;
    for (int i = 0; i < 5; ++i) {
      const size_t colon = text.find(':', tail);
      if (colon == std::string_view::npos) {
        return false;
      }
      tail = colon + 1;
    }
    const std::string_view last = text.substr(tail);
    const size_t type = last.find_first_of("/:");
    const size_t wild = last.find_first_of("*?");
    // Of S3 the name of a bucket stands there, and the judge globs it.
    return !text.starts_with("arn:aws:s3:") && last != "*" && wild != std::string_view::npos &&
           (type == std::string_view::npos ? last.size() > 1 : wild < type) && type != last.npos;
  });
}

bool ShortArnExcluded(const Value& line) {
  return AnyResource(line, [](std::string_view text, bool negated) {
    return negated && text != "*" && std::count(text.begin(), text.end(), ':') < 5;
  });
}

bool EpochDate(const Value& line) {
  return AnyCondition(line, [](const std::string& op, std::string_view, std::string_view value) {
    return Has(op, "date") && IsDigits(value);
  });
}

bool VariableInNotResource(const Value& line) {
  return AnyResource(
      line, [](std::string_view text, bool negated) { return negated && Has(text, "${"); });
}

// The session's ARN or everyone is named by the resource's own policy, and a session policy is
// there.
bool SessionAgainstDirect(const Value& line) {
  if (line.Get("sessionPolicies").size() == 0) {
    return false;
  }
  for (const Value statement : line.Get("resourcePolicy").Get("Statement").elements()) {
    const Value principal = statement.Get("Principal");
    if (statement.Get("Effect").text() != "Allow" || !principal) {
      continue;
    }
    for (const std::string_view text :
         Texts(principal.is_object() ? principal.Get("AWS") : principal)) {
      if (text == "*" || text == Caller(line)) {
        return true;
      }
    }
  }
  return false;
}

bool ZeroPrefix(const Value& line) {
  return AnyCondition(line, [](const std::string& op, std::string_view, std::string_view value) {
    return Has(op, "ipaddress") && value.ends_with("/0");
  });
}

bool Ipv6Text(const Value& line) {
  return AnyCondition(line, [](const std::string& op, std::string_view, std::string_view value) {
    return Has(op, "ipaddress") && value == "2001:DB8:0::1";
  });
}

// NotIpAddress with a bare address, asked of an address of the other family.
bool BareOtherFamily(const Value& line) {
  return AnyCondition(
      line, [&](const std::string& op, std::string_view key, std::string_view value) {
        if (!Has(op, "notipaddress") || Has(value, "/")) {
          return false;
        }
        const std::string lower = AsciiLower(key);
        for (const Value member : line.Get("context").members()) {
          for (const std::string_view address : Texts(member)) {
            if (AsciiLower(member.key()) == lower && Has(address, ":") != Has(value, ":")) {
              return true;
            }
          }
        }
        return false;
      });
}

bool ShortArnCondition(const Value& line) {
  return AnyCondition(line, [](const std::string& op, std::string_view, std::string_view value) {
    return Has(op, "arn") && std::count(value.begin(), value.end(), ':') < 5;
  });
}

bool NegatedUnresolved(const Value& line) {
  return AnyCondition(line, [&](const std::string& op, std::string_view, std::string_view value) {
    return IsText(op) && Has(op, "not") && HasUnresolved(line, value);
  });
}

bool SpecialVariable(const Value& line) {
  return AnyCondition(line, [](const std::string& op, std::string_view, std::string_view value) {
    return Has(op, "equals") && IsText(op) &&
           (Has(value, "${*}") || Has(value, "${?}") || Has(value, "${$}"));
  });
}

bool ManyValues(const Value& line) {
  return AnyCondition(line, [&](const std::string& op, std::string_view key, std::string_view) {
    if (Has(op, "for") || op == "null") {
      return false;
    }
    const std::string lower = AsciiLower(key);
    for (const Value member : line.Get("context").members()) {
      if (AsciiLower(member.key()) == lower && member.is_array()) {
        return true;
      }
    }
    return false;
  });
}

bool OldVariables(const Value& line) {
  return AnyStatement(line, [](const Value& document, const Value& statement) {
    if (document.Get("Version").text() == "2012-10-17") {
      return false;
    }
    for (const char* const element : {"Resource", "NotResource"}) {
      for (const std::string_view text : Texts(statement.Get(element))) {
        if (Has(text, "${")) {
          return true;
        }
      }
    }
    for (const Value op : statement.Get("Condition").members()) {
      for (const Value key : op.members()) {
        for (const std::string_view text : Texts(key)) {
          if (Has(text, "${")) {
            return true;
          }
        }
      }
    }
    return false;
  });
}

// clang-format off: each example stays one line
constexpr Known kKnown[] = {
    {"federated-user", FederatedUser,
     R"({"principal":"arn:aws:sts::111122223333:federated-user/s1","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":"111122223333","identityPolicies":[{"name":"p","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}}]})",
     "STS API reference, GetFederationToken: without a session policy the session has no permissions; no IAM operation and of STS only GetCallerIdentity can be called"},
    {"root-user", RootUser,
     R"({"principal":"arn:aws:iam::111122223333:root","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":"111122223333"})",
     "User Guide, AWS account root user: complete access, limited by SCPs and RCPs; it cannot assume roles (STS API reference, AssumeRole)"},
    {"rcp-on-service-without-rcps", RcpElsewhere,
     R"({"principal":"arn:aws:iam::111122223333:user/alice","action":"sns:Publish","resource":"arn:aws:sns:us-east-1:111122223333:t","resourceAccount":"111122223333","identityPolicies":[{"name":"p","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}}],"rcps":[{"level":"r","policies":[{"name":"p","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}}]}]})",
     "Organizations User Guide, Resource control policies: list of AWS services that support RCPs"},
    {"arn-type-wildcard", TypeWildcard,
     R"({"principal":"arn:aws:iam::111122223333:user/alice","action":"iam:GetRole","resource":"arn:aws:iam::111122223333:role/x","resourceAccount":"111122223333","identityPolicies":[{"name":"p","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::111122223333:r*/x"}]}}]})",
     "User Guide, IAM JSON policy elements: Resource: wildcards within the resource part"},
    {"short-arn-in-notresource", ShortArnExcluded,
     R"({"principal":"arn:aws:iam::111122223333:user/alice","action":"sns:Publish","resource":"arn:aws:sns:us-east-1:111122223333:t","resourceAccount":"111122223333","identityPolicies":[{"name":"p","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3*"}]}}]})",
     "User Guide, IAM JSON policy elements: Resource: a * at the end of a segment can expand to "
     "match beyond the colon boundaries; the entry is then a pattern like another"},
    {"date-epoch-against-iso", EpochDate,
     R"({"principal":"arn:aws:iam::111122223333:user/alice","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":"111122223333","context":{"aws:CurrentTime":"2024-05-01T12:00:00Z"},"identityPolicies":[{"name":"p","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateEquals":{"aws:CurrentTime":"1714564800"}}}]}}]})",
     "User Guide, Condition operators: Date: W3C ISO 8601 or epoch time, the same instant"},
    {"variable-in-notresource", VariableInNotResource,
     R"({"principal":"arn:aws:iam::111122223333:user/alice","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":"111122223333","identityPolicies":[{"name":"p","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::b/${aws:username}"}]}}]})",
     "User Guide, Variables and tags: a variable without value in Resource matches no resource; in NotResource nothing is excluded by it"},
    {"session-policy-against-direct-grant", SessionAgainstDirect,
     R"({"principal":"arn:aws:sts::111122223333:assumed-role/r/s","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":"111122223333","resourcePolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]},"sessionPolicies":[{"name":"p","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}}]})",
     "User Guide, Policy evaluation logic: grants to a session ARN are not limited by an implicit deny in a session policy"},
    {"ip-prefix-zero", ZeroPrefix,
     R"({"principal":"arn:aws:iam::111122223333:user/alice","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":"111122223333","context":{"aws:SourceIp":"10.0.0.1"},"identityPolicies":[{"name":"p","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}}]}}]})",
     "User Guide, Condition operators: IP address: CIDR (RFC 4632), /0 holds every address"},
    {"ipv6-text", Ipv6Text,
     R"({"principal":"arn:aws:iam::111122223333:user/alice","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":"111122223333","context":{"aws:SourceIp":"2001:db8::1"},"identityPolicies":[{"name":"p","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"2001:DB8:0::1"}}}]}}]})",
     "RFC 4291 2.2: one address, two texts; User Guide, Condition operators: IP address"},
    {"bare-address-of-the-other-family", BareOtherFamily,
     R"({"principal":"arn:aws:iam::111122223333:user/alice","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":"111122223333","context":{"aws:SourceIp":"2001:db8::1"},"identityPolicies":[{"name":"p","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"192.0.2.7"}}}]}}]})",
     "User Guide, Condition operators: IP address: NotIpAddress holds for all addresses except the "
     "specified one or range"},
    {"arn-condition-short", ShortArnCondition,
     R"({"principal":"arn:aws:iam::111122223333:user/alice","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":"111122223333","context":{"aws:SourceArn":"arn:aws:sqs:us-east-1:111122223333:q"},"identityPolicies":[{"name":"p","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"*"}}}]}}]})",
     "open: User Guide, Condition operators: ARN speaks of six components; the library says unknown"},
    {"negated-unresolved-variable", NegatedUnresolved,
     R"({"principal":"arn:aws:iam::111122223333:user/alice","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":"111122223333","context":{"aws:SourceVpce":"v"},"identityPolicies":[{"name":"p","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"${aws:userid}"}}}]}}]})",
     "User Guide, Variables and tags: a negated operator matches where the variable has no value"},
    {"special-variable-in-equals", SpecialVariable,
     R"({"principal":"arn:aws:iam::111122223333:user/alice","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":"111122223333","context":{"aws:SourceVpce":"*"},"identityPolicies":[{"name":"p","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpce":"${*}"}}}]}}]})",
     "User Guide, Variables and tags: ${*}, ${?}, ${$} are the characters themselves"},
    {"multi-valued-without-set-operator", ManyValues,
     R"({"principal":"arn:aws:iam::111122223333:user/alice","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":"111122223333","context":{"aws:SourceVpce":["a","b"]},"identityPolicies":[{"name":"p","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpce":"a"}}}]}}]})",
     "open: User Guide, Multivalued context keys asks for a set operator; the library says unknown"},
    {"variables-before-2012", OldVariables,
     R"({"principal":"arn:aws:iam::111122223333:user/alice","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":"111122223333","context":{"aws:username":"k"},"identityPolicies":[{"name":"p","policy":{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/${aws:username}"}]}}]})",
     "User Guide, IAM JSON policy elements: Version: variables are plain text before 2012-10-17"},
};
// clang-format on

}  // namespace

std::span<const Known> AllowList() { return kKnown; }

}  // namespace whomay::differential

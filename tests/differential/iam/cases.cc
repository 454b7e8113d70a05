#include "tests/differential/iam/cases.h"

#include "base/strings.h"

namespace whomay::differential {
namespace {

constexpr char kHome[] = "111122223333";
constexpr char kOther[] = "444455556666";

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' || c == '\\' ? "\\" : "";
    quoted += c;
  }
  return quoted + "\"";
}

std::string List(const std::vector<std::string>& values) {
  std::string list = "[";
  for (size_t i = 0; i < values.size(); ++i) {
    list += (i > 0 ? "," : "") + Quoted(values[i]);
  }
  return list + "]";
}

struct Type {
  std::vector<const char*> operators;
  std::vector<const char*> expected;  // in policies
  std::vector<const char*> values;    // in requests
};

struct Key {
  const char* name;
  int type;
  bool multi = false;
};

const std::vector<Type>& Types() {
  static const std::vector<Type> types = {
      {{"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
        "StringLike", "StringNotLike"},
       {"payments", "Payments", "pay*", "*ments", "p?yments", "data-eng", "*", "${aws:username}",
        "${aws:username, 'payments'}", "a", "vpce-1", "*a*e*"},
       {"payments", "Payments", "data-eng", "alice", "payment", "vpce-1", "paymentss", "a", "a*"}},
      {{"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
        "NumericGreaterThan", "NumericGreaterThanEquals"},
       {"10", "5", "10.5", "-3", "3600", "0"},
       {"10", "5", "10.5", "9.99", "-3", "3600", "0", "11"}},
      {{"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan",
        "DateGreaterThanEquals"},
       {"2024-05-01T12:00:00Z", "2024-05-01", "2024-05-01T14:00:00+02:00", "2023-12-31T23:59:59Z"},
       {"2024-05-01T12:00:00Z", "2024-05-01T11:59:59Z", "2024-05-01T12:00:01Z",
        "2023-12-31T23:59:59Z", "2024-05-01"}},
      {{"Bool"}, {"true", "false", "TRUE"}, {"true", "false"}},
      {{"IpAddress", "NotIpAddress"},
       {"10.0.0.0/8", "192.0.2.7/32", "10.1.0.0/16", "2001:db8::/32", "203.0.113.0/24"},
       {"10.1.2.3", "10.9.9.9", "192.0.2.7", "192.0.2.8", "2001:db8::1", "2001:db9::1",
        "203.0.113.255"}},
      {{"ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"},
       {"arn:aws:sns:*:111122223333:orders", "arn:aws:sns:us-east-1:111122223333:*",
        "arn:aws:sqs:us-east-1:111122223333:orders", "arn:aws:*:*:*:*",
        "arn:aws:sns:us-?ast-1:*:o*s"},
       {"arn:aws:sns:us-east-1:111122223333:orders", "arn:aws:sqs:us-east-1:111122223333:orders",
        "arn:aws:sns:eu-west-1:444455556666:orders", "not-an-arn"}},
      {{"BinaryEquals"}, {"QmluYXJ5", "AQID"}, {"QmluYXJ5", "AQID", "AQIE"}},
  };
  return types;
}

const std::vector<Key>& AllKeys() {
  static const std::vector<Key> keys = {
      {"aws:PrincipalTag/team", 0},
      {"aws:RequestTag/project", 0},
      {"aws:SourceVpce", 0},
      {"aws:TagKeys", 0, true},
      {"s3:max-keys", 1},
      {"aws:MultiFactorAuthAge", 1},
      {"aws:CurrentTime", 2},
      {"aws:TokenIssueTime", 2},
      {"aws:MultiFactorAuthPresent", 3},
      {"aws:SecureTransport", 3},
      {"aws:SourceIp", 4},
      {"aws:VpcSourceIp", 4},
      {"aws:SourceArn", 5},
      {"x:binary", 6},
      {"aws:PrincipalOrgPaths", 0, true},
  };
  return keys;
}

}  // namespace

const std::vector<CaseGenerator::Target>& CaseGenerator::Targets() {
  static const std::vector<Target> targets = {
      {"s3", "s3:GetObject", "arn:aws:s3:::app-data/logs/2024/app.log", true, true},
      {"s3", "s3:ListBucket", "arn:aws:s3:::app-data", true, true},
      {"sqs", "sqs:SendMessage", "arn:aws:sqs:us-east-1:111122223333:orders", true, true},
      {"sns", "sns:Publish", "arn:aws:sns:us-east-1:111122223333:orders", true, false},
      {"dynamodb", "dynamodb:Query", "arn:aws:dynamodb:us-east-1:111122223333:table/t/index/i",
       true, true},
      {"lambda", "lambda:InvokeFunction", "arn:aws:lambda:us-east-1:111122223333:function:f", true,
       false},
      {"kms", "kms:Decrypt", "arn:aws:kms:us-east-1:111122223333:key/11aa22bb", true, true},
      {"sts", "sts:AssumeRole", "arn:aws:iam::111122223333:role/team/app", true, true},
      {"secretsmanager", "secretsmanager:GetSecretValue",
       "arn:aws:secretsmanager:us-east-1:111122223333:secret:db/main-AbCdEf", true, true},
      {"iam", "iam:CreateAccessKey", "arn:aws:iam::111122223333:user/ops/bob", false, false},
      {"eks", "eks:DescribeCluster", "arn:aws:eks:us-east-1:111122223333:cluster/prod", false,
       false},
      {"ec2", "ec2:DescribeInstances", nullptr, false, false},
  };
  return targets;
}

std::string CaseGenerator::NearMiss(std::string text) {
  const size_t at = text.empty() ? 0 : random_() % text.size();
  if (text.empty() || text[at] == ':' || text[at] == '/') {
    return text + "x";
  }
  switch (random_() % 3) {
    case 0:
      text.erase(at, 1);
      break;
    case 1:
      text.insert(at, 1, 'x');
      break;
    default:
      text[at] = text[at] == 'q' ? 'w' : 'q';
  }
  return text;
}

std::string CaseGenerator::Principal() {
  account_ = Chance(4) ? kOther : kHome;
  user_name_.clear();
  const uint32_t kind = random_() % 20;
  if (kind == 0) {
    caller_ = Pick({"events.amazonaws.com", "lambda.amazonaws.com"});
    return Concat({"{\"service\":", Quoted(caller_), "}"});
  }
  if (kind == 1) {
    caller_ = "";
    return "{\"anonymous\":true}";
  }
  if (kind < 8) {
    user_name_ = Pick({"alice", "bob", "Carol.D"});
    caller_ = Concat(
        {"arn:aws:iam::", account_, ":user/", user_name_ == "bob" ? "ops/" : "", user_name_});
  } else if (kind < 12) {
    caller_ = Concat({"arn:aws:iam::", account_, ":role/", Pick({"team/app", "deploy"})});
  } else {
    caller_ = Concat({"arn:aws:sts::", account_, ":assumed-role/", Pick({"app", "deploy"}), "/",
                      Pick({"s1", "build-42"})});
  }
  if (Odd()) {
    caller_ = Concat({"arn:aws:iam::", account_, ":root"});
    user_name_.clear();
  } else if (Odd()) {
    caller_ = Concat({"arn:aws:sts::", account_, ":federated-user/s1"});
    user_name_.clear();
  }
  return Quoted(caller_);
}

std::string CaseGenerator::ActionPattern() {
  const std::string action = target_->action;
  const size_t colon = action.find(':');
  switch (random_() % 9) {
    case 0:
      return "*";
    case 1:
      return action.substr(0, colon) + ":*";
    case 2:
      return action.substr(0, colon + 1 + random_() % (action.size() - colon)) + "*";
    case 3: {
      std::string one = action;
      one[colon + 1 + random_() % (action.size() - colon - 1)] = '?';
      return one;
    }
    case 4:
      return AsciiLower(action);
    case 5:
      return NearMiss(action);
    case 6:
      return Pick({"s3:Put*", "ec2:*", "iam:List*", "sqs:ReceiveMessage"});
    default:
      return action;
  }
}

std::string CaseGenerator::ResourcePattern() {
  if (target_->arn == nullptr) {
    return Chance(2) ? "*" : "arn:aws:ec2:us-east-1:111122223333:instance/*";
  }
  std::string arn = target_->arn;
  size_t tail = 0;
  for (int i = 0; i < 5; ++i) {
    tail = arn.find(':', tail) + 1;
  }
  // Behind the resource's type, where wildcards are no matter of dispute.
  const size_t type = arn.find_first_of("/:", tail);
  const bool s3 = std::string_view(target_->service) == "s3";
  const size_t safe = s3 || type == std::string::npos ? tail : type + 1;
  switch (random_() % 10) {
    case 0:
    case 1:
      return "*";
    case 2:
    case 3:
      return arn.substr(0, safe + random_() % (arn.size() - safe + 1)) + "*";
    case 4:
      arn[safe + random_() % (arn.size() - safe)] = '?';
      return arn;
    case 5: {
      std::vector<std::string_view> parts = Split(std::string_view(arn).substr(0, tail - 1), ':');
      parts[1 + random_() % 4] = Pick({"*", "us-*", "?s-east-1", "11112222333?", ""});
      return Concat({Join(parts, ":"), ":", std::string_view(arn).substr(tail)});
    }
    case 6:
      return arn.substr(0, safe) + NearMiss(arn.substr(safe));
    case 7:
      return arn.substr(0, safe) + (safe == tail && !s3
                                        ? Pick({"*", "*r*", "x", "??????"})
                                        : Pick({"*", "*/*", "${aws:username}/*", "*a*", "x"}));
    default:
      if (Odd()) {
        return Pick({"arn:aws:s3*", "arn:aws:*"});
      }
      if (Odd()) {
        return arn.substr(0, tail) + "*" + arn.substr(arn.size() - 2);
      }
      return arn;
  }
}

std::string CaseGenerator::PrincipalElement() {
  std::vector<std::string> aws;
  for (size_t n = 1 + random_() % 2; n > 0; --n) {
    switch (random_() % 8) {
      case 0:
        return "\"*\"";
      case 1:
        return Concat(
            {"{\"Service\":", Quoted(Pick({"events.amazonaws.com", "sns.amazonaws.com"})), "}"});
      case 2:
        aws.push_back(Pick({kHome, kOther}));
        break;
      case 3:
        aws.push_back(Concat({"arn:aws:iam::", Pick({kHome, kOther}), ":root"}));
        break;
      case 4:
        aws.push_back(Concat(
            {"arn:aws:iam::", account_, ":role/", Pick({"team/app", "deploy", "team/deploy"})}));
        break;
      case 5:
        aws.push_back(Concat({"arn:aws:sts::", account_, ":assumed-role/", Pick({"app", "deploy"}),
                              "/", Pick({"s1", "build-42"})}));
        break;
      case 6:
        aws.push_back(Concat({"arn:aws:iam::", account_, ":user/", Pick({"alice", "ops/bob"})}));
        break;
      default:
        aws.push_back(caller_.starts_with("arn:") ? caller_
                                                  : Concat({"arn:aws:iam::", kOther, ":root"}));
    }
  }
  return Concat({"{\"AWS\":", List(aws), "}"});
}

std::string CaseGenerator::Condition() {
  const Key& key = AllKeys()[random_() % AllKeys().size()];
  const Type& type = Types()[static_cast<size_t>(key.type)];
  std::string name = Chance(4) ? AsciiLower(key.name) : key.name;
  if (Chance(8)) {
    return Concat({"\"Null\":{", Quoted(name), ":", Quoted(Pick({"true", "false"})), "}"});
  }
  std::string op = type.operators[random_() % type.operators.size()];
  if (key.multi || Chance(12)) {
    op = Pick({"ForAllValues:", "ForAnyValue:"}) + op;
  }
  if (Chance(4)) {
    op += "IfExists";
  }
  std::vector<std::string> values;
  for (size_t n = 1 + random_() % 3; n > 0; --n) {
    values.push_back(type.expected[random_() % type.expected.size()]);
    const bool variable = values.back().find("${") != std::string::npos;
    if (variable && (user_name_.empty() || op.find("Like") == std::string::npos) && !Odd()) {
      values.back() = "payments";
    }
  }
  if (key.type == 4 && Odd()) {
    values.back() = Pick({"0.0.0.0/0", "192.0.2.7"});
  } else if (key.type == 4 && Odd()) {
    values.back() = "2001:DB8:0::1";
  } else if (key.type == 2 && Odd()) {
    values.back() = Pick({"1714564800", "2024"});
  } else if (key.type == 5 && Odd()) {
    values.back() = "*";
  } else if (key.type == 0 && Odd()) {
    values.back() = "${*}";
  }
  return Concat({Quoted(op), ":{", Quoted(name), ":", List(values), "}"});
}

std::string CaseGenerator::Conditions() {
  if (!Chance(3)) {
    return "";
  }
  std::string conditions = Condition();
  if (Chance(3)) {
    std::string second = Condition();
    // One operator twice in an object would be another document.
    if (AsciiLower(second.substr(0, second.find(':'))) !=
        AsciiLower(conditions.substr(0, conditions.find(':')))) {
      conditions += "," + second;
    }
  }
  return ",\"Condition\":{" + conditions + "}";
}

std::string CaseGenerator::Statement(bool deny, On on) {
  std::string text = deny ? "{\"Effect\":\"Deny\"" : "{\"Effect\":\"Allow\"";
  if (on == On::kResource) {
    // NotPrincipal "*" is no policy that AWS stores.
    const std::string principal = PrincipalElement();
    text += deny && Chance(4) && principal != "\"*\"" ? ",\"NotPrincipal\":" : ",\"Principal\":";
    text += principal;
  }
  std::vector<std::string> actions, resources;
  for (size_t n = 1 + random_() % 2; n > 0; --n) {
    actions.push_back(ActionPattern());
    resources.push_back(ResourcePattern());
  }
  text += Concat({Chance(8) ? ",\"NotAction\":" : ",\"Action\":", List(actions)});
  const bool trust = on == On::kResource && std::string_view(target_->service) == "sts";
  if (!trust) {
    const bool variable = Join(resources, " ").find("${") != std::string::npos;
    const bool negated = Chance(8) && (!variable || Odd());
    text += Concat({negated ? ",\"NotResource\":" : ",\"Resource\":", List(resources)});
  }
  return text + Conditions() + "}";
}

std::string CaseGenerator::Document(On on, bool generous) {
  std::string statements;
  if (generous) {
    statements =
        on == On::kResource
            ? "{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"},"
            : "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"},";
  }
  for (size_t n = 1 + random_() % 3; n > 0; --n) {
    statements += Statement(Chance(generous ? 2 : 4), on) + ",";
  }
  statements.pop_back();
  const char* const version = Odd() ? "2008-10-17" : "2012-10-17";
  return Concat({"{\"Version\":\"", version, "\",\"Statement\":[", statements, "]}"});
}

std::string CaseGenerator::Named(On on, bool generous) {
  return Concat({"{\"name\":\"p\",\"policy\":", Document(on, generous), "}"});
}

std::string CaseGenerator::Levels(On on) {
  std::string levels = "[";
  for (size_t n = 1 + random_() % 3; n > 0; --n) {
    std::string policies;
    if (on == On::kResource) {
      // RCPs deny, beside the one that allows all.
      std::string deny = Statement(true, On::kControl);
      deny.insert(1, "\"Principal\":\"*\",");
      policies =
          Concat({"{\"name\":\"full\",\"policy\":{\"Version\":\"2012-10-17\",\"Statement\":[{"
                  "\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}"
                  "]}},{\"name\":\"p\",\"policy\":{\"Version\":\"2012-10-17\",\"Statement\":[",
                  deny, "]}}"});
    } else {
      policies = Named(On::kControl, !Chance(4));
    }
    levels += Concat({"{\"level\":\"l\",\"policies\":[", policies, "]}", n > 1 ? "," : ""});
  }
  return levels + "]";
}

std::string CaseGenerator::Context() {
  std::string context = "{";
  const auto add = [&](std::string_view key, std::string_view value) {
    context += Concat({context.size() > 1 ? "," : "", Quoted(key), ":", value});
  };
  for (const Key& key : AllKeys()) {
    if (!Chance(2)) {
      continue;
    }
    const Type& type = Types()[static_cast<size_t>(key.type)];
    const auto value = [&] { return std::string(type.values[random_() % type.values.size()]); };
    if (key.multi) {
      std::vector<std::string> values;
      for (size_t n = random_() % 4; n > 0; --n) {
        values.push_back(value());
      }
      add(key.name, List(values));
    } else {
      add(key.name, Odd() ? List({value(), value()}) : Quoted(value()));
    }
  }
  if (!user_name_.empty()) {
    add("aws:username", Quoted(user_name_));
  }
  return context + "}";
}

std::string CaseGenerator::Next() {
  target_ = &Targets()[random_() % Targets().size()];
  caller_json_ = Principal();
  const bool is_arn = caller_.starts_with("arn:");
  const bool session = caller_.find(":assumed-role/") != std::string::npos ||
                       caller_.find(":role/") != std::string::npos;
  std::string text =
      Concat({"{\"principal\":", caller_json_, ",\"action\":", Quoted(target_->action)});
  if (target_->arn != nullptr) {
    text +=
        Concat({",\"resource\":", Quoted(target_->arn), ",\"resourceAccount\":\"", kHome, "\""});
  } else {
    text += Concat(
        {",\"resource\":\"*\",\"wildcardOnlyAction\":true,\"resourceAccount\":", Quoted(account_)});
  }
  std::string identity;
  for (size_t n = is_arn ? random_() % 3 : 0; n > 0; --n) {
    identity += Named(On::kIdentity, Chance(3)) + ",";
  }
  if (is_arn && Chance(2)) {
    identity += Named(On::kIdentity, true) + ",";
  }
  if (!identity.empty()) {
    identity.pop_back();
  }
  text += Concat({",\"context\":", Context(), ",\"identityPolicies\":[", identity, "]"});
  const bool must =
      std::string_view(target_->service) == "sts" || std::string_view(target_->service) == "kms";
  const bool resource_policy = target_->policy && (must || Chance(2));
  const bool with_session = is_arn && session && Chance(resource_policy ? 25 : 6);
  text +=
      Concat({",\"permissionBoundaries\":",
              is_arn && Chance(6) ? Concat({"[", Named(On::kIdentity, Chance(2)), "]"}) : "null"});
  text += Concat({",\"scps\":", is_arn && Chance(5) ? Levels(On::kControl) : "[]"});
  text +=
      Concat({",\"rcps\":", (target_->rcp && Chance(5)) || Odd() ? Levels(On::kResource) : "[]"});
  text += Concat(
      {",\"resourcePolicy\":", resource_policy ? Document(On::kResource, Chance(6)) : "null"});
  text += Concat({",\"sessionPolicies\":",
                  with_session ? Concat({"[", Named(On::kIdentity, Chance(2)), "]"}) : "null"});
  return text + "}";
}

}  // namespace whomay::differential

#include "ingest/iam/policy_document.h"

#include <array>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "ingest/iam/policy_words.h"

namespace whomay::ingest {
namespace {

using facts::PolicyDocument;
using facts::PrincipalEntry;
using facts::Statement;
using source::Severity;
using syntax::Kind;
using syntax::Value;

enum class Element : uint8_t {
  kSid,
  kEffect,
  kPrincipal,
  kNotPrincipal,
  kAction,
  kNotAction,
  kResource,
  kNotResource,
  kCondition,
  kCount,
};
constexpr size_t kElements = static_cast<size_t>(Element::kCount);
constexpr std::array<std::string_view, kElements> kElementNames = {
    "Sid",       "Effect",   "Principal",   "NotPrincipal", "Action",
    "NotAction", "Resource", "NotResource", "Condition"};
constexpr std::array<std::string_view, 3> kDocumentNames = {"Version", "Id", "Statement"};
constexpr std::array<std::string_view, 4> kPrincipalTypes = {"AWS", "Service", "Federated",
                                                             "CanonicalUser"};
constexpr std::array<PrincipalEntry::Type, 4> kPrincipalTypeOf = {
    PrincipalEntry::Type::kAws, PrincipalEntry::Type::kService, PrincipalEntry::Type::kFederated,
    PrincipalEntry::Type::kCanonicalUser};

std::string Quoted(std::string_view text) {
  constexpr size_t kShown = 120;
  return text.size() <= kShown ? Concat({"\"", text, "\""})
                               : Concat({"\"", text.substr(0, kShown), "…\""});
}

// The hole that a text is or holds, or kNone.
facts::HoleId HoleIn(const Value& value) {
  if (value.is_string() && facts::HasHole(value.text())) {
    for (const facts::Piece& piece : facts::Pieces(value.text())) {
      if (piece.hole != facts::HoleId::kNone) {
        return piece.hole;
      }
    }
  }
  return facts::HoleId::kNone;
}

// Reads one document. `refused` gathers as the rules are broken.
class Reader {
 public:
  Reader(const PolicyReading& as, facts::Facts& facts, source::Diagnostics& diagnostics)
      : as_(as), facts_(facts), diagnostics_(diagnostics) {}

  PolicyDocument Read(const Value& root) {
    document_.origin = as_.origin;
    document_.worlds = as_.worlds;
    if (!document_.origin.span.known()) {
      document_.origin.span = root.span();
    }
    if (const facts::HoleId hole = HoleIn(root); hole != facts::HoleId::kNone) {
      document_.open = hole;
      return std::move(document_);
    }
    if (!root.is_object()) {
      return Unreadable(root, "this is no policy document: no JSON object");
    }
    std::array<Value, kDocumentNames.size()> members;
    Collect(root, kDocumentNames, members);
    const Value statements = members[2];
    if (!statements) {
      return Unreadable(root, "the policy has no Statement");
    }
    ReadVersion(members[0]);
    if (members[1] && !members[1].is_string()) {
      Refuse("policy.value", members[1].span(), "Id is not a text");
    }
    ReadStatements(statements);
    return std::move(document_);
  }

 private:
  PolicyDocument Unreadable(const Value& value, std::string message) {
    document_.readable = false;
    document_.refused = true;
    diagnostics_.AddLoss("policy.not-a-policy", value.span(), std::move(message), Path());
    return std::move(document_);
  }

  // AWS would not store the document. What is said stays readable.
  source::Diagnostic& Refuse(std::string code, source::Span span, std::string message) {
    document_.refused = true;
    return diagnostics_.Add(std::move(code), Severity::kError, span,
                            message + "; AWS would not store this policy", Path());
  }
  // The same where something is left out.
  void Lose(std::string code, source::Span span, std::string message) {
    document_.refused = true;
    diagnostics_.AddLoss(std::move(code), span, message + "; AWS would not store this policy",
                         Path());
  }
  void Warn(std::string code, source::Span span, std::string message) {
    diagnostics_.Add(std::move(code), Severity::kWarning, span, std::move(message), Path());
  }

  std::string Path() const {
    const facts::Origin& origin = document_.origin;
    std::string path(origin.address.empty() ? origin.object : origin.address);
    if (statement_index_ >= 0) {
      path +=
          Concat({path.empty() ? "" : " ", "Statement[", std::to_string(statement_index_), "]"});
    }
    return path;
  }

  // The members of `object` by their names. Unknown ones are diagnosed, of doubles the last stands.
  template <size_t N>
  void Collect(const Value& object, const std::array<std::string_view, N>& names,
               std::array<Value, N>& values) {
    for (const Value member : object.members()) {
      const std::string_view key = member.key();
      size_t i = 0;
      while (i < N && !EqualsIgnoreAsciiCase(names[i], key)) {
        ++i;
      }
      if (i == N) {
        Lose("policy.element", member.key_span(),
             Concat({Quoted(key), " is no element of the policy language and was left out"}));
        continue;
      }
      if (key != names[i]) {
        Refuse("policy.element-case", member.key_span(),
               Concat({Quoted(key), " is spelled ", names[i], " and is read as that"}));
      }
      if (values[i]) {
        Refuse("policy.duplicate-element", member.key_span(),
               Concat({names[i], " stands twice; the last one is read"}))
            .related.push_back({values[i].span(), "the first one"});
      }
      values[i] = member;
    }
  }

  void ReadVersion(const Value& version) {
    if (!version) {
      return;  // 2008-10-17
    }
    document_.version = facts_.Keep(version.text());
    if (!facts::HasHole(document_.version) && document_.version != "2012-10-17" &&
        document_.version != "2008-10-17") {
      Refuse("policy.version", version.span(),
             Concat({"Version is ", Quoted(version.text()), ", not 2012-10-17 or 2008-10-17"}));
    }
  }

  void ReadStatements(const Value& statements) {
    if (statements.is_object()) {
      statement_index_ = 0;
      ReadStatement(statements);
    } else if (statements.is_array()) {
      if (statements.size() == 0 && as_.use != PolicyUse::kResource) {
        Refuse("policy.empty", statements.span(), "the policy has no statements");
      }
      for (const Value statement : statements.elements()) {
        ++statement_index_;
        ReadStatement(statement);
      }
    } else if (const facts::HoleId hole = HoleIn(statements); hole != facts::HoleId::kNone) {
      document_.open = hole;
    } else {
      Unreadable(statements, "Statement is neither an object nor an array");
    }
    statement_index_ = -1;
  }

  void ReadStatement(const Value& value) {
    if (const facts::HoleId hole = HoleIn(value); hole != facts::HoleId::kNone) {
      document_.open = hole;
      return;
    }
    if (!value.is_object()) {
      Lose("policy.value", value.span(), "a statement that is no object was left out");
      // It could have been an Allow or a Deny of anything.
      document_.readable = document_.readable && value.is_null();
      return;
    }
    Statement& statement = document_.statements.emplace_back();
    statement.span = value.span();
    std::array<Value, kElements> elements;
    Collect(value, kElementNames, elements);
    const auto element = [&](Element e) { return elements[static_cast<size_t>(e)]; };
    ReadSid(element(Element::kSid), statement);
    ReadEffect(value, element(Element::kEffect), statement);
    ReadPrincipals(value, element(Element::kPrincipal), element(Element::kNotPrincipal), statement);
    ReadActions(value, element(Element::kAction), element(Element::kNotAction), statement);
    ReadResources(value, element(Element::kResource), element(Element::kNotResource), statement);
    ReadConditions(element(Element::kCondition), statement);
  }

  void ReadSid(const Value& sid, Statement& statement) {
    if (!sid) {
      return;
    }
    if (!sid.is_string()) {
      Refuse("policy.sid", sid.span(), "Sid is not a text");
      return;
    }
    statement.sid = facts_.Keep(sid.text());
    if (as_.use != PolicyUse::kIdentity || statement.sid.empty()) {
      return;  // other services have rules of their own
    }
    if (!IsAlphanumeric(statement.sid)) {
      Refuse("policy.sid", sid.span(),
             Concat({"Sid ", Quoted(statement.sid), " holds other characters than A-Z, a-z, 0-9"}));
    }
    for (size_t i = 0; i + 1 < document_.statements.size(); ++i) {
      if (document_.statements[i].sid == statement.sid && sids_compared_ < kMaxSidsCompared) {
        Refuse("policy.sid", sid.span(), Concat({"Sid ", Quoted(statement.sid), " stands twice"}))
            .related.push_back({document_.statements[i].span, "the first statement of this Sid"});
        break;
      }
      ++sids_compared_;
    }
  }

  void ReadEffect(const Value& whole, const Value& effect, Statement& statement) {
    statement.effect = Statement::Effect::kUnknown;
    if (!effect) {
      Refuse("policy.effect", whole.span(), "the statement has no Effect");
      return;
    }
    const std::string_view text = effect.text();
    if (HoleIn(effect) != facts::HoleId::kNone) {
      return;
    }
    const bool allow = EqualsIgnoreAsciiCase(text, "Allow");
    if (!effect.is_string() || (!allow && !EqualsIgnoreAsciiCase(text, "Deny"))) {
      Refuse("policy.effect", effect.span(), "Effect is neither Allow nor Deny");
      return;
    }
    statement.effect = allow ? Statement::Effect::kAllow : Statement::Effect::kDeny;
    if (text != (allow ? "Allow" : "Deny")) {
      Refuse("policy.element-case", effect.span(),
             Concat({"Effect ", Quoted(text), " is spelled ", allow ? "Allow" : "Deny",
                     " and is read as that"}));
    }
  }

  // Of two elements that exclude each other the one to read. Where both stand the statement's
  // meaning is not plain: its effect is unknown, and `open` says that the element may hold more.
  Value Choose(const Value& plain, const Value& negated, std::string_view name, bool& present,
               bool& is_negated, bool& open, Statement& statement) {
    if (plain && negated) {
      Refuse("policy.exclusive", negated.key_span(),
             Concat({name, " and Not", name, " exclude each other"}))
          .related.push_back({plain.key_span(), "the other one"});
      statement.effect = Statement::Effect::kUnknown;
      open = true;
    }
    present = static_cast<bool>(plain) || static_cast<bool>(negated);
    is_negated = !plain && negated;
    return plain ? plain : negated;
  }

  // An element that AWS demands is not there: what the statement covers is not known.
  void Missing(const Value& whole, std::string_view name, bool& present, bool& open) {
    Refuse("policy.missing", whole.span(), Concat({"the statement has no ", name}));
    present = true;
    open = true;
  }

  // The texts of an element that is a text or a list of texts; what is neither is left out and
  // makes the element open.
  std::vector<std::pair<facts::Str, source::Span>> Texts(const Value& value, std::string_view name,
                                                         bool& open) {
    std::vector<std::pair<facts::Str, source::Span>> texts;
    const auto take = [&](const Value& item) {
      if (item.is_string()) {
        texts.emplace_back(facts_.Keep(item.text()), item.span());
        return;
      }
      Lose("policy.value", item.span(),
           Concat({"a value of ", name, " that is no text was left out"}));
      open = true;
    };
    if (value.is_array()) {
      for (const Value item : value.elements()) {
        take(item);
      }
      if (texts.empty() && value.size() == 0) {
        Refuse("policy.empty", value.span(), Concat({name, " is empty"}));
      }
    } else {
      take(value);
    }
    return texts;
  }

  void ReadActions(const Value& whole, const Value& action, const Value& not_action,
                   Statement& statement) {
    const Value chosen = Choose(action, not_action, "Action", statement.has_action,
                                statement.not_action, statement.actions_open, statement);
    if (!chosen) {
      Missing(whole, "Action", statement.has_action, statement.actions_open);
      return;
    }
    for (const auto& [text, span] : Texts(chosen, chosen.key(), statement.actions_open)) {
      statement.actions.push_back(text);
      if (const std::string_view wrong = WrongAction(text); !wrong.empty()) {
        Refuse("policy.action", span, Concat({Quoted(text), " ", wrong}));
      } else if (as_.use == PolicyUse::kTrust && !IsStsAction(text)) {
        Refuse(
            "policy.action", span,
            Concat({Quoted(text), " cannot stand in a trust policy: it takes sts actions only"}));
      }
    }
    if (as_.use == PolicyUse::kTrust && statement.not_action) {
      Refuse("policy.misplaced", chosen.key_span(), "NotAction cannot stand in a trust policy");
    }
  }

  void ReadResources(const Value& whole, const Value& resource, const Value& not_resource,
                     Statement& statement) {
    const Value chosen = Choose(resource, not_resource, "Resource", statement.has_resource,
                                statement.not_resource, statement.resources_open, statement);
    const bool wanted = as_.use == PolicyUse::kIdentity || as_.use == PolicyUse::kServiceControl ||
                        as_.use == PolicyUse::kResourceControl;
    if (!chosen) {
      if (wanted) {
        Missing(whole, "Resource", statement.has_resource, statement.resources_open);
      }
      return;
    }
    for (const auto& [text, span] : Texts(chosen, chosen.key(), statement.resources_open)) {
      statement.resources.push_back(text);
      if (wanted && !IsResourcePattern(text)) {
        Refuse("policy.resource", span,
               Concat({"resource ", Quoted(text), " is neither \"*\" nor an ARN"}));
      }
    }
    if (as_.use == PolicyUse::kTrust) {
      Refuse("policy.misplaced", chosen.key_span(),
             Concat({chosen.key(), " cannot stand in a trust policy: its resource is the role"}));
    }
  }

  void ReadPrincipals(const Value& whole, const Value& principal, const Value& not_principal,
                      Statement& statement) {
    const Value chosen = Choose(principal, not_principal, "Principal", statement.has_principal,
                                statement.not_principal, statement.principals_open, statement);
    CheckPrincipalPlace(whole, chosen, statement);
    if (!chosen) {
      return;
    }
    if (chosen.is_object()) {
      for (const Value& member : Members(chosen)) {
        ReadPrincipalType(member, statement);
      }
      if (chosen.size() == 0) {
        Refuse("policy.empty", chosen.span(), Concat({chosen.key(), " is empty"}));
      }
      return;
    }
    if (HoleIn(chosen) != facts::HoleId::kNone) {
      statement.principals_open = true;
      return;
    }
    for (const auto& [text, span] : Texts(chosen, chosen.key(), statement.principals_open)) {
      // "*" is the only principal without a type. Lists of it are refused by IAM alone.
      if (text == "*") {
        statement.principals.push_back({PrincipalEntry::Type::kAny, text, span});
        continue;
      }
      statement.principals.push_back({PrincipalEntry::Type::kUnknown, text, span});
      Refuse("policy.principal", span,
             Concat({"principal ", Quoted(text), " has no type (AWS, Service, Federated …)"}));
    }
  }

  void CheckPrincipalPlace(const Value& whole, const Value& chosen, Statement& statement) {
    const std::string_view place = as_.use == PolicyUse::kIdentity         ? "an identity policy"
                                   : as_.use == PolicyUse::kServiceControl ? "an SCP"
                                                                           : "";
    if (chosen && !place.empty()) {
      Refuse("policy.misplaced", chosen.key_span(),
             Concat({chosen.key(), " cannot stand in ", place}));
    }
    const bool wanted = as_.use == PolicyUse::kTrust || as_.use == PolicyUse::kResource ||
                        as_.use == PolicyUse::kResourceControl;
    if (!chosen && wanted) {
      Missing(whole, "Principal", statement.has_principal, statement.principals_open);
    }
    if (statement.not_principal &&
        (as_.use == PolicyUse::kTrust || as_.use == PolicyUse::kResourceControl)) {
      Refuse("policy.misplaced", chosen.key_span(), "NotPrincipal cannot stand here");
    } else if (statement.not_principal && statement.effect == Statement::Effect::kAllow) {
      Warn("policy.principal", chosen.key_span(),
           "NotPrincipal with Allow grants to everybody else, anonymous callers included");
    }
  }

  void ReadPrincipalType(const Value& member, Statement& statement) {
    size_t type = 0;
    while (type < kPrincipalTypes.size() &&
           !EqualsIgnoreAsciiCase(kPrincipalTypes[type], member.key())) {
      ++type;
    }
    const bool known = type < kPrincipalTypes.size();
    // {"*": "*"} is an old spelling of "*" that resource policies took.
    const bool any = member.key() == "*";
    if (!known && !any) {
      Refuse("policy.principal", member.key_span(),
             Concat({Quoted(member.key()), " is no type of principal"}));
    } else if (known && member.key() != kPrincipalTypes[type]) {
      Refuse("policy.element-case", member.key_span(),
             Concat({Quoted(member.key()), " is spelled ", kPrincipalTypes[type],
                     " and is read as that"}));
    }
    for (const auto& [text, span] : Texts(member, member.key(), statement.principals_open)) {
      PrincipalEntry entry{PrincipalEntry::Type::kUnknown, text, span};
      if (known) {
        entry.type = kPrincipalTypeOf[type];
        CheckPrincipal(entry);
      } else if (any && text == "*") {
        entry.type = PrincipalEntry::Type::kAny;
      }
      statement.principals.push_back(entry);
    }
  }

  void CheckPrincipal(const PrincipalEntry& entry) {
    const std::string_view wrong = entry.type == PrincipalEntry::Type::kAws
                                       ? WrongAwsPrincipal(entry.value)
                                   : entry.value.empty() ? "is empty"
                                                         : "";
    if (!wrong.empty()) {
      Refuse("policy.principal", entry.span,
             Concat({"principal ", Quoted(entry.value), " ", wrong}));
    }
  }

  void ReadConditions(const Value& block, Statement& statement) {
    if (!block) {
      return;
    }
    if (HoleIn(block) != facts::HoleId::kNone) {
      statement.conditions_open = true;
      return;
    }
    if (!block.is_object()) {
      Lose("policy.condition", block.span(), "Condition is no object and was left out");
      statement.conditions_open = true;
      return;
    }
    for (const Value& by_operator : Members(block)) {
      const facts::Str op = facts_.Keep(by_operator.key());
      if (HoleIn(by_operator) != facts::HoleId::kNone) {
        statement.conditions_open = true;
        continue;
      }
      if (!by_operator.is_object()) {
        Lose("policy.condition", by_operator.span(),
             Concat({"the value of operator ", Quoted(op), " is no object and was left out"}));
        statement.conditions_open = true;
        continue;
      }
      if (!IsConditionOperator(op)) {
        Refuse("policy.condition", by_operator.key_span(),
               Concat({Quoted(op), " is no condition operator"}));
      }
      for (const Value& by_key : Members(by_operator)) {
        ReadCondition(op, by_key, statement);
      }
    }
  }

  void ReadCondition(facts::Str op, const Value& by_key, Statement& statement) {
    facts::Condition condition;
    condition.op = op;
    condition.key = facts_.Keep(by_key.key());
    condition.span = {by_key.key_span().file, by_key.key_span().begin, by_key.span().end};
    const auto take = [&](const Value& item) {
      if (item.is_string() || item.kind() == Kind::kBool || item.kind() == Kind::kNumber) {
        condition.values.push_back(facts_.Keep(item.text()));
        return;
      }
      Lose("policy.value", item.span(),
           Concat({"a value of condition key ", Quoted(condition.key),
                   " was left out: it is no text"}));
      condition.values_open = true;
    };
    if (by_key.is_array()) {
      for (const Value item : by_key.elements()) {
        take(item);
      }
      if (by_key.size() == 0) {
        Warn(
            "policy.empty", by_key.span(),
            Concat({"condition key ", Quoted(condition.key), " has no values: nothing equals it"}));
      }
    } else {
      take(by_key);
    }
    statement.conditions.push_back(std::move(condition));
  }

  // The members of an object; of those with one key the last stands, as with every reader of JSON.
  std::vector<Value> Members(const Value& object) {
    std::vector<Value> members;
    members.reserve(object.size());
    std::unordered_map<std::string_view, size_t> places;
    for (const Value member : object.members()) {
      const auto [place, added] = places.emplace(member.key(), members.size());
      if (added) {
        members.push_back(member);
        continue;
      }
      Refuse("policy.duplicate-element", member.key_span(),
             Concat({Quoted(member.key()), " stands twice; the last one is read"}))
          .related.push_back({members[place->second].key_span(), "the first one"});
      members[place->second] = member;
    }
    return members;
  }

  static constexpr size_t kMaxSidsCompared = 1'000'000;

  const PolicyReading& as_;
  facts::Facts& facts_;
  source::Diagnostics& diagnostics_;
  PolicyDocument document_;
  int statement_index_ = -1;
  size_t sids_compared_ = 0;
};

}  // namespace

PolicyDocument ReadPolicyDocument(const Value& document, const PolicyReading& as,
                                  facts::Facts& facts, source::Diagnostics& diagnostics) {
  return Reader(as, facts, diagnostics).Read(document);
}

}  // namespace whomay::ingest

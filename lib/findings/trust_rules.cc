// Trust policies: who a role lets in that nobody thought of, and whom it keeps out by a slip.
// Source: IAM user guide (roles for OIDC federation, condition operators), Amazon EKS user guide
// (IRSA, Pod Identity); spec eks 4, 5; the traps as found in crossplane#5578, server-terraform#291.
#include <algorithm>
#include <array>
#include <string>

#include "base/arn.h"
#include "base/glob.h"
#include "base/strings.h"
#include "eks/irsa.h"
#include "eks/pod_identity.h"
#include "findings/principals.h"
#include "findings/report.h"

namespace whomay::findings {
namespace {

using facts::Condition;
using facts::IamPrincipal;
using facts::PrincipalEntry;
using facts::Statement;
using facts::Str;

// A condition operator without its set and IfExists parts: "ForAnyValue:StringLikeIfExists".
struct Operator {
  explicit Operator(Str text) {
    std::string lower = AsciiLower(text);
    if (lower.rfind("forallvalues:", 0) == 0) {
      for_all = true;
      lower.erase(0, 13);
    } else if (lower.rfind("foranyvalue:", 0) == 0) {
      lower.erase(0, 12);
    }
    if (lower.size() > 8 && lower.compare(lower.size() - 8, 8, "ifexists") == 0) {
      if_exists = true;
      lower.resize(lower.size() - 8);
    }
    negated = lower.find("not") != std::string::npos;
    like = lower == "stringlike" || lower == "arnlike" || lower == "arnequals";
    exact = lower == "stringequals" || lower == "stringequalsignorecase";
  }
  bool for_all = false, if_exists = false, negated = false, like = false, exact = false;
  // Holds for a key that the request does not have.
  bool holds_without_key() const { return for_all || if_exists || negated; }
};

bool EndsWith(Str text, std::string_view end) {
  return text.size() >= end.size() &&
         EqualsIgnoreAsciiCase(text.substr(text.size() - end.size()), end);
}

bool HasWildcard(Str text) { return text.find_first_of("*?") != Str::npos; }

// Keys that tie a request to somebody in particular.
constexpr std::array<std::string_view, 11> kTyingKeys = {
    "aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount",
    "aws:principalarn",   "sts:externalid",        "aws:sourcearn",
    "aws:sourceaccount",  "aws:sourceorgid",       "aws:sourceidentity",
    "aws:userid",         "aws:sourceorgpaths"};

bool IsTied(const Statement& statement) {
  return statement.conditions_open ||
         std::any_of(statement.conditions.begin(), statement.conditions.end(),
                     [](const Condition& condition) {
                       return !Operator(condition.op).holds_without_key() &&
                              std::find(kTyingKeys.begin(), kTyingKeys.end(),
                                        AsciiLower(condition.key)) != kTyingKeys.end();
                     });
}

class TrustRules {
 public:
  TrustRules(Reporter& to, const IamPrincipal& role)
      : to_(to), facts_(to.facts()), role_(role), subject_(Subject(to, role)) {}

  void Run() {
    for (const Statement& statement : facts_.policy(role_.trust).statements) {
      if (statement.effect != Statement::Effect::kAllow) {
        continue;
      }
      if (statement.not_principal) {
        Say("trust-not-principal", statement.span,
            "Allow with NotPrincipal admits everybody in AWS but those named");
        continue;
      }
      for (const PrincipalEntry& principal : statement.principals) {
        Principal(statement, principal);
      }
    }
    PodIdentity();
  }

 private:
  Finding& Say(std::string_view rule, source::Span span, std::string message,
               std::string detail = {}) {
    return to_.Say(rule, subject_, role_.origin, std::move(message), std::move(detail), &span);
  }

  void Principal(const Statement& statement, const PrincipalEntry& principal) {
    const bool assume = HasAction(statement, "sts:assumerole");
    switch (principal.type) {
      case PrincipalEntry::Type::kAny:
        if (assume && !IsTied(statement)) {
          Everyone(principal.span);
        } else if (HasAction(statement, "sts:assumerolewithwebidentity") && !HasClaims(statement)) {
          Say("trust-everyone", principal.span, "a token of any identity provider lets in");
        }
        return;
      case PrincipalEntry::Type::kAws:
        if (assume) {
          Aws(statement, principal);
        }
        return;
      case PrincipalEntry::Type::kFederated:
        if (HasAction(statement, "sts:assumerolewithwebidentity")) {
          Federated(statement, principal);
        }
        return;
      default:
        return;
    }
  }

  // Does a condition ask for a claim of a token?
  static bool HasClaims(const Statement& statement) {
    return statement.conditions_open ||
           std::any_of(
               statement.conditions.begin(), statement.conditions.end(),
               [](const Condition& condition) {
                 return !Operator(condition.op).holds_without_key() &&
                        (EndsWith(condition.key, ":sub") || EndsWith(condition.key, ":aud"));
               });
  }

  void Everyone(source::Span span) {
    Say("trust-everyone", span,
        "everybody in every AWS account may assume this role: no condition ties it to anybody");
  }

  void Aws(const Statement& statement, const PrincipalEntry& principal) {
    const Str value = principal.value;
    if (value == "*") {
      if (!IsTied(statement)) {
        Everyone(principal.span);
      }
      return;
    }
    const Arn arn = ParseArn(value);
    const Str account = arn.valid ? Str(arn.account) : value;
    if (facts::HasHole(value) || facts::HasHole(role_.account) || role_.account.empty() ||
        account == role_.account || account.size() != 12 ||
        account.find_first_not_of("0123456789") != Str::npos || IsTied(statement)) {
      return;
    }
    const bool whole = !arn.valid || arn.resource == "root";
    Finding& finding =
        Say("trust-other-account", principal.span,
            whole ? Concat({"whoever may call sts:AssumeRole in account ", account,
                            " may assume this role; nothing else is asked for"})
                  : Concat({"a principal of another account may assume this role: ", value}),
            std::string(value));
    if (!whole) {
      finding.severity = FindingSeverity::kNote;
    } else if (Declares(account)) {
      finding.severity = FindingSeverity::kLow;
    }
  }

  // Do the inputs hold the account's own principals?
  bool Declares(Str account) const {
    return std::any_of(facts_.principals.begin(), facts_.principals.end(), [&](const auto& one) {
      return one.account == account && one.policies == facts::Policies::kDeclared;
    });
  }

  void Federated(const Statement& statement, const PrincipalEntry& principal) {
    const Str arn = principal.value;
    if (arn == "*") {
      Say("trust-everyone", principal.span, "a token of any identity provider lets in");
      return;
    }
    const facts::OidcProvider* provider = nullptr;
    bool maybe = facts::HasHole(arn);
    for (const uint32_t i : to_.graph().oidc_providers) {
      const Tri equal = facts_.holes.Equal(facts_.oidc_providers[i].arn, arn);
      if (equal == Tri::kTrue) {
        provider = &facts_.oidc_providers[i];
      }
      maybe = maybe || equal == Tri::kUnknown;
    }
    const Arn parts = ParseArn(arn);
    const size_t slash = parts.resource.find("oidc-provider/");
    if (parts.valid && slash == Str::npos && provider == nullptr) {
      return;  // SAML, or a hole
    }
    if (parts.valid && !facts::HasHole(parts.account) && !facts::HasHole(role_.account) &&
        !role_.account.empty() && parts.account != role_.account) {
      Say("irsa-provider-account", principal.span,
          "the identity provider is one of another account: it never lets anybody into this role");
      return;
    }
    if (provider == nullptr && !maybe && !role_.origin.address.empty()) {
      Say("irsa-provider-missing", principal.span,
          Concat({"no file makes or reads the identity provider ", arn,
                  ": without it nobody gets in"}));
    }
    const Str issuer = provider != nullptr  ? provider->url
                       : slash != Str::npos ? parts.resource.substr(slash + 14)
                                            : Str();
    if (!issuer.empty()) {
      Conditions(statement, issuer);
      if (provider != nullptr) {
        Audience(statement, *provider);
      }
    }
  }

  void Conditions(const Statement& statement, Str issuer) {
    if (statement.conditions_open) {
      return;
    }
    cluster_ = to_.graph().FindClusterByIssuer(issuer);
    kubernetes_ = cluster_ != graph::kNone || issuer.find("oidc.eks.") != Str::npos ||
                  issuer.find("oidc-eks") != Str::npos;
    bool subject = false, exact = false, audience = false, unknown = false;
    for (const Condition& condition : statement.conditions) {
      const Operator op(condition.op);
      const bool is_sub = EndsWith(condition.key, ":sub");
      const bool is_aud = EndsWith(condition.key, ":aud");
      unknown = unknown || facts::WholeHole(condition.key) != facts::HoleId::kNone ||
                facts::HasHole(condition.op);
      // Other claims (GitHub's repository, Google's) tie as well.
      subject = subject || (!kubernetes_ && !is_aud && !is_sub &&
                            condition.key.find(':') != Str::npos && !op.holds_without_key());
      if (!is_sub && !is_aud) {
        continue;
      }
      const Tri here = facts_.holes.Equal(
          AsciiLower(condition.key.substr(0, condition.key.size() - 4)), AsciiLower(issuer));
      if (here == Tri::kFalse) {
        OtherIssuer(condition, op, is_sub);
        subject = true;
        audience = true;  // said already
        continue;
      }
      audience = audience || (is_aud && !op.negated);
      if (is_sub && op.negated) {
        Say("irsa-negated-sub", condition.span,
            "the condition on the subject admits everybody but those named");
        subject = true;
      } else if (is_sub) {
        subject = true;
        exact = exact || (op.exact && !condition.values_open);
      }
    }
    for (const Condition& condition : statement.conditions) {
      if (EndsWith(condition.key, ":sub")) {
        Values(condition, Operator(condition.op), exact);
      }
    }
    Both(statement);
    if (!subject && !unknown) {
      Say("oidc-no-sub", statement.span,
          kubernetes_ ? "no condition on the subject: every ServiceAccount of the cluster may "
                        "become this role"
                      : Concat({"no condition on the subject: whoever gets a token of ",
                                to_.Show(issuer), " may become this role"}));
    }
    if (!audience && !unknown && kubernetes_) {
      Say("oidc-no-aud", statement.span,
          "no condition on the audience: tokens made for every client of the provider let in");
    }
  }

  // Two conditions on the subject must both hold; written by those who meant "or", they shut out
  // what only one of them names.
  void Both(const Statement& statement) {
    const Condition* exact = nullptr;
    const Condition* like = nullptr;
    for (const Condition& condition : statement.conditions) {
      const Operator op(condition.op);
      if (!EndsWith(condition.key, ":sub") || op.negated || condition.values_open) {
        continue;
      }
      exact = op.exact ? &condition : exact;
      like = op.like ? &condition : like;
    }
    if (exact == nullptr || like == nullptr) {
      return;
    }
    for (const Str value : exact->values) {
      const bool fits =
          facts::HasHole(value) ||
          std::any_of(like->values.begin(), like->values.end(), [&](Str pattern) {
            return facts::HasHole(pattern) || Glob(pattern).MatchOpen(value) != Tri::kFalse;
          });
      if (!fits) {
        Say("irsa-conditions-and", exact->span,
            Concat(
                {"`", value, "` under ", exact->op, " does not fit the pattern under ", like->op,
                 " beside it: conditions of one statement must all hold, so it does not get in"}),
            std::string(value));
      }
    }
  }

  // AWS asks the provider's list of audiences before it looks at the trust (spec eks 4, 3).
  void Audience(const Statement& statement, const facts::OidcProvider& provider) {
    if (provider.client_ids_open || provider.client_ids.empty()) {
      return;
    }
    for (const Condition& condition : statement.conditions) {
      const Operator op(condition.op);
      if (!op.exact || condition.values_open || !EndsWith(condition.key, ":aud")) {
        continue;
      }
      const bool known =
          std::any_of(condition.values.begin(), condition.values.end(), [&](Str value) {
            return facts::HasHole(value) ||
                   std::any_of(provider.client_ids.begin(), provider.client_ids.end(),
                               [&](Str id) { return id == value || facts::HasHole(id); });
          });
      if (!known && !condition.values.empty()) {
        Say("irsa-wrong-audience", condition.span,
            Concat({"the provider knows no audience `", condition.values.front(), "`, only ",
                    Join(provider.client_ids, ", "), ": nobody gets in"}),
            std::string(condition.values.front()));
      }
    }
  }

  void OtherIssuer(const Condition& condition, const Operator& op, bool is_sub) {
    if (op.holds_without_key()) {
      if (is_sub) {
        Say("irsa-condition-void", condition.span,
            "the condition names another issuer than the provider's, and its operator holds where "
            "the key is missing: everybody who has a token gets in");
      }
    } else {
      Say("irsa-wrong-issuer", condition.span,
          Concat({"the condition's key `", to_.Show(condition.key),
                  "` is of another issuer than the provider's: nobody gets in"}),
          std::string(is_sub ? "sub" : "aud"));
    }
  }

  // The subjects admitted. Two conditions on one key must both hold, so an exact one beside a glob
  // settles it.
  void Values(const Condition& condition, const Operator& op, bool exact) {
    for (const Str value : condition.values) {
      if (facts::HasHole(value)) {
        continue;
      }
      if (op.exact && HasWildcard(value)) {
        Say("irsa-literal-star", condition.span,
            Concat({"`", value, "` under ", condition.op,
                    ": the wildcard is a plain character there, so nobody gets in"}),
            std::string(value));
      } else if (op.like && !op.negated && !exact && HasWildcard(value)) {
        Pattern(condition, value);
      } else if (op.exact && kubernetes_) {
        ServiceAccount(condition, value);
      }
    }
  }

  void Pattern(const Condition& condition, Str value) {
    const std::vector<eks::SubjectPattern> patterns =
        kubernetes_ ? eks::ServiceAccountsOf(value, true) : std::vector<eks::SubjectPattern>();
    if (patterns.empty()) {
      // Of other issuers: how much of the subject is said before the first wildcard.
      const Str fixed = value.substr(0, value.find_first_of("*?"));
      const bool owner = fixed.substr(0, 5) == "repo:" && fixed.find('/') != Str::npos;
      if (!kubernetes_ && !owner) {
        Say("oidc-wide-sub", condition.span,
            Concat({"the subject pattern `", value,
                    "` admits far more than one repository or "
                    "organisation"}),
            std::string(value));
      }
      return;
    }
    const auto namespaces = std::find_if(patterns.begin(), patterns.end(), [](const auto& one) {
      return HasWildcard(one.namespace_name);
    });
    if (namespaces != patterns.end()) {
      Say("irsa-wildcard-namespace", condition.span,
          Concat({"`", value, "` admits sa:", namespaces->namespace_name, "/", namespaces->name,
                  ": who may create a ServiceAccount and a pod in any such namespace becomes this "
                  "role"}),
          std::string(value));
    } else if (HasWildcard(patterns.front().name)) {
      Say("irsa-wildcard-name", condition.span,
          Concat({"`", value, "` admits every such ServiceAccount of namespace ",
                  patterns.front().namespace_name, ": who may run a pod there becomes this role"}),
          std::string(value));
    }
  }

  // Trust without the other half: the account is not there, or does not ask for the role.
  void ServiceAccount(const Condition& condition, Str value) {
    const std::vector<std::string_view> parts = Split(value, ':');
    if (cluster_ == graph::kNone || parts.size() != 4 || parts[1] != "serviceaccount") {
      return;
    }
    const graph::Cluster& cluster = to_.graph().clusters[cluster_];
    bool any = false;
    for (const uint32_t i : cluster.service_accounts) {
      const facts::ServiceAccount& account = facts_.service_accounts[i];
      any = any || to_.graph().InWorld(account);
      if (account.name != parts[3] || account.namespace_name != parts[2]) {
        continue;
      }
      if (account.role_arn.empty() && !HasAssociation(cluster, account)) {
        Say("irsa-no-annotation", condition.span,
            Concat({"sa:", parts[2], "/", parts[3],
                    " is trusted but not annotated with this role: its pods do not use it"}),
            std::string(value));
      }
      return;
    }
    if (any) {
      Say("irsa-service-account-missing", condition.span,
          Concat({"sa:", parts[2], "/", parts[3],
                  " is trusted, and no file makes it: whoever may "
                  "create it has this role"}),
          std::string(value));
    }
  }

  bool HasAssociation(const graph::Cluster& cluster, const facts::ServiceAccount& account) const {
    return std::any_of(cluster.pod_identities.begin(), cluster.pod_identities.end(),
                       [&](uint32_t i) {
                         const auto& association = facts_.pod_identities[i];
                         return association.service_account == account.name &&
                                association.namespace_name == account.namespace_name;
                       });
  }

  void PodIdentity() {
    const Statement* assume = nullptr;
    bool tags = facts_.policy(role_.trust).open != facts::HoleId::kNone;
    for (const Statement& statement : facts_.policy(role_.trust).statements) {
      const bool pods = std::any_of(statement.principals.begin(), statement.principals.end(),
                                    [](const PrincipalEntry& entry) {
                                      return entry.type == PrincipalEntry::Type::kService &&
                                             entry.value == eks::kPodIdentityService;
                                    });
      if (statement.effect != Statement::Effect::kAllow || !pods) {
        continue;
      }
      tags = tags || HasAction(statement, "sts:tagsession");
      if (!HasAction(statement, "sts:assumerole")) {
        continue;
      }
      assume = &statement;
      if (statement.conditions.empty() && !statement.conditions_open) {
        Say("pod-identity-no-conditions", statement.span,
            "any association in any cluster of the account may hand out this role: no condition "
            "names cluster, namespace or ServiceAccount");
      }
    }
    if (assume != nullptr && !tags && !TagsOff()) {
      Say("pod-identity-no-tag-session", assume->span,
          "Pod Identity assumes roles with session tags, and this trust does not allow "
          "sts:TagSession: pods get no credentials");
    }
  }

  // Every association of this role does without session tags.
  bool TagsOff() const {
    bool any = false;
    for (const auto& association : facts_.pod_identities) {
      if (to_.graph().InWorld(association) && association.role_arn == role_.arn) {
        any = true;
        if (!association.disable_session_tags) {
          return false;
        }
      }
    }
    return any;
  }

  Reporter& to_;
  const facts::Facts& facts_;
  const IamPrincipal& role_;
  std::string subject_;
  uint32_t cluster_ = graph::kNone;
  bool kubernetes_ = false;
};

}  // namespace

void CheckTrusts(Reporter& to) {
  for (const IamPrincipal& principal : to.facts().principals) {
    if (principal.kind == facts::IamKind::kRole && to.graph().InWorld(principal) &&
        principal.trust != facts::PolicyId::kNone) {
      TrustRules(to, principal).Run();
    }
  }
}

}  // namespace whomay::findings

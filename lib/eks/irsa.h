// IRSA: IAM roles for service accounts, by a token of the cluster's own issuer.
//
// sts:AssumeRoleWithWebIdentity asks four things: the role's account holds a provider of the
// token's issuer, the token's audience is among the provider's client ids, the role's trust policy
// admits the subject, and no deny is in the way. CheckProvider() answers the first two; for the
// others the trust policy is evaluated (lib/iam) with the provider as caller and the token's claims
// as context:
//
//   const ProviderCheck check = CheckProvider(facts, providers, role.account, issuer, audience);
//   const TokenClaims claims(issuer, "shop", "mailer", audience);
//   iam::Context context = iam::Context::Complete();
//   claims.Fill(context);
//
// The audience of a token is whatever who asks for it wants: "can assume" holds if some client id
// of the provider is admitted; the annotations only say what a pod does by default (CredentialsOf).
// Source: IAM user guide (web identity federation), Amazon EKS user guide "IRSA",
// aws/amazon-eks-pod-identity-webhook; spec/eks.md 4. Thread safety: pure functions.
#ifndef WHOMAY_LIB_EKS_IRSA_H_
#define WHOMAY_LIB_EKS_IRSA_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/tri.h"
#include "facts/facts.h"

namespace whomay::iam {
class Context;
}

namespace whomay::eks {

inline constexpr std::string_view kDefaultAudience = "sts.amazonaws.com";

// "https://oidc.eks…/id/X/" -> "oidc.eks…/id/X".
std::string_view WithoutScheme(std::string_view url);

// system:serviceaccount:NAMESPACE:NAME
std::string ServiceAccountSubject(std::string_view namespace_name, std::string_view name);

struct ProviderCheck {
  enum class Why : uint8_t {
    kDecided,
    kNoProvider,  // no provider of this issuer in the role's account
    kAudience,    // a provider, but not for this audience
    kHole,
  };
  Tri accepted = Tri::kFalse;
  Why why = Why::kNoProvider;
  uint32_t provider = 0xFFFFFFFF;  // facts.oidc_providers
  facts::HoleId hole = facts::HoleId::kNone;
};
// `providers`: indexes into facts.oidc_providers, all of the world. URLs compare with case.
ProviderCheck CheckProvider(const facts::Facts& facts, std::span<const uint32_t> providers,
                            std::string_view role_account, std::string_view issuer,
                            std::string_view audience);

// The context keys that a cluster's token brings: <issuer>:sub and <issuer>:aud; its other claims
// cannot be asked for and are absent. Keeps the texts that a Context refers to.
class TokenClaims {
 public:
  TokenClaims(std::string_view issuer, std::string_view namespace_name, std::string_view name,
              std::string_view audience);
  void Fill(iam::Context& context) const;
  std::string_view subject() const { return subject_; }

 private:
  std::string issuer_, subject_, audience_;
};

// The ServiceAccounts whose subject a value of a condition on `<issuer>:sub` fits: exact, or as
// globs that no `:` crosses. `glob`: the operator is StringLike (`*` and `?` are wildcards).
//   system:serviceaccount:dev*            sa:dev*/*
//   system:serviceaccount:team-*-reader   sa:team-*/*-reader
struct SubjectPattern {
  std::string namespace_name;
  std::string name;
  bool pattern = false;  // holds wildcards
  friend bool operator==(const SubjectPattern&, const SubjectPattern&) = default;
};
std::vector<SubjectPattern> ServiceAccountsOf(std::string_view subject, bool glob);

// What a pod of a ServiceAccount gets without asking, new pods and a recent webhook assumed.
enum class Credentials : uint8_t {
  kPodIdentity,  // an association exists: it wins over the annotation
  kWebIdentity,  // annotated; where the trust refuses it the pod has nothing, not the node's role
  kNode,         // neither: what the node lets through (nodes.h)
};
Credentials CredentialsOf(const facts::ServiceAccount* service_account, bool has_association);

}  // namespace whomay::eks

#endif  // WHOMAY_LIB_EKS_IRSA_H_

// The templates of user names and groups: {{SessionName}}, {{EC2PrivateDNSName}} and their like.
//
//   RenderTemplate("support:{{SessionName}}", {.session = "a@b"})   // "support:a-b"
//
// Plain text replacement in the authenticator's order; unknown {{x}} stay. What is not known
// (nullopt) stays visible: a role in any session is "support:{{SessionName}}".
// Semantics: aws-iam-authenticator pkg/server (renderTemplate); EKS access entries use the same
// placeholders. Thread safety: pure functions.
#ifndef WHOMAY_LIB_EKS_USERNAME_TEMPLATE_H_
#define WHOMAY_LIB_EKS_USERNAME_TEMPLATE_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace whomay::eks {

struct TemplateValues {
  std::optional<std::string_view> account = {};
  std::optional<std::string_view> session = {};
  std::optional<std::string_view> access_key = {};
  // An EC2 instance's private DNS name; nullopt when EC2 has no such instance. Null: EC2 was not
  // asked, the placeholder stays visible for sessions that look like an instance's.
  std::function<std::optional<std::string>(std::string_view instance)> private_dns_name = {};
};

// nullopt where the authenticator refuses the caller (401): {{EC2PrivateDNSName}} and a session
// that is no instance's.
std::optional<std::string> RenderTemplate(std::string_view text, const TemplateValues& values);

// Holds {{EC2PrivateDNSName}}: only sessions named as an instance (i-…) can use it.
bool NeedsInstanceSession(std::string_view text);
// ^i-(\w{8}|\w{17})$
bool IsInstanceSession(std::string_view session);

}  // namespace whomay::eks

#endif  // WHOMAY_LIB_EKS_USERNAME_TEMPLATE_H_

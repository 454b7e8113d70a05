#include "eks/username_template.h"

#include <algorithm>

#include "base/strings.h"

namespace whomay::eks {
namespace {

constexpr std::string_view kPrivateDnsName = "{{EC2PrivateDNSName}}";

std::string Replace(std::string_view text, std::string_view what, std::string_view with) {
  std::string out;
  for (size_t at; (at = text.find(what)) != std::string_view::npos;) {
    out.append(text.substr(0, at)).append(with);
    text.remove_prefix(at + what.size());
  }
  return out.append(text);
}

bool IsWordCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

}  // namespace

bool NeedsInstanceSession(std::string_view text) {
  return text.find(kPrivateDnsName) != std::string_view::npos;
}

bool IsInstanceSession(std::string_view session) {
  return (session.size() == 10 || session.size() == 19) && session.substr(0, 2) == "i-" &&
         std::all_of(session.begin() + 2, session.end(), IsWordCharacter);
}

std::optional<std::string> RenderTemplate(std::string_view text, const TemplateValues& values) {
  std::string out(text);
  if (NeedsInstanceSession(text) && values.session) {
    if (!IsInstanceSession(*values.session)) {
      return std::nullopt;
    }
    if (values.private_dns_name) {
      const std::optional<std::string> name = values.private_dns_name(*values.session);
      if (!name) {
        return std::nullopt;
      }
      out = Replace(out, kPrivateDnsName, *name);
    }
  }
  if (values.account) {
    out = Replace(out, "{{AccountID}}", *values.account);
  }
  if (values.session) {
    std::string clean(*values.session);
    std::replace(clean.begin(), clean.end(), '@', '-');
    out = Replace(out, "{{SessionName}}", clean);
    out = Replace(out, "{{SessionNameRaw}}", *values.session);
  }
  if (values.access_key) {
    out = Replace(out, "{{AccessKeyID}}", *values.access_key);
  }
  return out;
}

}  // namespace whomay::eks

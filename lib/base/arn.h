// Amazon Resource Names, cut into their six parts.
//
//   const Arn arn = ParseArn("arn:aws:iam::123456789012:role/team/app");
//   arn.service;            // "iam"
//   IamName(arn.resource);  // {"role", "/team/", "app"}
//
// Nothing is checked beyond the five colons; parts may hold holes (facts/hole.h).
// Source: AWS General Reference, "Amazon Resource Names".
#ifndef WHOMAY_LIB_BASE_ARN_H_
#define WHOMAY_LIB_BASE_ARN_H_

#include <string_view>

namespace whomay {

struct Arn {
  bool valid = false;
  std::string_view partition, service, region, account, resource;
};

inline Arn ParseArn(std::string_view text) {
  Arn arn;
  std::string_view* const parts[] = {&arn.partition, &arn.service, &arn.region, &arn.account};
  if (text.substr(0, 4) != "arn:") {
    return arn;
  }
  text.remove_prefix(4);
  for (std::string_view* part : parts) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
      return Arn();
    }
    *part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  arn.resource = text;
  arn.valid = true;
  return arn;
}

// The resource part of an IAM ARN: "role/team/app" is kind role, path /team/, name app.
struct IamName {
  explicit IamName(std::string_view resource) {
    const size_t first = resource.find('/');
    const size_t last = resource.rfind('/');
    kind = resource.substr(0, first);
    if (first != std::string_view::npos) {
      path = resource.substr(first, last - first + 1);
      name = resource.substr(last + 1);
    }
  }
  std::string_view kind, path, name;
};

}  // namespace whomay

#endif  // WHOMAY_LIB_BASE_ARN_H_

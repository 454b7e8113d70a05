// ARN: its six parts, "arn:partition:service:region:account:resource".
#ifndef WHOMAY_LIB_IAM_ARN_H_
#define WHOMAY_LIB_IAM_ARN_H_

#include <array>
#include <cstddef>
#include <string_view>

namespace whomay::iam {

struct Arn {
  std::array<std::string_view, 6> parts;
  bool valid = false;  // six parts, the first of them "arn"

  std::string_view partition() const { return parts[1]; }
  std::string_view service() const { return parts[2]; }
  std::string_view region() const { return parts[3]; }
  std::string_view account() const { return parts[4]; }
  std::string_view resource() const { return parts[5]; }
};

// Parts are cut at the first five colons; they may hold holes, but the ARN must not begin with one.
inline Arn SplitArn(std::string_view text) {
  Arn arn;
  size_t part = 0;
  for (; part < 5; ++part) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
      break;
    }
    arn.parts[part] = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  arn.parts[part] = text;
  arn.valid = part == 5 && arn.parts[0] == "arn";
  return arn;
}

// What stands behind the last "/" ("team/app" is the role "app").
inline std::string_view LastComponent(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace whomay::iam

#endif  // WHOMAY_LIB_IAM_ARN_H_

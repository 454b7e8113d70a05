#include "eks/username_template.h"

#include <gtest/gtest.h>

#include <string>

namespace whomay::eks {
namespace {

std::optional<std::string> Dns(std::string_view instance) {
  if (instance == "i-12345678") {
    return "ip-10-0-0-9.ec2.internal";
  }
  return std::nullopt;
}

TEST(RenderTemplate, ReplacesAsTheAuthenticatorDoes) {
  struct Case {
    std::string_view text, session, rendered;
  };
  constexpr Case kCases[] = {
      {"plain", "alice", "plain"},
      {"support:{{SessionName}}", "a@b@c", "support:a-b-c"},
      {"{{SessionNameRaw}}", "a@b", "a@b"},
      {"{{AccountID}}/{{AccessKeyID}}/{{AccountID}}", "s", "123456789012/ASIA/123456789012"},
      {"{{sessionname}} {{ SessionName }} {{UserID}}", "s",
       "{{sessionname}} {{ SessionName }} {{UserID}}"},
      {"{{{SessionName}}}", "s", "{s}"},
      {"u:{{SessionName}}", "", "u:"},
      // Replaced in order: a session name may bring a later placeholder, not an earlier one.
      {"{{SessionName}}", "{{AccessKeyID}}", "ASIA"},
      {"{{SessionName}}", "{{AccountID}}", "{{AccountID}}"},
  };
  for (const Case& c : kCases) {
    const TemplateValues values{"123456789012", c.session, "ASIA", Dns};
    EXPECT_EQ(RenderTemplate(c.text, values), std::string(c.rendered)) << c.text;
  }
}

TEST(RenderTemplate, InstancesNames) {
  struct Case {
    std::string_view session;
    bool looks_like_instance;
  };
  constexpr Case kCases[] = {{"i-12345678", true},         {"i-0123456789abcdef0", true},
                             {"i-ABCDEF_8", true},         {"i-1234567", false},
                             {"i-123456789", false},       {"I-12345678", false},
                             {"i-12345678\n", false},      {"alice", false},
                             {"i-1234567\xC3\xA9", false}, {"", false}};
  for (const Case& c : kCases) {
    EXPECT_EQ(IsInstanceSession(c.session), c.looks_like_instance) << c.session;
    const std::string_view text = "system:node:{{EC2PrivateDNSName}}";
    const auto rendered = RenderTemplate(text, {.session = c.session});
    EXPECT_EQ(rendered, c.looks_like_instance ? std::optional<std::string>(text) : std::nullopt);
  }
  const std::string_view text = "n:{{EC2PrivateDNSName}}";
  EXPECT_EQ(RenderTemplate(text, {.session = "i-12345678", .private_dns_name = Dns}),
            "n:ip-10-0-0-9.ec2.internal");
  EXPECT_EQ(RenderTemplate(text, {.session = "i-99999999", .private_dns_name = Dns}), std::nullopt)
      << "EC2 knows no such instance";
}

TEST(RenderTemplate, WhatTheSessionDecidesStaysVisible) {
  const TemplateValues values{.account = "123456789012"};
  EXPECT_EQ(RenderTemplate("{{AccountID}}:{{SessionName}}:{{SessionNameRaw}}", values),
            "123456789012:{{SessionName}}:{{SessionNameRaw}}");
  EXPECT_EQ(RenderTemplate("system:node:{{EC2PrivateDNSName}}", values),
            "system:node:{{EC2PrivateDNSName}}");
}

}  // namespace
}  // namespace whomay::eks

#include "query/resource_names.h"

#include <gtest/gtest.h>

#include <array>
#include <deque>

#include "base/strings.h"

namespace whomay::query {
namespace {

// CustomResourceDefinitions whose names collide with built-in ones.
class ResourceNamesTest : public testing::Test {
 protected:
  ResourceNamesTest() {
    Add("example.com", "widgets", "widget", "Widget", {"wd", "po"}, {"v1"});
    Add("example.com", "deployments", "deployment", "Deployment", {}, {"v1beta1"}).namespaced =
        false;
    Add("alpha.example.com", "gadgets", "gadget", "SpecialGadget", {"gd"}, {"v1"});
    facts::RbacRole& role = roles_.emplace_back();
    facts::PolicyRule& rule = role.rules.emplace_back();
    rule.api_groups = {"cert-manager.io", ""};
    rule.resources = {"certificates", "pods"};
  }
  facts::CustomResource& Add(facts::Str group, facts::Str plural, facts::Str singular,
                             facts::Str kind, std::vector<facts::Str> short_names,
                             std::vector<facts::Str> versions) {
    facts::CustomResource& resource = custom_.emplace_back();
    resource.group = group;
    resource.plural = plural;
    resource.singular = singular;
    resource.kind = kind;
    resource.short_names = std::move(short_names);
    resource.versions = std::move(versions);
    return resource;
  }
  ResourceNames Names() const {
    std::vector<const facts::CustomResource*> custom;
    for (const facts::CustomResource& each : custom_) {
      custom.push_back(&each);
    }
    const std::array<const facts::RbacRole*, 1> roles = {&roles_.front()};
    return ResourceNames(custom, roles);
  }

  std::deque<facts::CustomResource> custom_;
  std::deque<facts::RbacRole> roles_;
};

TEST_F(ResourceNamesTest, Find) {
  const struct {
    std::string_view text;
    std::string_view found;   // "" for nothing
    std::string_view others;  // with blanks between
  } cases[] = {
      {"pods", "pods", ""},
      {"Pod", "pods", ""},
      {"PODS", "pods", ""},
      {"po", "pods", "widgets.example.com"},
      {"pods.", "pods", ""},
      {"pods..", "pods", ""},
      {"pods.v1.", "pods", ""},
      {"pods.v1", "", ""},
      {"pods.core", "", ""},
      {".pods", "", ""},
      {"", "", ""},
      {"endpoint", "", ""},
      {"Endpoints", "endpoints", ""},
      {"deploy", "deployments.apps", ""},
      {"deployments", "deployments.apps", "deployments.example.com"},
      {"Deployment", "deployments.apps", "deployments.example.com"},
      {"deployments.APPS", "deployments.apps", ""},
      {"deployments.v1.apps", "deployments.apps", ""},
      {"deployments.v1beta1.apps", "", ""},
      {"deployments.extensions", "", ""},
      {"deployments.example.com", "deployments.example.com", ""},
      {"deployments.v1beta1.example.com", "deployments.example.com", ""},
      {"widget.v1.example.com", "widgets.example.com", ""},
      {"wd", "widgets.example.com", ""},
      {"SpecialGadget", "gadgets.alpha.example.com", ""},
      {"events", "events", "events.events.k8s.io"},
      {"ev", "events", "events.events.k8s.io"},
      {"events.events.k8s.io", "events.events.k8s.io", ""},
      {"jobs.bat", "", ""},
      {"hpa.v2.autoscaling", "horizontalpodautoscalers.autoscaling", ""},
      {"all", "", ""},
      {"pods ", "", ""},
  };
  const ResourceNames names = Names();
  for (const auto& c : cases) {
    const ResourceNames::Match match = names.Find(c.text);
    EXPECT_EQ(match.resource == nullptr ? "" : match.resource->FullName(), c.found) << c.text;
    std::vector<std::string> others;
    for (const ResourceRow* other : match.others) {
      others.push_back(other->FullName());
    }
    EXPECT_EQ(Join(others, " "), c.others) << c.text;
  }
}

TEST_F(ResourceNamesTest, NearMisses) {
  const struct {
    std::string_view text;
    std::string_view misses;
  } cases[] = {
      {"jobs.bat", "jobs.batch"},
      {"deployments.extensions", "deployments.apps deployments.example.com"},
      {"po.apps", "pods widgets.example.com"},
      {"deploymnts", "deployments.apps deployments.example.com"},
      {"secretes", "secrets"},
      {"certificates", "certificates.cert-manager.io"},
      {"xyz", ""},
      {"", ""},
  };
  const ResourceNames names = Names();
  for (const auto& c : cases) {
    EXPECT_EQ(Join(names.NearMisses(c.text), " "), c.misses) << c.text;
  }
  EXPECT_TRUE(names.NearMisses(std::string(100'000, 'x')).empty());
}

TEST_F(ResourceNamesTest, TheLaterDefinitionOfOneNameStands) {
  Add("example.com", "widgets", "widget", "Widget", {"new"}, {"v2"});
  const ResourceNames names = Names();
  EXPECT_EQ(names.Find("wd").resource, nullptr);
  ASSERT_NE(names.Find("new").resource, nullptr);
  EXPECT_EQ(names.rows().size(), 65u + 3u);
  // In the order of discovery: built-in groups first, then by group.
  EXPECT_EQ(names.rows().front().FullName(), "bindings");
  EXPECT_EQ(names.rows()[65].group, "alpha.example.com");
  EXPECT_EQ(names.rows().back().FullName(), "widgets.example.com");
}

TEST(ResourceNames, Categories) {
  const ResourceNames names;
  EXPECT_TRUE(names.IsCategory("ALL"));
  EXPECT_FALSE(names.IsCategory("pods"));
}

}  // namespace
}  // namespace whomay::query

#include "data/bootstrap_rbac.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "data/api_resources.h"
#include "data/kubernetes_version.h"

namespace whomay::data {
namespace {

TEST(BootstrapRbac, CountsAreThoseOfTheServers) {
  const struct {
    std::string_view version;
    size_t cluster_roles, roles, cluster_bindings, bindings;
  } cases[] = {{"1.29.6", 31 + 32, 7, 12 + 32, 7},
               {"1.32.13", 31 + 33, 7, 12 + 33, 7},
               {"1.34.1", 31 + 37, 7, 12 + 37, 7}};
  ASSERT_EQ(BootstrapVersions().size(), std::size(cases));
  for (size_t i = 0; i < std::size(cases); ++i) {
    const BootstrapRbac& table = BootstrapVersions()[i];
    SCOPED_TRACE(cases[i].version);
    EXPECT_EQ(table.version, cases[i].version);
    const auto cluster_roles = static_cast<size_t>(std::count_if(
        table.roles.begin(), table.roles.end(), [](const auto* r) { return r->cluster_role; }));
    const auto cluster_bindings =
        static_cast<size_t>(std::count_if(table.bindings.begin(), table.bindings.end(),
                                          [](const auto* b) { return b->cluster_binding; }));
    EXPECT_EQ(cluster_roles, cases[i].cluster_roles);
    EXPECT_EQ(table.roles.size() - cluster_roles, cases[i].roles);
    EXPECT_EQ(cluster_bindings, cases[i].cluster_bindings);
    EXPECT_EQ(table.bindings.size() - cluster_bindings, cases[i].bindings);
  }
}

TEST(BootstrapRbac, VersionWithoutATableTakesTheNewestNotLater) {
  const struct {
    std::string_view asked, found;
  } cases[] = {
      {"", "1.34.1"},     {"what", "1.34.1"},  {"1.34", "1.34.1"},  {"1.34.0", "1.34.1"},
      {"1.35", "1.34.1"}, {"2.0", "1.34.1"},   {"1.33", "1.32.13"}, {"1.32.1", "1.32.13"},
      {"1.31", "1.29.6"}, {"v1.30", "1.29.6"}, {"1.29+", "1.29.6"}, {"v1.29.0-eks-1", "1.29.6"},
      {"1.21", "1.29.6"}, {"1", "1.34.1"},     {"1.x", "1.34.1"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(BootstrapFor(c.asked).version, c.found) << c.asked;
  }
}

const BootstrapRole* FindRole(const BootstrapRbac& table, std::string_view name) {
  for (const BootstrapRole* role : table.roles) {
    if (role->cluster_role && role->name == name) {
      return role;
    }
  }
  return nullptr;
}

TEST(BootstrapRbac, AggregatedRolesHaveNoRulesOfTheirOwn) {
  for (const std::string_view name : {"admin", "edit", "view"}) {
    const BootstrapRole* role = FindRole(BootstrapFor(""), name);
    ASSERT_NE(role, nullptr);
    EXPECT_TRUE(role->rules.empty());
    ASSERT_EQ(role->aggregates.size(), 1u);
    EXPECT_EQ(role->aggregates[0].key,
              "rbac.authorization.k8s.io/aggregate-to-" + std::string(name));
  }
  const BootstrapRole* master = FindRole(BootstrapFor(""), "cluster-admin");
  ASSERT_NE(master, nullptr);
  ASSERT_EQ(master->rules.size(), 2u);
  EXPECT_EQ(master->rules[0].api_groups[0], "*");
  EXPECT_EQ(master->rules[1].non_resource_urls[0], "*");
}

TEST(BootstrapRbac, SystemNodeIsBoundToNobody) {
  for (const BootstrapBinding* binding : BootstrapFor("").bindings) {
    EXPECT_EQ(binding->subjects.empty(), binding->name == "system:node") << binding->name;
  }
}

TEST(KubernetesVersion, Reads) {
  EXPECT_EQ(ParseKubernetesVersion("v1.31.2-eks-1"), (KubernetesVersion{1, 31}));
  EXPECT_LT(ParseKubernetesVersion("1.9"), ParseKubernetesVersion("1.10"));
  for (const std::string_view text : {"", "1", "1.", "x", "-1.2", ".1"}) {
    EXPECT_FALSE(ParseKubernetesVersion(text)) << text;
  }
}

TEST(ApiResources, AreSortedAndNamed) {
  ASSERT_EQ(ApiResources().size(), 65u);
  size_t subresources = 0;
  const ApiResource* before = nullptr;
  for (const ApiResource& resource : ApiResources()) {
    EXPECT_FALSE(resource.plural.empty() || resource.singular.empty() || resource.kind.empty() ||
                 resource.versions.empty());
    EXPECT_TRUE(before == nullptr || before->group_order <= resource.group_order);
    EXPECT_EQ(resource.group_order == 0, resource.group.empty());
    subresources += resource.subresources.size();
    before = &resource;
  }
  EXPECT_EQ(subresources, 44u);
}

}  // namespace
}  // namespace whomay::data

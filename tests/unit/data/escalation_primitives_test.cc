#include "data/escalation_primitives.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "data/aws_actions.h"

namespace whomay::data {
namespace {

std::set<std::string> Ids() {
  std::set<std::string> ids = {"node-escape", "node-pods"};  // of no permission
  for (const KubernetesPrimitive& one : KubernetesPrimitives()) {
    ids.emplace(one.id);
  }
  for (const AwsPrimitive& one : AwsPrimitives()) {
    ids.emplace(one.id);
  }
  for (const CarrierPrimitive& one : CarrierPrimitives()) {
    ids.emplace(one.id);
  }
  return ids;
}

// The page names every primitive, and none that is not there.
TEST(EscalationPrimitives, AreDocumented) {
  std::ifstream file(WHOMAY_SOURCE_DIR "/docs/escalation.md");
  ASSERT_TRUE(file.good());
  std::set<std::string> documented;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("| `", 0) != 0) {
      continue;
    }
    std::istringstream cell(line.substr(2, line.find(" | ", 2) - 2));
    for (std::string word; cell >> word;) {
      documented.insert(word.substr(1, word.size() - 2));
    }
  }
  EXPECT_EQ(documented, Ids());
}

// Every action is one of AWS's: a typing mistake would never be held by anybody.
TEST(EscalationPrimitives, NameActionsThatExist) {
  const AwsActions actions;
  const auto check = [&](std::span<const std::string_view> names) {
    for (const std::string_view name : names) {
      EXPECT_TRUE(actions.Find(name)) << name;
    }
  };
  for (const AwsPrimitive& one : AwsPrimitives()) {
    check(one.actions);
    EXPECT_FALSE(one.actions.empty()) << one.id;
  }
  for (const CarrierPrimitive& one : CarrierPrimitives()) {
    check(one.actions);
    check(one.elsewhere);
    EXPECT_FALSE(one.actions.empty() && one.elsewhere.empty()) << one.id;
  }
}

TEST(EscalationPrimitives, NameResourcesOfKubernetes) {
  for (const KubernetesPrimitive& one : KubernetesPrimitives()) {
    EXPECT_FALSE(one.needs.empty()) << one.id;
    for (const KubernetesNeed& need : one.needs) {
      EXPECT_FALSE(need.verbs.empty()) << one.id;
      EXPECT_FALSE(need.resource.empty()) << one.id;
    }
  }
}

}  // namespace
}  // namespace whomay::data

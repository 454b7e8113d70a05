// What a reviewer reads of the shop's pull request, and of nothing at all.
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "report/diff_markdown.h"
#include "report/json.h"
#include "report/table.h"
#include "whomay/analyzer.h"

namespace whomay::report {
namespace {

const std::string kSource = WHOMAY_SOURCE_DIR;

std::string Load(const std::string& path) {
  std::ifstream in(kSource + '/' + path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

DiffAnswer OfShop() {
  Analyzer analyzer;
  for (const char* name :
       {"change/plan.json", "manifests/deployments.yaml", "manifests/namespaces.yaml",
        "manifests/rbac.yaml", "manifests/serviceaccounts.yaml"}) {
    EXPECT_TRUE(analyzer.AddText(name, Load(std::string("examples/shop/") + name)).ok());
  }
  const absl::StatusOr<Analysis> analysis = std::move(analyzer).Analyze();
  EXPECT_TRUE(analysis.ok()) << analysis.status();
  const absl::StatusOr<DiffAnswer> answer =
      Diff(analysis->snapshot(World::kBefore), analysis->snapshot(World::kAfter), {});
  EXPECT_TRUE(answer.ok()) << answer.status();
  return *answer;
}

// What examples/shop/README.md says of the change.
TEST(DiffReport, ShopSaysWhatItsReadmeSays) {
  const DiffAnswer answer = OfShop();
  EXPECT_TRUE(answer.gains());
  EXPECT_TRUE(answer.lost.empty());
  EXPECT_TRUE(answer.changed.empty());
  std::set<std::string> in_cluster, in_aws;
  for (const DiffAnswer::Change& row : answer.gained) {
    const bool aws = row.permission.plane == Permission::Plane::kAws;
    EXPECT_TRUE(aws || row.permission.name_space == "shop") << row.permission.ToString();
    (aws ? in_aws : in_cluster).insert(row.principal);
  }
  const std::string arn = "arn:aws:iam::111122223333:";
  for (const std::string& name :
       {arn + "role/shop-developer", arn + "user/people/jonas", arn + "user/people/lea"}) {
    EXPECT_EQ(in_cluster.count(name), 1u) << name;
    EXPECT_EQ(in_aws.count(name), 0u) << name;
  }
  for (const char* name : {"sa:shop/default", "sa:shop/mailer", "sa:shop/reports", "sa:shop/*"}) {
    EXPECT_EQ(in_aws.count(name), 1u) << name;
  }
  EXPECT_EQ(in_aws.count("sa:shop/checkout"), 0u);  // it had it
}

TEST(DiffReport, Shop) {
  const DiffAnswer answer = OfShop();
  EXPECT_EQ(Table(answer, {}), Load("tests/unit/report/diff_shop.txt"));
  EXPECT_EQ(Markdown(answer), Load("tests/unit/report/diff_shop.md"));
  EXPECT_EQ(Json(answer), Load("tests/unit/report/diff_shop.json"));
}

TEST(DiffReport, Nothing) {
  DiffAnswer nothing;
  nothing.before = "before";
  nothing.after = "after";
  EXPECT_EQ(Table(nothing, {}), "access from before to after\n  nobody gains or loses anything\n");
  EXPECT_EQ(Markdown(nothing),
            "### Access that this change gives and takes\n\nNobody gains or loses anything.\n\n");
  EXPECT_FALSE(nothing.gains());
}

}  // namespace
}  // namespace whomay::report

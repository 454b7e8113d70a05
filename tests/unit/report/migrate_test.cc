#include "report/migrate_report.h"

#include <gtest/gtest.h>

#include "source/diagnostic.h"
#include "syntax/hcl.h"

namespace whomay::report {
namespace {

MigrateAnswer Answer() {
  MigrateAnswer answer;
  MigrateAnswer::Cluster& cluster = answer.clusters.emplace_back();
  cluster.name = "shop";
  cluster.region = "eu-west-1";
  cluster.authentication_mode = "CONFIG_MAP";
  MigrateAnswer::Entry& admin = cluster.entries.emplace_back();
  admin.principal = "arn:aws:iam::111122223333:role/team/admin";
  admin.type = "STANDARD";
  admin.username = "admin:{{SessionName}}";
  admin.groups = {"it's", "${x}"};
  admin.access_policies = {"arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"};
  admin.notes = {"another\ngrant"};
  admin.origin = {"state.json", 3, 1, "kubernetes_config_map.aws_auth"};
  MigrateAnswer::Entry& nodes = cluster.entries.emplace_back();
  nodes.principal = "arn:aws:iam::111122223333:role/1st";
  nodes.type = "EC2_LINUX";
  cluster.left.push_back({"mapAccounts 111122223333", "each would need an entry", true, {}});
  return answer;
}

TEST(MigrateReport, TerraformStrings) {
  struct Case {
    std::string_view text, written;
  };
  for (const Case& one :
       {Case{"a\"b\\c", R"("a\"b\\c")"}, Case{"${a} %{b} $a %", R"("$${a} %%{b} $a %")"},
        Case{"$${a}", R"("$$${a}")"}, Case{"a\n\t\r\x01", R"("a\n\t\r\u0001")"},
        Case{"{{SessionName}}", R"("{{SessionName}}")"}}) {
    EXPECT_EQ(TerraformString(one.text), one.written);
  }
}

TEST(MigrateReport, Terraform) {
  EXPECT_EQ(Terraform(Answer()),
            R"(# Access entries in place of aws-auth of cluster shop.
# They need access_config { authentication_mode = "API_AND_CONFIG_MAP" } in the aws_eks_cluster; there is no way back from it.

# another\ngrant
resource "aws_eks_access_entry" "admin" {
  cluster_name      = "shop"
  principal_arn     = "arn:aws:iam::111122223333:role/team/admin"
  kubernetes_groups = ["it's", "$${x}"]
  user_name         = "admin:{{SessionName}}"
  type              = "STANDARD"
}

resource "aws_eks_access_policy_association" "admin" {
  cluster_name  = "shop"
  principal_arn = aws_eks_access_entry.admin.principal_arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

  access_scope {
    type = "cluster"
  }
}

resource "aws_eks_access_entry" "_1st" {
  cluster_name  = "shop"
  principal_arn = "arn:aws:iam::111122223333:role/1st"
  type          = "EC2_LINUX"
}

# No entry for mapAccounts 111122223333: each would need an entry.

# Compared with aws-auth: nobody gains or loses anything.
)");
}

// The Terraform read back by our own reader (tests/faces/migrate_test.py has Terraform itself judge
// it, where that is installed): every value is the one of the answer, whatever stands in it.
TEST(MigrateReport, TerraformReadsBack) {
  MigrateAnswer answer = Answer();
  MigrateAnswer::Entry& odd = answer.clusters.front().entries.emplace_back();
  odd.principal = "arn:aws:iam::111122223333:user/o'dd";
  odd.type = "STANDARD";
  odd.username = "\"${aws_iam_user.a.arn}\" %{ if true }\\ $${y} \n\t ä {{SessionName}}";
  odd.groups = {"$", "%", "${", "#{x}", "}\"\n}"};
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  const source::FileId id = sources.Add("entries.tf", Terraform(answer));
  const syntax::HclFile file = syntax::ReadHcl(sources, id, diagnostics);
  EXPECT_TRUE(diagnostics.all().empty()) << diagnostics.all().front().message;
  const auto text = [&](const syntax::HclBody& body, std::string_view name) {
    const syntax::HclAttribute* found = body.Find(name);
    return found == nullptr ? std::string() : std::string(file.node(found->value).text);
  };
  size_t entries = 0;
  for (const syntax::HclBlock& block : file.root().blocks) {
    ASSERT_EQ(block.type, "resource");
    ASSERT_EQ(block.labels.size(), 2u);
    if (block.labels[0] != "aws_eks_access_entry") {
      continue;
    }
    const MigrateAnswer::Entry& entry = answer.clusters.front().entries[entries++];
    const syntax::HclBody& body = file.body(block.body);
    EXPECT_EQ(text(body, "cluster_name"), "shop");
    EXPECT_EQ(text(body, "principal_arn"), entry.principal);
    EXPECT_EQ(text(body, "type"), entry.type);
    EXPECT_EQ(text(body, "user_name"), entry.username);
    std::vector<std::string> groups;
    if (const syntax::HclAttribute* list = body.Find("kubernetes_groups"); list != nullptr) {
      const syntax::HclNode& node = file.node(list->value);
      for (uint32_t i = 0; i < node.count; ++i) {
        EXPECT_EQ(file.node(file.child(node, i)).kind, syntax::HclKind::kString);
        groups.emplace_back(file.node(file.child(node, i)).text);
      }
    }
    EXPECT_EQ(groups, entry.groups);
  }
  EXPECT_EQ(entries, answer.clusters.front().entries.size());
}

TEST(MigrateReport, AwsCli) {
  EXPECT_EQ(AwsCli(Answer()),
            R"(# Access entries in place of aws-auth of cluster shop.
# They need this mode, if the cluster is not in it already; there is no way back from it.
aws eks update-cluster-config --region eu-west-1 --name shop --access-config authenticationMode=API_AND_CONFIG_MAP
# another\ngrant
aws eks create-access-entry --region eu-west-1 --cluster-name shop --principal-arn arn:aws:iam::111122223333:role/team/admin --type STANDARD --username 'admin:{{SessionName}}' --kubernetes-groups 'it'\''s' '${x}'
aws eks associate-access-policy --region eu-west-1 --cluster-name shop --principal-arn arn:aws:iam::111122223333:role/team/admin --policy-arn arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy --access-scope type=cluster
aws eks create-access-entry --region eu-west-1 --cluster-name shop --principal-arn arn:aws:iam::111122223333:role/1st --type EC2_LINUX
# No entry for mapAccounts 111122223333: each would need an entry.
# Compared with aws-auth: nobody gains or loses anything.
)");
}

TEST(MigrateReport, TableAndJson) {
  EXPECT_EQ(Table(Answer(), {}), R"(cluster shop, mode CONFIG_MAP
access entries
  arn:aws:iam::111122223333:role/team/admin   STANDARD   state.json:3
    user admin:{{SessionName}}, groups it's, ${x}
    access policy AmazonEKSClusterAdminPolicy, whole cluster
    another\ngrant
  arn:aws:iam::111122223333:role/1st   EC2_LINUX   
without an entry
  mapAccounts 111122223333   
    each would need an entry
proof: nobody gains or loses anything
)");
  const std::string json = Json(Answer());
  for (const char* part :
       {R"("schema": "whomay.migrate/1")", R"("proven": true)",
        R"("username": "admin:{{SessionName}}")", R"("username": null)", R"("loses": true)"}) {
    EXPECT_NE(json.find(part), std::string::npos) << part;
  }
}

}  // namespace
}  // namespace whomay::report

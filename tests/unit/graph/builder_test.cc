// How records of one world are joined: names to principals, manifests to clusters, trusts to edges.
#include "graph/graph.h"

#include <algorithm>
#include <memory>
#include <string>

#include "gtest/gtest.h"

namespace whomay::graph {
namespace {

constexpr std::string_view kRole = "arn:aws:iam::111122223333:role/team/app";

class BuilderTest : public ::testing::Test {
 protected:
  facts::IamPrincipal& Role(std::string_view arn, facts::PolicyId trust) {
    facts::IamPrincipal& role = facts_->principals.emplace_back();
    role.kind = facts::IamKind::kRole;
    role.arn = facts_->Keep(arn);
    role.account = "111122223333";
    role.name = facts_->Keep(arn.substr(arn.rfind('/') + 1));
    role.trust = trust;
    return role;
  }
  facts::PolicyId Trust(facts::PrincipalEntry::Type type, std::string_view value) {
    facts::PolicyDocument document;
    facts::Statement statement;
    statement.has_principal = statement.has_action = true;
    statement.actions = {"sts:AssumeRole"};
    statement.principals.push_back({type, facts_->Keep(value), {}});
    document.statements.push_back(statement);
    return facts_->Add(document);
  }
  Graph Build() { return graph::Build(facts_, facts::kAfter, {}, diagnostics_); }
  static bool HasEdge(const Graph& graph, NodeId from, NodeId to, EdgeKind kind) {
    const auto edges = graph.out.of(from);
    return std::any_of(edges.begin(), edges.end(),
                       [&](const Edge& edge) { return edge.to == to && edge.kind == kind; });
  }

  std::shared_ptr<facts::Facts> facts_ = std::make_shared<facts::Facts>();
  source::Diagnostics diagnostics_;
};

TEST_F(BuilderTest, ARoleIsOneWhateverItsPathAndCase) {
  Role(kRole, facts::PolicyId::kNone);
  const Graph graph = Build();
  const NodeId role = graph.FindArn(kRole);
  ASSERT_NE(role, NodeId::kNone);
  EXPECT_EQ(graph.FindArn("arn:aws:iam::111122223333:role/APP"), role);
  EXPECT_EQ(graph.FindIam(facts::IamKind::kRole, "111122223333", "app"), role);
  EXPECT_EQ(graph.FindIam(facts::IamKind::kUser, "111122223333", "app"), NodeId::kNone);
  EXPECT_EQ(graph.FindIam(facts::IamKind::kRole, "444455556666", "app"), NodeId::kNone);
}

TEST_F(BuilderTest, TrustInAnAccountIsOneEdgeFromTheAccount) {
  Role(kRole, Trust(facts::PrincipalEntry::Type::kAws, "arn:aws:iam::444455556666:root"));
  const Graph graph = Build();
  const NodeId account = graph.Find("account|444455556666");
  ASSERT_NE(account, NodeId::kNone);
  EXPECT_TRUE(HasEdge(graph, account, graph.FindArn(kRole), EdgeKind::kAssumeRole));
  EXPECT_EQ(graph.Find("root|444455556666"), NodeId::kNone);
}

TEST_F(BuilderTest, TrustNamesStrangersIntoTheGraph) {
  Role(kRole, Trust(facts::PrincipalEntry::Type::kAws, "arn:aws:iam::444455556666:user/dana"));
  const Graph graph = Build();
  const NodeId dana = graph.FindArn("arn:aws:iam::444455556666:user/dana");
  ASSERT_NE(dana, NodeId::kNone);
  EXPECT_FALSE(graph.node(dana).declared);
  EXPECT_FALSE(graph.identity(dana)->policies_known);
  EXPECT_TRUE(HasEdge(graph, dana, graph.FindArn(kRole), EdgeKind::kAssumeRole));
}

TEST_F(BuilderTest, ATrustThatIsNotKnownCouldAdmitAnybody) {
  facts::Hole hole;
  hole.what = "aws_iam_role.app.assume_role_policy";
  facts::PolicyDocument document;
  document.open = facts_->holes.Add(hole);
  Role(kRole, facts_->Add(document));
  const Graph graph = Build();
  EXPECT_TRUE(HasEdge(graph, graph.everyone, graph.FindArn(kRole), EdgeKind::kAssumeRole));
  EXPECT_TRUE(HasEdge(graph, graph.everyone, graph.FindArn(kRole), EdgeKind::kWebIdentity));
}

TEST_F(BuilderTest, ADenyAdmitsNobody) {
  facts::PolicyDocument document;
  facts::Statement statement;
  statement.effect = facts::Statement::Effect::kDeny;
  statement.principals.push_back({facts::PrincipalEntry::Type::kAny, "*", {}});
  document.statements.push_back(statement);
  Role(kRole, facts_->Add(document));
  const Graph graph = Build();
  EXPECT_TRUE(graph.out.of(graph.everyone).empty());
}

TEST_F(BuilderTest, AttachmentsByNameFindTheRoleWithItsPath) {
  Role(kRole, facts::PolicyId::kNone);
  facts::PolicyAttachment attachment;
  attachment.target.kind = facts::IamKind::kRole;
  attachment.target.account = "111122223333";
  attachment.target.name = "app";
  attachment.policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  facts_->attachments.push_back(attachment);
  facts_->attachments.push_back(attachment);  // by a resource and in the role's own list: one
  const Graph graph = Build();
  const AwsIdentity* identity = graph.identity(graph.FindArn(kRole));
  ASSERT_EQ(identity->policies.size(), 1u);
  EXPECT_EQ(identity->policies[0].policy_arn, "arn:aws:iam::aws:policy/ReadOnlyAccess");
}

TEST_F(BuilderTest, AnAttachmentToOneOfSeveralIsPossibleForEach) {
  Role(kRole, facts::PolicyId::kNone);
  Role("arn:aws:iam::111122223333:role/other", facts::PolicyId::kNone);
  facts::Hole hole;
  hole.kind = facts::Hole::Kind::kChoice;
  hole.candidates = {kRole, "arn:aws:iam::111122223333:role/other"};
  facts::PolicyAttachment attachment;
  attachment.target.kind = facts::IamKind::kRole;
  attachment.target.arn = facts_->AddHole(hole);
  attachment.policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  facts_->attachments.push_back(attachment);
  const Graph graph = Build();
  for (const std::string_view arn :
       {kRole, std::string_view("arn:aws:iam::111122223333:role/other")}) {
    const AwsIdentity* identity = graph.identity(graph.FindArn(arn));
    ASSERT_EQ(identity->policies.size(), 1u) << arn;
    EXPECT_NE(identity->policies[0].maybe, facts::HoleId::kNone) << arn;
  }
}

TEST_F(BuilderTest, ManifestsBelongToTheOnlyCluster) {
  facts::Cluster cluster;
  cluster.name = "shop";
  facts_->clusters.push_back(cluster);
  facts::ServiceAccount account;
  account.namespace_name = "a";
  account.name = "bot";
  facts_->service_accounts.push_back(account);
  const Graph graph = Build();
  ASSERT_EQ(graph.clusters.size(), 1u);
  EXPECT_NE(graph.FindServiceAccount(0, "a", "bot"), NodeId::kNone);
  EXPECT_NE(graph.FindServiceAccount(0, "a", "default"), NodeId::kNone);
}

TEST_F(BuilderTest, ManifestsOfSeveralClustersAreUnassigned) {
  for (const char* name : {"one", "two"}) {
    facts::Cluster cluster;
    cluster.name = name;
    facts_->clusters.push_back(cluster);
  }
  facts::ServiceAccount account;
  account.namespace_name = "a";
  account.name = "bot";
  facts_->service_accounts.push_back(account);
  const Graph graph = Build();
  ASSERT_EQ(graph.clusters.size(), 3u);
  EXPECT_EQ(graph.clusters[2].name, "unassigned");
  ASSERT_FALSE(diagnostics_.all().empty());
  EXPECT_EQ(diagnostics_.all()[0].code, "graph.unassigned");
}

TEST_F(BuilderTest, OfTwoObjectsOfOneNameTheLaterStands) {
  for (const bool host_network : {false, true}) {
    facts::Workload workload;
    workload.kind = "pod";
    workload.namespace_name = "a";
    workload.name = "p";
    workload.service_account = "default";
    workload.host_network = host_network;
    facts_->workloads.push_back(workload);
  }
  const Graph graph = Build();
  ASSERT_EQ(graph.clusters[0].workloads.size(), 1u);
  EXPECT_TRUE(facts_->workloads[graph.clusters[0].workloads[0]].host_network);
}

TEST_F(BuilderTest, RecordsOfTheOtherWorldAreNotThere) {
  Role(kRole, facts::PolicyId::kNone).worlds = facts::kBefore;
  EXPECT_EQ(Build().FindArn(kRole), NodeId::kNone);
  EXPECT_NE(graph::Build(facts_, facts::kBefore, {}, diagnostics_).FindArn(kRole), NodeId::kNone);
}

}  // namespace
}  // namespace whomay::graph

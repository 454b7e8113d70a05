#include "eks/diagnose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/eks/cluster_fixture.h"

namespace whomay::eks {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kUser = "arn:aws:iam::123456789012:user/x";
constexpr std::string_view kRole = "arn:aws:iam::123456789012:role/x";

class DiagnoseTest : public testing::Test, public ClusterFixture {
 protected:
  std::vector<std::string> Codes() {
    std::vector<uint32_t> entries, policies, pods;
    for (uint32_t i = 0; i < facts.access_entries.size(); ++i) entries.push_back(i);
    for (uint32_t i = 0; i < facts.access_policies.size(); ++i) policies.push_back(i);
    for (uint32_t i = 0; i < facts.pod_identities.size(); ++i) pods.push_back(i);
    ClusterFacts given;
    given.facts = &facts;
    given.cluster = 0;
    given.access_entries = entries;
    given.access_policies = policies;
    given.aws_auth = facts.aws_auths.empty() ? kNone : 0;
    source::Diagnostics said;
    DiagnoseCluster(given, pods, said);
    EXPECT_FALSE(said.incomplete()) << "nothing is lost: EKS would not have it either";
    std::vector<std::string> codes;
    for (const source::Diagnostic& diagnostic : said.all()) {
      codes.push_back(diagnostic.code);
    }
    return codes;
  }
};

TEST_F(DiagnoseTest, AQuietCluster) {
  AddEntry(kUser);
  Associate(kUser, "AmazonEKSViewPolicy");
  EXPECT_THAT(Codes(), IsEmpty());
}

TEST_F(DiagnoseTest, Entries) {
  AddEntry(kUser, "system:x");
  AddEntry(kRole);
  AddEntry(kRole);
  EXPECT_THAT(Codes(), ElementsAre("eks.entry-refused", "eks.entry-duplicate"));
}

TEST_F(DiagnoseTest, Associations) {
  AddEntry(kRole, "", {}, "EC2_LINUX");
  Associate(kRole, "AmazonEKSViewPolicy");
  Associate(kUser, "AmazonEKSViewPolicy");
  AddEntry("arn:aws:iam::123456789012:user/y");
  Associate("arn:aws:iam::123456789012:user/y", "AmazonEKSNewPolicy");
  EXPECT_THAT(Codes(), ElementsAre("eks.association-refused", "eks.association-no-entry",
                                   "eks.access-policy-unknown"));
}

TEST_F(DiagnoseTest, AnEntryThatMayBeTheOne) {
  AddEntry(Hole());
  Associate(kUser, "AmazonEKSViewPolicy");
  EXPECT_THAT(Codes(), IsEmpty());
}

TEST_F(DiagnoseTest, Modes) {
  AddEntry(kUser);
  facts.aws_auths.emplace_back();
  cluster().mode = facts::AuthenticationMode::kConfigMap;
  EXPECT_THAT(Codes(), ElementsAre("eks.entries-ignored"));
  cluster().mode = facts::AuthenticationMode::kApi;
  EXPECT_THAT(Codes(), ElementsAre("eks.aws-auth-ignored"));
}

TEST_F(DiagnoseTest, PodIdentity) {
  facts::PodIdentityAssociation& association = facts.pod_identities.emplace_back();
  association.role_arn = "arn:aws:iam::999999999999:role/x";
  EXPECT_THAT(Codes(), ElementsAre("eks.pod-identity-refused"));
}

}  // namespace
}  // namespace whomay::eks

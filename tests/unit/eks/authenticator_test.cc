#include "eks/authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "eks/access_entry.h"
#include "tests/unit/eks/cluster_fixture.h"

namespace whomay::eks {
namespace {

using facts::AuthenticationMode;
using testing::ElementsAre;
using testing::IsEmpty;
using Via = Outcome::Via;
using Refusal = Authentication::Refusal;

constexpr std::string_view kOne = "arn:aws:iam::123456789012:user/UserOne";
constexpr std::string_view kTwo = "arn:aws:iam::123456789012:user/UserTwo";
constexpr std::string_view kThree = "arn:aws:iam::123456789012:user/UserThree";
constexpr std::string_view kCreator = "arn:aws:iam::123456789012:user/ajohnson";
constexpr std::string_view kStranger = "arn:aws:iam::123456789012:user/Stranger";
constexpr std::string_view kNodeRole = "arn:aws:iam::123456789012:role/default_node_group";
const std::vector<std::string_view> kFourNamespaces = {"default", "kube-node-lease", "kube-public",
                                                       "kube-system"};

// The article's system with access entries for the creator and UserThree (S2).
class Article : public testing::Test, public ClusterFixture {
 protected:
  Article() {
    AddEntry(kCreator);
    Associate(kCreator, "AmazonEKSClusterAdminPolicy");
    AddEntry(kThree, "UserThree");
    Associate(kThree, "AmazonEKSViewPolicy", kFourNamespaces);
    map_roles =
        "- rolearn: arn:aws:iam::123456789012:role/default_node_group\n"
        "  username: system:node:{{EC2PrivateDNSName}}\n"
        "  groups: [system:bootstrappers, system:nodes]\n";
    map_users =
        "- userarn: arn:aws:iam::123456789012:user/UserOne\n"
        "  username: UserOne\n"
        "  groups: [system:masters]\n"
        "- userarn: arn:aws:iam::123456789012:user/UserTwo\n"
        "  username: UserTwo\n"
        "  groups: [eks-default]\n";
    map_accounts = "[]";
  }

  // The one certain outcome's user name and groups; "?" when there is no such.
  std::string As(std::string_view arn) {
    const Authentication a = Ask(arn);
    if (a.outcomes.empty()) {
      return "401";
    }
    if (a.outcomes.size() > 1 || a.outcomes[0].certainty != Tri::kTrue ||
        a.authenticated != Tri::kTrue) {
      return "?";
    }
    std::string text = a.outcomes[0].username + " [";
    for (const std::string& group : a.outcomes[0].groups) {
      text += group + " ";
    }
    return text + "]";
  }
  bool Policy(std::string_view arn, const rbac::Request& request) {
    const Authentication a = Ask(arn);
    return a.outcomes.size() == 1 &&
           AuthorizeAccessPolicies(facts, a.outcomes[0], request).allowed == Tri::kTrue;
  }
};

rbac::Request Resource(std::string_view verb, std::string_view group, std::string_view resource,
                       std::string_view ns, std::string_view name = {},
                       std::string_view subresource = {}) {
  return {verb, group, resource, subresource, ns, name, {}};
}

TEST_F(Article, WhoIsWho) {
  EXPECT_EQ(As(kOne), "UserOne [system:masters ]");
  EXPECT_EQ(As(kTwo), "UserTwo [eks-default ]");
  EXPECT_EQ(As(kThree), "UserThree []");
  EXPECT_EQ(As(kCreator), "arn:aws:iam::123456789012:user/ajohnson []");
  EXPECT_EQ(As(kStranger), "401");
  EXPECT_EQ(As("arn:aws:iam::123456789012:root"), "401");
  EXPECT_EQ(As("arn:aws:sts::123456789012:assumed-role/default_node_group/i-0123456789abcdef0"),
            "system:node:{{EC2PrivateDNSName}} [system:bootstrappers system:nodes ]");
  EXPECT_EQ(As("arn:aws:sts::123456789012:assumed-role/default_node_group/alice"), "401");
  EXPECT_EQ(Ask("arn:aws:sts::123456789012:assumed-role/default_node_group/alice").refusal,
            Refusal::kSession);
  const Authentication any_session = Ask(kNodeRole);
  ASSERT_EQ(any_session.outcomes.size(), 1u);
  EXPECT_TRUE(any_session.outcomes[0].needs_instance_session);
  EXPECT_TRUE(any_session.outcomes[0].node);
}

TEST_F(Article, AccessPolicies) {
  EXPECT_TRUE(Policy(kCreator, Resource("delete", "apps", "deployments", "x")));
  EXPECT_TRUE(Policy(kCreator, {"get", {}, {}, {}, {}, {}, "/metrics"}));
  EXPECT_TRUE(Policy(kThree, Resource("list", "", "pods", "default")));
  EXPECT_TRUE(Policy(kThree, Resource("get", "", "pods", "kube-system", "x", "log")));
  EXPECT_TRUE(Policy(kThree, Resource("get", "", "configmaps", "kube-system", "aws-auth")));
  EXPECT_TRUE(Policy(kThree, Resource("get", "", "namespaces", "default", "default"))) << "K42";
  EXPECT_FALSE(Policy(kThree, Resource("list", "", "pods", "")));
  EXPECT_FALSE(Policy(kThree, Resource("list", "", "namespaces", "")));
  EXPECT_FALSE(Policy(kThree, Resource("list", "", "pods", "pod-id")));
  EXPECT_FALSE(Policy(kThree, Resource("create", "", "pods", "default")));
  EXPECT_FALSE(Policy(kThree, Resource("get", "", "secrets", "default")));
  EXPECT_FALSE(Policy(kThree, Resource("get", "", "nodes", "", "n")));
  EXPECT_FALSE(Policy(kThree, {"get", {}, {}, {}, {}, {}, "/metrics"}));
}

// spec/eks.md 7.2.
TEST_F(Article, M01ModeApi) {
  cluster().mode = AuthenticationMode::kApi;
  EXPECT_EQ(As(kOne), "401");
  EXPECT_EQ(As(kTwo), "401");
  EXPECT_EQ(As(kNodeRole), "401");
  EXPECT_EQ(As(kThree), "UserThree []");
  EXPECT_EQ(As(kCreator), "arn:aws:iam::123456789012:user/ajohnson []");
}
TEST_F(Article, M02AnEntryOverridesAwsAuth) {
  AddEntry(kOne);
  Associate(kOne, "AmazonEKSViewPolicy");
  EXPECT_EQ(As(kOne), "arn:aws:iam::123456789012:user/UserOne []");
  EXPECT_TRUE(Policy(kOne, Resource("list", "", "pods", "")));
  EXPECT_FALSE(Policy(kOne, Resource("create", "", "pods", "default")));
}
TEST_F(Article, M03EntryWithGroups) {
  AddEntry(kTwo, "", {"eks-default"});
  EXPECT_EQ(As(kTwo), "arn:aws:iam::123456789012:user/UserTwo [eks-default ]");
}
TEST_F(Article, M04ArnInOtherCase) {
  map_users = "- {userarn: 'ARN:AWS:IAM::123456789012:USER/userone', username: UserOne}";
  EXPECT_EQ(As(kOne), "UserOne []");
}
TEST_F(Article, M05UserUnderMapRoles) {
  map_roles =
      "- {rolearn: 'arn:aws:iam::123456789012:user/UserTwo', username: UserTwo, groups: [g]}";
  map_users = "";
  EXPECT_EQ(As(kTwo), "UserTwo [g ]");
}
TEST_F(Article, M06ScalarGroups) {
  map_users =
      "- userarn: arn:aws:iam::123456789012:user/UserTwo\n"
      "  username: UserTwo\n"
      "  groups: eks-default\n";
  EXPECT_EQ(As(kTwo), "UserTwo []");
}
TEST_F(Article, M08LastOfTwoEntriesStands) {
  map_users +=
      "- userarn: arn:aws:iam::123456789012:user/UserTwo\n"
      "  username: UserTwo\n"
      "  groups: [other]\n";
  EXPECT_EQ(As(kTwo), "UserTwo [other ]");
}
TEST_F(Article, M09BrokenSectionLeavesTheOthers) {
  map_users = "- userarn: x\n\tusername: y\n";
  EXPECT_EQ(As(kOne), "401");
  EXPECT_EQ(As(kTwo), "401");
  EXPECT_EQ(Ask(kNodeRole).authenticated, Tri::kTrue);
}
TEST_F(Article, M11UserPaths) {
  map_users = "- {userarn: 'arn:aws:iam::123456789012:user/UserTwo', username: UserTwo}";
  EXPECT_EQ(As("arn:aws:iam::123456789012:user/team/UserTwo"), "401");
}
TEST_F(Article, M11UserPathInMapping) {
  map_users = "- {userarn: 'arn:aws:iam::123456789012:user/team/UserTwo', username: UserTwo}";
  EXPECT_EQ(As("arn:aws:iam::123456789012:user/team/UserTwo"), "UserTwo []");
}
TEST_F(Article, M12RolePaths) {
  map_roles =
      "- {rolearn: 'arn:aws:iam::123456789012:role/team/dev', username: with-path}\n"
      "- {rolearn: 'arn:aws:iam::123456789012:role/ops', username: without}\n";
  EXPECT_EQ(As("arn:aws:iam::123456789012:role/team/dev"), "401");
  EXPECT_EQ(As("arn:aws:iam::123456789012:role/team/ops"), "without []");
}
TEST_F(Article, M13MapAccounts) {
  map_accounts = "[\"123456789012\"]";
  EXPECT_EQ(As(kStranger), "arn:aws:iam::123456789012:user/Stranger []");
  EXPECT_EQ(As(kThree), "UserThree []");
}
TEST_F(Article, M14NamespaceGlobs) {
  facts.access_policies[1].namespaces = {"kube-*"};
  for (const std::string_view ns : {"kube-system", "kube-public", "kube-node-lease"}) {
    EXPECT_TRUE(Policy(kThree, Resource("list", "", "pods", ns))) << ns;
  }
  EXPECT_FALSE(Policy(kThree, Resource("list", "", "pods", "default")));
  EXPECT_FALSE(Policy(kThree, Resource("list", "", "pods", "")));
}
TEST_F(Article, M15ClusterScope) {
  facts.access_policies[1].scope = facts::AccessPolicyAssociation::Scope::kCluster;
  EXPECT_TRUE(Policy(kThree, Resource("list", "", "pods", "")));
  EXPECT_TRUE(Policy(kThree, Resource("list", "", "namespaces", "")));
  EXPECT_FALSE(Policy(kThree, Resource("list", "", "nodes", "")));
  EXPECT_FALSE(Policy(kThree, Resource("list", "", "secrets", "")));
}
TEST_F(Article, M16And17EditAndAdmin) {
  for (const std::string_view policy : {"AmazonEKSEditPolicy", "AmazonEKSAdminPolicy"}) {
    facts.access_policies[1].policy_arn =
        facts.Keep("arn:aws:eks::aws:cluster-access-policy/" + std::string(policy));
    const bool admin = policy == "AmazonEKSAdminPolicy";
    EXPECT_TRUE(Policy(kThree, Resource("create", "", "pods", "default")));
    EXPECT_TRUE(Policy(kThree, Resource("get", "", "secrets", "default", "s")));
    EXPECT_TRUE(Policy(kThree, Resource("impersonate", "", "serviceaccounts", "default", "s")));
    EXPECT_EQ(
        Policy(kThree, Resource("create", "rbac.authorization.k8s.io", "rolebindings", "default")),
        admin);
    EXPECT_FALSE(
        Policy(kThree, Resource("create", "", "serviceaccounts", "default", "s", "token")));
    EXPECT_FALSE(Policy(kThree, Resource("bind", "rbac.authorization.k8s.io", "roles", "default")));
  }
}
TEST_F(Article, M19RefusedEntriesGrantNothing) {
  facts.access_entries[1].user_name = "system:foo";
  EXPECT_NE(WhyEntryRefused(facts.access_entries[1]), "");
  EXPECT_EQ(As(kThree), "401");
}
TEST_F(Article, M19ReservedGroupFallsBackToAwsAuth) {
  AddEntry(kTwo, "", {"system:masters"});
  EXPECT_EQ(As(kTwo), "UserTwo [eks-default ]") << "no such entry can exist";
}

TEST_F(Article, ConfigMapModeKnowsNoEntries) {
  cluster().mode = AuthenticationMode::kConfigMap;
  EXPECT_EQ(As(kThree), "401");
  EXPECT_EQ(As(kOne), "UserOne [system:masters ]");
}

TEST_F(Article, UnknownModeIsUnknownWhereTheModesDiffer) {
  cluster().mode = AuthenticationMode::kUnknown;
  EXPECT_EQ(As(kStranger), "401");
  for (const std::string_view principal : {kOne, kThree}) {
    const Authentication a = Ask(principal);
    EXPECT_EQ(a.authenticated, Tri::kUnknown);
    ASSERT_EQ(a.outcomes.size(), 1u);
    EXPECT_EQ(a.outcomes[0].why, Outcome::Why::kMode);
  }
}

TEST_F(Article, AClusterThatIsOnlyMentioned) {
  has_cluster = false;
  const Authentication a = Ask(kOne);
  EXPECT_EQ(a.authenticated, Tri::kTrue);
  EXPECT_TRUE(a.mode_assumed);
}

TEST_F(Article, NoAwsAuth) {
  has_aws_auth = false;
  const Authentication a = Ask(kOne);
  EXPECT_EQ(a.authenticated, Tri::kFalse);
  EXPECT_EQ(a.refusal, Refusal::kUnmapped);
  EXPECT_TRUE(a.aws_auth_absent);
  cluster().mode = AuthenticationMode::kApi;
  EXPECT_FALSE(Ask(kOne).aws_auth_absent);
}

TEST_F(Article, Creator) {
  facts.access_entries.clear();
  facts.access_policies.clear();
  cluster().creator = kCreator;
  EXPECT_EQ(As(kCreator), "401") << "bootstrap was turned off";
  cluster().creator_is_admin = Tri::kTrue;
  Authentication a = Ask(kCreator);
  ASSERT_EQ(a.outcomes.size(), 1u);
  EXPECT_EQ(a.outcomes[0].via, Via::kCreatorEntry);
  EXPECT_TRUE(Policy(kCreator, Resource("delete", "", "nodes", "")));
  cluster().mode = AuthenticationMode::kConfigMap;
  EXPECT_EQ(As(kCreator), "kubernetes-admin [system:masters ]");
  cluster().creator_is_admin = Tri::kUnknown;
  a = Ask(kCreator);
  EXPECT_EQ(a.authenticated, Tri::kUnknown);
  EXPECT_EQ(a.outcomes[0].why, Outcome::Why::kCreator);
}

TEST_F(Article, NodeGroupsHaveAnEntryOfTheirOwn) {
  facts::NodeGroup& group = facts.node_groups.emplace_back();
  group.role_arn = kNodeRole;
  const Authentication a = Ask(kNodeRole);
  ASSERT_EQ(a.outcomes.size(), 1u);
  EXPECT_EQ(a.outcomes[0].via, Via::kImplicitEntry);
  EXPECT_THAT(a.outcomes[0].groups, ElementsAre("system:nodes"));
  EXPECT_TRUE(a.outcomes[0].node);
  EXPECT_EQ(As("arn:aws:sts::123456789012:assumed-role/default_node_group/alice"), "401");
  cluster().mode = AuthenticationMode::kConfigMap;
  EXPECT_EQ(Ask(kNodeRole).outcomes[0].via, Via::kAwsAuthRole);
  cluster().mode = AuthenticationMode::kApi;
  facts.node_groups[0].kind = facts::NodeGroup::Kind::kFargate;
  EXPECT_TRUE(Ask(kNodeRole).outcomes[0].undocumented) << "its groups are nowhere written";
  facts.node_groups[0].kind = facts::NodeGroup::Kind::kSelfManaged;
  EXPECT_EQ(As(kNodeRole), "401") << "self-managed nodes need an entry";
}

TEST_F(Article, EntryTypes) {
  struct Case {
    std::string_view type, username;
    std::vector<std::string> groups;
    bool undocumented;
  };
  const Case cases[] = {
      {"EC2_LINUX", "system:node:{{EC2PrivateDNSName}}", {"system:nodes"}, false},
      {"EC2", "system:node:i-12345678", {"system:nodes"}, false},
      {"FARGATE_LINUX", "system:node:i-12345678", {"system:nodes", "system:node-proxier"}, true},
      {"HYPERPOD_LINUX", "", {}, true},
      {"SOMETHING_NEW", "", {}, true},
  };
  for (const Case& c : cases) {
    facts.access_entries.clear();
    AddEntry(kNodeRole, "", {}, c.type);
    const Authentication a =
        Ask("arn:aws:sts::123456789012:assumed-role/default_node_group/i-12345678");
    ASSERT_EQ(a.outcomes.size(), 1u) << c.type;
    EXPECT_EQ(a.authenticated, Tri::kTrue);
    EXPECT_EQ(a.outcomes[0].username, c.username);
    EXPECT_EQ(a.outcomes[0].groups, c.groups);
    EXPECT_EQ(a.outcomes[0].undocumented, c.undocumented);
    EXPECT_EQ(a.outcomes[0].username_open, c.username.empty());
  }
}

TEST_F(Article, DefaultUserNameOfARole) {
  AddEntry("arn:aws:iam::123456789012:role/team/dev");
  EXPECT_EQ(As("arn:aws:iam::123456789012:role/team/dev"),
            "arn:aws:sts::123456789012:assumed-role/dev/{{SessionName}} []");
  EXPECT_EQ(As("arn:aws:sts::123456789012:assumed-role/dev/a@b"),
            "arn:aws:sts::123456789012:assumed-role/dev/a-b []")
      << "the session's ARN has no path; the name is unique in the account";
  EXPECT_EQ(As("arn:aws:iam::123456789012:role/dev"), "401") << "another role";
}

TEST_F(Article, OtherPartitionsCannotSignIn) {
  map_accounts = "['123456789012']";
  EXPECT_EQ(Ask("arn:aws-cn:iam::123456789012:user/x").refusal, Refusal::kPartition);
  EXPECT_EQ(Ask("arn:aws-us-gov:iam::123456789012:user/x").authenticated, Tri::kTrue);
}

TEST_F(Article, AnEntryWhosePrincipalIsAHole) {
  AddEntry(Hole(), "someone");
  const Authentication two = Ask(kTwo);
  EXPECT_EQ(two.authenticated, Tri::kTrue) << "by the entry or by aws-auth";
  ASSERT_EQ(two.outcomes.size(), 2u);
  EXPECT_EQ(two.outcomes[0].via, Via::kAccessEntry);
  EXPECT_EQ(two.outcomes[1].via, Via::kAwsAuthUser);
  EXPECT_EQ(two.outcomes[1].certainty, Tri::kUnknown);
  EXPECT_EQ(Ask(kStranger).authenticated, Tri::kUnknown);
  EXPECT_EQ(As(kThree), "UserThree []") << "one entry a principal";
}

TEST_F(Article, AwsAuthUnknownUntilApply) {
  facts::Hole hole;
  hole.what = "data";
  facts::AwsAuth& aws_auth = facts.aws_auths.emplace_back();
  aws_auth.roles_open = aws_auth.users_open = aws_auth.accounts_open = facts.holes.Add(hole);
  EXPECT_EQ(Ask(kOne).authenticated, Tri::kUnknown);
  EXPECT_EQ(Ask(kStranger).authenticated, Tri::kUnknown);
  EXPECT_EQ(open_to_anybody, aws_auth.roles_open);
  EXPECT_EQ(As(kThree), "UserThree []") << "the entry decides before aws-auth is looked at";
  cluster().mode = AuthenticationMode::kApi;
  EXPECT_EQ(As(kStranger), "401");
  EXPECT_EQ(open_to_anybody, facts::HoleId::kNone);
}

TEST(WhyEntryRefused, TruthTable) {
  struct Case {
    std::string_view principal, type, user_name;
    std::vector<facts::Str> groups;
    bool refused;
  };
  const Case cases[] = {
      {kOne, "STANDARD", "", {}, false},
      {kOne, "STANDARD", "dana", {"eks-admins"}, false},
      {kOne, "STANDARD", "system:x", {}, true},
      {kOne, "STANDARD", "eks:x", {}, true},
      {kOne, "STANDARD", "iam:x", {}, true},
      {kOne, "STANDARD", "systemx", {}, false},
      {kOne, "STANDARD", "{{SessionName}}", {}, true},
      {kOne, "STANDARD", "a:{{SessionNameRaw}}", {}, false},
      {kOne, "STANDARD", "{{SessionName}}:a", {}, true},
      {kOne, "STANDARD", "", {"ok", "system:masters"}, true},
      {kOne, "EC2_LINUX", "", {}, true},
      {kNodeRole, "EC2_LINUX", "", {}, false},
      {kNodeRole, "EC2_LINUX", "system:node:{{EC2PrivateDNSName}}", {"system:nodes"}, false},
      {kNodeRole, "EC2_LINUX", "", {"own"}, true},
      {kNodeRole, "NEW_TYPE", "", {"x"}, false},
      {"arn:aws:sts::123456789012:assumed-role/x/y", "STANDARD", "", {}, true},
      {"arn:aws:iam::123456789012:group/x", "STANDARD", "", {}, true},
      {"arn:aws:iam::123456789012:role/aws-service-role/eks.amazonaws.com/X",
       "STANDARD",
       "",
       {},
       true},
  };
  for (const Case& c : cases) {
    facts::AccessEntry entry;
    entry.principal_arn = c.principal;
    entry.type = c.type;
    entry.user_name = c.user_name;
    entry.groups = c.groups;
    entry.origin.address = "aws_eks_access_entry.x";
    EXPECT_EQ(!WhyEntryRefused(entry).empty(), c.refused) << c.principal << c.type << c.user_name;
  }
}

}  // namespace
}  // namespace whomay::eks

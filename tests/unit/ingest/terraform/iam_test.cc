#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ingest/terraform/reading_fixture.h"

namespace whomay::ingest {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

std::string Resource(const std::string& address, const std::string& type, const std::string& values,
                     const std::string& more = "") {
  return R"({"address":")" + address + R"(","mode":")" +
         (address.compare(0, 5, "data.") == 0 ? "data" : "managed") + R"(","type":")" + type +
         R"(","values":)" + values + more + "}";
}

std::string State(const std::string& resources) {
  return R"({"format_version":"1.0","values":{"root_module":{"resources":[)" + resources + "]}}}";
}

TEST(Iam, RolesListsRepeatWhatOthersAttach) {
  const char* role =
      R"({"name":"r","arn":"arn:aws:iam::111122223333:role/r","managed_policy_arns":["arn:aws:iam::aws:policy/A",)"
      R"("arn:aws:iam::aws:policy/B"],"inline_policy":[{"name":"i","policy":"{}"},{"name":"j","policy":"{}"},)"
      R"({"name":"","policy":""}]})";
  ReadResult result;
  ReadText(State(Resource("aws_iam_role.r", "aws_iam_role", role) + "," +
                 Resource("aws_iam_role_policy_attachment.a", "aws_iam_role_policy_attachment",
                          R"({"role":"r","policy_arn":"arn:aws:iam::aws:policy/A"})") +
                 "," +
                 Resource("aws_iam_role_policy.i", "aws_iam_role_policy",
                          R"({"role":"r","name":"i","policy":"{}"})")),
           result);
  EXPECT_THAT(result.facts.attachments, SizeIs(2));
  EXPECT_THAT(result.facts.inline_policies, SizeIs(2));
  EXPECT_THAT(
      result.Of("aws_iam_role_policy_attachment.a"),
      ElementsAre("both: attach arn:aws:iam::aws:policy/A to arn:aws:iam::111122223333:role/r"));
}

TEST(Iam, AttachmentThatIsTakenAwayIsGoneAfter) {
  const char* role =
      R"({"name":"r","arn":"arn:aws:iam::111122223333:role/r","managed_policy_arns":["arn:aws:iam::aws:policy/A"]})";
  const char* attachment = R"({"role":"r","policy_arn":"arn:aws:iam::aws:policy/A"})";
  ReadResult result;
  ReadText(
      Plan(
          std::string(
              R"({"address":"aws_iam_role.r","type":"aws_iam_role","mode":"managed","change":)"
              R"({"actions":["no-op"],"before":)") +
              role + R"(,"after":)" + role +
              R"(,"after_unknown":{}}},{"address":"aws_iam_role_policy_attachment.a","mode":"managed",)"
              R"("type":"aws_iam_role_policy_attachment","change":{"actions":["delete"],"before":)" +
              attachment + R"(,"after":null}})",
          "{}",
          R"("prior_state":{"values":{"root_module":{"resources":[)" +
              Resource("aws_iam_role.r", "aws_iam_role", role) + "," +
              Resource("aws_iam_role_policy_attachment.a", "aws_iam_role_policy_attachment",
                       attachment) +
              "]}}}"),
      result);
  ASSERT_THAT(result.facts.attachments, SizeIs(1));
  EXPECT_EQ(result.facts.attachments[0].worlds, facts::kBefore);
}

TEST(Iam, NamesInStatesOfSeveralAccounts) {
  // Two roles of one name; the attachment depends on the second.
  ReadResult result;
  ReadText(
      State(Resource("aws_iam_role.a", "aws_iam_role",
                     R"({"name":"r","arn":"arn:aws:iam::111122223333:role/r"})") +
            "," +
            Resource("aws_iam_role.b", "aws_iam_role",
                     R"({"name":"r","arn":"arn:aws:iam::444455556666:role/x/r"})") +
            "," +
            Resource("aws_iam_role_policy_attachment.known", "aws_iam_role_policy_attachment",
                     R"({"role":"r","policy_arn":"p"})", R"(,"depends_on":["aws_iam_role.b"])") +
            "," +
            Resource("aws_iam_role_policy_attachment.open", "aws_iam_role_policy_attachment",
                     R"({"role":"r","policy_arn":"p"})")),
      result);
  EXPECT_THAT(result.Of("aws_iam_role_policy_attachment.known"),
              ElementsAre("both: attach p to arn:aws:iam::444455556666:role/x/r"));
  EXPECT_THAT(result.Of("aws_iam_role_policy_attachment.open"),
              ElementsAre("both: attach p to <one of arn:aws:iam::111122223333:role/r "
                          "arn:aws:iam::444455556666:role/x/r>"));
}

TEST(Iam, DeclaredAndMentioned) {
  ReadResult result;
  ReadText(
      State(
          Resource("aws_iam_role.r", "aws_iam_role",
                   R"({"name":"r","arn":"arn:aws:iam::111122223333:role/r"})") +
          "," +
          Resource("data.aws_iam_role.r", "aws_iam_role",
                   R"({"name":"r","arn":"arn:aws:iam::111122223333:role/r"})") +
          "," +
          Resource(
              "data.aws_iam_role.o", "aws_iam_role",
              R"({"name":"o","arn":"arn:aws:iam::111122223333:role/p/o","path":"/p/","assume_role_policy":)"
              R"("{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"AWS\":\"*\"}}]}"})") +
          "," +
          Resource(
              "data.aws_iam_roles.sso", "aws_iam_roles",
              R"({"arns":["arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_a_0"]})")),
      result);
  EXPECT_THAT(result.Of("data.aws_iam_role.r"), IsEmpty());
  EXPECT_THAT(
      result.Of("data.aws_iam_role.o"),
      ElementsAre(HasSubstr(
          "role/p/o mentioned account 111122223333 path /p/ name o trust {Allow by aws:*")));
  EXPECT_THAT(result.Of("data.aws_iam_roles.sso"),
              ElementsAre(HasSubstr(
                  "mentioned account 111122223333 path /aws-reserved/sso.amazonaws.com/ name "
                  "AWSReservedSSO_a_0")));
}

TEST(Iam, MembershipsProfilesAndManyAttachments) {
  const char* arn = R"("arn":"arn:aws:iam::111122223333:)";
  ReadResult result;
  ReadText(
      State(Resource("aws_iam_user.u", "aws_iam_user",
                     std::string(R"({"name":"u",)") + arn + R"(user/t/u"})") +
            "," +
            Resource("aws_iam_group.g", "aws_iam_group",
                     std::string(R"({"name":"g",)") + arn + R"(group/g"})") +
            "," +
            Resource("aws_iam_user_group_membership.m", "aws_iam_user_group_membership",
                     R"({"user":"u","groups":["g","elsewhere"]})") +
            "," +
            Resource("aws_iam_policy_attachment.p", "aws_iam_policy_attachment",
                     R"({"users":["u"],"groups":["g"],"roles":[],"policy_arn":"x"})") +
            "," +
            Resource("aws_iam_instance_profile.i", "aws_iam_instance_profile",
                     std::string(R"({"name":"i","role":"r",)") + arn + R"(instance-profile/i"})") +
            "," +
            Resource("aws_iam_role_policy_attachments_exclusive.e",
                     "aws_iam_role_policy_attachments_exclusive",
                     R"({"role_name":"r","policy_arns":["y","z"]})")),
      result);
  EXPECT_THAT(
      result.Of("aws_iam_user_group_membership.m"),
      ElementsAre(
          "both: member arn:aws:iam::111122223333:user/t/u of arn:aws:iam::111122223333:group/g",
          "both: member arn:aws:iam::111122223333:user/t/u of 111122223333/elsewhere"));
  EXPECT_THAT(result.Of("aws_iam_policy_attachment.p"),
              UnorderedElementsAre("both: attach x to arn:aws:iam::111122223333:user/t/u",
                                   "both: attach x to arn:aws:iam::111122223333:group/g"));
  EXPECT_THAT(
      result.Of("aws_iam_instance_profile.i"),
      ElementsAre("both: profile arn:aws:iam::111122223333:instance-profile/i 111122223333/r"));
  EXPECT_THAT(result.Of("aws_iam_role_policy_attachments_exclusive.e"), SizeIs(2));
}

TEST(Iam, UrlsOfProvidersLoseTheirScheme) {
  ReadResult result;
  ReadText(Plan(Create("aws_iam_openid_connect_provider.o", "aws_iam_openid_connect_provider",
                       R"({"url":"https://host/id/1/","client_id_list":["sts.amazonaws.com"]})",
                       R"({"arn":true})")),
           result);
  EXPECT_THAT(
      result.Of("aws_iam_openid_connect_provider.o"),
      ElementsAre("after: oidc arn:aws:iam::<account of the provider>:oidc-provider/host/id/1 url "
                  "host/id/1 clients [sts.amazonaws.com]"));
}

TEST(ResourcePolicies, OnTheResourceAndBesideIt) {
  const char* policy =
      R"("{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\",\"Principal\":\"*\"}]}")";
  ReadResult result;
  ReadText(
      State(
          Resource(
              "aws_s3_bucket.b", "aws_s3_bucket",
              std::string(R"({"bucket":"b","arn":"arn:aws:s3:::b","policy":)") + policy + "}") +
          "," +
          Resource("aws_s3_bucket_policy.b", "aws_s3_bucket_policy",
                   std::string(R"({"bucket":"b","policy":)") + policy + "}") +
          "," +
          Resource(
              "aws_s3_bucket.c", "aws_s3_bucket",
              std::string(R"({"bucket":"c","arn":"arn:aws:s3:::c","policy":)") + policy + "}") +
          "," +
          Resource(
              "aws_sqs_queue_policy.q", "aws_sqs_queue_policy",
              std::string(
                  R"({"queue_url":"https://sqs.eu-west-1.amazonaws.com/111122223333/q","policy":)") +
                  policy + "}") +
          "," +
          Resource("aws_ecr_repository_policy.e", "aws_ecr_repository_policy",
                   std::string(R"({"repository":"team/app","policy":)") + policy + "}")),
      result);
  EXPECT_THAT(result.Of("aws_s3_bucket.b"), ElementsAre(HasSubstr("resource s3")));
  EXPECT_THAT(result.Of("aws_s3_bucket_policy.b"),
              ElementsAre(HasSubstr("resource-policy s3 arn:aws:s3:::b ")));
  EXPECT_THAT(result.Of("aws_s3_bucket.c"), SizeIs(2));
  EXPECT_THAT(
      result.Of("aws_sqs_queue_policy.q"),
      ElementsAre(HasSubstr("sqs arn:aws:sqs:eu-west-1:111122223333:q account 111122223333")));
  EXPECT_THAT(result.Of("aws_ecr_repository_policy.e"),
              ElementsAre(HasSubstr("repository/team/app")));
}

TEST(ResourcePolicies, PermissionsAndGrantsAreStatements) {
  ReadResult result;
  ReadText(
      State(
          Resource(
              "aws_lambda_permission.l", "aws_lambda_permission",
              R"({"function_name":"arn:aws:lambda:eu-west-1:111122223333:function:f","action":"lambda:InvokeFunction",)"
              R"("principal":"s3.amazonaws.com","source_arn":"arn:aws:s3:::b","source_account":"111122223333",)"
              R"("statement_id":"S","qualifier":"live"})") +
          "," +
          Resource("aws_kms_grant.g", "aws_kms_grant",
                   R"({"key_id":"arn:aws:kms:eu-west-1:111122223333:key/k","grantee_principal":)"
                   R"("arn:aws:iam::111122223333:role/r","operations":["Decrypt"],"constraints":)"
                   R"([{"encryption_context_subset":{"app":"x"}}]})")),
      result);
  EXPECT_THAT(
      result.Of("aws_lambda_permission.l"),
      ElementsAre(
          "both: resource-policy lambda arn:aws:lambda:eu-west-1:111122223333:function:f:live "
          "account "
          "111122223333 {Allow by service:s3.amazonaws.com do [lambda:InvokeFunction] on "
          "[arn:aws:lambda:eu-west-1:111122223333:function:f:live] if ArnLike AWS:SourceArn "
          "[arn:aws:s3:::b] if StringEquals AWS:SourceAccount [111122223333]}"));
  EXPECT_THAT(
      result.Of("aws_kms_grant.g"),
      ElementsAre("both: resource-policy kms arn:aws:kms:eu-west-1:111122223333:key/k account "
                  "111122223333 {Allow by aws:arn:aws:iam::111122223333:role/r do [kms:Decrypt] on "
                  "[arn:aws:kms:eu-west-1:111122223333:key/k] if StringEquals "
                  "kms:EncryptionContext:app [x]}"));
}

TEST(Organizations, PoliciesAndWhatTheySitOn) {
  ReadResult result;
  ReadText(
      Plan(
          Create(
              "aws_organizations_policy.p", "aws_organizations_policy",
              R"({"type":"SERVICE_CONTROL_POLICY","name":"n","content":"{\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}"})",
              R"({"id":true,"arn":true})") +
              "," +
              Create("aws_organizations_policy.tags", "aws_organizations_policy",
                     R"({"type":"TAG_POLICY","name":"t","content":"{}"})", R"({"id":true})") +
              "," +
              Create("aws_organizations_policy_attachment.a", "aws_organizations_policy_attachment",
                     R"({"target_id":"111122223333"})", R"({"policy_id":true})"),
          R"({"resources":[{"address":"aws_organizations_policy_attachment.a","expressions":{"policy_id":)"
          R"({"references":["aws_organizations_policy.p.id","aws_organizations_policy.p"]}}}]})"),
      result);
  EXPECT_THAT(result.Of("aws_organizations_policy.tags"), IsEmpty());
  EXPECT_THAT(
      result.Of("aws_organizations_policy_attachment.a"),
      ElementsAre(HasSubstr("organization-policy p-FullAWSAccess"),
                  "after: organization-attach p-FullAWSAccess to 111122223333",
                  "after: organization-attach <aws_organizations_policy.p.id> to 111122223333"));
}

TEST(IdentityCenter, AssignmentsAreRoles) {
  const char* set = "arn:aws:sso:::permissionSet/ssoins-1/ps-1";
  const std::string of = std::string(R"("permission_set_arn":")") + set + R"(","instance_arn":"x")";
  const auto assignment = [&](const char* address, const char* principal, const char* account) {
    return Resource(
        address, "aws_ssoadmin_account_assignment",
        "{" + of + R"(,"principal_id":")" + principal + R"(","target_id":")" + account + "\"}");
  };
  ReadResult result;
  ReadText(
      State(Resource("aws_ssoadmin_permission_set.s", "aws_ssoadmin_permission_set",
                     std::string(R"({"name":"Admin","arn":")") + set + "\"}") +
            "," + assignment("aws_ssoadmin_account_assignment.a", "g1", "111122223333") + "," +
            assignment("aws_ssoadmin_account_assignment.b", "g2", "111122223333") + "," +
            assignment("aws_ssoadmin_account_assignment.c", "g1", "444455556666") + "," +
            Resource(
                "aws_ssoadmin_managed_policy_attachment.m",
                "aws_ssoadmin_managed_policy_attachment",
                "{" + of + R"(,"managed_policy_arn":"arn:aws:iam::aws:policy/ReadOnlyAccess"})")),
      result);
  ASSERT_THAT(result.facts.principals, SizeIs(2));
  EXPECT_THAT(FactsText(result.facts).Show(result.facts.principals[0].arn),
              HasSubstr("arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/<?path of"));
  EXPECT_THAT(FactsText(result.facts).Policy(result.facts.principals[0].trust),
              HasSubstr("federated:arn:aws:iam::111122223333:saml-provider/AWSSSO_"));
  ASSERT_THAT(result.facts.attachments, SizeIs(2));
  EXPECT_EQ(result.facts.attachments[0].target.arn, result.facts.principals[0].arn);
}

// A control policy that only denies works because AWS's FullAWSAccess is attached beside it, which
// Terraform does not manage.
TEST(Organizations, FullAccessIsWhereAwsPutIt) {
  const auto control = [](const char* name, const char* type, const char* effect) {
    return Resource(std::string("aws_organizations_policy.") + name, "aws_organizations_policy",
                    std::string(R"({"id":"p-)") + name + R"(","name":")" + name + R"(","type":")" +
                        type + R"(","content":"{\"Statement\":[{\"Effect\":\")" + effect +
                        R"(\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}"})");
  };
  const auto attach = [](const char* policy, const char* target) {
    return Resource(
        std::string("aws_organizations_policy_attachment.") + policy + target,
        "aws_organizations_policy_attachment",
        std::string(R"({"policy_id":"p-)") + policy + R"(","target_id":")" + target + "\"}");
  };
  const std::string policies = control("deny", "SERVICE_CONTROL_POLICY", "Deny") + "," +
                               control("list", "SERVICE_CONTROL_POLICY", "Allow") + "," +
                               control("rcp", "RESOURCE_CONTROL_POLICY", "Deny") + "," +
                               control("tags", "TAG_POLICY", "Deny") + ",";
  const struct {
    const char* policy;
    std::vector<std::string> attached;  // policies, in order
    const char* allows;                 // what the added policy's statement allows
  } cases[] = {
      {"deny", {"p-FullAWSAccess", "p-deny"}, "Allow do [*]"},
      {"list", {"FullAWSAccess on t", "p-list"}, "Allow do [<?FullAWSAccess on t>]"},
      {"rcp", {"p-RCPFullAWSAccess", "p-rcp"}, "Allow by any:* do [*]"},
      {"tags", {}, ""},
      {"FullAWSAccess", {"p-FullAWSAccess"}, "Allow do [*]"},
      {"elsewhere", {"p-elsewhere"}, "the text of this control policy is in no file"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.policy);
    ReadResult result;
    ReadText(State(policies + attach(one.policy, "t")), result);
    std::vector<std::string> attached;
    for (const facts::OrganizationAttachment& attachment : result.facts.organization_attachments) {
      EXPECT_EQ(attachment.target, "t");
      attached.emplace_back(attachment.policy);
    }
    EXPECT_EQ(attached, one.attached);
    for (const facts::OrganizationPolicy& policy : result.facts.organization_policies) {
      if (policy.origin.address.find("attachment") != std::string_view::npos) {
        EXPECT_THAT(FactsText(result.facts).Policy(policy.document), HasSubstr(one.allows));
      }
    }
  }
  // A list beside a policy that only denies, on one target: what is certain for the one is not for
  // the other.
  ReadResult both;
  ReadText(State(policies + attach("deny", "t") + "," + attach("list", "t")), both);
  for (const facts::OrganizationAttachment& attachment : both.facts.organization_attachments) {
    EXPECT_NE(attachment.policy, "p-FullAWSAccess");
  }
}

TEST(IdentityCenter, PartsOfSetsHaveTheirWorlds) {
  const std::string set = R"("permission_set_arn":"arn:ps","instance_arn":"x")";
  const std::string set_resource =
      Resource("aws_ssoadmin_permission_set.s", "aws_ssoadmin_permission_set",
               R"({"name":"Ops","arn":"arn:ps"})");
  const std::string assignment =
      Resource("aws_ssoadmin_account_assignment.a", "aws_ssoadmin_account_assignment",
               "{" + set + R"(,"target_id":"111122223333","principal_id":"g"})");
  const auto inline_policy = [&](const char* action) {
    return "{" + set + R"(,"inline_policy":"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\")" +
           action + R"(\",\"Resource\":\"*\"}]}"})";
  };
  ReadResult result;
  ReadText(
      Plan(R"({"address":"aws_ssoadmin_permission_set_inline_policy.i","mode":"managed",)"
           R"("type":"aws_ssoadmin_permission_set_inline_policy","change":{"actions":["update"],)"
           R"("before":)" +
               inline_policy("s3:*") + R"(,"after":)" + inline_policy("sqs:*") +
               R"(,"after_unknown":{}}},)" +
               Create("aws_ssoadmin_permissions_boundary_attachment.b",
                      "aws_ssoadmin_permissions_boundary_attachment",
                      "{" + set +
                          R"(,"permissions_boundary":[{"customer_managed_policy_reference":)"
                          R"([{"name":"edge","path":"/p/"}]}]})") +
               "," +
               Create("aws_ssoadmin_managed_policy_attachments_exclusive.e",
                      "aws_ssoadmin_managed_policy_attachments_exclusive",
                      "{" + set + R"(,"managed_policy_arns":["arn:aws:iam::aws:policy/A"]})"),
           "{}",
           R"("prior_state":{"values":{"root_module":{"resources":[)" + set_resource + "," +
               assignment + "," +
               Resource("aws_ssoadmin_permission_set_inline_policy.i",
                        "aws_ssoadmin_permission_set_inline_policy", inline_policy("s3:*")) +
               "]}}}"),
      result);
  ASSERT_THAT(result.facts.principals, SizeIs(2));
  EXPECT_EQ(result.facts.principals[0].worlds, facts::kBefore);
  EXPECT_EQ(result.facts.principals[0].boundary, "");
  EXPECT_EQ(result.facts.principals[1].worlds, facts::kAfter);
  EXPECT_EQ(result.facts.principals[1].boundary, "arn:aws:iam::111122223333:policy/p/edge");
  EXPECT_EQ(result.facts.principals[0].arn, result.facts.principals[1].arn);
  EXPECT_THAT(result.Of("aws_ssoadmin_permission_set_inline_policy.i"),
              UnorderedElementsAre(AllOf(HasSubstr("before: inline"), HasSubstr("s3:*")),
                                   AllOf(HasSubstr("after: inline"), HasSubstr("sqs:*"))));
  EXPECT_THAT(result.Of("aws_ssoadmin_managed_policy_attachments_exclusive.e"),
              ElementsAre(HasSubstr("after: attach arn:aws:iam::aws:policy/A")));
}

// What a set gives that this document does not manage is not known, never nothing.
TEST(IdentityCenter, SetsOfOthersAreMentioned) {
  const auto assignment = [](const char* set) {
    return Resource("aws_ssoadmin_account_assignment.a", "aws_ssoadmin_account_assignment",
                    std::string(R"({"permission_set_arn":")") + set +
                        R"(","target_id":"111122223333","principal_id":"g"})");
  };
  ReadResult data, nowhere;
  ReadText(State(Resource("data.aws_ssoadmin_permission_set.s", "aws_ssoadmin_permission_set",
                          R"({"name":"Ops","arn":"arn:ps"})") +
                 "," + assignment("arn:ps")),
           data);
  ReadText(State(assignment("arn:elsewhere")), nowhere);
  for (const ReadResult* result : {&data, &nowhere}) {
    ASSERT_THAT(result->facts.principals, SizeIs(1));
    EXPECT_EQ(result->facts.principals[0].policies, facts::Policies::kMentioned);
  }
  EXPECT_THAT(FactsText(data.facts).Show(data.facts.principals[0].name),
              HasSubstr("AWSReservedSSO_Ops_<?suffix"));
  EXPECT_THAT(FactsText(nowhere.facts).Show(nowhere.facts.principals[0].name),
              HasSubstr("AWSReservedSSO_<?aws_ssoadmin_account_assignment.a.permission_set_arn>_"));
}

TEST(Iam, ServiceLinkedRolesTrustTheirService) {
  ReadResult result;
  ReadText(Plan(Create("aws_iam_service_linked_role.s", "aws_iam_service_linked_role",
                       R"({"aws_service_name":"es.amazonaws.com"})",
                       R"({"arn":true,"name":true,"path":true})")),
           result);
  ASSERT_THAT(result.facts.principals, SizeIs(1));
  EXPECT_THAT(result.Of("aws_iam_service_linked_role.s"),
              ElementsAre(AllOf(HasSubstr(" mentioned"), HasSubstr("path /aws-service-role/es."),
                                HasSubstr("{Allow by service:es.amazonaws.com do "
                                          "[sts:AssumeRole]}"))));
}

TEST(ResourcePolicies, OfATableHasAnOpenArn) {
  ReadResult result;
  ReadText(
      State(Resource("aws_s3tables_table_policy.t", "aws_s3tables_table_policy",
                     R"({"table_bucket_arn":"arn:aws:s3tables:eu-west-1:111122223333:bucket/b",)"
                     R"("namespace":"n","name":"t","resource_policy":"{\"Statement\":[]}"})")),
      result);
  EXPECT_THAT(result.Of("aws_s3tables_table_policy.t"),
              ElementsAre(HasSubstr("arn:aws:s3tables:eu-west-1:111122223333:bucket/b/table/<?aws_"
                                    "s3tables_table_policy.t.name>")));
}

}  // namespace
}  // namespace whomay::ingest

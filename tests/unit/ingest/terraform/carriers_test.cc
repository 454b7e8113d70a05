#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ingest/terraform/reading_fixture.h"

namespace whomay::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kArn[] = "arn:aws:iam::111122223333:role/worker";

// Types whose role stands in one attribute.
TEST(Carriers, ByAttribute) {
  const struct {
    const char* type;
    const char* values;
    const char* carrier;  // "": none
  } cases[] = {
      {"aws_lambda_function", R"({"function_name":"f","role":"$"})", "lambda:function"},
      {"aws_lambda_function", R"({"function_name":"f","role":null})", ""},
      {"aws_ecs_task_definition", R"({"family":"f","task_role_arn":"$"})", "ecs:task-definition"},
      {"aws_ecs_task_definition", R"({"family":"f","execution_role_arn":"$"})", ""},
      {"aws_glue_job", R"({"name":"f","role_arn":"$"})", "glue:job"},
      {"aws_glue_dev_endpoint", R"({"name":"f","role_arn":"$"})", "glue:devendpoint"},
      {"aws_sagemaker_notebook_instance", R"({"name":"f","role_arn":"$"})",
       "sagemaker:notebook-instance"},
      {"aws_cloudformation_stack", R"({"name":"f","iam_role_arn":"$"})", "cloudformation:stack"},
      {"aws_codebuild_project", R"({"name":"f","service_role":"$"})", "codebuild:project"},
      {"aws_codepipeline", R"({"name":"f","role_arn":"$"})", "codepipeline:pipeline"},
      {"aws_sfn_state_machine", R"({"name":"f","role_arn":"$"})", "states:statemachine"},
      {"aws_apprunner_service",
       R"({"service_name":"f","instance_configuration":[{"instance_role_arn":"$"}]})",
       "apprunner:service"},
      {"aws_scheduler_schedule", R"({"name":"f","target":[{"role_arn":"$"}]})",
       "scheduler:schedule"},
      {"aws_cloudwatch_event_target", R"({"target_id":"f","role_arn":"$"})", "events:target"},
      {"aws_eks_node_group",
       R"({"cluster_name":"c","node_group_name":"f","node_role_arn":"$","launch_template":[{"id":"lt-1"}]})",
       "eks:nodegroup"},
      // Without a launch template of its own there is none to change.
      {"aws_eks_node_group",
       R"({"cluster_name":"c","node_group_name":"f","node_role_arn":"$","launch_template":[]})",
       ""},
      {"aws_batch_job_definition",
       R"({"name":"f","container_properties":"{\"image\":\"i\",\"jobRoleArn\":\"$\"}"})",
       "batch:job-definition"},
      {"aws_batch_job_definition", R"({"name":"f","container_properties":"{\"image\":\"i\"}"})",
       ""},
      {"aws_batch_job_definition", R"({"name":"f","container_properties":"{"})", ""},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.values);
    std::string values = one.values;
    if (const size_t at = values.find('$'); at != std::string::npos) {
      values.replace(at, 1, kArn);
    }
    const std::string address = std::string(one.type) + ".x";
    ReadResult result;
    ReadText(Plan(Create(address, one.type, values)), result);
    std::vector<std::string> carriers;
    for (const facts::Carrier& carrier : result.facts.carriers) {
      carriers.push_back(std::string(carrier.kind) + " " + std::string(carrier.role.arn));
    }
    if (*one.carrier == 0) {
      EXPECT_THAT(carriers, IsEmpty());
    } else {
      EXPECT_THAT(carriers, ElementsAre(std::string(one.carrier) + " " + kArn));
      EXPECT_EQ(result.facts.carriers[0].name, "f");
    }
  }
}

std::string Configured(const std::string& address, const std::string& attribute,
                       const std::string& reference) {
  return R"({"address":")" + address + R"(","mode":"managed","expressions":{")" + attribute +
         R"(":{"references":[")" + reference + R"("]}}})";
}

// Before apply: followed through references.
TEST(Carriers, BeforeApply) {
  ReadResult result;
  ReadText(
      Plan(Create("aws_iam_role.w", "aws_iam_role",
                  R"({"name":"worker","path":"/","assume_role_policy":"{}"})", R"({"arn":true})") +
               "," +
               Create("aws_iam_instance_profile.p", "aws_iam_instance_profile",
                      R"({"name":"p","path":"/"})", R"({"arn":true,"role":true})") +
               "," +
               Create("aws_instance.i", "aws_instance", "{}",
                      R"({"id":true,"arn":true,"iam_instance_profile":true})") +
               "," +
               Create("aws_ecs_task_definition.t", "aws_ecs_task_definition", R"({"family":"t"})",
                      R"({"arn":true,"revision":true,"task_role_arn":true})") +
               "," +
               Create("aws_ecs_service.s", "aws_ecs_service",
                      R"({"name":"s","cluster":"main","enable_execute_command":true})",
                      R"({"id":true,"task_definition":true})"),
           R"({"resources":[)" +
               Configured("aws_iam_instance_profile.p", "role", "aws_iam_role.w.name") + "," +
               Configured("aws_instance.i", "iam_instance_profile",
                          "aws_iam_instance_profile.p.name") +
               "," +
               Configured("aws_ecs_task_definition.t", "task_role_arn", "aws_iam_role.w.arn") +
               "," +
               Configured("aws_ecs_service.s", "task_definition", "aws_ecs_task_definition.t.arn") +
               "]}"),
      result);
  EXPECT_THAT(result.Of("aws_instance.i"),
              ElementsAre(HasSubstr("resource ec2"), HasSubstr("carrier ec2:instance")));
  ASSERT_EQ(result.facts.carriers.size(), 3u);
  for (const facts::Carrier& carrier : result.facts.carriers) {
    EXPECT_EQ(carrier.role.arn, result.facts.principals[0].arn) << carrier.kind;
  }
  const facts::Carrier& service = result.facts.carriers[2];
  EXPECT_EQ(service.kind, "ecs:service");
  EXPECT_THAT(std::string(service.arn), HasSubstr(":service/main/s"));
  EXPECT_EQ(service.shell, Tri::kTrue);
}

TEST(Carriers, ProfilesOfOtherInputsAndLaunchTemplates) {
  ReadResult result;
  ReadText(
      Plan(Create("aws_iam_instance_profile.p", "aws_iam_instance_profile",
                  R"({"name":"p","path":"/","role":"arn:aws:iam::111122223333:role/worker"})") +
           "," +
           Create("aws_launch_template.l", "aws_launch_template",
                  R"({"id":"lt-1","name":"l","iam_instance_profile":[{"name":"p"}]})") +
           "," +
           Create("aws_instance.of_template", "aws_instance",
                  R"({"id":"i-1","launch_template":[{"id":"lt-1"}]})") +
           "," +
           Create("aws_instance.elsewhere", "aws_instance",
                  R"({"id":"i-2","iam_instance_profile":"other"})") +
           "," + Create("aws_instance.none", "aws_instance", R"({"id":"i-3"})")),
      result);
  std::vector<std::string> found;
  for (const facts::Carrier& carrier : result.facts.carriers) {
    found.push_back(std::string(carrier.name) + " " + std::string(carrier.role.arn) +
                    std::string(carrier.instance_profile));
  }
  EXPECT_THAT(found,
              ElementsAre(std::string("l ") + kArn, std::string("i-1 ") + kArn, "i-2 other"));
}

TEST(Carriers, AreOneWhereBothWorldsSayTheSame) {
  ReadResult result;
  ReadText(
      R"({"format_version":"1.2","resource_changes":[{"address":"aws_lambda_function.f","mode":"managed",)"
      R"("type":"aws_lambda_function","name":"f","change":{"actions":["no-op"],)"
      R"("before":{"function_name":"f","arn":"arn:aws:lambda:r:1:function:f","role":"arn:aws:iam::1:role/a"},)"
      R"("after":{"function_name":"f","arn":"arn:aws:lambda:r:1:function:f","role":"arn:aws:iam::1:role/a"},)"
      R"("after_unknown":{}}}],"prior_state":{"format_version":"1.0","values":{"root_module":{"resources":[)"
      R"({"address":"aws_lambda_function.f","mode":"managed","type":"aws_lambda_function","name":"f",)"
      R"("values":{"function_name":"f","arn":"arn:aws:lambda:r:1:function:f","role":"arn:aws:iam::1:role/a"}}]}}}})",
      result);
  ASSERT_EQ(result.facts.carriers.size(), 1u);
  EXPECT_EQ(result.facts.carriers[0].worlds, facts::kBothWorlds);
}

}  // namespace
}  // namespace whomay::ingest

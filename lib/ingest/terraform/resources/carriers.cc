// What carries a role: functions, instances, build projects, stacks … (spec terraform 2.4, end).
// Who may change what they run acts as the role (spec iam 3 C).

#include <algorithm>
#include <array>
#include <string>

#include "base/strings.h"
#include "ingest/terraform/resources/launch_template.h"
#include "ingest/terraform/resources/readers.h"
#include "syntax/json.h"

namespace whomay::ingest::terraform {
namespace {

using facts::Carrier;

// How the role of a type is found.
enum class By : uint8_t {
  kArn,             // the attribute holds it
  kProfile,         // the attribute holds an instance profile's name; else a launch template
  kTemplate,        // the type is a launch template
  kTaskDefinition,  // the attribute names a task definition
  kContainer,       // the attribute is JSON that holds it
  kNodeGroup,       // the attribute, of nodes that have a launch template of their own
};
// Attributes inside blocks that can stand once are written `block.attribute`.
struct CarrierType {
  std::string_view type;
  std::string_view kind;
  std::string_view arn;
  std::string_view name;
  By by;
  std::string_view role;
};
constexpr CarrierType kTypes[] = {
    {"aws_lambda_function", "lambda:function", "arn", "function_name", By::kArn, "role"},
    {"aws_instance", "ec2:instance", "arn", "id", By::kProfile, "iam_instance_profile"},
    {"aws_launch_template", "ec2:launch-template", "arn", "name", By::kTemplate, ""},
    {"aws_ecs_task_definition", "ecs:task-definition", "arn", "family", By::kArn, "task_role_arn"},
    {"aws_ecs_service", "ecs:service", "id", "name", By::kTaskDefinition, "task_definition"},
    {"aws_eks_node_group", "eks:nodegroup", "arn", "node_group_name", By::kNodeGroup,
     "node_role_arn"},
    {"aws_glue_job", "glue:job", "arn", "name", By::kArn, "role_arn"},
    {"aws_glue_dev_endpoint", "glue:devendpoint", "arn", "name", By::kArn, "role_arn"},
    {"aws_sagemaker_notebook_instance", "sagemaker:notebook-instance", "arn", "name", By::kArn,
     "role_arn"},
    {"aws_cloudformation_stack", "cloudformation:stack", "id", "name", By::kArn, "iam_role_arn"},
    {"aws_codebuild_project", "codebuild:project", "arn", "name", By::kArn, "service_role"},
    {"aws_codepipeline", "codepipeline:pipeline", "arn", "name", By::kArn, "role_arn"},
    {"aws_sfn_state_machine", "states:statemachine", "arn", "name", By::kArn, "role_arn"},
    {"aws_apprunner_service", "apprunner:service", "arn", "service_name", By::kArn,
     "instance_configuration.instance_role_arn"},
    {"aws_batch_job_definition", "batch:job-definition", "arn", "name", By::kContainer,
     "container_properties"},
    {"aws_cloudwatch_event_target", "events:target", "arn", "target_id", By::kArn, "role_arn"},
    {"aws_scheduler_schedule", "scheduler:schedule", "arn", "name", By::kArn, "target.role_arn"},
    {"aws_bedrockagentcore_agent_runtime", "bedrock-agentcore:runtime", "agent_runtime_arn",
     "agent_runtime_name", By::kArn, "role_arn"},
    {"aws_bedrockagentcore_code_interpreter", "bedrock-agentcore:code-interpreter-custom",
     "code_interpreter_arn", "name", By::kArn, "execution_role_arn"},
    {"aws_bedrockagentcore_browser", "bedrock-agentcore:browser-custom", "browser_arn", "name",
     By::kArn, "execution_role_arn"},
};

Field At(const Field& root, std::string_view path) {
  const size_t dot = path.find('.');
  return dot == std::string_view::npos
             ? root.Get(path)
             : root.Get(path.substr(0, dot)).First().Get(path.substr(dot + 1));
}

facts::IamRef RoleAt(Reading& r, const Field& field) {
  if (!field.set() && !field.unknown()) {
    return {};
  }
  bool unset = false;
  facts::IamRef role;
  role.arn = r.Text(field, Want::kRoleArn, &unset);
  // Some types take the role's name as well.
  return unset || role.arn.empty() || role.arn.substr(0, 4) == "arn:" || facts::HasHole(role.arn)
             ? role
             : r.RefByName(field.id, role.arn, facts::IamKind::kRole);
}

// The task definition that a service runs: by reference, ARN, `family:revision` or family.
facts::IamRef RoleOfTaskDefinition(Reading& r, const Field& field) {
  InstanceId found = InstanceId::kNone;
  const std::string_view text = field.view.text();
  if (field.unknown()) {
    const Resolution resolution = r.Resolve(field, Want::kTaskDefinition);
    found = resolution.targets.size() == 1 ? resolution.targets[0].instance : found;
  } else if (!text.empty()) {
    std::string_view family = text.substr(text.rfind('/') + 1);
    family = family.substr(0, family.find(':'));
    for (const bool data : {false, true}) {
      const auto& named = r.Having("aws_ecs_task_definition", data, "family", family);
      found = found == InstanceId::kNone && !named.empty() ? named[0] : found;
    }
  }
  return found == InstanceId::kNone ? facts::IamRef()
                                    : RoleAt(r, r.Root(found).Get("task_role_arn"));
}

// Batch: `jobRoleArn` in the container's properties.
facts::IamRef RoleOfContainer(Reading& r, const Field& field) {
  const Field filled = r.Filled(field);
  facts::IamRef role;
  if (!filled.set() || filled.view.text().empty()) {
    return role;
  }
  const source::FileId file = syntax::EmbedString(r.sources, filled.view.value);
  const auto size = static_cast<uint32_t>(r.sources.bytes(file).size());
  source::Diagnostics unsaid;
  const syntax::Tree tree = syntax::ParseJson(r.sources, {file, 0, size}, unsaid);
  role.arn = r.facts.Keep(tree.root().Get("jobRoleArn").text());
  return role;
}

void SetRole(Reading& r, const CarrierType& type, Carrier& carrier, const Field& root) {
  const Field field = At(root, type.role);
  ProfileRole found;
  switch (type.by) {
    case By::kArn:
      carrier.role = RoleAt(r, field);
      return;
    case By::kNodeGroup:
      if (const Field block = root.Get("launch_template"); !block.elements().empty()) {
        carrier.role = RoleAt(r, field);
      }
      return;
    case By::kTaskDefinition:
      carrier.role = RoleOfTaskDefinition(r, field);
      return;
    case By::kContainer:
      carrier.role = RoleOfContainer(r, field);
      return;
    case By::kTemplate:
      found = RoleOfTemplate(r, root);
      break;
    case By::kProfile:
      found = RoleOfProfile(r, field, "name");
      if (found.role.arn.empty() && found.role.name.empty() && found.profile.empty()) {
        const InstanceId launch_template = FindTemplate(r, root.Get("launch_template").First());
        if (launch_template != InstanceId::kNone) {
          found = RoleOfTemplate(r, r.Root(launch_template));
        }
      }
      break;
  }
  carrier.role = found.role;
  carrier.instance_profile = found.profile;
}

// ECS: `id` is the ARN of a service; before apply it is built from the cluster's name.
Str ArnOfService(Reading& r, const Field& root, const AwsPlace& place) {
  const Str cluster = r.Text(root.Get("cluster"), Want::kText);
  return r.facts.Keep(
      Concat({"arn:", place.partition, ":ecs:", place.region, ":", place.account, ":service/",
              cluster.substr(cluster.rfind('/') + 1), "/", r.attributes.Text(root.id, "name")}));
}

void ReadCarrier(Reading& r, InstanceId id) {
  const auto* type = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const auto& one) {
    return one.type == r.instances[id].type;
  });
  const Field root = r.Root(id);
  auto carrier = r.Begin<Carrier>(id);
  SetRole(r, *type, carrier, root);
  if (carrier.role.arn.empty() && carrier.role.name.empty() && carrier.instance_profile.empty()) {
    return;  // carries none
  }
  const AwsPlace place = r.providers.PlaceOf(r.instances[id]);
  carrier.kind = Str(type->kind);
  carrier.account = place.account;
  carrier.region = place.region;
  carrier.name = r.attributes.Text(id, type->name);
  carrier.arn = r.attributes.Text(id, type->arn);
  if (type->by == By::kTaskDefinition) {
    if (carrier.arn.substr(0, 4) != "arn:") {
      carrier.arn = ArnOfService(r, root, place);
    }
    const Field shell = r.Filled(root.Get("enable_execute_command"));
    carrier.shell = shell.unknown() ? Tri::kUnknown : ToTri(shell.view.is_true());
  }
  r.facts.carriers.push_back(carrier);
}

constexpr auto kReaders = [] {
  std::array<TypeReader, std::size(kTypes)> readers;
  for (size_t i = 0; i < readers.size(); ++i) {
    readers[i] = {kTypes[i].type, ReadCarrier};
  }
  return readers;
}();

}  // namespace

std::span<const TypeReader> CarrierReaders() { return kReaders; }

}  // namespace whomay::ingest::terraform

#include "ingest/terraform/attributes.h"

#include <algorithm>
#include <charconv>

#include "base/strings.h"

namespace whomay::ingest::terraform {
namespace {

// How an attribute is built from others while it is not known. In a pattern `{partition}`,
// `{account}`, `{region}` are the provider's, `{path}` is "/" when not set, `{name:A}` is attribute
// A, made from `A_prefix` and a symbol when the provider chooses it, `{A}` is attribute A as it is,
// `{url:A}` the same without its scheme.
struct Rule {
  std::string_view type;
  std::string_view attribute;
  std::string_view pattern;
};
constexpr Rule kRules[] = {
    {"aws_iam_role", "arn", "arn:{partition}:iam::{account}:role{path}{name:name}"},
    {"aws_iam_role", "id", "{name:name}"},
    {"aws_iam_user", "arn", "arn:{partition}:iam::{account}:user{path}{name:name}"},
    {"aws_iam_user", "id", "{name:name}"},
    {"aws_iam_group", "arn", "arn:{partition}:iam::{account}:group{path}{name:name}"},
    {"aws_iam_group", "id", "{name:name}"},
    {"aws_iam_policy", "arn", "arn:{partition}:iam::{account}:policy{path}{name:name}"},
    {"aws_iam_policy", "id", "{arn}"},
    {"aws_iam_instance_profile", "arn",
     "arn:{partition}:iam::{account}:instance-profile{path}{name:name}"},
    {"aws_iam_instance_profile", "id", "{name:name}"},
    {"aws_iam_openid_connect_provider", "arn",
     "arn:{partition}:iam::{account}:oidc-provider/{url:url}"},
    {"aws_iam_openid_connect_provider", "id", "{arn}"},
    {"aws_iam_saml_provider", "arn", "arn:{partition}:iam::{account}:saml-provider/{name:name}"},
    {"aws_iam_saml_provider", "id", "{arn}"},
    {"aws_eks_cluster", "arn", "arn:{partition}:eks:{region}:{account}:cluster/{name:name}"},
    {"aws_eks_cluster", "id", "{name:name}"},
    {"aws_eks_cluster", "cluster_id", "{name:name}"},
    {"aws_s3_bucket", "arn", "arn:{partition}:s3:::{name:bucket}"},
    {"aws_s3_bucket", "id", "{name:bucket}"},
    {"aws_sqs_queue", "arn", "arn:{partition}:sqs:{region}:{account}:{name:name}"},
    {"aws_sns_topic", "arn", "arn:{partition}:sns:{region}:{account}:{name:name}"},
    {"aws_sns_topic", "id", "{arn}"},
    {"aws_kms_key", "arn", "arn:{partition}:kms:{region}:{account}:key/{key_id}"},
    {"aws_kms_key", "id", "{key_id}"},
    {"aws_secretsmanager_secret", "arn",
     "arn:{partition}:secretsmanager:{region}:{account}:secret:{name:name}-{suffix}"},
    {"aws_secretsmanager_secret", "id", "{arn}"},
    {"aws_lambda_function", "arn",
     "arn:{partition}:lambda:{region}:{account}:function:{name:function_name}"},
    {"aws_lambda_function", "id", "{name:function_name}"},
    {"aws_dynamodb_table", "arn", "arn:{partition}:dynamodb:{region}:{account}:table/{name:name}"},
    {"aws_dynamodb_table", "id", "{name:name}"},
    {"aws_ecr_repository", "arn", "arn:{partition}:ecr:{region}:{account}:repository/{name:name}"},
    {"aws_ecr_repository", "id", "{name:name}"},
    {"aws_cloudwatch_log_group", "arn",
     "arn:{partition}:logs:{region}:{account}:log-group:{name:name}"},
    {"aws_cloudwatch_log_group", "id", "{name:name}"},
    {"aws_kinesis_stream", "arn", "arn:{partition}:kinesis:{region}:{account}:stream/{name:name}"},
    {"aws_sfn_state_machine", "arn",
     "arn:{partition}:states:{region}:{account}:stateMachine:{name:name}"},
    {"aws_cloudwatch_event_bus", "arn",
     "arn:{partition}:events:{region}:{account}:event-bus/{name:name}"},
    {"aws_backup_vault", "arn",
     "arn:{partition}:backup:{region}:{account}:backup-vault:{name:name}"},
    {"aws_codebuild_project", "arn",
     "arn:{partition}:codebuild:{region}:{account}:project/{name:name}"},
    {"aws_codepipeline", "arn", "arn:{partition}:codepipeline:{region}:{account}:{name:name}"},
    {"aws_ecs_cluster", "arn", "arn:{partition}:ecs:{region}:{account}:cluster/{name:name}"},
    {"aws_elasticsearch_domain", "arn",
     "arn:{partition}:es:{region}:{account}:domain/{name:domain_name}"},
    {"aws_opensearch_domain", "arn",
     "arn:{partition}:es:{region}:{account}:domain/{name:domain_name}"},
    {"aws_instance", "arn", "arn:{partition}:ec2:{region}:{account}:instance/{id}"},
    {"aws_launch_template", "arn", "arn:{partition}:ec2:{region}:{account}:launch-template/{id}"},
    {"aws_ecs_task_definition", "arn",
     "arn:{partition}:ecs:{region}:{account}:task-definition/{family}:{revision}"},
    {"aws_eks_node_group", "arn",
     "arn:{partition}:eks:{region}:{account}:nodegroup/{cluster_name}/{node_group_name}/{suffix}"},
    {"aws_cloudformation_stack", "id",
     "arn:{partition}:cloudformation:{region}:{account}:stack/{name:name}/{suffix}"},
    {"aws_glue_dev_endpoint", "arn",
     "arn:{partition}:glue:{region}:{account}:devEndpoint/{name:name}"},
    {"aws_sagemaker_notebook_instance", "arn",
     "arn:{partition}:sagemaker:{region}:{account}:notebook-instance/{name:name}"},
    {"aws_apprunner_service", "arn",
     "arn:{partition}:apprunner:{region}:{account}:service/{name:service_name}/{suffix}"},
    {"aws_batch_job_definition", "arn",
     "arn:{partition}:batch:{region}:{account}:job-definition/{name:name}:{revision}"},
    {"aws_bedrockagentcore_agent_runtime", "agent_runtime_arn",
     "arn:{partition}:bedrock-agentcore:{region}:{account}:runtime/{suffix}"},
    {"aws_bedrockagentcore_code_interpreter", "code_interpreter_arn",
     "arn:{partition}:bedrock-agentcore:{region}:{account}:code-interpreter-custom/{suffix}"},
    {"aws_bedrockagentcore_browser", "browser_arn",
     "arn:{partition}:bedrock-agentcore:{region}:{account}:browser-custom/{suffix}"},
    {"terraform_data", "output", "{input}"},
};

const Rule* FindRule(std::string_view type, std::string_view attribute) {
  const auto* rule = std::find_if(std::begin(kRules), std::end(kRules), [&](const Rule& one) {
    return one.type == type && one.attribute == attribute;
  });
  return rule == std::end(kRules) ? nullptr : rule;
}

}  // namespace

std::string_view WithoutScheme(std::string_view url) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (url.substr(0, scheme.size()) == scheme) {
      url.remove_prefix(scheme.size());
    }
  }
  while (!url.empty() && url.back() == '/') {
    url.remove_suffix(1);
  }
  return url;
}

Attributes::Attributes(const InstanceTable& instances, Providers& providers,
                       const TerraformOptions& options, facts::Facts& facts)
    : instances_(instances), providers_(providers), options_(options), facts_(facts) {}

bool Attributes::IsIdentity(std::string_view attribute) {
  static constexpr std::string_view kIdentities[] = {"arn",
                                                     "id",
                                                     "name",
                                                     "unique_id",
                                                     "key_id",
                                                     "bucket",
                                                     "url",
                                                     "function_name",
                                                     "identity[0].oidc[0].issuer",
                                                     "suffix",
                                                     "cluster_id",
                                                     "domain_name"};
  return std::find(std::begin(kIdentities), std::end(kIdentities), attribute) !=
         std::end(kIdentities);
}

const std::string* Attributes::Assumed(std::string_view address, std::string_view path) const {
  if (options_.assume.empty()) {
    return nullptr;
  }
  const auto at = options_.assume.find(Concat({address, ".", path}));
  return at == options_.assume.end() ? nullptr : &at->second;
}

View Attributes::Look(InstanceId id, std::string_view attribute) const {
  View view = instances_[id].values;
  const std::optional<std::vector<Part>> parts = Tokenize(attribute);
  if (!parts) {
    return {};
  }
  for (const Part& part : *parts) {
    if (part.kind == Part::Kind::kNumber) {
      size_t index = 0;
      std::from_chars(part.text.data(), part.text.data() + part.text.size(), index);
      view = view.At(index);
    } else if (part.kind == Part::Kind::kDynamic) {
      return {};
    } else {
      view = view.Get(part.text);
    }
  }
  return view;
}

Str Attributes::Symbol(const Instance& instance, std::string_view attribute) {
  facts::Hole hole;
  hole.kind = facts::Hole::Kind::kSymbol;
  hole.what = facts_.Keep(Concat({instance.address, ".", attribute}));
  // Of data sources two may well say the same, and so may attributes that are no identities.
  if (!instance.data && IsIdentity(attribute)) {
    hole.family = facts_.Keep(Concat({instance.type, ".", attribute}));
  }
  hole.why = "not known before apply";
  hole.fill = facts_.Keep(Concat({"`terraform show -json` of the applied state, or --assume '",
                                  instance.address, ".", attribute, "=VALUE'"}));
  hole.origin = {instance.span, instance.address, {}};
  return facts_.AddHole(std::move(hole));
}

// Fills a pattern of kRules. Patterns nest through Text() of other attributes as deep as that table
// does (id -> arn -> key_id).
std::string Attributes::Build(const Instance& instance, InstanceId id, std::string_view pattern) {
  const AwsPlace place = providers_.PlaceOf(instance);
  std::string text;
  while (!pattern.empty()) {
    const size_t open = pattern.find('{');
    text += pattern.substr(0, open);
    if (open == std::string_view::npos) {
      break;
    }
    const size_t close = pattern.find('}', open);
    const std::string_view word = pattern.substr(open + 1, close - open - 1);
    pattern.remove_prefix(close + 1);
    if (word == "partition") {
      text += place.partition;
    } else if (word == "account") {
      text += place.account;
    } else if (word == "region") {
      text += place.region;
    } else if (word == "path") {
      const View path = instance.values.Get("path");
      text += path.unknown() ? Text(id, "path") : path.text().empty() ? "/" : path.text();
    } else if (word.substr(0, 5) == "name:") {
      const std::string_view name = word.substr(5);
      const std::string_view prefix = instance.values.Get(Concat({name, "_prefix"})).text();
      const View value = instance.values.Get(name);
      if (!value.set() && !prefix.empty() && Assumed(instance.address, name) == nullptr) {
        text += prefix;
        text += Text(id, Concat({name, "\n"}));  // the symbol behind the prefix
      } else {
        text += Text(id, name);
      }
    } else if (word.substr(0, 4) == "url:") {
      text += WithoutScheme(Text(id, word.substr(4)));
    } else {
      text += Text(id, word);
    }
  }
  return text;
}

Str Attributes::Text(InstanceId id, std::string_view attribute) {
  const std::string key = Concat({std::to_string(static_cast<uint32_t>(id)), "\n", attribute});
  const auto known = memo_.find(key);
  if (known != memo_.end()) {
    return known->second;
  }
  const Instance& instance = instances_[id];
  Str text;
  const Rule* const rule = FindRule(instance.type, attribute);
  if (!attribute.empty() && attribute.back() == '\n') {
    text = Symbol(instance, attribute.substr(0, attribute.size() - 1));
  } else if (const std::string* assumed = Assumed(instance.address, attribute)) {
    text = facts_.Keep(*assumed);
  } else {
    const View view = Look(id, attribute);
    const bool name_by_prefix =
        !view.set() && !instance.values.Get(Concat({attribute, "_prefix"})).text().empty();
    if (view.set() && !view.value.is_array() && !view.value.is_object()) {
      text = facts_.Keep(view.text());
    } else if (rule != nullptr && !instance.data) {
      text = facts_.Keep(Build(instance, id, rule->pattern));
    } else if (name_by_prefix) {
      text = facts_.Keep(Build(instance, id, Concat({"{name:", attribute, "}"})));
    } else if (view.unknown() || instance.from_change) {
      if (resolver_ && instance.type == "aws_iam_openid_connect_provider" && attribute == "url") {
        text = resolver_(id, attribute);
      }
      if (text.empty()) {
        text = Symbol(instance, attribute);
      }
    }
  }
  memo_.emplace(key, text);
  return text;
}

}  // namespace whomay::ingest::terraform

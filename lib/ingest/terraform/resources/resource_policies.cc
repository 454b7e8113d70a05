// Policies that sit on resources (bucket, key, queue …), Lambda permissions and KMS grants as the
// statements that they are, and the resources themselves. Attributes: spec terraform 2.4.

#include <algorithm>
#include <string>
#include <utility>

#include "base/strings.h"
#include "ingest/terraform/resources/readers.h"

namespace whomay::ingest::terraform {
namespace {

using facts::PolicyId;
using facts::Statement;

// A type that carries a policy. `resource` is "" for the resource itself, else the attribute that
// names the one below the policy: by its ARN, or by a name that `pattern` makes an ARN of
// (`{partition}`, `{region}`, `{account}`, `{}` for the name).
struct PolicyRow {
  std::string_view type;
  std::string_view policy;
  std::string_view service;
  std::string_view resource;
  std::string_view pattern;
};
constexpr std::string_view kBucket = "arn:{partition}:s3:::{}";
constexpr std::string_view kKey = "arn:{partition}:kms:{region}:{account}:key/{}";
constexpr std::string_view kRepository = "arn:{partition}:ecr:{region}:{account}:repository/{}";
constexpr std::string_view kDomain = "arn:{partition}:es:{region}:{account}:domain/{}";
constexpr std::string_view kVault = "arn:{partition}:backup:{region}:{account}:backup-vault:{}";
// Below the bucket: which of its tables is meant has an id that stands nowhere.
constexpr std::string_view kTable = "/table/";
constexpr PolicyRow kRows[] = {
    {"aws_s3_bucket_policy", "policy", "s3", "bucket", kBucket},
    {"aws_s3_bucket", "policy", "s3", "", ""},
    {"aws_s3_access_point", "policy", "s3", "", ""},
    {"aws_s3control_access_point_policy", "policy", "s3", "access_point_arn", ""},
    {"aws_s3control_bucket_policy", "policy", "s3-outposts", "bucket", ""},
    {"aws_s3control_object_lambda_access_point_policy", "policy", "s3-object-lambda", "name",
     "arn:{partition}:s3-object-lambda:{region}:{account}:accesspoint/{}"},
    {"aws_s3control_multi_region_access_point_policy", "details.policy", "s3", "details.name",
     "arn:{partition}:s3::{account}:accesspoint/{}"},
    {"aws_s3_directory_bucket_policy", "policy", "s3express", "bucket",
     "arn:{partition}:s3express:{region}:{account}:bucket/{}"},
    {"aws_s3tables_table_policy", "resource_policy", "s3tables", "table_bucket_arn", kTable},
    {"aws_s3tables_table_bucket_policy", "resource_policy", "s3tables", "table_bucket_arn", ""},
    {"aws_kms_key", "policy", "kms", "", ""},
    {"aws_kms_external_key", "policy", "kms", "", ""},
    {"aws_kms_replica_key", "policy", "kms", "", ""},
    {"aws_kms_replica_external_key", "policy", "kms", "", ""},
    {"aws_kms_key_policy", "policy", "kms", "key_id", kKey},
    {"aws_sqs_queue", "policy", "sqs", "", ""},
    {"aws_sqs_queue_policy", "policy", "sqs", "queue_url",
     "arn:{partition}:sqs:{region}:{account}:{}"},
    {"aws_sns_topic", "policy", "sns", "", ""},
    {"aws_sns_topic_policy", "policy", "sns", "arn", ""},
    {"aws_secretsmanager_secret", "policy", "secretsmanager", "", ""},
    {"aws_secretsmanager_secret_policy", "policy", "secretsmanager", "secret_arn", ""},
    {"aws_ecr_repository_policy", "policy", "ecr", "repository", kRepository},
    {"aws_ecrpublic_repository_policy", "policy", "ecr-public", "repository_name",
     "arn:{partition}:ecr-public::{account}:repository/{}"},
    {"aws_ecr_registry_policy", "policy", "ecr", "registry_id",
     "arn:{partition}:ecr:{region}:{account}:repository/*"},
    {"aws_vpc_endpoint", "policy", "ec2", "", ""},
    {"aws_vpc_endpoint_policy", "policy", "ec2", "vpc_endpoint_id",
     "arn:{partition}:ec2:{region}:{account}:vpc-endpoint/{}"},
    {"aws_api_gateway_rest_api", "policy", "execute-api", "", ""},
    {"aws_api_gateway_rest_api_policy", "policy", "execute-api", "rest_api_id",
     "arn:{partition}:execute-api:{region}:{account}:{}/*"},
    {"aws_backup_vault_policy", "policy", "backup", "backup_vault_name", kVault},
    {"aws_cloudwatch_event_bus_policy", "policy", "events", "event_bus_name",
     "arn:{partition}:events:{region}:{account}:event-bus/{}"},
    {"aws_cloudwatch_log_destination_policy", "access_policy", "logs", "destination_name",
     "arn:{partition}:logs:{region}:{account}:destination:{}"},
    {"aws_cloudwatch_log_resource_policy", "policy_document", "logs", "policy_name",
     "arn:{partition}:logs:{region}:{account}:log-group:*"},
    {"aws_codeartifact_domain_permissions_policy", "policy_document", "codeartifact", "domain",
     "arn:{partition}:codeartifact:{region}:{account}:domain/{}"},
    {"aws_codeartifact_repository_permissions_policy", "policy_document", "codeartifact",
     "repository", "arn:{partition}:codeartifact:{region}:{account}:repository/*/{}"},
    {"aws_codebuild_resource_policy", "policy", "codebuild", "resource_arn", ""},
    {"aws_dynamodb_resource_policy", "policy", "dynamodb", "resource_arn", ""},
    {"aws_kinesis_resource_policy", "policy", "kinesis", "resource_arn", ""},
    {"aws_efs_file_system_policy", "policy", "elasticfilesystem", "file_system_id",
     "arn:{partition}:elasticfilesystem:{region}:{account}:file-system/{}"},
    {"aws_elasticsearch_domain", "access_policies", "es", "", ""},
    {"aws_opensearch_domain", "access_policies", "es", "", ""},
    {"aws_elasticsearch_domain_policy", "access_policies", "es", "domain_name", kDomain},
    {"aws_opensearch_domain_policy", "access_policies", "es", "domain_name", kDomain},
    {"aws_glacier_vault", "access_policy", "glacier", "", ""},
    {"aws_glacier_vault_lock", "policy", "glacier", "vault_name",
     "arn:{partition}:glacier:{region}:{account}:vaults/{}"},
    {"aws_glue_resource_policy", "policy", "glue", "id",
     "arn:{partition}:glue:{region}:{account}:*"},
    {"aws_media_store_container_policy", "policy", "mediastore", "container_name",
     "arn:{partition}:mediastore:{region}:{account}:container/{}"},
    {"aws_msk_cluster_policy", "policy", "kafka", "cluster_arn", ""},
    {"aws_networkfirewall_resource_policy", "policy", "network-firewall", "resource_arn", ""},
    {"aws_ses_identity_policy", "policy", "ses", "identity",
     "arn:{partition}:ses:{region}:{account}:identity/{}"},
    {"aws_sesv2_email_identity_policy", "policy", "ses", "email_identity",
     "arn:{partition}:ses:{region}:{account}:identity/{}"},
    {"aws_acmpca_policy", "policy", "acm-pca", "resource_arn", ""},
    {"aws_schemas_registry_policy", "policy", "schemas", "registry_name",
     "arn:{partition}:schemas:{region}:{account}:registry/{}"},
    {"aws_redshift_resource_policy", "policy", "redshift", "resource_arn", ""},
    {"aws_redshiftserverless_resource_policy", "policy", "redshift-serverless", "resource_arn", ""},
    {"aws_vpclattice_auth_policy", "policy", "vpc-lattice-svcs", "resource_identifier", ""},
    {"aws_vpclattice_resource_policy", "policy", "vpc-lattice", "resource_arn", ""},
    {"aws_oam_sink_policy", "policy", "oam", "sink_identifier", ""},
    {"aws_sagemaker_model_package_group_policy", "resource_policy", "sagemaker",
     "model_package_group_name",
     "arn:{partition}:sagemaker:{region}:{account}:model-package-group/{}"},
    {"aws_organizations_resource_policy", "content", "organizations", "", ""},
};

const PolicyRow* FindRow(std::string_view type) {
  const auto* row = std::find_if(std::begin(kRows), std::end(kRows),
                                 [&](const PolicyRow& one) { return one.type == type; });
  return row == std::end(kRows) ? nullptr : row;
}

Field Descend(Field field, std::string_view path) {
  for (const std::string_view key : Split(path, '.')) {
    field = field.path.empty() ? field.Get(key) : field.First().Get(key);
  }
  return field;
}

std::string FromPattern(std::string_view pattern, const AwsPlace& place, std::string_view name) {
  std::string text;
  while (!pattern.empty()) {
    const size_t open = pattern.find('{');
    text += pattern.substr(0, open);
    if (open == std::string_view::npos) {
      break;
    }
    const size_t close = pattern.find('}', open);
    const std::string_view word = pattern.substr(open + 1, close - open - 1);
    text += word == "partition" ? place.partition
            : word == "region"  ? place.region
            : word == "account" ? place.account
                                : name;
    pattern.remove_prefix(close + 1);
  }
  return text;
}

// The ARN of the resource that an attribute names by ARN, URL, id or name.
Str ArnOf(Reading& r, const Field& raw, std::string_view pattern) {
  const Field field = r.Filled(raw);
  if (field.unknown()) {
    // A lone reference: the ARN of that resource, whichever of its attributes is named.
    const Trace trace = r.resolver.Follow(r.instances[field.id], field.path, Want::kResourceArn);
    if (trace.open.size() == 1 && trace.locals.empty() && !trace.gave_up) {
      return r.attributes.Text(trace.open[0].instance, "arn");
    }
    return r.Text(field, Want::kText);
  }
  std::string_view name = field.view.text();
  if (name.substr(0, 4) == "arn:" || name.empty() || pattern.empty()) {
    return r.facts.Keep(name);
  }
  AwsPlace place = r.providers.PlaceOf(r.instances[field.id]);
  // https://sqs.REGION.amazonaws.com/ACCOUNT/NAME
  const size_t host = name.find("://");
  if (host != std::string_view::npos) {
    const std::vector<std::string_view> parts = Split(name.substr(host + 3), '/');
    const std::vector<std::string_view> labels = Split(parts[0], '.');
    if (parts.size() == 3 && labels.size() > 2) {
      place.region = labels[1];
      place.account = parts[1];
      name = parts[2];
    }
  }
  return r.facts.Keep(FromPattern(pattern, place, name));
}

void AddPolicy(Reading& r, InstanceId id, std::string_view service, Str resource,
               PolicyId document) {
  auto policy = r.Begin<facts::ResourcePolicy>(id);
  policy.service = r.facts.Keep(service);
  policy.resource = resource;
  const std::string_view account = SplitArn(resource).account;
  policy.account = account.empty() ? r.Account(id) : r.facts.Keep(account);
  policy.document = document;
  r.facts.resource_policies.push_back(policy);
}

// The type that puts a policy on a resource of this type; empty when there is none.
std::string_view Separate(std::string_view type) {
  static constexpr std::pair<std::string_view, std::string_view> kSeparate[] = {
      {"aws_s3_bucket", "aws_s3_bucket_policy"},
      {"aws_s3_access_point", "aws_s3control_access_point_policy"},
      {"aws_kms_key", "aws_kms_key_policy"},
      {"aws_kms_external_key", "aws_kms_key_policy"},
      {"aws_kms_replica_key", "aws_kms_key_policy"},
      {"aws_kms_replica_external_key", "aws_kms_key_policy"},
      {"aws_sqs_queue", "aws_sqs_queue_policy"},
      {"aws_sns_topic", "aws_sns_topic_policy"},
      {"aws_secretsmanager_secret", "aws_secretsmanager_secret_policy"},
      {"aws_vpc_endpoint", "aws_vpc_endpoint_policy"},
      {"aws_api_gateway_rest_api", "aws_api_gateway_rest_api_policy"},
      {"aws_elasticsearch_domain", "aws_elasticsearch_domain_policy"},
      {"aws_opensearch_domain", "aws_opensearch_domain_policy"},
  };
  for (const auto& [of, separate] : kSeparate) {
    if (of == type) {
      return separate;
    }
  }
  return {};
}

Str ResourceOf(Reading& r, InstanceId id, const PolicyRow& row) {
  if (row.pattern == kTable) {
    const Str bucket = ArnOf(r, r.Root(id).Get(row.resource), "");
    const Field name = r.Root(id).Get("name");
    return r.facts.Keep(
        Concat({bucket, kTable,
                r.KeepHole(r.OpenHole(name, "a table's ARN holds an id, not the table's name"))}));
  }
  return row.resource.empty() ? r.attributes.Text(id, "arn")
                              : ArnOf(r, Descend(r.Root(id), row.resource), row.pattern);
}

// The worlds in which a resource of its own (`separate`) puts a policy on this one.
int PutElsewhere(Reading& r, std::string_view separate, Str resource) {
  const PolicyRow* const row = separate.empty() ? nullptr : FindRow(separate);
  if (row == nullptr) {
    return 0;
  }
  const auto [at, is_new] = r.policies_put.try_emplace(std::string(separate));
  if (is_new) {
    for (const InstanceId id : r.instances.OfType(separate, false)) {
      at->second[ResourceOf(r, id, *row)] |= r.instances[id].worlds;
    }
  }
  const auto found = at->second.find(resource);
  return found == at->second.end() ? 0 : found->second;
}

// A key that is made without a policy gets KMS's default one, which leaves it to the account's IAM.
PolicyId DefaultKeyPolicy(Reading& r, InstanceId id) {
  const AwsPlace place = r.providers.PlaceOf(r.instances[id]);
  Statement statement;
  statement.sid = "Enable IAM User Permissions";
  statement.has_principal = statement.has_action = statement.has_resource = true;
  facts::PrincipalEntry root;
  root.value = r.facts.Keep(Concat({"arn:", place.partition, ":iam::", place.account, ":root"}));
  statement.principals.push_back(root);
  statement.actions = {"kms:*"};
  statement.resources = {"*"};
  return OneStatement(r, id, std::move(statement));
}

void ReadPolicy(Reading& r, InstanceId id) {
  const Instance& instance = r.instances[id];
  const PolicyRow& row = *FindRow(instance.type);
  PolicyId document = r.Policy(Descend(r.Root(id), row.policy), PolicyUse::kResource);
  const bool key = row.service == "kms" && row.resource.empty();
  if (document == PolicyId::kNone && key && instance.from_change && !instance.before.is_object()) {
    document = DefaultKeyPolicy(r, id);
  }
  if (document == PolicyId::kNone) {
    return;
  }
  const Str resource = ResourceOf(r, id, row);
  facts::Worlds worlds = instance.worlds;
  if (row.resource.empty()) {
    worlds = OwnWorlds(worlds, PutElsewhere(r, Separate(instance.type), resource));
  }
  if (worlds != 0) {
    AddPolicy(r, id, row.service, resource, document);
    r.facts.resource_policies.back().worlds = worlds;
  }
}

// Resources that the document declares, whether or not they have a policy.
struct ResourceRow {
  std::string_view type;
  std::string_view service;
};
constexpr ResourceRow kResources[] = {
    {"aws_s3_bucket", "s3"},
    {"aws_kms_key", "kms"},
    {"aws_kms_external_key", "kms"},
    {"aws_kms_replica_key", "kms"},
    {"aws_kms_replica_external_key", "kms"},
    {"aws_sqs_queue", "sqs"},
    {"aws_sns_topic", "sns"},
    {"aws_secretsmanager_secret", "secretsmanager"},
    {"aws_ecr_repository", "ecr"},
    {"aws_lambda_function", "lambda"},
    {"aws_dynamodb_table", "dynamodb"},
    {"aws_cloudwatch_log_group", "logs"},
    {"aws_kinesis_stream", "kinesis"},
    {"aws_sfn_state_machine", "states"},
    {"aws_ssm_parameter", "ssm"},
    {"aws_backup_vault", "backup"},
    {"aws_codebuild_project", "codebuild"},
    {"aws_elasticsearch_domain", "es"},
    {"aws_opensearch_domain", "es"},
    {"aws_glacier_vault", "glacier"},
    {"aws_api_gateway_rest_api", "execute-api"},
    {"aws_vpc_endpoint", "ec2"},
    {"aws_s3_access_point", "s3"},
    {"aws_instance", "ec2"},
    {"aws_launch_template", "ec2"},
    {"aws_ecs_task_definition", "ecs"},
    {"aws_glue_dev_endpoint", "glue"},
    {"aws_sagemaker_notebook_instance", "sagemaker"},
    {"aws_apprunner_service", "apprunner"},
    {"aws_batch_job_definition", "batch"},
};

void ReadResource(Reading& r, InstanceId id) {
  const std::string_view type = r.instances[id].type;
  const auto* row = std::find_if(std::begin(kResources), std::end(kResources),
                                 [&](const ResourceRow& one) { return one.type == type; });
  auto resource = r.Begin<facts::AwsResource>(id);
  resource.service = row->service;
  resource.arn = r.attributes.Text(id, "arn");
  const AwsPlace place = r.providers.PlaceOf(r.instances[id]);
  resource.account = place.account;
  resource.region = place.region;
  bool open = false;
  ReadTags(r, r.Root(id), resource.tags, open);
  if (!resource.arn.empty()) {
    r.facts.resources.push_back(resource);
  }
  if (FindRow(type) != nullptr) {
    ReadPolicy(r, id);
  }
}

// aws_s3_bucket_public_access_block, aws_s3_account_public_access_block.
void ReadPublicAccessBlock(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  auto block = r.Begin<facts::PublicAccessBlock>(id);
  block.account = r.Account(id);
  if (r.instances[id].type == "aws_s3_bucket_public_access_block") {
    block.bucket = ArnOf(r, root.Get("bucket"), kBucket);
  } else if (const Str account = r.Text(root.Get("account_id"), Want::kText); !account.empty()) {
    block.account = account;
  }
  const Field restrict_public = r.Filled(root.Get("restrict_public_buckets"));
  block.restrict_public_buckets =
      restrict_public.unknown() ? Tri::kUnknown : ToTri(restrict_public.view.is_true());
  r.facts.public_access_blocks.push_back(block);
}

facts::Condition OneCondition(Reading& r, std::string_view op, std::string_view key, Str value) {
  facts::Condition condition;
  condition.op = r.facts.Keep(op);
  condition.key = r.facts.Keep(key);
  condition.values = {value};
  return condition;
}

// The principal of a Lambda permission: a service, an account, an ARN, or everyone.
facts::PrincipalEntry Principal(Str text) {
  facts::PrincipalEntry entry;
  entry.value = text;
  if (text == "*") {
    entry.type = facts::PrincipalEntry::Type::kAny;
  } else if (text.find(".amazonaws.com") != Str::npos) {
    entry.type = facts::PrincipalEntry::Type::kService;
  } else {
    entry.type = facts::PrincipalEntry::Type::kAws;
  }
  return entry;
}

void ReadLambdaPermission(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  Str function =
      ArnOf(r, root.Get("function_name"), "arn:{partition}:lambda:{region}:{account}:function:{}");
  const Str qualifier = r.Text(root.Get("qualifier"), Want::kText);
  if (!qualifier.empty()) {
    function = r.facts.Keep(Concat({function, ":", qualifier}));
  }
  Statement statement;
  statement.sid = r.Text(root.Get("statement_id"), Want::kText);
  statement.has_principal = statement.has_action = statement.has_resource = true;
  statement.principals.push_back(Principal(r.Text(root.Get("principal"), Want::kPrincipalArn)));
  statement.actions = {r.Text(root.Get("action"), Want::kText)};
  statement.resources = {function};
  static constexpr struct {
    std::string_view attribute, op, key;
  } kConditions[] = {{"source_arn", "ArnLike", "AWS:SourceArn"},
                     {"source_account", "StringEquals", "AWS:SourceAccount"},
                     {"principal_org_id", "StringEquals", "aws:PrincipalOrgID"},
                     {"function_url_auth_type", "StringEquals", "lambda:FunctionUrlAuthType"},
                     {"event_source_token", "StringEquals", "lambda:EventSourceToken"}};
  for (const auto& [attribute, op, key] : kConditions) {
    const Str value =
        r.Text(root.Get(attribute), attribute == "source_arn" ? Want::kResourceArn : Want::kText);
    if (!value.empty()) {
      statement.conditions.push_back(OneCondition(r, op, key, value));
    }
  }
  AddPolicy(r, id, "lambda", function, OneStatement(r, id, std::move(statement)));
}

// A grant lets its grantee do the named operations with the key; what encryption context it demands
// is a condition.
void ReadKmsGrant(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  const Str key = ArnOf(r, root.Get("key_id"), kKey);
  Statement statement;
  statement.sid = r.Text(root.Get("name"), Want::kText);
  statement.has_principal = statement.has_action = statement.has_resource = true;
  statement.principals.push_back(
      Principal(r.Text(root.Get("grantee_principal"), Want::kPrincipalArn)));
  for (const Str operation :
       r.Texts(root.Get("operations"), Want::kText, &statement.actions_open)) {
    statement.actions.push_back(r.facts.Keep(Concat({"kms:", operation})));
  }
  statement.resources = {key};
  for (const Field& constraint : root.Get("constraints").elements()) {
    static constexpr std::pair<std::string_view, bool> kKinds[] = {
        {"encryption_context_equals", true}, {"encryption_context_subset", false}};
    for (const auto& [kind, exact] : kKinds) {
      const Field context = constraint.Get(kind);
      for (const syntax::Value pair : context.view.value.members()) {
        statement.conditions.push_back(OneCondition(r, "StringEquals",
                                                    Concat({"kms:EncryptionContext:", pair.key()}),
                                                    r.Text(context.Get(pair.key()), Want::kText)));
        // "equals" admits no further pairs, which no condition key says.
        statement.conditions_open = statement.conditions_open || exact;
      }
    }
  }
  AddPolicy(r, id, "kms", key, OneStatement(r, id, std::move(statement)));
  const Str retiring = r.Text(root.Get("retiring_principal"), Want::kPrincipalArn);
  if (!retiring.empty()) {
    Statement retire;
    retire.has_principal = retire.has_action = retire.has_resource = true;
    retire.principals.push_back(Principal(retiring));
    retire.actions = {"kms:RetireGrant"};
    retire.resources = {key};
    AddPolicy(r, id, "kms", key, OneStatement(r, id, std::move(retire)));
  }
}

// aws_cloudwatch_event_permission: an account, or everyone in an organization, may put events.
void ReadEventPermission(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  Str bus = ArnOf(r, root.Get("event_bus_name"),
                  "arn:{partition}:events:{region}:{account}:event-bus/{}");
  if (bus.empty()) {
    bus = r.facts.Keep(FromPattern("arn:{partition}:events:{region}:{account}:event-bus/{}",
                                   r.providers.PlaceOf(r.instances[id]), "default"));
  }
  Statement statement;
  statement.sid = r.Text(root.Get("statement_id"), Want::kText);
  statement.has_principal = statement.has_action = statement.has_resource = true;
  statement.principals.push_back(Principal(r.Text(root.Get("principal"), Want::kText)));
  const Str action = r.Text(root.Get("action"), Want::kText);
  statement.actions = {action.empty() ? Str("events:PutEvents") : action};
  statement.resources = {bus};
  const Field condition = root.Get("condition").First();
  if (condition.set()) {
    statement.conditions.push_back(OneCondition(r, r.Text(condition.Get("type"), Want::kText),
                                                r.Text(condition.Get("key"), Want::kText),
                                                r.Text(condition.Get("value"), Want::kText)));
  }
  AddPolicy(r, id, "events", bus, OneStatement(r, id, std::move(statement)));
}

// aws_lambda_layer_version_permission.
void ReadLayerPermission(Reading& r, InstanceId id) {
  const Field root = r.Root(id);
  const Str layer = r.facts.Keep(Concat(
      {ArnOf(r, root.Get("layer_name"), "arn:{partition}:lambda:{region}:{account}:layer:{}"), ":",
       r.Text(root.Get("version_number"), Want::kText)}));
  Statement statement;
  statement.sid = r.Text(root.Get("statement_id"), Want::kText);
  statement.has_principal = statement.has_action = statement.has_resource = true;
  statement.principals.push_back(Principal(r.Text(root.Get("principal"), Want::kPrincipalArn)));
  statement.actions = {r.Text(root.Get("action"), Want::kText)};
  statement.resources = {layer};
  const Str organization = r.Text(root.Get("organization_id"), Want::kText);
  if (!organization.empty()) {
    statement.conditions.push_back(
        OneCondition(r, "StringEquals", "aws:PrincipalOrgID", organization));
  }
  AddPolicy(r, id, "lambda", layer, OneStatement(r, id, std::move(statement)));
}

std::vector<TypeReader> MakeReaders() {
  std::vector<TypeReader> readers = {
      {"aws_lambda_permission", ReadLambdaPermission, nullptr},
      {"aws_lambda_layer_version_permission", ReadLayerPermission, nullptr},
      {"aws_kms_grant", ReadKmsGrant, nullptr},
      {"aws_s3_bucket_public_access_block", ReadPublicAccessBlock, nullptr},
      {"aws_s3_account_public_access_block", ReadPublicAccessBlock, nullptr},
      {"aws_cloudwatch_event_permission", ReadEventPermission, nullptr},
  };
  for (const ResourceRow& row : kResources) {
    readers.push_back({row.type, ReadResource, nullptr});
  }
  for (const PolicyRow& row : kRows) {
    const bool declared = std::any_of(readers.begin(), readers.end(),
                                      [&](const auto& one) { return one.type == row.type; });
    if (!declared) {
      readers.push_back({row.type, ReadPolicy, nullptr});
    }
  }
  return readers;
}

}  // namespace

PolicyId OneStatement(Reading& r, InstanceId id, Statement statement) {
  auto document = r.Begin<facts::PolicyDocument>(id);
  document.version = "2012-10-17";
  statement.span = r.instances[id].span;
  document.statements.push_back(std::move(statement));
  return r.facts.Add(std::move(document));
}

std::span<const TypeReader> ResourcePolicyReaders() {
  static const std::vector<TypeReader> readers = MakeReaders();
  return readers;
}

}  // namespace whomay::ingest::terraform

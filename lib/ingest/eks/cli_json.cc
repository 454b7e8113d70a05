#include "ingest/eks/cli_json.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "ingest/iam/policy_document.h"

namespace whomay::ingest {
namespace {

using facts::Str;
using syntax::Value;

class CliReader {
 public:
  CliReader(source::SourceSet& sources, facts::Facts& facts, source::Diagnostics& diagnostics)
      : sources_(sources), facts_(facts), diagnostics_(diagnostics) {}

  void Cluster(const Value& cluster, const Value& root);
  void AccessEntry(const Value& entry, const Value& root);
  void AccessEntries(const Value& arns, const Value& root);
  void AccessPolicies(const Value& associations, const Value& root);
  void PodIdentity(const Value& association, const Value& root);
  void PodIdentities(const Value& associations, const Value& root);
  void Nodegroup(const Value& group, const Value& root);
  void FargateProfile(const Value& profile, const Value& root);
  void Addon(const Value& addon, const Value& root);
  void Addons(const Value& names, const Value& root);

 private:
  // The text of a member; "" when it is absent or null. Any other type is said.
  Str Text(const Value& object, std::string_view key) {
    const Value value = object.Get(key);
    if (value.is_string()) {
      return facts_.Keep(value.text());
    }
    if (value && !value.is_null()) {
      diagnostics_.AddLoss("eks.value", value.span(), Concat({key, " is not a text; left out"}));
    }
    return {};
  }
  Str Needed(const Value& object, std::string_view key) {
    const Str text = Text(object, key);
    if (text.empty()) {
      diagnostics_.AddLoss("eks.value", object.span(), Concat({"no ", key, " here"}));
    }
    return text;
  }
  std::vector<Str> Texts(const Value& list) {
    std::vector<Str> texts;
    for (const Value item : list.elements()) {
      if (item.is_string()) {
        texts.push_back(facts_.Keep(item.text()));
      } else {
        diagnostics_.AddLoss("eks.value", item.span(), "not a text; left out");
      }
    }
    return texts;
  }
  template <typename RecordType>
  RecordType Make(const Value& value, std::string_view what, std::string_view name) {
    RecordType record;
    record.origin.span = value.span();
    record.origin.object = facts_.Keep(Concat({what, " ", name}));
    return record;
  }
  Str Hole(const Value& value, std::string_view what, std::string_view fill) {
    facts::Hole hole;
    hole.what = facts_.Keep(what);
    hole.why = "the output does not hold it";
    hole.fill = facts_.Keep(fill);
    hole.origin.span = value.span();
    return facts_.AddHole(std::move(hole));
  }

  source::SourceSet& sources_;
  facts::Facts& facts_;
  source::Diagnostics& diagnostics_;
};

// arn:aws:eks:REGION:ACCOUNT:cluster/NAME
Str ArnSection(Str arn, size_t section) {
  const std::vector<std::string_view> sections = Split(arn, ':');
  return sections.size() > 5 ? sections[section] : Str();
}

Str WithoutScheme(Str url) {
  constexpr std::string_view kScheme = "https://";
  if (url.substr(0, kScheme.size()) == kScheme) {
    url.remove_prefix(kScheme.size());
  }
  return !url.empty() && url.back() == '/' ? url.substr(0, url.size() - 1) : url;
}

facts::AuthenticationMode ModeOf(Str text) {
  using Mode = facts::AuthenticationMode;
  return text == "CONFIG_MAP"           ? Mode::kConfigMap
         : text == "API_AND_CONFIG_MAP" ? Mode::kApiAndConfigMap
         : text == "API"                ? Mode::kApi
                                        : Mode::kUnknown;
}

void CliReader::Cluster(const Value& value, const Value&) {
  const Str name = Needed(value, "name");
  auto cluster = Make<facts::Cluster>(value, "cluster", name);
  cluster.name = name;
  cluster.arn = Text(value, "arn");
  cluster.region = ArnSection(cluster.arn, 3);
  cluster.account = ArnSection(cluster.arn, 4);
  cluster.version = Text(value, "version");
  cluster.role_arn = Text(value, "roleArn");
  cluster.issuer = WithoutScheme(Text(value.Get("identity").Get("oidc"), "issuer"));
  cluster.mode = ModeOf(Text(value.Get("accessConfig"), "authenticationMode"));
  const Value compute = value.Get("computeConfig");
  cluster.auto_mode = compute.Get("enabled").is_true();
  cluster.auto_mode_node_role = Text(compute, "nodeRoleArn");
  facts_.clusters.push_back(std::move(cluster));
}

void CliReader::AccessEntry(const Value& value, const Value&) {
  const Str principal = Needed(value, "principalArn");
  auto entry = Make<facts::AccessEntry>(value, "access entry", principal);
  entry.cluster = Text(value, "clusterName");
  entry.principal_arn = principal;
  entry.type = Text(value, "type");
  entry.user_name = Text(value, "username");
  entry.groups = Texts(value.Get("kubernetesGroups"));
  // It says what a list of entries, read before, left open.
  auto& all = facts_.access_entries;
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](const facts::AccessEntry& other) {
                             return other.groups_open && other.principal_arn == principal &&
                                    other.origin.address.empty() &&
                                    (other.cluster.empty() || other.cluster == entry.cluster);
                           }),
            all.end());
  all.push_back(std::move(entry));
}

void CliReader::AccessEntries(const Value& arns, const Value&) {
  for (const Value item : arns.elements()) {
    if (!item.is_string()) {
      diagnostics_.AddLoss("eks.value", item.span(), "not an ARN; left out");
      continue;
    }
    const Str principal = facts_.Keep(item.text());
    const bool described =
        std::any_of(facts_.access_entries.begin(), facts_.access_entries.end(),
                    [&](const facts::AccessEntry& known) {
                      return known.principal_arn == principal && known.origin.address.empty();
                    });
    if (described) {
      continue;
    }
    // Type, user name, groups: `aws eks describe-access-entry` says them. The cluster too.
    auto entry = Make<facts::AccessEntry>(item, "access entry", principal);
    entry.principal_arn = principal;
    entry.user_name_open = true;
    entry.groups_open = true;
    facts_.access_entries.push_back(std::move(entry));
  }
}

void CliReader::AccessPolicies(const Value& associations, const Value& root) {
  using Scope = facts::AccessPolicyAssociation::Scope;
  const Str principal = Needed(root, "principalArn");
  for (const Value item : associations.elements()) {
    const Str policy = Needed(item, "policyArn");
    auto association = Make<facts::AccessPolicyAssociation>(item, "access policy", policy);
    association.cluster = Text(root, "clusterName");
    association.principal_arn = principal;
    association.policy_arn = policy;
    const Value scope = item.Get("accessScope");
    const Str type = Text(scope, "type");
    association.scope = type == "cluster"     ? Scope::kCluster
                        : type == "namespace" ? Scope::kNamespaces
                                              : Scope::kUnknown;
    association.namespaces = Texts(scope.Get("namespaces"));
    facts_.access_policies.push_back(std::move(association));
  }
}

void CliReader::PodIdentity(const Value& value, const Value&) {
  const Str name = Needed(value, "serviceAccount");
  const Str namespace_name = Needed(value, "namespace");
  auto association = Make<facts::PodIdentityAssociation>(value, "pod identity association",
                                                         Concat({namespace_name, "/", name}));
  association.cluster = Text(value, "clusterName");
  association.namespace_name = namespace_name;
  association.service_account = name;
  const Value role = value.Get("roleArn");
  association.role_arn = Text(value, "roleArn");
  const bool listed_only = !role;
  auto& all = facts_.pod_identities;
  const auto same =
      std::find_if(all.begin(), all.end(), [&](const facts::PodIdentityAssociation& other) {
        return other.origin.address.empty() && other.cluster == association.cluster &&
               other.namespace_name == namespace_name && other.service_account == name;
      });
  if (listed_only) {
    if (same != all.end()) {
      return;
    }
    association.role_arn =
        Hole(value, Concat({"role of the pod identity association of ", namespace_name, "/", name}),
             Concat({"aws eks describe-pod-identity-association --cluster-name ",
                     association.cluster, " --association-id ", Text(value, "associationId")}));
  }
  association.target_role_arn = Text(value, "targetRoleArn");
  association.external_id = Text(value, "externalId");
  association.disable_session_tags = value.Get("disableSessionTags").is_true();
  if (const Value policy = value.Get("policy"); policy && !policy.is_null()) {
    PolicyReading as;
    as.use = PolicyUse::kIdentity;
    as.origin = association.origin;
    association.session_policy =
        facts_.Add(ReadPolicyText(policy, as, sources_, facts_, diagnostics_));
  }
  if (same != all.end() && facts::HasHole(same->role_arn)) {
    *same = std::move(association);
  } else {
    all.push_back(std::move(association));
  }
}

void CliReader::PodIdentities(const Value& associations, const Value& root) {
  for (const Value item : associations.elements()) {
    PodIdentity(item, root);
  }
}

void CliReader::Nodegroup(const Value& value, const Value&) {
  const Str name = Needed(value, "nodegroupName");
  auto group = Make<facts::NodeGroup>(value, "node group", name);
  group.kind = facts::NodeGroup::Kind::kManaged;
  group.cluster = Text(value, "clusterName");
  group.name = name;
  group.role_arn = Text(value, "nodeRole");
  // What EKS's own launch template sets: hop limit 2 for Amazon Linux 2, 1 for Amazon Linux 2023.
  const Str ami = Text(value, "amiType");
  const Value launch_template = value.Get("launchTemplate");
  if (launch_template && !launch_template.is_null()) {
    group.imds_why = "the node group's launch template was not read";
  } else if (ami.substr(0, 7) == "AL2023_") {
    group.imds_from_pods = Tri::kFalse;
  } else if (ami.substr(0, 4) == "AL2_") {
    group.imds_from_pods = Tri::kTrue;
  } else {
    group.imds_why = "the hop limit of this AMI type is not known";
  }
  facts_.node_groups.push_back(std::move(group));
}

void CliReader::FargateProfile(const Value& value, const Value&) {
  const Str name = Needed(value, "fargateProfileName");
  auto group = Make<facts::NodeGroup>(value, "Fargate profile", name);
  group.kind = facts::NodeGroup::Kind::kFargate;
  group.cluster = Text(value, "clusterName");
  group.name = name;
  group.role_arn = Text(value, "podExecutionRoleArn");
  group.imds_from_pods = Tri::kFalse;
  facts_.node_groups.push_back(std::move(group));
}

void CliReader::Addon(const Value& value, const Value&) {
  const Str name = Needed(value, "addonName");
  auto addon = Make<facts::Addon>(value, "add-on", name);
  addon.cluster = Text(value, "clusterName");
  addon.name = name;
  addon.service_account_role_arn = Text(value, "serviceAccountRoleArn");
  facts_.addons.push_back(std::move(addon));
}

void CliReader::Addons(const Value& names, const Value&) {
  for (const Value item : names.elements()) {
    if (item.is_string()) {
      auto addon = Make<facts::Addon>(item, "add-on", item.text());
      addon.name = facts_.Keep(item.text());
      facts_.addons.push_back(std::move(addon));
    }
  }
}

// An output is known by one key, and by a key inside it where other tools use the first one too.
struct Form {
  std::string_view key;
  std::string_view inner;  // of the object, or of the first element of the list; "" for texts
  bool list = false;
  void (CliReader::*read)(const Value& value, const Value& root) = nullptr;
};
constexpr Form kForms[] = {
    {"cluster", "identity", false, &CliReader::Cluster},
    {"cluster", "resourcesVpcConfig", false, &CliReader::Cluster},
    {"cluster", "accessConfig", false, &CliReader::Cluster},
    {"accessEntry", "principalArn", false, &CliReader::AccessEntry},
    {"accessEntries", "", true, &CliReader::AccessEntries},
    {"associatedAccessPolicies", "policyArn", true, &CliReader::AccessPolicies},
    {"association", "serviceAccount", false, &CliReader::PodIdentity},
    {"associations", "serviceAccount", true, &CliReader::PodIdentities},
    {"nodegroup", "nodegroupName", false, &CliReader::Nodegroup},
    {"fargateProfile", "fargateProfileName", false, &CliReader::FargateProfile},
    {"addon", "addonName", false, &CliReader::Addon},
    {"addons", "", true, &CliReader::Addons},
};

const Form* FormOf(const Value& root) {
  for (const Form& form : kForms) {
    const Value value = root.Get(form.key);
    if (form.list) {
      const Value first = value.At(0);
      const bool empty = value.is_array() && value.size() == 0;
      if (empty ||
          (form.inner.empty() ? first.is_string() : static_cast<bool>(first.Get(form.inner)))) {
        return &form;
      }
    } else if (value.Get(form.inner)) {
      return &form;
    }
  }
  return nullptr;
}

// The outputs of a document: it, or the elements of an array.
std::vector<Value> Outputs(const Value& root) {
  if (!root.is_array()) {
    return {root};
  }
  std::vector<Value> outputs;
  for (const Value item : root.elements()) {
    outputs.push_back(item);
  }
  return outputs;
}

}  // namespace

bool LooksLikeEksCli(const Value& root) {
  const std::vector<Value> outputs = Outputs(root);
  return !outputs.empty() && std::all_of(outputs.begin(), outputs.end(), [](const Value& output) {
    return output.is_object() && FormOf(output) != nullptr;
  });
}

void ReadEksCli(const Value& root, source::SourceSet& sources, facts::Facts& facts,
                source::Diagnostics& diagnostics) {
  CliReader reader(sources, facts, diagnostics);
  for (const Value& output : Outputs(root)) {
    const Form* form = FormOf(output);
    if (form == nullptr) {
      diagnostics.AddLoss("eks.value", output.span(), "not an output of aws eks; left out");
      continue;
    }
    (reader.*form->read)(output.Get(form->key), output);
    const Value next = output.Get("nextToken");
    if (next && !next.is_null()) {
      diagnostics.AddLoss("eks.more-pages", next.span(),
                          Concat({"the output of ", form->key, " has further pages"}));
    }
  }
}

}  // namespace whomay::ingest

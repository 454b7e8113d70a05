#include "ingest/terraform/providers.h"

#include <algorithm>
#include <set>

#include "base/strings.h"

namespace whomay::ingest::terraform {
namespace {

using syntax::Value;

constexpr size_t kInstancesBetweenReleases = 256;

bool IsAccount(std::string_view text) {
  return text.size() == 12 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool IsRegion(std::string_view text) {
  return text.size() > 6 && std::count(text.begin(), text.end(), '-') >= 2;
}

std::string_view PartitionOfRegion(std::string_view region) {
  return region.substr(0, 3) == "cn-"       ? "aws-cn"
         : region.substr(0, 7) == "us-gov-" ? "aws-us-gov"
                                            : std::string_view();
}

bool IsAwsType(const Instance& instance) { return instance.type.substr(0, 4) == "aws_"; }

std::string_view Option(const std::map<std::string, std::string, std::less<>>& options,
                        std::string_view key) {
  const auto at = options.find(key);
  return at == options.end() ? std::string_view() : std::string_view(at->second);
}

}  // namespace

ArnParts SplitArn(std::string_view arn) {
  ArnParts parts;
  if (arn.substr(0, 4) != "arn:") {
    return parts;
  }
  std::string_view* const fields[] = {&parts.partition, &parts.service, &parts.region,
                                      &parts.account};
  size_t at = 4;
  for (std::string_view* const field : fields) {
    const size_t colon = arn.find(':', at);
    if (colon == std::string_view::npos) {
      return {};
    }
    *field = arn.substr(at, colon - at);
    at = colon + 1;
  }
  parts.resource = arn.substr(at);
  return parts;
}

Providers::Providers(const Document& document, const Configuration& configuration,
                     const InstanceTable& instances, const TerraformOptions& options,
                     const source::SourceSet& sources, facts::Facts& facts)
    : document_(document),
      configuration_(configuration),
      instances_(instances),
      options_(options),
      facts_(facts),
      pages_(sources, document.root.span(), kInstancesBetweenReleases),
      keys_(instances.all().size()) {}

Str Providers::KeyOf(const Instance& instance) {
  std::optional<Str>& known = keys_[static_cast<size_t>(&instance - instances_.all().data())];
  if (!known) {
    pages_.Tick();
    known = FindKey(instance);
  }
  return *known;
}

Str Providers::FindKey(const Instance& instance) const {
  if (!instance.provider_key.empty()) {
    return instance.provider_key;
  }
  const std::string address =
      Concat({instance.data ? "data." : "", instance.type, ".", instance.name});
  std::string_view key =
      configuration_.Outline(instance.config_path, address).Get("provider_config_key").text();
  if (key.empty()) {
    return {};
  }
  if (!configuration_.Provider(key)) {
    // Older versions name the module that uses it: `module.a:aws`, where the root's is meant.
    const size_t colon = key.rfind(':');
    if (colon != std::string_view::npos) {
      key = key.substr(colon + 1);
    }
  }
  return facts_.Keep(key);
}

std::string_view Providers::Constant(const Value& expression) const {
  const Value constant = expression.Get("constant_value");
  if (constant.is_string()) {
    return constant.text();
  }
  const Value references = expression.Get("references");
  if (references.size() == 1) {
    const std::optional<std::vector<Part>> parts = Tokenize(references.At(0).text());
    if (parts && parts->size() == 2 && (*parts)[0].text == "var") {
      return configuration_.Variable((*parts)[1].text).text();
    }
  }
  return {};
}

AwsPlace Providers::Find(std::string_view key) {
  std::string_view account = Option(options_.accounts, key);
  std::string_view region = Option(options_.regions, key);
  std::string_view partition;
  const Value provider = configuration_.Provider(key).Get("expressions");
  if (account.empty()) {
    const ArnParts role = SplitArn(Constant(provider.Get("assume_role").At(0).Get("role_arn")));
    account = role.account;
    partition = role.partition;
  }
  const Value allowed = provider.Get("allowed_account_ids");
  if (account.empty()) {
    const Value constant = allowed.Get("constant_value");
    account = constant.size() == 1 ? constant.At(0).text() : Constant(allowed);
  }
  if (region.empty()) {
    region = Constant(provider.Get("region"));
  }
  // What the provider itself reported, then what its resources' ARNs say.
  std::set<std::string_view> arn_accounts;
  for (const bool own : {true, false}) {
    for (const Instance& instance : instances_.all()) {
      if (!IsAwsType(instance) || KeyOf(instance) != key) {
        continue;
      }
      if (own) {
        if (!instance.data) {
          continue;
        }
        const View& values = instance.values;
        if (instance.type == "aws_caller_identity" && account.empty()) {
          account = values.Get("account_id").text();
          partition = partition.empty() ? SplitArn(values.Get("arn").text()).partition : partition;
        } else if (instance.type == "aws_region" && region.empty()) {
          const std::string_view name = values.Get("name").text();
          region = name.empty() ? values.Get("id").text() : name;
        } else if (instance.type == "aws_partition" && partition.empty()) {
          partition = values.Get("partition").text();
        }
      } else if (!instance.data) {
        pages_.Tick();
        const ArnParts arn = SplitArn(instance.values.Get("arn").text());
        if (IsAccount(arn.account)) {
          arn_accounts.insert(arn.account);
        }
        region = region.empty() && IsRegion(arn.region) ? arn.region : region;
        partition = partition.empty() ? arn.partition : partition;
      }
    }
  }
  // Without a provider's name several accounts may stand behind these ARNs.
  if (account.empty() && !arn_accounts.empty() && (!key.empty() || arn_accounts.size() == 1)) {
    account = *arn_accounts.begin();
  }
  if (account.empty()) {
    account = Option(options_.accounts, "");
  }
  if (region.empty()) {
    region = Option(options_.regions, "");
  }
  if (partition.empty()) {
    partition = PartitionOfRegion(region);
  }
  AwsPlace place;
  place.partition = partition.empty() ? "aws" : facts_.Keep(partition);
  const auto hole = [&](std::string_view what, std::string_view flag) {
    facts::Hole hole;
    hole.kind = facts::Hole::Kind::kSymbol;
    const std::string provider = key.empty() ? "the provider" : Concat({"provider ", key});
    hole.what = facts_.Keep(Concat({what, " of ", provider}));
    hole.why = facts_.Keep(Concat({"no input says which ", what, " ", provider, " works in"}));
    hole.fill = facts_.Keep(Concat({flag, " ", key, key.empty() ? "" : "=", "..."}));
    return facts_.AddHole(std::move(hole));
  };
  place.account = !account.empty() ? facts_.Keep(account)
                  : key.empty() && document_.kind != DocumentKind::kPlan
                      ? Str()
                      : hole("account", "--account");
  place.region = !region.empty() ? facts_.Keep(region)
                 : key.empty() && document_.kind != DocumentKind::kPlan
                     ? Str()
                     : hole("region", "--region");
  return place;
}

const AwsPlace& Providers::Place(std::string_view key) {
  const auto at = places_.find(key);
  if (at != places_.end()) {
    return at->second;
  }
  return places_.emplace(std::string(key), Find(key)).first->second;
}

AwsPlace Providers::PlaceOf(const Instance& instance) {
  AwsPlace place = Place(KeyOf(instance));
  const View own_region = instance.values.Get("region");
  if (!instance.data && own_region.set() && IsRegion(own_region.text())) {
    place.region = facts_.Keep(own_region.text());
  }
  const ArnParts arn = SplitArn(instance.values.Get("arn").text());
  if (IsAccount(arn.account)) {
    place.account = facts_.Keep(arn.account);
  }
  if (!arn.partition.empty()) {
    place.partition = facts_.Keep(arn.partition);
    if (!arn.region.empty()) {
      place.region = facts_.Keep(arn.region);
    }
  }
  return place;
}

}  // namespace whomay::ingest::terraform

// Providers: which account, partition and region a resource's provider configuration works in, and
// which cluster a Kubernetes one talks to.
//
// An account is taken from, in this order: the user's --account; the provider's
// assume_role.role_arn or allowed_account_ids; data.aws_caller_identity with that provider; ARNs of
// resources with that provider; else it is a hole of its own for each provider. State JSON names no
// provider: its account is known only where all of the document's ARNs agree. Semantics: spec
// terraform 1.10. Thread safety: none; memoises.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_PROVIDERS_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_PROVIDERS_H_

#include <map>
#include <optional>
#include <string>

#include "facts/facts.h"
#include "ingest/terraform/configuration.h"
#include "ingest/terraform/document.h"
#include "ingest/terraform/page_release.h"
#include "ingest/terraform/terraform.h"
#include "ingest/terraform/worlds.h"

namespace whomay::ingest::terraform {

struct AwsPlace {
  Str account;    // a hole when not known; "" in state JSON of several accounts
  Str partition;  // "aws"
  Str region;     // a hole when not known
};

class Providers {
 public:
  Providers(const Document& document, const Configuration& configuration,
            const InstanceTable& instances, const TerraformOptions& options,
            const source::SourceSet& sources, facts::Facts& facts);

  // The provider configuration key of a resource of the table, "" where the document names none.
  Str KeyOf(const Instance& instance);
  // Of the provider, the resource's own `region` argument and its ARN applied.
  AwsPlace PlaceOf(const Instance& instance);
  const AwsPlace& Place(std::string_view key);
  // A constant of a provider's configuration, followed through root variables; empty when it is
  // none.
  std::string_view Constant(const syntax::Value& expression) const;

 private:
  AwsPlace Find(std::string_view key);
  Str FindKey(const Instance& instance) const;

  const Document& document_;
  const Configuration& configuration_;
  const InstanceTable& instances_;
  const TerraformOptions& options_;
  facts::Facts& facts_;
  PageRelease pages_;
  std::map<std::string, AwsPlace, std::less<>> places_;
  std::vector<std::optional<Str>> keys_;  // by instance
};

// Sections of an ARN; empty texts when it is none.
struct ArnParts {
  std::string_view partition, service, region, account, resource;
};
ArnParts SplitArn(std::string_view arn);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_PROVIDERS_H_

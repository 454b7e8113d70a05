// Attributes: the text of one attribute of one resource instance, known or not.
//
// What is not known until apply is built where it can be (an ARN from account, path and name, an id
// that is the name), and is a symbol otherwise: a hole that is equal to itself and tells which
// attribute of which resource it stands for. The same role so has the same ARN before and after
// apply wherever its name is known. Semantics: spec terraform 1.10. Thread safety: none; memoises.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_ATTRIBUTES_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_ATTRIBUTES_H_

#include <functional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "facts/facts.h"
#include "ingest/terraform/providers.h"
#include "ingest/terraform/terraform.h"
#include "ingest/terraform/worlds.h"

namespace whomay::ingest::terraform {

class Attributes {
 public:
  Attributes(const InstanceTable& instances, Providers& providers, const TerraformOptions& options,
             facts::Facts& facts);

  // `attribute` is a path as references write it: `arn`, `identity[0].oidc[0].issuer`. Never empty
  // texts for what is unknown; empty for what is not set.
  Str Text(InstanceId id, std::string_view attribute);
  // The part of the values that a path leads to.
  View Look(InstanceId id, std::string_view attribute) const;
  // A symbol for the attribute, whether or not its value could be built.
  Str Symbol(const Instance& instance, std::string_view attribute);
  // Asked for the few arguments by which a resource is known to others before apply (an identity
  // provider's url); an empty text when it cannot tell.
  void set_resolver(std::function<Str(InstanceId, std::string_view attribute)> resolver) {
    resolver_ = std::move(resolver);
  }
  // --assume ADDRESS.ATTRIBUTE=VALUE, or nothing.
  const std::string* Assumed(std::string_view address, std::string_view path) const;
  // Does the attribute tell instances of its type apart (arn, id, name …)?
  static bool IsIdentity(std::string_view attribute);

 private:
  std::string Build(const Instance& instance, InstanceId id, std::string_view pattern);

  const InstanceTable& instances_;
  Providers& providers_;
  const TerraformOptions& options_;
  facts::Facts& facts_;
  std::function<Str(InstanceId, std::string_view)> resolver_;
  absl::flat_hash_map<std::string, Str> memo_;
};

// `https://host/path/` -> `host/path`.
std::string_view WithoutScheme(std::string_view url);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_ATTRIBUTES_H_

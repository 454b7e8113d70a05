// The keys of .whomay.yaml that `check` reads, and baselines.
//
//   threshold: high               # note, low, medium, high
//   baseline: .whomay-baseline.json
//   suppress:
//   - rule: irsa-wildcard-name    # a glob of ids
//     subject: '*/shop-mailer'    # a glob; or address: a glob of Terraform addresses
//     reason: the namespace is the team's own
//     expires: 2027-01-31
//   assertions:
//   - name: secrets of the shop
//     permission: get secrets         # with cluster: NAME, namespace: NAME, account: ID, escalate:
//     namespace: shop                 # true, context: {KEY: VALUE} where they are needed
//     only: [role/shop-admin, 'sa:shop/*']    # or never:, at_least:
//   - principal: lea
//     permission: s3:GetObject arn:aws:s3:::orders/*
//     expect: denied
//
// Unknown keys, and suppressions without a reason, are errors with their place. Thread safety: pure
// functions.
#ifndef WHOMAY_LIB_CLI_CHECK_CONFIG_H_
#define WHOMAY_LIB_CLI_CHECK_CONFIG_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/config.h"
#include "source/source.h"
#include "syntax/tree.h"

namespace whomay::cli {

// The keys that are known, sorted: of the configuration, its inputs, suppressions and assertions.
// schemas/whomay.yaml.schema.json has the same.
std::span<const std::string_view> ConfigKeys();
std::span<const std::string_view> InputKeys();
std::span<const std::string_view> SuppressionKeys();
std::span<const std::string_view> AssertionKeys();

// "path:line:column: message"
absl::Status ErrorAt(const source::SourceSet& sources, source::Span span, std::string_view message);

// Reads one key of the configuration; false if it is none of check's.
absl::StatusOr<bool> ReadCheckKey(const source::SourceSet& sources, const syntax::Value& member,
                                  const std::string& folder, Config& config);

// {"schema": "whomay.baseline/1", "findings": [{rule, subject, fingerprint, reason?, expires?}]}
absl::StatusOr<std::vector<Suppression>> ParseBaseline(std::string_view path, std::string text);
// Everything in the answer that is not suppressed otherwise; sorted, without timestamps.
std::string WriteBaseline(const CheckAnswer& answer);

}  // namespace whomay::cli

#endif  // WHOMAY_LIB_CLI_CHECK_CONFIG_H_

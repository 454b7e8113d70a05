// Reading: one Terraform document while its resources are turned into facts; what the readers of
// resource types (resources/) ask.
//
//   Reading& r; const Field role = r.Root(id);
//   record.role_arn = r.Text(role.Get("role_arn"), Want::kRoleArn);
//
// Every text that Text() returns is known, or holds a hole that says why and what would fill it, or
// is empty because the attribute is not set. Semantics: spec terraform 1.5, 1.8. Thread safety:
// none.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_READING_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_READING_H_

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "facts/facts.h"
#include "ingest/iam/policy_document.h"
#include "ingest/terraform/attributes.h"
#include "ingest/terraform/configuration.h"
#include "ingest/terraform/document.h"
#include "ingest/terraform/providers.h"
#include "ingest/terraform/resolve.h"
#include "ingest/terraform/terraform.h"
#include "ingest/terraform/worlds.h"

namespace whomay::syntax {
class TreeBuilder;
}

namespace whomay::ingest::terraform {

class PlanSource;
struct SourceValue;

// A part of an instance's values, and the way to it.
struct Field {
  InstanceId id = InstanceId::kNone;
  View view;
  Path path;

  Field Get(std::string_view key) const;
  // Elements of a known list.
  std::vector<Field> elements() const;
  // The first element, as blocks that can stand once are written.
  Field First() const;
  bool set() const { return view.set(); }
  bool unknown() const { return view.unknown(); }
};

// In which worlds a list on a resource itself counts (a role's managed policies, a bucket's policy)
// where resources of their own say the same in the worlds `covered`: it repeats them, and is stale
// once they change, so it counts before apply only where they are not, after it only where there
// are none.
facts::Worlds OwnWorlds(facts::Worlds own, int covered);

// What became of an unknown value.
struct Resolution {
  TerraformOptions::Resolved::How how = TerraformOptions::Resolved::How::kNone;
  Str text;                     // "" where it counts as not set
  bool unset = false;           // computed and not configured: the provider's default
  std::vector<Target> targets;  // instances, when one or several
};

class Reading {
 public:
  Reading(const Document& document, const TerraformOptions& options, source::SourceSet& sources,
          facts::Facts& facts, source::Diagnostics& diagnostics);
  ~Reading();

  Field Root(InstanceId id) const { return {id, instances[id].values, {}}; }
  const Instance& Of(const Field& field) const { return instances[field.id]; }
  // The record's origin and worlds.
  template <typename RecordType>
  RecordType Begin(InstanceId id, std::string_view object = {}) {
    RecordType record;
    record.origin = {instances[id].span, instances[id].address, facts.Keep(object)};
    record.worlds = instances[id].worlds;
    return record;
  }

  // The text of a scalar. `unset` is set where the value is unknown and was taken as not set.
  Str Text(const Field& field, Want want, bool* unset = nullptr);
  // The texts of a list. `open` is set where further ones may come; without it, one hole stands for
  // them.
  std::vector<Str> Texts(const Field& field, Want want, bool* open = nullptr);
  // The value with what the source or the user fill in.
  Field Filled(const Field& field, Want want = Want::kText);
  // A text with holes, JSON or YAML, as what it holds; missing where a hole leaves open what that
  // is. Holds while this lives.
  syntax::Value Structure(const Field& field, bool yaml);
  Resolution Resolve(const Field& field, Want want);

  // A policy's JSON, known or followed to its document; kNone when not set.
  facts::PolicyId Policy(const Field& field, PolicyUse use);
  // The document of a data.aws_iam_policy_document.
  facts::PolicyId DocumentOf(InstanceId id, PolicyUse use);
  facts::PolicyId OpenPolicy(InstanceId id, facts::Hole hole);

  // Who is meant by a name (or unknown name) of a role, user or group.
  facts::IamRef Ref(const Field& field, facts::IamKind kind);
  facts::IamRef RefByName(InstanceId from, std::string_view name, facts::IamKind kind);
  // The same for a list of names.
  std::vector<facts::IamRef> Refs(const Field& field, facts::IamKind kind);
  // The account of a record: that of its ARN, else the provider's.
  Str Account(InstanceId id) { return providers.PlaceOf(instances[id]).account; }
  // The cluster that a Kubernetes resource's provider talks to; "" when the document does not say.
  Str ClusterOf(InstanceId id);

  // The instances of a type whose attribute has this known text.
  const std::vector<InstanceId>& Having(std::string_view type, bool data,
                                        std::string_view attribute, std::string_view value);

  facts::Hole OpenHole(const Field& field, std::string_view why) const;
  Str KeepHole(facts::Hole hole) { return facts.AddHole(std::move(hole)); }

  const Document& document;
  const TerraformOptions& options;
  source::SourceSet& sources;
  facts::Facts& facts;
  source::Diagnostics& diagnostics;
  const Configuration configuration;
  const InstanceTable instances;
  Providers providers;
  Attributes attributes;
  Resolver resolver;

  // Kept for the readers of resource policies: by the type of resource that puts one on another,
  // the worlds in which it does so, by the other's ARN.
  std::map<std::string, std::map<Str, int>, std::less<>> policies_put;
  // Instances that readers group: by the name of a grouping, then by a key of its own.
  std::map<std::string, std::map<std::string, std::vector<InstanceId>>, std::less<>> groups;
  // What else readers keep while a document is read, by keys of their own.
  std::map<std::string, Str, std::less<>> kept;

 private:
  Str TextOf(const Target& target, Want want, const Field& field);
  Resolution Decide(const Field& field, Want want, const Trace& trace);
  std::string WhyOpen(const Field& field, Want want, const Trace& trace,
                      std::string_view& obstacle);
  void Report(const Field& field, const Resolution& resolution, std::string_view obstacle,
              std::string why) const;
  Resolution NotConfigured(const Field& field);
  const DependencyGraph* ChooseGraph() const;
  std::string LikelyBehindLocals(const Field& field, Want want);
  void ReadRelevant();
  std::set<std::string> AppliedDependencies(const Instance& instance) const;
  void SayHow(const Field& field, const Resolution& resolution, std::string_view how);
  Str Choice(const Field& field, const std::vector<Str>& texts, std::string_view why);
  facts::PolicyId PolicyOfTarget(const Target& target, PolicyUse use, const Field& field);

  // reading_source.cc: what Terraform's code fills.
  struct FromSource;
  void OpenSource();
  const FromSource& SourceOf(const Field& field);
  Field FilledFromSource(const Field& field, Want want);
  Field ElementsFromSource(const Field& list, Want want);
  std::optional<Resolution> ResolvedBySource(const Field& field, Want want);
  Str SourceText(const SourceValue& value, Want want, const Field& field);
  syntax::Value TreeOf(const SourceValue& value, Want want, const Field& field, source::Span at);
  void WriteSource(const SourceValue& value, Want want, const Field& field, source::Span at,
                   syntax::TreeBuilder& to);

  absl::flat_hash_map<std::string, Resolution> resolved_;
  absl::flat_hash_map<std::string, facts::PolicyId> policies_;
  std::map<std::string, Str, std::less<>> clusters_;  // by provider key
  // Indexes made when first asked for: by "type attribute", then by value.
  std::map<std::string, std::map<std::string_view, std::vector<InstanceId>>> having_;
  const std::vector<InstanceId> none_;
  // Addresses in the plan's relevant_attributes, read when first asked for.
  absl::flat_hash_set<std::string> relevant_;
  bool relevant_read_ = false;
  size_t said_how_ = 0;                 // notes of SayHow()
  std::unique_ptr<PlanSource> source_;  // null where no code was given
  std::map<std::string, std::shared_ptr<const FromSource>> from_source_;
  std::deque<syntax::Tree> trees_;  // of what was filled in
  PageRelease pages_;
  int policy_depth_ = 0;
  int resolving_ = 0;
};

// Source and override documents nest no deeper (terraform.policy-depth).
inline constexpr int kMaxPolicyDepth = 32;

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_READING_H_

#include "ingest/terraform/terraform.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/strings.h"
#include "ingest/terraform/document.h"
#include "ingest/terraform/merge.h"
#include "ingest/terraform/reading.h"
#include "ingest/terraform/resources/readers.h"
#include "ingest/terraform/same_addresses.h"
#include "syntax/json.h"

namespace whomay::ingest {
namespace {

using source::Severity;
using syntax::Value;
using terraform::Document;
using terraform::DocumentKind;
using terraform::TextKind;
using terraform::TypeReader;

using Readers = absl::flat_hash_map<std::string_view, std::vector<TypeReader>>;

// Readers by type; a family is a row here. What carries a role is read beside what else the type
// is.
Readers AllReaders() {
  Readers all;
  for (const auto& family :
       {terraform::IamReaders(), terraform::EksReaders(), terraform::KubernetesReaders(),
        terraform::ResourcePolicyReaders(), terraform::OrganizationReaders(),
        terraform::HelmReaders(), terraform::IdentityCenterReaders(), terraform::OutsideReaders(),
        terraform::CarrierReaders()}) {
    for (const TypeReader& reader : family) {
      all[reader.type].push_back(reader);
    }
  }
  return all;
}

// Pages of a large file that were read are given back so often.
constexpr size_t kInstancesBetweenReleases = 512;

std::string_view KindName(DocumentKind kind) {
  return kind == DocumentKind::kPlan ? "terraform-plan" : "terraform-state";
}

// What nobody asks for of a plan or state is not kept: a third of the file. Of a configuration,
// most of the rest, expressions and variables are parsed again where they are asked for
// (configuration.h). Keys of those names in a resource's own values are of no matter here.
bool IsAskedFor(const Value& value, size_t depth) {
  static constexpr std::string_view kTop[] = {"planned_values", "relevant_attributes", "checks",
                                              "resource_drift", "output_changes"};
  static constexpr std::string_view kAnywhere[] = {
      "before_sensitive", "after_sensitive", "sensitive_values", "replace_paths",
      "expressions",      "variables",       "provider_config"};
  const std::string_view key = value.key();
  if (key.empty()) {
    return true;
  }
  if (depth == 1 && std::find(std::begin(kTop), std::end(kTop), key) != std::end(kTop)) {
    return false;
  }
  return std::find(std::begin(kAnywhere), std::end(kAnywhere), key) == std::end(kAnywhere);
}

std::vector<syntax::Tree> Parse(source::Span text, const source::SourceSet& sources,
                                source::Diagnostics& diagnostics) {
  syntax::JsonOptions options;
  options.keep = IsAskedFor;
  options.keep_depth = 64;  // modules nest their resources no deeper in any plan seen
  std::vector<syntax::Tree> trees =
      syntax::ParseJsonSequence(sources, text, diagnostics, {}, options);
  // A plan of planned values only: they are asked for.
  const bool trimmed = std::any_of(trees.begin(), trees.end(), [](const syntax::Tree& tree) {
    return tree.root().Get("planned_values").is_collapsed() &&
           !tree.root().Get("resource_changes").is_array();
  });
  if (trimmed) {
    source::Diagnostics repeated;
    return syntax::ParseJsonSequence(sources, text, repeated);
  }
  return trees;
}

// What of a document's completeness its own flags say.
facts::Input InputOf(const Document& document, source::FileId file, facts::Facts& facts,
                     source::Diagnostics& diagnostics) {
  facts::Input input;
  input.file = file;
  input.kind = KindName(document.kind);
  const Value root = document.root;
  if (document.kind == DocumentKind::kRawState) {
    input.lineage = facts.Keep(root.Get("lineage").text());
  }
  const auto incomplete = [&](const Value& flag, std::string_view code, std::string_view why) {
    input.complete = false;
    input.why = facts.Keep(why);
    diagnostics.AddLoss(std::string(code), flag.key_span(), std::string(why));
  };
  if (root.Get("errored").is_true()) {
    incomplete(root.Get("errored"), "terraform.errored",
               "planning failed, the plan holds only what came before the error");
  } else if (root.Get("complete").is_false()) {
    incomplete(
        root.Get("complete"), "terraform.incomplete",
        "the plan is not complete: made with -target, or with changes deferred to another run");
  } else if (root.Get("deferred_changes").size() > 0) {
    incomplete(root.Get("deferred_changes"), "terraform.incomplete",
               "the plan defers changes to another run");
  }
  if (document.version.empty() && !document.wrapped) {
    diagnostics.Add("terraform.version", Severity::kWarning,
                    {file, root.span().begin, root.span().begin + 1},
                    "the document names no format version; read as the newest");
  }
  return input;
}

// Resources of types that are read which somebody changed by other means than Terraform since it
// was last applied. What was found is the world before. Notes: roles' lists change whenever another
// resource attaches something.
void ReportDrift(const Document& document, const Readers& readers, source::SourceSet& sources,
                 source::Diagnostics& diagnostics) {
  Value drift = document.root.Get("resource_drift");
  syntax::Tree whole;
  if (drift.is_collapsed()) {
    source::Diagnostics said;  // when the document was read
    whole = syntax::ParseJson(sources, drift.span(), said);
    drift = whole.root();
  }
  const auto bytes = [&sources](const Value& value) {
    const source::Span at = value.span();
    return sources.bytes(at.file).substr(at.begin, at.end - at.begin);
  };
  for (const Value entry : drift.elements()) {
    const auto reader = readers.find(entry.Get("type").text());
    const Value before = entry.Get("change").Get("before");
    const Value after = entry.Get("change").Get("after");
    if (reader == readers.end() || !before.is_object()) {
      continue;
    }
    std::vector<std::string_view> changed;
    for (const Value member : after.members()) {
      const Value old = before.Get(member.key());
      if (!old || bytes(old) != bytes(member)) {
        changed.push_back(member.key());
      }
    }
    if (changed.empty() && !after.is_null()) {
      continue;  // moved
    }
    diagnostics.Add("terraform.drift", Severity::kNote, entry.Get("address").span(),
                    after.is_null()
                        ? std::string("was deleted outside of Terraform")
                        : Concat({"was changed outside of Terraform: ", Join(changed, ", ")}),
                    std::string(entry.Get("address").text()));
  }
}

void ReadDocument(const Document& document, source::FileId file, const TerraformOptions& options,
                  source::SourceSet& sources, facts::Facts& facts,
                  source::Diagnostics& diagnostics) {
  static const Readers readers = AllReaders();
  facts.inputs.push_back(InputOf(document, file, facts, diagnostics));
  const terraform::FactsMark mark(facts);
  terraform::Reading reading(document, options, sources, facts, diagnostics);
  const source::Span text = document.root.span();
  for (size_t i = 0; i < reading.instances.all().size(); ++i) {
    if (i % kInstancesBetweenReleases == 0) {
      sources.Release(text);
    }
    const terraform::Instance& instance = reading.instances.all()[i];
    const auto reader = readers.find(instance.type);
    if (reader == readers.end()) {
      continue;
    }
    bool taken = false;
    for (const TypeReader& one : reader->second) {
      const terraform::Reader read = instance.data ? one.data : one.managed;
      if (read != nullptr) {
        taken = true;
        read(reading, static_cast<terraform::InstanceId>(i));
      }
    }
    if (taken && instance.forgotten) {
      diagnostics.Add("terraform.forgotten", Severity::kWarning, instance.span,
                      "is dropped from the state and lives on: what it grants stays, and nothing "
                      "manages it any longer",
                      std::string(instance.address));
    }
  }
  ReportDrift(document, readers, sources, diagnostics);
  sources.Release(text);
  terraform::MergeWorlds(mark, facts);
  terraform::ReportSameAddresses(mark, file, sources, facts, diagnostics);
}

}  // namespace

bool LooksLikeTerraform(std::string_view bytes) {
  return terraform::SniffText(bytes) != TextKind::kUnknown;
}

std::string_view WhyNotTerraform(std::string_view name, std::string_view bytes) {
  constexpr std::string_view kCode =
      "this is Terraform's code, which holds no values; run `terraform plan -out PLAN` and "
      "`terraform show -json PLAN > plan.json` and give plan.json, with this folder as "
      "--source-root";
  struct Output {
    std::string_view one, two;  // words of it
    std::string_view says;
  };
  static constexpr Output kOutputs[] = {
      {"\"provider_selections\"", "\"platform\"",
       "this is the output of `terraform version -json`; give that of `terraform show -json PLAN`"},
      {"\"error_count\"", "\"valid\"",
       "this is the output of `terraform validate -json`; give that of `terraform show -json "
       "PLAN`"},
      {"\"sensitive\"", "\"value\"",
       "this may be the output of `terraform output -json`, which holds no resources; give that of "
       "`terraform show -json`"},
      {"\nresource \"", "# ",
       "this may be a state as `terraform show` prints it for people; give the output of "
       "`terraform show -json`"},
  };
  const auto ends = [name](std::string_view end) {
    return name.size() >= end.size() && name.substr(name.size() - end.size()) == end;
  };
  for (const std::string_view end : {".tf", ".tf.json", ".tfvars", ".tfvars.json", ".tofu",
                                     ".tofu.json", ".terraform.lock.hcl"}) {
    if (ends(end)) {
      return kCode;
    }
  }
  constexpr size_t kHead = 4096;
  const std::string_view head = bytes.substr(0, kHead);
  const auto* output =
      std::find_if(std::begin(kOutputs), std::end(kOutputs), [head](const Output& one) {
        return head.find(one.one) != head.npos && head.find(one.two) != head.npos;
      });
  return output == std::end(kOutputs) ? std::string_view() : output->says;
}

bool LooksLikeTerraform(const Value& root) {
  const std::vector<Document> documents = terraform::Recognize(root);
  return std::any_of(documents.begin(), documents.end(), [](const Document& one) {
    return one.kind != DocumentKind::kNone || !one.why_not.empty();
  });
}

bool ReadTerraform(source::FileId file, const TerraformOptions& options, source::SourceSet& sources,
                   facts::Facts& facts, source::Diagnostics& diagnostics) {
  const std::string_view bytes = sources.bytes(file);
  const TextKind kind = terraform::SniffText(bytes);
  const source::Span whole{file, 0, static_cast<uint32_t>(bytes.size())};
  const std::string_view instead = terraform::WhatToRunInstead(kind);
  if (!instead.empty()) {
    diagnostics.AddLoss("terraform.not-json", {file, 0, std::min<uint32_t>(whole.end, 1)},
                        std::string(instead));
    return true;
  }
  source::Span text = whole;
  if (kind == TextKind::kWrapped) {
    const std::string_view inner = terraform::WithoutWrapperLines(bytes);
    text.begin = inner.empty() ? 0 : static_cast<uint32_t>(inner.data() - bytes.data());
    text.end = text.begin + static_cast<uint32_t>(inner.size());
  }
  const std::vector<syntax::Tree> trees = Parse(text, sources, diagnostics);
  bool any = false;
  for (const syntax::Tree& tree : trees) {
    for (const Document& document : terraform::Recognize(tree.root())) {
      if (document.kind != DocumentKind::kNone) {
        ReadDocument(document, file, options, sources, facts, diagnostics);
        any = true;
      } else if (!document.why_not.empty()) {
        diagnostics.AddLoss("terraform.not-read", {file, 0, 1}, document.why_not);
        any = true;
      }
    }
  }
  return any || trees.empty();  // what does not parse has been said
}

}  // namespace whomay::ingest

// Terraform plans and states to facts.
//
//   if (LooksLikeTerraform(sources.bytes(file))) {
//     ReadTerraform(file, options, sources, facts, diagnostics);
//   }
//
// Reads plan JSON and state JSON (`terraform show -json`) of the formats 0.1 to 1.x, OpenTofu's,
// raw states of version 4, plans wrapped in other JSON, several documents in a row. What Terraform
// prints that holds no values is refused with the sentence that tells what to run
// (terraform.not-json). Every record carries the address of its resource and the worlds it belongs
// to. Values that are not known until apply are resolved by the configuration's references; what
// remains is a hole that says why, and what would fill it. Values marked sensitive are never read.
// Semantics: spec terraform. Thread safety: none of its own; as Facts and Diagnostics.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_TERRAFORM_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_TERRAFORM_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"
#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/tree.h"

namespace whomay::ingest {

namespace terraform {
class DependencyGraph;
class SourceFiles;
}  // namespace terraform

struct TerraformOptions {
  // --account [PROVIDER=]ID and --region [PROVIDER=]NAME; the key "" is for all that say nothing.
  std::map<std::string, std::string, std::less<>> accounts;
  std::map<std::string, std::string, std::less<>> regions;
  // --assume ADDRESS.ATTRIBUTE=VALUE.
  std::map<std::string, std::string, std::less<>> assume;
  // Asked for what the plan leaves open before references are followed: the value of a part of a
  // resource (path as in "statement[0].resources"), texts with holes where it is not wholly known;
  // missing when it cannot tell. The value must live until ReadTerraform returns.
  std::function<syntax::Value(std::string_view address, std::string_view path)> fill;
  // Terraform's code beside the plan (--source-root DIR, or the configuration in a saved plan):
  // makes the way to its files, or null where there are none. Asked after `fill`, before references
  // are followed (source_files.h).
  std::function<std::unique_ptr<terraform::SourceFiles>(source::SourceSet&, source::Diagnostics&)>
      source;
  // Graphs of `terraform graph -plan` that were given beside the plans; a plan asks the one that it
  // fits what stands behind its locals.
  std::vector<terraform::DependencyGraph*> graphs;
  // Told of every unknown attribute that was asked for, with what became of it (whomay-unknowns).
  struct Resolved {
    std::string_view address;
    std::string_view path;
    enum class How : uint8_t { kOne, kSeveral, kNone } how = How::kNone;
    // Why not one: "" where it is, or where there are several.
    //   local        goes through a local, which no plan holds
    //   ingredients  a text made of unknown values (jsonencode), none of which is the value
    //   default      computed and not configured: the provider's default
    //   computed     of a data source, known after it is read
    //   limit        too many references
    //   nothing      no reference leads to a value of this type
    std::string_view obstacle;
    std::string why;  // how it was resolved, or why not
  };
  std::function<void(const Resolved&)> on_resolved;
};

// By the first bytes: may this be something of Terraform's, readable or not? Cheap.
bool LooksLikeTerraform(std::string_view bytes);
// A text that ReadTerraform() does not take: what of Terraform's it is that holds no values (code,
// the output of other commands), and what to give instead; empty for all else.
std::string_view WhyNotTerraform(std::string_view name, std::string_view bytes);
// By content, once parsed.
bool LooksLikeTerraform(const syntax::Value& root);

// Reads every document of a file and appends to facts.inputs one entry for each. False, and nothing
// said, where the file parses and there is nothing of Terraform's in it.
bool ReadTerraform(source::FileId file, const TerraformOptions& options, source::SourceSet& sources,
                   facts::Facts& facts, source::Diagnostics& diagnostics);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_TERRAFORM_H_

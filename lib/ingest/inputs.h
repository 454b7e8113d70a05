// Inputs: any file, recognised by its content, to facts. The one place that knows all readers.
//
//   InputReader reader(options, sources, facts, diagnostics);
//   reader.Announce(file);  // each of them
//   if (!reader.Read(file, cluster)) { … not recognised … }
//   reader.Finish();
//
// A new kind of input gets a reader in a folder of its own and a line in ReadJson() or ReadYaml().
// Thread safety: that of the sources, facts and diagnostics given.
#ifndef WHOMAY_LIB_INGEST_INPUTS_H_
#define WHOMAY_LIB_INGEST_INPUTS_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"
#include "ingest/iam/iam.h"
#include "ingest/terraform/terraform.h"
#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/tree.h"

namespace whomay::ingest {

struct InputOptions {
  std::string default_namespace = "default";
  TerraformOptions terraform;
  LoadFile load;  // policy files that an organization file names
};

class InputReader {
 public:
  InputReader(const InputOptions& options, source::SourceSet& sources, facts::Facts& facts,
              source::Diagnostics& diagnostics);
  ~InputReader();

  // Called for every file before any is read: takes in what others need (graphs of Terraform's,
  // the code that saved plans hold).
  void Announce(source::FileId file);
  // Reads one file into the facts; `cluster` ties its manifests to that cluster. False when the
  // file is of no kind that anything here reads.
  bool Read(source::FileId file, std::string_view cluster);
  // When all files are read.
  void Finish();

 private:
  bool ReadJson(source::FileId file, std::string_view cluster);
  bool ReadManifests(source::FileId file, std::string_view cluster);
  bool ReadOwnYaml(source::FileId file);
  bool ServesAsSource(source::FileId file) const;

  const InputOptions& options_;
  source::SourceSet& sources_;
  facts::Facts& facts_;
  source::Diagnostics& diagnostics_;
  IamReader iam_;
  TerraformOptions terraform_;
  std::vector<std::unique_ptr<terraform::DependencyGraph>> graphs_;
  std::vector<source::FileId> saved_plans_;
  bool different_code_ = false;  // of several saved plans
  bool readable_plan_ = false;   // something of Terraform's that is no saved plan
};

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_INPUTS_H_

// SourceFiles: where the files of Terraform's code are: below a folder (--source-root DIR), or in
// the configuration that a saved plan holds.
//
// A folder is read as `terraform init` left it: modules of local paths, and those that
// `.terraform/modules/modules.json` names. Nothing outside the git work tree around the folder (the
// folder itself where there is none) is read, whatever paths and links say. Of the files *.tf and
// *.tf.json are read. Limits: kMaxSourceFiles, kMaxSourceFileBytes (terraform.source-limit). Thread
// safety: none.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_FILES_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_FILES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/diagnostic.h"
#include "source/source.h"

namespace whomay::ingest::terraform {

inline constexpr size_t kMaxSourceFiles = 10'000;                   // terraform.source-limit
inline constexpr uint64_t kMaxSourceFileBytes = uint64_t{4} << 20;  // terraform.source-limit
// Of a saved plan's configuration, unpacked.
inline constexpr uint64_t kMaxUnpackedBytes = uint64_t{64} << 20;  // terraform.source-limit

struct ModuleFiles {
  std::string directory;              // as path.module has it: "." for the root
  std::vector<source::FileId> files;  // in the order in which they count: overrides last
  size_t overrides = 0;               // how many of them are override files
};

// *.tf, and *.tf.json, which is Terraform's JSON syntax.
bool IsSourceFile(std::string_view name);
bool IsJsonSource(std::string_view name);
// override.tf and *_override.tf (.json) change what the other files say.
bool IsOverrideFile(std::string_view name);

class SourceFiles {
 public:
  virtual ~SourceFiles() = default;

  // The module of a key ("eks.node_group"; "" is the root), called with this source by the module
  // in `parent`. Nothing where its code is not there.
  virtual std::optional<ModuleFiles> Module(std::string_view key, std::string_view source,
                                            const ModuleFiles* parent) = 0;
  // A file that the code names, relative to the root's folder.
  virtual std::optional<source::FileId> Read(std::string_view path) = 0;
};

// A folder that exists.
std::unique_ptr<SourceFiles> SourceFolder(std::string_view path, source::SourceSet& sources,
                                          source::Diagnostics& diagnostics);
// Do two saved plans hold the same code? False where one of them is broken.
bool HoldTheSameCode(std::string_view plan, std::string_view other);
// The configuration inside a saved plan (a zip); null when there is none, or when the file is
// broken, which a diagnostic says (terraform.saved-plan).
std::unique_ptr<SourceFiles> SourceInSavedPlan(source::FileId plan, source::SourceSet& sources,
                                               source::Diagnostics& diagnostics);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_FILES_H_

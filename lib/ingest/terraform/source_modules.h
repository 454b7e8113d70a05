// SourceModules: the code of a configuration, module by module, indexed by what it declares.
//
// A module stands here once for each call, as in Configuration. Files are read when a module is
// first asked for. Semantics: Terraform's configuration language (resources, modules, override
// files). Thread safety: none.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_MODULES_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_MODULES_H_

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/terraform/source_files.h"
#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/hcl.h"

namespace whomay::ingest::terraform {

// One block, with what override files change of it.
struct SourceBlock {
  struct Part {
    const syntax::HclFile* file = nullptr;
    uint32_t body = 0;
  };
  std::vector<Part> parts;  // the later ones count more
  source::Span span;

  struct Found {
    const syntax::HclFile* file = nullptr;
    const syntax::HclAttribute* attribute = nullptr;
    explicit operator bool() const { return attribute != nullptr; }
    source::Span span() const { return file->span(file->node(attribute->value)); }
  };
  Found Attribute(std::string_view name) const;
};

struct SourceModule {
  std::string path;  // "module.eks.module.ng", "" for the root
  const SourceModule* parent = nullptr;
  const SourceBlock* call = nullptr;  // in the parent
  ModuleFiles files;
  std::deque<syntax::HclFile> parsed;
  std::map<std::string, SourceBlock, std::less<>> resources;  // "aws_x.y", "data.aws_x.y"
  std::map<std::string, SourceBlock, std::less<>> variables;
  std::map<std::string, SourceBlock, std::less<>> outputs;
  std::map<std::string, SourceBlock, std::less<>> calls;
  std::map<std::string, SourceBlock::Found, std::less<>> locals;
};

class SourceModules {
 public:
  SourceModules(std::unique_ptr<SourceFiles> files, source::SourceSet& sources,
                source::Diagnostics& diagnostics);

  // Null where there is no code for it, which a note says once.
  const SourceModule* Module(std::string_view path);
  SourceFiles& files() { return *files_; }

 private:
  std::unique_ptr<SourceModule> Load(std::string_view path, std::string_view name,
                                     std::string_view key, const SourceModule* parent);
  void Parse(SourceModule& module);
  void AddBlock(const syntax::HclFile& file, const syntax::HclBlock& block, SourceModule& module);

  std::unique_ptr<SourceFiles> files_;
  source::SourceSet& sources_;
  source::Diagnostics& diagnostics_;
  std::map<std::string, std::unique_ptr<SourceModule>, std::less<>> modules_;
  std::map<source::FileId, bool> said_;  // files whose diagnostics have been told
};

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_SOURCE_MODULES_H_

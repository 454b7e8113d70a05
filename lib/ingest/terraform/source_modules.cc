#include "ingest/terraform/source_modules.h"

#include <utility>

#include "base/strings.h"

namespace whomay::ingest::terraform {
namespace {

// The text of an attribute that is a plain one.
std::string_view PlainText(const SourceBlock::Found& found) {
  if (!found) {
    return {};
  }
  const syntax::HclNode& node = found.file->node(found.attribute->value);
  return node.kind == syntax::HclKind::kString ? node.text : std::string_view();
}

}  // namespace

SourceBlock::Found SourceBlock::Attribute(std::string_view name) const {
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (const syntax::HclAttribute* const found = part->file->body(part->body).Find(name)) {
      return {part->file, found};
    }
  }
  return {};
}

SourceModules::SourceModules(std::unique_ptr<SourceFiles> files, source::SourceSet& sources,
                             source::Diagnostics& diagnostics)
    : files_(std::move(files)), sources_(sources), diagnostics_(diagnostics) {}

void SourceModules::AddBlock(const syntax::HclFile& file, const syntax::HclBlock& block,
                             SourceModule& module) {
  const auto add = [&](auto& to, std::string name) {
    SourceBlock& added = to[std::move(name)];
    if (added.parts.empty()) {
      added.span = block.span;
    }
    added.parts.push_back({&file, block.body});
  };
  const size_t labels = block.labels.size();
  if (block.type == "locals") {
    for (const syntax::HclAttribute& local : file.body(block.body).attributes) {
      module.locals[std::string(local.name)] = {&file, &local};
    }
  } else if ((block.type == "resource" || block.type == "data") && labels == 2) {
    add(module.resources,
        Concat({block.type == "data" ? "data." : "", block.labels[0], ".", block.labels[1]}));
  } else if (labels == 1 && block.type == "variable") {
    add(module.variables, std::string(block.labels[0]));
  } else if (labels == 1 && block.type == "output") {
    add(module.outputs, std::string(block.labels[0]));
  } else if (labels == 1 && block.type == "module") {
    add(module.calls, std::string(block.labels[0]));
  }
}

void SourceModules::Parse(SourceModule& module) {
  for (const source::FileId id : module.files.files) {
    source::Diagnostics again;
    const bool first = said_.emplace(id, true).second;
    const auto read = IsJsonSource(sources_.name(id)) ? syntax::ReadHclJson : syntax::ReadHcl;
    module.parsed.push_back(read(sources_, id, first ? diagnostics_ : again));
    const syntax::HclFile& file = module.parsed.back();
    for (const syntax::HclBlock& block : file.root().blocks) {
      AddBlock(file, block, module);
    }
  }
}

std::unique_ptr<SourceModule> SourceModules::Load(std::string_view path, std::string_view name,
                                                  std::string_view key,
                                                  const SourceModule* parent) {
  auto module = std::make_unique<SourceModule>();
  module->path = path;
  module->parent = parent;
  std::string_view source;
  if (!path.empty() && parent != nullptr) {
    const auto call = parent->calls.find(name);
    if (call == parent->calls.end()) {
      return nullptr;
    }
    module->call = &call->second;
    source = PlainText(call->second.Attribute("source"));
  }
  std::optional<ModuleFiles> files =
      files_->Module(key, source, parent == nullptr ? nullptr : &parent->files);
  if (!files || files->files.empty()) {
    diagnostics_.Add("terraform.source-module", source::Severity::kNote,
                     module->call == nullptr ? source::Span() : module->call->span,
                     Concat({"the code of ", path.empty() ? "the root module" : path,
                             " is not there (`terraform init` brings that of modules)"}));
    return nullptr;
  }
  module->files = *std::move(files);
  Parse(*module);
  return module;
}

const SourceModule* SourceModules::Module(std::string_view path) {
  const auto known = modules_.find(path);
  if (known != modules_.end()) {
    return known->second.get();
  }
  // Outermost first, so that nothing recurses: "", "module.eks", "module.eks.module.ng".
  std::string at, key;
  const SourceModule* parent = nullptr;
  const std::vector<std::string_view> words = Split(path, '.');
  for (size_t i = 0; i <= words.size(); i += 2) {
    const std::string_view name = i == 0 ? std::string_view() : words[i - 1];
    if (i > 0) {
      at += Concat({at.empty() ? "" : ".", "module.", name});
      key += Concat({key.empty() ? "" : ".", name});
    }
    auto there = modules_.find(at);
    if (there == modules_.end()) {
      there = modules_.emplace(at, Load(at, name, key, parent)).first;
    }
    parent = there->second.get();
    if (parent == nullptr) {
      return nullptr;
    }
  }
  return parent;
}

}  // namespace whomay::ingest::terraform

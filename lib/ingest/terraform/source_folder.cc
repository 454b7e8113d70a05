#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>

#include "base/strings.h"
#include "ingest/terraform/source_files.h"
#include "source/read.h"
#include "syntax/json.h"

namespace whomay::ingest::terraform {
namespace {

namespace fs = std::filesystem;

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

class Folder : public SourceFiles {
 public:
  Folder(std::string_view path, source::SourceSet& sources, source::Diagnostics& diagnostics)
      : root_(fs::path(std::string(path)).lexically_normal()),
        sources_(sources),
        diagnostics_(diagnostics) {
    std::error_code error;
    bound_ = fs::weakly_canonical(root_, error);
    for (fs::path at = bound_; !error; at = at.parent_path()) {
      if (fs::exists(at / ".git", error)) {
        bound_ = at;
        break;
      }
      if (at == at.parent_path()) {
        break;
      }
    }
    ReadModulesJson();
  }

  std::optional<ModuleFiles> Module(std::string_view key, std::string_view source,
                                    const ModuleFiles* parent) override;
  std::optional<source::FileId> Read(std::string_view path) override;

 private:
  bool Inside(const fs::path& path) const;
  void ReadModulesJson();
  std::optional<source::FileId> Load(const fs::path& path);
  void Note(std::string_view code, std::string message) {
    diagnostics_.Add(std::string(code), source::Severity::kNote, {}, std::move(message));
  }

  fs::path root_;
  fs::path bound_;
  source::SourceSet& sources_;
  source::Diagnostics& diagnostics_;
  std::map<std::string, std::string, std::less<>> modules_;  // key -> folder, from the root
  std::map<std::string, std::optional<source::FileId>> loaded_;
};

bool Folder::Inside(const fs::path& path) const {
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(path, error);
  return !error && std::mismatch(bound_.begin(), bound_.end(), whole.begin(), whole.end()).first ==
                       bound_.end();
}

void Folder::ReadModulesJson() {
  const fs::path path = root_ / ".terraform" / "modules" / "modules.json";
  std::error_code error;
  if (!fs::exists(path, error)) {
    return;
  }
  const std::optional<source::FileId> file = Load(path);
  if (!file) {
    return;
  }
  const auto size = static_cast<uint32_t>(sources_.bytes(*file).size());
  const syntax::Tree tree = syntax::ParseJson(sources_, {*file, 0, size}, diagnostics_);
  for (const syntax::Value module : tree.root().Get("Modules").elements()) {
    modules_.emplace(module.Get("Key").text(), module.Get("Dir").text());
  }
}

std::optional<source::FileId> Folder::Load(const fs::path& path) {
  const auto [at, is_new] = loaded_.try_emplace(path.lexically_normal().string());
  if (!is_new) {
    return at->second;
  }
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  if (error || !fs::is_regular_file(path, error)) {
    return std::nullopt;
  }
  if (!Inside(path)) {
    Note(
        "terraform.source-outside",
        Concat({path.string(), " lies outside of the work tree around the source root; not read"}));
    return std::nullopt;
  }
  if (size > kMaxSourceFileBytes || loaded_.size() > kMaxSourceFiles) {
    diagnostics_.Add("terraform.source-limit", source::Severity::kWarning, {},
                     Concat({path.string(), " is too large, or one file too many; not read"}));
    return std::nullopt;
  }
  absl::StatusOr<std::string> bytes = source::ReadFile(path.string());
  if (bytes.ok()) {
    at->second = sources_.Add(path.lexically_normal().string(), *std::move(bytes));
  }
  return at->second;
}

std::optional<ModuleFiles> Folder::Module(std::string_view key, std::string_view source,
                                          const ModuleFiles* parent) {
  ModuleFiles module;
  const auto installed = modules_.find(key);
  if (key.empty()) {
    module.directory = ".";
  } else if (installed != modules_.end()) {
    module.directory = fs::path(installed->second).lexically_normal().string();
  } else if (parent != nullptr && (source.substr(0, 2) == "./" || source.substr(0, 3) == "../")) {
    module.directory =
        (fs::path(parent->directory) / std::string(source)).lexically_normal().string();
  } else {
    return std::nullopt;
  }
  while (module.directory.size() > 1 && module.directory.back() == '/') {
    module.directory.pop_back();
  }
  const fs::path folder = (root_ / module.directory).lexically_normal();
  std::error_code error;
  std::vector<std::string> plain, overrides;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (IsSourceFile(name)) {
      (IsOverrideFile(name) ? overrides : plain).push_back(name);
    }
    if (plain.size() + overrides.size() > kMaxSourceFiles) {
      break;
    }
  }
  if (error) {
    return std::nullopt;
  }
  for (std::vector<std::string>* names : {&plain, &overrides}) {
    std::sort(names->begin(), names->end());
    for (const std::string& name : *names) {
      if (const std::optional<source::FileId> file = Load(folder / name)) {
        module.files.push_back(*file);
        module.overrides += names == &overrides ? 1 : 0;
      }
    }
  }
  return module;
}

std::optional<source::FileId> Folder::Read(std::string_view path) {
  const fs::path wanted{std::string(path)};
  return Load(wanted.is_absolute() ? wanted : root_ / wanted);
}

}  // namespace

bool IsJsonSource(std::string_view name) { return EndsWith(name, ".tf.json"); }

// As Terraform leaves out what editors put there.
bool IsSourceFile(std::string_view name) {
  return (EndsWith(name, ".tf") || IsJsonSource(name)) && name[0] != '.' && name[0] != '#' &&
         name.back() != '~';
}

bool IsOverrideFile(std::string_view name) {
  const std::string_view base = name.substr(0, name.size() - (IsJsonSource(name) ? 8 : 3));
  return IsSourceFile(name) && (base == "override" || EndsWith(base, "_override"));
}

std::unique_ptr<SourceFiles> SourceFolder(std::string_view path, source::SourceSet& sources,
                                          source::Diagnostics& diagnostics) {
  return std::make_unique<Folder>(path, sources, diagnostics);
}

}  // namespace whomay::ingest::terraform

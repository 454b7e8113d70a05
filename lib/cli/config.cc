#include "cli/config.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/strings.h"
#include "cli/check_config.h"
#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/tree.h"
#include "syntax/yaml.h"

namespace whomay::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kName = ".whomay.yaml";

absl::StatusOr<InputPath> ReadInput(const source::SourceSet& sources, const syntax::Value& value,
                                    const fs::path& folder) {
  InputPath input;
  if (value.is_string()) {
    input.path = value.text();
  } else if (value.is_object()) {
    for (const syntax::Value member : value.members()) {
      if (!member.is_string() || (member.key() != "path" && member.key() != "cluster")) {
        return ErrorAt(sources, member.key_span(), "an input has path and cluster, both texts");
      }
      (member.key() == "path" ? input.path : input.cluster) = member.text();
    }
  }
  if (input.path.empty()) {
    return ErrorAt(sources, value.span(), "an input is a path, or a map with path and cluster");
  }
  input.path = (folder / input.path).lexically_normal().string();
  return input;
}

}  // namespace

absl::StatusOr<Config> ParseConfig(std::string_view path, std::string text) {
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  const source::FileId file = sources.Add(std::string(path), std::move(text));
  const syntax::Tree tree = syntax::ParseOwnYaml(sources, file, diagnostics);
  for (const source::Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity == source::Severity::kError) {
      return ErrorAt(sources, diagnostic.span, diagnostic.message);
    }
  }
  const syntax::Value root = tree.root();
  Config config;
  if (!root || root.is_null()) {
    return config;
  }
  if (!root.is_object()) {
    return ErrorAt(sources, root.span(), "the configuration is a map");
  }
  const fs::path folder = fs::path(path).parent_path();
  for (const syntax::Value member : root.members()) {
    absl::StatusOr<bool> of_check = ReadCheckKey(sources, member, folder.string(), config);
    if (!of_check.ok()) {
      return of_check.status();
    }
    if (*of_check) {
      continue;
    }
    if (member.key() == "source_root") {
      if (!member.is_string() || member.text().empty()) {
        return ErrorAt(sources, member.span(), "source_root is a folder");
      }
      config.source_root = (folder / std::string(member.text())).lexically_normal().string();
      continue;
    }
    if (member.key() != "inputs" || !member.is_array()) {
      const std::vector<std::string_view> known(ConfigKeys().begin(), ConfigKeys().end());
      return ErrorAt(sources, member.key_span(),
                     member.key() == "inputs" ? "inputs is a list"
                                              : Concat({"unknown key '", member.key(),
                                                        "'; there are ", Join(known, ", ")}));
    }
    for (const syntax::Value value : member.elements()) {
      absl::StatusOr<InputPath> input = ReadInput(sources, value, folder);
      if (!input.ok()) {
        return input.status();
      }
      config.inputs.push_back(*std::move(input));
    }
  }
  return config;
}

absl::StatusOr<Config> LoadConfig(std::string_view path) {
  fs::path found(path);
  std::error_code error;
  if (path.empty()) {
    // Relative names keep the places in messages short.
    fs::path relative;
    for (fs::path folder = fs::current_path(error); !error; folder = folder.parent_path()) {
      if (fs::exists(folder / kName, error)) {
        found = relative / kName;
        break;
      }
      if (fs::exists(folder / ".git", error) || folder == folder.parent_path()) {
        break;
      }
      relative /= "..";
    }
    if (found.empty()) {
      return absl::NotFoundError("no .whomay.yaml here");
    }
  }
  std::ifstream file(found, std::ios::binary);
  if (!file) {
    return absl::InvalidArgumentError(AsAbsl(Concat({"cannot read ", found.string()})));
  }
  return ParseConfig(found.string(),
                     {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
}

}  // namespace whomay::cli

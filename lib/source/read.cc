#include "source/read.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "base/strings.h"
#include "source/limits.h"

namespace whomay::source {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSkippedFolders[] = {".git", ".terraform", "node_modules"};
constexpr std::string_view kEndings[] = {".json", ".yaml", ".yml", ".tfstate", ".tfplan"};

template <size_t n>
bool OneOf(std::string_view word, const std::string_view (&words)[n]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

// Does a link lead out of the folder that is walked?
bool LeadsOut(const fs::path& link, const fs::path& root) {
  std::error_code error;
  const fs::path target = fs::weakly_canonical(link, error);
  if (error) {
    return true;
  }
  const auto [end, ignored] = std::mismatch(root.begin(), root.end(), target.begin(), target.end());
  return end != root.end();
}

}  // namespace

absl::StatusOr<std::vector<FoundFile>> FindFiles(std::string_view path) {
  std::error_code error;
  const fs::path start{std::string(path)};
  const fs::file_status status = fs::status(start, error);
  if (error || status.type() == fs::file_type::not_found) {
    return absl::NotFoundError(AsAbsl(Concat({path, ": no such file or folder"})));
  }
  std::vector<FoundFile> found;
  if (status.type() != fs::file_type::directory) {
    found.push_back({std::string(path), false});
    return found;
  }
  const fs::path root = fs::weakly_canonical(start, error);
  // Links are not followed into folders, so the walk ends.
  fs::recursive_directory_iterator at(start, fs::directory_options::skip_permission_denied, error);
  const fs::recursive_directory_iterator end;
  for (; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (at->is_directory(error) && !at->is_symlink(error)) {
      if (OneOf(name, kSkippedFolders)) {
        at.disable_recursion_pending();
      }
      continue;
    }
    if (!at->is_regular_file(error) || !OneOf(at->path().extension().string(), kEndings) ||
        (at->is_symlink(error) && LeadsOut(at->path(), root))) {
      continue;
    }
    std::string found_path = at->path().string();
    // "." is where paths are relative to anyway; reviewers and annotations know no "./".
    if (start == "." && found_path.substr(0, 2) == "./") {
      found_path.erase(0, 2);
    }
    found.push_back({std::move(found_path), true});
  }
  if (error) {
    return absl::UnavailableError(AsAbsl(Concat({path, ": ", error.message()})));
  }
  std::sort(found.begin(), found.end(),
            [](const FoundFile& a, const FoundFile& b) { return a.path < b.path; });
  return found;
}

absl::StatusOr<std::string> ReadFile(std::string_view path) {
  const std::string name(path);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(name.c_str(), "rb"),
                                                             &std::fclose);
  if (file == nullptr) {
    return absl::NotFoundError(AsAbsl(Concat({path, ": ", std::strerror(errno)})));
  }
  std::error_code error;
  std::string bytes;
  const uint64_t size = fs::file_size(name, error);
  if (!error) {
    if (size > kMaxFileBytes) {
      return absl::ResourceExhaustedError(AsAbsl(Concat({path, ": larger than 2 GiB"})));
    }
    bytes.reserve(size);
  }
  char block[1 << 16];
  size_t got = 0;
  while ((got = std::fread(block, 1, sizeof block, file.get())) > 0) {
    bytes.append(block, got);
    if (bytes.size() > kMaxFileBytes) {
      return absl::ResourceExhaustedError(AsAbsl(Concat({path, ": larger than 2 GiB"})));
    }
  }
  if (std::ferror(file.get()) != 0) {
    return absl::UnavailableError(AsAbsl(Concat({path, ": ", std::strerror(errno)})));
  }
  return bytes;
}

absl::StatusOr<FileBytes> OpenFile(std::string_view path) {
  const std::string name(path);
  std::error_code error;
  const bool regular = fs::is_regular_file(name, error) && !error;
  const uint64_t size = regular ? fs::file_size(name, error) : 0;
  if (regular && !error && size >= kMappedFileBytes && size <= kMaxFileBytes) {
    const int descriptor = open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) {
      FileBytes bytes = FileBytes::Map(descriptor, size);
      if (bytes.mapped()) {
        return bytes;
      }
    }
  }
  absl::StatusOr<std::string> bytes = ReadFile(path);
  if (!bytes.ok()) {
    return bytes.status();
  }
  return FileBytes(*std::move(bytes));
}

}  // namespace whomay::source

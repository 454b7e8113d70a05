// Files and folders: bytes of a file, the files below a folder.
//
// Errors are absl::Status: the tool could not do its work. Thread safety: pure functions over the
// file system.
#ifndef WHOMAY_LIB_SOURCE_READ_H_
#define WHOMAY_LIB_SOURCE_READ_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "source/file_bytes.h"

namespace whomay::source {

struct FoundFile {
  std::string path;
  bool walked = false;  // found below a folder, not named by the user
};

// `path` itself if it is a file; of a folder all files below it that may hold what we read (by
// their endings: .json .yaml .yml .tfstate .tfplan), paths in byte order, without .git, .terraform,
// node_modules, and links that lead out of it. NotFound when there is nothing at `path`.
absl::StatusOr<std::vector<FoundFile>> FindFiles(std::string_view path);

// The bytes of a file. ResourceExhausted beyond kMaxFileBytes.
absl::StatusOr<std::string> ReadFile(std::string_view path);
// The same, for SourceSet::Add: large files are mapped.
absl::StatusOr<FileBytes> OpenFile(std::string_view path);

}  // namespace whomay::source

#endif  // WHOMAY_LIB_SOURCE_READ_H_

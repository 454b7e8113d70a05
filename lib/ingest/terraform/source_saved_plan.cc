// The configuration inside a saved plan: a zip whose members `tfconfig/m-<module key>/*.tf` hold
// the code and `tfconfig/modules.json` the folders. Semantics: terraform internal/plans/planfile;
// zip: APPNOTE.TXT 4.3 (no ZIP64, no encryption: Terraform writes neither).

#include <zlib.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "ingest/terraform/source_files.h"
#include "syntax/json.h"

namespace whomay::ingest::terraform {
namespace {

constexpr std::string_view kConfiguration = "tfconfig/";
constexpr size_t kEndSize = 22, kCentralSize = 46, kLocalSize = 30;
constexpr size_t kMaxComment = 0xFFFF;

uint32_t Little(std::string_view bytes, size_t at, size_t size) {
  uint32_t number = 0;
  for (size_t i = 0; i < size && at + i < bytes.size(); ++i) {
    number |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return number;
}

std::optional<std::string> Inflate(std::string_view packed, size_t size) {
  std::string out(size, '\0');
  z_stream stream{};
  if (inflateInit2(&stream, -15) != Z_OK) {
    return std::nullopt;
  }
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));  // never written
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  return result == Z_STREAM_END && stream.total_out == size ? std::optional<std::string>(out)
                                                            : std::nullopt;
}

// What is packed is larger than what it holds by little; more would be a way to have the same bytes
// read again and again.
constexpr size_t MaxPacked(size_t size) { return size + size / 64 + 64; }

// A path that Terraform would write. Names are keys here, never files; they are shown to people.
bool IsPlainName(std::string_view name) {
  const std::vector<std::string_view> parts = Split(name, '/');
  return std::none_of(name.begin(), name.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7F || c == '\\'; }) &&
         std::none_of(parts.begin(), parts.end(),
                      [](std::string_view part) { return part == ".." || part == "."; });
}

uint32_t Checksum(std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

// The members below `tfconfig/`, unpacked; nothing when the zip is broken or too large.
std::optional<std::map<std::string, std::string>> Members(std::string_view zip) {
  std::map<std::string, std::string> members;
  const size_t from = zip.size() - std::min(zip.size(), kEndSize + kMaxComment);
  const size_t end = zip.rfind("PK\x05\x06");
  if (end == zip.npos || end < from || end + kEndSize > zip.size()) {
    return std::nullopt;
  }
  const uint32_t count = Little(zip, end + 10, 2);
  size_t at = Little(zip, end + 16, 4);
  uint64_t total = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (at + kCentralSize > zip.size() || zip.substr(at, 4) != "PK\x01\x02") {
      return std::nullopt;
    }
    const uint32_t method = Little(zip, at + 10, 2), packed = Little(zip, at + 20, 4);
    const uint32_t size = Little(zip, at + 24, 4), name_size = Little(zip, at + 28, 2);
    const uint32_t checksum = Little(zip, at + 16, 4);
    const size_t local = Little(zip, at + 42, 4);
    const std::string_view name = zip.substr(at + kCentralSize, name_size);
    at += kCentralSize + name_size + Little(zip, at + 30, 2) + Little(zip, at + 32, 2);
    if (name.substr(0, kConfiguration.size()) != kConfiguration) {
      continue;
    }
    total += size;
    const size_t data =
        local + kLocalSize + Little(zip, local + 26, 2) + Little(zip, local + 28, 2);
    if (zip.substr(std::min(local, zip.size()), 4) != "PK\x03\x04" || data > zip.size() ||
        packed > zip.size() - data || size > kMaxSourceFileBytes || total > kMaxUnpackedBytes ||
        packed > MaxPacked(size) || members.size() >= kMaxSourceFiles || !IsPlainName(name)) {
      return std::nullopt;
    }
    const std::string_view bytes = zip.substr(data, packed);
    std::optional<std::string> text = method == 0   ? std::optional<std::string>(bytes)
                                      : method == 8 ? Inflate(bytes, size)
                                                    : std::nullopt;
    if (!text || text->size() != size || Checksum(*text) != checksum) {
      return std::nullopt;
    }
    members.insert_or_assign(std::string(name), *std::move(text));
  }
  return members;
}

class SavedPlan : public SourceFiles {
 public:
  SavedPlan(std::string name, std::map<std::string, std::string> members,
            source::SourceSet& sources, source::Diagnostics& diagnostics)
      : name_(std::move(name)), members_(std::move(members)), sources_(sources) {
    const auto index = members_.find("tfconfig/modules.json");
    if (index == members_.end()) {
      return;
    }
    const source::FileId file = sources.Add(Concat({name_, "!", index->first}), index->second);
    const auto size = static_cast<uint32_t>(index->second.size());
    const syntax::Tree tree = syntax::ParseJson(sources, {file, 0, size}, diagnostics);
    for (const syntax::Value module : tree.root().elements()) {
      folders_.emplace(module.Get("Key").text(), module.Get("Dir").text());
    }
  }

  std::optional<ModuleFiles> Module(std::string_view key, std::string_view source,
                                    const ModuleFiles* parent) override;
  // The zip holds code alone, nothing that code reads.
  std::optional<source::FileId> Read(std::string_view) override { return std::nullopt; }

 private:
  std::string name_;
  std::map<std::string, std::string> members_;
  std::map<std::string, std::string, std::less<>> folders_;
  std::map<std::string, source::FileId> files_;
  source::SourceSet& sources_;
};

std::optional<ModuleFiles> SavedPlan::Module(std::string_view key, std::string_view source,
                                             const ModuleFiles* parent) {
  static_cast<void>(source);
  static_cast<void>(parent);
  ModuleFiles module;
  const auto folder = folders_.find(key);
  module.directory = folder == folders_.end() ? "." : folder->second;
  const std::string prefix = Concat({kConfiguration, "m-", key, "/"});
  std::vector<source::FileId> overrides;
  for (auto at = members_.lower_bound(prefix);
       at != members_.end() && at->first.compare(0, prefix.size(), prefix) == 0; ++at) {
    const std::string_view name = std::string_view(at->first).substr(prefix.size());
    if (name.empty() || !IsSourceFile(name)) {
      continue;
    }
    const auto [file, is_new] = files_.try_emplace(at->first);
    if (is_new) {
      file->second = sources_.Add(Concat({name_, "!", at->first}), at->second);
    }
    (IsOverrideFile(name) ? overrides : module.files).push_back(file->second);
  }
  module.overrides = overrides.size();
  module.files.insert(module.files.end(), overrides.begin(), overrides.end());
  return module.files.empty() ? std::nullopt : std::optional<ModuleFiles>(std::move(module));
}

}  // namespace

bool HoldTheSameCode(std::string_view plan, std::string_view other) {
  const auto members = Members(plan);
  return members && members == Members(other);
}

std::unique_ptr<SourceFiles> SourceInSavedPlan(source::FileId plan, source::SourceSet& sources,
                                               source::Diagnostics& diagnostics) {
  std::optional<std::map<std::string, std::string>> members = Members(sources.bytes(plan));
  if (!members) {
    diagnostics.Add("terraform.saved-plan", source::Severity::kWarning, {plan, 0, 1},
                    "the saved plan is broken or too large; the code in it is not read");
    return nullptr;
  }
  if (members->empty()) {
    return nullptr;
  }
  return std::make_unique<SavedPlan>(std::string(sources.name(plan)), *std::move(members), sources,
                                     diagnostics);
}

}  // namespace whomay::ingest::terraform

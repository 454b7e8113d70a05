#include "source/file_bytes.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace whomay::source {

FileBytes::FileBytes(std::string bytes)
    : owned_(std::make_unique<std::string>(std::move(bytes))), view_(*owned_) {}

FileBytes::FileBytes(FileBytes&& other) noexcept { *this = std::move(other); }

FileBytes& FileBytes::operator=(FileBytes&& other) noexcept {
  if (this != &other) {
    Unmap();
    owned_ = std::move(other.owned_);
    mapping_ = std::exchange(other.mapping_, nullptr);
    mapped_size_ = std::exchange(other.mapped_size_, 0);
    descriptor_ = std::exchange(other.descriptor_, -1);
    view_ = std::exchange(other.view_, {});
  }
  return *this;
}

FileBytes::~FileBytes() { Unmap(); }

FileBytes FileBytes::Map(int descriptor, size_t size) {
  FileBytes bytes;
  void* const mapping = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (mapping == MAP_FAILED) {
    close(descriptor);
    return bytes;
  }
#ifdef MADV_NOHUGEPAGE
  // Else one touch may map two megabytes of a file whose pages lie together in the page cache.
  madvise(mapping, size, MADV_NOHUGEPAGE);
#endif
  bytes.mapping_ = mapping;
  bytes.mapped_size_ = size;
  bytes.descriptor_ = descriptor;
  bytes.view_ = {static_cast<const char*>(mapping), size};
  return bytes;
}

void FileBytes::Unmap() {
  if (mapping_ != nullptr) {
    munmap(mapping_, mapped_size_);
    close(descriptor_);
    mapping_ = nullptr;
  }
}

bool FileBytes::intact() const {
  struct stat now;
  return mapping_ == nullptr ||
         (fstat(descriptor_, &now) == 0 && static_cast<size_t>(now.st_size) >= mapped_size_);
}

void FileBytes::Release(size_t begin, size_t end) const {
  if (mapping_ == nullptr) {
    return;
  }
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  begin = (begin + page - 1) / page * page;
  end = std::min(end, mapped_size_) / page * page;
  if (begin < end) {
    madvise(static_cast<char*>(mapping_) + begin, end - begin, MADV_DONTNEED);
  }
}

}  // namespace whomay::source

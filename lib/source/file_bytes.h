// FileBytes: the bytes of one input, in memory of their own or mapped from a file.
//
// Large files are mapped, so that what has been read can be given back (Release) and a plan of
// 100 MB does not cost 100 MB. Small ones are copied: a mapping would notice a file cut short under
// it by a signal. Movable, not copyable: views refer to it; they stay valid when it moves. Thread
// safety: safe for concurrent use once made.
#ifndef WHOMAY_LIB_SOURCE_FILE_BYTES_H_
#define WHOMAY_LIB_SOURCE_FILE_BYTES_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace whomay::source {

class FileBytes {
 public:
  FileBytes() = default;
  explicit FileBytes(std::string bytes);
  FileBytes(FileBytes&& other) noexcept;
  FileBytes& operator=(FileBytes&& other) noexcept;
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;
  ~FileBytes();

  // The file behind an open descriptor, which is kept, `size` bytes of it. On failure nothing is
  // mapped and the descriptor closed.
  static FileBytes Map(int descriptor, size_t size);

  std::string_view view() const { return view_; }
  bool mapped() const { return mapping_ != nullptr; }
  // Whether view() can be read: not if the file behind a mapping has become shorter.
  bool intact() const;
  // Nobody will need [begin, end) soon: a mapping gives the pages back and reads them again when
  // they are asked for all the same.
  void Release(size_t begin, size_t end) const;

 private:
  void Unmap();

  std::unique_ptr<std::string> owned_;
  void* mapping_ = nullptr;
  size_t mapped_size_ = 0;
  int descriptor_ = -1;
  std::string_view view_;
};

}  // namespace whomay::source

#endif  // WHOMAY_LIB_SOURCE_FILE_BYTES_H_

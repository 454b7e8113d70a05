// TextArena: copies of texts that stay in place until the arena goes.
//
//   TextArena arena;
//   std::string_view kept = arena.Keep(buffer);
//
// Thread safety: Keep() needs exclusive access; kept texts may be read concurrently.
#ifndef WHOMAY_LIB_BASE_TEXT_ARENA_H_
#define WHOMAY_LIB_BASE_TEXT_ARENA_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace whomay {

class TextArena {
 public:
  TextArena() = default;
  // Movable: the texts stay where they are. Not copyable: views into it would dangle silently.
  TextArena(TextArena&&) = default;
  TextArena& operator=(TextArena&&) = default;
  TextArena(const TextArena&) = delete;
  TextArena& operator=(const TextArena&) = delete;

  std::string_view Keep(std::string_view text) {
    if (text.empty()) {
      return {};
    }
    if (text.size() > free_) {
      const size_t size = std::max(
          text.size(), std::min(kBlockBytes, size_t{1024} << std::min<size_t>(blocks_.size(), 6)));
      blocks_.emplace_back(new char[size]);
      at_ = blocks_.back().get();
      free_ = size;
    }
    char* const to = at_;
    std::memcpy(to, text.data(), text.size());
    at_ += text.size();
    free_ -= text.size();
    return {to, text.size()};
  }

 private:
  static constexpr size_t kBlockBytes = size_t{64} << 10;

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* at_ = nullptr;
  size_t free_ = 0;
};

}  // namespace whomay

#endif  // WHOMAY_LIB_BASE_TEXT_ARENA_H_

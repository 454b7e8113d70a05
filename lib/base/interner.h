// Interner: every distinct text once, as a dense 32-bit Symbol and as a std::string_view that stays
// valid and in place for the life of the interner.
//
//   Interner names;
//   const Symbol pods = names.Intern("pods");
//   names.text(pods);          // "pods"
//   names.Find("nodes");       // nullopt: never interned
//
// Symbol 0 is the empty text. Two texts are equal exactly if their symbols are.
// Thread safety: const members may be called concurrently; Intern() needs exclusive access.
#ifndef WHOMAY_LIB_BASE_INTERNER_H_
#define WHOMAY_LIB_BASE_INTERNER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace whomay {

enum class Symbol : uint32_t { kEmpty = 0 };

class Interner {
 public:
  Interner();
  // Movable: the texts stay where they are. Not copyable: views into it would dangle silently.
  Interner(Interner&&) = default;
  Interner& operator=(Interner&&) = default;
  Interner(const Interner&) = delete;
  Interner& operator=(const Interner&) = delete;

  Symbol Intern(std::string_view text);
  // The interner's own copy of `text`.
  std::string_view Keep(std::string_view text) { return this->text(Intern(text)); }
  std::optional<Symbol> Find(std::string_view text) const;
  std::string_view text(Symbol symbol) const { return texts_[static_cast<uint32_t>(symbol)]; }
  // Symbols are 0 … size() - 1.
  size_t size() const { return texts_.size(); }

 private:
  std::string_view Copy(std::string_view text);
  void Grow();
  size_t Slot(std::string_view text, uint64_t hash) const;

  std::vector<std::unique_ptr<char[]>> blocks_;
  size_t block_used_ = 0;
  size_t block_size_ = 0;
  std::vector<std::string_view> texts_;
  // Open addressing, linear probing, at most half full; symbol + 1, 0 is free.
  std::vector<uint32_t> slots_;
  std::vector<uint32_t> hashes_;  // the upper half of each text's hash
};

}  // namespace whomay

#endif  // WHOMAY_LIB_BASE_INTERNER_H_

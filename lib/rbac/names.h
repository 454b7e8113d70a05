// NameTable: the texts of one compiled policy as dense ids, hashed eight bytes at a time.
//
// When to use: inside lib/rbac, where hashing the names of a request is most of what a question
// costs. (base/interner.h keeps texts; this one only refers to those of the facts, which outlive
// it.) Id 0 is the empty text. Find() of a text that was never added gives kNoName. Thread safety:
// const members may be called concurrently; Add() needs exclusive access.
#ifndef WHOMAY_LIB_RBAC_NAMES_H_
#define WHOMAY_LIB_RBAC_NAMES_H_

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace whomay::rbac {

inline constexpr uint32_t kNoName = 0xFFFFFFFF;

// A hash and whether a byte 0xFF occurs, which only texts with holes have (facts/hole.h).
struct TextHash {
  uint64_t value;
  bool hole;
};

inline uint64_t Mix(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// Non-zero if a byte of the word is 0xFF.
inline uint64_t FindFF(uint64_t word) {
  constexpr uint64_t kLow = 0x0101010101010101, kHigh = 0x8080808080808080;
  return (~word - kLow) & word & kHigh;
}

inline TextHash HashName(std::string_view text, uint64_t seed) {
  constexpr uint64_t kA = 0xa0761d6478bd642f, kB = 0xe7037ed1a0b428db;
  const char* at = text.data();
  size_t left = text.size();
  uint64_t hash = seed ^ (left * kB);
  uint64_t found = 0;
  const auto read8 = [](const char* from) {
    uint64_t word;
    std::memcpy(&word, from, 8);
    return word;
  };
  const auto read4 = [](const char* from) {
    uint32_t word;
    std::memcpy(&word, from, 4);
    return uint64_t{word};
  };
  while (left > 16) {
    const uint64_t a = read8(at), b = read8(at + 8);
    found |= FindFF(a) | FindFF(b);
    hash = Mix(a ^ hash ^ kA, b ^ kB);
    at += 16;
    left -= 16;
  }
  uint64_t a = 0, b = 0;
  if (left >= 8) {
    a = read8(at);
    b = read8(at + left - 8);
  } else if (left >= 4) {
    a = read4(at);
    b = read4(at + left - 4);
  } else if (left > 0) {
    a = static_cast<unsigned char>(at[0]) |
        uint64_t{static_cast<unsigned char>(at[left / 2])} << 8 |
        uint64_t{static_cast<unsigned char>(at[left - 1])} << 16;
  }
  found |= FindFF(a) | FindFF(b);
  return {Mix(a ^ hash ^ kA, b ^ kB), found != 0};
}

// Are two texts of one size equal? Names are short: a call costs more than the comparison.
inline bool SameBytes(const char* a, const char* b, size_t size) {
  if (size > 16) {
    return std::memcmp(a, b, size) == 0;
  }
  const auto differ = [&](size_t at, auto word) {
    auto x = word, y = word;
    std::memcpy(&x, a + at, sizeof word);
    std::memcpy(&y, b + at, sizeof word);
    return x ^ y;
  };
  if (size >= 8) {
    return (differ(0, uint64_t{0}) | differ(size - 8, uint64_t{0})) == 0;
  }
  if (size >= 4) {
    return (differ(0, uint32_t{0}) | differ(size - 4, uint32_t{0})) == 0;
  }
  for (size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) {
      return false;
    }
  }
  return true;
}
inline bool SameText(std::string_view a, std::string_view b) {
  return a.size() == b.size() && SameBytes(a.data(), b.data(), a.size());
}

class NameTable {
 public:
  NameTable();

  uint32_t Add(std::string_view text);
  uint32_t Find(std::string_view text) const { return Find(text, Hash(text).value); }
  uint32_t Find(std::string_view text, uint64_t hash) const {
    for (size_t slot = hash & mask_;; slot = (slot + 1) & mask_) {
      const Slot& at = slots_[slot];
      if (at.id == kNoName) {
        return kNoName;
      }
      if (at.check == static_cast<uint32_t>(hash >> 32) && at.size == text.size() &&
          SameBytes(at.text, text.data(), text.size())) {
        return at.id;
      }
    }
  }
  // Fetches what Find() will look at first.
  void Prefetch(uint64_t hash) const { __builtin_prefetch(&slots_[hash & mask_]); }
  TextHash Hash(std::string_view text) const { return HashName(text, seed_); }
  std::string_view text(uint32_t id) const { return texts_[id]; }
  size_t size() const { return texts_.size(); }
  void Reserve(size_t names);

 private:
  struct Slot {
    uint32_t check = 0;
    uint32_t id = kNoName;
    const char* text = nullptr;
    size_t size = 0;
  };
  void Resize(size_t slots);

  uint64_t seed_;
  uint64_t mask_ = 0;
  std::vector<Slot> slots_;  // open addressing, linear probing, at most half full
  std::vector<std::string_view> texts_;
};

}  // namespace whomay::rbac

#endif  // WHOMAY_LIB_RBAC_NAMES_H_

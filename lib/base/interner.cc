#include "base/interner.h"

#include <algorithm>
#include <cstring>

#include "base/strings.h"

namespace whomay {
namespace {
constexpr size_t kBlock = size_t{1} << 16;
constexpr size_t kFirstSlots = 64;
}  // namespace

Interner::Interner() : slots_(kFirstSlots, 0) { Intern(""); }

size_t Interner::Slot(std::string_view text, uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  const auto upper = static_cast<uint32_t>(hash >> 32);
  size_t slot = hash & mask;
  while (slots_[slot] != 0) {
    const uint32_t index = slots_[slot] - 1;
    if (hashes_[index] == upper && texts_[index] == text) {
      break;
    }
    slot = (slot + 1) & mask;
  }
  return slot;
}

Symbol Interner::Intern(std::string_view text) {
  const uint64_t hash = HashText(text);
  size_t slot = Slot(text, hash);
  if (slots_[slot] != 0) {
    return static_cast<Symbol>(slots_[slot] - 1);
  }
  if ((texts_.size() + 1) * 2 > slots_.size()) {
    Grow();
    slot = Slot(text, hash);
  }
  texts_.push_back(Copy(text));
  hashes_.push_back(static_cast<uint32_t>(hash >> 32));
  slots_[slot] = static_cast<uint32_t>(texts_.size());
  return static_cast<Symbol>(texts_.size() - 1);
}

std::optional<Symbol> Interner::Find(std::string_view text) const {
  const size_t slot = Slot(text, HashText(text));
  if (slots_[slot] == 0) {
    return std::nullopt;
  }
  return static_cast<Symbol>(slots_[slot] - 1);
}

void Interner::Grow() {
  slots_.assign(slots_.size() * 2, 0);
  const size_t mask = slots_.size() - 1;
  for (size_t i = 0; i < texts_.size(); ++i) {
    size_t slot = HashText(texts_[i]) & mask;
    while (slots_[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots_[slot] = static_cast<uint32_t>(i + 1);
  }
}

std::string_view Interner::Copy(std::string_view text) {
  if (text.empty()) {
    return "";  // there may be no block yet
  }
  if (text.size() > block_size_ - block_used_) {
    block_size_ = std::max(kBlock, text.size());
    blocks_.push_back(std::make_unique<char[]>(block_size_));
    block_used_ = 0;
  }
  char* to = blocks_.back().get() + block_used_;
  std::memcpy(to, text.data(), text.size());
  block_used_ += text.size();
  return {to, text.size()};
}

}  // namespace whomay

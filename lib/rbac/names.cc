#include "rbac/names.h"

namespace whomay::rbac {
namespace {
constexpr size_t kFirstSlots = 256;
}  // namespace

// The seed differs from table to table, so that no input is written to collide in all of them. No
// answer depends on it.
NameTable::NameTable()
    : seed_(Mix(reinterpret_cast<uintptr_t>(this) ^ 0x8ebc6af09c88c6e3, 0x589965cc75374cc3)) {
  Resize(kFirstSlots);
  Add("");
}

uint32_t NameTable::Add(std::string_view text) {
  const uint64_t hash = Hash(text).value;
  const uint32_t found = Find(text, hash);
  if (found != kNoName) {
    return found;
  }
  if ((texts_.size() + 1) * 2 > slots_.size()) {
    Resize(slots_.size() * 4);
  }
  size_t slot = hash & mask_;
  while (slots_[slot].id != kNoName) {
    slot = (slot + 1) & mask_;
  }
  const auto id = static_cast<uint32_t>(texts_.size());
  slots_[slot] = {static_cast<uint32_t>(hash >> 32), id, text.data(), text.size()};
  texts_.push_back(text);
  return id;
}

void NameTable::Reserve(size_t names) {
  size_t slots = kFirstSlots;
  while (slots < names * 2) {
    slots *= 2;
  }
  if (slots > slots_.size()) {
    Resize(slots);
  }
  texts_.reserve(names);
}

void NameTable::Resize(size_t slots) {
  slots_.assign(slots, Slot());
  mask_ = slots - 1;
  for (uint32_t id = 0; id < texts_.size(); ++id) {
    const uint64_t hash = Hash(texts_[id]).value;
    size_t slot = hash & mask_;
    while (slots_[slot].id != kNoName) {
      slot = (slot + 1) & mask_;
    }
    slots_[slot] = {static_cast<uint32_t>(hash >> 32), id, texts_[id].data(), texts_[id].size()};
  }
}

}  // namespace whomay::rbac

#include "iam/context.h"

#include <algorithm>

#include "base/strings.h"

namespace whomay::iam {

void Context::Set(std::string_view key, Key value) {
  std::string name = AsciiLower(key);
  const uint64_t hash = HashText(name);
  for (Entry& entry : entries_) {
    if (entry.hash == hash && entry.name == name) {
      entry.key = std::move(value);
      return;
    }
  }
  entries_.push_back({hash, std::move(name), std::move(value)});
}

void Context::SetPrefix(std::string_view prefix, Key value) {
  std::string name = AsciiLower(prefix);
  const auto at = std::find_if(prefixes_.begin(), prefixes_.end(), [&](const Entry& entry) {
    return entry.name.size() <= name.size();
  });
  for (auto same = at; same != prefixes_.end() && same->name.size() == name.size(); ++same) {
    if (same->name == name) {
      same->key = std::move(value);
      return;
    }
  }
  prefixes_.insert(at, {HashText(name), std::move(name), std::move(value)});
}

const Context::Entry* Context::FindEntry(std::string_view lower, uint64_t hash) const {
  for (const Context* at = this; at != nullptr; at = at->base_.get()) {
    for (const Entry& entry : at->entries_) {
      if (entry.hash == hash && entry.name == lower) {
        return &entry;
      }
    }
  }
  return nullptr;
}

const Context::Key& Context::Find(std::string_view lower, uint64_t hash) const {
  if (const Entry* entry = FindEntry(lower, hash)) {
    return entry->key;
  }
  const Entry* longest = nullptr;
  for (const Context* at = this; at != nullptr; at = at->base_.get()) {
    for (const Entry& prefix : at->prefixes_) {
      if (lower.substr(0, prefix.name.size()) == prefix.name) {
        if (longest == nullptr || prefix.name.size() > longest->name.size()) {
          longest = &prefix;
        }
        break;
      }
    }
  }
  return longest != nullptr ? longest->key : rest_;
}

bool Context::Has(std::string_view lower, uint64_t hash) const {
  return FindEntry(lower, hash) != nullptr;
}

const Context::Key& Context::Find(std::string_view key) const {
  const std::string lower = AsciiLower(key);
  return Find(lower, HashText(lower));
}

}  // namespace whomay::iam

#include "ingest/eks/go_json.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "data/unicode_case.h"

namespace whomay::ingest {

using syntax::Value;

std::vector<Value> GoMembers(const Value& object) {
  // Not std::stable_sort: clang calls libstdc++'s deprecated.
  std::vector<std::pair<size_t, Value>> members;
  for (const Value member : object.members()) {
    members.emplace_back(members.size(), member);
  }
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) {
    const int order = a.second.key().compare(b.second.key());
    return order != 0 ? order < 0 : a.first < b.first;
  });
  std::vector<Value> last;
  for (const auto& [index, member] : members) {
    if (!last.empty() && last.back().key() == member.key()) {
      last.back() = member;
    } else {
      last.push_back(member);
    }
  }
  return last;
}

bool GoFieldMatches(std::string_view key, std::string_view field) {
  return data::GoEqualFold(key, field);
}

void DecodeText(const Value& value, std::string& text, const TypeError& error) {
  if (value.is_string()) {
    text = data::GoValidUtf8(value.text());  // as json.Marshal wrote it before
  } else if (!value.is_null()) {
    error(value, "a string");
  }
}

void GoStrings::Decode(const Value& value, const TypeError& error) {
  if (value.is_null()) {
    array_.clear();
    size_ = 0;
    return;
  }
  if (!value.is_array()) {
    error(value, "a list of strings");
    return;
  }
  size_t i = 0;
  for (const Value item : value.elements()) {
    if (i == array_.size()) {
      array_.emplace_back();
    }
    // A slot that an earlier, longer list filled still holds its text (golang/go#21092).
    DecodeText(item, array_[i], error);
    ++i;
  }
  if (i == 0) {
    array_.clear();
  }
  size_ = i;
}

}  // namespace whomay::ingest

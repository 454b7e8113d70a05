#include "syntax/tree_core.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/strings.h"

namespace whomay::syntax {
namespace {

constexpr size_t kTextBlockBytes = 64 << 10;

}  // namespace

TreeCore::TreeCore(source::FileId file, std::string_view bytes, size_t expected)
    : file_(file), bytes_(bytes) {
  // A value takes eight bytes or more in most texts; blocks between 16 and 32,768 nodes.
  const size_t nodes = std::clamp<size_t>(expected / 8, 16, 32768);
  shift_ = static_cast<unsigned>(std::bit_width(nodes - 1));
  mask_ = (uint32_t{1} << shift_) - 1;
}

std::string_view TreeCore::text(const Node& node) const {
  switch (node.kind) {
    case Kind::kBool:
      return (node.flags & kTrue) != 0 ? "true" : "false";
    case Kind::kNumber:
    case Kind::kString: {
      if ((node.flags & kTextOwned) != 0) {
        return texts_[node.link];
      }
      const uint32_t quote = (node.flags & kTextQuoted) != 0 ? 1 : 0;
      return bytes_.substr(node.begin + quote, node.end - node.begin - 2 * quote);
    }
    default:
      return {};
  }
}

std::string_view TreeCore::key(const Node& node) const {
  if ((node.flags & kKeyed) == 0) {
    return {};
  }
  if ((node.flags & kKeyOwned) != 0) {
    return keys_[node.key].text;
  }
  return bytes_.substr(node.key + ((node.flags & kKeyQuoted) != 0 ? 1 : 0), node.key_size);
}

TreeCore::Mark TreeCore::mark() const {
  return {node_count_, static_cast<uint32_t>(texts_.size()), static_cast<uint32_t>(keys_.size()),
          text_block_, text_used_};
}

void TreeCore::CutBack(const Mark& mark) {
  node_count_ = mark.nodes;
  texts_.resize(mark.texts);
  keys_.resize(mark.keys);
  text_block_ = mark.text_block;
  text_used_ = mark.text_used;
}

uint32_t TreeCore::AddNode() {
  if ((node_count_ & mask_) == 0 && (node_count_ >> shift_) == blocks_.size()) {
    blocks_.emplace_back(new Node[size_t{mask_} + 1]);  // not cleared: pages come as they are used
  }
  return node_count_++;
}

void TreeCore::Shrink() {
  if (blocks_.size() == 1 && node_count_ <= mask_ / 2) {
    std::unique_ptr<Node[]> block(new Node[node_count_]);
    std::copy_n(blocks_[0].get(), node_count_, block.get());
    blocks_[0] = std::move(block);
  }
}

std::string_view TreeCore::KeepText(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  while (text_block_ < text_blocks_.size() &&
         text_blocks_[text_block_].size - text_used_ < text.size()) {
    ++text_block_;
    text_used_ = 0;
  }
  if (text_block_ == text_blocks_.size()) {
    // The first block of a small document is small: there are many small documents.
    size_t size = text_blocks_.empty() ? std::min<size_t>(kTextBlockBytes, (size_t{mask_} + 1) * 4)
                                       : kTextBlockBytes;
    size = std::max(size, text.size());
    text_blocks_.push_back({std::unique_ptr<char[]>(new char[size]), static_cast<uint32_t>(size)});
    text_used_ = 0;
  }
  char* const to = text_blocks_[text_block_].bytes.get() + text_used_;
  std::memcpy(to, text.data(), text.size());
  text_used_ += static_cast<uint32_t>(text.size());
  return {to, text.size()};
}

TreeBuilder::TreeBuilder(source::FileId file, std::string_view bytes, size_t expected)
    : core_(std::make_unique<TreeCore>(file, bytes, expected)) {}

TreeBuilder::~TreeBuilder() = default;

void TreeBuilder::SourceKey(uint32_t begin, uint32_t size, bool quoted) {
  const uint32_t quote = quoted ? 1 : 0;
  if (size > 0xFFFF) {
    key_ = static_cast<uint32_t>(core_->keys_.size());
    core_->keys_.push_back(
        {core_->bytes_.substr(begin + quote, size), begin, begin + size + 2 * quote});
    key_flags_ = TreeCore::kKeyed | TreeCore::kKeyOwned;
    return;
  }
  key_ = begin;
  key_size_ = static_cast<uint16_t>(size);
  key_flags_ = static_cast<uint8_t>(TreeCore::kKeyed | (quoted ? TreeCore::kKeyQuoted : 0));
}

void TreeBuilder::OwnKey(std::string_view text, uint32_t begin, uint32_t end) {
  key_ = static_cast<uint32_t>(core_->keys_.size());
  core_->keys_.push_back({core_->KeepText(text), begin, end});
  key_size_ = 0;
  key_flags_ = TreeCore::kKeyed | TreeCore::kKeyOwned;
}

TreeCore::Node& TreeBuilder::Add(Kind kind, uint32_t begin, uint32_t end) {
  if (!open_.empty()) {
    ++open_.back().size;
  }
  TreeCore::Node& node = core_->node(core_->AddNode());
  node = {begin, end, 0, 0, key_, key_size_, kind, key_flags_};
  key_flags_ = 0;
  key_ = 0;
  key_size_ = 0;
  return node;
}

void TreeBuilder::Null(uint32_t begin, uint32_t end) { Add(Kind::kNull, begin, end); }

void TreeBuilder::Bool(bool value, uint32_t begin, uint32_t end) {
  TreeCore::Node& node = Add(Kind::kBool, begin, end);
  if (value) {
    node.flags |= TreeCore::kTrue;
  }
}

void TreeBuilder::SourceText(Kind kind, uint32_t begin, uint32_t end, bool quoted) {
  TreeCore::Node& node = Add(kind, begin, end);
  if (quoted) {
    node.flags |= TreeCore::kTextQuoted;
  }
}

void TreeBuilder::OwnText(Kind kind, std::string_view text, uint32_t begin, uint32_t end) {
  TreeCore::Node& node = Add(kind, begin, end);
  node.flags |= TreeCore::kTextOwned;
  node.link = static_cast<uint32_t>(core_->texts_.size());
  core_->texts_.push_back(core_->KeepText(text));
}

void TreeBuilder::Begin(Kind kind, uint32_t begin) {
  Add(kind, begin, begin);
  open_.push_back({core_->node_count_ - 1, 0, core_->mark()});
}

uint32_t TreeBuilder::End(uint32_t end) {
  const Open open = open_.back();
  open_.pop_back();
  TreeCore::Node& node = core_->node(open.node);
  node.end = end;
  node.size = open.size;
  node.link = core_->node_count_;
  last_children_ = open.children;
  return open.node;
}

void TreeBuilder::Collapse(uint32_t node) {
  core_->CutBack(last_children_);
  TreeCore::Node& at = core_->node(node);
  at.link = core_->node_count_;
  at.flags |= TreeCore::kCollapsed;
}

const std::vector<std::pair<uint32_t, uint32_t>>& TreeBuilder::Duplicates(uint32_t node) {
  duplicates_.clear();
  const TreeCore& core = *core_;
  const uint32_t size = core.node(node).size;
  const uint32_t end = core.node(node).link;
  if (size < 2) {
    return duplicates_;
  }
  hashes_.clear();
  for (uint32_t i = node + 1; i != end; i = core.Next(i)) {
    hashes_.emplace_back(HashText(core.key(core.node(i))), i);
  }
  // Texts decide among equal hashes, so that made-up collisions cost no more than a sort.
  std::sort(hashes_.begin(), hashes_.end(), [&core](const auto& a, const auto& b) {
    if (a.first != b.first) {
      return a.first < b.first;
    }
    const int order = core.key(core.node(a.second)).compare(core.key(core.node(b.second)));
    return order != 0 ? order < 0 : a.second < b.second;
  });
  for (size_t i = 1; i < hashes_.size(); ++i) {
    if (hashes_[i - 1].first == hashes_[i].first &&
        core.key(core.node(hashes_[i - 1].second)) == core.key(core.node(hashes_[i].second))) {
      duplicates_.emplace_back(hashes_[i - 1].second, hashes_[i].second);
    }
  }
  std::sort(duplicates_.begin(), duplicates_.end(),
            [](const auto& a, const auto& b) { return a.second < b.second; });
  return duplicates_;
}

Tree TreeBuilder::Finish() {
  core_->Shrink();
  return Tree(std::move(core_));
}

}  // namespace whomay::syntax

// TreeCore: the nodes of one Tree; TreeBuilder: how the readers make them. Internal to syntax/.
//
// A node is 24 bytes: texts and keys that stand in the source as they are, are kept as offsets into
// it, all others in an arena. Nodes live in blocks of equal size, so that growing copies nothing
// and the peak is what is kept. Thread safety: a finished core is immutable; a builder belongs to
// one thread.
#ifndef WHOMAY_LIB_SYNTAX_TREE_CORE_H_
#define WHOMAY_LIB_SYNTAX_TREE_CORE_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "source/source.h"
#include "syntax/tree.h"

namespace whomay::syntax {

class TreeCore {
 public:
  enum Flags : uint8_t {
    kTextOwned = 1,   // text: texts[link]; else it is the source's bytes
    kTextQuoted = 2,  // the source's bytes less the quotes
    kKeyed = 4,       // stands under a key
    kKeyOwned = 8,    // key: keys[key]; else the source's bytes from `key` on
    kKeyQuoted = 16,  // `key` is the offset of a quote
    kCollapsed = 32,  // children were cut away
    kTrue = 64,       // of a Boolean
  };
  struct Node {
    uint32_t begin;  // the value's bytes
    uint32_t end;
    uint32_t link;  // container: the node behind the subtree; owned text: its index
    uint32_t size;  // children of a container
    uint32_t key;
    uint16_t key_size;
    Kind kind;
    uint8_t flags;
  };
  static_assert(sizeof(Node) == 24);
  struct Key {
    std::string_view text;
    uint32_t begin;
    uint32_t end;
  };

  // `bytes`: those of the file, which outlive this. `expected`: about how many bytes will be read.
  TreeCore(source::FileId file, std::string_view bytes, size_t expected);

  const Node& node(uint32_t i) const { return blocks_[i >> shift_][i & mask_]; }
  Node& node(uint32_t i) { return blocks_[i >> shift_][i & mask_]; }
  uint32_t node_count() const { return node_count_; }
  uint32_t Next(uint32_t i) const {
    const Node& at = node(i);
    return at.kind >= Kind::kArray ? at.link : i + 1;
  }
  std::string_view text(const Node& node) const;
  std::string_view key(const Node& node) const;
  Value value(uint32_t i) const { return Value(this, i); }
  source::FileId file() const { return file_; }
  std::string_view bytes() const { return bytes_; }
  std::string_view owned_key(uint32_t i) const { return keys_[i].text; }
  const Key& key_entry(uint32_t i) const { return keys_[i]; }

 private:
  friend class TreeBuilder;

  // How far everything is filled, to cut back to.
  struct Mark {
    uint32_t nodes, texts, keys, text_block, text_used;
  };
  Mark mark() const;
  void CutBack(const Mark& mark);
  uint32_t AddNode();
  std::string_view KeepText(std::string_view text);
  void Shrink();  // nothing is added from now on

  source::FileId file_;
  std::string_view bytes_;
  unsigned shift_;
  uint32_t mask_;
  uint32_t node_count_ = 0;
  std::vector<std::unique_ptr<Node[]>> blocks_;
  std::vector<std::string_view> texts_;
  std::vector<Key> keys_;
  struct TextBlock {
    std::unique_ptr<char[]> bytes;
    uint32_t size;
  };
  std::vector<TextBlock> text_blocks_;
  uint32_t text_block_ = 0;  // the one being filled
  uint32_t text_used_ = 0;
};

// Makes a tree in document order. Begin() and the scalars take the key given before them.
class TreeBuilder {
 public:
  TreeBuilder(source::FileId file, std::string_view bytes, size_t expected);
  ~TreeBuilder();

  // The next value's key. `text` is copied unless it is the source's bytes [begin, end), without
  // the quotes where it is `quoted`.
  void SourceKey(uint32_t begin, uint32_t size, bool quoted);
  void OwnKey(std::string_view text, uint32_t begin, uint32_t end);

  void Null(uint32_t begin, uint32_t end);
  void Bool(bool value, uint32_t begin, uint32_t end);
  // Number or string whose text is the source's bytes [begin, end), quotes left out if `quoted`.
  void SourceText(Kind kind, uint32_t begin, uint32_t end, bool quoted);
  void OwnText(Kind kind, std::string_view text, uint32_t begin, uint32_t end);

  void Begin(Kind kind, uint32_t begin);
  // Closes the innermost container; its node.
  uint32_t End(uint32_t end);
  // Cuts the children of the container that End() just gave away.
  void Collapse(uint32_t node);
  // Of the object `node`: pairs (earlier, later) of members with the same key.
  const std::vector<std::pair<uint32_t, uint32_t>>& Duplicates(uint32_t node);

  size_t depth() const { return open_.size(); }
  uint32_t node_count() const { return core_->node_count(); }
  const TreeCore& core() const { return *core_; }
  // The finished tree; the builder is done.
  Tree Finish();

 private:
  struct Open {
    uint32_t node;
    uint32_t size;
    TreeCore::Mark children;
  };
  TreeCore::Node& Add(Kind kind, uint32_t begin, uint32_t end);

  std::unique_ptr<TreeCore> core_;
  std::vector<Open> open_;
  TreeCore::Mark last_children_{};
  uint32_t key_ = 0;
  uint16_t key_size_ = 0;
  uint8_t key_flags_ = 0;
  std::vector<std::pair<uint32_t, uint32_t>> duplicates_;
  std::vector<std::pair<uint64_t, uint32_t>> hashes_;
};

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_TREE_CORE_H_

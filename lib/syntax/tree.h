// Tree: what a JSON or YAML reader makes of a document, positions included. One form for both, so
// that everything behind the readers sees no difference between them.
//
//   const Value rules = tree.root().Get("rules");
//   for (const Value rule : rules.elements()) { … rule.Get("verbs") … }
//
// A Value is a handle of two words; it and every text it returns are valid while its Tree lives. A
// Value may be *missing* (a key that is not there, an index out of range, an element of what is no
// list): every accessor is defined on it and says so, so chains need no checks in between.
// Numbers keep their text as written; no width is assumed. Of duplicate keys all stand in
// members(), and Get() gives the last, as every consumer here does (the readers report them).
// Trees are immutable once read. Thread safety: safe for concurrent use.
#ifndef WHOMAY_LIB_SYNTAX_TREE_H_
#define WHOMAY_LIB_SYNTAX_TREE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "source/source.h"

namespace whomay::syntax {

enum class Kind : uint8_t { kMissing, kNull, kBool, kNumber, kString, kArray, kObject };

class Tree;

class Value {
 public:
  Value() = default;  // missing

  Kind kind() const;
  // Not missing. A null is present.
  explicit operator bool() const { return kind() != Kind::kMissing; }
  bool is_null() const { return kind() == Kind::kNull; }
  bool is_string() const { return kind() == Kind::kString; }
  bool is_array() const { return kind() == Kind::kArray; }
  bool is_object() const { return kind() == Kind::kObject; }
  // The literal true; false for all else.
  bool is_true() const;
  bool is_false() const;

  // Of a string its decoded content, of a number or Boolean its text; else empty.
  std::string_view text() const;
  // Elements of an array, members of an object; else 0.
  size_t size() const;
  // The last member of this key; missing if there is none or this is no object. Linear in size().
  Value Get(std::string_view key) const;
  // Element or member i; missing when out of range. Linear in i: iterate instead in loops.
  Value At(size_t i) const;

  // The key under which this value stands; empty for elements and roots.
  std::string_view key() const;
  source::Span key_span() const;
  // The value's bytes, quotes and brackets included.
  source::Span span() const;

  class Iterator;
  class Range;
  // Nothing when this is no array (no object).
  Range elements() const;
  Range members() const;

 private:
  friend class Tree;
  Value(const Tree* tree, uint32_t node) : tree_(tree), node_(node) {}

  const Tree* tree_ = nullptr;
  uint32_t node_ = 0;
};

class Tree {
 public:
  Tree() = default;
  Tree(Tree&&) = default;
  Tree& operator=(Tree&&) = default;
  Tree(const Tree&) = delete;  // Values refer to this one
  Tree& operator=(const Tree&) = delete;

  // Missing when nothing was read.
  Value root() const { return nodes_.empty() ? Value() : Value(this, 0); }
  source::FileId file() const { return file_; }

 private:
  friend class Value;
  friend class TreeBuilder;

  // In document order: a container is followed by its children, whole subtrees one after another.
  struct Node {
    std::string_view text;  // decoded string, number as written, "true"/"false"
    std::string_view key;
    source::Span span;      // file is file_
    uint32_t key_begin = 0;
    uint32_t key_end = 0;
    uint32_t size = 0;      // children of a container
    uint32_t next = 0;      // the node behind this whole subtree
    Kind kind = Kind::kNull;
  };

  source::FileId file_ = source::FileId::kNone;
  std::vector<Node> nodes_;
  std::vector<std::unique_ptr<char[]>> texts_;  // decoded texts that differ from the source's bytes
};

class Value::Iterator {
 public:
  Value operator*() const { return Value(tree_, node_); }
  Iterator& operator++() {
    node_ = tree_->nodes_[node_].next;
    return *this;
  }
  bool operator!=(const Iterator& other) const { return node_ != other.node_; }
  bool operator==(const Iterator& other) const { return node_ == other.node_; }

 private:
  friend class Range;
  Iterator(const Tree* tree, uint32_t node) : tree_(tree), node_(node) {}
  const Tree* tree_;
  uint32_t node_;
};

class Value::Range {
 public:
  Iterator begin() const { return Iterator(tree_, begin_); }
  Iterator end() const { return Iterator(tree_, end_); }

 private:
  friend class Value;
  Range(const Tree* tree, uint32_t begin, uint32_t end) : tree_(tree), begin_(begin), end_(end) {}
  const Tree* tree_;
  uint32_t begin_;
  uint32_t end_;
};

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_TREE_H_

// Tree: what a JSON or YAML reader makes of a document, positions included. One form for both, so
// that everything behind the readers sees no difference between them.
//
//   const Value rules = tree.root().Get("rules");
//   for (const Value rule : rules.elements()) { … rule.Get("verbs") … }
//
// A Value is a handle of two words; it and every text it returns are valid while its Tree (moved or
// not) and the SourceSet behind it live. A Value may be *missing* (a key that is not there, an
// index out of range, an element of what is no list): every accessor is defined on it and says so,
// so chains need no checks in between. Numbers are texts, no width is assumed: as written in JSON,
// as JSON would write them in YAML. Of duplicate keys all stand in members(), and Get() gives the
// last, as every consumer here does (the readers report them). Trees are immutable once read.
// Thread safety: safe for concurrent use.
#ifndef WHOMAY_LIB_SYNTAX_TREE_H_
#define WHOMAY_LIB_SYNTAX_TREE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "source/source.h"

namespace whomay::syntax {

enum class Kind : uint8_t { kMissing, kNull, kBool, kNumber, kString, kArray, kObject };

class TreeCore;  // tree_core.h: the nodes, which stay in place when their Tree moves

class Value {
 public:
  Value() = default;  // missing

  Kind kind() const;
  // Not missing. A null is present.
  explicit operator bool() const { return kind() != Kind::kMissing; }
  bool is_null() const { return kind() == Kind::kNull; }
  bool is_bool() const { return kind() == Kind::kBool; }
  bool is_number() const { return kind() == Kind::kNumber; }
  bool is_string() const { return kind() == Kind::kString; }
  bool is_array() const { return kind() == Kind::kArray; }
  bool is_object() const { return kind() == Kind::kObject; }
  // The literal true; false for all else.
  bool is_true() const;
  bool is_false() const;
  // A container of which only the span was kept (JsonOptions): it has no elements and no members
  // here; ParseJson() of its span() brings them.
  bool is_collapsed() const;

  // Of a string its decoded content, of a number or Boolean its text; else empty.
  std::string_view text() const;
  // Elements of an array, members of an object (those of a collapsed one too); else 0.
  size_t size() const;
  // The last member of this key; missing if there is none or this is no object. Linear in size().
  Value Get(std::string_view key) const;
  // Element or member i; missing when out of range. Linear in i: iterate instead in loops.
  Value At(size_t i) const;

  // The key under which this value stands; empty for elements and roots.
  std::string_view key() const;
  source::Span key_span() const;
  // The value's bytes, quotes and brackets included. What an alias stands for has the place of the
  // anchored value.
  source::Span span() const;

  class Iterator;
  class Range;
  // Nothing when this is no array (no object).
  Range elements() const;
  Range members() const;

 private:
  friend class Tree;
  friend class TreeCore;
  Value(const TreeCore* core, uint32_t node) : core_(core), node_(node) {}
  Range Children(Kind kind) const;

  const TreeCore* core_ = nullptr;
  uint32_t node_ = 0;
};

class Tree {
 public:
  Tree();
  ~Tree();
  Tree(Tree&&) noexcept;
  Tree& operator=(Tree&&) noexcept;
  Tree(const Tree&) = delete;  // Values refer to this one
  Tree& operator=(const Tree&) = delete;

  // Missing when nothing was read.
  Value root() const;
  source::FileId file() const;

 private:
  friend class TreeBuilder;
  explicit Tree(std::unique_ptr<TreeCore> core);

  std::unique_ptr<TreeCore> core_;
};

class Value::Iterator {
 public:
  using value_type = Value;
  using difference_type = std::ptrdiff_t;

  Iterator() = default;
  Value operator*() const { return Value(core_, node_); }
  Iterator& operator++();
  Iterator operator++(int) {
    Iterator old = *this;
    ++*this;
    return old;
  }
  bool operator==(const Iterator& other) const { return node_ == other.node_; }

 private:
  friend class Value;
  friend class Range;
  Iterator(const TreeCore* core, uint32_t node) : core_(core), node_(node) {}

  const TreeCore* core_ = nullptr;
  uint32_t node_ = 0;
};

class Value::Range {
 public:
  Iterator begin() const { return Iterator(core_, begin_); }
  Iterator end() const { return Iterator(core_, end_); }
  bool empty() const { return begin_ == end_; }

 private:
  friend class Value;
  Range(const TreeCore* core, uint32_t begin, uint32_t end)
      : core_(core), begin_(begin), end_(end) {}

  const TreeCore* core_;
  uint32_t begin_;
  uint32_t end_;
};

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_TREE_H_

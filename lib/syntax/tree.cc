#include "syntax/tree.h"

#include <utility>

#include "syntax/tree_core.h"

namespace whomay::syntax {

Kind Value::kind() const { return core_ == nullptr ? Kind::kMissing : core_->node(node_).kind; }

bool Value::is_true() const {
  return kind() == Kind::kBool && (core_->node(node_).flags & TreeCore::kTrue) != 0;
}

bool Value::is_false() const {
  return kind() == Kind::kBool && (core_->node(node_).flags & TreeCore::kTrue) == 0;
}

bool Value::is_collapsed() const {
  return core_ != nullptr && (core_->node(node_).flags & TreeCore::kCollapsed) != 0;
}

std::string_view Value::text() const {
  return core_ == nullptr ? std::string_view() : core_->text(core_->node(node_));
}

size_t Value::size() const { return core_ == nullptr ? 0 : core_->node(node_).size; }

Value Value::Get(std::string_view key) const {
  Value found;
  for (const Value member : members()) {
    if (member.key() == key) {
      found = member;
    }
  }
  return found;
}

Value Value::At(size_t i) const {
  if (i >= size() || is_collapsed()) {
    return {};
  }
  uint32_t at = node_ + 1;
  for (; i > 0; --i) {
    at = core_->Next(at);
  }
  return Value(core_, at);
}

std::string_view Value::key() const {
  return core_ == nullptr ? std::string_view() : core_->key(core_->node(node_));
}

source::Span Value::key_span() const {
  if (core_ == nullptr) {
    return {};
  }
  const TreeCore::Node& node = core_->node(node_);
  if ((node.flags & TreeCore::kKeyed) == 0) {
    return {};
  }
  if ((node.flags & TreeCore::kKeyOwned) != 0) {
    const TreeCore::Key& key = core_->key_entry(node.key);
    return {core_->file(), key.begin, key.end};
  }
  const uint32_t quotes = (node.flags & TreeCore::kKeyQuoted) != 0 ? 2 : 0;
  return {core_->file(), node.key, node.key + node.key_size + quotes};
}

source::Span Value::span() const {
  if (core_ == nullptr) {
    return {};
  }
  const TreeCore::Node& node = core_->node(node_);
  return {core_->file(), node.begin, node.end};
}

Value::Range Value::Children(Kind kind) const {
  if (this->kind() != kind) {
    return Range(nullptr, 0, 0);
  }
  return Range(core_, node_ + 1, core_->node(node_).link);
}

Value::Range Value::elements() const { return Children(Kind::kArray); }
Value::Range Value::members() const { return Children(Kind::kObject); }

Value::Iterator& Value::Iterator::operator++() {
  node_ = core_->Next(node_);
  return *this;
}

Tree::Tree() = default;
Tree::~Tree() = default;
Tree::Tree(Tree&&) noexcept = default;
Tree& Tree::operator=(Tree&&) noexcept = default;
Tree::Tree(std::unique_ptr<TreeCore> core) : core_(std::move(core)) {}

Value Tree::root() const {
  return core_ == nullptr || core_->node_count() == 0 ? Value() : core_->value(0);
}

source::FileId Tree::file() const {
  return core_ == nullptr ? source::FileId::kNone : core_->file();
}

}  // namespace whomay::syntax

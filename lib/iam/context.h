// Context: what is known of a request's context keys.
//
//   Context context;                       // every key that is not set is open
//   context.Set("aws:PrincipalOrgID", {"o-abc"});
//   context.SetAbsent("sts:ExternalId");
//   context.SetPrefix("aws:RequestTag/", Context::State::kChosen);
//
// A key is absent, known (values, which may hold holes), open (the world decides: each condition on
// it becomes an atom), or chosen by the caller (the same, but taken to fit). Key names compare
// without case. A key that was set wins over a prefix, the longer prefix over the shorter, and what
// is left has the state of set_rest(). The texts given must outlive the context.
//
// A context may stand on another, which requests have in common: what it sets itself counts before
// what that one sets.
// Source of the semantics: spec/iam.md 2.5, 2.7. Thread safety: const members may be called
// concurrently.
#ifndef WHOMAY_LIB_IAM_CONTEXT_H_
#define WHOMAY_LIB_IAM_CONTEXT_H_

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "iam/reason.h"

namespace whomay::iam {

class Context {
 public:
  enum class State : uint8_t {
    kAbsent,
    kKnown,
    kOpen,
    kChosen,
    kHole,  // what the files do not say decides (a tag set that is not known until apply)
  };

  struct Key {
    State state = State::kOpen;
    std::vector<std::string_view> values;  // of kKnown; an empty list is present and empty
    bool multi = false;                    // a multi-valued key
    bool always_present = false;           // of kOpen, kChosen: there is a value, whatever it is
    std::string_view within;        // of kOpen, kChosen: the value matches this glob (`*`, `?`)
    Reason reason = Reason::kHole;  // of kHole
    // Keys of one name and scope have one value; those of different steps of a path (the session
    // name that each step chooses) need a scope each.
    std::string_view scope;
  };

  Context() = default;
  explicit Context(std::shared_ptr<const Context> base)
      : base_(std::move(base)), rest_(base_->rest_) {}
  // Nothing but what is set: every other key is absent.
  static Context Complete() {
    Context context;
    context.set_rest(State::kAbsent);
    return context;
  }

  void Set(std::string_view key, std::initializer_list<std::string_view> values) {
    Set(key, Known(std::vector<std::string_view>(values)));
  }
  void Set(std::string_view key, Key value);
  void SetAbsent(std::string_view key) {
    Set(key, Key{State::kAbsent, {}, false, false, {}, {}, {}});
  }
  void SetPrefix(std::string_view prefix, Key value);
  void SetPrefix(std::string_view prefix, State state) {
    Key key;
    key.state = state;
    SetPrefix(prefix, std::move(key));
  }
  void set_rest(State state) { rest_.state = state; }

  // One value, or several or none of a multi-valued key.
  static Key Known(std::vector<std::string_view> values, bool multi = false) {
    Key key;
    key.state = State::kKnown;
    key.multi = multi || values.size() != 1;
    key.values = std::move(values);
    return key;
  }

  // `lower` is the key in lower case, `hash` its HashText().
  const Key& Find(std::string_view lower, uint64_t hash) const;
  const Key& Find(std::string_view key) const;
  // Was this very key set?
  bool Has(std::string_view lower, uint64_t hash) const;

 private:
  struct Entry {
    uint64_t hash = 0;
    std::string name;  // lower case
    Key key;
  };
  const Entry* FindEntry(std::string_view lower, uint64_t hash) const;

  std::shared_ptr<const Context> base_;  // null: none
  std::vector<Entry> entries_;
  std::vector<Entry> prefixes_;  // longest first
  Key rest_;
};

}  // namespace whomay::iam

#endif  // WHOMAY_LIB_IAM_CONTEXT_H_

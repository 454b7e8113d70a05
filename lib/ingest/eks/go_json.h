// Decoding as Go's encoding/json does, of the few shapes that aws-auth has.
//
// An object's members are taken in byte order of their keys (the JSON came out of a Go map), keys
// match fields by Unicode folding, a null leaves a text as it was and makes a list nil, a wrong
// type is reported and leaves what was there. A later list is laid over an earlier one: items that
// bring no text keep the old item at their place. Semantics: Go 1.26, encoding/json (decode.go).
// Thread safety: none.
#ifndef WHOMAY_LIB_INGEST_EKS_GO_JSON_H_
#define WHOMAY_LIB_INGEST_EKS_GO_JSON_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "syntax/tree.h"

namespace whomay::ingest {

// Called with each value of a wrong type and what it should have been ("a string").
using TypeError = std::function<void(const syntax::Value&, std::string_view wanted)>;

// The members that count: of equal keys the last, in byte order.
std::vector<syntax::Value> GoMembers(const syntax::Value& object);

// Does encoding/json take `key` for the field of this (ASCII) name?
bool GoFieldMatches(std::string_view key, std::string_view field);

void DecodeText(const syntax::Value& value, std::string& text, const TypeError& error);

// A []string as decoding leaves it, what is beyond its length included.
class GoStrings {
 public:
  void Decode(const syntax::Value& value, const TypeError& error);
  std::vector<std::string> texts() const { return {array_.begin(), array_.begin() + size_}; }

 private:
  std::vector<std::string> array_;
  size_t size_ = 0;
};

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_EKS_GO_JSON_H_

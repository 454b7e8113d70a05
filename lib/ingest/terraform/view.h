// Views: a resource's values laid over the marks of what is not known until apply.
//
// A plan writes `after` without its unknown parts and, beside it, `after_unknown`, which mirrors
// the shape: the literal true is "unknown", everything else "known". Prior states and state files
// have no marks: everything is known.
//
//   const View trust = role.values.Get("assume_role_policy");
//   if (trust.unknown()) …            // resolve it (resolve.h)
//   else if (trust.set()) … trust.value.text()
//
// A wholly unknown list or object is unknown in each of its parts. An attribute that stands in
// neither tree is not set. Semantics: spec terraform 1.5. Thread safety: as syntax::Value.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_VIEW_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_VIEW_H_

#include <string>
#include <string_view>
#include <vector>

#include "syntax/tree.h"

namespace whomay::ingest::terraform {

struct View {
  syntax::Value value;
  syntax::Value marks;

  bool unknown() const { return marks.is_true(); }
  // Known, and not null.
  bool set() const { return !unknown() && value && !value.is_null(); }
  // Neither: null or absent.
  bool unset() const { return !unknown() && !set(); }
  // Of a known scalar its text; else empty.
  std::string_view text() const { return unknown() ? std::string_view() : value.text(); }
  bool is_true() const { return !unknown() && (value.is_true() || value.text() == "true"); }
  bool is_false() const { return !unknown() && (value.is_false() || value.text() == "false"); }

  View Get(std::string_view key) const;
  // Nothing when this is no list, or wholly unknown.
  std::vector<View> elements() const;
  View At(size_t i) const;
  // Is anything in it unknown? Bounded by the size of the marks.
  bool HasUnknown() const;
};

// One step from a resource's values to a part of them.
struct PathStep {
  std::string_view key;  // empty: an index
  uint32_t index = 0;
};
using Path = std::vector<PathStep>;

// `statement[0].principals[1].identifiers`.
std::string PathText(const Path& path);

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_VIEW_H_

// PageRelease: gives the pages of a large mapped file back while its document is read, so that what
// was read and is kept elsewhere does not stand in memory twice. What is looked at again comes back
// from the page cache.
// Thread safety: none.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_PAGE_RELEASE_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_PAGE_RELEASE_H_

#include <cstddef>

#include "source/source.h"

namespace whomay::ingest::terraform {

class PageRelease {
 public:
  PageRelease(const source::SourceSet& sources, source::Span text, size_t ticks_between)
      : sources_(sources), text_(text), ticks_between_(ticks_between) {}

  // Called for each value that is read; cheap.
  void Tick() {
    if (++ticks_ % ticks_between_ == 0) {
      sources_.Release(text_);
    }
  }

 private:
  const source::SourceSet& sources_;
  const source::Span text_;
  const size_t ticks_between_;
  size_t ticks_ = 0;
};

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_PAGE_RELEASE_H_

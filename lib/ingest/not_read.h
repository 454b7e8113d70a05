// Texts that no reader takes: why, so that nobody takes them for read.
//
// Asked when InputReader::Read() has refused a file. Thread safety: a pure function.
#ifndef WHOMAY_LIB_INGEST_NOT_READ_H_
#define WHOMAY_LIB_INGEST_NOT_READ_H_

#include <string>
#include <string_view>

#include "facts/facts.h"
#include "source/source.h"

namespace whomay::ingest {

struct NotRead {
  enum class Why {
    kOtherKind,  // a whole text of something else
    kKnown,      // of a kind that is known and holds nothing to read: the message says what to give
    kTemplate,   // of a Helm chart, not rendered
    kBroken,     // it does not parse, and may have been anything
    kOurs,       // it does not parse, and was meant for us: what it grants is lost
  };
  Why why = Why::kOtherKind;
  std::string_view code;  // of the diagnostic
  source::Span span;      // of the error, or of the text's begin
  std::string message;
};
NotRead WhyNotRead(const source::SourceSet& sources, source::FileId file);

// No record of anything: whatever the inputs are, they say nothing of access.
bool IsEmpty(const facts::Facts& facts);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_NOT_READ_H_

// Diagnostics: what is wrong with the input. Reading goes on; whatever was left out is said here.
// (A finding is something wrong with the access; an absl::Status is the tool failing.)
#ifndef WHOMAY_LIB_SOURCE_DIAGNOSTIC_H_
#define WHOMAY_LIB_SOURCE_DIAGNOSTIC_H_

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "source/source.h"

namespace whomay::source {

enum class Severity : uint8_t { kNote, kWarning, kError };

struct Diagnostic {
  std::string code;  // stable, dotted: "yaml.duplicate-key", "json.depth"
  Severity severity = Severity::kWarning;
  Span span;
  std::string message;  // one sentence: what is wrong, and what was left out because of it
  std::string path;     // logical: a Terraform address, "RoleBinding default/x", "rules[0].verbs"
  struct Related {
    Span span;
    std::string message;
  };
  std::vector<Related> related;
};

// The diagnostics of one analysis. incomplete() tells that something was lost that could have
// changed an answer: every output says so. Of one code the first kMaxDiagnosticsPerCode are kept,
// the others counted.
class Diagnostics {
 public:
  // The reference is valid until the next call. What is not kept is written to nowhere.
  Diagnostic& Add(std::string code, Severity severity, Span span, std::string message,
                  std::string path = {});
  // An error that loses something an answer may rest on.
  Diagnostic& AddLoss(std::string code, Span span, std::string message, std::string path = {});
  void MarkIncomplete() { incomplete_ = true; }
  // Everything that another one holds, behind what is here.
  void Append(const Diagnostics& other);

  bool incomplete() const { return incomplete_; }
  const std::vector<Diagnostic>& all() const { return all_; }
  // How many of this code were counted and not kept.
  size_t Dropped(std::string_view code) const;
  // The codes of which some were not kept, sorted.
  std::vector<std::string> DroppedCodes() const;

 private:
  std::vector<Diagnostic> all_;
  std::map<std::string, size_t, std::less<>> counts_;
  Diagnostic dropped_;
  bool incomplete_ = false;
};

}  // namespace whomay::source

#endif  // WHOMAY_LIB_SOURCE_DIAGNOSTIC_H_

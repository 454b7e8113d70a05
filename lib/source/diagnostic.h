// Diagnostics: what is wrong with the input. Reading goes on; whatever was left out is said here.
// (A finding is something wrong with the access; an absl::Status is the tool failing.)
#ifndef WHOMAY_LIB_SOURCE_DIAGNOSTIC_H_
#define WHOMAY_LIB_SOURCE_DIAGNOSTIC_H_

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
// changed an answer: every output says so.
class Diagnostics {
 public:
  Diagnostic& Add(std::string code, Severity severity, Span span, std::string message,
                  std::string path = {}) {
    Diagnostic& added = all_.emplace_back();
    added.code = std::move(code);
    added.severity = severity;
    added.span = span;
    added.message = std::move(message);
    added.path = std::move(path);
    return added;
  }
  // An error that loses something an answer may rest on.
  Diagnostic& AddLoss(std::string code, Span span, std::string message, std::string path = {}) {
    incomplete_ = true;
    return Add(std::move(code), Severity::kError, span, std::move(message), std::move(path));
  }
  void MarkIncomplete() { incomplete_ = true; }
  bool incomplete() const { return incomplete_; }
  const std::vector<Diagnostic>& all() const { return all_; }

 private:
  std::vector<Diagnostic> all_;
  bool incomplete_ = false;
};

}  // namespace whomay::source

#endif  // WHOMAY_LIB_SOURCE_DIAGNOSTIC_H_

#include "source/diagnostic.h"

#include <utility>

#include "source/limits.h"

namespace whomay::source {

Diagnostic& Diagnostics::Add(std::string code, Severity severity, Span span, std::string message,
                             std::string path) {
  const bool kept = ++counts_[code] <= kMaxDiagnosticsPerCode;
  Diagnostic& added = kept ? all_.emplace_back() : dropped_;
  added.code = std::move(code);
  added.severity = severity;
  added.span = span;
  added.message = std::move(message);
  added.path = std::move(path);
  added.related.clear();
  return added;
}

Diagnostic& Diagnostics::AddLoss(std::string code, Span span, std::string message,
                                 std::string path) {
  incomplete_ = true;
  return Add(std::move(code), Severity::kError, span, std::move(message), std::move(path));
}

void Diagnostics::Append(const Diagnostics& other) {
  for (const Diagnostic& diagnostic : other.all_) {
    Add(diagnostic.code, diagnostic.severity, diagnostic.span, diagnostic.message, diagnostic.path)
        .related = diagnostic.related;
  }
  for (const auto& [code, count] : other.counts_) {
    if (count > kMaxDiagnosticsPerCode) {
      counts_[code] += count - kMaxDiagnosticsPerCode;
    }
  }
  incomplete_ |= other.incomplete_;
}

size_t Diagnostics::Dropped(std::string_view code) const {
  const auto found = counts_.find(code);
  return found == counts_.end() || found->second <= kMaxDiagnosticsPerCode
             ? 0
             : found->second - kMaxDiagnosticsPerCode;
}

std::vector<std::string> Diagnostics::DroppedCodes() const {
  std::vector<std::string> codes;
  for (const auto& [code, count] : counts_) {
    if (count > kMaxDiagnosticsPerCode) {
      codes.push_back(code);
    }
  }
  return codes;
}

}  // namespace whomay::source

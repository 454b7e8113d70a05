// Suppressions: from the configuration and baselines by rule, subject, address and fingerprint;
// from comments and annotations in the text of the object that a finding is about.
//
//   # whomay:ignore RULE: reason              on any line of the object, or just before it
//   whomay.dev/ignore: "RULE: reason"         an annotation; several are separated by ";"
//   # whomay:ignore RULE until 2027-01-31: reason      with the last day on which it counts
//
// A reason is mandatory: without one nothing is suppressed, and a note says so. An expired
// suppression counts no more, and a note says so.
#include <algorithm>
#include <string>

#include "base/glob.h"
#include "base/strings.h"
#include "findings/report.h"

namespace whomay::findings {
namespace {

constexpr std::string_view kComment = "whomay:ignore";
constexpr std::string_view kAnnotation = "whomay.dev/ignore";
// Text of an object that is looked through.
constexpr size_t kMaxText = 256 * 1024;

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\"'";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

bool Fits(std::string_view pattern, std::string_view text) {
  return pattern.empty() || Glob(pattern).Match(text);
}

class Suppressor {
 public:
  Suppressor(const query::World& world, const CheckOptions& options,
             std::vector<std::string>& notes)
      : world_(world), options_(options), notes_(notes), used_(options.suppressions.size()) {}

  void Apply(Found& found) {
    for (size_t i = 0; i < options_.suppressions.size(); ++i) {
      const Suppression& one = options_.suppressions[i];
      const Finding& finding = found.finding;
      if (!Fits(one.rule, finding.rule) || !Fits(one.subject, finding.subject) ||
          !Fits(one.address, finding.origin.address) ||
          (!one.fingerprint.empty() && one.fingerprint != finding.fingerprint)) {
        continue;
      }
      used_[i] = true;
      if (!one.expires.empty() && !options_.today.empty() && one.expires < options_.today) {
        Note(Concat({"the suppression of ", finding.rule, " for ", finding.subject, " expired on ",
                     one.expires}));
        continue;
      }
      Set(found, one.by, one.reason);
      return;
    }
    FromText(found);
  }

  // Suppressions that suppress nothing any more.
  void Stale() {
    for (size_t i = 0; i < used_.size(); ++i) {
      const Suppression& one = options_.suppressions[i];
      if (!used_[i]) {
        Note(Concat({"a suppression in the ", one.by, " fits nothing any more: ", one.rule,
                     one.subject.empty() ? "" : " for ", one.subject}));
      }
    }
  }

 private:
  void Note(std::string text) {
    if (std::find(notes_.begin(), notes_.end(), text) == notes_.end()) {
      notes_.push_back(std::move(text));
    }
  }

  static void Set(Found& found, std::string by, std::string reason) {
    found.finding.suppressed = true;
    found.finding.suppressed_by = std::move(by);
    found.finding.reason = std::move(reason);
  }

  void FromText(Found& found) {
    if (!found.span.known()) {
      return;
    }
    const source::Span span = world_.sources().Outermost(found.span);
    const std::string_view bytes = world_.sources().bytes(span.file);
    if (span.begin >= bytes.size()) {
      return;
    }
    // From the comment lines just before the object to the end of its last line.
    size_t begin = bytes.rfind('\n', span.begin) + 1;
    while (begin > 1) {
      const size_t line = begin < 2 ? 0 : bytes.rfind('\n', begin - 2) + 1;
      if (Trim(bytes.substr(line, begin - line)).substr(0, 1) != "#") {
        break;
      }
      begin = line;
    }
    const size_t end = std::min(bytes.find('\n', span.end), bytes.size());
    std::string_view text = bytes.substr(begin, std::min(end - begin, kMaxText));
    while (!text.empty() && !found.finding.suppressed) {
      const size_t newline = std::min(text.find('\n'), text.size());
      Line(found, text.substr(0, newline));
      text.remove_prefix(std::min(newline + 1, text.size()));
    }
    // Annotations are the object's own, however much else stands on the line.
    Annotations(found, bytes.substr(span.begin, std::min<size_t>(span.end - span.begin, kMaxText)));
  }

  void Line(Found& found, std::string_view line) {
    const size_t hash = line.find('#');
    const size_t comment = line.find(kComment, hash == std::string_view::npos ? line.size() : hash);
    if (comment != std::string_view::npos) {
      Entry(found, line.substr(comment + kComment.size()), "comment");
    }
  }

  // whomay.dev/ignore: TEXT, with or without quotes, in block or flow style, in YAML or JSON.
  void Annotations(Found& found, std::string_view text) {
    for (size_t at = text.find(kAnnotation);
         at != std::string_view::npos && !found.finding.suppressed;
         at = text.find(kAnnotation, at + 1)) {
      std::string_view rest = text.substr(at + kAnnotation.size());
      rest = rest.substr(0, std::min(rest.find('\n'), rest.size()));
      const size_t colon = rest.find(':');
      const size_t value =
          colon == std::string_view::npos ? colon : rest.find_first_not_of(" \t", colon + 1);
      if (value == std::string_view::npos || Trim(rest.substr(0, colon)).size() > 0) {
        continue;
      }
      rest.remove_prefix(value);
      const bool quoted = rest.front() == '"' || rest.front() == '\'';
      const size_t end = quoted ? rest.find(rest.front(), 1) : rest.find_first_of("}\r");
      rest = rest.substr(quoted ? 1 : 0,
                         std::min(end, rest.size()) - (quoted && end != std::string_view::npos));
      for (const std::string_view entry : Split(rest, ';')) {
        Entry(found, entry, "annotation");
      }
    }
  }

  // "RULE: reason" or "RULE until DATE: reason"; the rule may be a glob of ids.
  void Entry(Found& found, std::string_view text, std::string_view by) {
    constexpr std::string_view kUntil = " until ";
    const size_t colon = text.find(':');
    const std::string_view head = Trim(text.substr(0, colon));
    const size_t until = head.find(kUntil);
    const std::string_view rule = Trim(head.substr(0, until));
    const std::string_view expires = until == std::string_view::npos
                                         ? std::string_view()
                                         : Trim(head.substr(until + kUntil.size()));
    if (rule.empty() || !Fits(rule, found.finding.rule)) {
      return;
    }
    const std::string_view reason =
        colon == std::string_view::npos ? std::string_view() : Trim(text.substr(colon + 1));
    const auto void_because = [&](std::string_view why) {
      Note(Concat({found.finding.origin.file, ":", std::to_string(found.finding.origin.line),
                   ": a ", by, " that suppresses ", rule, " ", why}));
    };
    if (reason.empty()) {
      void_because("without a reason does not count");
    } else if (until != std::string_view::npos && !IsDate(expires)) {
      void_because("until no date (2027-01-31) does not count");
    } else if (!expires.empty() && !options_.today.empty() && expires < options_.today) {
      void_because(Concat({"expired on ", expires}));
    } else {
      Set(found, std::string(by), std::string(reason));
    }
  }

  // 2027-01-31
  static bool IsDate(std::string_view text) {
    constexpr std::string_view kForm = "dddd-dd-dd";
    return text.size() == kForm.size() &&
           std::equal(text.begin(), text.end(), kForm.begin(), [](char c, char form) {
             return form == 'd' ? c >= '0' && c <= '9' : c == form;
           });
  }

  const query::World& world_;
  const CheckOptions& options_;
  std::vector<std::string>& notes_;
  std::vector<bool> used_;
};

}  // namespace

void Suppress(const query::World& world, const CheckOptions& options, std::vector<Found>& found,
              std::vector<std::string>& notes) {
  Suppressor suppressor(world, options, notes);
  for (Found& one : found) {
    one.finding.fingerprint = Fingerprint(one.finding.rule, one.finding.subject, one.detail);
    suppressor.Apply(one);
  }
  suppressor.Stale();
}

}  // namespace whomay::findings

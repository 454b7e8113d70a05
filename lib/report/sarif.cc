// SARIF 2.1.0. Source: OASIS "Static Analysis Results Interchange Format (SARIF) Version 2.1.0";
// GitHub, "SARIF support for code scanning".
#include <algorithm>
#include <set>
#include <span>
#include <string>

#include "report/findings.h"
#include "report/json_writer.h"
#include "report/path.h"
#include "whomay/version.h"

namespace whomay::report {
namespace {

// GitHub shows 1,000 steps of a flow and takes 10,000.
constexpr size_t kMaxSteps = 1'000;
// Of one run GitHub takes so many results; the gravest come first.
constexpr size_t kMaxResults = 25'000;
// Where a finding has no file: its place is the configuration.
constexpr std::string_view kNoFile = ".whomay.yaml";

// A relative reference: everything but RFC 3986's unreserved characters and "/" percent-encoded.
std::string Uri(std::string_view file) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  while (file.substr(0, 2) == "./") {
    file.remove_prefix(2);
  }
  std::string out;
  for (const char c : file) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 0xF];
    }
  }
  return file.substr(0, 1) == "/" ? "file://" + out : out;
}

std::string_view Level(FindingSeverity severity) {
  switch (severity) {
    case FindingSeverity::kHigh:
      return "error";
    case FindingSeverity::kMedium:
      return "warning";
    default:
      return "note";
  }
}

// CVSS-like, as GitHub sorts by: "critical" above 9, "high" above 7, "medium" above 4.
std::string_view SecuritySeverity(FindingSeverity severity) {
  switch (severity) {
    case FindingSeverity::kHigh:
      return "8.0";
    case FindingSeverity::kMedium:
      return "5.5";
    case FindingSeverity::kLow:
      return "3.0";
    default:
      return "1.0";
  }
}

class Writer {
 public:
  Writer(const CheckAnswer& answer, const std::vector<Diagnostic>& diagnostics)
      : answer_(answer), diagnostics_(diagnostics) {
    std::set<std::string> used;
    for (const Finding& finding : answer.findings) {
      used.insert(finding.rule);
    }
    rules_.assign(used.begin(), used.end());
  }

  std::string Write() && {
    json_.Object([&] {
      json_.Key("$schema").String(
          "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
          "sarif-schema-2.1.0.json");
      json_.Key("version").String("2.1.0");
      json_.Key("runs").Array(std::vector<int>{0}, [&](int) { Run(); });
    });
    return std::move(json_).Take();
  }

 private:
  void Run() {
    json_.Object([&] {
      json_.Key("tool").Object([&] {
        json_.Key("driver").Object([&] {
          json_.Key("name").String("whomay");
          json_.Key("semanticVersion").String(WHOMAY_VERSION);
          json_.Key("informationUri")
              .String("man:whomay(1)");  // where each installation tells of it
          json_.Key("rules").Array(rules_, [&](const std::string& id) { Rule(id); });
        });
      });
      json_.Key("automationDetails").Object([&] {
        json_.Key("id").String(std::string("whomay/") + Name(answer_.world));
      });
      json_.Key("columnKind").String("unicodeCodePoints");
      json_.Key("invocations").Array(std::vector<int>{0}, [&](int) {
        json_.Object([&] {
          json_.Key("executionSuccessful").Bool(!answer_.incomplete);
          std::vector<Diagnostic> told = diagnostics_;
          if (answer_.findings.size() > kMaxResults) {
            Diagnostic& more = told.emplace_back();
            more.code = "sarif.results";
            more.message =
                std::to_string(answer_.findings.size() - kMaxResults) +
                " further findings are left out: GitHub takes 25000 of one run; -o json has all";
          }
          json_.Key("toolExecutionNotifications").Array(told, [&](const Diagnostic& one) {
            Notification(one);
          });
        });
      });
      const size_t count = std::min(answer_.findings.size(), kMaxResults);
      json_.Key("results").Array(std::span(answer_.findings).first(count),
                                 [&](const Finding& one) { Result(one); });
    });
  }

  void Text(std::string_view key, std::string_view text) {
    json_.Key(key).Inline().Object([&] { json_.Key("text").String(text); });
  }

  void Rule(const std::string& id) {
    const RuleInfo* rule = FindRule(id);
    json_.Object([&] {
      json_.Key("id").String(id);
      if (rule == nullptr) {
        return;
      }
      Text("shortDescription", Sentence(rule->title));
      Text("fullDescription", rule->explanation);
      const std::string help =
          std::string(rule->explanation) + "\n\nWhat to do: " + std::string(rule->remediation);
      json_.Key("help").Object([&] {
        json_.Key("text").String(help);
        json_.Key("markdown")
            .String(help + "\n\n[Reference](" + std::string(rule->reference) + ")");
      });
      json_.Key("helpUri").String(rule->reference);
      json_.Key("defaultConfiguration").Inline().Object([&] {
        json_.Key("level").String(Level(rule->severity));
      });
      json_.Key("properties").Object([&] {
        json_.Key("tags").Strings({"security"});
        json_.Key("precision").String("high");
        json_.Key("security-severity").String(SecuritySeverity(rule->severity));
      });
    });
  }

  // The validator wants descriptions to end as sentences do.
  static std::string Sentence(std::string_view text) {
    return std::string(text) + (text.substr(text.size() - 1) == "." ? "" : ".");
  }

  void Location(const Origin& origin, std::string_view subject, std::string_view message,
                int end_line = 0, int end_column = 0) {
    const Place place = PlaceOf(origin);
    json_.Object([&] {
      json_.Key("physicalLocation").Object([&] {
        json_.Key("artifactLocation").Inline().Object([&] {
          json_.Key("uri").String(Uri(place.file.empty() ? kNoFile : place.file));
        });
        json_.Key("region").Inline().Object([&] {
          json_.Key("startLine").Int(std::max(place.line, 1));
          json_.Key("startColumn").Int(std::max(place.column, 1));
          if (end_line > 0) {
            json_.Key("endLine").Int(end_line);
            json_.Key("endColumn").Int(std::max(end_column, 1));
          }
        });
      });
      const std::string_view name = origin.address.empty() ? subject : origin.address;
      if (!name.empty()) {
        json_.Key("logicalLocations").Array(std::vector<int>{0}, [&](int) {
          json_.Inline().Object([&] {
            json_.Key("fullyQualifiedName").String(name);
            json_.Key("kind").String("resource");
          });
        });
      }
      if (!message.empty()) {
        Text("message", message);
      }
    });
  }

  void Result(const Finding& finding) {
    json_.Object([&] {
      json_.Key("ruleId").String(finding.rule);
      json_.Key("ruleIndex")
          .Int(std::lower_bound(rules_.begin(), rules_.end(), finding.rule) - rules_.begin());
      json_.Key("level").String(Level(finding.severity));
      Text("message", Sentence(finding.subject + ": " + finding.message));
      const std::vector<const Finding*> one = {&finding};
      json_.Key("locations").Array(one, [&](const Finding* at) {
        Location(at->origin, at->subject, "");
      });
      json_.Key("partialFingerprints").Inline().Object([&] {
        json_.Key("primaryLocationLineHash").String(finding.fingerprint + ":1");
        json_.Key("whomay/v1").String(finding.fingerprint);
      });
      Flow(finding);
      if (finding.suppressed) {
        json_.Key("suppressions").Array(one, [&](const Finding* at) {
          const bool in_source =
              at->suppressed_by == "comment" || at->suppressed_by == "annotation";
          json_.Inline().Object([&] {
            json_.Key("kind").String(in_source ? "inSource" : "external");
            json_.Key("status").String("accepted");
            json_.Key("justification").String(at->reason);
          });
        });
      }
      json_.Key("properties").Inline().Object([&] {
        json_.Key("subject").String(finding.subject);
        json_.Key("security-severity").String(SecuritySeverity(finding.severity));
      });
    });
  }

  void Flow(const Finding& finding) {
    if (finding.path.steps.empty()) {
      return;
    }
    std::vector<Step> steps = finding.path.steps;
    steps.resize(std::min(steps.size(), kMaxSteps));
    const std::vector<int> one = {0};
    json_.Key("codeFlows").Array(one, [&](int) {
      json_.Object([&] {
        json_.Key("threadFlows").Array(one, [&](int) {
          json_.Object([&] {
            json_.Key("locations").Array(steps, [&](const Step& step) {
              json_.Object([&] {
                json_.Key("location");
                Location(step.origin, step.to,
                         Sentence(step.from + " " + step.edge + " " + step.to));
              });
            });
          });
        });
      });
    });
  }

  void Notification(const Diagnostic& diagnostic) {
    json_.Object([&] {
      json_.Key("descriptor").Inline().Object([&] { json_.Key("id").String(diagnostic.code); });
      json_.Key("level").String(diagnostic.severity == Diagnostic::Severity::kError     ? "error"
                                : diagnostic.severity == Diagnostic::Severity::kWarning ? "warning"
                                                                                        : "note");
      Text("message", Sentence(diagnostic.message.empty() ? diagnostic.code : diagnostic.message));
      if (!diagnostic.origin.file.empty()) {
        json_.Key("locations").Array(std::vector<int>{0}, [&](int) {
          Location(diagnostic.origin, "", "", diagnostic.end_line, diagnostic.end_column);
        });
      }
    });
  }

  const CheckAnswer& answer_;
  const std::vector<Diagnostic>& diagnostics_;
  std::vector<std::string> rules_;  // that have findings, sorted
  JsonWriter json_;
};

}  // namespace

std::string Sarif(const CheckAnswer& answer, const std::vector<Diagnostic>& diagnostics) {
  return Writer(answer, diagnostics).Write();
}

}  // namespace whomay::report

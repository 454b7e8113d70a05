// Reporter: where rules put what they find.
//
// A rule is a function over one Snapshot's World; it reads facts and graph, asks engines, and says
// what it found with Say(). Severities come from the rule table (rules.cc). Thread safety: one
// thread.
#ifndef WHOMAY_LIB_FINDINGS_REPORT_H_
#define WHOMAY_LIB_FINDINGS_REPORT_H_

#include <string>
#include <string_view>
#include <vector>

#include "facts/origin.h"
#include "query/world.h"
#include "whomay/findings.h"

namespace whomay::findings {

// A finding with the place that comments are looked for at.
struct Found {
  Finding finding;
  source::Span span;
  std::string detail;  // tells findings of one rule and subject apart; part of the fingerprint
};

class Reporter {
 public:
  Reporter(const query::World& world, const CheckOptions& options)
      : world_(world), options_(options) {}

  const query::World& world() const { return world_; }
  const facts::Facts& facts() const { return world_.facts(); }
  const graph::Graph& graph() const { return world_.graph(); }
  const CheckOptions& options() const { return options_; }
  // Is the cluster one that was asked for?
  bool Wanted(uint32_t cluster) const {
    return options_.cluster.empty() || graph().clusters[cluster].name == options_.cluster;
  }
  // For people: holes by their names.
  std::string Show(std::string_view text) const { return world_.holes().Display(text); }

  Finding& Say(std::string_view rule, std::string subject, const facts::Origin& origin,
               std::string message, std::string detail = {}, const source::Span* span = nullptr);

  std::vector<Found>& found() { return found_; }

 private:
  const query::World& world_;
  const CheckOptions& options_;
  std::vector<Found> found_;
};

// The rules, by what they look at.
void CheckAwsAuth(Reporter& to);
void CheckAccessEntries(Reporter& to);
void CheckTrusts(Reporter& to);
void CheckServiceAccounts(Reporter& to);
void CheckPodIdentity(Reporter& to);
void CheckNodes(Reporter& to);
void CheckRbac(Reporter& to);
void CheckRbacLint(Reporter& to);
void CheckPrimitives(Reporter& to);
void CheckPolicies(Reporter& to);
void CheckEscalation(Reporter& to);
// Diagnostics that are findings too: configuration that silently gives less, or other, than it
// says.
void CheckDiagnostics(const std::vector<Diagnostic>& diagnostics, Reporter& to);
void CheckAssertions(const Snapshot& snapshot, Reporter& to);

// Kubernetes' and EKS's own objects, by the names that they have in every cluster.
bool IsSystemName(std::string_view name);

// How an IAM principal is called in findings: its ARN, or the address while that is unknown.
std::string Subject(const Reporter& to, const facts::IamPrincipal& principal);

// 16 hexadecimal digits over the parts.
std::string Fingerprint(std::string_view rule, std::string_view subject, std::string_view detail);

// Fits the suppressions of `options`, and those that stand in the text around the finding.
void Suppress(const query::World& world, const CheckOptions& options, std::vector<Found>& found,
              std::vector<std::string>& notes);

}  // namespace whomay::findings

#endif  // WHOMAY_LIB_FINDINGS_REPORT_H_

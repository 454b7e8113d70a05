// Assertions: what the configuration demands of who may and who must not.
#include <algorithm>
#include <string>

#include "base/glob.h"
#include "base/strings.h"
#include "findings/report.h"

namespace whomay::findings {
namespace {

// A glob over a principal's name, or over what stands behind the account in its ARN.
bool Fits(std::string_view pattern, std::string_view principal) {
  const Glob glob(pattern);
  if (glob.Match(principal)) {
    return true;
  }
  const size_t account = principal.find("::");
  const size_t colon =
      account == std::string_view::npos ? account : principal.find(':', account + 2);
  return principal.substr(0, 4) == "arn:" && colon != std::string_view::npos &&
         glob.Match(principal.substr(colon + 1));
}

class Judge {
 public:
  Judge(const Snapshot& snapshot, const Assertion& assertion, Reporter& to)
      : snapshot_(snapshot), assertion_(assertion), to_(to) {
    options_.cluster = assertion.cluster;
    options_.name_space = assertion.name_space;
    for (const auto& [key, values] : assertion.context) {
      options_.context[key] = values;
    }
    options_.escalate = assertion.escalate;
  }

  void Run() {
    if (!assertion_.decision.empty()) {
      Expected();
      return;
    }
    const auto answer = snapshot_.Who(assertion_.permission, options_);
    if (!answer.ok()) {
      Unanswerable(answer.status());
      return;
    }
    for (const Grantee& grantee : answer->grantees) {
      if (!InAccount(grantee.principal)) {
        continue;
      }
      if (IsSystems(grantee)) {
        // Kubernetes' own controllers hold what they need in every cluster; by name they count.
        if (Names(assertion_.never, grantee.principal) ||
            Names(assertion_.never, NameOf(grantee))) {
          MayNot(grantee);
        }
        continue;
      }
      const bool others = !assertion_.only.empty() && !FitsAny(assertion_.only, grantee);
      if (others || FitsAny(assertion_.never, grantee)) {
        MayNot(grantee);
      }
    }
    // Of several clusters: in each of them.
    const std::vector<std::string> clusters =
        answer->clusters.empty() ? std::vector<std::string>(1) : answer->clusters;
    for (const std::string& cluster : clusters) {
      AtLeast(*answer, cluster);
    }
  }

 private:
  std::string Permission() const {
    return Concat({Join(assertion_.permission, " "), assertion_.name_space.empty() ? "" : " -n ",
                   assertion_.name_space});
  }

  // Does it hold the permission by nothing but what Kubernetes gives its own components?
  static bool IsSystems(const Grantee& grantee) {
    constexpr std::string_view kBuiltin = " (built in)";
    const std::string_view name = grantee.principal;
    const bool component = name.substr(0, 12) == "user:system:" ||
                           name.substr(0, 15) == "sa:kube-system/" ||
                           name.substr(0, 20) == "group:system:masters";
    return component &&
           std::all_of(grantee.paths.begin(), grantee.paths.end(), [&](const Path& path) {
             if (path.steps.size() != 1) {
               return false;
             }
             const std::string& address = path.steps.front().origin.address;
             return name.substr(0, 6) == "group:" ||
                    (address.size() > kBuiltin.size() &&
                     address.compare(address.size() - kBuiltin.size(), kBuiltin.size(), kBuiltin) ==
                         0);
           });
  }

  static bool Names(const std::vector<std::string>& patterns, std::string_view principal) {
    return std::find(patterns.begin(), patterns.end(), principal) != patterns.end();
  }

  // The name without the "@CLUSTER" that it has where several are loaded.
  std::string_view NameOf(const Grantee& grantee) const {
    const std::string_view name = grantee.principal;
    const std::string cluster =
        Concat({"@", grantee.cluster.empty() ? assertion_.cluster : grantee.cluster});
    return cluster.size() > 1 && name.size() > cluster.size() &&
                   name.substr(name.size() - cluster.size()) == cluster
               ? name.substr(0, name.size() - cluster.size())
               : name;
  }

  // With or without its cluster.
  bool FitsAny(const std::vector<std::string>& patterns, const Grantee& grantee) const {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
      return Fits(pattern, grantee.principal) || Fits(pattern, NameOf(grantee));
    });
  }

  // Of an assertion about one account: is the principal its own, or everybody?
  bool InAccount(std::string_view principal) const {
    if (assertion_.account.empty() || principal == "*" ||
        principal == Concat({"account:", assertion_.account})) {
      return true;
    }
    const std::vector<std::string_view> parts = Split(principal, ':');
    return parts.size() > 5 && parts[0] == "arn" && parts[4] == assertion_.account;
  }

  void AtLeast(const WhoAnswer& answer, const std::string& cluster) {
    for (const std::string& pattern : assertion_.at_least) {
      const bool found =
          std::any_of(answer.grantees.begin(), answer.grantees.end(), [&](const Grantee& grantee) {
            return grantee.decision == Decision::kAllowed &&
                   (cluster.empty() || grantee.cluster.empty() || grantee.cluster == cluster) &&
                   FitsAny({pattern}, grantee);
          });
      if (!found) {
        Say("assertion", pattern,
            Concat({"must be allowed to ", Permission(), ", and is not",
                    cluster.empty() ? "" : Concat({" in cluster ", cluster})}));
      }
    }
  }

  Finding& Say(std::string_view rule, std::string subject, std::string message) {
    if (!assertion_.name.empty()) {
      message += Concat({" (", assertion_.name, ")"});
    }
    Finding& finding =
        to_.Say(rule, std::move(subject), {}, std::move(message),
                Concat({assertion_.name, "|", Permission(), "|", assertion_.cluster}));
    finding.origin = assertion_.origin;
    return finding;
  }

  void MayNot(const Grantee& grantee) {
    const bool open = grantee.decision == Decision::kUnknown;
    std::string message = Concat({open ? "cannot be shown not to " : "must not be allowed to ",
                                  Permission(), open ? "" : ", and is"});
    for (size_t i = 0; i < grantee.conditions.size(); ++i) {
      message += Concat({i == 0 ? " if " : " and ", grantee.conditions[i].text});
    }
    if (open && !grantee.reason.empty()) {
      message += Concat({": ", grantee.reason});
    }
    Finding& finding =
        Say(open ? "assertion-undecided" : "assertion", grantee.principal, std::move(message));
    if (!grantee.paths.empty()) {
      finding.path = grantee.paths.front();
    }
  }

  void Expected() {
    if (Judged(to_.Show(assertion_.cluster))) {
      return;
    }
    // Of several clusters: the same in each of them.
    const auto& clusters = to_.graph().clusters;
    bool any = false;
    for (const graph::Cluster& cluster : clusters) {
      if (clusters.size() > 1 && assertion_.cluster.empty()) {
        options_.cluster = to_.Show(cluster.name);
        any = Judged(options_.cluster) || any;
      }
    }
    if (!any) {
      Unanswerable(status_);
    }
  }

  // One expected decision; false where the question cannot be answered.
  bool Judged(const std::string& cluster) {
    const auto answer = snapshot_.Can(assertion_.principal, assertion_.permission, options_);
    if (!answer.ok()) {
      status_ = status_.ok() ? answer.status() : status_;
      return false;
    }
    if (Name(answer->decision) != assertion_.decision) {
      Finding& finding = Say(
          "assertion", assertion_.principal,
          Concat({Permission(), " should be ", assertion_.decision, ", and is ",
                  Name(answer->decision),
                  assertion_.cluster.empty() && !cluster.empty() ? Concat({" in cluster ", cluster})
                                                                 : ""}));
      if (!answer->paths.empty()) {
        finding.path = answer->paths.front();
      }
    }
    return true;
  }

  // An assertion that cannot be judged is broken: it would otherwise pass for ever.
  void Unanswerable(const absl::Status& status) {
    const absl::string_view why = status.message();
    Say("assertion", assertion_.principal.empty() ? Permission() : assertion_.principal,
        Concat({"cannot be judged: ", std::string_view(why.data(), why.size())}));
  }

  const Snapshot& snapshot_;
  const Assertion& assertion_;
  Reporter& to_;
  QuestionOptions options_;
  absl::Status status_;  // why a question could not be answered
};

}  // namespace

void CheckAssertions(const Snapshot& snapshot, Reporter& to) {
  for (const Assertion& assertion : to.options().assertions) {
    Judge(snapshot, assertion, to).Run();
  }
}

}  // namespace whomay::findings

// migrate as a person reads it in a terminal.
#include <set>

#include "report/migrate_report.h"
#include "report/path.h"
#include "report/text.h"

namespace whomay::report {
namespace {

std::string Line(std::string_view text, size_t indent) {
  return std::string(indent, ' ') + std::string(text) + '\n';
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    out += (out.empty() ? "" : ", ") + Printable(text);
  }
  return out;
}

std::string EntryText(const MigrateAnswer::Entry& entry, const TableOptions& options) {
  std::string out = Line(Styled(Printable(entry.principal), Style::kBold, options.color) + "   " +
                             entry.type + "   " + PlaceText(entry.origin),
                         2);
  if (entry.type == "STANDARD") {
    out += Line("user " + (entry.username.empty() ? "EKS's default" : Printable(entry.username)) +
                    (entry.groups.empty() ? ", no groups" : ", groups " + Joined(entry.groups)),
                4);
  }
  for (const std::string& policy : entry.access_policies) {
    out += Line(
        "access policy " + Printable(policy.substr(policy.rfind('/') + 1)) + ", whole cluster", 4);
  }
  for (const std::string& note : entry.notes) {
    out += Line(Styled(Printable(note), Style::kYellow, options.color), 4);
  }
  return out;
}

size_t Holders(const std::vector<DiffAnswer::Change>& rows) {
  std::set<std::string_view> principals;
  for (const DiffAnswer::Change& row : rows) {
    principals.insert(row.principal);
  }
  return principals.size();
}

}  // namespace

std::string ProofText(const MigrateAnswer& answer) {
  const DiffAnswer& proof = answer.proof;
  if (answer.proven()) {
    return "nobody gains or loses anything";
  }
  std::string out;
  const auto add = [&](const std::vector<DiffAnswer::Change>& rows, std::string_view verb) {
    if (!rows.empty()) {
      out +=
          (out.empty() ? "" : ", ") + Count(Holders(rows), "principal") + ' ' + std::string(verb);
    }
  };
  add(proof.gained, "gaining");
  add(proof.lost, "losing");
  add(proof.changed, "with access that depends on something else");
  if (answer.incomplete) {
    out += std::string(out.empty() ? "" : "; ") +
           "some of the input could not be read, so this may lack something";
  }
  return "not the same: " + out;
}

std::string Table(const MigrateAnswer& answer, const TableOptions& options) {
  std::string out;
  for (const MigrateAnswer::Cluster& cluster : answer.clusters) {
    out += Styled("cluster " + Printable(cluster.name), Style::kBold, options.color) +
           (cluster.authentication_mode.empty() ? std::string()
                                                : ", mode " + cluster.authentication_mode) +
           '\n';
    out += cluster.entries.empty() ? std::string() : "access entries\n";
    for (const MigrateAnswer::Entry& entry : cluster.entries) {
      out += EntryText(entry, options);
    }
    out += cluster.left.empty() ? std::string() : "without an entry\n";
    for (const MigrateAnswer::Left& left : cluster.left) {
      out += Line(Styled(Printable(left.mapping), Style::kBold, options.color) + "   " +
                      PlaceText(left.origin),
                  2);
      out += Line(Printable(left.reason), 4);
    }
  }
  for (const std::string& note : answer.notes) {
    out += "note: " + Printable(note) + '\n';
  }
  out += "proof: " +
         Styled(Printable(ProofText(answer)), answer.proven() ? Style::kGreen : Style::kRed,
                options.color) +
         '\n';
  return answer.proven() ? out : out + Table(answer.proof, options);
}

}  // namespace whomay::report

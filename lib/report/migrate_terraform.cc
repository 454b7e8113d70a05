// Access entries as Terraform resources of hashicorp/aws, as `terraform fmt` writes them.
#include <algorithm>
#include <set>
#include <utility>

#include "report/migrate_report.h"
#include "report/text.h"

namespace whomay::report {
namespace {

using Attributes = std::vector<std::pair<std::string, std::string>>;

constexpr char kHex[] = "0123456789abcdef";

// One block of attributes, their equals signs below each other.
std::string Block(const Attributes& attributes) {
  size_t width = 0;
  for (const auto& [name, value] : attributes) {
    width = std::max(width, name.size());
  }
  std::string out;
  for (const auto& [name, value] : attributes) {
    out += "  " + name + std::string(width - name.size(), ' ') + " = " + value + '\n';
  }
  return out;
}

std::string ListText(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    out += (out.size() > 1 ? ", " : "") + TerraformString(text);
  }
  return out + ']';
}

std::string Comments(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    out += "# " + Printable(text) + '\n';
  }
  return out;
}

// A name for the resource, of the principal's last part.
std::string NameOf(const std::string& cluster, bool several, const std::string& principal,
                   std::set<std::string>& used) {
  std::string name = principal.substr(principal.find_last_of("/:") + 1);
  name = several ? cluster + '_' + name : name;
  for (char& c : name) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-';
    c = fits ? c : '_';
  }
  if (name.empty() || name.front() == '-' || (name.front() >= '0' && name.front() <= '9')) {
    name.insert(0, "_");
  }
  std::string unique = name;
  for (int i = 2; !used.insert(unique).second; ++i) {
    unique = name + '_' + std::to_string(i);
  }
  return unique;
}

std::string EntryText(const MigrateAnswer::Cluster& cluster, const MigrateAnswer::Entry& entry,
                      const std::string& name) {
  Attributes attributes = {{"cluster_name", TerraformString(cluster.name)},
                           {"principal_arn", TerraformString(entry.principal)}};
  if (!entry.groups.empty()) {
    attributes.emplace_back("kubernetes_groups", ListText(entry.groups));
  }
  if (!entry.username.empty()) {
    attributes.emplace_back("user_name", TerraformString(entry.username));
  }
  attributes.emplace_back("type", TerraformString(entry.type));
  std::string out = Comments(entry.notes) + "resource \"aws_eks_access_entry\" \"" + name +
                    "\" {\n" + Block(attributes) + "}\n";
  for (size_t i = 0; i < entry.access_policies.size(); ++i) {
    out += "\nresource \"aws_eks_access_policy_association\" \"" + name +
           (i == 0 ? std::string() : '_' + std::to_string(i + 1)) + "\" {\n" +
           Block({{"cluster_name", TerraformString(cluster.name)},
                  {"principal_arn", "aws_eks_access_entry." + name + ".principal_arn"},
                  {"policy_arn", TerraformString(entry.access_policies[i])}}) +
           "\n  access_scope {\n    type = \"cluster\"\n  }\n}\n";
  }
  return out;
}

}  // namespace

// Source: Terraform language, "Strings and Templates": escapes; $${ and %%{ stand for ${ and %{.
std::string TerraformString(std::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
      if ((c == '$' || c == '%') && i + 1 < text.size() && text[i + 1] == '{') {
        out += c;
      }
    }
  }
  return out + '"';
}

std::string Terraform(const MigrateAnswer& answer) {
  std::string out;
  std::set<std::string> used;
  for (const MigrateAnswer::Cluster& cluster : answer.clusters) {
    std::vector<std::string> head = {"Access entries in place of aws-auth of cluster " +
                                     cluster.name + '.'};
    if (cluster.authentication_mode == "CONFIG_MAP" || cluster.authentication_mode.empty()) {
      head.emplace_back(
          "They need access_config { authentication_mode = \"API_AND_CONFIG_MAP\" } in the "
          "aws_eks_cluster; there is no way back from it.");
    }
    out += (out.empty() ? "" : "\n") + Comments(head);
    for (const MigrateAnswer::Entry& entry : cluster.entries) {
      const std::string name =
          NameOf(cluster.name, answer.clusters.size() > 1, entry.principal, used);
      out += '\n' + EntryText(cluster, entry, name);
    }
    std::vector<std::string> left;
    for (const MigrateAnswer::Left& one : cluster.left) {
      left.push_back("No entry for " + one.mapping + ": " + one.reason + '.');
    }
    out += left.empty() ? std::string() : '\n' + Comments(left);
  }
  std::vector<std::string> last = answer.notes;
  last.push_back("Compared with aws-auth: " + ProofText(answer) + '.');
  return out + '\n' + Comments(last);
}

}  // namespace whomay::report
